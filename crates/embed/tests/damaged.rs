//! Folders that are no model: what is said of them, and that nothing panics.

mod support;

use std::{fs, path::Path};

use embed::{EmbedError, Embedding};
use serde_json::{Value, json};
use support::{FILES, copied, fixture, set};

fn problem(folder: &Path) -> String {
    Embedding::open(folder).map(|model| model.name().to_owned()).expect_err("an error").to_string()
}

#[test]
fn an_error_names_file_and_field_and_what_to_do() {
    for (model, file, fields, value, expected) in [
        (
            "sentence",
            "config.json",
            "model_type",
            json!("t5"),
            "config.json: model_type: \"t5\" is not read (hint: choose",
        ),
        ("sentence", "config.json", "model_type", json!(null), "config.json: model_type: \"\" is not read"),
        (
            "sentence",
            "config.json",
            "hidden_size",
            json!(1_u64 << 40),
            "config.json: hidden_size: 1099511627776 is not in 1 to 8192",
        ),
        ("sentence", "config.json", "hidden_size", json!(-1), "config.json: hidden_size: invalid value"),
        (
            "sentence",
            "config.json",
            "hidden_size",
            json!(64),
            "tensor embeddings.word_embeddings.weight: has the shape [157, 32], config.json says [157, 64]",
        ),
        (
            "sentence",
            "config.json",
            "hidden_act",
            json!("silu"),
            "config.json: hidden_act: \"silu\" is unknown (hint: gelu",
        ),
        (
            "sentence",
            "config.json",
            "num_attention_heads",
            json!(5),
            "config.json: num_attention_heads: 5 heads do not part",
        ),
        (
            "sentence",
            "config.json",
            "num_hidden_layers",
            json!(3),
            "tensor encoder.layer.2.attention.self.query.weight: is not there",
        ),
        ("sentence", "config.json", "layer_norm_eps", json!(0.0), "config.json: layer_norm_eps: 0 is not above 0"),
        (
            "sentence",
            "config.json",
            "position_embedding_type",
            json!("relative_key"),
            "config.json: position_embedding_type: \"relative_key\"",
        ),
        ("sentence", "config.json", "is_decoder", json!(true), "config.json: is_decoder"),
        (
            "sentence",
            "config.json",
            "vocab_size",
            json!(100),
            "tensor embeddings.word_embeddings.weight: has the shape",
        ),
        (
            "sentence",
            "modules.json",
            "1.type",
            json!("sentence_transformers.models.Dense"),
            "modules.json: [1].type: a step of the kind \"Dense\"",
        ),
        (
            "sentence",
            "modules.json",
            "1.path",
            json!("../secret"),
            "modules.json: [1].path: \"../secret\" is not \"1_Pooling\"",
        ),
        (
            "sentence",
            "1_Pooling/config.json",
            "pooling_mode_max_tokens",
            json!(true),
            "1_Pooling/config.json: pooling_mode_max_tokens: is asked together with pooling_mode_mean_tokens",
        ),
        (
            "sentence",
            "1_Pooling/config.json",
            "pooling_mode_mean_tokens",
            json!(false),
            "pooling_mode_mean_tokens: no pooling is asked",
        ),
        (
            "sentence",
            "1_Pooling/config.json",
            "pooling_mode_cls_token",
            json!(true),
            "pooling_mode_mean_tokens: is asked together",
        ),
        (
            "sentence",
            "1_Pooling/config.json",
            "pooling_mode",
            json!("lasttoken"),
            "pooling_mode: \"lasttoken\" is not read",
        ),
        (
            "sentence",
            "sentence_bert_config.json",
            "max_seq_length",
            json!(2),
            "tokenizer.json: post_processor: adds 2 tokens where 2 are all",
        ),
        (
            "sentence",
            "tokenizer.json",
            "model.vocab.chair",
            json!(900),
            "tokenizer.json: model.vocab: token 900 is beyond the 157",
        ),
        (
            "clip",
            "config.json",
            "text_config.eos_token_id",
            json!(900),
            "config.json: text_config.eos_token_id: is no token of a vocabulary of 556",
        ),
        (
            "clip",
            "config.json",
            "text_config.eos_token_id",
            json!(7),
            "tokenizer.json: post_processor: adds no end token 7",
        ),
        ("clip", "config.json", "text_config.hidden_act", json!(3), "config.json: hidden_act: invalid type"),
    ] {
        let folder = copied(model);
        set(folder.path(), file, &fields.split('.').collect::<Vec<_>>(), value.clone());
        let found = problem(folder.path());
        assert!(found.contains(expected) && found.contains("(hint: "), "{fields} {value}: {found}");
        assert!(found.starts_with(&folder.path().display().to_string()), "{found}");
    }
}

#[test]
fn a_missing_file_is_named_and_nothing_is_downloaded() {
    let empty = tempfile::tempdir().expect("a folder");
    assert!(problem(empty.path()).contains("config.json: No such file"));
    assert!(problem(&empty.path().join("none")).contains("nothing is downloaded"));
    for (model, files) in FILES {
        for file in &files[..3] {
            let folder = copied(model);
            fs::remove_file(folder.path().join(file)).expect(file);
            assert!(problem(folder.path()).contains(&format!("{file}: No such file")), "{file}");
            fs::create_dir(folder.path().join(file)).expect(file);
            assert!(problem(folder.path()).contains(&format!("{file}: no regular file")), "{file}");
        }
    }
    // Weights of another form are not looked for.
    let folder = copied("clip");
    fs::rename(folder.path().join("model.safetensors"), folder.path().join("pytorch_model.bin")).expect("a file");
    assert!(problem(folder.path()).contains("model.safetensors: No such file"));
}

