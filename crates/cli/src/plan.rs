//! A to-scale plan of a scene from above, with the facts of a proof, as an SVG picture.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use question::{Answer, Entity, Proof, Step, Term, print};
use scene::{
    Object, ObjectId, Scene,
    geometry::{Vec2, Vec3},
};

use crate::page::escaped;

/// Width of the picture, pixels.
const WIDTH: f64 = 960.0;
/// Largest height of the picture, pixels.
const MOST_HEIGHT: f64 = 620.0;
/// Space around what the proof is about, metres.
const MARGIN_M: f64 = 1.0;
/// Least width of the part shown, metres.
const LEAST_WIDTH_M: f64 = 4.0;
/// Other objects are named where their footprint is at least this, square metres.
const NAMED_M2: f64 = 0.25;

/// The part of the floor that is shown, and its scale.
struct View {
    low: Vec2,
    high: Vec2,
    scale: f64,
}

impl View {
    /// Everything the objects cover, with some space around it; `None` for no object.
    fn around(objects: &[&Object]) -> Option<Self> {
        let corners = objects.iter().map(|object| object.bounds.aabb());
        let (low, high) = corners.reduce(|(low, high), (near, far)| (low.min(near), high.max(far)))?;
        let (centre, reach) = ((low + high).truncate() / 2.0, (high - low).truncate() / 2.0 + MARGIN_M);
        let reach = reach.max(Vec2::new(LEAST_WIDTH_M / 2.0, LEAST_WIDTH_M * MOST_HEIGHT / WIDTH / 2.0));
        let scale = (WIDTH / reach.x).min(MOST_HEIGHT / reach.y) / 2.0;
        // The width is used whole, so that a narrow part shows what stands beside it.
        let reach = Vec2::new(WIDTH / scale / 2.0, reach.y);
        Some(Self { low: centre - reach, high: centre + reach, scale })
    }

    fn height(&self) -> f64 {
        (self.high.y - self.low.y) * self.scale
    }

    fn shows(&self, object: &Object) -> bool {
        let (near, far) = object.bounds.aabb();
        near.x < self.high.x && far.x > self.low.x && near.y < self.high.y && far.y > self.low.y
    }

    /// A place on the page. Plans look north up: y grows upward in the world and downward on the page.
    fn at(&self, p: Vec2) -> (f64, f64) {
        ((p.x - self.low.x) * self.scale, (self.high.y - p.y) * self.scale)
    }

    fn points(&self, ring: &[Vec2]) -> String {
        let points: Vec<String> = ring.iter().map(|p| self.at(*p)).map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        points.join(" ")
    }
}

/// The plan of what a proof is about; empty where it is about no object.
pub(crate) fn plan(scene: &Scene, proof: &Proof) -> String {
    let cited: BTreeSet<ObjectId> = proof.steps.iter().flat_map(objects_of).collect();
    let (shown, others): (Vec<&Object>, Vec<&Object>) =
        scene.objects().iter().partition(|object| cited.contains(&object.id));
    let Some(view) = View::around(&shown) else { return String::new() };
    let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {:.0}\">\n", view.height());
    if let Some(floor) = &scene.room().floor {
        // Writing to a String cannot fail, here and below.
        let _ = writeln!(svg, "<polygon class=\"floor\" points=\"{}\"/>", view.points(floor.exterior()));
    }
    for object in others.into_iter().filter(|object| view.shows(object)) {
        polygon(&mut svg, &view, object, "other");
        if object.bounds.footprint().area_m2() >= NAMED_M2 {
            name(&mut svg, &view, object, "minor");
        }
    }
    for object in &shown {
        polygon(&mut svg, &view, object, "cited");
    }
    let facts: Vec<&Step> = proof.steps.iter().filter(|step| matches!(step, Step::Measure { .. })).collect();
    for fact in &facts {
        line(&mut svg, &view, scene, fact);
    }
    for object in &shown {
        name(&mut svg, &view, object, "name");
    }
    for (id, notes) in notes(&facts) {
        if let Some(object) = shown.iter().find(|object| object.id == id) {
            let (x, y) = view.at(object.bounds.centre().truncate());
            for (at, note) in notes.iter().enumerate() {
                text(&mut svg, (x, y + 16.0 * (at + 1) as f64), "fact", note);
            }
        }
    }
    scale_bar(&mut svg, &view);
    svg + "</svg>\n"
}

