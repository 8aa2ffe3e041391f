//! No exploit earns more than an honest blind answer under the default preset; what published ones pay is shown.

use std::collections::BTreeSet;

use judge::{
    red_team::{corpus, paid},
    reward::{preset, presets},
};

#[test]
fn the_corpus_covers_every_kind_of_answer() {
    let corpus = corpus().expect("a corpus");
    assert!(corpus.exploit.len() >= 300, "{}", corpus.exploit.len());
    let tasks: BTreeSet<&str> = corpus.exploit.iter().map(|exploit| exploit.task.as_str()).collect();
    for task in &corpus.task {
        assert!(
            tasks.contains(task.name.as_str()) && task.truths.len() > 1 && !task.honest.is_empty(),
            "{}",
            task.name
        );
    }
    assert_eq!(tasks.len(), corpus.task.len(), "an exploit of an unknown task");
}

#[test]
fn nothing_gains_over_a_blind_answer_by_default() {
    let paid = paid(preset("isovist").expect("a preset"), corpus().expect("a corpus"));
    let gaining: Vec<_> = paid.iter().filter(|(_, paid)| paid.gaining > 0).collect();
    assert!(gaining.is_empty(), "{gaining:#?}");
}

/// What is known to be wrong with published rewards shows in the table: filler between empty tags is paid, and so is a
/// number in a wrong unit.
#[test]
fn published_presets_pay_for_exploits() {
    let corpus = corpus().expect("a corpus");
    for (name, family, least) in [("3d-r1", "empty", 0.29), ("spatialevo-solver", "units", 0.3)] {
        let paid = paid(preset(name).expect("a preset"), corpus);
        let family = paid.get(family).expect("a family");
        assert!(family.greatest > least, "{name}: {family:?}");
    }
    for preset in presets() {
        for (family, paid) in paid(preset, corpus) {
            eprintln!("{:20} {family:18} {:+.3} {:+.3}", preset.name, paid.greatest, paid.greatest_gain);
        }
    }
}
