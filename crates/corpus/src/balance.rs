//! Letters, truths and answers in balance, by counters: no draw of one stream depends on another's.

use std::collections::BTreeMap;

use question::{Answer, Draw};

/// Deals the numbers below `n` in blocks, each block a permutation: after whole blocks all are equally frequent, and
/// within a block the order tells nothing.
#[derive(Debug, Clone, Default)]
pub struct Dealer {
    blocks: BTreeMap<usize, (u64, Vec<usize>)>,
}

impl Dealer {
    /// What is dealt next among `n`, without dealing it.
    pub fn next(&mut self, n: usize, seed: u64, names: &[&str]) -> usize {
        let (block, left) = self.blocks.entry(n).or_default();
        if left.is_empty() {
            *left = Draw::new(seed, names, (*block << 8) | n as u64).distinct(n, n);
            *block += 1;
        }
        left.last().copied().unwrap_or(0)
    }

    /// Deals it.
    pub fn deal(&mut self, n: usize) {
        if let Some((_, left)) = self.blocks.get_mut(&n) {
            left.pop();
        }
    }
}

/// Flattens the histogram of the answers of one stream as far as it may: of every answer at most a ceiling is taken, and the
/// ceiling is as low as the share of the draws that are to be taken allows.
#[derive(Debug, Clone)]
pub struct Histogram {
    buckets: BTreeMap<String, Bucket>,
    seen: u64,
    taken: u64,
    /// Share of the draws that is to be taken.
    least: f64,
    /// The most that one answer may have of what is taken, before scaling: by the draws until `reckoned`.
    ceiling: f64,
    reckoned: u64,
    /// Answers refused since the last one that was taken.
    refused: u64,
}

#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    seen: u64,
    taken: u64,
}

/// Refusals in a row after which an answer is taken although it is frequent.
const PATIENCE: u64 = 16;
/// How far above its share the count of an answer may be.
const AHEAD: f64 = 2.0;
/// Draws after which the ceiling is reckoned anew.
const RECKONED_EVERY: u64 = 32;

impl Histogram {
    /// An empty one, for draws of which at least this share is to be taken.
    pub fn new(least: f64) -> Self {
        Self { buckets: BTreeMap::new(), seen: 0, taken: 0, least, ceiling: 1.0, reckoned: 0, refused: 0 }
    }

    /// Whether one more of this answer, which was drawn, is wanted; it is not counted as taken yet.
    pub fn takes(&mut self, bucket: &str) -> bool {
        self.seen += 1;
        if let Some(known) = self.buckets.get_mut(bucket) {
            known.seen += 1;
        } else {
            self.buckets.insert(bucket.to_owned(), Bucket { seen: 1, taken: 0 });
        }
        if self.reckoned == 0 || self.seen >= self.reckoned + RECKONED_EVERY {
            self.reckon();
        }
        let below = |known: &Bucket| (known.seen as f64 / self.seen as f64).min(self.ceiling);
        let all: f64 = self.buckets.values().map(below).sum();
        let fits = self
            .buckets
            .get(bucket)
            .is_none_or(|known| known.taken as f64 <= below(known) / all * (self.taken + 1) as f64 + AHEAD);
        if fits || self.refused >= PATIENCE {
            true
        } else {
            self.refused += 1;
            false
        }
    }

    /// Whether so many more of one of two answers were taken than of the other that no more are wanted.
    pub fn is_ahead(&self, bucket: &str) -> bool {
        let own = self.buckets.get(bucket).map_or(0, |known| known.taken);
        own as f64 >= (self.taken - own) as f64 + AHEAD
    }

    /// The lowest ceiling under which the wanted share of the draws fits.
    fn reckon(&mut self) {
        self.reckoned = self.seen;
        let mut shares: Vec<f64> = self.buckets.values().map(|known| known.seen as f64 / self.seen as f64).collect();
        shares.sort_by(f64::total_cmp);
        let (mut below, mut ceiling) = (0.0, 1.0);
        for (at, share) in shares.iter().enumerate() {
            let rest = (shares.len() - at) as f64;
            if below + share * rest >= self.least {
                // Under the rarest answer's share all are even.
                ceiling = if at == 0 { *share } else { (self.least - below) / rest };
                break;
            }
            below += share;
        }
        self.ceiling = ceiling;
    }

