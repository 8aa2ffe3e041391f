//! How published harnesses take an answer out of a reply, defects included.
//!
//! Each is written from what its code does, so that stored replies score as that harness would score them. Where a
//! harness asks a language model, the reply has no answer here unless the file records what the model said.

mod answers;
mod letters;
mod numbers;
mod stages;
mod words;

use serde::{Deserialize, Serialize};

use crate::{
    reply::{Quantity, Reply},
    rule::{inside, inside_but_for_upright_edges},
};

pub(crate) use numbers::{centimetres_of_unit, metres};

/// Takes the letter of an option out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LetterReader {
    /// Our own reader: a letter that cannot be a word, or the text of one option; conflicts are none.
    Isovist,
    /// The whole reply is the answer.
    Whole,
    /// VSI-Bench: what stands before the first blank, without the full stops at its end.
    FirstToken,
    /// BLINK: the letter alone or in brackets; else the only bracketed letter of the text, or of its last paragraph.
    Bracketed,
    /// BLINK in lmms-eval: the first letter of the reply, brackets and blanks apart, even of a word.
    LeadingLetter,
    /// lmms-eval's shared extractor of early 2026: letters in several formats, the highest format first, the last one of it.
    RankedLetters,
    /// `VLMEvalKit`'s spatial benchmarks and EASI: an answer section, the ends of sections, the last lines, phrases,
    /// the only capital.
    SevenStages,
    /// `VLMEvalKit`'s other benchmarks, by exact matching, as of 2026-05: the only letter among the words, if it is one
    /// of the last four; else the letter behind "answer is", even of a word; else the only option whose text is there.
    OnlyLetterOrText,
    /// ViewSpatial-Bench: the first letter of the last line that stands alone, small ones included.
    StandaloneLetter,
    /// `MMStar`: the first character, behind "(", "option " or "the answer is ", small ones included.
    OpeningLetter,
    /// MMSI-Bench: what stands in backticks or braces, else the reply; of that the first capital from A to D that stands
    /// alone and that no blank and letter follow.
    Backticks,
    /// MMSI-Bench in lmms-eval of 2026-08: the same with letters from A to F, small ones included.
    BackticksEitherCase,
    /// 3DSRBench in lmms-eval: eight formats, one after the other, capitals only.
    EightFormats,
    /// `HiSpatial`: the right letter stands anywhere in the reply, even in a word. Says nothing without the right letter.
    Holding,
    /// `HiSpatial`: the right letter is among the first two characters. Says nothing without the right letter.
    HoldingInTwo,
}

/// Takes a number out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NumberReader {
    /// Our own reader; conflicts and ranges are none.
    Isovist,
    /// VSI-Bench: what stands before the first blank, as Python reads a float.
    FirstToken,
    /// lmms-eval of 2026-08: the first digits or number words.
    FirstNumber,
    /// `VLMEvalKit` and EASI: the number of an answer section, else the last one behind the reasoning.
    LastNumber,
    /// Q-Spatial: the mean of the numbers in the last `scalar{…}`, in the unit of the last `distance_unit{…}`.
    ScalarTag,
    /// `VLMEvalKit` on Q-Spatial: the same; in a unit that it does not know, or that has blanks around it, a length is
    /// nothing.
    ScalarTagKnownUnit,
    /// `HiSpatial` on Q-Spatial: the first number, taken for metres; a sign counts only before a decimal point. Of right
    /// answers, only centimetres are converted.
    FirstDecimal,
}

/// Takes yes or no out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum YesNoReader {
    /// Our own reader; conflicts are none.
    Isovist,
    /// RoboSpatial: what the reply begins with, even as a part of a word.
    Opening,
    /// RoboSpatial in lmms-eval: the last line of the answer holds one of the two and not the other, even in a word.
    LastLine,
    /// `HiSpatial`: the right one stands anywhere, also as true or false. Says nothing without the right one.
    Holding,
}

/// Takes a point out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PointReader {
    /// Our own reader; the first point counts.
    Isovist,
    /// RoboSpatial: the first pair in round brackets, else in square ones, without signs; else the first list.
    FirstPair,
    /// `VLMEvalKit`: the first `point_2d` or `point` of a list or object, in shares, thousandths or pixels by its size;
    /// else the first pair in round brackets, in shares or pixels, or the corner of the first box there. Pixels need
    /// the sides of the picture.
    KeyOrBrackets,
}

/// Takes boxes out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum BoxReader {
    /// Our own reader.
    Isovist,
    /// The reply is one box or a list of boxes, as a program wrote it.
    Listed,
}

/// Takes a text out of a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextReader {
    /// Our own reader: the section of the answer.
    Isovist,
    /// The whole reply.
    Whole,
}

