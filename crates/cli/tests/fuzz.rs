//! The bodies of the fuzz targets on drawn and damaged inputs: a fast sample in every run, more with
//! `cargo test --release -p isovist --test fuzz -- --ignored`.

#[path = "../../ingest/tests/common/damage.rs"]
mod damage;
#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "a library there, a module here")]
mod target;

use damage::{damaged, damages, sample, swapped, swaps};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Objects as a question may name them: by label, plural, number, badly.
fn entity() -> impl Strategy<Value = Value> {
    let names =
        ["sofa", "table", "lamp", "vase", "the sofa", "#1", "#3", "#5", "?", "?", "chair", "chairs", "door", "#99"];
    prop::sample::select(names.to_vec()).prop_map(Value::from)
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![8 => -3.0..3.0_f64, 1 => Just(0.0), 1 => any::<f64>().prop_filter("finite", |x| x.is_finite())]
}

fn unit() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("m"), 1 => prop::sample::select(vec!["m2", "m3", "deg", "1"])]
}

fn definition(of: &'static [&'static str]) -> impl Strategy<Value = Option<&'static str>> {
    prop::option::of(prop::sample::select(of))
}

/// `value` with a definition or without.
fn defined(mut value: Value, definition: Option<&str>) -> Value {
    if let Some(definition) = definition {
        value["definition"] = json!(definition);
    }
    value
}

fn system() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["halves", "thirds", "quadrants", "axes", "eight", "clock", "orientation"])
}

fn bearing() -> impl Strategy<Value = Value> {
    (entity(), entity(), entity(), definition(&["horizontal", "shortened"])).prop_map(|(at, facing, of, definition)| {
        defined(json!({"measure": "bearing", "at": at, "facing": facing, "of": of}), definition)
    })
}

fn term() -> impl Strategy<Value = Value> {
    const DISTANCES: &[&str] = &["surface", "centre", "horizontal", "vertical", "sampled_surface"];
    let axis = prop::sample::select(vec!["longest", "width", "depth", "height", "footprint", "volume"]);
    let part = prop::sample::select(vec!["bottom", "centre", "top"]);
    let leaf = prop_oneof![
        4 => (entity(), entity(), definition(DISTANCES)).prop_map(|(from, to, definition)| {
            defined(json!({"measure": "distance", "from": from, "to": to}), definition)
        }),
        2 => (number(), unit()).prop_map(|(value, unit)| json!({"measure": "constant", "value": value, "unit": unit})),
        2 => (entity(), axis, definition(&["oriented", "axis_aligned"])).prop_map(|(of, axis, definition)| {
            defined(json!({"measure": "extent", "axis": axis, "of": of}), definition)
        }),
        1 => (entity(), part).prop_map(|(of, part)| json!({"measure": "elevation", "part": part, "of": of})),
        1 => (entity(), entity()).prop_map(|(a, b)| json!({"measure": "vertical_gap", "bottom_of": a, "top_of": b})),
        1 => (entity(), entity()).prop_map(|(of, over)| json!({"measure": "overlap", "of": of, "over": over})),
        1 => entity().prop_map(|of| json!({"measure": "occupancy", "of": of})),
        1 => (entity(), entity()).prop_map(|(a, b)| json!({"measure": "axis_angle", "a": a, "b": b})),
        1 => bearing(),
        1 => Just(json!({"measure": "room_area"})),
        1 => entity().prop_map(|class| json!({"measure": "number", "class": class})),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let op = prop::sample::select(vec!["sum", "difference", "ratio"]);
        (op, prop::collection::vec(inner, 2..=2)).prop_map(|(op, of)| json!({"measure": op, "of": of}))
    })
}

fn answer() -> impl Strategy<Value = Value> {
    prop_oneof![
        (number(), number(), unit()).prop_map(|(a, b, unit)| {
            json!({"kind": "quantity", "value": f64::midpoint(a, b), "lo": a.min(b), "hi": a.max(b), "unit": unit})
        }),
        (-400.0..400.0_f64, 0.0..200.0_f64)
            .prop_map(|(value, by)| json!({"kind": "turn", "value": value, "lo": value - by, "hi": value + by})),
        (0..5_u32).prop_map(|value| json!({"kind": "count", "value": value})),
        (0..8_u32, entity()).prop_map(|(id, name)| json!({"kind": "object", "id": id, "name": name})),
        any::<bool>().prop_map(|value| json!({"kind": "yes_no", "value": value})),
        Just(json!({"kind": "sector", "in": "quadrants", "word": "front-left"})),
        Just(json!({"kind": "order", "ids": [1, 2, 3], "names": ["sofa", "table", "lamp"]})),
    ]
}

/// Well-formed questions of every form, many of them senseless.
fn any_question() -> impl Strategy<Value = Value> {
    question_over(predicate(2).boxed())
}

