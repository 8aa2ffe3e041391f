//! `isovist lift` on a drawn picture of known boxes: every form of masks gives them back.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use render::{Body, Buffers, Paint, Shape, colour_png, depth_png, draw_into, instance_png};
use scene::{
    Scene,
    geometry::{Camera, Distortion, Mat3, OrientedBox, RigidTransform, Vec2, Vec3, iou_3d},
    read_scene,
};
use serde_json::json;

const SIZE: [u32; 2] = [320, 240];
const INTRINSICS: &str = "260,260,160,120";

fn isovist(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).current_dir(folder).args(arguments).output().unwrap()
}

/// Two boxes on a floor, in the world that lifting makes: camera 2.4 m above the origin, looking along +y.
fn things() -> [OrientedBox; 2] {
    let upright = |centre: [f64; 3], half: [f64; 3], yaw: f64| {
        OrientedBox::upright(Vec3::from_array(centre), Vec3::from_array(half), yaw).unwrap()
    };
    [upright([-0.6, 2.6, 0.4], [0.3, 0.25, 0.4], 0.6), upright([0.5, 2.4, 0.25], [0.35, 0.2, 0.25], -0.4)]
}

/// Draws the picture; its ids and depths.
fn draw(folder: &Path) -> Buffers {
    let things = things();
    let floor = OrientedBox::upright(Vec3::new(0.0, 3.0, -0.05), Vec3::new(5.0, 5.0, 0.05), 0.0).unwrap();
    let body = |id: u32, bounds| Body { id, colour: [120, 90 + 40 * id as u8, 60], shape: Shape::Box(bounds) };
    let bodies = [body(0, &floor), body(1, &things[0]), body(2, &things[1])];
    let camera = Camera::new(SIZE[0], SIZE[1], Vec2::splat(260.0), Vec2::new(160.0, 120.0), Distortion::None).unwrap();
    let forward = Vec3::new(0.0, 0.8, -0.6);
    let rotation = Mat3::from_cols(Vec3::X, forward.cross(Vec3::X), forward);
    let pose = RigidTransform::new(rotation, Vec3::Z * 2.4).unwrap();
    let mut buffers = Buffers::default();
    draw_into(&mut buffers, &bodies, &camera, &pose, Paint::Lambert);
    fs::write(folder.join("depth.png"), depth_png(&buffers).unwrap()).unwrap();
    fs::write(folder.join("photo.png"), colour_png(&buffers).unwrap()).unwrap();
    // The floor is nothing in the ids.
    fs::write(folder.join("ids.png"), instance_png(&buffers).unwrap()).unwrap();
    buffers
}

fn check(scene: &Scene, how: &str, least_iou: f64) {
    assert_eq!(scene.objects().len(), 2, "{how}");
    for (object, truth) in scene.objects().iter().zip(things()) {
        let iou = iou_3d(&object.bounds, &truth);
        assert!(iou > least_iou, "{how}: {} has an IoU of {iou}: {:?}", object.id, object.bounds);
    }
    assert!(scene.room().floor_height_m.is_none_or(|height| height == 0.0));
    let noise = scene.noise();
    assert!(noise.size_m > 0.005 && noise.size_m < 0.06 && noise.position_m < noise.size_m, "{how}: {noise:?}");
}

