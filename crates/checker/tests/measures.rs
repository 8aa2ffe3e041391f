//! The checker's own measures against closed forms.

mod common;

use std::f64::consts::{PI, SQRT_2};

use common::*;
use scene::geometry::{Mat3, OrientedBox, Polygon, Vec2, Vec3};
use scene::{NoiseModel, Object, Scene};
use serde_json::{Value, json};

const NOISE: NoiseModel =
    NoiseModel { position_m: 0.01, size_m: 0.02, yaw_rad: 0.005, area_relative: 0.02, ..NoiseModel::NONE };
const E: f64 = 1e-9;

fn scene_of(noise: NoiseModel, boxes: &[OrientedBox]) -> Scene {
    let objects: Vec<Object> = (1..).zip(boxes).map(|(id, bounds)| object(id, "box", &[], *bounds)).collect();
    Scene::new(parts(noise, objects)).expect("scene")
}

fn distance(definition: &str) -> Value {
    json!({"measure": "distance", "definition": definition, "from": "#1", "to": "#2"})
}

fn extent(definition: &str, axis: &str) -> Value {
    json!({"measure": "extent", "definition": definition, "axis": axis, "of": "#1"})
}

/// Value of a measure of two boxes without noise.
#[track_caller]
fn value(a: OrientedBox, b: OrientedBox, term: &Value, unit: &str, wanted: f64) {
    expect(&scene_of(NoiseModel::NONE, &[a, b]), "spatialevo", term, unit, [wanted; 3]);
    if term["measure"] == "distance" {
        expect(&scene_of(NoiseModel::NONE, &[b, a]), "spatialevo", term, unit, [wanted; 3]);
    }
}

fn cube(centre: [f64; 3], yaw_deg: f64) -> OrientedBox {
    upright(centre, [0.5; 3], yaw_deg)
}

#[test]
fn surface_distances() {
    let at_origin = cube([0.0; 3], 0.0);
    let on_edge = turned([0.0, 0.0, 3.0], [0.5; 3], Mat3::from_rotation_x(PI / 4.0));
    let on_corner = turned(
        [0.0, 0.0, 3.0],
        [0.5; 3],
        Mat3::from_rotation_x((1.0 / SQRT_2).atan()) * Mat3::from_rotation_y(PI / 4.0),
    );
    let pole = |centre: [f64; 3], axes| turned(centre, [2.0, 0.1, 0.1], axes);
    let quarter = Mat3::from_rotation_z(PI / 4.0) * Mat3::from_rotation_x(PI / 4.0);
    for (b, wanted) in [
        (cube([3.0, 0.0, 0.0], 0.0), 2.0),
        (cube([3.0, 4.0, 0.0], 0.0), (4.0_f64 + 9.0).sqrt()),
        (cube([2.0, 2.0, 2.0], 0.0), 3.0_f64.sqrt()),
        (cube([3.0, 0.0, 0.0], 45.0), 2.5 - 0.5 * SQRT_2),
        (cube([1.0, 0.0, 0.0], 0.0), 0.0),
        (cube([1.0, 1.0, 1.0], 0.0), 0.0),
        (cube([0.9, 0.3, 0.2], 17.0), 0.0),
        (upright([0.0; 3], [0.1, 0.1, 0.1], 30.0), 0.0),
        (upright([0.0; 3], [5.0, 5.0, 5.0], 30.0), 0.0),
        (upright([0.0, 0.0, 2.0], [9.0, 9.0, 0.0], 30.0), 1.5),
        (upright([2.0, 0.0, 0.0], [0.0, 0.0, 0.0], 30.0), 1.5),
        (upright([2.0, 0.0, 0.0], [0.0, 3.0, 0.0], 0.0), 1.5),
        (upright([0.0; 3], [0.0, 0.0, 9.0], 0.0), 0.0),
        (on_edge, 2.5 - 0.5 * SQRT_2),
        (on_corner, 2.5 - 0.5 * 3.0_f64.sqrt()),
        // A pole along the diagonal turned by 45° about itself: its nearest edge against the cube's upper edge.
        (pole([1.5, 1.5, 0.0], Mat3::from_rotation_z(-PI / 4.0)), SQRT_2 - 0.1),
        (pole([1.5, 1.5, 3.0], quarter), 2.4 + 0.1 - 0.1 * SQRT_2),
    ] {
        value(at_origin, b, &distance("surface"), "m", wanted);
    }
    // Crossed poles: two edges.
    let lower = turned([0.0; 3], [2.0, 0.1, 0.1], Mat3::from_rotation_x(PI / 4.0));
    let upper =
        turned([0.3, 0.2, 1.0], [2.0, 0.1, 0.1], Mat3::from_rotation_z(PI / 2.0) * Mat3::from_rotation_x(PI / 4.0));
    value(lower, upper, &distance("surface"), "m", 1.0 - 0.2 * SQRT_2);
    // Nearly parallel thin plates, and plates that cross without a corner inside the other.
    let tilted = turned([0.0, 0.0, 1.0], [2.0, 2.0, 0.0], Mat3::from_rotation_x(1e-9));
    value(upright([0.0; 3], [2.0, 2.0, 0.0], 0.0), tilted, &distance("surface"), "m", 1.0 - 2e-9);
    let standing = turned([0.0; 3], [2.0, 2.0, 0.0], Mat3::from_rotation_x(PI / 2.0));
    value(upright([0.0; 3], [3.0, 1.0, 0.0], 0.0), standing, &distance("surface"), "m", 0.0);
}

