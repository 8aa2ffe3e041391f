//! Every fix that is tried on a case.

use scene::geometry::{Mat3, Quat, Vec3};

use crate::{
    case::Case,
    evidence::{Of, ratio_to_usual},
    fit::{depth_from_boxes, places_from_boxes, refined, seen_from_boxes},
    fix::{Fix, Part, rows},
    kind::FaultKind,
};

/// A fault that may explain the data.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) kind: FaultKind,
    pub(crate) fix: Fix,
    /// The fault in words.
    pub(crate) words: String,
    /// What it costs to have estimated numbers for it: data can be fitted by chance.
    pub(crate) cost: f64,
}

/// Cost of a motion of six numbers, of a unit that nobody uses, and of another number.
const COST_OF_MOTION: f64 = 0.1;
const COST_OF_UNIT: f64 = 0.1;
const COST_OF_NUMBER: f64 = 0.03;
/// Most frames that poses are tried to be shifted by.
const MOST_SHIFT: i64 = 8;

/// Things of one label differ that much.
const ORDINARY: std::ops::RangeInclusive<f64> = 0.6..=1.6;
/// Fewest labelled things whose median says in which unit they are.
const LEAST_THINGS: usize = 4;

/// What units are to be multiplied by to be metres.
const UNITS: [(f64, &str); 10] = [
    (0.001, "millimetres"),
    (0.01, "centimetres"),
    (0.1, "decimetres"),
    (0.3048, "feet"),
    (0.0254, "inches"),
    (1000.0, "metres divided by 1000"),
    (100.0, "metres divided by 100"),
    (10.0, "metres divided by 10"),
    (1.0 / 0.3048, "metres taken for feet"),
    (1.0 / 0.0254, "metres taken for inches"),
];

/// What depths are to be multiplied by.
const DEPTHS: [f64; 16] =
    [0.2, 5.0, 0.25, 4.0, 0.1, 10.0, 0.01, 100.0, 0.001, 1000.0, 0.8, 1.25, 0.3048, 1.0 / 0.3048, 0.5, 2.0];

/// Ratios of resolutions.
const RESOLUTIONS: [f64; 14] =
    [0.25, 1.0 / 3.0, 0.375, 0.4, 0.5, 2.0 / 3.0, 0.75, 4.0 / 3.0, 1.5, 2.0, 2.5, 8.0 / 3.0, 3.0, 4.0];

/// The 24 rotations that take axes to axes.
fn axis_rotations() -> Vec<Mat3> {
    const AXES: [Vec3; 6] = [Vec3::X, Vec3::NEG_X, Vec3::Y, Vec3::NEG_Y, Vec3::Z, Vec3::NEG_Z];
    let pairs = AXES.iter().flat_map(|x| AXES.iter().map(move |y| (*x, *y))).filter(|(x, y)| x.dot(*y) == 0.0);
    pairs.map(|(x, y)| Mat3::from_cols(x, y, x.cross(y))).collect()
}

