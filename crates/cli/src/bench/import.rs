//! `isovist bench import`: how long a layout takes to become a scene folder.

use std::{
    error::Error,
    fs,
    io::{Write as _, stdout},
    path::PathBuf,
    time::Instant,
};

use ingest::reader;
use render::{Options, sighted_by};
use scene::write_scene;
use serde::Serialize;

use super::spread::Spread;
use crate::import::{ImportError, write_files};

/// Time to read a layout, images fitted and hashed, to write its images, and to take the sightings of every object in every
/// frame and write the scene.
#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// Which layout it is; `isovist import --help` lists them
    reader: String,
    /// The layout's folder or file
    path: PathBuf,
    /// Folder to write into; it is made and removed
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
    output: PathBuf,
    /// Threads; 0: one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// How many times
    #[arg(long, default_value_t = 5, value_name = "N")]
    samples: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Debug, Default, Serialize)]
struct Report {
    threads: usize,
    scenes: usize,
    objects: usize,
    frames: usize,
    points: usize,
    /// Milliseconds of the reader.
    read_ms: Option<Spread>,
    /// Milliseconds of writing images.
    images_ms: Option<Spread>,
    /// Milliseconds of taking sightings and writing scenes with them.
    sightings_ms: Option<Spread>,
    /// Milliseconds of all.
    all_ms: Option<Spread>,
}

/// Runs the command.
pub(super) fn run(args: &ImportArgs) -> Result<(), Box<dyn Error>> {
    let chosen = reader(&args.reader).ok_or_else(|| ImportError::Reader(args.reader.clone()))?;
    // Only a folder of its own is removed afterwards.
    fs::create_dir(&args.output).map_err(|error| format!("{}: cannot be made: {error}", args.output.display()))?;
    rayon::ThreadPoolBuilder::new().num_threads(args.threads).build_global()?;
    let (mut reads, mut images, mut sightings) = (Vec::new(), Vec::new(), Vec::new());
    let mut report = Report { threads: rayon::current_num_threads(), ..Report::default() };
    for sample in 0..args.samples {
        let start = Instant::now();
        let import = (chosen.read)(&args.path)?;
        reads.push(start.elapsed().as_secs_f64() * 1e3);
        let folder = args.output.join(sample.to_string());
        let start = Instant::now();
        for scene in &import.scenes {
            let place = folder.join(scene.id());
            write_files(import.files.get(scene.id()).map_or(&[], Vec::as_slice), &place)?;
        }
        images.push(start.elapsed().as_secs_f64() * 1e3);
        let start = Instant::now();
        for scene in &import.scenes {
            let place = folder.join(scene.id());
            let scene = sighted_by(scene, &place, import.scans.get(scene.id()), &Options::default())?;
            write_scene(&scene, &place)?;
        }
        sightings.push(start.elapsed().as_secs_f64() * 1e3);
        report.scenes = import.scenes.len();
        report.objects = import.scenes.iter().map(|scene| scene.objects().len()).sum();
        report.frames = import.scenes.iter().map(|scene| scene.frames().len()).sum();
        report.points = import.scenes.iter().map(|scene| scene.parts().points.len()).sum();
    }
    fs::remove_dir_all(&args.output)?;
    let all = reads.iter().zip(&images).zip(&sightings).map(|((read, images), seen)| read + images + seen);
    report.all_ms = Spread::of(all.collect());
    report.read_ms = Spread::of(reads);
    (report.images_ms, report.sightings_ms) = (Spread::of(images), Spread::of(sightings));
    let mut out = stdout().lock();
    if args.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?);
    }
    let Report { threads, scenes, objects, frames, points, read_ms, images_ms, sightings_ms, all_ms } = report;
    writeln!(out, "{scenes} scenes: {objects} objects, {frames} frames, {points} points; {threads} threads")?;
    for (what, spread) in [("read", read_ms), ("images", images_ms), ("sightings", sightings_ms), ("all", all_ms)] {
        if let Some(spread) = spread {
            writeln!(out, "{what:<9} {:.0} ms (p99 {:.0} ms)", spread.median, spread.p99)?;
        }
    }
    Ok(())
}
