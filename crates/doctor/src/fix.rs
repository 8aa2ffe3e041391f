//! What undoes a fault.

use std::fmt;

use scene::geometry::{Camera, Distortion, Mat3, OrientedBox, Quat, RigidTransform, Vec2, Vec3};
use serde::Serialize;

use crate::case::{Case, Thing, View};

/// A part of the scene that a fix changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Part {
    /// Places of the cameras.
    CameraPlaces,
    /// Boxes.
    Boxes,
    /// Cameras, boxes and points, but not depth.
    AllButDepth,
    /// Everything with a length.
    All,
}

/// A change of the data. Matrices are given by rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fix {
    /// Every pose is replaced by its inverse.
    InvertPoses,
    /// Every pose was inverted before the world was turned by this rotation: R · pose⁻¹ · R.
    InvertPosesBefore([[f64; 3]; 3]),
    /// Every pose is replaced by its inverse, and then the world is turned.
    InvertPosesAndTurn([[f64; 3]; 3]),
    /// Every pose is followed, on the camera's side, by this rotation: pose · R.
    TurnCameras([[f64; 3]; 3]),
    /// The rotation of every pose is transposed.
    TransposePoses,
    /// The rotation of every box is transposed.
    TransposeBoxes,
    /// Of every pose's quaternion, the parts read as (w, x, y, z) are truly (x, y, z, w).
    QuaternionRealLast,
    /// Of every pose's quaternion, the parts read as (x, y, z, w) are truly (w, x, y, z).
    QuaternionRealFirst,
    /// Frame i takes the pose of frame i + n.
    ShiftPoses(i64),
    /// The stored image is the camera's turned clockwise by quarter turns: size, intrinsics and pose follow.
    TurnCameraImage(u8),
    /// Width and height of the camera are those of the images, its intrinsics stay.
    TakeImageSize,
    /// Intrinsics are multiplied by these factors, along x and y; the size is that of the images.
    ScaleIntrinsics([f64; 2]),
    /// Stored images are mirrored: left and right, or top and bottom.
    FlipImages([bool; 2]),
    /// Poses are mirrored along the world axes with −1, and stay rotations by mirroring the same camera axes.
    MirrorPoses([f64; 3]),
    /// Places of cameras are mirrored along the world axes with −1.
    MirrorPlaces([f64; 3]),
    /// Boxes are mirrored along the world axes with −1.
    MirrorBoxes([f64; 3]),
    /// Depth is multiplied.
    ScaleDepth(f64),
    /// Extents of boxes are multiplied, centres stay.
    ScaleExtents(f64),
    /// Boxes are moved: rotation by rows, then translation.
    MoveBoxes([[f64; 3]; 3], [f64; 3]),
    /// Cameras are moved: rotation by rows, then translation.
    MoveCameras([[f64; 3]; 3], [f64; 3]),
    /// Lengths of a part are multiplied.
    ScaleLengths(Part, f64),
    /// The world is turned.
    TurnWorld([[f64; 3]; 3]),
}

/// A matrix from rows.
fn matrix(rows: &[[f64; 3]; 3]) -> Mat3 {
    let [x, y, z] = rows.map(Vec3::from_array);
    Mat3::from_cols(x, y, z).transpose()
}

/// The rows of a matrix.
pub(crate) fn rows(m: Mat3) -> [[f64; 3]; 3] {
    let t = m.transpose();
    [t.x_axis, t.y_axis, t.z_axis].map(|row| (row + Vec3::ZERO).to_array())
}

/// Rows of numbers as they are written down, without digits that say nothing.
fn written(rows: &[[f64; 3]; 3]) -> String {
    let row = |row: &[f64; 3]| row.map(|value| plain(value, 6)).join(" ");
    format!("[{}; {}; {}]", row(&rows[0]), row(&rows[1]), row(&rows[2]))
}

fn plain(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Which signs are −1, as axes.
fn mirrored(signs: &[f64; 3]) -> String {
    let axes = ["x", "y", "z"].into_iter().zip(signs).filter(|(_, sign)| **sign < 0.0);
    axes.map(|(axis, _)| axis).collect::<Vec<_>>().join(", ")
}

/// The axis of the world as given that a turn makes the upper one.
fn upper(turn: &[[f64; 3]; 3]) -> Option<&'static str> {
    let axes = [("x", 0), ("y", 1), ("z", 2)];
    let near = |at: usize| turn[2][at].abs() > 0.999;
    let (name, at) = axes.into_iter().find(|(_, at)| near(*at))?;
    Some(match (name, turn[2][at] < 0.0) {
        ("x", false) => "x",
        ("x", true) => "-x",
        ("y", false) => "y",
        ("y", true) => "-y",
        (_, false) => "z",
        (_, true) => "-z",
    })
}

