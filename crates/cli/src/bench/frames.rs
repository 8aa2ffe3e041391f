//! `isovist bench frames`: pictures and sightings of random rooms, beside slow references.

use std::{
    error::Error,
    hint::black_box,
    io::{self, Write},
};

use question::Draw;
use render::{
    Body, Buffers, Cloud, CloudScratch, NEAR_M, NOTHING, Options, Paint, Scratch, Sensors, Shape, draw, draw_into,
    sightings_with,
};
use scene::{
    ObjectId,
    geometry::{
        BoxError, Camera, CameraError, Distortion, Mat3, Mesh, MeshError, OrientedBox, RigidTransform, Vec2, Vec3,
    },
};
use serde::Serialize;

use super::spread::{Spread, timed};

/// Time of pictures and sightings of random rooms, beside slow references.
///
/// Pictures are of 640 × 480 pixels, taken with one core inside a room of 6 × 5 × 2.7 m with 60 objects: boxes, or
/// meshes of 1,000 vertices each, or the points of these meshes as a scan. The reference of a picture casts one ray at every 256th pixel against every triangle,
/// and its time is multiplied; that of sightings draws every object alone; that of a scan's are the sightings of its meshes.
#[derive(Debug, clap::Args)]
pub(crate) struct FramesArgs {
    /// Pictures for each operation
    #[arg(long, default_value_t = 100, value_name = "N")]
    pictures: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const WIDTH: u32 = 640;
const HEIGHT: u32 = 480;
/// One ray for a square of so many pixels a side.
const STRIDE: usize = 16;
/// Pictures that the slow references are asked for.
const REFERENCES: usize = 2;

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    pictures: usize,
    vertices: usize,
    operations: Vec<Row>,
}

