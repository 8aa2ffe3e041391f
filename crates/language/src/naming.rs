//! Names that a person gives to things of a scene, each verified before it counts.
//!
//! A text ("the mug with the blue handle") comes with the boxes that were found for it, in a picture or in space, by
//! whoever looked for it (a grounding model, a person). It becomes a name if exactly one box was found, one thing of the
//! scene matches that box, and nothing else is called so. Source: the verification of references in `HiSpatial`, there
//! with masks and an overlap above 0.7.

use scene::{
    BoxFile, Description, ObjectId, Scene,
    geometry::{iou_3d, iou_rectangle},
    normalise,
};
use serde::{Deserialize, Serialize};

use crate::{PhraseBook, label};

/// Overlap (intersection over union) that the box of the thing must exceed, where nothing else is said.
pub const LEAST_IOU: f64 = 0.7;

/// Longest name that a scene holds, bytes.
const MOST_NAME_BYTES: usize = 100;

/// A text and what was found for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// What the thing is to be called.
    pub text: String,
    /// The picture in which boxes of pixels were found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<String>,
    /// What was found for the text in a picture: left, top, right, bottom borders, pixels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes_px: Vec<[f64; 4]>,
    /// What was found for the text in space, world frame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub boxes_m: Vec<BoxFile>,
    /// The thing that is meant, where that is known: another one that matches is a mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
}

/// A name that holds.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Named {
    /// The name, normalised.
    pub name: String,
    /// The thing.
    pub object: ObjectId,
    /// Overlap of its box with the one found.
    pub iou: f64,
}

/// Why a text is no name.
#[derive(Debug, Clone, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum NoName {
    /// No words, or marks inside that no question could hold.
    #[error("{text:?} cannot stand in a question (hint: a few words without marks inside)")]
    NoWords {
        /// The text.
        text: String,
    },
    /// The label table or the scene calls other things so.
    #[error("{name:?} names something already (hint: say more of the thing)")]
    Taken {
        /// The text, normalised.
        name: String,
    },
    /// It reads as a description, whose meaning is computed.
    #[error("{name:?} is a description, which means what it says (hint: name what cannot be measured)")]
    Described {
        /// The text, normalised.
        name: String,
    },
    /// None or several were found.
    #[error("{boxes} boxes were found for it, not one")]
    NotOne {
        /// How many.
        boxes: usize,
    },
    /// A box with borders that are no numbers or in the wrong order.
    #[error("its box is none: {problem}")]
    BadBox {
        /// What is wrong.
        problem: String,
    },
    /// The scene has no such frame.
    #[error("the scene has no frame {frame:?} (hint: `isovist summary` lists them)")]
    UnknownFrame {
        /// Its name.
        frame: String,
    },
    /// Nobody computed what the frame shows.
    #[error("what frame {frame:?} shows is not known (hint: `isovist sightings` computes it)")]
    NotLooked {
        /// Its name.
        frame: String,
    },
    /// Nothing overlaps the box enough.
    #[error("no object has that box: the best overlaps it by {best:.2}")]
    NoObject {
        /// The largest overlap.
        best: f64,
    },
    /// Several things overlap it enough.
    #[error("objects {first} and {second} both have that box")]
    Several {
        /// The one that overlaps it most.
        first: ObjectId,
        /// The next one.
        second: ObjectId,
    },
    /// Another thing than the one meant.
    #[error("the box is that of object {matched}, not of {meant}")]
    Another {
        /// The thing whose box it is.
        matched: ObjectId,
        /// The thing meant.
        meant: ObjectId,
    },
}

