//! What a row is averaged with, and which rows only count together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rows::letter_of;

/// A way to put rows into groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Grouping {
    /// Its name.
    pub name: String,
    /// Names under which files have what decides.
    #[serde(default)]
    pub field: Vec<String>,
    /// What stands there where it says nothing.
    #[serde(default)]
    pub nothing: Vec<String>,
    /// How the group follows from that.
    #[serde(default)]
    pub reading: Reading,
    /// The group of rows that have no such field; without it such rows are an error.
    #[serde(default)]
    pub otherwise: Option<String>,
    /// The groups that there are, as read and before they are renamed; a row of another is an error. Any, where it is empty.
    #[serde(default)]
    pub known: Vec<String>,
    /// Other names of groups; several groups of one name are one.
    #[serde(default)]
    pub rename: BTreeMap<String, String>,
    /// Tasks that are the plain mean of several groups; every other group is a task.
    #[serde(default)]
    pub task: Vec<Merged>,
}

/// A task of several groups.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    /// Its name.
    pub name: String,
    /// The groups.
    pub of: Vec<String>,
}

/// How a group follows from a field.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reading {
    /// It is the field.
    #[default]
    Whole,
    /// It is the field with en dashes for hyphens, so that both spellings are one group.
    EnDash,
    /// It is the field without a first part and without the number behind it: `val_Counting_12` is `Counting`. A field
    /// without a number is the group itself.
    Stem {
        /// The first part.
        first: String,
    },
    /// It is the first word, in lower case, or another name where that is none of these.
    FirstWord {
        /// Words.
        words: Vec<String>,
        /// The other name.
        other: String,
    },
    /// It says whether the field is the letter of an option, as right answers are written.
    Letter {
        /// The group where it is.
        yes: String,
        /// The group where it is not.
        no: String,
    },
    /// It says whether one of some words stands in the field.
    AnyWord {
        /// Words.
        words: Vec<String>,
        /// The group where one does.
        yes: String,
        /// The group where none does.
        no: String,
    },
    /// It says whether the field holds a part.
    Holds {
        /// The part.
        part: String,
        /// The group where it does.
        yes: String,
        /// The group where it does not.
        no: String,
    },
    /// It says whether a stimulus of `Nr3D` (`scene-label-count-target-others…`) has more than so many objects of a label.
    Stimulus {
        /// So many.
        most: usize,
        /// The group where it has no more.
        few: String,
        /// The group where it has more.
        many: String,
    },
}

impl Grouping {
    /// The group of a row whose field says this.
    pub(super) fn of(&self, field: Option<&str>) -> Result<String, NoGroup> {
        let field = field.filter(|field| self.nothing.iter().all(|nothing| nothing != field));
        let read = field.and_then(|field| self.reading.of(field)).or_else(|| self.otherwise.clone());
        let read = read.ok_or(NoGroup::Nothing)?;
        if !self.known.is_empty() && !self.known.contains(&read) {
            return Err(NoGroup::Unknown(read));
        }
        Ok(self.rename.get(&read).cloned().unwrap_or(read))
    }
}

/// Why a row has no group.
#[derive(Debug, PartialEq)]
pub(super) enum NoGroup {
    /// Nothing says which.
    Nothing,
    /// There is no such group.
    Unknown(String),
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

impl Reading {
    fn of(&self, field: &str) -> Option<String> {
        let either = |is: bool, yes: &String, no: &String| if is { yes.clone() } else { no.clone() };
        Some(match self {
            Self::Whole => field.to_owned(),
            Self::EnDash => field.replace('-', "–"),
            Self::Stem { first } => {
                let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
                let name = field.rsplit_once('_').filter(|(_, last)| number(last)).map_or(field, |(name, _)| name);
                name.strip_prefix(first.as_str()).and_then(|rest| rest.strip_prefix('_')).unwrap_or(name).to_owned()
            }
            Self::FirstWord { words: known, other } => {
                words(field).next().filter(|word| known.contains(word)).unwrap_or_else(|| other.clone())
            }
            Self::Letter { yes, no } => either(letter_of(field).is_some(), yes, no),
            Self::AnyWord { words: known, yes, no } => either(words(field).any(|word| known.contains(&word)), yes, no),
            Self::Holds { part, yes, no } => either(field.contains(part.as_str()), yes, no),
            Self::Stimulus { most, few, many } => either(objects_of_stimulus(field)? <= *most, few, many),
        })
    }
}

/// How many objects of the label a stimulus has: the number that is followed by as many object numbers. The label
/// itself may hold hyphens.
fn objects_of_stimulus(stimulus: &str) -> Option<usize> {
    let parts: Vec<&str> = stimulus.split('-').collect();
    let count = |at: usize| parts[at].parse().ok().filter(|count| parts.len() - at - 1 == *count);
    (2..parts.len()).find_map(count)
}

/// The part of an id by which rows belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum Key {
    /// The id without a part.
    Without {
        /// The part.
        part: String,
    },
    /// The first characters of the id.
    First {
        /// How many.
        chars: usize,
        /// Where the id holds a part, how many instead.
        #[serde(default)]
        longer: Option<Longer>,
    },
    /// What stands before the first of a mark.
    Before {
        /// The mark.
        mark: char,
    },
    /// What is left of the number that the id is, divided by another.
    Remainder {
        /// The other.
        of: u64,
    },
}

