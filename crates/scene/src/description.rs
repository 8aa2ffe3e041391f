//! References: how one of several things of a kind is told from the others, as data in `data/references.toml`.
//!
//! A description ("second tallest lamp", "chair closest to the door") is words for a question about all things of its kind;
//! which thing it means is the answer to that question, and only a certain answer counts.

use std::{fmt, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::{ObjectId, normalise};

/// A manner of telling things apart.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manner {
    /// Its name.
    pub name: String,
    /// Its wordings, the first one is written.
    says: Vec<String>,
    /// Which end of the quantity comes first: `least` or `most`; none where a condition tells things apart.
    #[serde(default)]
    want: Option<String>,
    /// The quantity or the condition, in the question algebra.
    of: Value,
    /// The largest ratio of the second to the first standard deviation of the centres' principal components for which it is
    /// told of them.
    #[serde(default)]
    pub in_line: Option<f64>,
}

impl Manner {
    fn mentions(&self, hole: &str) -> bool {
        self.of.as_object().is_some_and(|fields| fields.values().any(|value| value == hole))
    }

    /// Whether it speaks of another thing.
    pub fn has_anchor(&self) -> bool {
        self.mentions("$anchor")
    }

    /// Whether it puts things in an order, so that there is a second one.
    pub fn has_order(&self) -> bool {
        self.want.is_some()
    }

    /// Whether it is for things seen in a frame.
    pub fn has_frame(&self) -> bool {
        self.mentions("$frame")
    }
}

static MANNERS: LazyLock<Vec<Manner>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        manner: Vec<Manner>,
    }
    // The data is part of the binary and a test parses it.
    toml::from_str::<File>(include_str!("../data/references.toml")).map(|file| file.manner).unwrap_or_default()
});

/// All manners, the plainest first.
pub fn manners() -> &'static [Manner] {
    &MANNERS
}

/// Words for places in a row, from the first.
const PLACES: [&str; 5] = ["first", "second", "third", "fourth", "fifth"];

/// The last place in a row that a description names.
pub const MOST_RANK: usize = PLACES.len();

/// A thing among those of its kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// How it is told from the others.
    pub manner: &'static Manner,
    /// Its place, from 1.
    pub rank: usize,
    /// What all of them are called.
    pub class: String,
    /// What the other thing is called, of which the manner speaks.
    pub anchor: Option<String>,
}

impl Description {
    /// The description that a phrase is, whatever the scene: no label is looked up.
    pub fn parse(phrase: &str) -> Option<Self> {
        let phrase = normalise(phrase);
        let readings = manners().iter().flat_map(|manner| manner.says.iter().map(move |says| (manner, says)));
        // "chair closest to the box on the table" is about a chair, whatever the order of the manners.
        let readings = readings.filter_map(|(manner, says)| read(manner, says, &phrase));
        readings.min_by_key(|description| description.class.split(' ').count())
    }

    /// The question whose answer it means, about these things: the answer itself, or the one at its place in the order.
    /// `frame` is that in which they are seen.
    pub fn question(&self, among: &[ObjectId], frame: Option<&str>) -> Value {
        let mut of = self.manner.of.clone();
        for value in of.as_object_mut().into_iter().flat_map(serde_json::Map::values_mut) {
            if value == "$anchor" {
                *value = Value::from(self.anchor.as_deref().unwrap_or_default());
            } else if value == "$frame" {
                *value = Value::from(format!("@{}", frame.unwrap_or_default()));
            }
        }
        let among: Vec<String> = among.iter().map(ToString::to_string).collect();
        match (&self.manner.want, self.rank) {
            (None, _) => json!({ "form": "which", "where": of, "among": among }),
            (Some(want), 1) => json!({ "form": "pick", "want": want, "of": of, "among": among }),
            (Some(want), _) => json!({ "form": "order", "first": want, "of": of, "among": among }),
        }
    }

    /// Whether it can be asked in a frame, or without one.
    pub fn fits(&self, frame: Option<&str>) -> bool {
        frame.is_some() || !self.manner.has_frame()
    }
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = PLACES.get(self.rank.saturating_sub(1)).copied().unwrap_or_default();
        let rank = if self.rank == 1 { "" } else { place };
        let says = self.manner.says.first().map_or("", String::as_str);
        let words = says.split(' ').map(|word| match word {
            "{rank}" => rank,
            "{place}" => place,
            "{class}" => &self.class,
            "{anchor}" => self.anchor.as_deref().unwrap_or_default(),
            word => word,
        });
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        f.write_str(&words.join(" "))
    }
}

