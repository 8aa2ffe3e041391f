//! Flats with pictures, made here: exact scenes to write in published layouts and read back.
#![allow(dead_code, reason = "each test binary uses its own part")]

use std::path::Path;

use render::{Body, Paint, Shape, colour_png, depth_png, draw, instance_png};
use rooms::{FlatConfig, Kinds, build_flat};
use scene::{
    DepthFile, Frame, ImageFile, Pose, Scene, disk,
    geometry::{Camera, Distortion, Vec2},
};

/// A small camera.
pub(crate) fn camera() -> Camera {
    Camera::new(96, 72, Vec2::new(75.0, 76.0), Vec2::new(48.5, 35.5), Distortion::None).unwrap()
}

/// A flat with some pictures along its walks, whose images are written into a folder.
pub(crate) fn flat(seed: u64, frames: usize, dir: &Path) -> Scene {
    let flat = build_flat(Kinds::builtin().unwrap(), &FlatConfig { seed, rooms: (1, 2) }, 0).unwrap();
    let bodies: Vec<Body> = flat
        .solids
        .iter()
        .map(|solid| Body {
            id: solid.object.map_or(render::NOTHING - 1, |object| object.0),
            colour: solid.colour,
            shape: Shape::Mesh(&solid.mesh),
        })
        .collect();
    let camera = camera();
    let write = |name: String, bytes: Vec<u8>| {
        std::fs::create_dir_all(dir.join("frames")).unwrap();
        std::fs::write(dir.join(&name), &bytes).unwrap();
        ImageFile { sha256: disk::sha256_hex(&bytes), file: name }
    };
    let poses: Vec<_> = flat.walks.iter().flat_map(|walk| &walk.poses).copied().collect();
    let frames = (0..frames)
        .map(|number| {
            let pose = poses[number * poses.len() / frames];
            let buffers = draw(&bodies, &camera, &pose, Paint::Lambert);
            let depth = write(format!("frames/{number}.depth.png"), depth_png(&buffers).unwrap());
            Frame {
                name: format!("view-{number}"),
                time_s: None,
                camera,
                pose: Pose::Known(pose),
                colour: Some(write(format!("frames/{number}.colour.png"), colour_png(&buffers).unwrap())),
                depth: Some(DepthFile { image: depth, scale_m: render::DEPTH_SCALE_M }),
                instance: Some(write(format!("frames/{number}.instance.png"), instance_png(&buffers).unwrap())),
                sightings: None,
            }
        })
        .collect();
    let mut parts = flat.scene.into_parts();
    parts.frames = frames;
    Scene::new(parts).unwrap()
}
