//! The least change of a scene after which a question has another answer: minimal pairs.
//!
//! One object slides straight along what it stands on, up to where something is in its way. Nothing else changes, so that
//! whoever answers both rightly has looked at that object's place.

use scene::{
    Move, Object, ObjectId, Scene,
    geometry::{OrientedBox, Vec2, Vec3, footprint_overlap_m2, intersection_volume_m3},
};

use crate::{Answer, Profile, Question, Verdict, evaluate};

/// Length of a step, metres, and most of them.
const STEP_M: f64 = 0.1;
const MOST_STEPS: u32 = 30;
/// How exactly the least slide is found, metres.
const FINEST_M: f64 = 0.01;
/// How far the bottom of a thing may be from what it stands on, metres.
const TOUCHES_M: f64 = 0.05;
/// Share of a footprint that lies over what it stands on.
const LEAST_SUPPORTED: f64 = 0.99;
/// Volume by which two things may come to overlap more than before, m³: rounding.
const ROUNDING_M3: f64 = 1e-9;

/// A scene in which a question has another certain answer.
#[derive(Debug, Clone)]
pub struct Flip {
    /// What was moved.
    pub edit: Move,
    /// The scene after it.
    pub scene: Scene,
    /// Its answer.
    pub answer: Answer,
}

impl Flip {
    /// How far the object was moved, metres.
    pub fn length_m(&self) -> f64 {
        Vec3::from_array(self.edit.by_m).length()
    }
}

/// What an object slides on.
enum Ground<'s> {
    Floor,
    Top(&'s OrientedBox),
}

/// An object that can slide: it stands on the floor or on a thing, and carries nothing.
pub struct Sliding<'s> {
    scene: &'s Scene,
    object: &'s Object,
    ground: Ground<'s>,
}

impl<'s> Sliding<'s> {
    /// The object of a scene; none where it hangs, leans on nothing that is known, or something stands on it.
    pub fn new(scene: &'s Scene, object: ObjectId) -> Option<Self> {
        let object = &scene.objects()[scene.position(object)?];
        let (bottom, top) = object.bounds.vertical_span_m();
        let others = || scene.objects().iter().filter(|other| other.id != object.id);
        let is_over = |upper: &OrientedBox, lower: &OrientedBox| {
            let (upper, lower) = (upper.footprint(), lower.footprint());
            footprint_overlap_m2(&upper, &lower) >= 0.5 * upper.area_m2()
        };
        let carries = |other: &Object| {
            (other.bounds.vertical_span_m().0 - top).abs() <= TOUCHES_M && is_over(&other.bounds, &object.bounds)
        };
        if others().any(carries) {
            return None;
        }
        let is_on_floor = scene.room().floor_height_m.is_some_and(|floor| (bottom - floor).abs() <= TOUCHES_M);
        let ground = if is_on_floor {
            Ground::Floor
        } else {
            let bears = |other: &&Object| {
                (other.bounds.vertical_span_m().1 - bottom).abs() <= TOUCHES_M && is_over(&object.bounds, &other.bounds)
            };
            Ground::Top(&others().find(bears)?.bounds)
        };
        Some(Self { scene, object, ground })
    }

    /// Whether the object may stand there: on its ground, and in nothing that it was not in before.
    fn is_free(&self, bounds: &OrientedBox) -> bool {
        let is_grounded = match self.ground {
            Ground::Floor => self.scene.room().floor.as_ref().is_none_or(|floor| {
                let foot = bounds.footprint();
                foot.vertices().iter().all(|corner| floor.contains(*corner))
            }),
            Ground::Top(below) => {
                let foot = bounds.footprint();
                footprint_overlap_m2(&foot, &below.footprint()) >= LEAST_SUPPORTED * foot.area_m2()
            }
        };
        let mut others = self.scene.objects().iter().filter(|other| other.id != self.object.id);
        is_grounded
            && others.all(|other| {
                let now = intersection_volume_m3(bounds, &other.bounds);
                now <= ROUNDING_M3 || now <= intersection_volume_m3(&self.object.bounds, &other.bounds) + ROUNDING_M3
            })
    }

    /// The move so far along a heading, to whole millimetres.
    fn by(&self, heading: Vec3, length_m: f64) -> Move {
        let by = (heading * (length_m * 1000.0)).round() / 1000.0 + Vec3::ZERO;
        Move { object: self.object.id, by_m: by.to_array() }
    }

