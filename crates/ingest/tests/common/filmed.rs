//! Generated flats with a few small pictures, written into a folder as scenes are.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::path::Path;

use render::{Body, Paint, Shape, colour_png, depth_png, draw, instance_png};
use rooms::{FlatConfig, Kinds, build_flat};
use scene::{
    DepthFile, Frame, ImageFile, Pose, Scene, disk,
    geometry::{Camera, Distortion, Vec2},
};

/// Pictures a flat.
pub(crate) const FRAMES: usize = 4;

/// The camera of the pictures: not square, and its principal point off the middle.
pub(crate) fn camera(distortion: Distortion) -> Camera {
    Camera::new(64, 48, Vec2::new(50.25, 51.5), Vec2::new(31.0, 25.125), distortion).unwrap()
}

/// A flat whose scene and pictures lie in `dir`.
pub(crate) fn filmed_flat(index: u64, dir: &Path) -> Scene {
    filmed_with(index, dir, camera(Distortion::None))
}

/// The same through another lens; the pictures are those of the pinhole, as nothing looks at them.
pub(crate) fn filmed_with(index: u64, dir: &Path, lens: Camera) -> Scene {
    let flat = build_flat(Kinds::builtin().unwrap(), &FlatConfig { seed: 7, rooms: (1, 2) }, index).unwrap();
    let body = |solid: &rooms::Solid| {
        let id = solid.object.map_or(render::NOTHING - 1, |object| object.0);
        (id, solid.colour)
    };
    let bodies: Vec<Body> = flat
        .solids
        .iter()
        .map(|solid| Body { id: body(solid).0, colour: body(solid).1, shape: Shape::Mesh(&solid.mesh) })
        .collect();
    std::fs::create_dir_all(dir.join("frames")).unwrap();
    let poses: Vec<_> = flat.walks.iter().flat_map(|walk| walk.poses.clone()).collect();
    let mut parts = flat.scene.parts().clone();
    for at in 0..FRAMES.min(poses.len()) {
        let pose = poses[at * poses.len() / FRAMES];
        let buffers = draw(&bodies, &camera(Distortion::None), &pose, Paint::Lambert);
        let write = |kind: &str, bytes: Vec<u8>| {
            let file = format!("frames/{at}.{kind}.png");
            std::fs::write(dir.join(&file), &bytes).unwrap();
            ImageFile { file, sha256: disk::sha256_hex(&bytes) }
        };
        parts.frames.push(Frame {
            name: at.to_string(),
            time_s: None,
            camera: lens,
            pose: Pose::Known(pose),
            colour: Some(write("colour", colour_png(&buffers).unwrap())),
            depth: Some(DepthFile { image: write("depth", depth_png(&buffers).unwrap()), scale_m: 0.001 }),
            instance: Some(write("instance", instance_png(&buffers).unwrap())),
            sightings: None,
        });
    }
    parts.points = parts.objects.iter().map(|object| object.bounds.centre().to_array().map(|v| v as f32)).collect();
    let scene = Scene::new(parts).unwrap();
    scene::write_scene(&scene, dir).unwrap();
    scene
}
