//! The `isovist` command.

mod ask;
mod audit;
mod bench;
mod catalogue;
mod check;
mod conform;
mod corpus;
mod demo;
mod depot;
mod doctor;
mod export;
mod film;
mod flip;
mod generate;
mod import;
mod judge;
mod lift;
mod likeness;
mod lines;
mod name;
mod open;
mod output;
mod page;
mod picture;
mod plan;
mod progress;
mod requests;
mod rooms;
mod scenes;
mod schema;
mod score;
mod serve;
mod sightings;
mod summary;
mod validate;
mod verbs;
mod views;

use std::{
    error::Error,
    io::{self, Write as _},
    process::ExitCode,
};

use clap::{CommandFactory, Parser, Subcommand};

/// Rows, questions and proofs are many small pieces of memory.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The truth engine for 3D spatial reasoning: ask a scene, get an answer with a tolerance and a proof.
#[derive(Debug, Parser)]
#[command(name = "isovist", version, propagate_version = true, max_term_width = 110, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  isovist demo
  isovist ask kitchen 'How far is the white vase from the fridge?' --why
  isovist import vsi-bench DIR -o scenes/
  isovist rooms build --n 20 --seed 1 -o flats/
  isovist gen scenes/ --per-task 100 --seed 7 -o qa.jsonl
  isovist corpus make corpus.toml -o corpus/
  isovist audit vsi-bench --rows published_rows.jsonl
  isovist validate requests.jsonl --scenes scenes/
  isovist check qa.jsonl
  isovist judge replies.jsonl
  isovist serve judge --port 8000
  isovist score blink saved_outputs/GPT4o";

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what this does, on the embedded scenes
    Demo(demo::DemoArgs),
    /// Ask a scene a question
    Ask(ask::AskArgs),
    /// Find the least move of one object that changes an answer
    Flip(flip::FlipArgs),
    /// List, show and export scenes
    Scenes(scenes::ScenesArgs),
    /// Show what each frame of a scene sees of each object
    Sightings(sightings::SightingsArgs),
    /// Choose the frames that show best what a question is about
    Views(views::ViewsArgs),
    /// Say what a scene holds and what its frames show
    Summary(summary::SummaryArgs),
    /// Validate and answer questions in SpatialEvo's request and response format
    Validate(validate::ValidateArgs),
    /// Turn a published layout into scene folders
    Import(import::ImportArgs),
    /// Write a scene in a published layout
    Export(export::ExportArgs),
    /// Make a scene of a picture with depth and masks
    Lift(lift::LiftArgs),
    /// Look for wrong conventions in a scene
    Doctor(doctor::DoctorArgs),
    /// Give things of a scene names of your own, each verified
    Name(name::NameArgs),
    /// Build rooms from nothing
    Rooms(rooms::RoomsArgs),
    /// Write certified questions and answers
    Gen(generate::GenArgs),
    /// Make training data from scenes
    Corpus(corpus::CorpusArgs),
    /// Recompute published benchmark rows and say where they disagree
    Audit(audit::AuditArgs),
    /// Reward replies under a preset
    Judge(judge::JudgeArgs),
    /// Answer over HTTP: the judge, in the forms of several trainers
    Serve(serve::ServeArgs),
    /// Score stored replies to a benchmark as one harness or several would
    Score(score::ScoreArgs),
    /// Check proofs by independent means
    Check(check::CheckArgs),
    /// Test the engine against its checker, its noise model and its laws
    Conform(conform::ConformArgs),
    /// Measure the speed of verdicts, rewards, geometry, frames and flats
    Bench(bench::BenchArgs),
    /// List task types, profiles, relations and reason codes
    Catalogue(catalogue::CatalogueArgs),
    /// Print a JSON Schema
    Schema(schema::SchemaArgs),
    /// Print a completion script for a shell
    Completions {
        /// Shell
        shell: clap_complete::Shell,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Demo(args) => demo::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Gen(args) => generate::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Ask(args) => ask::run(&args),
        Command::Flip(args) => flip::run(&args),
        Command::Scenes(args) => scenes::run(args).map(|()| ExitCode::SUCCESS),
        Command::Sightings(args) => sightings::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Views(args) => views::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Summary(args) => summary::run(&args),
        Command::Validate(args) => validate::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Import(args) => import::run(args).map(|()| ExitCode::SUCCESS),
        Command::Export(args) => export::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Lift(args) => lift::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Doctor(args) => doctor::run(&args),
        Command::Name(args) => name::run(&args),
        Command::Rooms(args) => rooms::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Corpus(args) => corpus::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Judge(args) => judge::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Serve(args) => serve::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Score(args) => score::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Check(args) => check::run(&args),
        Command::Conform(args) => conform::run(&args),
        Command::Bench(args) => bench::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Catalogue(args) => catalogue::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Schema(args) => schema::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Completions { shell } => {
            // Written at once: the generator panics where nobody reads on.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "isovist", &mut script);
            io::stdout().write_all(&script).map(|()| ExitCode::SUCCESS).map_err(Into::into)
        }
    };
    result.unwrap_or_else(|error| {
        if is_broken_pipe(error.as_ref()) {
            return ExitCode::SUCCESS;
        }
        let mut said = error.to_string();
        eprintln!("error: {said}");
        let mut source = error.source();
        while let Some(cause) = source {
            let because = cause.to_string();
            if !said.contains(&because) {
                eprintln!("  because: {because}");
            }
            said = because;
            source = cause.source();
        }
        ExitCode::from(2)
    })
}

/// `isovist … | head` is no error.
fn is_broken_pipe(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }
}
