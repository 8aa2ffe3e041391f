//! `isovist bench captions`: caption scores of a corpus and how long each takes.

use std::{
    error::Error,
    io::{self, Write},
    path::PathBuf,
    time::Instant,
};

use judge::rule::caption::{Cider, Item, Meteor, Scores, bleu, cider, meteor, rouge_l, treebank};
use serde::{Deserialize, Serialize};

/// Caption scores of a corpus, and the time that each takes.
///
/// `crates/judge/benches/captions.py` runs it beside pycocoevalcap, METEOR 1.5 and nltk.
#[derive(Debug, clap::Args)]
pub(crate) struct CaptionsArgs {
    /// List of objects with `hypothesis` and `references`, texts as they are to be compared
    file: PathBuf,
    /// Split texts into the Penn Treebank's words before; the time of that is told too
    #[arg(long)]
    treebank: bool,
    /// Print JSON, scores of every item included
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Deserialize)]
struct Entry {
    hypothesis: String,
    references: Vec<String>,
}

/// A score, and the time that it took.
#[derive(Debug, Serialize)]
struct Scored {
    name: &'static str,
    corpus: f64,
    seconds: f64,
    items: Vec<f64>,
}

/// Splits all texts into the Treebank's words: how many there are, and how long it takes.
fn split(entries: &mut [Entry]) -> Scored {
    let start = Instant::now();
    let mut words = 0;
    for text in entries.iter_mut().flat_map(|entry| std::iter::once(&mut entry.hypothesis).chain(&mut entry.references))
    {
        *text = treebank(text);
        words += text.split(' ').count();
    }
    Scored { name: "words", corpus: words as f64, seconds: start.elapsed().as_secs_f64(), items: Vec::new() }
}

/// Scores that are found together, each with the time of all.
fn timed<const N: usize>(names: [&'static str; N], score: impl FnOnce() -> [Scores; N]) -> Vec<Scored> {
    let start = Instant::now();
    let scores = score();
    let seconds = start.elapsed().as_secs_f64();
    let scored = |(name, Scores { corpus, items })| Scored { name, corpus, seconds, items };
    names.into_iter().zip(scores).map(scored).collect()
}

/// Runs the command.
pub(super) fn run(args: &CaptionsArgs) -> Result<(), Box<dyn Error>> {
    let text = scene::disk::read_text(&args.file)?;
    let mut entries: Vec<Entry> =
        serde_json::from_str(&text).map_err(|error| format!("{}: {error}", args.file.display()))?;
    let mut scores = Vec::new();
    if args.treebank {
        scores.push(split(&mut entries));
    }
    let items: Vec<Item> =
        entries.iter().map(|entry| Item { hypothesis: &entry.hypothesis, references: &entry.references }).collect();
    scores.extend(timed(["CIDEr-D"], || [cider(&items, Cider::D)]));
    scores.extend(timed(["CIDEr"], || [cider(&items, Cider::Plain)]));
    scores.extend(timed(["BLEU-1", "BLEU-2", "BLEU-3", "BLEU-4"], || bleu(&items)));
    scores.extend(timed(["ROUGE-L"], || [rouge_l(&items)]));
    scores.extend(timed(["METEOR"], || [meteor(&items, Meteor::V15)]));
    scores.extend(timed(["METEOR-2005"], || [meteor(&items, Meteor::Original)]));
    super::show(&scores, args.json, |out: &mut dyn Write, scores: &Vec<Scored>| -> io::Result<()> {
        for scored in scores {
            writeln!(out, "{:<11} {:.12}  {:.3} s", scored.name, scored.corpus, scored.seconds)?;
        }
        Ok(())
    })
}
