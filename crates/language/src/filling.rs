//! What stands in a hole, resolved against the scene.

use std::ops::Range;

use question::{Filling, Fillings, Role, Unit};
use scene::{ClassMiss, LabelTable, Scene};

use crate::{
    book::{Compiled, PhraseBook},
    matching::{Capture, Element, items},
    token::Tokens,
};

/// Fills every role of a phrasing, or names the words that are no known thing.
pub(crate) fn fillings(
    book: &PhraseBook,
    scene: &Scene,
    compiled: &Compiled,
    read: &Tokens,
    captures: &[Capture],
) -> Result<Fillings, String> {
    let mut fillings = Fillings::new();
    for Capture { element, run, value } in captures {
        let Some(Element::Slot { slot, role, .. }) = compiled.elements.get(*element) else { continue };
        let whole = || read.text(run).to_owned();
        let filling = match (role, value) {
            (_, Some(value)) => Filling::Text(value.clone()),
            (Role::Object | Role::Class, None) => Filling::Text(label(scene, read.text(run))?),
            (Role::Objects { most, .. }, None) => {
                let items = items(book, read, run, &slot.form)
                    .filter(|items| items.len() <= *most.max(&64))
                    .ok_or_else(whole)?;
                Filling::List(items.iter().map(|item| label(scene, read.text(item))).collect::<Result<_, _>>()?)
            }
            (Role::Quantity { unit, .. }, None) => Filling::Number(quantity(book, read, run, *unit).ok_or_else(whole)?),
            (Role::Word { .. }, None) => return Err(whole()),
        };
        // One role in two holes of a phrasing must say the same.
        if let Some(before) = fillings.insert(slot.role.clone(), filling.clone())
            && before != filling
        {
            return Err(whole());
        }
    }
    Ok(fillings)
}

/// A label in the singular, as far as the table or the scene knows it.
fn label(scene: &Scene, text: &str) -> Result<String, String> {
    let text = scene::normalise(text);
    let canonical = match scene.class(&text) {
        Ok(class) => class.canonical.to_owned(),
        Err(ClassMiss::Absent { canonical }) => canonical,
        Err(ClassMiss::Unknown { .. }) => return Err(text),
    };
    // The singular spelling whose plural was written; otherwise the words themselves.
    let table = LabelTable::builtin();
    let spellings = table.spellings(&canonical);
    if spellings.iter().take(spellings.len() / 2).any(|spelling| *spelling == text) {
        return Ok(text);
    }
    Ok(spellings.into_iter().find(|spelling| table.plural(spelling) == text).unwrap_or(text))
}

/// A number with its unit, in the role's unit.
fn quantity(book: &PhraseBook, read: &Tokens, run: &Range<usize>, unit: Unit) -> Option<f64> {
    let first = read.text(&(run.start..run.start + 1));
    let number = first.parse::<f64>().ok().or_else(|| book.wording.numbers.get(first).copied())?;
    if !(0.0..=1e6).contains(&number) {
        return None;
    }
    let written: Vec<&str> = (run.start + 1..run.end).map(|at| read.text(&(at..at + 1))).collect();
    let written = written.join(" ");
    let house = |word: &str| book.wording.spelling.get(word).cloned().unwrap_or_else(|| word.to_owned());
    let written = house(&written);
    let words = book.wording.units.iter().find(|words| words.unit == unit && words.words.contains(&written))?;
    Some(number * words.times / words.over)
}
