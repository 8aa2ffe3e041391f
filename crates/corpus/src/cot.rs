//! Quality rules for written reasoning, whoever wrote it: 3D-R1's, in its order, and one that it lacks.
//!
//! Facts from the published pipeline of Scene-30K (3D-R1, arXiv 2507.23478): both sections there; at least 30 words of
//! reasoning; at least 20 words of answer; at least 3 words that order steps; a word of the question after the last of
//! them. Its sixth rule asks a second model and compares characters; here the answer is compared with the right one, where
//! there is one: as words without marks and case, or as a number with its unit.

use judge::Reply;
use question::Unit;
use serde::Serialize;

/// A trace with its question.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The question.
    pub question: String,
    /// `<think>…</think><answer>…</answer>`.
    pub output: String,
    /// The right answer, if it is known.
    pub gold_answer: Option<String>,
}

impl Trace {
    /// The trace of a JSON object: the first field that is a text among `text`, `question` and `problem`; among `output`,
    /// `reasoning`, `cot` and `response`; among `gold_answer`, `answer_text` and `answer`. The error says what is missing.
    pub fn of(value: &serde_json::Value) -> Result<Self, String> {
        let first = |names: &[&str]| names.iter().find_map(|name| value.get(name)?.as_str()).map(str::to_owned);
        let needed = |names: &[&str]| {
            first(names).ok_or_else(|| format!("no text under {} (hint: one JSON object a line)", names.join(", ")))
        };
        Ok(Self {
            question: needed(&["text", "question", "problem"])?,
            output: needed(&["output", "reasoning", "cot", "response"])?,
            gold_answer: first(&["gold_answer", "answer_text", "answer"]),
        })
    }
}

/// Thresholds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rules {
    /// Least words of the reasoning.
    pub think_words: usize,
    /// Least words of the answer.
    pub answer_words: usize,
    /// Least words that order steps.
    pub steps: usize,
    /// Whether the answer must be the right one.
    pub right: bool,
}

impl Rules {
    /// As 3D-R1 published them; the right answer is not asked for.
    pub const R1: Self = Self { think_words: 30, answer_words: 20, steps: 3, right: false };
    /// For short answers that can be right or wrong.
    pub const SHORT: Self = Self { think_words: 12, answer_words: 1, steps: 2, right: true };
}

/// Why a trace is refused; the first five names are 3D-R1's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Not exactly one of each section, in order, with something in it.
    FormatMissing,
    /// Too few words of reasoning.
    ThinkTooShort,
    /// Too few words of answer.
    AnswerTooShort,
    /// Too few words that order steps.
    InsufficientSteps,
    /// The last step has no word of the question.
    FinalStepNoTargetRef,
    /// The answer is not the right one.
    WrongAnswer,
    /// The line is no trace.
    NotRead,
}

/// Words that order steps, beside `Step 1`.
const CUES: [&str; 11] =
    ["first", "firstly", "second", "third", "next", "then", "afterward", "afterwards", "finally", "last", "conclusion"];
/// Words of a question that say nothing of what it is about.
const EMPTY: [&str; 24] = [
    "the", "and", "are", "how", "what", "which", "who", "where", "for", "from", "with", "this", "that", "there", "was",
    "were", "does", "did", "has", "have", "not", "you", "its", "between",
];

/// The first flaw of a trace, if it has one.
pub fn flaw(trace: &Trace, rules: Rules) -> Option<Flaw> {
    let Some((think, answer)) = sections(&trace.output) else { return Some(Flaw::FormatMissing) };
    let thought: Vec<String> = words(think).collect();
    if thought.len() < rules.think_words {
        return Some(Flaw::ThinkTooShort);
    }
    if words(answer).count() < rules.answer_words {
        return Some(Flaw::AnswerTooShort);
    }
    let cue = |at: usize| {
        let number = thought.get(at + 1).is_some_and(|next| next.bytes().all(|byte| byte.is_ascii_digit()));
        CUES.contains(&thought[at].as_str()) || thought[at] == "step" && number
    };
    let cues: Vec<usize> = (0..thought.len()).filter(|at| cue(*at)).collect();
    if cues.len() < rules.steps {
        return Some(Flaw::InsufficientSteps);
    }
    let asked: Vec<String> =
        words(&trace.question).filter(|word| word.len() >= 3 && !EMPTY.contains(&word.as_str())).collect();
    // Whole words, and the step before the last one too where the last only states the answer.
    let from = cues.len().checked_sub(2).map_or(0, |at| cues[at]);
    if !asked.is_empty() && !thought[from..].iter().any(|word| asked.contains(word)) {
        return Some(Flaw::FinalStepNoTargetRef);
    }
    match &trace.gold_answer {
        Some(gold) if rules.right && !say_the_same(gold, answer) => Some(Flaw::WrongAnswer),
        _ => None,
    }
}

