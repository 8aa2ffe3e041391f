//! Lens distortion: where a ray that a pinhole would send to one place of the image plane really goes.
//!
//! Both models are polynomials fitted inside the image. Outside they fold back, so that a point far to the side
//! would land in the picture; each is therefore cut where its stretch falls to [`LEAST_STRETCH`].

use crate::Vec2;

/// Where neighbouring rays come closer than this share of their distance near the axis, the model has left the
/// range it was fitted for and is about to fold.
const LEAST_STRETCH: f64 = 0.01;

/// Rays farther from the axis than this (89.4°) are outside every model of this file that spreads over a plane.
const WIDEST_RADIUS: f64 = 100.0;

/// Steps in which the range of a model is searched for its end.
const STEPS: u32 = 2048;

/// How a lens departs from a pinhole. Coefficients carry the names and meanings of `OpenCV`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Distortion {
    /// A pinhole.
    #[default]
    None,
    /// Brown–Conrady, with the rational radial part: r·(1 + k₁r² + k₂r⁴ + k₃r⁶) / (1 + k₄r² + k₅r⁴ + k₆r⁶), where r
    /// is the tangent of the angle off the axis, and two tangential terms.
    BrownConrady {
        /// k₁ … k₆; zero where a calibration has fewer.
        k: [f64; 6],
        /// p₁, p₂.
        p: [f64; 2],
    },
    /// Kannala–Brandt fisheye: θ·(1 + k₁θ² + k₂θ⁴ + k₃θ⁶ + k₄θ⁸), where θ is the angle off the axis in radians.
    KannalaBrandt {
        /// k₁ … k₄.
        k: [f64; 4],
    },
}

impl Distortion {
    /// Every coefficient, in the order of the fields.
    pub(crate) fn coefficients(&self) -> impl Iterator<Item = f64> {
        let (first, second): (&[f64], &[f64]) = match self {
            Self::None => (&[], &[]),
            Self::BrownConrady { k, p } => (k, p),
            Self::KannalaBrandt { k } => (k, &[]),
        };
        first.iter().chain(second).copied()
    }

    /// The end of the range: a tangent for [`Distortion::BrownConrady`], an angle in radians for
    /// [`Distortion::KannalaBrandt`].
    pub(crate) fn limit(&self) -> f64 {
        match self {
            Self::None => f64::INFINITY,
            Self::BrownConrady { .. } => {
                let widest = WIDEST_RADIUS.atan();
                first_below(|angle| self.least_stretch(angle.tan()), widest).tan()
            }
            Self::KannalaBrandt { .. } => first_below(|theta| self.radial(theta).1, std::f64::consts::FRAC_PI_2 - 1e-9),
        }
    }

