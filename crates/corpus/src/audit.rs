//! The blind audit of a corpus: what a guesser scores that sees the words alone.

use std::collections::BTreeMap;

use language::Format;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    CorpusError, Manifest, Place,
    blind::{Audit, Blind, Score},
    read::{each_row_of, full_files},
};

/// Most rows that are audited.
pub const MOST_ROWS: u64 = 1_000_000;
/// Standard deviations by which the points must exceed the limit to count as above it.
const DEVIATIONS: f64 = 2.0;

/// Rows of a task and format below which nothing is concluded.
pub const LEAST_ROWS: u64 = 50;

/// What the audit found: `audit.json`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// Rows that were read.
    pub rows: u64,
    /// Points above chance that are allowed.
    pub limit_points: f64,
    /// Task → format → the best guesser's score; of what can be guessed.
    pub scores: BTreeMap<String, BTreeMap<Format, Score>>,
    /// Tasks and formats whose best guesser is above the limit by more than two standard deviations.
    pub above: Vec<String>,
}

/// What the audit does not look at.
const UNREAD: [&str; 3] = ["proof", "reasoning", "images"];

/// Audits the rows of all splits together, the first [`MOST_ROWS`]; none where no export holds full rows.
pub fn audit<'a>(corpus: impl Into<Place<'a>>, manifest: &Manifest) -> Result<Option<Report>, CorpusError> {
    let Some((export, files)) = full_files(manifest) else { return Ok(None) };
    let place = corpus.into();
    let mut audits: BTreeMap<(String, Format), Audit> = BTreeMap::new();
    let (mut read, mut files) = (0, &files[..]);
    while read < MOST_ROWS && !files.is_empty() {
        // So many files at a time as there are threads, but no more than have the rows that are still to be read.
        let wanted = (MOST_ROWS - read).div_ceil(manifest.recipe.rows_per_part().max(1));
        let together = usize::try_from(wanted).unwrap_or(usize::MAX).clamp(1, rayon::current_num_threads());
        let (now, later) = files.split_at(together.min(files.len()));
        files = later;
        let guessed = |(_, file): &(&str, &str)| {
            let mut rows = Vec::new();
            each_row_of(export, place.fetch(file)?.as_ref(), &UNREAD, &mut |row| {
                let fillings = row.roles.clone().unwrap_or_default();
                let blind = Blind::of(&row, &fillings);
                rows.push((row.task, row.format, blind));
                Ok((rows.len() as u64) < MOST_ROWS - read)
            })?;
            Ok(rows)
        };
        let found: Vec<Vec<_>> = now.par_iter().map(guessed).collect::<Result<_, CorpusError>>()?;
        for (task, format, blind) in found.into_iter().flatten().take((MOST_ROWS - read) as usize) {
            read += 1;
            if let Some(blind) = blind {
                audits.entry((task, format)).or_default().add(blind);
            }
        }
    }
    let limit = manifest.recipe.balance.most_blind_points;
    let mut report = Report { rows: read, limit_points: limit, ..Report::default() };
    for ((task, format), audit) in audits {
        let Some(score) = audit.score() else { continue };
        if score.rows >= LEAST_ROWS && score.points - DEVIATIONS * score.deviation_points > limit {
            report.above.push(format!("{task} {}", format.name()));
        }
        report.scores.entry(task).or_default().insert(format, score);
    }
    Ok(Some(report))
}

/// Audits a corpus and writes `audit.json` beside it, where there is something to audit.
pub fn write<'a>(corpus: impl Into<Place<'a>>, manifest: &Manifest) -> Result<Option<Report>, CorpusError> {
    let place = corpus.into();
    let report = audit(place, manifest)?;
    if let Some(report) = &report {
        let text = serde_json::to_string_pretty(report).map_err(std::io::Error::other)? + "\n";
        place.write("audit.json", text.as_bytes())?;
    }
    Ok(report)
}
