//! Numbers, units, tolerances and turns in a text.

use std::collections::HashMap;

use question::Unit;

use crate::{
    lexicon::{OTHER, WordId},
    token::{Gap, Tokens},
};

/// What the book knows about numbers.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    pub(crate) words: HashMap<String, f64>,
    pub(crate) units: Vec<UnitSpelling>,
    pub(crate) tolerance: Vec<Vec<WordId>>,
    pub(crate) ahead: Vec<WordId>,
    /// What follows 180.
    pub(crate) behind: Vec<WordId>,
    pub(crate) left: Vec<WordId>,
    pub(crate) right: Vec<WordId>,
    /// The axes of a camera and their contraries.
    pub(crate) axes: [[Vec<WordId>; 2]; 3],
    /// The axes of the world.
    pub(crate) world: [Vec<WordId>; 3],
}

/// One spelling of a unit.
#[derive(Debug)]
pub(crate) struct UnitSpelling {
    pub(crate) words: Vec<WordId>,
    pub(crate) unit: Unit,
    pub(crate) times: f64,
    pub(crate) over: f64,
}

/// A quantity as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stated {
    pub(crate) value: f64,
    /// Stated tolerance, or half of the last digit written.
    pub(crate) tolerance: f64,
}

/// A place as it was written: metres right, down and forward.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct StatedPoint {
    pub(crate) value: [f64; 3],
    /// Stated tolerance along each axis, or half of the last digit written.
    pub(crate) tolerance: f64,
}

/// A number as it was written.
#[derive(Clone, Copy)]
struct Written {
    value: f64,
    half_digit: f64,
}

/// Largest column or row that is read, pixels.
const MOST_PX: f64 = 1e6;

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

impl Numbers {
    /// A quantity that begins at `at`, and where it ends.
    pub(crate) fn quantity(&self, tokens: &Tokens, at: usize, unit: Unit) -> Option<(Stated, usize)> {
        let (number, after) = match self.number(tokens, at) {
            Some(number) => (number, at + 1),
            // "within a metre of"
            None if tokens.all.get(at)?.article => (Written { value: 1.0, half_digit: 0.5 }, at),
            None => return None,
        };
        let (times, over, end) = self.unit(tokens, after, unit)?;
        if tokens.all.get(at + 1..end).is_some_and(|inside| inside.iter().any(|token| token.gap == Gap::Comma)) {
            return None;
        }
        Some((Stated { value: number.value * times / over, tolerance: number.half_digit * times / over }, end))
    }

    /// A quantity with or without a stated tolerance.
    pub(crate) fn claimed(&self, tokens: &Tokens, at: usize, unit: Unit) -> Option<(Stated, usize)> {
        let (stated, end) = self.quantity(tokens, at, unit)?;
        Some(self.with_tolerance(tokens, stated, end, unit))
    }

    fn with_tolerance(&self, tokens: &Tokens, stated: Stated, end: usize, unit: Unit) -> (Stated, usize) {
        for wording in &self.tolerance {
            if tokens.has(end, wording)
                && let Some((tolerance, end)) = self.quantity(tokens, end + wording.len(), unit)
                && tolerance.value >= 0.0
            {
                return (Stated { value: stated.value, tolerance: tolerance.value }, end);
            }
        }
        (stated, end)
    }

    /// A turn: degrees to the left positive.
    pub(crate) fn turn(&self, tokens: &Tokens, at: usize) -> Option<(Stated, usize)> {
        if tokens.has(at, &self.ahead) {
            let ahead = Stated { value: 0.0, tolerance: 0.5 };
            return Some(self.with_tolerance(tokens, ahead, at + self.ahead.len(), Unit::Degree));
        }
        let number = self.number(tokens, at)?;
        if (number.value - 180.0).abs() < f64::EPSILON && tokens.has(at + 1, &self.behind) {
            let behind = Stated { value: 180.0, tolerance: number.half_digit };
            return Some(self.with_tolerance(tokens, behind, at + 1 + self.behind.len(), Unit::Degree));
        }
        let (stated, end) = self.quantity(tokens, at, Unit::Degree)?;
        if stated.value < 0.0 {
            return None;
        }
        let (sign, side) = if tokens.has(end, &self.left) {
            (1.0, &self.left)
        } else if tokens.has(end, &self.right) {
            (-1.0, &self.right)
        } else {
            return None;
        };
        let turned = Stated { value: sign * stated.value, tolerance: stated.tolerance };
        Some(self.with_tolerance(tokens, turned, end + side.len(), Unit::Degree))
    }

