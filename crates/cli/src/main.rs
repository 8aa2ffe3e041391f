//! The `isovist` command.

mod ask;
mod audit;
mod catalogue;
mod check;
mod import;
mod open;
mod scenes;
mod schema;

use std::{error::Error, io, process::ExitCode};

use clap::{CommandFactory, Parser, Subcommand};

/// The truth engine for 3D spatial reasoning: ask a scene, get an answer with a tolerance and a proof.
#[derive(Debug, Parser)]
#[command(name = "isovist", version, propagate_version = true, max_term_width = 110, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  isovist scenes ls
  isovist ask kitchen '{\"form\": \"value\", \"of\": {\"measure\": \"distance\", \"from\": \"white vase\", \"to\": \"fridge\"}}' --why
  isovist import vsi-bench DIR -o scenes/
  isovist audit vsi-bench --rows published_rows.jsonl
  isovist check proof.json";

#[derive(Debug, Subcommand)]
enum Command {
    /// Ask a scene a question
    Ask(ask::AskArgs),
    /// List, show and export scenes
    Scenes(scenes::ScenesArgs),
    /// Turn a published layout into scene folders
    Import(import::ImportArgs),
    /// Recompute published benchmark rows and say where they disagree
    Audit(audit::AuditArgs),
    /// Check proofs by independent means
    Check(check::CheckArgs),
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
        Command::Ask(args) => ask::run(&args),
        Command::Scenes(args) => scenes::run(args).map(|()| ExitCode::SUCCESS),
        Command::Import(args) => import::run(args).map(|()| ExitCode::SUCCESS),
        Command::Audit(args) => audit::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Catalogue(args) => catalogue::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Schema(args) => schema::run(&args).map(|()| ExitCode::SUCCESS),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "isovist", &mut io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    };
    result.unwrap_or_else(|error| {
        if is_broken_pipe(error.as_ref()) {
            return ExitCode::SUCCESS;
        }
        eprintln!("error: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            eprintln!("  because: {cause}");
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
