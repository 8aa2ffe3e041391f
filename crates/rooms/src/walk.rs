//! Walks of the camera: through the flat, standing in a room, around a thing. All keep to free floor.

use scene::geometry::{Mat3, Polygon, RigidTransform, Vec2, Vec3, box_point};

use crate::{
    GivenUp, Kinds, Reason, RoomsError, Walk,
    flat::id,
    furnish::Streams,
    lane::{Lanes, passes},
    placed::Placed,
    plan::{OpeningKind, Plan},
};

/// What a camera keeps from every solid, metres.
pub const CLEARANCE_M: f64 = 0.25;
/// Distance between poses of the walk through, metres.
const STEP_M: f64 = 0.25;
/// What one steps over, metres.
const STEPPED_OVER_M: f64 = 0.05;
/// Things looked at in a room.
const LOOKS: usize = 8;
/// Poses on a whole circle around a thing.
const CIRCLE: usize = 32;
/// Fewest poses of an orbit.
const LEAST_ARC: usize = 5;
/// A thing within this cosine of the way ahead is looked past, not turned to (40°).
const AHEAD: f64 = 0.766;

/// What a walk knows.
#[derive(Clone, Copy)]
struct Ground<'a> {
    plan: &'a Plan,
    lanes: &'a Lanes,
    floor: &'a Polygon,
    placed: &'a [Placed],
    eye_m: f64,
}

/// All walks of a flat.
pub(crate) fn walks(
    plan: &Plan,
    lanes: &Lanes,
    floor: &Polygon,
    placed: &[Placed],
    kinds: &Kinds,
    streams: &Streams,
    given_up: &mut Vec<GivenUp>,
) -> Result<Vec<Walk>, RoomsError> {
    // A person's eyes, whole centimetres; who stands or goes round holds the camera lower or higher.
    let mut eyes = streams.of("flat", "eye", 0);
    let eye_m = (145 + eyes.below(21)) as f64 / 100.0;
    let ground = Ground { plan, lanes, floor, placed, eye_m };
    let mut walks = vec![Walk { name: "walk-through".to_owned(), poses: ground.through()? }];
    for (room, kind) in plan.rooms.iter().enumerate() {
        let ground = Ground { eye_m: (110 + eyes.below(66)) as f64 / 100.0, ..ground };
        let poses = ground.stand(room)?;
        walks.push(Walk { name: format!("stand-and-look {room} {}", kind.name()), poses });
        match ground.orbit(room, kinds)? {
            Some(walk) => walks.push(walk),
            None => given_up.push(GivenUp { kind: "orbit".to_owned(), room: *kind, reason: Reason::NoWay }),
        }
    }
    Ok(walks)
}

/// A camera at `eye` that looks at `target`, upright; `None` where it would look straight up or down.
fn look(eye: Vec3, target: Vec3) -> Result<Option<RigidTransform>, RoomsError> {
    let Some(forward) = (target - eye).try_normalize() else { return Ok(None) };
    let Some(right) = forward.cross(Vec3::Z).try_normalize() else { return Ok(None) };
    let down = forward.cross(right);
    Ok(Some(RigidTransform::new(Mat3::from_cols(right, down, forward), eye)?))
}

