//! Forms: what a question makes of its quantities and predicates.

use geometry::{ConvexPieces, SectorSystem, Vec2};

use super::{
    Conclusion, Evaluator, Halt,
    predicate::{ANY_DIRECTION, Sectored, Truth, not_round},
    smaller,
    term::Fact,
};
use crate::{
    Answer, CameraAxis, Comparison, Entity, Extreme, Margin, Predicate, Question, Reason, ReasonCode, Step, Term, Unit,
    entity::plainly,
    measure::{Measured, Region, WALKER_WIDTH_M, shown, the},
    pixel_words,
};

/// Most candidates of a question.
const MOST_CANDIDATES: usize = 64;
/// Most places of a walk.
const MOST_PLACES: usize = 16;

impl<'q> Evaluator<'q> {
    pub(super) fn ask(&mut self, question: &'q Question) -> Result<Conclusion, Halt> {
        match question {
            Question::Value { of, sectors: None } => self.value(of),
            Question::Value { of, sectors: Some(system) } => self.sector(of, *system),
            Question::Pick { want, of, filter, among } => self.pick(*want, of, filter.as_ref(), among),
            Question::Which { filter, among } => self.which(filter, among),
            Question::Order { first, of, among } => self.order(*first, of, among),
            Question::Test { that } => {
                let truth = self.predicate(that)?;
                match truth.holds {
                    Some(value) => Ok(self.conclude(vec![truth.step], Answer::YesNo { value }, truth.margin)),
                    None => Err(undecided(truth, vec![Answer::YesNo { value: true }, Answer::YesNo { value: false }])),
                }
            }
            Question::Count { class, filter } => self.count(class, filter.as_ref()),
            Question::Locate { of, frame } => self.locate(of, frame),
            Question::Region { of } => self.region(of),
            Question::Turns { facing, along } => self.turns(facing.as_ref(), along),
        }
    }

    fn conclude(&mut self, from: Vec<usize>, answer: Answer, margin: Option<Margin>) -> Conclusion {
        let step = self.trace.step(|| Step::Conclude { from, answer: answer.clone() });
        Conclusion { answer, margin, step }
    }

    fn value(&mut self, of: &'q Term) -> Result<Conclusion, Halt> {
        let fact = self.term(of)?;
        self.guard_value(of, &fact)?;
        let m = fact.measured;
        let answer = if of.is_turn() {
            if m.hi - m.lo >= 360.0 {
                return Err(Halt::Ambiguous {
                    reason: Reason::new(ReasonCode::TooCloseToCall, ANY_DIRECTION),
                    rivals: Vec::new(),
                    margin: None,
                });
            }
            Answer::Turn { value: m.value, lo: m.lo, hi: m.hi }
        } else {
            Answer::Quantity { value: m.value, lo: m.lo, hi: m.hi, unit: m.unit }
        };
        Ok(self.conclude(vec![fact.step], answer, None))
    }

    fn sector(&mut self, of: &'q Term, system: SectorSystem) -> Result<Conclusion, Halt> {
        let answer = |word: &str| Answer::Sector { sectors: system, word: word.to_owned() };
        match self.sectored(of, system)? {
            Sectored::One { sector, word, step, margin } => {
                self.guard_sector(of, system, sector)?;
                Ok(self.conclude(vec![step], answer(word), Some(margin)))
            }
            Sectored::Several { sectors, margin, why } => Err(Halt::Ambiguous {
                reason: why,
                rivals: sectors.into_iter().map(|sector| answer(system.sectors()[sector])).collect(),
                margin: Some(margin),
            }),
        }
    }

    fn locate(&mut self, of: &'q Entity, frame: &'q Entity) -> Result<Conclusion, Halt> {
        let (of, frame) = self.two(of, frame)?;
        let mut facts = Vec::with_capacity(3);
        for axis in [CameraAxis::Right, CameraAxis::Down, CameraAxis::Forward] {
            facts.push(self.measured(Term::Coordinate { axis, of: of.clone(), frame: frame.clone() })?);
        }
        let along = |of: fn(&Measured) -> f64| std::array::from_fn(|axis| of(&facts[axis].measured));
        let answer = Answer::Point { value: along(|m| m.value), lo: along(|m| m.lo), hi: along(|m| m.hi) };
        Ok(self.conclude(facts.iter().map(|fact| fact.step).collect(), answer, None))
    }

