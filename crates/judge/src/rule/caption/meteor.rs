//! METEOR by its exact and stem stages, without synonyms and paraphrases: the score of 1.5 for English (Denkowski and
//! Lavie 2014), and that of 2005 (Banerjee and Lavie).
//!
//! Two words match where they are the same or have the same stem. Of all ways to match words one to one, the one that
//! matches most, in the fewest chunks, over the shortest way, is taken; a chunk is a run of matches that stands in one
//! piece and in the same order in both texts.
//!
//! | | 1.5 | 2005 |
//! |---|---|---|
//! | words weigh | 0.75, function words 0.25 | all the same |
//! | a match weighs | 1 where the words are the same, 0.6 where their stems are | 1 |
//! | mean of precision P and recall R | PR / (0.85 P + 0.15 R) | PR / (0.9 P + 0.1 R) |
//! | penalty, of chunks a match | 0.6 c^0.2; none where the texts are the same | 0.5 c³ |
//!
//! Function words are those of `data/function-words.txt`: above a thousandth of English text, as the paper of 1.5 defines
//! them, counted by `wordfreq` 3.1.1, with comma and full stop. The list inside the published program is another.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use rayon::prelude::*;
use rust_stemmers::{Algorithm, Stemmer};

use super::{Item, Scores};

/// Which METEOR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meteor {
    /// 1.5, parameters for English.
    V15,
    /// 2005, as `nltk` has it.
    Original,
}

/// What a variant weighs by.
struct Parameters {
    /// Weight of precision in the mean.
    alpha: f64,
    /// Power of the penalty.
    beta: f64,
    /// Greatest penalty.
    gamma: f64,
    /// Weight of a content word; a function word has the rest of 1.
    delta: f64,
    /// Worth of a match by stem.
    stem: f64,
    /// Whether a text that is the reference has no chunk, so that it pays no penalty.
    same_is_free: bool,
}

impl Meteor {
    fn parameters(self) -> Parameters {
        match self {
            Self::V15 => Parameters { alpha: 0.85, beta: 0.2, gamma: 0.6, delta: 0.75, stem: 0.6, same_is_free: true },
            Self::Original => {
                Parameters { alpha: 0.9, beta: 3.0, gamma: 0.5, delta: 0.5, stem: 1.0, same_is_free: false }
            }
        }
    }
}

static FUNCTION_WORDS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../../../data/function-words.txt").split_whitespace().collect());

/// METEOR of a corpus: of each item the greatest over its references, of the whole that of the summed counts of these.
pub fn meteor(items: &[Item], variant: Meteor) -> Scores {
    let mut vocabulary = Vocabulary::default();
    let read: Vec<(Vec<Word>, Vec<Vec<Word>>)> = items
        .iter()
        .map(|item| {
            let references = item.references.iter().map(|text| vocabulary.read(text)).collect();
            (vocabulary.read(item.hypothesis), references)
        })
        .collect();
    let parameters = variant.parameters();
    let best = |(said, references): &(Vec<Word>, Vec<Vec<Word>>)| {
        let mut best = (0.0, Tally::default());
        for (number, wanted) in references.iter().enumerate() {
            let tally = Tally::of(said, wanted, parameters.same_is_free);
            let score = tally.score(&parameters);
            if number == 0 || score > best.0 {
                best = (score, tally);
            }
        }
        best
    };
    let best: Vec<(f64, Tally)> = read.par_iter().map(best).collect();
    let mut whole = Tally::default();
    for (_, tally) in &best {
        whole.add(tally);
    }
    Scores { corpus: whole.score(&parameters), items: best.into_iter().map(|(score, _)| score).collect() }
}

/// A word of a text by numbers: the same word, the same number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    form: u32,
    stem: u32,
    function: bool,
}

/// Longest text that is matched, words; of a longer one the rest is passed over.
pub const MOST_MATCHED_WORDS: usize = 1024;
/// Longest word that is stemmed, bytes.
const MOST_STEMMED_BYTES: usize = 64;

