//! Generated flats written into a published layout and read back are the same, as far as the layout has a place for it.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;
#[path = "common/filmed.rs"]
mod filmed;

use std::path::Path;

use filmed::{FRAMES, camera, filmed_flat, filmed_with};
use ingest::{Import, IngestError, Report};
use scene::{
    Frame, Object, Pose, Scene,
    geometry::{Camera, Distortion, OrientedBox},
};

/// Layouts that have both a reader and a writer of this family.
const LAYOUTS: [&str; 3] = ["arkitscenes", "scannetpp", "spatialevo"];

fn write(layout: &str, scene: &Scene, images: &Path, out: &Path) -> Result<Report, IngestError> {
    (ingest::writer(layout).unwrap().write)(scene, images, out)
}

fn read(layout: &str, path: &Path) -> Import {
    (ingest::reader(layout).unwrap().read)(path).unwrap()
}

/// A box as a layout holds it.
fn held(layout: &str, object: &Object) -> OrientedBox {
    if layout != "spatialevo" {
        return object.bounds;
    }
    let (low, high) = object.bounds.aabb();
    OrientedBox::upright(low.midpoint(high), (high - low) / 2.0, 0.0).unwrap()
}

fn near(a: &OrientedBox, b: &OrientedBox) -> bool {
    a.corners().iter().zip(b.corners()).all(|(a, b)| a.distance(b) < 1e-9)
}

fn same_camera(a: &Camera, b: &Camera) -> bool {
    let numbers = |camera: &Camera| {
        let (focal, centre) = (camera.focal_px(), camera.centre_px());
        [focal.x, focal.y, centre.x, centre.y]
    };
    (a.width_px(), a.height_px(), a.distortion()) == (b.width_px(), b.height_px(), b.distortion())
        && numbers(a).iter().zip(numbers(b)).all(|(a, b)| (a - b).abs() < 1e-9)
}

fn same_pose(a: &Frame, b: &Frame) -> bool {
    match (&a.pose, &b.pose) {
        (Pose::Known(a), Pose::Known(b)) => {
            a.translation().distance(b.translation()) < 1e-9
                && (a.rotation() - b.rotation()).to_cols_array().iter().all(|off| off.abs() < 1e-9)
        }
        (Pose::Missing { .. }, Pose::Missing { .. }) => true,
        _ => false,
    }
}

/// Colour and depth images are the same bytes, as none had to be made anew.
fn assert_same_images(scene: &Scene, dir: &Path, back: &Import) {
    let files = &back.files[scene.id()];
    assert_eq!(files.len(), 2 * scene.frames().len());
    for (old, new) in scene.frames().iter().zip(back.scenes[0].frames()) {
        assert_eq!(old.colour.as_ref().unwrap().sha256, new.colour.as_ref().unwrap().sha256);
        assert_eq!(old.depth.as_ref().unwrap().image.sha256, new.depth.as_ref().unwrap().image.sha256);
        assert_eq!(new.depth.as_ref().unwrap().scale_m.to_bits(), 0.001_f64.to_bits());
        for (_, image) in new.images() {
            let file = files.iter().find(|file| file.path == image.file).unwrap();
            assert_eq!(scene::disk::sha256_hex(&file.bytes().unwrap()), image.sha256);
        }
        assert!(dir.join(&old.colour.as_ref().unwrap().file).exists());
    }
}

#[test]
fn five_flats_survive_every_layout() {
    for index in 0..5 {
        let dir = tempfile::tempdir().unwrap();
        let flat = dir.path().join("flat");
        let scene = filmed_flat(index, &flat);
        assert_eq!(scene.frames().len(), FRAMES);
        for layout in LAYOUTS {
            let out = dir.path().join(layout).join(scene.id());
            let report = write(layout, &scene, &flat, &out).unwrap();
            assert!(report.notes.iter().any(|note| note.contains("instance images")), "{report}");
            let back = read(layout, &out);
            assert!(back.report.refused.is_empty(), "{layout}: {}", back.report);
            let [room] = back.scenes.as_slice() else { panic!("{layout}: one scene") };
            assert_eq!((room.id(), room.objects().len()), (scene.id(), scene.objects().len()));
            for (old, new) in scene.objects().iter().zip(room.objects()) {
                assert_eq!((old.id, &old.label), (new.id, &new.label), "{layout}");
                assert!(near(&held(layout, old), &new.bounds), "{layout}: {}", old.label);
            }
            assert_eq!(room.parts().points, scene.parts().points, "{layout}");
            assert_eq!(room.frames().len(), FRAMES, "{layout}");
            for (old, new) in scene.frames().iter().zip(room.frames()) {
                assert!(same_camera(&old.camera, &new.camera) && same_pose(old, new), "{layout}: {new:?}");
            }
            assert_same_images(&scene, &flat, &back);
            if layout == "spatialevo" {
                let area = scene.room().floor.as_ref().unwrap().area_m2();
                assert_eq!(room.room().declared_area_m2, Some(area));
            }
        }
    }
}

