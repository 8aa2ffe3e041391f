//! The scene as a whole, validated once at the door.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    Class, ClassMiss, Frame, Images, LabelTable, Move, NoiseModel, Object, ObjectId, Provenance, Room,
    frame::MAX_FRAMES, index::Index, normalise,
};

/// Most objects a scene may hold; a file that states more is refused.
pub const MAX_OBJECTS: usize = 100_000;

/// A scene's data before validation.
#[derive(Debug, Clone, PartialEq)]
pub struct SceneParts {
    /// Name of the scene: letters, digits, `.`, `_`, `-`; no separators, so that it can name a file.
    pub id: String,
    /// Where it comes from.
    pub source: Provenance,
    /// How far the annotation may be off.
    pub noise: NoiseModel,
    /// The room around the objects.
    pub room: Room,
    /// The labelled objects.
    pub objects: Vec<Object>,
    /// How many objects of a label the source says there are, where it says so apart from the boxes.
    pub declared_counts: BTreeMap<String, u32>,
    /// Pictures, in the order of their sequence; empty where the source has none.
    pub frames: Vec<Frame>,
    /// Points of the scan, world frame, metres; empty where the source has none.
    pub points: Vec<[f32; 3]>,
}

impl SceneParts {
    /// Keeps the objects that pass, and what the frames see of them.
    pub fn retain(&mut self, keep: impl Fn(&Object) -> bool) {
        self.objects.retain(keep);
        let kept: BTreeSet<ObjectId> = self.objects.iter().map(|object| object.id).collect();
        for sightings in self.frames.iter_mut().filter_map(|frame| frame.sightings.as_mut()) {
            sightings.retain(|seen| kept.contains(&seen.object));
            for seen in sightings {
                seen.occluded_by.retain(|by| by.object.is_none_or(|id| kept.contains(&id)));
            }
        }
    }
}

/// A validated scene with its phrase index.
#[derive(Debug, Clone)]
pub struct Scene {
    parts: SceneParts,
    index: Index,
    /// Where the images lie that its frames name; no part of its content.
    images: Images,
}

/// Why data is no scene.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SceneError {
    /// A name that could not name a file.
    #[error("scene id {0:?} must be 1 to 100 letters, digits, '.', '_' or '-' and not start with '.'")]
    Id(String),
    /// Two objects share a number.
    #[error("objects: id {0} stands twice; give every object its own number")]
    DuplicateId(ObjectId),
    /// An object without a usable label.
    #[error("objects[{id}].{field}: {value:?} {}", unusable(value))]
    Label {
        /// The object.
        id: ObjectId,
        /// `label` or `names`.
        field: &'static str,
        /// What stands there.
        value: String,
    },
    /// A declared count for a word that is no usable label.
    #[error("declared_counts: {label:?} {why}", label = .0, why = unusable(.0))]
    DeclaredLabel(String),
    /// More objects than [`MAX_OBJECTS`].
    #[error("objects: {0} objects; at most {MAX_OBJECTS} are read")]
    TooMany(usize),
    /// A frame with a field that holds what it may not.
    #[error("{field}: {value:?} must be {expected}")]
    Frame {
        /// Path of the field, with the frame's name.
        field: String,
        /// What stands there.
        value: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// Two frames share a name.
    #[error("frames: {0:?} stands twice; give every frame its own name")]
    DuplicateFrame(String),
    /// More frames than [`MAX_FRAMES`].
    #[error("frames: {0} frames; at most {MAX_FRAMES} are read")]
    TooManyFrames(usize),
    /// A number out of its range.
    #[error("{field}: {value} is out of range ({expected})")]
    Number {
        /// Path of the field.
        field: String,
        /// What stands there.
        value: f64,
        /// What may stand there.
        expected: &'static str,
    },
}

/// Whether the text is a label as scenes hold it: not empty, normalised, at most 100 bytes.
fn is_label(text: &str) -> bool {
    !text.is_empty() && text.len() <= 100 && text == normalise(text)
}

/// What is wrong with a text that is no label.
fn unusable(text: &str) -> String {
    match normalise(text) {
        plain if plain.is_empty() => "holds no letter or digit".to_owned(),
        plain if plain.len() > 100 => "is longer than 100 bytes".to_owned(),
        plain => format!("is not written as labels are: write {plain:?}"),
    }
}

