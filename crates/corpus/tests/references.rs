//! Descriptions of things ("second tallest lamp"): unique by a comparison with all of their kind, made anew here by plain means;
//! proven, and refused where a proof is not of what the words say.

#![expect(clippy::unwrap_used, reason = "what is missing here fails the test that asks for it")]

use std::collections::BTreeSet;

use corpus::Source;
use language::PhraseBook;
use proptest::prelude::*;
use question::{Question, ReasonCode, Telling, Verdict, profile, prove};
use rayon::prelude::*;
use rooms::{FlatConfig, Kinds, build_flat};
use scene::{Description, Object, ObjectId, Scene, geometry::Vec3, manners};
use serde_json::{Value, json};

fn flat(number: u64) -> Source {
    let config = FlatConfig { seed: 11, ..FlatConfig::default() };
    let scene = build_flat(Kinds::builtin().unwrap(), &config, number).unwrap().scene;
    Source::telling(scene, Telling { profile: profile("isovist").unwrap(), marks: false })
}

/// What a manner compares, by plain means: from the corners of the boxes, distances by points sampled over the faces.
fn quantity(scene: &Scene, manner: &str, object: &Object, anchor: Option<&Object>) -> f64 {
    let corners = object.bounds.corners();
    let along = |axis: usize| {
        let all = || corners.iter().map(|corner| corner.to_array()[axis]);
        (all().fold(f64::INFINITY, f64::min), all().fold(f64::NEG_INFINITY, f64::max))
    };
    let (bottom, top) = along(2);
    let sides = object.bounds.extents().to_array();
    match manner {
        "taller" | "lower" => top - bottom,
        "larger" | "smaller" => sides.iter().product(),
        "longer" => sides.iter().copied().fold(0.0, f64::max),
        "higher" | "lower down" => f64::midpoint(bottom, top),
        "nearer" | "farther" => {
            let (a, b) = (sampled(object), sampled(anchor.unwrap()));
            a.iter().flat_map(|one| b.iter().map(move |other| one.distance(*other))).fold(f64::INFINITY, f64::min)
        }
        other => panic!("{other} of {}", scene.id()),
    }
}

/// Whether one thing is on, above or below another, by plain means; none where it is close.
fn stands(relation: &str, object: &Object, anchor: &Object) -> Option<bool> {
    if relation == "below" {
        return stands("above", anchor, object);
    }
    let level = |of: &Object, wanted: fn(f64, f64) -> f64| {
        of.bounds.corners().iter().map(|corner| corner.z).reduce(wanted).unwrap()
    };
    let gap = level(object, f64::min) - level(anchor, f64::max);
    let points = sampled(object);
    let covers = |point: &&Vec3| {
        let local = anchor.bounds.axes().transpose() * (**point - anchor.bounds.centre());
        local.x.abs() <= anchor.bounds.half().x && local.y.abs() <= anchor.bounds.half().y
    };
    let overlap = points.iter().filter(covers).count() as f64 / points.len() as f64;
    // A limit, and what is close to it.
    let beyond = |value: f64, limit: f64, close: f64| {
        let far = (value - limit).abs() > close;
        far.then_some(value > limit)
    };
    let not_sunk = beyond(gap, -0.05, 0.03);
    let (resting, over) = if relation == "on" {
        (beyond(0.05, gap, 0.03), beyond(overlap, 0.5, 0.2))
    } else {
        (Some(true), if overlap > 0.05 { Some(true) } else { None })
    };
    let all = [not_sunk, resting, over];
    if all.contains(&Some(false)) { Some(false) } else { all.iter().all(Option::is_some).then_some(true) }
}

/// Points all over a box, inside too.
fn sampled(object: &Object) -> Vec<Vec3> {
    let steps = || (0..=8).map(|step| f64::from(step) / 4.0 - 1.0);
    let half = object.bounds.half();
    let of = |x: f64, y: f64, z: f64| object.bounds.centre() + object.bounds.axes() * (half * Vec3::new(x, y, z));
    steps().flat_map(|x| steps().flat_map(move |y| steps().map(move |z| of(x, y, z)))).collect()
}

