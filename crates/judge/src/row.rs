//! Rows of replies with what they are judged by: of our own, and of `isovist gen` with a reply beside the answer.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::{Mutex, PoisonError},
};

use question::{Answer, plainly};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    reply::{Direction, Reply},
    reward::{Facts, Preset, Reward},
    rule::{Lexical, Likeness},
    truth::Truth,
};

/// A reply and what it is judged by. Fields of other names, such as the rest of a row of `isovist gen`, are passed over.
#[derive(Debug, Clone, PartialEq, Deserialize, schemars::JsonSchema)]
pub struct JudgedRow {
    /// Id, which the result repeats.
    #[serde(default)]
    pub id: Value,
    /// What the model wrote.
    #[serde(alias = "response", alias = "completion")]
    pub reply: String,
    /// The right answer.
    #[serde(default)]
    pub truth: Option<Truth>,
    /// The right answer as a row of `isovist gen` has it.
    #[serde(default)]
    pub answer: Option<Answer>,
    /// The question, as a row of `isovist gen` has it; of it, what there is to choose from.
    #[serde(default)]
    pub question: Option<Asked>,
    /// Options without their letters, as a row of `isovist gen` has them.
    #[serde(default)]
    pub options: Vec<String>,
    /// The answer in words, as a row of `isovist gen` has it: the letter where there are options.
    #[serde(default)]
    pub answer_text: Option<String>,
    /// What else is known.
    #[serde(default)]
    pub facts: Facts,
    /// The question, for replies to the same one: their rewards become advantages.
    #[serde(default)]
    pub group: Option<String>,
}

/// What a question says of what there is to choose from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Asked {
    /// The candidates; none where the answer is no choice among things.
    #[serde(default)]
    pub among: Vec<String>,
}

/// Why a row cannot be judged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RowFault {
    /// Nothing to compare with.
    #[error("neither truth nor answer (hint: give one of them; `isovist schema judge` shows how)")]
    NoTruth,
    /// An answer of a kind that no reply is read for.
    #[error("answer: no reply is read for this kind (hint: ask with options, or give a truth of another kind)")]
    NoReader,
    /// A letter that is none of the options.
    #[error("answer_text: {answer_text:?} is no letter of {options} options (hint: A is the first)")]
    NoOption {
        /// What stands there.
        answer_text: String,
        /// How many options there are.
        options: usize,
    },
    /// A position at which no option stands.
    #[error("truth.position: {position}, of {options} options (hint: 0 is the first)")]
    NoPosition {
        /// What stands there.
        position: usize,
        /// How many options there are.
        options: usize,
    },
    /// Words that are no direction.
    #[error("truth.words: {0:?} is no direction (hint: such as \"front-left\" or \"3 o'clock\")")]
    NoDirection(String),
    /// A box of another form than the one stated.
    #[error("truth.{field}[{at}]: {found} numbers (hint: the form has {wanted})")]
    BoxNumbers {
        /// `boxes` or `others`.
        field: &'static str,
        /// Which.
        at: usize,
        /// How many numbers it has.
        found: usize,
        /// How many it should have.
        wanted: usize,
    },
    /// Two options of the same words.
    #[error("truth.options: {0:?} stands twice (hint: replies by its text could mean either)")]
    SameOption(String),
    /// A unit of bare numbers that is none.
    #[error("truth.bare: {0} (hint: how many of the unit asked for make one `unit`, such as 100)")]
    Bare(f64),
    /// A value that its bounds do not hold.
    #[error("truth: lo {lo}, value {value}, hi {hi} (hint: lo ≤ value ≤ hi)")]
    Bounds {
        /// Lower bound.
        lo: f64,
        /// Best value.
        value: f64,
        /// Upper bound.
        hi: f64,
    },
}

