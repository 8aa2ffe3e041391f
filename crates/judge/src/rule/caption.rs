//! Scores of captions over a corpus: BLEU-1..4, ROUGE-L, CIDEr and CIDEr-D, as `pycocoevalcap` defines them, and METEOR
//! by its exact and stem stages.
//!
//! Text is taken as it is: tokenising, such as by [`treebank()`], and lower case are the caller's. One hypothesis and one or more references an
//! item. Vedantam et al. 2015 (CIDEr), Papineni et al. 2002 (BLEU), Lin 2004 (ROUGE).

mod meteor;
mod treebank;

use std::collections::HashMap;

pub use meteor::{MOST_MATCHED_WORDS, Meteor, meteor};
use rayon::prelude::*;
pub use treebank::treebank;

/// Longest runs of words that are counted.
const MOST_N: usize = 4;
/// Longest text that is compared, words; of a longer one the rest is passed over. Holds the time that the longest
/// common subsequence takes.
pub const MOST_WORDS: usize = 4096;

/// A hypothesis and its references.
#[derive(Debug, Clone, Copy)]
pub struct Item<'t> {
    /// What was said.
    pub hypothesis: &'t str,
    /// What is compared with it.
    pub references: &'t [String],
}

/// Scores of a corpus and of each item.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Of the whole.
    pub corpus: f64,
    /// Of each item.
    pub items: Vec<f64>,
}

impl Scores {
    fn mean(items: Vec<f64>) -> Self {
        let corpus = if items.is_empty() { 0.0 } else { items.iter().sum::<f64>() / items.len() as f64 };
        Self { corpus, items }
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace().take(MOST_WORDS)
}

/// A run of words, as the numbers of the run without its last word, and of that word.
type Run = (u32, u32);

/// Numbers for runs of words: the same run has the same number.
#[derive(Default)]
struct Runs<'t> {
    words: HashMap<&'t str, u32>,
    runs: HashMap<Run, u32>,
}

/// Runs of one text, sorted, with how often each stands there, by length.
#[derive(Default, Clone)]
struct Counts {
    of: [Vec<(u32, u32)>; MOST_N],
    words: usize,
}

impl<'t> Runs<'t> {
    fn number_of_word(&mut self, word: &'t str) -> u32 {
        let next = self.words.len() as u32;
        *self.words.entry(word).or_insert(next)
    }

    fn counts(&mut self, text: &'t str) -> Counts {
        let words: Vec<u32> = words(text).map(|word| self.number_of_word(word)).collect();
        let mut counts = Counts { words: words.len(), ..Counts::default() };
        let mut longer: Vec<u32> = words.clone();
        for n in 0..MOST_N {
            if n > 0 {
                // The run of n + 1 words that begins at a word is the run of n words there and the word behind it.
                longer.truncate(words.len().saturating_sub(n));
                for (at, run) in longer.iter_mut().enumerate() {
                    let next = self.runs.len() as u32;
                    // Runs of words of all lengths share one table; a first word is set apart from a run.
                    let key = (if n == 1 { *run | 1 << 31 } else { *run }, words[at + n]);
                    *run = *self.runs.entry(key).or_insert(next);
                }
            }
            let mut sorted = longer.clone();
            sorted.sort_unstable();
            for run in sorted {
                match counts.of[n].last_mut() {
                    Some((last, count)) if *last == run => *count += 1,
                    _ => counts.of[n].push((run, 1)),
                }
            }
        }
        counts
    }
}

/// Runs that two texts share, with both counts.
fn shared<'a>(a: &'a [(u32, u32)], b: &'a [(u32, u32)]) -> impl Iterator<Item = (u32, u32, u32)> + 'a {
    let mut at = 0;
    a.iter().filter_map(move |(run, count)| {
        while b.get(at).is_some_and(|(other, _)| other < run) {
            at += 1;
        }
        b.get(at).filter(|(other, _)| other == run).map(|(_, other)| (*run, *count, *other))
    })
}

/// Which score of the CIDEr family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cider {
    /// Cosine of the weighted counts.
    Plain,
    /// Counts clipped, and a penalty on another length: what `pycocoevalcap` calls CIDEr.
    D,
}

