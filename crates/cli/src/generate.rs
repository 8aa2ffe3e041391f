//! `isovist gen`: certified questions and answers from scenes.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error,
    fs::File,
    io::{BufWriter, Write, stderr, stdout},
    path::PathBuf,
};

use question::{Answer, Draw, Fillings, Profile, Proof, Question, Sampler, Task, Verdict, catalogue, print, prove};
use rayon::prelude::*;
use scene::{Scene, builtin, scene_sha256};
use serde::Serialize;

use crate::{
    ask::{AskError, book, known_profile},
    open::open_scenes,
};

/// Write certified questions and answers, one JSON object a line.
///
/// The same scenes and seed write the same bytes, whatever the number of threads.
#[derive(Debug, clap::Args)]
pub(crate) struct GenArgs {
    /// Folder of scenes, one scene, or a built-in name; left out, all built-in scenes
    scenes: Option<String>,
    /// Rows a task
    #[arg(long, default_value_t = 100, value_name = "N")]
    per_task: usize,
    /// Seed of the draws
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Only these tasks (`isovist catalogue`)
    #[arg(long, value_delimiter = ',', value_name = "TASK")]
    tasks: Vec<String>,
    /// Threads; 0: one a core
    #[arg(long, default_value_t = 0, value_name = "N")]
    threads: usize,
    /// Leave the proofs out
    #[arg(long)]
    no_proof: bool,
    /// File to write; left out, standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Candidate questions drawn for one row at most.
const DRAWS_A_ROW: usize = 40;
/// Candidates drawn at a time.
const BLOCK: usize = 256;

#[derive(Debug, thiserror::Error)]
pub(crate) enum GenError {
    #[error("no task {0:?} (hint: `isovist catalogue` lists them)")]
    Task(String),
    #[error("no scene to ask")]
    NoScene,
}

/// A scene with what generation needs of it.
pub(crate) struct Source {
    pub(crate) scene: Scene,
    pub(crate) sha256: String,
    pub(crate) sampler: Sampler,
}

/// One certified question.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) scene: String,
    pub(crate) task: String,
    pub(crate) level: u8,
    pub(crate) text: String,
    pub(crate) answer_text: String,
    pub(crate) answer: Answer,
    pub(crate) question: Question,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) proof: Option<Proof>,
}

/// Counts of what was drawn, by verdict or reason.
pub(crate) type Tally = BTreeMap<String, usize>;

pub(crate) fn source(scene: Scene) -> Source {
    Source { sha256: scene_sha256(&scene), sampler: Sampler::new(&scene), scene }
}

/// Runs the command.
pub(crate) fn run(args: &GenArgs) -> Result<(), Box<dyn Error>> {
    let profile = known_profile("isovist")?;
    let scenes = match &args.scenes {
        Some(given) => open_scenes(given)?,
        None => builtin::names().filter_map(builtin::open).collect::<Result<_, _>>()?,
    };
    let tasks: Vec<&Task> = if args.tasks.is_empty() {
        catalogue().iter().collect()
    } else {
        args.tasks
            .iter()
            .map(|name| question::task(name).ok_or_else(|| GenError::Task(name.clone())))
            .collect::<Result<_, _>>()?
    };
    if scenes.is_empty() {
        return Err(GenError::NoScene.into());
    }
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build()?;
    let sources: Vec<Source> = pool.install(|| scenes.into_par_iter().map(source).collect());
    let mut tally = Tally::new();
    let mut written = 0;
    let mut write = |out: &mut dyn Write| -> Result<(), Box<dyn Error>> {
        for task in &tasks {
            let rows = pool.install(|| rows(&sources, task, profile, args.seed, args.per_task, &mut tally))?;
            written += rows.len();
            for mut row in rows {
                if args.no_proof {
                    row.proof = None;
                }
                serde_json::to_writer(&mut *out, &row)?;
                out.write_all(b"\n")?;
            }
        }
        Ok(())
    };
    match &args.output {
        None => write(&mut stdout().lock())?,
        Some(path) => {
            // Written beside its place and moved there whole, so that a stop leaves no half file.
            let beside = path.with_extension("part");
            let mut out = BufWriter::new(File::create(&beside)?);
            let done = write(&mut out)
                .and_then(|()| Ok(out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?));
            if let Err(error) = done {
                std::fs::remove_file(&beside).ok();
                return Err(error);
            }
            std::fs::rename(&beside, path)?;
        }
    }
    let counts: Vec<String> = tally.iter().map(|(what, count)| format!("{what} {count}")).collect();
    writeln!(stderr(), "{written} rows; drawn: {}", counts.join(", "))?;
    Ok(())
}

/// Rows of one task over all scenes, in the order of their draws.
pub(crate) fn rows(
    sources: &[Source],
    task: &Task,
    profile: &Profile,
    seed: u64,
    wanted: usize,
    tally: &mut Tally,
) -> Result<Vec<Row>, AskError> {
    let book = book()?;
    let mut rows: Vec<Row> = Vec::new();
    let mut seen = BTreeSet::new();
    for block in 0..(wanted * DRAWS_A_ROW).div_ceil(BLOCK) {
        if rows.len() >= wanted {
            break;
        }
        let drawn: Vec<_> = (block * BLOCK..(block + 1) * BLOCK)
            .into_par_iter()
            .map(|index| {
                let mut draw = Draw::new(seed, &["gen", &task.name], index as u64);
                let source = draw.pick(sources)?;
                let fillings = source.sampler.fillings(task, &mut draw)?;
                let wording = draw.below(task.phrases.ask.len());
                Some(certified(source, task, profile, &fillings, wording, book))
            })
            .collect();
        for row in drawn {
            if rows.len() >= wanted {
                break;
            }
            let what = match row {
                None => "nothing to ask".to_owned(),
                Some(Err(reason)) => reason,
                Some(Ok(row)) if seen.insert((row.scene.clone(), row.text.clone())) => {
                    rows.push(Row { id: format!("{}-{seed}-{}", task.name, rows.len()), ..row });
                    "certain".to_owned()
                }
                Some(Ok(_)) => "repeated".to_owned(),
            };
            *tally.entry(what).or_default() += 1;
        }
    }
    Ok(rows)
}

fn certified(
    source: &Source,
    task: &Task,
    profile: &Profile,
    fillings: &Fillings,
    wording: usize,
    book: &language::PhraseBook,
) -> Result<Row, String> {
    let question = task.question(fillings).map_err(|error| error.to_string())?;
    let (verdict, proof) = prove(&source.scene, &question, profile, &source.sha256);
    let answer = match verdict {
        Verdict::Certain { answer, .. } => answer,
        Verdict::Ambiguous { reason, .. } | Verdict::Invalid { reason } => return Err(reason.code.as_str().to_owned()),
    };
    let text = book.ask_any(task, fillings, wording).ok_or("not worded")?;
    Ok(Row {
        id: String::new(),
        scene: source.scene.id().to_owned(),
        task: task.name.clone(),
        level: task.level,
        text,
        answer_text: print::answer_with_tolerance(&answer),
        answer,
        question,
        proof,
    })
}
