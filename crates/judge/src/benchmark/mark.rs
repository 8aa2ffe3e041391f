//! One row under one profile.

use super::{
    Benchmark, Measure, Profile, Row,
    corpus::prepared,
    fields::{groups_of_numbers, without_numbered},
    literal::literal,
};
use crate::{
    extract::{BoxReader, LetterReader, NumberReader, PointReader, TextReader, YesNoReader},
    reply::Reply,
    rule::{Lexical, MOST_BOXES, Reason, Rule, boxed},
    truth::{BoxForm, Truth},
};

/// What a profile made of a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Mark {
    pub(super) score: f64,
    /// What was taken for the answer.
    pub(super) said: Option<String>,
}

impl Mark {
    fn of(said: Option<String>, is_right: bool) -> Self {
        Self { score: f64::from(u8::from(is_right)), said }
    }
}

/// A letter without the brackets that some files put around it.
fn plain(letter: &str) -> &str {
    let letter = letter.trim();
    letter.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(letter)
}

/// What a profile makes of a row, by a measure or by the rule of the row's kind. A failed request is never read.
pub(super) fn mark(benchmark: &Benchmark, profile: &Profile, measure: Option<&Measure>, row: &Row) -> Mark {
    let own = benchmark.kind.get(row.kind).map(|kind| &kind.rule);
    let Some(rule) = measure.and_then(|measure| measure.rule.as_ref()).or(own).filter(|_| !row.failed) else {
        return Mark::default();
    };
    let none = Mark::default;
    match &row.truth {
        Truth::Choice { position, options } => {
            profile.letter.map_or_else(none, |reader| letter(profile, reader, row, *position, options))
        }
        Truth::Quantity { value, bare, unit, .. } => match profile.number {
            Some(NumberReader::Isovist) => {
                // No unit was asked for: what names none is metres, whatever the right answer is written in; or what the
                // kind says.
                let kind = benchmark.kind.get(row.kind);
                let (unit, per_unit) = kind.and_then(|kind| Some((kind.unit?, kind.per_unit))).unwrap_or((*unit, 1.0));
                let truth = Truth::Quantity { value: value / per_unit, lo: None, hi: None, unit, bare: per_unit };
                by_rule(rule, &without_numbered(&row.reply, &benchmark.numbered), &truth)
            }
            Some(reader) if *unit == question::Unit::Metre => {
                length(rule, reader.read_length(&row.reply), right_length(reader, *value, *bare))
            }
            Some(reader) => length(rule, reader.read(&row.reply), *value),
            None => none(),
        },
        Truth::Direction { .. } if profile.number.is_some() => {
            by_rule(rule, &without_numbered(&row.reply, &benchmark.numbered), &row.truth)
        }
        Truth::YesNo { value } => match profile.yes_no {
            Some(YesNoReader::Isovist) => by_rule(rule, &row.reply, &row.truth),
            Some(reader) => {
                let said = reader.read(&row.reply, *value);
                Mark::of(said.map(|said| if said { "yes" } else { "no" }.to_owned()), said == Some(*value))
            }
            None => none(),
        },
        Truth::Region { outline, .. } => match profile.point {
            Some(PointReader::Isovist) => by_rule(rule, &row.reply, &row.truth),
            Some(reader) => {
                let said = reader.read(&row.reply, row.picture);
                // A region has three corners at least.
                let hit = said.is_some_and(|point| outline.len() > 2 && reader.is_inside(outline, point));
                Mark::of(said.map(|[x, y]| format!("({x}, {y})")), hit)
            }
            None => none(),
        },
        Truth::Boxes { boxes, form, .. } => match profile.boxes {
            Some(BoxReader::Isovist) => by_rule(rule, &row.reply, &row.truth),
            Some(BoxReader::Listed) => listed(rule, &row.reply, boxes, *form),
            None => none(),
        },
        Truth::Text { references } => match profile.text {
            Some(reader) => match measure.and_then(|measure| measure.best_of) {
                Some(most) => {
                    best(row.ranked.iter().take(most).map(|reply| text(profile, reader, rule, reply, references)))
                }
                None => text(profile, reader, rule, &row.reply, references),
            },
            None => none(),
        },
        _ => none(),
    }
}

