//! Free space: the same definitions as `docs/proof.md`, with the plain means of `plane`.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_8};

use scene::geometry::{Vec2, Vec3};
use scene::{ObjectId, has_flat_top};
use serde_json::Value;

use crate::body::Body;
use crate::measure::{ALLOWANCE, Amount, Outcome, Rules};
use crate::plane::{self, Free, Outline};
use crate::value::{entity_ids, items, near, number, text};
use crate::walk::WITHIN;
use crate::{distance, footprint};

/// What rises less is no obstacle; what hangs higher is none for a point; a walker's height and half width: metres.
const FLAT: f64 = 0.03;
const HAND: f64 = 0.1;
const TALL: f64 = 1.8;
const HALF: f64 = 0.2;

/// A level surface: its height, and the object whose top it is.
type Surface = (f64, Option<(u32, Body)>);

impl Rules<'_> {
    /// The quantity of a term about free space; `None` for other terms. Everything is taken three times, with obstacles as
    /// annotated, as large as they may be and as small: `s`, by which tolerances are multiplied, is 0, −1 and 1.
    pub(crate) fn space(&self, term: &Value) -> Option<Outcome<Amount<'static>>> {
        let bounded = |of: &dyn Fn(f64) -> Outcome<f64>, unit| {
            let value = of(0.0)?;
            if self.profile.k == 0.0 {
                return Ok(Amount { value, lo: value, hi: value, unit });
            }
            let (a, b) = (of(-1.0)?, of(1.0)?);
            let amount = Amount { value, lo: a.min(b).min(value), hi: a.max(b).max(value), unit };
            Ok(amount.within(0.0, f64::INFINITY))
        };
        // Where nothing is free, not even the allowance is.
        let free = |of: &dyn Fn(f64) -> Outcome<f64>, unit| {
            let amount: Amount<'static> = bounded(of, unit)?;
            let nothing = self.profile.k > 0.0 && amount.hi <= ALLOWANCE;
            Ok(if nothing { Amount { value: 0.0, lo: 0.0, hi: 0.0, unit } } else { amount })
        };
        Some(match text(term, "measure") {
            "clearance" => self.clearance(term),
            "free_area" => free(&|s| Ok(self.places(term, s)?.iter().map(Free::area).fold(0.0, f64::max)), "m2"),
            "occupancy" => self.occupancy(term),
            "passage_width" => free(&|s| self.passage(term, s), "m"),
            "walking_distance" => bounded(&|s| self.walking(term, s), "m"),
            _ => return None,
        })
    }

    fn thing(&self, term: &Value, slot: &str) -> Outcome<(u32, Body)> {
        match entity_ids(text(term, slot)).as_deref() {
            Some([one]) => self.body(*one).map(|body| (*one, body)),
            _ => Err("one object"),
        }
    }

    /// The direction of a side on the floor as a camera sees it, and how far it may be off, degrees.
    fn side(&self, term: &Value) -> Outcome<(Vec2, f64)> {
        let camera = self.camera(text(term, "heading"))?;
        let ahead = camera.axes[2].truncate();
        if ahead.length() < 1e-9 {
            return Err("a camera that does not look straight up or down");
        }
        let turn = match text(term, "toward") {
            "left" => Vec2::Y,
            "right" => Vec2::NEG_Y,
            "farther" => Vec2::X,
            _ => Vec2::NEG_X,
        };
        Ok((turn.rotate(ahead.normalize()), self.heading(&camera)))
    }

    fn clearance(&self, term: &Value) -> Outcome<Amount<'static>> {
        let ((_, a), (_, b)) = (self.thing(term, "of")?, self.thing(term, "to")?);
        let (mut way, mut t) = (Vec3::ZERO, self.sway(&[&a, &b]));
        let given = ["toward", "heading", "by_m"].iter().filter(|key| !term[**key].is_null()).count();
        if given == 3 && (0.0..=100.0).contains(&number(term, "by_m")) {
            let ((direction, off), by) = (self.side(term)?, number(term, "by_m"));
            way = direction.extend(0.0) * by;
            t += 2.0 * by * (off.to_radians() / 2.0).sin();
        } else if given > 0 {
            return Err("where, as seen by whom and how far it is moved, at most 100 m");
        }
        let axes = [a.axes.to_vec(), vec![way.normalize_or_zero()], b.axes.to_vec()].concat();
        let normals = axes.iter().flat_map(|u| axes.iter().map(|v| u.cross(*v))).chain(axes.iter().copied());
        let apart = b.centre - a.centre - way / 2.0;
        let past = |n: Vec3| apart.dot(n).abs() - a.support(n) - b.support(n) - way.dot(n).abs() / 2.0;
        let past = normals.filter(|n| n.length() > 1e-6).map(|n| past(n.normalize())).fold(f64::NEG_INFINITY, f64::max);
        // Apart: the least on the way, which falls and then rises; thirds that cannot hold it are cut off.
        let at = |share: f64| distance::surface(&Body { centre: a.centre + way * share, ..a }, &b);
        let (mut from, mut to) = (0.0, if past > 0.0 && way != Vec3::ZERO { 1.0 } else { 0.0 });
        while to - from > 1e-9 {
            let (early, late) = (from + (to - from) / 3.0, to - (to - from) / 3.0);
            if at(early) <= at(late) { to = late } else { from = early }
        }
        let value = if past > 0.0 { at(f64::midpoint(from, to)).min(at(0.0)) } else { past };
        let amount = Amount::around(value, t, "m");
        Ok(if self.profile.k == 0.0 {
            Amount::around(value, 0.0, "m")
        } else {
            amount.within(f64::NEG_INFINITY, f64::INFINITY)
        })
    }

    /// How many other things have at least half of their footprint over something, and their bottom within its upper three quarters.
    fn occupancy(&self, term: &Value) -> Outcome<Amount<'static>> {
        let (id, place) = self.thing(term, "of")?;
        let (bottom, top) = place.span();
        let mut counts = [0.0; 3];
        for object in self.scene.objects().iter().filter(|object| object.id != ObjectId(id)) {
            let thing = self.body(object.id.0)?;
            let (low, t) = (thing.span().0, self.faces(&[&thing, &place]));
            let over = if footprint::area(&thing) > 0.0 {
                self.overlap(&thing, &place)?
            } else {
                let [a, b] = [&thing, &place].map(|body| body.grown(self.sway(&[body])));
                let may = self.profile.k > 0.0 && footprint::shared_area(&a, &b) > 0.0;
                Amount { value: 0.0, lo: 0.0, hi: f64::from(u8::from(may)), unit: "1" }
            };
            // As annotated, surely, possibly.
            let shares = if self.profile.k == 0.0 { [over.value; 3] } else { [over.value, over.lo, over.hi] };
            for ((count, share), t) in counts.iter_mut().zip(shares).zip([0.0, t, -t]) {
                let lies = share > 0.5 - WITHIN
                    && low + t < top + 0.05 + WITHIN
                    && low - t > bottom + (top - bottom) / 4.0 - WITHIN;
                *count += f64::from(u8::from(lies));
            }
        }
        let [value, lo, hi] = counts;
        Ok(Amount { value, lo, hi, unit: "1" })
    }

    fn surface(&self, term: &Value) -> Outcome<Surface> {
        if term["on"].is_null() {
            return Ok((self.scene.room().floor_height_m.ok_or("a floor at a known height")?, None));
        }
        let (id, body) = self.thing(term, "on")?;
        let object = self.scene.position(ObjectId(id)).map(|at| &self.scene.objects()[at]);
        object.filter(|object| has_flat_top(&object.label)).ok_or("a thing with a flat top")?;
        body.horizontal()?;
        Ok((body.span().1, Some((id, body))))
    }

    fn rings(&self) -> Outcome<Vec<Vec<Vec2>>> {
        let floor = self.scene.room().floor.as_ref().ok_or("a floor with an outline")?;
        Ok(floor.rings().map(<[Vec2]>::to_vec).collect())
    }

    /// The outline of what a body takes up, as large as it is taken to be; none if it is not in the way.
    fn obstacle(&self, body: &Body, surface: &Surface, height: f64, s: f64) -> Option<Outline> {
        let off = s * surface.1.as_ref().map_or_else(|| self.faces(&[body]), |(_, on)| self.faces(&[body, on]));
        let (bottom, top) = body.span();
        let blocks = top - off > surface.0 + FLAT && bottom + off < surface.0 + height;
        blocks.then(|| shadow(&body.grown(-s * self.sway(&[body]))))
    }

    fn obstacles(&self, but: &[u32], surface: &Surface, height: f64, s: f64) -> Vec<Outline> {
        let others = self.scene.objects().iter().filter(|object| !but.contains(&object.id.0));
        let bodies = others.map(|object| Body::new(&object.bounds, self.scene.noise()));
        bodies.filter_map(|body| self.obstacle(&body, surface, height, s)).collect()
    }

    /// The free places of a free area, for each way to turn what is to be put there.
    fn places(&self, term: &Value, s: f64) -> Outcome<Vec<Free>> {
        let surface = self.surface(term)?;
        let wall = self.centres(&[&Body { noise: [self.scene.noise().position_m, 0.0, 0.0], ..NOWHERE }]);
        let rings = match &surface.1 {
            Some((_, on)) => vec![shadow(&on.grown(s * self.sway(&[on])))],
            None => self.rings()?,
        };
        let borders: Vec<[Vec2; 2]> = rings.iter().flat_map(|ring| plane::sides(ring)).collect();
        let (mut strips, mut more) = (Vec::new(), Vec::new());
        if surface.1.is_none() && wall > 0.0 && s != 0.0 {
            let all = borders.iter().map(|side| strip(side, wall));
            if s < 0.0 { strips.extend(all) } else { more.extend(all) }
        }
        let (mut but, mut shapes, mut height) = (Vec::new(), vec![vec![Vec2::ZERO]], HAND);
        // What stands on the floor keeps away from its sides wherever they may be.
        let wall = if surface.1.is_none() { wall } else { 0.0 };
        let mut at_borders = vec![None];
        but.extend(surface.1.as_ref().map(|(id, _)| *id));
        if !term["room_for"].is_null() {
            let (id, body) = self.thing(term, "room_for")?;
            let (long, wide) = body.horizontal()?;
            let turned = surface.1.as_ref().map_or(&body, |(_, on)| on);
            let along = turned.axes[turned.horizontal()?.0].truncate().normalize_or(Vec2::X);
            let spread = self.sizes(0.5) + self.profile.k * body.noise[2] * body.reach();
            let halves = |off: f64| [long, wide].map(|axis| body.half[axis] - s * (spread + off));
            let [a, b] = halves(0.0).map(|half| half.max(0.0));
            shapes = vec![square(a, b, along), square(b, a, along)];
            let [a, b] = halves(wall);
            let is_left = wall == 0.0 || a.min(b) > 0.0;
            let [a, b] = [a, b].map(|half| half.max(0.0));
            at_borders = [square(a, b, along), square(b, a, along)].map(|shape| is_left.then_some(shape)).to_vec();
            height = body.span().1 - body.span().0 - s * self.sizes(1.0);
            but.push(id);
        }
        let fixed = self.side_lines(term, s)?;
        let obstacles = self.obstacles(&but, &surface, height, s);
        Ok(shapes
            .iter()
            .zip(&at_borders)
            .map(|(shape, at_border)| {
                let edges = at_border.iter().flat_map(|shape| borders.iter().map(|side| plane::sum(side, shape)));
                let things = obstacles.iter().map(|obstacle| plane::sum(obstacle, shape));
                let taken = things.chain(edges).chain(strips.clone()).chain(fixed.clone()).collect();
                Free { rings: rings.clone(), more: more.clone(), taken }
            })
            .collect())
    }

    /// What does not lie to the side of the free area: large squares beyond the two lines that bound it.
    fn side_lines(&self, term: &Value, s: f64) -> Outcome<Vec<Outline>> {
        let given = ["toward", "of", "heading"].iter().filter(|key| !term[**key].is_null()).count();
        if given < 3 {
            return if given == 0 { Ok(Vec::new()) } else { Err("a side, of what and as seen by whom") };
        }
        let of =
            if text(term, "of").starts_with('@') { self.spot(text(term, "of"))? } else { self.thing(term, "of")?.1 };
        let (direction, off) = self.side(term)?;
        let half = (45.0 + s * off).to_radians();
        let far = 1e4;
        let all = square(far, far, Vec2::X).into_iter().map(|p| p + of.centre.truncate()).collect();
        if half <= 0.0 {
            return Ok(vec![all]);
        }
        let lines = [half - FRAC_PI_2, FRAC_PI_2 - half].into_iter().filter(|_| half < FRAC_PI_2);
        Ok(lines
            .map(|turn| {
                let normal = Vec2::from_angle(turn).rotate(direction);
                let middle = of.centre.truncate() - normal * (s * self.centres(&[&of]) + far);
                square(far, far, normal).into_iter().map(|p| p + middle).collect()
            })
            .collect())
    }

    fn passage(&self, term: &Value, s: f64) -> Outcome<f64> {
        let ((a, from), (b, to)) = (self.thing(term, "from")?, self.thing(term, "to")?);
        let surface = (self.scene.room().floor_height_m.ok_or("a floor at a known height")?, None);
        let (middles, rings) = ([from.centre.truncate(), to.centre.truncate()], self.rings()?);
        let free = Free { rings, more: Vec::new(), taken: Vec::new() };
        let line = Body { noise: [self.scene.noise().position_m, 0.0, 0.0], ..NOWHERE };
        let off = |of: &Body| s * self.sway(&[of, &line]);
        let middle = middles[0].midpoint(middles[1]);
        let sides: Vec<Outline> = free.rings.iter().flat_map(|ring| plane::sides(ring)).map(Vec::from).collect();
        let border = sides.iter().map(|side| plane::nearest(side, middle).0).fold(f64::INFINITY, f64::min);
        if off(&line) + if free.holds(middle) { border } else { -border } < 0.0 {
            return Ok(0.0);
        }
        let ends = [&from, &to].map(|body| (shadow(body), off(body)));
        // The place that is as far from the one as from the other.
        let far = |p: Vec2| ends.each_ref().map(|(end, more)| plane::nearest(end, p).0 + more);
        let [mut near_from, mut near_to] = middles;
        for _ in 0..60 {
            let middle = near_from.midpoint(near_to);
            let [behind, before] = far(middle);
            if behind < before { near_from = middle } else { near_to = middle }
        }
        let mut clear = far(near_to)[0].min(far(near_from)[1]);
        let beyond = HALF.min(clear.max(0.0) / 2.0);
        let mut see = |outline: &Outline, off: f64| {
            let ends = ends.each_ref().map(|(end, more)| (end.clone(), beyond + off + more));
            plane::nearer(middles, outline, &ends, off, &mut clear);
        };
        for object in self.scene.objects().iter().filter(|object| ![a, b].contains(&object.id.0)) {
            let body = Body::new(&object.bounds, self.scene.noise());
            if self.obstacle(&body, &surface, TALL, s).is_some() {
                see(&shadow(&body), off(&body));
            }
        }
        for side in &sides {
            see(side, off(&line));
        }
        Ok((2.0 * clear).max(0.0))
    }

    fn walking(&self, term: &Value, s: f64) -> Outcome<f64> {
        let ((a, from), (b, to)) = (self.thing(term, "from")?, self.thing(term, "to")?);
        let surface = (self.scene.room().floor_height_m.ok_or("a floor at a known height")?, None);
        let wall = self.profile.k * self.scene.noise().position_m;
        let line = (to.centre - from.centre).truncate();
        let ahead = line.try_normalize().filter(|_| line.length() >= 1e-6).ok_or("things beside each other")?;
        // Turned with the line, an octagon lies in the circle around it and in the larger one like it.
        let turn = (self.centres(&[&from, &to]) / line.length()).min(1.0).asin();
        let larger = if turn < FRAC_PI_8 { (FRAC_PI_8 - turn).cos() } else { 1.0 } / FRAC_PI_8.cos();
        let octagon = |inner: f64, by: f64| -> Outline {
            octagon(inner * larger.powf(by)).into_iter().map(|p| ahead.rotate(p)).collect()
        };
        let (rings, walker, at_end) = (self.rings()?, octagon(HALF, -s), octagon(HALF, s));
        let at_wall = octagon((HALF - s * wall).max(1e-3), -s);
        let borders: Vec<[Vec2; 2]> = rings.iter().flat_map(|ring| plane::sides(ring)).collect();
        let grown = wall > 0.0 && s > 0.0;
        let more = borders.iter().filter(|_| grown).map(|side| strip(side, wall)).collect();
        let things = self.obstacles(&[a, b], &surface, TALL, s);
        let taken = things.iter().map(|thing| plane::sum(thing, &walker));
        let taken = taken.chain(borders.iter().map(|side| plane::sum(side, &at_wall))).collect();
        let ends = [from, to].map(|body| plane::sum(&shadow(&body.grown(s * self.sway(&[&body]))), &at_end));
        Free { rings, more, taken }.shortest(&ends[0], &ends[1]).ok_or("a free way")
    }

    /// Whether an answer is the certainly free part of a free area: convex pieces that overlap neither each other nor
    /// anything else and add up to its area, with the middle of the largest.
    pub(crate) fn is_region(&self, term: &Value, answer: &Value) -> Outcome<bool> {
        let point = |of: &Value| Vec2::new(of[0].as_f64().unwrap_or(f64::NAN), of[1].as_f64().unwrap_or(f64::NAN));
        let pieces: Vec<Outline> = items(answer, "pieces")
            .iter()
            .map(|piece| piece.as_array().into_iter().flatten().map(point).collect())
            .collect();
        let s = if self.profile.k == 0.0 { 0.0 } else { -1.0 };
        let (places, area) = (self.places(term, s)?, number(answer, "area_m2"));
        let sizes: Vec<f64> = pieces.iter().map(|piece| plane::area(piece)).collect();
        let most = sizes.iter().copied().fold(0.0, f64::max);
        let middle = |piece: &Outline| piece.iter().sum::<Vec2>() / piece.len() as f64;
        let at = point(&answer["at"]);
        let told = pieces
            .iter()
            .zip(&sizes)
            .any(|(piece, size)| near(*size, most, WITHIN) && middle(piece).distance(at) <= WITHIN);
        let height = near(answer["at"][2].as_f64().unwrap_or(f64::NAN), self.surface(term)?.0, WITHIN);
        let apart = pieces.iter().enumerate().all(|(i, a)| pieces[..i].iter().all(|b| plane::gap(a, b) >= -WITHIN));
        // A ring that is not its own hull, or that goes round twice, encloses another area than its hull.
        let fills = |(piece, size): (&Outline, &f64)| near(*size, plane::area(&plane::hull(piece)), WITHIN);
        let convex = pieces.iter().zip(&sizes).all(fills);
        let best = places.iter().map(Free::area).fold(0.0, f64::max);
        let fits = |free: &Free| {
            let clear = |piece: &Outline| {
                let walls = free.rings.iter().flat_map(|ring| plane::sides(ring));
                free.holds(middle(piece))
                    // What is as thin as a line takes no area.
                    && free.taken.iter().all(|other| other.len() < 3 || plane::gap(piece, other) >= -WITHIN)
                    && walls.into_iter().all(|side| plane::gap(piece, &side) >= -WITHIN)
            };
            near(free.area(), best, WITHIN) && pieces.iter().all(clear)
        };
        let whole = near(sizes.iter().sum(), area, WITHIN) && near(area, best, WITHIN);
        Ok(told && height && apart && convex && whole && places.iter().any(fits))
    }
}

/// A body without size or noise.
const NOWHERE: Body =
    Body { centre: Vec3::ZERO, half: Vec3::ZERO, axes: [Vec3::X, Vec3::Y, Vec3::Z], noise: [0.0; 3], own: None };

/// The outline of a box seen from above.
fn shadow(body: &Body) -> Outline {
    plane::hull(&body.corners().map(Vec3::truncate))
}

/// A rectangle around the origin: half sides along a direction and across it.
fn square(along: f64, across: f64, direction: Vec2) -> Outline {
    let corners = [[-along, -across], [along, -across], [along, across], [-along, across]];
    corners.into_iter().map(|corner| direction.rotate(Vec2::from_array(corner))).collect()
}

/// Everything within this distance of a segment along it and across it.
fn strip([u, v]: &[Vec2; 2], by: f64) -> Outline {
    let square = square(by, by, (*v - *u).normalize_or(Vec2::X));
    plane::sum(&[*u, *v], &square)
}

/// The octagon with sides this far from the origin.
fn octagon(inner: f64) -> Outline {
    (0..8).map(|at| Vec2::from_angle(FRAC_PI_8 * f64::from(2 * at + 1)) * (inner / FRAC_PI_8.cos())).collect()
}
