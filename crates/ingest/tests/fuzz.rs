//! Damaged files of every layout: the bodies of the fuzz targets on a fast sample in every run, on more with
//! `cargo test --release -p isovist-ingest --test fuzz -- --ignored`.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

#[path = "common/colmap_model.rs"]
mod colmap_model;
mod common;
#[path = "common/damage.rs"]
mod damage;
#[path = "common/filmed.rs"]
mod filmed;
#[path = "common/gs_layout.rs"]
mod gs_layout;
#[path = "common/hispatial_shard.rs"]
mod hispatial_shard;
#[path = "common/point_map.rs"]
mod point_map;
#[path = "common/sens_file.rs"]
mod sens_file;
#[path = "common/sequences.rs"]
mod sequences;
#[path = "../../../fuzz/src/layout.rs"]
#[expect(unreachable_pub, reason = "a library there, a module here")]
mod target;

use std::{collections::BTreeSet, fs, io::Write as _, path::Path};

use common::{files_below, fixture};
use damage::{Damage, Swap, damaged, damages, sample, swapped, swaps};
use ingest::{READERS, writer};
use proptest::{prelude::*, sample::Index};
use scene::Scene;
use target::Layout;

/// Cases of each layout: in every run, and where there is time.
const FEW: u32 = 24;
const MANY: u32 = 1_000;

/// What stands where a number should.
const NO_NUMBERS: [&str; 10] =
    ["NaN", "inf", "-1", "0", "1e300", "-1e-300", "18446744073709551615", "99999999999999999999", "\"x\"", ""];

/// Counts and lengths that no file holds.
const NO_COUNTS: [u64; 6] = [0, 1 << 31, u32::MAX as u64, 1 << 40, i64::MAX as u64, u64::MAX];

/// What happens to one file of a layout.
#[derive(Debug, Clone)]
enum Change {
    Bytes(Vec<Damage>),
    Values(Vec<(Index, Swap)>),
    Number(Index, &'static str),
    Count(Index, u64),
    Other(Index),
    Holds(Vec<u8>),
    Gone,
}

fn changes() -> impl Strategy<Value = Change> {
    prop_oneof![
        4 => damages().prop_map(Change::Bytes),
        4 => swaps().prop_map(Change::Values),
        4 => (any::<Index>(), prop::sample::select(&NO_NUMBERS[..])).prop_map(|(at, by)| Change::Number(at, by)),
        3 => (any::<Index>(), prop::sample::select(&NO_COUNTS[..])).prop_map(|(at, by)| Change::Count(at, by)),
        1 => any::<Index>().prop_map(Change::Other),
        1 => prop::collection::vec(any::<u8>(), 0..200).prop_map(Change::Holds),
        1 => Just(Change::Gone),
    ]
}

/// The layout with one file changed; of three changes two are of files that are no pictures.
fn changed(layout: &Layout, which: Index, pictures_too: bool, change: &Change) -> Layout {
    let mut layout = layout.clone();
    let is_picture = |name: &str| [".png", ".jpg"].iter().any(|ending| name.ends_with(ending));
    let mut places: Vec<usize> =
        (0..layout.files.len()).filter(|at| pictures_too || !is_picture(&layout.files[*at].0)).collect();
    if places.is_empty() {
        places = (0..layout.files.len()).collect();
    }
    let at = places[which.index(places.len())];
    let held = layout.files[at].1.clone();
    let text = std::str::from_utf8(&held).ok();
    layout.files[at].1 = match change {
        Change::Bytes(damages) => damaged(&held, damages),
        Change::Values(swaps) => match text.filter(|text| serde_json::from_str::<serde_json::Value>(text).is_ok()) {
            Some(text) => swapped(text, swaps),
            None => held[..held.len() / 2].to_vec(),
        },
        Change::Number(nth, by) => {
            let numbers = |text: &str| {
                let words = text.split(|c: char| !(c.is_ascii_digit() || ".-e".contains(c)));
                let places = words.filter(|word| word.parse::<f64>().is_ok());
                places.map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word.len())).collect::<Vec<_>>()
            };
            match text.map(|text| (text, numbers(text))) {
                Some((text, places)) if !places.is_empty() => {
                    let (start, length) = places[nth.index(places.len())];
                    [&text[..start], by, &text[start + length..]].concat().into_bytes()
                }
                _ => damaged(&held, &[Damage::Truncate(*nth)]),
            }
        }
        Change::Count(place, by) => {
            let mut held = held;
            // Heads of binary files are short; most of what counts stands in them.
            let start = place.index(held.len().clamp(1, 512));
            held.iter_mut().skip(start).zip(by.to_le_bytes()).for_each(|(byte, by)| *byte = by);
            held
        }
        Change::Other(other) => layout.files[other.index(layout.files.len())].1.clone(),
        Change::Holds(bytes) => bytes.clone(),
        Change::Gone => {
            layout.files.remove(at);
            return layout;
        }
    };
    layout
}