/// The phrase as this wording of a manner.
fn read(manner: &'static Manner, says: &str, phrase: &str) -> Option<Description> {
    let (mut rank, mut class, mut anchor) = (1, None, None);
    let mut holes = says.split(' ').peekable();
    let mut words: &[&str] = &phrase.split(' ').collect::<Vec<_>>();
    while let Some(hole) = holes.next() {
        match hole {
            "{rank}" | "{place}" => {
                let place = words.first().and_then(|word| PLACES.iter().position(|place| place == word));
                match (place, hole) {
                    (Some(place), _) => (rank, words) = (place + 1, &words[1..]),
                    (None, "{rank}") => {}
                    (None, _) => return None,
                }
            }
            "{class}" | "{anchor}" => {
                // Up to the next words of the manner, which no name has twice.
                let next: Vec<&str> = holes
                    .clone()
                    .skip_while(|word| *word == "{rank}")
                    .take_while(|word| !word.starts_with('{'))
                    .collect();
                let end = if next.is_empty() {
                    words.len()
                } else {
                    (1..words.len()).rev().find(|at| words[*at..].starts_with(&next))?
                };
                // A place stands in front of those words.
                let is_ranked = holes.peek() == Some(&"{rank}") && end > 1 && PLACES.contains(&words[end - 1]);
                let end = end - usize::from(is_ranked);
                let name = words.get(..end).filter(|name| !name.is_empty())?.join(" ");
                if hole == "{class}" {
                    class = Some(name);
                } else {
                    anchor = Some(name);
                }
                words = &words[end..];
            }
            word => {
                words = words.strip_prefix(&[word])?;
            }
        }
    }
    words.is_empty().then_some(Description { manner, rank, class: class?, anchor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_has_every_manner() {
        assert!(manners().len() > 10);
        for manner in manners() {
            assert!(matches!(manner.want.as_deref(), None | Some("least" | "most")), "{}", manner.name);
            let is_ranked = |says: &String| says.contains("{rank}") || says.contains("{place}");
            assert!(manner.says.iter().all(|says| is_ranked(says) == manner.has_order()), "{}", manner.name);
            assert!(manner.says.iter().all(|says| says.contains("{class}")), "{}", manner.name);
            assert!(manner.says.iter().all(|says| says.contains("{anchor}") == manner.has_anchor()), "{}", manner.name);
        }
    }

    #[test]
    fn what_is_written_reads_back() {
        for manner in manners() {
            for rank in 1..=if manner.has_order() { MOST_RANK } else { 1 } {
                let anchor = manner.has_anchor().then(|| "tv stand".to_owned());
                let description = Description { manner, rank, class: "office chair".into(), anchor };
                let text = description.to_string();
                assert_eq!(Description::parse(&text).as_ref(), Some(&description), "{text}");
                assert_eq!(Description::parse(&format!("The {text}")), Some(description), "{text}");
            }
        }
    }

    #[test]
    fn words_are_those_of_a_person() {
        for (text, written) in [
            ("the tallest lamp", "tallest lamp"),
            ("Second-tallest floor lamp", "second tallest floor lamp"),
            ("biggest box", "largest box"),
            ("chair nearest to the door", "chair closest to the door"),
            ("chair third closest to the white door", "chair third closest to the white door"),
            ("first chair from the left", "first chair from the left"),
            ("chair closest to the camera", "chair closest to the camera"),
            ("the lamp on top of the tv stand", "lamp on the tv stand"),
            ("box below the table", "box under the table"),
            ("chair closest to the box on the table", "chair closest to the box on the table"),
        ] {
            assert_eq!(Description::parse(text).unwrap().to_string(), written, "{text}");
        }
        for text in [
            "",
            "chair",
            "tallest",
            "the first",
            "closest to the door",
            "chair from the left",
            "sixth tallest lamp x from the left",
        ] {
            let read = Description::parse(text);
            assert!(read.is_none(), "{text}: {read:?}");
        }
    }

    #[test]
    fn its_question_is_about_all_of_them() {
        let question = Description::parse("second tallest lamp").unwrap().question(&[ObjectId(3), ObjectId(5)], None);
        let expected = json!({
            "form": "order", "first": "most", "of": { "measure": "extent", "axis": "height", "of": "?" }, "among": ["#3", "#5"]
        });
        assert_eq!(question, expected);
        let question = Description::parse("lamp on the desk").unwrap().question(&[ObjectId(3), ObjectId(5)], None);
        let expected = json!({
            "form": "which", "where": { "test": "relation", "name": "on", "a": "?", "b": "desk" }, "among": ["#3", "#5"]
        });
        assert_eq!(question, expected);
        let nested = Description::parse("chair closest to the box on the table").unwrap();
        assert_eq!((nested.class.as_str(), nested.anchor.as_deref()), ("chair", Some("box on the table")));
    }
}