/// Room that sampling needs, metres.
const SLACK_M: f64 = 0.35;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn a_description_means_one_thing_and_no_other_is_like_it(number in 0_u64..5000) {
        let source = flat(number);
        let (scene, book) = (&source.scene, PhraseBook::builtin().unwrap());
        let object = |id: ObjectId| &scene.objects()[scene.position(id).unwrap()];
        let described: Vec<(&str, ObjectId)> =
            source.sampler.descriptions().filter(|(phrase, _)| !phrase.contains('@')).collect();
        let things: BTreeSet<ObjectId> = described.iter().map(|(_, id)| *id).collect();
        prop_assert_eq!(things.len(), described.len(), "one description for each thing");
        for (phrase, id) in described {
            let description = Description::parse(phrase).unwrap();
            prop_assert_eq!(&description.to_string(), phrase);
            let class = scene.class(&description.class).unwrap();
            prop_assert!(class.wide.len() > 1, "{}", phrase);
            let anchor = description.anchor.as_ref().map(|anchor| {
                let anchors = scene.class(anchor).unwrap().wide;
                assert_eq!(anchors.len(), 1, "{phrase}");
                &scene.objects()[anchors[0]]
            });
            let manner = description.manner.name.as_str();
            let others = || class.wide.iter().map(|at| &scene.objects()[*at]).filter(|other| other.id != id);
            if description.manner.has_order() {
                // Exhaustively: exactly rank - 1 of its kind come before it, and none is equal.
                let value = |object: &Object| quantity(scene, manner, object, anchor);
                let own = value(object(id));
                let most = matches!(manner, "taller" | "larger" | "longer" | "higher" | "farther");
                let slack = if anchor.is_some() { SLACK_M } else { 0.0 };
                let ahead = |other: &Object| if most { value(other) - own } else { own - value(other) };
                let before = others().filter(|other| ahead(other) > -slack).count();
                let after = others().filter(|other| ahead(other) < slack).count();
                prop_assert!(before + 1 >= description.rank && after + description.rank >= class.wide.len(), "{}: {} before, {} after", phrase, before, after);
                if slack == 0.0 {
                    prop_assert_eq!(before + 1, description.rank, "{}", phrase);
                }
            } else {
                let stands = |object: &Object| stands(manner, object, anchor.unwrap());
                prop_assert_ne!(stands(object(id)), Some(false), "{}", phrase);
                prop_assert!(others().all(|other| stands(other) != Some(true)), "{}", phrase);
            }
            // A proof holds, and words lead to the same question.
            let text = format!("How tall is the {phrase}?");
            let parsed = book.parse(scene, &text).unwrap();
            let (verdict, proof) = prove(scene, &parsed.question, profile("isovist").unwrap(), &source.sha256);
            let proof = proof.unwrap_or_else(|| panic!("{text}: {verdict:?}"));
            let json = serde_json::to_value(&proof).unwrap();
            checker::check(scene, &source.sha256, &json).unwrap_or_else(|rejection| panic!("{text}: {rejection}"));
            prop_assert_eq!(&json["steps"][0]["objects"], &json!([id.0]), "{}", text);
        }
    }
}

type Change = fn(&mut Value);

/// A flat with a description of two words or more, and the proof of how tall the thing is.
fn proven() -> (Source, Value) {
    (0..100)
        .find_map(|number| {
            let source = flat(number);
            let of = |phrase: &str| source.scene.class(&Description::parse(phrase).unwrap().class).unwrap().wide.len();
            let phrases = source.sampler.descriptions().map(|(phrase, _)| phrase);
            let phrase = phrases.filter(|phrase| phrase.contains("tallest") && of(phrase) < 5).min()?;
            let json = json!({ "form": "value", "of": { "measure": "elevation", "part": "top", "of": phrase } });
            let question: Question = serde_json::from_value(json).unwrap();
            let proof = prove(&source.scene, &question, profile("isovist").unwrap(), &source.sha256).1.unwrap();
            let proof = serde_json::to_value(&proof).unwrap();
            Some((source, proof))
        })
        .unwrap()
}

