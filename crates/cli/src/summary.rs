//! `isovist summary`: what a scene and its frames hold, with SpatialEvo's keys.

use std::{
    error::Error,
    io::{self, BufWriter, Write, stdout},
    path::PathBuf,
    process::ExitCode,
};

use scene::scene_sha256;
use serde_json::{Value, json};
use spatialevo::Opened;

use crate::{
    ask::known_profile,
    open::{Shelf, open_scene},
    requests::{Requests, open_all, opened, read},
};

/// Say what a scene holds and what its frames show.
///
/// Without frames the whole scene, with one that image, with several all of them and what they share.
/// Exit status: 0, 1 if a summary is of nothing (its error is printed), 2 for an error.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SummaryArgs {
    /// Scene: a built-in name (`isovist scenes ls`) or a path
    #[arg(required_unless_present = "request")]
    scene: Option<String>,
    /// These frames, by name
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    frames: Vec<String>,
    /// List the objects, with boxes
    #[arg(long)]
    objects: bool,
    /// Visible fraction from which a frame shows an object, at least 0.1
    #[arg(long, value_name = "FRACTION", default_value_t = scene::LEAST_VISIBLE)]
    min_visibility: f64,
    /// Answer SpatialEvo's requests from a file instead, as JSON; `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scene", "frames", "objects", "min_visibility"])]
    request: Option<PathBuf>,
    /// Where the scenes of requests are: a folder of scenes; left out, the built-in ones
    #[arg(long, value_name = "DIR", requires = "request")]
    scenes: Option<String>,
    /// Named set of definitions
    #[arg(long, default_value = "isovist")]
    profile: String,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "Examples:
  isovist summary kitchen
  isovist summary kitchen --frames rgb_0,slam_left_0 --json
  isovist summary --request requests.jsonl --scenes scenes/";

/// Runs the command.
pub(crate) fn run(args: &SummaryArgs) -> Result<ExitCode, Box<dyn Error>> {
    let profile = known_profile(&args.profile)?;
    let mut out = BufWriter::new(stdout().lock());
    let mut succeeded = true;
    let good = |summary: &Value| summary["success"] == true;
    if let Some(file) = &args.request {
        let mut shelf = Shelf::with(args.scenes.as_deref())?;
        let (requests, one) = match read(file)? {
            Requests::One(request) => (vec![request], true),
            Requests::Lines(requests) => (requests, false),
        };
        for request in &requests {
            open_all(&mut shelf, [request]);
            let summary = spatialevo::summary(request, profile, |id| opened(&shelf, id));
            succeeded &= good(&summary);
            if one {
                writeln!(out, "{}", serde_json::to_string_pretty(&summary)?)?;
            } else {
                writeln!(out, "{summary}")?;
            }
        }
    } else {
        let scene = open_scene(args.scene.as_deref().unwrap_or_default())?;
        let sha256 = scene_sha256(&scene);
        let request = json!({
            "scene_id": scene.id(), "frame_ids": args.frames,
            "include_objects": args.objects, "min_visibility": args.min_visibility,
        });
        let summary = spatialevo::summary(&request, profile, |_| Ok(Opened { scene: &scene, sha256: &sha256 }));
        succeeded = good(&summary);
        if args.json {
            writeln!(out, "{}", serde_json::to_string_pretty(&summary)?)?;
        } else {
            readable(&mut out, &summary)?;
        }
    }
    out.flush()?;
    Ok(if succeeded { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A summary for people.
fn readable(out: &mut impl Write, summary: &Value) -> io::Result<()> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if summary.get("error").is_some() {
        return writeln!(out, "{}: {}", text(&summary["reason_code"]), text(&summary["error"]));
    }
    match summary["summary_type"].as_str() {
        Some("multi_image") => {
            for image in items(&summary["frame_summaries"]) {
                of_image(out, image)?;
            }
            for error in items(&summary["errors"]) {
                writeln!(out, "{}: {}", text(&error["image"]), text(&error["error"]))?;
            }
            let shared: Vec<String> =
                items(&summary["aggregate"]["intersection_visible_labels"]).iter().map(text).collect();
            writeln!(
                out,
                "in all of them: {}",
                if shared.is_empty() { "nothing".to_owned() } else { shared.join(", ") }
            )
        }
        Some("single_image") => of_image(out, summary),
        _ => {
            writeln!(
                out,
                "{}: {} objects of {} labels, {} frames",
                text(&summary["scene_id"]),
                summary["total_objects"],
                summary["unique_label_count"],
                items(&summary["frames"]).len()
            )?;
            match summary["room_size"].as_f64() {
                Some(area) => writeln!(out, "floor area {area:.2} m²")?,
                None => writeln!(out, "floor area not known")?,
            }
            counted(out, &summary["label_counts"])?;
            listed(out, &summary["objects"])
        }
    }
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn of_image(out: &mut impl Write, image: &Value) -> io::Result<()> {
    let name = image["frame_id"].as_str().unwrap_or_default();
    writeln!(
        out,
        "{name}: shows {} objects of {} labels, at least {} of each",
        image["visible_objects_count"], image["visible_unique_label_count"], image["min_visibility"]
    )?;
    counted(out, &image["visible_label_counts"])?;
    listed(out, &image["visible_objects"])
}

fn counted(out: &mut impl Write, counts: &Value) -> io::Result<()> {
    for (label, count) in counts.as_object().into_iter().flatten() {
        writeln!(out, "  {count:>4} {label}")?;
    }
    Ok(())
}

fn listed(out: &mut impl Write, objects: &Value) -> io::Result<()> {
    for object in items(objects) {
        let label = object["label"].as_str().unwrap_or_default();
        write!(
            out,
            "  #{:<5} {label:<32} longest side {:>7.2} cm",
            object["object_id"],
            object["size"].as_f64().unwrap_or(0.0)
        )?;
        if let Some(seen) = object["visibility"].as_f64() {
            write!(out, ", {:>3.0} % visible", seen * 100.0)?;
        }
        writeln!(out)?;
    }
    Ok(())
}