impl JudgedRow {
    /// What the reply is compared with.
    pub fn truth(&self) -> Result<Truth, RowFault> {
        if let Some(truth) = &self.truth {
            return within_bounds(truth.clone());
        }
        let text = self.answer_text.as_deref().unwrap_or("");
        if !self.options.is_empty() {
            let position = match text.as_bytes() {
                [letter @ b'A'..=b'Z'] => usize::from(letter - b'A'),
                _ => usize::MAX,
            };
            return if position < self.options.len() {
                Ok(Truth::Choice { position, options: self.options.clone() })
            } else {
                Err(RowFault::NoOption { answer_text: text.to_owned(), options: self.options.len() })
            };
        }
        match (text, &self.answer) {
            // A statement that is true or false of a question with another answer.
            ("True" | "true", Some(_)) => Ok(Truth::YesNo { value: true }),
            ("False" | "false", Some(_)) => Ok(Truth::YesNo { value: false }),
            (_, Some(answer)) => {
                let mut truth = Truth::of(answer).ok_or(RowFault::NoReader)?;
                if let (Truth::Label { among, .. }, Some(asked)) = (&mut truth, &self.question)
                    && among.is_empty()
                {
                    *among = asked.among.iter().map(|name| plainly(name.trim_start_matches('@')).to_owned()).collect();
                }
                within_bounds(truth)
            }
            (_, None) => Err(RowFault::NoTruth),
        }
    }
}

/// The truth, if a reply can be compared with it and its bounds hold its value.
fn within_bounds(truth: Truth) -> Result<Truth, RowFault> {
    let (lo, value, hi) = match truth {
        Truth::Choice { position, ref options } => {
            if position >= options.len() {
                return Err(RowFault::NoPosition { position, options: options.len() });
            }
            let is_double = |at: &usize| !options[*at].is_empty() && options[..*at].contains(&options[*at]);
            return match (0..options.len()).find(is_double) {
                Some(at) => Err(RowFault::SameOption(options[at].clone())),
                None => Ok(truth),
            };
        }
        Truth::Direction { ref words } if Direction::parse(words).is_none() => {
            return Err(RowFault::NoDirection(words.clone()));
        }
        Truth::Boxes { ref boxes, ref others, form, .. } => {
            let wanted = form.numbers();
            for (field, boxes) in [("boxes", boxes), ("others", others)] {
                if let Some(at) = boxes.iter().position(|numbers| numbers.len() != wanted) {
                    return Err(RowFault::BoxNumbers { field, at, found: boxes[at].len(), wanted });
                }
            }
            return Ok(truth);
        }
        Truth::Quantity { bare, .. } if !(bare > 0.0 && bare.is_finite()) => return Err(RowFault::Bare(bare)),
        Truth::Quantity { value, lo, hi, .. } => (lo.unwrap_or(value), value, hi.unwrap_or(value)),
        Truth::Turn { value, lo, hi } => (lo, value, hi),
        _ => return Ok(truth),
    };
    if lo <= value && value <= hi { Ok(truth) } else { Err(RowFault::Bounds { lo, value, hi }) }
}

/// What replies to one question are judged by, without a reply: what travels through a trainer as its ground truth.
#[derive(Debug, Clone, PartialEq)]
pub struct GroundTruth {
    /// The right answer.
    pub truth: Truth,
    /// What else is known.
    pub facts: Facts,
}

/// Why a text is no ground truth.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GroundTruthFault {
    /// Neither JSON nor of any known form.
    #[error("{} (hint: a truth, an answer, or a row with one of them; `isovist schema judge` shows them)", scene::json::problem(.0))]
    Form(#[from] serde_json::Error),
    /// A row without anything to compare with.
    #[error(transparent)]
    Row(#[from] RowFault),
    /// Longer than [`MOST_TRUTH_BYTES`].
    #[error("longer than {MOST_TRUTH_BYTES} bytes")]
    TooLong,
}

/// Longest ground truth that is read, bytes.
pub const MOST_TRUTH_BYTES: usize = 1 << 20;

impl GroundTruth {
    /// Reads a truth (`{"kind": "count", "value": 3}`), an answer of the engine, or a row as [`JudgedRow`] has it; a
    /// row's own reply is passed over.
    pub fn from_json(text: &str) -> Result<Self, GroundTruthFault> {
        if text.len() > MOST_TRUTH_BYTES {
            return Err(GroundTruthFault::TooLong);
        }
        let mut value: Value = serde_json::from_str(text)?;
        if value.get("kind").is_some() {
            let truth = match Truth::deserialize(&value) {
                Ok(truth) => truth,
                Err(fault) => match Answer::deserialize(&value) {
                    Ok(answer) => Truth::of(&answer).ok_or(RowFault::NoReader)?,
                    Err(_) => return Err(fault.into()),
                },
            };
            return Ok(Self { truth: within_bounds(truth)?, facts: Facts::default() });
        }
        let Some(row) = value.as_object_mut() else {
            return Err(<serde_json::Error as serde::de::Error>::custom("no object").into());
        };
        for reply in ["response", "completion"] {
            row.remove(reply);
        }
        row.insert("reply".to_owned(), Value::String(String::new()));
        let row: JudgedRow = serde_json::from_value(value)?;
        Ok(Self { truth: row.truth()?, facts: row.facts })
    }

    /// A row with this reply.
    pub fn row(self, reply: String) -> JudgedRow {
        JudgedRow {
            id: Value::Null,
            reply,
            truth: Some(self.truth),
            answer: None,
            question: None,
            options: Vec::new(),
            answer_text: None,
            facts: self.facts,
            group: None,
        }
    }
}

/// The reward of a row, with the words that decided.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement<'p> {
    /// Id of the row.
    pub id: Value,
    /// The reward.
    #[serde(flatten)]
    pub reward: Reward<'p>,
    /// What was read for each component, shortened.
    pub said: BTreeMap<String, String>,
    /// Advantage within the group, where the row has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advantage: Option<f64>,
}