/// CIDEr of a corpus, times ten. The weights of runs come from its references; one item alone has none and scores 0.
pub fn cider(items: &[Item], variant: Cider) -> Scores {
    let mut runs = Runs::default();
    let counted: Vec<(Counts, Vec<Counts>)> = items
        .iter()
        .map(|item| (runs.counts(item.hypothesis), item.references.iter().map(|text| runs.counts(text)).collect()))
        .collect();
    let mut frequency: [Vec<u32>; MOST_N] = [const { Vec::new() }; MOST_N];
    frequency[0].resize(runs.words.len(), 0);
    for of_length in &mut frequency[1..] {
        of_length.resize(runs.runs.len(), 0);
    }
    let mut last = frequency.clone();
    for (number, (_, references)) in counted.iter().enumerate() {
        for reference in references {
            for n in 0..MOST_N {
                for (run, _) in &reference.of[n] {
                    let seen = &mut last[n][*run as usize];
                    if *seen != number as u32 + 1 {
                        *seen = number as u32 + 1;
                        frequency[n][*run as usize] += 1;
                    }
                }
            }
        }
    }
    let log_items = (items.len() as f64).ln();
    let weights: Vec<Vec<f64>> = frequency
        .iter()
        .map(|of_length| of_length.iter().map(|items| log_items - f64::from(*items.max(&1)).ln()).collect())
        .collect();
    let norms = |counts: &Counts| -> [f64; MOST_N] {
        std::array::from_fn(|n| {
            let square = |(run, count): &(u32, u32)| (f64::from(*count) * weights[n][*run as usize]).powi(2);
            counts.of[n].iter().map(square).sum::<f64>().sqrt()
        })
    };
    let score = |(hypothesis, references): &(Counts, Vec<Counts>)| {
        if references.is_empty() {
            return 0.0;
        }
        let own = norms(hypothesis);
        let mut total = 0.0;
        for reference in references {
            let others = norms(reference);
            // The length is counted in pairs of words.
            let apart = hypothesis.words.saturating_sub(1) as f64 - reference.words.saturating_sub(1) as f64;
            let penalty = match variant {
                Cider::D => (-(apart * apart) / (2.0 * 36.0)).exp(),
                Cider::Plain => 1.0,
            };
            for n in 0..MOST_N {
                let product = |(run, a, b): (u32, u32, u32)| {
                    let weight = weights[n][run as usize];
                    let (a, b) = (f64::from(a) * weight, f64::from(b) * weight);
                    if variant == Cider::D { a.min(b) * b } else { a * b }
                };
                let dot: f64 = shared(&hypothesis.of[n], &reference.of[n]).map(product).sum();
                let norm = own[n] * others[n];
                total += if norm == 0.0 { dot } else { dot / norm } * penalty;
            }
        }
        10.0 * total / MOST_N as f64 / references.len() as f64
    };
    Scores::mean(counted.par_iter().map(score).collect())
}

/// BLEU-1 to BLEU-4 of a corpus, and of each item: the length of the closest reference, ties to the shorter.
pub fn bleu(items: &[Item]) -> [Scores; MOST_N] {
    const TINY: f64 = 1e-15;
    const SMALL: f64 = 1e-9;
    let mut runs = Runs::default();
    let mut total = ([0_usize; MOST_N], [0_usize; MOST_N], 0_usize, 0_usize);
    let scores =
        |(correct, guessed, length, reference): ([usize; MOST_N], [usize; MOST_N], usize, usize)| -> [f64; MOST_N] {
            let ratio = (length as f64 + TINY) / (reference as f64 + SMALL);
            let brevity = if ratio < 1.0 { (1.0 - 1.0 / ratio).exp() } else { 1.0 };
            let mut product = 1.0;
            std::array::from_fn(|n| {
                product *= (correct[n] as f64 + TINY) / (guessed[n] as f64 + SMALL);
                product.powf(1.0 / (n as f64 + 1.0)) * brevity
            })
        };
    let mut each: [Vec<f64>; MOST_N] = [const { Vec::new() }; MOST_N];
    for item in items {
        let hypothesis = runs.counts(item.hypothesis);
        let references: Vec<Counts> = item.references.iter().map(|text| runs.counts(text)).collect();
        let mut correct = [0; MOST_N];
        for (n, correct) in correct.iter_mut().enumerate() {
            let mut best: Vec<u32> = vec![0; hypothesis.of[n].len()];
            for reference in &references {
                for (run, count, other) in shared(&hypothesis.of[n], &reference.of[n]) {
                    if let Ok(at) = hypothesis.of[n].binary_search_by_key(&run, |(run, _)| *run) {
                        best[at] = best[at].max(count.min(other));
                    }
                }
            }
            *correct = best.iter().map(|count| *count as usize).sum();
        }
        let guessed: [usize; MOST_N] = std::array::from_fn(|n| hypothesis.words.saturating_sub(n));
        let lengths = references.iter().map(|reference| (reference.words.abs_diff(hypothesis.words), reference.words));
        let closest = lengths.min().map_or(0, |(_, words)| words);
        for (scores, score) in each.iter_mut().zip(scores((correct, guessed, hypothesis.words, closest))) {
            scores.push(score);
        }
        for n in 0..MOST_N {
            total.0[n] += correct[n];
            total.1[n] += guessed[n];
        }
        total.2 += hypothesis.words;
        total.3 += closest;
    }
    let corpus = if items.is_empty() { [0.0; MOST_N] } else { scores(total) };
    let mut each = each.into_iter();
    std::array::from_fn(|n| Scores { corpus: corpus[n], items: each.next().unwrap_or_default() })
}

