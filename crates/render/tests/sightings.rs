//! Sightings of small views whose numbers are known.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use render::{Body, Image, NOTHING, Options, Sensors, Shape, Sighting, sightings};
use scene::{
    ObjectId,
    geometry::{Camera, Distortion, Mesh, OrientedBox, RigidTransform, Vec2, Vec3},
};

const WIDTH: usize = 200;
const HEIGHT: usize = 100;

/// 200 × 100 pixels, 100 pixels to a metre at a depth of one metre; the world is the camera's own frame.
fn camera() -> Camera {
    let size = Vec2::new(WIDTH as f64, HEIGHT as f64);
    Camera::new(WIDTH as u32, HEIGHT as u32, Vec2::splat(100.0), size / 2.0, Distortion::None).unwrap()
}

/// A plate that covers the pixels from (left, top) to (right, bottom) at this depth.
fn plate(depth_m: f64, [left, top, right, bottom]: [f64; 4]) -> Mesh {
    let corner = |u: f64, v: f64| Vec3::new((u - 100.0) / 100.0, (v - 50.0) / 100.0, 1.0) * depth_m;
    let corners = vec![corner(left, top), corner(right, top), corner(right, bottom), corner(left, bottom)];
    Mesh::new(corners, vec![[0, 1, 2], [0, 2, 3]]).unwrap()
}

fn bodies(meshes: &[Mesh]) -> Vec<Body<'_>> {
    (1..).zip(meshes).map(|(id, mesh)| Body { id, colour: [0; 3], shape: Shape::Mesh(mesh) }).collect()
}

