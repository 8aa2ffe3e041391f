//! One try at a place for a thing, by the rule of its kind.

use scene::{
    Draw,
    geometry::{Mat3, Vec3},
};

use crate::{
    Kind, Rule,
    placed::{How, Placed, Spot, turned},
    plan::{Plan, Side},
    rule::{Edge, SurfacePart},
    space::GAP_M,
};

/// What a try knows.
pub(crate) struct Site<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) room: usize,
    /// The room's walls: cell, side, stretch along it in centimetres.
    pub(crate) walls: &'a [(usize, Side, [i32; 2])],
    /// Everything placed so far.
    pub(crate) placed: &'a [Placed],
    /// What it may be placed by: positions among the placed, all in the room.
    pub(crate) anchors: &'a [usize],
    /// How many tries came before.
    pub(crate) tries: usize,
    /// The table of kinds.
    pub(crate) kinds: &'a [Kind],
}

/// A whole millimetre of a range in metres.
fn millimetre(draw: &mut Draw, [least, most]: [f64; 2]) -> f64 {
    let (low, high) = ((least * 1000.0).ceil(), (most * 1000.0).floor());
    if high < low { least } else { (low + draw.below((high - low) as usize + 1) as f64) / 1000.0 }
}

/// A turn of at most so many degrees either way: quarters, and the half tangent of the rest.
fn drawn_turn(draw: &mut Draw, degrees: f64) -> (usize, f64) {
    let (quarters, rest) = if degrees > 90.0 { (draw.below(4), 45.0) } else { (0, degrees) };
    // tan(x/2) is near enough to x/2; for 45° it gives 42.9°.
    (quarters, draw.between(-1.0, 1.0) * rest.to_radians() / 2.0)
}

/// Half the extent along the frame's x and y of a thing turned in it.
fn reach(axes: Mat3, size: Vec3) -> Vec3 {
    axes.abs() * (size / 2.0)
}

