//! `transforms.json` of nerfstudio: cameras, and poses in other axes than ours.
//!
//! A pose takes camera axes x right, y up, z backwards to the world, so that the second and third column change sign on
//! the way to ours. The world was turned too when the file was made from COLMAP: (x, y, z) became (y, x, −z). A file that
//! says so itself (`applied_transform`) is taken at its word; one that says nothing was made as `ScanNet++` did, with
//! that turn. Its world is then that of COLMAP, in which the mesh lies.

use std::path::Path;

use scene::geometry::{Camera, Distortion, Mat3, RigidTransform, Vec2, Vec3};
use serde::{Deserialize, Serialize};

use crate::{IngestError, json::read_json, pose::motion_of};

/// How reports call the conversion.
pub(crate) const TURNED: &str =
    "poses of nerfstudio: camera axes turned from y up, z backwards, and the world from (y, x, -z) to (x, y, z)";

/// Rows that take COLMAP's world to that of nerfstudio. It is its own inverse.
const NERFSTUDIO_FROM_COLMAP: Mat3 = Mat3::from_cols(Vec3::Y, Vec3::X, Vec3::NEG_Z);
/// The camera's axes in its own of the other kind: y and z turned round. It is its own inverse.
const FLIPPED: Mat3 = Mat3::from_cols(Vec3::X, Vec3::NEG_Y, Vec3::NEG_Z);

/// A struct with the intrinsics that stand in the head of the file, and again with each picture that differs.
macro_rules! with_intrinsics {
    ($(#[$attribute:meta])* $name:ident { $($(#[$inner:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Deserialize, Serialize)]
        pub(crate) struct $name {
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) camera_model: Option<String>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) w: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) h: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) fl_x: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) fl_y: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) cx: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) cy: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) k1: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) k2: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) k3: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) k4: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) p1: Option<f64>,
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub(crate) p2: Option<f64>,
            $($(#[$inner])* pub(crate) $field: $type,)*
        }

        impl $name {
            fn intrinsics(&self) -> Intrinsics<'_> {
                let Self { w, h, fl_x, fl_y, cx, cy, k1, k2, k3, k4, p1, p2, .. } = *self;
                Intrinsics {
                    model: self.camera_model.as_deref(),
                    numbers: [w, h, fl_x, fl_y, cx, cy, k1, k2, k3, k4, p1, p2],
                }
            }

            /// Writes a camera's numbers in; why not, where its lens has no name there.
            pub(crate) fn set_camera(&mut self, camera: &Camera) -> Result<(), String> {
                let (focal, centre) = (camera.focal_px(), camera.centre_px());
                (self.w, self.h) = (Some(camera.width_px().into()), Some(camera.height_px().into()));
                (self.fl_x, self.fl_y) = (Some(focal.x), Some(focal.y));
                (self.cx, self.cy) = (Some(centre.x), Some(centre.y));
                let (model, [k1, k2, k3, k4], [p1, p2]) = match camera.distortion() {
                    Distortion::None => ("PINHOLE", [None; 4], [None; 2]),
                    Distortion::KannalaBrandt { k } => ("OPENCV_FISHEYE", k.map(Some), [None; 2]),
                    Distortion::BrownConrady { k: [k1, k2, k3, 0.0, 0.0, 0.0], p } => {
                        ("OPENCV", [Some(k1), Some(k2), Some(k3), None], p.map(Some))
                    }
                    Distortion::BrownConrady { .. } => {
                        return Err("nerfstudio knows no lens with a rational radial part".to_owned());
                    }
                };
                self.camera_model = Some(model.to_owned());
                (self.k1, self.k2, self.k3, self.k4, self.p1, self.p2) = (k1, k2, k3, k4, p1, p2);
                Ok(())
            }
        }
    };
}

with_intrinsics! {
    /// The file.
    #[derive(Default)]
    Transforms {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        applied_transform: Option<[[f64; 4]; 3]>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        applied_scale: Option<f64>,
        frames: Vec<FrameRow>,
        #[serde(default)]
        test_frames: Vec<FrameRow>,
    }
}

with_intrinsics! {
    /// One picture.
    #[derive(Default)]
    FrameRow {
        file_path: String,
        transform_matrix: [[f64; 4]; 4],
        #[serde(default)]
        is_bad: bool,
    }
}

struct Intrinsics<'a> {
    model: Option<&'a str>,
    numbers: [Option<f64>; 12],
}

/// One picture as it is to be used.
pub(crate) struct Shot {
    /// Its file, relative to the folder of images.
    pub(crate) file_path: String,
    pub(crate) camera: Camera,
    pub(crate) world_from_camera: RigidTransform,
    /// Whether the authors found it unusable.
    pub(crate) is_bad: bool,
}

