//! Draws a floor plan: a rectangle, an L or a T, cut into rooms that doors join.

use scene::Draw;

use crate::{
    Kind,
    plan::{Cell, INNER_WALL_CM, OUTER_WALL_CM, Opening, OpeningKind, Plan, Rect, RoomKind, Side, below, without},
};

/// Least side of a cell, centimetres.
const LEAST_SIDE_CM: i32 = 200;
/// Wall beside a doorway: room for the leaf that stands open along it.
const JAMB_CM: i32 = 15;
/// Wall beside a window or the entrance.
const REVEAL_CM: i32 = 30;

/// Draws a plan with this many rooms; `None` where its rooms cannot all be joined.
pub(crate) fn draw_plan(draw: &mut Draw, rooms: usize, door: &Kind, window: &Kind) -> Option<Plan> {
    let (cells, joined) = draw_cells(draw, rooms);
    if cells.iter().map(|cell| cell.room + 1).max() != Some(rooms) {
        return None;
    }
    let kinds = draw_rooms(draw, &cells, rooms);
    let ceiling_cm = centimetres(draw, 250, 290);
    let mut plan = Plan { cells, rooms: kinds, openings: Vec::new(), ceiling_cm };
    if let Some(join) = joined {
        plan.openings.push(join);
    }
    draw_doors(draw, &mut plan, door)?;
    draw_outer(draw, &mut plan, door, window);
    Some(plan)
}

/// A multiple of 5 cm.
fn centimetres(draw: &mut Draw, least: i32, most: i32) -> i32 {
    least + 5 * below(draw, (most - least) / 5 + 1)
}

/// The cells, and the join where one room has two of them.
fn draw_cells(draw: &mut Draw, rooms: usize) -> (Vec<Cell>, Option<Opening>) {
    let wing = match draw.below(3) {
        0 => None,
        shape => Some(shape == 2),
    };
    let in_main = if wing.is_some() { rooms.max(2) - 1 } else { rooms };
    let area_m2 = in_main as f64 * draw.between(11.0, 19.0);
    let aspect = draw.between(1.0, 1.6);
    let long = ((area_m2 * aspect).sqrt() * 20.0).round() as i32 * 5;
    let short = ((area_m2 / aspect).sqrt() * 20.0).round() as i32 * 5;
    let mut rects = vec![Rect { low: [0, 0], high: [long, short] }];
    while rects.len() < in_main {
        if !split(draw, &mut rects) {
            break;
        }
    }
    let mut cells: Vec<Cell> = rects.iter().enumerate().map(|(room, rect)| Cell { rect: *rect, room }).collect();
    let mut join = None;
    if let Some(is_t) = wing {
        let whole = rooms == 1;
        let gap = if whole { 0 } else { INNER_WALL_CM };
        let width = centimetres(draw, 240, (long * 6 / 10).max(240)).min(long - if is_t { 80 } else { 60 });
        let from = if is_t { (long - width) / 2 } else { 0 };
        let length = centimetres(draw, 220, 400);
        let rect = Rect { low: [from, short + gap], high: [from + width, short + gap + length] };
        let room = if whole { 0 } else { cells.len() };
        if whole {
            join = Some(Opening {
                kind: OpeningKind::Join { cells: [0, cells.len()] },
                rect: Rect { low: [from, short], high: [from + width, short] },
                axis: 1,
                bottom_mm: 0,
                top_mm: 0,
                depth_mm: 0,
            });
        }
        cells.push(Cell { rect, room });
    }
    let turn = [draw.below(2) == 1, draw.below(2) == 1, draw.below(2) == 1];
    let turned = |rect: &Rect| turned(rect, turn);
    for cell in &mut cells {
        cell.rect = turned(&cell.rect);
    }
    if let Some(join) = &mut join {
        join.rect = turned(&join.rect);
        join.axis = usize::from(!turn[2]);
    }
    (cells, join)
}

/// A rectangle mirrored in x, in y, and in the diagonal.
fn turned(rect: &Rect, [in_x, in_y, in_diagonal]: [bool; 3]) -> Rect {
    let mut turned = *rect;
    for (k, flip) in [in_x, in_y].into_iter().enumerate() {
        if flip {
            (turned.low[k], turned.high[k]) = (-rect.high[k], -rect.low[k]);
        }
    }
    if in_diagonal {
        turned.low.swap(0, 1);
        turned.high.swap(0, 1);
    }
    turned
}

