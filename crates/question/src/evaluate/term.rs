//! Quantities: measures with their objects and definitions in place, and arithmetic on them.

use geometry::Interval;

use super::{Evaluator, Halt, predicate::not_round};
use crate::{
    Entity, Operation, Reason, ReasonCode, Step, Term, Unit,
    measure::{Measured, the},
    pixel_words,
};

/// A quantity and the step that states it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fact {
    pub(super) measured: Measured,
    pub(super) step: usize,
}

/// Most terms of a sum.
const MOST_TERMS: usize = 8;

impl<'q> Evaluator<'q> {
    pub(super) fn term(&mut self, term: &'q Term) -> Result<Fact, Halt> {
        match term {
            Term::Sum { of } => self.combine(Operation::Sum, of),
            Term::Difference { of } => self.combine(Operation::Difference, of),
            Term::Ratio { of } => self.combine(Operation::Ratio, of),
            Term::Number { class } => {
                let (objects, value) = self.members(class).map_err(Halt::without_rivals)?;
                self.trace.step(|| Step::Resolve { reference: class.clone(), objects, by: None });
                self.fact(term.clone(), Measured::exact(f64::from(value), Unit::One))
            }
            leaf => {
                let bound = self.bound(leaf)?;
                self.measured(bound)
            }
        }
    }

    /// Takes the measure of a term whose objects and definition are in place.
    pub(super) fn measured(&mut self, bound: Term) -> Result<Fact, Halt> {
        let measured = self.context.measure(&bound)?;
        self.fact(bound, measured)
    }

    pub(super) fn fact(&mut self, term: Term, measured: Measured) -> Result<Fact, Halt> {
        finite([measured.value, measured.lo, measured.hi])?;
        let Measured { value, lo, hi, unit, witness, .. } = measured;
        let step = self.trace.step(|| Step::Measure {
            term,
            value,
            lo,
            hi,
            unit,
            witness: witness.map(|points| points.map(|point| point.to_array())),
        });
        Ok(Fact { measured, step })
    }