fn look(bodies: &[Body<'_>], sensors: Sensors<'_>, options: &Options) -> Vec<Sighting> {
    sightings(bodies, &camera(), &RigidTransform::IDENTITY, sensors, options).unwrap()
}

fn image<T>(of: impl Fn(usize, usize) -> T) -> Image<T> {
    let pixels = (0..WIDTH * HEIGHT).map(|pixel| of(pixel % WIDTH, pixel / WIDTH)).collect();
    Image { width_px: WIDTH as u32, height_px: HEIGHT as u32, pixels }
}

fn near(found: f64, expected: f64, off: f64) {
    assert!((found - expected).abs() <= off, "{found} instead of {expected}");
}

#[test]
fn a_plate_alone_is_seen_whole() {
    let meshes = [plate(2.0, [30.0, 20.0, 60.0, 50.0])];
    let seen = look(&bodies(&meshes), Sensors::default(), &Options::default());
    assert_eq!(
        seen,
        [Sighting {
            object: ObjectId(1),
            visible_fraction: 1.0,
            in_image_fraction: 1.0,
            truncated: false,
            occluded_by: vec![],
            box_px: Some([30.0, 20.0, 60.0, 50.0]),
            depth_m: Some([2.0, 2.0]),
            pixels: 900.0,
        }]
    );
}

#[test]
fn what_lies_beyond_the_border_counts_into_the_fraction() {
    let meshes = [plate(1.0, [-60.0, 20.0, 20.0, 60.0]), plate(1.0, [300.0, 0.0, 400.0, 50.0])];
    let seen = look(&bodies(&meshes), Sensors::default(), &Options::default());
    assert_eq!(seen.len(), 1, "the second lies outside");
    near(seen[0].in_image_fraction, 0.25, 0.005);
    near(seen[0].visible_fraction, 0.25, 0.005);
    assert!(seen[0].truncated);
    assert_eq!(seen[0].box_px, Some([0.0, 20.0, 20.0, 60.0]));
}

#[test]
fn a_floor_that_passes_under_the_camera_is_truncated() {
    let corners = [(-2.0, -2.0), (2.0, -2.0), (2.0, 6.0), (-2.0, 6.0)].map(|(x, z)| Vec3::new(x, 1.2, z));
    let floor = Mesh::new(corners.to_vec(), vec![[0, 1, 2], [0, 2, 3]]).unwrap();
    let seen = look(&bodies(&[floor]), Sensors::default(), &Options::default());
    assert!(seen[0].truncated && seen[0].in_image_fraction < 0.5, "{seen:?}");
}

#[test]
fn occluders_are_named_with_their_shares() {
    let meshes = [
        plate(3.0, [40.0, 0.0, 140.0, 100.0]),
        plate(2.0, [40.0, 0.0, 70.0, 100.0]),
        plate(1.0, [60.0, 0.0, 80.0, 50.0]),
    ];
    let seen = look(&bodies(&meshes), Sensors::default(), &Options::default());
    // Of 100 columns 20 to 30 are hidden by the second, and half of 20 by the third.
    near(seen[0].visible_fraction, 0.65, 1e-12);
    let by: Vec<_> = seen[0].occluded_by.iter().map(|by| (by.object, (by.share * 1e4).round())).collect();
    assert_eq!(by, [(Some(ObjectId(2)), 2500.0), (Some(ObjectId(3)), 1000.0)]);
    near(seen[1].visible_fraction, 2500.0 / 3000.0, 1e-12);
    near(seen[2].visible_fraction, 1.0, 0.0);
    assert_eq!(seen[0].box_px, Some([70.0, 0.0, 140.0, 100.0]));
}

#[test]
fn measured_depth_decides_what_is_hidden() {
    let bounds = OrientedBox::upright(Vec3::new(0.0, 0.0, 2.0), Vec3::new(0.4, 0.4, 0.2), 0.0).unwrap();
    let body = [Body { id: 7, colour: [0; 3], shape: Shape::Box(&bounds) }];
    // The box covers columns 78 to 122. A hand hides those up to 90, one sees past it from 110 on, and nothing is
    // known in the uppermost rows.
    let depth = image(|column, row| match (column, row) {
        (_, 0..40) => f32::NAN,
        (0..90, _) => 0.5,
        (90..110, _) => 2.0,
        _ => 4.0,
    });
    let seen = look(&body, Sensors { depth_m: Some(&depth), instances: None }, &Options::default());
    let [sighting] = &seen[..] else { panic!("{seen:?}") };
    let (left, top, right, bottom) = (78.0, 28.0, 122.0, 72.0);
    let hidden = (90.0 - left) * (bottom - 40.0);
    let visible = (110.0 - 90.0) * (bottom - 40.0) + (right - left) * (40.0 - top);
    near(sighting.pixels, visible, 0.0);
    near(sighting.visible_fraction, visible / (visible + hidden), 1e-12);
    assert_eq!(sighting.occluded_by.len(), 1);
    assert_eq!(sighting.occluded_by[0].object, None);
    assert_eq!(sighting.depth_m.map(|range| range.map(|depth| (depth * 10.0).round())), Some([18.0, 20.0]));
}

#[test]
fn the_smaller_of_two_boxes_owns_a_measured_point() {
    let cupboard = OrientedBox::upright(Vec3::new(0.0, 0.0, 2.0), Vec3::new(0.8, 0.4, 0.5), 0.0).unwrap();
    let cup = OrientedBox::upright(Vec3::new(0.0, 0.0, 2.0), Vec3::new(0.2, 0.2, 0.1), 0.0).unwrap();
    let body = |id, bounds| Body { id, colour: [0; 3], shape: Shape::Box(bounds) };
    let depth = image(|column, row| if (92..108).contains(&column) && (42..58).contains(&row) { 1.9 } else { 2.3 });
    let sensors = Sensors { depth_m: Some(&depth), instances: None };
    for bodies in [[body(1, &cupboard), body(2, &cup)], [body(2, &cup), body(1, &cupboard)]] {
        let seen = look(&bodies, sensors, &Options::default());
        near(seen[1].pixels, 256.0, 0.0);
        assert_eq!(seen[1].box_px, Some([92.0, 42.0, 108.0, 58.0]));
    }
}

#[test]
fn an_instance_image_tells_whose_a_pixel_is() {
    let meshes = [plate(2.0, [30.0, 20.0, 60.0, 50.0])];
    let ids = image(|column, row| if (40..60).contains(&column) && (20..50).contains(&row) { 1 } else { NOTHING });
    let sensors = Sensors { depth_m: None, instances: Some(&ids) };
    let seen = look(&bodies(&meshes), sensors, &Options::default());
    near(seen[0].pixels, 600.0, 0.0);
    assert_eq!(seen[0].box_px, Some([40.0, 20.0, 60.0, 50.0]));
}

#[test]
fn samples_within_pixels_measure_what_is_smaller_than_they_are() {
    // A quarter of one pixel, off its centre.
    let meshes = [plate(1.0, [30.5, 20.5, 31.0, 21.0])];
    let with = |supersample| {
        let options = Options { supersample, ..Options::default() };
        look(&bodies(&meshes), Sensors::default(), &options).first().map(|seen| seen.pixels)
    };
    near(with(8).unwrap(), 0.25, 1e-12);
    near(with(4).unwrap(), 0.25, 1e-12);
}

#[test]
fn a_bent_lens_sees_what_a_straight_one_does_where_it_is_straight() {
    let lens = Distortion::KannalaBrandt { k: [0.0; 4] };
    let bent = Camera::new(200, 100, Vec2::splat(100.0), Vec2::new(100.0, 50.0), lens).unwrap();
    let meshes = [plate(3.0, [90.0, 40.0, 110.0, 60.0]), plate(2.0, [90.0, 40.0, 100.0, 60.0])];
    let seen =
        sightings(&bodies(&meshes), &bent, &RigidTransform::IDENTITY, Sensors::default(), &Options::default()).unwrap();
    near(seen[0].visible_fraction, 0.5, 0.03);
    assert_eq!(seen[0].box_px, Some([100.0, 40.0, 110.0, 60.0]));
    assert!(!seen[0].truncated);
}
