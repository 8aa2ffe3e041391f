//! The steps of a proof as they are written.

use std::fmt;

use crate::{
    Rejection,
    answer::{Amount, Answer},
    body::Point,
    json::Json,
    question::comparison,
    relation,
    sector::System,
    term::{Operation, Term},
};

/// One step; positions cite earlier steps.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Step {
    Resolve { reference: String, objects: Vec<u32> },
    Measure { term: Term, amount: Amount, witness: Option<[Point; 2]> },
    Combine { op: Operation, of: Vec<usize>, amount: Amount },
    Compare { left: usize, greater: bool, right: usize, holds: bool, margin: f64 },
    Sector { of: usize, system: System, word: String, margin: f64 },
    SectorIs { of: usize, is: String, holds: bool },
    Relation { name: &'static str, a: u32, b: u32, of: usize, holds: bool },
    /// `all`, otherwise `any`.
    Join { all: bool, of: Vec<usize>, holds: bool },
    Not { of: usize, holds: bool },
    Claim { of: usize, answer: Answer, holds: bool },
    Count { of: usize, tests: Vec<usize>, value: u32 },
    Conclude { from: Vec<usize>, answer: Answer },
}

impl Step {
    pub(crate) fn read(json: &Json) -> Result<Self, Rejection> {
        let rule = json.maybe("rule").ok_or_else(|| json.fault("an object with the key \"rule\""))?;
        let keys = |required: &[&str], optional: &[&str]| {
            let all: Vec<&str> = required.iter().chain(&["rule"]).copied().collect();
            json.keys(&all, optional)
        };
        let of = || json.get("of").index();
        let holds = || json.get("holds").flag();
        match rule.text()? {
            "resolve" => {
                keys(&["reference", "objects"], &[])?;
                let objects = json.get("objects").items(Json::natural)?;
                Ok(Self::Resolve { reference: json.get("reference").text()?.to_owned(), objects })
            }
            "measure" => {
                keys(&["term", "value", "lo", "hi", "unit"], &["witness"])?;
                let witness = json.maybe("witness");
                let witness = witness.map(|points| points.array(|point| point.array(Json::number))).transpose()?;
                Ok(Self::Measure { term: Term::read(&json.get("term"))?, amount: Amount::read(json)?, witness })
            }
            "combine" => {
                keys(&["op", "of", "value", "lo", "hi", "unit"], &[])?;
                let op = json.get("op").word(&[
                    ("sum", Operation::Sum),
                    ("difference", Operation::Difference),
                    ("ratio", Operation::Ratio),
                ])?;
                Ok(Self::Combine { op, of: json.get("of").items(Json::index)?, amount: Amount::read(json)? })
            }
            "compare" => {
                keys(&["left", "is", "right", "holds", "margin"], &[])?;
                Ok(Self::Compare {
                    left: json.get("left").index()?,
                    greater: comparison(&json.get("is"))?,
                    right: json.get("right").index()?,
                    holds: holds()?,
                    margin: json.get("margin").number()?,
                })
            }
            "sector" => {
                keys(&["of", "in", "word", "margin"], &[])?;
                let system = System::read(&json.get("in"))?;
                let word = system.word(&json.get("word"))?;
                Ok(Self::Sector { of: of()?, system, word, margin: json.get("margin").number()? })
            }
            "sector_is" => {
                keys(&["of", "is", "holds"], &[])?;
                Ok(Self::SectorIs { of: of()?, is: json.get("is").text()?.to_owned(), holds: holds()? })
            }
            "relation" => {
                keys(&["name", "a", "b", "of", "holds"], &[])?;
                let (a, b) = (json.get("a").natural()?, json.get("b").natural()?);
                Ok(Self::Relation { name: relation::name(&json.get("name"))?, a, b, of: of()?, holds: holds()? })
            }
            word @ ("all" | "any") => {
                keys(&["of", "holds"], &[])?;
                Ok(Self::Join { all: word == "all", of: json.get("of").items(Json::index)?, holds: holds()? })
            }
            "not" => {
                keys(&["of", "holds"], &[])?;
                Ok(Self::Not { of: of()?, holds: holds()? })
            }
            "claim" => {
                keys(&["of", "answer", "holds"], &[])?;
                Ok(Self::Claim { of: of()?, answer: Answer::read(&json.get("answer"))?, holds: holds()? })
            }
            "count" => {
                keys(&["of", "tests", "value"], &[])?;
                let tests = json.get("tests").items(Json::index)?;
                Ok(Self::Count { of: of()?, tests, value: json.get("value").natural()? })
            }
            "conclude" => {
                keys(&["from", "answer"], &[])?;
                let from = json.get("from").items(Json::index)?;
                Ok(Self::Conclude { from, answer: Answer::read(&json.get("answer"))? })
            }
            _ => Err(rule.fault("a rule of docs/proof.md")),
        }
    }

    /// The steps it cites.
    pub(crate) fn cites(&self) -> Vec<usize> {
        match self {
            Self::Resolve { .. } | Self::Measure { .. } => Vec::new(),
            Self::Combine { of, .. } | Self::Join { of, .. } => of.clone(),
            Self::Compare { left, right, .. } => vec![*left, *right],
            Self::Sector { of, .. }
            | Self::SectorIs { of, .. }
            | Self::Relation { of, .. }
            | Self::Not { of, .. }
            | Self::Claim { of, .. } => vec![*of],
            Self::Count { of, tests, .. } => std::iter::once(*of).chain(tests.iter().copied()).collect(),
            Self::Conclude { from, .. } => from.clone(),
        }
    }

    /// What makes it the step it is; what follows from that is left out. No two steps of a proof share this.
    pub(crate) fn identity(&self) -> String {
        match self {
            Self::Resolve { reference, .. } => format!("resolve {reference}"),
            Self::Measure { .. } => self.to_string(),
            Self::Combine { op, of, .. } => format!("combine {op:?} {of:?}"),
            Self::Compare { left, greater, right, .. } => format!("compare {left} {greater} {right}"),
            Self::Sector { of, system, .. } => format!("sector {of} {system:?}"),
            Self::SectorIs { of, is, .. } => format!("sector_is {of} {is}"),
            Self::Relation { name, a, b, .. } => format!("relation {name} {a} {b}"),
            Self::Join { all, of, .. } => format!("join {all} {of:?}"),
            Self::Not { of, .. } => format!("not {of}"),
            Self::Claim { of, answer, .. } => format!("claim {of} {answer:?}"),
            Self::Count { of, tests, .. } => format!("count {of} {tests:?}"),
            Self::Conclude { from, answer } => format!("conclude {from:?} {answer:?}"),
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resolve { reference, .. } => write!(f, "resolve {reference:?}"),
            Self::Measure { term, .. } => write!(f, "measure {term}"),
            Self::Combine { op, .. } => write!(f, "combine {}", format!("{op:?}").to_lowercase()),
            Self::Compare { greater, .. } => write!(f, "compare {}", if *greater { "greater" } else { "less" }),
            Self::Sector { word, .. } => write!(f, "sector {word:?}"),
            Self::SectorIs { is, .. } => write!(f, "sector_is {is:?}"),
            Self::Relation { name, a, b, .. } => write!(f, "relation {name} #{a} #{b}"),
            Self::Join { all, .. } => f.write_str(if *all { "all" } else { "any" }),
            Self::Not { .. } => f.write_str("not"),
            Self::Claim { .. } => f.write_str("claim"),
            Self::Count { .. } => f.write_str("count"),
            Self::Conclude { .. } => f.write_str("conclude"),
        }
    }
}
