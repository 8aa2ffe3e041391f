//! Shards as HiSpatial's loader for its images from the web reads them, but for its pickles: a tar in which a sample is one
//! picture, `<key>.jpg`, with its depth, `<key>.png`, the camera's normalised intrinsics, `<key>.intrinsics.json`, and every
//! question of the part about it, `<key>.json`. The key is the id of the first of them.
//!
//! Facts of the form from the published loader (microsoft/HiSpatial): questions lie in lists of levels, as items with a
//! class, the objects they are about, and pairs of question and answer. Of a class that it does not know it draws none, and
//! it finds the right option by looking for the answer within the options: where another one holds it too, it may learn the
//! wrong letter, so that such a row is passed over.

use std::{
    collections::{BTreeMap, HashMap},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use language::Format;
use render::{ImageFormat, image_head, log_depth_png, rgb};
use scene::{Frame, Whole, geometry::Distortion};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Notes, Settings, Shown, Writer, Written, tar::Tar};
use crate::{CorpusError, Row, Source, part::plain_answer, pictures::Picture};

/// Most bytes of pictures and questions that are held; then the samples so far are written, and a picture that comes again
/// begins another one.
const MOST_HELD_BYTES: usize = 256 << 20;
/// As exports of scans have it.
const JPEG_QUALITY: u8 = 95;
/// Most objects of an item; what more are is left out.
const LETTERS: [&str; 6] = ["i", "j", "k", "l", "m", "n"];

/// A class of the loader, with our tasks that ask what it asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    name: String,
    tasks: Vec<String>,
}

static CLASSES: LazyLock<Vec<Class>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        class: Vec<Class>,
    }
    // The data is part of the binary and a test parses it.
    toml::from_str::<File>(include_str!("../../data/hispatial.toml")).map(|file| file.class).unwrap_or_default()
});

fn class_of(task: &str) -> Option<&'static str> {
    CLASSES.iter().find(|class| class.tasks.iter().any(|name| name == task)).map(|class| class.name.as_str())
}

/// A picture with what is asked about it.
struct Sample {
    key: String,
    jpg: Vec<u8>,
    depth: Vec<u8>,
    intrinsics: Value,
    /// Name of a level's list → items.
    lists: BTreeMap<String, Vec<Value>>,
    /// Scene and frame.
    about: Value,
}

/// A shard being written.
pub(super) struct Shard {
    place: PathBuf,
    out: Tar,
    settings: Settings,
    samples: Vec<Sample>,
    /// Path of a picture → position among the samples.
    known: HashMap<String, usize>,
    /// Pictures that cannot be samples, and why.
    unfit: HashMap<String, &'static str>,
    held: usize,
    notes: Notes,
}

impl Shard {
    pub(super) fn new(out: Whole, place: &Path, settings: Settings) -> Self {
        Self {
            place: place.to_owned(),
            out: Tar::new(out),
            settings,
            samples: Vec::new(),
            known: HashMap::new(),
            unfit: HashMap::new(),
            held: 0,
            notes: Notes::new(),
        }
    }

    fn note(&mut self, what: &str) {
        *self.notes.entry(what.to_owned()).or_default() += 1;
    }

    /// Position of the sample of a picture, begun if need be; or why it can be none.
    fn sample(
        &mut self,
        row: &Row,
        picture: &Picture,
        frame: &Frame,
        source: &Source,
    ) -> Result<Result<usize, &'static str>, CorpusError> {
        if let Some(at) = self.known.get(&picture.path) {
            return Ok(Ok(*at));
        }
        if let Some(why) = self.unfit.get(&picture.path) {
            return Ok(Err(why));
        }
        let depth = if frame.camera.distortion() == Distortion::None {
            depth_of(frame, source)?.ok_or("passed over: picture without depth")
        } else {
            Err("passed over: picture of a lens that bends lines")
        };
        let depth = match depth {
            Ok(depth) => depth,
            Err(why) => {
                self.unfit.insert(picture.path.clone(), why);
                return Ok(Err(why));
            }
        };
        let jpg = jpeg_of(picture)?;
        let (width, height) = (f64::from(frame.camera.width_px()), f64::from(frame.camera.height_px()));
        let (focal, centre) = (frame.camera.focal_px(), frame.camera.centre_px());
        self.held += jpg.len() + depth.len();
        self.known.insert(picture.path.clone(), self.samples.len());
        self.samples.push(Sample {
            key: row.id.clone(),
            jpg,
            depth,
            intrinsics: json!([
                [focal.x / width, 0.0, centre.x / width],
                [0.0, focal.y / height, centre.y / height],
                [0.0, 0.0, 1.0],
            ]),
            lists: BTreeMap::new(),
            about: json!({ "scene": row.scene, "frame": frame.name, "split": self.settings.split }),
        });
        Ok(Ok(self.samples.len() - 1))
    }

    /// Writes the samples that are held.
    fn flush(&mut self) -> Result<(), CorpusError> {
        self.known.clear();
        self.held = 0;
        for sample in std::mem::take(&mut self.samples) {
            let lists = sample.lists.into_iter().map(|(name, items)| (name, Value::Array(items)));
            let mut asked: Map<String, Value> = lists.collect();
            // Names with this word are passed over by the loader.
            asked.insert("metadata".into(), sample.about);
            let json = |value: &Value| serde_json::to_vec(value).map_err(std::io::Error::other);
            let asked = json(&Value::Object(asked))?;
            for (ending, bytes) in [
                ("jpg", &sample.jpg),
                ("png", &sample.depth),
                ("json", &asked),
                ("intrinsics.json", &json(&sample.intrinsics)?),
            ] {
                self.out.put(&format!("{}.{ending}", sample.key), bytes)?;
            }
            self.note("samples");
        }
        Ok(())
    }
}

