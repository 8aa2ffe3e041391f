//! One scan of `ScanNet` as it is published or exported: mesh, segments, instances, frames.
//!
//! | file | what is taken |
//! |---|---|
//! | `ID.txt` | `axisAlignment`, image sizes, intrinsics |
//! | `ID_vh_clean_2.ply`, else `ID_vh_clean.ply` | points of the scan |
//! | the mesh's `.segs.json`, `ID.aggregation.json` | objects: the box around the vertices of each group |
//! | `color/`, `depth/`, `pose/`, `intrinsic/`, `instance-filt/`, else `ID.sens` | frames |
//! | `scannetv2-labels.combined.tsv` here or one level up | clean names of the raw labels |
//!
//! `axisAlignment` turns the scan's walls along x and y; it is applied to vertices and poses alike, so that boxes and
//! cameras share a world. A scan without it (the hidden test scans) keeps the axes of its reconstruction, whose z is up
//! all the same; the report says so.
//!
//! Objects are numbered `objectId` + 1, as in the instance images of the data set, where 0 is nothing. A group's box is
//! the upright box of least footprint around all its vertices; the benchmark's own boxes are parallel to the axes and
//! wider. Walls, floors and ceilings are the shell of the room: floors and ceilings give its heights, and none of them
//! is an object.

use std::path::{Path, PathBuf};

use scene::{
    NoiseModel, Provenance, Room, Scene, SceneParts,
    geometry::{RigidTransform, Vec3},
};

use crate::{
    Import, Imported, IngestError, Options, Report, canonical::sorted_entries, frame_maker::FrameMaker, ply::read_ply,
    scan::Scan, scannet_files::Meta, scannet_frames, scannet_labels::Labels, scannet_objects, sens,
};

/// Our assumption of the annotation's error (1 σ); `ScanNet` states none. Vertices are good to a centimetre or two, and
/// annotators painted segments of some centimetres; tracked poses drift by centimetres and fractions of a degree.
/// Depth is assumed to be good to 1 % of itself.
pub const NOISE: NoiseModel = NoiseModel {
    position_m: 0.015,
    size_m: 0.02,
    yaw_rad: 1.0 * std::f64::consts::PI / 180.0,
    area_relative: 0.02,
    pose_position_m: 0.02,
    pose_rotation_rad: 0.5 * std::f64::consts::PI / 180.0,
    visible_fraction: 0.02,
    depth_relative: 0.01,
};

/// Most points that a scene keeps of its mesh.
const MAX_POINTS: usize = 2_000_000;

const ALIGNED: &str = "axisAlignment applied to vertices and poses";

/// The files of one mesh: itself, its segments and the groups of these.
const MESHES: [[&str; 3]; 2] = [
    ["_vh_clean_2.ply", "_vh_clean_2.0.010000.segs.json", ".aggregation.json"],
    ["_vh_clean.ply", "_vh_clean.segs.json", "_vh_clean.aggregation.json"],
];

/// Reads the folder of one scan with all its frames.
pub fn read(path: &Path) -> Imported {
    read_with(path, &Options::default())
}

/// Reads the folder of one scan.
pub(crate) fn read_with(path: &Path, options: &Options) -> Imported {
    let mut report = Report::default();
    let id = scan_id(path)?;
    let meta_file = path.join(format!("{id}.txt"));
    let meta = Meta::read(&meta_file)?;
    let mut converted = vec!["objects are numbered objectId + 1".to_owned()];
    let world_from_scan = if let Some(alignment) = meta.axis_alignment {
        converted.push(ALIGNED.to_owned());
        alignment
    } else {
        let note = "no axisAlignment: the scan keeps its own axes, z up but walls along no axis";
        converted.push(note.to_owned());
        report.notes.push(format!("{}: {note}", name_of(&meta_file)));
        RigidTransform::IDENTITY
    };

    let mut parts = SceneParts {
        id: id.clone(),
        source: Provenance {
            dataset: "scannet".to_owned(),
            licence: "ScanNet terms of use".to_owned(),
            attribution: "ScanNet (Dai et al., CVPR 2017)".to_owned(),
            converted: Vec::new(),
        },
        noise: NOISE,
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: std::collections::BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    };
    let mut scan = read_mesh(path, &id, &world_from_scan, &mut parts, &mut report)?;

    let mut maker = FrameMaker::seeing(&parts.objects, scan.cloud());
    let sens_file = path.join(format!("{id}.sens"));
    if scannet_frames::are_there(path) {
        scannet_frames::read(path, &meta, &meta_file, options, &world_from_scan, &mut maker, &mut report)?;
        if sens_file.exists() {
            report.notes.push(format!("{}: not read, since its frames are exported", name_of(&sens_file)));
        }
    } else if sens_file.exists() {
        sens::read(&sens_file, options, &world_from_scan, &mut maker, &mut report)?;
    } else {
        report.notes.push("no frames: neither color/ nor a .sens file".to_owned());
    }
    if meta.axis_alignment.is_some() {
        report.convert(ALIGNED, 1);
    }
    if meta.has_extrinsics {
        report.notes.push("colorToDepthExtrinsics is not applied: published images are registered already".to_owned());
    }
    let FrameMaker { frames, files, .. } = maker;
    let scan = scan.finish(&frames, &mut report, &mut Vec::new());
    converted.extend(report.converted.keys().filter(|how| **how != ALIGNED).cloned());
    parts.source.converted = converted;
    parts.frames = frames;
    let scene =
        Scene::new(parts).map_err(|source| IngestError::Scene { file: path.to_owned(), id: id.clone(), source })?;
    Ok(Import::new(vec![scene], report).with_files(&id, files).with_scan(&id, scan))
}

