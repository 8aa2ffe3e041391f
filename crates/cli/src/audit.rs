//! `isovist audit`: published benchmark rows, recomputed from the annotation.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{Write as _, stdout},
    path::PathBuf,
    process::ExitCode,
};

use question::{Filling, Fillings, Question, evaluate, print, task};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    ask::known_profile,
    lines::{Lines, parse_row},
    open::Shelf,
};

/// Recompute published benchmark rows and say where they disagree.
///
/// Under profile `vsi-bench` the published rule is reproduced; under `isovist` each row shows what exact
/// geometry says. Exit status: 0 if all rows agree, 1 if any differs, 2 for an error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AuditArgs {
    /// Which benchmark
    #[arg(value_parser = ["vsi-bench"])]
    benchmark: String,
    /// Published rows, one JSON object a line: `scene_name`, `question_type`, `objects`, `ground_truth`, and `options` where
    /// that is a letter; `-`: standard input
    #[arg(long, value_name = "FILE")]
    rows: PathBuf,
    /// Folder of scenes; left out, the built-in ones
    #[arg(long, value_name = "DIR")]
    scenes: Option<String>,
    /// Named set of definitions
    #[arg(long, default_value = "vsi-bench")]
    profile: String,
    /// Print one JSON object a row, then the summary
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist audit vsi-bench --rows published_rows.jsonl
  isovist audit vsi-bench --rows published_rows.jsonl --profile isovist
  isovist audit vsi-bench --rows published_rows.jsonl --scenes scenes/ --json";

/// A published row; other fields are not needed.
#[derive(Debug, Deserialize)]
struct Row {
    scene_name: String,
    question_type: String,
    objects: Vec<String>,
    /// A text, a number, or the letter of an option.
    #[serde(default)]
    ground_truth: Option<Value>,
    /// The text of the right option.
    #[serde(default)]
    ground_truth_text: Option<String>,
    #[serde(default)]
    options: Vec<String>,
}

