//! `isovist export`: a scene in a published layout, with a report of what was done.

use std::{
    error::Error,
    fmt::Write as _,
    io::{Write as _, stderr, stdout},
    path::{Path, PathBuf},
};

use clap::builder::PossibleValuesParser;
use ingest::{Report, WRITERS, writer};
use serde::Serialize;

use crate::open::open_scene;

/// Write a scene in a published layout.
#[derive(Debug, clap::Args)]
#[command(after_help = writers_help())]
pub(crate) struct ExportArgs {
    /// Which layout; see the list below
    #[arg(value_parser = PossibleValuesParser::new(WRITERS.iter().map(|writer| writer.name)), hide_possible_values = true)]
    writer: String,
    /// Built-in name, scene folder or scene.json
    scene: String,
    /// Folder in which the scene gets a folder of its own
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
    output: PathBuf,
    /// Write into a folder that is there already
    #[arg(long)]
    force: bool,
    /// Print the report as JSON on standard output
    #[arg(long)]
    json: bool,
}

/// Why a scene was not written.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error("{}: is there already (hint: --force writes into it)", .0.display())]
    Exists(PathBuf),
    #[error("no writer {0:?} (hint: `isovist export --help` lists them)")]
    Writer(String),
}

#[derive(Debug, Serialize)]
struct Summary<'a> {
    writer: &'a str,
    folder: &'a Path,
    report: &'a Report,
}

fn writers_help() -> String {
    let mut help = "Writers:\n".to_owned();
    for writer in WRITERS {
        // Writing to a String cannot fail.
        let _ = writeln!(help, "  {:<10} {}", writer.name, writer.summary);
    }
    help + "\nExamples:\n  isovist rooms build --n 1 --seed 1 -o flats/\n  isovist export scannet flats/flat-1-000000 -o scans/"
}

/// Runs the command.
pub(crate) fn run(args: &ExportArgs) -> Result<(), Box<dyn Error>> {
    let chosen = writer(&args.writer).ok_or_else(|| ExportError::Writer(args.writer.clone()))?;
    let scene = open_scene(&args.scene)?;
    // A built-in scene has no images.
    let path = Path::new(&args.scene);
    let images = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let folder = args.output.join(scene.id());
    if folder.exists() && !args.force {
        return Err(ExportError::Exists(folder).into());
    }
    let report = (chosen.write)(&scene, images, &folder)?;
    if args.json {
        let summary = Summary { writer: chosen.name, folder: &folder, report: &report };
        return Ok(writeln!(stdout(), "{}", serde_json::to_string_pretty(&summary)?)?);
    }
    write!(stderr(), "{report}")?;
    let (objects, frames) = (scene.objects().len(), report.made.get("frames").copied().unwrap_or_default());
    Ok(writeln!(stdout(), "{}: {objects} objects, {frames} frames", folder.display())?)
}
