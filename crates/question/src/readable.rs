//! Proofs for people: each step as one line of words.

use std::fmt::Display;

use scene::{LabelTable, ObjectId, Scene};

use crate::{
    Answer, AzimuthDefinition, BearingDefinition, CameraAxis, Comparison, DistanceDefinition, Entity, ExtentAxis,
    ExtentDefinition, MovementDefinition, Operation, PanDefinition, Part, Proof, Step, Term, Toward, Unit, pixel_words,
    print,
};

/// The steps of a proof in words, one line each, numbered as they are cited: `[2]`.
pub fn steps(scene: &Scene, proof: &Proof) -> String {
    let reader = Reader { scene, steps: &proof.steps, name: None, within: "" };
    reader.numbered(5).map(|line| line + "\n").collect()
}

/// A quantity in words: `"surface distance from white vase #324 to fridge #20"`.
pub fn term(scene: &Scene, term: &Term) -> String {
    Reader { scene, steps: &[], name: None, within: "" }.term(term)
}

/// The same, objects called as `name` says.
pub fn term_with(scene: &Scene, term: &Term, name: &dyn Fn(ObjectId) -> String) -> String {
    Reader { scene, steps: &[], name: Some(name), within: "" }.term(term)
}

struct Reader<'a> {
    scene: &'a Scene,
    steps: &'a [Step],
    /// What objects are called; left out, by title and number.
    name: Option<&'a dyn Fn(ObjectId) -> String>,
    /// In front of the number of a step: that of the step whose description it proves.
    within: &'a str,
}

