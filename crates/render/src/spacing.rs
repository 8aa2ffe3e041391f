//! How far apart the points of a surface are.

/// Points that are looked at: more say little more about their mean distance.
const SAMPLE: usize = 1024;

/// Side of the cubes of which evenly spread points fill half as many as there are points, as a multiple of their distance.
///
/// A surface of area A meets about 1.5 A / s² cubes of side s, and n points have A / n = h² each. It would be √3 for a
/// regular grid and 1.55 for points thrown at random.
const HALF_FILLED: f64 = 1.6;

/// Mean distance between neighbours on the surface that points were taken from, metres; 0 of fewer than two.
pub(crate) fn spacing_m(points: &[[f32; 3]]) -> f64 {
    let stride = points.len().div_ceil(SAMPLE).max(1);
    // One of each group, at changing places: scans are stored in rows.
    let one = |(i, group): (usize, &'_ [[f32; 3]])| group[((i as u64 * 0x9E37_79B9) >> 16) as usize % group.len()];
    let sample: Vec<[f32; 3]> = points.chunks(stride).enumerate().map(one).collect();
    let Some(first) = sample.first() else { return 0.0 };
    let (low, high) = sample.iter().fold((*first, *first), |(low, high), p| {
        (std::array::from_fn(|i| low[i].min(p[i])), std::array::from_fn(|i| high[i].max(p[i])))
    });
    let extents: [f64; 3] = std::array::from_fn(|i| f64::from(high[i] - low[i]));
    let reach = extents.iter().copied().fold(0.0, f64::max);
    if reach <= 0.0 {
        return 0.0;
    }
    let mut keys: Vec<u64> = Vec::new();
    let mut filled = |side: f64| -> f64 {
        let key = |p: &[f32; 3]| (0..3).fold(0, |key, i| key << 21 | (f64::from(p[i] - low[i]) / side) as u64);
        keys.clear();
        keys.extend(sample.iter().map(key));
        keys.sort_unstable();
        keys.dedup();
        keys.len() as f64
    };
    // From the surface of the box around them on: the number of cubes goes with one over the square of their side.
    let [a, b, c] = extents;
    let wanted = sample.len() as f64 / 2.0;
    let mut side = HALF_FILLED * ((a * b + b * c + c * a).max(reach * reach / 16.0) / wanted).sqrt();
    for _ in 0..5 {
        side = (side * (filled(side) / wanted).sqrt()).clamp(reach / f64::from(1 << 20), 2.0 * reach);
    }
    side / HALF_FILLED / (stride as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spacing_of_points_is_found_whatever_their_surface_and_number() {
        let sheet = |across: u16, h: f32| -> Vec<[f32; 3]> {
            let at = |i: u16| f32::from(i) * h;
            (0..across).flat_map(|i| (0..across).map(move |j| [at(i), at(j) * 0.8, at(j) * 0.6])).collect()
        };
        for (across, h) in [(12, 0.05_f32), (30, 0.02), (100, 0.01), (200, 0.003)] {
            let found = spacing_m(&sheet(across, h)) / f64::from(h);
            assert!((0.7..1.4).contains(&found), "{across} points at {h} m: {found} of it");
        }
        let mut draw = scene::Draw::new(3, &["spacing"], 0);
        let ball: Vec<[f32; 3]> = (0..2000)
            .map(|_| {
                let v: [f64; 3] = std::array::from_fn(|_| draw.between(-1.0, 1.0));
                let length = v.iter().map(|v| v * v).sum::<f64>().sqrt();
                v.map(|v| (v / length) as f32)
            })
            .collect();
        let expected = (4.0 * std::f64::consts::PI / 2000.0).sqrt();
        assert!((0.7..1.4).contains(&(spacing_m(&ball) / expected)), "{} {expected}", spacing_m(&ball));
    }

    #[test]
    fn few_points_have_a_spacing_or_none() {
        assert!(spacing_m(&[]).abs() < f64::EPSILON);
        assert!(spacing_m(&[[1.0; 3]; 5]).abs() < f64::EPSILON);
        assert!(spacing_m(&[[0.0; 3], [1.0, 0.0, 0.0]]) > 0.1);
    }
}
