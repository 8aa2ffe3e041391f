//! Frames of the Aria Digital Twin kitchen: gold places, and sightings beside the images that were rendered from it.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::path::{Path, PathBuf};

use render::{Image, NOTHING, Options, frame_sightings, instance_image};
use scene::{
    Scene,
    geometry::{Vec3, iou_rectangle},
};

fn kitchen() -> Option<(Scene, PathBuf)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/scenes/adt_kitchen");
    if !path.exists() {
        eprintln!("skipped: {} is not there (the shared data folder is no part of the project)", path.display());
        return None;
    }
    let reader = ingest::reader("adt-frames").unwrap();
    let mut import = (reader.read)(&path).unwrap();
    Some((import.scenes.remove(0), path.join("derived")))
}

/// Left, top, right, bottom borders and number of the pixels that hold this number.
fn box_of(image: &Image<u32>, id: u32) -> Option<([f64; 4], u32)> {
    let (mut bounds, mut count) = ([f64::INFINITY, f64::INFINITY, 0.0, 0.0_f64], 0);
    for (pixel, _) in image.pixels.iter().enumerate().filter(|(_, there)| **there == id) {
        let (x, y) = ((pixel % image.width_px as usize) as f64, (pixel / image.width_px as usize) as f64);
        bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x + 1.0), bounds[3].max(y + 1.0)];
        count += 1;
    }
    (count > 0).then_some((bounds, count))
}

#[test]
fn camera_frame_places_are_the_gold_numbers() {
    let Some((scene, _)) = kitchen() else { return };
    let camera_from_world = scene.frame("rgb_0").unwrap().pose.world_from_camera().unwrap().inverse();
    for (name, expected) in [
        ("fridge", Vec3::new(-1.36, -0.45, 2.63)),
        ("white vase", Vec3::new(0.22, 0.23, 0.80)),
        ("black ceramic mug", Vec3::new(0.01, 0.27, 0.83)),
    ] {
        let class = scene.class(name).unwrap();
        assert_eq!(class.exact.len(), 1, "{name}");
        let found = camera_from_world.apply(scene.objects()[class.exact[0]].bounds.centre());
        assert!((found - expected).abs().max_element() < 0.01, "{name}: {found} instead of {expected}");
    }
}

#[test]
fn two_dimensional_boxes_equal_those_of_the_instance_images() {
    let Some((scene, dir)) = kitchen() else { return };
    // From boxes and depth alone: the instance images are only compared with.
    let options = Options { instances: false, ..Options::default() };
    let mut ious = Vec::new();
    for frame in scene.frames() {
        let instances = instance_image(&dir, frame).unwrap().unwrap();
        assert!(instances.pixels.iter().any(|id| *id != NOTHING));
        let seen = frame_sightings(&scene, &dir, frame, &options).unwrap().sightings;
        for object in scene.objects() {
            let Some((expected, pixels)) = box_of(&instances, object.id.0) else { continue };
            if pixels < 400 {
                continue;
            }
            let sighting = seen.iter().find(|sighting| sighting.object == object.id);
            let found = sighting.and_then(|sighting| sighting.box_px).unwrap_or([0.0; 4]);
            let fraction = sighting.map_or(0.0, |sighting| sighting.visible_fraction);
            ious.push(iou_rectangle(&found, &expected));
            println!(
                "{:<13} {:>5} {:<28} {pixels:>7} px  IoU {:.3}  visible {fraction:.2}  {found:?} {expected:?}",
                frame.name,
                object.id.to_string(),
                object.title(),
                iou_rectangle(&found, &expected)
            );
        }
    }
    ious.sort_by(f64::total_cmp);
    let median = ious[ious.len() / 2];
    println!("{} boxes, median IoU {median:.3}, lowest {:.3}", ious.len(), ious[0]);
    assert!(median >= 0.9, "{median}");
}

#[test]
fn an_import_keeps_the_images_beside_the_scene() {
    let Some((expected, from)) = kitchen() else { return };
    let dir = tempfile::tempdir().unwrap();
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_isovist"))
        .args(["import", "adt-frames"])
        .arg(from.parent().unwrap())
        .arg("-o")
        .arg(dir.path())
        .stderr(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .status();
    assert!(status.unwrap().success());
    let folder = dir.path().join("adt_kitchen");
    let scene = scene::read_scene(&folder).unwrap();
    let mut parts = scene.parts().clone();
    for frame in &mut parts.frames {
        assert!(frame.sightings.take().is_some_and(|seen| !seen.is_empty()), "an import looks what its frames see");
    }
    assert_eq!(&parts, expected.parts());
    for frame in scene.frames() {
        let size = frame.camera.width_px() as usize * frame.camera.height_px() as usize;
        assert_eq!(render::colour_image(&folder, frame).unwrap().unwrap().pixels.len(), size);
        assert_eq!(render::depth_image(&folder, frame).unwrap().unwrap().pixels.len(), size);
    }
    let seen = std::process::Command::new(env!("CARGO_BIN_EXE_isovist"))
        .arg("sightings")
        .arg(&folder)
        .args(["--frames", "rgb_0", "--json"])
        .output()
        .unwrap();
    let seen: Vec<render::FrameSightings> = serde_json::from_slice(&seen.stdout).unwrap();
    let mut fresh = frame_sightings(&scene, &folder, scene.frame("rgb_0").unwrap(), &Options::default()).unwrap();
    fresh.sightings = fresh.sightings.into_iter().map(scene::Sighting::rounded).collect();
    assert_eq!(seen, [fresh]);
}
