//! Posed depth in one `.npz`: `depths` (N, H, W) in metres along the optical axis, `poses` (N, 4, 4) camera to world,
//! `intrinsics` (N, 3, 3) or (3, 3) in pixels, and N colour images in a folder beside it.

use std::path::{Path, PathBuf};

use render::Image;

use crate::{
    Imported, IngestError, Options, Report,
    calibration::{Calibration, HALF_A_PIXEL},
    canonical::sorted_entries,
    frame_maker::{Depth, FrameMaker, Lenses, Shot, Source, Steps},
    npy::{Array, read_npz},
    numbers::intrinsic_matrix,
    options::Up,
    pose::{moved, pose_of},
    rgbd::{PICTURES, colour_folder, finish, upright},
    scannet::numbered,
};

/// Steps of the depth images that are made are whole multiples of this, metres.
const STEP_M: f64 = 1e-4;

/// The one `.npz` of a folder that has no depth images.
pub(crate) fn find(path: &Path) -> Result<Option<PathBuf>, IngestError> {
    if !path.is_dir() || path.join("depth").is_dir() {
        return Ok(None);
    }
    let mut files = sorted_entries(path)?;
    files.retain(|file| file.extension().is_some_and(|ending| ending == "npz"));
    match files.as_slice() {
        [file] => Ok(Some(file.clone())),
        _ => Ok(None),
    }
}

/// Reads the folder.
pub(crate) fn read(path: &Path, file: &Path, options: &Options) -> Imported {
    let mut report = Report::default();
    let arrays = read_npz(file)?;
    let array = |name: &str| -> Result<&Array, IngestError> {
        let known: Vec<&String> = arrays.keys().collect();
        arrays.get(name).ok_or_else(|| IngestError::value(file, name, known, "is not among the arrays"))
    };
    let (depths, poses, lenses) = (array("depths")?, array("poses")?, array("intrinsics")?);
    let wrong = |name: &str, array: &Array, problem: &str| IngestError::value(file, name, &array.shape, problem);
    let &[count, height, width] = depths.shape.as_slice() else {
        return Err(wrong("depths", depths, "must be frames x height x width"));
    };
    let limit = scene::geometry::MAX_SIDE_PX as usize;
    if count == 0 || !(1..=limit).contains(&height) || !(1..=limit).contains(&width) {
        return Err(wrong("depths", depths, "holds no images"));
    }
    if poses.shape != [count, 4, 4] {
        return Err(wrong("poses", poses, "must be as many 4 x 4 matrices as there are depths"));
    }
    if lenses.shape != [count, 3, 3] && lenses.shape != [3, 3] {
        return Err(wrong("intrinsics", lenses, "must be as many 3 x 3 matrices as there are depths, or one"));
    }
    if options.depth_scale_m.is_some() || options.camera.is_some() {
        let problem = "the arrays state depth in metres and the camera; leave --depth-scale and --camera out";
        return Err(IngestError::value(file, "options", "", problem));
    }
    let colours = match colour_folder(path)? {
        Some(dir) => numbered(&dir, &PICTURES)?,
        None => Vec::new(),
    };
    if !colours.is_empty() && colours.len() != count {
        return Err(IngestError::value(path, "colour images", colours.len(), format!("but {count} depths")));
    }
    if colours.is_empty() {
        report.notes.push(format!("{count} frames have no colours"));
    }
    let new_from_old = upright(options.up)?;
    if let Some((axis, _)) = Up::ALL.iter().find(|(_, up)| Some(*up) == options.up && *up != Up::Z) {
        report.convert(&format!("world turned so that {axis} of the poses' world is up, as --up says"), count);
    }
    let scale_m = step_for(&depths.values);
    report.convert(&format!("depth in metres written in steps of {scale_m} m"), count);
    report.convert(HALF_A_PIXEL, count);
    let pixels = width * height;
    let mut maker = FrameMaker::default();
    for number in (0..count).step_by(options.every()) {
        let rows = &poses.values[number * 16..(number + 1) * 16];
        let pose = pose_of(file, &format!("poses[{number}]"), rows, &mut report)?;
        let from = if lenses.shape.len() == 2 { 0 } else { number * 9 };
        let matrix = intrinsic_matrix(file, &lenses.values[from..from + 9])?;
        let calibration =
            Calibration { size_px: Some([width as u32, height as u32]), ..Calibration::of_zero_based(matrix) };
        let image = steps(&depths.values[number * pixels..(number + 1) * pixels], width, height, scale_m);
        let shot = Shot {
            name: number.to_string(),
            time_s: None,
            pose: moved(pose, &new_from_old),
            colour: colours.get(number).map(|(_, file)| Source::File(file.clone())),
            depth: Some(Depth { steps: Steps::Raw(image), scale_m, unknown: None }),
            instance: None,
        };
        // Each frame may have a lens of its own.
        let lenses = Lenses { colour: Some(calibration.clone()), depth: Some(calibration), file: file.to_owned() };
        maker.add(vec![shot], &lenses, file, &mut report)?;
    }
    if maker.frames.len() < count {
        report.notes.push(format!("{} of {count} frames are taken: every {}th", maker.frames.len(), options.every()));
    }
    finish(path, maker, options, report)
}

/// The finest step in which every depth fits into 16 bits.
pub(crate) fn step_for(depths_m: &[f64]) -> f64 {
    let deepest = depths_m.iter().copied().filter(|depth| depth.is_finite()).fold(0.0, f64::max);
    let steps = (deepest / f64::from(u16::MAX) / STEP_M).ceil().clamp(1.0, 1e4);
    // A quotient of whole numbers, so that the step reads as it is meant: 0.0002.
    steps / (1.0 / STEP_M).round()
}

/// Depths as numbers of steps; 0 where nothing is known or it lies beyond reach.
pub(crate) fn steps(depths_m: &[f64], width: usize, height: usize, scale_m: f64) -> Image<u16> {
    let step = |depth: &f64| {
        let steps = (depth / scale_m).round();
        if (0.0..=f64::from(u16::MAX)).contains(&steps) { steps as u16 } else { 0 }
    };
    Image { width_px: width as u32, height_px: height as u32, pixels: depths_m.iter().map(step).collect() }
}
