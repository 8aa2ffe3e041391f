//! One picture to a scene.

use std::collections::BTreeMap;

use render::{Buffers, DEPTH_SCALE_M, NOTHING, depth_png, instance_png};
use scene::{
    DepthFile, Frame, ImageFile, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneParts, disk,
    geometry::{Mat3, RigidTransform, Vec3},
};
use serde::Serialize;

use crate::{
    Floor, LiftError, Mask, Picture, Recipe,
    cloud::clean,
    upright::{BoxError, UprightBox, upright_box},
};

/// Folder of the images beside the scene.
const FOLDER: &str = "frames";
/// Cosine within which a floor agrees with a given gravity (5°).
const AGREES: f64 = 0.9962;

/// What says where down is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gravity {
    /// The floor, which must be seen by a camera held within 50° of upright.
    Floor,
    /// This direction, camera axes.
    Down(Vec3),
}

/// A thing that was lifted.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LiftedObject {
    /// Its number in the scene.
    pub id: ObjectId,
    /// The mask it comes from.
    pub source: String,
    /// Its label.
    pub label: String,
    /// Points of the mask with depth, and those that were kept.
    pub points: [usize; 2],
    /// How far its box may be off.
    pub error: BoxError,
    /// Whether the mask touches the border of the picture: the box ends there.
    pub truncated: bool,
}

/// A mask that became nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// The mask.
    pub source: String,
    /// Why.
    pub reason: String,
}

/// A scene of one picture.
#[derive(Debug)]
pub struct Lifted {
    /// The scene: z up, the camera above the origin looking along +y, the floor at 0 where one is seen.
    pub scene: Scene,
    /// Paths and bytes of the images that the scene names.
    pub files: Vec<(String, Vec<u8>)>,
    /// What was lifted.
    pub objects: Vec<LiftedObject>,
    /// What was not.
    pub refused: Vec<Refused>,
    /// The floor, camera axes.
    pub floor: Option<Floor>,
}

/// Lifts the masks of a picture into a scene of this name. `colour_file` is the picture's own file: the end of its name and
/// its bytes.
pub fn lift_picture(
    id: &str,
    picture: &Picture,
    masks: &[Mask],
    gravity: Gravity,
    recipe: &Recipe,
    colour_file: Option<(&str, Vec<u8>)>,
) -> Result<Lifted, LiftError> {
    picture.filter()?;
    let (world_from_camera, floor) = upright_pose(picture, gravity)?;
    let (mut objects, mut refused, mut lifted) = (Vec::new(), Vec::new(), Vec::new());
    let mut instance = vec![NOTHING; picture.depth_m.pixels.len()];
    for mask in masks {
        match thing(picture, mask, &world_from_camera, recipe) {
            Err(reason) => refused.push(Refused { source: mask.source.clone(), reason }),
            Ok(Thing { upright, points, truncated }) => {
                // Far fewer masks are read than u32 counts.
                let number = ObjectId(objects.len() as u32 + 1);
                mask.pixels.iter().for_each(|pixel| instance[*pixel] = number.0);
                let (source, label, error) = (mask.source.clone(), mask.label.clone(), upright.error);
                lifted.push(LiftedObject { id: number, source, label, points, error, truncated });
                objects.push(Object {
                    id: number,
                    label: mask.label.clone(),
                    names: Vec::new(),
                    bounds: upright.bounds,
                    front: None,
                });
            }
        }
    }
    let buffers = Buffers {
        width_px: picture.depth_m.width_px,
        height_px: picture.depth_m.height_px,
        id: instance,
        depth_m: picture.depth_m.pixels.clone(),
        colour: Vec::new(),
    };
    let mut files = Vec::new();
    let mut file = |name: String, bytes: Vec<u8>| {
        let image = ImageFile { file: format!("{FOLDER}/{name}"), sha256: disk::sha256_hex(&bytes) };
        files.push((image.file.clone(), bytes));
        image
    };
    let depth = DepthFile { image: file("0.depth.png".to_owned(), depth_png(&buffers)?), scale_m: DEPTH_SCALE_M };
    let instance = file("0.instance.png".to_owned(), instance_png(&buffers)?);
    let colour = colour_file.map(|(end, bytes)| file(format!("0.colour.{end}"), bytes));
    let frame = Frame {
        name: "0".to_owned(),
        time_s: None,
        camera: picture.camera,
        pose: Pose::Known(world_from_camera),
        colour,
        depth: Some(depth),
        instance: Some(instance),
        sightings: None,
    };
    let scene = Scene::new(SceneParts {
        id: id.to_owned(),
        source: Provenance {
            dataset: "lifted".to_owned(),
            licence: "as the picture".to_owned(),
            attribution: String::new(),
            converted: vec![
                "boxes lifted from one picture: they end where points end, hidden sides are not in them".to_owned(),
                match gravity {
                    Gravity::Floor => "gravity from the floor".to_owned(),
                    Gravity::Down(_) => "gravity as given".to_owned(),
                },
            ],
        },
        noise: noise_of(lifted.iter().map(|object| object.error)),
        room: Room { floor_height_m: floor.map(|_| 0.0), ..Room::default() },
        objects,
        declared_counts: BTreeMap::new(),
        frames: vec![frame],
        points: Vec::new(),
    })?;
    Ok(Lifted { scene, files, objects: lifted, refused, floor })
}

