//! A scene with nested names, and fillings for every task.
#![allow(dead_code, reason = "each test file takes what it needs")]

use language::PhraseBook;
use question::{Draw, Filling, Fillings, Role, Task, example_scene, task};
use scene::Scene;

/// Names that hold one another, in several words, with irregular plurals and aliases.
pub(crate) const NAMES: [&str; 14] = [
    "sofa",
    "tv",
    "tv stand",
    "coffee table",
    "table",
    "office chair",
    "chair",
    "trash bin",
    "lamp",
    "bookshelf",
    "bench",
    "fridge",
    "picture",
    "box",
];

/// Names as recordings have them.
pub(crate) const FRAMES: [&str; 5] = ["rgb_0", "slam-left-1", "walk-through-003", "000012.color", "7"];

pub(crate) fn book() -> &'static PhraseBook {
    PhraseBook::builtin().expect("a phrase book")
}

/// One box of each name, and frames that show all of them.
pub(crate) fn scene() -> Scene {
    let mut task = task("absolute_distance").expect("a task").clone();
    task.example.objects = NAMES
        .iter()
        .enumerate()
        .map(|(at, name)| format!("{name} {at} {} 0.5  0.4 0.3 {}", at % 3, 0.5 + at as f64 / 10.0))
        .collect();
    task.example.frames = FRAMES.iter().enumerate().map(|(at, name)| format!("{name} {at} -3 1.5  90 0")).collect();
    let seen = FRAMES.iter().flat_map(|frame| NAMES.map(|name| format!("{frame} {name} 0.9")));
    task.example.sightings = seen.collect();
    example_scene(&task).expect("a scene")
}

/// Something different for every role.
pub(crate) fn fillings(task: &Task, draw: &mut Draw) -> Fillings {
    let mut frames = draw.distinct(FRAMES.len(), FRAMES.len()).into_iter().map(|at| FRAMES[at].to_owned());
    let mut names = draw.distinct(NAMES.len(), NAMES.len()).into_iter().map(|at| NAMES[at].to_owned());
    task.roles
        .iter()
        .map(|(name, role)| {
            let filling = match role {
                Role::Frame => Filling::Text(frames.next().expect("a frame")),
                Role::Frames { least, most } => {
                    let count = least + draw.below(most - least + 1);
                    Filling::List(frames.by_ref().take(count).collect())
                }
                Role::Region { .. } => {
                    let region = draw.pick(scene::regions()).expect("a region");
                    Filling::Text(draw.pick(&region.names).expect("a name").clone())
                }
                Role::Pixel { .. } => Filling::Text(pixel(draw)),
                Role::Pixels { least, most, .. } => {
                    let count = least + draw.below(most - least + 1);
                    Filling::List((0..count).map(|_| pixel(draw)).collect())
                }
                Role::Object { .. } | Role::Class { .. } => Filling::Text(names.next().expect("a name")),
                Role::Objects { least, most, .. } => {
                    let count = least + draw.below(most - least + 1);
                    Filling::List(names.by_ref().take(count).collect())
                }
                Role::Quantity { values, .. } => Filling::Number(*draw.pick(values).expect("a value")),
                Role::Word { words } => Filling::Text(draw.pick(words).expect("a word").1.clone()),
            };
            (name.clone(), filling)
        })
        .collect()
}

fn pixel(draw: &mut Draw) -> String {
    format!("{},{}", draw.below(640), draw.below(480))
}

/// The same text as other people write it.
pub(crate) fn variants(text: &str) -> Vec<String> {
    // Commas stay: without them a list of names that hold one another can be read in two ways.
    let letters: Vec<char> = text.replace("(s)", "").chars().collect();
    let unmarked: String = letters
        .iter()
        .enumerate()
        .filter(|(at, c)| {
            let inside =
                *at > 0 && letters[at - 1].is_ascii_digit() && letters.get(at + 1).is_some_and(char::is_ascii_digit);
            !matches!(c, '?' | '.' | ':' | ';' | '(' | ')') || inside
        })
        .map(|(_, c)| c)
        .collect();
    let without_articles = text
        .split(' ')
        .filter(|word| !matches!(word.to_lowercase().as_str(), "the" | "a" | "an"))
        .collect::<Vec<_>>()
        .join(" ");
    let american = text.replace("metre", "meter").replace("centre", "center").replace("farther", "further");
    let british = text.replace("meter", "metre").replace("center", "centre");
    vec![
        text.to_owned(),
        text.to_lowercase(),
        text.to_uppercase(),
        without_articles,
        unmarked,
        american,
        british,
        text.replace('-', " "),
        format!("  {}  ", text.replace(' ', "   ")),
        text.trim_end_matches(['?', '.']).to_owned(),
        text.replace(", ", " , "),
    ]
}
