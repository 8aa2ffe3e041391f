//! Places: what has a position. Objects with their boxes, cameras as points with axes, pixels as points.

use geometry::{OrientedBox, Vec2, Vec3};
use scene::{DepthError, Depths, Frame, Object};

use super::{Context, camera_name, the};
use crate::{Entity, Reason, ReasonCode, pixel_words};

/// Something with a position and how far it may be off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'s> {
    /// Its box; that of a camera has no size and the camera's right, down and forward as axes.
    pub(crate) bounds: OrientedBox,
    /// Standard deviation of the centre, per axis, metres …
    pub(crate) position_m: f64,
    /// … of each full extent, metres …
    size_m: f64,
    /// … and of the turn about the vertical, radians.
    yaw_rad: f64,
    /// Of a camera or pixel, standard deviation of its position as its own camera has it, whose pose plays no part.
    own_m: f64,
    what: What<'s>,
}

#[derive(Debug, Clone, Copy)]
enum What<'s> {
    Object(&'s Object),
    Camera(&'s Frame),
    Pixel(&'s Frame, [i32; 2]),
}

impl<'s> What<'s> {
    /// The frame by whose pose it is known.
    fn frame(&self) -> Option<&'s str> {
        match self {
            Self::Object(_) => None,
            Self::Camera(frame) | Self::Pixel(frame, _) => Some(&frame.name),
        }
    }
}

impl Place<'_> {
    pub(super) fn centre(&self) -> Vec3 {
        self.bounds.centre()
    }

    /// The same at another centre.
    pub(super) fn moved_to(&self, centre: Vec3) -> Result<Self, Reason> {
        let bounds = OrientedBox::new(centre, self.bounds.half(), self.bounds.axes());
        let bounds = bounds.map_err(|error| Reason::new(ReasonCode::Malformed, error.to_string()))?;
        Ok(Self { bounds, ..*self })
    }

    /// Standard deviation of the position of any point of the box: centre, size and turn together.
    pub(super) fn point_sigma(&self) -> f64 {
        let turn = if self.yaw_rad > 0.0 { self.bounds.horizontal_half_diagonal_m() * self.yaw_rad } else { 0.0 };
        (self.position_m.powi(2) + (self.size_m / 2.0).powi(2) + turn.powi(2)).sqrt()
    }

    /// Standard deviation of the height of its bottom or top.
    pub(super) fn face_sigma(&self) -> f64 {
        self.position_m.hypot(self.size_m / 2.0)
    }

    /// Standard deviations of this and another place in what no motion of both changes: an error of the pose moves all
    /// that one frame shows together. `each` is that of a place for itself.
    pub(super) fn apart(&self, other: &Self, each: impl Fn(&Self) -> f64) -> [f64; 2] {
        if self.shares_frame(other) { [self.own_m, other.own_m] } else { [each(self), each(other)] }
    }

    /// Whether both are known by the pose of one frame.
    pub(super) fn shares_frame(&self, other: &Self) -> bool {
        self.what.frame().is_some() && self.what.frame() == other.what.frame()
    }

    /// What a sentence calls it.
    pub(crate) fn the(&self) -> String {
        match self.what {
            What::Object(object) => the(object),
            What::Camera(frame) => format!("the camera of {}", frame.name),
            What::Pixel(frame, at_px) => format!("the pixel {} of {}", pixel_words(at_px), frame.name),
        }
    }
}