/// A signed axis in words.
fn direction(v: Vec3, words: [[&'static str; 2]; 3]) -> &'static str {
    let axis = (0..3).find(|axis| v[*axis].abs() > 0.5).unwrap_or(0);
    words[axis][usize::from(v[axis] < 0.0)]
}

/// Why a kind is not examined on this evidence, if it is not.
pub(crate) fn not_examined(kind: FaultKind, case: &Case, available: &[Of]) -> Option<&'static str> {
    let relative = available.iter().any(|of| of.is_relative());
    let has = |of: Of| available.contains(&of);
    let unless = |is: bool, why: &'static str| (!is).then_some(why);
    match kind {
        FaultKind::PoseInverted
        | FaultKind::CameraAxes
        | FaultKind::RotationTransposed
        | FaultKind::QuaternionOrder
        | FaultKind::ImageTurned
        | FaultKind::SizeSwapped
        | FaultKind::IntrinsicsSize
        | FaultKind::Mirrored => unless(relative, "needs two posed frames with depth, or one with instances and boxes"),
        FaultKind::TimeShift => unless(
            relative && case.poses.iter().flatten().count() >= 4,
            "needs four posed frames with depth, or with instances and boxes",
        ),
        FaultKind::DepthScale => unless(
            has(Of::Reprojection) || has(Of::Inside),
            "needs two posed frames with depth, or one with instances and boxes",
        ),
        FaultKind::BoxHalfExtents => unless(
            has(Of::Tight) || has(Of::Sizes),
            "needs boxes with labels of known size, or ones that are seen with depth and instances",
        ),
        FaultKind::BoxFrame => unless(has(Of::Rays), "needs boxes and a posed frame with instances"),
        FaultKind::Scale => unless(
            has(Of::Sizes) || has(Of::DepthRange),
            "needs three boxes with labels of known size, or posed frames with depth",
        ),
        FaultKind::WorldUp => {
            unless(has(Of::Support) || has(Of::Floor), "needs four boxes, or posed frames with depth")
        }
    }
}

/// Everything that is tried.
pub(crate) fn candidates(case: &Case, available: &[Of]) -> Vec<Candidate> {
    let mut all = Candidates { case, available, all: Vec::new() };
    let examined = |kind| not_examined(kind, case, available).is_none();
    if examined(FaultKind::PoseInverted) {
        all.poses();
        all.pictures();
        all.mirrors(available.contains(&Of::Rays));
    }
    if examined(FaultKind::TimeShift) {
        let rest = i64::try_from(case.poses.len()).unwrap_or(i64::MAX).saturating_sub(3);
        let most = MOST_SHIFT.min(rest);
        for by in (-most..=most).filter(|by| *by != 0) {
            let words = format!("frame i has the pose of frame i {} {}", if by < 0 { '+' } else { '-' }, by.abs());
            all.put(FaultKind::TimeShift, Fix::ShiftPoses(by), words);
        }
    }
    if examined(FaultKind::DepthScale) {
        all.depth();
    }
    if examined(FaultKind::BoxHalfExtents) {
        all.extents(available.contains(&Of::Tight));
    }
    if examined(FaultKind::BoxFrame) {
        all.frames(available.contains(&Of::Inside));
    }
    if examined(FaultKind::Scale) {
        all.scales();
    }
    if examined(FaultKind::WorldUp) {
        for (turn, name) in upward_turns() {
            all.put(FaultKind::WorldUp, Fix::TurnWorld(turn), format!("up is {name}"));
        }
    }
    all.all
}

/// The turns that take an axis, by its name, to +z: of worlds that are not z-up.
fn upward_turns() -> impl Iterator<Item = ([[f64; 3]; 3], &'static str)> {
    let axes = [(Vec3::Y, "+y"), (Vec3::NEG_Y, "-y"), (Vec3::X, "+x"), (Vec3::NEG_X, "-x"), (Vec3::NEG_Z, "-z")];
    axes.into_iter().map(|(up, name)| {
        let turn = if up == Vec3::NEG_Z { Mat3::from_diagonal(Vec3::new(1.0, -1.0, -1.0)) } else { quarter_turn(up) };
        (rows(turn), name)
    })
}

/// The quarter turn that takes a horizontal axis to z.
fn quarter_turn(up: Vec3) -> Mat3 {
    let about = up.cross(Vec3::Z);
    // Columns are where x, y and z go: along `about` they stay, others turn into about × axis (+ nothing of themselves).
    let goes = |axis: Vec3| about * about.dot(axis) + about.cross(axis);
    Mat3::from_cols(goes(Vec3::X), goes(Vec3::Y), goes(Vec3::Z))
}

struct Candidates<'a> {
    case: &'a Case,
    available: &'a [Of],
    all: Vec<Candidate>,
}

impl Candidates<'_> {
    fn put(&mut self, kind: FaultKind, fix: Fix, words: String) {
        self.all.push(Candidate { kind, fix, words, cost: 0.0 });
    }

    fn put_fitted(&mut self, kind: FaultKind, fix: Fix, words: String, cost: f64) {
        self.all.push(Candidate { kind, fix, words, cost });
    }

    fn poses(&mut self) {
        self.put(FaultKind::PoseInverted, Fix::InvertPoses, "world-to-camera is given as camera-to-world".into());
        // Of a world that is not z-up, whether it was turned since or not.
        let floor_is_seen = self.available.contains(&Of::Support) || self.available.contains(&Of::Floor);
        for (turn, name) in upward_turns().filter(|_| floor_is_seen) {
            let words = format!("world-to-camera is given as camera-to-world, of a world whose up was {name}");
            self.put(FaultKind::PoseInverted, Fix::InvertPosesBefore(turn), words);
            let words = format!("world-to-camera is given as camera-to-world, and up is {name}");
            self.put(FaultKind::PoseInverted, Fix::InvertPosesAndTurn(turn), words);
        }
        self.put(FaultKind::RotationTransposed, Fix::TransposePoses, "rotations of poses are transposed".into());
        if !self.case.things.is_empty() {
            self.put(FaultKind::RotationTransposed, Fix::TransposeBoxes, "rotations of boxes are transposed".into());
        }
        self.put(FaultKind::QuaternionOrder, Fix::QuaternionRealLast, "(x, y, z, w) is read as (w, x, y, z)".into());
        self.put(FaultKind::QuaternionOrder, Fix::QuaternionRealFirst, "(w, x, y, z) is read as (x, y, z, w)".into());
        // Turns about the optical axis are turns of the picture.
        for turn in axis_rotations().into_iter().filter(|turn| turn.z_axis.z < 0.5) {
            let words = [["right", "left"], ["down", "up"], ["forward", "backward"]];
            let given = turn.transpose();
            let axes = [given.x_axis, given.y_axis, given.z_axis].map(|axis| direction(axis, words));
            let name = if axes == ["right", "up", "backward"] { " (OpenGL)" } else { "" };
            let words = format!("camera axes are x {}, y {}, z {}{name}", axes[0], axes[1], axes[2]);
            self.put(FaultKind::CameraAxes, Fix::TurnCameras(rows(turn)), words);
        }
    }

    fn pictures(&mut self) {
        for quarters in 1..=3 {
            let words = format!("pictures are turned clockwise by {}°", 90 * u32::from(quarters));
            self.put(FaultKind::ImageTurned, Fix::TurnCameraImage(quarters), words);
        }
        let Some(view) = self.case.views.first() else { return };
        let stated = [view.camera.width_px(), view.camera.height_px()];
        let [width, height] = view.pixels.size_px;
        let mut tried: Vec<[f64; 2]> = RESOLUTIONS.iter().map(|by| [*by; 2]).collect();
        if !view.fits() {
            let words =
                format!("the camera is {} x {} pixels, the pictures are {width} x {height}", stated[0], stated[1]);
            let swapped = stated == [height, width];
            let kind = if swapped { FaultKind::SizeSwapped } else { FaultKind::IntrinsicsSize };
            self.put(kind, Fix::TakeImageSize, words);
            tried.push([f64::from(width) / f64::from(stated[0]), f64::from(height) / f64::from(stated[1])]);
        }
        // The principal point is near the middle of nearly every picture.
        let middle = view.camera.centre_px() * 2.0;
        let by = [f64::from(width) / middle.x, f64::from(height) / middle.y];
        let near = |a: &[f64; 2], b: &[f64; 2]| (0..2).all(|k| (a[k] / b[k] - 1.0).abs() < 0.02);
        let is_middle = by.iter().all(|by| (0.87..1.15).contains(by));
        let usable = by.iter().all(|by| (0.02..50.0).contains(by)) && !is_middle;
        let estimate = usable && !tried.iter().any(|known| near(known, &by));
        for by in &tried {
            self.put(FaultKind::IntrinsicsSize, Fix::ScaleIntrinsics(*by), resolution_words(*by));
        }
        if estimate {
            self.put_fitted(FaultKind::IntrinsicsSize, Fix::ScaleIntrinsics(by), resolution_words(by), COST_OF_NUMBER);
        }
    }

    fn mirrors(&mut self, boxes: bool) {
        let flips = [([true, false], "left to right"), ([false, true], "top to bottom")];
        for (flip, words) in flips {
            let words = format!("pictures are mirrored {words}, or poses and boxes are");
            self.put(FaultKind::Mirrored, Fix::FlipImages(flip), words);
        }
        for axis in 0..3 {
            let mut by = [1.0; 3];
            by[axis] = -1.0;
            let name = ["x", "y", "z"][axis];
            self.put(FaultKind::Mirrored, Fix::MirrorPoses(by), format!("poses are mirrored along {name}"));
            self.put(FaultKind::Mirrored, Fix::MirrorPlaces(by), format!("camera places are mirrored along {name}"));
            if boxes {
                self.put(FaultKind::Mirrored, Fix::MirrorBoxes(by), format!("boxes are mirrored along {name}"));
            }
        }
    }

    fn depth(&mut self) {
        for by in DEPTHS {
            self.put(
                FaultKind::DepthScale,
                Fix::ScaleDepth(by),
                format!("depth is {} times too large", number(1.0 / by)),
            );
        }
        if let Some(by) = depth_from_boxes(self.case).filter(|by| !is_near(*by, DEPTHS)) {
            let by = refined(self.case, self.available, by, Fix::ScaleDepth);
            let words = format!("depth is about {} times too large", number(1.0 / by));
            self.put_fitted(FaultKind::DepthScale, Fix::ScaleDepth(by), words, COST_OF_NUMBER);
        }
    }

    /// Where nothing is seen of the boxes, usual sizes must say so: of half-scanned things bottoms are missing too.
    fn extents(&mut self, seen: bool) {
        const USUAL: std::ops::RangeInclusive<f64> = 0.8..=1.25;
        let ratio = ratio_to_usual(self.case).map(|([_, ratio, _], _)| ratio);
        for (by, words) in
            [(0.5, "full extents are given as half extents"), (2.0, "half extents are given as full extents")]
        {
            if seen || ratio.is_some_and(|ratio| USUAL.contains(&(ratio * by))) {
                self.put(FaultKind::BoxHalfExtents, Fix::ScaleExtents(by), words.into());
            }
        }
    }

    fn frames(&mut self, depth: bool) {
        if !depth {
            for turn in axis_rotations().into_iter().filter(|turn| *turn != Mat3::IDENTITY) {
                let words = "boxes have other world axes than cameras".to_owned();
                self.put(FaultKind::BoxFrame, Fix::MoveBoxes(rows(turn), [0.0; 3]), words);
            }
            return;
        }
        let Some(motion) = seen_from_boxes(self.case) else { return };
        let angle = Quat::from_mat3(&motion.rotation()).normalize().to_axis_angle().1;
        let angle = angle.min(std::f64::consts::TAU - angle).to_degrees();
        let reach = self.case.things.iter().map(|thing| thing.bounds.half().max_element()).fold(0.0, f64::max);
        let shift = motion.translation();
        // What is nearly no motion is no fault.
        if angle < 2.0 && shift.length() < 0.1 * reach {
            return;
        }
        let words =
            |what: &str| format!("{what} another frame: turned by {angle:.1}°, moved by {:.2} m", shift.length());
        let back = motion.inverse();
        let kind = FaultKind::BoxFrame;
        let fix = Fix::MoveBoxes(rows(motion.rotation()), shift.to_array());
        self.put_fitted(kind, fix, words("boxes are in"), COST_OF_MOTION);
        let fix = Fix::MoveCameras(rows(back.rotation()), back.translation().to_array());
        self.put_fitted(kind, fix, words("cameras are in"), COST_OF_MOTION + COST_OF_NUMBER);
    }

    /// Units that nobody uses, by what is seen of the boxes.
    fn estimated_scales(&mut self, seen: bool) {
        if !seen {
            return;
        }
        let units = || UNITS.iter().map(|(by, _)| *by);
        let depth = depth_from_boxes(self.case).map(|by| (Part::AllButDepth, 1.0 / by, "lengths of cameras and boxes"));
        let places = places_from_boxes(self.case).map(|by| (Part::CameraPlaces, by, "places of cameras"));
        for (part, by, name) in [depth, places].into_iter().flatten().filter(|(_, by, _)| !is_near(*by, units())) {
            let by = refined(self.case, self.available, by, |by| Fix::ScaleLengths(part, by));
            let words = format!("{name} are of an unknown unit: about {} times too large", number(1.0 / by));
            self.put_fitted(FaultKind::Scale, Fix::ScaleLengths(part, by), words, COST_OF_UNIT);
        }
    }

    fn scales(&mut self) {
        let mut parts = vec![(Part::All, "lengths")];
        let (depth, boxes) = (self.case.has_depth(), !self.case.things.is_empty());
        let posed = self.case.poses.iter().any(Option::is_some);
        if depth && boxes {
            parts.push((Part::AllButDepth, "lengths of cameras and boxes"));
        }
        if posed && (depth || boxes) {
            parts.push((Part::CameraPlaces, "places of cameras"));
        }
        if posed && boxes {
            parts.push((Part::Boxes, "lengths of boxes"));
        }
        self.estimated_scales(depth && boxes);
        let estimate = ratio_to_usual(self.case).filter(|(_, count)| *count >= LEAST_THINGS);
        for (part, name) in parts {
            for (by, unit) in UNITS {
                self.put(FaultKind::Scale, Fix::ScaleLengths(part, by), format!("{name} are {unit}"));
            }
            if let Some(([_, ratio, _], _)) = estimate
                && !UNITS.iter().any(|(known, _)| (ratio * known - 1.0).abs() < 0.1)
                && !ORDINARY.contains(&ratio)
            {
                let words = format!("{name} are of an unknown unit: about {} times too large", number(ratio));
                let fix = Fix::ScaleLengths(part, 1.0 / ratio);
                self.put_fitted(FaultKind::Scale, fix, words, COST_OF_UNIT);
            }
        }
    }
}

/// Whether an estimate is one of the known numbers, or one.
fn is_near(value: f64, known: impl IntoIterator<Item = f64>) -> bool {
    known.into_iter().chain([1.0]).any(|known| (value / known - 1.0).abs() < 0.1)
}

fn resolution_words(by: [f64; 2]) -> String {
    format!(
        "intrinsics belong to pictures {} times as wide and {} times as high",
        number(1.0 / by[0]),
        number(1.0 / by[1])
    )
}

/// Three digits, without needless zeros.
fn number(value: f64) -> String {
    let digits = (2 - value.abs().max(1e-9).log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{value:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_go_to_axes_in_24_ways() {
        let all = axis_rotations();
        assert_eq!(all.len(), 24);
        assert!(all.iter().all(|turn| (turn.determinant() - 1.0).abs() < 1e-12));
        assert_eq!(quarter_turn(Vec3::Y) * Vec3::Y, Vec3::Z);
        assert_eq!(quarter_turn(Vec3::NEG_X) * Vec3::NEG_X, Vec3::Z);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!(number(1000.0), "1000");
        assert_eq!(number(1.0 / 3.0), "0.333");
        assert_eq!(number(0.001), "0.001");
        assert_eq!(number(2.5), "2.5");
    }
}
