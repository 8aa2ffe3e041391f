//! Poses as 4 × 4 matrices `world_from_camera`, rows first.

use std::path::Path;

use scene::{
    Pose,
    geometry::{Mat3, RigidTransform, Vec3},
};

use crate::{IngestError, Report};

/// Off orthonormal by more than this, a rotation is said to have been mended, not just rounded.
pub(crate) const ROUNDED: f64 = 1e-6;

/// The motion of a homogeneous matrix, and by how much its rotation was off.
pub(crate) fn motion_of(rows: &[f64]) -> Result<(RigidTransform, f64), String> {
    let &[xx, xy, xz, x, yx, yy, yz, y, zx, zy, zz, z, a, b, c, d] = rows else {
        return Err(format!("{} numbers instead of 16", rows.len()));
    };
    let last = [a, b, c, d];
    if last.iter().zip([0.0, 0.0, 0.0, 1.0]).any(|(found, wanted)| !matches!((found - wanted).abs(), 0.0..1e-6)) {
        return Err(format!("the last row is {last:?}, must be [0, 0, 0, 1]"));
    }
    let rotation = Mat3::from_cols(Vec3::new(xx, yx, zx), Vec3::new(xy, yy, zy), Vec3::new(xz, yz, zz));
    RigidTransform::mended(rotation, Vec3::new(x, y, z)).map_err(|error| error.to_string())
}

/// The pose of such a matrix; missing where it holds what is no number, as trackers write where they are lost.
pub(crate) fn pose_of(file: &Path, field: &str, rows: &[f64], report: &mut Report) -> Result<Pose, IngestError> {
    if rows.len() == 16 && rows.iter().any(|value| !value.is_finite()) {
        report.convert("poses that hold infinity or NaN are missing: the tracker was lost", 1);
        return Ok(Pose::Missing { reason: "the source holds no finite pose: tracking was lost".to_owned() });
    }
    let (motion, error) = motion_of(rows).map_err(|problem| IngestError::value(file, field, rows, problem))?;
    if error > ROUNDED {
        report.convert("rotations of poses moved to the nearest, by less than 1e-3", 1);
    }
    Ok(Pose::Known(motion))
}

/// A pose that is nowhere.
pub(crate) fn no_pose(reason: &str) -> Pose {
    Pose::Missing { reason: reason.to_owned() }
}

/// The pose in a world that was moved.
pub(crate) fn moved(pose: Pose, new_from_old: &RigidTransform) -> Pose {
    match pose {
        Pose::Known(pose) => Pose::Known(new_from_old.after(&pose)),
        missing @ Pose::Missing { .. } => missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_poses_are_missing_and_broken_ones_are_errors() {
        let file = Path::new("0.txt");
        let mut report = Report::default();
        let mut rows = [1.0, 0.0, 0.0, 3.0, 0.0, 1.0, 0.0, 4.0, 0.0, 0.0, 1.0, 5.0, 0.0, 0.0, 0.0, 1.0];
        let pose = pose_of(file, "pose", &rows, &mut report).unwrap();
        assert_eq!(pose.world_from_camera().unwrap().translation(), Vec3::new(3.0, 4.0, 5.0));
        rows[15] = 2.0;
        assert!(pose_of(file, "pose", &rows, &mut report).is_err());
        assert!(pose_of(file, "pose", &rows[..15], &mut report).is_err());
        assert!(report.converted.is_empty());
        rows[3] = f64::NEG_INFINITY;
        assert!(matches!(pose_of(file, "pose", &rows, &mut report), Ok(Pose::Missing { .. })));
        assert_eq!(report.converted.len(), 1);
    }
}