impl fmt::Display for Fix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvertPoses => f.write_str("invert every pose"),
            Self::InvertPosesBefore(turn) => write!(f, "replace every pose by R pose⁻¹ R, R = {}", written(turn)),
            Self::InvertPosesAndTurn(turn) => {
                write!(f, "invert every pose, then turn the world by {}", written(turn))
            }
            Self::TurnCameras(by) => write!(f, "replace every pose by pose R, R = {}", written(by)),
            Self::TransposePoses => f.write_str("transpose the rotation of every pose"),
            Self::TransposeBoxes => f.write_str("transpose the rotation of every box"),
            Self::QuaternionRealLast => f.write_str("read quaternions as x, y, z, w"),
            Self::QuaternionRealFirst => f.write_str("read quaternions as w, x, y, z"),
            Self::ShiftPoses(by) => write!(f, "give frame i the pose of frame i {} {}", sign(*by), by.abs()),
            Self::TurnCameraImage(quarters) => {
                write!(f, "take pictures as turned clockwise by {} degrees", 90 * u32::from(*quarters))
            }
            Self::TakeImageSize => f.write_str("take width and height of the camera from the pictures"),
            Self::ScaleIntrinsics([x, y]) => {
                write!(f, "multiply intrinsics by {} along x and {} along y", plain(*x, 6), plain(*y, 6))
            }
            Self::FlipImages([left, top]) => {
                let sides = [(*left, "left and right"), (*top, "top and bottom")];
                let sides: Vec<&str> = sides.into_iter().filter_map(|(flips, side)| flips.then_some(side)).collect();
                write!(f, "exchange {} of the pictures", sides.join(", "))
            }
            Self::MirrorPoses(by) => write!(f, "mirror poses along {}", mirrored(by)),
            Self::MirrorPlaces(by) => write!(f, "mirror the places of cameras along {}", mirrored(by)),
            Self::MirrorBoxes(by) => write!(f, "mirror boxes along {}", mirrored(by)),
            Self::ScaleDepth(by) => write!(f, "multiply depth by {}", plain(*by, 6)),
            Self::ScaleExtents(by) => write!(f, "multiply extents of boxes by {}", plain(*by, 6)),
            Self::MoveBoxes(turn, shift) => {
                write!(f, "turn boxes by {}, then move them by {}", written(turn), moved_by(shift))
            }
            Self::MoveCameras(turn, shift) => {
                write!(f, "turn cameras by {}, then move them by {}", written(turn), moved_by(shift))
            }
            Self::ScaleLengths(part, by) => {
                let part = match part {
                    Part::CameraPlaces => "the places of cameras",
                    Part::Boxes => "boxes",
                    Part::AllButDepth => "cameras, boxes and points",
                    Part::All => "every length",
                };
                write!(f, "multiply {part} by {}", plain(*by, 6))
            }
            Self::TurnWorld(turn) => {
                write!(f, "turn the world by {}", written(turn))?;
                match upper(turn) {
                    Some(axis @ ("y" | "-y" | "-z")) => {
                        write!(f, ": {axis} is up (`import --up {axis}` does so, of readers that take it)")
                    }
                    Some(axis) => write!(f, ": {axis} is up"),
                    None => Ok(()),
                }
            }
        }
    }
}

fn sign(value: i64) -> char {
    if value < 0 { '-' } else { '+' }
}

fn moved_by(shift: &[f64; 3]) -> String {
    format!("[{}] m", shift.map(|value| plain(value, 4)).join(" "))
}

impl Fix {
    /// Whether it only changes the world as a whole: pictures, poses and boxes agree as before.
    pub(crate) fn is_of_world(&self) -> bool {
        matches!(self, Self::TurnWorld(_) | Self::ScaleLengths(Part::All, _))
    }