impl LetterReader {
    /// What the harness compares with the right letter; `None` where it finds nothing.
    pub fn read(self, reply: &str, options: &[String]) -> Option<String> {
        match self {
            Self::Isovist => {
                let read = Reply::from(reply).choice(options);
                read.one().and_then(|at| Some(char::from(b'A'.checked_add(u8::try_from(*at).ok()?)?).to_string()))
            }
            Self::Whole => Some(reply.trim().to_owned()),
            Self::FirstToken => Some(letters::first_token(reply).to_owned()),
            Self::Bracketed => letters::bracketed(reply).map(String::from),
            Self::LeadingLetter => letters::leading(reply).map(String::from),
            Self::RankedLetters => letters::ranked(reply, options.len()).map(String::from),
            Self::SevenStages => stages::letter(reply).map(String::from),
            Self::OnlyLetterOrText => words::letter(reply, options).map(String::from),
            Self::StandaloneLetter => letters::standalone(reply).map(String::from),
            Self::OpeningLetter => letters::opening(reply).map(String::from),
            Self::Backticks => letters::in_backticks(reply, |c| matches!(c, 'A'..='D')).map(String::from),
            Self::BackticksEitherCase => {
                letters::in_backticks(reply, |c| matches!(c.to_ascii_uppercase(), 'A'..='F')).map(String::from)
            }
            Self::EightFormats => letters::eight_formats(reply).map(String::from),
            Self::Holding | Self::HoldingInTwo => None,
        }
    }

    /// The same for harnesses that look for the right letter only: that letter where they find it, else what they
    /// looked through.
    pub fn read_knowing(self, reply: &str, options: &[String], right: char) -> Option<String> {
        let looked_through = match self {
            Self::Holding => letters::without_marks(reply),
            Self::HoldingInTwo => reply.chars().take(2).collect(),
            _ => return self.read(reply, options),
        };
        Some(if looked_through.contains(right) { right.to_string() } else { looked_through })
    }
}

impl NumberReader {
    /// The number; `None` where the harness finds none.
    pub fn read(self, reply: &str) -> Option<f64> {
        match self {
            Self::Isovist => {
                let read = Reply::from(reply).quantity(question::Unit::One, 1.0);
                read.one().and_then(Quantity::value)
            }
            Self::FirstToken => numbers::python_float(letters::first_token(reply)),
            Self::FirstNumber => numbers::first(reply),
            Self::LastNumber => numbers::last(reply),
            Self::ScalarTag | Self::ScalarTagKnownUnit => numbers::scalar_tag(reply).map(|(value, _)| value),
            Self::FirstDecimal => numbers::first_decimal(reply),
        }
    }

    /// The length, metres; what says no unit is taken for metres.
    pub fn read_length(self, reply: &str) -> Option<f64> {
        match self {
            Self::ScalarTag => numbers::scalar_tag(reply).map(|(value, unit)| metres(value, &unit)),
            Self::ScalarTagKnownUnit => numbers::scalar_tag(reply)
                .map(|(value, unit)| if numbers::is_known_unit(&unit) { metres(value, &unit) } else { 0.0 }),
            _ => self.read(reply),
        }
    }
}

impl YesNoReader {
    /// What the harness takes the reply for; `None` where it finds nothing. `right` is for those that look for the
    /// right answer only: where they do not find it, they take the reply for the other.
    pub fn read(self, reply: &str, right: bool) -> Option<bool> {
        match self {
            Self::Isovist => Reply::from(reply).yes_no().one().copied(),
            Self::Opening => answers::opening_yes_no(reply),
            Self::LastLine => answers::last_line_yes_no(reply),
            Self::Holding => Some(answers::holds_yes_no(reply, right) == right),
        }
    }
}

impl PointReader {
    /// The point, in shares of the sides of the picture; `None` where the harness finds none, or where it would need
    /// the width and the height of the picture and they are not known.
    pub fn read(self, reply: &str, picture: Option<[f64; 2]>) -> Option<[f64; 2]> {
        match self {
            Self::Isovist => {
                let read = Reply::from(reply).coordinates();
                <[f64; 2]>::try_from(&read.one()?.first()?.numbers[..]).ok()
            }
            Self::FirstPair => answers::first_pair(reply),
            Self::KeyOrBrackets => answers::key_or_brackets(reply, picture),
        }
    }

    /// Whether the harness finds a point inside an outline.
    pub fn is_inside(self, outline: &[[f64; 2]], point: [f64; 2]) -> bool {
        match self {
            Self::Isovist | Self::FirstPair => inside(outline, point),
            Self::KeyOrBrackets => inside_but_for_upright_edges(outline, point),
        }
    }
}
