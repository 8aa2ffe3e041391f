//! The own picture of each body: where it would be if nothing else were there, and how near.

use std::ops::Range;

use scene::geometry::CameraError;

use crate::{
    Body, Shape,
    draw::{Raster, splat},
    fraction::in_image_fraction,
    outline::{EMPTY, Extent, Outline},
    project::{Seen, View},
    scan::scan,
};

/// Pixels of a row that a body's own picture covers without a gap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Position of the first pixel in the image.
    pub(crate) pixel: usize,
    pub(crate) length: usize,
    /// Position of its nearness in [`Covers::nearness`].
    pub(crate) nearness: usize,
}

/// The pixels of some runs, each with its nearness.
pub(crate) fn pixels(runs: &[Run], nearness: &[f32]) -> impl Iterator<Item = (usize, f32)> {
    runs.iter().flat_map(|run| {
        let nearness = &nearness[run.nearness..run.nearness + run.length];
        (run.pixel..).zip(nearness.iter().copied())
    })
}

/// The own pictures of bodies.
#[derive(Debug, Default)]
pub(crate) struct Covers {
    /// All together; not drawn unless asked for.
    pub(crate) raster: Raster,
    /// Of each body: its part of [`Self::runs`].
    pub(crate) ranges: Vec<Range<usize>>,
    /// Of each body: how much of its full projection lies in the image; 0 where none of its pixels does.
    pub(crate) fractions: Vec<f64>,
    /// Pixels of all bodies' own pictures, body after body, row after row.
    pub(crate) runs: Vec<Run>,
    /// The nearness of each of these pixels.
    pub(crate) nearness: Vec<f32>,
    seen: Vec<Seen>,
    /// The picture of one body: nearness, 0 where it is not.
    alone: Vec<f32>,
    /// First and last covered column of each row of that picture.
    extents: Vec<Extent>,
    canvas: Vec<bool>,
}

/// Draws each body alone, and all together into the raster if `drawn`.
pub(crate) fn cover(covers: &mut Covers, bodies: &[Body<'_>], view: &View, drawn: bool) -> Result<(), CameraError> {
    if drawn {
        covers.raster.clear(view.width, view.height);
    }
    covers.ranges.clear();
    covers.fractions.clear();
    covers.runs.clear();
    covers.nearness.clear();
    covers.alone.clear();
    covers.extents.clear();
    covers.extents.resize(view.height, EMPTY);
    for (body, Body { shape, .. }) in bodies.iter().enumerate() {
        let start = covers.runs.len();
        let is_outlined = match shape {
            Shape::Box(bounds) if !view.see_all(&bounds.corners(), &mut covers.seen) => true,
            Shape::Box(bounds) => Outline::new(view, bounds, &covers.seen).is_some_and(|outline| {
                covers.outlined(view, &outline);
                true
            }),
            Shape::Mesh(_) | Shape::Points(_) => false,
        };
        if !is_outlined {
            covers.scanned(view, shape);
        }
        if drawn {
            for run in &covers.runs[start..] {
                let nearness = &covers.nearness[run.nearness..run.nearness + run.length];
                covers.raster.merge(run.pixel, nearness, body as u32);
            }
        }
        let fraction = if covers.runs.len() > start {
            in_image_fraction(view, shape, &mut covers.seen, &mut covers.canvas)?
        } else {
            0.0
        };
        covers.ranges.push(start..covers.runs.len());
        covers.fractions.push(fraction);
    }
    Ok(())
}

impl Covers {
    /// Adds the pixels of a box.
    fn outlined(&mut self, view: &View, outline: &Outline) {
        let Self { runs, nearness, extents, .. } = self;
        outline.rows([view.width, view.height], extents, |row, (from, to)| {
            runs.push(Run { pixel: row * view.width + from, length: to - from, nearness: nearness.len() });
            outline.nearness(row, (from, to), nearness);
        });
    }

    /// Adds the pixels of any shape, triangle by triangle.
    fn scanned(&mut self, view: &View, shape: &Shape<'_>) {
        let Self { runs, nearness, seen, alone, extents, .. } = self;
        alone.resize(view.width * view.height, 0.0);
        let mut rows = EMPTY;
        let mut reach = |row: usize, from: usize, to: usize| {
            let extent = &mut extents[row];
            *extent = (extent.0.min(from), extent.1.max(to));
            rows = (rows.0.min(row), rows.1.max(row + 1));
        };
        view.triangles(shape, seen, |_, corners| {
            scan(view.width, view.height, corners, |span| {
                reach(span.row, span.from, span.to);
                span.raise(&mut alone[span.row * view.width + span.from..span.row * view.width + span.to]);
            });
        });
        if let Shape::Points(points) = shape {
            splat(view, points, |pixel, here| {
                reach(pixel / view.width, pixel % view.width, pixel % view.width + 1);
                alone[pixel] = alone[pixel].max(here);
            });
        }
        for (row, extent) in extents.iter_mut().enumerate().take(rows.1).skip(rows.0) {
            let (from, to) = std::mem::replace(extent, EMPTY);
            if from >= to {
                continue;
            }
            let first = row * view.width + from;
            let covered = &mut alone[first..first + to - from];
            let farthest = covered.iter().fold(f32::INFINITY, |far, here| if *here < far { *here } else { far });
            if farthest > 0.0 {
                runs.push(Run { pixel: first, length: covered.len(), nearness: nearness.len() });
                nearness.extend_from_slice(covered);
                covered.fill(0.0);
                continue;
            }
            let mut column = 0;
            for part in covered.split(|here| *here <= 0.0) {
                if !part.is_empty() {
                    runs.push(Run { pixel: first + column, length: part.len(), nearness: nearness.len() });
                    nearness.extend_from_slice(part);
                }
                column += part.len() + 1;
            }
            covered.fill(0.0);
        }
    }
}