/// Whether a name can name a file: 1 to 100 letters, digits, `.`, `_` or `-`, not starting with `.`.
pub(crate) fn names_a_file(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !name.is_empty() && name.len() <= 100 && !name.starts_with('.') && name.chars().all(fits)
}

/// Whether a coordinate is finite and within a million metres, as boxes require too.
fn in_reach(coordinate: f64) -> bool {
    (-1e6..=1e6).contains(&coordinate)
}

impl Scene {
    /// Validates the parts, sorts objects by number and builds the phrase index.
    pub fn new(mut parts: SceneParts) -> Result<Self, SceneError> {
        if !names_a_file(&parts.id) {
            return Err(SceneError::Id(parts.id));
        }
        if parts.objects.len() > MAX_OBJECTS {
            return Err(SceneError::TooMany(parts.objects.len()));
        }
        if let Some((field, value)) = parts.noise.fault() {
            return Err(SceneError::Number { field: field.into(), value, expected: "0 <= value < 1000" });
        }
        parts.objects.sort_by_key(|object| object.id);
        for pair in parts.objects.windows(2) {
            if pair[0].id == pair[1].id {
                return Err(SceneError::DuplicateId(pair[0].id));
            }
        }
        for object in &parts.objects {
            for (field, value) in
                std::iter::once(("label", &object.label)).chain(object.names.iter().map(|name| ("names", name)))
            {
                if !is_label(value) {
                    return Err(SceneError::Label { id: object.id, field, value: value.clone() });
                }
            }
            if let Some(front) = object.front
                && !(1.0 - 1e-6..1.0 + 1e-6).contains(&front.length())
            {
                return Err(SceneError::Number {
                    field: format!("objects[{}].front (length)", object.id),
                    value: front.length(),
                    expected: "a unit vector",
                });
            }
        }
        for (field, value) in
            [("room.floor_height_m", parts.room.floor_height_m), ("room.ceiling_height_m", parts.room.ceiling_height_m)]
        {
            if let Some(value) = value
                && !in_reach(value)
            {
                return Err(SceneError::Number { field: field.into(), value, expected: "|value| <= 1e6 m" });
            }
        }
        if let Some(value) = parts.room.declared_area_m2
            && !(value > 0.0 && value <= 1e9)
        {
            return Err(SceneError::Number {
                field: "room.declared_area_m2".into(),
                value,
                expected: "0 < value <= 1e9 m2",
            });
        }
        if let Some(centre) = parts.room.centre
            && let Some(value) = centre.to_array().into_iter().find(|value| !in_reach(*value))
        {
            return Err(SceneError::Number { field: "room.centre".into(), value, expected: "|value| <= 1e6 m" });
        }
        if let Some(label) = parts.declared_counts.keys().find(|label| !is_label(label)) {
            return Err(SceneError::DeclaredLabel(label.clone()));
        }
        if parts.frames.len() > MAX_FRAMES {
            return Err(SceneError::TooManyFrames(parts.frames.len()));
        }
        let mut names = BTreeSet::new();
        for frame in &parts.frames {
            frame.check()?;
            let known = |id| parts.objects.binary_search_by_key(&id, |object| object.id).is_ok();
            crate::sighting::check(&frame.name, frame.sightings.as_deref().unwrap_or_default(), known)?;
            if !names.insert(&frame.name) {
                return Err(SceneError::DuplicateFrame(frame.name.clone()));
            }
        }
        for (position, point) in parts.points.iter().enumerate() {
            if let Some(value) = point.iter().find(|value| !in_reach(f64::from(**value))) {
                return Err(SceneError::Number {
                    field: format!("points[{position}]"),
                    value: f64::from(*value),
                    expected: "|value| <= 1e6 m",
                });
            }
        }
        let index = Index::new(&parts.objects, LabelTable::builtin());
        Ok(Self { parts, index, images: Images::default() })
    }

    /// The scene with its images in another place.
    #[must_use]
    pub fn with_images(self, images: Images) -> Self {
        Self { images, ..self }
    }

