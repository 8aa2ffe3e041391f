//! Reasoning made from proofs: what was measured and decided, in the order of the proof, then the answer.

use std::collections::BTreeMap;

use language::{Format, PhraseBook};
use question::{Answer, Comparison, Operation, Proof, Step, Term, Unit, outside_m, plainly, print, readable};
use scene::{LabelTable, ObjectId, Scene};

use crate::{Fact, Row, part::plain_answer, recipe::Style};

/// The reasoning of a row in a style; none where the style is none or the row has no proof to tell.
pub(crate) fn text(book: &PhraseBook, style: Style, row: &Row, fact: &Fact) -> Option<String> {
    match style {
        Style::None => return None,
        Style::Short if row.format != Format::FreeForm => return Some(row.answer_text.clone()),
        Style::Short => {
            let answer = print::answer(&fact.answer);
            return book.say(fact.task, &fact.fillings, &answer).or(Some(answer));
        }
        Style::Steps | Style::Think | Style::Grounded => {}
    }
    let told = Told::new(&fact.source.scene, row)?;
    let steps = told.sentences();
    if style == Style::Steps {
        return Some(format!("{}\nAnswer: {}", numbered(&steps), row.answer_text));
    }
    let boxes = if style == Style::Grounded { told.boxes() } else { String::new() };
    let before = if boxes.is_empty() { boxes } else { format!("The objects involved: {boxes}. ") };
    Some(shell(&(before + &cued(&steps)), row))
}

fn shell(think: &str, row: &Row) -> String {
    let answer = plain_answer(row);
    let last = if answer == row.answer_text { String::new() } else { format!(" That is option {}.", row.answer_text) };
    format!("<think>{think}{last}</think><answer>{}</answer>", row.answer_text)
}

fn numbered(steps: &[String]) -> String {
    let lines = steps.iter().enumerate().map(|(at, step)| format!("Step {}: {step}", at + 1));
    lines.collect::<Vec<_>>().join("\n")
}

/// Sentences with words that tell their order: first, next, then, finally.
fn cued(steps: &[String]) -> String {
    let last = steps.len().saturating_sub(1);
    let lines = steps.iter().enumerate().map(|(at, step)| {
        let cue = match at {
            0 => "First, ",
            at if at == last => "Finally, ",
            at if at % 2 == 1 => "Next, ",
            _ => "Then, ",
        };
        format!("{cue}{}", small(step))
    });
    lines.collect::<Vec<_>>().join(" ")
}

fn small(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().collect::<String>() + chars.as_str(),
        None => String::new(),
    }
}

/// A proof being told.
struct Told<'a> {
    scene: &'a Scene,
    proof: &'a Proof,
    /// What each object of the proof is called.
    names: BTreeMap<ObjectId, String>,
    /// Whether it is told whether a statement is true.
    is_statement: bool,
    /// Decimals beyond the usual ones, so that what is printed is true as it is printed.
    more: usize,
}

/// Most decimals beyond the usual ones.
const MOST_MORE: usize = 5;

/// Most objects whose boxes are written out.
const MOST_BOXES: usize = 16;

impl<'a> Told<'a> {
    /// None where the row has no proof.
    fn new(scene: &'a Scene, row: &'a Row) -> Option<Self> {
        let proof = row.proof.as_ref()?;
        let mut of_title: BTreeMap<String, Vec<ObjectId>> = BTreeMap::new();
        for step in &proof.steps {
            if let Step::Resolve { objects, .. } = step {
                for id in objects {
                    let Some(object) = scene.position(*id).map(|at| &scene.objects()[at]) else { continue };
                    let same = of_title.entry(object.title().to_owned()).or_default();
                    if !same.contains(id) {
                        same.push(*id);
                    }
                }
            }
        }
        let mut names = BTreeMap::new();
        for (title, ids) in of_title {
            match ids[..] {
                [one] => {
                    names.insert(one, format!("the {title}"));
                }
                _ => names.extend(ids.iter().enumerate().map(|(at, id)| (*id, format!("{title} {}", at + 1)))),
            }
        }
        names.extend(row.marks.iter().map(|mark| (mark.object, format!("the {}", mark.name()))));
        let more = (0..MOST_MORE).find(|more| holds_as_printed(proof, *more)).unwrap_or(MOST_MORE);
        Some(Self { scene, proof, names, is_statement: row.format == Format::TrueFalse, more })
    }