/// The exact distance by brute force: alternating projections between the boxes, from the corners' nearest points.
fn by_projection(a: &OrientedBox, b: &OrientedBox) -> f64 {
    let project = |bounds: &OrientedBox, point: Vec3| {
        let local = bounds.axes().transpose() * (point - bounds.centre());
        bounds.centre() + bounds.axes() * local.clamp(-bounds.half(), bounds.half())
    };
    let mut p = a.centre();
    let mut q = project(b, p);
    for _ in 0..200_000 {
        let next = project(a, q);
        let moved = (next - p).length();
        p = next;
        q = project(b, p);
        if moved < 1e-14 {
            break;
        }
    }
    p.distance(q)
}

#[test]
fn surface_distances_of_random_boxes() {
    let mut state = 7_u64;
    let mut random = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    for round in 0..300 {
        let mut next = |spread: f64| {
            let thin = if round % 3 == 0 { 0.001 } else { 0.3 };
            let axes = Mat3::from_rotation_z(random() * 7.0) * Mat3::from_rotation_x(random() * 7.0);
            let axes = axes * Mat3::from_rotation_y(if round % 2 == 0 { 0.0 } else { random() * 7.0 });
            turned(
                [random() * spread, random() * spread, random() * spread],
                [random(), random() * thin, random()],
                axes,
            )
        };
        let (a, b) = (next(1.0), next(4.0));
        let found =
            derived(&scene_of(NoiseModel::NONE, &[a, b]), "spatialevo", &distance("surface"), "m").expect("value")[0];
        let wanted = by_projection(&a, &b);
        // Alternating projections come down to the distance from above, slowly where faces are nearly parallel.
        assert!(found <= wanted + 1e-9 && wanted - found < 2e-5, "{a:?} {b:?}: {found} {wanted}");
    }
}

#[test]
fn other_distances() {
    let (a, b) = (cube([0.0; 3], 0.0), cube([3.0, 4.0, 5.0], 0.0));
    value(a, b, &distance("centre"), "m", 50.0_f64.sqrt());
    value(a, b, &distance("horizontal"), "m", 13.0_f64.sqrt());
    value(a, b, &distance("vertical"), "m", 4.0);
    value(a, cube([3.0, 0.0, 0.9], 0.0), &distance("vertical"), "m", 0.0);
    value(a, cube([3.0, 0.0, 9.0], 45.0), &distance("horizontal"), "m", 2.5 - 0.5 * SQRT_2);
    value(a, cube([0.2, 0.0, 9.0], 45.0), &distance("horizontal"), "m", 0.0);
    value(a, cube([1.2, 1.2, 9.0], 45.0), &distance("horizontal"), "m", 1.2 * SQRT_2 - 0.5 - 0.5 * SQRT_2);
    value(a, upright([0.0, 0.0, 9.0], [0.1, 0.1, 0.1], 10.0), &distance("horizontal"), "m", 0.0);
    value(a, upright([2.0, 0.0, 9.0], [0.0, 0.7, 0.0], 0.0), &distance("horizontal"), "m", 1.5);
    let leaning = turned([0.0; 3], [0.5; 3], Mat3::from_rotation_x(PI / 4.0));
    value(leaning, cube([0.0, 3.0, 0.0], 0.0), &distance("horizontal"), "m", 2.5 - 0.5 * SQRT_2);
    value(leaning, cube([0.0, 0.0, 3.0], 0.0), &distance("vertical"), "m", 2.5 - 0.5 * SQRT_2);
}

