//! References: which one of several things of a kind a description means, and how each of them is best described.
//!
//! A description means the answer to a question about all things of its kind (`scene::description`). The plainest one whose
//! answer is certain is given, so that every reference is unique by an exhaustive comparison, with its margin.

use std::collections::BTreeMap;

use geometry::{Vec3, principal_axes_3d};
use scene::{Description, MOST_RANK, Manner, ObjectId, Scene, Shown, manners};

use crate::{Answer, Profile, Question, Reason, ReasonCode, Verdict, evaluate, measure::not_looked, profile};

/// Most things of a kind that are told apart.
const MOST_ALIKE: usize = 12;
/// Things named alone that are tried as anchors, the nearest first.
const MOST_ANCHORS: usize = 3;

/// The question whose answer a description means: about all of its kind, or all of them that a frame shows.
pub(crate) fn meaning(
    scene: &Scene,
    description: &Description,
    frame: Option<&str>,
    sigmas: f64,
) -> Result<Question, Reason> {
    let unknown = || Reason::new(ReasonCode::UnknownLabel, format!("nothing here is called \"{}\"", description.class));
    let class = scene.class(&description.class).map_err(|_| unknown())?;
    let mut ids: Vec<ObjectId> = class.wide.iter().map(|at| scene.objects()[*at].id).collect();
    if let Some(frame) = frame {
        let tolerance = sigmas * scene.noise().visible_fraction;
        ids = match scene.shown(frame, &ids, tolerance).ok_or_else(|| not_looked(frame))? {
            Shown::None => Vec::new(),
            Shown::One(id) => vec![id],
            Shown::Several(ids) if surely_shown(scene, frame, &ids, tolerance) => ids,
            Shown::Several(_) | Shown::Open(_) => {
                let sentence = format!("within tolerance it is open which {} {frame} shows", description.class);
                return Err(Reason::new(ReasonCode::TooCloseToCall, sentence));
            }
        };
    }
    let json = description.question(&ids, frame);
    // The data of the manners is held to the algebra by a test.
    serde_json::from_value(json).map_err(|error| Reason::new(ReasonCode::Malformed, error.to_string()))
}

/// Whether a frame certainly shows each of them.
pub(crate) fn surely_shown(scene: &Scene, frame: &str, ids: &[ObjectId], tolerance: f64) -> bool {
    let surely =
        |id: &ObjectId| scene.visible_fraction(frame, *id).is_some_and(|seen| seen - tolerance >= scene::LEAST_VISIBLE);
    ids.iter().all(surely)
}

/// The object that a description means under the profile `isovist`, among all of its kind or those that a frame shows:
/// none inside where that is open; none where the words are no description of things here.
pub fn means(scene: &Scene, name: &str, frame: Option<&str>) -> Option<Option<ObjectId>> {
    let description = Description::parse(name).filter(|description| description.fits(frame))?;
    scene.class(&description.class).ok()?;
    let profile = profile("isovist")?;
    let question = meaning(scene, &description, frame, profile.sigmas).ok();
    Some(question.and_then(|question| match evaluate(scene, &question, profile) {
        Verdict::Certain { answer, .. } => chosen(&description, &answer),
        Verdict::Ambiguous { .. } | Verdict::Invalid { .. } => None,
    }))
}

/// The thing that a description means by the answer to its question.
pub(crate) fn chosen(description: &Description, answer: &Answer) -> Option<ObjectId> {
    match answer {
        Answer::Object { id, .. } => Some(*id),
        Answer::Order { ids, .. } => ids.get(description.rank.checked_sub(1)?).copied(),
        _ => None,
    }
}

/// The plainest certain description of each of several things of a kind that has one; `anchors` are phrases that name one
/// thing each, with that thing.
pub(crate) fn described(
    scene: &Scene,
    class: &str,
    members: &[ObjectId],
    anchors: &[(String, ObjectId)],
    frame: Option<&str>,
    profile: &Profile,
) -> BTreeMap<ObjectId, String> {
    let mut found = BTreeMap::new();
    if !(2..=MOST_ALIKE).contains(&members.len()) {
        return found;
    }
    let centre = |id: &ObjectId| scene.position(*id).map(|at| scene.objects()[at].bounds.centre());
    let centres: Vec<Vec3> = members.iter().filter_map(centre).collect();
    let mut near: Vec<(f64, &String)> = anchors
        .iter()
        .filter(|(_, id)| !members.contains(id))
        .filter_map(|(name, id)| {
            let anchor = centre(id)?;
            let nearest = centres.iter().map(|centre| centre.distance(anchor)).fold(f64::INFINITY, f64::min);
            Some((nearest, name))
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)));
    let in_line = spread(&centres);
    for manner in manners() {
        let is_fit = (frame.is_some() || !manner.has_frame()) && manner.in_line.is_none_or(|most| in_line <= most);
        if !is_fit || found.len() == members.len() {
            continue;
        }
        let anchors: Vec<Option<String>> = if manner.has_anchor() {
            near.iter().take(MOST_ANCHORS).map(|(_, name)| Some((*name).clone())).collect()
        } else {
            vec![None]
        };
        for anchor in anchors {
            for (rank, id) in certain(scene, manner, class, members, anchor.as_ref(), frame, profile) {
                let description = Description { manner, rank, class: class.to_owned(), anchor: anchor.clone() };
                found.entry(id).or_insert_with(|| description.to_string());
            }
        }
    }
    found
}

/// The members whose place in the order of a manner is certain: all of them, or the first.
fn certain(
    scene: &Scene,
    manner: &'static Manner,
    class: &str,
    members: &[ObjectId],
    anchor: Option<&String>,
    frame: Option<&str>,
    profile: &Profile,
) -> Vec<(usize, ObjectId)> {
    let answer = |rank: usize| {
        let description = Description { manner, rank, class: class.to_owned(), anchor: anchor.cloned() };
        let question: Question = serde_json::from_value(description.question(members, frame)).ok()?;
        match evaluate(scene, &question, profile) {
            Verdict::Certain { answer, .. } => Some(answer),
            Verdict::Ambiguous { .. } | Verdict::Invalid { .. } => None,
        }
    };
    let Some(Answer::Object { id, .. }) = answer(1) else { return Vec::new() };
    match manner.has_order().then(|| answer(2)).flatten() {
        // The least of one manner is the most of another: those in the middle are told by their place.
        Some(Answer::Order { ids, .. }) => {
            ids.into_iter().take(MOST_RANK.min(members.len() - 1)).enumerate().map(|(at, id)| (at + 1, id)).collect()
        }
        _ => vec![(1, id)],
    }
}

/// The ratio of the second to the first standard deviation of the principal components of points.
fn spread(points: &[Vec3]) -> f64 {
    principal_axes_3d(points).map_or(1.0, |axes| (axes.variances.y / axes.variances.x.max(f64::MIN_POSITIVE)).sqrt())
}