    fn region(&mut self, of: &'q Term) -> Result<Conclusion, Halt> {
        let bound = self.bound(of)?;
        let (measured, Region { z_m, free }) = self.context.free_region(&bound)?;
        let fact = self.fact(bound, measured)?;
        let Some(largest) = largest(free.pieces()).filter(|_| measured.lo > 0.0) else {
            let no_room = |code| Reason::new(code, "there is no place that is certainly free");
            return Err(if measured.hi > 0.0 {
                let margin = Some(Margin { value: -measured.hi, unit: measured.unit });
                Halt::Ambiguous { reason: no_room(ReasonCode::TooCloseToCall), rivals: Vec::new(), margin }
            } else {
                no_room(ReasonCode::NoRoom).into()
            });
        };
        let middle = largest.iter().sum::<Vec2>() / largest.len() as f64;
        let pieces = free.pieces().iter().map(|piece| piece.iter().map(Vec2::to_array).collect()).collect();
        let answer = Answer::Region { at: middle.extend(z_m).to_array(), area_m2: free.area_m2(), pieces };
        Ok(self.conclude(vec![fact.step], answer, None))
    }

    fn turns(&mut self, facing: Option<&'q Entity>, along: &'q [Entity]) -> Result<Conclusion, Halt> {
        let least = if facing.is_some() { 2 } else { 3 };
        if !(least..=MOST_PLACES).contains(&along.len()) {
            let sentence = format!("{} places on a walk: it takes {least} to {MOST_PLACES}", along.len());
            return Err(Halt::malformed(sentence));
        }
        let along = along.iter().map(|place| self.entity(place)).collect::<Result<Vec<_>, _>>()?;
        for (at, place) in along.iter().enumerate() {
            for earlier in &along[..at] {
                self.different(earlier, place)?;
            }
        }
        let facing = facing.map(|facing| self.entity(facing)).transpose()?;
        let mut angles = Vec::with_capacity(along.len());
        if let Some(facing) = facing {
            self.different(&along[0], &facing)?;
            if facing == along[1] {
                return Err(Halt::malformed("who faces the next place already has no turn to make"));
            }
            let definition = Some(self.profile.definitions.bearing);
            angles.push(Term::Bearing { definition, at: along[0].clone(), facing, of: along[1].clone() });
        }
        angles.extend(along.windows(3).map(|three| {
            let [from, at, to] = [0, 1, 2].map(|place| three[place].clone());
            Term::Bend { from, at, to }
        }));
        let wide = self.measured(Term::Constant { value: WALKER_WIDTH_M, unit: Unit::Metre })?;
        let (mut from, mut legs, mut words, mut margin) = (Vec::new(), Vec::new(), Vec::new(), None);
        for leg in along.windows(2) {
            let passage = self.measured(Term::PassageWidth { from: leg[0].clone(), to: leg[1].clone() })?;
            let truth = self.compare(passage, Comparison::Greater, wide)?;
            match truth.holds {
                Some(true) => legs.push(truth.step),
                Some(false) => {
                    let sentence = format!(
                        "the straight way from {} to {} is {} wide, too narrow for a walker of {}",
                        the(self.context.object(&leg[0])?),
                        the(self.context.object(&leg[1])?),
                        shown(&passage.measured),
                        shown(&wide.measured)
                    );
                    return Err(Reason::new(ReasonCode::Unreachable, sentence).into());
                }
                None => return Err(undecided(truth, Vec::new())),
            }
        }
        for angle in angles {
            let fact = self.measured(angle)?;
            match self.sector_of(fact, SectorSystem::Axes) {
                Sectored::One { word, step, margin: apart, .. } => {
                    from.push(step);
                    words.push(word.to_owned());
                    margin = smaller(margin, Some(apart));
                }
                Sectored::Several { margin, why, .. } => {
                    return Err(Halt::Ambiguous { reason: why, rivals: Vec::new(), margin: Some(margin) });
                }
            }
        }
        from.append(&mut legs);
        Ok(self.conclude(from, Answer::Turns { words }, margin))
    }

