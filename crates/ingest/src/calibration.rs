//! What a layout says of a camera, before the size of its images is known.

use std::path::Path;

use scene::geometry::{Camera, Distortion, Vec2};

use crate::IngestError;

/// How reports call the move of principal points.
pub(crate) const HALF_A_PIXEL: &str =
    "principal points moved by half a pixel: the centre of the top-left pixel is (0.5, 0.5)";

/// Largest distance of a principal point from the middle of the image, as a share of its sides, where the size of the
/// image that was calibrated is not stated: farther off, the numbers belong to another size.
const NEAR_MIDDLE: f64 = 0.15;

/// Focal lengths, principal point (ours: the centre of the top-left pixel is (0.5, 0.5)) and lens.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Calibration {
    pub(crate) focal_px: Vec2,
    pub(crate) centre_px: Vec2,
    pub(crate) distortion: Distortion,
    /// Width and height of the images it was made for, where they are stated.
    pub(crate) size_px: Option<[u32; 2]>,
}

impl Calibration {
    /// Of a camera that is known already.
    pub(crate) fn of(camera: &Camera) -> Self {
        Self {
            focal_px: camera.focal_px(),
            centre_px: camera.centre_px(),
            distortion: camera.distortion(),
            size_px: Some([camera.width_px(), camera.height_px()]),
        }
    }

    /// From numbers for which the centre of the top-left pixel is (0, 0).
    pub(crate) fn of_zero_based([fx, fy, cx, cy]: [f64; 4]) -> Self {
        Self {
            focal_px: Vec2::new(fx, fy),
            centre_px: Vec2::new(cx + 0.5, cy + 0.5),
            distortion: Distortion::None,
            size_px: None,
        }
    }

    /// The camera of images of this size; `file` is named where the numbers cannot be those of such an image.
    pub(crate) fn camera(&self, [width, height]: [u32; 2], file: &Path) -> Result<Camera, IngestError> {
        let wrong = |problem: String| {
            let value = (self.focal_px.to_array(), self.centre_px.to_array());
            IngestError::value(file, "intrinsics", value, problem)
        };
        let sides = Vec2::new(f64::from(width), f64::from(height));
        if let Some([of_width, of_height]) = self.size_px {
            let made_for = Camera::new(of_width, of_height, self.focal_px, self.centre_px, self.distortion);
            let made_for = made_for.map_err(|e| wrong(e.to_string()))?;
            return made_for.resized(width, height).map_err(|e| wrong(e.to_string()));
        }
        let off = (self.centre_px - sides / 2.0) / sides;
        if !off.is_finite() || off.abs().max_element() > NEAR_MIDDLE {
            let problem =
                format!("the principal point is far from the middle of an image of {width} x {height} pixels");
            return Err(wrong(problem));
        }
        Camera::new(width, height, self.focal_px, self.centre_px, self.distortion).map_err(|e| wrong(e.to_string()))
    }
}

/// Whether two cameras see the same through every pixel, up to half of one.
pub(crate) fn see_alike(a: &Camera, b: &Camera) -> bool {
    let size = |camera: &Camera| [camera.width_px(), camera.height_px()];
    let corners = [Vec2::ZERO, Vec2::new(f64::from(a.width_px()), f64::from(a.height_px()))];
    let plane = |camera: &Camera, corner: Vec2| (corner - camera.centre_px()) / camera.focal_px();
    size(a) == size(b)
        && a.distortion() == b.distortion()
        && corners
            .iter()
            .all(|corner| ((plane(a, *corner) - plane(b, *corner)) * a.focal_px()).abs().max_element() <= 0.5)
}