/// Longest excerpt of a reply in a judgement, characters.
const MOST_SAID: usize = 80;

/// Judges a row.
pub fn judge<'p>(preset: &'p Preset, row: &JudgedRow) -> Result<Judgement<'p>, RowFault> {
    judge_with(preset, row, &Lexical)
}

fn judge_with<'p>(preset: &'p Preset, row: &JudgedRow, likeness: &dyn Likeness) -> Result<Judgement<'p>, RowFault> {
    let truth = row.truth()?;
    let reply = Reply::from(&row.reply);
    let reward = preset.reward_with(&reply, &truth, &row.facts, likeness);
    Ok(Judgement { id: row.id.clone(), said: said(&reply, &reward), reward, advantage: None })
}

/// Judges rows on all threads, each in its place, and gives those of each group their advantages. A row that cannot be
/// judged plays no part in its group.
pub fn judge_all<'p>(preset: &'p Preset, rows: &[JudgedRow]) -> Vec<Result<Judgement<'p>, RowFault>> {
    judged(preset, rows, &Lexical)
}

/// The same, texts compared by a likeness of the caller's: it is asked once, with each pair that any row compares once, so that
/// a model has them as one batch.
pub fn judge_all_with<'p>(
    preset: &'p Preset,
    rows: &[JudgedRow],
    likeness: &dyn Likeness,
) -> Vec<Result<Judgement<'p>, RowFault>> {
    let noted = Noted::default();
    judged(preset, rows, &noted);
    let pairs = noted.pairs();
    let asked: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let found = asked.iter().copied().zip(likeness.likeness(&asked)).collect();
    judged(preset, rows, &Answered { found, likeness })
}

/// Notes what is compared, and finds nothing alike.
#[derive(Default)]
struct Noted(Mutex<BTreeSet<(String, String)>>);

impl Noted {
    fn pairs(self) -> BTreeSet<(String, String)> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Likeness for Noted {
    fn name(&self) -> &'static str {
        "noted"
    }

    fn likeness(&self, pairs: &[(&str, &str)]) -> Vec<f64> {
        let owned = pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned()));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(owned);
        vec![0.0; pairs.len()]
    }
}

/// What a likeness answered; what it was not asked, it is asked now.
struct Answered<'l> {
    found: BTreeMap<(&'l str, &'l str), f64>,
    likeness: &'l dyn Likeness,
}

impl Likeness for Answered<'_> {
    fn name(&self) -> &str {
        self.likeness.name()
    }

    fn likeness(&self, pairs: &[(&str, &str)]) -> Vec<f64> {
        let found: Option<Vec<f64>> = pairs.iter().map(|pair| self.found.get(pair).copied()).collect();
        found.unwrap_or_else(|| self.likeness.likeness(pairs))
    }
}

