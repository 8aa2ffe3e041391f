//! Rows scored under a profile, averaged as a benchmark averages, with intervals; where profiles disagree.

use std::collections::BTreeMap;

use question::Draw;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Benchmark, Profile, Row};
use crate::rule::mean_relative_accuracy;

/// Draws of clusters for an interval.
const RESAMPLES: u64 = 1000;

/// An average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Average {
    /// Mean of the means of the tasks.
    Macro,
    /// Mean of all rows.
    Micro,
}

/// What a profile made of a row.
#[derive(Debug, Clone, PartialEq)]
struct Mark {
    score: f64,
    /// What was taken for the answer.
    said: Option<String>,
}

/// Bounds within which 95 of 100 draws of scenes lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Interval {
    /// Lower.
    pub lo: f64,
    /// Upper.
    pub hi: f64,
}

/// Score of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// Its name.
    pub name: String,
    /// Rows.
    pub rows: usize,
    /// Score, in [0, 1].
    pub score: f64,
}

/// Scores of all rows under one profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProfileScores {
    /// Name of the profile.
    pub profile: String,
    /// Source and revision that it follows.
    pub version: String,
    /// Which of the two averages the harness prints.
    pub headline: Average,
    /// Mean of the means of the tasks.
    #[serde(rename = "macro")]
    pub macro_mean: f64,
    /// Mean of all rows.
    pub micro: f64,
    /// 95 % interval of the headline; scenes are drawn whole.
    pub interval: Interval,
    /// Rows.
    pub rows: usize,
    /// Rows whose request failed; they score nothing and are in the means.
    pub failed: usize,
    /// Rows in which the profile found no answer, failed ones apart.
    pub unread: usize,
    /// The tasks, by name.
    pub tasks: Vec<Task>,
    #[serde(skip)]
    marks: Vec<Mark>,
}

impl ProfileScores {
    /// The score that the harness prints.
    pub fn score(&self) -> f64 {
        match self.headline {
            Average::Macro => self.macro_mean,
            Average::Micro => self.micro,
        }
    }

    /// What was taken for the answer of a row, and its score.
    pub fn of_row(&self, at: usize) -> Option<(Option<&str>, f64)> {
        self.marks.get(at).map(|mark| (mark.said.as_deref(), mark.score))
    }
}

/// All profiles side by side.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sheet {
    /// Name of the benchmark.
    pub benchmark: String,
    /// The profiles, in the order asked for.
    pub profiles: Vec<ProfileScores>,
}

/// A row that profiles score differently.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// Its id.
    pub id: String,
    /// Its group.
    pub group: String,
    /// The right answer.
    pub truth: String,
    /// What each profile took for the answer, and the score of that.
    pub said: BTreeMap<String, (Option<String>, f64)>,
}

/// A letter without the brackets that some files put around it.
fn plain(letter: &str) -> &str {
    let letter = letter.trim();
    letter.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(letter)
}

fn mark(benchmark: &Benchmark, profile: &Profile, row: &Row) -> Mark {
    if row.failed {
        return Mark { score: 0.0, said: None };
    }
    if let (true, Some(reader)) = (benchmark.numeric.contains(&row.group), profile.number) {
        let said = reader.read(&row.reply);
        let truth = row.truth.trim().parse::<f64>().ok();
        let score = match (said, truth) {
            (Some(said), Some(truth)) => mean_relative_accuracy(said, truth, 10),
            _ => 0.0,
        };
        return Mark { score, said: said.map(|said| said.to_string()) };
    }
    let recorded = row.recorded.as_ref().filter(|_| profile.recorded);
    let said = match recorded {
        Some(recorded) => Some(plain(recorded).to_owned()),
        None if row.options.is_empty() => profile.letter.read(&row.reply, &vec![String::new(); benchmark.letters]),
        None => profile.letter.read(&row.reply, &row.options),
    };
    let right = said.as_deref().is_some_and(|said| said.eq_ignore_ascii_case(plain(&row.truth)));
    Mark { score: f64::from(u8::from(right)), said }
}

/// Sums and counts of the groups, from which both averages follow.
struct Means<'b> {
    benchmark: &'b Benchmark,
    groups: Vec<&'b str>,
}

impl Means<'_> {
    /// Tasks, their mean, and the mean of all rows.
    fn of(&self, sums: &[(f64, usize)]) -> (Vec<Task>, f64, f64) {
        let mean = |(sum, rows): (f64, usize)| if rows == 0 { 0.0 } else { sum / rows as f64 };
        let mut tasks: Vec<Task> = Vec::new();
        for merged in &self.benchmark.task {
            let parts: Vec<(f64, usize)> = (self.groups.iter().zip(sums))
                .filter(|(group, (_, rows))| merged.of.iter().any(|of| of == *group) && *rows > 0)
                .map(|(_, sum)| *sum)
                .collect();
            if !parts.is_empty() {
                let score = parts.iter().map(|part| mean(*part)).sum::<f64>() / parts.len() as f64;
                tasks.push(Task { name: merged.name.clone(), rows: parts.iter().map(|(_, rows)| rows).sum(), score });
            }
        }
        let merged = |group: &str| self.benchmark.task.iter().any(|task| task.of.iter().any(|of| of == group));
        for (group, sum) in self.groups.iter().zip(sums).filter(|(group, (_, rows))| !merged(group) && *rows > 0) {
            tasks.push(Task { name: (*group).to_owned(), rows: sum.1, score: mean(*sum) });
        }
        tasks.sort_by(|a, b| a.name.cmp(&b.name));
        let macro_mean = mean((tasks.iter().map(|task| task.score).sum(), tasks.len()));
        let all = sums.iter().fold((0.0, 0), |(sum, rows), (s, r)| (sum + s, rows + r));
        (tasks, macro_mean, mean(all))
    }
}

