//! `isovist bench verdict`: from text or question to verdict, for every task in a small and a large scene.

use std::{
    collections::BTreeSet,
    error::Error,
    io::{self, Write},
    time::Duration,
};

use language::PhraseBook;
use question::{Draw, Profile, Question, Task, evaluate, prove};
use scene::{ObjectId, Scene, SceneError};
use serde::Serialize;

use super::spread::{Spread, timed};
use crate::{
    ask::{book, known_profile},
    generate::TaskArgs,
    open::open_scene,
    progress,
};
use ::corpus::Source;

/// Time from text to verdict, and from question to verdict with and without a proof, for every task.
///
/// Questions are drawn as `gen` draws them, whatever their verdict. A small scene is the room cc5237fd77 of
/// VSI-Bench with its 15 objects, a large one 64 objects of the kitchen, every fifth by number.
#[derive(Debug, clap::Args)]
pub(crate) struct VerdictArgs {
    /// Questions a task and scene
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    samples: usize,
    #[command(flatten)]
    tasks: TaskArgs,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The embedded scenes that are asked, and how many of their objects are kept.
const SCENES: [(&str, usize); 2] = [("cc5237fd77", 15), ("kitchen", 64)];
/// Fillings drawn for one sample at most; a few make no question that reads back.
const DRAWS_A_SAMPLE: usize = 4;

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    profile: String,
    samples: usize,
    scenes: Vec<Asked>,
    tasks: Vec<Row>,
    overall: Row,
}

/// A scene that was asked.
#[derive(Debug, Serialize)]
struct Asked {
    scene: String,
    objects: usize,
}

/// Times of the questions of one task in one scene, or of all in all; no times where nothing could be asked.
#[derive(Debug, Serialize)]
struct Row {
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    objects: Option<usize>,
    asked: usize,
    certain: usize,
    text_to_verdict_us: Option<Spread>,
    question_to_verdict_us: Option<Spread>,
    question_to_proof_us: Option<Spread>,
}

/// Times of single questions, µs.
#[derive(Debug, Clone, Default)]
struct Times {
    certain: usize,
    text_to_verdict_us: Vec<f64>,
    question_to_verdict_us: Vec<f64>,
    question_to_proof_us: Vec<f64>,
}

/// Runs the command.
pub(super) fn run(args: &VerdictArgs) -> Result<(), Box<dyn Error>> {
    let (profile, book) = (known_profile("isovist")?, book()?);
    let tasks = args.tasks.chosen()?;
    let sources: Vec<Source> = SCENES
        .into_iter()
        .map(|(name, objects)| Ok(Source::from(thinned(open_scene(name)?, objects)?)))
        .collect::<Result<_, Box<dyn Error>>>()?;
    let bar = progress::bar((tasks.len() * sources.len()) as u64, "tasks");
    let mut rows = Vec::new();
    let mut all = Times::default();
    for task in tasks {
        for source in &sources {
            let times = times(source, task, profile, book, args.samples);
            all.extend(&times);
            rows.push(times.row(Some(&task.name), Some(source.scene.objects().len())));
            bar.inc(1);
        }
    }
    let asked = |source: &Source| Asked { scene: source.scene.id().to_owned(), objects: source.scene.objects().len() };
    let report = Report {
        profile: profile.name.clone(),
        samples: args.samples,
        scenes: sources.iter().map(asked).collect(),
        tasks: rows,
        overall: all.row(None, None),
    };
    bar.finish_and_clear();
    super::show(&report, args.json, table)
}

/// The scene with this many of its objects, evenly spaced by number; the scene itself if it has no more.
fn thinned(scene: Scene, objects: usize) -> Result<Scene, SceneError> {
    let step = scene.objects().len() / objects;
    if step < 2 {
        return Ok(scene);
    }
    let mut parts = scene.into_parts();
    parts.id = format!("{}-{objects}", parts.id);
    let kept: BTreeSet<ObjectId> = parts.objects.iter().step_by(step).take(objects).map(|object| object.id).collect();
    parts.retain(|object| kept.contains(&object.id));
    Scene::new(parts)
}

