//! A slow second engine: the nominal answer to a question, after the text of `docs/proof.md`.
//!
//! It names neither the measures of `question`, nor the algorithms of `geometry`, nor the checker. It knows no
//! noise: it says what is so if the annotation is exact, and nothing where its own rounding could decide.

mod agree;
mod amount;
mod depth;
mod grid;
mod measure;
mod name;
mod predicate;
mod sector;
mod solid;
mod space;
mod term;
mod view;

use question::{Answer, Entity, Extreme, Predicate, Question, ReasonCode, Term};
use scene::{
    Object, ObjectId, Pose, Scene,
    geometry::{OrientedBox, Vec3},
};

pub(crate) use agree::{exact, noisy};
use amount::Amount;

/// What the reference says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Nominal {
    /// The answer; the bounds of a quantity stand for rounding alone.
    Answer(Answer),
    /// There is none, and why.
    None(ReasonCode),
    /// Rounding could decide.
    Open,
}

/// The nominal answer to a question.
pub(crate) fn nominal(scene: &Scene, question: &Question) -> Nominal {
    let mut reference = Reference {
        scene,
        things: things(scene),
        pixels: Vec::new(),
        each: None,
        pair: None,
        rise: None,
        doubt: false,
    };
    match reference.ask(question) {
        _ if reference.doubt => Nominal::Open,
        Ok(Some(answer)) => Nominal::Answer(answer),
        Ok(None) => Nominal::Open,
        Err(reason) => Nominal::None(reason),
    }
}

struct Reference<'s> {
    scene: &'s Scene,
    /// The objects, after them the cameras as boxes without size, and after them the pixels that were spoken of; a reason
    /// where the place is not known.
    things: Vec<Result<Object, ReasonCode>>,
    /// Those pixels: their frames, columns and rows.
    pixels: Vec<(usize, [i32; 2])>,
    /// Position of the object that `"?"` stands for.
    each: Option<usize>,
    /// Positions that `"$a"` and `"$b"` stand for.
    pair: Option<[usize; 2]>,
    /// Whether the last direction leads up or down by a rule that says so, and whether along the plane too.
    rise: Option<(&'static str, bool)>,
    /// Whether rounding could decide if a measure is defined.
    doubt: bool,
}

/// `Ok(None)`: rounding could decide.
type Decided<T> = Result<Option<T>, ReasonCode>;

