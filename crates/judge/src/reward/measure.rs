//! What components measure.

use std::collections::BTreeMap;

use scene::{LabelTable, normalise};
use serde::{Deserialize, Serialize};

use super::Part;
use crate::{
    extract::NumberReader,
    reply::{Direction, Reply, Why, canonical_label, words_of_direction},
    rule::{
        Likeness, Reason, Rule, clean, count_steps, direction_set, mean_relative_accuracy, within_factor, within_share,
    },
    truth::Truth,
};

/// What is known about a row besides its answer.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// Whether the question that a questioner asked is valid; `None` where the reply asks none.
    pub valid: Option<bool>,
    /// Worth of a valid question: half where its answer says little.
    pub worth: Option<f64>,
    /// Code of the reason why the question is invalid; an explanation of it is then asked for.
    pub reason: Option<String>,
    /// Labels of what the frame shows, for an observation.
    pub shown: Vec<String>,
    /// True boxes that the reasoning must ground.
    pub boxes: Option<Truth>,
    /// How many of the group asked the same.
    pub same: Option<u32>,
    /// Share of a solver's answers to the question that were right.
    pub solved: Option<f64>,
}

/// A measure of a reply.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "measure", rename_all = "snake_case")]
pub enum Measure {
    /// The form of the reply.
    Format {
        /// Which.
        form: Form,
    },
    /// The answer, by a rule for each kind of truth.
    Accuracy {
        /// How the answer is read.
        reading: Reading,
        /// Rules by kind of truth.
        rules: BTreeMap<String, Rule>,
    },
    /// Boxes that ground the reply.
    Perception {
        /// The rule for them.
        rule: Rule,
    },
    /// Likeness of the answer to a reference.
    Semantic {},
    /// Calls of tools: a share of calls that are JSON with a name, at least and at most so many.
    ToolUse {
        /// Fewest.
        least: u32,
        /// Most.
        most: u32,
    },
    /// A questioner's reply: worth of a valid question times the share of the observation's things that are shown.
    Question {},
    /// One over how many of the group asked the same.
    Novelty {},
    /// Greatest where half of a solver's answers are right.
    Difficulty {},
    /// The reason why a question is invalid, by its code.
    Explanation {},
    /// Whole up to `soft` bytes, nothing from `hard` on.
    Length {
        /// Bytes up to which nothing is lost.
        soft: usize,
        /// Bytes from which nothing is left.
        hard: usize,
    },
}

/// A form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// At most one reasoning section, then one answer section that is not empty, nothing else outside.
    Sections,
    /// Exactly one answer section; several, or any other tag, are penalised (`SpatialEvo`).
    OneAnswer,
    /// Exactly one question, at most one observation before it, nothing outside; half without an observation; several
    /// questions or nested tags are penalised (`SpatialEvo`).
    OneQuestion,
    /// Both pairs anywhere, and some characters in each (3D-R1 as coded).
    ThinkAndAnswerAsCoded,
}

/// How an answer is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// By our own reader.
    Strict,
    /// As `SpatialEvo`'s reward: the first number whatever its unit, all direction words as one set, other answers as
    /// they stand; only out of a single answer section.
    Published,
}

fn part(score: f64) -> Part {
    Part { score, reason: Reason::of(score), span: None, other: None }
}