    /// The case without the fault; `None` where the change makes no sense there.
    pub(crate) fn apply(&self, case: &Case) -> Option<Case> {
        let mut case = case.clone();
        match self {
            Self::InvertPoses => poses(&mut case, |pose| Some(pose.inverse()))?,
            Self::InvertPosesBefore(turn) => {
                let by = RigidTransform::new(matrix(turn), Vec3::ZERO).ok()?;
                poses(&mut case, |pose| Some(by.after(&pose.inverse()).after(&by)))?;
            }
            Self::InvertPosesAndTurn(turn) => {
                case = Self::TurnWorld(*turn).apply(&Self::InvertPoses.apply(&case)?)?;
            }
            Self::TurnCameras(by) => {
                let by = RigidTransform::new(matrix(by), Vec3::ZERO).ok()?;
                poses(&mut case, |pose| Some(pose.after(&by)))?;
            }
            Self::TransposePoses => poses(&mut case, |pose| with_rotation(pose, pose.rotation().transpose()))?,
            Self::TransposeBoxes => {
                boxes(&mut case, |b| OrientedBox::new(b.centre(), b.half(), b.axes().transpose()).ok())?;
            }
            Self::QuaternionRealLast => reordered(&mut case, |[w, x, y, z]| [z, w, x, y])?,
            Self::QuaternionRealFirst => reordered(&mut case, |[w, x, y, z]| [x, y, z, w])?,
            Self::ShiftPoses(by) => {
                let from = |at: usize| usize::try_from(i64::try_from(at).ok()? + by).ok();
                case.poses = (0..case.poses.len())
                    .map(|at| from(at).and_then(|from| case.poses.get(from).copied().flatten()))
                    .collect();
            }
            Self::TurnCameraImage(quarters) => turn_images(&mut case, *quarters)?,
            Self::TakeImageSize => cameras(&mut case, |view| sized(view, Vec2::ONE))?,
            Self::ScaleIntrinsics(by) => cameras(&mut case, |view| sized(view, Vec2::from_array(*by)))?,
            Self::FlipImages(by) => case.views.iter_mut().for_each(|view| {
                view.flip = [view.flip[0] ^ by[0], view.flip[1] ^ by[1]];
            }),
            Self::MirrorPoses(by) => {
                let m = Mat3::from_diagonal(Vec3::from_array(*by));
                poses(&mut case, |pose| RigidTransform::new(m * pose.rotation() * m, m * pose.translation()).ok())?;
            }
            Self::MirrorPlaces(by) => poses(&mut case, |pose| {
                RigidTransform::new(pose.rotation(), pose.translation() * Vec3::from_array(*by)).ok()
            })?,
            Self::MirrorBoxes(by) => {
                let m = Mat3::from_diagonal(Vec3::from_array(*by));
                // A box is its own mirror image along its axes, so that one axis may be turned to keep them proper.
                let keep = Mat3::from_diagonal(Vec3::new(m.determinant(), 1.0, 1.0));
                boxes(&mut case, |b| OrientedBox::new(m * b.centre(), b.half(), m * b.axes() * keep).ok())?;
            }
            Self::ScaleDepth(by) => case.views.iter_mut().for_each(|view| view.depth_factor *= by),
            Self::ScaleExtents(by) => {
                boxes(&mut case, |b| OrientedBox::new(b.centre(), b.half() * *by, b.axes()).ok())?;
            }
            Self::MoveBoxes(turn, shift) => {
                let by = RigidTransform::new(matrix(turn), Vec3::from_array(*shift)).ok()?;
                boxes(&mut case, |b| moved(b, &by))?;
            }
            Self::MoveCameras(turn, shift) => {
                let by = RigidTransform::new(matrix(turn), Vec3::from_array(*shift)).ok()?;
                poses(&mut case, |pose| Some(by.after(pose)))?;
            }
            Self::ScaleLengths(part, by) => scale_lengths(&mut case, *part, *by)?,
            Self::TurnWorld(turn) => {
                let by = RigidTransform::new(matrix(turn), Vec3::ZERO).ok()?;
                poses(&mut case, |pose| Some(by.after(pose)))?;
                boxes(&mut case, |b| moved(b, &by))?;
            }
        }
        Some(case)
    }
}

fn with_rotation(pose: &RigidTransform, rotation: Mat3) -> Option<RigidTransform> {
    RigidTransform::new(rotation, pose.translation()).ok()
}

fn moved(b: &OrientedBox, by: &RigidTransform) -> Option<OrientedBox> {
    OrientedBox::new(by.apply(b.centre()), b.half(), by.rotation() * b.axes()).ok()
}

