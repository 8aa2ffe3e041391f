//! `isovist bench judge`: time from reply to reward, over a recorded mix of all kinds of answers.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{self, Write},
};

use judge::{
    Reply, Truth,
    reward::{Facts, preset},
    row::recorded_mix,
};
use serde::Serialize;

use super::spread::{Spread, timed};

/// Time from the bytes of a reply to its reward under preset `isovist`, by kind of answer.
#[derive(Debug, clap::Args)]
pub(crate) struct JudgeArgs {
    /// Times that the mix is judged
    #[arg(long, default_value_t = 200, value_name = "N")]
    rounds: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is printed; times in nanoseconds.
#[derive(Debug, Serialize)]
struct Report {
    replies: usize,
    mean_bytes: usize,
    all_ns: Spread,
    by_kind_ns: BTreeMap<&'static str, Spread>,
}

/// Runs the command.
pub(super) fn run(args: &JudgeArgs) -> Result<(), Box<dyn Error>> {
    let mix = recorded_mix()?;
    let truths: Vec<Truth> = mix.iter().map(judge::row::JudgedRow::truth).collect::<Result<_, _>>()?;
    let preset = preset("isovist").ok_or("the preset is not built in")?;
    let facts = Facts::default();
    let mut by_kind: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    // The first round reads the tables that all share.
    for round in 0..=args.rounds.max(1) {
        for (row, truth) in mix.iter().zip(&truths) {
            let time = timed(|| preset.reward(&Reply::from(&row.reply), truth, &facts));
            if round > 0 {
                by_kind.entry(truth.kind()).or_default().push(time.as_secs_f64() * 1e9);
            }
        }
    }
    let all = by_kind.values().flatten().copied().collect();
    let report = Report {
        replies: mix.len(),
        mean_bytes: mix.iter().map(|row| row.reply.len()).sum::<usize>() / mix.len().max(1),
        all_ns: Spread::of(all).ok_or("nothing was measured")?,
        by_kind_ns: by_kind.into_iter().filter_map(|(kind, times)| Some((kind, Spread::of(times)?))).collect(),
    };
    super::show(&report, args.json, table)
}

fn table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(out, "{} replies of {} bytes on the average; nanoseconds a reply", report.replies, report.mean_bytes)?;
    writeln!(out, "{:<12} {:>9} {:>9}", "kind", "median", "p99")?;
    for (kind, spread) in &report.by_kind_ns {
        writeln!(out, "{kind:<12} {spread}")?;
    }
    writeln!(out, "{:<12} {}", "all", report.all_ns)
}
