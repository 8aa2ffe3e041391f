//! `isovist schema`: the published JSON Schemas.

use std::{
    error::Error,
    io::{Write as _, stdout},
};

use clap::ValueEnum;

/// Print a JSON Schema.
#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// Of what
    #[arg(value_enum)]
    of: Document,
}

/// A document with a schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Document {
    /// A question, as `isovist ask` takes it
    Question,
    /// A verdict, as `isovist ask --json` prints it
    Verdict,
    /// A proof, as `isovist ask --proof` writes it
    Proof,
    /// A row, as `isovist gen` writes them
    Row,
    /// The recipe of a corpus, as `isovist corpus` takes it
    Recipe,
    /// A scene file
    Scene,
    /// A task file of the catalogue
    Task,
    /// The shared data of the phrase book
    Phrases,
    /// A profile
    Profile,
    /// A row, as `isovist judge` takes it
    Judge,
    /// A preset of rewards
    Preset,
    /// A benchmark with its scoring profiles
    Benchmark,
    /// The routes of `isovist serve`, as an OpenAPI document
    Openapi,
}

/// Runs the command.
pub(crate) fn run(args: &SchemaArgs) -> Result<(), Box<dyn Error>> {
    let schema = match args.of {
        Document::Question => schemars::schema_for!(question::Question),
        Document::Verdict => schemars::schema_for!(question::Verdict),
        Document::Proof => schemars::schema_for!(question::Proof),
        Document::Row => schemars::schema_for!(::corpus::Row),
        Document::Recipe => schemars::schema_for!(::corpus::Recipe),
        Document::Scene => scene::scene_schema(),
        Document::Task => schemars::schema_for!(question::Task),
        Document::Phrases => language::phrase_book_schema(),
        Document::Profile => schemars::schema_for!(question::Profile),
        Document::Judge => schemars::schema_for!(judge::row::JudgedRow),
        Document::Preset => judge::reward::preset_schema(),
        Document::Benchmark => judge::benchmark::benchmark_schema(),
        Document::Openapi => ::serve::openapi().try_into()?,
    };
    Ok(writeln!(stdout(), "{}", serde_json::to_string_pretty(&schema)?)?)
}