/// A part of an id and how many characters count where it is there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Longer {
    /// The part.
    pub part: String,
    /// How many characters.
    pub chars: usize,
}

impl Key {
    /// The key of an id.
    pub(super) fn of(&self, id: &str) -> String {
        match self {
            Self::Without { part } => id.replace(part.as_str(), ""),
            Self::First { chars, longer } => {
                let longer = longer.as_ref().filter(|longer| id.contains(&longer.part));
                id.chars().take(longer.map_or(*chars, |longer| longer.chars)).collect()
            }
            Self::Before { mark } => id.split(*mark).next().unwrap_or(id).to_owned(),
            Self::Remainder { of } => {
                let rest = id.parse::<u64>().ok().and_then(|number| number.checked_rem(*of));
                rest.map_or_else(|| id.to_owned(), |rest| rest.to_string())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(reading: Reading, field: &str) -> Option<String> {
        let grouping = Grouping {
            name: String::new(),
            field: Vec::new(),
            nothing: vec!["N/A".to_owned()],
            reading,
            otherwise: None,
            known: Vec::new(),
            rename: BTreeMap::new(),
            task: Vec::new(),
        };
        grouping.of(Some(field)).ok()
    }

    #[test]
    fn groups_of_fields() {
        let text = str::to_owned;
        let stem = Reading::Stem { first: text("val") };
        assert_eq!(group(stem.clone(), "val_Multi-view_Reasoning_12"), Some(text("Multi-view_Reasoning")));
        assert_eq!(group(stem, "Art_Style"), Some(text("Art_Style")));
        let letter = Reading::Letter { yes: text("letters"), no: text("words") };
        for (answer, expected) in
            [("B", "letters"), ("(c)", "letters"), ("a car", "words"), ("Yes", "words"), ("3", "words")]
        {
            assert_eq!(group(letter.clone(), answer).as_deref(), Some(expected), "{answer}");
        }
        let first = Reading::FirstWord { words: vec![text("what"), text("is")], other: text("others") };
        assert_eq!(group(first.clone(), "What's that?"), Some(text("what")));
        assert_eq!(group(first.clone(), "Am I near?"), Some(text("others")));
        assert_eq!(group(first.clone(), ""), Some(text("others")));
        assert_eq!(group(first, "N/A"), None);
        let any = Reading::AnyWord { words: vec![text("left")], yes: text("dep"), no: text("indep") };
        assert_eq!(group(any.clone(), "['the', 'Left', 'chair']"), Some(text("dep")));
        assert_eq!(group(any, "['leftmost']"), Some(text("indep")), "only whole words");
        assert_eq!(group(Reading::EnDash, "Motion (Cam.-Obj.)"), group(Reading::EnDash, "Motion (Cam.–Obj.)"));
        let stimulus = Reading::Stimulus { most: 2, few: text("easy"), many: text("hard") };
        for (id, expected) in [
            ("scene0011_00-chair-2-4-7", Some("easy")),
            ("scene0011_00-chair-3-4-7-9", Some("hard")),
            ("scene0011_00-l-shaped-desk-3-4-7-9", Some("hard")),
            ("scene0011_00-chair", None),
            ("", None),
        ] {
            assert_eq!(group(stimulus.clone(), id).as_deref(), expected, "{id}");
        }
    }

    #[test]
    fn keys_of_ids() {
        let flip = Longer { part: "-flip".to_owned(), chars: 13 };
        let all = [
            Key::Without { part: "-flip".to_owned() },
            Key::First { chars: 8, longer: Some(flip) },
            Key::First { chars: 8, longer: None },
            Key::Before { mark: '-' },
            Key::Remainder { of: 1_000_000 },
        ];
        for (id, expected) in [
            ("VIN6MS3J-flip-1", ["VIN6MS3J-1", "VIN6MS3J-flip", "VIN6MS3J", "VIN6MS3J", "VIN6MS3J-flip-1"]),
            ("VIN6MS3J-1", ["VIN6MS3J-1", "VIN6MS3J", "VIN6MS3J", "VIN6MS3J", "VIN6MS3J-1"]),
            ("2000017", ["2000017", "2000017", "2000017", "2000017", "17"]),
            ("é", ["é"; 5]),
        ] {
            assert_eq!(all.iter().map(|key| key.of(id)).collect::<Vec<_>>(), expected, "{id}");
        }
        assert_eq!(Key::Remainder { of: 0 }.of("7"), "7");
    }
}