    /// The radial map and its derivative at `r`.
    pub(crate) fn radial(&self, r: f64) -> (f64, f64) {
        let r2 = r * r;
        match self {
            Self::None => (r, 1.0),
            Self::BrownConrady { k: [k1, k2, k3, k4, k5, k6], .. } => {
                let above = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3));
                let below = 1.0 + r2 * (k4 + r2 * (k5 + r2 * k6));
                let above_slope = 2.0 * r * (k1 + r2 * (2.0 * k2 + r2 * 3.0 * k3));
                let below_slope = 2.0 * r * (k4 + r2 * (2.0 * k5 + r2 * 3.0 * k6));
                let ratio = above / below;
                (r * ratio, ratio + r * (above_slope - ratio * below_slope) / below)
            }
            Self::KannalaBrandt { k: [k1, k2, k3, k4] } => {
                let value = r * (1.0 + r2 * (k1 + r2 * (k2 + r2 * (k3 + r2 * k4))));
                (value, 1.0 + r2 * (3.0 * k1 + r2 * (5.0 * k2 + r2 * (7.0 * k3 + r2 * 9.0 * k4))))
            }
        }
    }

    /// A lower bound of the eigenvalues of the whole map's Jacobian at distance `r` from the axis.
    ///
    /// The map is the gradient of a potential, so its Jacobian is symmetric. The radial part has the eigenvalues
    /// f(r)/r and f′(r), the tangential part none below −6·|p|·r. Where the bound is positive on a disc, which is
    /// convex, the potential is convex and the map takes no value twice.
    fn least_stretch(&self, r: f64) -> f64 {
        let Self::BrownConrady { k: [_, _, _, k4, k5, k6], p: [p1, p2] } = self else { return 1.0 };
        let r2 = r * r;
        if 1.0 + r2 * (k4 + r2 * (k5 + r2 * k6)) <= 0.0 {
            return f64::NEG_INFINITY;
        }
        let (value, slope) = self.radial(r);
        let across = if r > 0.0 { value / r } else { 1.0 };
        across.min(slope) - 6.0 * p1.hypot(*p2) * r
    }

    /// Where a ray meets the plane at depth 1 after distortion, from where it would without; for points of the range.
    pub(crate) fn bend(&self, x: Vec2) -> Vec2 {
        match self {
            Self::BrownConrady { p: [p1, p2], .. } => {
                let r = x.length();
                let ratio = if r > 0.0 { self.radial(r).0 / r } else { 1.0 };
                let p = Vec2::new(*p2, *p1);
                x * ratio + x * (2.0 * p.dot(x)) + p * (r * r)
            }
            _ => x,
        }
    }

    /// The `r` of the range with f(r) = `value`, by Newton steps kept inside a bracket; `None` beyond the range.
    pub(crate) fn radial_inverse(&self, value: f64, limit: f64) -> Option<f64> {
        if matches!(self, Self::None) {
            return Some(value);
        }
        let (mut low, mut high) = (0.0, limit);
        if value > self.radial(high).0 {
            return None;
        }
        let mut r = value.min(high);
        for _ in 0..100 {
            let (found, slope) = self.radial(r);
            let error = found - value;
            if error.abs() <= 1e-16 * value {
                break;
            }
            if error > 0.0 {
                high = r;
            } else {
                low = r;
            }
            let newton = r - error / slope;
            let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
            if next.to_bits() == r.to_bits() {
                break;
            }
            r = next;
        }
        Some(r)
    }

    /// The point of the range with [`Distortion::bend`] equal to `bent`; `None` if there is none.
    ///
    /// Starts from the radial inverse. The tangential terms are then taken in by Newton steps, halved until the
    /// error falls, which a gradient of a convex potential allows at every point but the solution.
    pub(crate) fn unbend(&self, bent: Vec2, limit: f64) -> Option<Vec2> {
        let Self::BrownConrady { p: [p1, p2], .. } = self else { return Some(bent) };
        let length = bent.length();
        let start = |r: f64| if length > 0.0 { bent * (r / length) } else { Vec2::ZERO };
        if *p1 == 0.0 && *p2 == 0.0 {
            return self.radial_inverse(length, limit).map(start);
        }
        let p = Vec2::new(*p2, *p1);
        let mut x = start(self.radial_inverse(length, limit).unwrap_or(limit * 0.999));
        let mut error = self.bend(x) - bent;
        for _ in 0..60 {
            if error.length() <= 1e-15 * (1.0 + length) {
                break;
            }
            let r = x.length();
            let (value, slope) = self.radial(r);
            let across = if r > 0.0 { value / r } else { 1.0 };
            let along = x.try_normalize().unwrap_or(Vec2::X);
            // J = across·1 + (slope − across)·a·aᵀ + 2·(p·x)·1 + 2·x·pᵀ + 2·p·xᵀ
            let even = across + 2.0 * p.dot(x);
            let odd = slope - across;
            let j_xx = even + odd * along.x * along.x + 4.0 * x.x * p.x;
            let j_yy = even + odd * along.y * along.y + 4.0 * x.y * p.y;
            let j_xy = odd * along.x * along.y + 2.0 * (x.x * p.y + x.y * p.x);
            let det = j_xx * j_yy - j_xy * j_xy;
            let step = Vec2::new(j_yy * error.x - j_xy * error.y, j_xx * error.y - j_xy * error.x) / det;
            let mut share = 1.0;
            let better = loop {
                let next = x - step * share;
                let rest = self.bend(next) - bent;
                if next.length() <= limit && rest.length() < error.length() {
                    break Some((next, rest));
                }
                share /= 2.0;
                if share < 1e-9 {
                    break None;
                }
            };
            let Some(next) = better else { break };
            (x, error) = next;
        }
        (error.length() <= 1e-12 * (1.0 + length)).then_some(x)
    }
}

/// The end of the range from 0 on which `stretch` stays at or above [`LEAST_STRETCH`]; at most `widest`.
fn first_below(stretch: impl Fn(f64) -> f64, widest: f64) -> f64 {
    let at = |step: u32| widest * f64::from(step) / f64::from(STEPS);
    let stands = |angle: f64| stretch(angle) >= LEAST_STRETCH;
    let Some(end) = (1..=STEPS).find(|step| !stands(at(*step))) else { return widest };
    let (mut good, mut bad) = (at(end - 1), at(end));
    for _ in 0..60 {
        let middle = f64::midpoint(good, bad);
        if stands(middle) {
            good = middle;
        } else {
            bad = middle;
        }
    }
    good
}