/// A safetensors file with this header and as many bytes behind it.
fn weights(folder: &Path, header: &str, bytes: usize) {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.as_bytes());
    file.resize(file.len() + bytes, 0);
    fs::write(folder.join("model.safetensors"), file).expect("a file");
}

#[test]
fn a_header_of_weights_is_held_against_the_file() {
    let folder = copied("sentence");
    let name = "embeddings.word_embeddings.weight";
    let tensor = |kind: &str, shape: &str, end: u64| {
        format!(r#"{{"{name}": {{"dtype": "{kind}", "shape": {shape}, "data_offsets": [0, {end}]}}}}"#)
    };
    for (header, bytes, expected) in [
        ("{}".to_owned(), 4, "0 bytes of tensors are announced, 4 are there"),
        ("{}".to_owned(), 0, "embeddings.word_embeddings.weight: is not there"),
        (tensor("F32", "[1099511627776, 32]", 1 << 47), 64, "are announced, 64 are there"),
        (tensor("F32", "[18446744073709551615, 32]", 64), 64, "model.safetensors: "),
        (tensor("F32", "[157, 32]", 64), 64, "model.safetensors: "),
        (tensor("I8", "[157, 32]", 5024), 5024, "is of the type I8 (hint: F32, F16 and BF16 are read"),
        (tensor("BF16", "[157, 32]", 10048), 10048, "embeddings.position_embeddings.weight: is not there"),
    ] {
        weights(folder.path(), &header, bytes);
        let found = problem(folder.path());
        assert!(found.contains(expected), "{header}: {found}");
    }
    fs::write(folder.path().join("model.safetensors"), u64::MAX.to_le_bytes()).expect("a file");
    assert!(problem(folder.path()).contains("a header of 18446744073709551615 bytes does not stand in a file of 8"));
}

#[test]
fn weights_that_are_no_numbers_are_refused() {
    let folder = copied("sentence");
    let path = folder.path().join("model.safetensors");
    let mut bytes = fs::read(&path).expect("a file");
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    fs::write(&path, &bytes).expect("a file");
    assert!(problem(folder.path()).contains("is not finite"));
    // Finite, and too large for what is computed from them.
    let header = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes")) as usize + 8;
    for four in bytes[header..].as_chunks_mut().0 {
        *four = 3e38_f32.to_le_bytes();
    }
    fs::write(&path, &bytes).expect("a file");
    match Embedding::open(folder.path()).expect("finite weights").embed(&["the chair"]) {
        Err(EmbedError::NotFinite { bytes: 9 }) => {}
        other => panic!("{other:?}"),
    }
}

/// Draws that are the same on every run.
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

/// Opens a folder and, where that is a model, asks it.
fn tried(folder: &Path) -> bool {
    match Embedding::open(folder) {
        Ok(model) => {
            let found = model.similarities(&[("the chair 椅", "two red lamps"), ("", "é\u{301}\0")]);
            assert!(found.is_err() || found.is_ok_and(|all| all.iter().all(|one| (0.0..=1.0).contains(one))));
            true
        }
        Err(problem) => {
            assert!(problem.to_string().contains("(hint: "), "{problem}");
            false
        }
    }
}

#[test]
fn no_damaged_file_panics() {
    let mut draws = Draws(7);
    let (mut opened, mut refused) = (0, 0);
    for (model, files) in FILES {
        let folder = copied(model);
        for file in files {
            let whole = fs::read(fixture(model).join(file)).expect(file);
            let path = folder.path().join(file);
            for round in 0..120 {
                let mut bytes = whole.clone();
                match round % 4 {
                    0 => bytes.truncate(draws.below(whole.len())),
                    1 => {
                        for _ in 0..=draws.below(3) {
                            let at = draws.below(bytes.len());
                            bytes[at] = draws.below(256) as u8;
                        }
                    }
                    2 => {
                        let (from, to) = (draws.below(bytes.len()), draws.below(bytes.len()));
                        bytes.drain(from.min(to)..from.max(to).min(from.min(to) + 20));
                    }
                    // Digits and marks change what a file says more often than any byte does; weights are hit in their header.
                    _ => {
                        let at = draws.below(bytes.len().min(4000));
                        bytes[at] = *b"0129-\"[]{},:null".get(draws.below(16)).unwrap_or(&b'9');
                    }
                }
                fs::write(&path, bytes).expect(file);
                if tried(folder.path()) { opened += 1 } else { refused += 1 }
            }
            fs::write(&path, whole).expect(file);
        }
        assert!(tried(folder.path()));
    }
    assert!(opened > 50 && refused > 200, "{opened} opened, {refused} refused");
}

/// Every value of the JSON files, replaced by values of other kinds.
#[test]
fn no_value_of_another_kind_panics() {
    fn places(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Object(fields) => {
                for (name, value) in fields.iter().take(30) {
                    places(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().take(3).enumerate() {
                    places(value, &format!("{at}/{index}"), found);
                }
            }
            _ => {}
        }
    }
    for (model, files) in FILES {
        let folder = copied(model);
        for file in files.iter().filter(|file| file.ends_with("json")) {
            let whole = fs::read(fixture(model).join(file)).expect(file);
            let value: Value = serde_json::from_slice(&whole).expect(file);
            let mut found = Vec::new();
            places(&value, "", &mut found);
            for place in found {
                for other in [
                    json!(null),
                    json!(0),
                    json!(4_294_967_295_u32),
                    json!(-1),
                    json!(1e300),
                    json!(""),
                    json!([]),
                    json!({}),
                ] {
                    let mut changed = value.clone();
                    *changed.pointer_mut(&place).expect("a place") = other;
                    fs::write(folder.path().join(file), changed.to_string()).expect(file);
                    tried(folder.path());
                }
            }
            fs::write(folder.path().join(file), whole).expect(file);
        }
    }
}
