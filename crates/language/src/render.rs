//! A question in words.

use question::{Filling, Fillings, Role, Task, print};
use scene::LabelTable;

use crate::{
    PhraseBook,
    pattern::{Piece, Slot, SlotForm, pieces},
};

impl PhraseBook {
    /// The question in one of its task's phrasings; `None` if there is no such phrasing or it does not fit
    /// the fillings (a wording for another value, a list of another length).
    pub fn ask(&self, task: &Task, fillings: &Fillings, phrase: usize) -> Option<String> {
        let mut text = String::new();
        for piece in pieces(task.phrases.ask.get(phrase)?).ok()? {
            match piece {
                Piece::Text(fixed) => text.push_str(&fixed),
                Piece::Optional(_) => {
                    // What is left out takes the space before it along.
                    text.truncate(text.trim_end().len());
                }
                Piece::Slot(slot) => text.push_str(&slot_text(task, fillings, &slot)?),
            }
        }
        let mut letters = text.chars();
        let first = letters.next()?;
        Some(first.to_uppercase().chain(letters).collect())
    }

    /// The first fitting phrasing at or after a given one, going round.
    pub fn ask_any(&self, task: &Task, fillings: &Fillings, from: usize) -> Option<String> {
        let all = task.phrases.ask.len();
        (0..all).find_map(|step| self.ask(task, fillings, (from + step) % all.max(1)))
    }
}

fn slot_text(task: &Task, fillings: &Fillings, slot: &Slot) -> Option<String> {
    let role = task.roles.get(&slot.role)?;
    Some(match (fillings.get(&slot.role)?, role) {
        (Filling::Text(value), Role::Word { words }) => {
            let words = if let SlotForm::Words(words) = &slot.form { words } else { words };
            words.iter().find(|(_, known)| known == value)?.0.clone()
        }
        (Filling::Text(label), _) => match slot.form {
            SlotForm::Plural => LabelTable::builtin().plural(label),
            SlotForm::Bare => label.clone(),
            _ => format!("the {label}"),
        },
        (Filling::Number(value), Role::Quantity { unit, .. }) => {
            // As many decimals as the number has, so that it reads back as the same number.
            let house = print::quantity(*value, *unit);
            house.split_once(' ').map_or(house.clone(), |(_, unit)| format!("{value} {unit}"))
        }
        (Filling::List(labels), _) => list(labels, &slot.form)?,
        (Filling::Number(_), _) => return None,
    })
}

fn list(labels: &[String], form: &SlotForm) -> Option<String> {
    if *form == SlotForm::Bare {
        return Some(labels.join(", "));
    }
    let conjunction = if *form == SlotForm::And { "and" } else { "or" };
    let named: Vec<String> = labels.iter().map(|label| format!("the {label}")).collect();
    match (named.as_slice(), form) {
        ([a, b], _) => Some(format!("{a} {conjunction} {b}")),
        ([many @ .., last], form) if *form != SlotForm::Two => {
            Some(format!("{}, {conjunction} {last}", many.join(", ")))
        }
        _ => None,
    }
}
