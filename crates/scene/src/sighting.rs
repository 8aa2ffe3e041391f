//! Sightings: what one frame sees of each object.

use serde::{Deserialize, Serialize};

use crate::{ObjectId, Scene, SceneError};

/// What one frame sees of one object whose projection meets the image.
///
/// The *full projection* of an object is its picture if nothing else were there and the image had no border.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sighting {
    /// Number of the object.
    pub object: ObjectId,
    /// Share of the full projection that is seen, parts beyond the border included: seen / (seen + hidden) ×
    /// `in_image_fraction`.
    pub visible_fraction: f64,
    /// Share of the full projection that lies in the image.
    pub in_image_fraction: f64,
    /// Whether a part lies beyond the border or behind the camera.
    pub truncated: bool,
    /// What stands before it, greatest share first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occluded_by: Vec<Occluder>,
    /// Tight box around the seen pixels: left, top, right, bottom borders, pixels; left out where nothing is seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub box_px: Option<[f64; 4]>,
    /// Least and greatest depth of the seen pixels, metres; left out where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth_m: Option<[f64; 2]>,
    /// Area seen, pixels.
    pub pixels: f64,
}

/// Something that stands before an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Occluder {
    /// Its number; left out for what is measured but is no known object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// Share of the seen and hidden pixels that it hides.
    pub share: f64,
}

/// Least visible fraction at which a frame shows an object, as `SpatialEvo` has it.
pub const LEAST_VISIBLE: f64 = 0.1;

impl Sighting {
    /// An object that lies whole in the image, of which only the visible fraction is known.
    pub fn of_fraction(object: ObjectId, visible_fraction: f64) -> Self {
        Self {
            object,
            visible_fraction,
            in_image_fraction: 1.0,
            truncated: false,
            occluded_by: Vec::new(),
            box_px: None,
            depth_m: None,
            pixels: 0.0,
        }
    }

    /// The same with fractions and depths rounded to a millionth, areas and borders to a hundredth of a pixel: as scene
    /// files hold them.
    #[must_use]
    pub fn rounded(mut self) -> Self {
        let to = |value: f64, steps: f64| (value * steps).round() / steps;
        self.visible_fraction = to(self.visible_fraction, 1e6);
        self.in_image_fraction = to(self.in_image_fraction, 1e6);
        self.occluded_by.iter_mut().for_each(|by| by.share = to(by.share, 1e6));
        self.box_px = self.box_px.map(|borders| borders.map(|border| to(border, 100.0)));
        self.depth_m = self.depth_m.map(|depths| depths.map(|depth| to(depth, 1e6)));
        self.pixels = to(self.pixels, 100.0);
        self
    }
}

/// The first fault of the sightings of a frame: ascending numbers of objects that there are, fractions of at most one.
pub(crate) fn check(frame: &str, sightings: &[Sighting], known: impl Fn(ObjectId) -> bool) -> Result<(), SceneError> {
    let fault = |at: usize, field: &str, value: String, expected: &'static str| {
        Err(SceneError::Frame { field: format!("frames[{frame}].sightings[{at}].{field}"), value, expected })
    };
    for (at, sighting) in sightings.iter().enumerate() {
        let id = sighting.object;
        if !known(id) || at > 0 && sightings[at - 1].object >= id {
            return fault(at, "object", id.to_string(), "the number of an object, in ascending order");
        }
        let shares = sighting.occluded_by.iter().map(|by| by.share);
        let mut fractions = [sighting.visible_fraction, sighting.in_image_fraction].into_iter().chain(shares);
        if let Some(value) = fractions.find(|value| !(0.0..=1.0 + 1e-6).contains(value)) {
            return fault(at, "fraction", value.to_string(), "0 to 1");
        }
        let [borders, depths] =
            [sighting.box_px.as_ref().map(<[f64; 4]>::as_slice), sighting.depth_m.as_ref().map(<[f64; 2]>::as_slice)];
        let mut numbers = borders.into_iter().chain(depths).flatten().chain([&sighting.pixels]);
        if let Some(value) = numbers.find(|value| !(0.0..1e12).contains(*value)) {
            return fault(at, "box_px, depth_m or pixels", value.to_string(), "0 or more, less than 1e12");
        }
    }
    Ok(())
}

/// Which object of a phrase a frame shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Exactly this one.
    One(ObjectId),
    /// None of them.
    None,
    /// These, of which at least two are shown.
    Several(Vec<ObjectId>),
    /// Within tolerance it is open which: these may be shown.
    Open(Vec<ObjectId>),
}

impl Scene {
    /// The part of an object that a frame shows, 0 where it shows none; `None` if there is no such frame or nobody has
    /// looked at it.
    pub fn visible_fraction(&self, frame: &str, object: ObjectId) -> Option<f64> {
        let frame = self.frame(frame)?;
        frame.sightings.as_ref()?;
        Some(frame.sighting(object).map_or(0.0, |sighting| sighting.visible_fraction))
    }

    /// Which of some objects a frame shows by at least [`LEAST_VISIBLE`], give or take a tolerance; `None` as in
    /// [`Self::visible_fraction`].
    pub fn shown(&self, frame: &str, objects: &[ObjectId], tolerance: f64) -> Option<Shown> {
        let mut may = Vec::new();
        let mut sure = 0;
        for id in objects {
            let fraction = self.visible_fraction(frame, *id)?;
            if fraction + tolerance >= LEAST_VISIBLE {
                may.push(*id);
                sure += usize::from(fraction - tolerance >= LEAST_VISIBLE);
            }
        }
        Some(match (sure, &may[..]) {
            (_, []) => Shown::None,
            (1, [one]) => Shown::One(*one),
            (0 | 1, _) => Shown::Open(may),
            _ => Shown::Several(may),
        })
    }
}
