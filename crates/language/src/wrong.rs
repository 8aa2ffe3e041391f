//! Answers that are provably wrong.
//!
//! The right answer is certain, so another sector, candidate, count, order or the other of yes and no is wrong.
//! A wrong quantity lies outside the answer's whole interval, and all options differ by at least six units of
//! the last printed digit.

use question::{Answer, Draw, Filling, Unit, outside_m, plainly, print};

use crate::{
    Material, PhraseBook, RenderError,
    book::TaskPhrases,
    compile::turn_words,
    kind::AnswerKind,
    number::{Stated, StatedPoint},
    reading::{object, pixel, place, point, quantity, turn},
    render::{digit, rounded_up},
    token::tokens,
};

/// A claimed answer, exactly as its text says it.
pub(crate) struct Claimed {
    pub(crate) answer: Answer,
}

/// Least tolerance of a claimed quantity, as a share of it: so that a claim sounds like one a person makes.
const LEAST_SHARE: f64 = 0.1;
/// Least tolerance of a claimed turn, degrees.
const LEAST_TURN_DEG: f64 = 10.0;
/// Distance of neighbouring options, as a share of the answer.
const OPTION_SHARE: f64 = 0.25;
/// Distance of neighbouring options in last printed digits, at least.
const OPTION_DIGITS: f64 = 10.0;
/// Distance of neighbouring turns, degrees, at least.
const OPTION_TURN_DEG: f64 = 45.0;

/// Up to `most` wrong answers that print differently from the right one and from each other.
pub(crate) fn answers(phrases: &TaskPhrases, material: &Material, most: usize, draw: &mut Draw) -> Vec<Answer> {
    match material.answer {
        Answer::Object { .. } => {}
        _ if material.alternatives.is_empty() => {}
        _ => return sample(material.alternatives, most, draw),
    }
    let named = |name: &String| {
        let is_it = |answer: &Answer| matches!(answer, Answer::Object { name: other, .. } if plainly(other) == name);
        material.alternatives.is_empty() || material.alternatives.iter().any(is_it)
    };
    match material.answer {
        Answer::Quantity { value, lo, hi, unit } => quantities(*value, *lo, *hi, *unit, most, draw),
        Answer::Turn { value, lo, hi } => turns(*value, *lo, *hi, most, draw),
        Answer::Count { value } => counts(*value, most, draw),
        Answer::Object { id, .. } => {
            let all: Vec<Answer> = offered(phrases, material)
                .into_iter()
                .filter(named)
                .filter_map(|name| object(material.scene, &name, phrases.shown_in(material.fillings)).ok())
                .filter(|other| !matches!(other, Answer::Object { id: other, .. } if other == id))
                .collect();
            sample(&all, most, draw)
        }
        Answer::Order { ids, names } => {
            let mut all: Vec<Answer> = Vec::new();
            for _ in 0..32 {
                let order = draw.distinct(ids.len(), ids.len());
                let ids_now: Vec<_> = order.iter().map(|at| ids[*at]).collect();
                let names_now = order.iter().map(|at| names[*at].clone()).collect();
                let other = Answer::Order { ids: ids_now.clone(), names: names_now };
                if ids_now != *ids && !all.contains(&other) {
                    all.push(other);
                }
                if all.len() == most {
                    break;
                }
            }
            all
        }
        Answer::Frame { name } => {
            let others = offered(phrases, material).into_iter().filter(|other| other != name);
            sample(&others.map(|name| Answer::Frame { name }).collect::<Vec<_>>(), most, draw)
        }
        Answer::Pixel { frame, column, row } => {
            let others = offered(phrases, material).into_iter().filter_map(|other| pixel(frame, &other));
            let other =
                |answer: &Answer| !matches!(answer, Answer::Pixel { column: c, row: r, .. } if (c, r) == (column, row));
            sample(&others.filter(other).collect::<Vec<_>>(), most, draw)
        }
        Answer::Point { value, lo, hi } => points(*value, *lo, *hi, most, draw),
        Answer::Region { at, pieces, .. } => elsewhere(*at, pieces, most, draw),
        Answer::Turns { words } => {
            let others = turn_words(words.len()).into_iter().filter(|other| other != words);
            let others = others.map(|other| Answer::Turns { words: other.into_iter().map(str::to_owned).collect() });
            sample(&others.collect::<Vec<_>>(), most, draw)
        }
        Answer::YesNo { value } => vec![Answer::YesNo { value: !value }],
        Answer::Sector { sectors, word } => {
            let all: Vec<Answer> = sectors
                .sectors()
                .iter()
                .filter(|other| *other != word)
                .map(|other| Answer::Sector { sectors: *sectors, word: (*other).to_owned() })
                .collect();
            sample(&all, most, draw)
        }
    }
}

