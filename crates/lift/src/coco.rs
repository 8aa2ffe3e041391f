//! COCO annotations: run lengths, plain and packed, polygons and boxes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::mask::{Mask, inside, label_of};

/// Most corners of a mask's polygons.
const MOST_CORNERS: usize = 100_000;

#[derive(Debug, Deserialize)]
struct Whole {
    annotations: Vec<Annotation>,
    #[serde(default)]
    categories: Vec<Category>,
}

#[derive(Debug, Deserialize)]
struct Category {
    id: u64,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Annotation {
    #[serde(default)]
    id: Option<u64>,
    #[serde(default)]
    image_id: Option<u64>,
    #[serde(default)]
    category_id: Option<u64>,
    #[serde(default)]
    score: Option<f64>,
    #[serde(default)]
    segmentation: Option<Segmentation>,
    /// Left, top, width, height.
    #[serde(default)]
    bbox: Option<[f64; 4]>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Segmentation {
    Polygons(Vec<Vec<f64>>),
    Runs { size: [u32; 2], counts: Counts },
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Counts {
    Plain(Vec<u64>),
    Packed(String),
}

/// Field and problem.
type Fault = (String, String);

/// The masks of one image of a COCO file, or of a list of its annotations (the form of results).
pub(crate) fn masks(value: Value, size: [u32; 2], image: Option<u64>) -> Result<Vec<Mask>, Fault> {
    let fault = |e: serde_json::Error| (".".to_owned(), e.to_string());
    let whole = if value.is_array() {
        Whole { annotations: serde_json::from_value(value).map_err(fault)?, categories: Vec::new() }
    } else {
        serde_json::from_value(value).map_err(fault)?
    };
    let images: BTreeSet<u64> = whole.annotations.iter().filter_map(|annotation| annotation.image_id).collect();
    let chosen = match (image, images.len()) {
        (Some(image), _) if !images.contains(&image) => {
            return Err(("annotations".to_owned(), format!("none is of image {image}")));
        }
        (None, 2..) => {
            let problem = format!("are of {} images; say which (--coco-image)", images.len());
            return Err(("annotations".to_owned(), problem));
        }
        (image, _) => image,
    };
    let names: BTreeMap<u64, String> =
        whole.categories.into_iter().map(|category| (category.id, category.name)).collect();
    let mut masks = Vec::new();
    for (at, annotation) in whole.annotations.into_iter().enumerate() {
        if chosen.is_some() && annotation.image_id != chosen {
            continue;
        }
        let field = |name: &str| format!("annotations[{at}].{name}");
        let pixels = match (annotation.segmentation, annotation.bbox) {
            (Some(Segmentation::Polygons(polygons)), _) if !polygons.is_empty() => {
                of_polygons(&polygons, size).map_err(|problem| (field("segmentation"), problem))?
            }
            (Some(Segmentation::Runs { size: [height, width], counts }), _) => {
                if [width, height] != size {
                    let problem = format!("is of {width} x {height} pixels, the depth of {} x {}", size[0], size[1]);
                    return Err((field("segmentation.size"), problem));
                }
                of_runs(counts, size).map_err(|problem| (field("segmentation.counts"), problem))?
            }
            (_, Some([x, y, width, height])) => inside([x, y, x + width, y + height], size),
            _ => return Err((field("segmentation"), "is missing, and so is bbox".to_owned())),
        };
        masks.push(Mask {
            source: format!("annotation {}", annotation.id.unwrap_or(at as u64)),
            label: label_of(annotation.category_id.and_then(|id| names.get(&id)).map(String::as_str)),
            confidence: annotation.score,
            pixels,
        });
    }
    Ok(masks)
}

/// Runs of zeros and ones in turn, down the columns.
fn of_runs(counts: Counts, [width, height]: [u32; 2]) -> Result<Vec<usize>, String> {
    let counts = match counts {
        Counts::Plain(counts) => counts,
        Counts::Packed(text) => unpacked(&text)?,
    };
    let (width, height) = (width as usize, height as usize);
    let whole = (width * height) as u64;
    let (mut at, mut pixels) = (0u64, Vec::new());
    for (number, count) in counts.into_iter().enumerate() {
        let end = at.checked_add(count).filter(|end| *end <= whole).ok_or("runs beyond the image".to_owned())?;
        if number % 2 == 1 {
            pixels.extend((at as usize..end as usize).map(|place| place % height * width + place / height));
        }
        at = end;
    }
    if at != whole {
        return Err(format!("covers {at} of {whole} pixels"));
    }
    pixels.sort_unstable();
    Ok(pixels)
}

/// The packed form: five bits a character from 48 on, a sixth for more to come, sign in the last; from the fourth number
/// on, differences to the last but one.
fn unpacked(text: &str) -> Result<Vec<u64>, String> {
    let mut counts: Vec<i64> = Vec::new();
    let mut bytes = text.bytes();
    while let Some(mut byte) = bytes.next() {
        let (mut value, mut shift) = (0i64, 0u32);
        loop {
            let bits = byte.checked_sub(48).filter(|bits| *bits < 64).ok_or(format!("holds byte {byte}"))?;
            if shift > 55 {
                return Err("holds a number that is too large".to_owned());
            }
            value |= i64::from(bits & 31) << shift;
            shift += 5;
            if bits & 32 == 0 {
                if bits & 16 != 0 {
                    value |= -1i64 << shift;
                }
                break;
            }
            byte = bytes.next().ok_or("is cut off".to_owned())?;
        }
        if counts.len() > 2 {
            value = value.checked_add(counts[counts.len() - 2]).ok_or("holds a number that is too large".to_owned())?;
        }
        counts.push(value);
    }
    counts.into_iter().map(|count| u64::try_from(count).map_err(|_| format!("holds a run of {count}"))).collect()
}

/// Pixels whose centres lie in one of the polygons, by crossings of their rows.
fn of_polygons(polygons: &[Vec<f64>], [width, height]: [u32; 2]) -> Result<Vec<usize>, String> {
    let corners: usize = polygons.iter().map(Vec::len).sum();
    if corners > 2 * MOST_CORNERS {
        return Err(format!("has more than {MOST_CORNERS} corners"));
    }
    let mut pixels = BTreeSet::new();
    for polygon in polygons {
        if polygon.len() % 2 == 1 || polygon.len() < 6 || polygon.iter().any(|c| !c.is_finite()) {
            return Err(format!(
                "has a polygon of {} numbers; x and y of three corners or more are needed",
                polygon.len()
            ));
        }
        let corners: Vec<[f64; 2]> = polygon.chunks_exact(2).map(|c| [c[0], c[1]]).collect();
        let (top, bottom) =
            corners.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), c| (a.min(c[1]), b.max(c[1])));
        let row = |y: f64| y.floor().clamp(0.0, f64::from(height)) as usize;
        for y in row(top)..(row(bottom) + 1).min(height as usize) {
            let level = y as f64 + 0.5;
            let sides = corners.iter().zip(corners.iter().cycle().skip(1));
            let crossing = |(a, b): (&[f64; 2], &[f64; 2])| {
                let crosses = (a[1] <= level) != (b[1] <= level);
                crosses.then(|| a[0] + (level - a[1]) / (b[1] - a[1]) * (b[0] - a[0]))
            };
            let mut crossings: Vec<f64> = sides.filter_map(crossing).collect();
            crossings.sort_by(f64::total_cmp);
            for pair in crossings.chunks_exact(2) {
                let end = |x: f64| (x - 0.5).ceil().clamp(0.0, f64::from(width)) as usize;
                pixels.extend((end(pair[0])..end(pair[1])).map(|x| y * width as usize + x));
            }
        }
    }
    Ok(pixels.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pixels(segmentation: &Value) -> Result<Vec<usize>, Fault> {
        let value = json!([{ "category_id": 1, "segmentation": segmentation }]);
        masks(value, [4, 3], None).map(|mut masks| masks.remove(0).pixels)
    }

    #[test]
    fn the_same_mask_in_every_form() {
        // Columns 1 and 2 of rows 1 and 2 of an image 4 wide, 3 high.
        let expected = Ok(vec![5, 6, 9, 10]);
        assert_eq!(pixels(&json!({ "size": [3, 4], "counts": [4, 2, 1, 2, 3] })), expected);
        // 4, 2, 1, then 2 - 2 = 0 and 3 - 1 = 2.
        assert_eq!(pixels(&json!({ "size": [3, 4], "counts": "42102" })), expected);
        assert_eq!(pixels(&json!([[1, 1, 3, 1, 3, 3, 1, 3]])), expected);
        let boxed = json!({
            "annotations": [{ "id": 9, "image_id": 5, "category_id": 2, "bbox": [1, 1, 2, 2] }],
            "categories": [{ "id": 2, "name": "Office_Chair" }],
        });
        let masks = masks(boxed, [4, 3], Some(5)).unwrap();
        assert_eq!((masks[0].label.as_str(), masks[0].source.as_str()), ("office chair", "annotation 9"));
        assert_eq!(masks[0].pixels, [5, 6, 9, 10]);
    }

    #[test]
    fn negative_differences_are_unpacked() {
        // 1, 1, 40, then 5 - 1 = 4, then 3 - 40 = -37: two characters a number.
        let packed = |value: i64| {
            let (mut value, mut text) = (value, String::new());
            loop {
                let bits = (value & 31) as u8;
                value >>= 5;
                let done = if bits & 16 != 0 { value == -1 } else { value == 0 };
                text.push(char::from(48 + bits + if done { 0 } else { 32 }));
                if done {
                    return text;
                }
            }
        };
        let text: String = [1, 1, 40, 4, -37].into_iter().map(packed).collect();
        assert_eq!(unpacked(&text), Ok(vec![1, 1, 40, 5, 3]));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for wrong in [
            json!({ "size": [3, 4], "counts": [13] }),
            json!({ "size": [3, 4], "counts": [4, 2] }),
            json!({ "size": [4, 3], "counts": [12] }),
            json!({ "size": [3, 4], "counts": "4`" }),
            json!({ "size": [3, 4], "counts": "\u{7f}" }),
            json!([[1, 1, 3, 1]]),
        ] {
            assert!(pixels(&wrong).is_err(), "{wrong}");
        }
        assert!(masks(json!([{ "category_id": 1 }]), [4, 3], None).is_err());
        let two = json!([{ "image_id": 1, "bbox": [0, 0, 1, 1] }, { "image_id": 2, "bbox": [0, 0, 1, 1] }]);
        assert!(masks(two.clone(), [4, 3], None).is_err());
        assert_eq!(masks(two, [4, 3], Some(2)).unwrap().len(), 1);
    }
}
