//! Rewards: components with weights, as data; a gate before shaping; a penalty for broken form; groups for GRPO.
//!
//! A preset is one file of `data/presets`. It names its components, each a measure of a reply in [0, 1] with a weight.
//! Nothing here panics, and no model is asked.

mod measure;

use std::{collections::BTreeMap, sync::LazyLock};

use serde::{Deserialize, Serialize, Serializer};

pub use measure::{Facts, Form, Measure, Reading};

use crate::{
    built_in::parsed,
    reply::Reply,
    rule::{Lexical, Likeness, Reason, Scored},
    truth::Truth,
};

/// What a reply is rewarded by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Name on the command line.
    pub name: String,
    /// What it is, in a sentence.
    pub summary: String,
    /// What it follows.
    pub source: String,
    /// Where it differs from what it follows, or what can be had from it without an answer.
    pub differs: String,
    /// What a model is told of the form of its reply, where an episode tells it.
    #[serde(default = "think_and_answer")]
    pub instructions: String,
    /// A component that must earn something before shaping is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// How rewards of a group become advantages.
    pub normalisation: Normalisation,
    /// The components.
    pub component: Vec<Component>,
}

fn think_and_answer() -> String {
    "Reason inside <think></think> if it helps, then give one answer inside <answer></answer>.".to_owned()
}

/// What must be earned before shaping is paid.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Name of the component.
    pub component: String,
    /// Its score must be greater than this.
    pub above: f64,
}

/// A weighed measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Component {
    /// Its name.
    pub name: String,
    /// Its weight.
    pub weight: f64,
    /// Whether it is paid only where the gate is passed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shaping: bool,
    /// What it measures.
    #[serde(flatten)]
    pub measure: Measure,
}

/// `(r − mean) / (std + epsilon)` over a group of replies to one question.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Normalisation {
    /// Whether the deviation is divided by one less than the number of replies.
    pub unbiased: bool,
    /// Added to the deviation.
    pub epsilon: f64,
}

/// What a component gave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// In [0, 1].
    pub score: f64,
    /// Why.
    pub reason: Reason,
    /// The bytes of the reply that were read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<std::ops::Range<usize>>,
    /// The bytes of a second answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<std::ops::Range<usize>>,
}

impl From<Scored> for Part {
    fn from(scored: Scored) -> Self {
        Self { score: scored.score, reason: scored.reason, span: scored.span, other: scored.other }
    }
}

/// What the components gave, by their names in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Components<'p>(Vec<(&'p str, Part)>);

impl<'p> Components<'p> {
    /// What a component gave, if it applies.
    pub fn get(&self, name: &str) -> Option<&Part> {
        self.iter().find(|(known, _)| **known == name).map(|(_, part)| part)
    }

    /// Takes what a component gave.
    pub fn remove(&mut self, name: &str) -> Option<Part> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(at).1)
    }

    /// Each component.
    pub fn iter(&self) -> <&Self as IntoIterator>::IntoIter {
        self.into_iter()
    }

    fn insert(&mut self, name: &'p str, part: Part) {
        match self.0.binary_search_by_key(&name, |(known, _)| known) {
            Ok(at) => self.0[at].1 = part,
            Err(at) => self.0.insert(at, (name, part)),
        }
    }
}

impl<'c, 'p> IntoIterator for &'c Components<'p> {
    type Item = (&'c &'p str, &'c Part);
    type IntoIter =
        std::iter::Map<std::slice::Iter<'c, (&'p str, Part)>, fn(&'c (&'p str, Part)) -> (&'c &'p str, &'c Part)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, part)| (name, part))
    }
}

impl Serialize for Components<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

/// A reward with its parts.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reward<'p> {
    /// The sum of weighed components; −1 where the form is penalised.
    pub total: f64,
    /// Each component by its name; those that do not apply to the row are left out.
    pub components: Components<'p>,
    /// Whether the gate held shaping back.
    pub gated: bool,
    /// Whether the form was penalised.
    pub penalised: bool,
}

/// What a published reward pays for a form that it forbids.
const PENALTY: f64 = -1.0;

static ALL: LazyLock<Result<Vec<Preset>, String>> = LazyLock::new(|| {
    parsed(&[
        include_str!("../data/presets/isovist.toml"),
        include_str!("../data/presets/spatialevo-questioner.toml"),
        include_str!("../data/presets/spatialevo-solver.toml"),
        include_str!("../data/presets/3d-r1.toml"),
        include_str!("../data/presets/skill-3d.toml"),
    ])
});

/// All presets, the default first; none only in a broken build, which a test forbids.
pub fn presets() -> &'static [Preset] {
    ALL.as_ref().map_or(&[], Vec::as_slice)
}

/// The preset of this name.
pub fn preset(name: &str) -> Option<&'static Preset> {
    presets().iter().find(|preset| preset.name == name)
}

/// JSON Schema of a file of `data/presets`.
pub fn preset_schema() -> schemars::Schema {
    schemars::schema_for!(Preset)
}

