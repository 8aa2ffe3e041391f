//! The vectors of transformers, and what a likeness makes of vectors.

mod support;

use std::{collections::BTreeMap, fs};

use embed::Embedding;
use judge::{
    reward::preset,
    row::{JudgedRow, judge_all_with},
    rule::Likeness as _,
};
use serde_json::{Value, json};
use support::{copied, fixture, set};

fn golden() -> (Vec<String>, BTreeMap<String, Vec<Vec<f64>>>) {
    let mut all: BTreeMap<String, Value> =
        serde_json::from_slice(&fs::read(fixture("golden.json")).expect("a file")).expect("JSON");
    let texts = serde_json::from_value(all.remove("texts").expect("texts")).expect("texts");
    let vectors = all.into_iter().map(|(name, rows)| (name, serde_json::from_value(rows).expect("vectors")));
    (texts, vectors.collect())
}

/// The greatest difference of a number, of all texts at once and of each alone.
fn off(model: &Embedding, name: &str) -> f64 {
    let (texts, golden) = golden();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let together = model.embed(&texts).expect("vectors");
    let alone = texts.iter().flat_map(|text| model.embed(&[text]).expect("a vector"));
    assert_eq!(together.len(), golden[name].len());
    assert!(together.iter().all(|vector| vector.len() == model.dimension()));
    let pairs = together.iter().cloned().chain(alone).zip(golden[name].iter().cycle());
    pairs
        .flat_map(|(own, theirs)| {
            assert_eq!(own.len(), theirs.len());
            own.into_iter().zip(theirs.clone()).map(|(own, theirs)| (f64::from(own) - theirs).abs())
        })
        .fold(0.0, f64::max)
}

#[test]
fn vectors_are_those_of_transformers() {
    for (model, name) in [("sentence", "sentence_mean"), ("clip", "clip")] {
        let off = off(&Embedding::open(&fixture(model)).expect(model), name);
        println!("{name}: {off:e}");
        assert!(off <= 1e-5, "{name}: {off:e}");
    }
}

#[test]
fn pooling_is_as_its_file_says_and_else_the_mean() {
    const FILE: &str = "1_Pooling/config.json";
    let folder = copied("sentence");
    let found = |name| off(&Embedding::open(folder.path()).expect("a model"), name);
    set(folder.path(), FILE, &["pooling_mode_cls_token"], json!(true));
    set(folder.path(), FILE, &["pooling_mode_mean_tokens"], json!(false));
    assert!(found("sentence_first") <= 1e-5);
    fs::write(folder.path().join(FILE), r#"{"pooling_mode": "cls"}"#).expect("a file");
    assert!(found("sentence_first") <= 1e-5);
    fs::remove_file(folder.path().join(FILE)).expect("a file");
    assert!(found("sentence_mean") <= 1e-5);
}

#[test]
fn a_text_tower_alone_and_an_old_checkpoint_are_read() {
    let folder = copied("clip");
    let config: Value =
        serde_json::from_slice(&fs::read(folder.path().join("config.json")).expect("a file")).expect("JSON");
    let mut text = config["text_config"].clone();
    // What old checkpoints state: the highest token ends a text.
    text["eos_token_id"] = json!(2);
    for stated in [text.clone(), json!({"model_type": "clip", "text_config": {}, "text_config_dict": text})] {
        fs::write(folder.path().join("config.json"), stated.to_string()).expect("a file");
        let off = off(&Embedding::open(folder.path()).expect("a model"), "clip");
        assert!(off <= 1e-5, "{stated}: {off:e}");
    }
}

#[test]
fn likeness_is_the_cosine_from_0_to_1() {
    for model in ["sentence", "clip"] {
        let model = Embedding::open(&fixture(model)).expect(model);
        let texts = ["the chair", "two red lamps", "window", "The Chair"];
        let pairs: Vec<(&str, &str)> = texts.iter().flat_map(|a| texts.iter().map(move |b| (*a, *b))).collect();
        let found = model.similarities(&pairs).expect("numbers");
        let vectors = model.embed(&texts).expect("vectors");
        let mut between = 0;
        for ((a, b), likeness) in (0..4).flat_map(|a| (0..4).map(move |b| (a, b))).zip(&found) {
            let cosine: f64 = vectors[a].iter().zip(&vectors[b]).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            assert!((cosine.clamp(0.0, 1.0) - likeness).abs() < 1e-12, "{a} {b}: {cosine}, not {likeness}");
            between += u8::from(cosine > 0.0 && cosine < 0.99);
        }
        assert!(between > 0, "{found:?}");
        assert!(found[0] > 1.0 - 1e-6 && found[3] > 1.0 - 1e-6, "lower and upper case are one to both models");
        assert_eq!(model.likeness(&pairs), found);
        assert!(model.likeness(&[]).is_empty());
        let blank = model.similarities(&[("", ""), (" \n", "chair"), ("chair", "chair")]).expect("numbers");
        assert!(blank[..2] == [0.0, 0.0] && blank[2] > 1.0 - 1e-6, "{blank:?}");
    }
}

#[test]
fn rewards_are_taken_from_it() {
    let model = Embedding::open(&fixture("clip")).expect("a model");
    let wanted = "the chair is left of the table";
    let said = [wanted, "a red lamp", "", "<|endoftext|>"];
    let row = |said: &&str| -> JudgedRow {
        let truth = json!({"kind": "text", "references": ["window", wanted]});
        serde_json::from_value(json!({"reply": format!("<answer>{said}</answer>"), "truth": truth})).expect("a row")
    };
    let rows: Vec<JudgedRow> = said.iter().map(row).collect();
    let judged = judge_all_with(preset("3d-r1").expect("a preset"), &rows, &model);
    for (said, judgement) in said.iter().zip(judged) {
        let pairs = [(*said, "window"), (*said, wanted)];
        let best = model.similarities(&pairs).expect("numbers").into_iter().fold(0.0, f64::max);
        let total = judgement.expect("a judgement").reward.total;
        assert!((total - 0.3 * best).abs() < 1e-12, "{said}: {total}, not 0.3 of {best}");
    }
}

#[test]
fn every_text_has_a_vector() {
    let mut state = 1_u32;
    let mut drawn = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 8
    };
    let texts: Vec<String> = (0..400)
        .map(|_| {
            let count = drawn() % 60;
            // Letters of any script and marks that join with them, at times whole runs of one.
            (0..count)
                .flat_map(|_| {
                    vec![char::from_u32((drawn() % 0x3_0000) >> (drawn() % 12)); 1 + (drawn() % 40 / 39 * 99) as usize]
                })
                .flatten()
                .collect()
        })
        .chain(["x".repeat(1 << 20), " ".repeat(1 << 16), "\u{301}".repeat(1 << 12), "\0\u{feff}\u{200d}".to_owned()])
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    for model in ["sentence", "clip"] {
        let vectors = Embedding::open(&fixture(model)).expect(model).embed(&texts).expect("vectors");
        for vector in vectors {
            let length: f32 = vector.iter().map(|x| x * x).sum();
            assert!((length - 1.0).abs() < 1e-5, "{length}");
        }
    }
}

