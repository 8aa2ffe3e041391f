//! The unit of work: one part, a pure function from its number to its rows.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashSet};
use language::{Format, Wanted};
use question::{Answer, Draw, Filling, Fillings, Margin, Task, Unit, print};
use serde::{Deserialize, Serialize};

use crate::{
    CorpusError, Drawing, Fact, Miss, Row, Source, Tally,
    balance::{Dealer, Histogram, bucket, least_taken},
    blind::{Blind, GUESSERS, Guard, Guesser, KNOWING},
    contrast::{Asked, Contrast, Drawn, LEAST_SCENES, Offered, Posed},
    counterparts::{self, Counterpart, Edited, Naming},
    drawing::NOTHING,
    marks, pair,
    pictures::shown,
    plan::{PartId, PartScenes, Plan, Split, StreamShare},
    reasoning,
    recipe::{ImageMode, Style},
};

/// Draws for one row, those that fall to other parts apart, until its stream counts as run dry.
const MOST_DRAWS: u64 = 1500;

/// Scenes that rows are drawn of at a time, so that they lie in the processor's cache, and draws in vain after which they
/// are drawn of all.
const WINDOW: usize = 6;
const PATIENCE: u64 = 32;

/// Refusals in a row of what was asked about the same things, whatever the scene, after which it is asked only once in
/// so many times.
const HOPELESS: u32 = 3;
const ASKED_ONCE_IN: u32 = 12;

/// A draw of what another part may ask.
const OTHERS: Miss = Miss::Borrowed("another part's");
/// A draw of what a guesser would know time and again.
const GUESSED: Miss = Miss::Borrowed("always guessed");
/// A draw of what no other scene or camera answers otherwise.
const ALIKE: Miss = Miss::Borrowed("alike everywhere");
/// A draw that waits for a set in which it is asked.
const WAITS: Miss = Miss::Borrowed("waits for its contrast");

/// What became of the draws of a part.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartCounts {
    /// Rows written, by task and format.
    pub rows: BTreeMap<String, BTreeMap<Format, u64>>,
    /// Rows that were planned and not found, by task and format.
    pub short: BTreeMap<String, BTreeMap<Format, u64>>,
    /// Rows in minimal pairs, by task; none where none are wanted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub paired: BTreeMap<String, u64>,
    /// Answers, by task, with how often each is right; of those that have words or sizes.
    pub answers: BTreeMap<String, BTreeMap<String, u64>>,
    /// Letters and truths of right answers, by task.
    pub letters: BTreeMap<String, BTreeMap<String, u64>>,
    /// Draws, by what became of them.
    pub drawn: Tally,
}

/// Makes the rows of a part, in their order, and hands each on with the position of its scene; `sources` are its scenes. What
/// is usual in it was looked at before ([`Plan::look`]).
pub(crate) fn make(
    plan: &Plan,
    id: PartId,
    scenes: &PartScenes,
    sources: &[Source],
    mut take: impl FnMut(Row, usize) -> Result<(), CorpusError>,
) -> Result<PartCounts, CorpusError> {
    let split = &plan.splits[id.split];
    let drawing = plan.drawing();
    let mut streams: Vec<Stream> = split.streams.iter().map(Stream::new).collect();
    let naming = Naming::of(sources);
    let mut maker =
        Maker { plan, split, drawing, id, scenes, sources, naming, seen: HashSet::default(), drawn: Tally::new() };
    let mut counts = PartCounts::default();
    for number in plan.rows_of(id) {
        let stream = &mut streams[split.stream_of(number)];
        (stream.planned, stream.left) = (stream.planned + 1, stream.left + 1);
    }
    for number in plan.rows_of(id) {
        let at = split.stream_of(number);
        let stream = &mut streams[at];
        let (task, format) = (stream.share.task, stream.share.format);
        if stream.guard.is_none() && plan.recipe.balance.blind_guard {
            stream.guard = Some(Guard::new(plan.usual(id.split, at)));
        }
        let found = maker.next(stream);
        stream.left -= 1;
        let Some(Found { mut row, source_at, word, is_paired }) = found else {
            *counts.short.entry(task.name.clone()).or_default().entry(format).or_default() += 1;
            continue;
        };
        row.id = format!("{}-{number:09}", split.name);
        *counts.rows.entry(task.name.clone()).or_default().entry(format).or_default() += 1;
        if is_paired {
            *counts.paired.entry(task.name.clone()).or_default() += 1;
        }
        if let Some(bucket) = word {
            *counts.answers.entry(task.name.clone()).or_default().entry(bucket).or_default() += 1;
        }
        if format != Format::FreeForm {
            *counts.letters.entry(task.name.clone()).or_default().entry(row.answer_text.clone()).or_default() += 1;
        }
        take(row, source_at)?;
    }
    counts.drawn = maker.drawn;
    Ok(counts)
}