/// The name that the scan's files share.
fn scan_id(path: &Path) -> Result<String, IngestError> {
    let endings = ["_vh_clean_2.ply", "_vh_clean.ply", "_vh_clean.aggregation.json", ".aggregation.json", ".sens"];
    let nothing = IngestError::Nothing {
        path: path.to_owned(),
        expected: "ID_vh_clean_2.ply, ID.aggregation.json or ID.sens",
        hint: "give the folder of one scan, such as scans/scene0000_00",
    };
    if !path.is_dir() {
        return Err(nothing);
    }
    let names = sorted_entries(path)?.iter().map(|entry| name_of(entry)).collect::<Vec<_>>();
    let id_of = |name: &String| endings.iter().find_map(|ending| name.strip_suffix(ending)).map(str::to_owned);
    let mut ids: Vec<String> = names.iter().filter_map(id_of).collect();
    ids.dedup();
    match ids.as_slice() {
        [] => Err(nothing),
        [id] => Ok(id.clone()),
        _ => Err(IngestError::value(path, "files", &ids, "are of several scans; give the folder of one")),
    }
}

/// Points, objects and heights, where there is a mesh; the vertices of each object.
fn read_mesh(
    path: &Path,
    id: &str,
    world_from_scan: &RigidTransform,
    parts: &mut SceneParts,
    report: &mut Report,
) -> Result<Scan, IngestError> {
    let place = |ending: &str| path.join(format!("{id}{ending}"));
    let annotation = |[_, segments, groups]: &[&str; 3]| [place(segments), place(groups)];
    let Some(set) = MESHES.iter().find(|[mesh, ..]| place(mesh).exists()) else {
        // Instances without the vertices they are made of are half a scan.
        if let Some(file) = MESHES.iter().flat_map(annotation).find(|file| file.exists()) {
            let problem = format!("its mesh {id}_vh_clean_2.ply is missing");
            return Err(IngestError::value(&file, "mesh", "", problem));
        }
        report.notes.push("no mesh: the scene has no points and no objects".to_owned());
        return Ok(Scan::default());
    };
    let mesh_file = place(set[0]);
    let mesh = read_ply(&mesh_file, &[])?;
    report.read("vertices", mesh.vertices.len());
    report.notes.push(format!("{}: {} faces are not kept", name_of(&mesh_file), mesh.triangles.len()));
    let vertices: Vec<Vec3> = mesh.vertices.iter().map(|p| world_from_scan.apply(*p)).collect();
    let step = vertices.len().div_ceil(MAX_POINTS).max(1);
    if step > 1 {
        report.convert(&format!("every {step}th vertex kept as a point"), vertices.len().div_ceil(step));
    }
    parts.points = vertices.iter().step_by(step).map(|p| p.to_array().map(|v| v as f32)).collect();

    let [segments, groups] = annotation(set);
    // Only the groups of the full mesh have a name of their own; exporters keep the other beside either mesh.
    let groups = if groups.exists() { groups } else { place(".aggregation.json") };
    match (segments.exists(), groups.exists()) {
        (true, true) => {
            let labels = Labels::beside(path, report)?;
            scannet_objects::read(&segments, &groups, &vertices, &labels, parts, report)
        }
        (false, false) => {
            report.notes.push("no segments and no aggregation: the scene has no objects".to_owned());
            Ok(Scan::default())
        }
        (there, _) => {
            let (file, missing) = if there { (&segments, &groups) } else { (&groups, &segments) };
            let problem = format!("belongs together with {}, which is missing", name_of(missing));
            Err(IngestError::value(file, "file", "", problem))
        }
    }
}

/// The last part of a path.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A folder's files that are named by a number, sorted by it.
pub(crate) fn numbered(dir: &Path, endings: &[&str]) -> Result<Vec<(u64, PathBuf)>, IngestError> {
    let mut files = Vec::new();
    if !dir.is_dir() {
        return Ok(files);
    }
    for file in sorted_entries(dir)? {
        let name = name_of(&file);
        let Some(stem) = endings.iter().find_map(|ending| name.strip_suffix(ending)) else { continue };
        let number = stem.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default().parse();
        let Ok(number) = number else {
            return Err(IngestError::value(&file, "name", &name, "ends with no number, so that its frame is unknown"));
        };
        files.push((number, file));
    }
    files.sort();
    if let Some(pair) = files.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(IngestError::value(&pair[1].1, "name", name_of(&pair[0].1), "is another file of the same number"));
    }
    Ok(files)
}