/// Cuts the largest rectangle that can be cut in two; `false` where none can.
fn split(draw: &mut Draw, rects: &mut Vec<Rect>) -> bool {
    let long = |rect: &Rect| usize::from(rect.side(1) > rect.side(0));
    let can = |rect: &Rect| rect.side(long(rect)) >= 2 * LEAST_SIDE_CM + INNER_WALL_CM;
    let Some(at) = (0..rects.len()).filter(|at| can(&rects[*at])).max_by_key(|at| rects[*at].area_cm2()) else {
        return false;
    };
    let rect = rects[at];
    let axis = long(&rect);
    let room = rect.side(axis) - INNER_WALL_CM;
    let least = LEAST_SIDE_CM.max(room * 38 / 100);
    let first = centimetres(draw, least, room - least).min(room - LEAST_SIDE_CM);
    let (mut low, mut high) = (rect, rect);
    low.high[axis] = rect.low[axis] + first;
    high.low[axis] = rect.low[axis] + first + INNER_WALL_CM;
    rects[at] = low;
    rects.push(high);
    true
}

/// What each room is for: living and sleeping in the large ones, the rest in the small.
fn draw_rooms(draw: &mut Draw, cells: &[Cell], rooms: usize) -> Vec<RoomKind> {
    if rooms == 1 {
        return draw.pick(&RoomKind::ALL).copied().into_iter().collect();
    }
    let area =
        |room: usize| cells.iter().filter(|cell| cell.room == room).map(|cell| cell.rect.area_cm2()).sum::<i64>();
    let mut by_area: Vec<usize> = (0..rooms).collect();
    by_area.sort_by_key(|room| (-area(*room), *room));
    let large = [RoomKind::Living, RoomKind::Bedroom, RoomKind::Office];
    let small = [RoomKind::Kitchen, RoomKind::Bathroom, RoomKind::Hall];
    let shuffled = |draw: &mut Draw, from: [RoomKind; 3]| draw.distinct(3, 3).into_iter().map(move |at| from[at]);
    let (large, mut small): (Vec<_>, Vec<_>) = (shuffled(draw, large).collect(), shuffled(draw, small).collect());
    let larger = rooms.div_ceil(2).min(3);
    small.truncate(rooms - larger);
    let mut kinds = vec![RoomKind::Living; rooms];
    for (room, kind) in by_area.into_iter().zip(large.into_iter().take(larger).chain(small)) {
        kinds[room] = kind;
    }
    kinds
}

/// Where two cells face each other across an inner wall: the axis across it, the wall's ends on that axis, and the
/// common stretch along it.
fn facing(a: &Rect, b: &Rect) -> Option<(usize, [i32; 2], [i32; 2])> {
    (0..2).find_map(|axis| {
        let (first, second) = if a.low[axis] < b.low[axis] { (a, b) } else { (b, a) };
        let across = [first.high[axis], second.low[axis]];
        let along = 1 - axis;
        let stretch = [a.low[along].max(b.low[along]), a.high[along].min(b.high[along])];
        (across[1] - across[0] == INNER_WALL_CM && stretch[0] < stretch[1]).then_some((axis, across, stretch))
    })
}

/// Doors along a random tree over the rooms, so that every room is reached in one way.
fn draw_doors(draw: &mut Draw, plan: &mut Plan, door: &Kind) -> Option<()> {
    let count = plan.cells.len();
    let mut pairs = Vec::new();
    for i in 0..count {
        for j in i + 1..count {
            if let Some((axis, across, stretch)) = facing(&plan.cells[i].rect, &plan.cells[j].rect) {
                pairs.push(([i, j], axis, across, stretch));
            }
        }
    }
    let mut group: Vec<usize> = plan.cells.iter().map(|cell| cell.room).collect();
    for at in draw.distinct(pairs.len(), pairs.len()) {
        let (cells, axis, across, stretch) = pairs[at];
        let (from, to) = (group[cells[0]], group[cells[1]]);
        let width = drawn_mm(draw, door.size_mm[0]) / 10;
        let [low, high] = [stretch[0] + JAMB_CM, stretch[1] - JAMB_CM - width];
        if from == to || high < low {
            continue;
        }
        let start = match draw.below(5) {
            0 | 1 => low,
            2 | 3 => high,
            _ => centimetres(draw, low, high).min(high),
        };
        let mut rect = Rect { low: [0; 2], high: [0; 2] };
        (rect.low[axis], rect.high[axis]) = (across[0], across[1]);
        (rect.low[1 - axis], rect.high[1 - axis]) = (start, start + width);
        let into = cells[draw.below(2)];
        // The leaf stands at the end that is nearer to a corner, out of the way.
        let hinge_high = stretch[1] - (start + width) < start - stretch[0];
        plan.openings.push(Opening {
            kind: OpeningKind::Door { cells, into, hinge_high },
            rect,
            axis,
            bottom_mm: 0,
            top_mm: drawn_mm(draw, door.size_mm[2]),
            depth_mm: drawn_mm(draw, door.size_mm[1]),
        });
        for one in &mut group {
            if *one == from {
                *one = to;
            }
        }
    }
    group.iter().all(|one| *one == group[0]).then_some(())
}