impl Writer for Shard {
    fn row(&mut self, &Shown { row, pictures, source }: &Shown) -> Result<(), CorpusError> {
        let ([picture], [name]) = (pictures, &row.frames[..]) else {
            self.note("passed over: not about one picture");
            return Ok(());
        };
        let Some(frame) = source.scene.frame(name) else {
            self.note("passed over: not about one picture");
            return Ok(());
        };
        if !row.marks.is_empty() {
            self.note("passed over: boxes are drawn on its picture");
            return Ok(());
        }
        if row.format == Format::MultipleChoice && !stands_out(&plain_answer(row), &row.options) {
            self.note("passed over: the loader would find two right options");
            return Ok(());
        }
        let at = match self.sample(row, picture, frame, source)? {
            Ok(at) => at,
            Err(why) => {
                self.note(why);
                return Ok(());
            }
        };
        self.note("rows");
        let class = class_of(&row.task);
        if class.is_none() {
            self.note("rows under the name of their task");
        }
        let class = class.unwrap_or(&row.task);
        let list = format!("level{}_{}_list", row.level, class.strip_prefix("vqa_").unwrap_or(class));
        let item = item(row, class, frame, source);
        self.held += item.to_string().len();
        if let Some(sample) = self.samples.get_mut(at) {
            sample.lists.entry(list).or_default().push(item);
        }
        if self.held > MOST_HELD_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Written, CorpusError> {
        self.flush()?;
        let digest = self
            .out
            .finish()
            .map_err(|error| std::io::Error::new(error.kind(), format!("{}: {error}", self.place.display())))?;
        Ok(Written { digest, notes: self.notes })
    }
}

/// Whether the answer is in one option alone, however it is looked for.
fn stands_out(answer: &str, options: &[String]) -> bool {
    let answer = answer.to_lowercase();
    let holds = |option: &&String| {
        let option = option.to_lowercase();
        option.contains(&answer) || answer.contains(&option)
    };
    options.iter().filter(holds).count() == 1
}

/// A question with its class and the objects it is about.
fn item(row: &Row, class: &str, frame: &Frame, source: &Source) -> Value {
    let mut pair = json!({ "question": row.text, "answer": row.answer_text, "format": "text", "qa_type": row.task });
    match row.format {
        Format::FreeForm => {}
        Format::TrueFalse => {
            pair["format"] = "true_false".into();
        }
        Format::MultipleChoice => {
            // The loader puts the options behind the question itself.
            pair["question"] = row.text.split('\n').next().unwrap_or_default().into();
            pair["answer"] = plain_answer(row).into();
            pair["options"] = row.options.clone().into();
            pair["format"] = "mcq".into();
        }
    }
    json!({ "qa_type": class, "object": objects(row, frame, source), "qa_pairs": [pair], "id": row.id })
}

/// What a question is about, with boxes in pixels where the frame shows it: `referring` and `raw` of one object, with
/// letters behind them of several.
fn objects(row: &Row, frame: &Frame, source: &Source) -> Value {
    let scene = &source.scene;
    let about: Vec<usize> = question::subjects(scene, &row.question).0.into_iter().take(LETTERS.len()).collect();
    let mut fields = Map::new();
    for (position, letter) in about.iter().zip(LETTERS) {
        let Some(object) = scene.objects().get(*position) else { continue };
        let ending = if about.len() == 1 { String::new() } else { format!("_{letter}") };
        let mut raw = json!({ "id": object.id, "class": object.label });
        if let Some(box_px) = frame.sighting(object.id).and_then(|seen| seen.box_px) {
            raw["raw_bbox"] = box_px.to_vec().into();
        }
        fields.insert(format!("referring{ending}"), object.title().into());
        fields.insert(format!("raw{ending}"), raw);
    }
    Value::Object(fields)
}

/// The coded depth of a frame; none where nothing is known.
fn depth_of(frame: &Frame, source: &Source) -> Result<Option<Vec<u8>>, CorpusError> {
    if frame.depth.is_none() {
        return Ok(None);
    }
    let fault = |problem: String| fault(source.scene.id(), &frame.name, problem);
    let depths = source.scene.depths(&frame.name).map_err(|error| fault(error.to_string()))?;
    let (width, height) = (frame.camera.width_px(), frame.camera.height_px());
    let at = |row| (0..width).map(move |column| (column, row));
    let metres: Vec<f64> =
        (0..height).flat_map(at).map(|(column, row)| depths.at(column, row).unwrap_or(f64::NAN)).collect();
    log_depth_png([width, height], &metres).map_err(|error| fault(error.to_string()))
}

/// A picture as JPEG: as it is, or written anew where it is another kind of file.
fn jpeg_of(picture: &Picture) -> Result<Vec<u8>, CorpusError> {
    let (scene, name) = picture.path.rsplit_once('/').unwrap_or_default();
    let fault = |problem: String| fault(scene, name, problem);
    let file = Path::new(&picture.path);
    let head = image_head(file, &picture.bytes).map_err(|error| fault(error.to_string()))?;
    if head.format == ImageFormat::Jpeg {
        return Ok(picture.bytes.clone());
    }
    let image = rgb(file, &picture.bytes).map_err(|error| fault(error.to_string()))?;
    let side = |px: u32| u16::try_from(px).map_err(|_| fault(format!("{px} pixels are too many for a JPEG")));
    let mut jpeg = Vec::new();
    jpeg_encoder::Encoder::new(&mut jpeg, JPEG_QUALITY)
        .encode(
            image.pixels.as_flattened(),
            side(image.width_px)?,
            side(image.height_px)?,
            jpeg_encoder::ColorType::Rgb,
        )
        .map_err(|error| fault(error.to_string()))?;
    Ok(jpeg)
}

fn fault(scene: &str, frame: &str, problem: String) -> CorpusError {
    CorpusError::Picture { scene: scene.to_owned(), frame: frame.to_owned(), problem }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The classes that the loader knows, but for the pixel query, which it makes itself.
    const KNOWN: [&str; 21] = [
        "distance_single",
        "relative_position_new_perspective_no_orient",
        "orientation_comparison_two_objects",
        "counting_objects",
        "distance_each_axis_multi",
        "distance_multi",
        "object_relation_multi_world",
        "orientation",
        "closest_distance_multi",
        "object_direction_multi",
        "relative_position_new_perspective",
        "distance_three_objects",
        "distance_three_objects_comparision",
        "object_relation_multi",
        "distance_each_axis_multi_world",
        "most_objects_in_class",
        "query_aabb",
        "object_size_single",
        "comparison_multiple_objects",
        "spatial_mcq_multiangle_world",
        "spatial_mcq_multiangle",
    ];

    #[test]
    fn classes_are_those_of_the_loader_and_tasks_those_of_the_catalogue() {
        let named: BTreeSet<&str> = CLASSES.iter().filter_map(|class| class.name.strip_prefix("vqa_")).collect();
        assert_eq!((named, CLASSES.len()), (KNOWN.into_iter().collect(), KNOWN.len()));
        let tasks: Vec<&String> = CLASSES.iter().flat_map(|class| &class.tasks).collect();
        assert_eq!(tasks.iter().collect::<BTreeSet<_>>().len(), tasks.len(), "a task is of two classes");
        for task in &tasks {
            assert!(question::task(task).is_some(), "{task}");
        }
        assert_eq!(class_of("object_location"), Some("vqa_query_aabb"));
        assert_eq!(class_of("room_size"), None);
        // What the paper calls by these names has a class here, but for queries of pixels and free problems.
        for task in question::catalogue() {
            let is_published = task.published.iter().any(|name| {
                name.starts_with("hispatial/")
                    && !["pixel", "point", "pairwise", "problem"].iter().any(|word| name.contains(word))
            });
            assert!(!is_published || class_of(&task.name).is_some(), "{}: {:?}", task.name, task.published);
        }
    }

    #[test]
    fn an_option_that_holds_another_is_noticed() {
        let of = |answer: &str, options: &[&str]| {
            stands_out(answer, &options.iter().map(|option| (*option).to_owned()).collect::<Vec<_>>())
        };
        assert!(of("2.10 m", &["2.10 m", "3.00 m"]) && of("left", &["left", "right"]));
        assert!(!of("2.10 m", &["2.10 m", "12.10 m"]) && !of("front-left", &["front-left", "left"]));
        assert!(!of("Chair", &["armchair", "chair"]));
    }
}
