//! Labels and text → one question. The caller's labels and the text must ask the same, and neither is guessed at.

use std::collections::BTreeSet;

use question::{Filling, Fillings, Profile, Question, ReasonCode, Resolve, Role, Task};
use scene::{ClassMiss, Frame, LEAST_VISIBLE, ObjectId, Scene, Shown, region};

use crate::{
    Mode,
    failure::{Code, Failure},
    request::Request,
    wording::{self, Read},
};

/// What a request asks.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) question: Question,
    pub(crate) fillings: Fillings,
    /// `text`, `labels`, or both.
    pub(crate) source: &'static str,
    /// What is worth knowing about it.
    pub(crate) issues: Vec<String>,
}

/// The question of a request about a scene.
pub(crate) fn asked(
    request: &Request<'_>,
    scene: &Scene,
    frames: &[&Frame],
    profile: &Profile,
) -> Result<Asked, Failure> {
    let task_type = request.task_type;
    let first = task_type.asks.first().map_or("", String::as_str);
    let default = task_type.task(first, profile).ok_or_else(|| Failure::broken(first))?;
    let given = given(request, default, frames)?;
    let mut issues = Vec::new();
    let (name, mut fillings, source) = match wording::read(task_type, scene, request.question, frames)? {
        Read::Asks(parsed) => {
            within(&parsed.fillings, frames)?;
            agree(request, scene, &given, &parsed.fillings)?;
            (parsed.task, parsed.fillings, if request.labels.is_empty() { "text" } else { "labels and text" })
        }
        Read::Unknown(failure) => {
            let mut fillings = given;
            fillings.extend(task_type.words.iter().map(|(role, word)| (role.clone(), Filling::Text(word.clone()))));
            if request.labels.is_empty() && default.roles.keys().any(|role| !fillings.contains_key(role))
                || default.roles.is_empty()
            {
                return Err(failure);
            }
            if let Some(missing) = default.roles.keys().find(|role| !fillings.contains_key(*role)) {
                let mut failure = failure;
                let field = field_of(request, missing);
                failure.sentence.extend(["; and without it no ", &field, " is given"]);
                return Err(failure);
            }
            issues
                .push("the wording of the question is not known and played no part: the labels were asked".to_owned());
            (first, fillings, "labels")
        }
    };
    let task = task_type.task(name, profile).ok_or_else(|| Failure::broken(name))?;
    let plain = fillings.clone();
    if task_type.either {
        seen_in_either(task, scene, frames, profile, &mut fillings)?;
    }
    let question = task.question(&fillings).map_err(|error| Failure::rule(ReasonCode::Malformed, error.to_string()))?;
    Ok(Asked { question, fillings: plain, source, issues })
}

/// The field of a request that fills a role.
fn field_of(request: &Request<'_>, role: &str) -> String {
    let field = request.task_type.labels.iter().find(|(_, filled)| *filled == role).map(|(field, _)| field.clone());
    field.unwrap_or_else(|| {
        match role {
            "f" => "camera_reference_image_idx",
            "g" => "camera_target_image_idx",
            other => other,
        }
        .to_owned()
    })
}

/// What the request's fields fill without the text.
fn given(request: &Request<'_>, task: &Task, frames: &[&Frame]) -> Result<Fillings, Failure> {
    let mut out = Fillings::new();
    for (role, labels) in &request.labels {
        let list = matches!(task.roles.get(*role), Some(Role::Objects { .. }));
        let filling = match &labels[..] {
            [one] if !list => Filling::Text((*one).to_owned()),
            many if list => Filling::List(many.iter().map(|label| (*label).to_owned()).collect()),
            _ => return Err(Failure::input(&field_of(request, role), "one label")),
        };
        out.insert((*role).to_owned(), filling);
    }
    let named = |at: usize| frames.get(at).map(|frame| Filling::Text(frame.name.clone()));
    let [reference, target] = match (request.task_type.mode, request.roles) {
        (Mode::SingleImage, _) => [Some(0), None],
        // Of two images the one that is not the one is the other.
        (Mode::ImagePair, [Some(reference), None]) => [Some(reference), Some(1 - reference)],
        (Mode::ImagePair, [None, Some(target)]) => [Some(1 - target), Some(target)],
        (_, roles) => roles,
    };
    for (role, kind) in &task.roles {
        let filling = match kind {
            Role::Frame if role == "g" => target.and_then(named),
            Role::Frame => reference.and_then(named),
            Role::Frames { .. } => Some(Filling::List(frames.iter().map(|frame| frame.name.clone()).collect())),
            _ => None,
        };
        out.extend(filling.map(|filling| (role.clone(), filling)));
    }
    Ok(out)
}

