//! `isovist scenes`: list, show, export and pack scenes.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{Write as _, stderr, stdout},
    path::{Path, PathBuf},
};

use ingest::{Content, SceneFile};
use scene::{Scene, builtin, scene_sha256, write_pack, write_scene};
use serde::Serialize;

use crate::{
    import::{is_there, write_files},
    open::{open_scene, open_scenes},
};

/// List, show, export and pack scenes.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct ScenesArgs {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  isovist scenes ls
  isovist scenes show kitchen --objects | grep vase
  isovist scenes export kitchen -o scenes/";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List scenes: the built-in ones, or those in folders
    Ls {
        /// Folders of scenes; the built-in scenes if none is given
        paths: Vec<String>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what is in a scene
    Show {
        /// Built-in name, scene folder or scene.json
        scene: String,
        /// List every object: number, name, label, centre and size
        #[arg(long)]
        objects: bool,
        /// Print JSON
        #[arg(long, conflicts_with = "objects")]
        json: bool,
    },
    /// Write a scene as a folder of its own name with its scene.json and the images of its frames
    Export {
        /// Built-in name, scene folder or scene.json
        scene: String,
        /// Where to make the folder
        #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
        output: PathBuf,
        /// Replace a scene that is there already and differs
        #[arg(long)]
        force: bool,
    },
    /// Write scenes into one pack file, the form in which the built-in ones are kept
    Pack {
        /// Built-in names, scene folders or folders of scenes
        #[arg(required = true)]
        scenes: Vec<String>,
        /// The pack to write; `-`: standard output
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

/// What a list says of one scene.
#[derive(Debug, Serialize)]
struct Line {
    id: String,
    dataset: String,
    objects: usize,
    labels: usize,
    area_m2: Option<f64>,
}

/// What is said of one scene.
#[derive(Debug, Serialize)]
struct Sheet<'a> {
    #[serde(flatten)]
    line: Line,
    sha256: String,
    source: &'a scene::Provenance,
    noise: &'a scene::NoiseModel,
    floor_height_m: Option<f64>,
    ceiling_height_m: Option<f64>,
    points: usize,
    boxes_of_label: BTreeMap<&'a str, usize>,
    declared_counts: &'a BTreeMap<String, u32>,
}

impl Line {
    fn of(scene: &Scene) -> Self {
        let room = scene.room();
        Self {
            id: scene.id().to_owned(),
            dataset: scene.parts().source.dataset.clone(),
            objects: scene.objects().len(),
            labels: labels(scene).len(),
            area_m2: room.floor.as_ref().map(scene::geometry::Polygon::area_m2).or(room.declared_area_m2),
        }
    }
}

fn labels(scene: &Scene) -> BTreeMap<&str, usize> {
    let mut labels = BTreeMap::new();
    for object in scene.objects() {
        *labels.entry(object.label.as_str()).or_default() += 1;
    }
    labels
}

/// Runs the command.
pub(crate) fn run(args: ScenesArgs) -> Result<(), Box<dyn Error>> {
    match args.command {
        Command::Ls { paths, json } => list(&paths, json),
        Command::Show { scene, objects: true, .. } => objects(&open_scene(&scene)?),
        Command::Show { scene, json, .. } => show(&open_scene(&scene)?, json),
        Command::Export { scene, output, force } => {
            let (scene, files) = with_images(&scene)?;
            let dir = output.join(scene.id());
            if !is_there(&dir, &scene, force)? {
                write_files(&files, &dir)?;
                write_scene(&scene, &dir)?;
            }
            say_missing(&scene, &dir)?;
            Ok(writeln!(stdout(), "{}", dir.join(scene::file::SCENE_FILE).display())?)
        }
        Command::Pack { scenes, output } => {
            let mut opened = Vec::new();
            for scene in &scenes {
                opened.extend(open_scenes(scene)?);
            }
            let bytes = write_pack(&opened)?;
            crate::output::write(&output, &bytes)?;
            let (count, sha256) = (opened.len(), scene::file::sha256_hex(&bytes));
            let mut out = crate::output::words_beside(Some(&output));
            Ok(writeln!(out, "{}: {count} scenes, {} bytes, sha256 {sha256}", output.display(), bytes.len())?)
        }
    }
}

/// A scene and the images of its frames.
fn with_images(name_or_path: &str) -> Result<(Scene, Vec<SceneFile>), Box<dyn Error>> {
    let scene = open_scene(name_or_path)?;
    let built_in =
        |(path, bytes): &(&str, &[u8])| SceneFile { path: (*path).to_owned(), content: Content::Made(bytes.to_vec()) };
    let files = match builtin::open(name_or_path) {
        Some(_) if name_or_path == builtin::KITCHEN => builtin::KITCHEN_IMAGES.iter().map(built_in).collect(),
        Some(_) => Vec::new(),
        None => ingest::canonical::read(Path::new(name_or_path))?.files.remove(scene.id()).unwrap_or_default(),
    };
    Ok((scene, files))
}

/// Says which images the frames of a scene name that are not in its folder.
fn say_missing(scene: &Scene, folder: &Path) -> std::io::Result<()> {
    let named = scene.frames().iter().flat_map(|frame| frame.images().map(|(_, image)| image.file.as_str()));
    let missing: Vec<&str> = named.filter(|file| !folder.join(file).is_file()).collect();
    match missing.first() {
        Some(first) => writeln!(
            stderr(),
            "{}: {} images that its frames name are not there, such as {first} (hint: import the scene's source with its frames)",
            scene.id(),
            missing.len()
        ),
        None => Ok(()),
    }
}

fn list(paths: &[String], json: bool) -> Result<(), Box<dyn Error>> {
    let mut lines = Vec::new();
    if paths.is_empty() {
        for name in builtin::names() {
            lines.push(Line::of(&open_scene(name)?));
        }
    }
    for path in paths {
        lines.extend(open_scenes(path)?.iter().map(Line::of));
    }
    let mut out = stdout().lock();
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&lines)?)?);
    }
    let width = lines.iter().map(|line| line.id.len()).max().unwrap_or(0).max("scene".len());
    writeln!(out, "{:width$}  {:>7}  {:>6}  {:>8}  data set", "scene", "objects", "labels", "area m2")?;
    for Line { id, dataset, objects, labels, area_m2 } in &lines {
        let area = area_m2.map_or("-".to_owned(), |area| format!("{area:.1}"));
        writeln!(out, "{id:width$}  {objects:>7}  {labels:>6}  {area:>8}  {dataset}")?;
    }
    Ok(())
}

