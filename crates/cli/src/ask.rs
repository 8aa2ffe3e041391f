//! `isovist ask`: one question, one verdict, with its reasons.

use std::{
    error::Error,
    io::{Read as _, Write as _, stdin},
    path::PathBuf,
    process::ExitCode,
};

use language::{Asked, MOST_QUESTION_BYTES, PhraseBook, Refusal, Unread};
use question::{Profile, QuestionFault, print, profile, profiles, prove, readable};
use scene::{Scene, scene_sha256};
use serde::Serialize;

use crate::{open::open_scene, output};

/// Ask a scene a question.
///
/// Exit status: 0 for a certain answer, 1 for an ambiguous or invalid question, 2 for an error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct AskArgs {
    /// Scene: a built-in name (`isovist scenes ls`) or a path
    scene: String,
    /// The question, in words (`isovist catalogue`) or as JSON (`isovist schema question`); `-` reads standard input
    question: String,
    /// Named set of definitions
    #[arg(long, default_value = "isovist")]
    profile: String,
    /// Show the facts and steps from scene to answer, and have the checker test them
    #[arg(long, conflicts_with = "json")]
    why: bool,
    /// Write the proof to a file; `-`: to standard output, and the verdict to standard error
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Print the verdict, or why the question is refused, as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist ask kitchen 'How far is the white vase from the fridge?' --why
  isovist ask kitchen 'How far is the vase #125 from #20?'
  isovist ask scenes/NAME '{\"form\":\"count\",\"class\":\"chair\"}' --json
  isovist ask kitchen - < question.txt";

/// Why a question was not asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AskError {
    #[error("no profile {given:?} (hint: one of {known})")]
    Profile { given: String, known: String },
    #[error("question: {0} (hint: {FORM})")]
    Question(QuestionFault),
    #[error("question: {}: {}{}", .0.code(), .0.sentence(), hint(.0).map(|hint| format!("; hint: {hint}")).unwrap_or_default())]
    Wording(Refusal),
    #[error("the phrase book in the binary is broken: {0}")]
    Book(&'static language::BookError),
    #[error("question: longer than 1 MiB (hint: ask one question at a time)")]
    Long,
    #[error("question: standard input: {0} (hint: a question is UTF-8 text)")]
    Input(std::io::Error),
    #[error("there is no proof of an uncertain answer, so nothing was written to {0}")]
    NoProof(String),
}

const FORM: &str = "`isovist schema question` prints the form";

/// What to do about a refusal; where it has nothing near to offer, where to look on.
fn hint(refusal: &Refusal) -> Option<String> {
    refusal.hint().or_else(|| match refusal {
        Refusal::UnknownWording { .. } => {
            Some("`isovist catalogue --markdown` lists what can be asked, with an example of each".to_owned())
        }
        Refusal::UnknownLabel { .. } => Some("`isovist scenes show SCENE` lists what is there".to_owned()),
        _ => None,
    })
}

/// What stands in the place of a verdict where the text is no question.
#[derive(Debug, Serialize)]
struct Refused<'a> {
    /// Always `refused`.
    verdict: &'static str,
    #[serde(flatten)]
    what: What<'a>,
    sentence: String,
    hints: Vec<String>,
}

/// What is refused, by its code.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum What<'a> {
    Wording(&'a Refusal),
    Form { code: question::ReasonCode },
}

impl<'a> Refused<'a> {
    /// The refusal behind an error, if it is one.
    fn of(error: &'a AskError) -> Option<Self> {
        let (what, sentence, hints) = match error {
            AskError::Wording(refusal) => (What::Wording(refusal), refusal.sentence(), Vec::from_iter(hint(refusal))),
            AskError::Question(fault) => {
                (What::Form { code: question::ReasonCode::Malformed }, fault.to_string(), vec![FORM.to_owned()])
            }
            _ => return None,
        };
        Some(Self { verdict: "refused", what, sentence, hints })
    }
}

/// The profile of this name, or an error that lists all.
pub(crate) fn known_profile(name: &str) -> Result<&'static Profile, AskError> {
    profile(name).ok_or_else(|| AskError::Profile {
        given: name.to_owned(),
        known: profiles().iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>().join(", "),
    })
}

/// Runs the command.
pub(crate) fn run(args: &AskArgs) -> Result<ExitCode, Box<dyn Error>> {
    let profile = known_profile(&args.profile)?;
    let scene = open_scene(&args.scene)?;
    let text = if args.question == "-" {
        let mut text = String::new();
        stdin().take(MOST_QUESTION_BYTES as u64 + 1).read_to_string(&mut text).map_err(AskError::Input)?;
        text
    } else {
        args.question.clone()
    };
    let mut out = output::words_beside(args.proof.as_deref());
    let asked = read(&scene, &text);
    if let Err(error) = &asked
        && args.json
        && let Some(refused) = Refused::of(error)
    {
        writeln!(out, "{}", serde_json::to_string_pretty(&refused)?)?;
    }
    let Asked { question, options } = asked?;
    let sha256 = scene_sha256(&scene);
    let (verdict, proof) = prove(&scene, &question, profile, &sha256);
    let right: Vec<(char, &String)> = match verdict.answer() {
        Some(answer) if !options.is_empty() => {
            let right = book()?.options_that_say(&scene, &options, answer);
            ('A'..).zip(&options).enumerate().filter(|(at, _)| right.contains(at)).map(|(_, option)| option).collect()
        }
        _ => Vec::new(),
    };
    if args.json {
        let mut verdict = serde_json::to_value(&verdict)?;
        if !options.is_empty() {
            // All that say the answer; only one in a well-made question.
            verdict["right_options"] = right.iter().map(|(letter, _)| letter.to_string()).collect();
        }
        writeln!(out, "{}", serde_json::to_string_pretty(&verdict)?)?;
    } else {
        if verdict.answer().is_some() && !options.is_empty() {
            let lettered: Vec<String> = right.iter().map(|(letter, option)| format!("{letter}. {option}")).collect();
            match &lettered[..] {
                [] => writeln!(out, "none of the options")?,
                [one] => writeln!(out, "{one}")?,
                several => writeln!(out, "not one option alone: {}", several.join(" | "))?,
            }
        }
        writeln!(out, "{}", print::verdict(profile, &question, &verdict))?;
    }
    if let (true, Some(proof)) = (args.why, &proof) {
        write!(out, "{}", readable::steps(&scene, proof))?;
        let checked = checker::check(&scene, &sha256, &serde_json::to_value(proof)?)?;
        writeln!(out, "checked independently: {} steps, {} facts of the scene", checked.steps, checked.facts)?;
    }
    if let Some(path) = &args.proof {
        let proof = proof.ok_or_else(|| AskError::NoProof(path.display().to_string()))?;
        output::write(path, (serde_json::to_string_pretty(&proof)? + "\n").as_bytes())?;
    }
    Ok(if verdict.answer().is_some() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The phrase book in the binary.
pub(crate) fn book() -> Result<&'static PhraseBook, AskError> {
    PhraseBook::builtin().map_err(AskError::Book)
}

/// A question from JSON or from words.
pub(crate) fn read(scene: &Scene, text: &str) -> Result<Asked, AskError> {
    book()?.read(scene, text).map_err(|unread| match unread {
        Unread::Form(fault) => AskError::Question(fault),
        Unread::Wording(refusal) => AskError::Wording(refusal),
        _ => AskError::Long,
    })
}