    /// Counts an answer that was taken.
    pub fn count(&mut self, bucket: &str) {
        self.refused = 0;
        self.taken += 1;
        self.buckets.entry(bucket.to_owned()).or_default().taken += 1;
    }
}

/// Share of the draws that is to be taken: of quantities, and of answers in words, whose balance matters more.
pub fn least_taken(answer: &Answer) -> f64 {
    if matches!(answer, Answer::Quantity { .. }) { 0.5 } else { 0.25 }
}

/// The bucket of an answer: its word or number; of a quantity, its size in steps of a half octave; of what names things,
/// none.
pub fn bucket(answer: &Answer) -> Option<String> {
    match answer {
        Answer::YesNo { .. } | Answer::Count { .. } | Answer::Sector { .. } | Answer::Turns { .. } => {
            Some(question::print::answer(answer))
        }
        Answer::Quantity { value, .. } => {
            let step = (value.abs().max(1e-3).log2() * 2.0).floor();
            Some(format!("{}{:.2}", if *value < 0.0 { "-" } else { "" }, (step / 2.0).exp2()))
        }
        Answer::Turn { value, .. } => Some(format!("{:.0}°", (value / 45.0).round() * 45.0 + 0.0)),
        Answer::Object { .. }
        | Answer::Frame { .. }
        | Answer::Pixel { .. }
        | Answer::Point { .. }
        | Answer::Region { .. }
        | Answer::Order { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dealt_numbers_are_even_after_every_block() {
        let mut dealer = Dealer::default();
        for n in [2, 3, 4] {
            let mut counts = vec![0; n];
            for round in 0..25 * n {
                let dealt = dealer.next(n, 7, &["letters"]);
                assert_eq!(dealer.next(n, 7, &["letters"]), dealt, "looking changes nothing");
                dealer.deal(n);
                counts[dealt] += 1;
                if (round + 1) % n == 0 {
                    assert!(counts.iter().all(|count| *count == counts[0]), "{n}: {counts:?}");
                }
            }
        }
    }

    #[test]
    fn of_two_answers_neither_gets_far_ahead() {
        let mut histogram = Histogram::new(0.25);
        let mut draw = Draw::new(1, &["ahead"], 0);
        for _ in 0..1000 {
            let answer = if draw.below(10) == 0 { "yes" } else { "no" };
            if !histogram.is_ahead(answer) {
                histogram.count(answer);
            }
        }
        let [yes, no] = ["yes", "no"].map(|answer| histogram.buckets[answer].taken);
        assert!(yes > 50 && yes.abs_diff(no) <= 2, "{yes} {no}");
    }

    #[test]
    fn a_histogram_is_even_where_enough_of_the_draws_remain() {
        let mut histogram = Histogram::new(0.1);
        let mut draw = Draw::new(1, &["histogram"], 0);
        for _ in 0..20_000 {
            let answer = if draw.below(10) == 0 { "rare" } else { "frequent" };
            if histogram.takes(answer) {
                histogram.count(answer);
            }
        }
        let [frequent, rare] = ["frequent", "rare"].map(|answer| histogram.buckets[answer].taken as f64);
        assert!(rare > 1800.0 && (frequent / rare - 1.0).abs() < 0.1, "{frequent} and {rare}");
    }

    #[test]
    fn a_histogram_takes_the_wanted_share_of_the_draws() {
        let mut histogram = Histogram::new(0.5);
        let mut draw = Draw::new(1, &["histogram"], 0);
        for _ in 0..20_000 {
            let answer = ["a", "b", "c", "d"][[0, 0, 0, 0, 0, 0, 0, 1, 2, 3][draw.below(10)]];
            if histogram.takes(answer) {
                histogram.count(answer);
            }
        }
        let taken: Vec<u64> = histogram.buckets.values().map(|known| known.taken).collect();
        let all: u64 = taken.iter().sum();
        assert!((9_500..=11_000).contains(&all), "{taken:?}");
        assert!(taken[0] < 2 * taken[1] + 1000, "{taken:?}");
    }

    #[test]
    fn what_is_there_is_taken() {
        let mut only = Histogram::new(0.25);
        let taken = (0..1000)
            .filter(|_| {
                only.takes("one") && {
                    only.count("one");
                    true
                }
            })
            .count();
        assert_eq!(taken, 1000);
    }
}