#[test]
fn tolerances_of_distances() {
    let scene = scene_of(NOISE, &[cube([0.0; 3], 0.0), upright([5.0, 0.0, 3.0], [1.0, 0.5, 0.5], 0.0)]);
    let sway = |reach: f64| (0.01_f64.powi(2) + 0.01_f64.powi(2) + (reach * 0.005).powi(2)).sqrt();
    let both = 4.0 * sway(SQRT_2 / 2.0).hypot(sway(1.25_f64.sqrt()));
    for (definition, value, t) in [
        ("surface", (3.5_f64.powi(2) + 4.0).sqrt(), both),
        ("horizontal", 3.5, both),
        ("centre", 34.0_f64.sqrt(), 0.04 * SQRT_2),
        ("vertical", 2.0, 4.0 * (2.0 * 1e-4_f64 + 2e-4).sqrt()),
    ] {
        expect(&scene, "isovist", &distance(definition), "m", [value, value - t - E, value + t + E]);
        expect(&scene, "vsi-bench", &distance(definition), "m", [value; 3]);
    }
    let touching = scene_of(NOISE, &[cube([0.0; 3], 0.0), cube([1.0, 0.0, 0.0], 0.0)]);
    let both = 4.0 * SQRT_2 * sway(SQRT_2 / 2.0);
    expect(&touching, "isovist", &distance("surface"), "m", [0.0, 0.0, both + E]);
}

#[test]
fn extents() {
    let bounds = upright([1.0, 2.0, 3.0], [0.5, 1.0, 0.3], 45.0);
    let scene = scene_of(NOISE, &[bounds]);
    let t = 0.08 + E;
    for (axis, value) in [("longest", 2.0), ("width", 2.0), ("depth", 1.0), ("height", 0.6)] {
        expect(&scene, "isovist", &extent("oriented", axis), "m", [value, value - t, value + t]);
    }
    let footprint = [2.0, 0.92 * 1.92 - E, 1.08 * 2.08 + E];
    expect(&scene, "isovist", &extent("oriented", "footprint"), "m2", footprint);
    let volume = [1.2, 0.92 * 1.92 * 0.52 - E, 1.08 * 2.08 * 0.68 + E];
    expect(&scene, "isovist", &extent("oriented", "volume"), "m3", volume);
    let wide = 1.5 * SQRT_2;
    for (axis, value) in [("longest", wide), ("width", wide), ("depth", wide), ("height", 0.6)] {
        expect(&scene, "spatialevo", &extent("axis_aligned", axis), "m", [value; 3]);
    }
    expect(&scene, "spatialevo", &extent("axis_aligned", "footprint"), "m2", [wide * wide; 3]);
    let thin = scene_of(NOISE, &[upright([0.0; 3], [0.01, 1.0, 0.0], 0.0)]);
    expect(&thin, "isovist", &extent("oriented", "height"), "m", [0.0, 0.0, t]);
    expect(&thin, "isovist", &extent("oriented", "footprint"), "m2", [0.04, 0.0, 0.1 * 2.08 + E]);
    // Which side is up, and none within 10°.
    let lying = turned([0.0; 3], [0.5, 1.0, 0.3], Mat3::from_rotation_y(PI / 2.0));
    value(lying, lying, &extent("oriented", "width"), "m", 2.0);
    value(lying, lying, &extent("oriented", "depth"), "m", 0.6);
    let tilted = |degrees: f64| turned([0.0; 3], [0.5, 1.0, 0.3], Mat3::from_rotation_y(f64::to_radians(degrees)));
    value(tilted(9.9), tilted(0.0), &extent("oriented", "depth"), "m", 1.0);
    let outcome = derived(&scene_of(NOISE, &[tilted(10.1)]), "isovist", &extent("oriented", "depth"), "m");
    assert!(outcome.expect_err("none").contains("upright"));
    let (s, c) = 10.1_f64.to_radians().sin_cos();
    value(tilted(10.1), tilted(0.0), &extent("oriented", "height"), "m", c * 0.6 + s * 1.0);
    value(tilted(10.1), tilted(0.0), &extent("oriented", "footprint"), "m2", 2.0 * (c * 1.0 + s * 0.6));
}

