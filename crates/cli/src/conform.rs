//! `isovist conform`: random scenes and questions, the engine against independent means and against its laws.

mod alter;
mod case;
mod failure;
mod family;
mod laws;
mod mutation;
mod noise;
mod proof;
mod reference;
mod room;
mod tally;

pub(crate) use room::random_scene;

use std::{
    collections::BTreeMap,
    error::Error,
    io::{Write as _, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use rayon::prelude::*;
use scene::{Scene, builtin};
use serde_json::json;

use crate::{ask::known_profile, generate::TaskArgs, output::words_beside, progress};
use ::corpus::Source;
use case::Ground;
use failure::{Failure, Numbers};
use family::{FAMILIES, Family};
use tally::{Count, Tally, Tested};

/// Test the engine against independent means and its laws, on random questions.
///
/// Half of the questions are about the embedded scenes, half about random ones; a quarter are altered into what no
/// task asks. Each family either always holds, or fails in at most a stated share of its draws. The first failure is
/// written to a file that reproduces it. Exit status: 0 if all hold, 1 otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = families_help())]
pub(crate) struct ConformArgs {
    /// Candidate questions
    #[arg(long, default_value_t = 10_000, value_name = "N")]
    n: u64,
    /// Seed of the draws
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Draws of the noise model a question
    #[arg(long, default_value_t = 10, value_name = "N")]
    noise_draws: u64,
    /// Only these families
    #[arg(long, value_delimiter = ',', value_name = "FAMILY")]
    families: Vec<String>,
    #[command(flatten)]
    tasks: TaskArgs,
    /// Threads; 0: one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// File for the first failure; `-`: standard output, and the report to standard error
    #[arg(short, long, default_value = "conform-failure.json", value_name = "FILE")]
    output: PathBuf,
    /// Test again what such a file holds, and nothing else
    #[arg(long, value_name = "FILE", conflicts_with_all = ["n", "seed", "noise_draws", "families", "tasks", "output"])]
    reproduce: Option<PathBuf>,
}

/// Cases tested at a time; after each block a failure ends the run.
const BLOCK: u64 = 4096;

fn families_help() -> String {
    let lines = FAMILIES.iter().map(|family| format!("\n  {:<16} {}", family.name, family.says));
    let examples = "Examples:
  isovist conform --n 100000
  isovist conform --families noise --n 500 --noise-draws 10000
  isovist conform --reproduce conform-failure.json";
    format!("{examples}\n\nFamilies:{}", lines.collect::<String>())
}

/// Runs the command.
pub(crate) fn run(args: &ConformArgs) -> Result<ExitCode, Box<dyn Error>> {
    if let Some(file) = &args.reproduce {
        return reproduce(file, args.json);
    }
    let families = known_families(&args.families)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let scenes: Vec<Scene> = builtin::names().filter_map(builtin::open).collect::<Result<_, _>>()?;
    let ground = Ground {
        embedded: pool.install(|| scenes.into_par_iter().map(|scene| Arc::new(Source::from(scene))).collect()),
        tasks: args.tasks.chosen()?,
        profile: known_profile("isovist")?,
        seed: args.seed,
    };
    let (mut tally, mut failures) = (Tally::default(), BTreeMap::new());
    let bar = progress::bar(args.n, "questions");
    for start in (0..args.n).step_by(BLOCK as usize) {
        let block = start..args.n.min(start + BLOCK);
        let tested: Vec<_> = pool.install(|| {
            block.clone().into_par_iter().filter_map(|index| one(&ground, &families, args, index)).collect()
        });
        for (case, failed) in tested {
            tally.add(&case);
            for failure in failed {
                failures.entry(failure.family.clone()).or_insert(failure);
            }
        }
        bar.inc(block.end - block.start);
        if families.iter().any(|family| family.most() == 0.0 && failures.contains_key(family.name)) {
            break;
        }
    }
    bar.finish_and_clear();
    let broken = tally.broken().filter_map(|family| failures.get(family)).min_by_key(|failure| failure.index);
    report(args, &tally, &tally.untried(&families), broken)
}

/// The families of these names; all where none is named.
fn known_families(names: &[String]) -> Result<Vec<&'static Family>, String> {
    if names.is_empty() {
        return Ok(FAMILIES.iter().collect());
    }
    let known = |name: &String| FAMILIES.iter().find(|family| family.name == name);
    let hint = || FAMILIES.iter().map(|family| family.name).collect::<Vec<_>>().join(", ");
    names.iter().map(|name| known(name).ok_or_else(|| format!("no family {name:?} (hint: {})", hint()))).collect()
}

/// Tests the case of this number; at most one failure a family.
fn one(
    ground: &Ground,
    families: &[&'static Family],
    args: &ConformArgs,
    index: u64,
) -> Option<(Tested, Vec<Failure>)> {
    let case = ground.case(index)?;
    let numbers = Numbers { seed: args.seed, index, noise_draws: args.noise_draws };
    let (mut counts, mut failures) = (Vec::with_capacity(families.len()), Vec::new());
    for family in families {
        let tries = family.run(&case, args.seed, index, args.noise_draws);
        counts.push((family.name, Count { tried: tries.tried, failed: tries.failed }));
        failures.extend(tries.fault.map(|fault| Failure::new(&case, family.name, numbers, fault)));
    }
    let plain_embedded = case.fillings.is_some() && Ground::is_embedded(index);
    Some((Tested { task: case.task, verdict: case.verdict, plain_embedded, counts }, failures))
}

fn report(
    args: &ConformArgs,
    tally: &Tally,
    untried: &[&str],
    broken: Option<&Failure>,
) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = words_beside(broken.map(|_| args.output.as_path()));
    if let Some(failure) = broken {
        failure.write(&args.output)?;
    }
    if args.json {
        let failed =
            broken.map(|failure| json!({ "family": failure.family, "index": failure.index, "fault": failure.fault }));
        writeln!(
            out,
            "{}",
            json!({ "n": args.n, "seed": args.seed, "tally": tally, "untried": untried, "first_failure": failed })
        )?;
    } else {
        tally.print(&mut out)?;
    }
    if !untried.is_empty() {
        writeln!(stderr(), "no question tried {} (hint: a larger --n, other --tasks)", untried.join(", "))?;
    }
    let Some(failure) = broken else {
        // What was asked for by name and never tried has not passed.
        return Ok(ExitCode::from(u8::from(!args.families.is_empty() && !untried.is_empty())));
    };
    if !args.json {
        writeln!(out, "\n{} fails for question {}: {}", failure.family, failure.index, failure.fault)?;
        writeln!(out, "again: isovist conform --reproduce {}", args.output.display())?;
    }
    Ok(ExitCode::from(1))
}

fn reproduce(file: &Path, as_json: bool) -> Result<ExitCode, Box<dyn Error>> {
    let failure = Failure::read(file)?;
    let tries = failure.again()?;
    let mut out = stdout().lock();
    if as_json {
        let (tried, failed) = (tries.tried, tries.failed);
        writeln!(
            out,
            "{}",
            json!({ "family": failure.family, "tried": tried, "failed": failed, "fault": tries.fault })
        )?;
    } else {
        writeln!(out, "{}: {} tried, {} failed", failure.family, tries.tried, tries.failed)?;
        if let Some(fault) = &tries.fault {
            writeln!(out, "{fault}")?;
        }
    }
    Ok(if tries.failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