/// Asks a scene up to `samples` questions of a task.
fn times(source: &Source, task: &Task, profile: &Profile, book: &PhraseBook, samples: usize) -> Times {
    let mut times = Times::default();
    for index in 0..samples.saturating_mul(DRAWS_A_SAMPLE) {
        if times.text_to_verdict_us.len() == samples {
            break;
        }
        let mut draw = Draw::new(0, &["bench", &task.name], index as u64);
        if let Some((text, question)) = drawn(source, task, book, &mut draw) {
            times.take(source, profile, book, &text, &question);
        }
    }
    times
}

/// A question in words that the book reads back.
fn drawn(source: &Source, task: &Task, book: &PhraseBook, draw: &mut Draw) -> Option<(String, Question)> {
    let fillings = source.sampler.fillings(&source.scene, task, draw)?;
    let text = book.ask_any(task, &fillings, draw.below(task.phrases.ask.len()))?;
    let question = book.parse(&source.scene, &text).ok()?.question;
    Some((text, question))
}

impl Times {
    fn take(&mut self, source: &Source, profile: &Profile, book: &PhraseBook, text: &str, question: &Question) {
        let scene = &source.scene;
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let verdict = evaluate(scene, question, profile);
        self.certain += usize::from(verdict.answer().is_some());
        let read = || book.parse(scene, text).map(|parsed| evaluate(scene, &parsed.question, profile));
        self.text_to_verdict_us.push(micros(timed(read)));
        self.question_to_verdict_us.push(micros(timed(|| evaluate(scene, question, profile))));
        self.question_to_proof_us.push(micros(timed(|| prove(scene, question, profile, &source.sha256))));
    }

    fn extend(&mut self, other: &Self) {
        self.certain += other.certain;
        self.text_to_verdict_us.extend(&other.text_to_verdict_us);
        self.question_to_verdict_us.extend(&other.question_to_verdict_us);
        self.question_to_proof_us.extend(&other.question_to_proof_us);
    }

    fn row(self, task: Option<&'static str>, objects: Option<usize>) -> Row {
        Row {
            task,
            objects,
            asked: self.text_to_verdict_us.len(),
            certain: self.certain,
            text_to_verdict_us: Spread::of(self.text_to_verdict_us),
            question_to_verdict_us: Spread::of(self.question_to_verdict_us),
            question_to_proof_us: Spread::of(self.question_to_proof_us),
        }
    }
}

fn table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let scenes: Vec<String> =
        report.scenes.iter().map(|asked| format!("{} ({} objects)", asked.scene, asked.objects)).collect();
    writeln!(out, "scenes: {}; profile {}; times in µs", scenes.join(", "), report.profile)?;
    writeln!(
        out,
        "{:<26} {:>7} {:>6} {:>8}   {:^19}   {:^19}   {:^19}",
        "", "", "", "", "text to verdict", "question to verdict", "with proof"
    )?;
    write!(out, "{:<26} {:>7} {:>6} {:>8}", "task", "objects", "asked", "certain")?;
    for _ in 0..3 {
        write!(out, "   {:>9} {:>9}", "median", "p99")?;
    }
    writeln!(out)?;
    for row in report.tasks.iter().chain([&report.overall]) {
        let objects = row.objects.map_or_else(|| "all".to_owned(), |objects| objects.to_string());
        let certain = 100.0 * row.certain as f64 / row.asked.max(1) as f64;
        write!(out, "{:<26} {objects:>7} {:>6} {certain:>6.0} %", row.task.unwrap_or("overall"), row.asked)?;
        let times = [row.text_to_verdict_us, row.question_to_verdict_us, row.question_to_proof_us];
        for spread in times.into_iter().flatten() {
            write!(out, "   {spread}")?;
        }
        writeln!(out)?;
    }
    Ok(())
}
