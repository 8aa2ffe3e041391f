//! Questions asked in contrast sets: of facts about the same things in different scenes whose answers differ, each is asked
//! with the answers of the others as its wrong ones.
//!
//! However such a set is chosen, each of its options is right exactly once: nothing that is known of the options (which is
//! usual, which lies in the middle, which is long) helps a guesser, nor, where the things asked about have the same names,
//! anything that is known of such things. What is the same in every scene finds no contrast and is not asked.

use foldhash::HashMap;
use language::Format;
use question::{Answer, Draw, Filling, Fillings, Role, Task};

use crate::{blind::spoken, counterparts::Counterpart};

/// Facts about things of the same names after which the next one waits for its like.
const LEAST_SEEN: u32 = 4;
/// Scenes among which things of the same names are to be expected.
pub(crate) const LEAST_SCENES: usize = 8;
/// Facts that wait in one pool at most.
const MOST_WAITING: usize = 32;
/// Options at most.
const MOST_OPTIONS: usize = 4;
/// How many have to wait in vain before fewer options will do: things of the same names are rarer.
const PATIENCE: [usize; 2] = [8, 3];
/// How far apart two options are at least, as a share of the smaller; and two claims, of the larger, since a claim carries
/// its tolerance.
const APART: (f64, f64) = (0.12, 0.3);
/// The same in the quantity's own unit.
const LEAST_APART: f64 = 0.1;
/// The largest option of a set is at most so many times the smallest, where there is a choice.
const MOST_RATIO: f64 = 6.0;

/// What is asked, without the scene.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked {
    /// With the names of the things that it is asked about; where one is told by a mark alone, this very question.
    pub(crate) of_things: u64,
    /// Whether a mark alone tells one of them.
    pub(crate) is_marked: bool,
    /// Without them.
    of_kind: u64,
    /// How many there are, frames among them.
    pub(crate) things: usize,
    /// Whether there are none but frames.
    pub(crate) is_of_frames: bool,
}

impl Asked {
    /// `question` is the same for every question about the same things of one scene.
    pub(crate) fn new(task: &Task, fillings: &Fillings, question: u64) -> Self {
        let is_marked = fillings.values().flat_map(Filling::texts).any(|name| name.starts_with('#'));
        let (mut things, mut words): (Vec<&str>, Vec<&str>) = (vec![&task.name], vec![&task.name]);
        let (mut number, mut frames) = (0, 0);
        for (role, filling) in fillings {
            match filling {
                // One view of things is like another.
                Filling::Text(_) if matches!(task.roles.get(role), Some(Role::Frame)) => {
                    frames += 1;
                    things.push("image");
                }
                Filling::Text(text) => {
                    things.push(spoken(text));
                    if matches!(task.roles.get(role), Some(Role::Word { .. })) {
                        words.push(text);
                    }
                }
                Filling::List(list) => {
                    let mut list: Vec<&str> = list.iter().map(|name| spoken(name)).collect();
                    list.sort_unstable();
                    things.extend(list);
                }
                Filling::Number(value) => number = value.to_bits(),
            }
        }
        let count = things.len() - words.len();
        Self {
            of_things: if is_marked { question } else { Draw::new(0, &things, number).bits() },
            is_marked,
            of_kind: Draw::new(0, &words, number).bits(),
            things: count,
            is_of_frames: frames == count,
        }
    }
}

/// Where a question came of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drawn {
    /// Number of the draw.
    pub(crate) index: u64,
    /// Position of its scene.
    pub(crate) source_at: usize,
}

/// A question that has its place in a set.
#[derive(Debug, Clone)]
pub(crate) struct Posed {
    /// What it came of.
    pub(crate) drawn: Drawn,
    /// Where it is asked of another scene than the draw's, or otherwise.
    pub(crate) elsewhere: Option<Counterpart>,
    /// Whether it is one of a minimal pair.
    pub(crate) is_paired: bool,
    /// Its wrong answers, or what it claims wrongly: of a thing of another scene the name.
    pub(crate) wrong: Vec<Answer>,
    /// Whether it is stated truly.
    pub(crate) truth: bool,
    /// Whether the set is about things of the same names.
    pub(crate) is_of_things: bool,
}

/// What becomes of a fact.
#[derive(Debug)]
pub(crate) enum Offered {
    /// Its kind of answer, or what little is known, makes no sets.
    Alone,
    /// It waits for others.
    Waits,
    /// It completes a set.
    Set(Vec<Posed>),
}

/// Facts of one stream that wait for their like.
#[derive(Debug, Default)]
pub(crate) struct Contrast {
    pools: HashMap<u64, Pool>,
}

#[derive(Debug, Default)]
struct Pool {
    seen: u32,
    waiting: Vec<Waiting>,
}

#[derive(Debug, Clone)]
struct Waiting {
    drawn: Drawn,
    answer: Answer,
}

