//! Rules: a reply and the truth → a score in [0, 1], what was read, and why the score is what it is.
//!
//! A rule is data: its name and its parameters. Which kinds of truth a rule can judge is part of it; a rule that does
//! not fit says so instead of scoring.

pub mod caption;
mod matching;
mod numeric;
mod order;
mod overlap;
mod text;

use std::ops::Range;

use scene::geometry::OrientedBox;
use serde::{Deserialize, Serialize};

pub use matching::best_matching;
pub use numeric::{count_steps, mean_relative_accuracy, within_factor, within_share};
pub use order::kendall;
pub(crate) use overlap::boxed;
pub use overlap::{Matched, inside, inside_but_for_upright_edges};
pub use text::{Lexical, Likeness, clean, exact, exact_and_refined, refined_by_words, shares_a_word, token_f1};

use crate::{
    reply::{Coordinates, Direction, Found, Quantity, Read, Reply, Why, canonical_label},
    truth::Truth,
};

/// How a reply is compared with the truth.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(tag = "rule", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rule {
    /// The same: number, option, word, label, order or text.
    Exact {},
    /// Inside the truth's bounds, which are widened by a share of the value and reach to the value as it is printed.
    Interval {
        /// Share.
        #[serde(default)]
        slack: f64,
    },
    /// Mean relative accuracy (VSI-Bench).
    MeanRelativeAccuracy {
        /// Whether a number inside the truth's bounds, or as the truth is printed, is right whatever its relative
        /// error; not so as published.
        #[serde(default)]
        within_bounds: bool,
        /// Thresholds: 10 as published.
        #[serde(default = "ten")]
        points: u32,
    },
    /// Within a share of the truth, borders included (SpatialRGPT-Bench).
    WithinShare {
        /// Share.
        share: f64,
    },
    /// Less than so many times too large or too small (Q-Spatial).
    WithinFactor {
        /// Factor.
        factor: f64,
    },
    /// A worth for each step that a count is off.
    CountSteps {
        /// Worth of a right count, of one that is one off, and so on.
        steps: Vec<f64>,
    },
    /// The same set of base words, in any order.
    DirectionSet {
        /// Worth of all base words but one, by how many the truth has; `SpatialEvo`: 0.1 of two, 1 of three.
        #[serde(default)]
        all_but_one: Vec<f64>,
    },
    /// At most so many degrees off.
    Angle {
        /// Degrees.
        within_deg: f64,
    },
    /// Share of pairs of a list that stand the right way round.
    Kendall {},
    /// Mean overlap of boxes, matched one to one.
    MeanIou {},
    /// Share of true boxes that are matched by a box with at least this overlap; Acc@0.25, Acc@0.5. Where there is one
    /// true box, only one prediction is allowed.
    AccuracyAt {
        /// Overlap.
        iou: f64,
    },
    /// F1 of boxes at an overlap (Multi3DRefer).
    F1At {
        /// Overlap.
        iou: f64,
    },
    /// Mean over predictions of the greatest overlap with any box of the scene (3D-R1's reward as coded).
    GreatestIou {},
    /// Share of points that lie in the region; only the first counts where `first` is set.
    PointInRegion {
        /// Whether only the first point counts.
        #[serde(default)]
        first: bool,
    },
    /// Exact match after cleaning (EM@1).
    ExactMatch {},
    /// Exact match as LEO counts it: only of the first reference that matches at all, be it refined.
    FirstExactMatch {},
    /// Refined exact match as published.
    RefinedExactMatch {},
    /// A part of the first reference, blanks apart, or a word in common with it; only the reply is cleaned (SQA3D's
    /// script for language models).
    SharedWord {},
    /// Refined exact match by whole words.
    WordMatch {},
    /// F1 of words after cleaning.
    TokenF1 {},
    /// ROUGE-L after cleaning.
    RougeL {},
    /// METEOR 1.5 by its exact and stem stages, after cleaning.
    Meteor {},
    /// Likeness of texts; the lexical one where no model is given.
    Likeness {},
}

fn ten() -> u32 {
    10
}