/// The stretches of a cell's side that have nothing but the outside behind them.
fn outer(plan: &Plan, cell: usize, side: Side) -> Vec<[i32; 2]> {
    let rect = &plan.cells[cell].rect;
    let along = 1 - side.axis;
    let mut free = vec![[rect.low[along], rect.high[along]]];
    let line = side.at(rect);
    let strip = if side.high { [line, line + 2 * OUTER_WALL_CM] } else { [line - 2 * OUTER_WALL_CM, line] };
    for (other, Cell { rect, .. }) in plan.cells.iter().enumerate() {
        if other != cell && rect.low[side.axis] < strip[1] && strip[0] < rect.high[side.axis] {
            free = without(&free, [rect.low[along] - OUTER_WALL_CM, rect.high[along] + OUTER_WALL_CM]);
        }
    }
    free
}

/// The entrance and the windows.
fn draw_outer(draw: &mut Draw, plan: &mut Plan, door: &Kind, window: &Kind) {
    let hall = plan.cells.iter().position(|cell| plan.rooms[cell.room] == RoomKind::Hall).unwrap_or(0);
    let count = plan.cells.len();
    for cell in (0..count).map(|k| (hall + k) % count) {
        let height = drawn_mm(draw, door.size_mm[2]);
        if let Some(entrance) = in_outer_wall(draw, plan, cell, door, [0, height], false) {
            plan.openings.push(entrance);
            break;
        }
    }
    for cell in 0..count {
        let wanted = match plan.rooms[plan.cells[cell].room] {
            RoomKind::Bathroom | RoomKind::Hall => draw.below(2),
            _ => 1 + draw.below(2),
        };
        for _ in 0..wanted {
            let sill = 850 + 10 * below(draw, 16);
            let height = drawn_mm(draw, window.size_mm[2]);
            if let Some(found) = in_outer_wall(draw, plan, cell, window, [sill, sill + height], true) {
                plan.openings.push(found);
            }
        }
    }
}

/// An opening for a thing of this kind somewhere in the outer walls of a cell; `None` where there is no stretch.
fn in_outer_wall(
    draw: &mut Draw,
    plan: &Plan,
    cell: usize,
    kind: &Kind,
    [bottom_mm, top_mm]: [i32; 2],
    is_window: bool,
) -> Option<Opening> {
    let width = drawn_mm(draw, kind.size_mm[0]) / 10;
    let mut places = Vec::new();
    for side in Side::ALL {
        let mut free = outer(plan, cell, side);
        for opening in &plan.openings {
            let (OpeningKind::Entrance { cell: other, side: on } | OpeningKind::Window { cell: other, side: on }) =
                opening.kind
            else {
                continue;
            };
            if other == cell && on == side {
                let along = 1 - side.axis;
                free = without(&free, [opening.rect.low[along], opening.rect.high[along]]);
            }
        }
        places.extend(free.into_iter().map(|[low, high]| (side, [low + REVEAL_CM, high - REVEAL_CM - width])));
    }
    places.retain(|(_, [low, high])| low <= high);
    let (side, [low, high]) = *draw.pick(&places)?;
    let start = centimetres(draw, low, high).min(high);
    let line = side.at(&plan.cells[cell].rect);
    let mut rect = Rect { low: [0; 2], high: [0; 2] };
    (rect.low[side.axis], rect.high[side.axis]) =
        if side.high { (line, line + OUTER_WALL_CM) } else { (line - OUTER_WALL_CM, line) };
    (rect.low[1 - side.axis], rect.high[1 - side.axis]) = (start, start + width);
    let kind_of = if is_window { OpeningKind::Window { cell, side } } else { OpeningKind::Entrance { cell, side } };
    let depth_mm = drawn_mm(draw, kind.size_mm[1]);
    Some(Opening { kind: kind_of, rect, axis: side.axis, bottom_mm, top_mm, depth_mm })
}

/// A whole centimetre within a range of millimetres (as millimetres), or its least where there is none.
fn drawn_mm(draw: &mut Draw, range_mm: [u32; 2]) -> i32 {
    // A table's sizes end at 5000 mm.
    let [least, most] = range_mm.map(u32::cast_signed);
    let (low, high) = ((least + 9) / 10, most / 10);
    if high < low { least } else { 10 * (low + below(draw, high - low + 1)) }
}
