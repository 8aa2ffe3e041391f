//! What a scene and its frames hold.

use std::collections::{BTreeMap, BTreeSet};

use question::{Answer, Profile, Question, Term, evaluate};
use scene::{Frame, Object, Pose, Scene, Sighting, geometry::Vec3};
use serde_json::{Map, Value, json};

use crate::{
    Opened, RESPONSE_VERSION, answer,
    failure::{Code, Failure},
    images, request,
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Scene,
    SingleImage,
    MultiImage,
}

impl Kind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Scene => "scene",
            Self::SingleImage => "single_image",
            Self::MultiImage => "multi_image",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "scene" => Self::Scene,
            "single_image" | "single" | "image" | "frame" => Self::SingleImage,
            "multi_image" | "multi" | "images" | "frames" | "image_pair" | "pair" | "two_images" => Self::MultiImage,
            _ => return None,
        })
    }
}

/// The summary that a request asks for; `open` finds the scene of an id, or says in a sentence why there is none.
///
/// Without `summary_type`, the number of images decides: none, one, several.
pub fn summary<'s>(request: &Value, profile: &Profile, open: impl FnOnce(&str) -> Result<Opened<'s>, String>) -> Value {
    let answer = || -> Result<Map<String, Value>, Failure> {
        let fields = request::fields(request)?;
        let id = request::required(fields, "scene_id")?;
        let lists = request::images(fields)?;
        let least = request::min_visibility(fields)?;
        let given = lists.iter().map(|(_, list)| list.len()).max().unwrap_or(0);
        let kind = match request::text(fields, "summary_type")? {
            Some(name) => Kind::named(name).ok_or_else(|| {
                let sentence = "summary_type: expected scene, single_image or multi_image";
                Failure::new(Code::InvalidSummaryType, "unknown_summary", sentence)
            })?,
            None => [Kind::Scene, Kind::SingleImage, Kind::MultiImage][given.min(2)],
        };
        let objects = match fields.get("include_objects") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(include)) => *include,
            Some(_) => return Err(Failure::input("include_objects", "true or false")),
        };
        if kind != Kind::Scene && given == 0 {
            let sentence = "image_path: missing; a summary of images names them";
            return Err(Failure::new(Code::InvalidInput, "missing_field", sentence));
        }
        let opened = open(id).map_err(|sentence| Failure::new(Code::MissingDependency, "no_scene", sentence))?;
        let scene = opened.scene;
        let mut out = head(true, kind.as_str(), id);
        out.extend(match kind {
            Kind::Scene => of_scene(scene, profile, objects),
            Kind::SingleImage => {
                images::frames(scene, &lists, 1)?;
                let (field, list) = lists
                    .iter()
                    .find(|(_, list)| !list.is_empty())
                    .ok_or_else(|| Failure::new(Code::InvalidInput, "missing_field", "image_path: missing"))?;
                if list.len() > 1 {
                    return Err(Failure::input(field, "one image"));
                }
                of_image(scene, &list[0], least, objects)?.0
            }
            Kind::MultiImage => {
                let longest = lists.iter().max_by_key(|(_, list)| list.len()).map(|(_, list)| &list[..]);
                of_images(scene, longest.unwrap_or_default(), least, objects)
            }
        });
        Ok(out)
    };
    match answer() {
        Ok(summary) => summary.into(),
        Err(failure) => {
            let said = |field: &str| request.get(field).and_then(Value::as_str).unwrap_or_default();
            let short = |text: &str| -> String { text.chars().take(200).collect() };
            let mut out = head(false, &short(said("summary_type")), &short(said("scene_id")));
            out.insert("error_code".into(), failure.code.as_str().into());
            out.insert("error".into(), failure.sentence.into());
            out.insert("reason_code".into(), failure.reason.into());
            out.into()
        }
    }
}

fn head(success: bool, kind: &str, scene: &str) -> Map<String, Value> {
    let mut out = Map::new();
    out.insert("response_version".into(), RESPONSE_VERSION.into());
    out.insert("success".into(), success.into());
    out.insert("summary_type".into(), kind.into());
    out.insert("scene_id".into(), scene.into());
    out
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// How many objects of each label.
type Counts<'o> = BTreeMap<&'o str, usize>;

fn counts<'o>(objects: impl Iterator<Item = &'o Object>) -> Counts<'o> {
    let mut counts = BTreeMap::new();
    for object in objects {
        *counts.entry(object.label.as_str()).or_default() += 1;
    }
    counts
}

fn of_scene(scene: &Scene, profile: &Profile, objects: bool) -> Map<String, Value> {
    let counts = counts(scene.objects().iter());
    let area = Question::Value { of: Term::RoomArea {}, sectors: None };
    let verdict = evaluate(scene, &area, profile);
    let (room_size, interval) = match verdict.answer() {
        Some(Answer::Quantity { value, lo, hi, .. }) => (json!(answer::rounded(*value)), json!([lo, hi])),
        // Never 0 where it is not known.
        _ => (Value::Null, Value::Null),
    };
    let mut out = fields(json!({
        "total_objects": scene.objects().len(),
        "unique_label_count": counts.len(),
        "labels": counts.keys().collect::<Vec<_>>(),
        "label_counts": counts,
        "room_size": room_size,
        "room_size_interval_m2": interval,
        "frames": scene.frames().iter().map(|frame| &frame.name).collect::<Vec<_>>(),
    }));
    if objects {
        let all: Vec<Value> = scene.objects().iter().map(|object| described(scene, object).into()).collect();
        out.insert("objects".into(), all.into());
    }
    out
}