#[test]
fn heights() {
    let mut parts = scene_of(NOISE, &[cube([0.0, 0.0, 2.0], 0.0), cube([0.0, 0.0, 0.7], 0.0)]).into_parts();
    parts.room.floor_height_m = Some(1.0);
    let scene = Scene::new(parts).expect("scene");
    let end = 4.0 * 2e-4_f64.sqrt() + E;
    for (part, value, t) in [("bottom", 0.5, end), ("centre", 1.0, 0.04 + E), ("top", 1.5, end)] {
        let term = json!({"measure": "elevation", "part": part, "of": "#1"});
        expect(&scene, "isovist", &term, "m", [value, value - t, value + t]);
    }
    let gap =
        |bottom_of: &str, top_of: &str| json!({"measure": "vertical_gap", "bottom_of": bottom_of, "top_of": top_of});
    let t = 4.0 * 4e-4_f64.sqrt() + E;
    expect(&scene, "isovist", &gap("#1", "#2"), "m", [0.3, 0.3 - t, 0.3 + t]);
    expect(&scene, "isovist", &gap("#2", "#1"), "m", [-2.3, -2.3 - t, -2.3 + t]);
    let unknown = scene_of(NOISE, &[cube([0.0; 3], 0.0)]);
    assert!(derived(&unknown, "isovist", &json!({"measure": "elevation", "part": "top", "of": "#1"}), "m").is_err());
}

#[test]
fn what_lies_on_or_in_a_thing_is_counted() {
    let occupancy = json!({"measure": "occupancy", "of": "#1"});
    let chair = upright([0.0, 0.0, 0.5], [0.25, 0.25, 0.5], 0.0);
    let bag = |x: f64, z: f64| upright([x, 0.0, z], [0.1; 3], 20.0);
    for (thing, wanted) in [
        // On the seat, on the top, hanging above; under it; beside it, half over it and a little more.
        (bag(0.0, 0.6), 1.0),
        (bag(0.0, 1.14), 1.0),
        (bag(0.0, 1.16), 0.0),
        (bag(0.0, 0.1), 0.0),
        (bag(0.0, 0.34), 0.0),
        (bag(0.0, 0.36), 1.0),
        (bag(0.5, 0.6), 0.0),
        (bag(0.255, 0.6), 0.0),
        (bag(0.245, 0.6), 1.0),
        // What is larger than the chair lies over it with less than half of itself.
        (upright([0.0, 0.0, 0.7], [0.5, 0.5, 0.1], 0.0), 0.0),
        (upright([0.0, 0.0, 0.7], [0.0, 0.5, 0.1], 0.0), 0.0),
    ] {
        value(chair, thing, &occupancy, "1", wanted);
    }
    let scene = scene_of(NOISE, &[chair, bag(0.0, 0.6), bag(0.0, 0.38), bag(0.24, 0.8), bag(0.0, 0.1)]);
    expect(&scene, "isovist", &occupancy, "1", [3.0, 1.0, 3.0]);
    let thin = |x: f64| upright([x, 0.0, 0.6], [0.0, 0.1, 0.1], 0.0);
    expect(&scene_of(NOISE, &[chair, thin(0.0), thin(0.6)]), "isovist", &occupancy, "1", [0.0, 0.0, 1.0]);
}

