//! Free space by slow means: areas by counting points of a grid, ways by the least distance to everything, depths by
//! trying directions. What is no box is a zonogon: a centre and half sides.

use question::{Answer, BearingDefinition, Entity, ReasonCode, Term, Toward, Unit};
use scene::{
    Object,
    geometry::{OrientedBox, Polygon, SectorSystem, Vec2, Vec3},
    has_flat_top,
};

use super::{
    Decided, Reference,
    amount::Amount,
    sector,
    solid::{Solid, least_distance},
};

type Measured = Result<Amount, ReasonCode>;

/// Points along each side of the grid on which areas are counted.
const GRID: u32 = 160;
/// Places looked at along a straight way.
const PLACES: u32 = 2000;
/// Overlaps or gaps that rounding may make, metres.
const TOUCH_M: f64 = 1e-6;

/// A convex figure in the plane that is symmetric about its centre: everything within half sides added up.
#[derive(Debug, Clone)]
struct Zonogon {
    centre: Vec2,
    halves: Vec<Vec2>,
}

impl Zonogon {
    fn of(bounds: &OrientedBox) -> Self {
        let (axes, half) = (bounds.axes(), bounds.half());
        let halves = (0..3).map(|at| (axes.col(at) * half[at]).truncate()).collect();
        Self { centre: bounds.centre().truncate(), halves }
    }

    fn segment(u: Vec2, v: Vec2) -> Self {
        Self { centre: u.midpoint(v), halves: vec![(v - u) / 2.0] }
    }

    fn with(mut self, halves: &[Vec2]) -> Self {
        self.halves.extend(halves);
        self
    }

    fn holds(&self, p: Vec2) -> bool {
        let normals = self.halves.iter().flat_map(|half| [*half, half.perp()]).filter(|n| n.length() > 1e-12);
        normals
            .map(Vec2::normalize)
            .all(|n| n.dot(p - self.centre).abs() <= self.halves.iter().map(|half| n.dot(*half).abs()).sum::<f64>())
    }

    /// How far a place is from it, by all segments that join two of its corners along a side.
    fn distance(&self, p: Vec2) -> f64 {
        if self.holds(p) {
            return 0.0;
        }
        let signs = 1_u32 << self.halves.len();
        let corner = |of: u32| {
            let half = |(at, half): (usize, &Vec2)| if of >> at & 1 == 1 { *half } else { -*half };
            self.centre + self.halves.iter().enumerate().map(half).sum::<Vec2>()
        };
        let sides = (0..signs).flat_map(|of| (0..self.halves.len()).map(move |at| (of, of ^ (1 << at))));
        let off = |(from, to): (u32, u32)| {
            let (u, side) = (corner(from), corner(to) - corner(from));
            let share = (p - u).dot(side) / side.length_squared();
            p.distance(u + side * if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 })
        };
        sides.map(off).fold(f64::INFINITY, f64::min)
    }
}

fn sides(floor: &Polygon) -> Vec<Zonogon> {
    floor.sides().map(|(u, v)| Zonogon::segment(u, v)).collect()
}

/// How often the rings go round a point, all added up: 0 outside and in holes.
fn on_floor(floor: &Polygon, p: Vec2) -> bool {
    floor.sides().map(|(u, v)| (u - p).angle_to(v - p)).sum::<f64>().abs() > std::f64::consts::PI
}

