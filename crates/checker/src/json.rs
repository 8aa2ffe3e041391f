//! Strict reading of JSON: every value knows where it stands, and every key must be expected.

use serde_json::Value;

use crate::Rejection;

/// Deepest nesting read; a question of sensible size stays far below.
const MAX_DEPTH: usize = 64;
/// Longest array read.
const MAX_ITEMS: usize = 200_000;
/// Longest text read, bytes.
const MAX_TEXT: usize = 200;

/// A JSON value and its place in the proof.
#[derive(Clone, Copy)]
pub(crate) struct Json<'a> {
    value: &'a Value,
    parent: Option<&'a Json<'a>>,
    key: Key<'a>,
    depth: usize,
}

#[derive(Clone, Copy)]
enum Key<'a> {
    Root,
    Name(&'a str),
    Item(usize),
}

impl<'a> Json<'a> {
    pub(crate) fn root(value: &'a Value) -> Self {
        Self { value, parent: None, key: Key::Root, depth: 0 }
    }

    fn child<'b>(&'b self, value: &'b Value, key: Key<'b>) -> Json<'b> {
        Json { value, parent: Some(self), key, depth: self.depth + 1 }
    }

    fn path(&self) -> String {
        let before = self.parent.map(Json::path).unwrap_or_default();
        match self.key {
            Key::Root => before,
            Key::Name(name) if before.is_empty() => name.to_owned(),
            Key::Name(name) => format!("{before}.{name}"),
            Key::Item(at) => format!("{before}[{at}]"),
        }
    }

    /// A complaint about this very value.
    pub(crate) fn fault(&self, expected: impl Into<String>) -> Rejection {
        let found = match self.value {
            Value::Array(items) => format!("an array of {}", items.len()),
            Value::Object(map) => format!("an object of {} keys", map.len()),
            Value::String(text) => format!("{:?}", text.chars().take(80).collect::<String>()),
            other => other.to_string(),
        };
        let at = if self.parent.is_none() { "proof".to_owned() } else { self.path() };
        Rejection::Form { at, expected: expected.into(), found }
    }

    /// Demands an object with all `required` keys and no others but the `optional` ones.
    pub(crate) fn keys(&self, required: &[&str], optional: &[&str]) -> Result<(), Rejection> {
        let Value::Object(map) = self.value else { return Err(self.fault("an object")) };
        if self.depth > MAX_DEPTH {
            return Err(self.fault(format!("at most {MAX_DEPTH} levels")));
        }
        let missing = required.iter().find(|key| !map.contains_key(**key));
        let unknown = map.keys().find(|key| !required.contains(&key.as_str()) && !optional.contains(&key.as_str()));
        match (missing, unknown) {
            (Some(key), _) => Err(self.fault(format!("the key {key:?}"))),
            (_, Some(key)) => Err(self.child(&self.value[key], Key::Name(key)).fault("no such key")),
            _ => Ok(()),
        }
    }

    /// The value under a key; `null`, which nothing accepts, if there is none.
    pub(crate) fn get<'b>(&'b self, key: &'b str) -> Json<'b> {
        self.child(self.value.get(key).unwrap_or(&Value::Null), Key::Name(key))
    }

    /// The value under an optional key.
    pub(crate) fn maybe<'b>(&'b self, key: &'b str) -> Option<Json<'b>> {
        self.value.get(key).map(|value| self.child(value, Key::Name(key)))
    }

    /// The elements of an array, each read by `read`.
    pub(crate) fn items<T>(&self, read: impl Fn(&Json) -> Result<T, Rejection>) -> Result<Vec<T>, Rejection> {
        let Value::Array(items) = self.value else { return Err(self.fault("an array")) };
        if items.len() > MAX_ITEMS {
            return Err(self.fault(format!("at most {MAX_ITEMS} elements")));
        }
        items.iter().enumerate().map(|(at, item)| read(&self.child(item, Key::Item(at)))).collect()
    }

    /// Exactly `N` elements.
    pub(crate) fn array<T, const N: usize>(
        &self,
        read: impl Fn(&Json) -> Result<T, Rejection>,
    ) -> Result<[T; N], Rejection> {
        self.items(read)?.try_into().map_err(|_| self.fault(format!("{N} elements")))
    }

    pub(crate) fn text(&self) -> Result<&'a str, Rejection> {
        match self.value.as_str() {
            Some(text) if !text.is_empty() && text.len() <= MAX_TEXT => Ok(text),
            _ => Err(self.fault(format!("a text of 1 to {MAX_TEXT} bytes"))),
        }
    }

    pub(crate) fn number(&self) -> Result<f64, Rejection> {
        self.value.as_f64().filter(|number| number.is_finite()).ok_or_else(|| self.fault("a finite number"))
    }

    pub(crate) fn natural(&self) -> Result<u32, Rejection> {
        let natural = self.value.as_u64().and_then(|number| u32::try_from(number).ok());
        natural.ok_or_else(|| self.fault("a whole number from 0 to 4294967295"))
    }

    pub(crate) fn index(&self) -> Result<usize, Rejection> {
        self.natural().map(|index| index as usize)
    }

    pub(crate) fn flag(&self) -> Result<bool, Rejection> {
        self.value.as_bool().ok_or_else(|| self.fault("true or false"))
    }

    /// One of the listed words, with what it stands for.
    pub(crate) fn word<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Rejection> {
        let found = self.value.as_str().and_then(|text| words.iter().find(|(word, _)| *word == text));
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.fault(format!("one of {}", words.join(", ")))
        })
    }
}
