//! What a word of a question stands for, found by going through all objects of the scene.

use std::collections::BTreeSet;

use scene::{LabelTable, Object, Scene, normalise};

use crate::profile::Profile;

/// What the question needs a word for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Need {
    /// One object.
    One,
    /// One candidate, of which a profile may allow several instances.
    Candidate,
    /// A class whose members are counted.
    Class,
}

/// The objects a word stands for, by ascending number.
#[derive(Debug)]
pub(crate) struct Class {
    /// Same label, a label of the same meaning, or this very name.
    pub(crate) exact: Vec<u32>,
    /// `exact` and the narrower kinds.
    pub(crate) wide: Vec<u32>,
    /// How many the source says there are.
    declared: Option<u64>,
}

impl Class {
    /// Goes through the scene for a word.
    pub(crate) fn of(scene: &Scene, word: &str) -> Self {
        let table = LabelTable::builtin();
        let labels = |object: &Object| -> Vec<String> {
            std::iter::once(&object.label).chain(&object.names).map(|word| table.canonical(word).to_owned()).collect()
        };
        let mut known = BTreeSet::new();
        for object in scene.objects() {
            known.extend(labels(object));
            known.extend(table.wider(table.canonical(&object.label)).map(str::to_owned));
        }
        // A word that is a class here means that class; otherwise it may be a spelling of one.
        let word = normalise(word);
        let spelled = || known.iter().find(|class| table.spellings(class).contains(&word)).cloned();
        let class = if known.contains(&word) { Some(word.clone()) } else { spelled() };
        let class = class.unwrap_or_else(|| table.canonical(&word).to_owned());

        let ids = |member: &dyn Fn(&Object) -> bool| -> Vec<u32> {
            let mut ids: Vec<u32> = scene.objects().iter().filter(|o| member(o)).map(|o| o.id.0).collect();
            ids.sort_unstable();
            ids
        };
        let exact = |object: &Object| labels(object).contains(&class);
        let narrower = |object: &Object| table.wider(table.canonical(&object.label)).any(|wider| wider == class);
        let declared = &scene.parts().declared_counts;
        let mut same = declared.iter().filter(|(label, _)| table.canonical(label) == class).peekable();
        Self {
            exact: ids(&exact),
            wide: ids(&|object| exact(object) || narrower(object)),
            declared: same.peek().is_some().then(|| same.map(|(_, count)| u64::from(*count)).sum()),
        }
    }

    /// The objects that a `resolve` step must list, or why there is no answer for this word.
    pub(crate) fn listed(&self, need: Need, profile: &Profile) -> Result<Vec<u32>, String> {
        let members = if profile.kinds { &self.wide } else { &self.exact };
        match need {
            Need::Class => self.counted(profile).map(|_| self.exact.clone()),
            Need::Candidate if profile.instances && !members.is_empty() => Ok(members.clone()),
            Need::One | Need::Candidate if profile.instances => {
                let count = self.declared.unwrap_or(members.len() as u64);
                let first = members.first().filter(|_| count == 1);
                first.map(|id| vec![*id]).ok_or_else(|| format!("one object, not {count}"))
            }
            Need::One | Need::Candidate if members.len() == 1 => Ok(members.clone()),
            Need::One | Need::Candidate => Err(format!("one object, not {}", members.len())),
        }
    }

    /// How many objects the class counts, or why that is in doubt.
    pub(crate) fn counted(&self, profile: &Profile) -> Result<u64, String> {
        let boxes = self.exact.len() as u64;
        if profile.instances {
            return match self.declared.unwrap_or(boxes) {
                0 => Err("a class that is in the scene".to_owned()),
                count => Ok(count),
            };
        }
        if boxes == 0 {
            return Err("a class that is in the scene".to_owned());
        }
        if profile.kinds && self.wide.len() != self.exact.len() {
            return Err("a class without narrower kinds in the scene".to_owned());
        }
        match self.declared {
            Some(declared) if profile.kinds && declared != boxes => {
                Err(format!("as many boxes as the source declares, {declared}"))
            }
            _ => Ok(boxes),
        }
    }
}
