//! Faults put into flats from nothing are named; healthy flats are left in peace.

mod common;

use std::{collections::BTreeMap, env};

use common::{each_box, each_pose, filmed, inject, no_room};
use doctor::{Diagnosis, FaultKind, Fix, Status};
use rayon::prelude::*;
use scene::Draw;

/// The one kind that is named, or what was said instead.
fn verdict(diagnosis: &Diagnosis) -> String {
    match diagnosis.findings.as_slice() {
        [] if diagnosis.unexplained.is_empty() => "healthy".into(),
        [] => "unexplained".into(),
        [one] if one.is_undecidable() => "undecidable".into(),
        [one] if diagnosis.unexplained.is_empty() => one.kind.name().into(),
        _ => "several".into(),
    }
}

/// Scenes a kind → verdicts; what was not named is printed.
fn sweep(scenes: u64, healthy: u64) -> BTreeMap<&'static str, BTreeMap<String, u64>> {
    let mut cases: Vec<(Option<FaultKind>, u64)> = (0..healthy).map(|number| (None, number)).collect();
    let only = env::var("DOCTOR_KIND").ok();
    for kind in FaultKind::ALL.into_iter().filter(|kind| only.as_ref().is_none_or(|only| only == kind.name())) {
        cases.extend((0..scenes).map(|number| (Some(kind), number)));
    }
    let one = |(kind, number): (Option<FaultKind>, u64)| {
        let name = kind.map_or("healthy", FaultKind::name);
        // Each kind has flats of its own, and none is a healthy one's.
        let position = FaultKind::ALL.iter().position(|other| Some(*other) == kind).map_or(0, |at| at as u64 + 1);
        let mut subject = filmed(position * 100_000 + number);
        let how = kind.map(|kind| inject(&mut subject, kind, &mut Draw::new(3, &[name], number)));
        let diagnosis = subject.examine();
        let said = verdict(&diagnosis);
        if said != name {
            eprintln!("{name} {number} ({}): {said}\n{diagnosis}", how.unwrap_or_default());
        }
        (name, said)
    };
    let verdicts: Vec<(&'static str, String)> = cases.into_par_iter().map(one).collect();
    let mut table: BTreeMap<&'static str, BTreeMap<String, u64>> = BTreeMap::new();
    for (name, said) in verdicts {
        *table.entry(name).or_default().entry(said).or_default() += 1;
    }
    table
}

fn named_rightly(table: &BTreeMap<&'static str, BTreeMap<String, u64>>) -> (u64, u64) {
    let rows = table.iter().filter(|(name, _)| **name != "healthy");
    rows.fold((0, 0), |(right, all), (name, said)| {
        (right + said.get(*name).copied().unwrap_or(0), all + said.values().sum::<u64>())
    })
}

