//! From the world to triangles on a canvas.
//!
//! A pinhole keeps lines straight, so a triangle is clipped at the near plane and projected. A bent lens does not: its
//! triangles are halved along edges until each edge is straight on the canvas to a fiftieth of a pixel. Whether an edge
//! is halved depends on its two ends alone, so that triangles that share it agree and no crack opens.

use std::ops::{Add, Mul, Sub};

use scene::geometry::{Camera, Distortion, RigidTransform, Vec2, Vec3};

use crate::{Shape, scan::Corner};

/// What is nearer to the camera's plane than this is cut off, metres.
pub const NEAR_M: f64 = 0.01;

/// Longest edge on the canvas of a bent lens, pixels.
const LONGEST_PX: f64 = 48.0;
/// Largest relative error of nearness in the middle of such an edge, where it is taken as linear.
const NEARNESS_ERROR: f64 = 0.001;
/// How far from straight an edge may be on the canvas of a bent lens, pixels.
const STRAIGHT_PX: f64 = 0.02;
/// Edges outside the range of a lens are halved down to this angle, and those that leave it to the second; radians.
const OUTSIDE_RAD: [f64; 2] = [0.05, 0.001];
/// How often an edge may be halved.
const MOST_HALVINGS: u32 = 40;

/// A camera that stands somewhere.
#[derive(Clone, Debug)]
pub(crate) struct View {
    pub(crate) camera: Camera,
    pub(crate) camera_from_world: RigidTransform,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Largest |x|/z and |y|/z of the image, where the lens spreads over a plane.
    reach: Option<Vec2>,
}

/// A corner of a shape, seen from the camera.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    p_in_camera: Vec3,
    corner: Corner,
    /// Sides of the view on which it lies, a bit each; [`BEHIND`] where it cannot be projected.
    outside: u8,
}

const BEHIND: u8 = 1;

impl Seen {
    pub(crate) fn p_in_camera(&self) -> Vec3 {
        self.p_in_camera
    }

    /// Its place on the canvas of a pinhole; `None` behind the near plane.
    pub(crate) fn pixel(&self) -> Option<Vec2> {
        (self.outside & BEHIND == 0).then(|| Vec2::new(self.corner.x, self.corner.y))
    }
}

impl View {
    pub(crate) fn new(camera: &Camera, world_from_camera: &RigidTransform) -> Self {
        let (width, height) = (camera.width_px() as usize, camera.height_px() as usize);
        let reach = matches!(camera.distortion(), Distortion::BrownConrady { .. }).then(|| reach(camera));
        Self { camera: *camera, camera_from_world: world_from_camera.inverse(), width, height, reach }
    }

    #[inline]
    fn see(&self, p_in_world: Vec3) -> Seen {
        let p = self.camera_from_world.apply(p_in_world);
        let nearness = 1.0 / p.z;
        let mut outside = u8::from(p.z < NEAR_M);
        let mut corner = Corner { x: 0.0, y: 0.0, nearness };
        if matches!(self.camera.distortion(), Distortion::None) {
            // Pixel times depth, which is linear also behind the camera.
            let scaled = p.truncate() * self.camera.focal_px() + self.camera.centre_px() * p.z;
            corner.x = scaled.x * nearness;
            corner.y = scaled.y * nearness;
            outside |= u8::from(scaled.x < 0.0) << 1 | u8::from(scaled.x > self.width as f64 * p.z) << 2;
            outside |= u8::from(scaled.y < 0.0) << 3 | u8::from(scaled.y > self.height as f64 * p.z) << 4;
        }
        Seen { p_in_camera: p, corner, outside }
    }

    /// The corners of a shape as the camera sees them; `false` where all lie beyond one side of the view.
    pub(crate) fn see_all(&self, corners: &[Vec3], seen: &mut Vec<Seen>) -> bool {
        seen.clear();
        seen.extend(corners.iter().map(|p| self.see(*p)));
        seen.iter().fold(u8::MAX, |all, seen| all & seen.outside) == 0
    }

