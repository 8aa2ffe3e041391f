//! Replies that try to be paid without an answer, and what each preset pays for them.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize};

use crate::{
    reply::Reply,
    reward::{Facts, Preset},
    truth::Truth,
};

/// The corpus, `data/exploits.toml`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// What is asked.
    pub task: Vec<Task>,
    /// What is tried.
    pub exploit: Vec<Exploit>,
}

/// A task with several right answers, each as likely.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its name.
    pub name: String,
    /// The right answers.
    pub truths: Vec<Truth>,
    /// Constant answers that a blind model could give honestly.
    pub honest: Vec<String>,
}

/// A reply that tries to be paid.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exploit {
    /// What it is a case of.
    pub family: String,
    /// The task on which it is tried.
    pub task: String,
    /// What is written.
    pub reply: String,
    /// How many times over.
    #[serde(default = "one")]
    pub repeat: usize,
}

fn one() -> usize {
    1
}

/// What a preset pays for a family of exploits.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Paid {
    /// Exploits of the family.
    pub exploits: usize,
    /// Those that are paid more than the best constant honest answer to their task.
    pub gaining: usize,
    /// The greatest mean reward of one.
    pub greatest: f64,
    /// The greatest gain over the best constant honest answer; negative where every one loses.
    pub greatest_gain: f64,
    /// The reply with that gain, shortened.
    pub example: String,
}

static CORPUS: LazyLock<Result<Corpus, String>> =
    LazyLock::new(|| toml::from_str(include_str!("../data/exploits.toml")).map_err(|error| error.to_string()));

/// The corpus; an error only in a broken build, which a test forbids.
pub fn corpus() -> Result<&'static Corpus, &'static str> {
    CORPUS.as_ref().map_err(String::as_str)
}

/// Mean reward of a reply over the truths of a task.
fn mean_reward(preset: &Preset, reply: &str, task: &Task) -> f64 {
    let reply = Reply::from(reply);
    let total = |truth: &Truth| preset.reward(&reply, truth, &Facts::default()).total;
    task.truths.iter().map(total).sum::<f64>() / task.truths.len() as f64
}

/// What a blind model can earn honestly: the best constant answer, in the form that the preset likes best.
pub fn blind(preset: &Preset, task: &Task) -> f64 {
    let forms = |answer: &String| {
        let forms = [
            format!("<answer>{answer}</answer>"),
            format!("<think>I have seen nothing of it.</think><answer>{answer}</answer>"),
            answer.clone(),
        ];
        forms.iter().map(|reply| mean_reward(preset, reply, task)).fold(f64::NEG_INFINITY, f64::max)
    };
    task.honest.iter().map(forms).fold(f64::NEG_INFINITY, f64::max)
}

/// What a preset pays, by family.
pub fn paid(preset: &Preset, corpus: &Corpus) -> BTreeMap<String, Paid> {
    let blind: BTreeMap<&str, f64> = corpus.task.iter().map(|task| (task.name.as_str(), blind(preset, task))).collect();
    let mut families: BTreeMap<String, Paid> = BTreeMap::new();
    for exploit in &corpus.exploit {
        let Some(task) = corpus.task.iter().find(|task| task.name == exploit.task) else { continue };
        let reward = mean_reward(preset, &exploit.reply.repeat(exploit.repeat), task);
        let gain = reward - blind.get(exploit.task.as_str()).copied().unwrap_or(0.0);
        let family = families.entry(exploit.family.clone()).or_default();
        if family.exploits == 0 || gain > family.greatest_gain {
            family.greatest_gain = gain;
            family.example = exploit.reply.chars().take(60).collect();
        }
        family.greatest = if family.exploits == 0 { reward } else { family.greatest.max(reward) };
        family.exploits += 1;
        family.gaining += usize::from(gain > 1e-9);
    }
    families
}
