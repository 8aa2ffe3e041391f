//! The oriented box of annotations in the manner of `ScanNet` and `ARKitScenes`.

use std::path::Path;

use scene::geometry::{Mat3, OrientedBox, RigidTransform, Vec3};
use serde::{Deserialize, Serialize};

use crate::{IngestError, Report, pose::ROUNDED};

/// `centroid` is the middle, `axesLengths` are full extents, the rows of `normalizedAxes` the axes in the world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Obb {
    pub(crate) centroid: [f64; 3],
    pub(crate) axes_lengths: [f64; 3],
    pub(crate) normalized_axes: [f64; 9],
}

impl Obb {
    /// The box. Left-handed axes are turned into right-handed ones of the same box, and axes that are off orthonormal
    /// by little moved to the nearest ones; both are counted.
    pub(crate) fn bounds(&self, file: &Path, field: &str, report: &mut Report) -> Result<OrientedBox, IngestError> {
        // Rows of the source are columns of ours.
        let mut axes = Mat3::from_cols_array(&self.normalized_axes);
        if axes.determinant() < 0.0 {
            axes.z_axis = -axes.z_axis;
            report.convert("left-handed axes of a box: the third turned round, which leaves the box as it is", 1);
        }
        let wrong = |error: scene::geometry::BoxError| IngestError::value(file, field, self, error.to_string());
        let (frame, error) = RigidTransform::mended(axes, Vec3::from_array(self.centroid)).map_err(wrong)?;
        if error > ROUNDED {
            report.convert("axes of a box moved to the nearest rotation, by less than 1e-3", 1);
        }
        let half = Vec3::from_array(self.axes_lengths) / 2.0;
        OrientedBox::new(frame.translation(), half, frame.rotation()).map_err(wrong)
    }
}

impl From<&OrientedBox> for Obb {
    fn from(bounds: &OrientedBox) -> Self {
        Self {
            centroid: bounds.centre().to_array(),
            axes_lengths: bounds.extents().to_array(),
            normalized_axes: bounds.axes().to_cols_array(),
        }
    }
}
