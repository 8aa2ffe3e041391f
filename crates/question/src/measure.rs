//! Measures: what a term with its objects in place is worth, with an interval.
//!
//! Every formula and its tolerance stands in `docs/proof.md`; one file per measure here.

mod bearing;
mod distance;
mod extent;
mod free_space;
mod occupancy;
mod overlap;
mod place;
mod room;
mod sampled_surface;
mod vertical;
mod view;
mod view_overlap;

use geometry::Vec3;
use scene::{NoiseModel, Object, Scene};

use crate::{Entity, Memory, Reason, ReasonCode, Term, Unit, print};

/// Numerical allowance added to a tolerance, in the measure's unit.
pub(crate) const ALLOWANCE: f64 = 1e-9;

/// Largest tilt of the axis that counts as a box's vertical, for width, depth and alignment: 10 degrees.
pub(crate) const UPRIGHT_RAD: f64 = 10.0 * std::f64::consts::PI / 180.0;

pub(crate) use free_space::{Region, WALKER_WIDTH_M, segment};
pub(crate) use view::not_looked;

/// A measured quantity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    pub(crate) value: f64,
    pub(crate) lo: f64,
    pub(crate) hi: f64,
    pub(crate) unit: Unit,
    pub(crate) witness: Option<[Vec3; 2]>,
    /// Whether a direction leads up or down, by a rule that says so.
    pub(crate) rise: Option<Rise>,
}

/// How a direction leads up or down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rise {
    /// `up` or `down`.
    pub(crate) way: &'static str,
    /// Whether it leads along the plane too.
    pub(crate) along: bool,
}

impl Measured {
    /// Nothing uncertain about it.
    pub(crate) fn exact(value: f64, unit: Unit) -> Self {
        Self { value, lo: value, hi: value, unit, witness: None, rise: None }
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
    /// What was measured of the scene before.
    pub(crate) memory: Option<&'s Memory>,
}

impl<'s> Context<'s> {
    fn noise(&self) -> &NoiseModel {
        self.scene.noise()
    }

    /// Value with a tolerance, widened by the numerical allowance; exact under a profile without tolerance.
    fn around(&self, value: f64, tolerance: f64, unit: Unit) -> Measured {
        if self.sigmas > 0.0 {
            let reach = tolerance + ALLOWANCE;
            Measured { value, lo: value - reach, hi: value + reach, unit, witness: None, rise: None }
        } else {
            Measured::exact(value, unit)
        }
    }