#[test]
fn lost_poses_stay_lost_where_the_layout_can_say_so() {
    let dir = tempfile::tempdir().unwrap();
    let flat = dir.path().join("flat");
    let mut parts = filmed_flat(1, &flat).into_parts();
    parts.frames[1].pose = Pose::Missing { reason: "lost track".into() };
    let scene = Scene::new(parts).unwrap();
    for layout in LAYOUTS {
        let out = dir.path().join(layout).join(scene.id());
        let report = write(layout, &scene, &flat, &out).unwrap();
        let back = read(layout, &out);
        let lost: Vec<bool> = back.scenes[0].frames().iter().map(|f| f.pose.world_from_camera().is_none()).collect();
        if layout == "scannetpp" {
            assert_eq!(lost, [false; 3]);
            assert!(report.to_string().contains("1 frames without a pose are left out"), "{report}");
        } else {
            assert_eq!(lost, [false, true, false, false], "{layout}");
            assert!(back.report.to_string().contains("1 frames have no"), "{}", back.report);
        }
    }
}

#[test]
fn bent_lenses_are_kept_by_nerfstudio_and_refused_by_the_others() {
    let lenses = [
        Distortion::KannalaBrandt { k: [0.01, -0.002, 0.0003, 0.00001] },
        Distortion::BrownConrady { k: [0.1, -0.02, 0.003, 0.0, 0.0, 0.0], p: [0.001, -0.002] },
    ];
    for (distortion, index) in lenses.into_iter().zip(0..) {
        let dir = tempfile::tempdir().unwrap();
        let flat = dir.path().join("flat");
        let scene = filmed_with(index, &flat, camera(distortion));
        for layout in LAYOUTS {
            let written = write(layout, &scene, &flat, &dir.path().join(layout).join(scene.id()));
            if layout == "scannetpp" {
                let back = read(layout, &dir.path().join(layout).join(scene.id()));
                assert_eq!(back.scenes[0].frames()[3].camera, scene.frames()[3].camera);
            } else {
                let message = written.unwrap_err().to_string();
                assert!(message.contains("frames[0].camera") && message.contains("pinhole"), "{message}");
            }
        }
    }
}

#[test]
fn every_picture_may_have_a_camera_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let flat = dir.path().join("flat");
    let mut parts = filmed_flat(2, &flat).into_parts();
    let old = parts.frames[2].camera;
    let other = Camera::new(64, 48, old.focal_px() * 1.5, old.centre_px(), Distortion::None).unwrap();
    parts.frames[2].camera = other;
    let scene = Scene::new(parts).unwrap();
    for layout in LAYOUTS {
        let out = dir.path().join(layout).join(scene.id());
        write(layout, &scene, &flat, &out).unwrap();
        let back = read(layout, &out);
        for (old, new) in scene.frames().iter().zip(back.scenes[0].frames()) {
            assert!(same_camera(&old.camera, &new.camera), "{layout}: {:?}", new.camera);
        }
    }
}

#[test]
fn depth_of_another_scale_is_rounded_to_millimetres() {
    let dir = tempfile::tempdir().unwrap();
    let flat = dir.path().join("flat");
    let mut parts = filmed_flat(3, &flat).into_parts();
    for frame in &mut parts.frames {
        frame.depth.as_mut().unwrap().scale_m = 0.0004;
    }
    let scene = Scene::new(parts).unwrap();
    for layout in LAYOUTS {
        let out = dir.path().join(layout).join(scene.id());
        let report = write(layout, &scene, &flat, &out).unwrap();
        assert!(report.converted.keys().any(|how| how.contains("millimetres")), "{layout}: {report}");
        let back = read(layout, &out);
        let (old, new) = (&scene.frames()[0], &back.scenes[0].frames()[0]);
        let image = |bytes: &[u8]| render::grey_16(Path::new("d"), bytes).unwrap().pixels;
        let old = image(&std::fs::read(flat.join(&old.depth.as_ref().unwrap().image.file)).unwrap());
        let path = &new.depth.as_ref().unwrap().image.file;
        let file = back.files[scene.id()].iter().find(|file| &file.path == path).unwrap();
        let new = image(&file.bytes().unwrap());
        assert!(old.iter().any(|step| *step > 1000));
        for (old, new) in old.iter().zip(&new) {
            assert_eq!((f64::from(*old) * 0.4).round() as u16, *new, "{layout}");
        }
    }
}