/// A folder's files in memory.
fn layout_of(reader: &str, folder: &Path) -> Layout {
    let files = files_below(folder).into_iter().collect();
    Layout { reader: reader.to_owned(), folder: folder.file_name().unwrap().to_str().unwrap().to_owned(), files }
}

/// The pictures of an exported scan as a recording.
fn recording(scene: &Scene, images: &Path) -> Vec<u8> {
    let frames: Vec<_> = scene
        .frames()
        .iter()
        .map(|frame| {
            let depth = fs::read(images.join(&frame.depth.as_ref().unwrap().image.file)).unwrap();
            let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            for step in render::grey_16(Path::new("depth"), &depth).unwrap().pixels {
                packed.write_all(&step.to_le_bytes()).unwrap();
            }
            let colour = fs::read(images.join(&frame.colour.as_ref().unwrap().file)).unwrap();
            let mut pose = [0.0; 16];
            (pose[0], pose[5], pose[10], pose[15]) = (1.0, 1.0, 1.0, 1.0);
            (colour, packed.finish().unwrap(), pose)
        })
        .collect();
    sens_file::sens(&frames, [64, 48], [50.25, 51.5, 30.5, 24.625])
}

/// Posed depth in one archive of arrays, stored as it is.
fn arrays() -> Vec<u8> {
    let floats = |values: &[f32]| values.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let mut pose = [0.0; 16];
    (pose[0], pose[5], pose[10], pose[15]) = (1.0, 1.0, 1.0, 1.0);
    let lens = [8.0, 0.0, 3.5, 0.0, 8.0, 1.5, 0.0, 0.0, 1.0];
    hispatial_shard::archive(&[
        ("depths.npy", &point_map::npy("<f4", "1, 4, 8", &floats(&[2.0; 32]))),
        ("poses.npy", &point_map::npy("<f4", "1, 4, 4", &floats(&pose))),
        ("intrinsics.npy", &point_map::npy("<f4", "3, 3", &floats(&lens))),
    ])
}

/// A sound layout of every kind.
fn layouts() -> Vec<Layout> {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| {
        let folder = dir.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        folder
    };
    let mut all: Vec<Layout> = [("adt", "adt"), ("iwer", "iwer"), ("vsi-bench", "vsi_bench")]
        .map(|(reader, folder)| layout_of(reader, &fixture(folder)))
        .into();
    let flat = at("flat");
    let scene = filmed::filmed_flat(4, &flat);
    all.push(layout_of("canonical", &flat));
    for name in ["arkitscenes", "scannet", "scannetpp", "spatialevo"] {
        let folder = at(name).join(scene.id());
        (writer(name).unwrap().write)(&scene, &flat, &folder).unwrap();
        all.push(layout_of(name, &folder));
        if name == "scannet" {
            for part in ["color", "depth", "pose", "intrinsic", "instance-filt"] {
                fs::remove_dir_all(folder.join(part)).unwrap();
            }
            fs::write(folder.join(format!("{}.sens", scene.id())), recording(&scene, &flat)).unwrap();
            all.push(layout_of(name, &folder));
        }
    }
    colmap_model::text_model(&at("text"));
    all.push(layout_of("colmap", &at("text")));
    colmap_model::binary_model(&at("binary"));
    all.push(layout_of("colmap", &at("binary")));
    gs_layout::layout(&at("gs"));
    all.push(layout_of("gs-reasoner", &at("gs")));
    hispatial_shard::shard(&at("shards").join("a.tar"), &hispatial_shard::members());
    all.push(layout_of("hispatial-shard", &at("shards")));
    let sequence = at("rgbd_dataset_freiburg1_test");
    sequences::tum_sequence(&scene, &flat, &sequence);
    all.push(layout_of("tum-rgbd", &sequence));
    sequences::frame_folder(&scene, &flat, &at("frames"));
    all.push(layout_of("rgbd", &at("frames")));
    point_map::layout(&at("points"));
    all.push(layout_of("rgbd", &at("points")));
    fs::write(at("arrays").join("scene.npz"), arrays()).unwrap();
    colmap_model::picture(&at("arrays").join("color/0.png"), [8, 4]);
    all.push(layout_of("rgbd", &at("arrays")));
    all
}