    /// Calls with each part of each triangle of the shape that may show, and the triangle's number.
    pub(crate) fn triangles(&self, shape: &Shape<'_>, seen: &mut Vec<Seen>, mut each: impl FnMut(usize, [Corner; 3])) {
        shape.with_triangles(|corners, triangles| {
            if !self.see_all(corners, seen) {
                return;
            }
            // Of a box in front of the near plane only the faces that look at the camera can show.
            let closed = matches!(shape, Shape::Box(_)) && seen.iter().all(|seen| seen.outside & BEHIND == 0);
            let straight = matches!(self.camera.distortion(), Distortion::None);
            for (number, triangle) in triangles.iter().enumerate() {
                let [a, b, c] = triangle.map(|corner| &seen[corner as usize]);
                let faces_away = closed && {
                    let [a, b, c] = [a, b, c].map(|seen| seen.p_in_camera);
                    // The camera is at the origin.
                    (b - a).cross(c - a).dot(a) >= 0.0
                };
                if faces_away || a.outside & b.outside & c.outside != 0 {
                    continue;
                }
                if straight && (a.outside | b.outside | c.outside) & BEHIND == 0 {
                    each(number, [a.corner, b.corner, c.corner]);
                } else {
                    self.clipped([a, b, c].map(|seen| seen.p_in_camera), |corners| each(number, corners));
                }
            }
        });
    }

    /// The triangle (camera frame) cut at the near plane, and for a bent lens at its reach and along its curves.
    fn clipped(&self, triangle: [Vec3; 3], mut each: impl FnMut([Corner; 3])) {
        let polygon = self.reached(clip(&triangle, |p| p.z - NEAR_M));
        for i in 2..polygon.len() {
            let fan = [polygon[0], polygon[i - 1], polygon[i]];
            if matches!(self.camera.distortion(), Distortion::None) {
                if let [Some(a), Some(b), Some(c)] = fan.map(|p| self.corner(p)) {
                    each([a, b, c]);
                }
            } else {
                self.bent(fan.map(|p| (p, self.corner(p))), MOST_HALVINGS, &mut each);
            }
        }
    }

    /// The part of a convex polygon (camera frame, in front of it) that a bent lens reaches.
    fn reached(&self, mut polygon: Vec<Vec3>) -> Vec<Vec3> {
        if let Some(reach) = self.reach {
            polygon = clip(&polygon, |p| reach.x * p.z - p.x);
            polygon = clip(&polygon, |p| reach.x * p.z + p.x);
            polygon = clip(&polygon, |p| reach.y * p.z - p.y);
            polygon = clip(&polygon, |p| reach.y * p.z + p.y);
        }
        polygon
    }

    /// The picture of a convex polygon (camera frame, in front of it) as a polygon of pixels, as straight as triangles
    /// are drawn; `None` where a part lies outside the range of the lens.
    pub(crate) fn polygon(&self, polygon: Vec<Vec3>) -> Option<Vec<Vec2>> {
        let polygon = self.reached(polygon);
        let mut pixels = Vec::with_capacity(polygon.len());
        for (i, from) in polygon.iter().enumerate() {
            let to = polygon[(i + 1) % polygon.len()];
            self.edge((*from, self.corner(*from)), (to, self.corner(to)), MOST_HALVINGS, &mut pixels)?;
        }
        Some(pixels)
    }

    /// Adds the pixels of an edge but for its last.
    fn edge(
        &self,
        from: (Vec3, Option<Corner>),
        to: (Vec3, Option<Corner>),
        halvings: u32,
        pixels: &mut Vec<Vec2>,
    ) -> Option<()> {
        if let (Some(p), Some(_)) = (from.1, to.1)
            && (halvings == 0 || matches!(self.camera.distortion(), Distortion::None) || !self.is_bent((from, to)))
        {
            pixels.push(Vec2::new(p.x, p.y));
            return Some(());
        }
        let middle = from.0.midpoint(to.0);
        let middle = (middle, Some(self.corner(middle)?));
        let halvings = halvings.checked_sub(1)?;
        self.edge(from, middle, halvings, pixels)?;
        self.edge(middle, to, halvings, pixels)
    }