#[test]
fn overlaps() {
    let over = json!({"measure": "overlap", "of": "#1", "over": "#2"});
    let a = cube([0.0; 3], 0.0);
    let octagon = 2.0 * SQRT_2 - 2.0;
    for (b, share) in [
        (cube([0.0, 0.0, 9.0], 0.0), 1.0),
        (cube([0.0, 0.0, 9.0], 90.0), 1.0),
        (cube([0.0, 0.0, 9.0], 45.0), octagon),
        (cube([0.5, 0.0, 0.0], 0.0), 0.5),
        (cube([0.75, 0.75, 0.0], 0.0), 0.0625),
        (cube([1.0, 0.0, 0.0], 0.0), 0.0),
        (cube([5.0, 0.0, 0.0], 0.0), 0.0),
        (upright([0.1, 0.0, 0.0], [0.2, 0.2, 9.0], 12.0), 0.16),
        (upright([0.1, 0.0, 0.0], [5.0, 5.0, 9.0], 12.0), 1.0),
        (upright([0.0; 3], [0.0, 5.0, 9.0], 12.0), 0.0),
        (turned([0.5, 0.0, 0.0], [0.5; 3], Mat3::from_rotation_x(PI / 4.0)), 0.5),
        (turned([0.0, 0.9, 0.0], [0.5; 3], Mat3::from_rotation_x(PI / 4.0)), 0.5 * SQRT_2 - 0.4),
    ] {
        value(a, b, &over, "1", share);
    }
    let flat = scene_of(NOISE, &[upright([0.0; 3], [0.0, 1.0, 1.0], 0.0), a]);
    assert!(derived(&flat, "isovist", &over, "1").expect_err("none").contains("area"));
    let far = [1e5, -2e5, 0.0];
    let near = [1e5 + 0.75, -2e5 + 0.75, 0.0];
    let found = derived(&scene_of(NoiseModel::NONE, &[cube(far, 0.0), cube(near, 0.0)]), "spatialevo", &over, "1");
    assert!((found.expect("value")[0] - 0.0625).abs() < 1e-8);
    // Grown and shrunk squares.
    let scene = scene_of(NOISE, &[a, cube([0.5, 0.0, 0.0], 0.0)]);
    let sway = 4.0 * (2e-4_f64 + 0.5 * 0.005_f64.powi(2)).sqrt();
    let inner = 1.0 - 2.0 * sway;
    let hi = 1.0 - inner * (inner - 0.5) / 1.08_f64.powi(2) + E;
    let lo = (0.5 - 2.0 * sway) * (1.0 - 2.0 * sway) / 1.08_f64.powi(2) - E;
    expect(&scene, "isovist", &over, "1", [0.5, lo, hi]);
    // What is far enough inside is inside whatever its size.
    let small = scene_of(NOISE, &[upright([0.1, 0.1, 0.0], [0.1; 3], 0.0), a]);
    expect(&small, "isovist", &over, "1", [1.0, 1.0 - E, 1.0]);
    // What is too thin to be sure of is not far away either.
    let thin = scene_of(NOISE, &[upright([3.0, 0.0, 0.0], [0.003, 0.5, 0.5], 0.0), a]);
    expect(&thin, "isovist", &over, "1", [0.0, 0.0, E]);
    let tiny = scene_of(NOISE, &[upright([0.0; 3], [0.03; 3], 0.0), a]);
    let found = derived(&tiny, "isovist", &over, "1").expect("value");
    assert!((found[0] - 1.0).abs() < 1e-9 && found[1].abs() < 1e-9 && (found[2] - 1.0).abs() < 1e-9, "{found:?}");
}

#[test]
fn bearings() {
    let term = |definition: &str| json!({"measure": "bearing", "definition": definition, "at": "#1", "facing": "#2", "of": "#3"});
    let scene = |facing: [f64; 3], of: [f64; 3]| {
        scene_of(NOISE, &[cube([1.0, 1.0, 0.0], 0.0), cube(facing, 0.0), cube(of, 0.0)])
    };
    for (of, value) in [
        ([1.0, 5.0, 3.0], 0.0),
        ([-4.0, 1.0, 0.0], 90.0),
        ([6.0, 1.0, 0.0], -90.0),
        ([1.0, -7.0, 0.0], 180.0),
        ([3.0, 3.0, 0.0], -45.0),
        ([-1.0, -1.0, 0.0], 135.0),
    ] {
        let distance = (of[0] - 1.0_f64).hypot(of[1] - 1.0);
        let t = ((0.04 * SQRT_2 / distance).asin() + (0.04 * SQRT_2 / 2.0).asin()).to_degrees() + E;
        let scene = scene([1.0, 3.0, 9.0], of);
        expect(&scene, "isovist", &term("horizontal"), "deg", [value, value - t, value + t]);
        expect(&scene, "vsi-bench", &term("horizontal"), "deg", [value; 3]);
    }
    let lost = scene([1.0, 1.05, 0.0], [5.0, 1.0, 0.0]);
    expect(&lost, "isovist", &term("horizontal"), "deg", [-90.0, -270.0 - E, 90.0 + E]);
    assert!(derived(&scene([1.0, 1.0, 5.0], [5.0, 1.0, 0.0]), "isovist", &term("horizontal"), "deg").is_err());
    for (of, value) in [
        ([1.0, 5.0, 0.0], 0.0),
        ([-3.0, 1.5, 0.0], 90.0),
        ([5.0, 1.5, 0.0], -90.0),
        ([1.5, -3.0, 0.0], 180.0),
        ([-2.0, 4.0, 0.0], 45.0),
        ([4.0, -2.0, 0.0], -135.0),
        // So high that both components are small: left or right.
        ([1.0, 2.0, 9.0], -90.0),
    ] {
        expect(&scene([1.0, 3.0, 0.0], of), "spatialevo", &term("shortened"), "deg", [value; 3]);
    }
}

