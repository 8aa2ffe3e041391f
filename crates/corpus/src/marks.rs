//! Boxes of colours: how a thing that a picture shows is told where neither name nor description tells it from its like.
//!
//! In the question it is an object by its number; the words say `the object in the red box`, and the box is drawn on every
//! picture of the row that shows the thing.

use std::collections::{BTreeMap, BTreeSet};

use question::{Draw, Filling, Fillings};
use render::{Image, rgb, rgb_png};
use scene::{ObjectId, Scene, file::sha256_hex};
use serde::{Deserialize, Serialize};

use crate::{CorpusError, Row, pictures::Picture};

/// Colours that are told apart by most people, with their red, green and blue.
const COLOURS: [(&str, [u8; 3]); 6] = [
    ("red", [225, 30, 30]),
    ("blue", [40, 70, 230]),
    ("yellow", [250, 215, 20]),
    ("green", [30, 160, 50]),
    ("white", [255, 255, 255]),
    ("black", [0, 0, 0]),
];

/// Width of a drawn line for so many pixels of the picture's longer side.
const LINE_OF_SIDE: u32 = 220;

/// A thing marked by a box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Mark {
    /// Colour of the box.
    pub colour: String,
    /// Number of the thing.
    pub object: ObjectId,
    /// Frame → the box around what it shows of the thing: left, top, right, bottom borders, pixels.
    pub boxes_px: BTreeMap<String, [f64; 4]>,
}

/// Marks for the things that fillings give by number; none where a frame that is shown has no box of one of them, or where
/// there are more of them than colours.
pub(crate) fn of(scene: &Scene, fillings: &Fillings, frames: &[String], draw: &mut Draw) -> Option<Vec<Mark>> {
    let names = fillings.values().flat_map(Filling::texts);
    let numbers: BTreeSet<ObjectId> =
        names.filter_map(|name| name.strip_prefix('#')?.parse().ok().map(ObjectId)).collect();
    let colours = draw.distinct(numbers.len(), COLOURS.len());
    if colours.len() < numbers.len() {
        return None;
    }
    let mark = |(object, colour): (ObjectId, usize)| {
        let in_frame = |name: &String| Some((name.clone(), scene.frame(name)?.sighting(object)?.box_px?));
        let boxes_px: BTreeMap<String, [f64; 4]> = frames.iter().filter_map(in_frame).collect();
        (!boxes_px.is_empty()).then(|| Mark { colour: COLOURS[colour].0.to_owned(), object, boxes_px })
    };
    numbers.into_iter().zip(colours).map(mark).collect()
}

impl Mark {
    /// What the thing is called.
    pub(crate) fn name(&self) -> String {
        format!("object in the {} box", self.colour)
    }

    /// Puts the words in place of the number.
    fn say(&self, text: &str) -> String {
        let number = self.object.to_string();
        let (the, capital) = (format!("the {}", self.name()), format!("The {}", self.name()));
        let mut text = text.to_owned();
        for (before, with) in
            [("the object ", &the), ("The object ", &capital), ("object ", &the), ("Object ", &capital)]
        {
            text = put(&text, &format!("{before}{number}"), with);
        }
        put(&text, &number, &self.name())
    }
}

/// The words of a row with what is marked by its box.
pub(crate) fn say(row: &mut Row) {
    for mark in &row.marks {
        row.text = mark.say(&row.text);
        row.options.iter_mut().for_each(|option| *option = mark.say(option));
    }
}

/// The words with what is marked by its number, as the phrase book reads them.
pub(crate) fn by_number(marks: &[Mark], text: &str) -> String {
    marks.iter().fold(text.to_owned(), |text, mark| {
        let number = format!("object {}", mark.object);
        text.replace(&format!("the {}", mark.name()), &number).replace(&mark.name(), &number)
    })
}

/// Replaces a number with what stands before it; a longer number that begins alike is another.
fn put(text: &str, number: &str, with: &str) -> String {
    let mut out = String::with_capacity(text.len() + with.len());
    let mut rest = text;
    while let Some(at) = rest.find(number) {
        let end = at + number.len();
        let is_whole = !rest[end..].starts_with(|next: char| next.is_ascii_digit());
        out.push_str(&rest[..at]);
        out.push_str(if is_whole { with } else { &rest[at..end] });
        rest = &rest[end..];
    }
    out + rest
}

