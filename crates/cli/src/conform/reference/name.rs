//! What words stand for, by reading every object of the scene anew.

use question::ReasonCode;
use scene::{LabelTable, Scene};

/// Positions of the objects a phrase stands for.
#[derive(Debug)]
pub(super) struct Meant {
    /// Of this very class or name.
    pub(super) exact: Vec<usize>,
    /// With the narrower kinds.
    pub(super) wide: Vec<usize>,
    /// How many the source declares.
    pub(super) declared: Option<u32>,
}

pub(super) fn meant(scene: &Scene, phrase: &str) -> Result<Meant, ReasonCode> {
    let table = LabelTable::builtin();
    let class = class(scene, &plain(phrase)).ok_or(ReasonCode::UnknownLabel)?;
    let mut meant = Meant { exact: Vec::new(), wide: Vec::new(), declared: None };
    for (position, object) in scene.objects().iter().enumerate() {
        let label = table.canonical(&object.label);
        if label == class || object.names.iter().any(|name| table.canonical(name) == class) {
            meant.exact.push(position);
            meant.wide.push(position);
        } else if table.wider(label).any(|wider| wider == class) {
            meant.wide.push(position);
        }
    }
    for (label, count) in &scene.parts().declared_counts {
        if table.canonical(label) == class {
            meant.declared = Some(meant.declared.unwrap_or(0).saturating_add(*count));
        }
    }
    if meant.wide.is_empty() { Err(ReasonCode::Absent) } else { Ok(meant) }
}

/// The canonical label, or the word that an object here carries, in its singular.
fn class(scene: &Scene, word: &str) -> Option<String> {
    let table = LabelTable::builtin();
    if let Some(listed) = table.known(word) {
        return Some(listed.to_owned());
    }
    let carried = || scene.objects().iter().flat_map(|object| object.names.iter().chain([&object.label]));
    let spelled = carried().find(|carried| *carried == word);
    spelled.or_else(|| carried().find(|carried| table.plural(carried) == word)).cloned()
}

/// Lower case, single spaces, no article in front, no punctuation.
fn plain(phrase: &str) -> String {
    let text = phrase.to_lowercase().replace(['-', '_'], " ");
    let text: String =
        text.chars().filter(|c| c.is_alphanumeric() || c.is_whitespace() || matches!(c, '\'' | '/' | '&')).collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    let articles = words.iter().take_while(|word| matches!(**word, "the" | "a" | "an")).count();
    words[articles..].join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_by_hand() {
        let scene = scene::builtin::open("kitchen").unwrap().unwrap();
        let label = |phrase: &str| {
            let meant = meant(&scene, phrase)?;
            Ok(scene.objects()[meant.wide[0]].label.clone())
        };
        assert_eq!(label("The  Fridge"), label("refrigerators"));
        assert!(label("fridge").is_ok());
        assert_eq!(label("piano"), Err(ReasonCode::Absent));
        assert_eq!(label("gizmo of doom"), Err(ReasonCode::UnknownLabel));
    }
}
