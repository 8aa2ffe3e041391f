//! No exploit earns more than an honest blind answer under the default preset; what published ones pay is shown.

use std::{collections::BTreeSet, fmt::Write as _};

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
}

/// By preset and family: greatest pay of an exploit, greatest gain over a blind answer, and how many gain.
fn table() -> String {
    let corpus = corpus().expect("a corpus");
    let mut table = String::new();
    for preset in presets() {
        let families = paid(preset, corpus);
        let gaining: usize = families.values().map(|paid| paid.gaining).sum();
        let _ = writeln!(table, "{}: {gaining} of {} gain", preset.name, corpus.exploit.len());
        for (family, paid) in &families {
            // Adding zero makes a plain zero of a negative one.
            let [pay, gain] = [paid.greatest, paid.greatest_gain].map(|of| (of * 1000.0).round() / 1000.0 + 0.0);
            let _ = writeln!(table, "  {family:<18} {pay:>6.3} {gain:>+6.3}  {:>2} of {}", paid.gaining, paid.exploits);
        }
    }
    table
}

#[test]
fn what_every_preset_pays_for_every_family() {
    insta::assert_snapshot!(table());
}

/// Every file of presets is in the table with every family, so that none escapes it.
#[test]
fn every_preset_is_in_the_table() {
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/data/presets")).expect("a folder");
    let files: BTreeSet<String> = files
        .map(|file| file.expect("a file").path().file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    let table = table();
    let heads = table.lines().filter(|line| !line.starts_with(' '));
    let shown: BTreeSet<String> = heads.map(|line| line.split(':').next().unwrap_or("").to_owned()).collect();
    assert_eq!(shown, files);
    let families: BTreeSet<&str> =
        corpus().expect("a corpus").exploit.iter().map(|exploit| exploit.family.as_str()).collect();
    assert_eq!(table.lines().count(), files.len() * (1 + families.len()));
    // The default pays for no exploit more than a blind answer earns.
    assert!(table.contains("isovist: 0 of "), "{table}");
}