    /// Resolves candidates, which must be different objects; a name may stand for all its instances only where `several`.
    fn candidates(&mut self, among: &'q [Entity], several: bool) -> Result<Vec<Entity>, Halt> {
        if !(2..=MOST_CANDIDATES).contains(&among.len()) {
            return Err(Reason::new(
                ReasonCode::CandidateNumber,
                format!(
                    "{} {}; a choice takes 2 to {MOST_CANDIDATES}",
                    among.len(),
                    if among.len() == 1 { "candidate" } else { "candidates" }
                ),
            )
            .into());
        }
        let mut bound: Vec<Entity> = Vec::with_capacity(among.len());
        for entity in among {
            let candidate = if several { self.candidate(entity)? } else { self.entity(entity)? };
            if let Some(earlier) = bound.iter().position(|other| *other == candidate) {
                return Err(Reason::new(
                    ReasonCode::DuplicateCandidates,
                    format!("\"{}\" and \"{entity}\" are the same object {candidate}", among[earlier]),
                )
                .into());
            }
            bound.push(candidate);
        }
        Ok(bound)
    }

    /// Runs `inner` with `"?"` standing for an object.
    fn with_each<T>(&mut self, each: Entity, inner: impl FnOnce(&mut Self) -> Result<T, Halt>) -> Result<T, Halt> {
        let outer = self.each.replace(each);
        let result = inner(self);
        self.each = outer;
        result
    }

    fn candidate_facts(&mut self, of: &'q Term, bound: &[Entity]) -> Result<Vec<Fact>, Halt> {
        not_round(of)?;
        bound.iter().map(|each| self.with_each(each.clone(), |this| this.term(of))).collect()
    }

