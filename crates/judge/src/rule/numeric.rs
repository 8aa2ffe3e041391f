//! Rules for numbers.

/// Thresholds of mean relative accuracy on a relative error: one less the `points` confidences that are spaced evenly
/// from 0.5 to 0.95, in the arithmetic of the published code.
fn thresholds(points: u32) -> impl Iterator<Item = f64> {
    let (start, stop) = (0.5, 0.95);
    let step = (stop - start) / f64::from(points.saturating_sub(1).max(1));
    (0..points).map(move |at| 1.0 - if at + 1 == points { stop } else { f64::from(at) * step + start })
}

/// Mean relative accuracy (VSI-Bench): the share of thresholds that the relative error does not exceed. The truth
/// must not be zero: there the error has no relation; only a zero hits.
///
/// Published with 10 points; `SpatialEvo`'s reward has 11.
pub fn mean_relative_accuracy(predicted: f64, truth: f64, points: u32) -> f64 {
    if truth == 0.0 {
        return f64::from(u8::from(predicted == 0.0));
    }
    let error = (predicted - truth).abs() / truth.abs();
    let hits = thresholds(points).filter(|threshold| error <= *threshold).count();
    hits as f64 / f64::from(points.max(1))
}

/// Whether a prediction lies within a share of the truth, borders included (SpatialRGPT-Bench: a quarter).
pub fn within_share(predicted: f64, truth: f64, share: f64) -> bool {
    let (a, b) = ((1.0 - share) * truth, (1.0 + share) * truth);
    (a.min(b)..=a.max(b)).contains(&predicted)
}

/// Whether the larger of two positive numbers is less than so many times the smaller (Q-Spatial: two, strictly).
pub fn within_factor(predicted: f64, truth: f64, factor: f64) -> bool {
    predicted > 0.0 && truth > 0.0 && (predicted / truth).max(truth / predicted) < factor
}

/// What a count is worth by how far it is off: `steps[0]` where it is right, `steps[1]` one off.
pub fn count_steps(predicted: f64, truth: f64, steps: &[f64]) -> f64 {
    let off = (predicted - truth).abs();
    let step = steps.iter().enumerate().find(|(allowed, _)| off <= *allowed as f64);
    step.map_or(0.0, |(_, worth)| *worth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_the_published_ones_to_the_last_bit() {
        let published: [u64; 10] = [
            0x3fe0_0000_0000_0000,
            0x3fdc_cccc_cccc_cccc,
            0x3fd9_9999_9999_999a,
            0x3fd6_6666_6666_6666,
            0x3fd3_3333_3333_3334,
            0x3fd0_0000_0000_0000,
            0x3fc9_9999_9999_9998,
            0x3fc3_3333_3333_3334,
            0x3fb9_9999_9999_99a0,
            0x3fa9_9999_9999_99a0,
        ];
        let ours: Vec<u64> = thresholds(10).map(f64::to_bits).collect();
        assert_eq!(ours, published);
    }

    #[test]
    fn an_error_at_a_threshold_is_decided_as_published() {
        // 0.45 is more than 0.44999999999999996.
        for (predicted, truth, score) in
            [(100.0, 100.0, 1.0), (55.0, 100.0, 0.1), (50.0, 100.0, 0.1), (49.0, 100.0, 0.0), (95.0, 100.0, 1.0)]
        {
            assert!((mean_relative_accuracy(predicted, truth, 10) - score).abs() < 1e-15, "{predicted} for {truth}");
        }
    }

    #[test]
    fn eleven_points_score_as_measured() {
        for (share, score) in [(0.05, 1.0), (0.10, 9.0 / 11.0), (0.20, 7.0 / 11.0), (0.30, 5.0 / 11.0), (0.51, 0.0)] {
            let got = mean_relative_accuracy(1000.0 * (1.0 + share) - 1e-6, 1000.0, 11);
            assert!((got - score).abs() < 1e-12, "{share}: {got}");
        }
    }

    #[test]
    fn bands_have_their_borders() {
        assert!(within_share(1.25, 1.0, 0.25) && within_share(0.75, 1.0, 0.25) && !within_share(1.26, 1.0, 0.25));
        assert!(!within_factor(2.0, 1.0, 2.0) && within_factor(1.99, 1.0, 2.0) && !within_factor(-1.0, 1.0, 2.0));
        assert!((count_steps(4.0, 3.0, &[1.0, 0.3, 0.1]) - 0.3).abs() < 1e-15);
        assert!(count_steps(6.0, 3.0, &[1.0, 0.3, 0.1]).abs() < 1e-15);
    }
}
