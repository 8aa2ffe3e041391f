//! A request's fields, checked. What is read is listed here; every other field is named in the response as ignored.

use std::collections::BTreeMap;

use scene::LEAST_VISIBLE;
use serde_json::{Map, Value};

use crate::{
    Mode, TaskType,
    failure::{Code, Failure},
    tasks::{self, Named, task_types},
};

/// Longest text of a field, bytes.
const MOST_TEXT: usize = 8_000;
/// Most entries of a list.
const MOST_ITEMS: usize = 256;
/// Fewest characters of a question.
const LEAST_QUESTION: usize = 10;

type Fields = Map<String, Value>;

/// A request to validate and answer a question.
#[derive(Debug)]
pub(crate) struct Request<'r> {
    pub(crate) task_type: &'static TaskType,
    pub(crate) question: &'r str,
    pub(crate) scene_id: &'r str,
    /// Every way in which the request lists its images; they must name the same frames.
    pub(crate) images: Vec<(&'static str, Vec<String>)>,
    /// Role of the task → labels that the caller extracted.
    pub(crate) labels: BTreeMap<&'static str, Vec<&'r str>>,
    /// Positions of the reference and of the target image.
    pub(crate) roles: [Option<usize>; 2],
    /// Fields that play no part.
    pub(crate) ignored: Vec<String>,
}

pub(crate) fn fields(request: &Value) -> Result<&Fields, Failure> {
    request.as_object().ok_or_else(|| Failure::new(Code::InvalidInput, "bad_request", "a request is a JSON object"))
}

/// A text that is not blank.
pub(crate) fn text<'r>(fields: &'r Fields, field: &str) -> Result<Option<&'r str>, Failure> {
    let expected = || Failure::input(field, &format!("a text that is not blank, of at most {MOST_TEXT} bytes"));
    match fields.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() && text.len() <= MOST_TEXT => Ok(Some(text.trim())),
        Some(_) => Err(expected()),
    }
}

pub(crate) fn required<'r>(fields: &'r Fields, field: &str) -> Result<&'r str, Failure> {
    text(fields, field)?.ok_or_else(|| Failure::new(Code::InvalidInput, "missing_field", format!("{field}: missing")))
}

/// The images of a request, as it lists them.
pub(crate) fn images(fields: &Fields) -> Result<Vec<(&'static str, Vec<String>)>, Failure> {
    let one = |field: &str, value: &Value| match value {
        Value::String(text) if !text.trim().is_empty() && text.len() <= MOST_TEXT => Ok(text.trim().to_owned()),
        Value::Number(number) if number.is_u64() => Ok(number.to_string()),
        _ => Err(Failure::input(field, "the name, number or path of an image")),
    };
    let mut found = Vec::new();
    for field in ["image_paths", "images", "frame_ids"] {
        match fields.get(field) {
            None | Some(Value::Null) => {}
            Some(Value::Array(items)) if items.len() <= MOST_ITEMS => {
                found.push((field, items.iter().map(|item| one(field, item)).collect::<Result<_, _>>()?));
            }
            Some(_) => return Err(Failure::input(field, &format!("a list of at most {MOST_ITEMS} images"))),
        }
    }
    let given = |field: &'static str| fields.get(field).filter(|value| !value.is_null()).map(|value| one(field, value));
    for field in ["image_path", "frame_id"] {
        if let Some(image) = given(field) {
            found.push((field, vec![image?]));
        }
    }
    match (given("image_path_1"), given("image_path_2")) {
        (Some(first), Some(second)) => found.push(("image_path_1", vec![first?, second?])),
        (None, None) => {}
        _ => return Err(Failure::input("image_path_1, image_path_2", "both or none")),
    }
    Ok(found)
}

/// Least visible fraction that counts as shown: at least the floor of [`LEAST_VISIBLE`].
pub(crate) fn min_visibility(fields: &Fields) -> Result<f64, Failure> {
    match fields.get("min_visibility") {
        None | Some(Value::Null) => Ok(LEAST_VISIBLE),
        Some(value) => match value.as_f64() {
            Some(least) if (0.0..=1.0).contains(&least) => Ok(least.max(LEAST_VISIBLE)),
            _ => Err(Failure::input("min_visibility", "a number from 0 to 1")),
        },
    }
}

