//! Reading JSON that the grammar has passed. Whatever is missing reads as nothing, never as a panic.

use serde_json::Value;

/// The keys of a term or relation under which entities stand, in the order in which measures take them.
pub(crate) const SLOTS: [&str; 15] = [
    "from",
    "to",
    "bottom_of",
    "top_of",
    "at",
    "facing",
    "of",
    "over",
    "a",
    "b",
    "heading",
    "frame",
    "on",
    "room_for",
    "with",
];

pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

pub(crate) fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or(f64::NAN)
}

pub(crate) fn items<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key].as_array().map_or(&[], Vec::as_slice)
}

/// A position; one past all steps if it is none.
pub(crate) fn index(value: &Value) -> usize {
    value.as_u64().map_or(usize::MAX, |index| index as usize)
}

/// Whether two numbers agree within `within`, absolute or relative. Never for `NaN`.
pub(crate) fn near(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within * b.abs().max(1.0)
}

/// The object numbers in `"#17"`, `"#3|#4"` or `"#3&#4"`, written as the format writes them.
pub(crate) fn entity_ids(text: &str) -> Option<Vec<u32>> {
    let mark = if text.contains('&') { "&" } else { "|" };
    let ids = text.split(mark).map(|part| part.strip_prefix('#')?.parse().ok()).collect::<Option<Vec<u32>>>()?;
    (entity_text(&ids, mark) == text).then_some(ids)
}

pub(crate) fn entity_text(ids: &[u32], mark: &str) -> String {
    ids.iter().map(|id| format!("#{id}")).collect::<Vec<_>>().join(mark)
}

/// Whether a term goes round in a circle.
pub(crate) fn is_turn(term: &Value) -> bool {
    ["bearing", "bend", "azimuth", "pan", "movement"].contains(&text(term, "measure"))
}

/// The same text for the same content: keys sorted, whole numbers like others.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Number(number) => format!("{:?}", number.as_f64().unwrap_or(f64::NAN) + 0.0),
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        Value::Object(map) => {
            let mut fields: Vec<_> = map.iter().map(|(key, value)| format!("{key:?}:{}", canonical(value))).collect();
            fields.sort_unstable();
            format!("{{{}}}", fields.join(","))
        }
        other => other.to_string(),
    }
}

/// What a step or term says, in a few words for a message.
pub(crate) fn title(value: &Value) -> String {
    let keys = ["rule", "reference", "measure", "op", "definition", "axis", "part", "class", "name", "is", "word"];
    let shown = keys.iter().chain(&SLOTS).filter_map(|key| value[*key].as_str().map(str::to_owned));
    let constant = (value["measure"] == "constant").then(|| number(value, "value").to_string());
    shown.chain(constant).chain(value.get("term").map(title)).collect::<Vec<_>>().join(" ")
}
