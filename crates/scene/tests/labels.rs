//! The label table: consistent in itself, and apart where annotations are apart.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use scene::{ClassMiss, LabelTable, builtin, normalise};

fn raw() -> toml::Table {
    include_str!("../data/labels.toml").parse().unwrap()
}

fn words(entry: &toml::Value, key: &str) -> Vec<String> {
    let list = entry.get(key).and_then(toml::Value::as_array);
    list.into_iter().flatten().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_word_is_normalised_and_belongs_to_one_label() {
    let mut owner: BTreeMap<String, String> = BTreeMap::new();
    for (label, entry) in raw() {
        for word in std::iter::once(label.clone()).chain(words(&entry, "alias")) {
            assert_eq!(word, normalise(&word));
            if let Some(other) = owner.insert(word.clone(), label.clone()) {
                panic!("{word:?} belongs to {other:?} and {label:?}");
            }
        }
    }
    assert!(owner.len() > 600, "{}", owner.len());
}

#[test]
fn kinds_are_labels_and_end() {
    let (raw, table) = (raw(), LabelTable::builtin());
    for (label, entry) in &raw {
        if let Some(kind) = entry.get("kind_of") {
            assert!(raw.contains_key(kind.as_str().unwrap()), "{label}: {kind} is no label");
        }
        let wider: Vec<&str> = table.wider(label).collect();
        let distinct: BTreeSet<&&str> = wider.iter().collect();
        assert!(distinct.len() == wider.len() && !wider.contains(&label.as_str()), "{label}: {wider:?}");
    }
}

#[test]
fn plurals_of_all_words_are_recognised() {
    let table = LabelTable::builtin();
    for (label, entry) in raw() {
        for word in std::iter::once(label.clone()).chain(words(&entry, "alias")) {
            let plural = table.plural(&word);
            assert_eq!(table.known(&plural), Some(label.as_str()), "{word} → {plural}");
        }
    }
    for (one, many) in [
        ("shelf", "shelves"),
        ("bookshelf", "bookshelves"),
        ("couch", "couches"),
        ("battery", "batteries"),
        ("tray", "trays"),
        ("computer mouse", "computer mice"),
        ("kitchen knife", "kitchen knives"),
        ("scissors", "scissors"),
        ("person", "people"),
        ("box", "boxes"),
        ("washing machine", "washing machines"),
    ] {
        assert_eq!(table.plural(one), many);
    }
}

#[test]
fn same_meaning_and_not() {
    let table = LabelTable::builtin();
    for (word, label) in [
        ("coat rack", "coat hanger"),
        ("fridge", "refrigerator"),
        ("television", "tv"),
        ("couch", "sofa"),
        ("trash can", "trash bin"),
        ("garbage cans", "trash bin"),
        ("night stand", "nightstand"),
        ("washer", "washing machine"),
        ("chopping board", "cutting board"),
        ("wall artwork", "wall art"),
        ("no such word", "no such word"),
    ] {
        assert_eq!(table.canonical(word), label);
    }
    for (one, other) in [
        ("tv", "tv stand"),
        ("tv", "monitor"),
        ("desk", "table"),
        ("heater", "radiator"),
        ("table", "table lamp"),
        ("computer", "computer mouse"),
        ("pillow", "cushion"),
        ("closet", "wardrobe"),
        ("stove", "oven"),
    ] {
        assert_ne!(table.canonical(one), table.canonical(other), "{one} {other}");
    }
    assert_eq!(table.wider("office chair").collect::<Vec<_>>(), ["chair"]);
    assert_eq!(table.wider("floor lamp").collect::<Vec<_>>(), ["lamp", "light"]);
    assert_eq!(table.wider("coat hanger").count(), 0);
}

/// `vsi-bench` counts each annotated label alone, so labels that stand side by side may not become one class.
#[test]
fn labels_annotated_together_stay_apart() {
    let table = LabelTable::builtin();
    for name in builtin::names() {
        let scene = builtin::open(name).unwrap().unwrap();
        let labels: BTreeSet<&String> =
            scene.objects().iter().map(|object| &object.label).chain(scene.parts().declared_counts.keys()).collect();
        let mut classes: BTreeMap<&str, &str> = BTreeMap::new();
        for label in labels {
            assert!(table.known(label).is_some(), "{name}: {label:?} is not in the table");
            if let Some(other) = classes.insert(table.canonical(label), label) {
                panic!("{name}: {other:?} and {label:?} would become one class");
            }
        }
    }
}

#[test]
fn phrases_of_the_kitchen() {
    let kitchen = builtin::open("kitchen").unwrap().unwrap();
    let exact = |phrase: &str| kitchen.class(phrase).unwrap().exact.len();
    let wide = |phrase: &str| kitchen.class(phrase).unwrap().wide.len();
    assert_eq!(exact("the fridge"), 1);
    assert_eq!(exact("Refrigerators"), 1);
    assert_eq!(exact("white vase"), 1, "only the instance of this very name");
    assert_eq!(exact("kitchen island"), 1);
    assert_eq!(exact("kitch island"), 1, "the data set's own spelling");
    assert_eq!(exact("black vase big"), 2, "a name of several copies stays on each");
    assert_eq!(exact("black vase big 2"), 1);
    assert_eq!(exact("tv"), 1);
    assert_eq!(exact("tv stand"), 1, "a nested name stays apart");
    assert_eq!((exact("chair"), wide("chair")), (1, 8), "four dining chairs and three armchairs are chairs too");
    assert_eq!(kitchen.class("bathtub"), Err(ClassMiss::Absent { canonical: "bathtub".into() }));
    assert!(matches!(kitchen.class("white unicorn"), Err(ClassMiss::Unknown { .. })));
}

proptest! {
    #[test]
    fn normalise_is_idempotent(text in any::<String>()) {
        let once = normalise(&text);
        prop_assert_eq!(normalise(&once), once);
    }

    #[test]
    fn normalise_forgets_case_articles_and_hyphens(word in "[a-z]{2,8}", other in "[a-z]{2,8}") {
        prop_assume!(word != "the" && word != "an");
        let plain = format!("{word} {other}");
        prop_assert_eq!(normalise(&format!(" The  {}-{} ", word.to_uppercase(), other)), plain);
    }
}
