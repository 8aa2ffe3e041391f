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

/// Holds the answers of one stream to an even histogram, as far as the scenes allow.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    counts: BTreeMap<String, u64>,
    /// Answers refused since the last one that was taken.
    refused: u64,
}

/// Refusals in a row after which an answer is taken although it is frequent.
const PATIENCE: u64 = 16;
/// How far above the mean of all answers seen a count may be: so many, and this share of the mean.
const AHEAD: (u64, f64) = (2, 0.5);

impl Histogram {
    /// Whether one more of this answer keeps the histogram even; it is not counted yet.
    pub fn takes(&mut self, bucket: &str) -> bool {
        let known = self.counts.get(bucket).copied();
        if known.is_none() {
            self.counts.insert(bucket.to_owned(), 0);
        }
        let count = known.unwrap_or(0);
        let mean = self.counts.values().sum::<u64>() as f64 / self.counts.len() as f64;
        let fits = count as f64 <= mean * (1.0 + AHEAD.1) + AHEAD.0 as f64;
        if fits || self.refused >= PATIENCE {
            true
        } else {
            self.refused += 1;
            false
        }
    }

    /// Counts an answer that was taken.
    pub fn count(&mut self, bucket: &str) {
        self.refused = 0;
        *self.counts.entry(bucket.to_owned()).or_default() += 1;
    }

    /// How often each answer was taken.
    pub fn counts(&self) -> &BTreeMap<String, u64> {
        &self.counts
    }
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
    fn a_histogram_holds_back_what_is_frequent_and_gives_in_at_last() {
        let mut histogram = Histogram::default();
        let mut draw = Draw::new(1, &["histogram"], 0);
        for _ in 0..20_000 {
            let answer = if draw.below(10) == 0 { "rare" } else { "frequent" };
            if histogram.takes(answer) {
                histogram.count(answer);
            }
        }
        let counts = histogram.counts();
        assert!(counts["frequent"] < counts["rare"] * 4, "{counts:?}");
        let mut only = Histogram::default();
        only.takes("other");
        let taken = (0..1000)
            .filter(|_| {
                only.takes("one") && {
                    only.count("one");
                    true
                }
            })
            .count();
        assert!(taken > 15, "{taken}: what is there is taken");
    }
}
