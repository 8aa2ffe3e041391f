//! `isovist bench boxes`: F1 of the boxes of replies, and the time of reading and of matching them.

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
};

use judge::{
    Reply,
    reply::{Coordinates, Read},
    rule::Matched,
};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use scene::geometry::{OrientedBox, Vec3};
use serde::{Deserialize, Serialize};

use super::spread::timed;

/// F1 of the boxes of replies, and the time of reading and of matching them, on one thread; of reading on all threads, too.
///
/// `bindings/python/benches/box_scores.py` runs it beside `re`, `NumPy` and `SciPy`.
#[derive(Debug, clap::Args)]
pub(crate) struct BoxesArgs {
    /// List of objects with `reply`, and `boxes` as six numbers each: the lowest and the highest corner
    file: PathBuf,
    /// Overlap from which a pair counts
    #[arg(long, default_value_t = 0.25, value_name = "IOU")]
    at: f64,
    /// Times that all is measured; the best counts
    #[arg(long, default_value_t = 20, value_name = "N")]
    rounds: usize,
    /// Print JSON, scores of every reply included
    #[arg(long)]
    json: bool,
}

/// Times that the threads read all replies in a row: those that sleep take a while to wake.
const PASSES: usize = 10;
/// Replies that a thread takes at once at least.
const LEAST_REPLIES_OF_A_TASK: usize = 64;

#[derive(Debug, Deserialize)]
struct Entry {
    reply: String,
    boxes: Vec<[f64; 6]>,
}

/// What is printed; times of all replies together.
#[derive(Debug, Serialize)]
struct Report {
    reading_s: f64,
    reading_on_all_threads_s: f64,
    threads: usize,
    f1_s: f64,
    f1: Vec<f64>,
}

/// Runs the command.
pub(super) fn run(args: &BoxesArgs) -> Result<(), Box<dyn Error>> {
    let text = scene::disk::read_text(&args.file)?;
    let entries: Vec<Entry> =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let truths: Vec<Vec<[f64; 6]>> = entries.iter().map(|entry| entry.boxes.clone()).collect();
    let mut report = Report {
        reading_s: f64::INFINITY,
        reading_on_all_threads_s: f64::INFINITY,
        threads: rayon::current_num_threads(),
        f1_s: f64::INFINITY,
        f1: Vec::new(),
    };
    for _ in 0..args.rounds.max(1) {
        let mut said = Vec::new();
        let reading = timed(|| said = entries.iter().map(|entry| boxes_of(&entry.reply)).collect());
        let mut count = 0;
        let on_all = timed(|| {
            let some =
                (0..PASSES).into_par_iter().flat_map(|_| entries.par_iter().with_min_len(LEAST_REPLIES_OF_A_TASK));
            count = some.map(|entry| boxes_of(&entry.reply).len()).sum();
        });
        if count != PASSES * said.iter().map(Vec::len).sum::<usize>() {
            return Err("threads read other boxes than one does".into());
        }
        let of = |(said, truth): (&Vec<Coordinates>, &Vec<[f64; 6]>)| {
            let truth: Vec<OrientedBox> = truth.iter().filter_map(|numbers| solid(numbers)).collect();
            let said: Vec<Option<OrientedBox>> = said.iter().map(|group| solid(&group.numbers)).collect();
            Matched::of(&said, &truth).f1(args.at)
        };
        let matching = timed(|| report.f1 = said.iter().zip(&truths).map(of).collect());
        report.reading_s = report.reading_s.min(reading.as_secs_f64());
        report.reading_on_all_threads_s = report.reading_on_all_threads_s.min(on_all.as_secs_f64() / PASSES as f64);
        report.f1_s = report.f1_s.min(matching.as_secs_f64());
    }
    super::show(&report, args.json, |out: &mut dyn Write, report: &Report| -> io::Result<()> {
        let per = 1e6 / report.f1.len().max(1) as f64;
        let mean = report.f1.iter().sum::<f64>() / report.f1.len().max(1) as f64;
        writeln!(out, "{} replies, F1@{} {mean:.4}", report.f1.len(), args.at)?;
        let (one, all) = (report.reading_s * per, report.reading_on_all_threads_s * per);
        writeln!(out, "{one:.3} us a reply to read the boxes, {all:.3} us on {} threads", report.threads)?;
        writeln!(out, "{:.3} us a reply for F1", report.f1_s * per)
    })
}

/// The groups of numbers that a reply's answer has.
fn boxes_of(reply: &str) -> Vec<Coordinates> {
    match Reply::from(reply).coordinates() {
        Read::One(found) => found.value,
        Read::Conflict { .. } | Read::Nothing { .. } => Vec::new(),
    }
}

/// A box of its lowest and its highest corner, metres.
fn solid(numbers: &[f64]) -> Option<OrientedBox> {
    let [x0, y0, z0, x1, y1, z1] = numbers.try_into().ok()?;
    let (low, high) = (Vec3::new(x0, y0, z0), Vec3::new(x1, y1, z1));
    OrientedBox::upright((low + high) * 0.5, (high - low) * 0.5, 0.0).ok()
}
