//! Visible fractions beside brute force: rays against every box, over three times the image's width and height.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use rayon::prelude::*;
use render::{Body, NEAR_M, Options, Sensors, Shape, Sighting, sightings};
use scene::{
    Draw, ObjectId,
    geometry::{Camera, Distortion, Mat3, OrientedBox, RigidTransform, Vec2, Vec3},
};

const WIDTH: i64 = 640;
const HEIGHT: i64 = 480;
/// Rays along each side of a pixel, each at a place of its own within its part of the pixel: edges along the image's rows
/// are met by chance, not all at once. Of an object of 1 % of the image with 200 pixels of edge they miss 0.02 %.
const RAYS: i64 = 4;
/// Pixels of a full projection, 1 % of the image, from which a fraction is compared.
const LEAST_PIXELS: f64 = 3072.0;
/// Largest difference with six samples along each side of a pixel …
const BOUND: f64 = 0.002;
/// … and with one, where a long edge along the image's rows moves by up to half a pixel, in which 1 % may exceed the other.
const BOUND_OF_ONE: f64 = 0.006;

/// Depth at which the ray from `eye`, whose direction has depth 1, enters a box.
fn enters(bounds: &OrientedBox, eye: Vec3, ray: Vec3) -> Option<f64> {
    let axes = bounds.axes();
    let (mut first, mut last) = (f64::NEG_INFINITY, f64::INFINITY);
    for axis in 0..3 {
        let along = axes.col(axis);
        let (at, speed) = ((eye - bounds.centre()).dot(along), ray.dot(along));
        let (a, b) = ((-bounds.half()[axis] - at) / speed, (bounds.half()[axis] - at) / speed);
        (first, last) = (first.max(a.min(b)), last.min(a.max(b)));
    }
    (first <= last && first >= NEAR_M).then_some(first)
}

/// Rays that meet one box.
#[derive(Clone, Copy, Default)]
struct Count {
    seen: u32,
    hidden: u32,
    beyond: u32,
}

impl Count {
    fn pixels(&self) -> f64 {
        f64::from(self.seen + self.hidden + self.beyond) / (RAYS * RAYS) as f64
    }

    /// Visible fraction.
    fn fraction(&self) -> f64 {
        let inside = f64::from(self.seen + self.hidden);
        f64::from(self.seen) / inside * (inside / f64::from(self.seen + self.hidden + self.beyond))
    }
}

/// The rectangle around the picture of a box before the near plane, pixels.
fn rectangle(bounds: &OrientedBox, camera: &Camera) -> (Vec2, Vec2) {
    let corners = bounds.corners().map(|corner| camera.project(corner).unwrap());
    corners.iter().fold((corners[0], corners[0]), |(low, high), p| (low.min(*p), high.max(*p)))
}

/// A place within 0 to 1 that differs from ray to ray (the mixing steps are those of `SplitMix64`).
fn place(column: i64, row: i64) -> Vec2 {
    let mut bits = (column as u64) << 32 ^ row as u64 & 0xffff_ffff;
    bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    Vec2::new((bits & 0xffff) as f64 + 0.5, (bits >> 16 & 0xffff) as f64 + 0.5) / 65536.0
}

fn counts(boxes: &[OrientedBox], camera: &Camera) -> Vec<Count> {
    let rectangles: Vec<(Vec2, Vec2)> = boxes.iter().map(|one| rectangle(one, camera)).collect();
    let count = |(own, (low, high)): (&OrientedBox, &(Vec2, Vec2))| {
        let range = |low: f64, high: f64, side: i64| {
            let ray = |at: f64| (at * RAYS as f64) as i64;
            (ray(low) - 2).max(-side * RAYS)..(ray(high) + 2).min(2 * side * RAYS)
        };
        let mut count = Count::default();
        for row in range(low.y, high.y, HEIGHT) {
            for column in range(low.x, high.x, WIDTH) {
                let at = (Vec2::new(column as f64, row as f64) + place(column, row)) / RAYS as f64;
                let ray = ((at - camera.centre_px()) / camera.focal_px()).extend(1.0);
                let Some(depth) = enters(own, Vec3::ZERO, ray) else { continue };
                let is_before = |(other, (low, high)): (&OrientedBox, &(Vec2, Vec2))| {
                    at.cmpge(*low).all()
                        && at.cmple(*high).all()
                        && enters(other, Vec3::ZERO, ray).is_some_and(|there| there < depth)
                };
                if !camera.holds(at) {
                    count.beyond += 1;
                } else if boxes.iter().zip(&rectangles).any(is_before) {
                    count.hidden += 1;
                } else {
                    count.seen += 1;
                }
            }
        }
        count
    };
    boxes.iter().zip(&rectangles).map(count).collect()
}