impl Measure {
    /// The measure of a reply; `None` where it does not apply to the row.
    pub(super) fn of(
        &self,
        reply: &Reply,
        truth: &Truth,
        facts: &Facts,
        likeness: &dyn Likeness,
        penalised: &mut bool,
    ) -> Option<Part> {
        match self {
            Self::Format { form } => Some(part(form.score(reply, penalised))),
            Self::Accuracy { reading, rules } if facts.reason.is_none() => {
                let Some(rule) = rules.get(truth.kind()) else {
                    return Some(Part { reason: Reason::RuleDoesNotFit, ..part(0.0) });
                };
                Some(match reading {
                    Reading::Strict => rule.score_with(reply, truth, likeness).into(),
                    Reading::Published => published(rule, reply, truth, likeness),
                })
            }
            Self::Perception { rule } => {
                let boxes = match (&facts.boxes, truth) {
                    (Some(boxes), _) => boxes,
                    (None, Truth::Boxes { .. }) => truth,
                    _ => return None,
                };
                Some(rule.score_with(reply, boxes, likeness).into())
            }
            Self::Semantic {} => {
                let said = reply.structure().answer.inside.first().map_or(reply.text(), |range| &reply.text()[range]);
                let references = match truth {
                    Truth::Text { references } => references.clone(),
                    Truth::Label { name, .. } => vec![name.clone()],
                    Truth::Direction { words } => vec![words.clone()],
                    _ => return None,
                };
                if said.len() > crate::reply::MOST_ANSWER_BYTES {
                    return Some(Part { reason: Reason::Nothing(Why::AnswerTooLong), ..part(0.0) });
                }
                let pairs: Vec<(&str, &str)> = references.iter().map(|other| (said, other.as_str())).collect();
                Some(part(likeness.likeness(&pairs).into_iter().fold(0.0, f64::max).clamp(0.0, 1.0)))
            }
            Self::ToolUse { least, most } => Some(part(tool_use(reply, *least, *most))),
            Self::Question {} => {
                let valid = facts.valid?;
                let worth = if valid { facts.worth.unwrap_or(1.0).clamp(0.0, 1.0) } else { 0.0 };
                Some(part(worth * observation(reply, &facts.shown)))
            }
            Self::Novelty {} => Some(part(1.0 / f64::from(facts.same?.max(1)))),
            Self::Difficulty {} => Some(part(1.0 - (2.0 * facts.solved?.clamp(0.0, 1.0) - 1.0).abs())),
            Self::Explanation {} => Some(explanation(reply, facts.reason.as_deref()?)),
            Self::Length { soft, hard } => {
                let over = reply.text().len().saturating_sub(*soft) as f64;
                let room = hard.saturating_sub(*soft).max(1) as f64;
                Some(part((1.0 - over / room).max(0.0)))
            }
            Self::Accuracy { .. } => None,
        }
    }
}

impl Form {
    fn score(self, reply: &Reply, penalised: &mut bool) -> f64 {
        let structure = reply.structure();
        let filled = |section: &crate::reply::Section| {
            section.only().is_some_and(|range| !reply.text()[range].trim().is_empty())
        };
        match self {
            Self::Sections => {
                let clean = !structure.outside && !structure.crossed && structure.other_tags == 0;
                f64::from(u8::from(structure.thinks_first() && clean && filled(&structure.answer)))
            }
            Self::OneAnswer => {
                let others = structure.other_tags > 0
                    || [&structure.think, &structure.tool_call, &structure.observation, &structure.question]
                        .iter()
                        .any(|section| !section.is_absent());
                *penalised |= others || structure.answer.opened > 1 || structure.answer.closed > 1;
                f64::from(u8::from(structure.answer.is_single()))
            }
            Self::OneQuestion => {
                let several = structure.question.opened > 1 || structure.question.closed > 1;
                let nested = structure.other_tags > 0 || !structure.answer.is_absent() || !structure.think.is_absent();
                *penalised |= several || nested;
                if !filled(&structure.question) || structure.outside || structure.observation.pairs > 1 {
                    0.0
                } else if filled(&structure.observation) {
                    1.0
                } else {
                    0.5
                }
            }
            Self::ThinkAndAnswerAsCoded => {
                let (think, answer) = (structure.think.inside.first(), structure.answer.inside.first());
                let Some((think, answer)) = think.zip(answer) else { return 0.0 };
                let chars =
                    |range: std::ops::Range<usize>, tags: &str| reply.text()[range].chars().count() + tags.len();
                0.5 + 0.25 * f64::from(u8::from(chars(think, "<think></think>") > 20))
                    + 0.25 * f64::from(u8::from(chars(answer, "<answer></answer>") > 10))
            }
        }
    }
}

