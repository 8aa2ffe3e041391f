//! JSON and words.

use language::{Format, Material, Wanted};
use question::{Draw, Filling, Fillings, Proof, Question, Verdict};
use scene::{parse_scene, scene_text};

use crate::{
    ask::book,
    conform::{case::Case, family::Held},
};

#[expect(clippy::unnecessary_wraps, reason = "a law says nothing of some cases; this one speaks of all")]
pub(crate) fn json(case: &Case, _: &mut Draw) -> Held {
    Some(round_trips(case).map_err(|error| error.unwrap_or_else(|error| error.to_string())))
}

/// Reads back what is written; the error is a sentence or that of the reader.
fn round_trips(case: &Case) -> Result<(), Result<String, serde_json::Error>> {
    let kept = |what: &str, same: bool| if same { Ok(()) } else { Err(Ok(format!("{what} read back differently"))) };
    let question: Question = serde_json::from_str(&serde_json::to_string(&case.question).map_err(Err)?).map_err(Err)?;
    kept("the question", question == case.question)?;
    let verdict: Verdict = serde_json::from_str(&serde_json::to_string(&case.verdict).map_err(Err)?).map_err(Err)?;
    kept("the verdict", verdict == case.verdict)?;
    if let Some(json) = case.proof() {
        let proof: Proof = serde_json::from_str(&json.to_string()).map_err(Err)?;
        kept("the proof", serde_json::to_value(proof).map_err(Err)? == json)?;
    }
    let text = scene_text(&case.slim);
    let scene = parse_scene(&text, "conform").map_err(|error| Ok(error.to_string()))?;
    kept("the scene", scene.parts() == case.slim.parts() && scene_text(&scene) == text)
}

pub(crate) fn words(case: &Case, draw: &mut Draw) -> Held {
    let (book, fillings) = (book().ok()?, case.fillings.as_ref()?);
    let task = question::task(&case.task)?;
    // A list with "cabinets and shelves" in it may have two readings, and is refused then.
    if mentions_conjunction(fillings) {
        return None;
    }
    let scene = &case.source.scene;
    let (text, question) = if let Some(answer) = case.verdict.answer() {
        let question = &case.question;
        let material =
            Material { scene, task, fillings, question, answer, alternatives: &[], wanted: Wanted::default() };
        let format = *draw.pick(&[Format::FreeForm, Format::MultipleChoice, Format::TrueFalse])?;
        let exercise = book.exercise(&material, format, draw).ok()?;
        (exercise.text, exercise.question)
    } else {
        (book.ask_drawn(task, fillings, draw).ok()?.0, case.question.clone())
    };
    Some(match book.parse(scene, &text) {
        Ok(parsed) if parsed.question == question => Ok(()),
        Ok(parsed) => {
            Err(format!("{text:?} was read as {}", serde_json::to_string(&parsed.question).unwrap_or_default()))
        }
        Err(refusal) => Err(format!("{text:?} was refused: {refusal}")),
    })
}

fn mentions_conjunction(fillings: &Fillings) -> bool {
    let holds = |text: &String| text.split(' ').any(|word| matches!(word, "and" | "or"));
    fillings.values().flat_map(Filling::texts).any(holds)
}