fn predicate(depth: u32) -> BoxedStrategy<Value> {
    let word = prop::sample::select(vec!["left", "right", "front", "back", "front-left", "back-right", "parallel"]);
    let relation = prop::sample::select(vec!["on", "above", "below", "under"]);
    let compare = prop::sample::select(vec!["less", "greater"]);
    let leaf = prop_oneof![
        3 => (term(), compare, term())
            .prop_map(|(left, is, right)| json!({"test": "compare", "left": left, "is": is, "right": right})),
        1 => (bearing(), system(), word)
            .prop_map(|(of, system, is)| json!({"test": "sector", "of": of, "in": system, "is": is})),
        2 => (relation, entity(), entity())
            .prop_map(|(name, a, b)| json!({"test": "relation", "name": name, "a": a, "b": b})),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = predicate(depth - 1);
    prop_oneof![
        3 => leaf,
        1 => inner.clone().prop_map(|of| json!({"test": "not", "of": of})),
        2 => (prop::sample::select(vec!["all", "any"]), prop::collection::vec(inner.clone(), 1..4))
            .prop_map(|(test, of)| json!({"test": test, "of": of})),
        2 => (question_over(inner), answer())
            .prop_map(|(question, answer)| json!({"test": "claim", "question": question, "answer": answer})),
    ]
    .boxed()
}

fn question_over(predicate: BoxedStrategy<Value>) -> impl Strategy<Value = Value> {
    let extreme = || prop::sample::select(vec!["least", "most"]);
    let among = || prop::collection::vec(entity(), 2..4);
    prop_oneof![
        (term(), prop::option::weighted(0.2, system())).prop_map(|(of, system)| match system {
            Some(system) => json!({"form": "value", "of": of, "in": system}),
            None => json!({"form": "value", "of": of}),
        }),
        (bearing(), system()).prop_map(|(of, system)| json!({"form": "value", "of": of, "in": system})),
        (extreme(), term(), among())
            .prop_map(|(want, of, among)| json!({"form": "pick", "want": want, "of": of, "among": among})),
        (extreme(), term(), among())
            .prop_map(|(first, of, among)| json!({"form": "order", "first": first, "of": of, "among": among})),
        (predicate.clone(), among())
            .prop_map(|(filter, among)| json!({"form": "which", "where": filter, "among": among})),
        predicate.clone().prop_map(|that| json!({"form": "test", "that": that})),
        (entity(), prop::option::of(predicate)).prop_map(|(class, filter)| match filter {
            Some(filter) => json!({"form": "count", "class": class, "where": filter}),
            None => json!({"form": "count", "class": class}),
        }),
    ]
}

/// A proof for every task's example that has one.
fn proofs() -> Vec<String> {
    let profile = question::profile("isovist").expect("a profile");
    let sha256 = scene::scene_sha256(target::room());
    let sampler = question::Sampler::new(target::room());
    question::catalogue()
        .iter()
        .flat_map(|task| (0..20).map(move |index| (task, index)))
        .filter_map(|(task, index)| {
            let fillings = sampler.fillings(target::room(), task, &mut question::Draw::new(1, &[&task.name], index))?;
            let (_, proof) = question::prove(target::room(), &task.question(&fillings).ok()?, profile, &sha256);
            serde_json::to_string(&proof?).ok()
        })
        .collect()
}

fn scenes() -> Vec<String> {
    let kitchen = scene::builtin::open("kitchen").expect("built in").expect("sound");
    let mut parts = kitchen.into_parts();
    parts.retain(|object| object.id.0 < 6);
    [scene::Scene::new(parts).expect("a scene"), target::room().clone()].iter().map(scene::scene_text).collect()
}

fn phrases() -> Vec<String> {
    let book = language::PhraseBook::builtin().expect("a phrase book");
    let sampler = question::Sampler::new(target::room());
    let mut texts = Vec::new();
    for task in question::catalogue() {
        for (index, phrase) in (0..task.phrases.ask.len()).enumerate() {
            let fillings =
                sampler.fillings(target::room(), task, &mut question::Draw::new(2, &[&task.name], index as u64));
            texts.extend(fillings.and_then(|fillings| book.ask(task, &fillings, phrase)));
        }
    }
    texts
}

fn replies() -> Vec<String> {
    judge::row::recorded_mix().expect("rows").into_iter().map(|row| row.reply).collect()
}

/// Requests about pictures, places and labels, good and bad.
fn requests() -> Vec<String> {
    let asked = [
        ("absolute_distance", "How far is the white vase from the fridge?", json!({"scene_id": "kitchen"})),
        ("absolute_distance", "How far is the sofa from the table?", json!({"scene_id": "room", "object1": "sofa"})),
        ("object_counting", "How many chairs are in this room?", json!({"scene_id": "kitchen"})),
        (
            "distance_cam_obj",
            "How far is the fridge from the camera?",
            json!({"scene_id": "kitchen", "image_path": "a/rgb_0.jpg"}),
        ),
        (
            "position_cam_cam",
            "When you took image 1, where was the camera for image 2?",
            json!({"scene_id": "kitchen", "image_paths": ["rgb_0", "rgb_1"], "min_visibility": 0.1}),
        ),
        ("room_size", "What is the size of this room?", json!({"scene_id": "nowhere", "summary_type": "scene"})),
    ];
    let whole = |(task_type, question, mut request): (&str, &str, Value)| {
        request["task_type"] = task_type.into();
        request["question"] = question.into();
        request.to_string()
    };
    asked.into_iter().map(whole).collect()
}

/// Masks of a picture of 4 by 3 pixels in every form of JSON.
fn mask_files() -> Vec<String> {
    let whole = json!({
        "annotations": [
            {"id": 1, "image_id": 5, "category_id": 2, "bbox": [1, 1, 2, 2], "score": 0.5},
            {"id": 2, "image_id": 5, "category_id": 2, "segmentation": [[1, 1, 3, 1, 3, 3, 1, 3]]},
            {"id": 3, "image_id": 5, "segmentation": {"size": [3, 4], "counts": [4, 2, 1, 2, 3]}},
            {"id": 4, "image_id": 5, "segmentation": {"size": [3, 4], "counts": "42102"}},
        ],
        "categories": [{"id": 2, "name": "Office_Chair"}],
    });
    let boxes = json!([{"box_px": [0.5, 0, 3, 2.5], "label": "chair", "confidence": 0.7}, {"box_px": [0, 0, 9, 9]}]);
    [whole["annotations"].clone(), whole, boxes].iter().map(Value::to_string).collect()
}

/// A whole run of a target: bytes, damaged texts, and JSON with other values.
fn exercise(cases: u32, texts: &[String], json: bool, target: fn(&[u8])) {
    for text in texts {
        target(text.as_bytes());
    }
    sample(cases, prop::collection::vec(any::<u8>(), 0..200), |bytes| target(&bytes));
    sample(cases, ".{0,200}", |text: String| target(text.as_bytes()));
    let text = || prop::sample::select(texts.to_vec());
    sample(cases, (text(), damages()), |(text, damages)| target(&damaged(text.as_bytes(), &damages)));
    if json {
        sample(cases, (text(), swaps()), |(text, swaps)| target(&swapped(&text, &swaps)));
    }
}

const FEW: u32 = 300;
const MANY: u32 = 300_000;

fn questions() -> Vec<String> {
    proofs().iter().map(|proof| serde_json::from_str::<Value>(proof).expect("JSON")["question"].to_string()).collect()
}

#[test]
fn scenes_are_read_or_refused() {
    exercise(FEW, &scenes(), true, target::scene);
}

/// A vase of no width on a table: engine and checker must agree on what is free around it.
#[test]
fn a_thing_without_width_takes_nothing_from_a_region() {
    let text = scene::scene_text(target::room());
    let flat = text.replace("\"extent_m\":[0.2,0.2,0.3]", "\"extent_m\":[0.0,0.2,0.3]");
    assert_ne!(flat, text);
    target::scene(flat.as_bytes());
}

#[test]
fn questions_are_proved_or_refused() {
    exercise(FEW, &questions(), true, target::question);
    sample(10 * FEW, any_question(), |question| target::question(question.to_string().as_bytes()));
}

#[test]
fn proofs_are_checked_or_refused() {
    exercise(FEW, &proofs(), true, target::proof);
}

#[test]
fn phrases_are_read_or_refused() {
    exercise(FEW, &phrases(), false, target::phrase);
}

#[test]
fn replies_are_read() {
    exercise(10 * FEW, &replies(), false, target::reply);
}

#[test]
fn requests_are_answered_or_refused() {
    exercise(FEW / 3, &requests(), true, target::request);
}

#[test]
fn masks_are_read_or_refused() {
    for text in mask_files() {
        let whole = lift_masks(&text);
        assert!(whole > 1, "{text}: {whole}");
    }
    exercise(FEW, &mask_files(), true, target::masks);
    let numbers = render::grey_16_png([4, 3], 0..12).expect("an image");
    target::masks(&numbers);
    sample(FEW, damages(), |damages| target::masks(&damaged(&numbers, &damages)));
}

/// How many masks a file that is whole has.
fn lift_masks(text: &str) -> usize {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("masks.json");
    std::fs::write(&file, text).expect("written");
    lift::masks_from(&file, [4, 3], &lift::Labels::new(), None).expect("masks").len()
}

#[test]
#[ignore = "minutes"]
fn many_replies() {
    exercise(MANY, &replies(), false, target::reply);
}

#[test]
#[ignore = "minutes"]
fn many_requests() {
    exercise(MANY / 30, &requests(), true, target::request);
}

#[test]
#[ignore = "minutes"]
fn many_masks() {
    exercise(MANY, &mask_files(), true, target::masks);
}

#[test]
#[ignore = "minutes"]
fn many_scenes() {
    exercise(MANY, &scenes(), true, target::scene);
}

#[test]
#[ignore = "minutes"]
fn many_questions() {
    exercise(MANY, &questions(), true, target::question);
    sample(20 * MANY, any_question(), |question| target::question(question.to_string().as_bytes()));
}

#[test]
#[ignore = "minutes"]
fn many_proofs() {
    exercise(MANY, &proofs(), true, target::proof);
}

#[test]
#[ignore = "minutes"]
fn many_phrases() {
    exercise(MANY, &phrases(), false, target::phrase);
}
