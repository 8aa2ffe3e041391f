//! `isovist bench corpus`: certified rows a second, to compressed files.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

use ::corpus::{Plan, Recipe, Shard, make};
use serde::Serialize;

use crate::{ask::book, progress};

/// Make rows from flats built in memory and write them, and say how many a second.
#[derive(Debug, clap::Args)]
pub(crate) struct CorpusArgs {
    /// Rows
    #[arg(long, default_value_t = 1_000_000, value_name = "N")]
    rows: u64,
    /// Rows of one file
    #[arg(long, default_value_t = 250_000, value_name = "N")]
    rows_per_part: u64,
    /// Flats to draw from
    #[arg(long, default_value_t = 400, value_name = "N")]
    flats: u64,
    /// Named table of task shares
    #[arg(long, default_value = "hispatial", value_parser = ["even", "hispatial"])]
    preset: String,
    /// Only these tasks; `each`: every task of the table by itself, as many rows of each
    #[arg(long, value_delimiter = ',', value_name = "TASK")]
    tasks: Vec<String>,
    /// With proofs and reasoning step by step
    #[arg(long)]
    proofs: bool,
    /// Folder to write into; it is made and removed
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
    output: PathBuf,
    /// Threads; 0: one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    threads: usize,
    runs: Vec<Run>,
    /// Most memory that the process ever had, MiB; of Linux.
    most_memory_mib: Option<u64>,
}

/// One corpus.
#[derive(Debug, Serialize)]
struct Run {
    name: String,
    rows: u64,
    /// Rows that were planned and not found.
    short: u64,
    bytes: u64,
    plan_s: f64,
    make_s: f64,
    rows_a_second: f64,
    /// Hours for two billion rows at that rate.
    two_billion_h: f64,
}

/// Runs the command.
pub(super) fn run(args: &CorpusArgs) -> Result<(), Box<dyn Error>> {
    if args.output.exists() {
        return Err(format!("{}: is there already (hint: name a folder to be made)", args.output.display()).into());
    }
    let runs: Vec<Vec<String>> = match &args.tasks[..] {
        [each] if each == "each" => question::catalogue().iter().map(|task| vec![task.name.clone()]).collect(),
        tasks => vec![tasks.to_vec()],
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let bar = progress::bar(args.rows * runs.len() as u64, "rows");
    let mut report = Report { threads: pool.current_num_threads(), runs: Vec::new(), most_memory_mib: None };
    for tasks in runs {
        let run = pool.install(|| one(args, &tasks, &bar).map_err(|error| error.to_string()));
        fs::remove_dir_all(&args.output).ok();
        match run {
            Ok(run) => report.runs.push(run),
            // A task that flats in memory cannot be asked, among many.
            Err(_) if tasks.len() == 1 && args.tasks == ["each"] => {}
            Err(error) => return Err(error.into()),
        }
    }
    bar.finish_and_clear();
    report.most_memory_mib = most_memory_mib();
    super::show(&report, args.json, |out, report| {
        writeln!(out, "{} threads", report.threads)?;
        writeln!(
            out,
            "{:32} {:>10} {:>8} {:>8} {:>8} {:>10} {:>16}",
            "", "rows", "short", "MB", "s", "rows/s", "two billion, h"
        )?;
        for run in &report.runs {
            writeln!(
                out,
                "{:32} {:>10} {:>8} {:>8.1} {:>8.2} {:>10.0} {:>16.1}",
                run.name,
                run.rows,
                run.short,
                run.bytes as f64 / 1e6,
                run.make_s,
                run.rows_a_second,
                run.two_billion_h
            )?;
        }
        match report.most_memory_mib {
            Some(mib) => writeln!(out, "at most {mib} MiB of memory"),
            None => Ok(()),
        }
    })
}

fn one(args: &CorpusArgs, tasks: &[String], bar: &indicatif::ProgressBar) -> Result<Run, Box<dyn Error>> {
    let only: Vec<String> = tasks.iter().map(|task| format!("{task:?}")).collect();
    let (preset, extra) = if args.proofs { (&args.preset, "\nproofs = true") } else { (&args.preset, "") };
    let reasoning = if args.proofs { "reasoning = \"steps\"\n" } else { "" };
    let preset = if args.tasks == ["each"] { "even" } else { preset };
    let text = format!(
        "name = \"bench\"\nrows = {}\nrows_per_part = {}\n{reasoning}[[scenes]]\nrooms = {{ n = {}, seed = 1 }}\n[tasks]\npreset = \
         {preset:?}\nonly = [{}]\n[output]\nexports = [\"parquet\"]{extra}\n",
        args.rows,
        args.rows_per_part,
        args.flats,
        only.join(", ")
    );
    let start = Instant::now();
    let plan = Plan::new(Recipe::parse(&text, "bench")?, Path::new("."), book()?)?;
    let planned = start.elapsed().as_secs_f64();
    let start = Instant::now();
    let made = make(&plan, &args.output, Shard::default(), |rows| bar.inc(rows))?;
    let seconds = start.elapsed().as_secs_f64();
    let manifest = ::corpus::Manifest::read(&args.output)?;
    let rate = made.rows as f64 / seconds;
    Ok(Run {
        name: match tasks {
            [] => format!("{preset}, all tasks"),
            [one] => one.clone(),
            several => format!("{} tasks", several.len()),
        },
        rows: made.rows,
        short: args.rows.saturating_sub(made.rows),
        bytes: manifest.splits.values().flat_map(|split| split.files.values()).map(|file| file.bytes).sum(),
        plan_s: planned,
        make_s: seconds,
        rows_a_second: rate,
        two_billion_h: 2e9 / rate / 3600.0,
    })
}

fn most_memory_mib() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
