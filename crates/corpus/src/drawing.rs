//! From a draw to a certified row.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use language::{Format, Material, PhraseBook, Wanted};
use question::{Answer, Draw, Fillings, Margin, Profile, Proof, Question, Task, Verdict, print};
use rayon::prelude::*;

use crate::{Row, Source};

/// Candidate questions drawn for one row at most.
const DRAWS_A_ROW: usize = 40;
/// Candidates drawn at a time.
const BLOCK: usize = 256;

/// Counts of what was drawn, by verdict or reason.
pub type Tally = BTreeMap<Cow<'static, str>, u64>;

/// Why a draw gave no row: `nothing to ask`, `not worded`, or the code of a reason.
pub type Miss = Cow<'static, str>;

/// What to draw.
#[derive(Debug, Clone, Copy)]
pub struct Drawing<'a> {
    /// Wordings.
    pub book: &'a PhraseBook,
    /// Definitions.
    pub profile: &'a Profile,
    /// Seed of every stream.
    pub seed: u64,
    /// Whether rows carry their proofs.
    pub proofs: bool,
}

/// A question with its certain answer, not yet worded.
#[derive(Debug, Clone)]
pub struct Fact<'a> {
    /// The scene.
    pub source: &'a Source,
    /// The task.
    pub task: &'a Task,
    /// What fills its roles.
    pub fillings: Fillings,
    /// The question.
    pub question: Question,
    /// Its answer.
    pub answer: Answer,
    /// Smallest gap of what decided it.
    pub margin: Option<Margin>,
    /// The proof, where proofs are wanted.
    pub proof: Option<Proof>,
}

impl Drawing<'_> {
    /// Up to `wanted` rows of one task over all scenes, in the order of their draws, in formats drawn uniformly.
    pub fn rows(
        &self,
        sources: &[Source],
        task: &Task,
        formats: &[Format],
        wanted: usize,
        tally: &mut Tally,
    ) -> Vec<Row> {
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = BTreeSet::new();
        for block in 0..wanted.saturating_mul(DRAWS_A_ROW).div_ceil(BLOCK) {
            if rows.len() >= wanted {
                break;
            }
            let drawn: Vec<_> = (block.saturating_mul(BLOCK)..block.saturating_add(1).saturating_mul(BLOCK))
                .into_par_iter()
                .map(|index| self.row(sources, task, formats, index as u64))
                .collect();
            for row in drawn {
                if rows.len() >= wanted {
                    break;
                }
                let what = match row {
                    Err(reason) => reason,
                    Ok(row) if seen.insert((row.scene.clone(), row.text.clone())) => {
                        rows.push(Row { id: format!("{}-{}-{}", task.name, self.seed, rows.len()), ..row });
                        "certain".into()
                    }
                    Ok(_) => "repeated".into(),
                };
                *tally.entry(what).or_default() += 1;
            }
        }
        rows
    }

    /// The candidate of this number, or why it is no row.
    fn row(&self, sources: &[Source], task: &Task, formats: &[Format], index: u64) -> Result<Row, Miss> {
        let mut draw = Draw::new(self.seed, &["gen", &task.name], index);
        let source = draw.pick(sources).ok_or(NOTHING)?;
        let fillings = source.sampler.fillings(&source.scene, task, &mut draw).ok_or(NOTHING)?;
        let format = *draw.pick(formats).ok_or(NOTHING)?;
        self.worded(&self.fact(source, task, fillings)?, format, &[], Wanted::default(), &mut draw)
    }

    /// The question of these fillings with its certain answer.
    pub fn fact<'s>(&self, source: &'s Source, task: &'s Task, fillings: Fillings) -> Result<Fact<'s>, Miss> {
        let question = task.question(&fillings).map_err(|error| Miss::from(error.to_string()))?;
        let (verdict, proof) = self.verdict(source, &question);
        let (answer, margin) = certain(verdict)?;
        Ok(Fact { source, task, fillings, question, answer, margin, proof })
    }

    /// The fact as a row in a format; `alternatives` are wrong answers to be used, where empty they are made.
    pub fn worded(
        &self,
        fact: &Fact,
        format: Format,
        alternatives: &[Answer],
        wanted: Wanted,
        draw: &mut Draw,
    ) -> Result<Row, Miss> {
        let Fact { source, task, fillings, question, answer, .. } = fact;
        let material = Material { scene: &source.scene, task, fillings, question, answer, alternatives, wanted };
        let worded = self.book.exercise(&material, format, draw).map_err(|_| Miss::from("not worded"))?;
        let answer_text = match (worded.letter, format) {
            (Some(letter), _) => letter.to_string(),
            (None, Format::FreeForm) => print::answer_in(self.profile, question, answer),
            (None, _) => worded.answer_text,
        };
        let (answer, proof) = if worded.question == *question {
            (answer.clone(), fact.proof.clone())
        } else {
            let (verdict, proof) = self.verdict(source, &worded.question);
            (certain(verdict)?.0, proof)
        };
        Ok(Row {
            id: String::new(),
            scene: source.scene.id().to_owned(),
            edit: None,
            task: task.name.clone(),
            level: task.level,
            format,
            text: worded.text,
            options: worded.options,
            answer_text,
            answer,
            question: worded.question,
            roles: None,
            difficulty: None,
            frames: Vec::new(),
            marks: Vec::new(),
            reasoning: None,
            proof,
        })
    }

    fn verdict(&self, source: &Source, question: &Question) -> (Verdict, Option<Proof>) {
        if self.proofs { source.proof(question, self.profile) } else { (source.verdict(question, self.profile), None) }
    }
}

/// A draw for which the scene has too little.
pub(crate) const NOTHING: Miss = Cow::Borrowed("nothing to ask");

/// The certain answer, or the code of the reason why there is none.
fn certain(verdict: Verdict) -> Result<(Answer, Option<Margin>), Miss> {
    match verdict {
        Verdict::Certain { answer, margin } => Ok((answer, margin)),
        Verdict::Ambiguous { reason, .. } | Verdict::Invalid { reason } => Err(reason.code.as_str().into()),
    }
}