/// Why a score is what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// As good as the rule knows.
    Right,
    /// Better than nothing.
    Partial,
    /// Read, and wrong.
    Wrong,
    /// The reply gives several answers.
    Conflict,
    /// The reply gives a range of numbers, which no rule for one number takes.
    Range,
    /// More boxes or points than can be meant.
    TooMany,
    /// Nothing was read; the reading says why.
    Nothing(Why),
    /// The rule cannot judge this kind of truth.
    RuleDoesNotFit,
}

impl Reason {
    /// Stable code: `right`, `conflict`; where nothing was read, why: `empty`, `other_unit`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Partial => "partial",
            Self::Wrong => "wrong",
            Self::Conflict => "conflict",
            Self::Range => "range",
            Self::TooMany => "too_many",
            Self::Nothing(why) => why.code(),
            Self::RuleDoesNotFit => "rule_does_not_fit",
        }
    }

    /// Of a score of something that was read.
    pub(crate) fn of(score: f64) -> Self {
        if score >= 1.0 {
            Self::Right
        } else if score > 0.0 {
            Self::Partial
        } else {
            Self::Wrong
        }
    }
}

/// A score and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// In [0, 1].
    pub score: f64,
    /// Why.
    pub reason: Reason,
    /// The bytes of the reply that were read; of the first of several answers.
    pub span: Option<Range<usize>>,
    /// The bytes of the second of several answers.
    pub other: Option<Range<usize>>,
}

impl Scored {
    fn none(reason: Reason) -> Self {
        Self { score: 0.0, reason, span: None, other: None }
    }

    fn of(score: f64, span: Range<usize>) -> Self {
        // A rule cannot give more than all or less than nothing, and never no number.
        let score = if score.is_finite() { score.clamp(0.0, 1.0) } else { 0.0 };
        Self { score, reason: Reason::of(score), span: Some(span), other: None }
    }

    /// The score of what was read, or why nothing counts.
    fn by<T>(read: Read<T>, score: impl FnOnce(&T) -> f64) -> Self {
        match read {
            Read::One(Found { value, span }) => Self::of(score(&value), span),
            Read::Conflict { first, other } => {
                Self { score: 0.0, reason: Reason::Conflict, span: Some(first.span), other: Some(other.span) }
            }
            Read::Nothing { why } => Self::none(Reason::Nothing(why)),
        }
    }

    fn yes(read: Read<impl Sized>) -> Self {
        Self::by(read, |_| 1.0)
    }

    fn number(read: Read<Quantity>, score: impl FnOnce(f64) -> f64) -> Self {
        if let Read::One(Found { value, span }) = &read
            && value.value().is_none()
        {
            return Self { score: 0.0, reason: Reason::Range, span: Some(span.clone()), other: None };
        }
        Self::by(read, |quantity| quantity.value().map_or(0.0, score))
    }
}

fn worth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

/// Worth of a set of base words, as bits: 1 where it is the right one; where one word of it is missing and none is
/// wrong, what `all_but_one` has for so many words.
pub(crate) fn direction_set(said: u8, wanted: u8, all_but_one: &[f64]) -> f64 {
    let parts = wanted.count_ones() as usize;
    if said == wanted {
        1.0
    } else if said & wanted == said && said.count_ones() as usize + 1 == parts {
        all_but_one.get(parts).copied().unwrap_or(0.0)
    } else {
        0.0
    }
}

/// A value as an answer prints it.
fn printed(value: f64, unit: question::Unit) -> f64 {
    let text = question::print::quantity(value, unit);
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '.'))).unwrap_or(text.len());
    text[..end].parse().unwrap_or(value)
}

/// The same number, rounding apart.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs())
}

impl Rule {
    /// The score of a reply.
    pub fn score(&self, reply: &Reply, truth: &Truth) -> Scored {
        self.score_with(reply, truth, &Lexical)
    }

