//! The least change of a scene after which a question has another answer: minimal pairs.
//!
//! One object slides straight along what it stands on, up to where something is in its way. Nothing else changes, so that
//! whoever answers both rightly has looked at that object's place.

use scene::{
    Move, Object, ObjectId, Scene,
    geometry::{Footprint, OrientedBox, Polygon, Vec2, Vec3, clearance_m, footprint_distance, footprint_overlap_m2},
};

use crate::{Answer, Profile, Question, Verdict, evaluate, measure::segment};

/// Length of a step, metres, and most of them.
const STEP_M: f64 = 0.1;
const MOST_STEPS: u32 = 30;
/// How exactly the least slide is found, metres.
const FINEST_M: f64 = 0.01;
/// How far the bottom of a thing may be from what it stands on, metres.
const TOUCHES_M: f64 = 0.05;
/// Share of a footprint that lies over what it stands on.
const LEAST_SUPPORTED: f64 = 0.99;
/// Places of a step at which the ground is tested.
const PLACES_A_STEP: u32 = 5;
/// By how much two things may come to be in each other more than before, metres: rounding.
const ROUNDING_M: f64 = 1e-6;

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
    /// The floor, and its sides.
    Floor(Vec<Footprint>),
    Top(&'s OrientedBox),
}

/// An object that can slide: it stands on the floor or on a thing, and carries and holds nothing.
pub struct Sliding<'s> {
    scene: &'s Scene,
    object: &'s Object,
    ground: Ground<'s>,
}

impl<'s> Sliding<'s> {
    /// The object of a scene; none where it hangs, leans on nothing that is known, or something stands on it or in it.
    pub fn new(scene: &'s Scene, object: ObjectId) -> Option<Self> {
        let object = &scene.objects()[scene.position(object)?];
        let (bottom, top) = object.bounds.vertical_span_m();
        let others = || scene.objects().iter().filter(|other| other.id != object.id);
        let is_over = |upper: &OrientedBox, lower: &OrientedBox| {
            let (upper, lower) = (upper.footprint(), lower.footprint());
            footprint_overlap_m2(&upper, &lower) >= 0.5 * upper.area_m2()
        };
        let is_on_floor =
            |bottom: f64| scene.room().floor_height_m.is_some_and(|floor| (bottom - floor).abs() <= TOUCHES_M);
        let carries = |other: &Object| {
            let lowest = other.bounds.vertical_span_m().0;
            (bottom - TOUCHES_M..=top + TOUCHES_M).contains(&lowest)
                && !is_on_floor(lowest)
                && is_over(&other.bounds, &object.bounds)
        };
        if others().any(carries) {
            return None;
        }
        let ground = if is_on_floor(bottom) {
            let sides = scene.room().floor.iter().flat_map(Polygon::sides);
            Ground::Floor(sides.filter_map(|(u, v)| Some(segment(u, v).ok()?.footprint())).collect())
        } else {
            let bears = |other: &&Object| {
                (other.bounds.vertical_span_m().1 - bottom).abs() <= TOUCHES_M && is_over(&object.bounds, &other.bounds)
            };
            Ground::Top(&others().find(bears)?.bounds)
        };
        Some(Self { scene, object, ground })
    }

    /// Whether the object may stand after a way: on its ground, and in no side of the floor.
    fn is_grounded(&self, way: Vec3) -> bool {
        let Some(bounds) = self.after(way) else { return false };
        match &self.ground {
            Ground::Floor(sides) => {
                // A wall may be touched.
                let inner = bounds.grown(-ROUNDING_M).footprint();
                let floor = self.scene.room().floor.as_ref();
                floor.is_none_or(|floor| inner.vertices().iter().all(|corner| floor.contains(*corner)))
                    && sides.iter().all(|side| footprint_distance(&inner, side) > 0.0)
            }
            Ground::Top(below) => {
                let foot = bounds.footprint();
                footprint_overlap_m2(&foot, &below.footprint()) >= LEAST_SUPPORTED * foot.area_m2()
            }
        }
    }

    /// Whether nothing is in the way that the object was not in before.
    fn is_clear(&self, way: Vec3) -> bool {
        let own = &self.object.bounds;
        let others = self.scene.objects().iter().filter(|other| other.id != self.object.id);
        let reach = way.length() + own.half().length();
        let mut near =
            others.filter(|other| own.centre().distance(other.bounds.centre()) <= reach + other.bounds.half().length());
        near.all(|other| {
            let before = clearance_m(own, &other.bounds, Vec3::ZERO).min(0.0);
            clearance_m(own, &other.bounds, way) >= before - ROUNDING_M
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
        self.free_steps(Vec2::from_angle(heading_rad).extend(0.0)).count() as f64 * STEP_M
    }

    /// The steps before something is in the way, each tested when it is asked for.
    fn free_steps(&self, heading: Vec3) -> impl Iterator<Item = u32> {
        let is_free = move |step: &u32| {
            let from = f64::from(*step - 1) * STEP_M;
            let mut places =
                (1..=PLACES_A_STEP).map(|place| from + f64::from(place) * STEP_M / f64::from(PLACES_A_STEP));
            places.all(|length_m| self.is_grounded(heading * length_m))
                && self.is_clear(heading * (f64::from(*step) * STEP_M))
        };
        (1..=MOST_STEPS).take_while(is_free)
    }

    /// The object after a way.
    fn after(&self, way: Vec3) -> Option<OrientedBox> {
        let bounds = &self.object.bounds;
        OrientedBox::new(bounds.centre() + way, bounds.half(), bounds.axes()).ok()
    }

    /// The shortest slide along a heading (radians from world x, counter-clockwise), no longer than `most_m`, after which the
    /// question has a certain answer that is wanted; the object passes through nothing on its way.
    pub fn flip(
        &self,
        question: &Question,
        profile: &Profile,
        heading_rad: f64,
        most_m: f64,
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
        let within = |step: &u32| f64::from(*step) * STEP_M < most_m + STEP_M;
        for step in self.free_steps(heading).take_while(within) {
            let length_m = f64::from(step) * STEP_M;
            let Some(mut found) = flipped(length_m) else { continue };
            let (mut short, mut long) = (length_m - STEP_M, length_m);
            while long - short > FINEST_M {
                let middle = f64::midpoint(short, long);
                let is_grounded = |flip: &Flip| self.is_grounded(Vec3::from_array(flip.edit.by_m));
                match flipped(middle).filter(is_grounded) {
                    Some(shorter) => (found, long) = (shorter, middle),
                    None => short = middle,
                }
            }
            return Some(found).filter(|flip| flip.length_m() <= most_m);
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
    let is_other = |other: &Answer| answer.is_apart(other);
    let mut least: Option<Flip> = None;
    for sliding in objects.iter().filter_map(|object| Sliding::new(scene, *object)) {
        for sixteenth in 0..16 {
            let heading_rad = f64::from(sixteenth) * std::f64::consts::PI / 8.0;
            let most_m = least.as_ref().map_or(f64::INFINITY, Flip::length_m);
            if let Some(flip) = sliding.flip(question, profile, heading_rad, most_m, &is_other)
                && flip.length_m() < most_m
            {
                least = Some(flip);
            }
        }
    }
    least
}