/// Verifies a claim: the thing that it names, whose box the one found must overlap by more than `least_iou`.
pub fn verify(book: &PhraseBook, scene: &Scene, claim: &Claim, least_iou: f64) -> Result<Named, NoName> {
    let name = normalise(&claim.text);
    if name.len() > MOST_NAME_BYTES || !label::is_one(book, &name) {
        return Err(NoName::NoWords { text: claim.text.clone() });
    }
    let is_described = Description::parse(&name).is_some();
    match (is_described, label::is_known(scene, &name)) {
        (true, _) => return Err(NoName::Described { name }),
        (false, true) => return Err(NoName::Taken { name }),
        (false, false) => {}
    }
    let mut overlaps = overlaps(scene, claim)?;
    overlaps.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let enough = |at: usize| overlaps.get(at).copied().filter(|(_, iou)| *iou > least_iou);
    let Some((object, iou)) = enough(0) else {
        return Err(NoName::NoObject { best: overlaps.first().map_or(0.0, |(_, iou)| *iou) });
    };
    if let Some((second, _)) = enough(1) {
        return Err(NoName::Several { first: object, second });
    }
    match claim.object {
        Some(meant) if meant != object => Err(NoName::Another { matched: object, meant }),
        _ => Ok(Named { name, object, iou }),
    }
}

/// How much each thing overlaps the one box that was found.
fn overlaps(scene: &Scene, claim: &Claim) -> Result<Vec<(ObjectId, f64)>, NoName> {
    match (&claim.boxes_px[..], &claim.boxes_m[..]) {
        ([], [found]) => {
            let found = found.build().map_err(|error| NoName::BadBox { problem: error.to_string() })?;
            Ok(scene.objects().iter().map(|object| (object.id, iou_3d(&object.bounds, &found))).collect())
        }
        ([found], []) => {
            let is_box = found.iter().all(|border| border.is_finite()) && found[0] < found[2] && found[1] < found[3];
            if !is_box {
                return Err(NoName::BadBox { problem: format!("{found:?} is not left, top, right, bottom") });
            }
            let without = || NoName::BadBox { problem: "its pixels are of no \"frame\"".to_owned() };
            let name = claim.frame.as_ref().ok_or_else(without)?;
            let frame = scene.frame(name).ok_or_else(|| NoName::UnknownFrame { frame: name.clone() })?;
            let sightings = frame.sightings.as_ref().ok_or_else(|| NoName::NotLooked { frame: name.clone() })?;
            let seen = sightings.iter().filter_map(|sighting| Some((sighting.object, sighting.box_px?)));
            Ok(seen.map(|(object, own)| (object, iou_rectangle(&own, found))).collect())
        }
        (in_frame, in_space) => Err(NoName::NotOne { boxes: in_frame.len() + in_space.len() }),
    }
}

/// Verifies claims in their order and gives each thing its names, of two alike the first; the scene with its names, and
/// what became of each claim.
///
/// # Errors
///
/// Where the scene with its names is none, which no verified name can cause.
pub fn name_things(
    book: &PhraseBook,
    scene: &Scene,
    claims: &[Claim],
    least_iou: f64,
) -> Result<(Scene, Vec<Result<Named, NoName>>), scene::SceneError> {
    let mut outcomes: Vec<Result<Named, NoName>> = Vec::with_capacity(claims.len());
    for claim in claims {
        let outcome = verify(book, scene, claim, least_iou);
        outcomes.push(match outcome {
            Ok(named) if outcomes.iter().flatten().any(|other| other.name == named.name) => {
                Err(NoName::Taken { name: named.name })
            }
            outcome => outcome,
        });
    }
    let mut parts = scene.parts().clone();
    for named in outcomes.iter().flatten() {
        let object = parts.objects.iter_mut().find(|object| object.id == named.object);
        if let Some(object) = object {
            object.names.push(named.name.clone());
        }
    }
    let images = scene.images().clone();
    Ok((Scene::new(parts)?.with_images(images), outcomes))
}

#[cfg(test)]
mod tests {
    use question::{example_scene, task};
    use serde_json::{Value, json};

    use super::*;

