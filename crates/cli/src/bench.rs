//! `isovist bench`: how long verdicts, rewards, geometry, frames and flats take on this computer.

mod boxes;
mod captions;
mod corpus;
mod frames;
mod geometry;
mod import;
mod judge;
mod rooms;
mod serve;
mod spread;
mod verdict;

use std::{
    error::Error,
    io::{self, Write, stdout},
};

use serde::Serialize;

/// Measure the speed of verdicts, geometry, frames and flats on this computer.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  isovist bench verdict
  isovist bench verdict --tasks absolute_distance,counting_within --samples 5000
  isovist bench geometry --json
  isovist bench frames
  isovist bench judge
  isovist bench serve --requests 10000 --malformed 0.1 --aborted 0.01 --slow 8
  isovist bench rooms --n 200
  isovist bench corpus --rows 1000000 -o scratch/
  isovist bench import scannet scans/scene0000_00 -o scratch/";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Time from text to verdict, and from question to verdict with and without a proof, for every task
    Verdict(verdict::VerdictArgs),
    /// Time of distances, overlaps and hulls, beside slow independent references
    Geometry(geometry::GeometryArgs),
    /// Time of pictures and sightings of random rooms, beside slow references
    Frames(frames::FramesArgs),
    /// Flats built a second, on one thread and on all
    Rooms(rooms::RoomsArgs),
    /// F1 of the boxes of replies, and the time of reading and of matching them
    Boxes(boxes::BoxesArgs),
    /// Caption scores of a corpus, and the time that each takes
    Captions(captions::CaptionsArgs),
    /// Certified rows a second, to compressed files
    Corpus(corpus::CorpusArgs),
    /// Time from a reply to its reward
    Judge(judge::JudgeArgs),
    /// Replies a second over HTTP, with faults
    Serve(serve::ServeArgs),
    /// Time from a published layout to a scene folder
    Import(import::ImportArgs),
}

/// Prints a report: as JSON, or as its table.
fn show<T: Serialize>(
    report: &T,
    json: bool,
    table: impl FnOnce(&mut dyn Write, &T) -> io::Result<()>,
) -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(report)?)?;
    } else {
        table(&mut out, report)?;
    }
    Ok(())
}

/// Runs the command.
pub(crate) fn run(args: &BenchArgs) -> Result<(), Box<dyn Error>> {
    match &args.command {
        Command::Verdict(args) => verdict::run(args),
        Command::Geometry(args) => geometry::run(args),
        Command::Frames(args) => frames::run(args),
        Command::Rooms(args) => rooms::run(args),
        Command::Boxes(args) => boxes::run(args),
        Command::Captions(args) => captions::run(args),
        Command::Corpus(args) => corpus::run(args),
        Command::Judge(args) => judge::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Import(args) => import::run(args),
    }
}
