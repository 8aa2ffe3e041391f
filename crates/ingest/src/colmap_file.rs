//! The files of a COLMAP model, in text or binary: `cameras`, `images`, `points3D`.
//!
//! Every count of a binary file is held against the bytes that are left, since nothing is allocated by it; what is left
//! over after the last entry is an error.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use scene::{
    disk,
    geometry::{Camera, Distortion, Mat3, Quat, RigidTransform, Vec2, Vec3},
};

use crate::IngestError;

/// Names of COLMAP's camera models by their numbers, with the count of their parameters.
const MODELS: [(&str, usize); 11] = [
    ("SIMPLE_PINHOLE", 3),
    ("PINHOLE", 4),
    ("SIMPLE_RADIAL", 4),
    ("RADIAL", 5),
    ("OPENCV", 8),
    ("OPENCV_FISHEYE", 8),
    ("FULL_OPENCV", 12),
    ("FOV", 5),
    ("SIMPLE_RADIAL_FISHEYE", 4),
    ("RADIAL_FISHEYE", 5),
    ("THIN_PRISM_FISHEYE", 12),
];

/// How far the length of a quaternion may be from 1.
const UNIT_TOLERANCE: f64 = 1e-3;

/// One picture of the model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Picture {
    /// Path below the folder of images.
    pub(crate) name: String,
    /// Number of its camera.
    pub(crate) camera: u32,
    pub(crate) world_from_camera: RigidTransform,
}

/// A file of the model, as text or in binary.
enum Form {
    Text(PathBuf, String),
    Binary(PathBuf, Vec<u8>),
}

fn open(dir: &Path, part: &str) -> Result<Form, IngestError> {
    let [text, binary] = ["txt", "bin"].map(|ending| dir.join(format!("{part}.{ending}")));
    if binary.exists() && text.exists() {
        let problem = "stands beside a binary file of the same part: remove the one that is out of date";
        return Err(IngestError::value(&text, "name", part, problem));
    }
    if binary.exists() {
        let bytes = disk::read_bytes(&binary)?;
        return Ok(Form::Binary(binary, bytes));
    }
    let content = scene::file::read_text(&text)?;
    Ok(Form::Text(text, content))
}

/// Every camera, by number.
pub(crate) fn read_cameras(dir: &Path) -> Result<BTreeMap<u32, Camera>, IngestError> {
    let mut cameras = BTreeMap::new();
    let mut add = |file: &Path, field: String, id: u32, camera: Result<Camera, String>| {
        let camera = camera.map_err(|problem| IngestError::value(file, &field, id, problem))?;
        match cameras.insert(id, camera) {
            None => Ok(()),
            Some(_) => Err(IngestError::value(file, field, id, "another camera has this number")),
        }
    };
    match open(dir, "cameras")? {
        Form::Text(file, text) => {
            for (line, row) in rows(&text).filter(|(_, row)| !row.is_empty()) {
                let mut words = Words { file: &file, line, left: row.split_whitespace() };
                let id = words.number("camera id")?;
                let model = words.word("model")?.to_owned();
                let size = [words.number("width")?, words.number("height")?];
                let parameters = words.rest()?;
                add(&file, format!("line {line}"), id, camera_of(&model, size, &parameters))?;
            }
        }
        Form::Binary(file, bytes) => {
            let mut bytes = Bytes { file: &file, all: bytes.len(), left: &bytes };
            for at in 0..bytes.u64("count of cameras")? {
                let field = format!("camera {at}");
                let (id, model) = (bytes.u32(&field)?, bytes.u32(&field)?);
                let size = [bytes.u64(&field)?, bytes.u64(&field)?];
                let Some((model, count)) = MODELS.get(model as usize) else {
                    return Err(IngestError::value(&file, field, model, "is no camera model known here"));
                };
                let parameters = (0..*count).map(|_| bytes.f64(&field)).collect::<Result<Vec<_>, _>>()?;
                add(&file, field, id, camera_of(model, size, &parameters))?;
            }
            bytes.end()?;
        }
    }
    Ok(cameras)
}