/// One task in one format, with what is balanced in it.
struct Stream<'p> {
    share: &'p StreamShare,
    /// Number of the next draw.
    index: u64,
    letters: Dealer,
    truths: Dealer,
    /// Once the first answer says of what kind they are.
    histogram: Option<Histogram>,
    /// Where it is wanted.
    guard: Option<Guard>,
    contrast: Contrast,
    /// Questions whose set is complete, the next one last.
    ready: Vec<Posed>,
    /// How often in a row what was asked about the same things, and in no set, could not be posed.
    refused: HashMap<u64, u32>,
    pairs: pair::Share,
    /// Rows of the part that it has to give, and those of them that it has still to give, the next one among them.
    planned: u64,
    left: u64,
    /// Draws since its last row.
    vain: u64,
    is_dry: bool,
}

impl<'p> Stream<'p> {
    fn new(share: &'p StreamShare) -> Self {
        Self {
            share,
            index: 0,
            letters: Dealer::default(),
            truths: Dealer::default(),
            histogram: None,
            guard: None,
            contrast: Contrast::default(),
            ready: Vec::new(),
            refused: HashMap::default(),
            pairs: pair::Share::default(),
            planned: 0,
            left: 0,
            vain: 0,
            is_dry: false,
        }
    }

    /// The scene of a draw: of those of its window, which moves over all while the part is made; of all, where the window
    /// offers little.
    fn scene_at(&self, scenes: usize, draw: &mut Draw) -> usize {
        if self.vain >= PATIENCE {
            return draw.below(scenes);
        }
        near(self.planned - self.left, self.planned, scenes, draw)
    }
}

/// A row that is taken.
struct Found {
    row: Row,
    /// Position of its scene among those of the part.
    source_at: usize,
    /// The bucket of the answer to what was asked or stated about.
    word: Option<String>,
    /// Whether it is one of a minimal pair.
    is_paired: bool,
}

struct Maker<'p> {
    plan: &'p Plan,
    split: &'p Split,
    drawing: Drawing<'p>,
    id: PartId,
    scenes: &'p PartScenes<'p>,
    sources: &'p [Source],
    naming: Naming<'p>,
    /// Facts that have a row.
    seen: HashSet<u64>,
    drawn: Tally,
}

