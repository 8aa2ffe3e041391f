//! Straight ways against their definition, taken at many places.

use std::f64::consts::PI;

use geometry::{Footprint, OrientedBox, StraightWay, Vec2, Vec3};
use proptest::prelude::*;

/// Places of a line that the slow reference looks at.
const PLACES: usize = 4000;

fn upright() -> impl Strategy<Value = OrientedBox> {
    // Whole numbers line sides up; some have no depth.
    let coordinate = || prop_oneof![(-3..=3_i32).prop_map(f64::from), -3.0..3.0_f64];
    let half = || prop_oneof![Just(0.0), Just(0.5), 0.0..1.5_f64];
    let turn = prop_oneof![Just(0.0), Just(PI / 2.0), -PI..PI];
    (coordinate(), coordinate(), half(), half(), turn).prop_map(|(x, y, a, b, yaw)| {
        OrientedBox::upright(Vec3::new(x, y, 0.0), Vec3::new(a, b, 0.5), yaw).expect("a finite box")
    })
}

/// The distance of a place from an outline, by its sides.
fn off(outline: &Footprint, p: Vec2) -> f64 {
    let to_side = |(u, v): (Vec2, Vec2)| {
        let share = ((p - u).dot(v - u) / (v - u).length_squared()).clamp(0.0, 1.0);
        p.distance(u.lerp(v, share))
    };
    let inside = outline.vertices().len() > 2 && outline.sides().all(|(u, v)| (v - u).perp_dot(p - u) >= 0.0);
    let least = outline.sides().map(to_side).fold(p.distance(outline.vertices()[0]), f64::min);
    if inside { 0.0 } else { least }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_way_is_as_near_as_its_places(
        ends in [upright(), upright()], thing in upright(), by in [-0.3..0.5_f64, -0.3..0.5_f64],
    ) {
        let places = ends.map(|end| end.centre().truncate());
        let outlines = ends.map(|end| end.footprint());
        let way = StraightWay::new(places, [&outlines[0], &outlines[1]]);
        let step = places[0].distance(places[1]) / PLACES as f64;
        let (mut nearest, mut farthest) = (f64::INFINITY, 0.0_f64);
        for at in 0..=PLACES {
            let p = places[0].lerp(places[1], at as f64 / PLACES as f64);
            let ends = [0, 1].map(|end| off(&outlines[end], p));
            let here = off(&thing.footprint(), p);
            if (0..2).all(|end| here + by[end] <= ends[end]) {
                nearest = nearest.min(here);
            }
            farthest = farthest.max(ends[0].min(ends[1]));
        }
        let exact = way.nearest_m(&thing.footprint(), by);
        prop_assert!(exact <= nearest + 1e-6, "{exact} of the way, {nearest} of its places");
        // What is nearer by a little more is so at the next place, too.
        let by_more = by.map(|by| by + 2.0 * step + 1e-6);
        let bound = way.nearest_m(&thing.footprint(), by_more) + step + 1e-6;
        prop_assert!(nearest <= bound, "{nearest} of its places, at most {bound}");
        let exact = way.farthest_m([0.0, 0.0]);
        prop_assert!((exact - farthest).abs() <= step + 1e-6, "{exact} of the way, {farthest} of its places");
    }
}
