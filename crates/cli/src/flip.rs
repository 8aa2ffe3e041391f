//! `isovist flip`: the least move of one object after which a question has another answer.

use std::{
    error::Error,
    io::{Write as _, stdout},
    path::PathBuf,
    process::ExitCode,
};

use question::{Answer, Verdict, evaluate, least_flip, print, subjects};
use scene::{Move, ObjectId, write_scene};
use serde::Serialize;

use crate::{
    ask::{known_profile, read},
    open::open_scene,
};

/// Find the least move of one object after which a question has another certain answer: a minimal pair.
///
/// What the question speaks of slides along the floor, or on what it stands on, until something is in its way. What
/// carries something stays where it is. Exit status: 0 where one is found, 1 where not, 2 for an error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FlipArgs {
    /// Scene: a built-in name (`isovist scenes ls`) or a path
    scene: String,
    /// The question, in words or as JSON
    question: String,
    /// Named set of definitions
    #[arg(long, default_value = "isovist")]
    profile: String,
    /// Folder for the other scene, which has no pictures; made if need be
    #[arg(short, long, value_name = "DIR", value_parser = crate::output::folder())]
    output: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist flip kitchen 'Which is closest to the fridge: the white vase or the wooden bowl?'
  isovist flip kitchen 'From the white vase, facing the fridge, does the wooden bowl lie to my left, right, or back?' -o edited/";

/// Why there is nothing to flip.
#[derive(Debug, thiserror::Error)]
enum FlipError {
    #[error(
        "when two answers like {0} are different is not said (hint: ask for a thing, a number, a direction, yes or no)"
    )]
    NotCompared(String),
    #[error("the question is {0}: only a certain answer can become another (hint: `isovist ask` says why)")]
    Uncertain(&'static str),
    #[error(
        "what the question speaks of is shown in pictures, which a move would not change (hint: name the things without a picture)"
    )]
    Pictures,
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report<'a> {
    answer: &'a Answer,
    #[serde(flatten)]
    flip: Option<Found<'a>>,
}

#[derive(Debug, Serialize)]
struct Found<'a> {
    edit: Move,
    moved_m: f64,
    becomes: &'a Answer,
    scene: &'a str,
}

/// Runs the command.
pub(crate) fn run(args: &FlipArgs) -> Result<ExitCode, Box<dyn Error>> {
    let profile = known_profile(&args.profile)?;
    let scene = open_scene(&args.scene)?;
    let question = read(&scene, &args.question)?.question;
    let verdict = evaluate(&scene, &question, profile);
    let Verdict::Certain { answer, .. } = &verdict else { return Err(FlipError::Uncertain(verdict.kind()).into()) };
    if matches!(answer, Answer::Region { .. } | Answer::Frame { .. } | Answer::Pixel { .. }) {
        return Err(FlipError::NotCompared(print::answer(answer)).into());
    }
    let (positions, frames) = subjects(&scene, &question);
    if !frames.is_empty() {
        return Err(FlipError::Pictures.into());
    }
    let objects: Vec<ObjectId> = positions.into_iter().map(|at| scene.objects()[at].id).collect();
    let flip = least_flip(&scene, &question, profile, answer, &objects);
    if let (Some(flip), Some(folder)) = (&flip, &args.output) {
        write_scene(&flip.scene, &folder.join(flip.scene.id()))?;
    }
    let mut out = stdout().lock();
    let found = flip.as_ref().map(|flip| Found {
        edit: flip.edit,
        moved_m: flip.length_m(),
        becomes: &flip.answer,
        scene: flip.scene.id(),
    });
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&Report { answer, flip: found })?)?;
    } else if let Some(Found { edit, moved_m, becomes, scene: id }) = found {
        let title = scene.position(edit.object).map_or("", |at| scene.objects()[at].title());
        let [x, y, _] = edit.by_m;
        let (before, after) =
            (print::answer_in(profile, &question, answer), print::answer_in(profile, &question, becomes));
        writeln!(
            out,
            "{before}; {after} once the {title} {} is moved by {moved_m:.2} m (x {x:+.3} m, y {y:+.3} m)",
            edit.object
        )?;
        writeln!(out, "scene {id}")?;
    } else {
        let before = print::answer_in(profile, &question, answer);
        writeln!(out, "{before}; no slide of what the question speaks of makes it another answer")?;
    }
    Ok(ExitCode::from(u8::from(flip.is_none())))
}