/// An object with the fields of SpatialEvo's scene files. Their boxes are aligned with the axes; ours follow.
fn described(scene: &Scene, object: &Object) -> Map<String, Value> {
    let corners = object.bounds.corners();
    let least = corners.iter().copied().fold(corners[0], Vec3::min).to_array();
    let most = corners.iter().copied().fold(corners[0], Vec3::max).to_array();
    let longest = (0..3).map(|axis| most[axis] - least[axis]).fold(0.0, f64::max);
    let shows = |frame: &&Frame| {
        scene.visible_fraction(&frame.name, object.id).is_some_and(|seen| seen >= scene::LEAST_VISIBLE)
    };
    let first = scene.frames().iter().find(shows).map_or("-1", |frame| frame.name.as_str());
    fields(json!({
        "object_id": object.id,
        "label": object.label,
        "names": object.names,
        "size": answer::rounded(longest * 100.0),
        "3d_bbox": [least[0], least[1], least[2], most[0], most[1], most[2]],
        "3d_location": object.bounds.centre().to_array(),
        "oriented_extent_m": (object.bounds.half() * 2.0).to_array(),
        "first_frame": first,
    }))
}

fn of_image<'s>(
    scene: &'s Scene,
    image: &str,
    least: f64,
    objects: bool,
) -> Result<(Map<String, Value>, Counts<'s>), Failure> {
    let frame = images::frame(scene, image)?;
    let sightings = frame.sightings.as_ref().ok_or_else(|| {
        let sentence =
            format!("the scene does not say what {} shows (hint: `isovist sightings SCENE --write`)", frame.name);
        Failure::new(Code::MissingDependency, "missing_data", sentence)
    })?;
    let object = |sighting: &Sighting| scene.position(sighting.object).map(|at| &scene.objects()[at]);
    let seen: Vec<(&Sighting, &Object)> = sightings
        .iter()
        .filter(|sighting| sighting.visible_fraction >= least)
        .filter_map(|sighting| Some((sighting, object(sighting)?)))
        .collect();
    let counts = counts(seen.iter().map(|(_, object)| *object));
    let mut out = fields(json!({
        "image_path": frame.colour.as_ref().map(|colour| &colour.file),
        "frame_id": frame.name,
        "frame_type": "colour",
        "min_visibility": least,
        "total_objects_in_frame": sightings.len(),
        "visible_objects_count": seen.len(),
        "visible_unique_label_count": counts.len(),
        "visible_labels": counts.keys().collect::<Vec<_>>(),
        "visible_label_counts": counts,
    }));
    if objects {
        let all: Vec<Value> = seen.iter().map(|(sighting, object)| sighted(scene, frame, sighting, object)).collect();
        out.insert("visible_objects".into(), all.into());
    }
    Ok((out, counts))
}

fn sighted(scene: &Scene, frame: &Frame, sighting: &Sighting, object: &Object) -> Value {
    let mut out = described(scene, object);
    out.insert("visibility".into(), json!(sighting.visible_fraction));
    out.insert("truncated".into(), sighting.truncated.into());
    out.insert("occluded".into(), (!sighting.occluded_by.is_empty()).into());
    out.insert("2d_bbox".into(), json!(sighting.box_px));
    // The centre of the box, whatever hides it.
    let centre = match &frame.pose {
        Pose::Known(pose) => {
            let (axes, apart) = (pose.rotation(), object.bounds.centre() - pose.translation());
            json!([axes.x_axis.dot(apart), axes.y_axis.dot(apart), axes.z_axis.dot(apart)])
        }
        Pose::Missing { .. } => Value::Null,
    };
    out.insert("camera_location".into(), centre);
    out.into()
}

fn of_images(scene: &Scene, images: &[String], least: f64, objects: bool) -> Map<String, Value> {
    let (mut summaries, mut errors, mut labels) = (Vec::new(), Vec::new(), Vec::new());
    let mut sum: BTreeMap<&str, usize> = BTreeMap::new();
    for image in images {
        match of_image(scene, image, least, objects) {
            Ok((summary, counts)) => {
                for (label, count) in &counts {
                    *sum.entry(label).or_default() += count;
                }
                labels.push(counts.into_keys().collect::<BTreeSet<&str>>());
                summaries.push(Value::from(summary));
            }
            Err(failure) => errors.push(json!({
                "image": image.chars().take(200).collect::<String>(),
                "error_code": failure.code.as_str(),
                "reason_code": failure.reason,
                "error": failure.sentence,
            })),
        }
    }
    let union: BTreeSet<&str> = labels.iter().flatten().copied().collect();
    let shared: Vec<&str> =
        union.iter().copied().filter(|label| labels.iter().all(|set| set.contains(label))).collect();
    fields(json!({
        "success": !summaries.is_empty(),
        "requested_frames": images.iter().map(|image| image.chars().take(200).collect::<String>()).collect::<Vec<_>>(),
        "num_frames_requested": images.len(),
        "num_frames_succeeded": summaries.len(),
        "num_frames_failed": errors.len(),
        "min_visibility": least,
        "frame_summaries": summaries,
        "aggregate": {
            "union_visible_labels": union,
            "intersection_visible_labels": shared,
            "sum_visible_label_counts": sum,
        },
        "errors": errors,
    }))
}
