//! Which pixels of a canvas a triangle covers, and how near it is there.
//!
//! A pixel belongs to a triangle if its centre does. Centres on an edge belong to the triangle to the right of a left
//! edge and below a top edge (the top-left rule). The crossing of an edge with a row is computed from the edge's upper
//! to its lower end whichever triangle asks, so that two triangles that share an edge get the same number: between
//! them no pixel is left out and none is drawn twice.

/// A corner on the canvas.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Corner {
    /// Place, pixels from the canvas's left edge.
    pub(crate) x: f64,
    /// Place, pixels from the canvas's upper edge.
    pub(crate) y: f64,
    /// One over depth, 1/m. It is linear over the picture of a flat triangle, which depth is not.
    pub(crate) nearness: f64,
}

/// Pixels of one row, with the nearness along them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) row: usize,
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Nearness at the first pixel's centre.
    pub(crate) nearness: f32,
    /// Its growth from pixel to pixel.
    pub(crate) step: f32,
    /// Least and greatest nearness of the triangle: slivers have steep planes that would leave it.
    pub(crate) low: f32,
    pub(crate) high: f32,
}

/// Pixels that are done at once.
const LANES: usize = 8;
pub(crate) const LANE: [f32; LANES] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];

impl Span {
    /// Nearness at the `i`-th pixel of the span.
    #[inline]
    fn nearness_at(&self, i: f32) -> f32 {
        let nearness = self.nearness + self.step * i;
        let nearness = if nearness < self.high { nearness } else { self.high };
        if nearness > self.low { nearness } else { self.low }
    }

    /// Raises each value to the span's nearness there; both slices are the span's pixels. Where it does, the tag is
    /// set too.
    #[inline]
    pub(crate) fn raise_tagged(&self, nearness: &mut [f32], tags: &mut [u32], tag: u32) {
        // Choices instead of branches and lanes of a fixed number, so that a compiler does several pixels at once.
        let raise = |nearest: &mut f32, there: &mut u32, at: f32| {
            let here = self.nearness_at(at);
            let wins = here > *nearest;
            *nearest = if wins { here } else { *nearest };
            *there = if wins { tag } else { *there };
        };
        let mut at = 0.0;
        let ((nearness, last_nearness), (tags, last_tags)) =
            (nearness.as_chunks_mut::<LANES>(), tags.as_chunks_mut::<LANES>());
        for (lanes, there) in nearness.iter_mut().zip(tags) {
            for i in 0..LANES {
                raise(&mut lanes[i], &mut there[i], at + LANE[i]);
            }
            at += LANES as f32;
        }
        for ((nearest, there), lane) in last_nearness.iter_mut().zip(last_tags).zip(LANE) {
            raise(nearest, there, at + lane);
        }
    }

    /// Raises each value to the span's nearness there; the slice is the span's pixels.
    #[inline]
    pub(crate) fn raise(&self, nearness: &mut [f32]) {
        let raise = |nearest: &mut f32, at: f32| {
            let here = self.nearness_at(at);
            *nearest = if here > *nearest { here } else { *nearest };
        };
        let mut at = 0.0;
        let (nearness, last) = nearness.as_chunks_mut::<LANES>();
        for lanes in nearness {
            for i in 0..LANES {
                raise(&mut lanes[i], at + LANE[i]);
            }
            at += LANES as f32;
        }
        for (nearest, lane) in last.iter_mut().zip(LANE) {
            raise(nearest, at + lane);
        }
    }
}

/// The first pixel whose centre is not left of (above) `at`, within 0 and `end`.
#[inline]
pub(crate) fn first_centre(at: f64, end: f64) -> usize {
    let shifted = (at - 0.5).max(0.0).min(end);
    let whole = shifted as u32;
    (whole + u32::from(f64::from(whole) < shifted)) as usize
}

