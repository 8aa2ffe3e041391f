//! Bodies to buffers.

use scene::geometry::{Camera, RigidTransform, Vec3};

use crate::{
    Body, NEAR_M, NOTHING, Shape,
    project::{Seen, View},
    scan::{Span, scan},
};

/// Colours of a drawing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paint {
    /// None: only numbers and depth.
    #[default]
    None,
    /// Each body in its colour.
    Flat,
    /// Each triangle darkened by its slant to a lamp at the camera (Lambert), never below a quarter.
    Lambert,
}

/// A picture of bodies: rows from the top, each from the left.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Buffers {
    /// Width, pixels.
    pub width_px: u32,
    /// Height, pixels.
    pub height_px: u32,
    /// Number of the nearest body, [`NOTHING`] where there is none.
    pub id: Vec<u32>,
    /// Its depth along the optical axis, metres; `NaN` where there is none.
    pub depth_m: Vec<f32>,
    /// Its colour, black where there is none; empty with [`Paint::None`].
    pub colour: Vec<[u8; 3]>,
}

/// Nearest surface of each pixel.
#[derive(Debug, Default)]
pub(crate) struct Raster {
    width: usize,
    height: usize,
    /// One over depth, 0 where nothing is.
    pub(crate) nearness: Vec<f32>,
    /// What is there.
    pub(crate) tag: Vec<u32>,
}

impl Raster {
    pub(crate) fn clear(&mut self, width: usize, height: usize) {
        (self.width, self.height) = (width, height);
        self.nearness.clear();
        self.nearness.resize(width * height, 0.0);
        self.tag.clear();
        self.tag.resize(width * height, NOTHING);
    }

    #[inline]
    fn fill(&mut self, span: &Span, tag: u32) {
        let pixels = span.row * self.width + span.from..span.row * self.width + span.to;
        span.raise_tagged(&mut self.nearness[pixels.clone()], &mut self.tag[pixels], tag);
    }

    /// Takes in part of a row of another picture, 0 where nothing is, from this pixel on.
    pub(crate) fn merge(&mut self, first: usize, other: &[f32], tag: u32) {
        let pixels = first..first + other.len();
        let (nearness, tags) = (&mut self.nearness[pixels.clone()], &mut self.tag[pixels]);
        for ((nearest, there), here) in nearness.iter_mut().zip(tags).zip(other) {
            let wins = *here > *nearest;
            *nearest = if wins { *here } else { *nearest };
            *there = if wins { tag } else { *there };
        }
    }

    pub(crate) fn put(&mut self, pixel: usize, nearness: f32, tag: u32) {
        if nearness > self.nearness[pixel] {
            self.nearness[pixel] = nearness;
            self.tag[pixel] = tag;
        }
    }
}

/// Calls with the pixel and nearness of each point that shows.
pub(crate) fn splat(view: &View, points: &[[f32; 3]], mut each: impl FnMut(usize, f32)) {
    for point in points {
        let p = view.camera_from_world.apply(Vec3::from_array(point.map(f64::from)));
        if p.z >= NEAR_M
            && let Some(pixel) = view.camera.project(p)
            && view.camera.holds(pixel)
        {
            each(pixel.y as usize * view.width + pixel.x as usize, (1.0 / p.z) as f32);
        }
    }
}

/// Draws bodies as a camera at a pose (`world_from_camera`) sees them. Of surfaces at the same depth the first wins.
pub fn draw(bodies: &[Body<'_>], camera: &Camera, world_from_camera: &RigidTransform, paint: Paint) -> Buffers {
    let mut buffers = Buffers::default();
    draw_into(&mut buffers, bodies, camera, world_from_camera, paint);
    buffers
}

/// As [`draw`], into buffers that keep their memory from picture to picture.
pub fn draw_into(
    buffers: &mut Buffers,
    bodies: &[Body<'_>],
    camera: &Camera,
    world_from_camera: &RigidTransform,
    paint: Paint,
) {
    let view = View::new(camera, world_from_camera);
    let mut raster = Raster {
        nearness: std::mem::take(&mut buffers.depth_m),
        tag: std::mem::take(&mut buffers.id),
        ..Raster::default()
    };
    raster.clear(view.width, view.height);
    buffers.colour.clear();
    let mut seen: Vec<Seen> = Vec::new();
    // With colours a tag is the number of a face, whose body and colour are looked up at the end.
    let mut faces: Vec<(u32, [u8; 3])> = Vec::new();
    for body in bodies {
        let first = faces.len() as u32;
        match paint {
            Paint::None => {}
            Paint::Flat => faces.push((body.id, body.colour)),
            Paint::Lambert => shades(body, world_from_camera.translation(), &mut faces),
        }
        let tag = |face: usize| match paint {
            Paint::None => body.id,
            Paint::Flat => first,
            Paint::Lambert => first + face as u32,
        };
        let (width, height) = (view.width, view.height);
        view.triangles(&body.shape, &mut seen, |face, corners| {
            let tag = tag(face);
            scan(width, height, corners, |span| raster.fill(&span, tag));
        });
        if let Shape::Points(points) = body.shape {
            splat(&view, points, |pixel, nearness| raster.put(pixel, nearness, tag(0)));
        }
    }
    if paint != Paint::None {
        buffers.colour.extend(raster.tag.iter().map(|face| faces.get(*face as usize).map_or([0; 3], |face| face.1)));
        for tag in &mut raster.tag {
            *tag = faces.get(*tag as usize).map_or(NOTHING, |face| face.0);
        }
    }
    for nearness in &mut raster.nearness {
        *nearness = if *nearness > 0.0 { 1.0 / *nearness } else { f32::NAN };
    }
    (buffers.width_px, buffers.height_px) = (camera.width_px(), camera.height_px());
    (buffers.depth_m, buffers.id) = (raster.nearness, raster.tag);
}

/// The colour of each face of a body under a lamp at `eye`; points count as one face that looks at it.
fn shades(body: &Body<'_>, eye: Vec3, faces: &mut Vec<(u32, [u8; 3])>) {
    let shaded = |share: f64| body.colour.map(|channel| (f64::from(channel) * share).round() as u8);
    body.shape.with_triangles(|corners, triangles| {
        faces.extend(triangles.iter().map(|triangle| {
            let [a, b, c] = triangle.map(|corner| corners[corner as usize]);
            let normal = (b - a).cross(c - a).normalize_or_zero();
            let towards = (eye - (a + b + c) / 3.0).normalize_or_zero();
            (body.id, shaded(0.25 + 0.75 * normal.dot(towards).abs().min(1.0)))
        }));
    });
    if let Shape::Points(_) = body.shape {
        faces.push((body.id, body.colour));
    }
}