impl Maker<'_> {
    /// The next row of a stream; none where it has run dry.
    fn next(&mut self, stream: &mut Stream) -> Option<Found> {
        let (first, mut own) = (stream.index, 0);
        stream.vain = 0;
        let most = MOST_DRAWS.saturating_mul(self.scenes.sharers);
        while !stream.is_dry && own < MOST_DRAWS && stream.index - first < most {
            match self.draw(stream) {
                Ok(found) => {
                    *self.drawn.entry("taken".into()).or_default() += 1;
                    return Some(found);
                }
                Err(reason) => {
                    own += u64::from(reason != OTHERS);
                    stream.vain += 1;
                    *self.drawn.entry(reason).or_default() += 1;
                }
            }
        }
        stream.is_dry = true;
        None
    }

    /// The question of the next draw, or of one whose set is complete.
    fn draw(&mut self, stream: &mut Stream) -> Result<Found, Miss> {
        let posed = stream.ready.pop();
        let index = posed.as_ref().map_or(stream.index, |posed| posed.drawn.index);
        stream.index += u64::from(posed.is_none());
        let (task, format) = (stream.share.task, stream.share.format);
        let names = ["corpus", self.split.name, &task.name, format.name()];
        let mut draw = Draw::new(self.drawing.seed, &names, (self.id.part << 32) | index);
        // Taken of the draw either way, so that what comes of it later is drawn alike.
        let here = stream.scene_at(self.sources.len(), &mut draw);
        let source_at = posed.as_ref().map_or(here, |posed| posed.drawn.source_at);
        let drawn = Drawn { index, source_at };
        let source = self.sources.get(source_at).ok_or(NOTHING)?;
        if let Some(posed) = posed {
            let Some(other) = &posed.elsewhere else {
                let fillings = source.sampler.fillings(&source.scene, task, &mut draw).ok_or(NOTHING)?;
                let fact = self.drawing.fact(source, task, fillings)?;
                let word = bucket(&fact.answer);
                let found = self.pose(stream, fact, source_at, word, Some(&posed), &mut draw)?;
                stream.pairs.count(false);
                return Ok(found);
            };
            let (source, source_at) = (other.source(self.sources), other.source_at);
            draw = elsewhere(source, task, &other.fillings, self.drawing.seed);
            let fact = self.drawing.fact(source, task, other.fillings.clone())?;
            let word = bucket(&fact.answer);
            let mut found = self.pose(stream, fact, source_at, word, Some(&posed), &mut draw).inspect_err(|_| {
                // Half of a pair is none.
                stream.ready.retain(|other| !(posed.is_paired && other.drawn == posed.drawn));
            })?;
            found.row.edit = other.row_edit(self.sources);
            found.is_paired = posed.is_paired;
            stream.pairs.count(posed.is_paired);
            return Ok(found);
        }
        let fillings = source.sampler.fillings(&source.scene, task, &mut draw).ok_or(NOTHING)?;
        let question = key(source, &task.name, &fillings);
        let asked = Asked::new(task, &fillings, question);
        if self.is_others(&asked, question) {
            return Err(OTHERS);
        }
        if self.seen.contains(&question) {
            return Err("repeated".into());
        }
        if let Some(refused) = stream.refused.get_mut(&asked.of_things).filter(|refused| **refused >= HOPELESS) {
            *refused += 1;
            if !(*refused - HOPELESS).is_multiple_of(ASKED_ONCE_IN) {
                return Err(GUESSED);
            }
        }
        let fact = self.drawing.fact(source, task, fillings)?;
        if self.plan.recipe.output.images != ImageMode::None && !is_in_pictures(&fact.answer) {
            return Err("answered in the scene's axes".into());
        }
        let word = bucket(&fact.answer);
        if let Some(word) = &word {
            let histogram = stream.histogram.get_or_insert_with(|| Histogram::new(least_taken(&fact.answer)));
            if !histogram.takes(word) {
                return Err("frequent answer".into());
            }
        }
        if self.plan.recipe.balance.minimal_pairs > 0.0
            && stream.left > 1
            && let Some(way) = pair::Way::of(&fact).filter(|way| self.suits(way))
            && stream.pairs.due(self.plan.recipe.balance.minimal_pairs)
        {
            let mut own = Draw::new(self.drawing.seed, &["pair", &names.concat()], (self.id.part << 32) | index);
            let can_show = |fact: &Fact| self.can_show(fact, source_at);
            let search = pair::Search { drawing: &self.drawing, format, source_at, can_show };
            let set = search.of(&fact, &way, &mut own).and_then(|pair| {
                let keys = self.keys(task, &pair)?;
                let set = Posed::set(drawn, format, pair, &mut own);
                set.iter().all(|posed| self.can_be_posed(task, format, posed)).then_some((keys, set))
            });
            stream.pairs.sought(set.is_some());
            if let Some((keys, set)) = set {
                self.seen.extend(keys);
                self.seen.insert(question);
                stream.ready = set;
                return self.draw(stream);
            }
        }
        if self.plan.recipe.balance.blind_guard {
            let mut own = Draw::new(self.drawing.seed, &["contrast", &names.concat()], (self.id.part << 32) | index);
            let is_guessed = format != Format::FreeForm || matches!(fact.answer, Answer::YesNo { .. });
            let are_likely = !asked.is_marked && counterparts::are_likely(task, &fact.answer);
            if is_guessed && are_likely && self.sources.len() >= LEAST_SCENES {
                let search = counterparts::Search {
                    drawing: &self.drawing,
                    sources: self.sources,
                    naming: &self.naming,
                    format,
                    may_ask: |at: usize, fillings: &Fillings| {
                        let question = key(&self.sources[at], &task.name, fillings);
                        !self.seen.contains(&question)
                            && !self.is_others(&Asked::new(task, fillings, question), question)
                    },
                    can_show: |fact: &Fact, at: usize| self.can_show(fact, at),
                };
                let Some(set) = search.of(&fact, source_at, &mut own) else {
                    *stream.refused.entry(asked.of_things).or_default() += HOPELESS;
                    return Err(ALIKE);
                };
                let keys = set.iter().map(|one| key(&self.sources[one.source_at], &task.name, &one.fillings));
                self.seen.extend(keys);
                stream.refused.remove(&asked.of_things);
                stream.ready = Posed::set(drawn, format, set, &mut own);
                return self.draw(stream);
            }
            match stream.contrast.offer(asked, drawn, &fact.answer, format, self.sources.len(), &mut own) {
                Offered::Alone => {}
                Offered::Waits => {
                    self.seen.insert(question);
                    return Err(WAITS);
                }
                Offered::Set(set) => {
                    self.seen.insert(question);
                    stream.ready = set;
                    return self.draw(stream);
                }
            }
        }
        let found = self.pose(stream, fact, source_at, word, None, &mut draw).inspect_err(|_| {
            *stream.refused.entry(asked.of_things).or_default() += 1;
        })?;
        stream.refused.remove(&asked.of_things);
        stream.pairs.count(false);
        self.seen.insert(question);
        Ok(found)
    }

    /// The keys of the questions of a pair; none where one is asked already, or is another part's.
    fn keys(&self, task: &Task, pair: &[Counterpart]) -> Option<Vec<u64>> {
        let key_of = |one: &Counterpart| {
            let question = key(one.source(self.sources), &task.name, &one.fillings);
            // The scene after a move is no other part's.
            let is_new = one.edit.as_ref().and_then(Edited::source).is_some();
            let is_others = !is_new && self.is_others(&Asked::new(task, &one.fillings, question), question);
            (!is_others && !self.seen.contains(&question)).then_some(question)
        };
        pair.iter().map(key_of).collect()
    }

    /// Whether a pair may be made in this way: pictures do not show what is moved.
    fn suits(&self, way: &pair::Way) -> bool {
        self.plan.recipe.output.images == ImageMode::None || matches!(way, pair::Way::Camera(_))
    }

    /// Whether a question of a pair can be worded and shown as it will be.
    fn can_be_posed(&self, task: &Task, format: Format, posed: &Posed) -> bool {
        let Some(other) = &posed.elsewhere else { return false };
        let source = other.source(self.sources);
        let Ok(fact) = self.drawing.fact(source, task, other.fillings.clone()) else { return false };
        let mut draw = elsewhere(source, task, &other.fillings, self.drawing.seed);
        let wanted = Wanted { truth: Some(posed.truth), ..Wanted::default() };
        let row = self.drawing.worded(&fact, format, &posed.wrong, wanted, &mut draw);
        row.is_ok_and(|mut row| self.show(&mut row, &fact, other.source_at, &mut draw).is_ok())
    }

    /// Whether another part may ask this question, whose scenes both have. The same question about things of the same names
    /// is of one part in all scenes, so that it has its counterparts there.
    fn is_others(&self, asked: &Asked, question: u64) -> bool {
        let shared = if asked.things > 1 && !asked.is_of_frames { asked.of_things } else { question };
        self.scenes.sharers > 1 && shared % self.scenes.sharers != self.scenes.rank
    }

    /// Words a fact, with its place in a set or alone, and takes it if no guesser gains by it.
    fn pose(
        &self,
        stream: &mut Stream,
        fact: Fact,
        source_at: usize,
        word: Option<String>,
        posed: Option<&Posed>,
        draw: &mut Draw,
    ) -> Result<Found, Miss> {
        let (task, format) = (stream.share.task, stream.share.format);
        let seed = self.drawing.seed ^ self.id.part.rotate_left(17);
        let dealt = ["deal", self.split.name, &task.name, format.name()];
        let truth = posed.map_or_else(|| stream.truths.next(2, seed, &dealt) == 0, |posed| posed.truth);
        if let (Answer::YesNo { value }, Format::FreeForm, None) = (&fact.answer, format, &posed)
            && *value != truth
        {
            return Err("other truth wanted".into());
        }
        // Of a set of two, one half may be refused: not always the same.
        if let (Answer::YesNo { .. }, Some(word), Some(histogram)) = (&fact.answer, &word, &stream.histogram)
            && histogram.is_ahead(word)
        {
            return Err("frequent answer".into());
        }
        let letters = std::cell::RefCell::new(&mut stream.letters);
        let place = |n: usize| letters.borrow_mut().next(n, seed, &dealt);
        let wanted = Wanted { place: Some(&place), truth: Some(truth) };
        let wrong = posed.map_or(&[][..], |posed| &posed.wrong);
        let mut row = self.drawing.worded(&fact, format, wrong, wanted, draw)?;
        self.show(&mut row, &fact, source_at, draw)?;
        if let Some(guard) = &mut stream.guard
            && let Some(blind) = Blind::of(&row, &fact.fillings)
        {
            // Within a set no option is likelier than another, whoever knows what of them.
            let held: &[Guesser] = match posed {
                None => &GUESSERS,
                Some(posed) if posed.is_of_things => &[],
                Some(_) => &KNOWING,
            };
            guard.take(&blind, held).map_err(|guesser| Miss::from(format!("guessed by {}", guesser.name())))?;
        }
        if let (Some(word), Some(histogram)) = (&word, &mut stream.histogram) {
            histogram.count(word);
        }
        match format {
            Format::MultipleChoice => stream.letters.deal(row.options.len()),
            Format::TrueFalse | Format::FreeForm if posed.is_none() => stream.truths.deal(2),
            Format::TrueFalse | Format::FreeForm => {}
        }
        self.finish(&mut row, fact);
        Ok(Found { row, source_at, word, is_paired: false })
    }

    /// Gives a row its pictures and marks, where rows have them.
    fn show(&self, row: &mut Row, fact: &Fact, source_at: usize, draw: &mut Draw) -> Result<(), Miss> {
        if self.plan.recipe.output.images == ImageMode::None {
            return Ok(());
        }
        row.frames = self.pictured(fact, source_at);
        if row.frames.is_empty() {
            return Err("no picture".into());
        }
        row.marks = marks::of(&fact.source.scene, &fact.fillings, &row.frames, draw).ok_or("no box to mark it")?;
        if !row.marks.is_empty() && row.format == Format::FreeForm && names_things(&fact.answer) {
            return Err("answer is marked".into());
        }
        marks::say(row);
        Ok(())
    }

    /// Whether a fact has the pictures that rows are to have.
    fn can_show(&self, fact: &Fact, source_at: usize) -> bool {
        self.plan.recipe.output.images == ImageMode::None
            || is_in_pictures(&fact.answer) && !self.pictured(fact, source_at).is_empty()
    }

    /// The frames to be shown with a fact; none where one of them has no picture.
    fn pictured(&self, fact: &Fact, source_at: usize) -> Vec<String> {
        if self.scenes.scenes[source_at].folder().is_none() {
            return Vec::new();
        }
        let frames = shown(fact, self.plan.recipe.output.images_per_row);
        let pictured = |name: &String| fact.source.scene.frame(name).is_some_and(|frame| frame.colour.is_some());
        if frames.iter().all(pictured) { frames } else { Vec::new() }
    }

    /// What a row has besides question, answer and pictures.
    fn finish(&self, row: &mut Row, fact: Fact) {
        let recipe = &self.plan.recipe;
        row.difficulty = Some(difficulty(fact.margin, fact.source.scene.objects().len()));
        // Only what is taken is proved.
        if recipe.output.proofs || recipe.reasoning != Style::None {
            row.proof = fact.source.proof(&row.question, self.plan.profile).1;
        }
        row.reasoning = reasoning::text(self.plan.book, recipe.reasoning, row, &fact);
        if !recipe.output.proofs {
            row.proof = None;
        }
        row.roles = Some(fact.fillings);
    }
}