impl Contrast {
    /// Offers the fact of a draw from so many scenes.
    pub(crate) fn offer(
        &mut self,
        asked: Asked,
        drawn: Drawn,
        answer: &Answer,
        format: Format,
        scenes: usize,
        draw: &mut Draw,
    ) -> Offered {
        let has_likes = scenes >= LEAST_SCENES;
        let waits_for_likes = match (answer, format) {
            (Answer::YesNo { .. }, Format::FreeForm) => false,
            (_, Format::FreeForm) => return Offered::Alone,
            // What a single thing is like, its name tells.
            (Answer::Quantity { .. }, _) if asked.things == 1 && has_likes => true,
            (Answer::Quantity { .. } | Answer::Count { .. } | Answer::Sector { .. } | Answer::YesNo { .. }, _) => false,
            _ => return Offered::Alone,
        };
        let of_things = self.pools.entry(asked.of_things).or_default();
        of_things.seen += 1;
        let is_of_things = waits_for_likes || of_things.seen >= LEAST_SEEN;
        let pool = if is_of_things { of_things } else { self.pools.entry(asked.of_kind).or_default() };
        let is_pair = format != Format::MultipleChoice;
        let patience = PATIENCE[usize::from(is_of_things)];
        let Some(set) = pool.set(Waiting { drawn, answer: answer.clone() }, is_pair, patience) else {
            return Offered::Waits;
        };
        let order = draw.distinct(set.len(), set.len());
        let set: Vec<&Waiting> = order.into_iter().map(|at| &set[at]).collect();
        let is_stated = draw.below(2) == 0;
        let posed = |(at, fact): (usize, &&Waiting)| Posed {
            drawn: fact.drawn,
            elsewhere: None,
            is_paired: false,
            wrong: set.iter().filter(|other| other.drawn != fact.drawn).map(|other| other.answer.clone()).collect(),
            truth: stated(&fact.answer, at, is_stated),
            is_of_things,
        };
        let mut posed: Vec<Posed> = set.iter().enumerate().map(posed).collect();
        if draw.below(2) == 0 {
            posed.reverse();
        }
        Offered::Set(posed)
    }
}

/// Whether the question at a place of its set is stated truly: of a pair, what one of them claims rightly the other claims
/// wrongly; what is asked with yes or no is either stated or denied of both.
fn stated(answer: &Answer, at: usize, is_stated: bool) -> bool {
    match answer {
        Answer::YesNo { value } => *value == is_stated,
        _ => at == 0,
    }
}

impl Posed {
    /// The questions of a set about things of the same names, which came of this draw.
    pub(crate) fn set(drawn: Drawn, format: Format, set: Vec<Counterpart>, draw: &mut Draw) -> Vec<Self> {
        let is_stated = draw.below(2) == 0;
        // What one of a pair claims rightly the other claims wrongly.
        let claimed = set.first().map(|first| first.answer.clone()).filter(|_| format == Format::TrueFalse);
        let is_paired = set.iter().any(|asked| asked.edit.is_some());
        // What is no thing among those offered has its options from the others of its set.
        let is_of_sizes = set.iter().all(|asked| !matches!(asked.answer, Answer::Object { .. } | Answer::YesNo { .. }));
        let answers: Vec<Answer> = set.iter().map(|asked| asked.answer.clone()).collect();
        let wrong = |at: usize| -> Vec<Answer> {
            let others = answers.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, answer)| answer);
            match format {
                Format::MultipleChoice if is_of_sizes => others.cloned().collect(),
                _ => claimed.iter().filter(|_| at > 0).cloned().collect(),
            }
        };
        let posed = |(at, asked): (usize, Counterpart)| Self {
            drawn,
            truth: stated(&asked.answer, at, is_stated),
            elsewhere: Some(asked),
            is_paired,
            wrong: wrong(at),
            is_of_things: true,
        };
        let mut posed: Vec<Self> = set.into_iter().enumerate().map(posed).collect();
        if draw.below(2) == 0 {
            posed.reverse();
        }
        posed
    }
}

impl Pool {
    /// A set of the newcomer and others that wait, taken out of the pool; or it waits itself.
    fn set(&mut self, newcomer: Waiting, is_pair: bool, patience: usize) -> Option<Vec<Waiting>> {
        let wanted = if is_pair { 2 } else { MOST_OPTIONS.saturating_sub(self.waiting.len() / patience).max(2) };
        let is_near = self.waiting.len() < patience;
        let mut chosen: Vec<usize> = Vec::with_capacity(wanted);
        for (at, waiting) in self.waiting.iter().enumerate() {
            let fits =
                |other: &Answer| apart(&waiting.answer, other, is_pair) && (!is_near || near(&waiting.answer, other));
            if fits(&newcomer.answer) && chosen.iter().all(|other| fits(&self.waiting[*other].answer)) {
                chosen.push(at);
            }
            if chosen.len() + 1 == wanted {
                break;
            }
        }
        if chosen.len() + 1 < wanted {
            if self.waiting.len() == MOST_WAITING {
                self.waiting.remove(0);
            }
            self.waiting.push(newcomer);
            return None;
        }
        let mut set: Vec<Waiting> = chosen.into_iter().rev().map(|at| self.waiting.remove(at)).collect();
        set.push(newcomer);
        Some(set)
    }
}