    fn name(&self, id: ObjectId) -> String {
        let title = || self.scene.position(id).map(|at| format!("the {}", self.scene.objects()[at].title()));
        self.names.get(&id).cloned().or_else(title).unwrap_or_else(|| id.to_string())
    }

    /// `chair 2 <bbox>(…)</bbox><bbox>(…)</bbox>, door 1 <bbox>(…)</bbox>`: two corners of the box along the world's axes, least first, metres, four decimals.
    fn boxes(&self) -> String {
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for id in self.names.keys().take(MOST_BOXES) {
            let Some(object) = self.scene.position(*id).map(|at| &self.scene.objects()[at]) else { continue };
            let (low, high) = object.bounds.aabb();
            let numbers: Vec<String> =
                low.to_array().iter().chain(&high.to_array()).map(|along| format!("{along:.4}")).collect();
            let text = format!("<bbox>({})</bbox>", numbers.join(", "));
            match groups.iter_mut().find(|(label, _)| *label == object.label) {
                Some((_, boxes)) => boxes.push(text),
                None => groups.push((object.label.clone(), vec![text])),
            }
        }
        let groups = groups.into_iter().map(|(label, boxes)| format!("{label} {} {}", boxes.len(), boxes.concat()));
        groups.collect::<Vec<_>>().join(", ")
    }

    fn sentences(&self) -> Vec<String> {
        let steps = &self.proof.steps;
        let last = steps.len().saturating_sub(1);
        let mut sentences: Vec<String> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            if let Some(sentence) = self.sentence(step, at == last)
                && !sentences.contains(&sentence)
            {
                sentences.push(sentence);
            }
        }
        sentences
    }

    fn sentence(&self, step: &Step, is_last: bool) -> Option<String> {
        Some(match step {
            Step::Resolve { objects, .. } => match objects[..] {
                [one] => {
                    let at = self.scene.objects()[self.scene.position(one)?].bounds.centre().to_array();
                    format!("{} is centred at ({:.2}, {:.2}, {:.2}) m.", capital(&self.name(one)), at[0], at[1], at[2])
                }
                [] => return None,
                _ => {
                    let label = &self.scene.objects()[self.scene.position(objects[0])?].label;
                    format!("There are {} {} in the scene.", objects.len(), LabelTable::builtin().plural(label))
                }
            },
            Step::Measure { term: Term::Constant { .. }, .. } => return None,
            Step::Measure { term, .. } => {
                let name = |id: ObjectId| self.name(id);
                let what = readable::term_with(self.scene, term, &name);
                if matches!(term, Term::Coordinate { .. }) {
                    format!("{}: {}.", capital(&what), self.size(step))
                } else {
                    format!("The {what} is {}.", self.size(step))
                }
            }
            Step::Combine { op, of, value, unit, .. } => {
                let by = match op {
                    Operation::Sum => " + ",
                    Operation::Difference => " − ",
                    Operation::Ratio => " : ",
                };
                let parts: Vec<String> = of.iter().map(|at| self.cited(*at)).collect();
                let result = if *op == Operation::Ratio { print::quantity(*value, *unit) } else { self.size(step) };
                format!("{} = {result}.", parts.join(by))
            }
            Step::Compare { left, is, right, holds, .. } => {
                let word = match is {
                    Comparison::Less => "less",
                    Comparison::Greater => "more",
                };
                let not = if *holds { "" } else { "not " };
                format!("{} is {not}{word} than {}.", capital(&self.named(*left)), self.named(*right))
            }
            Step::Sector { of, word, .. } => format!("{} is {word}.", capital(&self.cited(*of))),
            Step::SectorIs { is, holds, .. } => format!("That is {}{is}.", if *holds { "" } else { "not " }),
            Step::Relation { name, a, b, holds, .. } => {
                let not = if *holds { "" } else { "not " };
                format!("So {} is {not}{name} {}.", self.name(*a), self.name(*b))
            }
            Step::All { holds, .. } => format!("{} of the conditions hold.", if *holds { "All" } else { "Not all" }),
            Step::Any { holds, .. } => {
                format!("{} of the conditions holds.", if *holds { "At least one" } else { "None" })
            }
            Step::Not { holds, .. } => format!("The contrary is {}.", if *holds { "true" } else { "false" }),
            Step::Claim { of, answer: answer @ Answer::Region { at: place, .. }, holds } => {
                let off = match self.proof.steps.get(*of) {
                    Some(Step::Conclude { answer: Answer::Region { at, pieces, .. }, .. }) if !holds => {
                        print::quantity(outside_m(pieces, at[2], *place), Unit::Metre) + " outside"
                    }
                    _ => "within".to_owned(),
                };
                format!("The place of the statement, {}, lies {off} what is free.", print::answer(answer))
            }
            Step::Claim { answer, holds, .. } => {
                let not = if *holds { "" } else { "not " };
                format!("The statement says {}, which does {not}agree.", print::answer(answer))
            }
            Step::Count { of, tests, value } if tests.is_empty() => format!("That makes {value} {}.", self.things(*of)),
            Step::Count { of, tests, value } => format!("{value} of the {} {} fit.", tests.len(), self.things(*of)),
            Step::Conclude { answer: Answer::YesNo { value }, .. } if is_last && self.is_statement => {
                format!("The statement is {value}.")
            }
            Step::Conclude { answer, .. } if is_last => format!("The answer is {}.", said(answer)),
            // One free place of many.
            Step::Conclude { answer: answer @ Answer::Region { .. }, .. } => {
                format!("The place at {} is free, for one.", print::answer(answer))
            }
            Step::Conclude { answer, .. } => format!("That gives {}.", said(answer)),
        })
    }

    /// A cited quantity with what it is of.
    fn named(&self, at: usize) -> String {
        match self.proof.steps.get(at) {
            Some(Step::Measure { term: Term::Constant { .. } | Term::Coordinate { .. }, .. }) | None => self.cited(at),
            Some(step @ Step::Measure { term, .. }) => {
                let name = |id: ObjectId| self.name(id);
                format!("the {} ({})", readable::term_with(self.scene, term, &name), self.size(step))
            }
            Some(_) => self.cited(at),
        }
    }

    /// The class of a cited resolution.
    fn things(&self, at: usize) -> String {
        match self.proof.steps.get(at) {
            Some(Step::Resolve { reference, .. }) => LabelTable::builtin().plural(reference),
            _ => "things".to_owned(),
        }
    }

    fn cited(&self, at: usize) -> String {
        self.proof.steps.get(at).map(|step| self.size(step)).unwrap_or_default()
    }

    /// The size that a step has, with as many decimals as the whole needs.
    fn size(&self, step: &Step) -> String {
        match step {
            Step::Measure { term, value, lo, hi, .. } if term.is_turn() => match self.more {
                0 => print::answer(&Answer::Turn { value: *value, lo: *lo, hi: *hi }),
                more => format!("{:.more$}° to the {}", value.abs(), if *value > 0.0 { "left" } else { "right" }),
            },
            Step::Measure { value, unit, .. } | Step::Combine { value, unit, .. } => {
                print::quantity_finely(*value, *unit, self.more)
            }
            _ => String::new(),
        }
    }
}

