//! Draws fillings for a task from a scene: candidate questions, good and bad, for generation and tests.

use std::collections::BTreeSet;

use scene::Scene;

use crate::{Draw, Filling, Fillings, Role, Task};

/// What a scene offers to fill roles with.
#[derive(Debug, Clone)]
pub struct Sampler {
    /// For each object that some phrase names alone, that phrase; in order of the objects.
    unique: Vec<String>,
    /// Classes with at least two objects, sorted.
    classes: Vec<String>,
}

impl Sampler {
    /// Collects what the scene offers.
    pub fn new(scene: &Scene) -> Self {
        let single = |phrase: &str| scene.class(phrase).is_ok_and(|class| class.wide.len() == 1);
        let unique = scene
            .objects()
            .iter()
            .filter_map(|object| {
                // The label is the plainest name; an instance name serves where several share the label.
                std::iter::once(&object.label).chain(&object.names).find(|phrase| single(phrase)).cloned()
            })
            .collect();
        let classes: BTreeSet<String> = scene
            .objects()
            .iter()
            .filter(|object| scene.class(&object.label).is_ok_and(|class| class.exact.len() >= 2))
            .map(|object| object.label.clone())
            .collect();
        Self { unique, classes: classes.into_iter().collect() }
    }

    /// Phrases that name one object each.
    pub fn unique(&self) -> &[String] {
        &self.unique
    }

    /// Draws a filling for every role, different objects for different roles; `None` where the scene has too
    /// few objects or no class to count.
    pub fn fillings(&self, task: &Task, draw: &mut Draw) -> Option<Fillings> {
        let mut sizes = Vec::new();
        for (role, kind) in &task.roles {
            match kind {
                Role::Object => sizes.push((role, 1)),
                Role::Objects { least, most } => {
                    let most = (*most).min(self.unique.len());
                    sizes.push((role, least + draw.below((most + 1).saturating_sub(*least))));
                }
                Role::Class | Role::Quantity { .. } | Role::Word { .. } => {}
            }
        }
        let wanted: usize = sizes.iter().map(|(_, size)| size).sum();
        if wanted > self.unique.len() {
            return None;
        }
        let mut objects = draw.distinct(wanted, self.unique.len()).into_iter().map(|at| self.unique[at].clone());
        let mut fillings = Fillings::new();
        for (role, size) in sizes {
            let filling = if matches!(task.roles[role], Role::Object) {
                Filling::Text(objects.next()?)
            } else {
                Filling::List(objects.by_ref().take(size).collect())
            };
            fillings.insert(role.clone(), filling);
        }
        let classes = task.roles.values().filter(|kind| matches!(kind, Role::Class)).count();
        let mut drawn = draw.distinct(classes, self.classes.len()).into_iter();
        for (role, kind) in &task.roles {
            let filling = match kind {
                Role::Class => Filling::Text(self.classes[drawn.next()?].clone()),
                Role::Quantity { values, .. } => Filling::Number(*draw.pick(values)?),
                Role::Word { words } => Filling::Text(draw.pick(words)?.1.clone()),
                Role::Object | Role::Objects { .. } => continue,
            };
            fillings.insert(role.clone(), filling);
        }
        Some(fillings)
    }
}
