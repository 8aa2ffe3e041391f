//! Principal axes of point sets.

use crate::{Mat3, Vec2, Vec3};

/// Mean, principal directions and variances of points in the plane.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrincipalAxes2 {
    /// The mean of the points.
    pub mean: Vec2,
    /// Unit directions, of the greatest variance first. The larger component of the first is positive (x where equal);
    /// the second is the first turned a quarter counter-clockwise.
    pub axes: [Vec2; 2],
    /// Mean squared deviations along the axes, m², descending.
    pub variances: [f64; 2],
}

/// Mean, principal directions and variances of points in space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrincipalAxes3 {
    /// The mean of the points.
    pub mean: Vec3,
    /// A proper rotation whose columns are the directions, of the greatest variance first. The largest component of
    /// the first two is positive (the first of equal ones); the third completes a right-handed frame.
    pub axes: Mat3,
    /// Mean squared deviations along the axes, m², descending.
    pub variances: Vec3,
}

/// The principal axes of points in the plane; `None` if there are none, or a coordinate is not finite or beyond 1e9.
///
/// Points without a preferred direction give x and y.
pub fn principal_axes_2d(points: &[Vec2]) -> Option<PrincipalAxes2> {
    let lifted: Vec<Vec3> = points.iter().map(|p| p.extend(0.0)).collect();
    let (mean, c) = covariance(&lifted)?;
    let (xx, xy, yy) = (c.x_axis.x, c.x_axis.y, c.y_axis.y);
    let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
    let first = positive_2d(Vec2::from_angle(angle));
    let spread = (xx - yy).hypot(2.0 * xy);
    let variances = [f64::midpoint(xx + yy, spread), f64::midpoint(xx + yy, -spread).max(0.0)];
    Some(PrincipalAxes2 { mean: mean.truncate(), axes: [first, first.perp()], variances })
}

/// The principal axes of points in space; `None` if there are none, or a coordinate is not finite or beyond 1e9.
///
/// Points without a preferred direction give x, y and z.
pub fn principal_axes_3d(points: &[Vec3]) -> Option<PrincipalAxes3> {
    let (mean, covariance) = covariance(points)?;
    let (values, vectors) = symmetric_eigen(covariance);
    let mut order = [0, 1, 2];
    order.sort_by(|i, j| values[*j].total_cmp(&values[*i]));
    let first = positive_3d(vectors.col(order[0]));
    let second = positive_3d(vectors.col(order[1]));
    Some(PrincipalAxes3 {
        mean,
        axes: Mat3::from_cols(first, second, first.cross(second)),
        variances: Vec3::from_array(order.map(|i| values[i].max(0.0))),
    })
}

/// Mean and covariance (divided by the number of points), in two passes for accuracy.
fn covariance(points: &[Vec3]) -> Option<(Vec3, Mat3)> {
    if points.is_empty() || !points.iter().all(|p| p.abs().max_element() <= 1e9 && p.is_finite()) {
        return None;
    }
    let count = points.len() as f64;
    let mean = points.iter().sum::<Vec3>() / count;
    let mut sum = Mat3::ZERO;
    for p in points {
        let d = p - mean;
        sum += Mat3::from_cols(d * d.x, d * d.y, d * d.z);
    }
    Some((mean, sum * (1.0 / count)))
}

/// Eigenvalues and orthonormal eigenvectors (columns) of a symmetric matrix, by cyclic Jacobi rotations
/// (Golub and Van Loan, *Matrix Computations*, §8.5). Ten sweeps are several more than 3 × 3 needs.
fn symmetric_eigen(mut m: Mat3) -> (Vec3, Mat3) {
    let mut vectors = Mat3::IDENTITY;
    for _ in 0..10 {
        for (p, q) in [(0, 1), (0, 2), (1, 2)] {
            let off = m.col(q)[p];
            if off == 0.0 {
                continue;
            }
            let theta = (m.col(q)[q] - m.col(p)[p]) / (2.0 * off);
            let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
            let c = 1.0 / t.hypot(1.0);
            let mut turn = Mat3::IDENTITY;
            turn.col_mut(p)[p] = c;
            turn.col_mut(q)[q] = c;
            turn.col_mut(q)[p] = t * c;
            turn.col_mut(p)[q] = -t * c;
            m = turn.transpose() * m * turn;
            // Zero by construction; rounding would keep it alive.
            m.col_mut(q)[p] = 0.0;
            m.col_mut(p)[q] = 0.0;
            vectors *= turn;
        }
    }
    (Vec3::new(m.x_axis.x, m.y_axis.y, m.z_axis.z), vectors)
}

/// The direction or its opposite, whichever has a positive largest component. Components that differ by rounding
/// only count as equal, so that a diagonal does not flip at random.
fn positive_3d(v: Vec3) -> Vec3 {
    let largest = v.abs().max_element();
    let leading = v.to_array().into_iter().find(|c| c.abs() >= largest - 1e-9).unwrap_or(1.0);
    if leading < 0.0 { -v } else { v }
}

/// The same in the plane.
fn positive_2d(v: Vec2) -> Vec2 {
    positive_3d(v.extend(0.0)).truncate()
}
