//! What must hold for any bytes. The fuzz targets run these with a fuzzer, `crates/cli/tests/fuzz.rs` with damaged
//! and drawn inputs in every test run.

use std::sync::LazyLock;

use judge::reply::{Read, Reply};
use language::PhraseBook;
use question::{Draw, Filling, Question, Role, Sampler, Unit, Verdict, catalogue, evaluate, profiles, prove, task};
use scene::{LabelTable, Scene, parse_scene, scene_sha256, scene_text};
use serde_json::Value;
use spatialevo::{Opened, Settings};

/// A small scene that questions, proofs and phrases are about, and its hash.
static ROOM: LazyLock<(Scene, String)> = LazyLock::new(|| {
    let mut task = task("absolute_distance").expect("a task").clone();
    task.example.floor = Some(vec![[-4.0, -4.0], [4.0, -4.0], [4.0, 4.0], [-4.0, 4.0]]);
    let scene = question::example_scene(&task).expect("its scene");
    let sha256 = scene_sha256(&scene);
    (scene, sha256)
});

/// The built-in scene with frames, and its hash.
static KITCHEN: LazyLock<(Scene, String)> = LazyLock::new(|| {
    let scene = scene::builtin::open("kitchen").expect("built in").expect("sound");
    let sha256 = scene_sha256(&scene);
    (scene, sha256)
});

/// The scene that questions, proofs and phrases are about.
pub fn room() -> &'static Scene {
    &ROOM.0
}

/// A text is a scene or an error; a scene's own text is that scene again, and every task can be asked of it.
pub fn scene(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(scene) = parse_scene(text, "fuzz") else { return };
    let written = scene_text(&scene);
    let back = parse_scene(&written, "fuzz").expect("a scene's own text reads back");
    assert_eq!(scene_text(&back), written);
    let (sampler, sha256) = (Sampler::new(&scene), scene_sha256(&scene));
    for task in catalogue() {
        if let Some(fillings) = sampler.fillings(&scene, task, &mut Draw::new(0, &[&task.name], 0)) {
            certified(&scene, &sha256, &task.question(&fillings).expect("a question"));
        }
    }
}

/// Any question gets a verdict under every profile, and what is certain has a proof that the checker accepts.
pub fn question(bytes: &[u8]) {
    if let Ok(question) = serde_json::from_slice(bytes) {
        certified(room(), &ROOM.1, &question);
    }
}

fn certified(scene: &Scene, sha256: &str, question: &Question) {
    for profile in profiles() {
        let (verdict, proof) = prove(scene, question, profile, sha256);
        assert_eq!(verdict, evaluate(scene, question, profile), "with a proof and without");
        assert_eq!(matches!(verdict, Verdict::Certain { .. }), proof.is_some());
        if let Some(proof) = proof {
            let proof = serde_json::to_value(&proof).expect("a proof is JSON");
            if let Err(rejection) = checker::check(scene, sha256, &proof) {
                panic!("profile {}: {rejection}\n{proof}", profile.name);
            }
        }
    }
}

/// Any JSON is a proof or is refused.
pub fn proof(bytes: &[u8]) {
    if let Ok(mut proof) = serde_json::from_slice::<Value>(bytes) {
        // The hash is public; a forger has it right.
        if let Some(hash) = proof.get_mut("scene_sha256") {
            *hash = Value::from(ROOM.1.as_str());
        }
        checker::check(room(), &ROOM.1, &proof).ok();
    }
}

/// A text is a question or is refused; every thing that the question names stands in the text.
pub fn phrase(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let book = PhraseBook::builtin().expect("a phrase book");
    let Ok(parsed) = book.parse(room(), text) else { return };
    let said = letters(text);
    let task = task(parsed.task).expect("a task of the catalogue");
    for (role, filling) in &parsed.fillings {
        let names: &[String] = match (&task.roles[role], filling) {
            (Role::Object { .. } | Role::Class { .. }, Filling::Text(name)) => std::slice::from_ref(name),
            (Role::Objects { .. }, Filling::List(names)) => names,
            _ => &[],
        };
        for name in names {
            let plural = LabelTable::builtin().plural(name);
            assert!(said.contains(&letters(name)) || said.contains(&letters(&plural)), "{name:?} in {text:?}");
        }
    }
}

/// Any bytes are read for every kind of answer, and what is read stands inside them.
pub fn reply(bytes: &[u8]) {
    fn inside<T>(read: &Read<T>, length: usize) {
        let spans = match read {
            Read::One(found) => vec![&found.span],
            Read::Conflict { first, other } => vec![&first.span, &other.span],
            Read::Nothing { .. } => Vec::new(),
        };
        assert!(spans.iter().all(|span| span.start <= span.end && span.end <= length), "{spans:?} of {length}");
    }
    let options: Vec<String> = ["left", "front left", "the tv stand", ""].map(String::from).to_vec();
    let (reply, length) = (Reply::new(bytes), bytes.len());
    for unit in [Unit::Metre, Unit::SquareMetre, Unit::Degree, Unit::One] {
        inside(&reply.quantity(unit, 1.0), length);
    }
    inside(&reply.count(), length);
    inside(&reply.choice(&options), length);
    inside(&reply.yes_no(), length);
    inside(&reply.direction(), length);
    for among in [&options[..], &[]] {
        inside(&reply.label(among), length);
        inside(&reply.list(among), length);
    }
    inside(&reply.coordinates(), length);
    inside(&reply.place(), length);
    inside(&reply.answer_text(), length);
}

/// Any JSON is a request that is answered or refused, for a question and for a summary; an answer has a proof that the
/// checker accepts.
pub fn request(bytes: &[u8]) {
    let Ok(request) = serde_json::from_slice::<Value>(bytes) else { return };
    let open = |id: &str| match id {
        "room" => Ok(Opened { scene: &ROOM.0, sha256: &ROOM.1 }),
        "kitchen" => Ok(Opened { scene: &KITCHEN.0, sha256: &KITCHEN.1 }),
        _ => Err(format!("no scene {id:?}")),
    };
    for profile in profiles() {
        let response = spatialevo::validate(&request, Settings { profile, proof: true }, open);
        let valid = response["is_valid"].as_bool().expect("a verdict on the question");
        assert_eq!(valid, response.get("proof").is_some(), "{response}");
        if let Some(proof) = response.get("proof") {
            let opened = open(proof["scene"].as_str().filter(|id| *id == "kitchen").unwrap_or("room"));
            let Opened { scene, sha256 } = opened.expect("a scene");
            if let Err(rejection) = checker::check(scene, sha256, proof) {
                panic!("profile {}: {rejection}\n{proof}", profile.name);
            }
        }
    }
    let summary = spatialevo::summary(&request, &profiles()[0], open);
    assert!(summary.is_object(), "{summary}");
}

/// Any bytes are masks of a picture or are refused with a message that names the file.
pub fn masks(bytes: &[u8]) {
    const SIZE: [u32; 2] = [4, 3];
    let scratch = tempfile::tempdir().expect("a temporary folder");
    let name = if bytes.starts_with(b"\x89PNG") { "masks.png" } else { "masks.json" };
    let file = scratch.path().join(name);
    std::fs::write(&file, bytes).expect("written");
    match lift::masks_from(&file, SIZE, &lift::Labels::new(), None) {
        Err(error) => assert!(error.to_string().contains(name), "{error}"),
        Ok(masks) => {
            for mask in masks {
                assert!(mask.pixels.is_sorted() && mask.pixels.iter().all(|pixel| *pixel < 12), "{mask:?}");
            }
        }
    }
}

/// The letters and digits of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect()
}
