//! Which pixels belong to what.

use std::{collections::BTreeMap, path::Path};

use render::{NOTHING, instance_numbers};
use scene::{disk, normalise};
use serde::Deserialize;

use crate::{LiftError, coco};

/// The label of what carries none.
pub const UNLABELLED: &str = "object";
/// Most masks of a picture that are read.
const MOST_MASKS: usize = 10_000;

/// The pixels of one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Mask {
    /// Where it comes from: `"id 7"`, `"annotation 3"`.
    pub source: String,
    /// Label, normalised.
    pub label: String,
    /// Confidence, 0 to 1, where one is stated.
    pub confidence: Option<f64>,
    /// Positions of its pixels in the image, ascending.
    pub pixels: Vec<usize>,
}

/// Labels of the numbers of an id image.
pub type Labels = BTreeMap<u32, String>;

/// One entry of a box file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BoxEntry {
    /// Left, top, right, bottom, pixels.
    box_px: [f64; 4],
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    confidence: Option<f64>,
}

/// The masks of a file for a picture of this size: a PNG of numbers (`labels` names them), a COCO file, or a JSON list of
/// `{"box_px": [left, top, right, bottom], "label": "chair"}`. Of a COCO file with several images the one of this
/// number is taken.
pub fn masks_from(
    file: &Path,
    [width, height]: [u32; 2],
    labels: &Labels,
    coco_image: Option<u64>,
) -> Result<Vec<Mask>, LiftError> {
    let fault = |field: &str, problem: String, hint: &'static str| LiftError::Value {
        file: file.to_owned(),
        field: field.to_owned(),
        problem,
        hint,
    };
    let is_png = file.extension().is_some_and(|end| end.eq_ignore_ascii_case("png"));
    let masks = if is_png {
        let image = instance_numbers(file, &disk::read_bytes(file)?)?;
        if [image.width_px, image.height_px] != [width, height] {
            let problem = format!("is {} x {} pixels, the depth {width} x {height}", image.width_px, image.height_px);
            return Err(fault("size", problem, "masks and depth must be of one picture"));
        }
        let masks = of_ids(&image.pixels, labels);
        let is_there = |id: &&u32| masks.iter().any(|mask| mask.source == source_of(**id));
        if let Some(unknown) = labels.keys().find(|id| !is_there(id)) {
            let problem = format!("no mask has the number {unknown}, which is to be called {:?}", labels[unknown]);
            return Err(fault("labels", problem, "name numbers that the picture of masks has"));
        }
        masks
    } else {
        let text = disk::read_text(file)?;
        let hint = "give a COCO file, or a list of {\"box_px\": [left, top, right, bottom], \"label\": \"chair\"}";
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|e| fault(".", e.to_string(), "the file is no JSON"))?;
        let is_boxes = value.as_array().and_then(|all| all.first()).is_some_and(|first| first.get("box_px").is_some());
        if is_boxes {
            let boxes: Vec<BoxEntry> = serde_json::from_value(value).map_err(|e| fault(".", e.to_string(), hint))?;
            let of_box = |(at, entry): (usize, BoxEntry)| Mask {
                source: format!("box {at}"),
                label: label_of(entry.label.as_deref()),
                confidence: entry.confidence,
                pixels: inside(entry.box_px, [width, height]),
            };
            boxes.into_iter().take(MOST_MASKS + 1).enumerate().map(of_box).collect()
        } else {
            coco::masks(value, [width, height], coco_image).map_err(|(field, problem)| fault(&field, problem, hint))?
        }
    };
    if masks.len() > MOST_MASKS {
        return Err(fault(".", format!("holds more than {MOST_MASKS} masks"), "split the file"));
    }
    Ok(masks)
}

/// A label as scenes hold it.
pub(crate) fn label_of(given: Option<&str>) -> String {
    let label = given.map(normalise).unwrap_or_default();
    if label.is_empty() || label.len() > 100 { UNLABELLED.to_owned() } else { label }
}

fn source_of(id: u32) -> String {
    format!("id {id}")
}

fn of_ids(ids: &[u32], labels: &Labels) -> Vec<Mask> {
    let mut pixels: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for (at, id) in ids.iter().enumerate().filter(|(_, id)| **id != NOTHING) {
        pixels.entry(*id).or_default().push(at);
    }
    let mask = |(id, pixels): (u32, Vec<usize>)| Mask {
        source: source_of(id),
        label: label_of(labels.get(&id).map(String::as_str)),
        confidence: None,
        pixels,
    };
    pixels.into_iter().map(mask).collect()
}

/// Pixels whose centres lie in a rectangle.
pub(crate) fn inside([left, top, right, bottom]: [f64; 4], [width, height]: [u32; 2]) -> Vec<usize> {
    let range = |low: f64, high: f64, size: u32| {
        let end = |value: f64| (value - 0.5).ceil().clamp(0.0, f64::from(size)) as usize;
        end(low)..end(high).max(end(low))
    };
    let columns = range(left, right, width);
    range(top, bottom, height).flat_map(|y| columns.clone().map(move |x| y * width as usize + x)).collect()
}
