//! A to-scale plan of a scene from above, with the facts of a proof, as one self-contained HTML page.

use std::{collections::BTreeSet, fmt::Write as _};

use question::{Entity, Proof, Step, Term, print};
use scene::{Object, ObjectId, Scene};

/// Pixels a metre.
const SCALE: f64 = 80.0;
/// Space around the objects shown, metres.
const MARGIN_M: f64 = 0.6;

/// The page of a question, its answer and its proof.
pub(crate) fn page(scene: &Scene, text: &str, proof: &Proof, steps: &str) -> String {
    let answer = print::answer_with_tolerance(&proof.answer);
    format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Isovist: {scene}</title>\n<style>body{{font:16px/1.5 system-ui,sans-serif;\
         max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}}svg{{width:100%;height:auto;border:1px solid #ddd}}\
         pre{{background:#f6f6f4;padding:1rem;overflow-x:auto;font-size:13px}}</style>\n<h1>{text}</h1>\n<p><strong>{answer}</strong> \
         (scene {scene}, profile {profile})</p>\n{plan}\n<p>Seen from above, to scale; objects of the proof in colour, \
         measured distances in red.</p>\n<h2>Proof</h2>\n<pre>{steps}</pre>\n</html>\n",
        scene = escaped(scene.id()),
        text = escaped(text),
        answer = escaped(&answer),
        profile = escaped(&proof.profile),
        plan = plan(scene, proof),
        steps = escaped(steps),
    )
}

/// Text that is safe inside an element or attribute.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn plan(scene: &Scene, proof: &Proof) -> String {
    let cited: BTreeSet<ObjectId> = proof.steps.iter().flat_map(objects_of).collect();
    let shown: Vec<&Object> = scene.objects().iter().filter(|object| cited.contains(&object.id)).collect();
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    for object in &shown {
        let (near, far) = object.bounds.aabb();
        for axis in 0..2 {
            low[axis] = low[axis].min(near[axis] - MARGIN_M);
            high[axis] = high[axis].max(far[axis] + MARGIN_M);
        }
    }
    if shown.is_empty() {
        return String::new();
    }
    // Plans look north up: y grows upward in the world and downward on the page.
    let at = |x: f64, y: f64| ((x - low[0]) * SCALE, (high[1] - y) * SCALE);
    let (width, height) = ((high[0] - low[0]) * SCALE, (high[1] - low[1]) * SCALE);
    let mut svg = format!("<svg viewBox=\"0 0 {width:.1} {height:.1}\" font-family=\"sans-serif\" font-size=\"13\">\n");
    let outline = |object: &Object| {
        let footprint = object.bounds.footprint();
        footprint
            .vertices()
            .iter()
            .map(|p| at(p.x, p.y))
            .map(|(x, y)| format!("{x:.1},{y:.1}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    for object in scene.objects().iter().filter(|object| !cited.contains(&object.id)) {
        // Writing to a String cannot fail.
        let _ = writeln!(svg, "<polygon points=\"{}\" fill=\"none\" stroke=\"#ccc\"/>", outline(object));
    }
    for object in &shown {
        let centre = object.bounds.centre();
        let (x, y) = at(centre.x, centre.y);
        let _ = writeln!(
            svg,
            "<polygon points=\"{}\" fill=\"#4c78a8\" fill-opacity=\"0.3\" stroke=\"#4c78a8\"/><text x=\"{x:.1}\" y=\"{y:.1}\" \
             text-anchor=\"middle\">{}</text>",
            outline(object),
            escaped(object.title())
        );
    }
    for step in &proof.steps {
        if let Step::Measure { witness: Some([from, to]), value, lo, hi, unit, .. } = step {
            let ((x1, y1), (x2, y2)) = (at(from[0], from[1]), at(to[0], to[1]));
            let _ = writeln!(
                svg,
                "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#d62728\" stroke-width=\"2\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" fill=\"#d62728\" text-anchor=\"middle\">{}</text>",
                f64::midpoint(x1, x2),
                f64::midpoint(y1, y2) - 6.0,
                print::with_tolerance(*value, *lo, *hi, *unit)
            );
        }
    }
    let _ = write!(
        svg,
        "<path d=\"M10 {0:.1}h{SCALE}\" stroke=\"#222\" stroke-width=\"2\"/><text x=\"10\" y=\"{1:.1}\">1 m</text></svg>",
        height - 10.0,
        height - 16.0
    );
    svg
}

fn objects_of(step: &Step) -> Vec<ObjectId> {
    match step {
        Step::Resolve { objects, .. } => objects.clone(),
        Step::Measure { term, .. } => entities(term).into_iter().flat_map(ids).collect(),
        _ => Vec::new(),
    }
}

fn ids(entity: &Entity) -> Vec<ObjectId> {
    match entity {
        Entity::Id(id) => vec![*id],
        Entity::Nearest(ids) => ids.clone(),
        Entity::Each | Entity::Named(_) => Vec::new(),
    }
}

fn entities(term: &Term) -> Vec<&Entity> {
    match term {
        Term::Distance { from, to, .. } => vec![from, to],
        Term::Extent { of, .. } | Term::Elevation { of, .. } => vec![of],
        Term::VerticalGap { bottom_of, top_of } => vec![bottom_of, top_of],
        Term::Overlap { of, over } => vec![of, over],
        Term::Bearing { at, facing, of, .. } => vec![at, facing, of],
        Term::AxisAngle { a, b } => vec![a, b],
        Term::Sum { of } | Term::Difference { of } | Term::Ratio { of } => of.iter().flat_map(entities).collect(),
        Term::Constant { .. } | Term::RoomArea {} | Term::Number { .. } => Vec::new(),
    }
}
