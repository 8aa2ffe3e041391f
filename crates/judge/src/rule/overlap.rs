//! Rules for boxes and points.

use scene::geometry::{OrientedBox, Vec3, iou_3d, iou_corners};

use super::matching::best_matching;
use crate::{
    reply::{Coordinates, Notation},
    truth::{BoxForm, Grid},
};

/// A box of its numbers; none where it has a negative size or another number of numbers. `None` is matched by nothing.
pub(crate) fn boxed(numbers: &[f64], form: BoxForm) -> Option<OrientedBox> {
    let three = |at: usize| Some(Vec3::new(*numbers.get(at)?, *numbers.get(at + 1)?, *numbers.get(at + 2)?));
    let (centre, size, yaw) = match (form, numbers.len()) {
        (BoxForm::Corners, 6) => {
            let (low, high) = (three(0)?, three(3)?);
            ((low + high) * 0.5, high - low, 0.0)
        }
        (BoxForm::CentreSize, 6) => (three(0)?, three(3)?, 0.0),
        (BoxForm::CentreSizeYaw, 7) => (three(0)?, three(3)?, numbers[6]),
        _ => return None,
    };
    OrientedBox::upright(centre, size * 0.5, yaw).ok()
}

/// A box as a reply has it. A notation that says its own form wins over that of the question.
pub(super) fn predicted(group: &Coordinates, form: BoxForm, grid: Option<Grid>) -> Option<OrientedBox> {
    match (group.notation, grid) {
        (Notation::ObjTag, Some(grid)) => on_grid(&group.numbers, grid),
        (Notation::ObjTag, None) => None,
        (Notation::BboxTag | Notation::BoxKey, _) if form != BoxForm::CentreSizeYaw => {
            boxed(&group.numbers, BoxForm::Corners)
        }
        _ => boxed(&group.numbers, form),
    }
}

/// Centre and size on a grid.
fn on_grid(numbers: &[f64], grid: Grid) -> Option<OrientedBox> {
    if numbers.len() != 6 || !grid.steps.is_normal() {
        return None;
    }
    let span = |axis: usize| grid.max[axis] - grid.min[axis];
    let metres: Vec<f64> = (0..6)
        .map(|at| {
            let share = numbers[at] / grid.steps * span(at % 3);
            if at < 3 { grid.min[at] + share } else { share }
        })
        .collect();
    boxed(&metres, BoxForm::CentreSize)
}

/// A box with what its overlaps need of it each time.
struct Solid<'a> {
    of: &'a OrientedBox,
    aabb: (Vec3, Vec3),
    /// Whether it stands along the axes of the world: then no clipping is needed.
    is_along: bool,
}

impl<'a> Solid<'a> {
    fn new(of: &'a OrientedBox) -> Self {
        Self { of, aabb: of.aabb(), is_along: of.yaw_rad() == 0.0 }
    }

    fn iou(&self, other: &Self) -> f64 {
        if self.is_along && other.is_along { iou_corners(self.aabb, other.aabb) } else { iou_3d(self.of, other.of) }
    }
}

/// The boxes among some, each with what its overlaps need.
fn solids<'a>(boxes: impl IntoIterator<Item = Option<&'a OrientedBox>>) -> Vec<Option<Solid<'a>>> {
    boxes.into_iter().map(|of| of.map(Solid::new)).collect()
}

/// Overlap of two boxes, 0 where one of them cannot be.
fn iou(a: Option<&Solid>, b: Option<&Solid>) -> f64 {
    a.zip(b).map_or(0.0, |(a, b)| a.iou(b))
}

/// Overlap of every prediction with every true box, matched one to one so that the sum is greatest.
#[derive(Debug, Clone)]
pub struct Matched {
    /// Overlaps of the matched pairs.
    pub overlaps: Vec<f64>,
    predictions: usize,
    truths: usize,
}

impl Matched {
    /// `None` is a prediction that is no box: it overlaps nothing.
    pub fn of(predictions: &[Option<OrientedBox>], truths: &[OrientedBox]) -> Self {
        let (rows, columns) = (solids(predictions.iter().map(Option::as_ref)), solids(truths.iter().map(Some)));
        let pairs = rows.iter().flat_map(|a| columns.iter().map(move |b| iou(a.as_ref(), b.as_ref())));
        let table: Vec<f64> = pairs.collect();
        let at = |row: usize, column: usize| table[row * columns.len() + column];
        let matched = best_matching(rows.len(), columns.len(), &at);
        let overlaps = matched.iter().enumerate().filter_map(|(row, column)| Some(at(row, (*column)?))).collect();
        Self { overlaps, predictions: predictions.len(), truths: truths.len() }
    }

    /// Mean overlap over as many pairs as there are boxes on the larger side: a box too many costs as one too few.
    pub fn mean(&self) -> f64 {
        match self.predictions.max(self.truths) {
            0 => 1.0,
            boxes => self.overlaps.iter().sum::<f64>() / boxes as f64,
        }
    }

    /// F1 at a threshold (`Multi3DRefer`): 1 where there is nothing to find and nothing is predicted.
    pub fn f1(&self, at: f64) -> f64 {
        match self.predictions + self.truths {
            0 => 1.0,
            boxes => 2.0 * self.overlaps.iter().filter(|overlap| **overlap >= at).count() as f64 / boxes as f64,
        }
    }
}

/// Mean over predictions of the greatest overlap with any of some boxes: 3D-R1's perception reward as coded, which pays
/// for one easy box and for a box on another object.
pub(super) fn greatest_overlap(predictions: &[Option<OrientedBox>], boxes: &[OrientedBox]) -> f64 {
    if predictions.is_empty() {
        return 0.0;
    }
    let (said, boxes) = (solids(predictions.iter().map(Option::as_ref)), solids(boxes.iter().map(Some)));
    let greatest = |a: &Option<Solid>| boxes.iter().map(|b| iou(a.as_ref(), b.as_ref())).fold(0.0, f64::max);
    said.iter().map(greatest).sum::<f64>() / said.len() as f64
}

/// Whether a point lies inside an outline, by crossings (`RoboSpatial`'s rule for edges).
pub fn inside(outline: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    crosses_oddly(outline, |[xi, yi], [xj, yj]| (yi > y) != (yj > y) && x < (xj - xi) * (y - yi) / (yj - yi) + xi)
}

/// The same with the edges of `VLMEvalKit` on `RoboSpatial`: one that goes straight up or down is crossed by every
/// point at its height, also from its right, so that a box has nothing inside; a point at an edge's lower end is not at
/// its height.
pub fn inside_but_for_upright_edges(outline: &[[f64; 2]], [x, y]: [f64; 2]) -> bool {
    crosses_oddly(outline, |[xi, yi], [xj, yj]| {
        let at_its_height = yi.min(yj) < y && y <= yi.max(yj);
        at_its_height && (xi.total_cmp(&xj).is_eq() || x <= (y - yj) * (xi - xj) / (yi - yj) + xj)
    })
}

/// Whether an odd number of edges is crossed, each from the corner at hand to the one before it.
fn crosses_oddly(outline: &[[f64; 2]], is_crossed: impl Fn([f64; 2], [f64; 2]) -> bool) -> bool {
    let before = outline.iter().cycle().skip(outline.len().saturating_sub(1));
    outline.iter().zip(before).filter(|(corner, before)| is_crossed(**corner, **before)).count() % 2 == 1
}