fn poses(case: &mut Case, change: impl Fn(&RigidTransform) -> Option<RigidTransform>) -> Option<()> {
    for pose in case.poses.iter_mut().flatten() {
        *pose = change(pose)?;
    }
    Some(())
}

fn boxes(case: &mut Case, change: impl Fn(&OrientedBox) -> Option<OrientedBox>) -> Option<()> {
    for Thing { bounds, .. } in &mut case.things {
        *bounds = change(bounds)?;
    }
    Some(())
}

fn cameras(case: &mut Case, change: impl Fn(&View) -> Option<Camera>) -> Option<()> {
    for view in &mut case.views {
        view.camera = change(view)?;
    }
    Some(())
}

/// The quaternion's parts (real part first) put into another order.
fn reordered(case: &mut Case, order: impl Fn([f64; 4]) -> [f64; 4]) -> Option<()> {
    poses(case, |pose| {
        let q = Quat::from_mat3(&pose.rotation());
        let [w, x, y, z] = order([q.w, q.x, q.y, q.z]);
        with_rotation(pose, Mat3::from_quat(Quat::from_xyzw(x, y, z, w).normalize()))
    })
}

/// The camera of the images' size with its intrinsics multiplied.
fn sized(view: &View, by: Vec2) -> Option<Camera> {
    let [width, height] = view.pixels.size_px;
    let camera = &view.camera;
    Camera::new(width, height, camera.focal_px() * by, camera.centre_px() * by, camera.distortion()).ok()
}

/// Cameras and poses follow their images' turn. Distortion other than a pinhole's stays as it was stated, before it.
fn turn_images(case: &mut Case, quarters: u8) -> Option<()> {
    for view in &mut case.views {
        let [width, height] = view.pixels.size_px;
        let [width, height] = if quarters % 2 == 1 { [height, width] } else { [width, height] };
        let stated = &view.camera;
        let distortion: Distortion = stated.distortion();
        let upright = Camera::new(width, height, stated.focal_px(), stated.centre_px(), distortion).ok()?;
        let (camera, old_from_new) = upright.rotated(quarters);
        view.camera = camera;
        let turn = RigidTransform::new(old_from_new, Vec3::ZERO).ok()?;
        if let Some(pose) = case.poses.get_mut(view.frame).and_then(Option::as_mut) {
            *pose = pose.after(&turn);
        }
    }
    Some(())
}

fn scale_lengths(case: &mut Case, part: Part, by: f64) -> Option<()> {
    if matches!(part, Part::CameraPlaces | Part::AllButDepth | Part::All) {
        poses(case, |pose| RigidTransform::new(pose.rotation(), pose.translation() * by).ok())?;
    }
    if matches!(part, Part::Boxes | Part::AllButDepth | Part::All) {
        boxes(case, |b| OrientedBox::new(b.centre() * by, b.half() * by, b.axes()).ok())?;
        case.slack_m *= by;
    }
    if part == Part::All {
        case.views.iter_mut().for_each(|view| view.depth_factor *= by);
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixes_read_as_what_to_do() {
        let y_up = [[1.0, 0.0, 0.0], [0.0, -0.0, -1.0], [0.0, 1.0, 0.0]];
        for (fix, words) in [
            (Fix::InvertPoses, "invert every pose"),
            (
                Fix::TurnWorld(y_up),
                "turn the world by [1 0 0; 0 0 -1; 0 1 0]: y is up (`import --up y` does so, of readers that take it)",
            ),
            (
                Fix::TurnCameras([[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]]),
                "replace every pose by pose R, R = [1 0 0; 0 -1 0; 0 0 -1]",
            ),
            (Fix::ShiftPoses(-2), "give frame i the pose of frame i - 2"),
            (Fix::ScaleLengths(Part::All, 0.001), "multiply every length by 0.001"),
            (Fix::MirrorBoxes([-1.0, 1.0, 1.0]), "mirror boxes along x"),
            (Fix::FlipImages([true, false]), "exchange left and right of the pictures"),
            (
                Fix::MoveBoxes(y_up, [0.5, 0.0, -0.25]),
                "turn boxes by [1 0 0; 0 0 -1; 0 1 0], then move them by [0.5 0 -0.25] m",
            ),
        ] {
            assert_eq!(fix.to_string(), words);
        }
    }
}