/// Every picture of the file, by name.
pub(crate) fn read_transforms(file: &Path) -> Result<Vec<Shot>, IngestError> {
    let transforms: Transforms = read_json(file)?;
    if let Some(scale) = transforms.applied_scale.filter(|scale| (scale - 1.0).abs() > 0.0 || scale.is_nan()) {
        return Err(IngestError::value(file, "applied_scale", scale, "must be 1: the world is to be in metres"));
    }
    let world_from_nerfstudio = match &transforms.applied_transform {
        None => RigidTransform::new(NERFSTUDIO_FROM_COLMAP, Vec3::ZERO).map_err(|e| e.to_string()),
        Some([x, y, z]) => {
            motion_of([*x, *y, *z, [0.0, 0.0, 0.0, 1.0]].as_flattened()).map(|(motion, _)| motion.inverse())
        }
    };
    let world_from_nerfstudio = world_from_nerfstudio
        .map_err(|problem| IngestError::value(file, "applied_transform", transforms.applied_transform, problem))?;
    let head = transforms.intrinsics();
    let mut shots = Vec::with_capacity(transforms.frames.len() + transforms.test_frames.len());
    for (list, rows) in [("frames", &transforms.frames), ("test_frames", &transforms.test_frames)] {
        for (at, row) in rows.iter().enumerate() {
            let wrong = |field: &str, value: &dyn std::fmt::Debug, problem: String| {
                IngestError::value(file, format!("{list}[{at}].{field}"), value, problem)
            };
            let camera = row.intrinsics().over(&head).camera();
            let camera = camera.map_err(|problem| wrong("camera_model", &row.file_path, problem))?;
            let pose = motion_of(row.transform_matrix.as_flattened());
            let (pose, _) = pose.map_err(|problem| wrong("transform_matrix", &row.transform_matrix, problem))?;
            let pose = RigidTransform::new(pose.rotation() * FLIPPED, pose.translation())
                .map_err(|e| wrong("transform_matrix", &row.transform_matrix, e.to_string()))?;
            shots.push(Shot {
                file_path: row.file_path.clone(),
                camera,
                world_from_camera: world_from_nerfstudio.after(&pose),
                is_bad: row.is_bad,
            });
        }
    }
    shots.sort_by(|a, b| a.file_path.cmp(&b.file_path));
    if let Some(pair) = shots.windows(2).find(|pair| pair[0].file_path == pair[1].file_path) {
        return Err(IngestError::value(file, "frames", &pair[0].file_path, "stands twice"));
    }
    Ok(shots)
}

/// The rows of a pose in nerfstudio's axes.
pub(crate) fn transform_matrix(world_from_camera: &RigidTransform) -> [[f64; 4]; 4] {
    let rotation = NERFSTUDIO_FROM_COLMAP * world_from_camera.rotation() * FLIPPED;
    let t = NERFSTUDIO_FROM_COLMAP * world_from_camera.translation();
    let row = |i: usize| [rotation.x_axis[i], rotation.y_axis[i], rotation.z_axis[i], t[i]];
    [row(0), row(1), row(2), [0.0, 0.0, 0.0, 1.0]]
}

impl<'a> Intrinsics<'a> {
    /// These, and those of another where these say nothing.
    fn over(&self, other: &Intrinsics<'a>) -> Self {
        let number = |i: usize| self.numbers[i].or(other.numbers[i]);
        Self { model: self.model.or(other.model), numbers: std::array::from_fn(number) }
    }

    /// The camera; principal points are measured from the corner of the image, as ours.
    fn camera(&self) -> Result<Camera, String> {
        let [w, h, fl_x, fl_y, cx, cy, k1, k2, k3, k4, p1, p2] = self.numbers;
        let need = |value: Option<f64>, name: &str| value.ok_or_else(|| format!("{name} is missing"));
        let side = |value: Option<f64>, name: &str| {
            let value = need(value, name)?;
            let whole = value.fract() == 0.0 && (1.0..1e9).contains(&value);
            if whole { Ok(value as u32) } else { Err(format!("{name} is {value}: must be a whole number of pixels")) }
        };
        let [k1, k2, k3, k4, p1, p2] = [k1, k2, k3, k4, p1, p2].map(|value| value.unwrap_or(0.0));
        let straight = |values: &[f64]| values.iter().all(|value| value.abs() <= 0.0);
        let distortion = match self.model {
            Some("PINHOLE" | "SIMPLE_PINHOLE" | "OPENCV") if straight(&[k1, k2, k3, k4, p1, p2]) => Distortion::None,
            Some("OPENCV") if straight(&[k4]) => {
                Distortion::BrownConrady { k: [k1, k2, k3, 0.0, 0.0, 0.0], p: [p1, p2] }
            }
            Some("OPENCV_FISHEYE") if straight(&[p1, p2]) => Distortion::KannalaBrandt { k: [k1, k2, k3, k4] },
            Some(model) => return Err(format!("camera_model {model:?} with these coefficients is no lens known here")),
            None => return Err("camera_model is missing".to_owned()),
        };
        let focal = Vec2::new(need(fl_x, "fl_x")?, need(fl_y, "fl_y")?);
        let centre = Vec2::new(need(cx, "cx")?, need(cy, "cy")?);
        Camera::new(side(w, "w")?, side(h, "h")?, focal, centre, distortion).map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_are_turned_there_and_back() {
        // A level camera at (1, 2, 3) that looks along world y: right is +x, down is -z.
        let rotation = Mat3::from_cols(Vec3::X, Vec3::NEG_Z, Vec3::Y);
        let pose = RigidTransform::new(rotation, Vec3::new(1.0, 2.0, 3.0)).expect("a motion");
        let rows = transform_matrix(&pose);
        // nerfstudio's world has our y as x, our x as y, our -z as z; its camera has up as y and backwards as z.
        let expected = [[0.0, 0.0, -1.0, 2.0], [1.0, 0.0, 0.0, 1.0], [0.0, -1.0, 0.0, -3.0], [0.0, 0.0, 0.0, 1.0]];
        let off = rows.as_flattened().iter().zip(expected.as_flattened()).map(|(found, wanted)| (found - wanted).abs());
        assert!(off.fold(0.0, f64::max) < 1e-15, "{rows:?}");
    }
}
