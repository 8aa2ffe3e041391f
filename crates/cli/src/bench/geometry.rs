//! `isovist bench geometry`: distances, overlaps and hulls of random boxes, beside slow independent references.

use std::{
    error::Error,
    hint::black_box,
    io::{self, Write},
    time::Duration,
};

use question::Draw;
use scene::{
    builtin,
    geometry::{
        BoxError, Mat3, OrientedBox, Quat, Vec2, Vec3, box_box, box_point, box_segment, convex_hull,
        footprint_distance, footprint_overlap_m2, intersection_volume_m3, iou_3d, iou_aabb, iou_footprint,
    },
};
use serde::Serialize;

use super::spread::{Spread, timed};

/// Time of distances, overlaps and hulls, beside slow independent references.
///
/// Boxes are random, turned any way, with sides of 0.1 to 2 m and centres within a cube of 4 m; for overlaps,
/// of 1 m, so that most pairs meet. One time is the mean over a batch of pairs.
#[derive(Debug, clap::Args)]
pub(crate) struct GeometryArgs {
    /// Batches of 64 pairs for each operation
    #[arg(long, default_value_t = 200, value_name = "N")]
    batches: usize,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Pairs whose time is taken together, since one call is hardly longer than reading the clock.
const BATCH: usize = 64;
/// Times that a batch is gone through for one reading of the clock.
const REPEATS: usize = 4;
/// Batches that the slow references are asked about.
const REFERENCE_BATCHES: usize = 2;
/// Times that the kitchen is opened.
const OPENINGS: usize = 5;

/// Two boxes and what else an operation takes.
#[derive(Debug)]
struct Pair {
    a: OrientedBox,
    b: OrientedBox,
    p: Vec3,
    q: Vec3,
    cloud: Vec<Vec2>,
}

/// One operation that is timed, as a number of a pair.
struct Operation {
    name: &'static str,
    /// Side of the cube that holds the centres, metres.
    cube_m: f64,
    call: fn(&Pair) -> f64,
    /// The same number by slow, independent means, where there are such.
    reference: Option<fn(&Pair) -> f64>,
}

const OPERATIONS: &[Operation] = &[
    apart("box_box", |pair| box_box(&pair.a, &pair.b).distance_m, Some(projected_distance)),
    apart("box_point", |pair| box_point(&pair.a, &pair.p).distance_m, None),
    apart("box_segment", |pair| box_segment(&pair.a, &pair.p, &pair.q).distance_m, None),
    apart("footprint_distance", |pair| footprint_distance(&pair.a.footprint(), &pair.b.footprint()), None),
    meeting("intersection_volume", |pair| intersection_volume_m3(&pair.a, &pair.b), Some(sampled_volume)),
    meeting("iou_3d", |pair| iou_3d(&pair.a, &pair.b), Some(sampled_iou)),
    meeting("iou_aabb", |pair| iou_aabb(&pair.a, &pair.b), None),
    meeting("iou_footprint", |pair| iou_footprint(&pair.a, &pair.b), None),
    meeting(
        "footprint_overlap",
        |pair| footprint_overlap_m2(&pair.a.footprint(), &pair.b.footprint()),
        Some(sampled_overlap),
    ),
    apart("convex_hull_of_32", |pair| convex_hull(&pair.cloud).len() as f64, Some(tried_hull)),
];

const fn apart(name: &'static str, call: fn(&Pair) -> f64, reference: Option<fn(&Pair) -> f64>) -> Operation {
    Operation { name, cube_m: 4.0, call, reference }
}

const fn meeting(name: &'static str, call: fn(&Pair) -> f64, reference: Option<fn(&Pair) -> f64>) -> Operation {
    Operation { name, cube_m: 1.0, call, reference }
}

/// What is printed.
#[derive(Debug, Serialize)]
struct Report {
    batches: usize,
    pairs_a_batch: usize,
    operations: Vec<Row>,
    open_kitchen_ms: Option<Spread>,
}

/// Times of one operation.
#[derive(Debug, Serialize)]
struct Row {
    operation: &'static str,
    time_ns: Option<Spread>,
    reference: Option<Reference>,
}

/// How an operation compares with its slow reference.
#[derive(Debug, Serialize)]
struct Reference {
    median_ns: f64,
    /// How many times longer the reference takes.
    ratio: f64,
    /// Largest difference of the two results.
    most_apart: f64,
}

/// Why nothing was measured.
#[derive(Debug, thiserror::Error)]
enum GeometryBenchError {
    #[error("a random box is no box: {0}")]
    Box(#[from] BoxError),
    #[error("the kitchen is not in the binary")]
    NoKitchen,
}

/// Runs the command.
pub(super) fn run(args: &GeometryArgs) -> Result<(), Box<dyn Error>> {
    let mut operations = Vec::new();
    for operation in OPERATIONS {
        operations.push(row(operation, args.batches)?);
    }
    let mut openings_ms = Vec::new();
    for _ in 0..OPENINGS {
        openings_ms.push(timed(|| builtin::open(builtin::KITCHEN)).as_secs_f64() * 1e3);
    }
    builtin::open(builtin::KITCHEN).ok_or(GeometryBenchError::NoKitchen)??;
    let report =
        Report { batches: args.batches, pairs_a_batch: BATCH, operations, open_kitchen_ms: Spread::of(openings_ms) };
    super::show(&report, args.json, table)
}

fn row(operation: &Operation, batches: usize) -> Result<Row, GeometryBenchError> {
    let mut draw = Draw::new(0, &["bench", operation.name], 0);
    let mut times_ns = Vec::new();
    let mut reference_ns = Vec::new();
    let mut most_apart: f64 = 0.0;
    for batch in 0..batches {
        let pairs = (0..BATCH).map(|_| pair(&mut draw, operation.cube_m)).collect::<Result<Vec<_>, _>>()?;
        times_ns.push(mean_ns(operation.call, &pairs, REPEATS));
        if let (Some(reference), true) = (operation.reference, batch < REFERENCE_BATCHES) {
            reference_ns.push(mean_ns(reference, &pairs, 1));
            let apart = |pair: &Pair| ((operation.call)(pair) - reference(pair)).abs();
            most_apart = pairs.iter().map(apart).fold(most_apart, f64::max);
        }
    }
    let time_ns = Spread::of(times_ns);
    let reference = Spread::of(reference_ns).zip(time_ns).map(|(slow, fast)| Reference {
        median_ns: slow.median,
        ratio: slow.median / fast.median,
        most_apart,
    });
    Ok(Row { operation: operation.name, time_ns, reference })
}

/// Time of one call, the mean over a batch.
fn mean_ns(call: fn(&Pair) -> f64, pairs: &[Pair], repeats: usize) -> f64 {
    let time: Duration = timed(|| {
        for _ in 0..repeats {
            for pair in pairs {
                black_box(call(black_box(pair)));
            }
        }
    });
    time.as_secs_f64() * 1e9 / (repeats * pairs.len()) as f64
}

fn pair(draw: &mut Draw, cube_m: f64) -> Result<Pair, BoxError> {
    let reach = cube_m / 2.0;
    Ok(Pair {
        a: random_box(draw, reach)?,
        b: random_box(draw, reach)?,
        p: within(draw, reach),
        q: within(draw, reach),
        cloud: (0..32).map(|_| within(draw, reach).truncate()).collect(),
    })
}

fn random_box(draw: &mut Draw, reach: f64) -> Result<OrientedBox, BoxError> {
    let turn = Quat::from_xyzw(draw.normal(), draw.normal(), draw.normal(), draw.normal()).normalize();
    let half = Vec3::new(draw.between(0.05, 1.0), draw.between(0.05, 1.0), draw.between(0.05, 1.0));
    OrientedBox::new(within(draw, reach), half, Mat3::from_quat(turn))
}

fn within(draw: &mut Draw, reach: f64) -> Vec3 {
    Vec3::new(draw.between(-reach, reach), draw.between(-reach, reach), draw.between(-reach, reach))
}

/// Distance by alternating projection (Cheney and Goldstein 1959): the nearest point of one box, then of the other.
fn projected_distance(pair: &Pair) -> f64 {
    const STEPS: usize = 10_000;
    let onto = |bounds: &OrientedBox, p: Vec3| {
        let local = bounds.axes().transpose() * (p - bounds.centre());
        bounds.centre() + bounds.axes() * local.clamp(-bounds.half(), bounds.half())
    };
    let mut on_b = pair.b.centre();
    for _ in 0..STEPS {
        let next = onto(&pair.b, onto(&pair.a, on_b));
        let still = next.distance_squared(on_b) < 1e-24;
        on_b = next;
        if still {
            break;
        }
    }
    onto(&pair.a, on_b).distance(on_b)
}

/// Centres of the cells of a grid over [−1, 1], cells a side.
fn ticks(cells: i32) -> impl Iterator<Item = f64> + Clone {
    (0..cells).map(move |at| f64::from(2 * at + 1 - cells) / f64::from(cells))
}

/// Common volume by counting which points of a grid in the first box lie in the second.
fn sampled_volume(pair: &Pair) -> f64 {
    const CELLS: i32 = 24;
    let (a, b) = (&pair.a, &pair.b);
    let points =
        ticks(CELLS).flat_map(|x| ticks(CELLS).flat_map(move |y| ticks(CELLS).map(move |z| Vec3::new(x, y, z))));
    let common = points.filter(|p| b.contains(a.centre() + a.axes() * (*p * a.half()))).count();
    a.volume_m3() * common as f64 / f64::from(CELLS.pow(3))
}

fn sampled_iou(pair: &Pair) -> f64 {
    let common = sampled_volume(pair);
    common / (pair.a.volume_m3() + pair.b.volume_m3() - common)
}

/// Common area seen from above by counting points of a grid over the first box that lie in both outlines.
fn sampled_overlap(pair: &Pair) -> f64 {
    const CELLS: i32 = 64;
    let (low, high) = pair.a.aabb();
    let (centre, half) = (((low + high) / 2.0).truncate(), ((high - low) / 2.0).truncate());
    let (a, b) = (pair.a.footprint(), pair.b.footprint());
    let points = ticks(CELLS).flat_map(|x| ticks(CELLS).map(move |y| centre + Vec2::new(x, y) * half));
    let common = points.filter(|p| a.contains(*p) && b.contains(*p)).count();
    4.0 * half.element_product() * common as f64 / f64::from(CELLS.pow(2))
}

/// Vertices of a hull by trying every pair of points as a side.
fn tried_hull(pair: &Pair) -> f64 {
    let cloud = &pair.cloud;
    let is_side = |p: Vec2, q: Vec2| p != q && cloud.iter().all(|r| (q - p).perp_dot(*r - p) >= 0.0);
    cloud.iter().map(|p| cloud.iter().filter(|q| is_side(*p, **q)).count()).sum::<usize>() as f64
}

fn table(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    writeln!(
        out,
        "{:<20} {:>9} {:>9}   {:>12} {:>7} {:>10}",
        "operation", "median ns", "p99 ns", "reference ns", "ratio", "most apart"
    )?;
    for row in &report.operations {
        write!(out, "{:<20}", row.operation)?;
        if let Some(time_ns) = row.time_ns {
            write!(out, " {time_ns}")?;
        }
        if let Some(Reference { median_ns, ratio, most_apart }) = row.reference {
            write!(out, "   {median_ns:>12.0} {ratio:>6.1}× {most_apart:>10.1e}")?;
        }
        writeln!(out)?;
    }
    if let Some(open_ms) = report.open_kitchen_ms {
        writeln!(out, "opening the embedded kitchen: {:.1} ms (p99 {:.1} ms)", open_ms.median, open_ms.p99)?;
    }
    Ok(())
}