impl Row {
    /// The published answer in words. Where the letter means another option than the text says, both.
    fn published(&self) -> Option<String> {
        let said = match self.ground_truth.as_ref() {
            Some(Value::String(said)) => Some(said.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let letter = said.as_deref().and_then(|said| match said.as_bytes() {
            [letter @ b'A'..=b'Z'] => self.options.get(usize::from(letter - b'A')),
            _ => None,
        });
        // "B. towel"
        let chosen = letter.map(|option| match option.split_once(". ") {
            Some((letter, text)) if letter.len() == 1 => text.to_owned(),
            _ => option.clone(),
        });
        match (chosen, &self.ground_truth_text) {
            (Some(chosen), Some(text)) if chosen != *text => {
                Some(format!("{} ({chosen}), but {text}", said.unwrap_or_default()))
            }
            (Some(chosen), _) => Some(chosen),
            (None, Some(text)) => Some(text.clone()),
            (None, None) => said,
        }
    }
}

/// One row's result.
#[derive(Debug, Serialize)]
struct Outcome {
    line: usize,
    scene: String,
    question_type: String,
    objects: Vec<String>,
    published: String,
    computed: String,
    agrees: bool,
    #[serde(flatten)]
    apart: Option<Apart>,
}

/// How far a published number is from the computed one, before rounding, in the published unit.
#[derive(Debug, Clone, Copy, Serialize)]
struct Apart {
    /// Computed value.
    exact: f64,
    /// How far the annotation may be off, either way.
    tolerance: f64,
    /// Computed less published.
    difference: f64,
    /// Whether the published number, rounded as it is, may be true within the tolerance.
    possible: bool,
}

impl Apart {
    fn of([exact, lo, hi]: [f64; 3], published: &str) -> Option<Self> {
        let number: f64 = published.parse().ok()?;
        let decimals = published.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let rounding = 0.5 * 10f64.powi(-i32::try_from(decimals).ok()?);
        Some(Self {
            exact,
            tolerance: (hi - exact).max(exact - lo),
            difference: exact - number,
            possible: lo <= number + rounding && hi >= number - rounding,
        })
    }
}

/// Published question type, task of the catalogue, its roles in the order of the row's objects.
const TASKS: &[(&str, &str, &[&str])] = &[
    ("object_counting", "object_counting", &["class"]),
    ("object_size_estimation", "object_size", &["a"]),
    ("room_size_estimation", "room_size", &[]),
    ("object_abs_distance", "absolute_distance", &["a", "b"]),
    ("object_rel_distance", "relative_distance", &["a", "candidates"]),
    ("object_rel_direction_hard", "relative_direction", &["at", "facing", "of"]),
    ("object_rel_direction_medium", "relative_direction_medium", &["at", "facing", "of"]),
    ("object_rel_direction_easy", "relative_direction_easy", &["at", "facing", "of"]),
];

/// Runs the command.
pub(crate) fn run(args: &AuditArgs) -> Result<ExitCode, Box<dyn Error>> {
    let profile = known_profile(&args.profile)?;
    let mut shelf = Shelf::with(args.scenes.as_deref())?;
    let mut rows = Lines::open(&args.rows)?;
    let mut outcomes = Vec::new();
    let mut passed_over: BTreeMap<String, usize> = BTreeMap::new();
    let mut first = None;
    while let Some((line, text)) = rows.next()? {
        let fault = |problem: String| rows.fault(line, problem);
        let row: Row = parse_row(&text).map_err(fault)?;
        // Whole files have rows of kinds and scenes that are not at hand.
        let mut pass_over = |why: String, problem: String| {
            *passed_over.entry(why).or_default() += 1;
            first.get_or_insert_with(|| rows.fault(line, problem));
        };
        let Some((_, task, roles)) = TASKS.iter().find(|(published, ..)| *published == row.question_type) else {
            let problem = format!("question_type: {:?} cannot be recomputed from an annotation", row.question_type);
            pass_over(format!("question_type {}", row.question_type), problem);
            continue;
        };
        let scene = match shelf.scene(&row.scene_name) {
            Ok((scene, _)) => scene,
            Err(error) => {
                pass_over("scenes that are not at hand".to_owned(), format!("scene_name: {error}"));
                continue;
            }
        };
        let question = question_of(&row, task, roles).map_err(fault)?;
        let verdict = evaluate(scene, &question, profile);
        let published =
            row.published().ok_or_else(|| fault("ground_truth: missing; a row has its answer".to_owned()))?;
        let printed_by = known_profile("vsi-bench")?;
        let computed = match (&verdict.answer(), verdict.reason()) {
            (Some(answer), _) => print::answer_in(printed_by, &question, answer),
            (None, Some(reason)) => format!("{}: {}", reason.code, reason.sentence),
            (None, None) => String::new(),
        };
        let number = |text: &str| text.parse::<f64>().ok();
        outcomes.push(Outcome {
            line,
            scene: row.scene_name,
            question_type: row.question_type,
            objects: row.objects,
            agrees: computed == published || number(&computed).is_some() && number(&computed) == number(&published),
            apart: verdict
                .answer()
                .and_then(|answer| print::bounds_in(printed_by, &question, answer))
                .and_then(|bounds| Apart::of(bounds, &published)),
            published,
            computed,
        });
    }
    if outcomes.is_empty() {
        return Err(first.unwrap_or_else(|| rows.file_fault("no row in it")).into());
    }
    for (why, count) in &passed_over {
        eprintln!("passed over: {count} of {why}");
    }
    report(args, &outcomes, &passed_over)
}

fn report(
    args: &AuditArgs,
    outcomes: &[Outcome],
    passed_over: &BTreeMap<String, usize>,
) -> Result<ExitCode, Box<dyn Error>> {
    let mut out = stdout().lock();
    let mut by_type: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for outcome in outcomes {
        let counts = by_type.entry(&outcome.question_type).or_default();
        counts.0 += usize::from(outcome.agrees);
        counts.1 += 1;
        if args.json {
            writeln!(out, "{}", serde_json::to_string(outcome)?)?;
        } else if !outcome.agrees {
            let Outcome { line, scene, question_type, objects, published, computed, .. } = outcome;
            write!(out, "{line}: {scene} {question_type} ({}): published {published}, ", objects.join(", "))?;
            match outcome.apart {
                Some(Apart { exact, tolerance, difference, possible }) => {
                    let more = if difference > 0.0 { "more" } else { "less" };
                    let possible = if possible { "within" } else { "beyond" };
                    let by = difference.abs();
                    writeln!(out, "exact {exact:.2} ± {tolerance:.2}: {by:.2} {more}, {possible} the tolerance")?;
                }
                None => writeln!(out, "{computed}")?,
            }
        }
    }
    let agree: usize = by_type.values().map(|(agree, _)| agree).sum();
    if args.json {
        let summary = serde_json::json!({
            "profile": args.profile, "rows": outcomes.len(), "agree": agree, "by_type": by_type,
            "passed_over": passed_over
        });
        writeln!(out, "{summary}")?;
    } else {
        for (kind, (agree, all)) in &by_type {
            writeln!(out, "{kind:<30} {agree:>4} of {all}")?;
        }
        let apart: Vec<Apart> =
            outcomes.iter().filter(|outcome| !outcome.agrees).filter_map(|outcome| outcome.apart).collect();
        if !apart.is_empty() {
            let longer = apart.iter().filter(|apart| apart.difference < 0.0).count();
            let beyond = apart.iter().filter(|apart| !apart.possible).count();
            writeln!(
                out,
                "{} numbers differ: {longer} published too large, {} too small; {beyond} by more than the tolerance",
                apart.len(),
                apart.len() - longer
            )?;
        }
        writeln!(out, "profile {}: {agree} of {} rows agree", args.profile, outcomes.len())?;
    }
    Ok(if agree == outcomes.len() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The question of a row, asked by a task of the catalogue with these roles in the order of the row's objects.
fn question_of(row: &Row, name: &str, roles: &[&str]) -> Result<Question, String> {
    let task = task(name).ok_or_else(|| format!("the catalogue has no task {name:?}"))?;
    let mut objects = row.objects.iter();
    let mut fillings = Fillings::new();
    for role in roles {
        let filling = if *role == "candidates" {
            Filling::List(objects.by_ref().cloned().collect())
        } else {
            Filling::Text(objects.next().cloned().ok_or_else(|| format!("objects: none left for {role}"))?)
        };
        fillings.insert((*role).to_owned(), filling);
    }
    if name == "relative_distance" {
        fillings.insert("want".into(), Filling::Text("least".into()));
    }
    if let Some(extra) = objects.next() {
        return Err(format!("objects: {extra:?} is one too many"));
    }
    task.question(&fillings).map_err(|error| error.to_string())
}
