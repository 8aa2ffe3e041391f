//! The kinds of fault.

use serde::Serialize;

/// What can be wrong with a scene's conventions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FaultKind {
    /// World-to-camera poses where camera-to-world is meant, or the reverse.
    PoseInverted,
    /// Camera axes of another convention, such as OpenGL's (x right, y up, z backward).
    CameraAxes,
    /// Rotation matrices of the poses or boxes read by the wrong of rows and columns.
    RotationTransposed,
    /// Quaternions read with the real part at the wrong end.
    QuaternionOrder,
    /// Poses of other frames: times or numbers shifted.
    TimeShift,
    /// Pictures turned by quarter turns against their camera.
    ImageTurned,
    /// Width and height of the camera exchanged.
    SizeSwapped,
    /// Intrinsics of another resolution.
    IntrinsicsSize,
    /// Mirrored axes: of the pictures, the poses or the boxes.
    Mirrored,
    /// Depth in another unit than stated.
    DepthScale,
    /// Full extents of boxes where half extents are meant, or the reverse.
    BoxHalfExtents,
    /// Boxes in another frame than the cameras.
    BoxFrame,
    /// Lengths in another unit than metres.
    Scale,
    /// A world whose up axis is not z.
    WorldUp,
}

impl FaultKind {
    /// Every kind, in the order of reports.
    pub const ALL: [Self; 14] = [
        Self::PoseInverted,
        Self::CameraAxes,
        Self::RotationTransposed,
        Self::QuaternionOrder,
        Self::TimeShift,
        Self::ImageTurned,
        Self::SizeSwapped,
        Self::IntrinsicsSize,
        Self::Mirrored,
        Self::DepthScale,
        Self::BoxHalfExtents,
        Self::BoxFrame,
        Self::Scale,
        Self::WorldUp,
    ];

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::PoseInverted => "pose_inverted",
            Self::CameraAxes => "camera_axes",
            Self::RotationTransposed => "rotation_transposed",
            Self::QuaternionOrder => "quaternion_order",
            Self::TimeShift => "time_shift",
            Self::ImageTurned => "image_turned",
            Self::SizeSwapped => "size_swapped",
            Self::IntrinsicsSize => "intrinsics_size",
            Self::Mirrored => "mirrored",
            Self::DepthScale => "depth_scale",
            Self::BoxHalfExtents => "box_half_extents",
            Self::BoxFrame => "box_frame",
            Self::Scale => "scale",
            Self::WorldUp => "world_up",
        }
    }

    /// What the fault is, in words.
    pub fn says(self) -> &'static str {
        match self {
            Self::PoseInverted => "poses are given the wrong way round (world-to-camera for camera-to-world)",
            Self::CameraAxes => "camera axes are of another convention than x right, y down, z forward",
            Self::RotationTransposed => "rotation matrices are transposed",
            Self::QuaternionOrder => "quaternions are read in the wrong order of their parts",
            Self::TimeShift => "frames have the poses of other frames",
            Self::ImageTurned => "pictures are turned against their camera",
            Self::SizeSwapped => "width and height are exchanged",
            Self::IntrinsicsSize => "intrinsics belong to another resolution",
            Self::Mirrored => "axes are mirrored",
            Self::DepthScale => "depth is in another unit",
            Self::BoxHalfExtents => "half and full extents of boxes are confused",
            Self::BoxFrame => "boxes and cameras are in different frames",
            Self::Scale => "lengths are not metres",
            Self::WorldUp => "the world's up axis is not z",
        }
    }
}
