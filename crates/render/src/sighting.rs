//! What one view sees of each body.
//!
//! The *full projection* of a body is its picture if nothing else were there and the image had no border; it is
//! followed up to one image size beyond each border. Each of its pixels in the image is one of three:
//!
//! - *seen*: the pixel is the body's;
//! - *hidden*: something nearer stands before the body;
//! - *through*: the body's shape is there, but the sensor shows something else that is not nearer, as at the corners
//!   of a box around a round thing. Such pixels are left out of account.
//!
//! Whose a pixel is, is told by the instance image where there is one; otherwise by the depth image: it is that of the
//! smallest body whose box holds the measured point, or whose surface lies at it, within the tolerance; otherwise, and
//! where depth is unknown, by what would be drawn there.

use std::collections::BTreeMap;

use scene::{
    ObjectId, Occluder, Sighting,
    geometry::{Camera, CameraError, Distortion, Mat3, RigidTransform, Vec2, Vec3},
};
use serde::{Deserialize, Serialize};

use crate::{
    Body, Image, NEAR_M, NOTHING, Shape,
    draw::{Raster, splat},
    project::{Seen, View},
    scan::{first_centre, scan},
};

/// How sightings are taken.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// How far a measured depth may be from a body's surface or outside its box, metres …
    pub tolerance_m: f64,
    /// … and further by this share of the depth.
    pub tolerance_relative: f64,
    /// Samples along each side of a pixel; more than one for fractions of small things.
    pub supersample: u32,
    /// Whether depth images are used.
    pub depth: bool,
    /// Whether instance images are used.
    pub instances: bool,
}

impl Default for Options {
    /// 2 cm and 1 % of the depth, one sample a pixel, every image that is there.
    fn default() -> Self {
        Self { tolerance_m: 0.02, tolerance_relative: 0.01, supersample: 1, depth: true, instances: true }
    }
}

/// Images taken with the camera, of its size.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sensors<'a> {
    /// Depth along the optical axis, metres, `NaN` where unknown.
    pub depth_m: Option<&'a Image<f32>>,
    /// Numbers of bodies, [`NOTHING`] where there is none.
    pub instances: Option<&'a Image<u32>>,
}

/// Pixels of a row that a body's own picture covers without a gap.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// Position of the first pixel in the image.
    pixel: usize,
    length: usize,
    /// Position of its nearness in [`Scratch::nearness`].
    nearness: usize,
}

/// Memory that is used again from view to view; for [`sightings_with`].
#[derive(Debug, Default)]
pub struct Scratch {
    raster: Raster,
    seen: Vec<Seen>,
    /// The picture of one body alone: nearness, 0 where it is not.
    alone: Vec<f32>,
    /// First and last covered column of each row of that picture; a row without is empty.
    extents: Vec<(usize, usize)>,
    /// Pixels of all bodies' own pictures, body after body, row after row.
    runs: Vec<Run>,
    /// The nearness of each of these pixels.
    nearness: Vec<f32>,
    /// Position of the body that owns each pixel.
    owner: Vec<u32>,
    canvas: Vec<bool>,
}

/// What is counted of one body.
#[derive(Clone, Copy, Debug)]
struct Tally {
    seen: u32,
    columns: [u32; 2],
    rows: [u32; 2],
    depth_m: [f32; 2],
}

const NO_TALLY: Tally =
    Tally { seen: 0, columns: [u32::MAX, 0], rows: [u32::MAX, 0], depth_m: [f32::INFINITY, f32::NEG_INFINITY] };

