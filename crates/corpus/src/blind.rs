//! What a guesser scores who sees the words of a question and not its scene.
//!
//! Every guesser gives each possible reply (an option, or true and false, or yes and no) a key that is made of the words
//! alone, remembers how often replies of that key were right, and takes the reply of the highest share. The **guard** asks
//! the guessers before a row is taken and refuses rows that would put one ahead of chance; the **audit** trains them on
//! half of the rows and tests them on the other half.

use std::collections::HashMap;

use language::Format;
use question::{Answer, Draw, Filling, Fillings};
use serde::{Deserialize, Serialize};

use crate::Row;

/// A guesser: by what it tells replies apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guesser {
    /// By where the reply stands.
    Position,
    /// By the reply's words: the majority.
    Words,
    /// By the reply's words and those that are asked about it: what is usually the largest, usually left.
    Prior,
    /// By its rank among the numbers.
    Rank,
    /// By its rank among the lengths of the replies.
    Length,
}

/// All guessers.
pub const GUESSERS: [Guesser; 5] = [Guesser::Position, Guesser::Words, Guesser::Prior, Guesser::Rank, Guesser::Length];

/// What a guesser sees of a row, and which reply is right.
#[derive(Debug, Clone)]
pub struct Blind {
    /// For each guesser, a key for each reply.
    keys: [Vec<u64>; GUESSERS.len()],
    right: usize,
}

impl Blind {
    /// What there is to guess of a row; none where the reply is in one's own words and neither yes nor no.
    pub fn of(row: &Row, fillings: &Fillings) -> Option<Self> {
        let own;
        let (replies, right): (&[String], usize) = match (row.format, &row.answer) {
            (Format::MultipleChoice, _) => {
                let letter = row.answer_text.bytes().next()?.checked_sub(b'A')?;
                (&row.options, usize::from(letter))
            }
            (Format::TrueFalse, Answer::YesNo { value }) | (Format::FreeForm, Answer::YesNo { value }) => {
                own = ["yes".to_owned(), "no".to_owned()];
                (&own, usize::from(!value))
            }
            _ => return None,
        };
        if right >= replies.len() {
            return None;
        }
        // What the words of a question say besides the replies: everything that fills its roles, and a claim.
        let claim = match &row.question {
            question::Question::Test { that: question::Predicate::Claim { answer, .. } }
                if row.format == Format::TrueFalse =>
            {
                question::print::answer(answer)
            }
            _ => String::new(),
        };
        let polarity: String = fillings.values().filter_map(short).collect::<Vec<_>>().join("|");
        let number =
            |text: &str| text.split(' ').next().and_then(|word| word.trim_end_matches('°').parse::<f64>().ok());
        let numbers: Option<Vec<f64>> = replies.iter().map(|reply| number(reply)).collect();
        let by = |guesser: Guesser, at: usize| -> u64 {
            let reply = replies[at].as_str();
            let count = replies.len() as u64;
            match guesser {
                Guesser::Position => key(&["place"], at as u64 * 100 + count),
                Guesser::Words if row.format == Format::TrueFalse => key(&["words", reply, &claim], 0),
                Guesser::Words => key(&["words", reply], 0),
                Guesser::Prior => key(&["prior", reply, &polarity, &claim], 0),
                Guesser::Rank => match &numbers {
                    Some(numbers) => {
                        let rank = numbers.iter().filter(|other| **other < numbers[at]).count();
                        key(&["rank"], rank as u64 * 100 + count)
                    }
                    None => 0,
                },
                Guesser::Length => {
                    let rank = replies.iter().filter(|other| other.len() < reply.len()).count();
                    key(&["length"], rank as u64 * 100 + count)
                }
            }
        };
        Some(Self { keys: GUESSERS.map(|guesser| (0..replies.len()).map(|at| by(guesser, at)).collect()), right })
    }

    /// Number of replies.
    pub fn replies(&self) -> usize {
        self.keys[0].len()
    }
}

/// A filling that says what is asked, or which things: the words of roles, and names of one thing.
fn short(filling: &Filling) -> Option<String> {
    match filling {
        Filling::Text(text) => Some(text.clone()),
        Filling::Number(number) => Some(number.to_string()),
        Filling::List(_) => None,
    }
}