fn judged<'p>(preset: &'p Preset, rows: &[JudgedRow], likeness: &dyn Likeness) -> Vec<Result<Judgement<'p>, RowFault>> {
    let judge = |row| judge_with(preset, row, likeness);
    let mut judged: Vec<_> = if rows.len() <= FEW_ROWS {
        rows.iter().map(judge).collect()
    } else {
        rows.par_iter().with_min_len(FEW_ROWS).map(judge).collect()
    };
    if rows.iter().any(|row| row.group.is_some()) {
        let groups = rows.iter().zip(&judged).filter(|(_, result)| result.is_ok());
        let groups = groups.map(|(row, _)| row.group.as_deref());
        let rewards: Vec<f64> = judged.iter().flatten().map(|judgement| judgement.reward.total).collect();
        let advantages = preset.normalisation.by_group(groups, &rewards);
        for (judgement, advantage) in judged.iter_mut().flatten().zip(advantages) {
            judgement.advantage = advantage;
        }
    }
    judged
}

/// Rows that are judged before another thread could be asked to help.
const FEW_ROWS: usize = 128;

/// What was read for each component of a reward, shortened.
pub fn said(reply: &Reply, reward: &Reward) -> BTreeMap<String, String> {
    let excerpt = |span: &Range<usize>| -> String {
        reply.text().get(span.clone()).unwrap_or("").chars().take(MOST_SAID).collect()
    };
    reward
        .components
        .iter()
        .filter_map(|(name, part)| Some(((*name).to_owned(), excerpt(part.span.as_ref()?))))
        .collect()
}

/// The rows of [`recorded_mix`] as they are written, one a line.
pub const RECORDED_MIX: &str = include_str!("../data/mix.jsonl");