    /// Column and row of a pixel that begins at `at`, as fillings have it, and where it ends.
    pub(crate) fn pixel(&self, tokens: &Tokens, at: usize) -> Option<(String, usize)> {
        let digits = |at: usize| {
            let number = self.number(tokens, at).filter(|_| tokens.text(&(at..at + 1)).starts_with(is_digit))?;
            (number.value < MOST_PX).then(|| number.value.floor() as u32)
        };
        let parted = tokens.all.get(at + 1)?.gap == Gap::Clause;
        let (column, row) = (digits(at)?, digits(at + 1)?);
        (!parted).then(|| (format!("{column},{row}"), at + 2))
    }

    /// Pixels that begin at `at`: every beginning of the list, and where it ends.
    pub(crate) fn pixels(&self, tokens: &Tokens, at: usize, most: usize, and: &[WordId]) -> Vec<(Vec<String>, usize)> {
        let (mut found, mut pixels, mut next) = (Vec::new(), Vec::new(), at);
        while pixels.len() < most {
            let Some((pixel, end)) = self.pixel(tokens, next) else { break };
            pixels.push(pixel);
            found.push((pixels.clone(), end));
            next = end + usize::from(and.contains(&tokens.word(end)));
        }
        found
    }

    /// A place: so far right or left, down or up, forward or backward.
    pub(crate) fn point(&self, tokens: &Tokens, at: usize) -> Option<(StatedPoint, usize)> {
        let (mut value, mut tolerance, mut next) = ([0.0; 3], 0.0_f64, at);
        for (value, ways) in value.iter_mut().zip(&self.axes) {
            let (stated, end) = self.quantity(tokens, next, Unit::Metre)?;
            let way = ways.iter().position(|way| tokens.has(end, way))?;
            *value = if way == 0 { stated.value } else { -stated.value };
            tolerance = tolerance.max(stated.tolerance);
            next = end + ways[way].len();
        }
        let (stated, end) = self.with_tolerance(tokens, Stated { value: 0.0, tolerance }, next, Unit::Metre);
        Some((StatedPoint { value, tolerance: stated.tolerance }, end))
    }

    /// A place in the world: each axis with its coordinate, and where it ends.
    pub(crate) fn place(&self, tokens: &Tokens, at: usize) -> Option<([f64; 3], usize)> {
        let (mut place, mut next) = ([0.0; 3], at);
        for (coordinate, axis) in place.iter_mut().zip(&self.world) {
            if !tokens.has(next, axis) {
                return None;
            }
            let (stated, end) = self.quantity(tokens, next + axis.len(), Unit::Metre)?;
            (*coordinate, next) = (stated.value, end);
        }
        Some((place, next))
    }

    /// A whole number of things.
    pub(crate) fn count(&self, tokens: &Tokens, at: usize) -> Option<u32> {
        let number = self.number(tokens, at)?;
        let whole = number.value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number.value);
        (whole && !tokens.text(&(at..at + 1)).contains('.')).then_some(number.value as u32)
    }

    fn number(&self, tokens: &Tokens, at: usize) -> Option<Written> {
        let text = tokens.text(&(at..at + 1));
        if let Some(value) = self.words.get(text) {
            return Some(Written { value: *value, half_digit: 0.5 });
        }
        // `f64::from_str` also knows "inf" and "nan", which are no quantities.
        if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) {
            return None;
        }
        let value: f64 = text.parse().ok().filter(|value: &f64| value.is_finite())?;
        let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let half_digit = 0.5 * 10f64.powi(-i32::try_from(decimals).unwrap_or(0));
        Some(Written { value, half_digit })
    }

    /// Factor, divisor and end of a unit's spelling; a bare number has none.
    fn unit(&self, tokens: &Tokens, at: usize, unit: Unit) -> Option<(f64, f64, usize)> {
        if unit == Unit::One {
            return Some((1.0, 1.0, at));
        }
        if tokens.word(at) == OTHER {
            return None;
        }
        self.units
            .iter()
            .filter(|spelling| spelling.unit == unit && tokens.has(at, &spelling.words))
            .max_by_key(|spelling| spelling.words.len())
            .map(|spelling| (spelling.times, spelling.over, at + spelling.words.len()))
    }
}
