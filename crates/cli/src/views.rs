//! `isovist views`: the frames that show best what a question is about, and views that nobody has taken.

use std::{
    collections::BTreeMap,
    error::Error,
    fs,
    io::{Write as _, stdout},
    path::{Path, PathBuf},
};

use question::subjects;
use render::{
    Body, Buffers, Chosen, NOTHING, Options, Paint, Scores, Sensors, Shape, Sighting, Weights, choose_views,
    colour_png, draw, novel_views, scene_bodies, sightings,
};
use scene::{
    Frame, ObjectId, Scene, builtin, disk,
    geometry::{Camera, RigidTransform},
};

use crate::{
    ask::read,
    open::{folder_of, open_scene},
};

/// Choose the frames that show best what a question is about.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ViewsArgs {
    /// Name of a built-in scene, scene folder or scene.json, with frames
    scene: String,
    /// The question
    #[arg(long, value_name = "TEXT")]
    question: String,
    /// Most frames
    #[arg(long, default_value_t = 6, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    k: u16,
    /// Let drawn views compete: around the objects, from above, from each object. They show the boxes and points of the scene, which holds no meshes
    #[arg(long)]
    novel: bool,
    /// JSON object from frames to `text_to_3d`, `image_to_3d`, `clip`: cosines of your models, weighed as 3D-R1 does
    #[arg(long, value_name = "FILE")]
    scores: Option<PathBuf>,
    /// Folder for the pictures of the chosen frames
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
    output: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist views kitchen --question \"How far is the white vase from the fridge?\" --k 3
  isovist views flats/flat-1-000000 --question \"How many dining chairs are there?\" --novel -o views/";

/// Why no frame is chosen.
#[derive(Debug, thiserror::Error)]
enum ViewsError {
    #[error("the question speaks of no object of the scene, so that no frame shows more of it than another")]
    NoSubject,
    #[error("{0}: no frame shows any of what the question is about (hint: --novel draws views that do)")]
    NothingShown(String),
    #[error("{}: {source} (hint: an object from frame names to scores)", file.display())]
    Scores { file: PathBuf, source: serde_json::Error },
}

/// Runs the command.
pub(crate) fn run(args: &ViewsArgs) -> Result<(), Box<dyn Error>> {
    let scene = open_scene(&args.scene)?;
    let question = read(&scene, &args.question)?.question;
    let objects: Vec<ObjectId> =
        subjects(&scene, &question).0.into_iter().map(|position| scene.objects()[position].id).collect();
    if objects.is_empty() {
        return Err(ViewsError::NoSubject.into());
    }
    let mut frames = scene.frames().to_vec();
    if args.novel {
        for mut frame in novel_views(&scene, &objects)? {
            frame.sightings = Some(seen(&scene, &frame)?);
            frames.push(frame);
        }
    }
    let scores: BTreeMap<String, Scores> = match &args.scores {
        None => BTreeMap::new(),
        Some(file) => serde_json::from_str(&disk::read_text(file)?)
            .map_err(|source| ViewsError::Scores { file: file.clone(), source })?,
    };
    let weights = Weights::default();
    let utility = |frame: &str| scores.get(frame).map_or(0.0, |scores| weights.utility(scores));
    let chosen = choose_views(&frames, &objects, usize::from(args.k), utility);
    if chosen.is_empty() {
        return Err(ViewsError::NothingShown(args.scene.clone()).into());
    }
    if let Some(folder) = &args.output {
        for view in &chosen {
            if let Some(frame) = frames.iter().find(|frame| frame.name == view.frame) {
                write_picture(args, &scene, frame, folder)?;
            }
        }
    }
    let mut out = stdout().lock();
    if args.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&chosen)?)?);
    }
    for Chosen { frame, gain, coverage, .. } in &chosen {
        let whole: f64 = coverage.iter().sum();
        let shown = coverage.iter().filter(|part| **part >= scene::LEAST_VISIBLE).count();
        writeln!(out, "{frame:<32} adds {gain:.2}; so far {whole:.2} of {} objects, {shown} visible", objects.len())?;
    }
    Ok(())
}

/// What a drawn view would show of each box.
fn seen(scene: &Scene, frame: &Frame) -> Result<Vec<Sighting>, Box<dyn Error>> {
    let Some(pose) = frame.pose.world_from_camera() else { return Ok(Vec::new()) };
    let bodies = scene_bodies(scene);
    Ok(sightings(&bodies, &frame.camera, pose, Sensors::default(), &Options::default())?)
}

/// The photograph of a frame, or a drawing of what the scene holds where nobody has taken one.
fn write_picture(args: &ViewsArgs, scene: &Scene, frame: &Frame, folder: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(folder)?;
    if let Some(photograph) = &frame.colour {
        let file = folder_of(Path::new(&args.scene)).join(&photograph.file);
        let bytes = match builtin_image(args, &photograph.file) {
            None if file.is_file() => Some(disk::read_bytes(&file)?),
            embedded => embedded.map(<[u8]>::to_vec),
        };
        if let Some(bytes) = bytes {
            let ending = photograph.file.rsplit_once('.').map_or("png", |(_, ending)| ending);
            return Ok(disk::replace(&folder.join(format!("{}.{ending}", frame.name)), &bytes)?);
        }
    }
    let Some(pose) = frame.pose.world_from_camera() else { return Ok(()) };
    let buffers = drawing(scene, &frame.camera, pose);
    Ok(disk::replace(&folder.join(format!("{}.png", frame.name)), &colour_png(&buffers)?)?)
}

/// The number of the scene's points in a drawing.
const POINTS: u32 = NOTHING - 1;

/// Everything that a scene holds: its boxes, and its points where no box hides them.
fn drawing(scene: &Scene, camera: &Camera, world_from_camera: &RigidTransform) -> Buffers {
    let boxes = scene_bodies(scene).into_iter().map(|body| Body { colour: colour(body.id), ..body });
    let points = Body { id: POINTS, colour: [120; 3], shape: Shape::Points(&scene.parts().points) };
    let bodies: Vec<Body> = boxes.chain([points]).collect();
    draw(&bodies, camera, world_from_camera, Paint::Lambert)
}

/// An image of the kitchen that is in the binary, if that is the scene.
fn builtin_image(args: &ViewsArgs, file: &str) -> Option<&'static [u8]> {
    let own = args.scene == builtin::KITCHEN;
    let image = builtin::KITCHEN_IMAGES.iter().find(|(name, _)| own && *name == file)?;
    Some(image.1)
}

/// Colours that tell neighbours in number apart.
fn colour(id: u32) -> [u8; 3] {
    let turn = |by: u32| 80 + (id.wrapping_mul(by) % 150) as u8;
    [turn(67), turn(131), turn(197)]
}

#[cfg(test)]
mod tests {
    use scene::geometry::Vec3;

    use super::*;

    #[test]
    fn drawings_show_boxes_and_points() {
        let mut parts = open_scene(builtin::KITCHEN).unwrap().into_parts();
        let frame = parts.frames[0].clone();
        let pose = frame.pose.world_from_camera().unwrap();
        // Before everything, in the middle of the picture.
        parts.points = vec![pose.apply(Vec3::new(0.0, 0.0, 0.2)).to_array().map(|value| value as f32)];
        let scene = Scene::new(parts).unwrap();
        let drawn = drawing(&scene, &frame.camera, pose);
        let count = |wanted: &dyn Fn(u32) -> bool| drawn.id.iter().filter(|id| wanted(**id)).count();
        assert_eq!(count(&|id| id == POINTS), 1);
        assert!(count(&|id| id != POINTS && id != NOTHING) > 1000);
    }
}