    /// The scene after a move, under a name of its own. It has no frames and no points: they show the object where it was.
    /// Fails where the object is unknown, is moved out of reach, or the name grows too long.
    pub fn moved(&self, edit: &Move) -> Result<Self, SceneError> {
        let number = |field: String, value, expected| SceneError::Number { field, value, expected };
        let id = edit.id(self.id());
        if !names_a_file(&id) {
            return Err(SceneError::Id(id));
        }
        let unknown = || number("object".into(), f64::from(edit.object.0), "the number of an object");
        let at = self.position(edit.object).ok_or_else(unknown)?;
        let mut objects = self.parts.objects.clone();
        let bounds = &objects[at].bounds;
        let centre = bounds.centre() + geometry::Vec3::from_array(edit.by_m);
        objects[at].bounds = geometry::OrientedBox::new(centre, bounds.half(), bounds.axes())
            .map_err(|_| number(format!("objects[{at}].centre"), centre.length(), "|value| <= 1e6 m"))?;
        let parts = SceneParts {
            id,
            source: self.parts.source.clone(),
            noise: self.parts.noise,
            room: self.parts.room.clone(),
            objects,
            declared_counts: self.parts.declared_counts.clone(),
            frames: Vec::new(),
            points: Vec::new(),
        };
        // Names stay, and with them the index.
        Ok(Self { parts, index: self.index.clone(), images: Images::default() })
    }

    /// Where its images lie.
    pub fn images(&self) -> &Images {
        &self.images
    }

    /// The validated data, objects in order of their numbers.
    pub fn parts(&self) -> &SceneParts {
        &self.parts
    }

    /// Gives the data back, for a changed copy.
    pub fn into_parts(self) -> SceneParts {
        self.parts
    }

    /// Name of the scene.
    pub fn id(&self) -> &str {
        &self.parts.id
    }

    /// Objects in order of their numbers.
    pub fn objects(&self) -> &[Object] {
        &self.parts.objects
    }

    /// Position in [`Scene::objects`] of the object with this number.
    pub fn position(&self, id: ObjectId) -> Option<usize> {
        let objects = &self.parts.objects;
        // Numbers mostly follow one another.
        let guess = id.0.checked_sub(objects.first()?.id.0)? as usize;
        match objects.get(guess) {
            Some(object) if object.id == id => Some(guess),
            _ => objects.binary_search_by_key(&id, |object| object.id).ok(),
        }
    }

    /// Pictures, in the order of their sequence.
    pub fn frames(&self) -> &[Frame] {
        &self.parts.frames
    }

    /// The frame of this name.
    pub fn frame(&self, name: &str) -> Option<&Frame> {
        self.parts.frames.iter().find(|frame| frame.name == name)
    }

    /// How far the annotation may be off.
    pub fn noise(&self) -> &NoiseModel {
        &self.parts.noise
    }

    /// The room around the objects.
    pub fn room(&self) -> &Room {
        &self.parts.room
    }

    /// What a phrase such as `"the office chairs"` stands for here; see [`Class`].
    pub fn class(&self, phrase: &str) -> Result<Class<'_>, ClassMiss> {
        self.index.class(phrase, LabelTable::builtin())
    }

    /// Up to three phrases of the scene that share a word with a normalised one, the most shared words first; for a
    /// hint, never used as an answer.
    pub fn similar(&self, phrase: &str) -> Vec<String> {
        self.index.similar(phrase)
    }

    /// Every normalised phrase that stands for at least one object here, sorted, with what it stands for.
    pub fn phrases(&self) -> impl Iterator<Item = (&str, Class<'_>)> {
        self.index.phrases()
    }

    /// How many objects of a class the source declares apart from its boxes, summed over the labels that
    /// the class's exact objects carry and the labels of the same meaning; `None` where it declares none.
    pub fn declared_count(&self, phrase: &str) -> Option<u32> {
        let table = LabelTable::builtin();
        let phrase = normalise(phrase);
        let wanted = table.canonical(&phrase);
        let same = self.parts.declared_counts.iter().filter(|(label, _)| table.canonical(label) == wanted);
        same.map(|(_, count)| *count).reduce(u32::saturating_add)
    }
}