/// Calls with every span of the triangle on a canvas of this size.
#[inline]
pub(crate) fn scan(width: usize, height: usize, corners: [Corner; 3], mut each: impl FnMut(Span)) {
    let [mut a, mut b, mut c] = corners;
    // The corners from top to bottom.
    if b.y < a.y {
        (a, b) = (b, a);
    }
    if c.y < b.y {
        (b, c) = (c, b);
        if b.y < a.y {
            (a, b) = (b, a);
        }
    }
    let (right_end, bottom_end) = (width as f64, height as f64);
    let top = first_centre(a.y, bottom_end);
    let bottom = first_centre(c.y, bottom_end);
    if top == bottom {
        return;
    }
    let left_most = first_centre(a.x.min(b.x).min(c.x), right_end);
    let right_most = first_centre(a.x.max(b.x).max(c.x), right_end);
    if left_most == right_most {
        return;
    }
    let (ab_x, ab_y, ac_x, ac_y) = (b.x - a.x, b.y - a.y, c.x - a.x, c.y - a.y);
    let area = ab_x * ac_y - ab_y * ac_x;
    let (ab_n, ac_n) = (b.nearness - a.nearness, c.nearness - a.nearness);
    let (right, down) =
        if area == 0.0 { (0.0, 0.0) } else { ((ab_n * ac_y - ac_n * ab_y) / area, (ac_n * ab_x - ab_n * ac_x) / area) };
    let low = a.nearness.min(b.nearness).min(c.nearness) as f32;
    let high = a.nearness.max(b.nearness).max(c.nearness) as f32;
    let middle = first_centre(b.y, bottom_end);
    let long = ac_x / ac_y;
    // The middle corner lies to the right of the long edge where the area is positive.
    let bends_right = area > 0.0;
    let mut half = |rows: std::ops::Range<usize>, upper: Corner, lower: Corner| {
        if rows.is_empty() {
            return;
        }
        let short = (lower.x - upper.x) / (lower.y - upper.y);
        for row in rows {
            let y = row as f64 + 0.5;
            let on_long = first_centre(a.x + (y - a.y) * long, right_end);
            let on_short = first_centre(upper.x + (y - upper.y) * short, right_end);
            let (from, to) = if bends_right { (on_long, on_short) } else { (on_short, on_long) };
            if from < to {
                let nearness = a.nearness + (from as f64 + 0.5 - a.x) * right + (y - a.y) * down;
                each(Span { row, from, to, nearness: nearness as f32, step: right as f32, low, high });
            }
        }
    };
    half(top..middle, a, b);
    half(middle..bottom, b, c);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often each pixel of an 8 × 8 canvas is covered.
    fn covered(triangles: &[[(f64, f64); 3]]) -> Vec<u32> {
        let mut counts = vec![0; 64];
        for triangle in triangles {
            let corners = triangle.map(|(x, y)| Corner { x, y, nearness: 1.0 });
            scan(8, 8, corners, |span| (span.from..span.to).for_each(|x| counts[span.row * 8 + x] += 1));
        }
        counts
    }

    #[test]
    fn centres_on_edges_belong_to_the_top_and_left() {
        // The square from (0.5, 0.5) to (2.5, 2.5), whose edges run through centres.
        let counts = covered(&[[(0.5, 0.5), (2.5, 0.5), (2.5, 2.5)], [(0.5, 0.5), (2.5, 2.5), (0.5, 2.5)]]);
        let expected: Vec<u32> = (0..64).map(|i| u32::from(i % 8 < 2 && i / 8 < 2)).collect();
        assert_eq!(counts, expected);
    }

    #[test]
    fn a_fan_covers_each_pixel_once() {
        // Around an inner point, with corners on and between centres and far outside.
        let hub = (3.3, 4.5);
        let rim = [(-90.0, -70.0), (40.0, -30.5), (1e7, 4.5), (77.7, 1e6), (-3e5, 200.0), (-50.5, 4.5)];
        let fan: Vec<_> = (0..rim.len()).map(|i| [hub, rim[i], rim[(i + 1) % rim.len()]]).collect();
        assert_eq!(covered(&fan), vec![1; 64]);
        let reversed: Vec<_> = fan.iter().map(|[a, b, c]| [*c, *b, *a]).collect();
        assert_eq!(covered(&reversed), vec![1; 64]);
    }

    #[test]
    fn degenerate_triangles_cover_nothing() {
        assert_eq!(covered(&[[(1.0, 1.0), (5.0, 5.0), (3.0, 3.0)], [(2.5, 0.0), (2.5, 7.0), (2.5, 3.0)]]), vec![0; 64]);
    }
}
