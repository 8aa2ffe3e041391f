//! What a run of words names in a scene.

use std::ops::Range;

use question::plainly;
use scene::{ClassMiss, Description, LabelTable, ObjectId, Scene, Shown, regions};

use crate::{
    book::PhraseBook,
    token::{Gap, Tokens, tokens},
    trie::{MOST_LABEL_TOKENS, NameOf},
};

/// Whether a run of tokens can be one label: no mark inside, nothing but words, or one object number.
pub(crate) fn is_run(tokens: &Tokens, run: &Range<usize>) -> bool {
    let Some(inside) = tokens.all.get(run.clone()) else { return false };
    !inside.is_empty()
        && inside.len() <= MOST_LABEL_TOKENS
        && inside[1..].iter().all(|token| token.gap == Gap::None)
        && (inside.iter().all(|token| token.plain)
            || inside[..inside.len() - 1].iter().all(|token| token.plain) && split_number(tokens.text(run)).is_some())
}

/// Whether a whole text can be one name.
pub(crate) fn is_one(book: &PhraseBook, text: &str) -> bool {
    let tokens = tokens(text, &book.lexicon);
    let all = 0..tokens.all.len();
    is_run(&tokens, &all) && tokens.text(&all) == text
}

/// The name, which may be empty, and the number in `"#17"`, `"object #17"` or `"door #17"`.
fn split_number(text: &str) -> Option<(&str, ObjectId)> {
    let (name, digits) = text.rsplit_once('#')?;
    Some((name.trim_end(), ObjectId(digits.parse().ok()?)))
}

/// The object of a number, if it is what it is called beside it.
fn numbered(scene: &Scene, text: &str) -> Option<ObjectId> {
    let (name, id) = split_number(text)?;
    let position = scene.position(id)?;
    let fits = matches!(name, "" | "object") || scene.class(name).is_ok_and(|class| class.wide.contains(&position));
    fits.then_some(id)
}

/// Some things of the kind beside a number: of "door #17", "door #3".
pub(crate) fn of_kind(scene: &Scene, text: &str) -> Vec<String> {
    let class = split_number(text).and_then(|(name, _)| Some((name, scene.class(name).ok()?)));
    let of = |(name, class): (&str, scene::Class)| -> Vec<String> {
        class.wide.iter().take(3).map(|at| format!("{name} {}", scene.objects()[*at].id)).collect()
    };
    class.map(of).unwrap_or_default()
}

/// The words of a run; with the article behind it where the scene has a name that ends in one.
pub(crate) fn text<'t>(scene: &Scene, tokens: &'t Tokens, run: &Range<usize>) -> &'t str {
    match tokens.text_and_article(run) {
        Some(longer) if scene.class(longer).is_ok() => longer,
        _ => tokens.text(run),
    }
}

/// Whether the scene or the label table knows the whole run.
pub(crate) fn is_known(scene: &Scene, text: &str) -> bool {
    if split_number(text).is_some() {
        return numbered(scene, text).is_some();
    }
    !matches!(scene.class(text), Err(ClassMiss::Unknown { .. })) || description(scene, text).is_some()
}

/// Whether the words are no name here and describe one thing.
pub(crate) fn is_described(scene: &Scene, text: &str) -> bool {
    matches!(scene.class(text), Err(ClassMiss::Unknown { .. })) && description(scene, text).is_some()
}

/// What the words describe, if the scene or the label table knows the things they speak of.
fn description(scene: &Scene, text: &str) -> Option<Description> {
    let description = Description::parse(text)?;
    (is_known(scene, &description.class) && description.anchor.as_ref().is_none_or(|anchor| is_known(scene, anchor)))
        .then_some(description)
}

/// What a question calls the thing: the words of the text, a plural made singular.
pub(crate) fn name(book: &PhraseBook, scene: &Scene, text: &str) -> String {
    if let Some(id) = numbered(scene, text) {
        return id.to_string();
    }
    let class = scene.class(text);
    let canonical = match &class {
        Ok(class) => class.canonical,
        Err(ClassMiss::Absent { canonical }) => canonical,
        Err(_) => {
            return description(scene, text).map_or_else(|| text.to_owned(), |description| description.to_string());
        }
    };
    if canonical == text {
        return text.to_owned();
    }
    match book.singular.get(text) {
        // The singular must mean the same thing here as the plural did.
        Some(singular) if means(scene, singular) == Some(canonical.to_owned()) => singular.clone(),
        _ if LabelTable::builtin().plural(canonical) == text => canonical.to_owned(),
        _ => text.to_owned(),
    }
}

