//! How much of a shape's full projection lies in the image.
//!
//! The projection of a box is a convex polygon, whose area within the image and within one image size beyond each
//! border is exact; a bent lens follows its edges as finely as it draws them. Any other shape that leaves the image is
//! drawn on a canvas of its own, of at most [`SIDE`] samples a side, of which those on the image's border count in part.

use scene::geometry::{Camera, CameraError, Distortion, Vec2, Vec3, convex_hull};

use crate::{
    NEAR_M, Shape,
    draw::splat,
    project::{Seen, View, clip},
    scan::scan,
};

/// Samples along the longer side of a shape's projection.
const SIDE: f64 = 256.0;

/// Share of a shape's full projection that lies in the image; `seen` holds its corners as the view sees them.
pub(crate) fn in_image_fraction(
    view: &View,
    shape: &Shape<'_>,
    seen: &mut Vec<Seen>,
    canvas: &mut Vec<bool>,
) -> Result<f64, CameraError> {
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
    if let Shape::Box(_) = shape
        && let Some(fraction) = of_box(view, seen, size)
    {
        return Ok(fraction);
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
    let columns = shares(own.width, -low.x * scale, (size.x - low.x) * scale);
    let rows = shares(own.height, -low.y * scale, (size.y - low.y) * scale);
    let (mut all, mut inside) = (0.0, 0.0);
    for (row, row_share) in canvas.chunks_exact(own.width).zip(rows) {
        let covered = || row.iter().zip(&columns).filter(|(covered, _)| **covered);
        all += covered().count() as f64;
        if row_share > 0.0 {
            inside += row_share * covered().map(|(_, share)| share).sum::<f64>();
        }
    }
    // A sliver may fall between the samples although it meets the image.
    Ok(if inside == 0.0 { 1.0 / f64::max(all, 1.0) } else { inside / all })
}

/// Of each of so many samples in a row, the share that lies between two borders.
fn shares(samples: usize, from: f64, to: f64) -> Vec<f64> {
    (0..samples).map(|at| ((at as f64 + 1.0).min(to) - (at as f64).max(from)).max(0.0)).collect()
}

/// Of a box with these corners; `None` where its picture has no area or leaves the range of the lens.
fn of_box(view: &View, seen: &[Seen], size: Vec2) -> Option<f64> {
    let corners: Vec<Vec3> = seen.iter().map(Seen::p_in_camera).collect();
    let mut front: Vec<Vec3> = corners.iter().copied().filter(|p| p.z >= NEAR_M).collect();
    for (i, p) in corners.iter().enumerate() {
        for q in (0..3).filter_map(|bit| corners.get(i ^ 1 << bit)) {
            // Each edge once: from its end in front of the near plane.
            if p.z >= NEAR_M && q.z < NEAR_M {
                front.push(*p + (*q - *p) * ((p.z - NEAR_M) / (p.z - q.z)));
            }
        }
    }
    let polygon = if view.camera.distortion() == Distortion::None {
        convex_hull(&front.iter().map(|p| view.camera.project(*p)).collect::<Option<Vec<Vec2>>>()?)
    } else {
        let flat: Vec<Vec2> = front.iter().map(|p| p.truncate() / p.z).collect();
        view.polygon(convex_hull(&flat).into_iter().map(|p| p.extend(1.0)).collect())?
    };
    let all = area_within(&polygon, -size, size * 2.0);
    (all > 0.0).then(|| area_within(&polygon, Vec2::ZERO, size) / all)
}

/// Area of the part of a polygon that lies in a rectangle. Edges that run back along its border take nothing away.
fn area_within(polygon: &[Vec2], low: Vec2, high: Vec2) -> f64 {
    let mut part = clip(polygon, |p: Vec2| p.x - low.x);
    part = clip(&part, |p| high.x - p.x);
    part = clip(&part, |p| p.y - low.y);
    part = clip(&part, |p| high.y - p.y);
    let Some(first) = part.first().copied() else { return 0.0 };
    part.windows(2).map(|pair| (pair[0] - first).perp_dot(pair[1] - first)).sum::<f64>().abs() / 2.0
}

impl View {
    /// Where a corner appears; `None` behind the camera or outside its lens.
    fn place(&self, seen: &Seen) -> Option<Vec2> {
        let p = seen.p_in_camera();
        if p.z < NEAR_M { None } else { self.camera.project(p) }
    }
}
