//! Depth images of a scene: believed by their hash, read once, and refused with a sentence.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{borrow::Cow, collections::BTreeMap};

use scene::{
    DepthError, DepthFile, Frame, ImageFile, Images, NoiseModel, Pose, Provenance, Room, Scene, SceneParts, builtin,
    disk,
    geometry::{Camera, Distortion, Vec2},
    image::{ImageError, grey_16_png},
    read_scene, scene_sha256, write_scene,
};

/// Frames of 4 × 3 pixels, the number of each of which is its position, from 0 for the first frame and 100 for the next.
fn scene(frames: usize) -> (Scene, BTreeMap<String, Vec<u8>>) {
    let camera = Camera::new(4, 3, Vec2::splat(4.0), Vec2::new(2.0, 1.5), Distortion::None).unwrap();
    let mut files = BTreeMap::new();
    let mut frame = |at: usize| {
        let bytes = grey_16_png([4, 3], (0..12).map(|pixel| (100 * at + pixel) as u16)).unwrap();
        let image = ImageFile { file: format!("f{at}.png"), sha256: disk::sha256_hex(&bytes) };
        files.insert(image.file.clone(), bytes);
        Frame {
            name: format!("f{at}"),
            time_s: None,
            camera,
            pose: Pose::Missing { reason: "made".into() },
            colour: None,
            depth: Some(DepthFile { image, scale_m: 0.01 }),
            instance: None,
            sightings: None,
        }
    };
    let parts = SceneParts {
        id: "made".into(),
        source: Provenance::default(),
        noise: NoiseModel::NONE,
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: BTreeMap::new(),
        frames: (0..frames).map(&mut frame).collect(),
        points: Vec::new(),
    };
    (Scene::new(parts).unwrap(), files)
}

fn in_memory(files: &BTreeMap<String, Vec<u8>>) -> Images {
    Images::in_memory(files.iter().map(|(name, bytes)| (name.clone(), Cow::Owned(bytes.clone()))))
}

#[test]
fn a_depth_is_its_step_times_the_scale_and_unknown_where_it_is_zero_or_outside() {
    let (scene, files) = scene(2);
    let scene = scene.with_images(in_memory(&files));
    assert_eq!(scene.depth_m("f0", 0, 0).unwrap(), None);
    assert_eq!(scene.depth_m("f0", 3, 2).unwrap(), Some(11.0 * 0.01));
    assert_eq!(scene.depth_m("f1", 0, 1).unwrap(), Some(104.0 * 0.01));
    assert_eq!(scene.depth_m("f0", 4, 0).unwrap(), None);
    assert_eq!(scene.depth_m("f0", 0, 3).unwrap(), None);
}

#[test]
fn a_scene_that_was_read_finds_its_images_beside_it_and_they_change_no_hash() {
    let (scene, files) = scene(1);
    let folder = tempfile::tempdir().unwrap();
    write_scene(&scene, folder.path()).unwrap();
    std::fs::write(folder.path().join("f0.png"), &files["f0.png"]).unwrap();
    let read = read_scene(folder.path()).unwrap();
    assert_eq!(read.depth_m("f0", 1, 0).unwrap(), Some(0.01));
    assert_eq!(scene_sha256(&read), scene_sha256(&scene));
    assert_eq!(read.parts(), scene.parts());
    // Unpacked once: what was read stays, also for a clone, when the file is gone.
    std::fs::remove_file(folder.path().join("f0.png")).unwrap();
    assert_eq!(read.clone().depth_m("f0", 2, 0).unwrap(), Some(0.02));
    let fresh = read_scene(folder.path()).unwrap().depth_m("f0", 1, 0).unwrap_err().to_string();
    assert!(fresh.contains("f0.png") && fresh.contains("check the path"), "{fresh}");
}

#[test]
fn what_is_missing_or_another_file_is_said() {
    let (scene, mut files) = scene(2);
    assert!(matches!(scene.depths("f9"), Err(DepthError::NoFrame(_))));
    let nowhere = scene.depths("f0").unwrap_err();
    assert!(matches!(nowhere, DepthError::NoPlace(_)) && nowhere.to_string().contains("open the scene's folder"));
    let other = files["f1.png"].clone();
    files.insert("f0.png".into(), other);
    files.remove("f1.png");
    let scene = scene.with_images(in_memory(&files));
    assert!(matches!(scene.depths("f0"), Err(DepthError::Image(ImageError::Hash { .. }))));
    assert!(matches!(scene.depths("f1"), Err(DepthError::NotAtHand(_))));
    let mut parts = scene.into_parts();
    parts.frames[0].depth = None;
    assert!(matches!(Scene::new(parts).unwrap().depths("f0"), Err(DepthError::NoDepth(_))));
}

#[test]
fn an_image_that_is_damaged_or_of_another_size_is_refused() {
    let (scene, mut files) = scene(1);
    let mut parts = scene.into_parts();
    let mut refused = |bytes: Vec<u8>| {
        let depth = parts.frames[0].depth.as_mut().unwrap();
        depth.image.sha256 = disk::sha256_hex(&bytes);
        files.insert("f0.png".into(), bytes);
        let scene = Scene::new(parts.clone()).unwrap().with_images(in_memory(&files));
        match scene.depths("f0") {
            Err(DepthError::Image(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let wide = grey_16_png([5, 3], (0..15).map(|pixel| pixel as u16)).unwrap();
    assert!(matches!(refused(wide.clone()), ImageError::Size { .. }));
    let whole = grey_16_png([4, 3], (0..12).map(|pixel| pixel as u16)).unwrap();
    assert!(matches!(refused(whole[..whole.len() - 20].to_vec()), ImageError::Damaged { .. }));
    assert!(matches!(refused(b"no image".to_vec()), ImageError::Kind { .. }));
}

#[test]
fn many_images_are_read_one_after_another_and_by_many_threads() {
    let (scene, files) = scene(40);
    let scene = scene.with_images(in_memory(&files));
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for at in (0..40).chain((0..40).rev()) {
                    let depth = scene.depth_m(&format!("f{at}"), 1, 0).unwrap();
                    assert_eq!(depth, Some((100.0 * f64::from(at) + 1.0) * 0.01));
                }
            });
        }
    });
}

#[test]
fn the_kitchen_has_the_depth_of_one_frame() {
    let kitchen = builtin::open(builtin::KITCHEN).unwrap().unwrap();
    let depth = kitchen.depth_m("rgb_0", 320, 240).unwrap().unwrap();
    assert!((2.5..2.7).contains(&depth), "{depth}");
    assert!(matches!(kitchen.depths("rgb_1"), Err(DepthError::NotAtHand(_))));
}