/// The claim of a true or a false statement.
pub(crate) fn claim(
    book: &PhraseBook,
    phrases: &TaskPhrases,
    material: &Material,
    truth: bool,
    draw: &mut Draw,
) -> Result<Claimed, RenderError> {
    let none = || RenderError::NoAlternative { task: material.task.name.clone() };
    let answer = match (material.answer, phrases.answer) {
        (Answer::Quantity { value, lo, hi, unit }, _) => Claims { book, lo: *lo, hi: *hi, unit: *unit, turn: false }
            .of(*value, material, truth, draw)
            .ok_or_else(none)?,
        (Answer::Turn { value, lo, hi }, _) => {
            let claims = Claims { book, lo: *lo, hi: *hi, unit: Unit::Degree, turn: true };
            claims.of(*value, material, truth, draw).ok_or_else(none)?
        }
        (Answer::Point { value, lo, hi }, _) => {
            let claims = PointClaims { book, value: *value, lo: *lo, hi: *hi };
            match material.alternatives {
                _ if truth => claims.holding(),
                [] => claims.missing(draw),
                alternatives => claims.of_others(alternatives, draw),
            }
            .ok_or_else(none)?
        }
        (_, AnswerKind::YesNo) => material.answer.clone(),
        (Answer::Region { at, .. }, _) if truth => said(*at),
        (answer, _) if truth => answer.clone(),
        _ => answers(phrases, material, 1, draw).into_iter().next().ok_or_else(none)?,
    };
    Ok(Claimed { answer })
}

/// The names of a question's candidates.
fn offered(phrases: &TaskPhrases, material: &Material) -> Vec<String> {
    match phrases.candidates().and_then(|role| material.fillings.get(role)) {
        Some(Filling::List(names)) => names.clone(),
        _ => Vec::new(),
    }
}

fn sample(all: &[Answer], most: usize, draw: &mut Draw) -> Vec<Answer> {
    draw.distinct(most, all.len()).into_iter().map(|at| all[at].clone()).collect()
}

/// How many of the wrong numbers lie below the right one is drawn too, so that its rank says nothing; where there is room
/// for fewer below than are wanted, there are no more wrong numbers than that, so that the right one is the largest as often
/// as the smallest.
fn ladder(below: usize, above: usize, most: usize, draw: &mut Draw) -> Vec<f64> {
    let most = if below == 0 { most } else { most.min(below) };
    let least_below = most.saturating_sub(above);
    let most_below = below.min(most);
    let under = least_below + draw.below((most_below + 1).saturating_sub(least_below));
    let mut steps: Vec<f64> = draw.distinct(under, below).into_iter().map(|at| -(at as f64 + 1.0)).collect();
    steps.extend(draw.distinct(most - under, above).into_iter().map(|at| at as f64 + 1.0));
    let order = draw.distinct(steps.len(), steps.len());
    order.into_iter().map(|at| steps[at]).collect()
}

fn quantities(value: f64, lo: f64, hi: f64, unit: Unit, most: usize, draw: &mut Draw) -> Vec<Answer> {
    let half_width = (hi - value).max(value - lo);
    let step = (OPTION_SHARE * value.abs()).max(2.0 * half_width).max(OPTION_DIGITS * digit(unit));
    let below = if lo < 0.0 { 3 } else { (1..=3).filter(|rung| value - (f64::from(*rung) + 0.2) * step > 0.0).count() };
    ladder(below, 4, most, draw)
        .into_iter()
        .map(|rung| value + (rung + draw.between(-0.2, 0.2)) * step)
        .map(|value| Answer::Quantity { value, lo: value, hi: value, unit })
        .collect()
}

fn turns(value: f64, lo: f64, hi: f64, most: usize, draw: &mut Draw) -> Vec<Answer> {
    let half_width = (hi - value).max(value - lo);
    let step = OPTION_TURN_DEG.max(2.0 * half_width);
    let rungs = ((360.0 / step).floor() as usize).saturating_sub(1);
    draw.distinct(most, rungs)
        .into_iter()
        .map(|rung| signed(value + (rung as f64 + 1.0 + draw.between(-0.2, 0.2)) * step))
        .map(|value| Answer::Turn { value, lo: value, hi: value })
        .collect()
}

/// Places that lie off along every axis that is known well enough.
fn points(value: [f64; 3], lo: [f64; 3], hi: [f64; 3], most: usize, draw: &mut Draw) -> Vec<Answer> {
    let steps: [f64; 3] =
        std::array::from_fn(|axis| (2.5 * (hi[axis] - lo[axis])).max(0.25 * value[axis].abs()).max(0.1));
    let mut all = Vec::with_capacity(7);
    for axes in 1..8 {
        let mut place = value;
        for axis in (0..3).filter(|axis| axes >> axis & 1 == 1) {
            // What is in front of the camera stays there.
            let back = axis < 2 && draw.below(2) == 0;
            let off = steps[axis] * draw.between(1.0, 1.6);
            place[axis] += if back { -off } else { off };
        }
        all.push(Answer::Point { value: place, lo: place, hi: place });
    }
    sample(&all, most, draw)
}

