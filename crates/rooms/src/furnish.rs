//! Furnishes the rooms of a plan, kind by kind in the order of the table.

use scene::{
    Draw,
    geometry::{BoxError, Mat3, OrientedBox, Vec3},
};

use crate::{
    GivenUp, Kind, Kinds, Reason, RoomsError, Rule,
    placed::{Placed, Spot, parts_of, turned},
    plan::{Opening, OpeningKind, Plan, Side, below},
    space::Space,
    spot::Site,
};

/// Places that are tried for one thing.
const TRIES: usize = 80;

/// Where the random streams of a flat begin.
#[derive(Debug, Clone)]
pub(crate) struct Streams {
    pub(crate) seed: u64,
    /// Number of the flat, in digits.
    pub(crate) flat: String,
}

impl Streams {
    /// The stream of a thing in a room.
    pub(crate) fn of(&self, room: &str, kind: &str, index: u64) -> Draw {
        Draw::new(self.seed, &["rooms", &self.flat, room, kind], index)
    }
}

/// Work on one flat.
pub(crate) struct Furnishing<'a> {
    pub(crate) kinds: &'a Kinds,
    pub(crate) plan: &'a Plan,
    pub(crate) streams: &'a Streams,
    pub(crate) space: Space,
    pub(crate) given_up: Vec<GivenUp>,
}