/// ROUGE-L of a corpus: the greatest precision and the greatest recall over the references, taken apart, as published.
/// Words are parted by single blanks, so that two blanks hold an empty word.
pub fn rouge_l(items: &[Item]) -> Scores {
    const BETA_2: f64 = 1.2 * 1.2;
    let split = |text: &'_ str| -> Vec<u64> { text.split(' ').take(MOST_WORDS).map(hash).collect() };
    let score = |item: &Item| {
        let said = split(item.hypothesis);
        let (mut precision, mut recall) = (0.0_f64, 0.0_f64);
        for reference in item.references {
            let wanted = split(reference);
            let common = longest_common(&said, &wanted) as f64;
            precision = precision.max(common / said.len() as f64);
            recall = recall.max(common / wanted.len() as f64);
        }
        if precision == 0.0 || recall == 0.0 {
            return 0.0;
        }
        (1.0 + BETA_2) * precision * recall / (recall + BETA_2 * precision)
    };
    Scores::mean(items.par_iter().map(score).collect())
}

/// FNV-1a of a word. Two words of one text meet with a chance of 10⁻¹².
fn hash(word: &str) -> u64 {
    word.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Length of the longest common subsequence.
fn longest_common(a: &[u64], b: &[u64]) -> usize {
    let mut row = vec![0_usize; b.len() + 1];
    for x in a {
        let mut diagonal = 0;
        for (at, y) in b.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if x == y { diagonal + 1 } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(got: f64, expected: f64) {
        assert!((got - expected).abs() < 1e-12, "{got}, not {expected}");
    }

    #[test]
    fn a_text_is_most_like_itself() {
        let references: Vec<Vec<String>> =
            ["a brown chair by the door", "two lamps on the desk", "the bed is next to a window"]
                .map(|text| vec![text.to_owned()])
                .to_vec();
        let items: Vec<Item> = references.iter().map(|of| Item { hypothesis: &of[0], references: of }).collect();
        close(rouge_l(&items).corpus, 1.0);
        for scores in bleu(&items) {
            assert!((scores.corpus - 1.0).abs() < 1e-8);
        }
        for variant in [Cider::D, Cider::Plain] {
            for score in cider(&items, variant).items {
                close(score, 10.0);
            }
        }
    }

    #[test]
    fn one_item_alone_has_no_weights() {
        let references = vec!["a chair".to_owned()];
        close(cider(&[Item { hypothesis: "a chair", references: &references }], Cider::D).corpus, 0.0);
    }

    #[test]
    fn empty_texts_score_nothing() {
        let references = vec!["a chair".to_owned(), String::new()];
        let items = [Item { hypothesis: "", references: &references }; 2];
        close(cider(&items, Cider::D).corpus, 0.0);
        assert!(bleu(&items)[0].corpus < 1e-6 && rouge_l(&[]).corpus == 0.0);
    }
}
