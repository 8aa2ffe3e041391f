//! Words, numbers and the company of objects.

use std::collections::BTreeMap;

use question::{Answer, Draw, Entity};
use scene::{LabelTable, ObjectId, scene_sha256};
use serde_json::Value;

use super::{Reasons, follows, mentions, rewritten};
use crate::conform::{
    alter::entities,
    case::{Case, rescened},
    family::Held,
};

pub(crate) fn relabelling(case: &Case, _: &mut Draw) -> Held {
    // What has a flat top is told by its label.
    if mentions(&case.question, &["free_area"]) {
        return None;
    }
    let table = LabelTable::builtin();
    let mut fresh: BTreeMap<String, String> = BTreeMap::new();
    for object in case.slim.objects() {
        for word in object.names.iter().chain([&object.label]) {
            let number = fresh.len();
            fresh.entry(table.canonical(word).to_owned()).or_insert_with(|| format!("thing {number}"));
        }
    }
    let scene = rescened(&case.slim, |parts| {
        for object in &mut parts.objects {
            for word in object.names.iter_mut().chain([&mut object.label]) {
                *word = fresh[table.canonical(word)].clone();
            }
        }
        let declared = std::mem::take(&mut parts.declared_counts);
        for (label, count) in declared {
            if let Some(word) = fresh.get(table.canonical(&label)) {
                let sum = parts.declared_counts.entry(word.clone()).or_default();
                *sum = sum.saturating_add(count);
            }
        }
    })?;
    let mut json = serde_json::to_value(&case.question).ok()?;
    let mut places = Vec::new();
    entities(&json, "", &mut places);
    for place in places {
        let word = json.pointer_mut(&place)?;
        if word.as_str()?.contains('@') {
            let (name, frame) = word.as_str()?.rsplit_once('@')?;
            if let Ok(class) = case.slim.class(name) {
                if class.exact != class.wide {
                    return None;
                }
                *word = Value::from(format!("{}@{frame}", fresh.get(class.canonical)?));
            } else if !name.is_empty() {
                return None;
            }
            continue;
        }
        if let Ok(class) = case.slim.class(word.as_str()?) {
            // New words know no kinds.
            if class.exact != class.wide {
                return None;
            }
            *word = Value::from(fresh.get(class.canonical)?.as_str());
        }
    }
    follows(case, &scene, &serde_json::from_value(json).ok()?, Reasons::Alike, |answer| answer)
}

pub(crate) fn renumbering(case: &Case, _: &mut Draw) -> Held {
    let ids = || case.slim.objects().iter().map(|object| object.id);
    let new: BTreeMap<ObjectId, ObjectId> = ids().zip(ids().rev()).collect();
    let renumbered = |id: ObjectId| new.get(&id).copied().unwrap_or(id);
    let scene = rescened(&case.slim, |parts| {
        for object in &mut parts.objects {
            object.id = renumbered(object.id);
        }
        for sightings in parts.frames.iter_mut().filter_map(|frame| frame.sightings.as_mut()) {
            for seen in &mut *sightings {
                seen.object = renumbered(seen.object);
            }
            sightings.sort_by_key(|seen| seen.object);
        }
    })?;
    let number = |value: &mut Value| {
        if let Some(id) = value.as_u64().and_then(|id| u32::try_from(id).ok()) {
            *value = renumbered(ObjectId(id)).0.into();
        } else if let Some(Ok(Entity::Id(id))) = value.as_str().map(str::parse) {
            *value = renumbered(id).to_string().into();
        }
    };
    let question = rewritten(&case.question, &|fields| {
        for (name, field) in fields.iter_mut() {
            match field {
                Value::Array(items) if ["ids", "among", "along"].contains(&name.as_str()) => {
                    items.iter_mut().for_each(number);
                }
                Value::String(_) => number(field),
                Value::Number(_) if name == "id" => number(field),
                _ => {}
            }
        }
    })?;
    follows(case, &scene, &question, Reasons::Any, |answer| match answer {
        Answer::Object { id, name } => Answer::Object { id: renumbered(id), name },
        Answer::Order { ids, names } => Answer::Order { ids: ids.into_iter().map(renumbered).collect(), names },
        other => other,
    })
}

pub(crate) fn object_order(case: &Case, draw: &mut Draw) -> Held {
    let scene = rescened(&case.slim, |parts| {
        let order = draw.distinct(parts.objects.len(), parts.objects.len());
        parts.objects = order.into_iter().map(|at| parts.objects[at].clone()).collect();
    })?;
    if scene_sha256(&scene) != scene_sha256(&case.slim) {
        return Some(Err("another hash".into()));
    }
    follows(case, &scene, &case.question, Reasons::Alike, |answer| answer)
}

pub(crate) fn bystanders(case: &Case, _: &mut Draw) -> Held {
    // Where there is room depends on everything: nothing was left out.
    if case.slim.objects().len() == case.source.scene.objects().len() {
        return None;
    }
    follows(case, &case.slim, &case.question, Reasons::Alike, |answer| answer)
}
