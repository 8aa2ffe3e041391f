//! `isovist corpus`: training data from scenes, planned, made, verified and described.

use std::{
    error::Error,
    io::{Write, stderr, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
    time::{Duration, Instant},
};

use ::corpus::{
    Manifest, Plan, Recipe, Shard,
    audit::{self, LEAST_ROWS, Report},
    card,
    cot::{self, Rules, Trace},
    edited::write_edited,
    make,
    rewrite::{self, Failure, Prompt, Rewriter, What},
    stats,
    verify::{Depth, verify},
};
use serde::Serialize;
use serde_json::json;
use teacher::{Endpoint, Key, Limits};

use crate::{
    ask::book,
    depot::{self, Where},
    lines::{Lines, parse_row},
    output, progress,
};

/// Make training data from scenes: certified questions and answers in any number.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct CorpusArgs {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  isovist corpus plan corpus.toml
  isovist corpus make corpus.toml -o out/
  isovist corpus make corpus.toml -o out/ --shard 0/8
  isovist corpus make corpus.toml -o s3://bucket/prefix      # or gs://bucket/prefix; keys by AWS_… or GOOGLE_…
  isovist corpus verify out/ --recipe corpus.toml
  isovist corpus scenes out/ -o edited/ --recipe corpus.toml
  isovist corpus card out/
  isovist corpus stats out/
  isovist corpus filter-cot traces.jsonl -o kept.jsonl
  isovist corpus rewrite out/ -o reworded/ --recipe corpus.toml --endpoint http://127.0.0.1:8000/v1 --model NAME

A recipe:
  name = \"flats\"
  rows = 100000
  [[scenes]]
  rooms = { n = 200, seed = 1 }
  [output]
  exports = [\"parquet\", \"messages\"]";

const MADE_AT: &str = "Folder to write into, made if need be; or s3://bucket/prefix, gs://bucket/prefix";
const LIES_AT: &str = "The corpus: its folder, or s3://bucket/prefix, gs://bucket/prefix";

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Say what a recipe would make: splits, tasks, formats, files
    Plan(PlanArgs),
    /// Make the files of a recipe; what is there already is kept
    Make(MakeArgs),
    /// Hold a corpus against its manifest and its scenes: hashes, splits, answers, proofs
    Verify(VerifyArgs),
    /// Write the scenes that minimal pairs are about: those after a move
    Scenes(ScenesArgs),
    /// Write the dataset card (README.md)
    Card(CorpusDir),
    /// Write a page of plots (stats.html)
    Stats(CorpusDir),
    /// Say what a guesser scores who does not see the scenes (audit.json)
    Audit(AuditArgs),
    /// Keep the traces of reasoning that pass 3D-R1's quality rules
    FilterCot(FilterArgs),
    /// Have a model word questions or reasoning anew; what no longer follows is refused
    Rewrite(RewriteArgs),
}

/// Have a model word the questions or the reasoning of a corpus anew.
///
/// A question is taken if it is read as the same question; a reasoning if it ends in the same answer and has no number
/// but the proof's. What is refused is counted by reason, and the row keeps its own words. What is there already is kept.
#[derive(Debug, clap::Args)]
struct RewriteArgs {
    /// The corpus
    #[arg(value_parser = depot::place())]
    corpus: Where,
    /// Folder to write into; made if need be
    #[arg(short, long, value_name = "DIR", value_parser = depot::place())]
    output: Where,
    /// The recipe it was made by; its folder is where relative paths of scenes begin (left out: the current folder)
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    /// Address of an OpenAI-compatible endpoint, without TLS: of this machine, or of a proxy on it
    #[arg(long, value_name = "URL")]
    endpoint: String,
    /// Name of the model
    #[arg(long, value_name = "NAME")]
    model: String,
    /// What is worded anew
    #[arg(long, value_enum, default_value_t = WhatArg::Question)]
    what: WhatArg,
    /// Variable of the environment that holds the key
    #[arg(long, value_name = "VAR")]
    key_env: Option<String>,
    /// Leave out rows whose new wording is refused
    #[arg(long)]
    drop: bool,
    /// Questions to the model at once
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    at_once: u16,
    /// Longest wait for a reply, seconds
    #[arg(long, default_value_t = 60, value_name = "S", value_parser = clap::value_parser!(u64).range(1..=3600))]
    timeout: u64,
    /// Tries after the first one
    #[arg(long, default_value_t = 4, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=20))]
    retries: u32,
    /// How freely the model words, 0 to 2
    #[arg(long, default_value_t = 0.7, value_name = "T", value_parser = temperature)]
    temperature: f32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

fn temperature(text: &str) -> Result<f32, String> {
    let value: Option<f32> = text.parse().ok().filter(|value| (0.0..=2.0).contains(value));
    value.ok_or_else(|| "expected a number from 0 to 2".to_owned())
}

/// What is worded anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum WhatArg {
    /// The words of the question
    Question,
    /// The reasoning
    Reasoning,
}

#[derive(Debug, clap::Args)]
struct PlanArgs {
    /// The recipe; `isovist schema recipe` is its schema
    recipe: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct MakeArgs {
    /// The recipe
    recipe: PathBuf,
    #[arg(short, long, value_name = "DIR|URL", value_parser = depot::place(), help = MADE_AT)]
    output: Where,
    /// Only every n-th file, beginning with the i-th, from 0: i/n
    #[arg(long, default_value = "0/1", value_name = "I/N")]
    shard: Shard,
    /// Threads; 0: one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct VerifyArgs {
    #[arg(value_name = "DIR|URL", value_parser = depot::place(), help = LIES_AT)]
    corpus: Where,
    /// The recipe it was made by; its folder is where relative paths of scenes begin (left out: the current folder)
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    /// Compare the hashes of the files alone; no scene is needed
    #[arg(long)]
    files: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct ScenesArgs {
    #[arg(value_name = "DIR|URL", value_parser = depot::place(), help = LIES_AT)]
    corpus: Where,
    /// Folder to write scene folders into; made if need be
    #[arg(short, long, value_name = "DIR", value_parser = output::folder())]
    output: PathBuf,
    /// The recipe it was made by; its folder is where relative paths of scenes begin (left out: the current folder)
    #[arg(long, value_name = "FILE")]
    recipe: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct CorpusDir {
    #[arg(value_name = "DIR|URL", value_parser = depot::place(), help = LIES_AT)]
    corpus: Where,
}

#[derive(Debug, clap::Args)]
struct AuditArgs {
    #[command(flatten)]
    corpus: CorpusDir,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Keep the traces of reasoning that pass quality rules.
#[derive(Debug, clap::Args)]
struct FilterArgs {
    /// One JSON object a line: `question` (or `text`, `problem`), `output` (`<think>…</think><answer>…</answer>`; or `reasoning`,
    /// `cot`, `response`), perhaps `gold_answer` (or `answer_text`, `answer`); `-`: standard input
    traces: PathBuf,
    /// File of the kept lines; left out, standard output
    #[arg(short, long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// File of the refused lines with the rule that refused each
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    /// 3D-R1's own thresholds (30 words, 20 words of answer, 3 steps, any answer) instead of those for short answers
    #[arg(long)]
    r1: bool,
}

/// The file of plots.
const PLOTS: &str = "stats.html";

/// Runs the command.
pub(crate) fn run(args: &CorpusArgs) -> Result<ExitCode, Box<dyn Error>> {
    let done = |()| ExitCode::SUCCESS;
    match &args.command {
        Command::Plan(args) => plan(args).map(done),
        Command::Make(args) => make_all(args),
        Command::Verify(args) => verified(args),
        Command::Scenes(args) => edited_scenes(args).map(done),
        Command::Card(args) => {
            let corpus = args.corpus.open()?;
            let (place, _) = card::write(corpus.place(), &Manifest::read(corpus.place())?)?;
            Ok(writeln!(stdout(), "{}", place.display()).map(done)?)
        }
        Command::Stats(args) => {
            let corpus = args.corpus.open()?;
            let page = stats::page(&Manifest::read(corpus.place())?)?;
            corpus.place().write(PLOTS, page.as_bytes())?;
            Ok(writeln!(stdout(), "{}", corpus.place().of(PLOTS).display()).map(done)?)
        }
        Command::Audit(args) => {
            let corpus = args.corpus.corpus.open()?;
            let manifest = Manifest::read(corpus.place())?;
            let report = audit::write(corpus.place(), &manifest)?
                .ok_or("no export of this corpus holds full rows (hint: export parquet or jsonl)")?;
            if args.json {
                writeln!(stdout(), "{}", serde_json::to_string_pretty(&report)?)?;
            } else {
                show(&report, &mut stdout())?;
            }
            Ok(ExitCode::from(u8::from(!report.above.is_empty())))
        }
        Command::FilterCot(args) => filter(args).map(done),
        Command::Rewrite(args) => reword(args).map(done),
    }
}

fn planned(recipe: &Path) -> Result<Plan, Box<dyn Error>> {
    let plan = Plan::new(Recipe::read(recipe)?, folder_of(Some(recipe)), book()?)?;
    let tasks = plan.without_their_pictures();
    if !tasks.is_empty() {
        writeln!(
            stderr(),
            "note: questions of {} tasks name pictures of their scenes, which rows do not carry (output.images = \"path\" or \
             \"embed\" adds them, tasks.weights leaves tasks out): {}",
            tasks.len(),
            tasks.join(", ")
        )?;
    }
    Ok(plan)
}

/// Where relative paths of a recipe's scenes begin: its folder, or without a recipe the current one.
fn folder_of(recipe: Option<&Path>) -> &Path {
    let folder = recipe.and_then(Path::parent).filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

fn plan(args: &PlanArgs) -> Result<(), Box<dyn Error>> {
    let plan = planned(&args.recipe)?;
    let mut out = stdout().lock();
    let rows_of = |split: &::corpus::Split| {
        let rows = split.streams.iter().map(move |stream| {
            (stream.task.name.as_str(), stream.format, (stream.share * split.rows as f64).round() as u64)
        });
        rows.collect::<Vec<_>>()
    };
    if args.json {
        let splits: Vec<_> = plan
            .splits
            .iter()
            .map(|split| {
                let streams = rows_of(split).into_iter();
                let streams =
                    streams.map(|(task, format, rows)| json!({ "task": task, "format": format, "rows": rows }));
                json!({
                    "split": split.name, "rows": split.rows, "parts": split.parts, "scenes": split.scenes.len(),
                    "streams": streams.collect::<Vec<_>>(),
                })
            })
            .collect();
        let value = json!({ "plan_sha256": plan.sha256, "splits": splits, "without": plan.without });
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&value)?)?);
    }
    for split in &plan.splits {
        writeln!(
            out,
            "{}: {} rows of {} scenes in {} files an export",
            split.name,
            split.rows,
            split.scenes.len(),
            split.parts
        )?;
        let mut last = "";
        for (task, format, rows) in rows_of(split) {
            let name = if task == last { "" } else { task };
            last = task;
            writeln!(out, "  {name:32} {:16} {rows:>12}", serde_json::to_value(format)?.as_str().unwrap_or_default())?;
        }
    }
    if !plan.without.is_empty() {
        writeln!(out, "no question was found for: {}", plan.without.join(", "))?;
    }
    Ok(())
}

fn make_all(args: &MakeArgs) -> Result<ExitCode, Box<dyn Error>> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let out = args.output.open()?;
    let start = Instant::now();
    let plan = pool.install(|| planned(&args.recipe).map_err(|error| error.to_string()))?;
    let rows = plan.splits.iter().map(|split| split.rows).sum::<u64>();
    let bar = progress::bar(rows.div_ceil(args.shard.of), "rows");
    let made = pool.install(|| make(&plan, out.place(), args.shard, |rows| bar.inc(rows)))?;
    bar.finish_and_clear();
    let seconds = start.elapsed().as_secs_f64();
    writeln!(
        stderr(),
        "{} rows in {} files made in {seconds:.1} s ({:.0} a second), {} files were there, {} are still to be made",
        made.rows,
        made.made,
        made.rows as f64 / seconds,
        made.found,
        made.missing
    )?;
    if made.missing > 0 {
        writeln!(stderr(), "the manifest is written by the run that makes the last of them")?;
        return Ok(ExitCode::SUCCESS);
    }
    let manifest = Manifest::read(out.place())?;
    let short: u64 = manifest.counts.short.values().flat_map(std::collections::BTreeMap::values).sum();
    let written: u64 = manifest.splits.values().map(|split| split.rows).sum();
    let (place, report) = card::write(out.place(), &manifest)?;
    let mut out = stdout().lock();
    if args.json {
        let value = json!({
            "rows": written, "short": short, "without": manifest.without, "drawn": manifest.counts.drawn,
            "exports": manifest.exports, "paired": manifest.counts.paired, "audit": report,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&value)?)?;
    } else {
        writeln!(out, "{written} rows, {short} planned and not found; {}", place.display())?;
        if short > 0 {
            let dry = manifest.counts.short.iter().map(|(task, of)| format!("{task} {}", of.values().sum::<u64>()));
            writeln!(out, "not found: {}", dry.collect::<Vec<_>>().join(", "))?;
        }
        if let Some(pairs) = card::pairs(&manifest) {
            writeln!(out, "{pairs}")?;
        }
        for (export, notes) in &manifest.exports {
            let notes: Vec<String> = notes.iter().map(|(what, number)| format!("{number} {what}")).collect();
            writeln!(out, "{export}: {}", notes.join(", "))?;
        }
    }
    for (name, split) in manifest.splits.iter().filter(|(_, split)| split.rows == 0) {
        writeln!(
            stderr(),
            "no row was found in split {name:?}, of {} scenes (hint: give it more)",
            split.scenes.len()
        )?;
    }
    if written == 0 {
        return Err("no row was found (hint: rows with pictures need scenes with pictures, `isovist rooms build`; \
                    `isovist corpus plan` says which tasks the scenes can ask)"
            .into());
    }
    match report {
        None => {
            writeln!(stderr(), "not audited: no export holds full rows (hint: add parquet or jsonl)")?;
            Ok(ExitCode::SUCCESS)
        }
        Some(report) if !report.above.is_empty() => {
            writeln!(
                stderr(),
                "error: refused: a guesser without the scene is more than {} points above chance, by more than two standard \
                 deviations, in: {} (hint: more rows and scenes, or leave these tasks out; `isovist corpus audit` has the figures)",
                report.limit_points,
                report.above.join(", ")
            )?;
            Ok(ExitCode::from(1))
        }
        Some(_) => Ok(ExitCode::SUCCESS),
    }
}

fn show(report: &Report, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(
        out,
        "{:32} {:16} {:>8} {:>8} {:>8} {:>8} {:>5}",
        "task", "format", "rows", "chance", "best", "points", "±"
    )?;
    for (task, formats) in &report.scores {
        for (format, score) in formats {
            let format = serde_json::to_value(format).unwrap_or_default();
            writeln!(
                out,
                "{task:32} {:16} {:>8} {:>6.1} % {:>6.1} % {:>+8.1} {:>5.1} {:?}",
                format.as_str().unwrap_or_default(),
                score.rows,
                100.0 * score.chance,
                100.0 * score.best,
                score.points,
                score.deviation_points,
                score.by
            )?;
        }
    }
    let small =
        report.scores.values().flat_map(|formats| formats.values()).filter(|score| score.rows < LEAST_ROWS).count();
    if small > 0 {
        writeln!(out, "{small} with fewer than {LEAST_ROWS} rows are not judged")?;
    }
    if small == report.scores.values().map(std::collections::BTreeMap::len).sum::<usize>() {
        return writeln!(out, "nothing is judged: more rows, or fewer tasks, tell more");
    }
    match &report.above[..] {
        [] => writeln!(out, "none is more than {} points above chance by two standard deviations", report.limit_points),
        above => writeln!(
            out,
            "more than {} points above chance by two standard deviations: {}",
            report.limit_points,
            above.join(", ")
        ),
    }
}

fn verified(args: &VerifyArgs) -> Result<ExitCode, Box<dyn Error>> {
    let corpus = args.corpus.open()?;
    let manifest = Manifest::read(corpus.place())?;
    if let Some(file) = &args.recipe {
        // Only its folder is needed, but another recipe's would be another corpus's.
        let (given, made) = (Recipe::read(file)?, &manifest.recipe);
        if given != *made {
            let problem = if given.name == made.name {
                "was changed since the corpus was made".to_owned()
            } else {
                format!("is the recipe of {:?}, the corpus was made by that of {:?}", given.name, made.name)
            };
            return Err(format!("{}: {problem} (hint: name the recipe it was made by)", file.display()).into());
        }
    }
    let folder = folder_of(args.recipe.as_deref());
    let rows = manifest.splits.values().map(|split| split.rows).sum();
    let bar = progress::bar(rows, "rows");
    let depth = if args.files { Depth::Files } else { Depth::Rows };
    let found = verify(corpus.place(), folder, depth, |rows| bar.set_position(rows))?;
    bar.finish_and_clear();
    let mut out = stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&found)?)?;
    } else {
        writeln!(out, "{} files as in the manifest", found.files)?;
        if depth == Depth::Rows {
            writeln!(
                out,
                "{} rows, {} answered anew alike, {} with words that say so, {} proofs accepted",
                found.rows, found.answered, found.worded, found.proofs
            )?;
        }
        if found.pairs + found.unpaired > 0 {
            writeln!(out, "{} minimal pairs, {} rows whose other one is missing", found.pairs, found.unpaired)?;
        }
        if !found.not_at_hand.is_empty() {
            let rows: u64 = found.not_at_hand.values().sum();
            let scenes = found.not_at_hand.len();
            writeln!(
                out,
                "{rows} rows of {scenes} scenes that are not at hand (hint: --recipe FILE, beside its scenes; --files for \
                 the hashes alone)"
            )?;
        }
        for fault in &found.faults {
            writeln!(out, "wrong: {fault}")?;
        }
    }
    Ok(ExitCode::from(u8::from(found.fault_count > 0 || !found.not_at_hand.is_empty())))
}

