//! `isovist doctor`: is a scene in the conventions that it claims?

use std::{
    error::Error,
    fs,
    io::{Write as _, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use doctor::{Diagnosis, DoctorError, examine, load_pictures};
use scene::{Scene, file::SCENE_FILE};

use crate::open::open_scene;

/// Look for wrong conventions in a scene: poses, axes, units, intrinsics, boxes, times.
///
/// Pictures, poses, boxes, gravity and usual sizes are held against each other, as given and with each known fault
/// undone. A fault is named with its confidence, its fix and the evidence before and after; where the data are
/// symmetric in it, it is called undecidable; where nothing could show it, not examined. Exit status: 0 if nothing
/// speaks against the data, 1 otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct DoctorArgs {
    /// Scene folder, scene.json, built-in scene, or folder of scene folders
    scene: String,
    /// Print JSON, a line a scene
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist doctor scenes/adt_kitchen
  isovist doctor flats/ --json";

/// Runs the command.
pub(crate) fn run(args: &DoctorArgs) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = stdout().lock();
    let mut healthy = true;
    for place in places(&args.scene)? {
        let scene = open_scene(&place)?;
        let diagnosis = diagnose(&scene, folder_of(&place).as_deref())?;
        healthy &= diagnosis.is_healthy();
        if args.json {
            writeln!(out, "{}", serde_json::to_string(&diagnosis)?)?;
        } else {
            write!(out, "{diagnosis}")?;
        }
    }
    Ok(ExitCode::from(u8::from(!healthy)))
}

/// What the doctor says of a scene whose images lie in a folder.
pub(crate) fn diagnose(scene: &Scene, folder: Option<&Path>) -> Result<Diagnosis, DoctorError> {
    let pictures = folder.map_or_else(|| Ok(Vec::new()), |folder| load_pictures(scene, folder))?;
    Ok(examine(scene, pictures))
}

/// The scenes that a name or path stands for: itself, or the scene folders in a folder.
fn places(given: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let path = Path::new(given);
    if scene::builtin::open(given).is_some() || !path.is_dir() || path.join(SCENE_FILE).is_file() {
        return Ok(vec![given.to_owned()]);
    }
    let mut folders: Vec<PathBuf> =
        fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    folders.retain(|folder| folder.join(SCENE_FILE).is_file());
    folders.sort();
    if folders.is_empty() {
        return Err(
            format!("{given}: holds no scene (hint: give a scene's folder, or a folder of such folders)").into()
        );
    }
    Ok(folders.into_iter().map(|folder| folder.to_string_lossy().into_owned()).collect())
}

/// The folder of a scene's images; none for a built-in scene.
fn folder_of(place: &str) -> Option<PathBuf> {
    if scene::builtin::open(place).is_some() {
        return None;
    }
    let path = Path::new(place);
    Some(crate::open::folder_of(path).to_owned())
}