/// Every picture, by name.
pub(crate) fn read_pictures(dir: &Path) -> Result<Vec<Picture>, IngestError> {
    let mut pictures = Vec::new();
    match open(dir, "images")? {
        Form::Text(file, text) => {
            let mut rows = rows(&text);
            while let Some((line, row)) = rows.next() {
                if row.is_empty() {
                    continue;
                }
                let mut words = Words { file: &file, line, left: row.split_whitespace() };
                let _id: u32 = words.number("image id")?;
                let mut pose = [0.0; 7];
                for value in &mut pose {
                    *value = words.number("pose")?;
                }
                let camera = words.number("camera id")?;
                // A name may hold blanks.
                let name = row.split_whitespace().skip(9).collect::<Vec<_>>().join(" ");
                let field = format!("line {line}");
                pictures.push(picture(&file, &field, name, camera, pose)?);
                // The line of its features follows, empty or not; the file may end without it.
                rows.next();
            }
        }
        Form::Binary(file, bytes) => {
            let mut bytes = Bytes { file: &file, all: bytes.len(), left: &bytes };
            for at in 0..bytes.u64("count of images")? {
                let field = format!("image {at}");
                bytes.u32(&field)?;
                let mut pose = [0.0; 7];
                for value in &mut pose {
                    *value = bytes.f64(&field)?;
                }
                let camera = bytes.u32(&field)?;
                let name = bytes.name(&field)?;
                let features = bytes.u64(&field)?;
                bytes.skip(features, 24, &field)?;
                pictures.push(picture(&file, &field, name, camera, pose)?);
            }
            bytes.end()?;
        }
    }
    pictures.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(pictures)
}

/// Every point.
pub(crate) fn read_points(dir: &Path) -> Result<Vec<[f32; 3]>, IngestError> {
    let mut points = Vec::new();
    match open(dir, "points3D")? {
        Form::Text(file, text) => {
            for (line, row) in rows(&text).filter(|(_, row)| !row.is_empty()) {
                let mut words = Words { file: &file, line, left: row.split_whitespace() };
                let _id: u64 = words.number("point id")?;
                points.push([words.number("x")?, words.number("y")?, words.number("z")?]);
            }
        }
        Form::Binary(file, bytes) => {
            let mut bytes = Bytes { file: &file, all: bytes.len(), left: &bytes };
            for at in 0..bytes.u64("count of points")? {
                let field = format!("point {at}");
                bytes.u64(&field)?;
                points.push([bytes.f64(&field)?, bytes.f64(&field)?, bytes.f64(&field)?].map(|v| v as f32));
                // Colour and error.
                bytes.skip(1, 11, &field)?;
                let track = bytes.u64(&field)?;
                bytes.skip(track, 8, &field)?;
            }
            bytes.end()?;
        }
    }
    Ok(points)
}

/// The camera of a model. Principal points are measured from the corner of the image, as ours.
fn camera_of(model: &str, [width, height]: [u64; 2], parameters: &[f64]) -> Result<Camera, String> {
    let side = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
    let brown = |k: [f64; 6], p: [f64; 2]| Distortion::BrownConrady { k, p };
    let fisheye = |k: [f64; 4]| Distortion::KannalaBrandt { k };
    let (fx, fy, cx, cy, distortion) = match (model, parameters) {
        ("SIMPLE_PINHOLE", &[f, cx, cy]) => (f, f, cx, cy, Distortion::None),
        ("PINHOLE", &[fx, fy, cx, cy]) => (fx, fy, cx, cy, Distortion::None),
        ("SIMPLE_RADIAL", &[f, cx, cy, k1]) => (f, f, cx, cy, brown([k1, 0.0, 0.0, 0.0, 0.0, 0.0], [0.0; 2])),
        ("RADIAL", &[f, cx, cy, k1, k2]) => (f, f, cx, cy, brown([k1, k2, 0.0, 0.0, 0.0, 0.0], [0.0; 2])),
        ("OPENCV", &[fx, fy, cx, cy, k1, k2, p1, p2]) => {
            (fx, fy, cx, cy, brown([k1, k2, 0.0, 0.0, 0.0, 0.0], [p1, p2]))
        }
        ("FULL_OPENCV", &[fx, fy, cx, cy, k1, k2, p1, p2, k3, k4, k5, k6]) => {
            (fx, fy, cx, cy, brown([k1, k2, k3, k4, k5, k6], [p1, p2]))
        }
        ("OPENCV_FISHEYE", &[fx, fy, cx, cy, k1, k2, k3, k4]) => (fx, fy, cx, cy, fisheye([k1, k2, k3, k4])),
        ("SIMPLE_RADIAL_FISHEYE", &[f, cx, cy, k1]) => (f, f, cx, cy, fisheye([k1, 0.0, 0.0, 0.0])),
        ("RADIAL_FISHEYE", &[f, cx, cy, k1, k2]) => (f, f, cx, cy, fisheye([k1, k2, 0.0, 0.0])),
        _ => {
            return Err(match MODELS.iter().find(|(name, _)| *name == model) {
                Some((_, count)) if *count != parameters.len() => {
                    format!("camera model {model} has {} parameters, must have {count}", parameters.len())
                }
                _ => format!("camera model {model:?} is no lens known here; undistort the images first"),
            });
        }
    };
    // A lens that bends nothing is none.
    let distortion = match distortion {
        Distortion::BrownConrady { k, p } if k.iter().chain(&p).all(|value| value.abs() <= 0.0) => Distortion::None,
        other => other,
    };
    Camera::new(side(width), side(height), Vec2::new(fx, fy), Vec2::new(cx, cy), distortion).map_err(|e| e.to_string())
}