#[test]
fn every_form_of_masks_gives_the_boxes_back() {
    let folder = tempfile::tempdir().unwrap();
    let buffers = draw(folder.path());
    // Run lengths down the columns, as COCO has them; a box a little larger than the thing.
    let (width, height) = (SIZE[0] as usize, SIZE[1] as usize);
    let (mut annotations, mut boxes) = (Vec::new(), Vec::new());
    for id in [1, 2] {
        let is = |x: usize, y: usize| buffers.id[y * width + x] == id;
        let mut counts = vec![0];
        let mut inside = false;
        for place in 0..width * height {
            if is(place / height, place % height) != inside {
                inside = !inside;
                counts.push(0);
            }
            *counts.last_mut().unwrap() += 1;
        }
        let segmentation = json!({ "size": [height, width], "counts": counts });
        annotations.push(json!({ "id": id, "image_id": 4, "category_id": id, "segmentation": segmentation }));
        let columns: Vec<usize> = (0..width).filter(|x| (0..height).any(|y| is(*x, y))).collect();
        let rows: Vec<usize> = (0..height).filter(|y| (0..width).any(|x| is(x, *y))).collect();
        let px = [columns[0], rows[0], columns[columns.len() - 1] + 1, rows[rows.len() - 1] + 1];
        boxes.push(json!({ "box_px": px, "label": "crate" }));
    }
    let categories = json!([{ "id": 1, "name": "Chest" }, { "id": 2, "name": "foot_stool" }]);
    let coco = json!({ "annotations": annotations, "categories": categories });
    fs::write(folder.path().join("coco.json"), coco.to_string()).unwrap();
    fs::write(folder.path().join("boxes.json"), json!(boxes).to_string()).unwrap();
    let lift = |masks: &str, name: &str, more: &[&str]| {
        let arguments = ["lift", "--depth", "depth.png", "--intrinsics", INTRINSICS, "--masks", masks, "-o", name];
        let output = isovist(folder.path(), &[&arguments[..], more].concat());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        read_scene(&folder.path().join(name)).unwrap()
    };
    let ids = lift("ids.png", "from-ids", &["--labels", "1=chest,2=stool", "--image", "photo.png"]);
    check(&ids, "ids", 0.8);
    assert_eq!(ids.objects()[1].label, "stool");
    assert!(ids.frames()[0].colour.is_some());
    let coco = lift("coco.json", "from-coco", &["--gravity", "0,0.8,0.6"]);
    check(&coco, "coco", 0.8);
    assert_eq!(coco.objects()[1].label, "foot stool");
    // The floor within a rectangle is part of what it holds, so that only their number is told.
    assert_eq!(lift("boxes.json", "from-boxes", &[]).objects().len(), 2);
    // What is written is healthy, and the same picture gives the same bytes.
    let doctor = isovist(folder.path(), &["doctor", "from-ids"]);
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
    let again = lift("ids.png", "again", &["--labels", "1=chest,2=stool", "--image", "photo.png"]);
    assert_eq!(again.objects(), ids.objects());
}

#[test]
fn a_point_map_needs_no_intrinsics() {
    let folder = tempfile::tempdir().unwrap();
    let buffers = draw(folder.path());
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    let header = format!("{:<117}\n", "{'descr': '<f4', 'fortran_order': False, 'shape': (240, 320, 3), }");
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.bytes());
    for (place, depth) in buffers.depth_m.iter().enumerate() {
        let (x, y) = ((place % 320) as f32 + 0.5, (place / 320) as f32 + 0.5);
        let unknown = depth.is_nan();
        let point = [(x - 160.0) / 260.0 * depth, (y - 120.0) / 260.0 * depth, *depth];
        bytes.extend(point.iter().flat_map(|c| if unknown { f32::INFINITY } else { *c }.to_le_bytes()));
    }
    fs::write(folder.path().join("points.npy"), bytes).unwrap();
    let arguments = ["lift", "--points", "points.npy", "--masks", "ids.png", "--depth-noise", "0.005", "-o", "lifted"];
    let output = isovist(folder.path(), &arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let scene = read_scene(&folder.path().join("lifted")).unwrap();
    check(&scene, "points", 0.8);
    assert!((scene.frames()[0].camera.focal_px() - Vec2::splat(260.0)).length() < 0.1);
}

#[test]
fn what_cannot_be_lifted_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let buffers = draw(folder.path());
    let refused = |arguments: &[&str], says: &str| {
        let output = isovist(folder.path(), &[&["lift"], arguments, &["-o", "none"]].concat());
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{error}");
        assert!(error.contains(says), "{error}");
        assert!(!folder.path().join("none").exists());
    };
    let white = Buffers { colour: vec![[255; 3]; buffers.id.len()], ..buffers.clone() };
    fs::write(folder.path().join("white.png"), colour_png(&white).unwrap()).unwrap();
    let holes = buffers.depth_m.iter().enumerate().map(|(at, z)| if at % 5 < 3 { f32::NAN } else { *z }).collect();
    fs::write(folder.path().join("holes.png"), depth_png(&Buffers { depth_m: holes, ..buffers }).unwrap()).unwrap();
    fs::write(folder.path().join("odd.json"), "[{\"segmentation\": [[1, 2, 3]]}]").unwrap();
    let with = |depth, masks| ["--depth", depth, "--intrinsics", INTRINSICS, "--masks", masks];
    refused(
        &[&with("depth.png", "ids.png")[..], &["--image", "white.png"]].concat(),
        "100 % of its pixels are pure white",
    );
    refused(&with("holes.png", "ids.png"), "are without depth");
    refused(&with("depth.png", "odd.json"), "annotations[0].segmentation");
    refused(&with("depth.png", "absent.json"), "absent.json");
    refused(&[&with("depth.png", "ids.png")[..], &["--gravity", "0,0,0"]].concat(), "has no direction");
    refused(&["--depth", "depth.png", "--intrinsics", "260,260,160", "--masks", "ids.png"], "--intrinsics");
    refused(&["--depth", "depth.png", "--intrinsics", "0,260,160,120", "--masks", "ids.png"], "fx");
}
