//! Questions that no task asks: other objects, definitions, words, denied, claimed, asked of several.

use question::{Answer, Draw, Entity, Profile, Question, evaluate};
use scene::LabelTable;
use serde_json::{Value, json};

use ::corpus::Source;

type Alteration = fn(&mut Value, &Source, &Profile, &mut Draw) -> Option<()>;

const ALTERATIONS: &[Alteration] =
    &[rename, rename, rename, define, resector, turn_round, claim, deny, which, join, reckon];

/// The question, altered once to three times; none if nothing sensible came out.
pub(crate) fn altered(source: &Source, question: &Question, profile: &Profile, draw: &mut Draw) -> Option<Question> {
    let mut json = serde_json::to_value(question).ok()?;
    for _ in 0..=draw.below(3) {
        let mut next = json.clone();
        if draw.pick(ALTERATIONS)?(&mut next, source, profile, draw).is_some() {
            json = next;
        }
    }
    if holds_large_grid(&json, source) {
        return None;
    }
    serde_json::from_value(json).ok().filter(|altered| altered != question)
}

/// Longest side of a box whose surface is sampled every 5 cm, metres: a whole room takes seconds.
const LONGEST_SAMPLED_M: f64 = 1.2;

fn holds_large_grid(question: &Value, source: &Source) -> bool {
    if !question.to_string().contains("sampled_surface") {
        return false;
    }
    let mut places = Vec::new();
    entities(question, "", &mut places);
    let mut words = places.iter().filter_map(|place| question.pointer(place)?.as_str());
    let large = |at: &usize| source.scene.objects()[*at].bounds.extents().max_element() > LONGEST_SAMPLED_M;
    words.any(|word| match word.parse() {
        Ok(Entity::Id(id)) => source.scene.position(id).iter().any(large),
        _ => source.scene.class(word).is_ok_and(|class| class.wide.iter().any(large)),
    })
}

/// Fields that hold an object or a class.
const OBJECTS: [&str; 15] = [
    "from",
    "to",
    "of",
    "over",
    "at",
    "facing",
    "a",
    "b",
    "bottom_of",
    "top_of",
    "heading",
    "frame",
    "on",
    "room_for",
    "with",
];

/// Paths of the objects and classes of a question.
pub(crate) fn entities(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (key, field) in fields {
                let here = format!("{at}/{key}");
                if field.is_string() && (OBJECTS.contains(&key.as_str()) || key == "class") {
                    into.push(here);
                } else {
                    entities(field, &here, into);
                }
            }
        }
        Value::Array(items) => {
            for (key, item) in items.iter().enumerate() {
                let here = format!("{at}/{key}");
                if item.is_string() && (at.ends_with("/among") || at.ends_with("/along")) {
                    into.push(here);
                } else {
                    entities(item, &here, into);
                }
            }
        }
        _ => {}
    }
}

fn an_entity(question: &Value, draw: &mut Draw) -> Option<String> {
    let mut all = Vec::new();
    entities(question, "", &mut all);
    draw.pick(&all).cloned()
}

/// Another object, another word, a number, or a word for nothing here.
fn rename(question: &mut Value, source: &Source, _: &Profile, draw: &mut Draw) -> Option<()> {
    let place = an_entity(question, draw)?;
    let object = draw.pick(source.scene.objects())?;
    let table = LabelTable::builtin();
    let canonical = table.canonical(&object.label);
    let frame = draw.pick(source.scene.frames()).map(|frame| frame.name.as_str());
    let name = match (draw.below(11), frame) {
        (10, Some(frame)) => format!("@{frame}:{},{}", draw.below(44), draw.below(33)),
        (8, Some(frame)) => format!("@{frame}"),
        (9, Some(frame)) => format!("{}@{frame}", object.label),
        (at, _) => match at {
            0 => object.id.to_string(),
            1 => draw.pick(&table.spellings(canonical))?.clone(),
            2 => table.wider(canonical).next().unwrap_or("thing").to_owned(),
            3 => format!("The  {}", object.title().to_uppercase()),
            4 => (*draw.pick(&["piano", "gizmo of doom", "#999999", "?"])?).to_owned(),
            5 => question.pointer(&an_entity(question, draw)?)?.as_str()?.to_owned(),
            _ => object.title().to_owned(),
        },
    };
    *question.pointer_mut(&place)? = Value::from(name);
    Some(())
}

/// All objects of a JSON value that hold this field, by path.
fn holders(value: &Value, field: &str, at: &str, into: &mut Vec<String>) {
    if value.get(field).is_some() {
        into.push(at.to_owned());
    }
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, item)| holders(item, field, &format!("{at}/{key}"), into));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(key, item)| holders(item, field, &format!("{at}/{key}"), into));
        }
        _ => {}
    }
}

fn a_holder(question: &Value, field: &str, draw: &mut Draw) -> Option<String> {
    let mut all = Vec::new();
    holders(question, field, "", &mut all);
    draw.pick(&all).cloned()
}

