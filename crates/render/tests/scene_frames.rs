//! Frames of a scene on disk: images checked, sightings kept, faults named.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{collections::BTreeMap, fs, path::Path};

use render::{NOTHING, Options, colour_image, depth_image, instance_image, scene_sightings, sighted};
use scene::{
    DepthFile, Frame, ImageFile, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneParts, disk,
    geometry::{Camera, Distortion, OrientedBox, RigidTransform, Vec2, Vec3},
};

fn png(dir: &Path, file: &str, kind: png::ColorType, depth: png::BitDepth, size: [u32; 2], bytes: &[u8]) -> ImageFile {
    let mut text = Vec::new();
    let mut encoder = png::Encoder::new(&mut text, size[0], size[1]);
    encoder.set_color(kind);
    encoder.set_depth(depth);
    encoder.write_header().unwrap().write_image_data(bytes).unwrap();
    fs::write(dir.join(file), &text).unwrap();
    ImageFile { file: file.into(), sha256: disk::sha256_hex(&text) }
}

/// Depth 2 m but for one pixel that is not known, all of object 3 but for that pixel.
fn frame(dir: &Path) -> Frame {
    use png::{BitDepth, ColorType};
    let steps = [2000_u16, 2000, 0, 2000, 2000, 2000].map(u16::to_be_bytes).concat();
    let depth = png(dir, "a.depth.png", ColorType::Grayscale, BitDepth::Sixteen, [3, 2], &steps);
    let instance = png(dir, "a.id.png", ColorType::Grayscale, BitDepth::Eight, [3, 2], &[3, 3, 0, 3, 3, 3]);
    let colour = png(dir, "a.png", ColorType::Rgb, BitDepth::Eight, [3, 2], &[7; 18]);
    Frame {
        name: "a".into(),
        time_s: None,
        camera: Camera::new(3, 2, Vec2::splat(2.0), Vec2::new(1.5, 1.0), Distortion::None).unwrap(),
        pose: Pose::Known(RigidTransform::IDENTITY),
        colour: Some(colour),
        depth: Some(DepthFile { image: depth, scale_m: 0.001 }),
        instance: Some(instance),
        sightings: None,
    }
}

fn scene(frames: Vec<Frame>) -> Scene {
    let bounds = OrientedBox::upright(Vec3::new(0.0, 0.0, 2.5), Vec3::new(9.0, 9.0, 0.5), 0.0).unwrap();
    Scene::new(SceneParts {
        id: "made".into(),
        source: Provenance::default(),
        noise: NoiseModel::NONE,
        room: Room::default(),
        objects: vec![Object { id: ObjectId(3), label: "wall".into(), names: vec![], bounds, front: None }],
        declared_counts: BTreeMap::new(),
        frames,
        points: Vec::new(),
    })
    .unwrap()
}

#[test]
fn images_are_read_in_their_units() {
    let dir = tempfile::tempdir().unwrap();
    let frame = frame(dir.path());
    let depth = depth_image(dir.path(), &frame).unwrap().unwrap();
    assert!(depth.pixels[2].is_nan());
    assert_eq!(depth.pixels[3].to_bits(), 2.0_f32.to_bits());
    assert_eq!(instance_image(dir.path(), &frame).unwrap().unwrap().pixels, [3, 3, NOTHING, 3, 3, 3]);
    assert_eq!(colour_image(dir.path(), &frame).unwrap().unwrap().pixels, [[7; 3]; 6]);
    let without = Frame { depth: None, ..frame };
    assert_eq!(depth_image(dir.path(), &without).unwrap(), None);
}

#[test]
fn images_that_do_not_fit_are_refused_by_name() {
    use png::{BitDepth, ColorType};
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let good = frame(dir);
    let with = |image: ImageFile| Frame { depth: Some(DepthFile { image, scale_m: 0.001 }), ..good.clone() };
    let says = |frame: &Frame| depth_image(dir, frame).unwrap_err().to_string();

    let wide = png(dir, "wide.png", ColorType::Grayscale, BitDepth::Sixteen, [4, 2], &[0; 16]);
    assert!(says(&with(wide)).ends_with("wide.png: image is 4 x 2 pixels, the camera 3 x 2"));
    let eight = png(dir, "eight.png", ColorType::Grayscale, BitDepth::Eight, [3, 2], &[0; 6]);
    assert!(
        says(&with(eight)).contains("eight.png: image is Grayscale with Eight bits a channel, must be 16-bit grey")
    );
    let rgb = png(dir, "rgb.png", ColorType::Rgb, BitDepth::Sixteen, [3, 2], &[0; 36]);
    assert!(says(&with(rgb)).contains("image is Rgb"));

    let write = |file: &str, bytes: &[u8]| {
        fs::write(dir.join(file), bytes).unwrap();
        ImageFile { file: file.into(), sha256: disk::sha256_hex(bytes) }
    };
    assert!(says(&with(write("text.png", b"no picture"))).contains("text.png: image is no PNG"));
    let whole = fs::read(dir.join("a.depth.png")).unwrap();
    for end in 4..whole.len() - 12 {
        let cut = with(write("cut.png", &whole[..end]));
        assert!(says(&cut).contains("cut.png"), "{end}");
    }
    assert!(says(&with(ImageFile { file: "absent.png".into(), sha256: "0".repeat(64) })).contains("absent.png"));
    let jpeg = Frame { colour: Some(write("cut.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0")), ..good.clone() };
    assert!(colour_image(dir, &jpeg).unwrap_err().to_string().contains("cut.jpg"));

    fs::write(dir.join("a.depth.png"), fs::read(dir.join("wide.png")).unwrap()).unwrap();
    assert!(says(&good).contains("a.depth.png: sha256 is"));
}

#[test]
fn a_scene_keeps_the_sightings_of_its_frames() {
    let dir = tempfile::tempdir().unwrap();
    let seen = frame(dir.path());
    let reason = "lost track".to_owned();
    let lost = Frame { name: "b".into(), pose: Pose::Missing { reason: reason.clone() }, ..seen.clone() };
    let scene = scene(vec![seen, lost]);
    let options = Options::default();
    let fresh = scene_sightings(&scene, dir.path(), &options).unwrap();
    assert_eq!(fresh[0].sightings[0].pixels.to_bits(), 5.0_f64.to_bits());
    assert_eq!((fresh[1].missing_pose.as_ref(), fresh[1].sightings.len()), (Some(&reason), 0));

    let whole = sighted(&scene, dir.path(), &options).unwrap();
    assert_eq!(whole.frames()[0].sightings.as_deref(), Some(&[fresh[0].sightings[0].clone().rounded()][..]));
    assert_eq!(whole.frames()[1].sightings, None, "nobody knows where the camera stood");
    fs::remove_file(dir.path().join("a.depth.png")).unwrap();
    assert_eq!(sighted(&whole, dir.path(), &options).unwrap().parts(), whole.parts(), "no image is opened again");
    let error = sighted(&scene, dir.path(), &options).unwrap_err().to_string();
    assert!(error.starts_with("frame \"a\": ") && error.contains("a.depth.png"), "{error}");
}