impl Preset {
    /// The reward of a reply to a question with this answer.
    pub fn reward(&self, reply: &Reply, truth: &Truth, facts: &Facts) -> Reward<'_> {
        self.reward_with(reply, truth, facts, &Lexical)
    }

    /// The same, texts compared by a likeness of the caller's.
    pub fn reward_with(&self, reply: &Reply, truth: &Truth, facts: &Facts, likeness: &dyn Likeness) -> Reward<'_> {
        let mut penalised = false;
        let mut components = Components(Vec::with_capacity(self.component.len()));
        for component in &self.component {
            let Some(part) = component.measure.of(reply, truth, facts, likeness, &mut penalised) else { continue };
            components.insert(component.name.as_str(), part);
        }
        let passed = self
            .gate
            .as_ref()
            .is_none_or(|gate| components.get(&gate.component).is_some_and(|part| part.score > gate.above));
        let paid = self.component.iter().filter(|component| passed || !component.shaping);
        let sum: f64 =
            paid.filter_map(|component| Some(component.weight * components.get(&component.name)?.score)).sum();
        Reward { total: if penalised { PENALTY } else { sum }, components, gated: !passed, penalised }
    }
}

impl Normalisation {
    /// Advantages of the replies to one question. All are 0 where all rewards are the same.
    pub fn advantages(self, rewards: &[f64]) -> Vec<f64> {
        let count = rewards.len() as f64;
        let mean = rewards.iter().sum::<f64>() / count;
        let free = if self.unbiased { count - 1.0 } else { count };
        let deviation = (rewards.iter().map(|reward| (reward - mean).powi(2)).sum::<f64>() / free).sqrt();
        let below = deviation + self.epsilon;
        rewards.iter().map(|reward| if below > 0.0 { (reward - mean) / below } else { 0.0 }).collect()
    }

    /// Advantages of replies to several questions, each within the group that it names; `None` where it names
    /// none.
    pub fn by_group<G: Ord>(self, groups: impl IntoIterator<Item = Option<G>>, rewards: &[f64]) -> Vec<Option<f64>> {
        let mut members: BTreeMap<G, Vec<usize>> = BTreeMap::new();
        for (at, group) in groups.into_iter().enumerate().take(rewards.len()) {
            if let Some(group) = group {
                members.entry(group).or_default().push(at);
            }
        }
        let mut found = vec![None; rewards.len()];
        for members in members.values() {
            let own: Vec<f64> = members.iter().map(|at| rewards[*at]).collect();
            for (at, advantage) in members.iter().zip(self.advantages(&own)) {
                found[*at] = advantage.is_finite().then_some(advantage);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_preset() {
        assert!(ALL.is_ok(), "{:?}", ALL.as_ref().err());
        for preset in presets() {
            assert!(preset.gate.as_ref().is_none_or(|gate| preset.component.iter().any(|c| c.name == gate.component)));
            assert!(preset.component.iter().all(|component| component.weight > 0.0));
        }
    }

    fn total(preset_name: &str, reply: &str, truth: &Truth) -> f64 {
        preset(preset_name).expect("a preset").reward(&Reply::from(reply), truth, &Facts::default()).total
    }

    #[test]
    fn published_formulas_with_their_published_values() {
        let three = Truth::Count { value: 3 };
        for (reply, expected) in [
            ("<answer>3</answer>", 1.0),
            ("<answer>4</answer>", 0.1 + 0.9 * 0.3),
            ("<answer>5</answer>", 0.1 + 0.9 * 0.1),
            ("<answer>9</answer>", 0.1),
            ("3", 0.0),
            ("<answer>3</answer><answer>3</answer>", -1.0),
            ("<think>x</think><answer>3</answer>", -1.0),
        ] {
            let got = total("spatialevo-solver", reply, &three);
            assert!((got - expected).abs() < 1e-12, "{reply}: {got}, not {expected}");
        }
        // What 3D-R1's format reward was measured to pay, times its weight of 0.3.
        let text = Truth::Text { references: vec!["qqq".to_owned()] };
        for (reply, format) in [
            ("<think></think><answer></answer>", 0.75),
            ("<answer></answer><think></think>", 0.75),
            ("<think>aaaaaa</think><answer></answer>", 1.0),
            ("<think></think><answer></answer><answer></answer>", 0.75),
        ] {
            let got = total("3d-r1", reply, &text);
            assert!((got - 0.3 * format).abs() < 1e-12, "{reply}: {got}");
        }
    }

    #[test]
    fn form_alone_earns_nothing_by_default() {
        let three = Truth::Count { value: 3 };
        assert!(total("isovist", "<think>x</think><answer>4</answer>", &three).abs() < 1e-15);
        assert!((total("isovist", "<think>x</think><answer>3</answer>", &three) - 1.0).abs() < 1e-15);
        assert!((total("isovist", "3 chairs", &three) - 0.9).abs() < 1e-15);
    }

    #[test]
    fn advantages_of_a_group() {
        let by = |unbiased| Normalisation { unbiased, epsilon: 0.0 }.advantages(&[1.0, 0.0, 0.0, 1.0]);
        assert!((by(false)[0] - 1.0).abs() < 1e-12 && (by(true)[0] - 0.75_f64.sqrt()).abs() < 1e-12);
        let same = Normalisation { unbiased: true, epsilon: 1e-6 }.advantages(&[0.5, 0.5]);
        assert!(same.iter().all(|advantage| *advantage == 0.0));
        assert!(Normalisation { unbiased: false, epsilon: 0.0 }.advantages(&[]).is_empty());
        let plain = Normalisation { unbiased: true, epsilon: 0.0 };
        let groups = [Some("a"), Some("b"), None, Some("a")];
        let found = plain.by_group(groups, &[1.0, 0.5, 0.7, 0.0]);
        let half = 0.5_f64.sqrt();
        assert!((found[0].expect("a") - half).abs() < 1e-12 && (found[3].expect("a") + half).abs() < 1e-12);
        assert_eq!((found[1], found[2]), (Some(0.0), None), "alone, and in no group");
    }
}