impl Ground<'_> {
    fn eye(&self, at: Vec2) -> Vec3 {
        at.extend(self.eye_m)
    }

    /// Whether a person who stands here is on the floor and keeps this distance from the walls and from everything one
    /// does not step over or walk under.
    fn is_clear(&self, at: Vec2, least_m: f64) -> bool {
        let keeps = |thing: &Placed| {
            let bounds = &thing.bounds;
            // Whoever stands this far from its middle keeps the distance, whatever its shape.
            let far_m = bounds.horizontal_half_diagonal_m() + least_m;
            if at.distance_squared(bounds.centre().truncate()) > far_m * far_m {
                return true;
            }
            let (low, high) = bounds.vertical_span_m();
            let in_way = high > STEPPED_OVER_M && low < self.eye_m + CLEARANCE_M;
            !in_way || box_point(bounds, &at.extend(0.0f64.clamp(low, high))).distance_m >= least_m
        };
        self.floor.contains(at) && self.floor.border_distance_m(at) >= least_m && self.placed.iter().all(keeps)
    }

    /// Whether a thing at `q` is seen from `p`: both on the floor, no wall between, and not right below.
    fn sees(&self, p: Vec2, q: Vec2) -> bool {
        if !self.floor.contains(q) || p.distance(q) < CLEARANCE_M {
            return false;
        }
        let ring = self.floor.exterior();
        let sides = ring.iter().zip(ring.iter().cycle().skip(1));
        let apart = |a: Vec2, b: Vec2, u: Vec2, v: Vec2| (b - a).perp_dot(u - a) * (b - a).perp_dot(v - a) > 0.0;
        sides.into_iter().all(|(u, v)| apart(p, q, *u, *v) || apart(*u, *v, p, q))
    }

    /// The end of the longest straight way from the hub of a cell, within the cell.
    fn excursion(&self, cell: usize) -> Option<Vec2> {
        const STRIDE_M: f64 = 0.1;
        const STRIDES: (usize, usize) = (5, 40);
        let hub = self.lanes.hubs[cell];
        let free = |p: &Vec2| {
            // Between two strides it is nearer to things by half a stride at most.
            self.cell(*p) == Some(cell) && self.is_clear(*p, CLEARANCE_M + STRIDE_M / 2.0)
        };
        let ways = (0..CIRCLE).step_by(4).map(|k| {
            let stride = |n: usize| hub + on_circle(k) * (STRIDE_M * n as f64);
            (1..=STRIDES.1).map(stride).take_while(free).enumerate().last()
        });
        let longest = ways.flatten().reduce(|best, way| if way.0 > best.0 { way } else { best })?;
        (longest.0 + 1 >= STRIDES.0).then_some(longest.1)
    }

    /// The cell that a point of the floor lies in.
    fn cell(&self, at: Vec2) -> Option<usize> {
        let (x, y) = ((at.x * 100.0).round() as i32, (at.y * 100.0).round() as i32);
        self.plan.cells.iter().position(|cell| cell.rect.covers([x, y], [x, y]))
    }

    /// From the entrance through every doorway and back to where it branched, in every cell also as far as it goes.
    fn through(&self) -> Result<Vec<RigidTransform>, RoomsError> {
        const FROM_DOOR_M: f64 = 0.5;
        let is_entrance = |at: usize| matches!(self.plan.openings[at].kind, OpeningKind::Entrance { .. });
        let mut path = Vec::new();
        let mut start = 0;
        if let Some(lane) = self.lanes.lanes.iter().find(|lane| is_entrance(lane.opening)) {
            start = lane.cell;
            let inside = |p: Vec2| self.floor.contains(p) && self.floor.border_distance_m(p) >= FROM_DOOR_M;
            path.extend(stepped(&lane.points).into_iter().filter(|p| inside(*p)));
        }
        path.push(self.lanes.hubs[start]);
        let mut seen = vec![false; self.plan.cells.len()];
        self.visit(start, &mut seen, &mut path);
        let path = stepped(&path);
        let mut poses = Vec::new();
        let mut ahead = Vec2::X;
        for (at, here) in path.iter().enumerate() {
            // The way ahead is where one will be some steps later.
            let next = path[(at + 4).min(path.len() - 1)];
            ahead = (next - *here).try_normalize().unwrap_or(ahead);
            if let Some(pose) = self.look_along(*here, ahead)? {
                poses.push(pose);
            }
        }
        Ok(poses)
    }

    /// Every cell behind `cell` that was not seen, depth first.
    fn visit(&self, cell: usize, seen: &mut [bool], path: &mut Vec<Vec2>) {
        seen[cell] = true;
        if let Some(end) = self.excursion(cell) {
            path.extend([end, self.lanes.hubs[cell]]);
        }
        for lane in self.lanes.lanes.iter().filter(|lane| lane.cell == cell) {
            for other in passes(self.plan.openings[lane.opening].kind) {
                if seen[other] {
                    continue;
                }
                let Some(there) = self.lanes.lanes.iter().find(|l| l.cell == other && l.opening == lane.opening) else {
                    continue;
                };
                path.extend(lane.points.iter().rev().chain(&there.points));
                self.visit(other, seen, path);
                path.extend(there.points.iter().rev().chain(&lane.points));
            }
        }
    }

    /// Looks ahead if something is to be seen there, otherwise at what is nearest to that.
    fn look_along(&self, here: Vec2, ahead: Vec2) -> Result<Option<RigidTransform>, RoomsError> {
        let eye = self.eye(here);
        let aim = ahead.extend(-0.15);
        let Some(along) = aim.try_normalize() else { return Ok(None) };
        let mut best: Option<(f64, Vec3)> = None;
        for centre in self.placed.iter().map(|thing| thing.bounds.centre()) {
            let Some(cosine) = (centre - eye).try_normalize().map(|way| way.dot(along)) else { continue };
            // Only what would be nearer to the way ahead is worth the look past the walls.
            if best.is_none_or(|(nearest, _)| cosine >= nearest) && self.sees(here, centre.truncate()) {
                best = Some((cosine, centre));
            }
        }
        match best {
            Some((cosine, centre)) if cosine < AHEAD => look(eye, centre),
            _ => look(eye, eye + aim),
        }
    }

    /// Things of a room, the largest first.
    fn sights(&self, room: usize) -> Vec<usize> {
        let mut sights: Vec<usize> = (0..self.placed.len()).filter(|at| self.placed[*at].room == room).collect();
        sights.sort_by(|a, b| {
            self.placed[*b].bounds.volume_m3().total_cmp(&self.placed[*a].bounds.volume_m3()).then(a.cmp(b))
        });
        sights
    }

    /// Stands at the hub of the room's first cell and looks at its largest things, from left to right.
    fn stand(&self, room: usize) -> Result<Vec<RigidTransform>, RoomsError> {
        let Some(cell) = self.plan.cells.iter().position(|cell| cell.room == room) else { return Ok(Vec::new()) };
        let here = self.lanes.hubs[cell];
        let mut targets: Vec<Vec3> = self
            .sights(room)
            .into_iter()
            .map(|at| self.placed[at].bounds.centre())
            .filter(|centre| self.sees(here, centre.truncate()))
            .take(LOOKS)
            .collect();
        targets.sort_by(|a, b| clockwise(*a - here.extend(0.0)).total_cmp(&clockwise(*b - here.extend(0.0))));
        let mut poses = Vec::new();
        for target in targets {
            poses.extend(look(self.eye(here), target)?);
        }
        Ok(poses)
    }

    /// The longest free arc around the largest thing on the floor of the room that has a long one.
    fn orbit(&self, room: usize, kinds: &Kinds) -> Result<Option<Walk>, RoomsError> {
        const RADII_M: [f64; 5] = [0.5, 0.8, 1.1, 1.5, 2.0];
        const ENOUGH: usize = 10;
        let mut best: Option<(usize, Vec<Vec2>)> = None;
        let on_floor = |at: &usize| {
            let thing = &self.placed[*at];
            let is_opening = matches!(kinds.kinds[thing.kind].rule, crate::Rule::Door | crate::Rule::Window);
            !is_opening && thing.anchor.is_none() && thing.bounds.vertical_span_m().0 < STEPPED_OVER_M
        };
        for at in self.sights(room).into_iter().filter(on_floor).take(LOOKS) {
            let bounds = &self.placed[at].bounds;
            let reach = bounds.horizontal_half_diagonal_m();
            if best.as_ref().is_some_and(|(_, arc)| arc.len() >= ENOUGH) {
                break;
            }
            for radius in RADII_M {
                let around: Vec<Vec2> =
                    (0..CIRCLE).map(|k| bounds.centre().truncate() + on_circle(k) * (reach + radius)).collect();
                let free: Vec<bool> = around
                    .iter()
                    .map(|p| {
                        let in_room = self.cell(*p).is_some_and(|cell| self.plan.cells[cell].room == room);
                        in_room && self.is_clear(*p, CLEARANCE_M) && self.sees(*p, bounds.centre().truncate())
                    })
                    .collect();
                let arc: Vec<Vec2> = longest_run(&free).into_iter().map(|k| around[k]).collect();
                if arc.len() > best.as_ref().map_or(LEAST_ARC - 1, |(_, arc)| arc.len()) {
                    best = Some((at, arc));
                }
            }
        }
        let Some((at, arc)) = best else { return Ok(None) };
        let mut poses = Vec::new();
        for p in arc {
            poses.extend(look(self.eye(p), self.placed[at].bounds.centre())?);
        }
        Ok(Some(Walk { name: format!("orbit {}", id(at).0), poses }))
    }
}