/// Tilt up to which a box has a width, a depth and a height, as for questions.
const MOST_TILT_RAD: f64 = 10.0 * std::f64::consts::PI / 180.0;

/// Every object on a line of its own.
fn objects(scene: &Scene) -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    writeln!(
        out,
        "{:>6}  {:<36} {:<24} {:^23}   width, depth, height m",
        "number", "name", "label", "centre x, y, z m"
    )?;
    for object in scene.objects() {
        let centre = object.bounds.centre();
        let (size, tilted) = match object.bounds.upright_sides_m(MOST_TILT_RAD) {
            Some(sides) => (sides, ""),
            None => (object.bounds.extents().to_array(), "  tilted: of its own axes"),
        };
        writeln!(
            out,
            "{:>6}  {:<36} {:<24} {:>7.2} {:>7.2} {:>7.2}   {:>6.2} {:>6.2} {:>6.2}{tilted}",
            object.id.to_string(),
            object.title(),
            object.label,
            centre.x,
            centre.y,
            centre.z,
            size[0],
            size[1],
            size[2]
        )?;
    }
    Ok(())
}

fn show(scene: &Scene, json: bool) -> Result<(), Box<dyn Error>> {
    let sheet = Sheet {
        line: Line::of(scene),
        sha256: scene_sha256(scene),
        source: &scene.parts().source,
        noise: scene.noise(),
        floor_height_m: scene.room().floor_height_m,
        ceiling_height_m: scene.room().ceiling_height_m,
        points: scene.parts().points.len(),
        boxes_of_label: labels(scene),
        declared_counts: &scene.parts().declared_counts,
    };
    let mut out = stdout().lock();
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&sheet)?)?);
    }
    let metres = |value: Option<f64>| value.map_or("unknown".to_owned(), |value| format!("{value:.2} m"));
    writeln!(out, "{}", sheet.line.id)?;
    writeln!(out, "  sha256   {}", sheet.sha256)?;
    writeln!(out, "  source   {} ({})", sheet.source.dataset, sheet.source.licence)?;
    if !sheet.source.attribution.is_empty() {
        writeln!(out, "           {}", sheet.source.attribution)?;
    }
    for converted in &sheet.source.converted {
        writeln!(out, "           {converted}")?;
    }
    let noise = sheet.noise;
    writeln!(
        out,
        "  noise    position {} m, size {} m, yaw {:.2} deg, area {} %",
        noise.position_m,
        noise.size_m,
        noise.yaw_rad.to_degrees(),
        noise.area_relative * 100.0
    )?;
    let area = sheet.line.area_m2.map_or("unknown".to_owned(), |area| format!("{area:.2} m2"));
    writeln!(
        out,
        "  room     area {area}, floor at {}, ceiling at {}",
        metres(sheet.floor_height_m),
        metres(sheet.ceiling_height_m)
    )?;
    if sheet.points > 0 {
        writeln!(out, "  points   {}", sheet.points)?;
    }
    writeln!(out, "  objects  {} of {} labels", sheet.line.objects, sheet.line.labels)?;
    for (label, count) in &sheet.boxes_of_label {
        match sheet.declared_counts.get(*label) {
            Some(declared) if *declared as usize != *count => {
                writeln!(out, "    {count:>5}  {label}  (the source declares {declared})")?;
            }
            _ => writeln!(out, "    {count:>5}  {label}")?,
        }
    }
    Ok(())
}