    fn objects(&self, entity: &Entity) -> Result<impl Iterator<Item = &'s Object> + use<'s>, Reason> {
        let ids = match entity {
            Entity::Id(id) => vec_of_one(*id),
            Entity::Nearest(ids) | Entity::Together(ids) => ids.clone(),
            Entity::Camera(frame) => {
                return Err(Reason::new(
                    ReasonCode::OutsideDefinition,
                    format!("this is measured of objects; @{frame} is a camera"),
                ));
            }
            Entity::Pixel { .. } => {
                return Err(Reason::new(
                    ReasonCode::OutsideDefinition,
                    format!("this is measured of objects; {entity} is a pixel"),
                ));
            }
            Entity::Each | Entity::Named(_) | Entity::Seen(_) => {
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
        let scene = self.scene;
        Ok(positions.into_iter().map(|position| &scene.objects()[position]))
    }

    /// The one object of an entity.
    pub(crate) fn object(&self, entity: &Entity) -> Result<&'s Object, Reason> {
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
        match (self.memory, term) {
            // Beside something, as seen in some frame, hardly anything is asked for twice.
            (
                Some(memory),
                Term::FreeArea { heading: None, .. } | Term::PassageWidth { .. } | Term::WalkingDistance { .. },
            ) => memory.measured(self.sigmas, term, || self.measure_anew(term)),
            _ => self.measure_anew(term),
        }
    }

    fn measure_anew(&self, term: &Term) -> Result<Measured, Reason> {
        match term {
            Term::Constant { value, unit } => Ok(Measured::exact(*value, *unit)),
            Term::Distance { definition: Some(definition), from, to } => {
                let single =
                    |entity: &Entity| matches!(entity, Entity::Id(_) | Entity::Camera(_) | Entity::Pixel { .. });
                if single(from) && single(to) {
                    return distance::distance(self, *definition, &self.place(from)?, &self.place(to)?);
                }
                let mut least: Option<Measured> = None;
                for a in self.objects(from)? {
                    for b in self.objects(to)? {
                        let here = distance::distance(self, *definition, &self.object_place(a), &self.object_place(b))?;
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
            Term::Elevation { part, of } => vertical::elevation(self, *part, &self.place(of)?),
            Term::VerticalGap { bottom_of, top_of } => {
                Ok(vertical::gap(self, &self.place(bottom_of)?, &self.place(top_of)?))
            }
            Term::Overlap { of, over } => {
                overlap::overlap(self, &self.object_place(self.object(of)?), &self.object_place(self.object(over)?))
            }
            Term::Occupancy { of } => occupancy::occupancy(self, self.object(of)?),
            Term::Bearing { definition: Some(definition), at, facing, of } => {
                bearing::bearing(self, *definition, &self.place(at)?, &self.place(facing)?, &self.place(of)?)
            }
            Term::Bend { from, at, to } => bearing::bend(self, &self.place(from)?, &self.place(at)?, &self.place(to)?),
            Term::AxisAngle { a, b } => extent::axis_angle(self, self.object(a)?, self.object(b)?),
            Term::Azimuth { definition: Some(definition), from, of, heading } => {
                let (from, heading) = (self.place(from)?, self.camera_place(heading)?);
                if let Entity::Together(_) = of {
                    return self.azimuth_of_all(*definition, &from, self.objects(of)?, &heading);
                }
                view::azimuth(self, *definition, &from, &self.place(of)?, &heading)
            }
            Term::Pan { definition: Some(definition), from, to } => view::pan(self, *definition, from, to),
            Term::Movement { definition: Some(definition), from, to } => {
                view::movement(self, *definition, &self.camera_place(from)?, &self.camera_place(to)?)
            }
            Term::Coordinate { axis, of, frame } => {
                Ok(view::coordinate(self, *axis, &self.place(of)?, &self.camera_place(frame)?))
            }
            Term::Visibility { of, frame } => view::visibility(self, self.object(of)?.id, camera_name(frame)?),
            Term::FirstSeen { of, least } => view::first_seen(self, self.object(of)?.id, *least),
            Term::Clearance { of, to, toward, heading, by_m } => {
                let moved = match (toward, heading, by_m) {
                    (None, None, None) => None,
                    (Some(toward), Some(heading), Some(by_m)) => Some((*toward, heading, *by_m)),
                    _ => {
                        let sentence = "toward, heading and by_m of a clearance come together: moved where, as seen in which frame, how far";
                        return Err(Reason::new(ReasonCode::Malformed, sentence));
                    }
                };
                self.clearance(of, to, moved)
            }
            Term::FreeArea { .. } => self.free_area(term),
            Term::PassageWidth { from, to } => self.passage_width(from, to),
            Term::WalkingDistance { from, to } => self.walking_distance(from, to),
            Term::ViewOverlap { of, with } => view_overlap::share(self, camera_name(of)?, camera_name(with)?),
            Term::RoomArea {} => room::area(self),
            Term::Sum { .. }
            | Term::Difference { .. }
            | Term::Ratio { .. }
            | Term::Number { .. }
            | Term::Distance { definition: None, .. }
            | Term::Extent { definition: None, .. }
            | Term::Bearing { definition: None, .. }
            | Term::Azimuth { definition: None, .. }
            | Term::Pan { definition: None, .. }
            | Term::Movement { definition: None, .. } => {
                Err(Reason::new(ReasonCode::Malformed, "a measure was asked for without its definition"))
            }
        }
    }
}

/// The frame whose camera an entity is.
fn camera_name(entity: &Entity) -> Result<&str, Reason> {
    match entity {
        Entity::Camera(name) => Ok(name),
        other => {
            Err(Reason::new(ReasonCode::Malformed, format!("{other} is no camera; a frame is named as in \"@rgb_0\"")))
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
