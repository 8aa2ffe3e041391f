//! What is left of a floor, ways over it, and boxes that run into each other, against slow references.

mod common;

use common::{any_box, slow_distance, upright_box};
use geometry::{ConvexPieces, Polygon, Vec2, Vec3, clearance_m, convex_hull, minkowski_sum, shortest_walk_m};
use proptest::prelude::*;

fn outline() -> impl Strategy<Value = Vec<Vec2>> {
    let corner = || (-1.0..1.0_f64, -1.0..1.0_f64).prop_map(|(x, y)| Vec2::new(x, y));
    let middle = (-2.5..2.5_f64, -2.5..2.5_f64).prop_map(|(x, y)| Vec2::new(x, y));
    (prop::collection::vec(corner(), 3..7), middle)
        .prop_map(|(corners, middle)| convex_hull(&corners.iter().map(|p| *p + middle).collect::<Vec<_>>()))
        .prop_filter("no area", |outline| outline.len() > 2)
}

fn holds(outline: &[Vec2], p: Vec2) -> bool {
    (0..outline.len()).all(|i| {
        let (u, v) = (outline[i], outline[(i + 1) % outline.len()]);
        (v - u).perp_dot(p - u) >= 0.0
    })
}

fn room() -> Polygon {
    let corners = [[-3.0, -3.0], [3.0, -3.0], [3.0, 0.5], [0.5, 0.5], [0.5, 3.0], [-3.0, 3.0]].map(Vec2::from_array);
    let hole = vec![[-2.0, -2.0], [-1.5, -2.0], [-1.5, -1.0]].into_iter().map(Vec2::from_array).collect();
    Polygon::new(&corners, &[hole]).expect("a polygon")
}

/// Whether the middle of every part of a segment between two crossings with some side is on the floor and in no obstacle.
fn slowly_free(floor: &Polygon, obstacles: &[Vec<Vec2>], p: Vec2, q: Vec2) -> bool {
    let mut cuts = vec![0.0, 1.0];
    for ring in floor.rings().chain(obstacles.iter().map(Vec::as_slice)) {
        for i in 0..ring.len() {
            let (u, v) = (ring[i], ring[(i + 1) % ring.len()]);
            let cut = (u - p).perp_dot(v - u) / (q - p).perp_dot(v - u);
            cuts.extend((0.0..=1.0).contains(&cut).then_some(cut));
        }
    }
    cuts.sort_by(f64::total_cmp);
    cuts.windows(2).filter(|pair| pair[1] - pair[0] > 1e-9).all(|pair| {
        let p = p.lerp(q, f64::midpoint(pair[0], pair[1]));
        let deep = |outline: &Vec<Vec2>| {
            (0..outline.len()).all(|i| {
                let (u, v) = (outline[i], outline[(i + 1) % outline.len()]);
                (v - u).perp_dot(p - u) > 1e-7 * (v - u).length()
            })
        };
        floor.distance_m(p) < 1e-6 && !obstacles.iter().any(deep)
    })
}

