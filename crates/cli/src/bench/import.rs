//! `isovist bench import`: how long a layout takes to become a scene folder, sightings apart.

use std::{
    error::Error,
    fs,
    io::{Write as _, stdout},
    path::PathBuf,
    time::Instant,
};

use ingest::reader;
use scene::write_scene;
use serde::Serialize;

use super::spread::Spread;
use crate::import::{ImportError, write_files};

/// Time to read a layout, images fitted and hashed, and to write its scene folder; sightings are not taken.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// Which layout it is; `isovist import --help` lists them
    reader: String,
    /// The layout's folder or file
    path: PathBuf,
    /// Folder to write into; it is made and removed
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// How many times
    #[arg(long, default_value_t = 5, value_name = "N")]
    samples: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    scenes: usize,
    objects: usize,
    frames: usize,
    points: usize,
    /// Milliseconds of the reader.
    read_ms: Option<Spread>,
    /// Milliseconds of writing images and scenes.
    write_ms: Option<Spread>,
}

/// Runs the command.
pub(super) fn run(args: &ImportArgs) -> Result<(), Box<dyn Error>> {
    let chosen = reader(&args.reader).ok_or_else(|| ImportError::Reader(args.reader.clone()))?;
    // Only a folder of its own is removed afterwards.
    fs::create_dir(&args.output).map_err(|error| format!("{}: cannot be made: {error}", args.output.display()))?;
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    let mut report = Report { scenes: 0, objects: 0, frames: 0, points: 0, read_ms: None, write_ms: None };
    for sample in 0..args.samples {
        let start = Instant::now();
        let import = (chosen.read)(&args.path)?;
        reads.push(start.elapsed().as_secs_f64() * 1e3);
        let folder = args.output.join(sample.to_string());
        let start = Instant::now();
        for scene in &import.scenes {
            let place = folder.join(scene.id());
            write_files(import.files.get(scene.id()).map_or(&[], Vec::as_slice), &place)?;
            write_scene(scene, &place)?;
        }
        writes.push(start.elapsed().as_secs_f64() * 1e3);
        report.scenes = import.scenes.len();
        report.objects = import.scenes.iter().map(|scene| scene.objects().len()).sum();
        report.frames = import.scenes.iter().map(|scene| scene.frames().len()).sum();
        report.points = import.scenes.iter().map(|scene| scene.parts().points.len()).sum();
    }
    fs::remove_dir_all(&args.output)?;
    (report.read_ms, report.write_ms) = (Spread::of(reads), Spread::of(writes));
    let mut out = stdout().lock();
    if args.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?);
    }
    let Report { scenes, objects, frames, points, read_ms, write_ms } = report;
    writeln!(out, "{scenes} scenes: {objects} objects, {frames} frames, {points} points")?;
    for (what, spread) in [("read", read_ms), ("write", write_ms)] {
        if let Some(spread) = spread {
            writeln!(out, "{what:<6} {:.0} ms (p99 {:.0} ms)", spread.median, spread.p99)?;
        }
    }
    Ok(())
}
