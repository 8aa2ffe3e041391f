//! `isovist lift`: a picture with depth and masks becomes a scene; what stands on a floor, from many pictures.

use std::{
    collections::BTreeMap,
    error::Error,
    ffi::OsStr,
    fs,
    io::{Write as _, stdout},
    path::{Path, PathBuf},
};

use ingest::npy::{Array, read_npy};
use lift::{BoxNumbers, DepthNoise, Gravity, Labels, Picture, Posed, Recipe, above_floor, lift_picture, masks_from};
use render::{Image, depth_image, grey_16, rgb};
use scene::{Object, ObjectId, Scene, disk, geometry::Vec3, read_scene, write_scene};
use serde_json::json;

use crate::import::is_there;

/// Make a scene of a picture with depth and masks.
///
/// Each mask becomes an oriented box: points of its pixels without outliers, the largest cluster, the upright box of the
/// smallest area. Boxes end where points end; how far their sides may be off is stated. Pictures that are mostly pure
/// white, pure black or without depth are refused.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LiftArgs {
    /// Depth along the optical axis: 16-bit grey PNG, 0 where unknown
    #[arg(long, value_name = "PNG", requires = "intrinsics", required_unless_present_any = ["points", "above_floor"])]
    depth: Option<PathBuf>,
    /// Metres of one step of the depth
    #[arg(long, default_value_t = 0.001, value_name = "M")]
    depth_scale: f64,
    /// Focal lengths and principal point, pixels; the centre of the top-left pixel is (0.5, 0.5)
    #[arg(long, value_name = "FX,FY,CX,CY", value_parser = numbers::<4>, allow_hyphen_values = true)]
    intrinsics: Option<[f64; 4]>,
    /// Point map in place of depth and intrinsics: .npy of shape (height, width, 3), metres, camera axes
    #[arg(long, value_name = "NPY", conflicts_with_all = ["depth", "intrinsics"])]
    points: Option<PathBuf>,
    /// Masks: PNG of numbers, COCO JSON, or JSON list of `{"box_px": [left, top, right, bottom], "label": "chair"}`
    #[arg(long, value_name = "FILE", required_unless_present = "above_floor")]
    masks: Option<PathBuf>,
    /// Labels of the numbers of a PNG
    #[arg(long, value_name = "1=chair,2=table", value_delimiter = ',', value_parser = label)]
    labels: Vec<(u32, String)>,
    /// Which image of a COCO file it is, where it has several
    #[arg(long, value_name = "ID")]
    coco_image: Option<u64>,
    /// The picture: JPEG or PNG of the depth's size
    #[arg(long, value_name = "FILE")]
    image: Option<PathBuf>,
    /// Direction of gravity, camera axes (0,1,0 for an upright camera); otherwise the floor must be seen
    #[arg(long, value_name = "X,Y,Z", value_parser = numbers::<3>, allow_hyphen_values = true)]
    gravity: Option<[f64; 3]>,
    /// Standard deviation of depth as a share of it; otherwise that of structured light, or 0.05 for a point map
    #[arg(long, value_name = "SHARE")]
    depth_noise: Option<f64>,
    /// Scene with posed depth images: find the one thing that stands on its floor, in each frame and in all together
    #[arg(long, value_name = "SCENE", conflicts_with_all = ["depth", "points", "masks", "image", "gravity"])]
    above_floor: Option<PathBuf>,
    /// Label of that thing
    #[arg(long, default_value = "object", requires = "above_floor")]
    label: String,
    /// Folder of the scene; its last part is the scene's name
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder(), required_unless_present = "above_floor")]
    output: Option<PathBuf>,
    /// Replace a different scene that is there
    #[arg(long)]
    force: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist lift --depth depth.png --intrinsics 525,525,320,240 --masks ids.png --labels 1=chair -o scenes/desk
  isovist lift --points moge.npy --masks coco.json --image photo.jpg -o scenes/photo
  isovist lift --above-floor scenes/tum_fr3_cabinet --label cabinet";

/// Numbers with commas between them.
fn numbers<const N: usize>(text: &str) -> Result<[f64; N], String> {
    let numbers: Option<Vec<f64>> =
        text.split(',').map(|number| number.trim().parse().ok().filter(|number: &f64| number.is_finite())).collect();
    numbers
        .and_then(|numbers| numbers.try_into().ok())
        .ok_or_else(|| format!("write {N} numbers with commas between them"))
}

/// `3=office chair`.
fn label(text: &str) -> Result<(u32, String), String> {
    let (number, label) = text.split_once('=').ok_or("write NUMBER=LABEL")?;
    if label.trim().is_empty() || label.contains(['=', ';']) {
        return Err(format!("{label:?} is no label (hint: commas part several, 1=chair,2=table)"));
    }
    Ok((number.trim().parse().map_err(|_| format!("{number:?} is no number"))?, label.to_owned()))
}