    /// Two chairs and more; the first one's box, shifted along x by a share of its width.
    fn claim(text: &str, share: f64) -> Value {
        let scene = scene();
        let bounds = &chair(&scene).bounds;
        let (mut centre, extent) = (bounds.centre().to_array(), bounds.extents().to_array());
        centre[0] += share * extent[0];
        let axes = bounds.axes().to_cols_array_2d();
        json!({ "text": text, "boxes_m": [{ "centre_m": centre, "extent_m": extent, "axes": axes }] })
    }

    fn scene() -> Scene {
        example_scene(task("is_within").unwrap()).unwrap()
    }

    fn chair(scene: &Scene) -> &scene::Object {
        scene.objects().iter().find(|object| object.label == "chair").unwrap()
    }

    fn verified(claim: &Value) -> Result<Named, NoName> {
        let claim: Claim = serde_json::from_value(claim.clone()).unwrap();
        verify(PhraseBook::builtin().unwrap(), &scene(), &claim, LEAST_IOU)
    }

    #[test]
    fn a_thing_is_asked_by_its_verified_name() {
        let (book, scene) = (PhraseBook::builtin().unwrap(), scene());
        let text = "The chair with the wobbly leg";
        let claims: Vec<Claim> = [claim(text, 0.1), claim("the chair with the wobbly leg", 0.0)]
            .map(|claim| serde_json::from_value(claim).unwrap())
            .into();
        let (named, outcomes) = name_things(book, &scene, &claims, LEAST_IOU).unwrap();
        assert_eq!(outcomes[0].as_ref().unwrap().object, chair(&scene).id);
        // 0.9 of the width in common, 1.1 in all.
        assert!((outcomes[0].as_ref().unwrap().iou - 0.9 / 1.1).abs() < 1e-9);
        assert!(matches!(outcomes[1], Err(NoName::Taken { .. })), "{:?}", outcomes[1]);
        let question = format!("How far is {} from the sofa?", text.to_lowercase());
        assert!(book.parse(&scene, &question).is_err());
        let parsed = book.parse(&named, &question).unwrap();
        let profile = question::profile("isovist").unwrap();
        let by_number = book.parse(&named, &format!("How far is object {} from the sofa?", chair(&scene).id)).unwrap();
        let answer = |question| question::evaluate(&named, question, profile).answer().cloned();
        assert!(answer(&parsed.question).is_some());
        assert_eq!(answer(&parsed.question), answer(&by_number.question));
    }

    #[test]
    fn what_does_not_hold_is_refused_with_its_reason() {
        let of = |text: &str, change: &dyn Fn(&mut Value)| {
            let mut claim = claim(text, 0.0);
            change(&mut claim);
            verified(&claim).unwrap_err()
        };
        assert!(matches!(verified(&claim("wobbly one", 0.3)), Err(NoName::NoObject { best }) if best > 0.5));
        assert!(matches!(of("chairs", &|_| {}), NoName::Taken { .. }));
        assert!(matches!(of("refrigerator", &|_| {}), NoName::Taken { .. }), "a label that the scene has not");
        assert!(matches!(of("tallest chair", &|_| {}), NoName::Described { .. }));
        assert!(matches!(of(" !? ", &|_| {}), NoName::NoWords { .. }));
        assert!(matches!(of("one", &|claim| claim["boxes_m"] = json!([])), NoName::NotOne { boxes: 0 }));
        let twice = |claim: &mut Value| claim["boxes_m"] = json!([claim["boxes_m"][0], claim["boxes_m"][0]]);
        assert!(matches!(of("wobbly one", &twice), NoName::NotOne { boxes: 2 }));
        let flat = |claim: &mut Value| claim["boxes_m"][0]["extent_m"][0] = json!(-1.0);
        assert!(matches!(of("wobbly one", &flat), NoName::BadBox { .. }));
        assert!(matches!(of("wobbly one", &|claim| claim["object"] = json!(999)), NoName::Another { .. }));
        let in_frame = json!({ "text": "wobbly one", "frame": "rgb_0", "boxes_px": [[0, 0, 9, 9]] });
        assert!(matches!(verified(&in_frame), Err(NoName::UnknownFrame { .. })));
    }
}
