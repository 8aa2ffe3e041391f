//! Rows scored under a profile, averaged as a benchmark averages, with intervals; where profiles disagree.

use std::collections::BTreeMap;

use question::Draw;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{
    Benchmark, Grouping, Measure, Profile, Row,
    corpus::corpus,
    mark::{Mark, mark},
};

/// Draws of clusters for an interval.
const RESAMPLES: u64 = 1000;

/// An average.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Average {
    /// Mean of the means of the tasks. This mean, the other and the interval are no numbers, null in JSON, where no row is
    /// covered.
    Macro,
    /// Mean of all rows.
    Micro,
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

/// Scores by another grouping.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Breakdown {
    /// Name of the grouping.
    pub by: String,
    /// Its tasks, by name.
    pub tasks: Vec<Task>,
}

/// Score by one measure, averaged as the headline is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measured {
    /// Name of the measure.
    pub name: String,
    /// Score; CIDEr reaches 10, all others 1.
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
    /// Rows that the profile covers.
    pub rows: usize,
    /// What the means are over: rows, or rows that count together.
    pub counted: usize,
    /// Rows whose request failed; they score nothing and are in the means.
    pub failed: usize,
    /// Rows in which the profile found no answer, failed ones apart.
    pub unread: usize,
    /// The tasks, by name.
    pub tasks: Vec<Task>,
    /// The same by the other groupings.
    pub breakdowns: Vec<Breakdown>,
    /// All measures where there are several, the one of the score first.
    pub measures: Vec<Measured>,
    /// A mark for each row, none for those that are not covered.
    #[serde(skip)]
    marks: Vec<Option<Mark>>,
}

impl ProfileScores {
    /// The score that the harness prints.
    pub fn score(&self) -> f64 {
        match self.headline {
            Average::Macro => self.macro_mean,
            Average::Micro => self.micro,
        }
    }

    /// What was taken for the answer of a row, and its score; `None` for a row that the profile does not cover.
    pub fn of_row(&self, at: usize) -> Option<(Option<&str>, f64)> {
        self.marks.get(at)?.as_ref().map(|mark| (mark.said.as_deref(), mark.score))
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
    /// What the model wrote; of a long reply its two ends.
    pub reply: String,
    /// What each profile took for the answer, and the score of that.
    pub said: BTreeMap<String, (Option<String>, f64)>,
}

/// The groups of a grouping, from whose sums and counts both averages follow.
struct Means<'b> {
    grouping: &'b Grouping,
    groups: Vec<&'b str>,
}

impl Means<'_> {
    /// Tasks, their mean, and the mean of all rows.
    fn of(&self, sums: &[(f64, usize)]) -> (Vec<Task>, f64, f64) {
        let mean = |(sum, rows): (f64, usize)| if rows == 0 { 0.0 } else { sum / rows as f64 };
        let mut tasks: Vec<Task> = Vec::new();
        for merged in &self.grouping.task {
            let parts: Vec<(f64, usize)> = (self.groups.iter().zip(sums))
                .filter(|(group, (_, rows))| merged.of.iter().any(|of| of == *group) && *rows > 0)
                .map(|(_, sum)| *sum)
                .collect();
            if !parts.is_empty() {
                let score = parts.iter().map(|part| mean(*part)).sum::<f64>() / parts.len() as f64;
                tasks.push(Task { name: merged.name.clone(), rows: parts.iter().map(|(_, rows)| rows).sum(), score });
            }
        }
        let merged = |group: &str| self.grouping.task.iter().any(|task| task.of.iter().any(|of| of == group));
        for (group, sum) in self.groups.iter().zip(sums).filter(|(group, (_, rows))| !merged(group) && *rows > 0) {
            tasks.push(Task { name: (*group).to_owned(), rows: sum.1, score: mean(*sum) });
        }
        tasks.sort_by(|a, b| a.name.cmp(&b.name));
        let macro_mean = mean((tasks.iter().map(|task| task.score).sum(), tasks.len()));
        let all = sums.iter().fold((0.0, 0), |(sum, rows), (s, r)| (sum + s, rows + r));
        (tasks, macro_mean, mean(all))
    }
}

/// What a mean is over: rows that count together, mostly one.
struct Unit<'r> {
    rows: Vec<usize>,
    first: &'r Row,
}

impl<'r> Unit<'r> {
    /// Its group in a grouping: that of its first row.
    fn group(&self, grouping: usize) -> &'r str {
        self.first.groups.get(grouping).map_or("", String::as_str)
    }
}

/// Sums and counts of the groups of some units.
fn sums(groups: usize, of: &[usize], scores: &[f64], chosen: impl Iterator<Item = usize>) -> Vec<(f64, usize)> {
    let mut sums = vec![(0.0, 0_usize); groups];
    for at in chosen {
        let sum = &mut sums[of[at]];
        sum.0 += scores[at];
        sum.1 += 1;
    }
    sums
}

