//! The canonical scene file: one readable `scene.json`, with bulk points beside it as `points.npy`.
//!
//! The text of a scene is unique: fixed key order, one object or frame a line, numbers in their shortest form that reads
//! back to the same bits. So `read(write(x)) == x` bit for bit, and a canonical text is reproduced byte for byte;
//! its SHA-256 names the scene. Points and images enter that hash through the hashes of their own files; images are
//! read only when they are asked for.

use std::{fs, path::Path};

use geometry::Vec3;

pub use crate::disk::{MAX_BYTES, read_text, replace, sha256_hex};
use crate::disk::{io, read_bytes};
use crate::json::{JsonFault, read_json};
use crate::{
    FileError, Images, Object, ObjectId, Room, Scene, SceneParts, npy,
    schema::{
        BoxFile, FORMAT, FloorFile, FrameFile, ObjectFile, POINTS_FILE, PointsFile, RoomFile, SceneFile, VERSION,
    },
};

/// The file a scene folder holds.
pub const SCENE_FILE: &str = "scene.json";

/// Reads a scene from its folder or its `scene.json`, and the points beside it where it names them.
pub fn read_scene(path: &Path) -> Result<Scene, FileError> {
    let file = if path.is_dir() { path.join(SCENE_FILE) } else { path.to_owned() };
    let text = read_text(&file)?;
    let (mut parts, points) = parse(&text, &file)?;
    if let Some(points) = points {
        parts.points = read_points(&file.with_file_name(POINTS_FILE), &points)?;
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    Ok(validated(parts, &file)?.with_images(Images::in_folder(folder)))
}

/// The scene of a canonical text that names no points; `origin` stands in messages.
pub fn parse_scene(text: &str, origin: &str) -> Result<Scene, FileError> {
    let file = Path::new(origin);
    let (parts, points) = parse(text, file)?;
    if points.is_some() {
        return Err(FileError::Points {
            file: file.to_owned(),
            problem: format!("the scene names {POINTS_FILE}, which a text alone does not hold"),
            hint: "open the folder that holds both files",
        });
    }
    validated(parts, file)
}

/// The canonical text of a scene, with a final line break.
pub fn scene_text(scene: &Scene) -> String {
    text_with(scene, points_entry(npy_bytes(scene).as_ref(), scene).as_ref())
}

/// SHA-256 of the canonical text, 64 lower-case hexadecimal digits.
pub fn scene_sha256(scene: &Scene) -> String {
    sha256_hex(scene_text(scene).as_bytes())
}

/// Writes a scene into a folder, which is made if need be: `scene.json`, and `points.npy` where it has points.
///
/// Each file is written under a temporary name, flushed to the disk and renamed, points first: what another
/// process sees is the old file or the new one.
pub fn write_scene(scene: &Scene, dir: &Path) -> Result<(), FileError> {
    fs::create_dir_all(dir).map_err(|e| io(dir, "make the folder", e))?;
    let points = npy_bytes(scene);
    if let Some(bytes) = &points {
        replace(&dir.join(POINTS_FILE), bytes)?;
    }
    let text = text_with(scene, points_entry(points.as_ref(), scene).as_ref());
    replace(&dir.join(SCENE_FILE), text.as_bytes())
}

fn npy_bytes(scene: &Scene) -> Option<Vec<u8>> {
    let points = &scene.parts().points;
    (!points.is_empty()).then(|| npy::write(points))
}

fn points_entry(bytes: Option<&Vec<u8>>, scene: &Scene) -> Option<PointsFile> {
    bytes.map(|bytes| PointsFile {
        file: POINTS_FILE.to_owned(),
        count: scene.parts().points.len() as u64,
        sha256: sha256_hex(bytes),
    })
}

fn read_points(file: &Path, entry: &PointsFile) -> Result<Vec<[f32; 3]>, FileError> {
    let damaged = |problem: String| FileError::Points {
        file: file.to_owned(),
        problem,
        hint: "scene and points do not belong together; import the scene again",
    };
    let bytes = read_bytes(file)?;
    let found = sha256_hex(&bytes);
    if found != entry.sha256 {
        return Err(damaged(format!("sha256 is {found}, the scene says {:?}", entry.sha256)));
    }
    let count = usize::try_from(entry.count).map_err(|_| damaged(format!("{} points are too many", entry.count)))?;
    npy::read(&bytes, count).map_err(damaged)
}

fn text_with(scene: &Scene, points: Option<&PointsFile>) -> String {
    let parts = scene.parts();
    let room = RoomFile {
        floor: parts.room.floor.as_ref().map(FloorFile::of),
        floor_height_m: parts.room.floor_height_m,
        ceiling_height_m: parts.room.ceiling_height_m,
        declared_area_m2: parts.room.declared_area_m2,
        centre_m: parts.room.centre.map(|centre| centre.to_array()),
    };
    let mut fields = vec![
        ("format", json(&FORMAT)),
        ("version", json(&VERSION)),
        ("id", json(&parts.id)),
        ("source", json(&parts.source)),
        ("noise", json(&parts.noise)),
        ("room", json(&room)),
    ];
    if !parts.declared_counts.is_empty() {
        fields.push(("declared_counts", json(&parts.declared_counts)));
    }
    fields.push(("objects", one_a_line(&parts.objects, |object| json(&line_of(object)))));
    if !parts.frames.is_empty() {
        fields.push(("frames", one_a_line(&parts.frames, |frame| json(&FrameFile::of(frame)))));
    }
    if let Some(points) = points {
        fields.push(("points", json(points)));
    }
    let fields: Vec<String> = fields.into_iter().map(|(name, value)| format!("  \"{name}\": {value}")).collect();
    format!("{{\n{}\n}}\n", fields.join(",\n"))
}

/// A list with one entry a line.
fn one_a_line<T>(entries: &[T], text: impl Fn(&T) -> String) -> String {
    let lines: Vec<String> = entries.iter().map(|entry| format!("    {}", text(entry))).collect();
    if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", lines.join(",\n")) }
}

fn line_of(object: &Object) -> ObjectFile {
    ObjectFile {
        id: object.id.0,
        label: object.label.clone(),
        names: object.names.clone(),
        bounds: BoxFile::of(&object.bounds),
        front: object.front.map(|front| front.to_array()),
    }
}

/// Compact JSON; these structs have string keys and finite numbers, so that serialising cannot fail.
fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn parse(text: &str, file: &Path) -> Result<(SceneParts, Option<PointsFile>), FileError> {
    if text.len() as u64 > MAX_BYTES {
        return Err(FileError::TooLarge { file: file.to_owned(), bytes: text.len() as u64, limit: MAX_BYTES });
    }
    if text.trim().is_empty() {
        return Err(FileError::Empty { file: file.to_owned() });
    }
    let raw = deserialise(text, file)?;
    check_kind(&raw.format, raw.version, file)?;
    if let Some(points) = &raw.points
        && points.file != POINTS_FILE
    {
        return Err(value_error(file, "points.file", format!("is {:?}, must be {POINTS_FILE:?}", points.file)));
    }
    if let Some(points) = &raw.points
        && points.count == 0
    {
        return Err(value_error(file, "points.count", "is 0; leave `points` out where there are none".to_owned()));
    }
    let floor = match &raw.room.floor {
        Some(floor) => Some(floor.build().map_err(|e| value_error(file, "room.floor", e.to_string()))?),
        None => None,
    };
    let mut objects = Vec::with_capacity(raw.objects.len());
    for (position, object) in raw.objects.into_iter().enumerate() {
        let bounds = object.bounds.build();
        let bounds = bounds.map_err(|e| value_error(file, &format!("objects[{position}].box"), e.to_string()))?;
        objects.push(Object {
            id: ObjectId(object.id),
            label: object.label,
            names: object.names,
            bounds,
            front: object.front.map(Vec3::from_array),
        });
    }
    let mut frames = Vec::with_capacity(raw.frames.len());
    for (position, frame) in raw.frames.into_iter().enumerate() {
        let built = frame.build();
        frames.push(built.map_err(|(field, e)| value_error(file, &format!("frames[{position}].{field}"), e))?);
    }
    let parts = SceneParts {
        id: raw.id,
        source: raw.source,
        noise: raw.noise,
        room: Room {
            floor,
            floor_height_m: raw.room.floor_height_m,
            ceiling_height_m: raw.room.ceiling_height_m,
            declared_area_m2: raw.room.declared_area_m2,
            centre: raw.room.centre_m.map(Vec3::from_array),
        },
        objects,
        declared_counts: raw.declared_counts,
        frames,
        points: Vec::new(),
    };
    Ok((parts, raw.points))
}

fn value_error(file: &Path, field: &str, problem: String) -> FileError {
    FileError::Value { file: file.to_owned(), field: field.to_owned(), problem }
}

fn validated(parts: SceneParts, file: &Path) -> Result<Scene, FileError> {
    Scene::new(parts).map_err(|source| FileError::Scene { file: file.to_owned(), source })
}

fn check_kind(format: &str, version: u32, file: &Path) -> Result<(), FileError> {
    if format != FORMAT {
        return Err(value_error(
            file,
            "format",
            format!("is {format:?}, expected {FORMAT:?} (hint: `isovist import` reads other layouts)"),
        ));
    }
    if version != VERSION {
        let problem = format!("is {version}, this program reads {VERSION} (hint: use a newer isovist)");
        return Err(value_error(file, "version", problem));
    }
    Ok(())
}

/// Only what tells one kind of file from another.
#[derive(serde::Deserialize)]
struct Head {
    format: String,
    version: u32,
}

fn deserialise(text: &str, file: &Path) -> Result<SceneFile, FileError> {
    read_json(text.as_bytes()).map_err(|fault| {
        // A file of another kind or version is told by that, not by the first field that differs.
        if let Ok(head) = serde_json::from_str::<Head>(text)
            && let Err(error) = check_kind(&head.format, head.version, file)
        {
            return error;
        }
        let JsonFault { line, column, field, problem, is_syntax } = fault;
        let file = file.to_owned();
        if is_syntax {
            return FileError::Syntax { file, line, column, field, problem };
        }
        FileError::Field {
            file,
            line,
            column,
            field,
            problem,
            hint: "`isovist schema scene` prints what each field holds",
        }
    })
}
