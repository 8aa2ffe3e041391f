//! Measures: what a term with its objects in place is worth, with an interval.
//!
//! Every formula and its tolerance stands in `docs/proof.md`; one file per measure here.

mod bearing;
mod distance;
mod extent;
mod overlap;
mod room;
mod sampled_surface;
mod vertical;

use geometry::{OrientedBox, Vec3};
use scene::{NoiseModel, Object, Scene};

use crate::{Entity, Reason, ReasonCode, Term, Unit, print};

/// Numerical allowance added to a tolerance, in the measure's unit.
pub(crate) const ALLOWANCE: f64 = 1e-9;

/// Largest tilt of the axis that counts as a box's vertical, for width, depth and alignment: 10 degrees.
pub(crate) const UPRIGHT_RAD: f64 = 10.0 * std::f64::consts::PI / 180.0;

/// A measured quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    pub(crate) value: f64,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) unit: Unit,
    pub(crate) witness: Option<[Vec3; 2]>,
}

impl Measured {
    /// Nothing uncertain about it.
    pub(crate) fn exact(value: f64, unit: Unit) -> Self {
        Self { value, lo: value, hi: value, unit, witness: None }
    }

    /// A quantity that is never negative.
    fn at_least_zero(mut self) -> Self {
        self.lo = self.lo.max(0.0);
        self
    }
}

/// What a measure needs to know beside the objects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context<'s> {
    pub(crate) scene: &'s Scene,
    /// Standard deviations that a tolerance covers.
    pub(crate) sigmas: f64,
}

impl Context<'_> {
    fn noise(&self) -> &NoiseModel {
        self.scene.noise()
    }

    /// Value with a tolerance, widened by the numerical allowance; exact under a profile without tolerance.
    fn around(&self, value: f64, tolerance: f64, unit: Unit) -> Measured {
        if self.sigmas > 0.0 {
            let reach = tolerance + ALLOWANCE;
            Measured { value, lo: value - reach, hi: value + reach, unit, witness: None }
        } else {
            Measured::exact(value, unit)
        }
    }

    /// Standard deviation of the position of a box's points: centre, size and turn together.
    fn point_sigma(&self, bounds: &OrientedBox) -> f64 {
        let noise = self.noise();
        let turn = if noise.yaw_rad > 0.0 { bounds.horizontal_half_diagonal_m() * noise.yaw_rad } else { 0.0 };
        (noise.position_m.powi(2) + (noise.size_m / 2.0).powi(2) + turn.powi(2)).sqrt()
    }

    fn objects<'o>(&'o self, entity: &Entity) -> Result<impl Iterator<Item = &'o Object> + use<'o>, Reason> {
        let ids = match entity {
            Entity::Id(id) => vec_of_one(*id),
            Entity::Nearest(ids) => ids.clone(),
            Entity::Each | Entity::Named(_) => {
                return Err(Reason::new(
                    ReasonCode::Malformed,
                    format!("the object {entity} is not bound to a number"),
                ));
            }
        };
        let positions: Option<Vec<usize>> = ids.iter().map(|id| self.scene.position(*id)).collect();
        let positions = positions
            .filter(|positions| !positions.is_empty())
            .ok_or_else(|| Reason::new(ReasonCode::Absent, format!("the scene has no object {entity}")))?;
        Ok(positions.into_iter().map(|position| &self.scene.objects()[position]))
    }

    /// The one object of an entity.
    pub(crate) fn object(&self, entity: &Entity) -> Result<&Object, Reason> {
        if let Entity::Id(id) = entity
            && let Some(position) = self.scene.position(*id)
        {
            return Ok(&self.scene.objects()[position]);
        }
        let mut all = self.objects(entity)?;
        match (all.next(), all.next()) {
            (Some(object), None) => Ok(object),
            _ => Err(Reason::new(
                ReasonCode::NotUnique,
                format!("{entity} stands for several objects; this measure needs one"),
            )),
        }
    }

    /// The measure of a term whose entities are bound and whose definition is spelled out.
    pub(crate) fn measure(&self, term: &Term) -> Result<Measured, Reason> {
        match term {
            Term::Constant { value, unit } => Ok(Measured::exact(*value, *unit)),
            Term::Distance { definition: Some(definition), from, to } => {
                if let (Entity::Id(_), Entity::Id(_)) = (from, to) {
                    return distance::distance(self, *definition, self.object(from)?, self.object(to)?);
                }
                let mut least: Option<Measured> = None;
                for a in self.objects(from)? {
                    for b in self.objects(to)? {
                        let here = distance::distance(self, *definition, a, b)?;
                        if least.is_none_or(|best| here.value < best.value) {
                            least = Some(here);
                        }
                    }
                }
                least.ok_or_else(|| Reason::new(ReasonCode::Absent, "no instance to measure from"))
            }
            Term::Extent { definition: Some(definition), axis, of } => {
                extent::extent(self, *definition, *axis, self.object(of)?)
            }
            Term::Elevation { part, of } => vertical::elevation(self, *part, self.object(of)?),
            Term::VerticalGap { bottom_of, top_of } => {
                Ok(vertical::gap(self, self.object(bottom_of)?, self.object(top_of)?))
            }
            Term::Overlap { of, over } => overlap::overlap(self, self.object(of)?, self.object(over)?),
            Term::Bearing { definition: Some(definition), at, facing, of } => {
                bearing::bearing(self, *definition, self.object(at)?, self.object(facing)?, self.object(of)?)
            }
            Term::AxisAngle { a, b } => extent::axis_angle(self, self.object(a)?, self.object(b)?),
            Term::RoomArea {} => room::area(self),
            Term::Sum { .. }
            | Term::Difference { .. }
            | Term::Ratio { .. }
            | Term::Number { .. }
            | Term::Distance { definition: None, .. }
            | Term::Extent { definition: None, .. }
            | Term::Bearing { definition: None, .. } => {
                Err(Reason::new(ReasonCode::Malformed, "a measure was asked for without its definition"))
            }
        }
    }
}

fn vec_of_one<T>(item: T) -> Vec<T> {
    vec![item]
}

/// "the sofa": what a sentence calls an object.
pub(crate) fn the(object: &Object) -> String {
    format!("the {}", object.title())
}

/// "2.10 m ± 0.12 m" of a measured quantity.
pub(crate) fn shown(measured: &Measured) -> String {
    print::with_tolerance(measured.value, measured.lo, measured.hi, measured.unit)
}
