//! What depth images say, for pinhole cameras, by plain means.

use question::{Entity, ReasonCode, Unit};
use scene::{
    Depths, Frame,
    geometry::{Distortion, OrientedBox, Vec3},
};

use super::{Reference, amount::Amount, spot};

/// Distances, in pixels or metres, within which rounding may decide.
const HAIR: f64 = 1e-7;

impl Reference<'_> {
    /// The position of a pixel among the things, which it joins when it is first spoken of.
    pub(super) fn pixel(&mut self, name: &str, at_px: [i32; 2]) -> Result<usize, ReasonCode> {
        let frame = self.scene.frames().iter().position(|frame| frame.name == name).ok_or(ReasonCode::Absent)?;
        let first = self.scene.objects().len() + self.scene.frames().len();
        if let Some(known) = self.pixels.iter().position(|pixel| *pixel == (frame, at_px)) {
            return Ok(first + known);
        }
        self.pixels.push((frame, at_px));
        let thing = self.surface(frame, at_px);
        self.things.push(thing);
        Ok(self.things.len() - 1)
    }

    fn surface(&mut self, at: usize, [column, row]: [i32; 2]) -> Result<scene::Object, ReasonCode> {
        let frame = &self.scene.frames()[at];
        let camera = self.thing(self.scene.objects().len() + at)?.bounds;
        let size = [frame.camera.width_px(), frame.camera.height_px()].map(i64::from);
        if [column, row].iter().zip(size).any(|(place, side)| *place < 0 || i64::from(*place) >= side) {
            return Err(ReasonCode::OutsideDefinition);
        }
        let depths = self.scene.depths(&frame.name).map_err(|_| ReasonCode::MissingData)?;
        let depth = depths.at(column as u32, row as u32).ok_or(ReasonCode::MissingData)?;
        // Of a bent lens this engine knows nothing.
        self.doubt |= frame.camera.distortion() != Distortion::None;
        let point = in_camera(frame, column as u32, row as u32, depth);
        let place = camera.centre() + camera.axes() * point;
        OrientedBox::new(place, Vec3::ZERO, camera.axes()).map(spot).map_err(|_| ReasonCode::OutsideDefinition)
    }

    pub(super) fn view_overlap(&mut self, of: &Entity, with: &Entity) -> Result<Amount, ReasonCode> {
        let positions = [self.position(of)?, self.position(with)?];
        if positions[0] == positions[1] {
            return Err(self.twice(positions[0]));
        }
        let frames = positions.map(|position| self.frame_at(position));
        let [Some(first), Some(second)] = frames else { return Err(ReasonCode::Malformed) };
        let mut views = Vec::new();
        for (position, at) in positions.into_iter().zip([first, second]) {
            let bounds = self.thing(position)?.bounds;
            let frame = &self.scene.frames()[at];
            self.doubt |= frame.camera.distortion() != Distortion::None;
            let depths = self.scene.depths(&frame.name).map_err(|_| ReasonCode::MissingData)?;
            views.push((frame, bounds, depths));
        }
        let (f, g) = (&views[0], &views[1]);
        let (mut looked, mut shown, mut open) = (0.0, 0.0, 0.0);
        for row in 0..f.0.camera.height_px() {
            for column in 0..f.0.camera.width_px() {
                let Some(depth) = f.2.at(column, row).filter(|_| row % 8 == 4 && column % 8 == 4) else { continue };
                let world = f.1.centre() + f.1.axes() * in_camera(f.0, column, row, depth);
                looked += 1.0;
                match meets(g.0, &g.2, g.1.axes().transpose() * (world - g.1.centre())) {
                    Some(true) => shown += 1.0,
                    Some(false) => {}
                    None => open += 1.0,
                }
            }
        }
        if looked == 0.0 {
            return Err(ReasonCode::MissingData);
        }
        Ok(Amount { value: shown / looked, slack: open / looked + 1e-12, unit: Unit::One })
    }
}

fn in_camera(frame: &Frame, column: u32, row: u32, depth: f64) -> Vec3 {
    let (focal, middle) = (frame.camera.focal_px(), frame.camera.centre_px());
    let right = (f64::from(column) + 0.5 - middle.x) / focal.x;
    let down = (f64::from(row) + 0.5 - middle.y) / focal.y;
    Vec3::new(right * depth, down * depth, depth)
}

/// Whether a frame shows a point of its camera; none where rounding could decide.
fn meets(frame: &Frame, depths: &Depths, point: Vec3) -> Option<bool> {
    if point.z <= 0.0 {
        return Some(false);
    }
    let (focal, middle) = (frame.camera.focal_px(), frame.camera.centre_px());
    let place = [focal.x * point.x / point.z + middle.x, focal.y * point.y / point.z + middle.y];
    let size = [frame.camera.width_px(), frame.camera.height_px()].map(f64::from);
    // Far outside nothing hangs on rounding.
    if place.iter().zip(size).any(|(at, side)| *at < -1.0 || *at > side + 1.0) {
        return Some(false);
    }
    if place.iter().any(|at| (at - at.round()).abs() < HAIR) {
        return None;
    }
    if place.iter().zip(size).any(|(at, side)| *at < 0.0 || *at >= side) {
        return Some(false);
    }
    let Some(depth) = depths.at(place[0] as u32, place[1] as u32) else { return Some(false) };
    let room = 0.05 + 0.02 * depth - (point.z - depth).abs();
    (room.abs() > HAIR).then_some(room > 0.0)
}