/// The score of an answer read as `SpatialEvo`'s reward reads it.
fn published(rule: &Rule, reply: &Reply, truth: &Truth, likeness: &dyn Likeness) -> Part {
    let Some(range) = reply.structure().answer.only() else {
        return Part { reason: Reason::Nothing(Why::Empty), ..part(0.0) };
    };
    let said = &reply.text()[range.clone()];
    let number = |value: f64| -> Option<f64> {
        let said = NumberReader::FirstNumber.read(said)?;
        Some(match rule {
            Rule::MeanRelativeAccuracy { points, .. } => mean_relative_accuracy(said, value, *points),
            Rule::CountSteps { steps } => count_steps(said, value, steps),
            Rule::WithinShare { share } => f64::from(u8::from(within_share(said, value, *share))),
            Rule::WithinFactor { factor } => f64::from(u8::from(within_factor(said, value, *factor))),
            _ => f64::from(u8::from(said.total_cmp(&value).is_eq())),
        })
    };
    let score = match truth {
        Truth::Quantity { value, bare, .. } => number(value * bare),
        Truth::Count { value } => number(f64::from(*value)),
        Truth::Direction { words } => match (Direction::parse(words), rule) {
            (Some(Direction::Words(wanted)), Rule::DirectionSet { all_but_one }) => {
                Some(direction_set(words_of_direction(said), wanted, all_but_one))
            }
            _ => return rule.score_with(reply, truth, likeness).into(),
        },
        Truth::Label { name, .. } => Some(f64::from(u8::from(normalise(said) == normalise(name)))),
        Truth::YesNo { value } => Some(f64::from(u8::from(normalise(said) == if *value { "yes" } else { "no" }))),
        Truth::Text { references } => {
            Some(f64::from(u8::from(references.iter().any(|reference| clean(reference) == clean(said)))))
        }
        _ => return rule.score_with(reply, truth, likeness).into(),
    };
    match score {
        Some(score) => Part { span: Some(range), ..part(score) },
        None => Part { reason: Reason::Nothing(Why::OtherKind), ..part(0.0) },
    }
}

/// Share of calls that are JSON objects with a name; nothing outside the bounds on their number. The same call again
/// counts once.
fn tool_use(reply: &Reply, least: u32, most: u32) -> f64 {
    let section = &reply.structure().tool_call;
    if section.broken || section.open || section.pairs < least || section.pairs > most {
        return 0.0;
    }
    if section.pairs == 0 {
        return 1.0;
    }
    let mut calls: Vec<&str> = section.inside.iter().map(|range| reply.text()[range].trim()).collect();
    calls.sort_unstable();
    calls.dedup();
    let is_call = |text: &&&str| {
        let call = serde_json::from_str::<serde_json::Value>(text).ok();
        let name = call.as_ref().and_then(|call| call.get("name")).and_then(serde_json::Value::as_str);
        name.is_some_and(|name| !name.is_empty())
    };
    calls.iter().filter(is_call).count() as f64 / f64::from(section.pairs)
}

/// Share of the things that an observation names which the frame shows; nothing where it names none.
fn observation(reply: &Reply, shown: &[String]) -> f64 {
    let Some(range) = reply.structure().observation.only() else { return 0.0 };
    if range.len() > crate::reply::MOST_ANSWER_BYTES {
        return 0.0;
    }
    let table = LabelTable::builtin();
    let shown: Vec<String> = shown.iter().map(|label| canonical_label(label)).collect();
    let text = normalise(&reply.text()[range]);
    let mut named: Vec<&str> = text.split(' ').filter_map(|word| table.known(word)).collect();
    named.sort_unstable();
    named.dedup();
    if named.is_empty() {
        return 0.0;
    }
    named.iter().filter(|label| shown.iter().any(|other| other == **label)).count() as f64 / named.len() as f64
}

/// Whether the answer names the reason: its code, or all words of the code, and no other reason's code.
fn explanation(reply: &Reply, code: &str) -> Part {
    let said = match reply.answer_text() {
        crate::reply::Read::One(found) => found,
        crate::reply::Read::Conflict { .. } => return Part { reason: Reason::Conflict, ..part(0.0) },
        crate::reply::Read::Nothing { why } => return Part { reason: Reason::Nothing(why), ..part(0.0) },
    };
    if said.value.len() > 2000 {
        return Part { reason: Reason::Nothing(Why::AnswerTooLong), ..part(0.0) };
    }
    let padded = format!(" {} ", normalise(&said.value));
    let names = |code: &str| {
        let whole = normalise(code);
        padded.contains(&format!(" {whole} "))
    };
    let others = question::ReasonCode::ALL.iter().map(|code| code.as_str()).filter(|other| *other != code);
    let several = others.clone().any(|other| names(other) && !normalise(code).contains(&normalise(other)));
    let score = if several { 0.0 } else { f64::from(u8::from(names(code))) };
    let reason = if several { Reason::Conflict } else { part(score).reason };
    Part { reason, span: Some(said.span), ..part(score) }
}