impl Reference<'_> {
    fn ask(&mut self, question: &Question) -> Decided<Answer> {
        match question {
            Question::Value { of, sectors: None } => {
                let Amount { value, slack, unit } = self.term(of)?;
                let (lo, hi) = (value - slack, value + slack);
                Ok(Some(match of {
                    of if of.is_turn() => Answer::Turn { value, lo, hi },
                    _ => Answer::Quantity { value, lo, hi, unit },
                }))
            }
            Question::Value { of, sectors: Some(system) } => {
                let word = self.word(of, *system)?;
                Ok(word.map(|word| Answer::Sector { sectors: *system, word: word.to_owned() }))
            }
            Question::Pick { want, of, filter, among } => self.pick(*want, of, filter.as_ref(), among),
            Question::Order { first, of, among } => self.order(*first, of, among),
            Question::Which { filter, among } => self.which(filter, among),
            Question::Test { that } => Ok(self.holds(that)?.map(|value| Answer::YesNo { value })),
            Question::Count { class, filter } => self.count(class, filter.as_ref()),
            Question::Locate { of, frame } => self.locate(of, frame),
            Question::Region { of } => {
                // Which part is certainly free is the engine's to say, and the checker's to check; here only whether any is.
                let area = self.term(of)?;
                self.doubt |= area.value > 0.0 || area.slack > 0.0;
                Err(ReasonCode::NoRoom)
            }
            Question::Turns { facing, along } => self.turns(facing.as_ref(), along),
        }
    }

    /// Positions of the candidates.
    fn candidates(&mut self, among: &[Entity]) -> Result<Vec<usize>, ReasonCode> {
        if among.len() < 2 || among.len() > 64 {
            return Err(ReasonCode::CandidateNumber);
        }
        let mut all = Vec::new();
        for entity in among {
            let position = self.position(entity)?;
            if all.contains(&position) {
                return Err(ReasonCode::DuplicateCandidates);
            }
            all.push(position);
        }
        Ok(all)
    }

    /// What `ask` says with `"?"` standing for each of these.
    fn each_of<T>(
        &mut self,
        positions: &[usize],
        mut ask: impl FnMut(&mut Self) -> Result<T, ReasonCode>,
    ) -> Result<Vec<T>, ReasonCode> {
        let outer = self.each;
        let all = positions.iter().map(|position| {
            self.each = Some(*position);
            ask(self)
        });
        let all = all.collect();
        self.each = outer;
        all
    }

    /// The candidates' amounts, smaller first or larger first as wanted, with their positions.
    fn ranked(&mut self, want: Extreme, of: &Term, candidates: Vec<usize>) -> Result<Vec<(Amount, usize)>, ReasonCode> {
        term::compared(of)?;
        let amounts = self.each_of(&candidates, |this| this.term(of))?;
        let mut ranked: Vec<(Amount, usize)> = amounts.into_iter().zip(candidates).collect();
        ranked.sort_by(|a, b| a.0.value.total_cmp(&b.0.value));
        if want == Extreme::Most {
            ranked.reverse();
        }
        Ok(ranked)
    }

    fn pick(&mut self, want: Extreme, of: &Term, filter: Option<&Predicate>, among: &[Entity]) -> Decided<Answer> {
        let mut candidates = self.candidates(among)?;
        term::compared(of)?;
        if let Some(filter) = filter {
            let Some(truths) = self.truths(&candidates, filter)? else { return Ok(None) };
            candidates = candidates.into_iter().zip(truths).filter(|(_, holds)| *holds).map(|(at, _)| at).collect();
        }
        let ranked = self.ranked(want, of, candidates)?;
        let Some((best, position)) = ranked.first().copied() else { return Err(ReasonCode::NoCandidate) };
        let apart = ranked[1..].iter().all(|(rival, _)| before(want, &best, rival));
        Ok(apart.then(|| self.named(position)))
    }

    fn order(&mut self, first: Extreme, of: &Term, among: &[Entity]) -> Decided<Answer> {
        let candidates = self.candidates(among)?;
        let ranked = self.ranked(first, of, candidates)?;
        if ranked.iter().any(|(_, position)| !self.is_object(*position)) {
            return Err(ReasonCode::Malformed);
        }
        let apart = ranked.windows(2).all(|pair| before(first, &pair[0].0, &pair[1].0));
        let ids = ranked.iter().map(|(_, position)| self.scene.objects()[*position].id).collect();
        Ok(apart.then_some(Answer::Order { ids, names: Vec::new() }))
    }

    fn which(&mut self, filter: &Predicate, among: &[Entity]) -> Decided<Answer> {
        let candidates = self.candidates(among)?;
        let Some(truths) = self.truths(&candidates, filter)? else { return Ok(None) };
        let mut fitting = candidates.iter().zip(truths).filter(|(_, holds)| *holds);
        match (fitting.next(), fitting.next()) {
            (None, _) => Err(ReasonCode::NoCandidate),
            (Some((position, _)), None) => Ok(Some(self.named(*position))),
            _ => Err(ReasonCode::SeveralCandidates),
        }
    }

    fn count(&mut self, class: &str, filter: Option<&Predicate>) -> Decided<Answer> {
        let members = self.members(class)?;
        let number = match filter {
            None => Some(members.len()),
            Some(filter) => self.truths(&members, filter)?.map(|truths| truths.iter().filter(|holds| **holds).count()),
        };
        Ok(number.map(|number| Answer::Count { value: number as u32 }))
    }

    /// Whether the filter holds for each; none if any is open.
    fn truths(&mut self, positions: &[usize], filter: &Predicate) -> Decided<Vec<bool>> {
        Ok(self.each_of(positions, |this| this.holds(filter))?.into_iter().collect())
    }

    fn is_object(&self, position: usize) -> bool {
        position < self.scene.objects().len()
    }

    /// The frame whose camera it is.
    fn frame_at(&self, position: usize) -> Option<usize> {
        position.checked_sub(self.scene.objects().len()).filter(|at| *at < self.scene.frames().len())
    }

    /// Something with a place.
    fn thing(&self, position: usize) -> Result<&Object, ReasonCode> {
        self.things[position].as_ref().map_err(|code| *code)
    }

    fn named(&self, position: usize) -> Answer {
        let frames = self.scene.frames();
        match (self.scene.objects().get(position), self.frame_at(position)) {
            (Some(object), _) => Answer::Object { id: object.id, name: String::new() },
            (_, Some(at)) => Answer::Frame { name: frames[at].name.clone() },
            _ => {
                let (at, [column, row]) = self.pixels[position - self.scene.objects().len() - frames.len()];
                Answer::Pixel { frame: frames[at].name.clone(), column, row }
            }
        }
    }
}

fn things(scene: &Scene) -> Vec<Result<Object, ReasonCode>> {
    let camera = |pose: &Pose| {
        let pose = pose.world_from_camera()?;
        let bounds = OrientedBox::new(pose.translation(), Vec3::ZERO, pose.rotation()).ok()?;
        Some(spot(bounds))
    };
    let cameras = scene.frames().iter().map(|frame| camera(&frame.pose).ok_or(ReasonCode::NoPose));
    scene.objects().iter().cloned().map(Ok).chain(cameras).collect()
}