#[test]
fn angles_between_sides() {
    let term = json!({"measure": "axis_angle", "a": "#1", "b": "#2"});
    let long = |yaw: f64| upright([0.0; 3], [1.0, 0.3, 0.5], yaw);
    let t = (4.0 * 0.005 * SQRT_2).to_degrees() + E;
    for (a, b, value) in
        [(0.0, 30.0, 30.0), (10.0, 190.0, 0.0), (0.0, 90.0, 90.0), (0.0, 120.0, 60.0), (-20.0, 180.0, 20.0)]
    {
        let scene = scene_of(NOISE, &[long(a), long(b)]);
        expect(&scene, "isovist", &term, "deg", [value, (value - t).max(0.0), (value + t).min(90.0)]);
    }
    let short_first = upright([0.0; 3], [0.3, 1.0, 0.5], 0.0);
    value(long(0.0), short_first, &term, "deg", 90.0);
    // 4·0.02·√2 + 0.02 = 0.133 m longer is not enough.
    let square = upright([0.0; 3], [1.0, 0.94, 0.5], 0.0);
    assert!(derived(&scene_of(NOISE, &[long(0.0), square]), "isovist", &term, "deg").is_err());
    value(long(0.0), square, &term, "deg", 0.0);
    value(long(0.0), upright([0.0; 3], [1.0, 0.989, 0.5], 7.0), &term, "deg", 7.0);
    let outcome =
        derived(&scene_of(NOISE, &[long(0.0), upright([0.0; 3], [1.0, 0.991, 0.5], 0.0)]), "spatialevo", &term, "deg");
    assert!(outcome.expect_err("square").contains("longer side"));
}

#[test]
fn straight_ways_past_what_stands_as_far_ahead_of_an_end_as_belongs_to_it() {
    let term = json!({"measure": "passage_width", "from": "#1", "to": "#2"});
    let ends = [cube([0.0, 0.0, 0.5], 0.0), cube([4.0, 0.0, 0.5], 0.0)];
    let way = |thing: OrientedBox| {
        let mut parts = scene_of(NoiseModel::NONE, &[ends[0], ends[1], thing]).into_parts();
        let corners = [[-2.0, -3.0], [6.0, -3.0], [6.0, 3.0], [-2.0, 3.0]].map(Vec2::from_array);
        parts.room.floor = Some(Polygon::new(&corners, &[]).expect("polygon"));
        parts.room.floor_height_m = Some(0.0);
        Scene::new(parts).expect("scene")
    };
    // A board before the first end, whose front is as far from it as what belongs to it, nearly so, or turned a little: what
    // is behind it counts, whatever rounding makes of its front.
    for ahead in [0.2, 0.2 + 1e-8, 0.2 - 1e-8, 0.2 - 1e-6] {
        let board = upright([0.5 + ahead + 0.3, 0.0, 0.5], [0.3, 0.75, 0.5], 0.0);
        expect(&way(board), "spatialevo", &term, "m", [0.0; 3]);
    }
    // So far off the line that it is never nearer than both ends: the gap of 3 m.
    expect(&way(upright([2.0, 2.5, 0.5], [0.3; 3], 0.0)), "spatialevo", &term, "m", [3.0; 3]);
    // Its face is 1 m beside the line, and the ends are farther from its nearest place.
    for yaw in [0.0, 90.0, 180.0] {
        expect(&way(upright([2.0, 1.3, 0.5], [0.3; 3], yaw)), "spatialevo", &term, "m", [2.0; 3]);
    }
}

