//! Free space: on surfaces, on the way from one thing to another, and on walks over the floor.
//!
//! Everything is taken three times: as annotated, with all that stands in the way as large as it may be, and as small. The
//! free part only shrinks when obstacles grow, so that the three bound each other.

use geometry::{
    ConvexPieces, Footprint, OrientedBox, StraightWay, Vec2, Vec3, clearance_m, minkowski_sum, shortest_walk_m,
};
use scene::{Object, has_flat_top};

use super::{
    ALLOWANCE, Context, Measured,
    extent::{Sides, horizontal_sides},
    place::Place,
    the,
};
use crate::{CameraAxis, Entity, Reason, ReasonCode, Term, Toward, Unit, print};

/// What rises less above a surface is no obstacle, metres: rugs and mats.
const FLAT_M: f64 = 0.03;
/// How far above a surface something may hang without standing in the way of a point on it, metres.
const HAND_M: f64 = 0.1;
/// What reaches less far beyond an end of a straight way than half a walker is no obstacle on it, metres: cushions on a
/// chair, the wall in which a door is.
const BEYOND_END_M: f64 = WALKER_WIDTH_M / 2.0;
/// Things nearer to each other than this, seen from above, have no line between them that a walker could go along, metres.
const LEAST_LINE_M: f64 = 1e-6;
/// Width of a walker, metres …
pub(crate) const WALKER_WIDTH_M: f64 = 0.4;
/// … and height.
const WALKER_HEIGHT_M: f64 = 1.8;

/// Which of the three.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Extent {
    /// Obstacles as large as they may be.
    Least,
    /// As annotated.
    Nominal,
    /// Obstacles as small as they may be.
    Most,
}

impl Extent {
    /// What a tolerance is multiplied by.
    fn sign(self) -> f64 {
        match self {
            Self::Least => -1.0,
            Self::Nominal => 0.0,
            Self::Most => 1.0,
        }
    }
}

/// A level surface: the floor, or the top of an object.
struct Surface<'s> {
    z_m: f64,
    /// Standard deviation of its height, metres.
    sigma_m: f64,
    /// The object; `None` for the floor.
    object: Option<&'s Object>,
}

/// The straight way between two objects.
struct Passage<'s> {
    both: [&'s Object; 2],
    /// The line between their centres, seen from above.
    way: StraightWay,
    /// The sides of the floor.
    borders: Vec<Footprint>,
    floor_m: f64,
    /// Whether its middle lies off the floor, and how far it is from its sides.
    is_outside: bool,
    to_border_m: f64,
}

/// A free part of a surface.
#[derive(Debug, Clone)]
pub(crate) struct Region {
    pub(crate) z_m: f64,
    pub(crate) free: ConvexPieces,
}

impl<'s> Context<'s> {
    /// The three values of a quantity that only falls, or only rises, when obstacles grow.
    fn bounded(&self, unit: Unit, of: impl Fn(Extent) -> Result<f64, Reason>) -> Result<Measured, Reason> {
        let value = of(Extent::Nominal)?;
        if self.sigmas <= 0.0 {
            return Ok(Measured::exact(value, unit));
        }
        let (least, most) = (of(Extent::Least)?, of(Extent::Most)?);
        let (lo, hi) = (least.min(most).min(value), least.max(most).max(value));
        Ok(Measured { value, lo: (lo - ALLOWANCE).max(0.0), hi: hi + ALLOWANCE, unit, witness: None, rise: None })
    }

    /// The three values of how much is free. Nothing free stays nothing, so that "no room" can be certain.
    fn free(&self, unit: Unit, of: impl Fn(Extent) -> Result<f64, Reason>) -> Result<Measured, Reason> {
        let measured = self.bounded(unit, of)?;
        let nothing = self.sigmas > 0.0 && measured.hi <= ALLOWANCE;
        Ok(if nothing { Measured::exact(0.0, unit) } else { measured })
    }

    /// The free area of a surface.
    pub(super) fn free_area(&self, term: &Term) -> Result<Measured, Reason> {
        Ok(self.free_region(term)?.0)
    }

    /// The free area of a surface, and the part of it that is certainly free.
    pub(crate) fn free_region(&self, term: &Term) -> Result<(Measured, Region), Reason> {
        let certain = self.region(term, Extent::Least)?;
        let measured = self.free(Unit::SquareMetre, |extent| {
            // Without a tolerance the three are one.
            let known = extent == Extent::Least || self.sigmas <= 0.0;
            Ok(if known { certain.free.area_m2() } else { self.region(term, extent)?.free.area_m2() })
        })?;
        Ok((measured, certain))
    }