fn number(name: &str, otherwise: u64) -> u64 {
    env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn a_sample_of_faults_is_named_and_healthy_flats_stay_healthy() {
    let table = sweep(2, 12);
    assert_eq!(table["healthy"].get("healthy"), Some(&12), "{table:?}");
    let (right, all) = named_rightly(&table);
    assert_eq!((right, all), (28, 28), "{table:?}");
}

/// `cargo test --release -p isovist-doctor --test generated -- --ignored --nocapture`; the numbers of scenes are taken
/// from `DOCTOR_SCENES` and `DOCTOR_HEALTHY`, a single kind from `DOCTOR_KIND`.
#[test]
#[ignore = "takes about ten minutes"]
fn the_whole_sweep_names_99_of_100_and_alarms_falsely_once_in_1000_at_most() {
    let (scenes, healthy) = (number("DOCTOR_SCENES", 100), number("DOCTOR_HEALTHY", 1000));
    let table = sweep(scenes, healthy);
    for (name, said) in &table {
        eprintln!("{name:<20} {said:?}");
    }
    let (right, all) = named_rightly(&table);
    eprintln!("{right} of {all} named rightly");
    assert!(right * 100 >= all * 99, "{right} of {all}");
    let alarms = healthy - table.get("healthy").and_then(|said| said.get("healthy")).copied().unwrap_or(0);
    assert!(alarms * 1000 <= healthy, "{alarms} false alarms of {healthy}");
}

#[test]
fn the_fix_restores_what_was_there() {
    let mut subject = filmed(7);
    let before = subject.parts.frames[2].pose.clone();
    inject(&mut subject, FaultKind::PoseInverted, &mut Draw::new(0, &[], 0));
    let diagnosis = subject.examine();
    assert_eq!(diagnosis.findings[0].fix, Fix::InvertPoses);
    assert!(diagnosis.findings[0].confidence > 0.95);
    let scene::Pose::Known(given) = &subject.parts.frames[2].pose else { panic!("a pose") };
    let scene::Pose::Known(before) = before else { panic!("a pose") };
    assert!(given.inverse().translation().distance(before.translation()) < 1e-9);
}

/// A world with its y down, as many trackers have it: inverted poses are found before and after it was turned to z-up.
#[test]
fn inverted_poses_of_a_world_that_is_not_z_up_are_named() {
    use scene::geometry::{Mat3, RigidTransform, Vec3};
    let turn = RigidTransform::new(Mat3::from_cols(Vec3::X, Vec3::NEG_Z, Vec3::Y), Vec3::ZERO).unwrap();
    for is_turned in [true, false] {
        let mut subject = filmed(7);
        for frame in &mut subject.parts.frames {
            let scene::Pose::Known(pose) = &mut frame.pose else { continue };
            // What the file should have said, of its own world; it says the inverse.
            let given = turn.inverse().after(pose).inverse();
            *pose = if is_turned { turn.after(&given) } else { given };
        }
        subject.parts.objects.clear();
        no_room(&mut subject);
        let diagnosis = subject.examine();
        assert_eq!(diagnosis.findings.len(), 1, "{diagnosis}");
        assert_eq!(diagnosis.findings[0].kind, FaultKind::PoseInverted, "{diagnosis}");
        assert!(diagnosis.findings[0].confidence > 0.95 && diagnosis.findings[0].words.contains("-y"), "{diagnosis}");
        assert!(
            diagnosis.up.as_ref().is_some_and(|up| up.starts_with(if is_turned { "+z" } else { "-y" })),
            "{diagnosis}"
        );
    }
}

#[test]
fn what_cannot_be_told_apart_is_undecidable() {
    // One camera at the origin: its inverse pose is its rotation transposed.
    let mut subject = filmed(1);
    subject.parts.frames.truncate(1);
    subject.pictures.truncate(1);
    let scene::Pose::Known(pose) = subject.parts.frames[0].pose.clone() else { panic!("a pose") };
    let by = pose.translation();
    each_box(&mut subject, |b| (b.centre() - by, b.half(), b.axes()));
    each_pose(&mut subject, |rotation, _| (rotation, scene::geometry::Vec3::ZERO));
    no_room(&mut subject);
    assert!(subject.examine().is_healthy(), "{}", subject.examine());
    inject(&mut subject, FaultKind::PoseInverted, &mut Draw::new(0, &[], 0));
    let diagnosis = subject.examine();
    let finding = &diagnosis.findings[0];
    let kinds: Vec<FaultKind> = finding.rivals.iter().map(|rival| rival.kind).chain([finding.kind]).collect();
    assert!(finding.is_undecidable(), "{diagnosis}");
    assert!(kinds.contains(&FaultKind::PoseInverted) && kinds.contains(&FaultKind::RotationTransposed), "{kinds:?}");
    assert!(finding.confidence < 0.5, "{diagnosis}");
}

#[test]
fn faults_on_top_of_each_other_are_undone_one_by_one() {
    let mut subject = filmed(3);
    inject(&mut subject, FaultKind::WorldUp, &mut Draw::new(0, &[], 0));
    inject(&mut subject, FaultKind::CameraAxes, &mut Draw::new(0, &[], 0));
    let diagnosis = subject.examine();
    let mut kinds: Vec<FaultKind> = diagnosis.findings.iter().map(|finding| finding.kind).collect();
    kinds.sort();
    assert_eq!(kinds, [FaultKind::CameraAxes, FaultKind::WorldUp], "{diagnosis}");
}

#[test]
fn nothing_is_said_of_what_nothing_shows() {
    let mut subject = filmed(2);
    subject.pictures.clear();
    let diagnosis = subject.examine();
    assert!(diagnosis.is_healthy());
    for kind in [FaultKind::PoseInverted, FaultKind::TimeShift, FaultKind::DepthScale, FaultKind::BoxFrame] {
        let report = diagnosis.kinds.iter().find(|report| report.kind == kind).expect("every kind");
        assert!(matches!(report.status, Status::NotExamined { .. }), "{diagnosis}");
    }
}
