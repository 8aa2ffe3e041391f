//! The scenes in the binary are what a fresh import of the originals gives, byte for byte.
//!
//! To write them anew: `cargo test -p isovist-ingest --test embedded -- --ignored`.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use std::path::Path;

use common::{import, kitchen, shared};
use scene::{
    builtin,
    pack::{gzip, write_pack},
    scene_text,
};

const VSI_BENCH: &str = "annotations/vsi_bench";
const KITCHEN: &str = "scenes/adt_kitchen";

#[test]
fn the_kitchen_is_a_fresh_import() {
    let Some(path) = shared(KITCHEN) else { return };
    let fresh = kitchen(&path);
    assert_eq!(scene_text(&builtin::open(builtin::KITCHEN).unwrap().unwrap()), scene_text(&fresh));
    assert_eq!(gzip(&scene_text(&fresh)).unwrap(), builtin::KITCHEN_BYTES);
    for (file, bytes) in builtin::KITCHEN_IMAGES {
        assert_eq!(std::fs::read(path.join("derived").join(file)).unwrap(), *bytes, "{file}");
    }
}

#[test]
fn the_rooms_are_a_fresh_import() {
    let Some(path) = shared(VSI_BENCH) else { return };
    let (fresh, _) = import("vsi-bench", &path);
    assert_eq!(fresh.len(), 288);
    for scene in &fresh {
        let embedded = builtin::open(scene.id()).unwrap().unwrap();
        assert_eq!(scene_text(&embedded), scene_text(scene), "{}", scene.id());
        assert_eq!(embedded.parts(), scene.parts(), "{}", scene.id());
    }
    assert_eq!(write_pack(&fresh).unwrap(), builtin::VSI_BENCH_BYTES);
}

#[test]
fn every_published_row_finds_its_scene_and_objects() {
    let Some(path) = shared("annotations/vsi_bench/published_rows.jsonl") else { return };
    for line in std::fs::read_to_string(path).unwrap().lines() {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        let scene = builtin::open(row["scene_name"].as_str().unwrap()).unwrap().unwrap();
        for object in row["objects"].as_array().into_iter().flatten() {
            let class = scene.class(object.as_str().unwrap());
            assert!(class.is_ok(), "{}: {object}: {class:?}", scene.id());
        }
    }
}

#[test]
fn every_scene_in_the_binary_opens() {
    let names: Vec<&str> = builtin::names().collect();
    assert_eq!(names.len(), 289);
    assert!(names.is_sorted());
    let mut objects = 0;
    for name in names {
        let scene = builtin::open(name).unwrap().unwrap();
        assert_eq!(scene.id(), name);
        objects += scene.objects().len();
    }
    assert_eq!(objects, 3197 + 348);
    assert!(builtin::open("no such scene").is_none());
}

#[test]
fn together_they_stay_small() {
    assert!(builtin::KITCHEN_BYTES.len() + builtin::VSI_BENCH_BYTES.len() < 1_000_000);
    let images: usize = builtin::KITCHEN_IMAGES.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(images < 500_000);
}

#[test]
#[ignore = "writes the embedded data"]
fn write_the_embedded_scenes() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scene/data");
    let kitchen = kitchen(&shared(KITCHEN).unwrap());
    std::fs::write(data.join("kitchen.scene.json.gz"), gzip(&scene_text(&kitchen)).unwrap()).unwrap();
    for (file, _) in builtin::KITCHEN_IMAGES {
        let original = shared(KITCHEN).unwrap().join("derived").join(file);
        std::fs::copy(original, data.join("kitchen").join(file)).unwrap();
    }
    let (rooms, _) = import("vsi-bench", &shared(VSI_BENCH).unwrap());
    std::fs::write(data.join("vsi_bench.pack.gz"), write_pack(&rooms).unwrap()).unwrap();
}
