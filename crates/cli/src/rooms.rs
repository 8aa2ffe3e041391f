//! `isovist rooms`: flats from nothing, written as scene folders; the kinds of things that stand in them.

use std::{
    collections::BTreeMap,
    error::Error,
    fs, io,
    io::{Write as _, stderr, stdout},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use rooms::{Flat, FlatConfig, GivenUp, Kind, Kinds, MAX_ROOMS, Reason, RoomsError, build_flat, flat_id};
use scene::{Scene, scene_sha256, write_scene};
use serde::Serialize;

use crate::{
    film::{Film, FilmError},
    output::manifest_place,
    progress,
};

/// Build rooms from nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RoomsArgs {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  isovist rooms build --n 20 --seed 1 -o flats/
  isovist rooms build --n 1000 --rooms 2..5 -o flats/ --force
  isovist rooms kinds";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Write flats as scene folders
    Build(BuildArgs),
    /// List the kinds of things that stand in flats
    Kinds {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

/// Write flats as scene folders, each exact by construction and filmed along walks through it.
///
/// The same seed writes the same bytes, whatever the number of threads. A manifest with hashes and counts is
/// written beside the folder.
#[derive(Debug, clap::Args)]
struct BuildArgs {
    /// Flats to build
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    n: u64,
    /// Number of the first flat; a flat is the same whatever else is built
    #[arg(long, default_value_t = 0, value_name = "N")]
    first: u64,
    /// Seed of the flats
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Rooms of a flat: least and most, or one number
    #[arg(long, default_value = "1..4", value_name = "RANGE", value_parser = range)]
    rooms: (usize, usize),
    /// Pictures of a flat, evenly spaced along its walks: colour, depth and instance images
    #[arg(long, default_value_t = 16, value_name = "N")]
    frames: usize,
    /// Width and height of a picture, pixels
    #[arg(long, default_value = "640x480", value_name = "WxH", value_parser = size)]
    size: [u32; 2],
    /// Threads; 0: one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Write into a folder that holds something, replacing flats of the same name; what else is there stays
    #[arg(long)]
    force: bool,
    /// Print the manifest on standard output
    #[arg(long)]
    json: bool,
    /// Where to make a folder a flat
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
    output: PathBuf,
}

/// Why flats were not written.
#[derive(Debug, thiserror::Error)]
enum BuildError {
    #[error("{}: not an empty folder (hint: --force writes into it, replacing flats of the same name)", .0.display())]
    NotEmpty(PathBuf),
    #[error("{}: no flat, so it is not replaced (hint: move it away)", .0.display())]
    NotAFlat(PathBuf),
    #[error("{}: could not {action}", .place.display())]
    Io { place: PathBuf, action: &'static str, source: io::Error },
    #[error("--first {first} and --n {n}: flat numbers end at 2^64 - 1")]
    Numbers { first: u64, n: u64 },
    #[error(transparent)]
    Rooms(#[from] RoomsError),
    #[error(transparent)]
    File(#[from] scene::FileError),
    #[error(transparent)]
    Film(#[from] FilmError),
    #[error(transparent)]
    Scene(#[from] scene::SceneError),
}

/// How the flats came to be; it names no machine, path or date.
#[derive(Debug, Serialize)]
struct Manifest {
    format: &'static str,
    version: u32,
    engine: &'static str,
    seed: u64,
    first: u64,
    flats: u64,
    rooms_per_flat: [usize; 2],
    rooms: usize,
    objects: usize,
    walks: usize,
    frames: usize,
    /// Objects, by kind; kinds that do not appear have 0.
    kinds: BTreeMap<&'static str, usize>,
    /// What was wanted and given up, by reason and kind.
    given_up: BTreeMap<Reason, BTreeMap<String, usize>>,
    /// Scene id → SHA-256 of its canonical file.
    scenes: BTreeMap<String, String>,
}

/// What is kept of a flat once it is written.
struct Written {
    id: String,
    sha256: String,
    rooms: usize,
    walks: usize,
    frames: usize,
    kinds: Vec<usize>,
    given_up: Vec<GivenUp>,
}

/// Runs the command.
pub(crate) fn run(args: &RoomsArgs) -> Result<(), Box<dyn Error>> {
    match &args.command {
        Command::Build(args) => build(args),
        Command::Kinds { json } => list(*json),
    }
}

/// `1..4` or `3`.
fn range(text: &str) -> Result<(usize, usize), String> {
    let (least, most) = text.split_once("..").unwrap_or((text, text));
    let number = |text: &str| text.trim().parse::<usize>().ok();
    match (number(least), number(most)) {
        (Some(least), Some(most)) if 0 < least && least <= most && most <= MAX_ROOMS => Ok((least, most)),
        _ => Err(format!("write a range within 1..{MAX_ROOMS}, such as 1..4, or one number")),
    }
}

/// `640x480`.
fn size(text: &str) -> Result<[u32; 2], String> {
    let side = |text: &str| text.parse().ok().filter(|side| (16..=4096).contains(side));
    text.split_once('x')
        .and_then(|(width, height)| Some([side(width)?, side(height)?]))
        .ok_or_else(|| "write width and height in pixels, 16 to 4096, such as 640x480".to_owned())
}

fn build(args: &BuildArgs) -> Result<(), Box<dyn Error>> {
    let kinds = Kinds::builtin()?;
    let film = Film { frames: args.frames, size_px: args.size };
    let config = FlatConfig { seed: args.seed, rooms: args.rooms };
    let end = args.first.checked_add(args.n).ok_or(BuildError::Numbers { first: args.first, n: args.n })?;
    let failed = |action| move |source| BuildError::Io { place: args.output.clone(), action, source };
    fs::create_dir_all(&args.output).map_err(failed("make the folder"))?;
    let is_empty = fs::read_dir(&args.output).map_err(failed("read the folder"))?.next().is_none();
    if !is_empty && !args.force {
        return Err(BuildError::NotEmpty(args.output.clone()).into());
    }
    // Every target is checked before anything is written.
    for flat in args.first..end {
        let place = args.output.join(flat_id(args.seed, flat));
        if !is_empty && place.exists() && !place.join(scene::file::SCENE_FILE).is_file() {
            return Err(BuildError::NotAFlat(place).into());
        }
    }
    let bar = progress::bar(args.n, "flats");
    let one = |flat: u64| -> Result<Written, BuildError> {
        let built = build_flat(kinds, &config, flat)?;
        let scene = write_whole(&built, film, &args.output)?;
        bar.inc(1);
        Ok(Written {
            id: scene.id().to_owned(),
            sha256: scene_sha256(&scene),
            frames: scene.frames().len(),
            rooms: built.rooms.len(),
            walks: built.walks.len(),
            kinds: built.items.iter().map(|item| item.kind).collect(),
            given_up: built.given_up,
        })
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let written: Result<Vec<Written>, _> = pool.install(|| (args.first..end).into_par_iter().map(one).collect());
    bar.finish_and_clear();
    let manifest = manifest(args, kinds, written?);
    let text = serde_json::to_string_pretty(&manifest)? + "\n";
    scene::file::replace(&manifest_place(&args.output), text.as_bytes())?;
    summary(&manifest)?;
    let mut out = stdout().lock();
    if args.json {
        return Ok(out.write_all(text.as_bytes())?);
    }
    Ok(writeln!(out, "{}: {} scenes written", args.output.display(), manifest.flats)?)
}

/// Films a flat and writes its folder under a temporary name that is renamed into place: it is there whole or not at
/// all.
fn write_whole(flat: &Flat, film: Film, shelf: &Path) -> Result<Scene, BuildError> {
    let place = shelf.join(flat.scene.id());
    let beside = shelf.join(format!(".{}.part", flat.scene.id()));
    let write = || -> Result<Scene, BuildError> {
        let failed = |action| {
            let place = place.clone();
            move |source| BuildError::Io { place, action, source }
        };
        if beside.exists() {
            fs::remove_dir_all(&beside).map_err(failed("remove the rest of a broken attempt at"))?;
        }
        let mut parts = flat.scene.parts().clone();
        parts.frames = film.shoot(flat, &beside)?;
        let scene = Scene::new(parts)?;
        write_scene(&scene, &beside)?;
        if place.exists() {
            fs::remove_dir_all(&place).map_err(failed("replace"))?;
        }
        fs::rename(&beside, &place).map_err(failed("write"))?;
        Ok(scene)
    };
    write().inspect_err(|_| {
        // The first error is the one to report; a leftover of a failed write is only litter.
        let _ = fs::remove_dir_all(&beside);
    })
}

fn manifest(args: &BuildArgs, kinds: &'static Kinds, written: Vec<Written>) -> Manifest {
    let mut manifest = Manifest {
        format: "isovist-rooms-manifest",
        version: 1,
        engine: env!("CARGO_PKG_VERSION"),
        seed: args.seed,
        first: args.first,
        flats: args.n,
        rooms_per_flat: [args.rooms.0, args.rooms.1],
        rooms: 0,
        objects: 0,
        walks: 0,
        frames: 0,
        kinds: kinds.all().iter().map(|kind| (kind.name.as_str(), 0)).collect(),
        given_up: BTreeMap::new(),
        scenes: BTreeMap::new(),
    };
    for flat in written {
        manifest.rooms += flat.rooms;
        manifest.walks += flat.walks;
        manifest.frames += flat.frames;
        manifest.objects += flat.kinds.len();
        for kind in flat.kinds {
            *manifest.kinds.entry(&kinds.all()[kind].name).or_default() += 1;
        }
        for GivenUp { kind, reason, .. } in flat.given_up {
            *manifest.given_up.entry(reason).or_default().entry(kind).or_default() += 1;
        }
        manifest.scenes.insert(flat.id, flat.sha256);
    }
    manifest
}

fn summary(manifest: &Manifest) -> io::Result<()> {
    let mut log = stderr().lock();
    let used = manifest.kinds.values().filter(|count| **count > 0).count();
    let Manifest { flats, rooms, objects, walks, frames, .. } = manifest;
    writeln!(
        log,
        "{flats} flats, {rooms} rooms, {objects} objects of {used} of {} kinds, {walks} walks, {frames} pictures",
        manifest.kinds.len()
    )?;
    for (reason, kinds) in &manifest.given_up {
        let mut most: Vec<(&String, &usize)> = kinds.iter().collect();
        most.sort_by_key(|(kind, count)| (std::cmp::Reverse(**count), *kind));
        let shown: Vec<String> = most.iter().take(8).map(|(kind, count)| format!("{kind} {count}")).collect();
        let rest = if most.len() > 8 { ", …" } else { "" };
        let why = match reason {
            Reason::NoRoom => "no free place",
            Reason::NothingToBelongTo => "what it belongs to was given up",
            Reason::NoWay => "no free way",
        };
        writeln!(log, "given up, {why}: {} ({}{rest})", kinds.values().sum::<usize>(), shown.join(", "))?;
    }
    Ok(())
}

/// What a list says of one kind.
#[derive(Debug, Serialize)]
struct Line<'a> {
    kind: &'a str,
    label: &'a str,
    width_m: [f64; 2],
    depth_m: [f64; 2],
    height_m: [f64; 2],
    front: bool,
    material: rooms::Material,
    colours: &'a [String],
    rule: &'static str,
    of: Vec<&'a str>,
    rooms: BTreeMap<rooms::RoomKind, [u32; 2]>,
    primitives: usize,
    surfaces: usize,
}

impl<'a> Line<'a> {
    fn of(kind: &'a Kind, kinds: &'a Kinds) -> Self {
        let [width_m, depth_m, height_m] = kind.size_mm.map(|range| range.map(|mm| f64::from(mm) / 1000.0));
        Self {
            kind: &kind.name,
            label: &kind.label,
            width_m,
            depth_m,
            height_m,
            front: kind.front,
            material: kind.material,
            colours: &kind.colours,
            rule: kind.rule.name(),
            of: kind.rule.of().iter().map(|of| kinds.all()[*of].name.as_str()).collect(),
            rooms: kind.rooms.clone(),
            primitives: kind.shape.len(),
            surfaces: kind.surfaces.len(),
        }
    }
}

fn list(json: bool) -> Result<(), Box<dyn Error>> {
    let kinds = Kinds::builtin()?;
    let lines: Vec<Line<'_>> = kinds.all().iter().map(|kind| Line::of(kind, kinds)).collect();
    let mut out = stdout().lock();
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&lines)?)?);
    }
    writeln!(out, "{:<17} {:>11} {:>11} {:>11}  {:<12} rooms", "kind", "width m", "depth m", "height m", "place")?;
    for line in &lines {
        let size = |[least, most]: [f64; 2]| format!("{least:.2}-{most:.2}");
        let rooms: Vec<&str> = line.rooms.keys().map(|room| room.name()).collect();
        writeln!(
            out,
            "{:<17} {:>11} {:>11} {:>11}  {:<12} {}",
            line.kind,
            size(line.width_m),
            size(line.depth_m),
            size(line.height_m),
            line.rule,
            if rooms.is_empty() { "all".to_owned() } else { rooms.join(" ") }
        )?;
    }
    Ok(())
}