/// Replies of all kinds of answers, bare, in sections, after reasoning and in marks: what speed is measured on.
pub fn recorded_mix() -> Result<Vec<JudgedRow>, serde_json::Error> {
    RECORDED_MIX.lines().map(serde_json::from_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reward::preset;

    fn total(row: &str) -> Result<f64, RowFault> {
        let row: JudgedRow = serde_json::from_str(row).expect("a row");
        judge(preset("isovist").expect("a preset"), &row).map(|judgement| judgement.reward.total)
    }

    #[test]
    fn rows_of_gen_are_judged_by_their_format() {
        let quantity = r#""answer": {"kind": "quantity", "value": 2.0, "lo": 1.9, "hi": 2.1, "unit": "m"}"#;
        for (row, expected) in [
            (format!(r#"{{"reply": "<answer>200 cm</answer>", {quantity}}}"#), 1.0),
            (
                format!(
                    r#"{{"reply": "<answer>B</answer>", {quantity}, "options": ["1 m", "2 m"], "answer_text": "B"}}"#
                ),
                1.0,
            ),
            (
                format!(
                    r#"{{"reply": "<answer>A</answer>", {quantity}, "options": ["1 m", "2 m"], "answer_text": "B"}}"#
                ),
                0.0,
            ),
            (format!(r#"{{"reply": "<answer>yes</answer>", {quantity}, "answer_text": "True"}}"#), 1.0),
        ] {
            assert_eq!(total(&row), Ok(expected), "{row}");
        }
        assert_eq!(total(r#"{"reply": "2"}"#), Err(RowFault::NoTruth));
    }

    #[test]
    fn a_ground_truth_is_a_truth_an_answer_or_a_row() {
        let three = Truth::Count { value: 3 };
        for text in [
            r#"{"kind": "count", "value": 3}"#,
            r#"{"truth": {"kind": "count", "value": 3}}"#,
            r#"{"answer": {"kind": "count", "value": 3}, "scene": "kitchen", "reply": "4"}"#,
            r#"{"answer": {"kind": "count", "value": 3}, "completion": "4"}"#,
        ] {
            assert_eq!(GroundTruth::from_json(text).expect(text).truth, three, "{text}");
        }
        let sofa = GroundTruth::from_json(r#"{"kind": "object", "id": 4, "name": "sofa@rgb_0"}"#).expect("an answer");
        assert_eq!(sofa.truth, Truth::Label { name: "sofa".to_owned(), among: Vec::new() });
        let facts = GroundTruth::from_json(r#"{"truth": {"kind": "count", "value": 3}, "facts": {"same": 2}}"#);
        assert_eq!(facts.expect("facts").facts.same, Some(2));
        for (text, named) in [
            ("", "EOF"),
            ("[]", "no object"),
            ("{}", "neither truth nor answer"),
            (r#"{"kind": "count"}"#, "value"),
            (r#"{"kind": "pixel", "frame": "f", "column": 1, "row": 2}"#, "no reply is read"),
            (r#"{"kind": "size"}"#, "size"),
        ] {
            let fault = GroundTruth::from_json(text).expect_err(text).to_string();
            assert!(fault.contains(named), "{text}: {fault}");
        }
        assert!(matches!(GroundTruth::from_json(&" ".repeat(MOST_TRUTH_BYTES + 1)), Err(GroundTruthFault::TooLong)));
    }

    #[test]
    fn a_turn_is_paid_for_its_side() {
        let paid = |reply: &str, value: f64| {
            let truth = Truth::Turn { value, lo: value - 4.0, hi: value + 4.0 };
            let row = GroundTruth { truth, facts: Facts::default() }.row(reply.to_owned());
            let judged = judge(preset("isovist").expect("a preset"), &row).expect("judged");
            judged.reward.components.get("accuracy").expect("accuracy").score > 0.5
        };
        for (reply, left, right) in [
            ("84° to the left", true, false),
            ("84° to the right", false, true),
            ("+84°", true, false),
            ("-84°", false, true),
            ("84° counter-clockwise", true, false),
            ("84° clockwise", false, true),
            ("84°", false, false),
        ] {
            assert_eq!((paid(reply, 84.0), paid(reply, -84.0)), (left, right), "{reply}");
        }
        assert!(paid("180°", 178.0) && paid("0°", 1.0));
    }

    #[test]
    fn a_row_that_cannot_be_judged_plays_no_part_in_its_group() {
        let row = |reply: &str, truth: &str| -> JudgedRow {
            let text = format!(r#"{{"reply": "{reply}", "group": "g"{truth}}}"#);
            serde_json::from_str(&text).expect("a row")
        };
        let three = r#", "truth": {"kind": "count", "value": 3}"#;
        let preset = preset("isovist").expect("a preset");
        let judged = judge_all(preset, &[row("3", three), row("3", ""), row("4", three)]);
        assert_eq!(judged[1], Err(RowFault::NoTruth));
        let advantage = |at: usize| judged[at].as_ref().ok().and_then(|judgement| judgement.advantage);
        assert!(advantage(0) > Some(0.7) && advantage(2) < Some(-0.7), "{judged:?}");
    }

    #[test]
    fn a_likeness_is_asked_once_for_all_rows() {
        struct Counted(Mutex<Vec<usize>>);
        impl Likeness for Counted {
            fn name(&self) -> &'static str {
                "counted"
            }

            fn likeness(&self, pairs: &[(&str, &str)]) -> Vec<f64> {
                self.0.lock().expect("no panic").push(pairs.len());
                Lexical.likeness(pairs)
            }
        }
        let row = |reply: &str| -> JudgedRow {
            let truth = r#"{"kind": "text", "references": ["a red chair", "the lamp"]}"#;
            serde_json::from_str(&format!(r#"{{"reply": "<answer>{reply}</answer>", "group": "g", "truth": {truth}}}"#))
                .expect("a row")
        };
        let mut rows: Vec<JudgedRow> = (0..300).map(|at| row(["red chair", "lamp", ""][at % 3])).collect();
        rows.push(serde_json::from_str(r#"{"reply": "3", "truth": {"kind": "count", "value": 3}}"#).expect("a row"));
        let preset = preset("3d-r1").expect("a preset");
        let counted = Counted(Mutex::default());
        assert_eq!(judge_all_with(preset, &rows, &counted), judge_all(preset, &rows));
        assert_eq!(*counted.0.lock().expect("no panic"), [6]);
    }

    #[test]
    fn most_of_the_recorded_mix_is_read() {
        let mix = recorded_mix().expect("rows");
        let preset = preset("isovist").expect("a preset");
        let right =
            mix.iter().filter(|row| judge(preset, row).is_ok_and(|judgement| judgement.reward.total > 0.0)).count();
        assert!(right * 10 >= mix.len() * 8, "{right} of {}", mix.len());
    }
}