impl Reference<'_> {
    /// The horizontal direction of a side as a camera sees it.
    fn toward(&mut self, toward: Toward, heading: &Entity) -> Result<Vec2, ReasonCode> {
        let (_, [_, _, forward]) = self.camera(heading)?;
        let ahead = forward.truncate();
        self.doubt |= (ahead.length() - 1e-9).abs() <= 1e-12;
        if ahead.length() < 1e-9 {
            return Err(ReasonCode::DegenerateViewpoint);
        }
        let (x, y) = (ahead.x / ahead.length(), ahead.y / ahead.length());
        Ok(match toward {
            Toward::Left => Vec2::new(-y, x),
            Toward::Right => Vec2::new(y, -x),
            Toward::Farther => Vec2::new(x, y),
            Toward::Nearer => Vec2::new(-x, -y),
        })
    }

    pub(super) fn clearance(
        &mut self,
        [of, to]: [&Entity; 2],
        moved: (Option<Toward>, Option<&Entity>, Option<f64>),
    ) -> Measured {
        let things = self.different([of, to]);
        let positions = [self.position(of)?, self.position(to)?];
        if let Some(heading) = moved.1 {
            self.position(heading)?;
        }
        let [a, b] = match things {
            Err(reason @ (ReasonCode::SameObjectTwice | ReasonCode::OverlappingCandidates)) => return Err(reason),
            _ if moved != (None, None, None) && !matches!(moved, (Some(_), Some(_), Some(_))) => {
                return Err(ReasonCode::Malformed);
            }
            _ if positions.iter().any(|position| !self.is_object(*position)) => {
                return Err(ReasonCode::OutsideDefinition);
            }
            things => things?,
        };
        let mut way = Vec3::ZERO;
        if let (Some(toward), Some(heading), Some(by_m)) = moved {
            if !(0.0..=100.0).contains(&by_m) {
                return Err(ReasonCode::Malformed);
            }
            way = self.toward(toward, heading)?.extend(0.0) * by_m;
        }
        let moved = |bounds: &OrientedBox, share: f64| {
            OrientedBox::new(bounds.centre() + way * share, bounds.half(), bounds.axes()).unwrap_or(*bounds)
        };
        let other = Solid::new(&b.bounds);
        let least = |bounds: &OrientedBox| {
            let at = |share: f64| least_distance(&Solid::new(&moved(bounds, share)), &other, Vec3::ONE);
            let (mut from, mut to) = (0.0, if way == Vec3::ZERO { 0.0 } else { 1.0 });
            while to - from > 1e-8 {
                let (early, late) = (from + (to - from) / 3.0, to - (to - from) / 3.0);
                if at(early) <= at(late) { to = late } else { from = early }
            }
            at(0.0).min(at(f64::midpoint(from, to)))
        };
        let apart = least(&a.bounds);
        if apart > TOUCH_M {
            return Ok(Amount { slack: 1e-6, ..Amount::measured(apart, Unit::Metre) });
        }
        // Where a box that is a little smaller still meets the other, they overlap for certain.
        let smaller = OrientedBox::new(a.bounds.centre(), (a.bounds.half() - TOUCH_M).max(Vec3::ZERO), a.bounds.axes());
        self.doubt |= smaller.is_ok_and(|smaller| least(&smaller) > 0.0) || a.bounds.half().min_element() <= TOUCH_M;
        let corners = [moved(&a.bounds, 0.0), moved(&a.bounds, 1.0)].map(|bounds| bounds.corners()).concat();
        let depth = |n: Vec3| {
            let ends = |corners: &[Vec3]| corners.iter().map(|p| n.dot(*p)).fold(f64::NEG_INFINITY, f64::max);
            ends(&corners) + b.bounds.corners().iter().map(|p| -n.dot(*p)).fold(f64::NEG_INFINITY, f64::max)
        };
        let directions = [a.bounds.axes(), b.bounds.axes()];
        let directions = directions.iter().flat_map(|axes| [axes.x_axis, axes.y_axis, axes.z_axis]);
        let most = directions.flat_map(|n| [n, -n]).map(depth).fold(f64::INFINITY, f64::min);
        // No deeper than along these, and deeper than nothing.
        Ok(Amount { value: -most / 2.0, slack: most / 2.0 * (1.0 - 1e-9), unit: Unit::Metre })
    }

    /// Whether a thing stands in the way of something so high at a height.
    fn blocks(&mut self, object: &Object, z: f64, height: f64) -> bool {
        let (bottom, top) = Solid::new(&object.bounds).span(2);
        self.doubt |= (top - z - 0.03).abs() < 1e-9 || (bottom - z - height).abs() < 1e-9;
        top > z + 0.03 && bottom < z + height
    }

    pub(super) fn free_area(&mut self, term: &Term) -> Measured {
        let Term::FreeArea { on, toward, of, heading, room_for } = term else { return Err(ReasonCode::Malformed) };
        let mut places = Vec::new();
        for entity in [on, of, heading, room_for] {
            places.push(entity.as_ref().map(|entity| self.position(entity)).transpose()?);
        }
        for (a, b) in [(0, 1), (0, 3), (1, 3)] {
            if places[a].is_some() && places[a] == places[b] {
                let candidate = self.each.is_some() && self.each == places[a];
                return Err(if candidate { ReasonCode::OverlappingCandidates } else { ReasonCode::SameObjectTwice });
            }
        }
        let object = |this: &Self, at: usize| match places[at] {
            Some(position) if !this.is_object(position) => Err(ReasonCode::OutsideDefinition),
            Some(position) => this.thing(position).cloned().map(Some),
            None => Ok(None),
        };
        let support = object(self, 0)?;
        let z = match &support {
            None => self.scene.room().floor_height_m.ok_or(ReasonCode::MissingData)?,
            Some(support) if !has_flat_top(&support.label) => return Err(ReasonCode::OutsideDefinition),
            Some(support) => {
                self.sides_of(support)?;
                Solid::new(&support.bounds).span(2).1
            }
        };
        let thing = object(self, 3)?;
        let side = match (toward, of, heading) {
            (None, None, None) => None,
            (Some(toward), Some(_), Some(heading)) => {
                let apex = self.thing(places[1].unwrap_or_default())?.bounds.centre().truncate();
                self.camera(heading)?;
                Some((*toward, apex, heading))
            }
            _ => return Err(ReasonCode::Malformed),
        };
        let floor = self.scene.room().floor.clone();
        if support.is_none() && floor.is_none() {
            return Err(ReasonCode::MissingData);
        }
        let (mut shapes, mut height) = (vec![Vec::new()], 0.1);
        if let Some(thing) = &thing {
            let (along, long, wide) = {
                let (_, long, wide) = self.sides_of(thing)?;
                (self.sides_of(support.as_ref().unwrap_or(thing))?.0, long, wide)
            };
            let rectangle = |long: f64, wide: f64| vec![along * long / 2.0, along.perp() * wide / 2.0];
            shapes = vec![rectangle(long, wide), rectangle(wide, long)];
            let (bottom, top) = Solid::new(&thing.bounds).span(2);
            height = top - bottom;
        }
        let quarter = match side {
            Some((toward, apex, heading)) => Some((apex, self.toward(toward, heading)?)),
            None => None,
        };
        let upright = support.as_ref().filter(|support| support.bounds.axes().z_axis.z.abs() > 1.0 - 1e-12);
        if let (Some(thing), Some(support)) = (&thing, upright) {
            let (_, long, wide) = self.sides_of(thing)?;
            let (_, longest, widest) = self.sides_of(support)?;
            // Sampling alone never says that there is surely no place.
            if long > longest + TOUCH_M || wide > widest + TOUCH_M {
                return Ok(Amount { value: 0.0, slack: 0.0, unit: Unit::SquareMetre });
            }
        }
        let objects = self.scene.objects().to_vec();
        let apart = |object: &&Object| [&support, &thing].into_iter().flatten().all(|other| other.id != object.id);
        let mut obstacles = Vec::new();
        for object in objects.iter().filter(apart) {
            if self.blocks(object, z, height) {
                obstacles.push(Zonogon::of(&object.bounds));
            }
        }
        let base = support.as_ref().map(|support| Zonogon::of(&support.bounds));
        let borders = floor.as_ref().filter(|_| support.is_none()).map(sides).unwrap_or_default();
        let counted = shapes.iter().map(|shape| {
            let obstacles: Vec<Zonogon> = obstacles.iter().map(|obstacle| obstacle.clone().with(shape)).collect();
            let walls: Vec<Zonogon> = borders.iter().map(|side| side.clone().with(shape)).collect();
            let corners = match shape[..] {
                [u, v] => vec![u + v, u - v, v - u, -u - v],
                _ => vec![Vec2::ZERO],
            };
            let free = |p: Vec2| {
                let inside = match (&base, &floor) {
                    (Some(base), _) => corners.iter().all(|corner| base.holds(p + *corner)),
                    (None, Some(floor)) => {
                        on_floor(floor, p) && (shape.is_empty() || !walls.iter().any(|wall| wall.holds(p)))
                    }
                    _ => false,
                };
                let aside = quarter.is_none_or(|(apex, direction)| {
                    (p - apex).dot(direction) >= (p - apex).length() * std::f64::consts::FRAC_1_SQRT_2
                });
                inside && aside && !obstacles.iter().any(|obstacle| obstacle.holds(p))
            };
            let ends: Vec<Vec2> = match (&base, &floor) {
                (Some(_), _) => {
                    support.iter().flat_map(|support| support.bounds.corners()).map(Vec3::truncate).collect()
                }
                (None, Some(floor)) => floor.exterior().to_vec(),
                _ => Vec::new(),
            };
            let low = ends.iter().copied().reduce(Vec2::min).unwrap_or_default();
            let high = ends.iter().copied().reduce(Vec2::max).unwrap_or_default();
            let cell = (high - low) / f64::from(GRID);
            let points = (0..GRID * GRID).map(|at| Vec2::new(f64::from(at % GRID) + 0.5, f64::from(at / GRID) + 0.5));
            let free: Vec<bool> = points.map(|p| free(low + p * cell)).collect();
            let number = free.iter().filter(|free| **free).count();
            // A cell that a border crosses may be counted wrongly, and its neighbours.
            let row = GRID as usize;
            let cut = (0..free.len()).filter(|at| {
                let other = |next: Option<&bool>| next.is_none_or(|next| *next != free[*at]);
                other(free.get(at + 1)) || other(free.get(at + row))
            });
            let area = cell.x * cell.y;
            (number as f64 * area, 4.0 * cut.count() as f64 * area + 1e-6)
        });
        let (value, slack) = counted.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1))).unwrap_or_default();
        Ok(Amount { value, slack, unit: Unit::SquareMetre })
    }

    /// The direction of the longer horizontal side of an upright thing, and the lengths of both.
    fn sides_of(&mut self, object: &Object) -> Result<(Vec2, f64, f64), ReasonCode> {
        let sides = self.sides(&Solid::new(&object.bounds))?;
        Ok((Vec2::from_angle(sides.heading), sides.longer, sides.shorter))
    }

    pub(super) fn passage_width(&mut self, from: &Entity, to: &Entity) -> Measured {
        let things = self.different([from, to]);
        let positions = [self.position(from)?, self.position(to)?];
        let same = matches!(things, Err(ReasonCode::SameObjectTwice | ReasonCode::OverlappingCandidates));
        if !same && positions.iter().any(|position| !self.is_object(*position)) {
            return Err(ReasonCode::OutsideDefinition);
        }
        let [from, to] = things?;
        let z = self.scene.room().floor_height_m.ok_or(ReasonCode::MissingData)?;
        let floor = self.scene.room().floor.clone().ok_or(ReasonCode::MissingData)?;
        let [start, end] = [&from, &to].map(|object| object.bounds.centre().truncate());
        if !on_floor(&floor, start.midpoint(end)) {
            return Ok(Amount::measured(0.0, Unit::Metre));
        }
        let (out, into) = (Zonogon::of(&from.bounds), Zonogon::of(&to.bounds));
        let mut things = sides(&floor);
        for object in self.scene.objects().to_vec() {
            if object.id != from.id && object.id != to.id && self.blocks(&object, z, 1.8) {
                things.push(Zonogon::of(&object.bounds));
            }
        }
        let step = start.distance(end) / f64::from(PLACES);
        let places = (0..=PLACES).map(|at| start.lerp(end, f64::from(at) / f64::from(PLACES)));
        let places: Vec<(Vec2, f64)> = places.map(|p| (p, out.distance(p).min(into.distance(p)))).collect();
        let widest = places.iter().map(|(_, end)| *end).fold(0.0, f64::max);
        let near: Vec<(f64, f64)> =
            places.iter().flat_map(|(p, end)| things.iter().map(|thing| (thing.distance(*p), *end))).collect();
        // As it is, and where what is nearer by a little less counts, too.
        let clear = |ahead: f64| {
            let counts = near.iter().filter(|(here, end)| here + ahead <= *end);
            counts.map(|(here, _)| *here).fold(widest, f64::min)
        };
        let beyond = f64::min(0.2, widest / 2.0);
        let least = (clear(beyond - 3.0 * step - TOUCH_M) - step).max(0.0);
        let clear = clear(beyond + 3.0 * step + TOUCH_M);
        let (value, slack) = (least + clear, clear - least + 2.0 * step);
        Ok(Amount { slack: slack + 1e-6, ..Amount::measured(value, Unit::Metre) })
    }

    pub(super) fn turns(&mut self, facing: Option<&Entity>, along: &[Entity]) -> Decided<Answer> {
        let least = if facing.is_some() { 2 } else { 3 };
        if !(least..=16).contains(&along.len()) {
            return Err(ReasonCode::Malformed);
        }
        let mut positions = Vec::new();
        for place in along {
            positions.push(self.position(place)?);
        }
        for (at, position) in positions.iter().enumerate() {
            if positions[..at].contains(position) {
                return Err(ReasonCode::SameObjectTwice);
            }
        }
        if let Some(facing) = facing {
            let position = self.position(facing)?;
            if position == positions[0] {
                return Err(ReasonCode::SameObjectTwice);
            }
            if position == positions[1] {
                return Err(ReasonCode::Malformed);
            }
        }
        for leg in along.windows(2) {
            let width = self.passage_width(&leg[0], &leg[1])?;
            self.doubt |= (width.value - 0.4).abs() <= width.slack;
            if width.value < 0.4 {
                return Err(ReasonCode::Unreachable);
            }
        }
        let mut angles = Vec::new();
        if let Some(facing) = facing {
            let [at, face, of] = self.different([&along[0], facing, &along[1]])?;
            angles.push(self.bearing(BearingDefinition::Horizontal, &at, &face, &of)?.value);
        }
        for three in along.windows(3) {
            let [from, at, to] = self.different([&three[0], &three[1], &three[2]])?;
            angles.push(self.bearing(BearingDefinition::Horizontal, &at, &from, &to)?.value + 180.0);
        }
        let words: Vec<_> = angles.into_iter().map(|angle| sector::word(SectorSystem::Axes, angle, 1e-6)).collect();
        let words: Option<Vec<&str>> = words.into_iter().collect();
        Ok(words.map(|words| Answer::Turns { words: words.into_iter().map(str::to_owned).collect() }))
    }
}