/// Every reference of many flats, held by the checker against all of its kind; `ISOVIST_REFERENCES` says how many.
#[test]
#[ignore = "a million references take long: run it by hand"]
fn a_million_references_have_no_double() {
    let wanted = std::env::var("ISOVIST_REFERENCES").map_or(1_000_000, |number| number.parse().unwrap());
    let (profile, mut checked, mut number) = (profile("isovist").unwrap(), 0, 0);
    while checked < wanted {
        let of_flat = |number: u64| {
            let source = flat(number);
            let (mut phrases, mut things) = (BTreeSet::new(), BTreeSet::new());
            for (phrase, id) in source.sampler.descriptions() {
                assert!(phrases.insert(phrase.to_owned()) && things.insert(id), "{phrase} twice in flat {number}");
                let json = json!({ "form": "value", "of": { "measure": "elevation", "part": "top", "of": phrase } });
                let question: Question = serde_json::from_value(json).unwrap();
                let proof = prove(&source.scene, &question, profile, &source.sha256).1.unwrap();
                let json = serde_json::to_value(&proof).unwrap();
                checker::check(&source.scene, &source.sha256, &json)
                    .unwrap_or_else(|rejection| panic!("{phrase} of flat {number}: {rejection}"));
                assert_eq!(json["steps"][0]["objects"], json!([id.0]), "{phrase} of flat {number}");
            }
            things.len()
        };
        checked += (number..number + 64).into_par_iter().map(of_flat).sum::<usize>();
        number += 64;
    }
    println!("{checked} references of {number} flats: no double");
}

#[test]
fn a_proof_of_another_meaning_is_refused() {
    let (source, proof) = proven();
    let check = |proof: &Value| checker::check(&source.scene, &source.sha256, proof);
    check(&proof).unwrap();
    let changes: [(&str, Change); 6] = [
        ("no proof of the words", |step| drop(step.as_object_mut().unwrap().remove("by"))),
        ("another object", |step| {
            let other = step["by"]["question"]["among"].as_array().unwrap().iter();
            let own = format!("#{}", step["objects"][0]);
            let other = other.map(|id| id.as_str().unwrap()).find(|id| *id != own).unwrap();
            step["objects"] = json!([other[1..].parse::<u32>().unwrap()]);
        }),
        ("not all of the kind", |step| drop(step["by"]["question"]["among"].as_array_mut().unwrap().pop())),
        ("another end", |step| {
            let form = step["by"]["question"].as_object_mut().unwrap();
            for field in ["want", "first"] {
                if form.contains_key(field) {
                    form[field] = json!("least");
                }
            }
        }),
        ("another quantity", |step| step["by"]["question"]["of"]["axis"] = json!("volume")),
        ("another answer", |step| {
            let answer = &mut step["by"]["answer"];
            answer["id"] = json!(9999);
        }),
    ];
    for (what, change) in changes {
        let mut changed = proof.clone();
        change(&mut changed["steps"][0]);
        assert_ne!(changed, proof, "{what}");
        assert!(check(&changed).is_err(), "{what}");
    }
}

#[test]
fn what_is_alike_or_not_there_is_said_so() {
    let (source, proof) = proven();
    let phrase = proof["question"]["of"]["of"].as_str().unwrap();
    let class = Description::parse(phrase).unwrap().class;
    let why = |name: &str| {
        let json = json!({ "form": "value", "of": { "measure": "elevation", "part": "top", "of": name } });
        let question: Question = serde_json::from_value(json).unwrap();
        match question::evaluate(&source.scene, &question, profile("isovist").unwrap()) {
            Verdict::Certain { answer, .. } => panic!("{name}: {answer:?}"),
            Verdict::Ambiguous { reason, .. } | Verdict::Invalid { reason } => reason.code,
        }
    };
    let fifth = why(&format!("fifth tallest {class}"));
    assert!(matches!(fifth, ReasonCode::Absent | ReasonCode::TooCloseToCall), "{fifth}");
    assert_eq!(why("tallest unicorn"), ReasonCode::UnknownLabel);
    assert_eq!(why(&format!("first {class} from the left")), ReasonCode::UnknownLabel, "no frame, no left");
    assert_eq!(why(&format!("{class} closest to the unicorn")), ReasonCode::UnknownLabel);
}

#[test]
fn every_manner_is_a_question_of_the_algebra() {
    for manner in manners() {
        for rank in if manner.has_order() { 1..=2 } else { 1..=1 } {
            let anchor = manner.has_anchor().then(|| "door".to_owned());
            let description = Description { manner, rank, class: "chair".into(), anchor };
            let json = description.question(&[ObjectId(1), ObjectId(2)], Some("rgb_0"));
            serde_json::from_value::<Question>(json.clone()).unwrap_or_else(|error| panic!("{json}: {error}"));
        }
    }
}
