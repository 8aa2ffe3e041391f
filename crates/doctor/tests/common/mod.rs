//! Filmed flats, and faults put into them by other means than the doctor's fixes.
#![allow(dead_code, reason = "each test binary uses its own part")]

use doctor::{FaultKind, FramePictures};
use render::{Body, Buffers, Image, NOTHING, Paint, Shape, draw_into};
use rooms::{FlatConfig, Kinds, build_flat};
use scene::{
    Draw, Frame, Pose, Scene, SceneParts,
    geometry::{Camera, Distortion, Mat3, OrientedBox, Quat, RigidTransform, Vec2, Vec3},
};

/// A scene with its images.
#[derive(Clone)]
pub(crate) struct Subject {
    pub(crate) parts: SceneParts,
    pub(crate) pictures: Vec<FramePictures>,
}

impl Subject {
    pub(crate) fn scene(&self) -> Scene {
        Scene::new(self.parts.clone()).expect("a scene")
    }

    pub(crate) fn examine(&self) -> doctor::Diagnosis {
        doctor::examine(&self.scene(), self.pictures.clone())
    }
}

/// What the walls hold in an id image.
const BUILDING: u32 = NOTHING - 1;

/// The flat of this number with eight small pictures along its walks.
pub(crate) fn filmed(number: u64) -> Subject {
    const FRAMES: usize = 8;
    let flat =
        build_flat(Kinds::builtin().expect("kinds"), &FlatConfig { seed: 11, rooms: (1, 3) }, number).expect("a flat");
    let camera = Camera::new(160, 120, Vec2::splat(125.6), Vec2::new(80.0, 60.0), Distortion::None).expect("a camera");
    let bodies: Vec<Body> = flat
        .solids
        .iter()
        .map(|solid| Body {
            id: solid.object.map_or(BUILDING, |object| object.0),
            colour: [0; 3],
            shape: Shape::Mesh(&solid.mesh),
        })
        .collect();
    let all: Vec<RigidTransform> = flat.walks.iter().flat_map(|walk| walk.poses.iter().copied()).collect();
    let mut parts = flat.scene.clone().into_parts();
    let (mut buffers, mut pictures) = (Buffers::default(), Vec::new());
    for at in 0..FRAMES.min(all.len()) {
        let pose = all[at * all.len() / FRAMES.min(all.len())];
        draw_into(&mut buffers, &bodies, &camera, &pose, Paint::None);
        // As files hold it: whole millimetres, and the building is no object.
        let depth = buffers.depth_m.iter().map(|depth| (depth * 1000.0).round() / 1000.0).collect();
        let ids = buffers.id.iter().map(|id| if *id == BUILDING { NOTHING } else { *id }).collect();
        pictures.push(FramePictures {
            depth_m: Some(Image { width_px: 160, height_px: 120, pixels: depth }),
            instance: Some(Image { width_px: 160, height_px: 120, pixels: ids }),
        });
        parts.frames.push(Frame {
            name: format!("{at}"),
            time_s: Some(at as f64),
            camera,
            pose: Pose::Known(pose),
            colour: None,
            depth: None,
            instance: None,
            sightings: None,
        });
    }
    Subject { parts, pictures }
}

pub(crate) fn each_pose(subject: &mut Subject, change: impl Fn(Mat3, Vec3) -> (Mat3, Vec3)) {
    for frame in &mut subject.parts.frames {
        if let Pose::Known(pose) = &mut frame.pose {
            let (rotation, translation) = change(pose.rotation(), pose.translation());
            *pose = RigidTransform::new(rotation, translation).expect("a pose");
        }
    }
}

pub(crate) fn each_box(subject: &mut Subject, change: impl Fn(&OrientedBox) -> (Vec3, Vec3, Mat3)) {
    for object in &mut subject.parts.objects {
        let (centre, half, axes) = change(&object.bounds);
        object.bounds = OrientedBox::new(centre, half, axes).expect("a box");
        object.front = None;
    }
}

pub(crate) fn no_room(subject: &mut Subject) {
    subject.parts.room.floor = None;
    subject.parts.room.floor_height_m = None;
    subject.parts.room.ceiling_height_m = None;
}

fn each_camera(subject: &mut Subject, change: impl Fn(&Camera) -> Camera) {
    for frame in &mut subject.parts.frames {
        frame.camera = change(&frame.camera);
    }
}

