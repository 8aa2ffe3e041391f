//! `isovist bench`: how long a verdict, its geometry and a flat take on this computer.

mod geometry;
mod rooms;
mod spread;
mod verdict;

use std::error::Error;

/// Measure the speed of verdicts, of geometry and of building flats on this computer.
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
  isovist bench rooms --n 200";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Time from text to verdict, and from question to verdict with and without a proof, for every task
    Verdict(verdict::VerdictArgs),
    /// Time of distances, overlaps and hulls, beside slow independent references
    Geometry(geometry::GeometryArgs),
    /// Flats built a second, on one thread and on all
    Rooms(rooms::RoomsArgs),
}

/// Runs the command.
pub(crate) fn run(args: &BenchArgs) -> Result<(), Box<dyn Error>> {
    match &args.command {
        Command::Verdict(args) => verdict::run(args),
        Command::Geometry(args) => geometry::run(args),
        Command::Rooms(args) => rooms::run(args),
    }
}