/// Times of one operation.
#[derive(Debug, Serialize)]
struct Row {
    operation: &'static str,
    time_ms: Option<Spread>,
    reference_ms: Option<f64>,
    /// How many times longer the reference takes.
    ratio: Option<f64>,
    /// Share of pixels that differ from the reference; largest difference of visible fractions, for a scan the mean.
    apart: Option<f64>,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
enum FramesBenchError {
    #[error("a random box is no box: {0}")]
    Box(#[from] BoxError),
    #[error("a random mesh is no mesh: {0}")]
    Mesh(#[from] MeshError),
    #[error("the camera is none: {0}")]
    Camera(#[from] CameraError),
}

/// Runs the command.
pub(super) fn run(args: &FramesArgs) -> Result<(), Box<dyn Error>> {
    let report = measure(args.pictures)?;
    super::show(&report, args.json, table)
}

fn measure(pictures: usize) -> Result<Report, FramesBenchError> {
    let mut random = Draw::new(0, &["bench", "frames"], 0);
    let camera = camera()?;
    let room = OrientedBox::upright(Vec3::new(0.0, 0.0, 1.35), Vec3::new(3.0, 2.5, 1.35), 0.0)?;
    let objects = (0..60).map(|_| object(&mut random)).collect::<Result<Vec<_>, _>>()?;
    let poses = (0..pictures).map(|_| pose(&mut random)).collect::<Result<Vec<_>, _>>()?;
    let meshes = objects.iter().map(ellipsoid).collect::<Result<Vec<_>, _>>()?;
    let body = |(id, shape)| Body { id, colour: [200; 3], shape };
    let walls = || std::iter::once(Shape::Box(&room));
    let boxes: Vec<Body<'_>> = (0..).zip(walls().chain(objects.iter().map(Shape::Box))).map(body).collect();
    let round: Vec<Body<'_>> = (0..).zip(walls().chain(meshes.iter().map(Shape::Mesh))).map(body).collect();
    let operations = vec![
        picture("id and depth of boxes", &boxes, &camera, &poses, Paint::None),
        picture("the same with colours", &boxes, &camera, &poses, Paint::Lambert),
        picture("id and depth of meshes", &round, &camera, &poses, Paint::None),
        sightings("sightings of boxes", &boxes, &camera, &poses)?,
        sightings("sightings of meshes", &round, &camera, &poses)?,
        of_scan(&meshes, &round, &camera, &poses)?,
    ];
    let vertices = meshes.iter().map(|mesh| mesh.vertices().len()).sum();
    Ok(Report { pictures, vertices, operations })
}

fn camera() -> Result<Camera, CameraError> {
    let size = Vec2::new(f64::from(WIDTH), f64::from(HEIGHT));
    Camera::new(WIDTH, HEIGHT, Vec2::splat(525.0), size / 2.0, Distortion::None)
}

fn object(random: &mut Draw) -> Result<OrientedBox, BoxError> {
    let half = Vec3::new(random.between(0.05, 0.5), random.between(0.05, 0.5), random.between(0.05, 0.5));
    let centre = Vec3::new(random.between(-2.7, 2.7), random.between(-2.2, 2.2), random.between(0.1, 1.2));
    OrientedBox::upright(centre, half, random.between(0.0, 3.0))
}

/// A camera at eye height that looks at a random place of the room.
fn pose(random: &mut Draw) -> Result<RigidTransform, BoxError> {
    let eye = Vec3::new(random.between(-2.5, 2.5), random.between(-2.0, 2.0), 1.5);
    let target = Vec3::new(random.between(-2.0, 2.0), random.between(-2.0, 2.0), random.between(0.0, 1.2));
    let forward = (target - eye).normalize();
    let right = forward.cross(Vec3::Z).normalize();
    RigidTransform::new(Mat3::from_cols(right, forward.cross(right), forward), eye)
}

/// An ellipsoid of 25 × 40 vertices within a box.
fn ellipsoid(bounds: &OrientedBox) -> Result<Mesh, MeshError> {
    Mesh::of_sphere(25, 40, |unit| bounds.centre() + bounds.axes() * (bounds.half() * unit))
}

fn picture(
    operation: &'static str,
    bodies: &[Body<'_>],
    camera: &Camera,
    poses: &[RigidTransform],
    paint: Paint,
) -> Row {
    let mut buffers = Buffers::default();
    let mut times = Vec::new();
    for pose in poses {
        times.push(timed(|| draw_into(&mut buffers, bodies, camera, pose, paint)).as_secs_f64() * 1e3);
    }
    let (mut slow, mut wrong, mut cast) = (Vec::new(), 0_usize, 0_usize);
    let triangles = triangles(bodies);
    for pose in poses.iter().take(REFERENCES) {
        let mut ids = Vec::new();
        let time = timed(|| ids = rays(&triangles, camera, pose));
        slow.push(time.as_secs_f64() * 1e3 * (STRIDE * STRIDE) as f64);
        let found = draw(bodies, camera, pose, Paint::None);
        cast += ids.len();
        wrong += ids.iter().filter(|(pixel, id)| found.id[*pixel] != *id).count();
    }
    row(operation, times, slow, wrong as f64 / cast.max(1) as f64)
}

fn row(operation: &'static str, times_ms: Vec<f64>, slow_ms: Vec<f64>, apart: f64) -> Row {
    let time_ms = Spread::of(times_ms);
    let reference_ms = Spread::of(slow_ms).map(|slow| slow.median);
    let ratio = reference_ms.zip(time_ms).map(|(slow, fast)| slow / fast.median);
    Row { operation, time_ms, reference_ms, ratio, apart: reference_ms.map(|_| apart) }
}

/// Every triangle of the bodies with its number.
fn triangles(bodies: &[Body<'_>]) -> Vec<(u32, [Vec3; 3])> {
    const BOX: [[usize; 4]; 6] = [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];
    let mut all = Vec::new();
    for body in bodies {
        match body.shape {
            Shape::Mesh(mesh) => all.extend(mesh.corners().map(|corners| (body.id, corners))),
            Shape::Box(bounds) => {
                let corners = bounds.corners();
                for [a, b, c, d] in BOX.map(|face| face.map(|corner| corners[corner])) {
                    all.extend([(body.id, [a, b, c]), (body.id, [a, c, d])]);
                }
            }
            Shape::Points(_) => {}
        }
    }
    all
}

/// What a ray meets first, for one pixel of each square (Möller and Trumbore 1997).
fn rays(triangles: &[(u32, [Vec3; 3])], camera: &Camera, pose: &RigidTransform) -> Vec<(usize, u32)> {
    let eye = pose.translation();
    let places = (0..HEIGHT as usize)
        .step_by(STRIDE)
        .flat_map(|row| (0..WIDTH as usize).step_by(STRIDE).map(move |column| (row, column)));
    let cast = |(row, column): (usize, usize)| {
        let ray = camera.unproject(Vec2::new(column as f64 + 0.5, row as f64 + 0.5), 1.0).unwrap_or(Vec3::Z);
        let ray = pose.turn(ray);
        let mut nearest = (f64::INFINITY, NOTHING);
        for (id, [a, b, c]) in triangles {
            let (e, f, s) = (*b - *a, *c - *a, eye - *a);
            let (p, q) = (ray.cross(f), s.cross(e));
            let det = e.dot(p);
            let (u, v, depth) = (s.dot(p) / det, ray.dot(q) / det, f.dot(q) / det);
            if u >= 0.0 && v >= 0.0 && u + v <= 1.0 && depth >= NEAR_M && depth < nearest.0 {
                nearest = (depth, *id);
            }
        }
        (row * WIDTH as usize + column, nearest.1)
    };
    places.map(cast).collect()
}

fn sightings(
    operation: &'static str,
    bodies: &[Body<'_>],
    camera: &Camera,
    poses: &[RigidTransform],
) -> Result<Row, FramesBenchError> {
    let options = Options::default();
    let mut scratch = Scratch::default();
    let mut times = Vec::new();
    for pose in poses {
        let take = || sightings_with(&mut scratch, bodies, camera, pose, Sensors::default(), &options);
        times.push(timed(take).as_secs_f64() * 1e3);
    }
    let (mut slow, mut apart) = (Vec::new(), 0.0_f64);
    for pose in poses.iter().take(REFERENCES) {
        let mut shares = Vec::new();
        slow.push(timed(|| shares = black_box(alone(bodies, camera, pose))).as_secs_f64() * 1e3);
        for seen in sightings_with(&mut scratch, bodies, camera, pose, Sensors::default(), &options)? {
            let share = shares.get(seen.object.0 as usize).copied().unwrap_or(0.0);
            apart = apart.max((seen.visible_fraction - share * seen.in_image_fraction).abs());
        }
    }
    Ok(row(operation, times, slow, apart))
}

/// Sightings told from the vertices of the meshes, beside those of the meshes; `apart` is the mean difference.
fn of_scan(
    meshes: &[Mesh],
    round: &[Body<'_>],
    camera: &Camera,
    poses: &[RigidTransform],
) -> Result<Row, FramesBenchError> {
    let options = Options::default();
    let mut cloud = Cloud::default();
    // The room is number 0 among the bodies.
    for (id, mesh) in (1..).zip(meshes) {
        cloud.add(ObjectId(id), mesh.vertices().iter().map(|p| p.to_array().map(|v| v as f32)));
    }
    let mut scratch = CloudScratch::default();
    let mut times = Vec::new();
    for pose in poses {
        let take = || cloud.sightings_with(&mut scratch, camera, pose, Sensors::default(), &options);
        times.push(timed(take).as_secs_f64() * 1e3);
    }
    let (mut slow, mut apart) = (Vec::new(), Vec::new());
    let mut of_meshes = Scratch::default();
    for pose in poses.iter().take(10 * REFERENCES) {
        let mut exact = Ok(Vec::new());
        let take = || exact = sightings_with(&mut of_meshes, round, camera, pose, Sensors::default(), &options);
        slow.push(timed(take).as_secs_f64() * 1e3);
        let found = cloud.sightings_with(&mut scratch, camera, pose, Sensors::default(), &options);
        for exact in exact?.into_iter().filter(|seen| seen.object.0 > 0) {
            let seen = found.iter().find(|seen| seen.object == exact.object);
            apart.push((seen.map_or(0.0, |seen| seen.visible_fraction) - exact.visible_fraction).abs());
        }
    }
    let mean = apart.iter().sum::<f64>() / apart.len().max(1) as f64;
    Ok(row("sightings of a scan", times, slow, mean))
}

/// Share of each body's pixels that are seen, by drawing every body alone and all together.
fn alone(bodies: &[Body<'_>], camera: &Camera, pose: &RigidTransform) -> Vec<f64> {
    let all = draw(bodies, camera, pose, Paint::None);
    let share = |body: &Body<'_>| {
        let own = draw(std::slice::from_ref(body), camera, pose, Paint::None);
        let count = |ids: &[u32]| ids.iter().filter(|id| **id == body.id).count();
        count(&all.id) as f64 / count(&own.id).max(1) as f64
    };
    bodies.iter().map(share).collect()
}

fn table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(
        out,
        "{:<24} {:>9} {:>9}   {:>12} {:>8} {:>8}",
        "operation", "median ms", "p99 ms", "reference ms", "ratio", "apart"
    )?;
    for row in &report.operations {
        write!(out, "{:<24}", row.operation)?;
        if let Some(time_ms) = row.time_ms {
            write!(out, " {:>9.2} {:>9.2}", time_ms.median, time_ms.p99)?;
        }
        if let (Some(reference_ms), Some(ratio), Some(apart)) = (row.reference_ms, row.ratio, row.apart) {
            write!(out, "   {reference_ms:>12.0} {ratio:>7.0}× {apart:>8.4}")?;
        }
        writeln!(out)?;
    }
    writeln!(out, "{} pictures of {WIDTH} x {HEIGHT} pixels; meshes with {} vertices", report.pictures, report.vertices)
}
