//! Sightings of a scan's objects, told from points, beside those of the same surfaces drawn as triangles.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{collections::BTreeMap, time::Instant};

use render::{Body, Cloud, CloudScratch, Image, Options, Paint, Sensors, Shape, Sighting, draw, sightings};
use scene::{
    Draw, ObjectId,
    geometry::{Camera, Distortion, Mat3, Mesh, RigidTransform, Vec2, Vec3},
};

const OBJECTS: usize = 30;

/// Lumps that stand apart, as things do.
fn lumps(draw: &mut Draw) -> Vec<Mesh> {
    let mut all: Vec<Mesh> = Vec::new();
    for _ in 0..4000 {
        let next = lump(draw);
        let (low, high) = next.aabb().unwrap();
        let is_apart = |other: &Mesh| {
            let (from, to) = other.aabb().unwrap();
            low.cmpgt(to).any() || high.cmplt(from).any()
        };
        if all.len() < OBJECTS && all.iter().all(is_apart) {
            all.push(next);
        }
    }
    all
}

/// A lump of 25 × 40 vertices: round, or nearly a box.
fn lump(draw: &mut Draw) -> Mesh {
    let half = Vec3::new(draw.between(0.1, 0.4), draw.between(0.1, 0.4), draw.between(0.1, 0.4));
    let centre = Vec3::new(draw.between(-2.5, 2.5), draw.between(-2.0, 2.0), draw.between(0.1, 0.9));
    let turn = Mat3::from_rotation_z(draw.between(0.0, 3.0));
    let power = if draw.unit() < 0.5 { 1.0 } else { 0.6 };
    Mesh::of_sphere(25, 40, |unit| {
        let bulged = Vec3::from_array(unit.to_array().map(|v: f64| v.signum() * v.abs().powf(power)));
        centre + turn * (half * bulged)
    })
    .unwrap()
}

fn pose(draw: &mut Draw) -> RigidTransform {
    let eye = Vec3::new(draw.between(-2.5, 2.5), draw.between(-2.0, 2.0), 1.9);
    let target = Vec3::new(draw.between(-2.0, 2.0), draw.between(-2.0, 2.0), draw.between(0.0, 1.2));
    let forward = (target - eye).normalize();
    let right = forward.cross(Vec3::Z).normalize();
    RigidTransform::new(Mat3::from_cols(right, forward.cross(right), forward), eye).unwrap()
}

fn camera() -> Camera {
    Camera::new(640, 480, Vec2::splat(525.0), Vec2::new(320.0, 240.0), Distortion::None).unwrap()
}

fn bodies(meshes: &[Mesh]) -> Vec<Body<'_>> {
    (1..).zip(meshes).map(|(id, mesh)| Body { id, colour: [0; 3], shape: Shape::Mesh(mesh) }).collect()
}

fn cloud(meshes: &[Mesh]) -> Cloud {
    let mut cloud = Cloud::default();
    for (id, mesh) in (1..).zip(meshes) {
        cloud.add(ObjectId(id), mesh.vertices().iter().map(|p| p.to_array().map(|v| v as f32)));
    }
    cloud
}

/// Differences of fractions over random views of random lumps of which at least 500 pixels show or are hidden.
fn differences(with_depth: bool) -> Vec<f64> {
    let mut off = Vec::new();
    let mut scratch = CloudScratch::default();
    let (mut fast, mut slow) = (0.0, 0.0);
    for scene in 0..4 {
        let mut draw_of = Draw::new(5, &["clouds"], scene);
        let meshes = lumps(&mut draw_of);
        assert_eq!(meshes.len(), OBJECTS);
        let (bodies, cloud) = (bodies(&meshes), cloud(&meshes));
        for _ in 0..12 {
            let pose = pose(&mut draw_of);
            let picture = draw(&bodies, &camera(), &pose, Paint::None);
            // What is empty is far away, as a wall would be.
            let pixels = picture.depth_m.iter().map(|depth| if depth.is_nan() { 20.0 } else { *depth }).collect();
            let depth = Image { width_px: 640, height_px: 480, pixels };
            let sensors = Sensors { depth_m: with_depth.then_some(&depth), instances: None };
            let options = Options::default();
            let start = Instant::now();
            let exact = sightings(&bodies, &camera(), &pose, Sensors::default(), &options).unwrap();
            slow += start.elapsed().as_secs_f64();
            let start = Instant::now();
            let found = cloud.sightings_with(&mut scratch, &camera(), &pose, sensors, &options);
            fast += start.elapsed().as_secs_f64();
            let found: BTreeMap<ObjectId, Sighting> = found.into_iter().map(|seen| (seen.object, seen)).collect();
            for exact in exact {
                // The full projection within the image, pixels.
                let inside = exact.pixels * exact.in_image_fraction / exact.visible_fraction.max(1e-9);
                if inside < 500.0 {
                    continue;
                }
                let fraction = found.get(&exact.object).map_or(0.0, |seen| seen.visible_fraction);
                if std::env::var("SHOW").is_ok() && (fraction - exact.visible_fraction).abs() > 0.06 {
                    println!("{exact:?}\n   {:?}", found.get(&exact.object));
                }
                off.push((fraction - exact.visible_fraction).abs());
            }
        }
    }
    println!("{:.2} ms beside {:.2} ms", fast / 48.0 * 1e3, slow / 48.0 * 1e3);
    off.sort_by(f64::total_cmp);
    off
}

#[test]
fn fractions_are_near_those_of_triangles() {
    for with_depth in [true, false] {
        let off = differences(with_depth);
        let mean = off.iter().sum::<f64>() / off.len() as f64;
        let of_100 = |share: usize| off[off.len() * share / 100];
        println!(
            "depth {with_depth}: {} objects, off by {mean:.4} in the mean, {:.4} 50 %, {:.4} 95 %, {:.4} 99 %, {:.4} at most",
            off.len(),
            of_100(50),
            of_100(95),
            of_100(99),
            off[off.len() - 1]
        );
        assert!(off.len() > 500 && mean < 0.02 && of_100(95) < 0.06, "{mean} {}", of_100(95));
    }
}
