//! Questions in JSON are refused with field and value.

use question::Question;

#[test]
fn every_fault_has_its_place() {
    for (text, says) in [
        ("{", "line 1, column 1: EOF while parsing an object"),
        (r#"{"form": "count", "clas": "chair"}"#, "clas: unknown field `clas`, expected `class` or `where`"),
        (r#"{"form": "count"}"#, ".: missing field `class`"),
        (r#"{"form": "counts"}"#, "form: unknown variant `counts`"),
        (r#"{"form": "count", "class": ["a"]}"#, "class: invalid type: a list, expected a string"),
        (
            r#"{"form": "value", "of": {"measure": "distance", "from": "a", "to": "\#x"}}"#,
            "line 1, column 70: invalid escape",
        ),
        (
            r##"{"form": "value", "of": {"measure": "distance", "from": "a", "to": "#x"}}"##,
            r##"of.to: entity "#x": expected a label"##,
        ),
        (r#"{"form": "value", "of": {"measure": "distance", "from": "a"}}"#, "of: missing field `to`"),
        (
            r#"{"form": "value", "of": {"measure": "sum", "of": [{"measure": "room_area"}, {"measure": "roomy"}]}}"#,
            "of.of[1].measure: unknown variant `roomy`",
        ),
        (
            r#"{"form": "test", "that": {"test": "not", "of": {"test": "relation", "name": 1, "a": "x", "b": "y"}}}"#,
            "that.of.name: invalid type: integer `1`",
        ),
        (
            r#"{"form": "pick", "want": "least", "of": {"measure": "room_area"}, "among": ["a", 7]}"#,
            "among: invalid type: integer `7`",
        ),
        (r#"{"form": "value", "of": 3}"#, "of: invalid type: integer `3`"),
    ] {
        let fault = Question::from_json(text).expect_err(text).to_string();
        assert!(fault.starts_with(says), "{text}\n{fault}");
    }
}

#[test]
fn nesting_and_length_are_bounded() {
    let deep = format!("{}1{}", r#"{"form":"test","that":"#.repeat(5_000), "}".repeat(5_000));
    assert!(Question::from_json(&deep).expect_err("deep").to_string().contains("recursion limit"));
    let long = format!(r#"{{"form": "count", "class": "{}", "where": 1}}"#, "a".repeat(100_000));
    assert!(Question::from_json(&long).expect_err("long").to_string().len() < 1_000);
}