/// Floyd and Warshall over all corners and over so many points along each side of the two ends.
fn slow_walk(floor: &Polygon, obstacles: &[Vec<Vec2>], from: &[Vec2], to: &[Vec2], points: u32) -> f64 {
    let along = |outline: &[Vec2]| -> Vec<Vec2> {
        let sides = (0..outline.len()).map(|i| (outline[i], outline[(i + 1) % outline.len()]));
        sides.flat_map(|(u, v)| (0..points).map(move |at| u.lerp(v, f64::from(at) / f64::from(points)))).collect()
    };
    let (starts, ends) = (along(from), along(to));
    let corners: Vec<Vec2> = obstacles.iter().flatten().copied().collect();
    let sees = |p: Vec2, q: Vec2| slowly_free(floor, obstacles, p, q);
    // Where one end reaches into the other there is no way to go.
    let inside = |points: &[Vec2], outline: &[Vec2]| points.iter().any(|p| holds(outline, *p) && sees(*p, *p));
    if inside(&starts, to) || inside(&ends, from) {
        return 0.0;
    }
    let straight = starts.iter().flat_map(|p| ends.iter().map(move |q| (*p, *q)));
    let straight = straight.filter(|(p, q)| sees(*p, *q)).map(|(p, q)| p.distance(q)).fold(f64::INFINITY, f64::min);
    let least = |ends: &[Vec2], p: Vec2| {
        ends.iter().filter(|q| sees(p, **q)).map(|q| p.distance(*q)).fold(f64::INFINITY, f64::min)
    };
    let n = corners.len();
    let mut way = vec![vec![f64::INFINITY; n]; n];
    for i in 0..n {
        for j in 0..n {
            if sees(corners[i], corners[j]) {
                way[i][j] = corners[i].distance(corners[j]);
            }
        }
    }
    for k in 0..n {
        for i in 0..n {
            for j in 0..n {
                way[i][j] = way[i][j].min(way[i][k] + way[k][j]);
            }
        }
    }
    let out: Vec<f64> = corners.iter().map(|p| least(&starts, *p)).collect();
    let back: Vec<f64> = corners.iter().map(|p| least(&ends, *p)).collect();
    let mut best = straight;
    for i in 0..n {
        for j in 0..n {
            best = best.min(out[i] + way[i][j] + back[j]);
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// The pieces hold exactly the points of the floor that no outline holds, each point in one piece.
    #[test]
    fn what_is_left_is_what_nothing_holds(outlines in prop::collection::vec(outline(), 0..8)) {
        let floor = room();
        let mut left = ConvexPieces::of_polygon(&floor);
        prop_assert!((left.area_m2() - floor.area_m2()).abs() < 1e-9);
        for outline in &outlines {
            left.remove(outline);
        }
        let mut inside = 0;
        for i in 0..120 {
            for j in 0..120 {
                let p = Vec2::new(f64::from(i) + 0.31, f64::from(j) + 0.57) * 0.05 - 3.0;
                let free = floor.contains(p) && !outlines.iter().any(|outline| holds(outline, p));
                inside += u32::from(free);
                let holding = left.pieces().iter().filter(|piece| holds(piece, p)).count();
                prop_assert_eq!(holding, usize::from(free), "{}", p);
            }
        }
        prop_assert!((left.area_m2() - f64::from(inside) * 0.0025).abs() < 0.4);
    }

    /// What is removed is what was there of it.
    #[test]
    fn areas_add_up(outline in outline(), normal in 0.0..6.3_f64, least in -2.0..2.0_f64) {
        let whole = ConvexPieces::of_polygon(&room());
        let (mut left, mut taken) = (whole.clone(), whole.clone());
        left.remove(&outline);
        for i in 0..outline.len() {
            let (u, v) = (outline[i], outline[(i + 1) % outline.len()]);
            taken.retain_beyond((v - u).perp(), (v - u).perp().dot(u));
        }
        prop_assert!((left.area_m2() + taken.area_m2() - whole.area_m2()).abs() < 1e-9);
        let n = Vec2::from_angle(normal);
        let (mut beyond, mut before) = (whole.clone(), whole.clone());
        beyond.retain_beyond(n, least);
        before.retain_beyond(-n, -least);
        prop_assert!((beyond.area_m2() + before.area_m2() - whole.area_m2()).abs() < 1e-9);
    }

    /// A point lies in the sum of two outlines if the second, moved there and mirrored, meets the first.
    #[test]
    fn sums_reach_as_far_as_their_parts(a in outline(), b in outline(), angle in 0.0..6.3_f64) {
        let n = Vec2::from_angle(angle);
        let reach = |outline: &[Vec2]| outline.iter().map(|p| n.dot(*p)).fold(f64::NEG_INFINITY, f64::max);
        prop_assert!((reach(&minkowski_sum(&a, &b)) - reach(&a) - reach(&b)).abs() < 1e-12);
    }

    /// As every vertex of one moved by every vertex of the other, degenerate outlines too.
    #[test]
    fn sums_are_the_hulls_of_all_sums_of_vertices(a in outline(), b in outline(), kept in 0..4_usize, twice in any::<bool>()) {
        let mut some: Vec<Vec2> = convex_hull(&a[..a.len().min(kept)]);
        if twice {
            some.extend(some.last().copied());
        }
        for (a, b) in [(&a, &b), (&some, &b), (&b, &some)] {
            let all: Vec<Vec2> = a.iter().flat_map(|p| b.iter().map(move |q| p + q)).collect();
            let (sum, hull) = (minkowski_sum(a, b), convex_hull(&all));
            for angle in 0..64 {
                let n = Vec2::from_angle(f64::from(angle) * 0.1);
                let reach = |outline: &[Vec2]| outline.iter().map(|p| n.dot(*p)).fold(f64::NEG_INFINITY, f64::max);
                prop_assert!((reach(&sum) - reach(&hull)).abs() < 1e-12 || all.is_empty() && sum.is_empty());
            }
        }
    }

    #[test]
    fn clearance_apart_is_the_distance(a in upright_box(), b in any_box()) {
        let (fast, slow) = (clearance_m(&a, &b, Vec3::ZERO), slow_distance(&a, &b));
        if slow > 1e-6 {
            prop_assert!((fast - slow).abs() < 1e-9 * (1.0 + slow), "{fast} {slow}");
        } else {
            prop_assert!(fast <= 1e-6);
        }
    }

    /// Pushed along any direction by less than the depth they still meet.
    #[test]
    fn clearance_of_boxes_that_meet_is_how_far_one_must_be_pushed(a in any_box(), b in any_box(), seed in any::<u64>()) {
        let depth = -clearance_m(&a, &b, Vec3::ZERO);
        if depth <= 1e-6 {
            return Ok(());
        }
        let mut state = seed | 1;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as f64 / f64::from(1_u32 << 31) * 2.0 - 1.0
        };
        for _ in 0..20 {
            let direction = Vec3::new(next(), next(), next()).normalize_or(Vec3::X);
            let moved = b.translated(direction * (depth - 1e-7).max(0.0)).unwrap();
            prop_assert!(slow_distance(&a, &moved) < 1e-6, "{direction} {depth}");
        }
    }

    /// On a straight way the least clearance is that of the nearest of many places on it.
    #[test]
    fn clearance_on_a_way_is_the_least_on_it(a in upright_box(), b in upright_box(), x in -2.0..2.0_f64, y in -2.0..2.0_f64) {
        let way = Vec3::new(x, y, 0.0);
        let whole = clearance_m(&a, &b, way);
        let places: Vec<f64> = (0..=500)
            .map(|at| clearance_m(&a.translated(way * (f64::from(at) / 500.0)).unwrap(), &b, Vec3::ZERO))
            .collect();
        let least = places.iter().copied().fold(f64::INFINITY, f64::min);
        if whole > 0.0 {
            prop_assert!(whole <= least + 1e-9 && whole >= least - 8e-3, "{whole} {least}");
        } else {
            prop_assert!(least <= 8e-3, "{whole} {least}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn walks_are_as_short_as_the_slow_reference(obstacles in prop::collection::vec(outline(), 0..5), ends in [outline(), outline()]) {
        let floor = room();
        // The walls as the walk takes them: obstacles along each side of the floor.
        let thick = [[-0.1, -0.1], [0.1, -0.1], [0.1, 0.1], [-0.1, 0.1]].map(Vec2::from_array);
        let walls = floor.sides().map(|(u, v)| minkowski_sum(&[u, v], &thick));
        let all: Vec<Vec<Vec2>> = obstacles.iter().cloned().chain(walls).collect();
        let fast = shortest_walk_m(&ConvexPieces::of_polygon(&floor), &all, &ends[0], &ends[1]);
        let slow = |points| slow_walk(&floor, &all, &ends[0], &ends[1], points);
        if let Some(fast) = fast {
            // The reference leaves only from some points; where a gap is seen from few of them, it takes more.
            let least = [12, 200, 3000].into_iter().map(slow).find(|slow| *slow <= fast + 0.2);
            prop_assert!(least.is_some_and(|slow| fast <= slow + 1e-6), "{fast} {least:?} {}", slow(12));
        } else {
            let slow = slow(12);
            prop_assert!(slow.is_infinite(), "none, {slow}");
        }
    }
}