#[test]
fn a_text_does_not_depend_on_those_beside_it() {
    let model = Embedding::open(&fixture("sentence")).expect("a model");
    let many: Vec<String> = (0..300).map(|at| format!("chair {at} {}", "left of the lamp ".repeat(at % 20))).collect();
    let mut texts: Vec<&str> = many.iter().map(String::as_str).collect();
    texts.extend_from_within(..50);
    let together = model.embed(&texts).expect("vectors");
    for at in (0..350).step_by(17) {
        let alone = model.embed(&texts[at..=at]).expect("a vector");
        let off = together[at].iter().zip(&alone[0]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(off < 1e-6, "{at}: {off:e}");
    }
    assert_eq!(together[..50], together[300..]);
    assert!(model.embed(&[]).expect("nothing").is_empty());
}

/// `<|endoftext|>` behind an answer would hide what follows it.
#[test]
fn a_reply_that_writes_a_special_token_writes_text() {
    for (model, token) in [("clip", "<|endoftext|>"), ("sentence", "[SEP]")] {
        let model = Embedding::open(&fixture(model)).expect(model);
        let said = format!("the chair {token} and the lamp behind the window");
        let found = model.similarities(&[(&said, "the chair")]).expect("a number");
        assert!(found[0] < 0.999, "{token}: {found:?}");
        let different = [format!("the chair {token} red"), format!("the chair {token} left")];
        let vectors = model.embed(&[&different[0], &different[1]]).expect("vectors");
        assert_ne!(vectors[0], vectors[1], "{token}: what follows is read");
    }
}

#[test]
fn the_name_tells_weights_and_settings_but_not_the_place() {
    let folder = copied("sentence");
    let name = || Embedding::open(folder.path()).expect("a model").name().to_owned();
    let first = name();
    assert!(first.starts_with("sentence_cosine:") && first.len() == 28, "{first}");
    assert_eq!(first, Embedding::open(&fixture("sentence")).expect("a model").name());
    set(folder.path(), "sentence_bert_config.json", &["max_seq_length"], json!(40));
    let shorter = name();
    let path = folder.path().join("model.safetensors");
    let mut bytes = fs::read(&path).expect("a file");
    let last = bytes.len() - 1;
    bytes[last] ^= 0x80;
    fs::write(path, bytes).expect("a file");
    assert!(shorter != first && name() != shorter);
}