fn polygon(svg: &mut String, view: &View, object: &Object, class: &str) {
    let footprint = object.bounds.footprint();
    let title = format!("{} {}", object.title(), object.id);
    let _ = writeln!(
        svg,
        "<polygon class=\"{class}\" points=\"{}\"><title>{}</title></polygon>",
        view.points(footprint.vertices()),
        escaped(&title)
    );
}

fn name(svg: &mut String, view: &View, object: &Object, class: &str) {
    text(svg, view.at(object.bounds.centre().truncate()), class, object.title());
}

fn text(svg: &mut String, (x, y): (f64, f64), class: &str, text: &str) {
    let _ = writeln!(svg, "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\">{}</text>", escaped(text));
}

fn segment(svg: &mut String, view: &View, from: Vec3, to: Vec3, class: &str) {
    let ((x1, y1), (x2, y2)) = (view.at(from.truncate()), view.at(to.truncate()));
    let _ = writeln!(svg, "<line class=\"{class}\" x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"/>");
}

/// What a fact draws between objects: the nearest points of a distance, the two directions of a bearing.
fn line(svg: &mut String, view: &View, scene: &Scene, fact: &Step) {
    let Step::Measure { term, value, lo, hi, unit, witness } = fact else { return };
    let centre = |entity: &Entity| match entity {
        Entity::Id(id) => scene.position(*id).map(|at| scene.objects()[at].bounds.centre()),
        _ => None,
    };
    if let Some([from, to]) = witness {
        let (from, to) = (Vec3::from_array(*from), Vec3::from_array(*to));
        segment(svg, view, from, to, "measured");
        let (x, y) = view.at((from + to).truncate() / 2.0);
        text(svg, (x, y - 6.0), "fact", &print::with_tolerance(*value, *lo, *hi, *unit));
    } else if let Term::Bearing { at, facing, of, .. } = term
        && let (Some(at), Some(facing), Some(of)) = (centre(at), centre(facing), centre(of))
    {
        segment(svg, view, at, facing, "facing");
        segment(svg, view, at, of, "measured");
        let turn = print::answer_with_tolerance(&Answer::Turn { value: *value, lo: *lo, hi: *hi });
        let (x, y) = view.at((at + of).truncate() / 2.0);
        text(svg, (x, y - 6.0), "fact", &turn);
    }
}

/// What facts say of one object alone, such as its height.
fn notes(facts: &[&Step]) -> BTreeMap<ObjectId, Vec<String>> {
    let mut notes: BTreeMap<ObjectId, Vec<String>> = BTreeMap::new();
    for fact in facts {
        if let Step::Measure {
            term: Term::Extent { of: Entity::Id(id), .. } | Term::Elevation { of: Entity::Id(id), .. },
            value,
            lo,
            hi,
            unit,
            ..
        } = fact
        {
            notes.entry(*id).or_default().push(print::with_tolerance(*value, *lo, *hi, *unit));
        }
    }
    notes
}

fn scale_bar(svg: &mut String, view: &View) {
    let y = view.height() - 12.0;
    let _ =
        writeln!(svg, "<line class=\"scale\" x1=\"12\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>", 12.0 + view.scale);
    text(svg, (12.0 + view.scale / 2.0, y - 6.0), "minor", "1 m");
}

fn objects_of(step: &Step) -> Vec<ObjectId> {
    match step {
        Step::Resolve { objects, .. } => objects.clone(),
        Step::Measure { term, .. } => term.entities().into_iter().flat_map(ids).collect(),
        _ => Vec::new(),
    }
}

fn ids(entity: &Entity) -> Vec<ObjectId> {
    match entity {
        Entity::Id(id) => vec![*id],
        Entity::Nearest(ids) | Entity::Together(ids) => ids.clone(),
        Entity::Each | Entity::Named(_) | Entity::Seen(_) | Entity::Camera(_) | Entity::Pixel { .. } => Vec::new(),
    }
}