    /// The term with its objects by number and its definition spelled out.
    pub(super) fn bound(&mut self, term: &'q Term) -> Result<Term, Halt> {
        let defaults = self.profile.definitions;
        Ok(match term {
            Term::Distance { definition, from, to } => {
                let (from, to) = self.two(from, to)?;
                let point = |entity: &&Entity| matches!(entity, Entity::Camera(_) | Entity::Pixel { .. });
                let camera = [&from, &to].iter().any(point);
                let default = if camera { defaults.camera_distance } else { defaults.distance };
                Term::Distance { definition: Some(definition.unwrap_or(default)), from, to }
            }
            Term::Extent { definition, axis, of } => Term::Extent {
                definition: Some(definition.unwrap_or(defaults.extent)),
                axis: *axis,
                of: self.entity(of)?,
            },
            Term::Elevation { part, of } => Term::Elevation { part: *part, of: self.entity(of)? },
            Term::VerticalGap { bottom_of, top_of } => {
                let (bottom_of, top_of) = self.two(bottom_of, top_of)?;
                Term::VerticalGap { bottom_of, top_of }
            }
            Term::Overlap { of, over } => {
                let (of, over) = self.two(of, over)?;
                Term::Overlap { of, over }
            }
            Term::Occupancy { of } => Term::Occupancy { of: self.entity(of)? },
            Term::AxisAngle { a, b } => {
                let (a, b) = self.two(a, b)?;
                Term::AxisAngle { a, b }
            }
            Term::Bend { from, at, to } => {
                let (from, at) = self.two(from, at)?;
                let to = self.entity(to)?;
                self.different(&from, &to)?;
                self.different(&at, &to)?;
                Term::Bend { from, at, to }
            }
            Term::Bearing { definition, at, facing, of } => {
                let (at, facing) = self.two(at, facing)?;
                let of_bound = self.entity(of)?;
                self.different(&at, &of_bound)?;
                self.different(&facing, &of_bound)?;
                let definition = Some(definition.unwrap_or(defaults.bearing));
                Term::Bearing { definition, at, facing, of: of_bound }
            }
            Term::Azimuth { definition, from, of, heading } => {
                let (from, of) = (self.entity(from)?, self.target(of)?);
                self.different(&from, &of)?;
                let heading = self.entity(heading)?;
                let default = match (&from, &of) {
                    (_, Entity::Camera(_)) => defaults.camera_azimuth,
                    (Entity::Camera(_) | Entity::Pixel { .. }, _) => defaults.azimuth,
                    _ => defaults.object_azimuth,
                };
                Term::Azimuth { definition: Some(definition.unwrap_or(default)), from, of, heading }
            }
            Term::Pan { definition, from, to } => {
                let (from, to) = self.two(from, to)?;
                Term::Pan { definition: Some(definition.unwrap_or(defaults.pan)), from, to }
            }
            Term::Movement { definition, from, to } => {
                let (from, to) = self.two(from, to)?;
                Term::Movement { definition: Some(definition.unwrap_or(defaults.movement)), from, to }
            }
            Term::Coordinate { axis, of, frame } => {
                let (of, frame) = self.two(of, frame)?;
                Term::Coordinate { axis: *axis, of, frame }
            }
            Term::Visibility { of, frame } => Term::Visibility { of: self.entity(of)?, frame: self.entity(frame)? },
            Term::ViewOverlap { of, with } => {
                let (of, with) = self.two(of, with)?;
                Term::ViewOverlap { of, with }
            }
            Term::FirstSeen { of, least } => {
                if !(0.0..=1.0).contains(least) {
                    return Err(Halt::malformed(format!("{least} of an object: a share is 0 to 1")));
                }
                Term::FirstSeen { of: self.entity(of)?, least: *least }
            }
            Term::Clearance { of, to, toward, heading, by_m } => {
                let (of, to) = self.two(of, to)?;
                Term::Clearance { of, to, toward: *toward, heading: self.optional(heading.as_ref())?, by_m: *by_m }
            }
            Term::FreeArea { on, toward, of, heading, room_for } => {
                let [on, of, heading, room_for] = [
                    self.optional(on.as_ref())?,
                    self.optional(of.as_ref())?,
                    self.optional(heading.as_ref())?,
                    self.optional(room_for.as_ref())?,
                ];
                for (a, b) in [(&on, &of), (&on, &room_for), (&of, &room_for)] {
                    if let (Some(a), Some(b)) = (a, b) {
                        self.different(a, b)?;
                    }
                }
                Term::FreeArea { on, toward: *toward, of, heading, room_for }
            }
            Term::PassageWidth { from, to } => {
                let (from, to) = self.two(from, to)?;
                Term::PassageWidth { from, to }
            }
            Term::WalkingDistance { from, to } => {
                let (from, to) = self.two(from, to)?;
                Term::WalkingDistance { from, to }
            }
            other => other.clone(),
        })
    }

    fn optional(&mut self, entity: Option<&'q Entity>) -> Result<Option<Entity>, Halt> {
        entity.map(|entity| self.entity(entity)).transpose()
    }

    pub(super) fn two(&mut self, a: &'q Entity, b: &'q Entity) -> Result<(Entity, Entity), Halt> {
        let (bound_a, bound_b) = (self.entity(a)?, self.entity(b)?);
        self.different(&bound_a, &bound_b)?;
        Ok((bound_a, bound_b))
    }