#[test]
fn rooms() {
    let term = json!({"measure": "room_area"});
    let mut parts = scene_of(NOISE, &[cube([0.0; 3], 0.0)]).into_parts();
    parts.room.declared_area_m2 = Some(20.0);
    let declared = Scene::new(parts.clone()).expect("scene");
    expect(&declared, "isovist", &term, "m2", [20.0, 20.0 - 1.6 - E, 20.0 + 1.6 + E]);
    expect(&declared, "vsi-bench", &term, "m2", [20.0; 3]);
    let points = |points: &[[f64; 2]]| points.iter().map(|p| Vec2::from_array(*p)).collect::<Vec<_>>();
    let outline = points(&[[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [2.0, 3.0], [2.0, 2.0], [0.0, 2.0]]);
    let hole = points(&[[1.0, 0.5], [1.0, 1.5], [2.0, 1.5], [2.0, 0.5]]);
    parts.room.floor = Some(Polygon::new(&outline, &[hole]).expect("polygon"));
    let outlined = Scene::new(parts).expect("scene");
    let t = 18.0 * 0.04 + PI * 0.04 * 0.04 + E;
    expect(&outlined, "isovist", &term, "m2", [9.0, 9.0 - t, 9.0 + t]);
    assert!(derived(&scene_of(NOISE, &[cube([0.0; 3], 0.0)]), "isovist", &term, "m2").is_err());
}

#[test]
fn sampled_surfaces() {
    let term = distance("sampled_surface");
    // 0.25: five points an axis, -0.125 … 0.125; every one is exact, so none is lost.
    let a = upright([0.0; 3], [0.125; 3], 0.0);
    value(a, upright([1.0, 0.0, 0.0], [0.125; 3], 0.0), &term, "m", 0.75);
    value(a, upright([1.0, 1.0, 0.0], [0.125; 3], 0.0), &term, "m", 0.75 * SQRT_2);
    // Smaller than the spacing: one point an axis, the lowest corner.
    value(upright([0.0; 3], [0.0125; 3], 0.0), upright([1.0, 0.0, 0.0], [0.0125; 3], 0.0), &term, "m", 1.0);
    // The hollow core: a grid point in the middle is left out (7 points an axis: 0 and ±0.05 and ±0.1 and ±0.15).
    let found = derived(
        &scene_of(NoiseModel::NONE, &[upright([0.0; 3], [0.15; 3], 0.0), upright([0.0; 3], [1e-3; 3], 0.0)]),
        "vsi-bench",
        &term,
        "m",
    );
    assert!(found.expect("value")[0] > 0.05);
    let flat = scene_of(NoiseModel::NONE, &[a, upright([1.0, 0.0, 0.0], [0.1, 0.1, 0.0], 0.0)]);
    assert!(derived(&flat, "vsi-bench", &term, "m").expect_err("none").contains("grid point"));
    let hall = scene_of(NoiseModel::NONE, &[a, upright([1.0, 0.0, 0.0], [50.0; 3], 0.0)]);
    assert!(derived(&hall, "vsi-bench", &term, "m").expect_err("none").contains("small enough"));
    // Never shorter than the exact distance, and not much longer.
    for yaw in [0.0, 13.0, 45.0, 77.0] {
        let scene = scene_of(
            NoiseModel::NONE,
            &[upright([0.0, 0.0, 0.5], [0.4, 0.6, 0.5], yaw), upright([2.0, 0.5, 0.4], [0.3, 0.7, 0.4], -yaw)],
        );
        let exact = derived(&scene, "vsi-bench", &distance("surface"), "m").expect("value")[0];
        let sampled = derived(&scene, "vsi-bench", &term, "m").expect("value")[0];
        assert!(sampled >= exact - 1e-9 && sampled < exact + 0.15, "{exact} {sampled}");
    }
}

#[test]
fn sector_words_and_margins() {
    let words = |system: &str, angle: f64| -> Vec<(String, f64)> {
        let all = ["left", "right", "back", "front", "front-left", "front-right", "back-left", "back-right"];
        let of = json!({"measure": "constant", "value": angle, "unit": "deg"});
        let question = json!({"form": "value", "of": of, "in": system});
        let hours: Vec<String> = (1..=12).map(|hour| format!("{hour} o'clock")).collect();
        let mut found = Vec::new();
        for word in all.iter().copied().chain(hours.iter().map(String::as_str)) {
            let steps = |margin: f64| {
                vec![
                    measure(&of, angle, "deg"),
                    json!({"rule": "sector", "of": 0, "in": system, "word": word, "margin": margin}),
                    conclude(&[1], &json!({"kind": "sector", "in": system, "word": word})),
                ]
            };
            let scene = room(NoiseModel::NONE);
            if let Err(checker::Rejection::Number { derived, .. }) =
                checker::check(&scene, SHA, &proof("spatialevo", &question, steps(-1.0)))
            {
                accept(&scene, &proof("spatialevo", &question, steps(derived)));
                found.push((word.to_owned(), derived));
            }
        }
        found
    };
    for (system, angle, word, margin) in [
        ("halves", 0.0, "left", 0.0),
        ("halves", 90.0, "left", 90.0),
        ("halves", -1.0, "right", 1.0),
        ("halves", 180.0, "right", 0.0),
        ("thirds", 134.0, "left", 1.0),
        ("thirds", 135.0, "back", 0.0),
        ("thirds", -135.0, "right", 0.0),
        ("thirds", -134.0, "right", 1.0),
        ("thirds", 180.0, "back", 45.0),
        ("quadrants", 0.0, "front-left", 0.0),
        ("quadrants", 45.0, "front-left", 45.0),
        ("quadrants", 90.0, "back-left", 0.0),
        ("quadrants", -90.0, "front-right", 0.0),
        ("quadrants", -100.0, "back-right", 10.0),
        ("axes", 44.0, "front", 1.0),
        ("axes", 45.0, "left", 0.0),
        ("axes", -45.0, "front", 0.0),
        ("axes", -170.0, "back", 35.0),
        ("axes", 300.0, "right", 15.0),
        ("eight", 0.0, "front", 22.5),
        ("eight", 45.0, "front-left", 22.5),
        ("eight", -45.0, "front-right", 22.5),
        ("eight", -135.0, "back-right", 22.5),
        ("eight", 157.5, "back", 0.0),
        ("eight", 100.0, "left", 12.5),
        ("clock", 0.0, "12 o'clock", 15.0),
        ("clock", -90.0, "3 o'clock", 15.0),
        ("clock", 90.0, "9 o'clock", 15.0),
        ("clock", 180.0, "6 o'clock", 15.0),
        ("clock", -30.0, "1 o'clock", 15.0),
        ("clock", 32.0, "11 o'clock", 13.0),
        ("clock", 345.0, "12 o'clock", 0.0),
    ] {
        let found = words(system, angle);
        assert_eq!(found.len(), 1, "{system} {angle}: {found:?}");
        assert_eq!(found[0].0, word, "{system} {angle}");
        assert!((found[0].1 - margin).abs() < 1e-9, "{system} {angle}: {found:?}");
    }
}

#[test]
fn orientation_words() {
    for (yaw, word, margin) in [
        (0.0, "parallel", 15.0),
        (10.0, "parallel", 5.0),
        (30.0, "oblique", 15.0),
        (80.0, "orthogonal", 5.0),
        (90.0, "orthogonal", 15.0),
    ] {
        let scene = scene_of(
            NoiseModel::NONE,
            &[upright([0.0; 3], [1.0, 0.3, 0.5], 0.0), upright([5.0, 0.0, 0.0], [1.0, 0.3, 0.5], yaw)],
        );
        let term = json!({"measure": "axis_angle", "a": "#1", "b": "#2"});
        let sector = |system: &str| {
            let answer = json!({"kind": "sector", "in": system, "word": word});
            let step = json!({"rule": "sector", "of": 0, "in": system, "word": word, "margin": margin});
            proof(
                "spatialevo",
                &json!({"form": "value", "of": term, "in": system}),
                vec![measure(&term, yaw, "deg"), step, conclude(&[1], &answer)],
            )
        };
        accept(&scene, &sector("orientation"));
        reject(&scene, &sector("eight"), "form");
    }
}