    /// The free part of a surface.
    fn region(&self, term: &Term, extent: Extent) -> Result<Region, Reason> {
        let Term::FreeArea { on, toward, of, heading, room_for } = term else {
            return Err(Reason::new(ReasonCode::Malformed, "a region is the place of a free_area"));
        };
        let surface = self.surface(on.as_ref())?;
        let thing = room_for.as_ref().map(|thing| self.object(thing)).transpose()?;
        let side = match (toward, of, heading) {
            (None, None, None) => None,
            (Some(toward), Some(of), Some(heading)) => Some((*toward, self.place(of)?, self.camera_place(heading)?)),
            _ => {
                let sentence =
                    "toward, of and heading of a free area come together: which side, of what, as seen in which frame";
                return Err(Reason::new(ReasonCode::Malformed, sentence));
            }
        };
        let ways: &[bool] = if thing.is_some() { &[false, true] } else { &[false] };
        let mut best: Option<ConvexPieces> = None;
        for turned in ways {
            let mut free = self.free_for(&surface, thing, *turned, extent)?;
            if let Some((toward, of, heading)) = &side {
                self.keep_side(&mut free, *toward, of, heading, extent)?;
            }
            // The way to turn it is chosen where there is the most room for certain.
            if best.as_ref().is_none_or(|best| free.area_m2() > best.area_m2()) {
                best = Some(free);
            }
        }
        Ok(Region { z_m: surface.z_m, free: best.unwrap_or_default() })
    }