/// Runs the command.
pub(crate) fn run(args: &LiftArgs) -> Result<(), Box<dyn Error>> {
    if let Some(noise) = args.depth_noise
        && !(0.0..1.0).contains(&noise)
    {
        return Err(format!("--depth-noise {noise}: must be a share from 0 to 1").into());
    }
    match &args.above_floor {
        Some(place) => fused(args, place),
        None => single(args),
    }
}

fn single(args: &LiftArgs) -> Result<(), Box<dyn Error>> {
    let mut picture = match (&args.depth, args.intrinsics, &args.points) {
        (Some(depth), Some(intrinsics), _) => {
            if !(1e-6..=1.0).contains(&args.depth_scale) {
                return Err(format!("--depth-scale {}: must be 1e-6 to 1 metre", args.depth_scale).into());
            }
            let noise = args.depth_noise.map_or(DepthNoise::StructuredLight, DepthNoise::Relative);
            Picture::new(read_depth(depth, args.depth_scale)?, intrinsics, noise)?
        }
        (_, _, Some(points)) => {
            let (size, points) = read_points(points)?;
            Picture::from_point_map(size, &points, DepthNoise::Relative(args.depth_noise.unwrap_or(0.05)))?
        }
        _ => return Err("give --depth with --intrinsics, or --points".into()),
    };
    let (Some(output), Some(masks)) = (&args.output, &args.masks) else {
        return Err("give --masks and --output".into());
    };
    let size = [picture.camera.width_px(), picture.camera.height_px()];
    let mut colour_file = None;
    if let Some(file) = &args.image {
        let bytes = disk::read_bytes(file)?;
        let colour = rgb(file, &bytes)?;
        if [colour.width_px, colour.height_px] != size {
            let found = [colour.width_px, colour.height_px];
            return Err(render::ImageError::Size { file: file.clone(), found, expected: size }.into());
        }
        picture.colour = Some(colour);
        colour_file = Some((if bytes.starts_with(&[0xff, 0xd8]) { "jpg" } else { "png" }, bytes));
    }
    let labels: Labels = args.labels.iter().cloned().collect::<BTreeMap<u32, String>>();
    let masks = masks_from(masks, size, &labels, args.coco_image)?;
    let gravity = args.gravity.map_or(Gravity::Floor, |down| Gravity::Down(Vec3::from_array(down)));
    let lifted = lift_picture(name_of(output)?, &picture, &masks, gravity, &Recipe::default(), colour_file)?;
    write(&lifted.scene, &lifted.files, output, args.force)?;
    let mut out = stdout().lock();
    let boxes = lifted.objects.iter().zip(lifted.scene.objects());
    if args.json {
        let objects: Vec<_> = boxes
            .map(|(lifted, object)| json!({ "lifted": lifted, "centre_m": object.bounds.centre().to_array(), "extent_m": object.bounds.extents().to_array() }))
            .collect();
        let report = json!({ "objects": objects, "refused": lifted.refused, "noise": lifted.scene.noise() });
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?);
    }
    match lifted.floor {
        Some(floor) => writeln!(out, "floor     {:.0} % of the points", 100.0 * floor.share)?,
        None => writeln!(out, "floor     not seen; gravity as given")?,
    }
    for (lifted, object) in boxes {
        let (e, cut) = (object.bounds.extents(), if lifted.truncated { ", cut off by the border" } else { "" });
        let sigma = lifted.error.size_m;
        writeln!(
            out,
            "{:<5} {:<20} {:.2} x {:.2} x {:.2} m, sigma {sigma:.3} m, {} of {} points{cut}",
            lifted.id.to_string(),
            lifted.label,
            e.x,
            e.y,
            e.z,
            lifted.points[1],
            lifted.points[0]
        )?;
    }
    for refused in &lifted.refused {
        writeln!(out, "refused   {}: {}", refused.source, refused.reason)?;
    }
    Ok(writeln!(out, "{}: {} objects of {} masks", output.display(), lifted.objects.len(), masks.len())?)
}

/// A depth image, metres.
fn read_depth(file: &Path, scale_m: f64) -> Result<Image<f32>, Box<dyn Error>> {
    let steps = grey_16(file, &disk::read_bytes(file)?)?;
    let metres = |step: &u16| if *step == 0 { f32::NAN } else { (f64::from(*step) * scale_m) as f32 };
    let Image { width_px, height_px, pixels } = steps;
    Ok(Image { width_px, height_px, pixels: pixels.iter().map(metres).collect() })
}

/// Width and height in pixels, and the points of the camera frame row by row, metres.
type PointMap = ([u32; 2], Vec<[f32; 3]>);

fn read_points(file: &Path) -> Result<PointMap, Box<dyn Error>> {
    let Array { shape, values } = read_npy(file)?;
    let side = |at: usize| shape.get(at).and_then(|side| u32::try_from(*side).ok());
    match (side(1), side(0), shape.get(2), shape.len()) {
        (Some(width), Some(height), Some(3), 3) => {
            let point = |row: &[f64]| [row[0] as f32, row[1] as f32, row[2] as f32];
            Ok(([width, height], values.chunks_exact(3).map(point).collect()))
        }
        _ => Err(format!("{}: is of shape {shape:?}, must be (height, width, 3)", file.display()).into()),
    }
}