#[derive(Default)]
struct Vocabulary<'t> {
    words: HashMap<&'t str, Word>,
    stems: HashMap<String, u32>,
}

impl<'t> Vocabulary<'t> {
    fn read(&mut self, text: &'t str) -> Vec<Word> {
        text.split_whitespace().take(MOST_MATCHED_WORDS).map(|word| self.word(word)).collect()
    }

    fn word(&mut self, word: &'t str) -> Word {
        if let Some(known) = self.words.get(word) {
            return *known;
        }
        let next = self.stems.len() as u32;
        let new = Word {
            form: self.words.len() as u32,
            stem: *self.stems.entry(stem(word)).or_insert(next),
            function: FUNCTION_WORDS.contains(word),
        };
        self.words.insert(word, new);
        new
    }
}

/// The stem of a word by Snowball's rules for English. Words of other letters, and very long ones, are their own.
fn stem(word: &str) -> String {
    if word.len() > MOST_STEMMED_BYTES || !word.is_ascii() {
        return word.to_owned();
    }
    Stemmer::create(Algorithm::English).stem(word).into_owned()
}

/// Content and function words.
type Kinds = [u32; 2];

/// What a score is made of; summed over a corpus.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    said: Kinds,
    wanted: Kinds,
    /// Words of what was said, and of what was wanted, that are matched by the same word.
    same: [Kinds; 2],
    /// The same by stem alone.
    by_stem: [Kinds; 2],
    chunks: u32,
}

fn kinds<'w>(words: impl IntoIterator<Item = &'w Word>) -> Kinds {
    let mut kinds = [0; 2];
    for word in words {
        kinds[usize::from(word.function)] += 1;
    }
    kinds
}

impl Tally {
    fn of(said: &[Word], wanted: &[Word], same_is_free: bool) -> Self {
        let mut tally = Self { said: kinds(said), wanted: kinds(wanted), ..Self::default() };
        let mut last = None;
        for (at, place) in align(said, wanted) {
            let pair = [&said[at], &wanted[place]];
            let stage = if pair[0].form == pair[1].form { &mut tally.same } else { &mut tally.by_stem };
            for (kinds, word) in stage.iter_mut().zip(pair) {
                kinds[usize::from(word.function)] += 1;
            }
            if last != Some((at, place)) {
                tally.chunks += 1;
            }
            last = Some((at + 1, place + 1));
        }
        let whole = [said, wanted].iter().all(|text| text.len() == tally.matched() as usize);
        if same_is_free && tally.chunks == 1 && whole {
            tally.chunks = 0;
        }
        tally
    }

    fn add(&mut self, other: &Self) {
        let add = |sum: &mut Kinds, more: &Kinds| sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        add(&mut self.said, &other.said);
        add(&mut self.wanted, &other.wanted);
        for side in 0..2 {
            add(&mut self.same[side], &other.same[side]);
            add(&mut self.by_stem[side], &other.by_stem[side]);
        }
        self.chunks += other.chunks;
    }

    /// Words of either text that are matched: matches are one to one.
    fn matched(&self) -> u32 {
        self.same[0].iter().chain(&self.by_stem[0]).sum()
    }

    fn score(&self, parameters: &Parameters) -> f64 {
        let Parameters { alpha, beta, gamma, delta, stem, .. } = parameters;
        let weigh = |kinds: Kinds| delta * f64::from(kinds[0]) + (1.0 - delta) * f64::from(kinds[1]);
        if self.matched() == 0 {
            return 0.0;
        }
        let share = |side: usize, of: Kinds| (weigh(self.same[side]) + stem * weigh(self.by_stem[side])) / weigh(of);
        let (precision, recall) = (share(0, self.said), share(1, self.wanted));
        let mean = precision * recall / (alpha * precision + (1.0 - alpha) * recall);
        let fragments = f64::from(self.chunks) / f64::from(self.matched());
        mean * (1.0 - gamma * fragments.powf(*beta))
    }
}

