//! The embedded scenes, real annotations without frames: healthy as they are; faults of the world are named where they
//! can be seen, and hardly ever taken for others.

mod common;

use std::collections::BTreeMap;

use common::{Subject, each_box, embedded, no_room};
use doctor::FaultKind;
use rayon::prelude::*;
use scene::{
    builtin,
    geometry::{Mat3, Vec3},
};

fn said(subject: &Subject) -> String {
    let diagnosis = subject.examine();
    match diagnosis.findings.as_slice() {
        [] => "none".to_owned(),
        [one] if one.is_undecidable() => "undecidable".to_owned(),
        [one] => one.kind.name().to_owned(),
        _ => "several".to_owned(),
    }
}

fn turned(subject: &mut Subject, turn: Mat3) {
    each_box(subject, |b| (turn * b.centre(), b.half(), turn * b.axes()));
    no_room(subject);
}

fn scaled(subject: &mut Subject, by: f64) {
    each_box(subject, |b| (b.centre() * by, b.half() * by, b.axes()));
    no_room(subject);
}

/// One of the faults.
struct Fault {
    name: &'static str,
    kind: FaultKind,
    put: fn(&mut Subject),
    /// In how many of 289 rooms it must be named at least, and may be taken for another at most.
    bounds: (usize, usize),
}

/// Many rooms hold too few boxes, or boxes too much alike, for more. Without pictures boxes that are too large by two
/// look much like a unit that is too small by two.
const FAULTS: [Fault; 5] = [
    Fault {
        name: "y up",
        kind: FaultKind::WorldUp,
        put: |subject| turned(subject, Mat3::from_cols(Vec3::X, -Vec3::Z, Vec3::Y)),
        bounds: (170, 5),
    },
    Fault {
        name: "upside down",
        kind: FaultKind::WorldUp,
        put: |subject| turned(subject, Mat3::from_diagonal(Vec3::new(-1.0, 1.0, -1.0))),
        bounds: (60, 5),
    },
    Fault { name: "millimetres", kind: FaultKind::Scale, put: |subject| scaled(subject, 1000.0), bounds: (215, 5) },
    Fault { name: "feet", kind: FaultKind::Scale, put: |subject| scaled(subject, 1.0 / 0.3048), bounds: (200, 5) },
    Fault {
        name: "full extents",
        kind: FaultKind::BoxHalfExtents,
        put: |subject| each_box(subject, |b| (b.centre(), b.half() * 2.0, b.axes())),
        bounds: (50, 30),
    },
];

#[test]
fn real_rooms_are_healthy_and_their_faults_are_named_or_left_open() {
    let names: Vec<&str> = builtin::names().collect();
    let mut table: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
    let one = |name: &&str| {
        let mut verdicts = vec![("healthy", said(&embedded(name)))];
        for fault in &FAULTS {
            let mut subject = embedded(name);
            (fault.put)(&mut subject);
            verdicts.push((fault.name, said(&subject)));
        }
        verdicts
    };
    let verdicts: Vec<_> = names.par_iter().map(one).collect();
    for (fault, verdict) in verdicts.into_iter().flatten() {
        *table.entry(fault).or_default().entry(verdict).or_default() += 1;
    }
    eprintln!("{table:#?}");
    assert_eq!(table["healthy"], BTreeMap::from([("none".to_owned(), names.len())]), "false alarms");
    for Fault { name, kind, bounds: (least, most), .. } in FAULTS {
        let count = |word: &str| table[name].get(word).copied().unwrap_or(0);
        let wrongly = names.len() - count(kind.name()) - count("none") - count("undecidable");
        assert!(count(kind.name()) >= least && wrongly <= most, "{name}: {table:#?}");
    }
}