/// Scores rows under profiles. The same rows and profiles give the same sheet.
pub fn score(benchmark: &Benchmark, rows: &[Row], profiles: &[&Profile]) -> Sheet {
    let sheets = profiles.iter().map(|profile| under(benchmark, rows, profile));
    Sheet { benchmark: benchmark.name.clone(), profiles: sheets.collect() }
}

/// The rows that a profile covers, by position.
fn covered(benchmark: &Benchmark, profile: &Profile, rows: &[Row]) -> Vec<usize> {
    let by = profile.covers.as_ref().map(|covers| {
        (benchmark.grouping.iter().position(|grouping| grouping.name == covers.by).unwrap_or(0), &covers.of)
    });
    let is = |row: &Row| {
        by.is_none_or(|(at, of)| row.groups.get(at).is_some_and(|group| of.iter().any(|known| known == group)))
    };
    (0..rows.len()).filter(|at| is(&rows[*at])).collect()
}

fn under(benchmark: &Benchmark, rows: &[Row], profile: &Profile) -> ProfileScores {
    let covered = covered(benchmark, profile, rows);
    // Units, in the order in which their first rows stand.
    let mut units: Vec<Unit> = Vec::new();
    let mut together: BTreeMap<String, usize> = BTreeMap::new();
    for at in &covered {
        let row = &rows[*at];
        let unit = match &profile.together {
            Some(key) => *together.entry(key.of(&row.id)).or_insert(units.len()),
            None => units.len(),
        };
        match units.get_mut(unit) {
            Some(unit) => unit.rows.push(*at),
            None => units.push(Unit { rows: vec![*at], first: row }),
        }
    }
    let averaged: Vec<(Means, Vec<usize>)> = (benchmark.groupings_of(profile).into_iter())
        .map(|at| {
            let of_units: Vec<&str> = units.iter().map(|unit| unit.group(at)).collect();
            let mut groups = of_units.clone();
            groups.sort_unstable();
            groups.dedup();
            let of = of_units.iter().map(|group| groups.binary_search(group).unwrap_or(0)).collect();
            (Means { grouping: &benchmark.grouping[at], groups }, of)
        })
        .collect();
    let unit_scores = |marks: &[Option<Mark>]| -> Vec<f64> {
        let score = |at: &usize| marks[*at].as_ref().map_or(0.0, |mark| mark.score);
        units.iter().map(|unit| unit.rows.iter().map(score).product()).collect()
    };
    // The measure of the score, and its marks.
    let first = profile.measure.first();
    let (marks, over_corpus) = marks_by(benchmark, profile, first, rows, &covered);
    let scores = unit_scores(&marks);
    let all =
        |means: &Means, of: &[usize], scores: &[f64]| means.of(&sums(means.groups.len(), of, scores, 0..units.len()));
    let mut tables = averaged.iter().map(|(means, of)| (means.grouping.name.clone(), all(means, of, &scores)));
    let (_, (tasks, macro_mean, mean)) = tables.next().unwrap_or_default();
    let breakdowns = tables.map(|(by, (tasks, ..))| Breakdown { by, tasks }).collect();
    let headline = |macro_mean: f64, micro: f64| if profile.headline == Average::Macro { macro_mean } else { micro };
    let micro = over_corpus.unwrap_or(mean);
    let asked = || covered.iter().map(|at| &rows[*at]).filter(|row| !row.failed);
    let all_ranked = asked().next().is_some() && asked().all(|row| !row.ranked.is_empty());
    let further =
        profile.measure.iter().skip(1).filter(|measure| measure.best_of.is_none() || all_ranked).map(|measure| {
            let (marks, over_corpus) = marks_by(benchmark, profile, Some(measure), rows, &covered);
            let scores = unit_scores(&marks);
            let (macro_mean, mean) = averaged.first().map_or((0.0, 0.0), |(means, of)| {
                let (_, macro_mean, mean) = all(means, of, &scores);
                (macro_mean, mean)
            });
            Measured { name: measure.name.clone(), score: headline(macro_mean, over_corpus.unwrap_or(mean)) }
        });
    let own = first.map(|first| Measured { name: first.name.clone(), score: headline(macro_mean, micro) });
    let mut clusters: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, unit) in units.iter().enumerate() {
        clusters.entry(&unit.first.scene).or_default().push(at);
    }
    let clusters: Vec<Vec<usize>> = clusters.into_values().collect();
    let interval = averaged.first().map_or(Interval { lo: 0.0, hi: 0.0 }, |(means, of)| {
        let mut drawn: Vec<f64> = (0..RESAMPLES)
            .into_par_iter()
            .map(|sample| {
                let mut draw = Draw::new(0, &["bootstrap", &benchmark.name], sample);
                let chosen = (0..clusters.len()).filter_map(|_| draw.pick(&clusters)).flatten().copied();
                let (_, macro_mean, micro) = means.of(&sums(means.groups.len(), of, &scores, chosen));
                headline(macro_mean, micro)
            })
            .collect();
        drawn.sort_by(f64::total_cmp);
        let quantile = |share: f64| drawn.get((share * drawn.len() as f64) as usize).copied().unwrap_or(0.0);
        Interval { lo: quantile(0.025), hi: quantile(0.975) }
    });
    let known = |score: f64| if covered.is_empty() { f64::NAN } else { score };
    let unread = |at: &&usize| !rows[**at].failed && marks[**at].as_ref().is_none_or(|mark| mark.said.is_none());
    ProfileScores {
        profile: profile.name.clone(),
        version: profile.version.clone(),
        headline: profile.headline,
        macro_mean: known(macro_mean),
        micro: known(micro),
        interval: Interval { lo: known(interval.lo), hi: known(interval.hi) },
        rows: covered.len(),
        counted: units.len(),
        failed: covered.iter().filter(|at| rows[**at].failed).count(),
        unread: covered.iter().filter(unread).count(),
        tasks,
        breakdowns,
        measures: own.into_iter().chain(further).collect(),
        marks,
    }
}

