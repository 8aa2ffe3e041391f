//! The bodies of the fuzz targets on drawn and damaged inputs: a fast sample in every run, more with
//! `cargo test --release -p isovist --test fuzz -- --ignored`.

#[path = "../../../fuzz/src/lib.rs"]
#[expect(unreachable_pub, reason = "a library there, a module here")]
mod target;

use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use serde_json::{Value, json};

/// Runs a target on drawn inputs.
fn sample<T: std::fmt::Debug>(cases: u32, inputs: impl Strategy<Value = T>, run: impl Fn(T)) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    TestRunner::new(config)
        .run(&inputs, |input| {
            run(input);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// One change to the bytes of a text.
#[derive(Debug, Clone)]
enum Damage {
    Flip(Index, u8),
    Insert(Index, u8),
    Delete(Index),
    Truncate(Index),
    Repeat(Index, Index),
}

fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let damage = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        any::<Index>().prop_map(Damage::Delete),
        any::<Index>().prop_map(Damage::Truncate),
        any::<(Index, Index)>().prop_map(|(a, b)| Damage::Repeat(a, b)),
    ];
    prop::collection::vec(damage, 1..5)
}

fn damaged(text: &str, damages: &[Damage]) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    for damage in damages {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match damage {
            Damage::Flip(at, byte) => bytes[at.index(len)] ^= byte,
            Damage::Insert(at, byte) => bytes.insert(at.index(len), *byte),
            Damage::Delete(at) => {
                bytes.remove(at.index(len));
            }
            Damage::Truncate(at) => bytes.truncate(at.index(len)),
            Damage::Repeat(a, b) => {
                let (a, b) = (a.index(len), b.index(len));
                let part = bytes[a.min(b)..a.max(b)].to_vec();
                bytes.splice(a..a, part);
            }
        }
    }
    bytes
}

/// A JSON text in which some values are others: huge, of another type, deeply nested, or taken from elsewhere in it.
fn swapped(text: &str, swaps: &[(Index, Swap)]) -> Vec<u8> {
    let mut value: Value = serde_json::from_str(text).expect("JSON");
    for (at, swap) in swaps {
        let mut places = Vec::new();
        pointers(&value, "", &mut places);
        let other = match swap {
            Swap::Of(other) => other.clone(),
            Swap::From(from) => value.pointer(&places[from.index(places.len())]).expect("a place").clone(),
            Swap::Deep(levels) => {
                let mut here = value.pointer(&places[at.index(places.len())]).expect("a place").clone();
                for _ in 0..*levels {
                    here = json!({"test": "not", "of": here});
                }
                here
            }
        };
        *value.pointer_mut(&places[at.index(places.len())]).expect("a place") = other;
    }
    value.to_string().into_bytes()
}

#[derive(Debug, Clone)]
enum Swap {
    Of(Value),
    From(Index),
    Deep(usize),
}

fn swaps() -> impl Strategy<Value = Vec<(Index, Swap)>> {
    let hostile = [
        json!(null),
        json!(true),
        json!(0),
        json!(-0.0),
        json!(-1),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!(1e6),
        json!(u64::MAX),
        json!(i64::MIN),
        json!("NaN"),
        json!("Infinity"),
        json!(""),
        json!("?"),
        json!("#1"),
        json!("#4294967295"),
        json!("#1|#2"),
        json!("../../etc/passwd"),
        json!("\u{0}"),
        json!([]),
        json!({}),
        json!([[[[[[]]]]]]),
    ];
    let swap = prop_oneof![
        4 => prop::sample::select(hostile.to_vec()).prop_map(Swap::Of),
        4 => any::<Index>().prop_map(Swap::From),
        1 => (1..60_usize).prop_map(Swap::Deep),
    ];
    prop::collection::vec((any::<Index>(), swap), 1..4)
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| pointers(item, &format!("{at}/{i}"), out)),
        Value::Object(map) => map.iter().for_each(|(key, item)| {
            pointers(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), out);
        }),
        _ => {}
    }
}

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

/// A whole run of a target: bytes, damaged texts, and JSON with other values.
fn exercise(cases: u32, texts: &[String], json: bool, target: fn(&[u8])) {
    for text in texts {
        target(text.as_bytes());
    }
    sample(cases, prop::collection::vec(any::<u8>(), 0..200), |bytes| target(&bytes));
    sample(cases, ".{0,200}", |text: String| target(text.as_bytes()));
    let text = || prop::sample::select(texts.to_vec());
    sample(cases, (text(), damages()), |(text, damages)| target(&damaged(&text, &damages)));
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
#[ignore = "minutes"]
fn many_replies() {
    exercise(MANY, &replies(), false, target::reply);
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
