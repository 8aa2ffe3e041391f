//! Pictures of a flat along its walks: colour, depth and instance images beside its scene.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use render::{
    Body, Buffers, DEPTH_SCALE_M, EncodeError, Image, Options, Paint, Scratch, Sensors, Shape, Sighting, colour_png,
    depth_png, draw_into, instance_png, scene_bodies, sightings_with,
};
use rooms::Flat;
use scene::{
    DepthFile, Frame, ImageFile, Pose, disk,
    geometry::{Camera, CameraError, Distortion, RigidTransform, Vec2},
};

/// What the pixels of walls, floors and ceilings hold; too large for an instance image, so that they are none there.
const BUILDING: u32 = render::NOTHING - 1;
/// Folder of the images beside the scene.
const FOLDER: &str = "frames";
/// Focal length as a share of the width: 65° from side to side.
const FOCAL: f64 = 0.785;

/// How to film.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Film {
    /// Pictures a flat, evenly spaced along all its walks; fewer where they have fewer poses.
    pub(crate) frames: usize,
    /// Width and height, pixels.
    pub(crate) size_px: [u32; 2],
}

/// Why a flat was not filmed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FilmError {
    #[error("--size: {0}")]
    Camera(#[from] CameraError),
    #[error(transparent)]
    Encode(#[from] EncodeError),
    #[error("{}: cannot be written", .place.display())]
    Io { place: PathBuf, source: io::Error },
}

impl Film {
    pub(crate) fn camera(&self) -> Result<Camera, CameraError> {
        let [width, height] = self.size_px;
        let focal = Vec2::splat(FOCAL * f64::from(width));
        let centre = Vec2::new(f64::from(width), f64::from(height)) / 2.0;
        Camera::new(width, height, focal, centre, Distortion::None)
    }

    /// Draws a flat's pictures into the folder of its scene; the frames to be put into that scene.
    pub(crate) fn shoot(&self, flat: &Flat, folder: &Path) -> Result<Vec<Frame>, FilmError> {
        let shots = self.shots(flat);
        if shots.is_empty() {
            return Ok(Vec::new());
        }
        let place = folder.join(FOLDER);
        fs::create_dir_all(&place).map_err(|source| FilmError::Io { place: place.clone(), source })?;
        let camera = self.camera()?;
        let bodies: Vec<Body> = flat
            .solids
            .iter()
            .map(|solid| Body {
                id: solid.object.map_or(BUILDING, |object| object.0),
                colour: solid.colour,
                shape: Shape::Mesh(&solid.mesh),
            })
            .collect();
        let boxes = scene_bodies(&flat.scene);
        let (mut buffers, mut scratch) = (Buffers::default(), Scratch::default());
        // The folder is not in its place yet, and a scene names its images by their hashes: no file needs more care.
        let write = |name: &str, kind: &str, bytes: &[u8]| -> Result<ImageFile, FilmError> {
            let file = format!("{FOLDER}/{name}.{kind}.png");
            let place = folder.join(&file);
            fs::write(&place, bytes).map_err(|source| FilmError::Io { place, source })?;
            Ok(ImageFile { file, sha256: disk::sha256_hex(bytes) })
        };
        let shoot = |(name, pose): (String, RigidTransform)| {
            draw_into(&mut buffers, &bodies, &camera, &pose, Paint::Lambert);
            let colour = Some(write(&name, "colour", &colour_png(&buffers)?)?);
            let depth = write(&name, "depth", &depth_png(&buffers)?)?;
            let depth = Some(DepthFile { image: depth, scale_m: DEPTH_SCALE_M });
            let instance = Some(write(&name, "instance", &instance_png(&buffers)?)?);
            let sightings = self.sightings(&mut scratch, &boxes, &camera, &pose, &mut buffers)?;
            let pose = Pose::Known(pose);
            Ok(Frame { name, time_s: None, camera, pose, colour, depth, instance, sightings: Some(sightings) })
        };
        shots.into_iter().map(shoot).collect()
    }

    /// What a picture shows of each object, told by the buffers from which its images were written.
    fn sightings(
        &self,
        scratch: &mut Scratch,
        boxes: &[Body<'_>],
        camera: &Camera,
        pose: &RigidTransform,
        buffers: &mut Buffers,
    ) -> Result<Vec<Sighting>, CameraError> {
        let [width_px, height_px] = self.size_px;
        let instances = Image { width_px, height_px, pixels: std::mem::take(&mut buffers.id) };
        let depth_m = Image { width_px, height_px, pixels: std::mem::take(&mut buffers.depth_m) };
        let sensors = Sensors { depth_m: Some(&depth_m), instances: Some(&instances) };
        let seen = sightings_with(scratch, boxes, camera, pose, sensors, &Options::default());
        (buffers.id, buffers.depth_m) = (instances.pixels, depth_m.pixels);
        let seen = seen?;
        Ok(seen.into_iter().map(Sighting::rounded).collect())
    }

    /// Name and pose of each picture.
    fn shots(&self, flat: &Flat) -> Vec<(String, RigidTransform)> {
        let all: Vec<(String, RigidTransform)> = flat
            .walks
            .iter()
            .flat_map(|walk| {
                let name = walk.name.replace(' ', "-");
                walk.poses.iter().enumerate().map(move |(at, pose)| (format!("{name}-{at:03}"), *pose))
            })
            .collect();
        let wanted = self.frames.min(all.len());
        (0..wanted).filter_map(|at| all.get(at * all.len() / wanted).cloned()).collect()
    }
}
