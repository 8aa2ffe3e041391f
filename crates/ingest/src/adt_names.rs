//! Aria Digital Twin instance names as words: `"BlackVaseBig_1"` → `"black vase big 1"`, `"black vase big"`.

use scene::LabelTable;

/// Words of the data set that are misspelt or cut short, and what they say.
const REPAIRED: [(&str, &str); 5] = [
    ("clothe spray", "clothes spray"),
    ("greent decoration", "green decoration"),
    ("kitch island", "kitchen island"),
    ("laundary detergent", "laundry detergent"),
    ("whit table lamp", "white table lamp"),
];

/// The names of an instance, the most particular first: the whole, then without the number or letter that only
/// tells copies apart. The whole belongs to one instance; the shorter name stays on each copy.
/// Misspelt names keep the spelling of the data set behind the repaired one.
pub fn names_of(instance_name: &str) -> Vec<String> {
    let mut names = Vec::new();
    let whole = words(instance_name);
    let copies = instance_name.rsplit_once('_').filter(|(stem, copy)| {
        let is_number = !copy.is_empty() && copy.chars().all(|c| c.is_ascii_digit());
        !stem.is_empty() && (is_number || copy.len() == 1)
    });
    for name in [Some(whole), copies.map(|(stem, _)| words(stem))].into_iter().flatten() {
        let repaired = REPAIRED.iter().find(|(wrong, _)| name.starts_with(wrong));
        let right = repaired.map(|(wrong, right)| format!("{right}{}", &name[wrong.len()..]));
        for name in right.into_iter().chain([name]) {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The narrower kind of a label that the last words of a longer name say: a "black ceramic mug" among the cups is a mug.
pub fn kind_of_name<'n>(name: &'n str, label: &str) -> Option<&'n str> {
    let table = LabelTable::builtin();
    let own = table.canonical(label);
    let ends = name.match_indices(' ').map(|(at, _)| &name[at + 1..]);
    ends.into_iter().find(|kind| table.known(kind).is_some_and(|kind| table.wider(kind).any(|wider| wider == own)))
}

/// CamelCase and underscores as lower-case words; digits are a word of their own, and so are capitals in a row
/// (`"TVUnit"` → `"tv unit"`).
fn words(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut spaced = String::new();
    for (at, &letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| letters[at]);
        let starts = before.is_some_and(|before| {
            let lower_next = letters.get(at + 1).is_some_and(|next| next.is_lowercase());
            (letter.is_uppercase() && (!before.is_uppercase() || lower_next))
                || letter.is_ascii_digit() != before.is_ascii_digit()
        });
        if starts {
            spaced.push(' ');
        }
        spaced.push(letter);
    }
    scene::normalise(&spaced)
}

#[cfg(test)]
mod tests {
    use super::{kind_of_name, names_of};

    #[test]
    fn the_head_of_a_name_may_be_a_narrower_kind() {
        assert_eq!(kind_of_name("black ceramic mug", "cup"), Some("mug"));
        for (name, label) in [("mug", "cup"), ("white vase", "vase"), ("mug cat", "cup"), ("office chair", "sofa")] {
            assert_eq!(kind_of_name(name, label), None, "{name}");
        }
    }

    #[test]
    fn instance_names_as_words() {
        for (instance, names) in [
            ("WhiteVase", "white vase"),
            ("BlackVaseBig_1", "black vase big 1|black vase big"),
            ("BookFiction7_00", "book fiction 7 00|book fiction 7"),
            ("Banana_A", "banana a|banana"),
            ("BlackKitchenChair_B", "black kitchen chair b|black kitchen chair"),
            ("TVUnit", "tv unit"),
            ("SpiceJarBBQ", "spice jar bbq"),
            ("FloatingShelf03Pattern01_1", "floating shelf 03 pattern 01 1|floating shelf 03 pattern 01"),
            ("Apartment_CabinetDoorA", "apartment cabinet door a"),
            ("WallClockB", "wall clock b"),
            ("KitchIsland", "kitchen island|kitch island"),
            ("WhitTableLamp", "white table lamp|whit table lamp"),
            ("GreentDecorationMedium", "green decoration medium|greent decoration medium"),
            ("LaundaryDetergent_1", "laundry detergent 1|laundary detergent 1|laundry detergent|laundary detergent"),
            ("ClotheSpray_2", "clothes spray 2|clothe spray 2|clothes spray|clothe spray"),
            ("Fridge", "fridge"),
            ("_", ""),
            ("", ""),
        ] {
            assert_eq!(names_of(instance).join("|"), names, "{instance}");
        }
    }
}
