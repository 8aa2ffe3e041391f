//! The frames that a proof speaks of: the photograph with the proof's objects outlined and its facts on them, and the
//! depth image beside it.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use question::{Answer, Entity, Proof, Step, Term, print};
use render::{Buffers, colour_png, depth_image};
use scene::{Frame, ObjectId, Scene, Sighting};

use crate::page::escaped;

/// Depth that is shown white, metres; what is nearer is darker.
const WHITE_M: f32 = 6.0;

/// The frames of a proof as pictures; empty where it speaks of none whose photograph lies in the folder of the page.
pub(crate) fn pictures(scene: &Scene, proof: &Proof, folder: &Path) -> String {
    let facts = facts(scene, proof);
    let shown = scene.frames().iter().filter_map(|frame| {
        let facts = facts.get(frame.name.as_str())?;
        let photograph = frame.colour.as_ref().filter(|image| folder.join(&image.file).is_file())?;
        Some(picture(scene, frame, &photograph.file, depth(frame, folder).as_deref(), facts))
    });
    shown.collect()
}

/// Puts a copy of a frame's depth image into the folder of the page in which near is dark and far is light; gives its
/// path below the folder.
fn depth(frame: &Frame, folder: &Path) -> Option<String> {
    let depth_m = depth_image(folder, frame).ok()??;
    let grey = |depth: &f32| {
        // What is unknown stays black.
        let step = if depth.is_nan() { 0 } else { (255.0 * (depth / WHITE_M).clamp(0.02, 1.0)) as u8 };
        [step; 3]
    };
    let colour: Vec<[u8; 3]> = depth_m.pixels.iter().map(grey).collect();
    let (width_px, height_px) = (depth_m.width_px, depth_m.height_px);
    let buffers = Buffers { width_px, height_px, id: vec![0; colour.len()], depth_m: depth_m.pixels, colour };
    let file = format!("{}.shown.png", frame.depth.as_ref()?.image.file);
    fs::write(folder.join(&file), colour_png(&buffers).ok()?).ok()?;
    Some(file)
}

/// By frame: what a proof states of each object that it shows.
fn facts<'p>(scene: &Scene, proof: &'p Proof) -> BTreeMap<&'p str, BTreeMap<ObjectId, Vec<String>>> {
    let mut facts: BTreeMap<&str, BTreeMap<ObjectId, Vec<String>>> = BTreeMap::new();
    for step in &proof.steps {
        match step {
            Step::Resolve { reference, objects, .. } => {
                if let Some((_, frame)) = reference.rsplit_once('@') {
                    let of = facts.entry(frame).or_default();
                    for id in objects {
                        of.entry(*id).or_default();
                    }
                }
            }
            Step::Measure { term, value, lo, hi, unit, .. } => {
                let entities = term.entities();
                let (cameras, objects): (Vec<&Entity>, Vec<&Entity>) =
                    entities.into_iter().partition(|entity| matches!(entity, Entity::Camera(_)));
                let said = if term.is_turn() {
                    print::answer_with_tolerance(&Answer::Turn { value: *value, lo: *lo, hi: *hi })
                } else {
                    print::with_tolerance(*value, *lo, *hi, *unit)
                };
                for camera in cameras {
                    let Entity::Camera(frame) = camera else { continue };
                    let of = facts.entry(frame).or_default();
                    for object in &objects {
                        let Entity::Id(id) = object else { continue };
                        let notes = of.entry(*id).or_default();
                        // A direction between two objects belongs to neither alone.
                        if (objects.len() == 1 || matches!(term, Term::Visibility { .. })) && !notes.contains(&said) {
                            notes.push(said.clone());
                        }
                    }
                }
            }
            _ => {}
        }
    }
    facts.retain(|frame, _| scene.frame(frame).is_some());
    facts
}

fn picture(
    scene: &Scene,
    frame: &Frame,
    photograph: &str,
    depth: Option<&str>,
    facts: &BTreeMap<ObjectId, Vec<String>>,
) -> String {
    let (width, height) = (frame.camera.width_px(), frame.camera.height_px());
    let images: Vec<&str> = std::iter::once(photograph).chain(depth).collect();
    let mut svg = format!("<svg viewBox=\"0 0 {} {height}\" role=\"img\">\n", width * images.len() as u32);
    for (at, file) in images.iter().enumerate() {
        let left = width * at as u32;
        // Writing to a String cannot fail.
        let _ = writeln!(
            svg,
            "<image href=\"{}\" x=\"{left}\" y=\"0\" width=\"{width}\" height=\"{height}\"/>",
            escaped(file)
        );
        for (id, notes) in facts {
            if let Some(Sighting { box_px: Some([x1, y1, x2, y2]), .. }) = frame.sighting(*id) {
                let (x, title) = (x1 + f64::from(left), scene.position(*id).map(|at| scene.objects()[at].title()));
                let words: Vec<&str> = title.into_iter().chain(notes.iter().map(String::as_str)).collect();
                let _ = writeln!(
                    svg,
                    "<rect class=\"seen\" x=\"{x}\" y=\"{y1}\" width=\"{}\" height=\"{}\"/>\
                     <text class=\"onpicture\" x=\"{}\" y=\"{}\">{}</text>",
                    x2 - x1,
                    y2 - y1,
                    x + (x2 - x1) / 2.0,
                    (y1 - 8.0).max(24.0),
                    escaped(&words.join(", "))
                );
            }
        }
    }
    let beside = if depth.is_some() { ", and its depth: the nearer the darker" } else { "" };
    let _ = writeln!(svg, "</svg>\n<p>The picture {}{beside}.</p>", escaped(&frame.name));
    svg
}
