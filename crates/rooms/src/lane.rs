//! Lanes: where people walk. Every cell has a hub, and a lane from each doorway to it; nothing is placed on them.

use scene::{
    Draw,
    geometry::{BoxError, Vec2, Vec3},
};

use crate::{
    outline::Block,
    plan::{OpeningKind, Plan, Rect, below, metres},
    space::Space,
};

/// Half the width of a lane, metres: what a camera keeps from things, and a little more.
pub(crate) const HALF_WIDTH_M: f64 = 0.35;
/// Least distance of a hub from the walls, centimetres.
const HUB_MARGIN_CM: i32 = 60;
/// How far a doorway keeps things away, centimetres.
const DOORWAY_DEPTH_CM: i32 = 75;
/// How far a window keeps things away, centimetres.
const WINDOW_DEPTH_CM: i32 = 25;

/// The way from an opening to the hub of a cell: the middle of the opening, perhaps a corner, the hub.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lane {
    pub(crate) cell: usize,
    /// Position among the plan's openings.
    pub(crate) opening: usize,
    pub(crate) points: Vec<Vec2>,
}

/// Hubs by cell, and lanes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lanes {
    pub(crate) hubs: Vec<Vec2>,
    pub(crate) lanes: Vec<Lane>,
}

/// The cells on the sides of an opening that people go through.
pub(crate) fn passes(kind: OpeningKind) -> Vec<usize> {
    match kind {
        OpeningKind::Door { cells, .. } | OpeningKind::Join { cells } => cells.to_vec(),
        OpeningKind::Entrance { cell, .. } => vec![cell],
        OpeningKind::Window { .. } => Vec::new(),
    }
}

/// Draws the hubs and lays the lanes.
pub(crate) fn lay(draw: &mut Draw, plan: &Plan) -> Lanes {
    let mut hubs_cm = Vec::new();
    for (cell, at) in plan.cells.iter().enumerate() {
        let mut hub = [0, 1].map(|k| i32::midpoint(at.rect.low[k], at.rect.high[k]));
        // In front of the first doorway, so that the middle of the room stays free for things.
        let first = plan.openings.iter().find(|opening| passes(opening.kind).contains(&cell));
        if let Some(opening) = first {
            let (axis, along) = (opening.axis, 1 - opening.axis);
            let depth = 70 + 5 * below(draw, 9);
            let is_low = opening.rect.high[axis] <= at.rect.low[axis];
            hub[axis] = if is_low { at.rect.low[axis] + depth } else { at.rect.high[axis] - depth };
            hub[along] = i32::midpoint(opening.rect.low[along], opening.rect.high[along]);
        }
        for (k, value) in hub.iter_mut().enumerate() {
            *value = (*value).clamp(at.rect.low[k] + HUB_MARGIN_CM, at.rect.high[k] - HUB_MARGIN_CM);
        }
        hubs_cm.push(hub);
    }
    let point = |at: [i32; 2]| Vec2::new(metres(at[0]), metres(at[1]));
    let mut lanes = Vec::new();
    for (opening, through) in plan.openings.iter().enumerate() {
        for cell in passes(through.kind) {
            let hub = hubs_cm[cell];
            let middle = [0, 1].map(|k| i32::midpoint(through.rect.low[k], through.rect.high[k]));
            let mut corner = middle;
            corner[through.axis] = hub[through.axis];
            let mut points = vec![point(middle), point(corner)];
            if corner != hub {
                points.push(point(hub));
            }
            lanes.push(Lane { cell, opening, points });
        }
    }
    Lanes { hubs: hubs_cm.into_iter().map(point).collect(), lanes }
}

/// Keeps lanes, hubs, doorways and windows free.
pub(crate) fn keep_free(plan: &Plan, lanes: &Lanes, space: &mut Space) -> Result<(), BoxError> {
    let strip = |a: Vec2, b: Vec2| {
        let half = Vec2::splat(HALF_WIDTH_M);
        let (low, high) = (a.min(b) - half, a.max(b) + half);
        Space::for_people(Vec3::new(low.x, low.y, 0.0), Vec3::new(high.x, high.y, 0.0))
    };
    for (cell, hub) in lanes.hubs.iter().enumerate() {
        space.keep(cell, &strip(*hub, *hub))?;
    }
    for lane in &lanes.lanes {
        for leg in lane.points.windows(2) {
            space.keep(lane.cell, &strip(leg[0], leg[1]))?;
        }
    }
    for opening in &plan.openings {
        let reach = |cells: &[usize], depth: i32, z_m: [f64; 2], space: &mut Space| {
            let mut rect: Rect = opening.rect;
            rect.low[opening.axis] -= depth;
            rect.high[opening.axis] += depth;
            cells.iter().try_for_each(|cell| space.keep(*cell, &Block::over(&rect, z_m)))
        };
        let top = f64::from(opening.top_mm) / 1000.0;
        match opening.kind {
            OpeningKind::Window { cell, .. } => {
                reach(&[cell], WINDOW_DEPTH_CM, [f64::from(opening.bottom_mm) / 1000.0, top], space)?;
            }
            OpeningKind::Join { .. } => {}
            _ => reach(&passes(opening.kind), DOORWAY_DEPTH_CM, [0.05, top], space)?,
        }
    }
    Ok(())
}
