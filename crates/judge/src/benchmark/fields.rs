//! What a name stands for in an object of a published file.

use std::borrow::Cow;

use serde_json::Value;

use super::literal::literal;

/// The value of a path: keys and positions parted by full stops. A list is asked item by item where the part is no
/// position; a text that is a Python literal is read on the way.
pub(super) fn at<'v>(value: &'v Value, path: &str) -> Option<Cow<'v, Value>> {
    if let Some(found) = value.get(path) {
        return Some(Cow::Borrowed(found));
    }
    let (first, rest) = path.split_once('.')?;
    deep(value.get(first)?, rest)
}

fn deep<'v>(value: &'v Value, path: &str) -> Option<Cow<'v, Value>> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let on = |value: &'v Value| match rest {
        Some(rest) => deep(value, rest),
        None => Some(Cow::Borrowed(value)),
    };
    match value {
        Value::Object(entries) => on(entries.get(first)?),
        Value::Array(items) => {
            if let Ok(position) = first.parse::<usize>() {
                return on(items.get(position)?);
            }
            let all: Option<Vec<Value>> = items.iter().map(|item| deep(item, path).map(Cow::into_owned)).collect();
            all.map(|all| Cow::Owned(Value::Array(all)))
        }
        Value::String(text) if text.trim_start().starts_with(['{', '[']) => {
            let read = literal(text)?;
            deep(&read, path).map(|found| Cow::Owned(found.into_owned()))
        }
        _ => None,
    }
}

/// A value as text; a list of one is that one, as harnesses store replies.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null => Some(String::new()),
        Value::Array(items) if items.len() == 1 => text(&items[0]),
        _ => None,
    }
}

/// A list, also one that stands in a text; `None` where it is none.
pub(super) fn list(value: &Value) -> Option<Cow<'_, [Value]>> {
    match value {
        Value::Array(items) => Some(Cow::Borrowed(items)),
        Value::String(text) if text.trim_start().starts_with('[') => match literal(text)? {
            Value::Array(items) => Some(Cow::Owned(items)),
            _ => None,
        },
        _ => None,
    }
}

/// Texts: those of a list, or one.
pub(super) fn texts(value: &Value) -> Option<Vec<String>> {
    match list(value) {
        Some(items) => items.iter().map(text).collect(),
        None => text(value).map(|one| vec![one]),
    }
}

/// Numbers in groups: a list of lists of numbers, or one list of numbers, which is one group.
pub(crate) fn groups_of_numbers(value: &Value) -> Option<Vec<Vec<f64>>> {
    let items = list(value)?;
    let numbers = |items: &[Value]| items.iter().map(Value::as_f64).collect::<Option<Vec<f64>>>();
    if items.first().is_some_and(Value::is_number) {
        return Some(vec![numbers(&items)?]);
    }
    items.iter().map(|item| list(item).and_then(|items| numbers(&items))).collect()
}

/// A text with "it" for the names of numbered things: `Region [#]`, in either case.
pub(super) fn without_numbered(text: &str, names: &[String]) -> String {
    let mut text = text.to_owned();
    for name in names {
        let (before, after) = name.split_once('#').unwrap_or((name, ""));
        let (mut kept, mut from) = (String::with_capacity(text.len()), 0);
        // Of the same length, byte by byte.
        let lower = text.to_ascii_lowercase();
        for (at, found) in lower.match_indices(&before.to_ascii_lowercase()) {
            let rest = &text[at + found.len()..];
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            // "region 2.5" is no name.
            let whole =
                !rest[digits..].starts_with('.') || !rest[digits + 1..].starts_with(|c: char| c.is_ascii_digit());
            if at >= from && digits > 0 && whole && rest[digits..].starts_with(after) {
                kept.push_str(&text[from..at]);
                kept.push_str("it");
                from = at + found.len() + digits + after.len();
            }
        }
        kept.push_str(&text[from..]);
        text = kept;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn paths() {
        let row = json!({
            "a.b": 1, "c": {"d": 2}, "list": [{"v": "x"}, {"v": "y"}],
            "python": "{'kind': 'width', 'of': ['a', 'b']}", "broken": "{'kind",
        });
        for (path, expected) in [
            ("a.b", Some(json!(1))),
            ("c.d", Some(json!(2))),
            ("list.1.v", Some(json!("y"))),
            ("list.v", Some(json!(["x", "y"]))),
            ("python.kind", Some(json!("width"))),
            ("python.of.1", Some(json!("b"))),
            ("broken.kind", None),
            ("list.9.v", None),
            ("c.d.e", None),
            ("nothing", None),
        ] {
            assert_eq!(at(&row, path).map(Cow::into_owned), expected, "{path}");
        }
    }

    #[test]
    fn names_with_numbers() {
        let names = ["Region [#]", "Region #"].map(str::to_owned);
        assert_eq!(without_numbered("REGION [12] is 3 m from region 4.", &names), "it is 3 m from it.");
        assert_eq!(without_numbered("Region 2.5 m é Region [x]", &names), "Region 2.5 m é Region [x]");
    }

    #[test]
    fn lists_of_numbers() {
        assert_eq!(groups_of_numbers(&json!([1, 2.5])), Some(vec![vec![1.0, 2.5]]));
        assert_eq!(groups_of_numbers(&json!("[(1, 2), (3, 4)]")), Some(vec![vec![1.0, 2.0], vec![3.0, 4.0]]));
        assert_eq!(groups_of_numbers(&json!([])), Some(Vec::new()));
        assert_eq!(groups_of_numbers(&json!("far")), None);
        assert_eq!(groups_of_numbers(&json!([1, "a"])), None);
    }
}