/// A word that the engine may be asked about: a label, or the number of an object. Marks that mean something in a
/// question's JSON have no place in it.
fn label<'r>(field: &str, value: &'r Value) -> Result<&'r str, Failure> {
    let marks = |c: char| matches!(c, '@' | '~' | '$' | '?' | '|' | '&' | '{' | '}') || c.is_control();
    let fits = |text: &str| {
        text.len() <= 100
            && text.chars().any(char::is_alphanumeric)
            && match text.strip_prefix('#') {
                Some(number) => number.bytes().all(|digit| digit.is_ascii_digit()),
                None => !text.contains(marks),
            }
    };
    let text = value.as_str().map(str::trim);
    text.filter(|text| fits(text)).ok_or_else(|| {
        Failure::input(field, "a label such as \"coffee table\" or a number such as \"#17\", of at most 100 bytes")
    })
}

fn labels<'r>(
    task_type: &'static TaskType,
    fields: &'r Fields,
) -> Result<BTreeMap<&'static str, Vec<&'r str>>, Failure> {
    let mut out: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (field, role) in &task_type.labels {
        let named = match fields.get(field) {
            None | Some(Value::Null) => continue,
            Some(Value::Array(items)) if items.len() <= MOST_ITEMS => {
                items.iter().map(|item| label(field, item)).collect::<Result<_, _>>()?
            }
            Some(value) => vec![label(field, value)?],
        };
        out.entry(role).or_default().extend(named);
    }
    Ok(out)
}

/// The type that a name stands for.
pub(crate) fn task_type(name: &str) -> Result<&'static TaskType, Failure> {
    let refuse = |reason: &str, sentence: String| {
        let mut failure = Failure::new(Code::UnsupportedTask, reason, sentence);
        failure.suggestions = task_types().iter().map(|task_type| task_type.name.clone()).collect();
        Err(failure)
    };
    let shown: String = name.chars().take(100).collect();
    match tasks::named(name) {
        Named::Type(task_type) => Ok(task_type),
        Named::Refused => refuse(
            "viewpoint_needed",
            format!("task_type: {shown:?} has no answer: the direction between two things depends on the viewpoint"),
        ),
        Named::Unknown => refuse("unknown_task", format!("task_type: {shown:?} is none of the known types")),
    }
}

impl<'r> Request<'r> {
    pub(crate) fn read(fields: &'r Fields) -> Result<Self, Failure> {
        let (name, question) = (required(fields, "task_type")?, required(fields, "question")?);
        let scene_id = required(fields, "scene_id")?;
        let task_type = task_type(name)?;
        let images = if task_type.mode == Mode::Scene { Vec::new() } else { images(fields)? };
        let labels = labels(task_type, fields)?;
        let at = |field: &str| match fields.get(field) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(number @ 1..=2) => Ok(Some(number as usize - 1)),
                _ => Err(Failure::input(field, "1 or 2")),
            },
        };
        let pair = task_type.mode == Mode::ImagePair;
        let roles =
            if pair { [at("camera_reference_image_idx")?, at("camera_target_image_idx")?] } else { [None, None] };
        if min_visibility(fields)? > LEAST_VISIBLE {
            let expected = format!("at most {LEAST_VISIBLE}: what an image shows is defined by that visible fraction");
            return Err(Failure::input("min_visibility", &expected));
        }
        if question.chars().count() < LEAST_QUESTION {
            let sentence = format!("question: fewer than {LEAST_QUESTION} characters");
            return Err(Failure::new(Code::QuestionInvalid, "too_short", sentence));
        }
        let needed = task_type.mode.images();
        if let Some((field, _)) = images.iter().find(|(_, list)| list.is_empty()) {
            return Err(Failure::new(Code::QuestionInvalid, "no_images", format!("{field}: the list is empty")));
        }
        if needed > 0 && !images.iter().any(|(_, list)| list.len() >= needed) {
            let name = &task_type.name;
            let field = if needed == 1 { "image_path" } else { "image_paths" };
            let sentence = format!("{field}: {name} needs {needed} image{}", if needed == 1 { "" } else { "s" });
            return Err(Failure::new(Code::InvalidInput, "missing_field", sentence));
        }
        let mut read = vec!["task_type", "question", "scene_id", "min_visibility"];
        read.extend(task_type.labels.keys().map(String::as_str));
        if needed > 0 {
            read.extend([
                "image_paths",
                "images",
                "frame_ids",
                "image_path",
                "frame_id",
                "image_path_1",
                "image_path_2",
            ]);
        }
        if pair {
            read.extend(["camera_reference_image_idx", "camera_target_image_idx"]);
        }
        let ignored = fields.keys().filter(|key| !read.contains(&key.as_str()));
        let ignored = ignored.map(|key| key.chars().take(100).collect()).take(MOST_ITEMS).collect();
        Ok(Self { task_type, question, scene_id, images, labels, roles, ignored })
    }
}