/// Another definition of a measure.
fn define(question: &mut Value, _: &Source, _: &Profile, draw: &mut Draw) -> Option<()> {
    let place = a_holder(question, "measure", draw)?;
    let term = question.pointer_mut(&place)?;
    let definitions: &[&str] = match term["measure"].as_str()? {
        "distance" => &["surface", "centre", "horizontal", "vertical", "axis_aligned", "sampled_surface"],
        "extent" => &["oriented", "axis_aligned"],
        "bearing" => &["horizontal", "shortened"],
        "azimuth" => &["horizontal", "optical_plane", "image_plane", "rising"],
        "movement" => &["horizontal", "dominant"],
        "pan" => &["horizontal", "world_xz"],
        _ => return None,
    };
    term["definition"] = Value::from(*draw.pick(definitions)?);
    if term["measure"] == "extent" {
        term["axis"] = Value::from(*draw.pick(&["longest", "width", "depth", "height", "footprint", "volume"])?);
    }
    Some(())
}

/// Another system of sectors, or none.
fn resector(question: &mut Value, _: &Source, _: &Profile, draw: &mut Draw) -> Option<()> {
    let systems = ["halves", "thirds", "quadrants", "axes", "eight", "clock", "orientation"];
    let system = Value::from(*draw.pick(&systems)?);
    if question["form"] == "value" {
        if draw.below(3) == 0 {
            question.as_object_mut()?.remove("in");
        } else {
            question["in"] = system;
        }
        return Some(());
    }
    let place = a_holder(question, "in", draw)?;
    question.pointer_mut(&place)?["in"] = system;
    Some(())
}

/// Least for most, less for greater.
fn turn_round(question: &mut Value, _: &Source, _: &Profile, draw: &mut Draw) -> Option<()> {
    let field = *draw.pick(&["want", "first", "is"])?;
    let place = a_holder(question, field, draw)?;
    let word = question.pointer_mut(&place)?.get_mut(field)?;
    let other = match word.as_str()? {
        "least" => "most",
        "most" => "least",
        "less" => "greater",
        "greater" => "less",
        _ => return None,
    };
    *word = Value::from(other);
    Some(())
}

/// Whether an answer is so: the true one, or one a little beside it.
fn claim(question: &mut Value, source: &Source, profile: &Profile, draw: &mut Draw) -> Option<()> {
    let asked: Question = serde_json::from_value(question.clone()).ok()?;
    let mut answer = evaluate(&source.scene, &asked, profile).answer()?.clone();
    if let Answer::Quantity { value, lo, hi, .. } | Answer::Turn { value, lo, hi } = &mut answer {
        let by = draw.between(-2.0, 2.0) * (*hi - *lo);
        let wider = draw.between(0.0, 1.0) * (*hi - *lo);
        (*value, *lo, *hi) = (*value + by, *lo + by - wider, *hi + by + wider);
    }
    if let Answer::Point { value, lo, hi } = &mut answer {
        for axis in 0..3 {
            let by = draw.between(-0.7, 0.7) * (hi[axis] - lo[axis]);
            let wider = draw.between(0.0, 1.0) * (hi[axis] - lo[axis]);
            value[axis] += by;
            (lo[axis], hi[axis]) = (lo[axis] + by - wider, hi[axis] + by + wider);
        }
    }
    if let Answer::Count { value } = &mut answer {
        *value += draw.below(2) as u32;
    }
    *question = json!({"form": "test", "that": {"test": "claim", "question": question, "answer": answer}});
    Some(())
}

fn deny(question: &mut Value, _: &Source, _: &Profile, _: &mut Draw) -> Option<()> {
    let that = question.get("that")?.clone();
    question["that"] = json!({"test": "not", "of": that});
    Some(())
}

/// Which of several objects satisfies a test.
fn which(question: &mut Value, source: &Source, _: &Profile, draw: &mut Draw) -> Option<()> {
    let mut filter = question.get("that")?.clone();
    let place = an_entity(&filter, draw)?;
    let asked = std::mem::replace(filter.pointer_mut(&place)?, Value::from("?"));
    let mut among = vec![asked];
    for _ in 0..=draw.below(3) {
        among.push(Value::from(draw.pick(source.sampler.unique())?.as_str()));
    }
    *question = json!({"form": "which", "where": filter, "among": among});
    Some(())
}

/// A test and its like with another object: both, or one of them.
fn join(question: &mut Value, source: &Source, profile: &Profile, draw: &mut Draw) -> Option<()> {
    let that = question.get("that")?.clone();
    let mut other = question.clone();
    rename(&mut other, source, profile, draw)?;
    let test = if draw.below(2) == 0 { "all" } else { "any" };
    question["that"] = json!({"test": test, "of": [that, other["that"]]});
    Some(())
}

/// A quantity compared with its like of other objects, or reckoned with it.
fn reckon(question: &mut Value, source: &Source, profile: &Profile, draw: &mut Draw) -> Option<()> {
    let of = question.get("of")?.clone();
    let mut other = question.clone();
    rename(&mut other, source, profile, draw)?;
    let other = other["of"].clone();
    *question = match draw.below(4) {
        0 => json!({"form": "test", "that": {"test": "compare", "left": of, "is": "less", "right": other}}),
        1 => json!({"form": "value", "of": {"measure": "sum", "of": [of, other, of]}}),
        2 => json!({"form": "value", "of": {"measure": "difference", "of": [of, other]}}),
        _ => json!({"form": "value", "of": {"measure": "ratio", "of": [of, other]}}),
    };
    Some(())
}