/// Whether two answers have the same words, or are the same number of the same kind of unit.
fn say_the_same(one: &str, other: &str) -> bool {
    if words(one).eq(words(other)) {
        return true;
    }
    let read = |text: &str, unit: Unit| {
        let reply = Reply::from(text);
        let read = reply.quantity(unit, 1.0);
        let quantity = read.one().filter(|quantity| quantity.stated_unit == (unit != Unit::One))?;
        quantity.value()
    };
    let units = [Unit::Metre, Unit::SquareMetre, Unit::CubicMetre, Unit::Degree, Unit::One];
    units.into_iter().any(|unit| {
        let both = read(one, unit).zip(read(other, unit));
        both.is_some_and(|(one, other)| (one - other).abs() <= 1e-9 * one.abs().max(other.abs()))
    })
}

/// The reasoning and the answer: one section of each, nothing outside.
pub(crate) fn sections(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim().trim_matches('`').trim().strip_prefix("<think>")?;
    let (think, rest) = rest.split_once("</think>")?;
    let answer = rest.trim_start().strip_prefix("<answer>")?.strip_suffix("</answer>")?;
    let tags = ["<think>", "</think>", "<answer>", "</answer>"];
    let nested = tags.iter().any(|tag| think.contains(tag) || answer.contains(tag));
    (!nested && !think.trim().is_empty() && !answer.trim().is_empty()).then_some((think.trim(), answer.trim()))
}

pub(crate) fn words(text: &str) -> impl Iterator<Item = String> {
    let split = |c: char| !(c.is_alphanumeric() || c == '\'' || c == '.');
    let bare = |word: &str| word.trim_matches(['.', '\'']).to_lowercase();
    text.split(split).map(bare).filter(|word| !word.is_empty()).collect::<Vec<_>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    const THINK: &str = "First, the chair is centred at 1.20, 0.40 and 0.45. Next, the door is centred at 0.10, 2.00 and 1.05. \
        Then, the surface distance from the chair to the door is 0.52 m. Finally, the answer is 0.52 m, from chair to door.";

    fn trace(output: &str) -> Trace {
        Trace {
            question: "How far is the chair from the door?".into(),
            output: output.into(),
            gold_answer: Some("0.52 m".into()),
        }
    }

    #[test]
    fn each_rule_refuses_what_it_names() {
        let good = format!("<think>{THINK}</think><answer>0.52 m</answer>");
        assert_eq!(flaw(&trace(&good), Rules::SHORT), None);
        assert_eq!(flaw(&trace(&good), Rules::R1), Some(Flaw::AnswerTooShort));
        for same in ["0.520 m", "52 cm", "0.52 metres"] {
            assert_eq!(flaw(&trace(&good.replace("0.52 m</", &format!("{same}</"))), Rules::SHORT), None, "{same}");
        }
        for (output, found) in [
            (good.replace("</think>", ""), Flaw::FormatMissing),
            (format!("{good} and more"), Flaw::FormatMissing),
            (good.replace("0.52 m</answer>", "0.53 m</answer>"), Flaw::WrongAnswer),
            (good.replace("0.52 m</answer>", "0.52</answer>"), Flaw::WrongAnswer),
            (good.replace("0.52 m</answer>", "0.52 m²</answer>"), Flaw::WrongAnswer),
            ("<think>It is near.</think><answer>0.52 m</answer>".to_owned(), Flaw::ThinkTooShort),
            (
                format!("<think>{}</think><answer>0.52 m</answer>", "the chair and the door ".repeat(4)),
                Flaw::InsufficientSteps,
            ),
            (
                format!(
                    "<think>First, look. {} Next, measure it. Finally, that is all of it.</think><answer>0.52 m</answer>",
                    "so on ".repeat(10)
                ),
                Flaw::FinalStepNoTargetRef,
            ),
        ] {
            assert_eq!(flaw(&trace(&output), Rules::SHORT), Some(found), "{output}");
        }
    }
}
