//! `isovist gen`: certified questions and answers from scenes.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    io::{Write, stderr, stdout},
    num::NonZeroUsize,
    path::PathBuf,
};

use ::corpus::{Drawing, Source, Tally};
use clap::{
    ValueEnum,
    builder::{PossibleValue, PossibleValuesParser},
};
use language::Format;
use question::{Task, catalogue};
use rayon::prelude::*;
use scene::{Scene, builtin};

use crate::{
    ask::{book, known_profile},
    open::open_scenes,
    output::{self, Manifest, manifest_place},
    progress,
};

/// Write certified questions and answers, one JSON object a line.
///
/// The same scenes and seed write the same bytes, whatever the number of threads. A manifest with hashes and
/// counts is written beside the output.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct GenArgs {
    /// Folder of scenes, one scene, or a built-in name; left out, all built-in scenes
    scenes: Option<String>,
    /// Rows a task
    #[arg(long, default_value = "100", value_name = "N")]
    per_task: NonZeroUsize,
    /// Seed of the draws
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    tasks: TaskArgs,
    /// Formats to draw from
    #[arg(long, value_delimiter = ',', value_enum, value_name = "FORMAT", default_values_t = FORMATS)]
    formats: Vec<FormatName>,
    /// Named set of definitions
    #[arg(long, default_value = "isovist")]
    profile: String,
    /// Threads; 0: one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Leave the proofs out
    #[arg(long)]
    no_proof: bool,
    /// File to write; left out, standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

const EXAMPLES: &str = "Examples:
  isovist gen kitchen -o qa.jsonl
  isovist gen scenes/ --per-task 1000 --seed 7 --formats multiple-choice -o qa.jsonl
  isovist gen --tasks absolute_distance,relative_direction --no-proof | head";

const FORMATS: [FormatName; 3] = [FormatName::FreeForm, FormatName::MultipleChoice, FormatName::TrueFalse];

/// How a question wants to be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatName {
    /// In one's own words
    #[value(alias = "free_form")]
    FreeForm,
    /// By the letter of an option
    #[value(alias = "multiple_choice")]
    MultipleChoice,
    /// By true or false
    #[value(alias = "true_false")]
    TrueFalse,
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Self {
        match name {
            FormatName::FreeForm => Self::FreeForm,
            FormatName::MultipleChoice => Self::MultipleChoice,
            FormatName::TrueFalse => Self::TrueFalse,
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum GenError {
    #[error("no task {0:?} (hint: `isovist catalogue` lists them)")]
    Task(String),
    #[error("no scene to ask")]
    NoScene,
}

/// Runs the command.
pub(crate) fn run(args: &GenArgs) -> Result<(), Box<dyn Error>> {
    let formats: Vec<Format> = args.formats.iter().copied().map(Format::from).collect();
    let drawing =
        Drawing { book: book()?, profile: known_profile(&args.profile)?, seed: args.seed, proofs: !args.no_proof };
    let tasks = args.tasks.chosen()?;
    let scenes: Vec<Scene> = match &args.scenes {
        Some(given) => open_scenes(given)?,
        None => builtin::names().filter_map(builtin::open).collect::<Result<_, _>>()?,
    };
    if scenes.is_empty() {
        return Err(GenError::NoScene.into());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let sources: Vec<Source> = pool.install(|| scenes.into_par_iter().map(Source::from).collect());
    let (mut drawn, mut written) = (Tally::new(), BTreeMap::new());
    let mut write = |out: &mut dyn Write| -> Result<(), Box<dyn Error>> {
        let bar = progress::bar(tasks.len() as u64, "tasks");
        for task in &tasks {
            let rows = pool.install(|| drawing.rows(&sources, task, &formats, args.per_task.get(), &mut drawn));
            written.insert(task.name.as_str(), rows.len());
            for row in rows {
                let mut line = serde_json::to_vec(&row)?;
                line.push(b'\n');
                out.write_all(&line)?;
            }
            bar.inc(1);
        }
        bar.finish_and_clear();
        Ok(())
    };
    let output = match &args.output {
        None => {
            write(&mut stdout().lock())?;
            None
        }
        Some(path) => {
            let mut out = output::create(path)?;
            write(&mut out)?;
            Some((path, out.finish()?))
        }
    };
    let counts: Vec<String> = drawn.iter().map(|(what, count)| format!("{what} {count}")).collect();
    writeln!(stderr(), "{} rows; drawn: {}", written.values().sum::<usize>(), counts.join(", "))?;
    let short: Vec<&str> =
        written.iter().filter(|(_, rows)| **rows < args.per_task.get()).map(|(task, _)| *task).collect();
    if !short.is_empty() {
        writeln!(stderr(), "fewer than {} rows: {}", args.per_task.get(), short.join(", "))?;
    }
    if let Some((path, output)) = output {
        let manifest = Manifest {
            format: "isovist-manifest",
            version: 1,
            engine: env!("CARGO_PKG_VERSION"),
            profile: &args.profile,
            seed: args.seed,
            per_task: args.per_task.get(),
            formats: formats.clone(),
            scenes: sources.iter().map(|source| (source.scene.id(), source.sha256.as_str())).collect(),
            rows: written,
            drawn,
            output,
        };
        let text = serde_json::to_string_pretty(&manifest)? + "\n";
        scene::file::replace(&manifest_place(path), text.as_bytes())?;
    }
    Ok(())
}

/// A choice of tasks.
#[derive(Debug, clap::Args)]
pub(crate) struct TaskArgs {
    /// Only these tasks (`--help` and `isovist catalogue` list them)
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "TASK",
        value_parser = task_names(),
        hide_possible_values = true,
        long_help = tasks_help()
    )]
    tasks: Vec<String>,
}

impl TaskArgs {
    /// The tasks that are named; all where none is.
    pub(crate) fn chosen(&self) -> Result<Vec<&'static Task>, GenError> {
        if self.tasks.is_empty() {
            return Ok(catalogue().iter().collect());
        }
        let names: BTreeSet<&String> = self.tasks.iter().collect();
        names.into_iter().map(|name| question::task(name).ok_or_else(|| GenError::Task(name.clone()))).collect()
    }
}

/// The names of the catalogue, for help, messages and completions.
fn task_names() -> PossibleValuesParser {
    catalogue().iter().map(|task| PossibleValue::new(task.name.as_str()).help(task.summary.as_str())).into()
}

/// Help for a choice of tasks, one a line.
fn tasks_help() -> String {
    let width = catalogue().iter().map(|task| task.name.len()).max().unwrap_or_default();
    let tasks = catalogue().iter().map(|task| format!("\n  {:width$}  {}", task.name, task.summary));
    format!("Only these tasks:{}", tasks.collect::<String>())
}