    fn surface(&self, on: Option<&Entity>) -> Result<Surface<'s>, Reason> {
        let Some(on) = on else {
            return Ok(Surface { z_m: self.floor_height_m()?, sigma_m: 0.0, object: None });
        };
        let object = self.object(on)?;
        if !has_flat_top(&object.label) {
            let sentence = format!("the top of {} is no flat surface to put things on", the(object));
            return Err(Reason::new(ReasonCode::OutsideDefinition, sentence));
        }
        sides_of(object)?;
        let sigma_m = self.object_place(object).face_sigma();
        Ok(Surface { z_m: object.bounds.vertical_span_m().1, sigma_m, object: Some(object) })
    }

    fn floor_height_m(&self) -> Result<f64, Reason> {
        let unknown = "the scene does not say at which height its floor is";
        self.scene.room().floor_height_m.ok_or_else(|| Reason::new(ReasonCode::MissingData, unknown))
    }

    fn floor(&self) -> Result<&'s geometry::Polygon, Reason> {
        let unknown = "the scene has no outline of its floor";
        self.scene.room().floor.as_ref().ok_or_else(|| Reason::new(ReasonCode::MissingData, unknown))
    }

    /// The outline of a surface and its sides.
    fn outline(&self, surface: &Surface<'_>, extent: Extent) -> Result<(ConvexPieces, Vec<[Vec2; 2]>), Reason> {
        if let Some(object) = surface.object {
            let footprint = self.footprint(object, extent.sign());
            let sides = footprint.sides().map(<[Vec2; 2]>::from).collect();
            return Ok((ConvexPieces::of_convex(footprint.vertices()), sides));
        }
        let floor = self.floor()?;
        let all: Vec<[Vec2; 2]> = floor.sides().map(<[Vec2; 2]>::from).collect();
        let mut pieces = ConvexPieces::of_polygon(floor);
        let by = self.sigmas * self.noise().position_m;
        if by > 0.0 && extent != Extent::Nominal {
            for side in &all {
                let strip = strip(side, by);
                if extent == Extent::Most { pieces.add(&strip) } else { pieces.remove(&strip) }
            }
        }
        Ok((pieces, all))
    }

    /// Where the middle of a thing, or a point, may stand on a surface.
    fn free_for(
        &self,
        surface: &Surface<'_>,
        thing: Option<&'s Object>,
        turned: bool,
        extent: Extent,
    ) -> Result<ConvexPieces, Reason> {
        let sign = extent.sign();
        let (mut free, borders) = self.outline(surface, extent)?;
        let (mut shape, mut height_m) = (vec![Vec2::ZERO], HAND_M);
        if let Some(thing) = thing {
            let Sides { longer_m, shorter_m, .. } = sides_of(thing)?;
            let spread = self.sigmas * self.noise().size_m / 2.0;
            let turn = self.sigmas * self.noise().yaw_rad * thing.bounds.horizontal_half_diagonal_m();
            let (long, wide) = if turned { (shorter_m, longer_m) } else { (longer_m, shorter_m) };
            // Along the longer side of the surface; on the floor, as it is turned now.
            let along = sides_of(surface.object.unwrap_or(thing))?.longer_axis.truncate().normalize_or(Vec2::X);
            let rectangle = |off_m: f64| {
                let [long, wide] = [long, wide].map(|side_m| side_m / 2.0 - sign * (spread + turn + off_m));
                let (u, v) = (along * long.max(0.0), along.perp() * wide.max(0.0));
                (vec![-u - v, u - v, u + v, v - u], long.min(wide) > 0.0)
            };
            shape = rectangle(0.0).0;
            let (low, high) = thing.bounds.vertical_span_m();
            height_m = high - low - sign * 2.0 * spread;
            // The sides of the floor are where they are within their own tolerance.
            let wall_m = if surface.object.is_none() { self.sigmas * self.noise().position_m } else { 0.0 };
            let (at_border, is_left) = rectangle(wall_m);
            for border in borders.iter().filter(|_| wall_m == 0.0 || is_left) {
                free.remove(&minkowski_sum(border, &at_border));
            }
        }
        let but: Vec<&Object> = [surface.object, thing].into_iter().flatten().collect();
        for object in self.obstacles(&but, surface, height_m, extent) {
            free.remove(&minkowski_sum(self.footprint(object, -sign).vertices(), &shape));
        }
        Ok(free)
    }

    /// All objects but some that stand in the way of something so high on a surface.
    fn obstacles<'a>(
        &'a self,
        but: &'a [&Object],
        surface: &'a Surface<'_>,
        height_m: f64,
        extent: Extent,
    ) -> impl Iterator<Item = &'s Object> + use<'a, 's> {
        let blocks = move |object: &&Object| {
            let (bottom, top) = object.bounds.vertical_span_m();
            let reach = extent.sign() * self.sigmas * self.object_place(object).face_sigma().hypot(surface.sigma_m);
            top - reach > surface.z_m + FLAT_M && bottom + reach < surface.z_m + height_m
        };
        let others = self.scene.objects().iter().filter(|object| but.iter().all(|other| other.id != object.id));
        others.filter(blocks)
    }

    /// The outline of an object seen from above, grown by its tolerance, or shrunk where the sign is negative.
    fn footprint(&self, object: &Object, sign: f64) -> Footprint {
        object.bounds.grown(sign * self.sigmas * self.object_place(object).point_sigma()).footprint()
    }

    /// Keeps the quarter of all directions around `of` that lies to a side of it.
    fn keep_side(
        &self,
        free: &mut ConvexPieces,
        toward: Toward,
        of: &Place<'_>,
        heading: &Place<'_>,
        extent: Extent,
    ) -> Result<(), Reason> {
        let direction = direction(toward, heading)?;
        let half = (45.0 + extent.sign() * super::view::heading_tolerance_deg(self, heading)).to_radians();
        let reach = extent.sign() * self.sigmas * of.position_m;
        let quarter = std::f64::consts::FRAC_PI_2;
        if half <= 0.0 {
            *free = ConvexPieces::default();
        }
        // Beyond half of all directions nothing is excluded for certain.
        for turn in [half - quarter, quarter - half].into_iter().filter(|_| half < quarter) {
            let normal = Vec2::from_angle(turn).rotate(direction);
            free.retain_beyond(normal, normal.dot(of.centre().truncate()) - reach);
        }
        Ok(())
    }

    /// The signed distance between two boxes, the first moved.
    pub(super) fn clearance(
        &self,
        of: &Entity,
        to: &Entity,
        moved: Option<(Toward, &Entity, f64)>,
    ) -> Result<Measured, Reason> {
        let (of, to) = (self.object_place(self.object(of)?), self.object_place(self.object(to)?));
        let (mut way, mut off) = (Vec3::ZERO, 0.0);
        if let Some((toward, heading, by_m)) = moved {
            if !(0.0..=100.0).contains(&by_m) {
                let sentence = format!("moved by {by_m} m: a way is 0 to 100 m long");
                return Err(Reason::new(ReasonCode::Malformed, sentence));
            }
            let heading = self.camera_place(heading)?;
            way = direction(toward, &heading)?.extend(0.0) * by_m;
            off = 2.0 * by_m * (super::view::heading_tolerance_deg(self, &heading).to_radians() / 2.0).sin();
        }
        let value = clearance_m(&of.bounds, &to.bounds, way);
        let tolerance = self.sigmas * of.point_sigma().hypot(to.point_sigma()) + off;
        Ok(self.around(value, tolerance, Unit::Metre))
    }

    /// The width of the straight way between two objects.
    pub(super) fn passage_width(&self, from: &Entity, to: &Entity) -> Result<Measured, Reason> {
        let passage = self.passage(from, to)?;
        self.free(Unit::Metre, |extent| Ok(self.width_m(&passage, extent, 0.0)))
    }

    /// Whether the straight way between two objects is certainly wider.
    pub(crate) fn is_wider(&self, from: &Entity, to: &Entity, width_m: f64) -> Result<bool, Reason> {
        let passage = self.passage(from, to)?;
        Ok(self.width_m(&passage, Extent::Least, width_m) - ALLOWANCE > width_m)
    }

    fn passage(&self, from: &Entity, to: &Entity) -> Result<Passage<'s>, Reason> {
        let both = [self.object(from)?, self.object(to)?];
        let places = both.map(|object| object.bounds.centre().truncate());
        let [out, into] = both.map(|object| object.bounds.footprint());
        let (floor, middle) = (self.floor()?, places[0].midpoint(places[1]));
        Ok(Passage {
            both,
            way: StraightWay::new(places, [&out, &into]),
            borders: floor.sides().map(|(u, v)| Ok(segment(u, v)?.footprint())).collect::<Result<_, _>>()?,
            floor_m: self.floor_height_m()?,
            is_outside: !floor.contains(middle),
            to_border_m: floor.border_distance_m(middle),
        })
    }

    /// The width of a straight way, or any width that is no more than `enough_m`, where it is no wider.
    fn width_m(&self, passage: &Passage<'s>, extent: Extent, enough_m: f64) -> f64 {
        let Passage { both, way, .. } = passage;
        // Everything may be off by itself and by where the line lies.
        let line = self.noise().position_m;
        let off = |sigma: f64| extent.sign() * self.sigmas * sigma.hypot(line);
        let inside_m = if passage.is_outside { -passage.to_border_m } else { passage.to_border_m };
        if inside_m + off(line) < 0.0 {
            return 0.0;
        }
        let off_of = |object: &Object| off(self.object_place(object).point_sigma());
        let ends = both.map(off_of);
        let mut least = way.farthest_m(ends);
        // Of a narrow gap less belongs to its ends.
        let beyond_m = BEYOND_END_M.min(least.max(0.0) / 2.0);
        let clear = |outline: &Footprint, off: f64| way.nearest_m(outline, ends.map(|end| beyond_m + off + end)) + off;
        for side in &passage.borders {
            least = least.min(clear(side, off(line)));
        }
        let surface = Surface { z_m: passage.floor_m, sigma_m: 0.0, object: None };
        for object in self.obstacles(both, &surface, WALKER_HEIGHT_M, extent) {
            if 2.0 * least <= enough_m {
                break;
            }
            // A circle around it is nearer than it is.
            let at_least = way.distance_m(object.bounds.centre().truncate()) - object.bounds.half().length();
            if at_least + off_of(object) <= least {
                least = least.min(clear(&object.bounds.footprint(), off_of(object)));
            }
        }
        2.0 * least.max(0.0)
    }

    /// The length of the shortest walk between two objects.
    pub(super) fn walking_distance(&self, from: &Entity, to: &Entity) -> Result<Measured, Reason> {
        let both = [self.object(from)?, self.object(to)?];
        let [from, to] = both;
        let surface = Surface { z_m: self.floor_height_m()?, sigma_m: 0.0, object: None };
        let blocked = |certain: bool| {
            let (code, word) =
                if certain { (ReasonCode::Unreachable, "is no") } else { (ReasonCode::TooCloseToCall, "may be no") };
            let width = print::quantity(WALKER_WIDTH_M, Unit::Metre);
            // Nobody walks to what lies on a table, but to the table.
            let carried = both.iter().filter_map(|end| {
                let middle = end.bounds.centre().truncate();
                let mut obstacles = self.obstacles(&both, &surface, WALKER_HEIGHT_M, Extent::Nominal);
                let around = obstacles.find(|object| object.bounds.footprint().contains(middle))?;
                Some(format!("; {} is on, in or under {}: ask for the walk to that", the(end), the(around)))
            });
            let carried: String = carried.collect();
            let sentence = format!("there {word} free way {width} wide from {} to {}{carried}", the(from), the(to));
            Reason::new(code, sentence)
        };
        self.floor()?;
        let line = (to.bounds.centre() - from.bounds.centre()).truncate();
        if line.length() < LEAST_LINE_M {
            let sentence = format!(
                "{} and {} are straight above each other: there is no line between them to walk along",
                the(from),
                the(to)
            );
            return Err(Reason::new(ReasonCode::OutsideDefinition, sentence));
        }
        let [from_m, to_m] = both.map(|object| self.object_place(object).position_m);
        let larger = turned_octagon((self.sigmas * from_m.hypot(to_m) / line.length()).min(1.0).asin());
        let walk = |extent: Extent| {
            let (floor, borders) = self.outline(&surface, extent)?;
            let (radius, ahead) = (WALKER_WIDTH_M / 2.0, line.normalize());
            let walker = |sign: f64| octagon(radius * larger.powf(sign), ahead);
            // The noise of the walls is in the outline of the floor already where that is smaller.
            let inner = (radius - extent.sign() * self.sigmas * self.noise().position_m).max(1e-3);
            let at_wall = octagon(inner * larger.powf(-extent.sign()), ahead);
            let around =
                |object: &Object, sign: f64| minkowski_sum(self.footprint(object, sign).vertices(), &walker(sign));
            let objects = self.obstacles(&both, &surface, WALKER_HEIGHT_M, extent);
            let objects = objects.map(|object| around(object, -extent.sign()));
            let walls = borders.iter().map(|side| minkowski_sum(side, &at_wall));
            let obstacles: Vec<Vec<Vec2>> = objects.chain(walls).collect();
            let [start, end] = both.map(|object| around(object, extent.sign()));
            Ok(shortest_walk_m(&floor, &obstacles, &start, &end))
        };
        let Some(nominal) = walk(Extent::Nominal)? else {
            let certain = self.sigmas <= 0.0 || walk(Extent::Most)?.is_none();
            return Err(blocked(certain));
        };
        self.bounded(Unit::Metre, |extent| match extent {
            Extent::Nominal => Ok(nominal),
            Extent::Least | Extent::Most => walk(extent)?.ok_or_else(|| blocked(false)),
        })
    }
}