    /// The score of a reply, texts compared by a likeness of the caller's.
    pub fn score_with(&self, reply: &Reply, truth: &Truth, likeness: &dyn Likeness) -> Scored {
        match truth {
            Truth::Quantity { value, lo, hi, unit, bare } if self.is_for_numbers() => {
                let bounds = (lo.unwrap_or(*value), hi.unwrap_or(*value));
                Scored::number(reply.quantity(*unit, *bare), |said| {
                    self.number(said, *value, bounds, || printed(*value, *unit))
                })
            }
            Truth::Turn { value, lo, hi } => self.turn(reply, *value, (*lo, *hi)),
            Truth::Count { value } if self.is_for_numbers() => {
                let value = f64::from(*value);
                Scored::by(reply.count(), |said| self.number(*said, value, (value, value), || value))
            }
            Truth::Choice { position, options } if *self == Self::Exact {} => {
                Scored::by(reply.choice(options), |at| worth(at == position))
            }
            Truth::YesNo { value } if *self == Self::Exact {} => {
                Scored::by(reply.yes_no(), |said| worth(said == value))
            }
            Truth::Direction { words } => self.direction(reply, words),
            Truth::Label { name, among } if *self == Self::Exact {} => {
                let wanted = canonical_label(name);
                Scored::by(reply.label(among), |said| worth(*said == wanted))
            }
            Truth::Order { names } => {
                let wanted: Vec<String> = names.iter().map(|name| canonical_label(name)).collect();
                match self {
                    Self::Exact {} => Scored::by(reply.list_of(&wanted), |said| worth(*said == wanted)),
                    Self::Kendall {} => Scored::by(reply.list_of(&wanted), |said| kendall(said, &wanted)),
                    _ => Scored::none(Reason::RuleDoesNotFit),
                }
            }
            Truth::Place { value, lo, hi } => {
                let Self::Interval { slack } = self else { return Scored::none(Reason::RuleDoesNotFit) };
                let room = slack * value.iter().map(|metres| metres * metres).sum::<f64>().sqrt() + 1e-9;
                let is_near = |axis: usize, said: f64| {
                    let reaches = |to: f64| (lo[axis].min(to) - room..=hi[axis].max(to) + room).contains(&said);
                    reaches(value[axis]) || reaches(printed(value[axis], question::Unit::Metre))
                };
                Scored::by(reply.place(), |place| worth((0..3).all(|axis| is_near(axis, place[axis]))))
            }
            Truth::Boxes { boxes, form, others, grid } => {
                let of =
                    |boxes: &[Vec<f64>]| boxes.iter().filter_map(|numbers| overlap::boxed(numbers, *form)).collect();
                let (truths, others): (Vec<OrientedBox>, Vec<OrientedBox>) = (of(boxes), of(others));
                if truths.len() != boxes.len() {
                    return Scored::none(Reason::RuleDoesNotFit);
                }
                let predicted = |groups: &Vec<Coordinates>| -> Vec<Option<OrientedBox>> {
                    groups.iter().map(|group| overlap::predicted(group, *form, *grid)).collect()
                };
                self.boxes(reply, predicted, &truths, &others)
            }
            Truth::Region { outline, scale } => self.region(reply, outline, *scale),
            Truth::Text { references } if self.is_for_text() => self.text(reply, references, likeness),
            _ => Scored::none(Reason::RuleDoesNotFit),
        }
    }

    fn is_for_text(&self) -> bool {
        matches!(
            self,
            Self::Exact {}
                | Self::ExactMatch {}
                | Self::FirstExactMatch {}
                | Self::RefinedExactMatch {}
                | Self::SharedWord {}
                | Self::WordMatch {}
                | Self::TokenF1 {}
                | Self::RougeL {}
                | Self::Meteor {}
                | Self::Likeness {}
        )
    }

    pub(crate) fn is_for_numbers(&self) -> bool {
        matches!(
            self,
            Self::Exact {}
                | Self::Interval { .. }
                | Self::MeanRelativeAccuracy { .. }
                | Self::WithinShare { .. }
                | Self::WithinFactor { .. }
                | Self::CountSteps { .. }
        )
    }

    /// The score of a number. Bounds reach to the truth as it is printed, which may lie outside them.
    pub(crate) fn number(&self, said: f64, truth: f64, (lo, hi): (f64, f64), printed: impl Fn() -> f64) -> f64 {
        let within = |room: f64| {
            let reaches = |to: f64| (lo.min(to) - room..=hi.max(to) + room).contains(&said);
            reaches(truth) || reaches(printed())
        };
        match self {
            Self::Exact {} => worth(same(said, truth)),
            Self::Interval { slack } => worth(within(slack * truth.abs() + 1e-9 * truth.abs())),
            Self::MeanRelativeAccuracy { within_bounds, points } => {
                if *within_bounds && within(0.0) {
                    return 1.0;
                }
                mean_relative_accuracy(said, truth, *points)
            }
            Self::WithinShare { share } => worth(within_share(said, truth, *share)),
            Self::WithinFactor { factor } => worth(within_factor(said, truth, *factor)),
            Self::CountSteps { steps } => count_steps(said, truth, steps),
            _ => f64::NAN,
        }
    }

