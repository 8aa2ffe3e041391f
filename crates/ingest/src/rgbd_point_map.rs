//! One picture with a point for each pixel, as `MoGe` and its kin make them: `points` (H, W, 3) in metres on camera axes
//! (x right, y down, z forward), `mask` (H, W) of pixels that have one, `intrinsics` (3, 3) in pixels or in shares of the
//! image's sides, as `.npy` files or in one `.npz`, and the picture as `image.jpg` or `image.png`.
//!
//! Depth is the points' z. Points must lie on the rays of the camera that the intrinsics state, so that two files that
//! do not belong together are noticed. A single picture states no pose.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use scene::geometry::{Camera, Distortion, Vec2, Vec3};

use crate::{
    Imported, IngestError, Options, Report,
    calibration::{Calibration, HALF_A_PIXEL},
    canonical::sorted_entries,
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    npy::{Array, read_npy, read_npz},
    numbers::intrinsic_matrix,
    pose::no_pose,
    rgbd::finish,
    rgbd_arrays::{step_for, steps},
};

/// Median distance between where points should and do appear, at most, pixels.
const ON_RAY_PX: f64 = 1.0;

/// The arrays of a point map and where `points` lies.
pub(crate) struct PointMap {
    arrays: BTreeMap<String, Array>,
    file: PathBuf,
}

/// The point map of a folder, or of an `.npz` file.
pub(crate) fn find(path: &Path) -> Result<Option<PointMap>, IngestError> {
    let archive = |file: &Path| -> Result<Option<PointMap>, IngestError> {
        let arrays = read_npz(file)?;
        Ok(arrays.contains_key("points").then(|| PointMap { arrays, file: file.to_owned() }))
    };
    if path.is_file() && path.extension().is_some_and(|ending| ending == "npz") {
        return archive(path);
    }
    let file = path.join("points.npy");
    if file.is_file() {
        let mut arrays = BTreeMap::new();
        for name in ["points", "mask", "intrinsics"] {
            let file = path.join(format!("{name}.npy"));
            if file.is_file() {
                arrays.insert(name.to_owned(), read_npy(&file)?);
            }
        }
        return Ok(Some(PointMap { arrays, file }));
    }
    if !path.is_dir() {
        return Ok(None);
    }
    let mut files = sorted_entries(path)?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "npz"));
    match files.as_slice() {
        [file] => archive(file),
        _ => Ok(None),
    }
}