/// Where a side lies on the floor, as a camera sees it: a unit vector.
fn direction(toward: Toward, heading: &Place<'_>) -> Result<Vec2, Reason> {
    let ahead = CameraAxis::Forward.of(heading).truncate();
    if ahead.length() < 1e-9 {
        let sentence =
            format!("{} looks straight up or down, so that it has no left or right on the floor", heading.the());
        return Err(Reason::new(ReasonCode::DegenerateViewpoint, sentence));
    }
    let ahead = ahead.normalize();
    Ok(match toward {
        Toward::Left => ahead.perp(),
        Toward::Right => -ahead.perp(),
        Toward::Farther => ahead,
        Toward::Nearer => -ahead,
    })
}

/// The horizontal sides of an object that stands upright.
fn sides_of(object: &Object) -> Result<Sides, Reason> {
    horizontal_sides(&object.bounds).ok_or_else(|| {
        let sentence = format!("{} is tilted by more than 10°, so that it has no level top and no sides", the(object));
        Reason::new(ReasonCode::OutsideDefinition, sentence)
    })
}

/// A side of a floor as a box without width.
pub(crate) fn segment(from: Vec2, to: Vec2) -> Result<OrientedBox, Reason> {
    let (middle, along) = (from.midpoint(to), to - from);
    let half = Vec3::new(along.length() / 2.0, 0.0, 0.0);
    OrientedBox::upright(middle.extend(0.0), half, along.y.atan2(along.x))
        .map_err(|error| Reason::new(ReasonCode::Malformed, error.to_string()))
}

/// The rectangle that reaches this far around a segment.
fn strip([u, v]: &[Vec2; 2], by: f64) -> Vec<Vec2> {
    let along = (v - u).normalize_or(Vec2::X) * by;
    let across = along.perp();
    vec![u - along - across, v + along - across, v + along + across, u - along + across]
}

/// By how much a regular octagon must be larger to hold one like it that is turned by an angle, radians.
fn turned_octagon(turn: f64) -> f64 {
    let corner = std::f64::consts::FRAC_PI_8;
    (corner - turn.min(corner)).cos() / corner.cos()
}

/// The regular octagon whose sides are this far from the origin, two of them across a direction: what a walker takes up
/// on the floor.
fn octagon(radius: f64, ahead: Vec2) -> Vec<Vec2> {
    let corner = |at: u32| Vec2::from_angle(std::f64::consts::FRAC_PI_8 * f64::from(2 * at + 1));
    let reach = radius / std::f64::consts::FRAC_PI_8.cos();
    (0..8).map(|at| corner(at).rotate(ahead) * reach).collect()
}
