//! Time from the bytes of a reply to its reward, as one process sees it.
//!
//! `cargo test --release -p isovist-judge --test speed -- --ignored`, on a machine that does nothing else.

use std::{hint::black_box, time::Instant};

use judge::{
    Reply, Truth,
    reward::{Facts, Preset, preset},
    row::recorded_mix,
};

fn quantile(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[(share * (times.len() - 1) as f64) as usize]
}

#[test]
#[ignore = "holds times, which only a quiet machine keeps"]
fn a_reply_is_rewarded_within_a_microsecond() {
    let mix = recorded_mix().expect("rows");
    let truths: Vec<Truth> = mix.iter().map(|row| row.truth().expect("a truth")).collect();
    let presets: Vec<&Preset> =
        ["isovist", "spatialevo-solver", "skill-3d"].iter().map(|name| preset(name).expect("a preset")).collect();
    let facts = Facts::default();
    let mut each = Vec::new();
    for round in 0..=200 {
        for (row, truth) in mix.iter().zip(&truths) {
            let start = Instant::now();
            black_box(presets[0].reward(&Reply::from(&row.reply), truth, &facts));
            if round > 0 {
                each.push(start.elapsed().as_secs_f64() * 1e6);
            }
        }
    }
    // 2,048 replies in groups of eight under three presets, on one thread.
    let rows: Vec<usize> = (0..2048).map(|at| at / 8 % mix.len()).collect();
    let mut batches: Vec<f64> = (0..100)
        .map(|_| {
            let start = Instant::now();
            for preset in &presets {
                for at in &rows {
                    black_box(preset.reward(&Reply::new(mix[*at].reply.as_bytes()), &truths[*at], &facts));
                }
            }
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    let (median, p99) = (quantile(&mut each, 0.5), quantile(&mut each, 0.99));
    let batch = quantile(&mut batches, 0.5);
    eprintln!("a reply: median {median:.2} us, p99 {p99:.2} us; 2,048 replies x 3 on one thread: median {batch:.2} ms");
    assert!(median <= 1.0 && p99 <= 5.0, "median {median} us, p99 {p99} us");
    assert!(batch <= 10.0, "{batch} ms");
}