    fn pick(
        &mut self,
        want: Extreme,
        of: &'q Term,
        filter: Option<&'q Predicate>,
        among: &'q [Entity],
    ) -> Result<Conclusion, Halt> {
        not_round(of)?;
        let mut bound: Vec<(&'q Entity, Entity)> =
            among.iter().zip(self.candidates(among, filter.is_none())?).collect();
        let (mut from, mut margin) = (Vec::new(), None);
        if let Some(filter) = filter {
            let all: Vec<Entity> = bound.iter().map(|(_, object)| object.clone()).collect();
            let only = self.only_those(filter, &mut bound);
            if let Err(Halt::Ambiguous { .. }) = &only {
                // What is no question is not ambiguous either.
                self.candidate_facts(of, &all)?;
            }
            (from, margin) = only?;
        }
        let objects: Vec<Entity> = bound.iter().map(|(_, object)| object.clone()).collect();
        let facts = self.candidate_facts(of, &objects)?;
        self.guard_pick(of, &facts)?;
        let is = better(want);
        let best = (1..facts.len()).fold(0, |best, at| {
            let (a, b) = (facts[at].measured.value, facts[best].measured.value);
            if (is == Comparison::Less && a < b) || (is == Comparison::Greater && a > b) { at } else { best }
        });
        let name = |at: usize| named(bound[at].0, &bound[at].1);
        from.extend(facts.iter().map(|fact| fact.step));
        let mut rivals = vec![best];
        for rival in (0..facts.len()).filter(|at| *at != best) {
            let truth = self.compare(facts[best], is, facts[rival])?;
            margin = smaller(margin, truth.margin);
            if truth.holds == Some(true) {
                from.push(truth.step);
            } else {
                rivals.push(rival);
            }
        }
        if let [_, rival, ..] = rivals[..] {
            let sentence = format!(
                "{} and {} are too close to call: {} and {}",
                the_named(bound[best].0),
                the_named(bound[rival].0),
                shown(&facts[best].measured),
                shown(&facts[rival].measured)
            );
            return Err(Halt::Ambiguous {
                reason: Reason::new(ReasonCode::TooCloseToCall, sentence),
                rivals: rivals.into_iter().map(name).collect(),
                margin,
            });
        }
        let answer = name(best);
        Ok(self.conclude(from, answer, margin))
    }

    /// Keeps the candidates that satisfy a condition, of each of which it must be decided; gives the steps that decide it and
    /// the smallest gap.
    fn only_those(
        &mut self,
        filter: &'q Predicate,
        bound: &mut Vec<(&'q Entity, Entity)>,
    ) -> Result<(Vec<usize>, Option<Margin>), Halt> {
        let mut truths = Vec::with_capacity(bound.len());
        for (_, object) in bound.iter() {
            truths.push(self.with_each(object.clone(), |this| this.predicate(filter))?);
        }
        if let Some(at) = truths.iter().position(|truth| truth.holds.is_none()) {
            let rivals = bound.iter().zip(&truths).filter(|(_, truth)| truth.holds != Some(false));
            let rivals = rivals.map(|((asked, object), _)| named(asked, object)).collect();
            let mut halt = undecided(truths.swap_remove(at), rivals);
            if let Halt::Ambiguous { reason, .. } = &mut halt {
                reason.sentence = format!("{}: {}", the_named(bound[at].0), reason.sentence);
            }
            return Err(halt);
        }
        let margin = truths.iter().fold(None, |margin, truth| smaller(margin, truth.margin));
        let steps = truths.iter().map(|truth| truth.step).collect();
        let mut holds = truths.into_iter().map(|truth| truth.holds);
        let names = bound.iter().map(|(asked, _)| the_named(asked)).collect::<Vec<_>>().join(", ");
        bound.retain(|_| holds.next() == Some(Some(true)));
        if bound.is_empty() {
            let sentence = format!("none of {names} satisfies the condition");
            return Err(Reason::new(ReasonCode::NoCandidate, sentence).into());
        }
        Ok((steps, margin))
    }

    fn order(&mut self, first: Extreme, of: &'q Term, among: &'q [Entity]) -> Result<Conclusion, Halt> {
        let bound = self.candidates(among, true)?;
        let facts = self.candidate_facts(of, &bound)?;
        let is = better(first);
        let mut order: Vec<usize> = (0..facts.len()).collect();
        order.sort_by(|a, b| {
            let ascending = facts[*a].measured.value.total_cmp(&facts[*b].measured.value);
            if is == Comparison::Less { ascending } else { ascending.reverse() }
        });
        if let Some(other) = bound.iter().find(|each| matches!(each, Entity::Camera(_) | Entity::Pixel { .. })) {
            return Err(Halt::malformed(format!("{other}: objects are put in order, cameras and pixels are not")));
        }
        let answer = |order: &[usize]| Answer::Order {
            ids: order.iter().map(|at| id(&bound[*at])).collect(),
            names: order.iter().map(|at| among[*at].to_string()).collect(),
        };
        let mut from: Vec<usize> = facts.iter().map(|fact| fact.step).collect();
        let mut margin = None;
        for at in 1..order.len() {
            let (before, after) = (order[at - 1], order[at]);
            let truth = self.compare(facts[before], is, facts[after])?;
            margin = smaller(margin, truth.margin);
            if truth.holds != Some(true) {
                let mut swapped = order.clone();
                swapped.swap(at - 1, at);
                let sentence = format!(
                    "{} and {} are too close to put in order: {} and {}",
                    the_named(&among[before]),
                    the_named(&among[after]),
                    shown(&facts[before].measured),
                    shown(&facts[after].measured)
                );
                return Err(Halt::Ambiguous {
                    reason: Reason::new(ReasonCode::TooCloseToCall, sentence),
                    rivals: vec![answer(&order), answer(&swapped)],
                    margin,
                });
            }
            from.push(truth.step);
        }
        let answer = answer(&order);
        Ok(self.conclude(from, answer, margin))
    }

    fn which(&mut self, filter: &'q Predicate, among: &'q [Entity]) -> Result<Conclusion, Halt> {
        let bound = self.candidates(among, false)?;
        let mut truths = Vec::with_capacity(bound.len());
        for each in &bound {
            truths.push(self.with_each(each.clone(), |this| this.predicate(filter))?);
        }
        let yes: Vec<usize> = (0..truths.len()).filter(|at| truths[*at].holds == Some(true)).collect();
        let open: Vec<usize> = (0..truths.len()).filter(|at| truths[*at].holds.is_none()).collect();
        let names = |which: &[usize]| which.iter().map(|at| the_named(&among[*at])).collect::<Vec<_>>().join(", ");
        if yes.len() > 1 {
            let sentence = format!("several candidates satisfy the condition: {}", names(&yes));
            return Err(Reason::new(ReasonCode::SeveralCandidates, sentence).into());
        }
        if let Some(at) = open.first() {
            let rivals = yes.iter().chain(&open).map(|at| named(&among[*at], &bound[*at])).collect();
            let mut halt = undecided(truths.swap_remove(*at), rivals);
            if let Halt::Ambiguous { reason, .. } = &mut halt {
                reason.sentence = format!("{}: {}", names(&open[..1]), reason.sentence);
            }
            return Err(halt);
        }
        let [best] = yes[..] else {
            let sentence = format!("none of {} satisfies the condition", names(&(0..among.len()).collect::<Vec<_>>()));
            return Err(Reason::new(ReasonCode::NoCandidate, sentence).into());
        };
        let margin = truths.iter().fold(None, |margin, truth| smaller(margin, truth.margin));
        let from = truths.iter().map(|truth| truth.step).collect();
        Ok(self.conclude(from, named(&among[best], &bound[best]), margin))
    }

    fn count(&mut self, class: &'q str, filter: Option<&'q Predicate>) -> Result<Conclusion, Halt> {
        let members = self.members(class);
        let (members, total) = if filter.is_some() { members.map_err(Halt::without_rivals)? } else { members? };
        let resolve =
            self.trace.step(|| Step::Resolve { reference: class.to_owned(), objects: members.clone(), by: None });
        let mut tests = Vec::new();
        let mut margin = None;
        let mut value = total;
        if let Some(filter) = filter {
            let (mut yes, mut open, mut first_open) = (0, 0, None);
            for member in &members {
                let truth = self.with_each(Entity::Id(*member), |this| this.predicate(filter))?;
                margin = smaller(margin, truth.margin);
                match truth.holds {
                    Some(true) => yes += 1,
                    Some(false) => {}
                    None => {
                        open += 1;
                        first_open.get_or_insert((*member, truth.why));
                        continue;
                    }
                }
                tests.push(truth.step);
            }
            if let Some((member, why)) = first_open {
                let why = why.map(|why| why.sentence).unwrap_or_default();
                let sentence = format!(
                    "between {yes} and {} of the {} {class}: {open} cannot be decided, the first is {member}: {why}",
                    yes + open,
                    members.len()
                );
                return Err(Halt::Ambiguous {
                    reason: Reason::new(ReasonCode::TooCloseToCall, sentence),
                    rivals: (yes..=yes + open).map(|value| Answer::Count { value }).collect(),
                    margin,
                });
            }
            value = yes;
        }
        self.guard_count(class, filter.is_none().then_some(value))?;
        let step = self.trace.step(|| Step::Count { of: resolve, tests, value });
        Ok(self.conclude(vec![step], Answer::Count { value }, margin))
    }
}

/// The piece of the largest area, the first of several.
fn largest(pieces: &[Vec<Vec2>]) -> Option<&Vec<Vec2>> {
    let area = |piece: &Vec<Vec2>| ConvexPieces::of_convex(piece).area_m2();
    pieces.iter().reduce(|best, piece| if area(piece) > area(best) { piece } else { best })
}

fn better(want: Extreme) -> Comparison {
    match want {
        Extreme::Least => Comparison::Less,
        Extreme::Most => Comparison::Greater,
    }
}

/// The number an answer gives for a candidate: of several instances, the lowest.
fn id(bound: &Entity) -> scene::ObjectId {
    match bound {
        Entity::Id(id) => *id,
        Entity::Nearest(ids) | Entity::Together(ids) => ids.iter().min().copied().unwrap_or(scene::ObjectId(0)),
        Entity::Each | Entity::Named(_) | Entity::Seen(_) | Entity::Camera(_) | Entity::Pixel { .. } => {
            scene::ObjectId(0)
        }
    }
}

fn named(asked: &Entity, bound: &Entity) -> Answer {
    match bound {
        Entity::Camera(frame) => Answer::Frame { name: frame.clone() },
        Entity::Pixel { frame, at_px: [column, row] } => {
            Answer::Pixel { frame: frame.clone(), column: *column, row: *row }
        }
        _ => Answer::Object { id: id(bound), name: asked.to_string() },
    }
}

fn the_named(asked: &Entity) -> String {
    match asked {
        Entity::Named(name) | Entity::Seen(name) => format!("the {}", plainly(name)),
        Entity::Camera(frame) => frame.clone(),
        Entity::Pixel { at_px, .. } => format!("the pixel {}", pixel_words(*at_px)),
        other => format!("object {other}"),
    }
}

fn undecided(truth: Truth, rivals: Vec<Answer>) -> Halt {
    let reason = truth
        .why
        .unwrap_or_else(|| Reason::new(ReasonCode::TooCloseToCall, "the condition cannot be decided within tolerance"));
    Halt::Ambiguous { reason, rivals, margin: truth.margin }
}