/// Whether labels and text name the same things in the same roles.
fn agree(request: &Request<'_>, scene: &Scene, given: &Fillings, read: &Fillings) -> Result<(), Failure> {
    let means = |word: &str| match (scene.class(word), region(word)) {
        (Ok(class), _) => class.canonical.to_owned(),
        (Err(ClassMiss::Absent { canonical }), _) => canonical,
        // A region goes by its plainest name.
        (Err(_), Some(region)) => region.names.first().map_or(word, String::as_str).to_owned(),
        (Err(_), None) => word.to_owned(),
    };
    let set = |filling: &Filling| -> BTreeSet<String> { filling.texts().iter().map(|word| means(word)).collect() };
    let all = |fillings: &Fillings| -> BTreeSet<String> {
        fillings
            .iter()
            .filter(|(role, _)| request.labels.contains_key(role.as_str()))
            .flat_map(|(_, f)| set(f))
            .collect()
    };
    let differ = |role: &str, labels: &BTreeSet<String>, text: &BTreeSet<String>| {
        let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
        let sentence =
            format!("{}: the request says {}, its question says {}", field_of(request, role), list(labels), list(text));
        Failure::new(Code::QuestionInvalid, "labels_disagree", sentence)
    };
    if request.task_type.unordered && given.len() == read.len() {
        let (labels, text) = (all(given), all(read));
        return if labels == text { Ok(()) } else { Err(differ("a", &labels, &text)) };
    }
    for (role, filling) in given {
        let Some(other) = read.get(role) else { continue };
        let (labels, text) = (set(filling), set(other));
        if labels != text {
            return Err(differ(role, &labels, &text));
        }
    }
    Ok(())
}

/// Whether a text speaks of the request's images alone.
fn within(read: &Fillings, frames: &[&Frame]) -> Result<(), Failure> {
    let named = ["f", "g", "frames"].iter().filter_map(|role| read.get(*role)).flat_map(Filling::texts);
    let foreign = |name: &&String| !frames.iter().any(|frame| frame.name == **name);
    match { named }.find(foreign) {
        None => Ok(()),
        Some(name) => Err(Failure::new(
            Code::QuestionInvalid,
            "image_not_given",
            format!("the question speaks of image {name}, which is not one of the request's"),
        )),
    }
}

/// Binds each label to what an image shows of it, where the two images together show exactly one.
fn seen_in_either(
    task: &Task,
    scene: &Scene,
    frames: &[&Frame],
    profile: &Profile,
    fillings: &mut Fillings,
) -> Result<(), Failure> {
    let bind = |label: &mut String| -> Result<(), Failure> {
        if let (false, Some(frame)) = (label.starts_with('#'), shows(scene, frames, profile, label)?) {
            *label = format!("{label}@{frame}");
        }
        Ok(())
    };
    for (role, filling) in fillings.iter_mut() {
        if !matches!(task.roles.get(role), Some(Role::Object { .. } | Role::Objects { .. })) {
            continue;
        }
        match filling {
            Filling::Text(label) => bind(label)?,
            Filling::List(labels) => labels.iter_mut().try_for_each(bind)?,
            Filling::Number(_) => {}
        }
    }
    Ok(())
}

/// The frame that certainly shows the only object of a label that any of the frames shows; `None` where the label
/// stands for nothing here, which the engine says better.
fn shows<'f>(scene: &Scene, frames: &[&'f Frame], profile: &Profile, label: &str) -> Result<Option<&'f str>, Failure> {
    let Ok(class) = scene.class(label) else { return Ok(None) };
    let members = if profile.resolve == Resolve::Unique { class.wide } else { class.exact };
    let ids: Vec<ObjectId> = members.iter().map(|at| scene.objects()[*at].id).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let tolerance = profile.sigmas * scene.noise().visible_fraction;
    let (mut may, mut sure, mut by) = (BTreeSet::new(), BTreeSet::new(), None);
    for frame in frames {
        let shown = scene.shown(&frame.name, &ids, tolerance).ok_or_else(|| {
            Failure::rule(ReasonCode::MissingData, format!("the scene does not say what {} shows", frame.name))
        })?;
        match shown {
            Shown::One(id) => {
                may.insert(id);
                sure.insert(id);
                by = by.or(Some(frame.name.as_str()));
            }
            Shown::None => {}
            Shown::Several(ids) => {
                may.extend(ids.iter().copied());
                sure.extend(ids);
            }
            Shown::Open(ids) => may.extend(ids),
        }
    }
    let refuse = |reason, sentence: String| Err(Failure::rule(reason, sentence));
    match (sure.len(), may.len(), by) {
        (_, 0, _) => {
            refuse(ReasonCode::NotVisible, format!("no image shows a {label}, or less than {LEAST_VISIBLE} of it"))
        }
        (1, 1, Some(frame)) => Ok(Some(frame)),
        (2.., ..) => refuse(ReasonCode::NotUnique, format!("the images show several objects that fit \"{label}\"")),
        _ => {
            refuse(ReasonCode::TooCloseToCall, format!("within tolerance it is open which \"{label}\" the images show"))
        }
    }
}
