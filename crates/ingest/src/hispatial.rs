//! Shards of `HiSpatial`'s images from the web: a tar archive in which a sample is `<key>.jpg`, `<key>.png` (depth),
//! `<key>.intrinsics.pt` and `<key>.pt`; those that the corpus writes have `<key>.intrinsics.json` and `<key>.json`.
//!
//! Depth is a 16-bit grey PNG whose texts `near` and `far` say how to read it: 0 is unknown, 65535 infinitely far, any
//! other v stands for near^(1−t)·far^t with t = (v − 1) / 65533. It is written as whole steps of a length that is fine
//! enough for the farthest of them. Intrinsics are a 3 × 3 tensor of `PyTorch` divided by the width and height of the image,
//! with principal points measured from its corner, or the same rows as JSON. Only its numbers are read, never the pickled
//! program around them; questions are not read at all.
//!
//! A sample becomes a scene of one frame. Shards state no poses and no objects.

use std::{
    collections::BTreeMap,
    fs,
    io::{Read as _, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use render::{Image, grey_16, image_head, log_depth_m};
use scene::{
    FileError, NoiseModel, Provenance, Room, Scene, SceneParts,
    geometry::{Distortion, Vec2},
};

use crate::{
    Import, Imported, IngestError, Report, SceneFile,
    calibration::Calibration,
    canonical::files_ending,
    folder_id::file_name,
    folders::name_of,
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    npy::entry_ending,
    pose::no_pose,
    rgbd_arrays::{step_for, steps},
    whole_image::png_texts,
};

/// Largest member of a shard that is read, bytes.
const MAX_MEMBER: u64 = 64 << 20;
/// Most bytes of members that are held at once: a shard is read whole.
const MAX_HELD: u64 = 2 << 30;
/// Most bytes of the part of a tensor that is read.
const MAX_NUMBERS: u64 = 4096;
/// What an archive ends with, bytes of zero.
const END: u64 = 1024;

const DECODED: &str = "depth decoded from its logarithm and rounded to whole steps";
const SCALED: &str = "intrinsics multiplied by the width and height of the image";

/// The members of a sample that are read.
#[derive(Default)]
struct Sample {
    colour: Option<Vec<u8>>,
    depth: Option<Vec<u8>>,
    intrinsics: Option<Vec<u8>>,
    /// Whether they are JSON.
    is_json: bool,
}

/// Reads a shard, or every one of a folder.
pub fn read(path: &Path) -> Imported {
    let mut report = Report::default();
    let (mut scenes, mut files) = (Vec::new(), BTreeMap::new());
    let mut held = 0;
    for shard in files_ending(path, ".tar", "give a shard or the folder of shards")? {
        report.read("shards", 1);
        let stem = file_name(&shard.file_stem().unwrap_or_default().to_string_lossy());
        for (key, sample) in read_shard(&shard, &mut held, &mut report)? {
            let id = format!("{stem}-{}", file_name(&key.replace('/', "_")));
            match frame_of(&shard, &key, sample, &mut report)? {
                Ok(maker) => {
                    let (scene, images) = scene_of(&shard, id, maker)?;
                    if files.insert(scene.id().to_owned(), images).is_some() {
                        return Err(IngestError::value(
                            &shard,
                            "key",
                            key,
                            "another sample makes a scene of this name",
                        ));
                    }
                    scenes.push(scene);
                }
                Err(lacks) => report.refuse(id, format!("has no {lacks}")),
            }
        }
    }
    if scenes.is_empty() {
        return Err(IngestError::Nothing {
            path: path.to_owned(),
            expected: "samples of <key>.jpg, <key>.png and <key>.intrinsics.pt or .json",
            hint: "give shards of Objects365 or COYO; those of CA-1M are of another form",
        });
    }
    report.notes.push("questions are not read: those of the original are pickled programs".to_owned());
    Ok(Import { files, ..Import::new(scenes, report) })
}

fn read_shard(shard: &Path, held: &mut u64, report: &mut Report) -> Result<BTreeMap<String, Sample>, IngestError> {
    let failed = |source| FileError::Io {
        file: shard.to_owned(),
        action: "read",
        source,
        hint: "the shard is damaged or cut off, or is no tar archive",
    };
    let mut file = fs::File::open(shard).map_err(failed)?;
    check_end(shard, &mut file, failed)?;
    let mut samples: BTreeMap<String, Sample> = BTreeMap::new();
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries().map_err(failed)? {
        let mut entry = entry.map_err(failed)?;
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        report.read("members", 1);
        let start = name.rfind('/').map_or(0, |at| at + 1);
        let Some((key, ending)) = name[start..].find('.').map(|at| (&name[..start + at], &name[start + at + 1..]))
        else {
            report.refuse(format!("{}: {name}", name_of(shard)), "has no ending that says what it is");
            continue;
        };
        let sample = samples.entry(key.to_owned()).or_default();
        let place = match ending {
            "jpg" | "jpeg" => &mut sample.colour,
            "png" => &mut sample.depth,
            "intrinsics.pt" | "intrinsics.json" => {
                sample.is_json = ending == "intrinsics.json";
                &mut sample.intrinsics
            }
            "pt" | "json" => {
                report.read("files of questions", 1);
                continue;
            }
            _ => {
                report.refuse(format!("{}: {name}", name_of(shard)), "is no member that is known here");
                continue;
            }
        };
        let size = entry.size();
        *held = held.saturating_add(size);
        if size > MAX_MEMBER || *held > MAX_HELD {
            let problem = format!("at most {MAX_MEMBER} bytes of a member and {MAX_HELD} in all are read");
            return Err(IngestError::value(shard, name, size, problem));
        }
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 != size {
            return Err(IngestError::value(shard, name, bytes.len(), format!("breaks off; it has {size} bytes")));
        }
        if place.replace(bytes).is_some() {
            return Err(IngestError::value(shard, "member", name, "stands twice"));
        }
    }
    Ok(samples)
}

/// An archive that was cut between two members is a shorter archive; only its missing end tells.
fn check_end(
    shard: &Path,
    file: &mut fs::File,
    failed: impl Fn(std::io::Error) -> FileError,
) -> Result<(), IngestError> {
    let length = file.metadata().map_err(&failed)?.len();
    let mut end = Vec::new();
    file.seek(SeekFrom::Start(length.saturating_sub(END))).map_err(&failed)?;
    file.take(END).read_to_end(&mut end).map_err(&failed)?;
    if length < END || end.iter().any(|byte| *byte != 0) {
        return Err(IngestError::value(shard, "end", length, "the archive breaks off: it does not end with zeros"));
    }
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    Ok(())
}

/// The frame of a sample, or what it lacks.
fn frame_of(
    shard: &Path,
    key: &str,
    sample: Sample,
    report: &mut Report,
) -> Result<Result<FrameMaker<'static>, &'static str>, IngestError> {
    let Some(colour) = sample.colour else { return Ok(Err("picture")) };
    let Some(depth) = sample.depth else { return Ok(Err("depth")) };
    let Some(intrinsics) = sample.intrinsics else { return Ok(Err("intrinsics")) };
    let member = |ending: &str| PathBuf::from(format!("{}: {key}.{ending}", shard.display()));
    let size_px = image_head(&member("jpg"), &colour)?.size_px;
    let of_lens = member(if sample.is_json { "intrinsics.json" } else { "intrinsics.pt" });
    let numbers = if sample.is_json { rows_of(&of_lens, &intrinsics)? } else { tensor_of(&of_lens, &intrinsics)? };
    let lens = lens_of(&of_lens, &numbers, size_px)?;
    let (image, scale_m) = depth_of(&member("png"), &depth)?;
    let shot = Shot {
        name: file_name(&key.replace('/', "_")),
        time_s: None,
        pose: no_pose("the shard states none"),
        colour: Some(Source::Bytes(colour)),
        depth: Some(Depth { steps: Steps::Raw(image), scale_m, unknown: None }),
        instance: None,
    };
    let lenses = Lenses { colour: Some(lens), depth: None, file: of_lens };
    let mut maker = FrameMaker::default();
    maker.add(vec![shot], &lenses, &member("jpg"), report)?;
    report.convert(DECODED, 1);
    report.convert(SCALED, 1);
    Ok(Ok(maker))
}

/// The numbers of a JSON list of three rows.
fn rows_of(file: &Path, bytes: &[u8]) -> Result<Vec<f64>, IngestError> {
    let rows: Result<[[f64; 3]; 3], _> = serde_json::from_slice(bytes);
    let wrong = |problem: serde_json::Error| IngestError::value(file, "intrinsics", bytes.len(), problem.to_string());
    Ok(rows.map_err(wrong)?.as_flattened().to_vec())
}

/// The numbers of a tensor: an archive whose member `…/data/0` holds nine numbers of 32 or 64 bits, rows first.
fn tensor_of(file: &Path, bytes: &[u8]) -> Result<Vec<f64>, IngestError> {
    let wrong = |value: &dyn std::fmt::Debug, problem: String| IngestError::value(file, "tensor", value, problem);
    let member =
        |ending: &str| entry_ending(bytes, ending, MAX_NUMBERS).map_err(|problem| wrong(&bytes.len(), problem));
    if member("/byteorder")?.is_some_and(|order| order.trim_ascii() != b"little") {
        return Err(wrong(&"byteorder", "must be little".to_owned()));
    }
    let Some(raw) = member("/data/0")? else { return Err(wrong(&bytes.len(), "holds no data/0".to_owned())) };
    match raw.len() {
        36 => Ok(raw.as_chunks().0.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect()),
        72 => Ok(raw.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()),
        length => Err(wrong(&length, "bytes are not nine numbers of 32 or 64 bits".to_owned())),
    }
}

/// The lens of a normalised matrix of intrinsics.
fn lens_of(file: &Path, numbers: &[f64], size_px: [u32; 2]) -> Result<Calibration, IngestError> {
    let [fx, fy, cx, cy] = crate::numbers::intrinsic_matrix(file, numbers)?;
    let sides = Vec2::new(f64::from(size_px[0]), f64::from(size_px[1]));
    Ok(Calibration {
        focal_px: Vec2::new(fx, fy) * sides,
        centre_px: Vec2::new(cx, cy) * sides,
        distortion: Distortion::None,
        size_px: Some(size_px),
    })
}

/// Depth in whole steps, and the metres of a step.
fn depth_of(file: &Path, bytes: &[u8]) -> Result<(Image<u16>, f64), IngestError> {
    // Before its texts are believed, the file is seen to be whole.
    crate::whole_image::whole_image(file, bytes)?;
    let texts = png_texts(bytes);
    let number = |name: &str| {
        let text = texts.get(name).ok_or_else(|| IngestError::value(file, name, "", "the PNG has no such text"))?;
        let value: Option<f64> = text.trim().parse().ok().filter(|value| (1e-4..=1e4).contains(value));
        value.ok_or_else(|| IngestError::value(file, name, text, "must be 0.0001 to 10000 metres"))
    };
    let (near, far) = (number("near")?, number("far")?);
    if near > far {
        return Err(IngestError::value(file, "near", near, format!("is beyond far, {far}")));
    }
    let image = grey_16(file, bytes)?;
    let depths: Vec<f64> = image.pixels.iter().map(|step| log_depth_m(*step, near, far)).collect();
    let scale_m = step_for(&depths);
    Ok((steps(&depths, image.width_px as usize, image.height_px as usize, scale_m), scale_m))
}

fn scene_of(shard: &Path, id: String, maker: FrameMaker<'_>) -> Result<(Scene, Vec<SceneFile>), IngestError> {
    let parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "hispatial".to_owned(),
            licence: "that of the pictures".to_owned(),
            attribution: "depth and intrinsics: HiSpatial; pictures: their owners".to_owned(),
            converted: vec![DECODED.to_owned(), SCALED.to_owned()],
        },
        noise: NoiseModel { visible_fraction: 0.05, ..NoiseModel::NONE },
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: BTreeMap::new(),
        frames: maker.frames,
        points: Vec::new(),
    };
    let scene = Scene::new(parts).map_err(|source| IngestError::Scene { file: shard.to_owned(), id, source })?;
    Ok((scene, maker.files))
}