impl Furnishing<'_> {
    /// Hangs the doors and sets the windows.
    pub(crate) fn openings(&mut self, door: usize, window: usize) -> Result<(), RoomsError> {
        for (index, opening) in self.plan.openings.iter().enumerate() {
            let kind = match opening.kind {
                OpeningKind::Join { .. } => continue,
                OpeningKind::Window { .. } => window,
                OpeningKind::Door { .. } | OpeningKind::Entrance { .. } => door,
            };
            let mut draw = self.streams.of("walls", &self.kinds.kinds[kind].name, index as u64);
            match opening.kind {
                OpeningKind::Entrance { cell, side } => {
                    let depth = f64::from(opening.depth_mm) / 1000.0;
                    let line = f64::from(side.at(&self.plan.cells[cell].rect)) / 100.0;
                    let across = line + if side.high { depth / 2.0 } else { -depth / 2.0 };
                    self.closed(kind, opening, cell, side, across, &mut draw)?;
                }
                OpeningKind::Window { cell, side } => {
                    let axis = opening.axis;
                    let across = f64::from(opening.rect.low[axis] + opening.rect.high[axis]) / 200.0;
                    self.closed(kind, opening, cell, side, across, &mut draw)?;
                }
                OpeningKind::Door { cells, into, hinge_high } => {
                    let other = cells[usize::from(cells[0] == into)];
                    let ways = [(into, hinge_high), (into, !hinge_high), (other, hinge_high), (other, !hinge_high)];
                    self.open_leaf(kind, opening, ways, &mut draw)?;
                }
                OpeningKind::Join { .. } => {}
            }
        }
        Ok(())
    }

    /// A thing that fills an opening in the outer wall.
    fn closed(
        &mut self,
        kind: usize,
        opening: &Opening,
        cell: usize,
        side: Side,
        across_m: f64,
        draw: &mut Draw,
    ) -> Result<(), RoomsError> {
        let along = 1 - opening.axis;
        let bottom = f64::from(opening.bottom_mm) / 1000.0;
        let size = leaf_size(opening);
        let mut centre = Vec3::new(0.0, 0.0, bottom + size.z / 2.0);
        centre[opening.axis] = across_m;
        centre[along] = f64::from(opening.rect.low[along] + opening.rect.high[along]) / 200.0;
        let spot = Spot { centre, axes: turned(side.quarters(), 0.0), cell, anchor: None };
        self.put(kind, spot, size, draw)?;
        Ok(())
    }

    /// A door leaf that stands open at a right angle to the wall, in the first way that is free.
    fn open_leaf(
        &mut self,
        kind: usize,
        opening: &Opening,
        ways: [(usize, bool); 4],
        draw: &mut Draw,
    ) -> Result<(), RoomsError> {
        let (axis, along) = (opening.axis, 1 - opening.axis);
        let size = leaf_size(opening);
        for (cell, hinge_high) in ways {
            let is_above = self.plan.cells[cell].rect.low[axis] >= opening.rect.high[axis];
            let mut centre = Vec3::new(0.0, 0.0, size.z / 2.0);
            centre[axis] = if is_above {
                f64::from(opening.rect.high[axis]) / 100.0 + size.x / 2.0
            } else {
                f64::from(opening.rect.low[axis]) / 100.0 - size.x / 2.0
            };
            centre[along] = if hinge_high {
                f64::from(opening.rect.high[along]) / 100.0 + size.y / 2.0
            } else {
                f64::from(opening.rect.low[along]) / 100.0 - size.y / 2.0
            };
            // The leaf's x, away from its hinge, points into the cell.
            let axes = turned(axis + if is_above { 0 } else { 2 }, 0.0);
            let spot = Spot { centre, axes, cell, anchor: None };
            if self.is_free(kind, &spot, size)? {
                self.put(kind, spot, size, draw)?;
                return Ok(());
            }
        }
        let room = self.plan.rooms[self.plan.cells[ways[0].0].room];
        self.given_up.push(GivenUp { kind: self.kinds.kinds[kind].name.clone(), room, reason: Reason::NoRoom });
        Ok(())
    }

    /// Everything else.
    pub(crate) fn rooms(&mut self) -> Result<(), RoomsError> {
        for room in 0..self.plan.rooms.len() {
            let mut walls = Vec::new();
            for cell in (0..self.plan.cells.len()).filter(|cell| self.plan.cells[*cell].room == room) {
                for side in Side::ALL {
                    walls.extend(self.plan.walls(cell, side).into_iter().map(|stretch| (cell, side, stretch)));
                }
            }
            let name = format!("{room} {}", self.plan.rooms[room].name());
            let kinds = self.kinds;
            let mut is_wanted = vec![false; kinds.kinds.len()];
            for (at, kind) in kinds.kinds.iter().enumerate() {
                let Some([least, most]) = kind.rooms.get(&self.plan.rooms[room]).copied() else { continue };
                let wanted =
                    least as usize + self.streams.of(&name, &kind.name, u64::MAX).below((most - least) as usize + 1);
                let of = kind.rule.of();
                if wanted == 0 || !of.is_empty() && !of.iter().any(|of| is_wanted[*of]) {
                    continue;
                }
                is_wanted[at] = true;
                for index in 0..wanted {
                    let mut draw = self.streams.of(&name, &kind.name, index as u64);
                    if let Some(reason) = self.place(at, room, &walls, &mut draw)? {
                        self.given_up.push(GivenUp { kind: kind.name.clone(), room: self.plan.rooms[room], reason });
                    }
                }
            }
        }
        Ok(())
    }

    /// Places one thing; the reason where it was given up.
    fn place(
        &mut self,
        at: usize,
        room: usize,
        walls: &[(usize, Side, [i32; 2])],
        draw: &mut Draw,
    ) -> Result<Option<Reason>, RoomsError> {
        let kind = &self.kinds.kinds[at];
        let of = kind.rule.of();
        let anchors: Vec<usize> = (0..self.space.placed.len())
            .filter(|other| self.space.placed[*other].room == room && of.contains(&self.space.placed[*other].kind))
            .collect();
        if !of.is_empty() && anchors.is_empty() {
            return Ok(Some(Reason::NothingToBelongTo));
        }
        let size = drawn_size(kind, draw);
        for tries in 0..TRIES {
            let site = Site {
                plan: self.plan,
                room,
                walls,
                placed: &self.space.placed,
                anchors: &anchors,
                tries,
                kinds: &self.kinds.kinds,
            };
            let Some(spot) = site.spot(kind, size, draw) else { continue };
            let bounds = bounds(&spot, size)?;
            if !Space::inside(self.plan, spot.cell, &bounds) || !self.is_free(at, &spot, size)? {
                continue;
            }
            let clear = clear_zone(kind, &spot, size)?;
            if let Some(clear) = &clear
                && !self.space.is_clear(room, clear)
            {
                continue;
            }
            let placed = self.put(at, spot, size, draw)?;
            if let Some(clear) = clear {
                self.space.keep_for(spot.cell, clear, placed);
            }
            return Ok(None);
        }
        Ok(Some(Reason::NoRoom))
    }

    fn is_free(&self, kind: usize, spot: &Spot, size: Vec3) -> Result<bool, BoxError> {
        let bounds = bounds(spot, size)?;
        let parts = parts_of(&self.kinds.kinds[kind], &bounds)?;
        let room = self.plan.cells[spot.cell].room;
        let shares = spot.anchor.is_some_and(|(_, how)| how.is_some());
        Ok(self.space.fits(spot.cell, room, &bounds, &parts, spot.anchor.map(|(at, _)| at), shares))
    }

    /// Puts a thing in its place and paints it; returns its position.
    fn put(&mut self, at: usize, spot: Spot, size: Vec3, draw: &mut Draw) -> Result<usize, BoxError> {
        const SHADES: i32 = 13;
        let kind = &self.kinds.kinds[at];
        let colour = draw.pick(&kind.colours).cloned().unwrap_or_default();
        let rgb = self.kinds.colour(&colour);
        let rgb = rgb.map(|value| {
            let shade = below(draw, SHADES) - SHADES / 2;
            (i32::from(value) + shade).clamp(0, 255) as u8
        });
        let bounds = bounds(&spot, size)?;
        self.space.placed.push(Placed {
            kind: at,
            cell: spot.cell,
            room: self.plan.cells[spot.cell].room,
            bounds,
            parts: parts_of(kind, &bounds)?,
            anchor: spot.anchor.and_then(|(anchor, how)| Some((anchor, how?))),
            colour,
            rgb,
        });
        Ok(self.space.placed.len() - 1)
    }
}

