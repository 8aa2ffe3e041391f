//! Texts that had a second reading, or lost a word, and no longer do.

use language::PhraseBook;
use scene::Scene;
use serde_json::json;

/// Four objects of these names in a row.
fn scene(names: [&str; 4]) -> Scene {
    let object = |(at, name): (usize, &&str)| {
        json!({"id": at, "label": name, "box": {"centre_m": [2 * at, 0, 0], "extent_m": [1, 1, 1],
            "axes": [[1, 0, 0], [0, 1, 0], [0, 0, 1]]}})
    };
    let objects: Vec<_> = names.iter().enumerate().map(object).collect();
    let noise = json!({"position_m": 0, "size_m": 0, "yaw_rad": 0, "area_relative": 0});
    let file = json!({"format": "isovist-scene", "version": 1, "id": "row", "source": {"dataset": "hand", "licence": "none"},
        "noise": noise, "room": {}, "objects": objects});
    scene::parse_scene(&file.to_string(), "row").expect("a scene")
}

fn json_of(scene: &Scene, text: &str) -> String {
    let parsed = PhraseBook::builtin().expect("a book").parse(scene, text);
    serde_json::to_string(&parsed.unwrap_or_else(|refusal| panic!("{text}: {refusal}")).question).expect("JSON")
}

#[test]
fn a_list_with_commas_has_its_conjunction_before_the_last_thing() {
    let scene = scene(["computer", "computer mouse", "cabinets and shelves", "painting"]);
    let text = "Which of the painting, the computer mouse, and the cabinets and shelves has the greatest longest side?";
    assert!(json_of(&scene, text).contains(r#"["painting","computer mouse","cabinets and shelves"]"#));
    let text = "True or false: Of the painting, the computer, and the cabinets and shelves, the computer is the one with the \
                greatest longest side.";
    let refused = PhraseBook::builtin().expect("a book").parse(&scene, text);
    assert!(!format!("{refused:?}").contains("Ambiguous"), "{refused:?}");
}

#[test]
fn a_number_before_a_possessive_is_part_of_the_name() {
    let scene = scene(["scanner", "scanner 20", "lamp", "door"]);
    assert!(json_of(&scene, "What is the scanner 20's width?").contains(r#""of":"scanner 20""#));
    assert!(json_of(&scene, "What is the scanner's width?").contains(r#""of":"scanner""#));
}