    /// Degrees with a side, or straight ahead.
    fn turn(&self, reply: &Reply, truth: f64, (lo, hi): (f64, f64)) -> Scored {
        let side = reply.side();
        // Degrees by their side, or a turn that needs no degrees.
        let mut has_side = true;
        let (sign, whole) = match side.one().map(|side| side.words()).as_deref() {
            // "135° to the left, behind you"; "180°, right behind".
            Some(["left"] | ["left", "front" | "back"]) => (1.0, None),
            Some(["right"] | ["right", "front" | "back"]) => (-1.0, None),
            Some(["front"]) => (1.0, Some(0.0)),
            Some(["back"]) => (1.0, Some(180.0)),
            Some(_) => return Scored::none(Reason::Nothing(Why::OtherKind)),
            None => match side {
                // A bare number has its own sign.
                Read::Nothing { why: Why::OtherKind } => {
                    has_side = false;
                    (1.0, None)
                }
                other => return Scored::yes(other),
            },
        };
        let room = match self {
            Self::Angle { within_deg } => *within_deg,
            // A turn is printed in whole degrees.
            Self::Interval { slack } => {
                let rounding = (truth - truth.round()).abs();
                ((hi - lo).abs() / 2.0 + slack * truth.abs()).max(rounding) + 1e-9
            }
            Self::Exact {} => 1e-9,
            _ => return Scored::none(Reason::RuleDoesNotFit),
        };
        let hits = |said: f64| {
            let apart = (said - truth).rem_euclid(360.0);
            worth(apart.min(360.0 - apart) <= room)
        };
        match (reply.quantity(question::Unit::Degree, 1.0), whole) {
            (Read::Nothing { why: Why::OtherKind }, Some(whole)) => Scored::by(side, |_| hits(whole)),
            // Without a sign, or none that matters, it says no side.
            (Read::One(found), _)
                if !has_side
                    && found.value.value().is_some_and(|degrees| degrees > room && degrees < 180.0 - room)
                    && !reply.text()[found.span.clone()].starts_with('+') =>
            {
                Scored::none(Reason::Nothing(Why::OtherKind))
            }
            (read, _) => Scored::number(read, |degrees| hits(sign * degrees)),
        }
    }

    fn direction(&self, reply: &Reply, words: &str) -> Scored {
        let Some(truth) = Direction::parse(words) else { return Scored::none(Reason::RuleDoesNotFit) };
        match self {
            Self::Exact {} => Scored::by(reply.direction(), |said| worth(*said == truth)),
            Self::DirectionSet { all_but_one } => Scored::by(reply.direction(), |said| match (*said, truth) {
                (Direction::Words(said), Direction::Words(wanted)) => direction_set(said, wanted, all_but_one),
                (said, truth) => worth(said == truth),
            }),
            Self::Angle { within_deg } => Scored::by(reply.direction(), |said| {
                let (Some(said), Some(wanted)) = (said.bearing_deg(), truth.bearing_deg()) else { return 0.0 };
                let apart = (said - wanted).rem_euclid(360.0);
                worth(apart.min(360.0 - apart) <= within_deg + 1e-9)
            }),
            _ => Scored::none(Reason::RuleDoesNotFit),
        }
    }

    fn boxes(
        &self,
        reply: &Reply,
        predicted: impl Fn(&Vec<Coordinates>) -> Vec<Option<OrientedBox>>,
        truths: &[OrientedBox],
        others: &[OrientedBox],
    ) -> Scored {
        if !self.is_for_boxes() {
            return Scored::none(Reason::RuleDoesNotFit);
        }
        let read = reply.coordinates();
        if let Read::One(found) = &read
            && found.value.len() > MOST_BOXES
        {
            return Scored { score: 0.0, reason: Reason::TooMany, span: Some(found.span.clone()), other: None };
        }
        Scored::by(read, |groups| self.of_boxes(&predicted(groups), truths, others).unwrap_or(f64::NAN))
    }