/// What a camera at a pose (`world_from_camera`) sees of each body, in ascending order of number. Bodies whose
/// projection misses the image are left out.
pub fn sightings(
    bodies: &[Body<'_>],
    camera: &Camera,
    world_from_camera: &RigidTransform,
    sensors: Sensors<'_>,
    options: &Options,
) -> Result<Vec<Sighting>, CameraError> {
    sightings_with(&mut Scratch::default(), bodies, camera, world_from_camera, sensors, options)
}

/// As [`sightings`], with memory from an earlier view.
pub fn sightings_with(
    scratch: &mut Scratch,
    bodies: &[Body<'_>],
    camera: &Camera,
    world_from_camera: &RigidTransform,
    sensors: Sensors<'_>,
    options: &Options,
) -> Result<Vec<Sighting>, CameraError> {
    let samples = options.supersample.clamp(1, 16);
    let fine = camera.resized(camera.width_px() * samples, camera.height_px() * samples)?;
    let view = View::new(&fine, world_from_camera);
    let sensors = Sampled { sensors, samples: samples as usize, width: view.width };
    let (ranges, fractions) = cover(scratch, bodies, &view)?;
    own(scratch, bodies, &ranges, &view, &sensors, options);
    let tallies = tally(scratch, bodies.len(), &view, &sensors);

    let mut found = Vec::new();
    for (body, shape) in bodies.iter().enumerate() {
        let range = ranges[body].clone();
        let tally = &tallies[body];
        if range.is_empty() && tally.seen == 0 {
            continue;
        }
        let hidden = hidden(scratch, bodies, body, range, &sensors, options);
        let hidden_pixels: u32 = hidden.values().sum();
        let all = f64::from(tally.seen + hidden_pixels).max(1.0);
        let object_of = |body: u32| bodies.get(body as usize).map(|body| ObjectId(body.id));
        let mut occluded_by: Vec<Occluder> = hidden
            .iter()
            .map(|(by, pixels)| Occluder { object: object_of(*by), share: f64::from(*pixels) / all })
            .collect();
        occluded_by.sort_by(|a, b| b.share.total_cmp(&a.share).then(a.object.cmp(&b.object)));
        let in_image_fraction = fractions[body];
        let scale = f64::from(samples);
        let border = |at: u32| f64::from(at) / scale;
        found.push(Sighting {
            object: ObjectId(shape.id),
            visible_fraction: f64::from(tally.seen) / all * in_image_fraction,
            in_image_fraction,
            truncated: in_image_fraction < 1.0,
            occluded_by,
            box_px: (tally.seen > 0).then(|| {
                let ([left, right], [top, bottom]) = (tally.columns, tally.rows);
                [border(left), border(top), border(right + 1), border(bottom + 1)]
            }),
            depth_m: (tally.depth_m[0] <= tally.depth_m[1]).then(|| tally.depth_m.map(f64::from)),
            pixels: f64::from(tally.seen) / (scale * scale),
        });
    }
    found.sort_by_key(|sighting| sighting.object);
    Ok(found)
}

/// Sensor images at the samples of a finer canvas.
struct Sampled<'a> {
    sensors: Sensors<'a>,
    samples: usize,
    /// Width of the finer canvas.
    width: usize,
}

impl Sampled<'_> {
    /// Position in the images of a pixel of the canvas.
    #[inline]
    fn at(&self, pixel: usize) -> usize {
        if self.samples == 1 {
            return pixel;
        }
        let (row, column) = (pixel / self.width / self.samples, pixel % self.width / self.samples);
        row * (self.width / self.samples) + column
    }

    /// The measured depth, if it is known.
    #[inline]
    fn depth_m(&self, pixel: usize) -> Option<f32> {
        self.sensors.depth_m?.pixels.get(self.at(pixel)).copied().filter(|depth| *depth > 0.0)
    }
}

