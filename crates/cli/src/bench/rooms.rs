//! `isovist bench rooms`: flats built a second, without writing them.

use std::{
    error::Error,
    io::{self, Write},
    time::{Duration, Instant},
};

use rayon::prelude::*;
use rooms::{Flat, FlatConfig, Kinds, build_flat};
use serde::Serialize;

use super::spread::Spread;
use crate::progress;

/// Flats built a second, on one thread and on all.
///
/// A flat is built with its scene, meshes and walks; nothing is written.
#[derive(Debug, clap::Args)]
pub(crate) struct RoomsArgs {
    /// Flats to build
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    n: u64,
    /// Seed of the flats
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    flats: u64,
    objects: usize,
    triangles: usize,
    poses: usize,
    /// Time of one flat, milliseconds, on one thread.
    flat_ms: Option<Spread>,
    one_thread: Rate,
    all_threads: Rate,
}

#[derive(Debug, Serialize)]
struct Rate {
    threads: usize,
    flats_per_s: f64,
}

/// Runs the command.
pub(super) fn run(args: &RoomsArgs) -> Result<(), Box<dyn Error>> {
    let kinds = Kinds::builtin()?;
    let config = FlatConfig { seed: args.seed, ..FlatConfig::default() };
    let bar = progress::bar(2 * args.n, "flats");
    let build = |flat: u64| {
        let start = Instant::now();
        let built = build_flat(kinds, &config, flat);
        let time = start.elapsed();
        bar.inc(1);
        built.map(|built| (built, time))
    };
    let (mut objects, mut triangles, mut poses, mut times) = (0, 0, 0, Vec::new());
    for flat in 0..args.n {
        let (Flat { scene, solids, walks, .. }, time) = build(flat)?;
        objects += scene.objects().len();
        triangles += solids.iter().map(|solid| solid.mesh.triangles().len()).sum::<usize>();
        poses += walks.iter().map(|walk| walk.poses.len()).sum::<usize>();
        times.push(time);
    }
    let start = Instant::now();
    (0..args.n).into_par_iter().try_for_each(|flat| build(flat).map(drop))?;
    let in_parallel = start.elapsed();
    bar.finish_and_clear();
    let rate = |threads, time: Duration| Rate { threads, flats_per_s: args.n as f64 / time.as_secs_f64() };
    let report = Report {
        flats: args.n,
        objects,
        triangles,
        poses,
        flat_ms: Spread::of(times.iter().map(|time| time.as_secs_f64() * 1e3).collect()),
        one_thread: rate(1, times.iter().sum()),
        all_threads: rate(rayon::current_num_threads(), in_parallel),
    };
    super::show(&report, args.json, table)
}

fn table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let Report { flats, objects, triangles, poses, .. } = report;
    writeln!(out, "{flats} flats: {objects} objects, {triangles} triangles, {poses} camera poses")?;
    if let Some(spread) = report.flat_ms {
        writeln!(out, "one flat: {:.2} ms (p99 {:.2} ms)", spread.median, spread.p99)?;
    }
    for rate in [&report.one_thread, &report.all_threads] {
        writeln!(out, "{:>2} threads: {:.0} flats/s", rate.threads, rate.flats_per_s)?;
    }
    Ok(())
}
