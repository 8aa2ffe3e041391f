//! What tests of benchmarks share: files to read, scores to look at.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering},
};

use judge::benchmark::{Benchmark, ProfileScores, Row, RowError, Rows, benchmark, score};
use serde_json::Value;

/// A folder of files that is removed again.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("isovist-benchmarks-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = Self(std::env::temp_dir().join(name));
        fs::create_dir_all(&folder.0).expect("a folder");
        for (name, content) in files {
            fs::write(folder.0.join(name), content).expect("a file");
        }
        folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn named(name: &str) -> &'static Benchmark {
    benchmark(name).expect("a benchmark")
}

/// Rows of a list of objects.
pub(crate) fn read(name: &str, rows: &Value) -> Result<Rows, RowError> {
    let folder = Folder::of(&[("rows.json", &rows.to_string())]);
    Rows::read(named(name), &folder.path("rows.json"), None)
}

pub(crate) fn rows(name: &str, rows: &Value) -> Vec<Row> {
    read(name, rows).expect("rows").all
}

pub(crate) fn under(name: &str, rows: &[Row], profile: &str) -> ProfileScores {
    let benchmark = named(name);
    let profile = benchmark.profile(profile).unwrap_or_else(|| panic!("{name} has no profile {profile}"));
    score(benchmark, rows, &[profile]).profiles.remove(0)
}

/// The scores of each row.
pub(crate) fn marks(name: &str, rows: &[Row], profile: &str) -> Vec<f64> {
    let scores = under(name, rows, profile);
    (0..rows.len()).map(|at| scores.of_row(at).map_or(f64::NAN, |(_, score)| score)).collect()
}

pub(crate) fn close(got: f64, expected: f64) {
    assert!((got - expected).abs() < 1e-9, "{got}, not {expected}");
}

pub(crate) fn measure(scores: &ProfileScores, name: &str) -> f64 {
    scores.measures.iter().find(|measured| measured.name == name).expect("a measure").score
}

pub(crate) fn task(scores: &ProfileScores, name: &str) -> f64 {
    let all = scores.tasks.iter().chain(scores.breakdowns.iter().flat_map(|breakdown| &breakdown.tasks));
    all.into_iter().find(|task| task.name == name).unwrap_or_else(|| panic!("no task {name}")).score
}