    /// Two places of one measure hold different objects.
    pub(super) fn different(&self, a: &Entity, b: &Entity) -> Result<(), Halt> {
        let same = match (a, b) {
            (Entity::Id(a), Entity::Id(b)) => a == b,
            (Entity::Nearest(all), Entity::Id(one)) | (Entity::Id(one), Entity::Nearest(all)) => all.contains(one),
            (a, b) => a == b,
        };
        if !same {
            return Ok(());
        }
        let name = match b {
            Entity::Nearest(_) | Entity::Together(_) => b.to_string(),
            Entity::Camera(frame) => format!("the camera of {frame}"),
            Entity::Pixel { frame, at_px } => format!("the pixel {} of {frame}", pixel_words(*at_px)),
            one => the(self.context.object(one)?),
        };
        let candidate = [a, b].iter().any(|entity| self.each.as_ref() == Some(*entity));
        Err(if candidate {
            Reason::new(
                ReasonCode::OverlappingCandidates,
                format!("{name} is itself one of the candidates or of those counted"),
            )
        } else {
            Reason::new(ReasonCode::SameObjectTwice, format!("{name} stands in two places that need different objects"))
        }
        .into())
    }

    fn combine(&mut self, op: Operation, of: &'q [Term]) -> Result<Fact, Halt> {
        let fits = match op {
            Operation::Sum => (2..=MOST_TERMS).contains(&of.len()),
            Operation::Difference | Operation::Ratio => of.len() == 2,
        };
        if !fits {
            return Err(Halt::malformed(format!(
                "{} terms in a {op:?}: a sum takes 2 to {MOST_TERMS}, the others exactly 2",
                of.len()
            )));
        }
        of.iter().try_for_each(not_round)?;
        let facts = self.nested(|this| of.iter().map(|term| this.term(term)).collect::<Result<Vec<_>, _>>())?;
        let unit = facts[0].measured.unit;
        if let Some(other) = facts.iter().find(|fact| fact.measured.unit != unit) {
            return Err(unit_mismatch(unit, other.measured.unit).into());
        }
        let mut total = facts[0].measured;
        for Fact { measured: next, .. } in &facts[1..] {
            total = arithmetic(op, &total, next, self.context.sigmas > 0.0)?;
        }
        total.witness = None;
        let Measured { value, lo, hi, unit, .. } = total;
        // A given number near the end of the range may leave it in a sum or ratio.
        finite([value, lo, hi])?;
        let step = self.trace.step(|| Step::Combine {
            op,
            of: facts.iter().map(|fact| fact.step).collect(),
            value,
            lo,
            hi,
            unit,
        });
        Ok(Fact { measured: total, step })
    }
}

fn finite(numbers: [f64; 3]) -> Result<(), Halt> {
    if numbers.iter().all(|number| number.is_finite()) {
        return Ok(());
    }
    Err(Halt::malformed("a quantity of the question is not a finite number"))
}

fn arithmetic(op: Operation, a: &Measured, b: &Measured, outward: bool) -> Result<Measured, Reason> {
    let value = match op {
        Operation::Sum => a.value + b.value,
        Operation::Difference => a.value - b.value,
        Operation::Ratio => a.value / b.value,
    };
    let unit = if op == Operation::Ratio { Unit::One } else { a.unit };
    if !outward && b.value != 0.0 {
        return Ok(Measured::exact(value, unit));
    }
    let by_zero = || {
        Reason::new(
            ReasonCode::OutsideDefinition,
            "the second quantity of the ratio may be zero within its tolerance, so the ratio is not defined",
        )
    };
    let interval = |m: &Measured| {
        Interval::new(m.lo, m.hi).map_err(|_| Reason::new(ReasonCode::Malformed, "a bound is not a number"))
    };
    let (x, y) = (interval(a)?, interval(b)?);
    let result = match op {
        Operation::Sum => x + y,
        Operation::Difference => x - y,
        Operation::Ratio => x.checked_div(y).ok_or_else(by_zero)?,
    };
    Ok(Measured { value, lo: result.lo(), hi: result.hi(), unit, witness: None, rise: None })
}

pub(super) fn unit_mismatch(a: Unit, b: Unit) -> Reason {
    let name = |unit| match unit {
        Unit::Metre => "a length",
        Unit::SquareMetre => "an area",
        Unit::CubicMetre => "a volume",
        Unit::Degree => "an angle",
        Unit::One => "a number",
    };
    Reason::new(ReasonCode::UnitMismatch, format!("{} cannot be put together with {}", name(a), name(b)))
}