fn exercise(cases: u32, layout: &Layout) {
    assert_eq!(Layout::parse(&layout.to_bytes()).unwrap().files, layout.files, "as bytes and back");
    if let Err(error) = layout.read().unwrap() {
        panic!("{}: {error}", layout.reader);
    }
    sample(cases, (any::<Index>(), 0..3_u8, changes()), |(which, kind, change)| {
        changed(layout, which, kind == 0, &change).read();
    });
    sample(cases / 8, damages(), |damages| target::layout(&damaged(&layout.to_bytes(), &damages)));
}

#[test]
fn layouts_are_read_or_refused() {
    let layouts = layouts();
    let tried: BTreeSet<&str> = layouts.iter().map(|layout| layout.reader.as_str()).collect();
    // The frames of adt-frames are larger than such a test should carry.
    let all = READERS.iter().map(|reader| reader.name).filter(|name| *name != "adt-frames");
    assert_eq!(tried.into_iter().collect::<Vec<_>>(), all.collect::<Vec<_>>());
    for layout in &layouts {
        exercise(FEW, layout);
    }
}

#[test]
#[ignore = "minutes"]
fn many_layouts() {
    for layout in &layouts() {
        exercise(MANY, layout);
    }
}

/// Small meshes in every encoding.
fn meshes() -> Vec<Vec<u8>> {
    let head = |form: &str| {
        format!(
            "ply\nformat {form} 1.0\nelement vertex 3\nproperty float x\nproperty float y\nproperty double z\n\
             property uchar red\nproperty uchar green\nproperty uchar blue\nproperty int instance\nelement face 1\n\
             property list uchar int vertex_indices\nend_header\n"
        )
    };
    let text = head("ascii") + "0 0 0 1 2 3 7\n1 0 0.5 1 2 3 7\n0 1 0 255 0 9 8\n3 0 1 2\n";
    let binary = |form: &str, order: fn(&mut [u8])| {
        let mut bytes = head(form).into_bytes();
        let mut put = |number: &[u8]| {
            let mut number = number.to_vec();
            order(&mut number);
            bytes.extend(number);
        };
        for [x, y] in [[0.0_f32, 0.0], [1.0, 0.0], [0.0, 1.0]] {
            put(&x.to_le_bytes());
            put(&y.to_le_bytes());
            put(&0.5_f64.to_le_bytes());
            (0..3).for_each(|colour| put(&[colour]));
            put(&7_i32.to_le_bytes());
        }
        put(&[3]);
        (0..3_i32).for_each(|corner| put(&corner.to_le_bytes()));
        bytes
    };
    vec![text.into_bytes(), binary("binary_little_endian", |_| {}), binary("binary_big_endian", <[u8]>::reverse)]
}

fn bytes_and_damage(cases: u32, whole: &[Vec<u8>], target: fn(&[u8])) {
    for bytes in whole {
        target(bytes);
    }
    sample(cases, prop::collection::vec(any::<u8>(), 0..200), |bytes| target(&bytes));
    let any_of = || prop::sample::select(whole.to_vec());
    sample(4 * cases, (any_of(), damages()), |(bytes, damages)| target(&damaged(&bytes, &damages)));
    sample(4 * cases, (any_of(), any::<Index>(), changes()), |(bytes, which, change)| {
        let layout = Layout { files: vec![("any".to_owned(), bytes)], ..Layout::default() };
        changed(&layout, which, true, &change).files.iter().for_each(|(_, bytes)| target(bytes));
    });
}

#[test]
fn meshes_are_read_or_refused() {
    for bytes in meshes() {
        let mesh = ingest::ply::parse_ply(&bytes, Path::new("whole.ply"), &["instance"]).unwrap();
        assert_eq!((mesh.vertices.len(), mesh.triangles.len(), mesh.scalars.len()), (3, 1, 1));
    }
    bytes_and_damage(20 * FEW, &meshes(), target::ply);
}

#[test]
fn arrays_are_read_or_refused() {
    let numbers = [1.0_f32, 2.0, f32::NAN, 4.0, 5.0, 6.0].iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let whole = [("<f4", &numbers[..]), ("|u1", &[1; 6]), (">i2", &[0; 12]), ("|b1", &[0, 1, 0, 1, 1, 1])];
    let whole: Vec<Vec<u8>> = whole.map(|(kind, data)| point_map::npy(kind, "2, 3", data)).into();
    bytes_and_damage(8 * FEW, &whole, target::npy);
}