impl<'s> Context<'s> {
    /// Where an entity is.
    pub(crate) fn place(&self, entity: &Entity) -> Result<Place<'s>, Reason> {
        match entity {
            Entity::Camera(name) => self.camera(name),
            Entity::Pixel { frame, at_px } => self.pixel(frame, *at_px),
            one => self.object(one).map(|object| self.object_place(object)),
        }
    }

    pub(super) fn object_place(&self, object: &'s Object) -> Place<'s> {
        let noise = self.noise();
        Place {
            bounds: object.bounds,
            position_m: noise.position_m,
            size_m: noise.size_m,
            yaw_rad: noise.yaw_rad,
            own_m: noise.position_m,
            what: What::Object(object),
        }
    }

    /// The place of an entity that must be a camera.
    pub(super) fn camera_place(&self, entity: &Entity) -> Result<Place<'s>, Reason> {
        self.camera(camera_name(entity)?)
    }

    fn camera(&self, name: &str) -> Result<Place<'s>, Reason> {
        let frame = self.frame(name)?;
        let no_pose = |why: &str| {
            Reason::new(ReasonCode::NoPose, format!("nobody knows where the camera of {name} stood: {why}"))
        };
        let pose = match &frame.pose {
            scene::Pose::Known(pose) => pose,
            scene::Pose::Missing { reason } => return Err(no_pose(reason)),
        };
        let bounds = OrientedBox::new(pose.translation(), Vec3::ZERO, pose.rotation());
        let bounds = bounds.map_err(|error| no_pose(&error.to_string()))?;
        let position_m = self.noise().pose_position_m;
        Ok(Place { bounds, position_m, size_m: 0.0, yaw_rad: 0.0, own_m: 0.0, what: What::Camera(frame) })
    }

    /// The surface point that the depth image of a frame has at a pixel: on the ray through the pixel's centre.
    fn pixel(&self, name: &str, at_px: [i32; 2]) -> Result<Place<'s>, Reason> {
        let camera = self.camera(name)?;
        let frame = self.frame(name)?;
        let (width, height) = (frame.camera.width_px(), frame.camera.height_px());
        let words = pixel_words(at_px);
        let [Ok(column), Ok(row)] = at_px.map(u32::try_from) else {
            let sentence = format!("{words} lies outside the {width} x {height} pixels of {name}; they count from 0");
            return Err(Reason::new(ReasonCode::OutsideDefinition, sentence));
        };
        if column >= width || row >= height {
            let sentence = format!("{words} lies outside the {width} x {height} pixels of {name}; they count from 0");
            return Err(Reason::new(ReasonCode::OutsideDefinition, sentence));
        }
        let depths = self.depths(name)?;
        let depth_m = depths.at(column, row).ok_or_else(|| {
            let sentence = format!("the depth image of {name} knows nothing at {words}; take another pixel");
            Reason::new(ReasonCode::MissingData, sentence)
        })?;
        let centre_px = Vec2::new(f64::from(column) + 0.5, f64::from(row) + 0.5);
        let point = frame.camera.ray(centre_px).filter(|ray| ray.z > 0.0).map(|ray| ray * (depth_m / ray.z));
        let point = point.ok_or_else(|| {
            let sentence = format!("the lens of {name} has no ray at {words}, so that its depth is no place");
            Reason::new(ReasonCode::OutsideDefinition, sentence)
        })?;
        let axes = camera.bounds.axes();
        let bounds = OrientedBox::new(camera.centre() + axes * point, Vec3::ZERO, axes);
        let bounds = bounds.map_err(|error| Reason::new(ReasonCode::OutsideDefinition, error.to_string()))?;
        let (noise, range_m) = (self.noise(), point.length());
        let half_step = range_m / depth_m * depths.scale_m() / 2.0;
        let own_m = (range_m * noise.depth_relative).hypot(half_step);
        let position_m = own_m.hypot(noise.pose_position_m).hypot(range_m * noise.pose_rotation_rad);
        Ok(Place { bounds, position_m, size_m: 0.0, yaw_rad: 0.0, own_m, what: What::Pixel(frame, at_px) })
    }

    /// The depths of the frame of this name.
    pub(super) fn depths(&self, name: &str) -> Result<Depths, Reason> {
        self.scene.depths(name).map_err(|error| {
            let code =
                if matches!(error, DepthError::NoFrame(_)) { ReasonCode::Absent } else { ReasonCode::MissingData };
            Reason::new(code, error.to_string())
        })
    }

    /// The frame of this name.
    pub(crate) fn frame(&self, name: &str) -> Result<&'s Frame, Reason> {
        self.scene.frame(name).ok_or_else(|| {
            let known: Vec<&str> = self.scene.frames().iter().take(6).map(|frame| frame.name.as_str()).collect();
            let has = match &known[..] {
                [] => "it has none".to_owned(),
                known => {
                    format!("it has {}{}", known.join(", "), if self.scene.frames().len() > 6 { ", …" } else { "" })
                }
            };
            Reason::new(ReasonCode::Absent, format!("the scene has no frame {name}; {has}"))
        })
    }
}