/// Most things that "the chairs" may stand for.
const MOST_OF_A_CLASS: usize = 50;

/// What to call the objects of a kind, where there are several: of "the chairs", or, not in the `plural`, of "which chair".
pub(crate) fn all_of(book: &PhraseBook, scene: &Scene, text: &str, plural: bool) -> Option<Vec<String>> {
    let class = scene.class(text).ok()?;
    let is_plural = book.singular.contains_key(text) || LabelTable::builtin().plural(class.canonical) == text;
    let several = is_plural == plural && (2..=MOST_OF_A_CLASS).contains(&class.wide.len());
    let name = |at: &usize| {
        let object = &scene.objects()[*at];
        question::named_alone(scene, object).cloned().unwrap_or_else(|| object.id.to_string())
    };
    several.then(|| class.wide.iter().map(name).collect())
}

/// Canonical form of a name or object number; the frame in which it is seen plays no part.
pub(crate) fn means(scene: &Scene, name: &str) -> Option<String> {
    let name = plainly(name);
    if name.starts_with('#') {
        return Some(name.to_owned());
    }
    match scene.class(name) {
        Ok(class) => Some(class.canonical.to_owned()),
        Err(ClassMiss::Absent { canonical }) => Some(canonical),
        Err(_) => description(scene, name).map(|description| description.to_string()),
    }
}

/// The object that a claimed name stands for; `None` where it could be several.
pub(crate) fn object(scene: &Scene, name: &str) -> Option<ObjectId> {
    if let Some(id) = numbered(scene, name) {
        return Some(id);
    }
    let Ok(class) = scene.class(name) else { return described(scene, name, None) };
    match (class.exact, class.wide) {
        ([one], _) | ([], [one]) => Some(scene.objects()[*one].id),
        ([], []) => Some(NO_OBJECT),
        _ => None,
    }
}

/// The frame or region of a name, marks and case apart; `None` where there is none, or several are written alike.
pub(crate) fn named(scene: &Scene, of: NameOf, text: &str) -> Option<String> {
    let letters =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let said = letters(text);
    let mut fits: Vec<&str> = match of {
        NameOf::Frame => scene.frames().iter().map(|frame| frame.name.as_str()).collect(),
        NameOf::Region => regions().iter().flat_map(|region| region.names.iter().map(String::as_str)).collect(),
    };
    fits.retain(|name| {
        let mut name = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
        said.chars().all(|c| name.next() == Some(c)) && name.next().is_none()
    });
    match fits[..] {
        [one] => Some(one.to_owned()),
        _ => None,
    }
}

/// The object that a name stands for in a scene, or among what a frame of it shows; `None` where it could be several.
pub(crate) fn object_in(scene: &Scene, name: &str, frame: Option<&str>) -> Option<ObjectId> {
    let Some(frame) = frame else { return object(scene, name) };
    if let Some(id) = numbered(scene, name) {
        return Some(id);
    }
    let Ok(class) = scene.class(name) else { return described(scene, name, Some(frame)) };
    let shown = |positions: &[usize]| {
        let ids: Vec<ObjectId> = positions.iter().map(|at| scene.objects()[*at].id).collect();
        scene.shown(frame, &ids, 0.0)
    };
    match (shown(class.exact)?, shown(class.wide)?) {
        (Shown::One(id), _) | (Shown::None, Shown::One(id)) => Some(id),
        (Shown::None, Shown::None) => Some(NO_OBJECT),
        _ => None,
    }
}

/// The object that a description means; `None` where it is open which.
fn described(scene: &Scene, name: &str, frame: Option<&str>) -> Option<ObjectId> {
    question::means(scene, name, frame).unwrap_or(Some(NO_OBJECT))
}

/// Stands for an object that the scene has not; the candidate of the same name makes the question invalid.
const NO_OBJECT: ObjectId = ObjectId(u32::MAX);