/// The first of those that are worth most.
fn best(marks: impl Iterator<Item = Mark>) -> Mark {
    marks.reduce(|best, mark| if mark.score > best.score { mark } else { best }).unwrap_or_default()
}

fn letter(profile: &Profile, reader: LetterReader, row: &Row, position: usize, options: &[String]) -> Mark {
    let right = u8::try_from(position).ok().and_then(|at| b'A'.checked_add(at)).map_or('?', char::from);
    let said = match row.recorded.as_ref().filter(|_| profile.recorded) {
        Some(recorded) => Some(plain(recorded).to_owned()),
        None => reader.read_knowing(&row.reply, options, right),
    };
    let is_right = said.as_deref().is_some_and(|said| said.eq_ignore_ascii_case(right.encode_utf8(&mut [0; 4])));
    Mark::of(said, is_right)
}

/// A right length as a harness takes it: that of `HiSpatial` converts centimetres and takes all else for metres.
fn right_length(reader: NumberReader, metres: f64, bare: f64) -> f64 {
    let centimetres = (bare - 100.0).abs() < 1e-9;
    if reader == NumberReader::FirstDecimal && !centimetres { metres * bare } else { metres }
}

fn length(rule: &Rule, said: Option<f64>, truth: f64) -> Mark {
    let score = said.filter(|_| rule.is_for_numbers()).map(|said| rule.number(said, truth, (truth, truth), || truth));
    Mark { score: score.unwrap_or(0.0), said: said.map(|said| said.to_string()) }
}

/// What our own readers and rules make of it.
fn by_rule(rule: &Rule, reply: &str, truth: &Truth) -> Mark {
    let reply = Reply::from(reply);
    let scored = rule.score(&reply, truth);
    let read = matches!(scored.reason, Reason::Right | Reason::Partial | Reason::Wrong);
    let said = scored.span.filter(|_| read).and_then(|span| reply.text().get(span).map(str::to_owned));
    Mark { score: scored.score, said }
}

fn listed(rule: &Rule, reply: &str, truths: &[Vec<f64>], form: BoxForm) -> Mark {
    let Some(groups) = literal(reply).as_ref().and_then(groups_of_numbers) else { return Mark::default() };
    let truths: Vec<_> = truths.iter().filter_map(|numbers| boxed(numbers, form)).collect();
    let predicted: Vec<_> = groups.iter().map(|numbers| boxed(numbers, form)).collect();
    let fits = predicted.len() <= MOST_BOXES;
    let score = fits.then(|| rule.of_boxes(&predicted, &truths, &[])).flatten();
    Mark { score: score.unwrap_or(0.0), said: Some(reply.to_owned()) }
}

/// The text that a profile takes out of a reply.
pub(super) fn text_of(reader: TextReader, reply: &str) -> Option<String> {
    match reader {
        TextReader::Isovist => Reply::from(reply).answer_text().one().cloned(),
        TextReader::Whole => Some(reply.to_owned()),
    }
}

fn text(profile: &Profile, reader: TextReader, rule: &Rule, reply: &str, references: &[String]) -> Mark {
    let Some(said) = text_of(reader, reply) else { return Mark::default() };
    let score = if *rule == (Rule::Exact {}) {
        let prepare = |reference: &String| prepared(reference, &profile.prepare_truth);
        let references: Vec<String> = references.iter().map(prepare).collect();
        rule.of_text(&prepared(&said, &profile.prepare), &references, &Lexical)
    } else {
        rule.of_text(&said, references, &Lexical)
    };
    Mark { score: score.unwrap_or(0.0), said: Some(said) }
}