/// A scene of the window that has moved over so much of all.
pub(crate) fn near(done: u64, of: u64, scenes: usize, draw: &mut Draw) -> usize {
    if scenes <= WINDOW {
        return draw.below(scenes);
    }
    let first = u128::from(done) * scenes as u128 / u128::from(of.max(1));
    (first as usize + draw.below(WINDOW)) % scenes
}

/// The draws of a question that is asked of another scene than its draw's, or otherwise.
fn elsewhere(source: &Source, task: &Task, fillings: &Fillings, seed: u64) -> Draw {
    Draw::new(seed, &["elsewhere"], key(source, &task.name, fillings))
}

/// Whether pictures can tell an answer: where the axes of the scene lie, none shows.
fn is_in_pictures(answer: &Answer) -> bool {
    !matches!(answer, Answer::Region { .. })
}

/// Whether an answer in one's own words names things.
fn names_things(answer: &Answer) -> bool {
    matches!(answer, Answer::Object { .. } | Answer::Order { .. })
}

/// The same for every question about the same things of a scene, in whatever order and words: near duplicates.
fn key(source: &Source, task: &str, fillings: &Fillings) -> u64 {
    let mut names: Vec<&str> = Vec::with_capacity(8);
    let mut number = 0_u64;
    for filling in fillings.values() {
        names.extend(filling.texts().iter().map(String::as_str));
        if let Filling::Number(value) = filling {
            number = number.rotate_left(7) ^ value.to_bits();
        }
    }
    names.sort_unstable();
    names.push(task);
    names.push(&source.sha256);
    Draw::new(0, &names, number).bits()
}

/// 0 to 1: half from how close the deciding quantities are (0.5 m, 0.25 m², 0.1 m³, 20°, a ratio of 0.2 count as halfway),
/// half from how many things are around (40 count as halfway).
fn difficulty(margin: Option<Margin>, objects: usize) -> f32 {
    let halfway = |unit: Unit| match unit {
        Unit::Metre => 0.5,
        Unit::SquareMetre => 0.25,
        Unit::CubicMetre => 0.1,
        Unit::Degree => 20.0,
        Unit::One => 0.2,
    };
    let close = margin.map_or(0.5, |margin| {
        let halfway = halfway(margin.unit);
        halfway / (halfway + margin.value.max(0.0))
    });
    let clutter = objects as f64 / (objects as f64 + 40.0);
    (f64::midpoint(close, clutter) * 1000.0).round() as f32 / 1000.0
}

/// The right answer as a person would write it: the option behind the letter.
pub(crate) fn plain_answer(row: &Row) -> String {
    match row.format {
        Format::MultipleChoice => {
            row.letter_at().and_then(|at| row.options.get(at)).cloned().unwrap_or_else(|| print::answer(&row.answer))
        }
        Format::FreeForm | Format::TrueFalse => row.answer_text.clone(),
    }
}