/// Places of the surface that lie clearly outside its free region.
fn elsewhere(at: [f64; 3], pieces: &[Vec<[f64; 2]>], most: usize, draw: &mut Draw) -> Vec<Answer> {
    let mut all = Vec::new();
    for _ in 0..TRIES {
        let (angle, reach) = (draw.between(0.0, std::f64::consts::TAU), draw.between(0.2, 3.0));
        let place = [at[0] + reach * angle.cos(), at[1] + reach * angle.sin(), at[2]];
        if outside_m(pieces, at[2], place) > OUTSIDE_M {
            all.push(said(place));
        }
        if all.len() == most {
            break;
        }
    }
    all
}

/// The claim of a place exactly as it is printed.
fn said(at: [f64; 3]) -> Answer {
    place(at.map(|along| format!("{along:.2}").parse().unwrap_or(along)))
}

/// How far outside a free region a wrong place lies, metres.
const OUTSIDE_M: f64 = 0.15;
/// How often such a place is looked for.
const TRIES: usize = 64;

fn counts(value: u32, most: usize, draw: &mut Draw) -> Vec<Answer> {
    let below = value.min(3) as usize;
    ladder(below, 3, most, draw)
        .into_iter()
        .map(|rung| Answer::Count { value: (f64::from(value) + rung) as u32 })
        .collect()
}

fn signed(degrees: f64) -> f64 {
    let turned = degrees.rem_euclid(360.0);
    if turned > 180.0 { turned - 360.0 } else { turned }
}

/// Makes claims about one quantity or turn, exactly as their text will be read.
struct Claims<'a> {
    book: &'a PhraseBook,
    lo: f64,
    hi: f64,
    unit: Unit,
    turn: bool,
}

impl Claims<'_> {
    /// A true claim, or a false one: of one of the wrong answers, where there are some.
    fn of(&self, value: f64, material: &Material, truth: bool, draw: &mut Draw) -> Option<Answer> {
        match material.alternatives {
            _ if truth => self.holding(value),
            [] => self.missing(value, draw),
            alternatives => self.of_others(alternatives, draw),
        }
    }

    /// A claim around `value` that holds the whole interval.
    fn holding(&self, value: f64) -> Option<Answer> {
        let mut tolerance = self.least(value).max(self.hi - value).max(value - self.lo);
        for _ in 0..8 {
            let claim = self.around(value, tolerance)?;
            if self.relation(&claim)? == Relation::Holds {
                return Some(claim);
            }
            tolerance += digit(self.unit);
        }
        None
    }

    /// A claim that holds nothing of the interval.
    fn missing(&self, value: f64, draw: &mut Draw) -> Option<Answer> {
        let half_width = (self.hi - value).max(value - self.lo);
        let mut below = draw.below(2) == 0;
        let scale = if self.turn { 90.0 } else { value.abs().max(20.0 * digit(self.unit)) };
        let mut distance = 2.0 * half_width + draw.between(0.3, 0.9) * scale;
        for _ in 0..32 {
            let centre = if below { value - distance } else { value + distance };
            let centre = if self.turn { signed(centre) } else { centre };
            if !self.turn && self.lo >= 0.0 && centre <= 0.0 {
                below = false;
                continue;
            }
            let claim = self.around(centre, self.least(centre).max(half_width))?;
            if self.relation(&claim)? == Relation::Misses {
                return Some(claim);
            }
            distance *= 1.2;
            if self.turn && distance > 180.0 {
                return None;
            }
        }
        None
    }

    /// A claim of one of these answers, which are wrong.
    fn of_others(&self, others: &[Answer], draw: &mut Draw) -> Option<Answer> {
        let (Answer::Quantity { value, .. } | Answer::Turn { value, .. }) = draw.pick(others)? else { return None };
        let claim = self.around(*value, self.least(*value).max((self.hi - self.lo) / 2.0))?;
        (self.relation(&claim)? == Relation::Misses).then_some(claim)
    }

    fn least(&self, value: f64) -> f64 {
        if self.turn { LEAST_TURN_DEG } else { LEAST_SHARE * value.abs() }
    }

    /// The claim that is read when the value and its tolerance are printed.
    fn around(&self, value: f64, tolerance: f64) -> Option<Answer> {
        let shown = rounded_up(tolerance.max(digit(self.unit)), self.unit);
        let plain = if self.turn {
            print::answer(&Answer::Turn { value, lo: value, hi: value })
        } else {
            print::quantity(value, self.unit)
        };
        let text = format!("{plain}, {} {}", self.book.wording.tolerance[0], print::quantity(shown, self.unit));
        let tokens = tokens(&text, &self.book.lexicon);
        let read = |(stated, end): (Stated, usize)| (end == tokens.all.len()).then_some(stated);
        if self.turn {
            self.book.numbers.turn(&tokens, 0).and_then(read).map(turn)
        } else {
            self.book.numbers.claimed(&tokens, 0, self.unit).and_then(read).map(|stated| quantity(stated, self.unit))
        }
    }

    fn relation(&self, claim: &Answer) -> Option<Relation> {
        let (lo, hi) = match claim {
            Answer::Quantity { lo, hi, .. } | Answer::Turn { lo, hi, .. } => (*lo, *hi),
            _ => return None,
        };
        let rounds: &[f64] = if self.turn { &[-360.0, 0.0, 360.0] } else { &[0.0] };
        let holds = rounds.iter().any(|round| lo <= self.lo + round && self.hi + round <= hi);
        let misses = rounds.iter().all(|round| self.hi + round < lo || hi < self.lo + round);
        Some(match (holds, misses) {
            (true, _) => Relation::Holds,
            (_, true) => Relation::Misses,
            _ => Relation::Meets,
        })
    }
}

