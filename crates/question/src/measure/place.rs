//! Places: what has a position. Objects with their boxes, cameras as points with axes.

use geometry::{OrientedBox, Vec3};
use scene::{Frame, Object};

use super::{Context, camera_name, the};
use crate::{Entity, Reason, ReasonCode};

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
    what: What<'s>,
}

#[derive(Debug, Clone, Copy)]
enum What<'s> {
    Object(&'s Object),
    Camera(&'s Frame),
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

    /// What a sentence calls it.
    pub(crate) fn the(&self) -> String {
        match self.what {
            What::Object(object) => the(object),
            What::Camera(frame) => format!("the camera of {}", frame.name),
        }
    }
}

impl<'s> Context<'s> {
    /// Where an entity is.
    pub(crate) fn place(&self, entity: &Entity) -> Result<Place<'s>, Reason> {
        match entity {
            Entity::Camera(name) => self.camera(name),
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
        Ok(Place { bounds, position_m, size_m: 0.0, yaw_rad: 0.0, what: What::Camera(frame) })
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