    fn is_for_boxes(&self) -> bool {
        matches!(self, Self::MeanIou {} | Self::AccuracyAt { .. } | Self::F1At { .. } | Self::GreatestIou {})
    }

    /// The score of predicted boxes, if this is a rule for boxes. `None` among them is a box that cannot be.
    pub(crate) fn of_boxes(
        &self,
        predicted: &[Option<OrientedBox>],
        truths: &[OrientedBox],
        others: &[OrientedBox],
    ) -> Option<f64> {
        let matched = || overlap::Matched::of(predicted, truths);
        Some(match self {
            Self::MeanIou {} => matched().mean(),
            Self::AccuracyAt { .. } if predicted.len() > truths.len() => 0.0,
            Self::AccuracyAt { .. } if truths.is_empty() => worth(predicted.is_empty()),
            Self::AccuracyAt { iou } => {
                matched().overlaps.iter().filter(|overlap| *overlap >= iou).count() as f64 / truths.len() as f64
            }
            Self::F1At { iou } => matched().f1(*iou),
            Self::GreatestIou {} => {
                let all: Vec<OrientedBox> = truths.iter().chain(others).copied().collect();
                overlap::greatest_overlap(predicted, &all)
            }
            _ => return None,
        })
    }

    fn region(&self, reply: &Reply, outline: &[[f64; 2]], [width, height]: [f64; 2]) -> Scored {
        let Self::PointInRegion { first } = self else { return Scored::none(Reason::RuleDoesNotFit) };
        if !(width > 0.0 && height > 0.0) {
            return Scored::none(Reason::RuleDoesNotFit);
        }
        Scored::by(reply.coordinates(), |groups| {
            let points = groups.iter().take(if *first { 1 } else { usize::MAX });
            let hits: Vec<bool> = points
                .map(|group| match group.numbers[..] {
                    [x, y] => inside(outline, [x / width, y / height]),
                    _ => false,
                })
                .collect();
            if hits.is_empty() { 0.0 } else { hits.iter().filter(|hit| **hit).count() as f64 / hits.len() as f64 }
        })
    }

    fn text(&self, reply: &Reply, references: &[String], likeness: &dyn Likeness) -> Scored {
        Scored::by(reply.answer_text(), |said| self.of_text(said, references, likeness).unwrap_or(f64::NAN))
    }

    /// The score of a text, if this is a rule for texts.
    pub(crate) fn of_text(&self, said: &str, references: &[String], likeness: &dyn Likeness) -> Option<f64> {
        let cleaned = || -> Vec<String> { references.iter().map(|reference| clean(reference)).collect() };
        Some(match self {
            Self::Exact {} => worth(exact(said, references)),
            Self::ExactMatch {} => worth(exact(&clean(said), &cleaned())),
            Self::FirstExactMatch {} => worth(exact_and_refined(&clean(said), &cleaned()).0),
            Self::RefinedExactMatch {} => worth(exact_and_refined(&clean(said), &cleaned()).1),
            Self::SharedWord {} => {
                worth(references.first().is_some_and(|reference| shares_a_word(&clean(said), reference)))
            }
            Self::WordMatch {} => worth(refined_by_words(&clean(said), &cleaned())),
            Self::TokenF1 {} => token_f1(&clean(said), &cleaned()),
            Self::RougeL {} => {
                let (said, references) = (clean(said), cleaned());
                caption::rouge_l(&[caption::Item { hypothesis: &said, references: &references }]).corpus
            }
            Self::Meteor {} => {
                let (said, references) = (clean(said), cleaned());
                let item = caption::Item { hypothesis: &said, references: &references };
                caption::meteor(&[item], caption::Meteor::V15).corpus
            }
            Self::Likeness {} => {
                let pairs: Vec<(&str, &str)> = references.iter().map(|other| (said, other.as_str())).collect();
                likeness.likeness(&pairs).into_iter().fold(0.0, f64::max)
            }
            _ => return None,
        })
    }
}

/// Most boxes of a reply that are matched; a matching takes time with the cube of their number.
pub const MOST_BOXES: usize = 256;