/// Something that has a place and is no object.
fn spot(bounds: OrientedBox) -> Object {
    Object { id: ObjectId(u32::MAX), label: "spot".into(), names: Vec::new(), bounds, front: None }
}

/// Whether one amount comes before another beyond rounding.
fn before(want: Extreme, first: &Amount, second: &Amount) -> bool {
    let (small, large) = if want == Extreme::Least { (first, second) } else { (second, first) };
    small.less(large) == Some(true)
}

#[cfg(test)]
mod tests {
    use question::{Unit, catalogue, evaluate, example_scene, profile};
    use serde_json::{Value, json};

    use super::*;
    use crate::conform::laws::mentions;

    /// A sofa (2 × 1 × 0.8 m) at the origin, a table (1.2 × 0.8 m) 3 m ahead of it along y, a vase on the table, two
    /// chairs beyond and one behind.
    fn says(question: Value) -> Nominal {
        let scene = example_scene(question::task("absolute_distance").unwrap()).unwrap();
        nominal(&scene, &serde_json::from_value(question).unwrap())
    }

    fn answers(question: &Value, expected: &Answer) {
        match says(question.clone()) {
            Nominal::Answer(answer) => assert!(agree::close(expected, &answer), "{question}: {answer:?}"),
            other => panic!("{question}: {other:?}"),
        }
    }

    #[test]
    fn every_form_by_hand() {
        let metres = |value: f64| Answer::Quantity { value, lo: value, hi: value, unit: Unit::Metre };
        let distance = json!({"measure": "distance", "from": "sofa", "to": "table"});
        answers(&json!({"form": "value", "of": distance}), &metres(2.1));
        answers(&json!({"form": "value", "of": {"measure": "extent", "axis": "longest", "of": "couch"}}), &metres(2.0));
        let sum = json!({"measure": "sum", "of": [distance, {"measure": "constant", "value": 1.0, "unit": "m"}]});
        answers(&json!({"form": "value", "of": sum}), &metres(3.1));
        let near = json!({"test": "compare", "left": distance, "is": "less",
            "right": {"measure": "constant", "value": 2.0, "unit": "m"}});
        answers(&json!({"form": "test", "that": near}), &Answer::YesNo { value: false });
        answers(&json!({"form": "test", "that": {"test": "not", "of": near}}), &Answer::YesNo { value: true });
        answers(&json!({"form": "count", "class": "chairs"}), &Answer::Count { value: 3 });
        let to_sofa = json!({"measure": "distance", "definition": "centre", "from": "?", "to": "sofa"});
        let Nominal::Answer(Answer::Order { ids, .. }) =
            says(json!({"form": "order", "first": "most", "of": to_sofa, "among": ["lamp", "vase", "table"]}))
        else {
            panic!("no order")
        };
        assert_eq!(ids.len(), 3);
    }

    #[test]
    fn every_reason_by_hand() {
        let of = |from: &str, to: &str| json!({"form": "value", "of": {"measure": "distance", "from": from, "to": to}});
        for (question, reason) in [
            (of("sofa", "gizmo"), ReasonCode::UnknownLabel),
            (of("sofa", "fridge"), ReasonCode::Absent),
            (of("sofa", "chair"), ReasonCode::NotUnique),
            (of("sofa", "couch"), ReasonCode::SameObjectTwice),
            (of("sofa", "?"), ReasonCode::Malformed),
            (
                json!({"form": "pick", "want": "least", "of": {"measure": "room_area"}, "among": ["sofa", "couch"]}),
                ReasonCode::DuplicateCandidates,
            ),
            (
                json!({"form": "pick", "want": "least", "among": ["sofa", "table"],
                "of": {"measure": "distance", "from": "?", "to": "sofa"}}),
                ReasonCode::OverlappingCandidates,
            ),
            (
                json!({"form": "value", "of": {"measure": "difference", "of": [
                {"measure": "constant", "value": 1.0, "unit": "m"}, {"measure": "number", "class": "chair"}]}}),
                ReasonCode::UnitMismatch,
            ),
        ] {
            assert_eq!(says(question.clone()), Nominal::None(reason), "{question}");
        }
    }

    #[test]
    fn the_examples_of_the_catalogue() {
        let book = language::PhraseBook::builtin().unwrap();
        for task in catalogue() {
            let scene = example_scene(task).unwrap();
            let question = book.parse(&scene, &task.example.text).unwrap().question;
            let verdict = evaluate(&scene, &question, profile("isovist").unwrap());
            // Regions and walks are held against the checker and against references beside their algorithms.
            if mentions(&question, &["region", "walking_distance"]) {
                continue;
            }
            let Nominal::Answer(answer) = nominal(&scene, &question) else { panic!("{}: not answered", task.name) };
            assert!(agree::close(verdict.answer().unwrap(), &answer), "{}: {answer:?}, {verdict:?}", task.name);
        }
    }
}
