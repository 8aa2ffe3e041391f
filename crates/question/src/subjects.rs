//! What a question speaks of: every object that some word of it stands for.

use std::collections::BTreeSet;

use scene::{Description, Scene, region};
use serde_json::Value;

use crate::{Entity, Question};

/// Positions of the objects, and names of the frames, that a question speaks of.
pub fn subjects(scene: &Scene, question: &Question) -> (BTreeSet<usize>, BTreeSet<String>) {
    let (mut objects, mut frames) = (BTreeSet::new(), BTreeSet::new());
    // A question is made of strings, numbers and lists, so that it has a JSON form.
    let json = serde_json::to_value(question).unwrap_or_default();
    each_text(&json, &mut |text| {
        let (name, frame) = text.rsplit_once('@').map_or((text, None), |(name, frame)| (name, Some(frame)));
        // Of a pixel the frame stands before the colon.
        frames.extend(frame.map(|frame| frame.split(':').next().unwrap_or(frame).to_owned()));
        if let Some(region) = name.strip_prefix('~').and_then(region) {
            objects.extend(region.marks(scene));
        } else if let Ok(Entity::Id(id)) = name.parse() {
            objects.extend(scene.position(id));
        } else if let Ok(class) = scene.class(name) {
            objects.extend(class.wide);
        } else if let Some(description) = Description::parse(name) {
            // Which of them is meant, all of them together show.
            for name in std::iter::once(&description.class).chain(&description.anchor) {
                objects.extend(scene.class(name).map_or(&[][..], |class| class.wide));
            }
        }
    });
    (objects, frames)
}

/// Visits every text of a JSON value.
fn each_text(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(items) => items.iter().for_each(|item| each_text(item, visit)),
        Value::Object(fields) => fields.values().for_each(|field| each_text(field, visit)),
        _ => {}
    }
}