/// Reads the point map.
pub(crate) fn read(path: &Path, map: &PointMap, options: &Options) -> Imported {
    let mut report = Report::default();
    let PointMap { arrays, file } = map;
    if let Some(option) = [("depth-scale", options.depth_scale_m.is_some()), ("camera", options.camera.is_some())]
        .into_iter()
        .chain([("up", options.up.is_some()), ("stride", options.stride.is_some())])
        .find_map(|(name, set)| set.then_some(name))
    {
        return Err(IngestError::value(file, "options", option, "says nothing about a point map; leave it out"));
    }
    let array = |name: &str| {
        let problem = "is missing; a point map is points, intrinsics and perhaps mask";
        arrays.get(name).ok_or_else(|| IngestError::value(file, name, "", problem))
    };
    let (points, lens) = (array("points")?, array("intrinsics")?);
    let limit = scene::geometry::MAX_SIDE_PX as usize;
    let (height, width) = match points.shape.as_slice() {
        &[height, width, 3] if (1..=limit).contains(&height) && (1..=limit).contains(&width) => (height, width),
        _ => return Err(IngestError::value(file, "points", &points.shape, "must be height x width x 3")),
    };
    let mask = arrays.get("mask");
    if let Some(mask) = mask.filter(|mask| mask.shape != [height, width]) {
        return Err(IngestError::value(file, "mask", &mask.shape, format!("must be {height} x {width}")));
    }
    if lens.shape != [3, 3] {
        return Err(IngestError::value(file, "intrinsics", &lens.shape, "must be 3 x 3"));
    }
    let size = [width as u32, height as u32];
    let calibration = calibration(file, &lens.values, size, &mut report)?;
    let camera = calibration.camera(size, file)?;
    let masked = |at: usize| mask.is_some_and(|mask| mask.values[at] == 0.0);
    let pixel = |at: usize| Vec2::new((at % width) as f64 + 0.5, (at / width) as f64 + 0.5);
    let known: Vec<(usize, Vec3)> = points
        .values
        .chunks_exact(3)
        .enumerate()
        .filter(|(at, p)| !masked(*at) && p.iter().all(|v| v.is_finite()) && p[2] > 0.0)
        .map(|(at, p)| (at, Vec3::new(p[0], p[1], p[2])))
        .collect();
    report.read("points", known.len());
    report.notes.push(format!("{} of {} pixels have no point", width * height - known.len(), width * height));
    check_rays(file, &camera, known.iter().map(|(at, p)| (pixel(*at), *p)))?;
    let mut depths = vec![0.0; width * height];
    for (at, p) in &known {
        depths[*at] = p.z;
    }
    let scale_m = step_for(&depths);
    report.convert(&format!("depth of the points written in steps of {scale_m} m"), 1);
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let picture = ["image.jpg", "image.png"].into_iter().map(|name| folder.join(name)).find(|file| file.is_file());
    if picture.is_none() {
        report.notes.push("neither image.jpg nor image.png: the frame has no colours".to_owned());
    }
    let shot = Shot {
        name: "0".to_owned(),
        time_s: None,
        pose: no_pose("a point map of one picture states no pose"),
        colour: picture.map(Source::File),
        depth: Some(Depth { steps: Steps::Raw(steps(&depths, width, height, scale_m)), scale_m, unknown: None }),
        instance: None,
    };
    let lenses = Lenses { colour: Some(calibration.clone()), depth: Some(calibration), file: file.clone() };
    let mut maker = FrameMaker::default();
    maker.add(vec![shot], &lenses, file, &mut report)?;
    finish(path, maker, options, report)
}

/// Intrinsics in pixels, or in shares of the sides: then the principal point lies between 0 and 1.
fn calibration(file: &Path, values: &[f64], size: [u32; 2], report: &mut Report) -> Result<Calibration, IngestError> {
    let [fx, fy, cx, cy] = intrinsic_matrix(file, values)?;
    if !(0.0..=1.0).contains(&cx) || !(0.0..=1.0).contains(&cy) {
        report.convert(HALF_A_PIXEL, 1);
        return Ok(Calibration { size_px: Some(size), ..Calibration::of_zero_based([fx, fy, cx, cy]) });
    }
    report.convert("intrinsics in shares of the image's sides became pixels", 1);
    let sides = Vec2::new(f64::from(size[0]), f64::from(size[1]));
    Ok(Calibration {
        focal_px: Vec2::new(fx, fy) * sides,
        centre_px: Vec2::new(cx, cy) * sides,
        distortion: Distortion::None,
        size_px: Some(size),
    })
}

/// The points appear where they are stored.
fn check_rays(file: &Path, camera: &Camera, points: impl Iterator<Item = (Vec2, Vec3)>) -> Result<(), IngestError> {
    let mut off: Vec<f64> =
        points.map(|(pixel, p)| camera.project(p).map_or(f64::INFINITY, |found| found.distance(pixel))).collect();
    off.sort_by(f64::total_cmp);
    match off.get(off.len() / 2) {
        None => Err(IngestError::value(file, "points", 0, "no pixel has a point")),
        Some(median) if *median > ON_RAY_PX => {
            let problem = "pixels off the rays of the intrinsics, in the median; they belong to other points";
            Err(IngestError::value(file, "points", median, problem))
        }
        Some(_) => Ok(()),
    }
}