/// Ways to match that are followed at once, over words of the longer text: all ways that differ for a sentence, the
/// best ones for longer texts.
const WAYS: usize = 1 << 14;
/// Most places that are tried for one word.
const MOST_PLACES: usize = 32;

/// A way to match the words up to some word.
struct Way {
    /// Places that are taken, of the words that are still to come.
    taken: Vec<u64>,
    /// The place at which the next match would go on with the last.
    next: usize,
    cost: Cost,
    /// The match by which it came about.
    link: usize,
}

/// Chunks, then how far apart matched words stand, then how many match by stem alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    chunks: usize,
    apart: usize,
    stems: usize,
}

/// No place, or no match.
const NONE: usize = usize::MAX;

/// A match, and the one before it.
struct Link {
    at: usize,
    place: usize,
    before: usize,
}

/// Places of a stem.
#[derive(Default)]
struct Places {
    wanted: Vec<usize>,
    /// How often it is still to come in what was said.
    to_come: usize,
}

/// The matches, in the order of what was said.
fn align(said: &[Word], wanted: &[Word]) -> Vec<(usize, usize)> {
    let mut places: HashMap<u32, Places> = HashMap::new();
    for (place, word) in wanted.iter().enumerate() {
        places.entry(word.stem).or_default().wanted.push(place);
    }
    for word in said {
        if let Some(places) = places.get_mut(&word.stem) {
            places.to_come += 1;
        }
    }
    let most_ways = (WAYS / said.len().max(wanted.len()).max(1)).clamp(16, 1024);
    let start = Way { taken: vec![0; wanted.len().div_ceil(64)], next: NONE, cost: Cost::default(), link: NONE };
    let (mut ways, mut links) = (vec![start], Vec::new());
    for (at, word) in said.iter().enumerate() {
        let Some(places) = places.get_mut(&word.stem).filter(|places| !places.wanted.is_empty()) else {
            for way in &mut ways {
                way.next = NONE;
            }
            continue;
        };
        places.to_come -= 1;
        let mut longer = Vec::with_capacity(ways.len());
        for way in &ways {
            let is_free = |place: &usize| way.taken[place / 64] >> (place % 64) & 1 == 0;
            let mut free: Vec<usize> = places.wanted.iter().copied().filter(is_free).collect();
            // A word goes unmatched only where enough of its kind follow, so that as many as can be are matched.
            if free.len() <= places.to_come {
                longer.push(Way { taken: way.taken.clone(), next: NONE, ..*way });
            }
            if free.len() > MOST_PLACES {
                free.sort_by_key(|place| (*place != way.next, place.abs_diff(at)));
                free.truncate(MOST_PLACES);
            }
            for place in free {
                let mut taken = way.taken.clone();
                taken[place / 64] |= 1 << (place % 64);
                let cost = Cost {
                    chunks: way.cost.chunks + usize::from(place != way.next),
                    apart: way.cost.apart + place.abs_diff(at),
                    stems: way.cost.stems + usize::from(word.form != wanted[place].form),
                };
                links.push(Link { at, place, before: way.link });
                longer.push(Way { taken, next: place + 1, cost, link: links.len() - 1 });
            }
        }
        // What does not bear on the words to come is forgotten, so that ways become the same.
        let next_stem = said.get(at + 1).map(|word| word.stem);
        for way in &mut longer {
            if places.to_come == 0 {
                places.wanted.iter().for_each(|place| way.taken[place / 64] &= !(1 << (place % 64)));
            }
            if wanted.get(way.next).map(|word| word.stem) != next_stem {
                way.next = NONE;
            }
        }
        longer.sort_by(|a, b| (&a.taken, a.next, a.cost).cmp(&(&b.taken, b.next, b.cost)));
        longer.dedup_by(|later, first| later.taken == first.taken && later.next == first.next);
        if longer.len() > most_ways {
            longer.sort_by_key(|way| way.cost);
            longer.truncate(most_ways);
        }
        ways = longer;
    }
    let mut matches = Vec::new();
    let mut link = ways.iter().min_by_key(|way| way.cost).map_or(NONE, |way| way.link);
    while let Some(Link { at, place, before }) = links.get(link) {
        matches.push((*at, *place));
        link = *before;
    }
    matches.reverse();
    matches
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn score(hypothesis: &str, references: &[&str], variant: Meteor) -> f64 {
        let references: Vec<String> = references.iter().map(|text| (*text).to_owned()).collect();
        meteor(&[Item { hypothesis, references: &references }], variant).corpus
    }

    #[test]
    fn scores_that_the_programs_give() {
        for (hypothesis, references, v15, original) in [
            // What METEOR 1.5 prints with `-l en -m "exact stem" -w "1.0 0.6"`, and nltk with its Snowball stemmer.
            ("a chair", vec!["a chair"], 1.0, 0.9375),
            ("the cat sat", vec!["the cat"], 0.429_365_988_334_674_6, 0.892_857_142_857_142_9),
            ("the chair standing by a door", vec!["a chair stands by the door"], 0.402_061_727_799_867_04, -1.0),
            ("y", vec!["x"], 0.0, 0.0),
            ("the", vec!["the the the"], 0.148_148_148_148_148_14, -1.0),
            ("y", vec![], 0.0, 0.0),
            ("", vec![""], 0.0, 0.0),
        ] {
            for (variant, expected) in [(Meteor::V15, v15), (Meteor::Original, original)] {
                let got = score(hypothesis, &references, variant);
                assert!(expected < 0.0 || (got - expected).abs() < 1e-12, "{hypothesis} {variant:?}: {got}");
            }
        }
    }

    #[test]
    fn a_corpus_is_scored_by_its_sums() {
        let references = [vec!["the cat".to_owned()], vec!["a lamp".to_owned(), "a red chair".to_owned()]];
        let items = [
            Item { hypothesis: "the cat sat", references: &references[0] },
            Item { hypothesis: "the red chair", references: &references[1] },
        ];
        let scores = meteor(&items, Meteor::Original);
        // Four of six words and four of five match, in two chunks.
        let (precision, recall) = (4.0 / 6.0, 4.0 / 5.0);
        let mean = precision * recall / (0.9 * precision + 0.1 * recall);
        assert!((scores.corpus - mean * (1.0 - 0.5 * 0.125)).abs() < 1e-12, "{scores:?}");
        assert!(scores.items[1] > score("the red chair", &["a lamp"], Meteor::Original));
        // What the program of 1.5 gives for a text that is its reference and another that is not.
        let references = [vec!["a chair stands".to_owned()], vec!["the red lamp".to_owned()]];
        let items = [
            Item { hypothesis: "a chair stands", references: &references[0] },
            Item { hypothesis: "the red lamp glows", references: &references[1] },
        ];
        let corpus = meteor(&items, Meteor::V15).corpus;
        assert!((corpus - 0.562_619_529_572_230_7).abs() < 1e-12, "{corpus}");
    }

    #[test]
    fn every_function_word_is_one_word() {
        assert_eq!(FUNCTION_WORDS.len(), 103);
        assert!(FUNCTION_WORDS.iter().all(|word| word.to_lowercase() == **word));
    }

    /// All ways to match words that can match, one to one.
    fn all_ways(
        said: &[Word],
        wanted: &[Word],
        at: usize,
        way: &mut Vec<(usize, usize)>,
        seen: &mut Vec<Vec<(usize, usize)>>,
    ) {
        if at == said.len() {
            seen.push(way.clone());
            return;
        }
        all_ways(said, wanted, at + 1, way, seen);
        for place in 0..wanted.len() {
            if wanted[place].stem == said[at].stem && way.iter().all(|(_, taken)| *taken != place) {
                way.push((at, place));
                all_ways(said, wanted, at + 1, way, seen);
                way.pop();
            }
        }
    }

    /// Unmatched words, chunks, distance, matches by stem alone.
    fn worth(way: &[(usize, usize)], said: &[Word], wanted: &[Word]) -> (usize, usize, usize, usize) {
        let goes_on = |(at, place): (usize, usize)| at > 0 && place > 0 && way.contains(&(at - 1, place - 1));
        (
            said.len() - way.len(),
            way.iter().filter(|pair| !goes_on(**pair)).count(),
            way.iter().map(|(at, place)| at.abs_diff(*place)).sum(),
            way.iter().filter(|(at, place)| said[*at].form != wanted[*place].form).count(),
        )
    }

    /// The score as the paper writes it, of a way to match.
    fn slow_score(way: &[(usize, usize)], said: &[Word], wanted: &[Word], variant: Meteor) -> f64 {
        let (alpha, beta, gamma, delta, by_stem) = match variant {
            Meteor::V15 => (0.85, 0.2, 0.6, 0.75, 0.6),
            Meteor::Original => (0.9, 3.0, 0.5, 0.5, 1.0),
        };
        if way.is_empty() {
            return 0.0;
        }
        let weight = |word: &Word| if word.function { 1.0 - delta } else { delta };
        let module = |(at, place): &(usize, usize)| if said[*at].form == wanted[*place].form { 1.0 } else { by_stem };
        let precision = way.iter().map(|pair| module(pair) * weight(&said[pair.0])).sum::<f64>()
            / said.iter().map(weight).sum::<f64>();
        let recall = way.iter().map(|pair| module(pair) * weight(&wanted[pair.1])).sum::<f64>()
            / wanted.iter().map(weight).sum::<f64>();
        let mean = precision * recall / (alpha * precision + (1.0 - alpha) * recall);
        let chunks = worth(way, said, wanted).1 as f64;
        let free = variant == Meteor::V15 && chunks < 1.5 && way.len() == said.len() && way.len() == wanted.len();
        mean * (1.0 - if free { 0.0 } else { gamma * (chunks / way.len() as f64).powf(beta) })
    }

    fn sentence(most: usize) -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec!["the", "a", "chair", "chairs", "stands", "standing", "door", "is"]);
        prop::collection::vec(word, 0..=most).prop_map(|words| words.join(" "))
    }

    proptest! {
        #[test]
        fn the_best_of_all_ways(hypothesis in sentence(7), reference in sentence(7)) {
            let mut vocabulary = Vocabulary::default();
            let (said, wanted) = (vocabulary.read(&hypothesis), vocabulary.read(&reference));
            let mut seen = Vec::new();
            all_ways(&said, &wanted, 0, &mut Vec::new(), &mut seen);
            let best = seen.iter().min_by_key(|way| worth(way, &said, &wanted)).expect("the empty way");
            let found = align(&said, &wanted);
            prop_assert_eq!(worth(&found, &said, &wanted), worth(best, &said, &wanted));
            for variant in [Meteor::V15, Meteor::Original] {
                let got = score(&hypothesis, &[&reference], variant);
                let expected = slow_score(&found, &said, &wanted, variant);
                prop_assert!((got - expected).abs() < 1e-12, "{} {}", got, expected);
            }
        }

        #[test]
        fn any_text_is_scored(hypothesis in "\\PC{0,40}", reference in "[a-zA-Z' .é]{0,40}") {
            for variant in [Meteor::V15, Meteor::Original] {
                let got = score(&hypothesis, &[&reference, &hypothesis], variant);
                prop_assert!((0.0..=1.0).contains(&got), "{}", got);
            }
        }

        #[test]
        fn any_word_is_stemmed(word in "[ -~]{0,70}|[a-zA-Z']{0,20}(ed|ing|ly|s|'s|ational|yed|ies|eed)?") {
            prop_assert!(stem(&word).len() <= word.len() + 1);
        }
    }

    /// Words that are all alike, or alternate, are the hardest to match.
    #[test]
    fn long_texts_are_scored_in_time() {
        let start = std::time::Instant::now();
        for text in ["a ", "a b ", "a b b a c "] {
            let text = text.repeat(10_000);
            let other = format!("b {text}");
            assert!(score(&text, &[&other], Meteor::V15) > 0.5);
        }
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