/// A picture from its pose, quaternion (w, x, y, z) and translation, world to camera.
fn picture(
    file: &Path,
    field: &str,
    name: String,
    camera: u32,
    pose @ [w, qx, qy, qz, x, y, z]: [f64; 7],
) -> Result<Picture, IngestError> {
    let turn = Quat::from_xyzw(qx, qy, qz, w);
    // Written so that NaN is refused too.
    if !matches!((turn.length() - 1.0).abs(), 0.0..UNIT_TOLERANCE) {
        return Err(IngestError::value(file, field, pose, "the quaternion is not of unit length"));
    }
    if name.is_empty() {
        return Err(IngestError::value(file, field, name, "the image has no name"));
    }
    let camera_from_world = RigidTransform::new(Mat3::from_quat(turn.normalize()), Vec3::new(x, y, z))
        .map_err(|e| IngestError::value(file, field, pose, e.to_string()))?;
    Ok(Picture { name, camera, world_from_camera: camera_from_world.inverse() })
}

/// The lines of a text without comments, with their numbers, from 1.
fn rows(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let rows = text.lines().enumerate().map(|(at, row)| (at + 1, row.trim()));
    rows.filter(|(_, row)| !row.starts_with('#'))
}

/// The words of a line, one after the other.
struct Words<'a, I> {
    file: &'a Path,
    line: usize,
    left: I,
}

impl<'a, I: Iterator<Item = &'a str>> Words<'a, I> {
    fn wrong(&self, value: &str, problem: String) -> IngestError {
        IngestError::value(self.file, format!("line {}", self.line), value, problem)
    }

    fn word(&mut self, what: &str) -> Result<&'a str, IngestError> {
        self.left.next().ok_or_else(|| self.wrong("", format!("breaks off before its {what}")))
    }

    fn number<T: std::str::FromStr>(&mut self, what: &str) -> Result<T, IngestError> {
        let word = self.word(what)?;
        word.parse().map_err(|_| self.wrong(word, format!("is no {what}")))
    }

    fn rest(&mut self) -> Result<Vec<f64>, IngestError> {
        let mut numbers = Vec::new();
        while let Some(word) = self.left.next() {
            numbers.push(word.parse().map_err(|_| self.wrong(word, "is no number".to_owned()))?);
        }
        Ok(numbers)
    }
}

/// Little-endian numbers, one after the other.
struct Bytes<'a> {
    file: &'a Path,
    all: usize,
    left: &'a [u8],
}

impl Bytes<'_> {
    fn wrong(&self, field: &str, problem: &str) -> IngestError {
        IngestError::value(self.file, field, format!("byte {}", self.all - self.left.len()), problem)
    }

    fn take<const N: usize>(&mut self, field: &str) -> Result<[u8; N], IngestError> {
        let Some((bytes, left)) = self.left.split_first_chunk::<N>() else {
            return Err(self.wrong(field, "the file breaks off"));
        };
        self.left = left;
        Ok(*bytes)
    }

    fn u32(&mut self, field: &str) -> Result<u32, IngestError> {
        self.take(field).map(u32::from_le_bytes)
    }

    fn u64(&mut self, field: &str) -> Result<u64, IngestError> {
        self.take(field).map(u64::from_le_bytes)
    }

    fn f64(&mut self, field: &str) -> Result<f64, IngestError> {
        self.take(field).map(f64::from_le_bytes)
    }

    fn skip(&mut self, count: u64, each: u64, field: &str) -> Result<(), IngestError> {
        let length = count.checked_mul(each).and_then(|length| usize::try_from(length).ok());
        match length.and_then(|length| self.left.get(length..)) {
            Some(left) => self.left = left,
            None => return Err(self.wrong(field, &format!("states {count} entries, more than the file holds"))),
        }
        Ok(())
    }

    /// A text that ends with a zero byte.
    fn name(&mut self, field: &str) -> Result<String, IngestError> {
        let end = self.left.iter().position(|byte| *byte == 0);
        let Some(end) = end.filter(|end| *end <= 4096) else {
            return Err(self.wrong(field, "the name does not end"));
        };
        let name =
            String::from_utf8(self.left[..end].to_vec()).map_err(|_| self.wrong(field, "the name is not UTF-8"))?;
        self.left = &self.left[end + 1..];
        Ok(name)
    }

    fn end(&self) -> Result<(), IngestError> {
        if self.left.is_empty() {
            return Ok(());
        }
        Err(self.wrong("end", &format!("{} bytes stand after the last entry", self.left.len())))
    }
}
