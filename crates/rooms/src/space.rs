//! Free space: what a thing may not meet.

use scene::geometry::{BoxError, Mat3, OrientedBox, Vec3, box_box, intersection_volume_m3};

use crate::{outline::Block, placed::Placed, plan::Plan};

/// Least gap between things that do not belong together, metres.
pub(crate) const GAP_M: f64 = 0.005;
/// A common volume below this is rounding, cubic metres.
pub(crate) const NO_VOLUME_M3: f64 = 1e-12;

/// A place that stays free.
#[derive(Debug, Clone)]
struct Zone {
    bounds: OrientedBox,
    cell: usize,
    /// What keeps it free: things placed by that one may stand in it.
    owner: Option<usize>,
}

/// All that is placed, and what stays free.
#[derive(Debug, Clone, Default)]
pub(crate) struct Space {
    pub(crate) placed: Vec<Placed>,
    zones: Vec<Zone>,
}

impl Block {
    pub(crate) fn bounds(&self) -> Result<OrientedBox, BoxError> {
        OrientedBox::new(self.low.midpoint(self.high), (self.high - self.low) / 2.0, Mat3::IDENTITY)
    }
}

/// Whether two boxes come nearer than a gap, by their extents along the world's axes: a quick no.
fn near(a: &OrientedBox, b: &OrientedBox, gap_m: f64) -> bool {
    let ((low_a, high_a), (low_b, high_b)) = (a.aabb(), b.aabb());
    (low_a - high_b).max(low_b - high_a).max_element() < gap_m
}

fn overlap(a: &OrientedBox, b: &OrientedBox) -> bool {
    near(a, b, 0.0) && intersection_volume_m3(a, b) > NO_VOLUME_M3
}

impl Space {
    /// Keeps a block of a cell free.
    pub(crate) fn keep(&mut self, cell: usize, block: &Block) -> Result<(), BoxError> {
        self.zones.push(Zone { bounds: block.bounds()?, cell, owner: None });
        Ok(())
    }

    /// Keeps a box of a cell free for things placed by `owner`.
    pub(crate) fn keep_for(&mut self, cell: usize, bounds: OrientedBox, owner: usize) {
        self.zones.push(Zone { bounds, cell, owner: Some(owner) });
    }

    /// Whether a box lies in its cell, between floor and ceiling.
    pub(crate) fn inside(plan: &Plan, cell: usize, bounds: &OrientedBox) -> bool {
        const ROUNDING_M: f64 = 1e-9;
        let room = Block::over(&plan.cells[cell].rect, [0.0, plan.ceiling_m()]);
        let (low, high) = bounds.aabb();
        (low - room.low).min_element() > -ROUNDING_M && (room.high - high).min_element() > -ROUNDING_M
    }

    /// Whether nothing placed comes too near to a box, as in front of a thing that is to be used.
    pub(crate) fn is_clear(&self, room: usize, bounds: &OrientedBox) -> bool {
        self.placed.iter().filter(|placed| placed.room == room).all(|placed| !overlap(&placed.bounds, bounds))
    }

    /// Whether a thing may stand here: `parts` are the boxes of its primitives, `anchor` is what it is placed by.
    pub(crate) fn fits(
        &self,
        cell: usize,
        room: usize,
        bounds: &OrientedBox,
        parts: &[OrientedBox],
        anchor: Option<usize>,
        shares: bool,
    ) -> bool {
        let kept = |zone: &Zone| zone.cell == cell && (zone.owner.is_none() || zone.owner != anchor);
        if self.zones.iter().any(|zone| kept(zone) && overlap(&zone.bounds, bounds)) {
            return false;
        }
        self.placed.iter().enumerate().filter(|(_, placed)| placed.room == room).all(|(at, placed)| {
            if !near(&placed.bounds, bounds, GAP_M) {
                return true;
            }
            if shares && anchor.is_some_and(|anchor| self.belongs(anchor, at)) {
                return placed.parts.iter().all(|a| parts.iter().all(|b| !overlap(a, b)));
            }
            box_box(&placed.bounds, bounds).distance_m >= GAP_M
        })
    }

    /// Whether `at` is `other`, or what `at` was placed by is, and so on.
    fn belongs(&self, at: usize, other: usize) -> bool {
        at == other || self.placed[at].anchor.is_some_and(|(anchor, _)| self.belongs(anchor, other))
    }

    /// Lowest and highest corner of a rectangle of floor as a zone for people, metres.
    pub(crate) fn for_people(low: Vec3, high: Vec3) -> Block {
        // Above what one steps over, below what one walks under.
        Block { low: Vec3::new(low.x, low.y, 0.05), high: Vec3::new(high.x, high.y, 2.1) }
    }
}
