//! `isovist import`: a published layout becomes scene folders, with a report of what was done.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    io::{self, Write as _, stderr, stdout},
    num::NonZeroUsize,
    path::{Path, PathBuf},
};

use clap::builder::PossibleValuesParser;
use doctor::Diagnosis;
use ingest::{Content, Import, READERS, Report, SceneFile, Up, reader};
use rayon::prelude::*;
use render::{Options, sighted_by};
use scene::{Scene, SceneParts, read_scene, scene_sha256, write_scene};
use serde::Serialize;

use crate::doctor::diagnose;

/// Turn a published layout into scene folders.
#[derive(Debug, clap::Args)]
#[command(after_help = readers_help())]
pub(crate) struct ImportArgs {
    /// Which layout it is; see the list below
    #[arg(value_parser = PossibleValuesParser::new(READERS.iter().map(|reader| reader.name)), hide_possible_values = true)]
    reader: String,
    /// The layout's folder or file
    path: PathBuf,
    /// Folder in which every scene gets a folder of its own
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
    output: PathBuf,
    /// Name for the scene, where there is only one
    #[arg(long, value_name = "NAME")]
    id: Option<String>,
    #[command(flatten)]
    options: LayoutOptions,
    /// Replace scenes that are there already and differ
    #[arg(long)]
    force: bool,
    /// Do not look for wrong conventions in what was read
    #[arg(long)]
    no_doctor: bool,
    /// Print the report and the scenes as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// What the files of a layout do not say; each reader takes some of these.
#[derive(Debug, clap::Args)]
struct LayoutOptions {
    /// Metres that one step of a stored depth stands for, such as 0.001
    #[arg(long, value_name = "METRES")]
    depth_scale: Option<f64>,
    /// Metres that one unit of the layout's world stands for, where it states none
    #[arg(long, value_name = "METRES")]
    scale: Option<f64>,
    /// Take every N-th frame only
    #[arg(long, value_name = "N")]
    stride: Option<NonZeroUsize>,
    /// The camera: fr1, fr2, fr3, or a file of intrinsics
    #[arg(long, value_name = "NAME|FILE")]
    camera: Option<String>,
    /// Which axis of the layout's world is up: y, -y, z or -z
    #[arg(long, value_name = "AXIS", allow_hyphen_values = true, value_parser = PossibleValuesParser::new(Up::ALL.map(|(name, _)| name)))]
    up: Option<String>,
}

impl LayoutOptions {
    fn answers(self) -> ingest::Options {
        let up = self.up.and_then(|given| Up::ALL.iter().find(|(name, _)| *name == given).map(|(_, up)| *up));
        ingest::Options {
            depth_scale_m: self.depth_scale,
            scale_m: self.scale,
            stride: self.stride,
            camera: self.camera,
            up,
        }
    }
}

/// Why an import that could be read was not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ImportError {
    #[error("{}: a different scene is there already (hint: --force replaces it)", .0.display())]
    Exists(PathBuf),
    #[error("two scenes are called {0:?} (hint: import them into different folders)")]
    Duplicate(String),
    #[error("--id {id:?} names one scene, but {count} were read (hint: leave it out)")]
    OneName { id: String, count: usize },
    #[error("no reader {0:?} (hint: `isovist import --help` lists them)")]
    Reader(String),
}

/// One scene of the import, for `--json`.
#[derive(Debug, Serialize)]
struct Written {
    id: String,
    folder: PathBuf,
    objects: usize,
    points: usize,
    sha256: String,
    /// Whether the same scene was there already.
    unchanged: bool,
}

#[derive(Debug, Serialize)]
struct Summary<'a> {
    reader: &'a str,
    report: &'a Report,
    scenes: &'a [Written],
    /// What the doctor says of scenes that are not as they should be.
    doctor: Vec<Diagnosis>,
}

fn readers_help() -> String {
    let mut help = "Readers:\n".to_owned();
    for reader in READERS {
        // Writing to a String cannot fail.
        let _ = writeln!(help, "  {:<10} {}\n  {:<10} PATH: {}", reader.name, reader.summary, "", reader.expects);
        if !reader.options().is_empty() {
            let _ = writeln!(help, "  {:<10} takes --{}", "", reader.options().join(", --"));
        }
    }
    help
}