impl Site<'_> {
    /// A place for a thing of this kind and size; `None` where the draw found none.
    pub(crate) fn spot(&self, kind: &Kind, size: Vec3, draw: &mut Draw) -> Option<Spot> {
        let floor = size.z / 2.0;
        match &kind.rule {
            Rule::AgainstWall => self.at_wall(size, floor, false, draw),
            Rule::Corner => self.at_wall(size, floor, true, draw),
            Rule::Hung { bottom } => self.at_wall(size, millimetre(draw, *bottom) + floor, false, draw),
            Rule::Centre => self.in_cell(size, floor, 0.5, (draw.below(4), 0.0), draw),
            Rule::Free { turn } => {
                let turn = (draw.below(4), drawn_turn(draw, *turn).1);
                self.in_cell(size, floor, 0.02, turn, draw)
            }
            Rule::Ceiling => self.in_cell(size, self.plan.ceiling_m() - floor, 0.6, (0, 0.0), draw),
            Rule::Around { sides, tuck, .. } => self.around(size, sides, *tuck, draw),
            Rule::Beside { .. } => {
                let (at, anchor, half) = self.anchor(draw)?;
                let gap = millimetre(draw, [0.02, 0.10]);
                let x = (half.x + gap + size.x / 2.0) * if draw.below(2) == 0 { 1.0 } else { -1.0 };
                Some(by(anchor, at, None, Vec3::new(x, half.y - size.y / 2.0, floor), turned(0, 0.0)))
            }
            Rule::Before { gap, .. } => {
                let (at, anchor, half) = self.anchor(draw)?;
                let y = -(half.y + millimetre(draw, *gap) + size.y / 2.0);
                Some(by(anchor, at, None, Vec3::new(0.0, y, floor), turned(0, 0.0)))
            }
            Rule::Above { bottom, .. } => {
                let (at, anchor, half) = self.anchor(draw)?;
                let slack = (half.x - size.x / 2.0).max(0.0);
                let x = millimetre(draw, [-slack, slack]);
                let at_wall = Vec3::new(x, half.y - size.y / 2.0, millimetre(draw, *bottom) + floor);
                Some(by(anchor, at, None, at_wall, turned(0, 0.0)))
            }
            Rule::Under { turn, .. } => {
                let (at, anchor, half) = self.anchor(draw)?;
                let (quarters, rest) = drawn_turn(draw, *turn);
                let axes = turned(quarters, rest);
                let room = half - reach(axes, size);
                let local = Vec3::new(within(draw, room.x)?, within(draw, room.y)?, floor);
                Some(by(anchor, at, Some(How::Under), local, axes))
            }
            Rule::On { at, turn, .. } => self.on(size, *at, *turn, draw),
            Rule::Door | Rule::Window => None,
        }
    }

    fn cell(&self, draw: &mut Draw) -> usize {
        let cells: Vec<usize> =
            (0..self.plan.cells.len()).filter(|at| self.plan.cells[*at].room == self.room).collect();
        draw.pick(&cells).copied().unwrap_or_default()
    }

    /// Something to be placed by, with half its size.
    fn anchor(&self, draw: &mut Draw) -> Option<(usize, &Placed, Vec3)> {
        let at = *draw.pick(self.anchors)?;
        let anchor = &self.placed[at];
        Some((at, anchor, anchor.bounds.half()))
    }

    /// Its back at a wall.
    fn at_wall(&self, size: Vec3, z: f64, in_corner: bool, draw: &mut Draw) -> Option<Spot> {
        const BESIDE_WALL_M: f64 = 0.02;
        let (cell, side, [low, high]) = *draw.pick(self.walls)?;
        let slack = [low, high].map(|cm| f64::from(cm) / 100.0);
        let range = [slack[0] + size.x / 2.0 + BESIDE_WALL_M, slack[1] - size.x / 2.0 - BESIDE_WALL_M];
        if range[1] < range[0] {
            return None;
        }
        let along = if in_corner { range[draw.below(2)] } else { millimetre(draw, range) };
        let line = f64::from(side.at(&self.plan.cells[cell].rect)) / 100.0;
        let mut centre = Vec3::new(0.0, 0.0, z);
        centre[1 - side.axis] = along;
        centre[side.axis] = if side.high { line - size.y / 2.0 } else { line + size.y / 2.0 };
        Some(Spot { centre, axes: turned(side.quarters(), 0.0), cell, anchor: None })
    }

    /// Anywhere in a cell, so far from its walls.
    fn in_cell(
        &self,
        size: Vec3,
        z: f64,
        margin_m: f64,
        (quarters, half_tangent): (usize, f64),
        draw: &mut Draw,
    ) -> Option<Spot> {
        let cell = self.cell(draw);
        let rect = &self.plan.cells[cell].rect;
        let axes = turned(quarters, half_tangent);
        let half = reach(axes, size) + Vec3::splat(margin_m);
        let mut centre = Vec3::new(0.0, 0.0, z);
        for k in 0..2 {
            let range = [f64::from(rect.low[k]) / 100.0 + half[k], f64::from(rect.high[k]) / 100.0 - half[k]];
            if range[1] < range[0] {
                return None;
            }
            centre[k] = millimetre(draw, range);
        }
        Some(Spot { centre, axes, cell, anchor: None })
    }

    /// Facing a thing from one of its sides, as far under it as fits.
    fn around(&self, size: Vec3, sides: &[Edge], tuck_m: f64, draw: &mut Draw) -> Option<Spot> {
        let (at, anchor, half) = self.anchor(draw)?;
        let side = *draw.pick(sides)?;
        // The first tries go far under, later ones less, the last not at all.
        let tuck = match self.tries % 4 {
            3 => -0.03,
            part => millimetre(draw, [0.0, tuck_m * (3 - part) as f64 / 3.0]),
        };
        let (across, outward) = match side {
            Edge::Front | Edge::Back => (half.x, half.y),
            Edge::Left | Edge::Right => (half.y, half.x),
        };
        let seats = ((2.0 * across / (size.x + 0.08)).floor() as usize).max(1);
        let pitch = 2.0 * across / seats as f64;
        let along = pitch * (draw.below(seats) as f64 + 0.5) - across;
        let out = outward + size.y / 2.0 - tuck;
        let (x, y, quarters) = match side {
            Edge::Front => (along, -out, 2),
            Edge::Back => (along, out, 0),
            Edge::Left => (-out, along, 1),
            Edge::Right => (out, along, 3),
        };
        let how = (tuck > -GAP_M).then_some(How::TuckedUnder);
        Some(by(anchor, at, how, Vec3::new(x, y, size.z / 2.0), turned(quarters, 0.0)))
    }

    /// On a surface of a thing.
    fn on(&self, size: Vec3, part: SurfacePart, turn: f64, draw: &mut Draw) -> Option<Spot> {
        let (at, anchor, half) = self.anchor(draw)?;
        let surfaces = self.surfaces(at);
        let surface = draw.pick(surfaces)?;
        let whole = half * 2.0;
        if surface.clear.is_some_and(|clear| size.z > clear * whole.z) {
            return None;
        }
        let (quarters, rest) = drawn_turn(draw, turn);
        let axes = turned(quarters, rest);
        let need = reach(axes, size) + Vec3::splat(GAP_M);
        let range = |[from, to]: [f64; 2], k: usize| {
            let range = [(from - 0.5) * whole[k] + need[k], (to - 0.5) * whole[k] - need[k]];
            (range[0] <= range[1]).then_some(range)
        };
        let (mut x, mut y) = (range(surface.x, 0)?, range(surface.y, 1)?);
        let middle = |range: [f64; 2]| f64::midpoint(range[0], range[1]);
        match part {
            SurfacePart::Any => {}
            SurfacePart::Back => y[0] = y[1],
            SurfacePart::Front => y[1] = middle(y),
            SurfacePart::Left => x[1] = middle(x),
            SurfacePart::Right => x[0] = middle(x),
        }
        let floor = anchor.bounds.centre().z - half.z;
        let z = floor + surface.z * whole.z + size.z / 2.0;
        let local = Vec3::new(millimetre(draw, x), millimetre(draw, y), z);
        Some(by(anchor, at, Some(How::On), local, axes))
    }

    fn surfaces(&self, at: usize) -> &[crate::Surface] {
        self.kinds[self.placed[at].kind].surfaces.as_slice()
    }
}

/// A number of at most this size; `None` where there is none.
fn within(draw: &mut Draw, reach: f64) -> Option<f64> {
    (reach >= 0.0).then(|| draw.between(-reach, reach))
}

/// A place in the frame of another thing, its z in the world.
fn by(anchor: &Placed, at: usize, how: Option<How>, local: Vec3, axes: Mat3) -> Spot {
    let frame = anchor.bounds.axes();
    let flat = anchor.bounds.centre() + frame * Vec3::new(local.x, local.y, 0.0);
    Spot { centre: Vec3::new(flat.x, flat.y, local.z), axes: frame * axes, cell: anchor.cell, anchor: Some((at, how)) }
}