/// The picture with the boxes that a row's marks have in its frame; its path names the row.
pub(crate) fn drawn(picture: &Picture, frame: &str, row: &Row) -> Result<Picture, CorpusError> {
    let boxes: Vec<([f64; 4], [u8; 3])> = row
        .marks
        .iter()
        .filter_map(|mark| {
            let colour = COLOURS.iter().find(|(name, _)| *name == mark.colour)?.1;
            Some((*mark.boxes_px.get(frame)?, colour))
        })
        .collect();
    if boxes.is_empty() {
        return Ok(picture.clone());
    }
    let fault = |problem: String| CorpusError::Picture { scene: row.scene.clone(), frame: frame.to_owned(), problem };
    let file = std::path::Path::new(&picture.path);
    let mut image = rgb(file, &picture.bytes).map_err(|error| fault(error.to_string()))?;
    for (of, colour) in &boxes {
        outline(&mut image, of, *colour);
    }
    let bytes = rgb_png([image.width_px, image.height_px], &image.pixels).map_err(|error| fault(error.to_string()))?;
    let path = format!("{}/{}/{frame}.png", row.scene, row.id);
    Ok(Picture { path, sha256: sha256_hex(&bytes), bytes })
}

/// Draws the border of a box outside of it, as far as the picture goes.
fn outline(image: &mut Image<[u8; 3]>, [left, top, right, bottom]: &[f64; 4], colour: [u8; 3]) {
    let line = i64::from((image.width_px.max(image.height_px) / LINE_OF_SIDE).max(2));
    let (width, height) = (i64::from(image.width_px), i64::from(image.height_px));
    // Borders lie between pixels; a box at the border of the picture keeps its line inside.
    let (left, top) = ((left.floor() as i64 - line).max(0), (top.floor() as i64 - line).max(0));
    let (right, bottom) = ((right.ceil() as i64 + line).min(width), (bottom.ceil() as i64 + line).min(height));
    for row in top..bottom {
        for column in left..right {
            let is_inside = (left + line..right - line).contains(&column) && (top + line..bottom - line).contains(&row);
            if !is_inside && let Some(pixel) = image.pixels.get_mut((row * width + column) as usize) {
                *pixel = colour;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(colour: &str, object: u32) -> Mark {
        Mark { colour: colour.into(), object: ObjectId(object), boxes_px: BTreeMap::new() }
    }

    #[test]
    fn numbers_become_words_and_words_numbers() {
        let marks = [mark("red", 1), mark("blue", 17)];
        let said = |text: &str| marks.iter().fold(text.to_owned(), |text, mark| mark.say(&text));
        for (text, words) in [
            (
                "Is object #17 nearer than object #1?",
                "Is the object in the blue box nearer than the object in the red box?",
            ),
            ("Object #1 or the lamp?", "The object in the red box or the lamp?"),
            ("the lamp, object #170, or object #17", "the lamp, object #170, or the object in the blue box"),
            ("Height of the object #17", "Height of the object in the blue box"),
            ("#17", "object in the blue box"),
        ] {
            assert_eq!(said(text), words);
        }
        let back = by_number(&marks, &said("Is object #17 nearer than object #1?"));
        assert_eq!(back, "Is object #17 nearer than object #1?");
        assert_eq!(by_number(&marks, "object in the blue box"), "object #17");
    }

    #[test]
    fn a_box_is_drawn_around_what_it_marks() {
        let mut image = Image { width_px: 20, height_px: 12, pixels: vec![[9, 9, 9]; 240] };
        outline(&mut image, &[5.0, 4.0, 11.0, 8.0], [255, 0, 0]);
        let red = |column: usize, row: usize| image.pixels[row * 20 + column] == [255, 0, 0];
        let inside = (4..8).flat_map(|row| (5..11).map(move |column| (column, row)));
        assert!(inside.clone().all(|(column, row)| !red(column, row)));
        assert_eq!((0..240).filter(|at| red(at % 20, at / 20)).count(), 10 * 8 - 6 * 4);
        // Whole in the corner, where no line fits outside.
        let mut image = Image { width_px: 20, height_px: 12, pixels: vec![[9, 9, 9]; 240] };
        outline(&mut image, &[0.0, 0.0, 20.0, 12.0], [255, 0, 0]);
        assert_eq!(image.pixels.iter().filter(|pixel| **pixel == [255, 0, 0]).count(), 240 - 16 * 8);
    }
}