/// Scores rows under profiles. The same rows and profiles give the same sheet.
pub fn score(benchmark: &Benchmark, rows: &[Row], profiles: &[&Profile]) -> Sheet {
    let mut groups: Vec<&str> = rows.iter().map(|row| row.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    let group_of: Vec<usize> = rows.iter().map(|row| groups.binary_search(&row.group.as_str()).unwrap_or(0)).collect();
    let mut clusters: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        clusters.entry(&row.scene).or_default().push(at);
    }
    let clusters: Vec<Vec<usize>> = clusters.into_values().collect();
    let means = Means { benchmark, groups };
    let sheets = profiles.iter().map(|profile| {
        let marks: Vec<Mark> = rows.par_iter().map(|row| mark(benchmark, profile, row)).collect();
        let sums = |chosen: &mut dyn Iterator<Item = usize>| {
            let mut sums = vec![(0.0, 0_usize); means.groups.len()];
            for at in chosen {
                let sum = &mut sums[group_of[at]];
                sum.0 += marks[at].score;
                sum.1 += 1;
            }
            sums
        };
        let (tasks, macro_mean, micro) = means.of(&sums(&mut (0..rows.len())));
        let mut drawn: Vec<f64> = (0..RESAMPLES)
            .into_par_iter()
            .map(|sample| {
                let mut draw = Draw::new(0, &["bootstrap", &benchmark.name], sample);
                let mut chosen = (0..clusters.len()).filter_map(|_| draw.pick(&clusters)).flatten().copied();
                let (_, macro_mean, micro) = means.of(&sums(&mut chosen));
                if profile.headline == Average::Macro { macro_mean } else { micro }
            })
            .collect();
        drawn.sort_by(f64::total_cmp);
        let quantile = |share: f64| drawn.get((share * drawn.len() as f64) as usize).copied().unwrap_or(0.0);
        ProfileScores {
            profile: profile.name.clone(),
            version: profile.version.clone(),
            headline: profile.headline,
            macro_mean,
            micro,
            interval: Interval { lo: quantile(0.025), hi: quantile(0.975) },
            rows: rows.len(),
            failed: rows.iter().filter(|row| row.failed).count(),
            unread: rows.iter().zip(&marks).filter(|(row, mark)| !row.failed && mark.said.is_none()).count(),
            tasks,
            marks,
        }
    });
    Sheet { benchmark: benchmark.name.clone(), profiles: sheets.collect() }
}

/// Rows that not all profiles of a sheet score the same.
pub fn differences(sheet: &Sheet, rows: &[Row]) -> Vec<Difference> {
    let differs = |at: usize| {
        let mut scores = sheet.profiles.iter().filter_map(|profile| Some(profile.of_row(at)?.1.to_bits()));
        let first = scores.next();
        scores.any(|score| Some(score) != first)
    };
    let shown = |at: usize| -> BTreeMap<String, (Option<String>, f64)> {
        let of = |profile: &ProfileScores| {
            let (said, score) = profile.of_row(at)?;
            // A megabyte that was taken for an answer is not printed.
            let said = said.map(|said| said.chars().take(80).collect());
            Some((profile.profile.clone(), (said, score)))
        };
        sheet.profiles.iter().filter_map(of).collect()
    };
    let rows = rows.iter().enumerate().filter(|(at, _)| differs(*at));
    rows.map(|(at, row)| Difference {
        id: row.id.clone(),
        group: row.group.clone(),
        truth: row.truth.clone(),
        said: shown(at),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::benchmark::benchmark;

    /// Task means that lmms-eval reported for Qwen3-VL-2B, and the overall score that it made of them.
    #[test]
    fn the_overall_score_of_vsi_bench_to_the_last_bit() {
        let reported = [
            ("obj_appearance_order", 0.593_851_132_686_084_1),
            ("object_abs_distance", 0.422_422_062_350_119_86),
            ("object_counting", 0.599_469_026_548_672_6),
            ("object_rel_distance", 0.529_577_464_788_732_4),
            ("object_size_estimation", 0.709_338_929_695_697_8),
            ("room_size_estimation", 0.523_263_888_888_888_9),
            ("route_planning", 0.273_195_876_288_659_77),
            ("object_rel_direction_hard", 0.427_920_367_540_996_6),
        ];
        let benchmark = benchmark("vsi-bench").expect("a benchmark");
        let means = Means { benchmark, groups: reported.iter().map(|(name, _)| *name).collect() };
        let (tasks, overall, _) = means.of(&reported.map(|(_, score)| (score, 1)));
        assert_eq!(tasks.len(), 8);
        assert_eq!(overall.to_bits(), 0.509_879_843_598_481_5_f64.to_bits(), "{overall}");
    }

    #[test]
    fn directions_are_one_task_and_failed_rows_stay_in_the_mean() {
        let benchmark = benchmark("vsi-bench").expect("a benchmark");
        let row = |kind: &str, truth: &str, reply: &str, failed: bool| Row {
            group: kind.to_owned(),
            truth: truth.to_owned(),
            reply: reply.to_owned(),
            failed,
            ..Row::default()
        };
        let rows = [
            row("object_rel_direction_easy", "A", "A", false),
            row("object_rel_direction_hard", "A", "B", false),
            row("object_rel_direction_hard", "A", "A", true),
            row("object_counting", "4", "4", false),
        ];
        let sheet = score(benchmark, &rows, &[benchmark.profile("official").expect("a profile")]);
        let scores = &sheet.profiles[0];
        assert!((scores.macro_mean - 0.75).abs() < 1e-15 && (scores.micro - 0.5).abs() < 1e-15);
        assert_eq!((scores.failed, scores.unread, scores.tasks.len()), (1, 0, 2));
    }
}
