//! Python literals: published tables hold lists and dictionaries as Python prints them.

use serde_json::{Map, Number, Value};

/// Deepest nesting that is read.
const MOST_DEPTH: usize = 32;

/// The value of a text that is a Python literal or JSON: numbers, strings, lists, tuples, dictionaries with strings for
/// keys, `None`, `True`, `False`. Tuples are lists.
pub(crate) fn literal(text: &str) -> Option<Value> {
    let mut reader = Reader { chars: text.char_indices().peekable(), text };
    let value = reader.value(0)?;
    reader.blanks();
    reader.chars.peek().is_none().then_some(value)
}

struct Reader<'t> {
    chars: std::iter::Peekable<std::str::CharIndices<'t>>,
    text: &'t str,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
    }

    /// Whether the next mark, blanks apart, is this one; it is taken.
    fn takes(&mut self, mark: char) -> bool {
        self.blanks();
        self.chars.next_if(|(_, c)| *c == mark).is_some()
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth > MOST_DEPTH {
            return None;
        }
        self.blanks();
        match self.chars.peek()?.1 {
            '[' => Some(Value::Array(self.items(']', depth)?.0)),
            '(' => {
                let (mut items, comma) = self.items(')', depth)?;
                // Brackets around one value, without a comma, are only brackets.
                if items.len() == 1 && !comma { items.pop() } else { Some(Value::Array(items)) }
            }
            '{' => self.entries(depth),
            '\'' | '"' => self.string().map(Value::String),
            _ => self.word(),
        }
    }

    /// Values up to a closing mark, and whether a comma stands among them.
    fn items(&mut self, close: char, depth: usize) -> Option<(Vec<Value>, bool)> {
        self.chars.next();
        let (mut items, mut comma) = (Vec::new(), false);
        loop {
            if self.takes(close) {
                return Some((items, comma));
            }
            if !items.is_empty() && !comma {
                return None;
            }
            items.push(self.value(depth + 1)?);
            let more = self.takes(',');
            comma |= more;
            if !more {
                return self.takes(close).then_some((items, comma));
            }
        }
    }

    fn entries(&mut self, depth: usize) -> Option<Value> {
        self.chars.next();
        let mut entries = Map::new();
        loop {
            if self.takes('}') {
                return Some(Value::Object(entries));
            }
            let Value::String(key) = self.value(depth + 1)? else { return None };
            if !self.takes(':') {
                return None;
            }
            entries.insert(key, self.value(depth + 1)?);
            if !self.takes(',') {
                return self.takes('}').then_some(Value::Object(entries));
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let quote = self.chars.next()?.1;
        let mut text = String::new();
        loop {
            match self.chars.next()?.1 {
                c if c == quote => return Some(text),
                '\\' => match self.chars.next()?.1 {
                    'n' => text.push('\n'),
                    't' => text.push('\t'),
                    'r' => text.push('\r'),
                    'x' => text.push(self.code(2)?),
                    'u' => text.push(self.code(4)?),
                    c @ ('\\' | '\'' | '"' | '/') => text.push(c),
                    c => {
                        text.push('\\');
                        text.push(c);
                    }
                },
                c => text.push(c),
            }
        }
    }

    fn code(&mut self, digits: usize) -> Option<char> {
        let mut code = 0;
        for _ in 0..digits {
            code = code * 16 + self.chars.next()?.1.to_digit(16)?;
        }
        char::from_u32(code)
    }

    fn word(&mut self) -> Option<Value> {
        let start = self.chars.peek()?.0;
        let mut end = start;
        while let Some((at, c)) = self.chars.next_if(|(_, c)| c.is_alphanumeric() || "+-._".contains(*c)) {
            end = at + c.len_utf8();
        }
        match &self.text[start..end] {
            "None" | "null" | "nan" => Some(Value::Null),
            "True" | "true" => Some(Value::Bool(true)),
            "False" | "false" => Some(Value::Bool(false)),
            // What a number may not begin with, such as "inf", is none.
            word if word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
                let whole = word.parse::<i64>().ok().map(Number::from);
                let number = whole.or_else(|| word.parse::<f64>().ok().and_then(Number::from_f64));
                number.map(Value::Number)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn literals_as_python_prints_them() {
        for (text, expected) in [
            (
                "{'type': 'quantitative', 'class': ['a', \"b's\"]}",
                Some(json!({"type": "quantitative", "class": ["a", "b's"]})),
            ),
            ("[(0.25, .5), (1, 2,)]", Some(json!([[0.25, 0.5], [1, 2]]))),
            ("(1.5)", Some(json!(1.5))),
            ("(1.5,)", Some(json!([1.5]))),
            ("[]", Some(json!([]))),
            ("[None, True, -3]", Some(json!([null, true, -3]))),
            ("'it\\'s \\u00e9'", Some(json!("it's é"))),
            ("[1 2]", None),
            ("[1,, 2]", None),
            ("[1, 2", None),
            ("['a", None),
            ("{1: 2}", None),
            ("word", None),
            ("[1] x", None),
            ("", None),
        ] {
            assert_eq!(literal(text), expected, "{text}");
        }
        assert_eq!(literal(&"[".repeat(100_000)), None, "too deep is no stack overflow");
    }
}