fn edited_scenes(args: &ScenesArgs) -> Result<(), Box<dyn Error>> {
    let folder = folder_of(args.recipe.as_deref());
    let corpus = args.corpus.open()?;
    let rows = Manifest::read(corpus.place())?.splits.values().map(|split| split.rows).sum();
    let bar = progress::bar(rows, "rows");
    let written = write_edited(corpus.place(), folder, &args.output, |rows| {
        bar.set_position(rows);
    })?;
    bar.finish_and_clear();
    let mut out = stdout().lock();
    if args.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&written)?)?);
    }
    writeln!(out, "{} scenes written, {} were there", written.scenes, written.found)?;
    if !written.not_at_hand.is_empty() {
        let rows: u64 = written.not_at_hand.values().sum();
        writeln!(out, "{rows} rows of scenes that are not at hand (hint: --recipe FILE, beside its scenes)")?;
    }
    Ok(())
}

/// A model as the corpus asks it.
struct Model(Endpoint);

impl Rewriter for Model {
    fn rewrite(&self, prompt: &Prompt) -> Result<String, Failure> {
        self.0.ask(prompt.system, &prompt.user).map_err(|error| {
            if error.is_final() { Failure::Ended(error.to_string()) } else { Failure::Row(error.name()) }
        })
    }
}

