//! Scores of captions over all rows, and what is done to texts before.

use serde::{Deserialize, Serialize};

use super::{Measure, Profile, Row, mark::text_of};
use crate::{
    rule::{
        caption::{Cider, Item, Meteor, Scores, bleu, cider, meteor, rouge_l, treebank},
        clean,
    },
    truth::Truth,
};

/// A score of captions over all rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Corpus {
    /// CIDEr, as `pycocoevalcap` has it (CIDEr-D).
    Cider,
    /// BLEU of single words.
    Bleu1,
    /// BLEU to pairs of words.
    Bleu2,
    /// BLEU to runs of three words.
    Bleu3,
    /// BLEU to runs of four words.
    Bleu4,
    /// ROUGE-L.
    RougeL,
    /// METEOR 1.5 by its exact and stem stages.
    Meteor,
}

/// Something that is done to a text before it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Cleaned as LEO cleans it.
    Clean,
    /// Lower case.
    Lower,
    /// Without blanks at its ends.
    Trim,
    /// Without the full stops at its end.
    NoFinalStops,
    /// Blanks around full stops and commas.
    MarksApart,
    /// The first thirty words.
    ThirtyWords,
    /// Between "sos" and "eos", which count as words.
    SosEos,
}

/// A text after some steps.
pub(super) fn prepared(text: &str, steps: &[Step]) -> String {
    steps.iter().fold(text.to_owned(), |text, step| match step {
        Step::Clean => clean(&text),
        Step::Lower => text.to_lowercase(),
        Step::Trim => text.trim().to_owned(),
        Step::NoFinalStops => text.trim_end_matches('.').to_owned(),
        Step::MarksApart => text.replace('.', " . ").replace(',', " , "),
        Step::ThirtyWords => text.split_whitespace().take(30).collect::<Vec<_>>().join(" "),
        Step::SosEos if text.is_empty() => "sos eos".to_owned(),
        Step::SosEos => format!("sos {text} eos"),
    })
}

/// The score of each row and of all. A failed row has no caption and scores nothing. A row whose box is not known to
/// overlap as it must has the caption that is left of an empty one.
pub(super) fn corpus(profile: &Profile, measure: &Measure, which: Corpus, rows: &[&Row]) -> (Vec<f64>, f64) {
    let split = |text: String| if measure.treebank { treebank(&text) } else { text };
    let texts: Vec<(String, Vec<String>)> = rows
        .iter()
        .map(|row| {
            let kept = measure.above_overlap.is_none_or(|least| row.overlap.is_some_and(|overlap| overlap > least));
            let said = match profile.text {
                _ if row.failed => String::new(),
                Some(reader) if kept => prepared(&text_of(reader, &row.reply).unwrap_or_default(), &profile.prepare),
                _ => prepared("", &profile.prepare),
            };
            let references = match &row.truth {
                Truth::Text { references } => {
                    references.iter().map(|of| split(prepared(of, &profile.prepare_truth))).collect()
                }
                _ => Vec::new(),
            };
            (split(said), references)
        })
        .collect();
    let items: Vec<Item> = texts.iter().map(|(said, references)| Item { hypothesis: said, references }).collect();
    let Scores { corpus, mut items } = match which {
        Corpus::Cider => cider(&items, Cider::D),
        Corpus::RougeL => rouge_l(&items),
        Corpus::Meteor => meteor(&items, Meteor::V15),
        Corpus::Bleu1 => {
            let [scores, ..] = bleu(&items);
            scores
        }
        Corpus::Bleu2 => {
            let [_, scores, ..] = bleu(&items);
            scores
        }
        Corpus::Bleu3 => {
            let [_, _, scores, ..] = bleu(&items);
            scores
        }
        Corpus::Bleu4 => {
            let [_, _, _, scores] = bleu(&items);
            scores
        }
    };
    for (score, row) in items.iter_mut().zip(rows) {
        if row.failed {
            *score = 0.0;
        }
    }
    // CIDEr and ROUGE-L of a corpus are means; of the rows that failed nothing is added to them.
    let all = match which {
        Corpus::Cider | Corpus::RougeL => items.iter().sum::<f64>() / items.len().max(1) as f64,
        _ => corpus,
    };
    (items, all)
}
