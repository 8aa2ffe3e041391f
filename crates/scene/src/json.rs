//! JSON text, read strictly: what is wrong is told with its field, in plain words.

use serde::de::DeserializeOwned;

/// What the parser calls types, and what people call them; the first that fits counts.
const TYPES: [(&str, &str); 12] = [
    ("invalid type: map", "invalid type: an object"),
    ("invalid type: sequence", "invalid type: a list"),
    ("expected a sequence", "expected a list"),
    ("expected a map", "expected an object"),
    ("expected f64", "expected a number"),
    ("expected f32", "expected a number"),
    ("expected usize", "expected a whole number"),
    ("expected u64", "expected a whole number"),
    ("expected u32", "expected a whole number"),
    ("expected u16", "expected a whole number"),
    ("expected u8", "expected a whole number"),
    ("expected i64", "expected a whole number"),
];
/// The same, with a name of ours behind them.
const NAMED_TYPES: [&str; 3] =
    ["expected internally tagged enum ", "expected adjacently tagged enum ", "expected struct "];

/// What is wrong with a JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonFault {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1; 0 at a line's end.
    pub column: usize,
    /// Path of the field; `.` for the whole.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
    /// Whether the text is no JSON, as far as it was read; otherwise it is not of the form that was expected.
    pub is_syntax: bool,
}

/// Reads a value from the whole of a JSON text.
pub fn read_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, JsonFault> {
    // Keeping track of paths takes longer than reading, so it is done only for a text that does not read.
    if let Ok(value) = serde_json::from_slice(text) {
        return Ok(value);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let (field, error) = match serde_path_to_error::deserialize(&mut deserializer) {
        Ok(value) => match deserializer.end() {
            Ok(()) => return Ok(value),
            Err(error) => (".".to_owned(), error),
        },
        Err(error) => (error.path().to_string(), error.into_inner()),
    };
    Err(JsonFault {
        line: error.line(),
        column: error.column(),
        field,
        problem: problem(&error),
        is_syntax: !error.is_data(),
    })
}

/// What an error says, without the place, in plain words.
pub fn problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    plain_words(text.strip_suffix(&format!(" at line {} column {}", error.line(), error.column())).unwrap_or(&text))
}

/// A parser's message with plain words for types.
///
/// ```
/// use scene::json::plain_words;
/// assert_eq!(plain_words("invalid type: string \"x\", expected u64"), "invalid type: string \"x\", expected a whole number");
/// assert_eq!(plain_words("invalid type: integer `5`, expected internally tagged enum Truth"), "invalid type: integer `5`, expected an object");
/// ```
pub fn plain_words(message: &str) -> String {
    // What was found stands first, and may say anything.
    let Some(at) = message.rfind("expected ") else { return message.to_owned() };
    let (found, expected) = message.split_at(at);
    for named in NAMED_TYPES {
        if let Some(rest) = expected.strip_prefix(named) {
            let after = rest.find(|c: char| !c.is_alphanumeric() && c != '_').map_or("", |end| &rest[end..]);
            return format!("{}expected an object{after}", plain_found(found));
        }
    }
    let plain = TYPES.iter().find_map(|(theirs, ours)| {
        let rest = expected.strip_prefix(theirs)?;
        rest.starts_with(|c: char| !c.is_alphanumeric()).then_some(()).or(rest.is_empty().then_some(()))?;
        Some(format!("{ours}{rest}"))
    });
    format!("{}{}", plain_found(found), plain.as_deref().unwrap_or(expected))
}

fn plain_found(found: &str) -> String {
    let plain = TYPES.iter().find_map(|(theirs, ours)| Some(format!("{ours}{}", found.strip_prefix(theirs)?)));
    plain.unwrap_or_else(|| found.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Sized {
        sides_m: Vec<f64>,
    }

    #[test]
    fn a_fault_names_the_field_in_plain_words() {
        let fault = |text: &str| read_json::<Sized>(text.as_bytes()).expect_err("not of that form");
        let told = |text: &str| format!("{}: {}", fault(text).field, fault(text).problem);
        assert_eq!(told(r#"{"sides_m": [1, "two"]}"#), r#"sides_m[1]: invalid type: string "two", expected a number"#);
        assert_eq!(told(r#"{"sides_m": {}}"#), "sides_m: invalid type: an object, expected a list");
        assert_eq!(told("[]"), ".: invalid length 0, expected an object with 1 element");
        assert_eq!(told(r#"{"sides_m": []} 1"#), ".: trailing characters");
        assert!(fault("{").is_syntax && !fault("3").is_syntax);
        assert_eq!((fault("\n ]").line, fault("\n ]").column), (2, 2));
        assert_eq!(read_json(br#"{"sides_m": [1]}"#), Ok(Sized { sides_m: vec![1.0] }));
    }

    #[test]
    fn what_was_found_is_told_as_it_stands() {
        for text in ["expected u64", "expected f64 or so", "a sequence, expected a map"] {
            let error = serde_json::from_value::<f64>(Value::String(text.to_owned())).expect_err("a string");
            assert_eq!(problem(&error), format!("invalid type: string {text:?}, expected a number"));
        }
        assert_eq!(plain_words("unknown field `x`"), "unknown field `x`");
        assert_eq!(plain_words("expected u8x"), "expected u8x");
    }
}