fn scale_depth(subject: &mut Subject, by: f64) {
    for image in subject.pictures.iter_mut().filter_map(|pictures| pictures.depth_m.as_mut()) {
        image.pixels.iter_mut().for_each(|depth| *depth = (f64::from(*depth) * by) as f32);
    }
}

/// An image turned clockwise by a quarter.
fn turned<T: Copy>(image: &Image<T>) -> Image<T> {
    let (width, height) = (image.height_px, image.width_px);
    let at = |x: u32, y: u32| image.pixels[((image.height_px - 1 - x) * image.width_px + y) as usize];
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect();
    Image { width_px: width, height_px: height, pixels }
}

fn flipped<T: Copy>(image: &Image<T>) -> Image<T> {
    let rows = image.pixels.chunks(image.width_px as usize);
    let pixels = rows.flat_map(|row| row.iter().rev().copied()).collect();
    Image { pixels, ..*image }
}

/// Intrinsics of `camera` at another size.
fn with_size(camera: &Camera, width: u32, height: u32) -> Camera {
    Camera::new(width, height, camera.focal_px(), camera.centre_px(), Distortion::None).expect("a camera")
}

/// Puts a fault of this kind into the subject; says which.
pub(crate) fn inject(subject: &mut Subject, kind: FaultKind, draw: &mut Draw) -> String {
    match kind {
        FaultKind::PoseInverted => {
            each_pose(subject, |r, t| (r.transpose(), -(r.transpose() * t)));
            "world-to-camera".into()
        }
        FaultKind::CameraAxes => {
            let convention = draw.below(4);
            // World from given camera axes, column by column, from right, down, forward.
            each_pose(subject, |r, t| {
                let (right, down, forward) = (r.x_axis, r.y_axis, r.z_axis);
                let given = match convention {
                    0 => Mat3::from_cols(right, -down, -forward),
                    1 => Mat3::from_cols(forward, -right, -down),
                    2 => Mat3::from_cols(right, forward, -down),
                    _ => Mat3::from_cols(-right, down, -forward),
                };
                (given, t)
            });
            ["OpenGL", "x forward, y left, z up", "x right, y forward, z up", "x left, y down, z backward"][convention]
                .into()
        }
        FaultKind::RotationTransposed => {
            each_pose(subject, |r, t| (r.transpose(), t));
            "transposed".into()
        }
        FaultKind::QuaternionOrder => {
            let first = draw.below(2) == 0;
            each_pose(subject, |r, t| {
                let q = Quat::from_mat3(&r);
                // Written real part first and read real part last, or the reverse.
                let read = if first {
                    let [a, b, c, d] = [q.w, q.x, q.y, q.z];
                    Quat::from_xyzw(a, b, c, d)
                } else {
                    let [a, b, c, d] = [q.x, q.y, q.z, q.w];
                    Quat::from_xyzw(b, c, d, a)
                };
                (Mat3::from_quat(read.normalize()), t)
            });
            format!("real part written first: {first}")
        }
        FaultKind::TimeShift => {
            let by = [1i64, -1, 2, -2][draw.below(4)];
            let poses: Vec<Pose> = subject.parts.frames.iter().map(|frame| frame.pose.clone()).collect();
            for (at, frame) in subject.parts.frames.iter_mut().enumerate() {
                let missing = Pose::Missing { reason: "before or after the recording".into() };
                let from = i64::try_from(at).ok().and_then(|at| usize::try_from(at + by).ok());
                frame.pose = from.and_then(|from| poses.get(from).cloned()).unwrap_or(missing);
            }
            format!("shifted by {by}")
        }
        FaultKind::ImageTurned => {
            let quarters = 1 + draw.below(3);
            let keep_size = draw.below(2) == 0;
            for pictures in &mut subject.pictures {
                for _ in 0..quarters {
                    pictures.depth_m = pictures.depth_m.as_ref().map(turned);
                    pictures.instance = pictures.instance.as_ref().map(turned);
                }
            }
            if quarters % 2 == 1 && !keep_size {
                each_camera(subject, |camera| with_size(camera, camera.height_px(), camera.width_px()));
            }
            format!("{quarters} quarters, size of the camera kept: {keep_size}")
        }
        FaultKind::SizeSwapped => {
            each_camera(subject, |camera| with_size(camera, camera.height_px(), camera.width_px()));
            "swapped".into()
        }
        FaultKind::IntrinsicsSize => {
            let by = [0.5, 2.0, 4.0, 0.25, 1.5, 3.0, 0.75][draw.below(7)];
            each_camera(subject, |camera| {
                Camera::new(160, 120, camera.focal_px() * by, camera.centre_px() * by, Distortion::None)
                    .expect("a camera")
            });
            format!("times {by}")
        }
        FaultKind::Mirrored => match draw.below(4) {
            0 => {
                for pictures in &mut subject.pictures {
                    pictures.depth_m = pictures.depth_m.as_ref().map(flipped);
                    pictures.instance = pictures.instance.as_ref().map(flipped);
                }
                "pictures".into()
            }
            1 => {
                let m = Mat3::from_diagonal(Vec3::new(1.0, -1.0, 1.0));
                each_pose(subject, |r, t| (m * r * m, m * t));
                "poses along y".into()
            }
            2 => {
                let m = Mat3::from_diagonal(Vec3::new(-1.0, 1.0, 1.0));
                each_box(subject, |b| (m * b.centre(), b.half(), m * b.axes() * m));
                no_room(subject);
                "boxes along x".into()
            }
            _ => {
                let m = Mat3::from_diagonal(Vec3::new(-1.0, 1.0, 1.0));
                each_box(subject, |b| (m * b.centre(), b.half(), m * b.axes() * m));
                each_pose(subject, |r, t| (m * r * m, m * t));
                no_room(subject);
                "poses and boxes along x".into()
            }
        },
        FaultKind::DepthScale => {
            let by = [5.0, 0.2, 10.0, 0.1, 1000.0, 0.001, 4.0, 3.3, 0.37][draw.below(9)];
            scale_depth(subject, by);
            format!("times {by}")
        }
        FaultKind::BoxHalfExtents => {
            let by = [2.0, 0.5][draw.below(2)];
            each_box(subject, |b| (b.centre(), b.half() * by, b.axes()));
            format!("times {by}")
        }
        FaultKind::BoxFrame => {
            let (turn, shift) = if draw.below(3) == 0 {
                (Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y), Vec3::ZERO)
            } else {
                let yaw = draw.between(0.25, 6.0);
                let shift = Vec3::new(draw.between(-3.0, 3.0), draw.between(-3.0, 3.0), draw.between(-1.0, 1.0));
                (Mat3::from_rotation_z(yaw), shift)
            };
            each_box(subject, |b| (turn * b.centre() + shift, b.half(), turn * b.axes()));
            no_room(subject);
            format!("turned by {turn}, moved by {shift}")
        }
        FaultKind::Scale => {
            let unknown = if draw.below(2) == 0 { draw.between(0.2, 0.5) } else { draw.between(2.0, 5.0) };
            let by = [1000.0, 100.0, 1.0 / 0.3048, 1.0 / 0.0254, unknown][draw.below(5)];
            let part = draw.below(3);
            each_pose(subject, |r, t| (r, t * by));
            if part != 2 {
                each_box(subject, |b| (b.centre() * by, b.half() * by, b.axes()));
                no_room(subject);
            }
            if part == 0 {
                scale_depth(subject, by);
            }
            format!("times {by}: {}", ["everything", "poses and boxes", "poses"][part])
        }
        FaultKind::WorldUp => {
            let up = [Vec3::Y, Vec3::NEG_Y, Vec3::X, Vec3::NEG_Z][draw.below(4)];
            let heading = Mat3::from_rotation_z([0.0, 0.5, 1.0, 1.5][draw.below(4)] * std::f64::consts::PI);
            let turn = Mat3::from_quat(Quat::from_rotation_arc(Vec3::Z, up)) * heading;
            each_box(subject, |b| (turn * b.centre(), b.half(), turn * b.axes()));
            each_pose(subject, |r, t| (turn * r, turn * t));
            no_room(subject);
            format!("up is {up}")
        }
        _ => unreachable!("every kind is put in above"),
    }
}

/// An embedded scene, which has no frames.
pub(crate) fn embedded(name: &str) -> Subject {
    let scene = scene::builtin::open(name).expect("a built-in name").expect("a scene");
    Subject { parts: scene.into_parts(), pictures: Vec::new() }
}