/// Runs the command.
pub(crate) fn run(args: ImportArgs) -> Result<(), Box<dyn Error>> {
    let chosen = reader(&args.reader).ok_or_else(|| ImportError::Reader(args.reader.clone()))?;
    let Import { mut scenes, mut files, mut scans, report } = chosen.read_with(&args.path, &args.options.answers())?;
    if let Some(id) = args.id {
        let scene = renamed(scenes, id)?;
        files = files.into_values().map(|files| (scene.id().to_owned(), files)).collect();
        scans = scans.into_values().map(|scan| (scene.id().to_owned(), scan)).collect();
        scenes = vec![scene];
    }
    let mut written = plan(&scenes, &args.output, args.force)?;
    for (scene, written) in scenes.iter().zip(&mut written) {
        if !written.unchanged {
            write_files(files.get(scene.id()).map_or(&[], Vec::as_slice), &written.folder)?;
            let scene = sighted_by(scene, &written.folder, scans.get(scene.id()), &Options::default())?;
            write_scene(&scene, &written.folder)?;
            written.sha256 = scene_sha256(&scene);
        }
    }
    let faulty = if args.no_doctor { Vec::new() } else { faulty(&scenes, &written)? };
    if args.json {
        let summary = Summary { reader: chosen.name, report: &report, scenes: &written, doctor: faulty };
        return Ok(writeln!(stdout(), "{}", serde_json::to_string_pretty(&summary)?)?);
    }
    write!(stderr(), "{report}")?;
    for diagnosis in &faulty {
        for finding in &diagnosis.findings {
            write!(stderr(), "doctor    {}: {finding}", diagnosis.scene)?;
        }
        for words in &diagnosis.unexplained {
            writeln!(stderr(), "doctor    {}: {words}", diagnosis.scene)?;
        }
    }
    let unchanged = written.iter().filter(|written| written.unchanged).count();
    let objects: usize = written.iter().map(|written| written.objects).sum();
    let new = written.len() - unchanged;
    let output = args.output.display();
    Ok(writeln!(
        stdout(),
        "{output}: {new} scenes written, {unchanged} there already; {objects} objects, {} refused",
        report.refused.len()
    )?)
}

/// What the doctor says of the scenes, as written, that are not as they should be. Images that cannot be used are no
/// reason to refuse what is written already: they are said and passed over.
fn faulty(scenes: &[Scene], written: &[Written]) -> Result<Vec<Diagnosis>, Box<dyn Error>> {
    let mut faulty = Vec::new();
    for (scene, written) in scenes.iter().zip(written) {
        match diagnose(scene, Some(&written.folder)) {
            Ok(diagnosis) if diagnosis.is_healthy() => {}
            Ok(diagnosis) => faulty.push(diagnosis),
            Err(error) => writeln!(stderr(), "doctor    {}: not examined: {error}", scene.id())?,
        }
    }
    Ok(faulty)
}

/// Writes the images of a scene into its folder, before the scene that names them.
pub(crate) fn write_files(files: &[SceneFile], folder: &Path) -> Result<(), Box<dyn Error>> {
    for image in files {
        let file = folder.join(&image.path);
        let place = file.parent().unwrap_or(folder);
        fs::create_dir_all(place)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: cannot make: {error}", place.display())))?;
    }
    // A scene names its images by their hashes and is written after them: no file needs more care.
    let write = |image: &SceneFile| -> io::Result<()> {
        let file = folder.join(&image.path);
        let named =
            |error: io::Error| io::Error::new(error.kind(), format!("{}: cannot write: {error}", file.display()));
        match &image.content {
            Content::Copy(from) => fs::copy(from, &file).map(|_| ()).map_err(named),
            Content::Made(bytes) => fs::write(&file, bytes).map_err(named),
        }
    };
    Ok(files.par_iter().map(write).collect::<Vec<_>>().into_iter().collect::<io::Result<()>>()?)
}

fn renamed(scenes: Vec<Scene>, id: String) -> Result<Scene, Box<dyn Error>> {
    let count = scenes.len();
    let mut scenes = scenes.into_iter();
    let (Some(scene), None) = (scenes.next(), scenes.next()) else {
        return Err(ImportError::OneName { id, count }.into());
    };
    let mut parts = scene.into_parts();
    parts.id = id;
    Ok(Scene::new(parts)?)
}

/// Whether this scene is in the folder already, whatever sightings either holds; an error if another is, unless it may
/// be replaced.
pub(crate) fn is_there(folder: &Path, scene: &Scene, force: bool) -> Result<bool, ImportError> {
    let unchanged = read_scene(folder).is_ok_and(|old| unseen(old.parts()) == unseen(scene.parts()));
    if !unchanged && !force && folder.join(scene::file::SCENE_FILE).exists() {
        return Err(ImportError::Exists(folder.to_owned()));
    }
    Ok(unchanged)
}

/// The data of a scene without its sightings, which follow from the rest.
fn unseen(parts: &SceneParts) -> SceneParts {
    let mut parts = parts.clone();
    parts.frames.iter_mut().for_each(|frame| frame.sightings = None);
    parts
}

/// Checks every target before anything is written, so that an import is refused as a whole.
fn plan(scenes: &[Scene], output: &Path, force: bool) -> Result<Vec<Written>, ImportError> {
    let mut planned: Vec<Written> = Vec::with_capacity(scenes.len());
    for scene in scenes {
        let (id, folder, sha256) = (scene.id().to_owned(), output.join(scene.id()), scene_sha256(scene));
        if planned.iter().any(|other| other.id == id) {
            return Err(ImportError::Duplicate(id));
        }
        let unchanged = is_there(&folder, scene, force)?;
        let (objects, points) = (scene.objects().len(), scene.parts().points.len());
        planned.push(Written { id, folder, objects, points, sha256, unchanged });
    }
    Ok(planned)
}