fn reword(args: &RewriteArgs) -> Result<(), Box<dyn Error>> {
    let folder = folder_of(args.recipe.as_deref());
    let key = args.key_env.as_deref().map(Key::from_env).transpose()?;
    let limits = Limits {
        timeout: Duration::from_secs(args.timeout),
        retries: args.retries,
        temperature: args.temperature,
        ..Limits::default()
    };
    let model = Model(Endpoint::new(&args.endpoint, &args.model, key, limits)?);
    let options = rewrite::Options {
        what: match args.what {
            WhatArg::Question => What::Question,
            WhatArg::Reasoning => What::Reasoning,
        },
        drop: args.drop,
        model: args.model.clone(),
        at_once: usize::from(args.at_once),
    };
    let (corpus, output) = (args.corpus.folder()?, args.output.folder()?);
    let rows = Manifest::read(corpus)?.splits.values().map(|split| split.rows).sum();
    let bar = progress::bar(rows, "rows");
    let manifest = rewrite::rewrite(corpus, folder, output, &options, &model, |rows| bar.inc(rows))?;
    bar.finish_and_clear();
    let (place, _) = card::write(output, &manifest)?;
    let notes = manifest.exports.get("rewrite").cloned().unwrap_or_default();
    let written: u64 = manifest.splits.values().map(|split| split.rows).sum();
    let mut out = stdout().lock();
    if args.json {
        let value = json!({ "rows": written, "rewrite": notes, "exports": manifest.exports });
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&value)?)?);
    }
    let notes: Vec<String> = notes.iter().map(|(what, number)| format!("{number} {what}")).collect();
    Ok(writeln!(out, "{written} rows: {}; {}", notes.join(", "), place.display())?)
}

