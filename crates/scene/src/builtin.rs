//! The scenes in the binary, so that every command works without a download.
//!
//! `kitchen` is an apartment of the Aria Digital Twin sample with 348 labelled objects and six frames; the other 288 are the rooms
//! of VSI-Bench under the names that its rows use (`scene0207_02`, `41069025`, `7b6477cb95`). `data/NOTICE.md`
//! names the sources. A test imports the originals anew and compares byte for byte.

use std::{borrow::Cow, sync::LazyLock};

use crate::{
    Images, Scene,
    pack::{Pack, PackError, gunzip, read_pack},
    parse_scene,
};

/// Name of the kitchen.
pub const KITCHEN: &str = "kitchen";

/// `data/kitchen.scene.json.gz`: the canonical text, one gzip member.
pub const KITCHEN_BYTES: &[u8] = include_bytes!("../data/kitchen.scene.json.gz");

/// Images of the kitchen that are in the binary, by the path that the scene names: those of one of its six frames.
pub const KITCHEN_IMAGES: &[(&str, &[u8])] = &[
    ("frames/rgb_0.jpg", include_bytes!("../data/kitchen/frames/rgb_0.jpg")),
    ("frames/rgb_0.depth.png", include_bytes!("../data/kitchen/frames/rgb_0.depth.png")),
];

/// `data/vsi_bench.pack.gz`: the 288 rooms.
pub const VSI_BENCH_BYTES: &[u8] = include_bytes!("../data/vsi_bench.pack.gz");

static VSI_BENCH: LazyLock<Option<Pack<'static>>> =
    // The data is part of the binary and a test opens all of it, so a damaged pack is never seen by a user.
    LazyLock::new(|| read_pack(VSI_BENCH_BYTES, "builtin").ok());

/// Names of all scenes in the binary, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    let pack = VSI_BENCH.iter().flat_map(Pack::names);
    let mut names: Vec<&str> = pack.chain([KITCHEN]).collect();
    names.sort_unstable();
    names.into_iter()
}

/// A scene in the binary; `None` if no scene has this name.
pub fn open(name: &str) -> Option<Result<Scene, PackError>> {
    if name != KITCHEN {
        return VSI_BENCH.as_ref()?.open(name);
    }
    let failed = |source| PackError::Gzip { origin: "builtin".to_owned(), part: KITCHEN.to_owned(), source };
    let images = || KITCHEN_IMAGES.iter().map(|(file, bytes)| ((*file).to_owned(), Cow::Borrowed(*bytes)));
    let text = gunzip(KITCHEN_BYTES).map_err(failed);
    let scene = text.and_then(|(text, _)| Ok(parse_scene(&text, "builtin:kitchen")?));
    Some(scene.map(|scene| scene.with_images(Images::in_memory(images()))))
}