fn fused(args: &LiftArgs, place: &Path) -> Result<(), Box<dyn Error>> {
    let scene = read_scene(place)?;
    let folder = crate::open::folder_of(place);
    let noise = args.depth_noise.map_or(DepthNoise::StructuredLight, DepthNoise::Relative);
    let mut frames = Vec::new();
    for frame in scene.frames() {
        let (Some(pose), Some(depth_m)) = (frame.pose.world_from_camera(), depth_image(folder, frame)?) else {
            continue;
        };
        let picture = Picture { camera: frame.camera, depth_m, colour: None, noise };
        frames.push(Posed { name: frame.name.clone(), world_from_camera: *pose, picture });
    }
    let recipe = Recipe::default();
    let found = above_floor(&frames, scene.room().floor_height_m, &recipe, scene.id())?;
    if let Some(output) = &args.output {
        let mut parts = scene.clone().into_parts();
        let error = found.fused.error;
        name_of(output)?.clone_into(&mut parts.id);
        let id = ObjectId(parts.objects.last().map_or(1, |last| last.id.0.saturating_add(1)));
        let label = scene::normalise(&args.label);
        parts.objects.push(Object { id, label, names: Vec::new(), bounds: found.fused.bounds, front: None });
        parts.room.floor_height_m = Some(found.floor_m);
        parts.noise.position_m = parts.noise.position_m.max(error.position_m);
        parts.noise.size_m = parts.noise.size_m.max(error.size_m);
        parts.noise.yaw_rad = parts.noise.yaw_rad.max(error.yaw_rad);
        parts.source.converted.push(format!("{} lifted from what stands on the floor in all frames", args.label));
        let mut files = Vec::new();
        for frame in &parts.frames {
            for (_, image) in frame.images() {
                files.push((image.file.clone(), disk::read_bytes(&folder.join(&image.file))?));
            }
        }
        write(&Scene::new(parts)?, &files, output, args.force)?;
    }
    let mut out = stdout().lock();
    if args.json {
        let frames: Vec<_> = found
            .frames
            .iter()
            .map(|frame| {
                json!({ "frame": frame.frame, "box": frame.found.as_ref().map(BoxNumbers::from), "points": frame.points,
                        "truncated": frame.truncated, "is_fused_thing": frame.is_fused_thing })
            })
            .collect();
        let report = json!({ "floor_m": found.floor_m, "frames": frames, "fused": BoxNumbers::from(&found.fused), "voxels": found.voxels });
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?);
    }
    let numbers = |found: &lift::UprightBox| {
        let b = &found.bounds;
        let (c, e) = (b.centre(), b.extents());
        let yaw = b.yaw_rad().to_degrees();
        format!("centre {:.2} {:.2} {:.2}, {:.2} x {:.2} x {:.2} m, yaw {yaw:.0}°", c.x, c.y, c.z, e.x, e.y, e.z)
    };
    writeln!(out, "floor at {:.3} m", found.floor_m)?;
    for frame in &found.frames {
        let cut = if frame.truncated { ", cut off by the border" } else { "" };
        let elsewhere = if frame.is_fused_thing { "" } else { ", another thing" };
        match &frame.found {
            Some(found) => writeln!(out, "{:<8} {}{cut}{elsewhere}", frame.frame, numbers(found))?,
            None => writeln!(out, "{:<8} nothing stands on the floor", frame.frame)?,
        }
    }
    let (same, all) = (found.frames.iter().filter(|frame| frame.is_fused_thing).count(), found.frames.len());
    let error = found.fused.error;
    Ok(writeln!(
        out,
        "fused    {} ({same} of {all} frames; sigma {:.3} m of the centre, {:.3} m of the extents, {:.1}° of the yaw)",
        numbers(&found.fused),
        error.position_m,
        error.size_m,
        error.yaw_rad.to_degrees()
    )?)
}

/// The scene's name: the last part of its folder.
fn name_of(folder: &Path) -> Result<&str, Box<dyn Error>> {
    folder
        .file_name()
        .and_then(OsStr::to_str)
        .ok_or_else(|| format!("--output {}: has no name", folder.display()).into())
}

/// Writes images, then the scene that names them, unless the same is there.
fn write(scene: &Scene, files: &[(String, Vec<u8>)], folder: &Path, force: bool) -> Result<(), Box<dyn Error>> {
    if is_there(folder, scene, force)? {
        return Ok(());
    }
    for (path, bytes) in files {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|e| format!("{}: cannot be made: {e}", parent.display()))?;
        disk::replace(&file, bytes)?;
    }
    Ok(write_scene(scene, folder)?)
}