/// Makes claims about one place, exactly as their text will be read.
struct PointClaims<'a> {
    book: &'a PhraseBook,
    value: [f64; 3],
    lo: [f64; 3],
    hi: [f64; 3],
}

impl PointClaims<'_> {
    /// A claim around the place that holds it whole.
    fn holding(&self) -> Option<Answer> {
        let mut tolerance = self.least();
        for _ in 0..8 {
            let claim = self.around(self.value, tolerance)?;
            if let Answer::Point { lo, hi, .. } = claim
                && (0..3).all(|axis| lo[axis] <= self.lo[axis] && self.hi[axis] <= hi[axis])
            {
                return Some(claim);
            }
            tolerance += digit(Unit::Metre);
        }
        None
    }

    /// A claim that lies elsewhere along a drawn axis.
    fn missing(&self, draw: &mut Draw) -> Option<Answer> {
        let tolerance = self.least();
        let mut off = 2.0 * tolerance + draw.between(0.3, 0.9) * self.range().max(20.0 * digit(Unit::Metre));
        let axis = draw.below(3);
        // What is in front of the camera stays there.
        let back = axis < 2 && draw.below(2) == 0;
        for _ in 0..32 {
            let mut place = self.value;
            place[axis] += if back { -off } else { off };
            let claim = self.around(place, tolerance)?;
            if let Answer::Point { lo, hi, .. } = claim
                && (self.hi[axis] < lo[axis] || hi[axis] < self.lo[axis])
            {
                return Some(claim);
            }
            off *= 1.2;
        }
        None
    }

    /// A claim of one of these answers, which are wrong.
    fn of_others(&self, others: &[Answer], draw: &mut Draw) -> Option<Answer> {
        let Answer::Point { value, .. } = draw.pick(others)? else { return None };
        let claim = self.around(*value, self.least())?;
        let Answer::Point { lo, hi, .. } = &claim else { return None };
        let misses = (0..3).any(|axis| self.hi[axis] < lo[axis] || hi[axis] < self.lo[axis]);
        misses.then_some(claim)
    }

    fn range(&self) -> f64 {
        self.value.iter().map(|along| along * along).sum::<f64>().sqrt()
    }

    /// Least tolerance of a claim: that of the place, and what a person would say.
    fn least(&self) -> f64 {
        let of_axis = |axis: usize| (self.hi[axis] - self.value[axis]).max(self.value[axis] - self.lo[axis]);
        (0..3).map(of_axis).fold(LEAST_SHARE * self.range(), f64::max)
    }

    /// The claim that is read when a place and its tolerance are printed.
    fn around(&self, value: [f64; 3], tolerance: f64) -> Option<Answer> {
        let shown = rounded_up(tolerance.max(digit(Unit::Metre)), Unit::Metre);
        let plain = print::answer(&Answer::Point { value, lo: value, hi: value });
        let text = format!("{plain}, {} {}", self.book.wording.tolerance[0], print::quantity(shown, Unit::Metre));
        let tokens = tokens(&text, &self.book.lexicon);
        let read = |(stated, end): (StatedPoint, usize)| (end == tokens.all.len()).then_some(stated);
        self.book.numbers.point(&tokens, 0).and_then(read).map(point)
    }
}

#[derive(PartialEq, Eq)]
enum Relation {
    Holds,
    Misses,
    Meets,
}