#[test]
fn visible_fractions_equal_those_of_brute_force() {
    compare(60);
}

#[test]
#[ignore = "takes minutes"]
fn visible_fractions_equal_those_of_brute_force_in_a_thousand_views() {
    compare(1000);
}

/// Rays and found fractions, with one and with six samples along each side of a pixel, of each box that shows.
fn one_view(view: u64) -> Vec<(Count, [f64; 2])> {
    let mut draw = Draw::new(11, &["views"], view);
    let mut boxes = Vec::new();
    for _ in 0..6 {
        let half = Vec3::new(draw.between(0.1, 0.7), draw.between(0.1, 0.7), draw.between(0.1, 0.7));
        let centre = Vec3::new(draw.between(-2.5, 2.5), draw.between(-2.0, 2.0), draw.between(3.0, 7.0));
        let turn = Mat3::from_rotation_z(draw.between(0.0, 6.3)) * Mat3::from_rotation_x(draw.between(0.0, 6.3));
        boxes.push(OrientedBox::new(centre, half, turn).unwrap());
    }
    let centre = Vec2::new(WIDTH as f64, HEIGHT as f64) / 2.0;
    let camera = Camera::new(WIDTH as u32, HEIGHT as u32, Vec2::splat(532.0), centre, Distortion::None).unwrap();
    let bodies: Vec<Body> =
        (1..).zip(&boxes).map(|(id, one)| Body { id, colour: [0; 3], shape: Shape::Box(one) }).collect();
    let found = [1, 6].map(|supersample| {
        let options = Options { supersample, ..Options::default() };
        sightings(&bodies, &camera, &RigidTransform::IDENTITY, Sensors::default(), &options).unwrap()
    });
    // What shows in the image by less than a sample is not found.
    let of = |id| {
        let one = |found: &Vec<Sighting>| found.iter().find(|seen| seen.object == ObjectId(id)).cloned();
        found.each_ref().map(|found| one(found).map_or(0.0, |seen| seen.visible_fraction))
    };
    let counts = counts(&boxes, &camera);
    (1..).zip(counts).filter(|(_, count)| count.seen + count.hidden > 0).map(|(id, count)| (count, of(id))).collect()
}

/// Whatever covers 1 % of the image or more is compared, whole or cut by the border.
fn compare(views: u64) {
    let seen: Vec<(Count, [f64; 2])> = (0..views).into_par_iter().flat_map_iter(one_view).collect();
    for (samples, name, bound) in [(0, "one sample", BOUND_OF_ONE), (1, "six samples", BOUND)] {
        for (is_cut, kind) in [(false, "whole"), (true, "cut by the border")] {
            let of = |(count, found): &(Count, [f64; 2])| (found[samples] - count.fraction()).abs();
            let compared = |(count, _): &&(Count, _)| count.pixels() >= LEAST_PIXELS && (count.beyond > 0) == is_cut;
            let off: Vec<f64> = seen.iter().filter(compared).map(of).collect();
            let (worst, many) =
                (off.iter().copied().fold(0.0, f64::max), off.iter().filter(|off| **off > BOUND).count());
            println!("{name}: {} objects {kind}, worst {worst:.5}, {many} off by more than {BOUND}", off.len());
            assert!(off.len() as u64 > views / 5, "{}", off.len());
            assert!(worst <= bound && many * 100 <= off.len(), "{name}, {kind}: {worst} {many}");
        }
    }
}