fn bounds(spot: &Spot, size: Vec3) -> Result<OrientedBox, BoxError> {
    OrientedBox::new(spot.centre, size / 2.0, spot.axes)
}

/// The width, thickness and height of what fills an opening.
fn leaf_size(opening: &Opening) -> Vec3 {
    let millimetres = [10 * opening.rect.side(1 - opening.axis), opening.depth_mm, opening.top_mm - opening.bottom_mm];
    Vec3::from_array(millimetres.map(|mm| f64::from(mm) / 1000.0))
}

/// A size within the ranges of a kind, whole millimetres.
fn drawn_size(kind: &Kind, draw: &mut Draw) -> Vec3 {
    let size = kind.size_mm.map(|[least, most]| f64::from(least) + draw.below((most - least) as usize + 1) as f64);
    // Round things stay round.
    let is_round = kind.size_mm[0] == kind.size_mm[1];
    Vec3::new(size[0], if is_round { size[0] } else { size[1] }, size[2]) / 1000.0
}

/// What stays free in front of a thing.
fn clear_zone(kind: &Kind, spot: &Spot, size: Vec3) -> Result<Option<OrientedBox>, BoxError> {
    const STEPPED_OVER_M: f64 = 0.05;
    let (Some(depth), false) = (kind.clear_m, matches!(kind.rule, Rule::On { .. })) else { return Ok(None) };
    let axes: Mat3 = spot.axes;
    let front = -(size.y + depth) / 2.0;
    let low = spot.centre.z - size.z / 2.0 + STEPPED_OVER_M;
    let high = spot.centre.z + size.z / 2.0;
    let centre = spot.centre + axes * Vec3::new(0.0, front, f64::midpoint(low, high) - spot.centre.z);
    OrientedBox::new(centre, Vec3::new(size.x / 2.0, depth / 2.0, (high - low) / 2.0), axes).map(Some)
}