/// A number that grows clockwise seen from above, from behind (−x) over +y: no arctangent, the same bits anywhere.
fn clockwise(v: Vec3) -> f64 {
    let Some(v) = v.truncate().try_normalize() else { return 0.0 };
    if v.y >= 0.0 { 1.0 + v.x } else { 3.0 - v.x }
}

/// A point of the unit circle, `k` of [`CIRCLE`]: by halving a constant angle's cosine, never by a platform's sine.
fn on_circle(k: usize) -> Vec2 {
    const COSINES: [f64; 9] = [
        1.0,
        0.980_785_280_403_230_4,
        0.923_879_532_511_286_7,
        0.831_469_612_302_545_2,
        std::f64::consts::FRAC_1_SQRT_2,
        0.555_570_233_019_602_2,
        0.382_683_432_365_089_8,
        0.195_090_322_016_128_27,
        0.0,
    ];
    let (c, s) = (COSINES[k % 8], COSINES[8 - k % 8]);
    match k / 8 % 4 {
        0 => Vec2::new(c, s),
        1 => Vec2::new(-s, c),
        2 => Vec2::new(-c, -s),
        _ => Vec2::new(s, -c),
    }
}

/// The longest run of `true` around a circle, in order.
fn longest_run(free: &[bool]) -> Vec<usize> {
    let n = free.len();
    let mut best = Vec::new();
    for start in 0..n {
        let run: Vec<usize> = (start..start + n).map(|k| k % n).take_while(|k| free[*k]).collect();
        if run.len() > best.len() {
            best = run;
        }
    }
    best
}

/// The points of a path a step apart, its corners included.
fn stepped(path: &[Vec2]) -> Vec<Vec2> {
    let mut points: Vec<Vec2> = path.first().copied().into_iter().collect();
    for leg in path.windows(2) {
        let steps = (leg[0].distance(leg[1]) / STEP_M).ceil() as usize;
        points.extend((1..=steps).map(|k| leg[0].lerp(leg[1], k as f64 / steps as f64)));
    }
    points
}