/// Draws each body alone and all together: the range of each in `covered`, and its share in the image.
fn cover(
    scratch: &mut Scratch,
    bodies: &[Body<'_>],
    view: &View,
) -> Result<(Vec<std::ops::Range<usize>>, Vec<f64>), CameraError> {
    let Scratch { raster, seen, alone, extents, runs, nearness, canvas, .. } = scratch;
    raster.clear(view.width, view.height);
    runs.clear();
    nearness.clear();
    alone.clear();
    alone.resize(view.width * view.height, 0.0);
    extents.clear();
    extents.resize(view.height, EMPTY);
    let mut ranges = Vec::with_capacity(bodies.len());
    let mut fractions = Vec::with_capacity(bodies.len());
    for (body, Body { shape, .. }) in bodies.iter().enumerate() {
        let start = runs.len();
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
            raster.merge(first, covered, body as u32);
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
        let fraction = if runs.len() > start { in_image_fraction(view, shape, seen, canvas)? } else { 0.0 };
        ranges.push(start..runs.len());
        fractions.push(fraction);
    }
    Ok((ranges, fractions))
}

/// No row, or no column of a row.
const EMPTY: (usize, usize) = (usize::MAX, 0);

/// The pixels of some runs, each with its nearness.
fn pixels(runs: &[Run], nearness: &[f32]) -> impl Iterator<Item = (usize, f32)> {
    runs.iter().flat_map(|run| {
        let nearness = &nearness[run.nearness..run.nearness + run.length];
        (run.pixel..).zip(nearness.iter().copied())
    })
}

/// Decides whose each pixel is.
fn own(
    scratch: &mut Scratch,
    bodies: &[Body<'_>],
    ranges: &[std::ops::Range<usize>],
    view: &View,
    sensors: &Sampled<'_>,
    options: &Options,
) {
    let Scratch { raster, runs, nearness, owner, .. } = scratch;
    owner.clear();
    if let Some(instances) = sensors.sensors.instances {
        let body_of: BTreeMap<u32, u32> = (0..).zip(bodies).map(|(body, shape)| (shape.id, body)).collect();
        // Neighbours are mostly the same, so that looking up once for a run suffices.
        let (mut id, mut body) = (NOTHING, NOTHING);
        owner.extend((0..view.width * view.height).map(|pixel| {
            let here = instances.pixels.get(sensors.at(pixel)).copied().unwrap_or(NOTHING);
            if here != id {
                (id, body) = (here, body_of.get(&here).copied().unwrap_or(NOTHING));
            }
            body
        }));
        return;
    }
    owner.extend_from_slice(&raster.tag);
    if sensors.sensors.depth_m.is_none() {
        return;
    }
    for (pixel, owner) in owner.iter_mut().enumerate() {
        if sensors.depth_m(pixel).is_some() {
            *owner = NOTHING;
        }
    }
    // Smaller bodies claim first: a cup in a cupboard is not the cupboard.
    let mut by_size: Vec<usize> = (0..bodies.len()).filter(|body| !ranges[*body].is_empty()).collect();
    by_size.sort_by(|a, b| bodies[*a].shape.volume_m3().total_cmp(&bodies[*b].shape.volume_m3()).then(a.cmp(b)));
    for body in by_size {
        let test = Holds::new(&bodies[body].shape, view);
        for (pixel, nearness) in pixels(&runs[ranges[body].clone()], nearness) {
            if owner[pixel] == NOTHING
                && let Some(depth) = sensors.depth_m(pixel)
                && test.holds(pixel, f64::from(depth), nearness, options)
            {
                owner[pixel] = body as u32;
            }
        }
    }
}

/// How far a measured depth may be off.
fn tolerance(depth_m: f64, options: &Options) -> f64 {
    options.tolerance_m + options.tolerance_relative * depth_m
}

/// Whether measured points belong to a shape.
struct Holds<'a> {
    view: &'a View,
    /// Half extents of a box, the camera's place in its frame, and the rotation from camera axes to its axes.
    bounds: Option<(Vec3, Vec3, Mat3)>,
}

impl<'a> Holds<'a> {
    fn new(shape: &Shape<'_>, view: &'a View) -> Self {
        let bounds = match shape {
            Shape::Box(bounds) => {
                let box_from_world = bounds.axes().transpose();
                let world_from_camera = view.camera_from_world.inverse();
                let eye = box_from_world * (world_from_camera.translation() - bounds.centre());
                Some((bounds.half(), eye, box_from_world * world_from_camera.rotation()))
            }
            Shape::Mesh(_) | Shape::Points(_) => None,
        };
        Self { view, bounds }
    }

    fn holds(&self, pixel: usize, depth_m: f64, nearness: f32, options: &Options) -> bool {
        let tolerance = tolerance(depth_m, options);
        let Some((half, eye, box_from_camera)) = self.bounds else {
            return (depth_m - 1.0 / f64::from(nearness)).abs() <= tolerance;
        };
        let Some(ray) = self.ray(pixel) else { return false };
        let p_in_box = eye + box_from_camera * (ray * depth_m);
        p_in_box.abs().cmple(half + Vec3::splat(tolerance)).all()
    }

    /// The direction of a pixel's centre, of depth 1.
    fn ray(&self, pixel: usize) -> Option<Vec3> {
        let centre = Vec2::new((pixel % self.view.width) as f64 + 0.5, (pixel / self.view.width) as f64 + 0.5);
        let camera = &self.view.camera;
        if matches!(camera.distortion(), Distortion::None) {
            return Some(((centre - camera.centre_px()) / camera.focal_px()).extend(1.0));
        }
        camera.unproject(centre, 1.0)
    }
}

/// Counts what is seen of each body.
fn tally(scratch: &Scratch, bodies: usize, view: &View, sensors: &Sampled<'_>) -> Vec<Tally> {
    let mut tallies = vec![NO_TALLY; bodies];
    for (row, owners) in scratch.owner.chunks_exact(view.width).enumerate() {
        let mut from = 0;
        for run in owners.chunk_by(|a, b| a == b) {
            let (first, column) = (row * view.width + from, from as u32);
            from += run.len();
            let owner = run[0];
            let Some(tally) = tallies.get_mut(owner as usize) else { continue };
            tally.seen += run.len() as u32;
            tally.columns = [tally.columns[0].min(column), tally.columns[1].max(from as u32 - 1)];
            tally.rows = [tally.rows[0].min(row as u32), row as u32];
            if sensors.sensors.depth_m.is_none() && sensors.sensors.instances.is_none() {
                // Everything that is seen was drawn.
                let nearness = &scratch.raster.nearness[first..first + run.len()];
                let (low, high) = nearness.iter().fold((f32::INFINITY, 0.0), |(low, high): (f32, f32), here| {
                    (if *here < low { *here } else { low }, if *here > high { *here } else { high })
                });
                tally.depth_m = [tally.depth_m[0].min(1.0 / high), tally.depth_m[1].max(1.0 / low)];
                continue;
            }
            for pixel in first..first + run.len() {
                let drawn = || (scratch.raster.tag[pixel] == owner).then(|| 1.0 / scratch.raster.nearness[pixel]);
                if let Some(depth) = sensors.depth_m(pixel).or_else(drawn) {
                    tally.depth_m = [tally.depth_m[0].min(depth), tally.depth_m[1].max(depth)];
                }
            }
        }
    }
    tallies
}

/// How many pixels of a body's own picture each other body hides; [`NOTHING`] stands for what is no known body.
fn hidden(
    scratch: &Scratch,
    bodies: &[Body<'_>],
    body: usize,
    range: std::ops::Range<usize>,
    sensors: &Sampled<'_>,
    options: &Options,
) -> BTreeMap<u32, u32> {
    let mut counts = vec![0_u32; bodies.len() + 1];
    if sensors.sensors.depth_m.is_none() && sensors.sensors.instances.is_none() {
        // Whoever is drawn there in its place hides it.
        for run in &scratch.runs[range] {
            for there in scratch.owner[run.pixel..run.pixel + run.length].chunk_by(|a, b| a == b) {
                if there[0] as usize != body {
                    counts[(there[0] as usize).min(bodies.len())] += there.len() as u32;
                }
            }
        }
        return named(&counts);
    }
    for (pixel, nearness) in pixels(&scratch.runs[range], &scratch.nearness) {
        let owner = scratch.owner[pixel];
        if owner as usize == body {
            continue;
        }
        let drawn = scratch.raster.tag[pixel];
        let by = match sensors.depth_m(pixel) {
            Some(depth) => {
                let depth = f64::from(depth);
                let nearer = depth < 1.0 / f64::from(nearness) - tolerance(depth, options);
                nearer.then_some(owner)
            }
            None => (drawn as usize != body).then_some(if owner == NOTHING { drawn } else { owner }),
        };
        if let Some(by) = by {
            counts[(by as usize).min(bodies.len())] += 1;
        }
    }
    named(&counts)
}

/// The counts above zero with the positions they stand at; the last is that of [`NOTHING`].
fn named(counts: &[u32]) -> BTreeMap<u32, u32> {
    let last = counts.len() - 1;
    let named = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    named.map(|(by, count)| (if by < last { by as u32 } else { NOTHING }, *count)).collect()
}

/// Share of a shape's full projection that lies in the image; `seen` holds its corners as the view sees them.
///
/// A projection that leaves the image is drawn on a canvas of its own, of at most 128 samples a side.
fn in_image_fraction(
    view: &View,
    shape: &Shape<'_>,
    seen: &mut Vec<Seen>,
    canvas: &mut Vec<bool>,
) -> Result<f64, CameraError> {
    const SIDE: f64 = 128.0;
    let size = Vec2::new(view.width as f64, view.height as f64);
    if let Shape::Points(points) = shape {
        let mut inside = 0;
        splat(view, points, |_, _| inside += 1);
        return Ok(f64::from(inside) / points.len() as f64);
    }
    let (mut low, mut high) = (size * 2.0, -size);
    for corner in seen.iter() {
        if let Some(at) = view.place(corner) {
            (low, high) = (low.min(at), high.max(at));
        } else {
            (low, high) = (-size, size * 2.0);
            break;
        }
    }
    if low.cmpge(Vec2::ZERO).all() && high.cmple(size).all() {
        return Ok(1.0);
    }
    let (low, high) = (low.max(-size), high.min(size * 2.0));
    let extent = (high - low).max(Vec2::splat(1.0));
    let scale = SIDE / extent.max_element();
    let samples = (extent * scale).ceil();
    let camera = &view.camera;
    let own = Camera::new(
        samples.x as u32,
        samples.y as u32,
        camera.focal_px() * scale,
        (camera.centre_px() - low) * scale,
        camera.distortion(),
    )?;
    let own = View::new(&own, &view.camera_from_world.inverse());
    canvas.clear();
    canvas.resize(own.width * own.height, false);
    own.triangles(shape, seen, |_, corners| {
        scan(own.width, own.height, corners, |span| {
            canvas[span.row * own.width + span.from..span.row * own.width + span.to].fill(true);
        });
    });
    // Samples whose centres lie in the image.
    let first = |low: f64, end: usize| first_centre(-low * scale, end as f64);
    let last = |low: f64, size: f64, end: usize| first_centre((size - low) * scale, end as f64);
    let columns = first(low.x, own.width)..last(low.x, size.x, own.width);
    let rows = first(low.y, own.height)..last(low.y, size.y, own.height);
    let count = |samples: &[bool]| samples.iter().map(|covered| u32::from(*covered)).sum::<u32>();
    let all = count(canvas);
    let inside: u32 =
        canvas.chunks_exact(own.width).take(rows.end).skip(rows.start).map(|row| count(&row[columns.clone()])).sum();
    // A sliver may fall between the samples although it meets the image.
    Ok(if inside == 0 { 1.0 / f64::from(all.max(1)) } else { f64::from(inside) / f64::from(all) })
}

impl View {
    /// Where a corner appears; `None` behind the camera or outside its lens.
    fn place(&self, seen: &Seen) -> Option<Vec2> {
        let p = seen.p_in_camera();
        if p.z < NEAR_M { None } else { self.camera.project(p) }
    }
}