/// The noise model of a scene: its largest errors, so that no box is taken for better than it is.
pub(crate) fn noise_of(errors: impl Iterator<Item = BoxError>) -> NoiseModel {
    errors.fold(NoiseModel::NONE, |noise, error| NoiseModel {
        position_m: noise.position_m.max(error.position_m),
        size_m: noise.size_m.max(error.size_m),
        yaw_rad: noise.yaw_rad.max(error.yaw_rad),
        ..noise
    })
}

/// Where the camera is in a world with z up, and the floor in camera axes.
fn upright_pose(picture: &Picture, gravity: Gravity) -> Result<(RigidTransform, Option<Floor>), LiftError> {
    let points: Vec<Vec3> = (0..picture.depth_m.pixels.len()).filter_map(|pixel| picture.point(pixel)).collect();
    let (up, floor) = match gravity {
        Gravity::Floor => {
            let floor = Floor::find(&points, Vec3::NEG_Y).ok_or(LiftError::NoFloor)?;
            (floor.up, Some(floor))
        }
        Gravity::Down(down) => {
            let up = (-down).try_normalize().ok_or(LiftError::NoGravity(down.to_array()))?;
            (up, Floor::find(&points, up).filter(|floor| floor.up.dot(up) > AGREES))
        }
    };
    // A camera that looks straight down has its top ahead.
    let ahead = [Vec3::Z, Vec3::NEG_Y].map(|axis| (axis - up * axis.dot(up)).try_normalize());
    let forward = match ahead {
        [Some(forward), _] if up.z.abs() < 0.999 => forward,
        [_, Some(forward)] | [Some(forward), None] => forward,
        [None, None] => return Err(LiftError::NoGravity((-up).to_array())),
    };
    let rotation = Mat3::from_cols(forward.cross(up), forward, up).transpose();
    let height = floor.map_or(0.0, |floor| -floor.offset_m);
    let pose = RigidTransform::new(rotation, Vec3::Z * height).map_err(|_| LiftError::NoGravity((-up).to_array()))?;
    Ok((pose, floor))
}

/// What a mask became.
struct Thing {
    upright: UprightBox,
    points: [usize; 2],
    truncated: bool,
}

/// The thing of a mask, or why there is none.
fn thing(picture: &Picture, mask: &Mask, world_from_camera: &RigidTransform, recipe: &Recipe) -> Result<Thing, String> {
    let (width, height) = (picture.depth_m.width_px as usize, picture.depth_m.height_px as usize);
    if let Some(confidence) = mask.confidence.filter(|confidence| *confidence < recipe.least_confidence) {
        return Err(format!("confidence {confidence} is below {}", recipe.least_confidence));
    }
    if mask.pixels.len() < recipe.least_area_px {
        return Err(format!("covers {} pixels, fewer than {}", mask.pixels.len(), recipe.least_area_px));
    }
    if mask.pixels.iter().any(|pixel| *pixel >= width * height) {
        return Err("lies outside the picture".to_owned());
    }
    let border = border_of(&mask.pixels, width);
    let covered = ((border[2] - border[0] + 1) * (border[3] - border[1] + 1)) as f64 / (width * height) as f64;
    if covered > recipe.most_of_image {
        return Err(format!("its 2D box covers {:.0} % of the picture", 100.0 * covered));
    }
    let points: Vec<Vec3> =
        mask.pixels.iter().filter_map(|pixel| Some(world_from_camera.apply(picture.point(*pixel)?))).collect();
    if points.len() < recipe.least_points {
        return Err(format!("has {} pixels with depth, fewer than {}", points.len(), recipe.least_points));
    }
    let kept: Vec<Vec3> = clean(&points, recipe).into_iter().map(|at| points[at]).collect();
    if kept.len() < recipe.least_clean_points {
        return Err(format!("has {} points after cleaning, fewer than {}", kept.len(), recipe.least_clean_points));
    }
    let sigma = picture.side_sigma_m(median_depth(&kept, world_from_camera));
    let upright = upright_box(&kept, sigma).ok_or_else(|| "its points make no box".to_owned())?;
    let truncated = border[0] == 0 || border[1] == 0 || border[2] + 1 == width || border[3] + 1 == height;
    Ok(Thing { upright, points: [points.len(), kept.len()], truncated })
}

/// Left, top, right, bottom of the pixels of a mask that is not empty.
pub(crate) fn border_of(pixels: &[usize], width: usize) -> [usize; 4] {
    pixels.iter().fold([usize::MAX, usize::MAX, 0, 0], |[left, top, right, bottom], pixel| {
        let (x, y) = (pixel % width, pixel / width);
        [left.min(x), top.min(y), right.max(x), bottom.max(y)]
    })
}

/// Median depth of points of the world.
pub(crate) fn median_depth(points: &[Vec3], world_from_camera: &RigidTransform) -> f64 {
    let camera_from_world = world_from_camera.inverse();
    let mut depths: Vec<f64> = points.iter().map(|p| camera_from_world.apply(*p).z).collect();
    depths.sort_by(f64::total_cmp);
    depths.get(depths.len() / 2).copied().unwrap_or(0.0)
}
