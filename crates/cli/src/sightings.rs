//! `isovist sightings`: what each frame of a scene sees of each object.

use std::{
    error::Error,
    io::{Write as _, stdout},
    path::Path,
};

use rayon::prelude::*;
use render::{FrameSightings, Options, frame_sightings, sighted};
use scene::{Frame, ObjectId, file::SCENE_FILE, write_scene};

use crate::open::{folder_of, open_scene};

/// Show what each frame of a scene sees of each object.
///
/// An import takes them, of a scan's objects from their vertices, and keeps them in the scene; --anew takes them again
/// from boxes and images.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct SightingsArgs {
    /// Name of a built-in scene, scene folder or scene.json, with frames
    scene: String,
    /// Only these frames, by name
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    frames: Vec<String>,
    /// Take them again instead of showing those that the scene holds
    #[arg(long)]
    anew: bool,
    /// Take those that the scene does not hold and write them into its scene.json
    #[arg(long, conflicts_with_all = ["anew", "frames", "no_depth", "no_instances", "supersample"])]
    write: bool,
    /// Do without depth images
    #[arg(long, requires = "anew")]
    no_depth: bool,
    /// Do without instance images
    #[arg(long, requires = "anew")]
    no_instances: bool,
    /// Samples along each side of a pixel
    #[arg(long, requires = "anew", default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=16))]
    supersample: u32,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist sightings scenes/adt_kitchen
  isovist sightings scenes/adt_kitchen --frames rgb_0,rgb_1 --json";

/// Why nothing is shown.
#[derive(Debug, thiserror::Error)]
enum SightingsError {
    #[error("{0}: the scene has no frames (hint: import a layout that has, such as adt-frames)")]
    WithoutFrames(String),
    #[error("{0}: only a scene in a folder can be written (hint: isovist scenes export)")]
    WithoutFolder(String),
    #[error("no frame {name:?} (hint: there are {known})")]
    UnknownFrame { name: String, known: String },
}

/// Runs the command.
pub(crate) fn run(args: &SightingsArgs) -> Result<(), Box<dyn Error>> {
    let scene = open_scene(&args.scene)?;
    let path = Path::new(&args.scene);
    let dir = folder_of(path);
    if scene.frames().is_empty() {
        return Err(SightingsError::WithoutFrames(args.scene.clone()).into());
    }
    let options = Options {
        supersample: args.supersample,
        depth: !args.no_depth,
        instances: !args.no_instances,
        ..Options::default()
    };
    if args.write {
        if !path.exists() {
            return Err(SightingsError::WithoutFolder(args.scene.clone()).into());
        }
        let scene = sighted(&scene, dir, &options)?;
        write_scene(&scene, dir)?;
        let count = scene.frames().iter().filter(|frame| frame.sightings.is_some()).count();
        return Ok(writeln!(stdout(), "{}: sightings of {count} frames", dir.join(SCENE_FILE).display())?);
    }
    let mut frames: Vec<&Frame> = Vec::new();
    for name in &args.frames {
        frames.push(scene.frame(name).ok_or_else(|| {
            let known: Vec<&str> = scene.frames().iter().take(20).map(|frame| frame.name.as_str()).collect();
            SightingsError::UnknownFrame { name: name.clone(), known: known.join(", ") }
        })?);
    }
    if frames.is_empty() {
        frames = scene.frames().iter().collect();
    }
    let look = |frame: &&Frame| match &frame.sightings {
        Some(sightings) if !args.anew => {
            Ok(FrameSightings { frame: frame.name.clone(), missing_pose: None, sightings: sightings.clone() })
        }
        _ => frame_sightings(&scene, dir, frame, &options),
    };
    let seen = frames.par_iter().map(look).collect::<Result<Vec<_>, _>>()?;
    let mut out = stdout().lock();
    if args.json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&seen)?)?);
    }
    let title = |id: ObjectId| scene.position(id).map_or("", |position| scene.objects()[position].title());
    for frame in &seen {
        match &frame.missing_pose {
            Some(reason) => writeln!(out, "{}: no pose ({reason})", frame.frame)?,
            None => writeln!(out, "{}: {} objects", frame.frame, frame.sightings.len())?,
        }
        for seen in frame.sightings.iter().filter(|seen| seen.pixels > 0.0) {
            let [left, top, right, bottom] = seen.box_px.unwrap_or_default();
            write!(
                out,
                "  {:>5} {:<32} {:>3.0} % visible, box {left:.0} {top:.0} {right:.0} {bottom:.0}",
                seen.object.to_string(),
                title(seen.object),
                seen.visible_fraction * 100.0
            )?;
            if let Some([near, far]) = seen.depth_m {
                write!(out, ", {near:.2} to {far:.2} m")?;
            }
            if seen.truncated {
                write!(out, ", cut off by the border")?;
            }
            if let Some(first) = seen.occluded_by.first() {
                let by = first.object.map_or("something unknown", title);
                write!(out, ", {:.0} % behind {by}", first.share * 100.0)?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}