/// The marks of the covered rows by one measure, and the score of all where it is one of a corpus.
fn marks_by(
    benchmark: &Benchmark,
    profile: &Profile,
    measure: Option<&Measure>,
    rows: &[Row],
    covered: &[usize],
) -> (Vec<Option<Mark>>, Option<f64>) {
    let own =
        |at: &usize| (*at, mark(benchmark, profile, measure.filter(|measure| measure.corpus.is_none()), &rows[*at]));
    let mut own: Vec<(usize, Mark)> = covered.par_iter().map(own).collect();
    let mut over_corpus = None;
    if let Some((measure, which)) = measure.and_then(|measure| Some((measure, measure.corpus?))) {
        let (scores, all) = corpus(profile, measure, which, &covered.iter().map(|at| &rows[*at]).collect::<Vec<_>>());
        for ((at, mark), score) in own.iter_mut().zip(scores) {
            mark.score = score;
            // A caption of a box whose overlap is not known has not been read.
            if measure.above_overlap.is_some() && rows[*at].overlap.is_none() {
                mark.said = None;
            }
        }
        over_corpus = Some(all);
    }
    let mut marks = vec![None; rows.len()];
    for (at, mark) in own {
        marks[at] = Some(mark);
    }
    (marks, over_corpus)
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
        group: row.groups.first().cloned().unwrap_or_default(),
        truth: row.shown.clone(),
        reply: shortened(&row.reply),
        said: shown(at),
    })
    .collect()
}

/// A reply, or its two ends with dots between.
fn shortened(reply: &str) -> String {
    /// Characters of an end.
    const END: usize = 500;
    let ends = reply.char_indices().nth(END).zip(reply.char_indices().nth_back(END - 1));
    match ends {
        Some(((head, _), (tail, _))) if head < tail => format!("{} … {}", &reply[..head], &reply[tail..]),
        _ => reply.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{benchmark::benchmark, truth::Truth};

    #[test]
    fn long_replies_are_shown_by_their_ends() {
        assert_eq!(shortened("It is é."), "It is é.");
        let text = "é".repeat(1000);
        assert_eq!(shortened(&text), text);
        let long = shortened(&format!("a{}b", "é".repeat(1_000_000)));
        assert!(long.starts_with("aé") && long.ends_with("éb") && long.chars().count() == 1003, "{}", long.len());
    }

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
        let means =
            Means { grouping: &benchmark.grouping[0], groups: reported.iter().map(|(name, _)| *name).collect() };
        let (tasks, overall, _) = means.of(&reported.map(|(_, score)| (score, 1)));
        assert_eq!(tasks.len(), 8);
        assert_eq!(overall.to_bits(), 0.509_879_843_598_481_5_f64.to_bits(), "{overall}");
    }

    #[test]
    fn directions_are_one_task_and_failed_rows_stay_in_the_mean() {
        let benchmark = benchmark("vsi-bench").expect("a benchmark");
        let row = |group: &str, truth: Truth, reply: &str, failed: bool| Row {
            id: String::new(),
            groups: vec![group.to_owned()],
            scene: String::new(),
            kind: usize::from(matches!(truth, Truth::Choice { .. })),
            truth,
            shown: String::new(),
            reply: reply.to_owned(),
            recorded: None,
            ranked: Vec::new(),
            picture: None,
            overlap: None,
            failed,
        };
        let a = || Truth::Choice { position: 0, options: vec![String::new(); 4] };
        let four = Truth::Quantity { value: 4.0, lo: None, hi: None, unit: question::Unit::One, bare: 1.0 };
        let rows = [
            row("object_rel_direction_easy", a(), "A", false),
            row("object_rel_direction_hard", a(), "B", false),
            row("object_rel_direction_hard", a(), "A", true),
            row("object_counting", four, "4", false),
        ];
        let sheet = score(benchmark, &rows, &[benchmark.profile("official").expect("a profile")]);
        let scores = &sheet.profiles[0];
        assert!((scores.macro_mean - 0.75).abs() < 1e-15 && (scores.micro - 0.5).abs() < 1e-15);
        assert_eq!((scores.failed, scores.unread, scores.tasks.len()), (1, 0, 2));
    }
}