    /// How far the object slides along a heading (radians from world x, counter-clockwise) before something is in its way,
    /// metres: whole steps of 0.1 m, at most 3 m.
    pub fn reach_m(&self, heading_rad: f64) -> f64 {
        f64::from(self.free_steps(Vec2::from_angle(heading_rad).extend(0.0))) * STEP_M
    }

    fn free_steps(&self, heading: Vec3) -> u32 {
        let is_free = |step: &u32| {
            self.after(&self.by(heading, f64::from(*step) * STEP_M)).is_some_and(|bounds| self.is_free(&bounds))
        };
        (1..=MOST_STEPS).take_while(is_free).count() as u32
    }

    /// The object after a move.
    fn after(&self, edit: &Move) -> Option<OrientedBox> {
        let bounds = &self.object.bounds;
        OrientedBox::new(bounds.centre() + Vec3::from_array(edit.by_m), bounds.half(), bounds.axes()).ok()
    }

    /// The shortest slide along a heading (radians from world x, counter-clockwise) after which the question has a certain
    /// answer that is wanted; the object may not pass through anything on its way.
    pub fn flip(
        &self,
        question: &Question,
        profile: &Profile,
        heading_rad: f64,
        is_wanted: &dyn Fn(&Answer) -> bool,
    ) -> Option<Flip> {
        let heading = Vec2::from_angle(heading_rad).extend(0.0);
        let flipped = |length_m: f64| {
            let edit = self.by(heading, length_m);
            let scene = self.scene.moved(&edit).ok()?;
            match evaluate(&scene, question, profile) {
                Verdict::Certain { answer, .. } if is_wanted(&answer) => Some(Flip { edit, scene, answer }),
                _ => None,
            }
        };
        for step in 1..=self.free_steps(heading) {
            let length_m = f64::from(step) * STEP_M;
            let Some(mut found) = flipped(length_m) else { continue };
            let (mut short, mut long) = (length_m - STEP_M, length_m);
            while long - short > FINEST_M {
                let middle = f64::midpoint(short, long);
                let is_free = |flip: &Flip| self.after(&flip.edit).is_some_and(|bounds| self.is_free(&bounds));
                match flipped(middle).filter(is_free) {
                    Some(shorter) => (found, long) = (shorter, middle),
                    None => short = middle,
                }
            }
            return Some(found);
        }
        None
    }
}

/// The shortest slide of any of some objects, along sixteen headings, after which a question has another certain answer than
/// this one.
pub fn least_flip(
    scene: &Scene,
    question: &Question,
    profile: &Profile,
    answer: &Answer,
    objects: &[ObjectId],
) -> Option<Flip> {
    let is_other = |other: &Answer| is_other(answer, other);
    let slides = objects.iter().filter_map(|object| Sliding::new(scene, *object));
    let flips = slides.flat_map(|sliding| {
        let headings = (0..16).map(|sixteenth| f64::from(sixteenth) * std::f64::consts::PI / 8.0);
        headings.filter_map(|heading| sliding.flip(question, profile, heading, &is_other)).collect::<Vec<_>>()
    });
    flips.min_by(|one, other| one.length_m().total_cmp(&other.length_m()))
}

/// Whether a certain answer is surely another one: another thing or word, or a size that no tolerance makes the same.
fn is_other(one: &Answer, other: &Answer) -> bool {
    let apart = |lo: f64, hi: f64, other_lo: f64, other_hi: f64| hi < other_lo || other_hi < lo;
    match (one, other) {
        (Answer::Quantity { lo, hi, .. }, Answer::Quantity { lo: other_lo, hi: other_hi, .. })
        | (Answer::Turn { lo, hi, .. }, Answer::Turn { lo: other_lo, hi: other_hi, .. }) => {
            apart(*lo, *hi, *other_lo, *other_hi)
        }
        (Answer::Count { value }, Answer::Count { value: other }) => value != other,
        (Answer::YesNo { value }, Answer::YesNo { value: other }) => value != other,
        (Answer::Object { id, .. }, Answer::Object { id: other, .. }) => id != other,
        (Answer::Order { ids, .. }, Answer::Order { ids: others, .. }) => ids != others,
        (Answer::Sector { word, .. }, Answer::Sector { word: other, .. }) => word != other,
        (Answer::Turns { words }, Answer::Turns { words: others }) => words != others,
        _ => false,
    }
}