/// A line that was refused, and why.
#[derive(Serialize)]
struct Refused<'a> {
    line: usize,
    reason: cot::Flaw,
    /// Why it is no trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    #[serde(flatten)]
    trace: Option<&'a serde_json::Value>,
}

fn filter(args: &FilterArgs) -> Result<(), Box<dyn Error>> {
    let rules = if args.r1 { Rules::R1 } else { Rules::SHORT };
    let (mut kept, mut refused, mut tally) = (Vec::new(), Vec::new(), std::collections::BTreeMap::new());
    let mut lines = Lines::open(&args.traces)?;
    let mut all = 0;
    while let Some((number, line)) = lines.next()? {
        all += 1;
        let value: Result<serde_json::Value, String> = parse_row(&line);
        let trace = value.as_ref().map_err(String::clone).and_then(Trace::of);
        let flaw = trace.as_ref().map_or(Some(cot::Flaw::NotRead), |trace| cot::flaw(trace, rules));
        if let Some(reason) = flaw {
            *tally.entry(reason).or_insert(0_u64) += 1;
            let problem = trace.err();
            if let Some(problem) = &problem
                && tally.get(&reason) == Some(&1)
            {
                writeln!(stderr(), "{}", lines.fault(number, problem.clone()))?;
            }
            serde_json::to_writer(
                &mut refused,
                &Refused { line: number, reason, problem, trace: value.as_ref().ok() },
            )?;
            refused.push(b'\n');
        } else {
            kept.extend_from_slice(line.trim_end().as_bytes());
            kept.push(b'\n');
        }
    }
    if all == tally.get(&cot::Flaw::NotRead).copied().unwrap_or(0) {
        return Err(lines.file_fault("no trace in it").into());
    }
    output::write(&args.output, &kept)?;
    if let Some(place) = &args.refused {
        output::write(place, &refused)?;
    }
    let out: u64 = tally.values().sum();
    let why: Vec<String> = tally
        .iter()
        .map(|(flaw, count)| {
            format!(
                "{} {count}",
                serde_json::to_value(flaw).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
            )
        })
        .collect();
    writeln!(stderr(), "{all} traces, {} kept, {out} refused: {}", all - out, why.join(", "))?;
    Ok(())
}
