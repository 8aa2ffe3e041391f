//! Which frame of a scene an image of a request is.

use scene::{Frame, Scene};

use crate::failure::{Code, Failure};

/// The frame of an image given by name, number or path: the frame of that very name; or of the name that the file has
/// without its ending; or whose colour image is that file; or, for names made of a number alone, as `120.jpg` and
/// `frame_000120.jpg`, the frame of the same number. Nothing is matched by likeness.
pub(crate) fn frame<'s>(scene: &'s Scene, image: &str) -> Result<&'s Frame, Failure> {
    let file = image.rsplit(['/', '\\']).next().unwrap_or(image);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let direct = scene.frame(image).or_else(|| scene.frame(file)).or_else(|| scene.frame(stem));
    if let Some(frame) = direct {
        return Ok(frame);
    }
    let is_file = |frame: &&Frame| {
        frame.colour.as_ref().is_some_and(|colour| {
            image == colour.file || image.strip_suffix(&colour.file).is_some_and(|before| before.ends_with('/'))
        })
    };
    let same_number = |frame: &&Frame| number(stem).is_some_and(|id| number(&frame.name) == Some(id));
    let found: [Vec<&Frame>; 2] =
        [scene.frames().iter().filter(is_file).collect(), scene.frames().iter().filter(same_number).collect()];
    if let [one] = found.iter().find(|fits| !fits.is_empty()).map_or(&[][..], Vec::as_slice) {
        return Ok(one);
    }
    let shown: String = image.chars().take(200).collect();
    let mut failure = Failure::new(
        Code::MissingDependency,
        "no_frame",
        format!("image {shown:?}: the scene {} has no such frame", scene.id()),
    );
    failure.suggestions = scene.frames().iter().take(6).map(|frame| frame.name.clone()).collect();
    Err(failure)
}

/// The number that a name consists of, without its leading zeros: `"frame_000120"` and `"120"` → `"120"`.
fn number(name: &str) -> Option<&str> {
    let digits = name.strip_prefix("frame_").unwrap_or(name);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = digits.trim_start_matches('0');
    Some(if number.is_empty() { "0" } else { number })
}

/// The frames that every list of a request agrees on.
pub(crate) fn frames<'s>(
    scene: &'s Scene,
    lists: &[(&'static str, Vec<String>)],
    most: usize,
) -> Result<Vec<&'s Frame>, Failure> {
    let mut agreed: Option<(&str, Vec<&Frame>)> = None;
    for (field, list) in lists {
        let frames = list.iter().take(most).map(|image| frame(scene, image)).collect::<Result<Vec<_>, _>>()?;
        match &mut agreed {
            Some((first, known)) => {
                if known.iter().zip(&frames).any(|(a, b)| a.name != b.name) {
                    let sentence = format!("{first} and {field} name different images");
                    return Err(Failure::new(Code::InvalidInput, "images_disagree", sentence));
                }
                if frames.len() > known.len() {
                    *known = frames;
                }
            }
            None => agreed = Some((field, frames)),
        }
    }
    Ok(agreed.map(|(_, frames)| frames).unwrap_or_default())
}