fn key(words: &[&str], number: u64) -> u64 {
    Draw::new(0, words, number).bits()
}

/// How often replies of each key were right.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    seen: HashMap<u64, (u32, u32)>,
}

impl Memory {
    /// The reply of the highest share, the first of equals; shares start from an even guess.
    fn guess(&self, keys: &[u64]) -> usize {
        let even = 1.0 / keys.len() as f64;
        let share = |key: &u64| {
            let (right, offered) = self.seen.get(key).copied().unwrap_or_default();
            (f64::from(right) + even) / (f64::from(offered) + 1.0)
        };
        let mut best = (0, f64::NEG_INFINITY);
        for (at, key) in keys.iter().enumerate() {
            let share = share(key);
            if share > best.1 + 1e-12 {
                best = (at, share);
            }
        }
        best.0
    }

    fn learn(&mut self, keys: &[u64], right: usize) {
        for (at, key) in keys.iter().enumerate() {
            let (hits, offered) = self.seen.entry(*key).or_default();
            *hits += u32::from(at == right);
            *offered += 1;
        }
    }
}

/// Keeps every guesser at chance.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    memories: [Memory; GUESSERS.len()],
    hits: [f64; GUESSERS.len()],
    /// What chance would have scored.
    chance: f64,
}

/// How far ahead of chance a guesser may be at any time, rows.
const SLACK_ROWS: f64 = 1.0;

impl Guard {
    /// Whether a row may be taken; if so, it is remembered.
    pub fn takes(&mut self, row: &Blind) -> bool {
        let chance = self.chance + 1.0 / row.replies() as f64;
        let mut hits = self.hits;
        for (guesser, keys) in row.keys.iter().enumerate() {
            if self.memories[guesser].guess(keys) == row.right {
                hits[guesser] += 1.0;
                if hits[guesser] > chance + SLACK_ROWS {
                    return false;
                }
            }
        }
        self.hits = hits;
        self.chance = chance;
        for (memory, keys) in self.memories.iter_mut().zip(&row.keys) {
            memory.learn(keys, row.right);
        }
        true
    }
}

/// What guessers score on rows of one task and format.
#[derive(Debug, Clone, Default)]
pub struct Audit {
    rows: Vec<Blind>,
}

/// The score of the best guesser.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Score {
    /// Rows that were guessed.
    pub rows: u64,
    /// Share that chance scores.
    pub chance: f64,
    /// Share that the best guesser scores, trained on the other half of the rows.
    pub best: f64,
    /// Points above chance, in per cent.
    pub points: f64,
    /// Standard deviation of those points, from the number of rows.
    pub deviation_points: f64,
    /// The guesser.
    #[schemars(with = "String")]
    pub by: Guesser,
}

impl Audit {
    /// Adds a row.
    pub fn add(&mut self, row: Blind) {
        self.rows.push(row);
    }

    /// Every guesser trained on the rows at even places and tested on the others, and the other way round; none for fewer
    /// than two rows.
    pub fn score(&self) -> Option<Score> {
        let rows = self.rows.len();
        if rows < 2 {
            return None;
        }
        let chance = self.rows.iter().map(|row| 1.0 / row.replies() as f64).sum::<f64>() / rows as f64;
        let scored = GUESSERS.iter().enumerate().map(|(at, guesser)| {
            let mut memories = [Memory::default(), Memory::default()];
            for (place, row) in self.rows.iter().enumerate() {
                memories[place % 2].learn(&row.keys[at], row.right);
            }
            let hits = self.rows.iter().enumerate();
            let hits = hits.filter(|(place, row)| memories[1 - place % 2].guess(&row.keys[at]) == row.right).count();
            (hits as f64 / rows as f64, *guesser)
        });
        let (best, by) = scored
            .fold((f64::NEG_INFINITY, Guesser::Position), |best, other| if other.0 > best.0 { other } else { best });
        let deviation = (chance * (1.0 - chance) / rows as f64).sqrt();
        Some(Score {
            rows: rows as u64,
            chance,
            best,
            points: 100.0 * (best - chance),
            deviation_points: 100.0 * deviation,
            by,
        })
    }
}
