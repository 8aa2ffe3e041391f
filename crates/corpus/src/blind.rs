//! What a guesser scores who sees the words of a question and not its scene.
//!
//! Every guesser gives each possible reply (an option, or true and false, or yes and no) a key that is made of the words
//! alone, remembers how often replies of that key were right, and takes the reply of the highest share. The **guard** takes
//! only rows that leave the replies of every key right as often as chance would have it; the **audit** trains the guessers
//! on half of the rows and tests them on the other half.

use std::sync::Arc;

use foldhash::HashMap;
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
    /// By the size of the number, in steps of a quarter octave, and the words that are asked about it: what is usual of such
    /// things.
    Size,
    /// By its rank among the numbers.
    Rank,
    /// By its rank among the lengths of the replies.
    Length,
}

impl Guesser {
    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Position => "position",
            Self::Words => "words",
            Self::Prior => "prior",
            Self::Size => "size",
            Self::Rank => "rank",
            Self::Length => "length",
        }
    }
}

/// Those who know what is usual of the things that a question is about.
pub const KNOWING: [Guesser; 2] = [Guesser::Prior, Guesser::Size];

/// All guessers.
pub const GUESSERS: [Guesser; 6] =
    [Guesser::Position, Guesser::Words, Guesser::Prior, Guesser::Size, Guesser::Rank, Guesser::Length];

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
            (Format::TrueFalse | Format::FreeForm, Answer::YesNo { value }) => {
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
                Guesser::Size => match &numbers {
                    Some(numbers) => {
                        let step = (numbers[at].abs().max(1e-3).log2() * 4.0).round() as i64;
                        key(&["size", &polarity, &claim], step as u64)
                    }
                    None => 0,
                },
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
        Filling::Text(text) => Some(spoken(text).to_owned()),
        Filling::Number(number) => Some(number.to_string()),
        Filling::List(_) => None,
    }
}

/// What words say of a thing: of one that a box marks, nothing.
pub(crate) fn spoken(name: &str) -> &str {
    if name.starts_with('#') { "object" } else { name }
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

/// Keeps every guesser at chance: replies of each key are right as often as chance would have it, so that no key is worth
/// knowing. (To stop only the guesses of the moment is not enough: what is held back in one row comes back in another.)
#[derive(Debug)]
pub struct Guard {
    keys: [HashMap<u64, Balance>; GUESSERS.len()],
    usual: Arc<Usual>,
}

/// How often replies were right among rows that are not taken.
#[derive(Debug, Default)]
pub struct Usual([Memory; GUESSERS.len()]);

impl Usual {
    /// Looks at a row, to learn what is usual.
    pub fn look(&mut self, row: &Blind) {
        for (usual, keys) in self.0.iter_mut().zip(&row.keys) {
            usual.learn(keys, row.right);
        }
    }
}

/// How often replies of a key were right beyond chance, and offered.
#[derive(Debug, Clone, Copy, Default)]
struct Balance {
    excess: f64,
    offered: f64,
}

impl Balance {
    /// Whether the excess is small, for a key of which this is known: right and offered.
    fn allowed(self, (right, offered): (u32, u32)) -> bool {
        let slack = SLACK_SHARE * self.offered;
        let always = right >= USUAL.0 && f64::from(right) >= ALWAYS_SHARE * f64::from(offered);
        let never = right == 0 && offered >= USUAL.1;
        self.excess <= slack + if always { FIXED_SLACK_ROWS } else { SLACK_ROWS }
            && -self.excess <= slack + if never { FIXED_SLACK_ROWS } else { SLACK_ROWS }
    }
}

/// How far the count of right replies of a key may be from chance: so many rows, and this share of those that offer it.
const SLACK_ROWS: f64 = 0.75;
const SLACK_SHARE: f64 = 0.01;
/// The same for a key that is always right, or never, as if it were a fact of the world: it must first come out otherwise.
/// Files are made without each other, so that what each of them took once would be right every time in all of them.
const FIXED_SLACK_ROWS: f64 = 0.2;
/// How often a key must be right, or offered, among the rows looked at, for that.
const USUAL: (u32, u32) = (2, 6);
/// The share of the rows looked at in which a key that is always right is right, at least.
const ALWAYS_SHARE: f64 = 0.7;

impl Guard {
    /// A guard who has taken nothing yet.
    pub fn new(usual: Arc<Usual>) -> Self {
        Self { keys: Default::default(), usual }
    }

    /// Takes a row and remembers it, or names the guesser, of those that are to be held at chance, who would gain by it.
    pub fn take(&mut self, row: &Blind, held: &[Guesser]) -> Result<(), Guesser> {
        let chance = 1.0 / row.replies() as f64;
        let after = |balance: Option<&Balance>, at: usize| {
            let Balance { excess, offered } = balance.copied().unwrap_or_default();
            Balance { excess: excess + f64::from(u8::from(at == row.right)) - chance, offered: offered + 1.0 }
        };
        let fits = |balances: &HashMap<u64, Balance>, usual: &Memory, keys: &[u64]| {
            let mut of_row = keys.iter().enumerate();
            // Replies that a guesser cannot tell apart are no guess.
            keys.windows(2).all(|two| two[0] == two[1])
                || of_row.all(|(at, key)| {
                    let balance = balances.get(key);
                    let now = after(balance, at);
                    // What is out of balance may come back.
                    now.allowed(usual.seen.get(key).copied().unwrap_or_default())
                        || balance.is_some_and(|before| now.excess.abs() < before.excess.abs())
                })
        };
        for (at, guesser) in GUESSERS.into_iter().enumerate() {
            if held.contains(&guesser) && !fits(&self.keys[at], &self.usual.0[at], &row.keys[at]) {
                return Err(guesser);
            }
        }
        for (balances, keys) in self.keys.iter_mut().zip(&row.keys) {
            for (at, key) in keys.iter().enumerate() {
                let balance = balances.entry(*key).or_default();
                *balance = after(Some(balance), at);
            }
        }
        Ok(())
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