    fn corner(&self, p_in_camera: Vec3) -> Option<Corner> {
        let pixel = self.camera.project(p_in_camera)?;
        Some(Corner { x: pixel.x, y: pixel.y, nearness: 1.0 / p_in_camera.z })
    }

    /// Halves the triangle until its edges are straight enough.
    fn bent(&self, triangle: [(Vec3, Option<Corner>); 3], halvings: u32, each: &mut impl FnMut([Corner; 3])) {
        let edges = [0, 1, 2].map(|i| (triangle[i], triangle[(i + 1) % 3]));
        let length = |i: usize| edges[i].0.0.distance_squared(edges[i].1.0);
        let worst =
            (0..3).filter(|i| halvings > 0 && self.is_bent(edges[*i])).max_by(|i, j| length(*i).total_cmp(&length(*j)));
        if let Some(i) = worst {
            let (from, to, apex) = (triangle[i], triangle[(i + 1) % 3], triangle[(i + 2) % 3]);
            let middle = from.0.midpoint(to.0);
            let middle = (middle, self.corner(middle));
            self.bent([from, middle, apex], halvings - 1, each);
            self.bent([middle, to, apex], halvings - 1, each);
        } else if let [(_, Some(a)), (_, Some(b)), (_, Some(c))] = triangle {
            each([a, b, c]);
        }
    }

    fn is_bent(&self, (from, to): ((Vec3, Option<Corner>), (Vec3, Option<Corner>))) -> bool {
        match (from.1, to.1) {
            (Some(p), Some(q)) => {
                let Some(middle) = self.corner(from.0.midpoint(to.0)) else { return true };
                let along = Vec2::new(q.x - p.x, q.y - p.y);
                let half = Vec2::new(middle.x - p.x, middle.y - p.y);
                let length = along.length();
                let share = half.dot(along) / (length * length).max(f64::MIN_POSITIVE);
                let nearness = p.nearness + (q.nearness - p.nearness) * share;
                length > LONGEST_PX
                    || along.perp_dot(half).abs() > STRAIGHT_PX * length
                    || (length > 1.0 && (nearness / middle.nearness - 1.0).abs() > NEARNESS_ERROR)
            }
            (p, q) => from.0.angle_between(to.0) > OUTSIDE_RAD[usize::from(p.is_some() || q.is_some())],
        }
    }
}

/// Largest |x|/z and |y|/z that the border of the image sees, and a little more.
fn reach(camera: &Camera) -> Vec2 {
    const STEPS: u32 = 32;
    let size = Vec2::new(f64::from(camera.width_px()), f64::from(camera.height_px()));
    let border = (0..=STEPS).flat_map(|step| {
        let along = f64::from(step) / f64::from(STEPS);
        [Vec2::new(along, 0.0), Vec2::new(along, 1.0), Vec2::new(0.0, along), Vec2::new(1.0, along)]
    });
    let tangents = border.map(|at| camera.ray(at * size).map_or(Vec2::splat(10.0), |ray| ray.truncate().abs() / ray.z));
    tangents.fold(Vec2::splat(0.1), Vec2::max) * 1.1
}

/// The part of a convex polygon where `side` is not negative.
///
/// A cut edge is always followed from its kept end, so that polygons that share it get the same point.
pub(crate) fn clip<P>(polygon: &[P], side: impl Fn(P) -> f64) -> Vec<P>
where
    P: Copy + Add<Output = P> + Sub<Output = P> + Mul<f64, Output = P>,
{
    let mut kept = Vec::with_capacity(polygon.len() + 1);
    for (i, p) in polygon.iter().enumerate() {
        let q = polygon[(i + 1) % polygon.len()];
        let (at_p, at_q) = (side(*p), side(q));
        if at_p >= 0.0 {
            kept.push(*p);
            if at_q < 0.0 {
                kept.push(*p + (q - *p) * (at_p / (at_p - at_q)));
            }
        } else if at_q >= 0.0 {
            kept.push(q + (*p - q) * (at_q / (at_q - at_p)));
        }
    }
    kept
}
