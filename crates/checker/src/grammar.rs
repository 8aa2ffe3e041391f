//! The form of a proof as a table, and the one function that holds JSON against it.
//!
//! What has passed can be read without further care: every key is there, of its type, and no other key is.

use serde_json::Value;

use crate::{Rejection, sector, value::entity_ids};

/// Deepest nesting; a question of sensible size stays far below.
const MAX_DEPTH: usize = 128;

/// One object a line: its kind, the key and words that mark it (or `-`), its fields. `name:type` is required, `name?type`
/// optional; `[type` is an array, `2-8[type` one of 2 to 8 elements; `=a|b` is one of these words.
const OBJECTS: &str = "
proof - format:=isovist-proof version:one scene:text scene_sha256:text profile:=isovist|vsi-bench|spatialevo question:question steps:[step answer:answer
question form=value of:term in?system
question form=pick want:=least|most of:term where?predicate among:1-1000[entity
question form=which where:predicate among:1-1000[entity
question form=order first:=least|most of:term among:1-1000[entity
question form=test that:predicate
question form=count class:text where?predicate
question form=locate of:entity frame:entity
question form=region of:term
question form=turns facing?entity along:2-16[entity
term measure=constant value:number unit:unit
term measure=sum of:2-8[term
term measure=difference|ratio of:2-2[term
term measure=distance definition?=surface|centre|horizontal|vertical|axis_aligned|sampled_surface from:entity to:entity
term measure=extent definition?=oriented|axis_aligned axis:=longest|width|depth|height|footprint|volume of:entity
term measure=elevation part:=bottom|centre|top of:entity
term measure=vertical_gap bottom_of:entity top_of:entity
term measure=overlap of:entity over:entity
term measure=occupancy of:entity
term measure=bearing definition?=horizontal|shortened at:entity facing:entity of:entity
term measure=bend from:entity to:entity at:entity
term measure=azimuth definition?=horizontal|optical_plane|image_plane|rising from:entity of:entity heading:entity
term measure=pan definition?=horizontal|world_xz from:entity to:entity
term measure=movement definition?=horizontal|dominant from:entity to:entity
term measure=coordinate axis:=right|down|forward of:entity frame:entity
term measure=visibility of:entity frame:entity
term measure=view_overlap of:entity with:entity
term measure=first_seen of:entity least:share
term measure=axis_angle a:entity b:entity
term measure=clearance of:entity to:entity toward?=left|right|farther|nearer heading?entity by_m?number
term measure=free_area on?entity toward?=left|right|farther|nearer of?entity heading?entity room_for?entity
term measure=passage_width|walking_distance from:entity to:entity
term measure=room_area
term measure=number class:text
predicate test=compare left:term is:=less|greater right:term
predicate test=sector of:term in:system is:text
predicate test=relation name:relation a:entity b:entity
predicate test=all|any of:1-1000[predicate
predicate test=not of:predicate
predicate test=claim question:question answer:answer
answer kind=quantity value:number lo:number hi:number unit:unit
answer kind=turn value:number lo:number hi:number
answer kind=count value:natural
answer kind=object id:natural name:text
answer kind=frame name:text
answer kind=pixel frame:text column:integer row:integer
answer kind=point value:3-3[number lo:3-3[number hi:3-3[number
answer kind=region at:3-3[number area_m2:number pieces?[3-64[2-2[number
answer kind=turns words:1-16[text
answer kind=order ids:[natural names:[text
answer kind=yes_no value:flag
answer kind=sector in:system word:text
step rule=resolve reference:text objects:[natural by?proof
step rule=measure term:term value:number lo:number hi:number unit:unit witness?2-2[3-3[number
step rule=combine op:=sum|difference|ratio of:[natural value:number lo:number hi:number unit:unit
step rule=compare left:natural is:=less|greater right:natural holds:flag margin:number
step rule=sector of:natural in:system word:text margin:number
step rule=sector_is of:natural is:text holds:flag
step rule=relation name:relation a:natural b:natural of:natural holds:flag
step rule=all|any of:[natural holds:flag
step rule=not of:natural holds:flag
step rule=claim of:natural answer:answer holds:flag
step rule=count of:natural tests:[natural value:natural
step rule=conclude from:[natural answer:answer
";

/// Demands that the value has the form of `kind`.
pub(crate) fn demand(value: &Value, kind: &str, depth: usize) -> Result<(), Rejection> {
    let text = value.as_str();
    let words = match kind {
        "unit" => Some("m|m2|m3|deg|1"),
        "system" => Some("halves|thirds|quadrants|axes|eight|clock|orientation"),
        "relation" => Some("on|above|below"),
        _ => kind.strip_prefix('='),
    };
    let fits = match (kind, words, kind.split_once('[')) {
        (_, Some(words), _) => text.is_some_and(|text| words.split('|').any(|word| word == text)),
        ("text", ..) => text.is_some_and(|text| !text.is_empty() && text.len() <= 200),
        ("number", ..) => value.as_f64().is_some_and(f64::is_finite),
        ("share", ..) => value.as_f64().is_some_and(|share| (0.0..=1.0).contains(&share)),
        ("natural", ..) => value.as_u64().is_some_and(|number| u32::try_from(number).is_ok()),
        ("integer", ..) => value.as_i64().is_some_and(|number| i32::try_from(number).is_ok()),
        ("one", ..) => value.as_u64() == Some(1),
        ("flag", ..) => value.is_boolean(),
        ("entity", ..) => text.is_some_and(|text| {
            let named = text.len() <= 200 && text.chars().any(char::is_alphanumeric) && !text.starts_with('#');
            text == "?" || named || entity_ids(text).is_some()
        }),
        (_, _, Some((length, item))) => {
            let items = value.as_array().ok_or_else(|| fault("an array", value))?;
            let (least, most) = length.split_once('-').unwrap_or_default();
            for (at, one) in items.iter().enumerate() {
                under(&format!("[{at}]"), demand(one, item, depth + 1))?;
            }
            least.parse().unwrap_or(0) <= items.len() && items.len() <= most.parse().unwrap_or(usize::MAX)
        }
        _ => return object(value, kind, depth),
    };
    if fits { Ok(()) } else { Err(fault(words.unwrap_or(kind), value)) }
}

fn object(value: &Value, kind: &str, depth: usize) -> Result<(), Rejection> {
    let map = value.as_object().filter(|_| depth <= MAX_DEPTH);
    let map = map.ok_or_else(|| fault(&format!("an object ({kind}), at most {MAX_DEPTH} levels deep"), value))?;
    let mut tag = "";
    for row in OBJECTS.lines() {
        let mut row = row.split(' ');
        let (of, mark) = (row.next().unwrap_or_default(), row.next().unwrap_or_default());
        let (key, word) = mark.split_once('=').unwrap_or_default();
        if of != kind {
            continue;
        }
        tag = key;
        let found = map.get(key).and_then(Value::as_str);
        if mark != "-" && !found.is_some_and(|found| word.split('|').any(|word| word == found)) {
            continue;
        }
        let fields: Vec<(&str, &str)> = row.filter_map(|field| Some(field.split_at(field.find([':', '?'])?))).collect();
        if let Some(unknown) = map.keys().find(|name| *name != key && !fields.iter().any(|(field, _)| field == name)) {
            return under(unknown, Err(fault("no such key", value)));
        }
        for (name, kind) in fields {
            match map.get(name) {
                Some(value) => under(name, demand(value, &kind[1..], depth + 1))?,
                None if kind.starts_with('?') => {}
                None => return under(name, Err(fault("a value", &Value::Null))),
            }
        }
        let word = map.get("word").or_else(|| map.get("is").filter(|_| kind == "predicate"));
        return match (map.get("in").and_then(Value::as_str), word.and_then(Value::as_str)) {
            (Some(system), Some(word)) if !sector::has_word(system, word) => {
                Err(fault(&format!("a word of {system}"), &Value::from(word)))
            }
            _ => Ok(()),
        };
    }
    under(tag, Err(fault(&format!("a kind of {kind}"), map.get(tag).unwrap_or(&Value::Null))))
}

fn fault(expected: &str, value: &Value) -> Rejection {
    let nested = value.is_array() || value.is_object();
    let found = if nested { "an array or object".to_owned() } else { value.to_string().chars().take(80).collect() };
    Rejection::Form { at: String::new(), expected: expected.to_owned(), found }
}

/// Puts a key or `[index]` in front of the path of a fault.
fn under(segment: &str, outcome: Result<(), Rejection>) -> Result<(), Rejection> {
    outcome.map_err(|mut rejection| {
        if let Rejection::Form { at, .. } = &mut rejection {
            let dot = if at.is_empty() || at.starts_with('[') { "" } else { "." };
            *at = format!("{segment}{dot}{at}");
        }
        rejection
    })
}