/// Whether sums, differences, ratios, comparisons and sectors hold of the numbers that are printed with so many decimals
/// more. What a ratio comes to is printed with the usual ones.
fn holds_as_printed(proof: &Proof, more: usize) -> bool {
    let printed = |at: &usize| match proof.steps.get(*at) {
        Some(Step::Measure { value, unit, .. } | Step::Combine { value, unit, .. }) => {
            print::as_printed(*value, *unit, more)
        }
        _ => f64::NAN,
    };
    proof.steps.iter().all(|step| match step {
        Step::Combine { op, of, value, unit, .. } => {
            let mut parts = of.iter().map(printed);
            let first = parts.next().unwrap_or_default();
            let (result, digits) = match op {
                Operation::Sum => (parts.fold(first, |sum, part| sum + part), more),
                Operation::Difference => (parts.fold(first, |rest, part| rest - part), more),
                Operation::Ratio => (parts.fold(first, |ratio, part| ratio / part), 0),
            };
            let [result, value] = [result, *value].map(|value| print::as_printed(value, *unit, digits));
            (result - value).abs() < 1e-9
        }
        Step::Compare { left, is, right, holds, .. } => {
            let (left, right) = (printed(left), printed(right));
            *holds == if *is == Comparison::Less { left < right } else { left > right }
        }
        // What is printed is off by half of its last digit at most.
        Step::Sector { margin, .. } => *margin >= 0.5 * 10_f64.powi(-i32::try_from(more).unwrap_or(0)),
        _ => true,
    })
}

fn said(answer: &Answer) -> String {
    match answer {
        Answer::Object { name, .. } => format!("the {}", plainly(name)),
        other => print::answer(other),
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + chars.as_str())
}