impl Reader<'_> {
    fn step(&self, step: &Step) -> String {
        match step {
            Step::Resolve { reference, objects, by } => {
                let means = all(objects.iter().map(|id| self.object(*id)), "nothing here");
                let Some(proof) = by else { return format!("\"{reference}\" is {means}") };
                let own = self.steps.iter().position(|other| std::ptr::eq(other, step)).unwrap_or_default();
                let within = format!("{}{own}.", self.within);
                let reader = Reader { steps: &proof.steps, within: &within, ..*self };
                let lines: Vec<String> = reader.numbered(9).collect();
                format!("\"{reference}\" is {means}, since\n{}", lines.join("\n"))
            }
            Step::Measure { term: Term::Constant { .. }, .. } => format!("given: {}", measured(step)),
            Step::Measure { term, .. } => format!("{} = {}", self.term(term), measured(step)),
            Step::Combine { op, of, .. } => {
                let by = match op {
                    Operation::Sum => " + ",
                    Operation::Difference => " − ",
                    Operation::Ratio => " : ",
                };
                let parts: Vec<String> = of.iter().map(|at| self.fact(*at)).collect();
                format!("{} = {}", parts.join(by), measured(step))
            }
            Step::Compare { left, is, right, holds, .. } => {
                let word = match is {
                    Comparison::Less => "less",
                    Comparison::Greater => "greater",
                };
                format!("{} is {}{word} than {}", self.fact(*left), not(*holds), self.fact(*right))
            }
            Step::Sector { of, word, margin, .. } => {
                format!("{} is {word}, {margin:.1}° from the nearest border", self.fact(*of))
            }
            Step::SectorIs { of, is, holds } => format!("that {} is {}{is}", self.at(*of), not(*holds)),
            Step::Relation { name, a, b, of, holds } => {
                format!("{} is {}{name} {} by {}", self.object(*a), not(*holds), self.object(*b), self.at(*of))
            }
            Step::All { of, holds } => self.truth(*holds, ["all of", "not all of"], of),
            Step::Any { of, holds } => self.truth(*holds, ["one of", "none of"], of),
            Step::Not { of, holds } => self.truth(!*holds, ["it holds:", "it does not hold:"], &[*of]),
            Step::Claim { of, answer, holds } => {
                format!("{} does {}agree with {}", self.at(*of), not(*holds), print::answer_with_tolerance(answer))
            }
            Step::Count { of, tests, value } if tests.is_empty() => format!("{} counts {value}", self.at(*of)),
            Step::Count { of, tests, value } => format!("{value} of {} by {}", self.at(*of), self.cited(tests)),
            Step::Conclude { from, answer } => {
                format!("therefore {}, from {}", print::answer_with_tolerance(answer), self.cited(from))
            }
        }
    }

    /// The steps, each with its number in a column of this width.
    fn numbered(&self, width: usize) -> impl Iterator<Item = String> {
        self.steps.iter().enumerate().map(move |(at, step)| format!("{:>width$} {}", self.at(at), self.step(step)))
    }

    /// The number of a step.
    fn at(&self, at: usize) -> String {
        format!("[{}{at}]", self.within)
    }

    fn cited(&self, steps: &[usize]) -> String {
        all(steps.iter().map(|at| self.at(*at)), "nothing")
    }

    fn truth(&self, holds: bool, [yes, no]: [&str; 2], of: &[usize]) -> String {
        format!("{} {}", if holds { yes } else { no }, self.cited(of))
    }

    /// A cited quantity: its value and where it stands.
    fn fact(&self, at: usize) -> String {
        match self.steps.get(at) {
            Some(step @ (Step::Measure { .. } | Step::Combine { .. })) => {
                format!("{} {}", measured(step), self.at(at))
            }
            _ => self.at(at),
        }
    }

    fn term(&self, term: &Term) -> String {
        let name = |entity: &Entity| self.entity(entity);
        let parts = |of: &[Term], by: &str| of.iter().map(|term| self.term(term)).collect::<Vec<_>>().join(by);
        match term {
            Term::Constant { value, unit } => format!("the given {}", print::quantity(*value, *unit)),
            Term::Sum { of } => parts(of, " + "),
            Term::Difference { of } => parts(of, " − "),
            Term::Ratio { of } => parts(of, " : "),
            Term::Distance { definition, from, to } => {
                let which = match definition {
                    None => "",
                    Some(DistanceDefinition::Surface) => "surface ",
                    Some(DistanceDefinition::Centre) => "centre ",
                    Some(DistanceDefinition::Horizontal) => "horizontal ",
                    Some(DistanceDefinition::Vertical) => "vertical ",
                    Some(DistanceDefinition::AxisAligned) => "axis-aligned ",
                    Some(DistanceDefinition::SampledSurface) => "sampled surface ",
                };
                format!("{which}distance from {} to {}", name(from), name(to))
            }
            Term::Extent { definition, axis, of } => {
                let which = if *definition == Some(ExtentDefinition::AxisAligned) { "axis-aligned " } else { "" };
                let what = match axis {
                    ExtentAxis::Longest => "longest side",
                    ExtentAxis::Width => "width",
                    ExtentAxis::Depth => "depth",
                    ExtentAxis::Height => "height",
                    ExtentAxis::Footprint => "footprint",
                    ExtentAxis::Volume => "volume",
                };
                format!("{which}{what} of {}", name(of))
            }
            Term::Elevation { part, of } => {
                let part = match part {
                    Part::Bottom => "bottom",
                    Part::Centre => "centre",
                    Part::Top => "top",
                };
                format!("height above the floor of the {part} of {}", name(of))
            }
            Term::VerticalGap { bottom_of, top_of } => {
                format!("height of the bottom of {} above the top of {}", name(bottom_of), name(top_of))
            }
            Term::Overlap { of, over } => format!("share of the footprint of {} over that of {}", name(of), name(over)),
            Term::Occupancy { of } => format!("number of things that lie on or in {}", name(of)),
            Term::Bearing { definition, at, facing, of } => {
                let rule = if *definition == Some(BearingDefinition::Shortened) { "shortened " } else { "" };
                format!("{rule}turn at {}, facing {}, towards {}", name(at), name(facing), name(of))
            }
            Term::Bend { from, at, to } => {
                format!("turn at {}, coming from {}, towards {}", name(at), name(from), name(to))
            }
            Term::AxisAngle { a, b } => format!("angle between the longer sides of {} and {}", name(a), name(b)),
            Term::Azimuth { definition, from, of, heading } => {
                let rule = match definition {
                    Some(AzimuthDefinition::OpticalPlane) => " in the camera's right and forward axes",
                    Some(AzimuthDefinition::ImagePlane) => " in the camera's right and down axes",
                    Some(AzimuthDefinition::Rising) => " in the camera's axes, up and down included",
                    Some(AzimuthDefinition::Horizontal) | None => "",
                };
                let ahead = if from == heading { String::new() } else { format!(", {} looking ahead", name(heading)) };
                format!("direction from {} to {}{ahead}{rule}", name(from), name(of))
            }
            Term::Pan { definition, from, to } => {
                let rule = if *definition == Some(PanDefinition::WorldXz) { " about the world's y axis" } else { "" };
                format!("turn of the view from {} to {}{rule}", name(from), name(to))
            }
            Term::Movement { definition, from, to } => {
                let dominant = *definition == Some(MovementDefinition::Dominant);
                let rule = if dominant { " along the largest of its parts" } else { "" };
                format!("way from {} to {}{rule}", name(from), name(to))
            }
            Term::Coordinate { axis, of, frame } => {
                let along = match axis {
                    CameraAxis::Right => "to the right",
                    CameraAxis::Down => "downward",
                    CameraAxis::Forward => "forward",
                };
                format!("how far {along} of {} {} is", name(frame), name(of))
            }
            Term::Visibility { of, frame } => format!("share of {} that {} shows", name(of), name(frame)),
            Term::ViewOverlap { of, with } => format!("share of what {} shows that {} shows too", name(of), name(with)),
            Term::FirstSeen { of, least } => {
                format!("first frame that shows {} of {}", print::quantity(*least, Unit::One), name(of))
            }
            Term::Clearance { of, to, toward, heading, by_m } => {
                let moved = match (toward, heading, by_m) {
                    (Some(toward), Some(heading), Some(by_m)) => {
                        let by = print::quantity(*by_m, Unit::Metre);
                        format!(", moved {by} {} as {} sees it,", side(*toward), name(heading))
                    }
                    _ => String::new(),
                };
                format!("clearance of {}{moved} from {}", name(of), name(to))
            }
            Term::FreeArea { on, toward, of, heading, room_for } => {
                let surface = on.as_ref().map_or_else(|| "the floor".to_owned(), name);
                let side = match (toward, of, heading) {
                    (Some(toward), Some(of), Some(heading)) => {
                        format!(" {} of {} as {} sees it", side(*toward), name(of), name(heading))
                    }
                    _ => String::new(),
                };
                let thing = room_for.as_ref().map(|thing| format!(" for the middle of {}", name(thing)));
                format!("free area on {surface}{side}{}", thing.unwrap_or_default())
            }
            Term::PassageWidth { from, to } => {
                format!("width of the straight way from {} to {}", name(from), name(to))
            }
            Term::WalkingDistance { from, to } => format!("shortest walk from {} to {}", name(from), name(to)),
            Term::RoomArea {} => "floor area of the room".to_owned(),
            Term::Number { class } => format!("number of {}", LabelTable::builtin().plural(class)),
        }
    }

    fn entity(&self, entity: &Entity) -> String {
        match entity {
            Entity::Each => "each".to_owned(),
            Entity::Id(id) => self.object(*id),
            Entity::Named(name) | Entity::Seen(name) => format!("\"{name}\""),
            Entity::Camera(frame) => format!("camera {frame}"),
            Entity::Pixel { frame, at_px } => format!("pixel {} of {frame}", pixel_words(*at_px)),
            Entity::Nearest(ids) => format!("the nearest of {}", all(ids.iter(), "none")),
            Entity::Together(ids) => all(ids.iter().map(|id| self.object(*id)), "nothing"),
        }
    }

    fn object(&self, id: ObjectId) -> String {
        if let Some(name) = self.name {
            return name(id);
        }
        match self.scene.position(id).and_then(|at| self.scene.objects().get(at)) {
            Some(object) => format!("{} {id}", object.title()),
            None => id.to_string(),
        }
    }
}

fn side(toward: Toward) -> &'static str {
    match toward {
        Toward::Left => "to the left",
        Toward::Right => "to the right",
        Toward::Farther => "to the far side",
        Toward::Nearer => "to the near side",
    }
}

fn measured(step: &Step) -> String {
    match step {
        Step::Measure { term, value, lo, hi, .. } if term.is_turn() => {
            print::answer_with_tolerance(&Answer::Turn { value: *value, lo: *lo, hi: *hi })
        }
        Step::Measure { value, lo, hi, unit, .. } | Step::Combine { value, lo, hi, unit, .. } => {
            print::with_tolerance(*value, *lo, *hi, *unit)
        }
        _ => String::new(),
    }
}

fn not(holds: bool) -> &'static str {
    if holds { "" } else { "not " }
}

fn all(things: impl Iterator<Item = impl Display>, none: &str) -> String {
    let things: Vec<String> = things.map(|thing| thing.to_string()).collect();
    if things.is_empty() { none.to_owned() } else { things.join(", ") }
}
