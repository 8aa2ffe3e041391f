//! `isovist judge`: replies rewarded under a preset.

use std::{
    collections::BTreeMap,
    error::Error,
    io::{BufWriter, Write as _, stdout},
    path::PathBuf,
};

use judge::{
    benchmark::MOST_ROWS,
    reward::{Component, Preset, preset, presets},
    row::{JudgedRow, Judgement, judge_all},
};
use serde_json::json;

use crate::{
    likeness::{Compared, judge_by},
    lines::{Lines, parse_row},
};

/// Reward replies: components, totals and reasons, a JSON object a row.
///
/// A row has `reply` and `truth`, or is a row of `isovist gen` with a `reply` (`isovist schema judge`). Rows that share
/// a `group` also get advantages. A row that cannot be judged has an `error` in its place, and the exit status is 2 then.
/// A summary goes to standard error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct JudgeArgs {
    /// Rows, one JSON object a line; `-`: standard input
    #[arg(required_unless_present = "list")]
    file: Option<PathBuf>,
    /// What replies are rewarded by
    #[arg(long, default_value = "isovist")]
    preset: String,
    /// Compare texts by the model in this folder, as Hugging Face lays it (`config.json`, `tokenizer.json`,
    /// `model.safetensors`): a sentence embedding or a CLIP; by shared words where this is not given
    #[arg(long, value_name = "FOLDER")]
    likeness: Option<PathBuf>,
    /// List the presets instead
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = r#"Examples:
  isovist judge --list
  isovist judge replies.jsonl --preset spatialevo-solver
  isovist judge replies.jsonl --preset 3d-r1 --likeness ~/models/clip-vit-base-patch32
  echo '{"reply": "<answer>30 cm</answer>", "truth": {"kind": "quantity", "value": 0.3, "unit": "m"}}' | isovist judge -"#;

/// A judgement, with the name of what compared its texts where that is not the default.
#[derive(serde::Serialize)]
struct JudgedBy<'j> {
    #[serde(flatten)]
    judgement: &'j Judgement<'j>,
    #[serde(skip_serializing_if = "Option::is_none")]
    likeness: Option<&'j str>,
}

/// The preset of this name.
pub(crate) fn known_preset(name: &str) -> Result<&'static Preset, String> {
    preset(name).ok_or_else(|| {
        let names: Vec<&str> = presets().iter().map(|preset| preset.name.as_str()).collect();
        format!("--preset: unknown preset {name:?} (hint: one of {})", names.join(", "))
    })
}

/// Runs the command.
pub(crate) fn run(args: &JudgeArgs) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(stdout().lock());
    let (Some(file), false) = (&args.file, args.list) else {
        for preset in presets() {
            writeln!(out, "{}\n  {}\n  source: {}\n  {}", preset.name, preset.summary, preset.source, preset.differs)?;
        }
        return Ok(out.flush()?);
    };
    let preset = known_preset(&args.preset)?;
    let mut lines = Lines::open(file)?;
    let (mut rows, mut numbers): (Vec<JudgedRow>, Vec<usize>) = (Vec::new(), Vec::new());
    let mut unread: Vec<(usize, String)> = Vec::new();
    while let Some((number, line)) = lines.next()? {
        if rows.len() + unread.len() == MOST_ROWS {
            return Err(lines.file_fault(&format!("more than {MOST_ROWS} rows (hint: split the file)")).into());
        }
        match parse_row(&line) {
            Ok(row) => {
                rows.push(row);
                numbers.push(number);
            }
            Err(problem) => unread.push((number, problem)),
        }
    }
    if rows.is_empty() && unread.is_empty() {
        return Err(lines.file_fault("no row in it").into());
    }
    let (judged, likeness) = match &args.likeness {
        Some(folder) => {
            let Compared { name, judged } = judge_by(folder, preset, &rows)?;
            (judged, Some(name))
        }
        None => (judge_all(preset, &rows), None),
    };
    let mut judgements: Vec<Judgement> = Vec::with_capacity(judged.len());
    let not_judged = unread.len() + judged.iter().filter(|result| result.is_err()).count();
    let mut first_fault = None;
    let mut unread = unread.into_iter().peekable();
    for ((result, number), row) in judged.into_iter().zip(numbers).zip(&rows) {
        while let Some((before, problem)) = unread.next_if(|(before, _)| *before < number) {
            writeln!(out, "{}", json!({ "id": null, "error": problem }))?;
            first_fault.get_or_insert_with(|| lines.fault(before, problem));
        }
        match result {
            Ok(judgement) => {
                let line = JudgedBy { judgement: &judgement, likeness: likeness.as_deref() };
                writeln!(out, "{}", serde_json::to_string(&line)?)?;
                judgements.push(judgement);
            }
            // It keeps its place among the lines.
            Err(fault) => {
                writeln!(out, "{}", json!({ "id": row.id, "error": fault.to_string() }))?;
                first_fault.get_or_insert_with(|| lines.fault(number, fault.to_string()));
            }
        }
    }
    for (number, problem) in unread {
        writeln!(out, "{}", json!({ "id": null, "error": problem }))?;
        first_fault.get_or_insert_with(|| lines.fault(number, problem));
    }
    out.flush()?;
    if !judgements.is_empty() {
        let total: f64 = judgements.iter().map(|judgement| judgement.reward.total).sum();
        let mean = total / judgements.len() as f64;
        eprintln!("{} rows, mean reward {mean:.4} under {}", judgements.len(), preset.name);
    }
    if let Some(name) = likeness {
        eprintln!("texts compared by {name}");
    }
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for (name, part) in judgements.iter().flat_map(|judgement| &judgement.reward.components) {
        let reason = serde_json::to_string(&part.reason)?;
        *reasons.entry(format!("{name}: {}", reason.trim_matches('"'))).or_default() += 1;
    }
    for (reason, count) in reasons {
        eprintln!("{count:>8}  {reason}");
    }
    for Component { name, .. } in &preset.component {
        if !judgements.is_empty() && judgements.iter().all(|judged| judged.reward.components.get(name).is_none()) {
            eprintln!("{name}: no row has what it needs, so that it pays nothing (hint: `isovist judge --list`)");
        }
    }
    match first_fault {
        None => Ok(()),
        Some(first) => Err(format!("{not_judged} rows are not judged; the first: {first}").into()),
    }
}