/// Whether each of two right answers is clearly wrong where the other is right.
pub(crate) fn apart(a: &Answer, b: &Answer, are_claims: bool) -> bool {
    match (a, b) {
        (
            Answer::Quantity { value: one, lo, hi, .. },
            Answer::Quantity { value: other, lo: other_lo, hi: other_hi, .. },
        ) => {
            let (small, large) = (one.abs().min(other.abs()), one.abs().max(other.abs()));
            let share = if are_claims { APART.1 * large } else { APART.0 * small };
            (one - other).abs() > share.max((hi - lo).max(other_hi - other_lo)).max(LEAST_APART)
        }
        _ => a.is_apart(b),
    }
}

/// Whether two numbers are of like size, so that it takes a look to tell which is right.
fn near(a: &Answer, b: &Answer) -> bool {
    match (a, b) {
        (Answer::Quantity { value: one, .. }, Answer::Quantity { value: other, .. }) => {
            let (small, large) = (one.abs().min(other.abs()), one.abs().max(other.abs()));
            large <= MOST_RATIO * small.max(LEAST_APART)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use question::Unit;

    use super::*;

    fn length(value: f64) -> Answer {
        Answer::Quantity { value, lo: value - 0.02, hi: value + 0.02, unit: Unit::Metre }
    }

    fn asked() -> Asked {
        let task = question::task("object_size").unwrap();
        Asked::new(task, &Fillings::from([("object".to_owned(), Filling::Text("table".into()))]), 0)
    }

    /// Sets of facts with these answers.
    fn sets(format: Format, answer: impl Fn(&mut Draw) -> Answer) -> Vec<(Answer, Posed)> {
        let (mut contrast, mut draw) = (Contrast::default(), Draw::new(3, &["contrast"], 0));
        let mut answers = Vec::new();
        let mut all = Vec::new();
        for index in 0..4000 {
            answers.push(answer(&mut draw));
            let drawn = Drawn { index, source_at: 0 };
            if let Offered::Set(set) = contrast.offer(asked(), drawn, &answers[index as usize], format, 20, &mut draw) {
                all.extend(set.into_iter().map(|posed| (answers[posed.drawn.index as usize].clone(), posed)));
            }
        }
        all
    }

    #[test]
    fn each_option_of_a_set_is_right_once() {
        let clustered =
            |draw: &mut Draw| length(if draw.below(3) == 0 { draw.between(0.3, 3.0) } else { draw.between(1.5, 1.9) });
        let all = sets(Format::MultipleChoice, clustered);
        assert!(all.len() > 2000, "{}", all.len());
        let value = |answer: &Answer| match answer {
            Answer::Quantity { value, .. } => *value,
            _ => f64::NAN,
        };
        let (mut right, mut offered) = (HashMap::<u64, usize>::default(), HashMap::<u64, usize>::default());
        for (answer, posed) in &all {
            *right.entry(value(answer).to_bits()).or_default() += 1;
            for option in posed.wrong.iter().chain([answer]) {
                *offered.entry(value(option).to_bits()).or_default() += 1;
            }
            let others = || posed.wrong.iter().chain([answer]);
            assert!(posed.wrong.iter().all(|wrong| others().all(|other| other == wrong || apart(wrong, other, false))));
        }
        assert!(right.values().all(|times| *times == 1));
        assert!(offered.iter().all(|(value, times)| right.contains_key(value) && (2..=MOST_OPTIONS).contains(times)));
    }

    #[test]
    fn a_claim_is_made_once_truly_and_once_falsely() {
        let all = sets(Format::TrueFalse, |draw| length(draw.between(0.5, 3.0)));
        assert!(all.len() > 2000, "{}", all.len());
        for pair in all.chunks(2) {
            let claimed =
                |(answer, posed): &(Answer, Posed)| if posed.truth { answer.clone() } else { posed.wrong[0].clone() };
            assert_ne!(pair[0].1.truth, pair[1].1.truth);
            assert_eq!(claimed(&pair[0]), claimed(&pair[1]));
        }
    }

    #[test]
    fn what_is_always_alike_is_not_asked() {
        assert!(sets(Format::MultipleChoice, |draw| length(draw.between(1.79, 1.81))).is_empty());
        assert!(sets(Format::FreeForm, |_| Answer::YesNo { value: true }).is_empty());
    }

    #[test]
    fn yes_waits_for_no() {
        let all = sets(Format::TrueFalse, |draw| Answer::YesNo { value: draw.below(10) == 0 });
        assert!(all.len() > 500, "{}", all.len());
        for pair in all.chunks(2) {
            assert_ne!(pair[0].0, pair[1].0);
            assert_ne!(pair[0].1.truth, pair[1].1.truth);
        }
    }
}
