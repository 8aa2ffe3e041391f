//! What labels mean: aliases, plurals and kinds, from `data/labels.toml`.
//!
//! The table says which words mean the same (`"fridge"` = `"refrigerator"`), which are narrower kinds of
//! another (`"office chair"` is a kind of `"chair"`), and irregular plurals. It never guesses: a word it
//! does not list means only itself.

use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

use serde::Deserialize;

/// The table; [`LabelTable::builtin`] is the one in the binary.
#[derive(Debug)]
pub struct LabelTable {
    /// Alias or plural → canonical label.
    canonical: HashMap<String, String>,
    /// Canonical label → its entry.
    entries: BTreeMap<String, Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Words of the same meaning.
    #[serde(default)]
    alias: Vec<String>,
    /// Plural, where adding s or es would be wrong.
    #[serde(default)]
    plural: Option<String>,
    /// The wider kind, one step up.
    #[serde(default)]
    kind_of: Option<String>,
}

static BUILTIN: LazyLock<LabelTable> = LazyLock::new(|| {
    // The data is part of the binary and a test parses it, so an empty table is never seen by a user.
    LabelTable::parse(include_str!("../data/labels.toml"))
        .unwrap_or(LabelTable { canonical: HashMap::new(), entries: BTreeMap::new() })
});

impl LabelTable {
    /// The table in the binary.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads a table: one TOML table per canonical label with `alias`, `plural`, `kind_of`.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let entries: BTreeMap<String, Entry> = toml::from_str(text)?;
        let mut canonical = HashMap::new();
        for (label, entry) in &entries {
            for word in std::iter::once(label).chain(&entry.alias) {
                canonical.entry(plural_with(word, entry, label)).or_insert_with(|| label.clone());
            }
        }
        // A listed word wins over the plural of another ("glasses" is not the plural of "glass" if listed).
        for (label, entry) in &entries {
            for alias in &entry.alias {
                canonical.insert(alias.clone(), label.clone());
            }
        }
        for label in entries.keys() {
            canonical.insert(label.clone(), label.clone());
        }
        Ok(Self { canonical, entries })
    }

    /// Canonical label of a normalised word; the word itself (made singular where that is listed) if unknown.
    pub fn canonical<'a>(&'a self, word: &'a str) -> &'a str {
        self.canonical.get(word).map_or(word, String::as_str)
    }

    /// Canonical label of a normalised word that the table lists.
    pub fn known(&self, word: &str) -> Option<&str> {
        self.canonical.get(word).map(String::as_str)
    }

    /// Wider kinds of a canonical label, nearest first.
    pub fn wider<'a>(&'a self, canonical: &str) -> impl Iterator<Item = &'a str> {
        let mut next = self.entries.get(canonical).and_then(|entry| entry.kind_of.as_deref());
        let mut left = 8; // a cycle in the data must not hang; a test forbids one
        std::iter::from_fn(move || {
            let here = next?;
            left -= 1;
            next = if left > 0 { self.entries.get(here).and_then(|entry| entry.kind_of.as_deref()) } else { None };
            Some(here)
        })
    }

    /// Every spelling of a canonical label: itself, its aliases and their plurals.
    pub fn spellings(&self, canonical: &str) -> Vec<String> {
        let mut words = vec![canonical.to_owned()];
        if let Some(entry) = self.entries.get(canonical) {
            words.extend(entry.alias.iter().cloned());
        }
        let plurals: Vec<String> = words.iter().map(|word| self.plural(word)).collect();
        words.extend(plurals);
        words
    }

    /// Plural of a normalised word: listed, or regular English on its last word.
    pub fn plural(&self, word: &str) -> String {
        let canonical = self.canonical(word);
        match self.entries.get(canonical) {
            Some(entry) => plural_with(word, entry, canonical),
            None => regular_plural(word),
        }
    }

    /// Every canonical label, sorted.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }
}

fn plural_with(word: &str, entry: &Entry, canonical: &str) -> String {
    match &entry.plural {
        Some(plural) if word == canonical => plural.clone(),
        _ => regular_plural(word),
    }
}

/// Last words whose plural is not regular; compounds follow (`"bookshelf"`, `"computer mouse"`).
const IRREGULAR: [(&str, &str); 5] =
    [("shelf", "shelves"), ("knife", "knives"), ("scarf", "scarves"), ("mouse", "mice"), ("leaf", "leaves")];

/// English plural of the last word: `bench` → `benches`, `battery` → `batteries`, `shelf` → `shelves`.
fn regular_plural(word: &str) -> String {
    let vowel_before =
        |tail: &str| word.strip_suffix(tail).and_then(|stem| stem.chars().last()).is_some_and(|c| "aeiou".contains(c));
    let irregular = IRREGULAR.iter().find_map(|(one, many)| Some(format!("{}{many}", word.strip_suffix(one)?)));
    if let Some(plural) = irregular {
        plural
    } else if ["s", "x", "z", "ch", "sh"].iter().any(|tail| word.ends_with(tail)) {
        format!("{word}es")
    } else if word.ends_with('y') && !vowel_before("y") {
        format!("{}ies", &word[..word.len() - 1])
    } else {
        format!("{word}s")
    }
}

/// Lower case, one space between words, no article in front, `-` and `_` as spaces, nothing but letters,
/// digits, `'`, `/` and `&`. Idempotent.
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text
        .split(|c: char| c.is_whitespace() || matches!(c, '-' | '_'))
        .map(|word| word.chars().filter(|c| c.is_alphanumeric() || matches!(c, '\'' | '/' | '&')))
    {
        let before = out.len();
        if before > 0 {
            out.push(' ');
        }
        let start = out.len();
        out.extend(word.flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric() || matches!(c, '\'' | '/' | '&')));
        let article = before == 0 && matches!(&out[start..], "the" | "a" | "an");
        if out.len() == start || article {
            out.truncate(before);
        }
    }
    out
}
