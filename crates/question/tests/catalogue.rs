//! Every task of the catalogue parses, and its data files are sound.

use question::{Draw, Sampler, catalogue, evaluate, example_scene, print, profile, profiles, relation};

#[test]
fn every_catalogue_file_parses() {
    assert_eq!(question::catalogue::catalogue_fault(), None);
    assert!(catalogue().len() >= 40, "{} tasks", catalogue().len());
}

#[test]
fn every_profile_and_relation_parses() {
    let names: Vec<&str> = profiles().iter().map(|profile| profile.name.as_str()).collect();
    assert_eq!(names, ["isovist", "vsi-bench", "spatialevo"]);
    for name in ["on", "above", "below"] {
        assert!(relation::relation(name).is_some(), "{name}");
    }
}

#[test]
fn every_task_has_certain_questions_about_its_own_scene() {
    for task in catalogue() {
        let scene = example_scene(task).expect("an example scene");
        let sampler = Sampler::new(&scene);
        let mut certain = 0;
        for index in 0..300 {
            let Some(fillings) = sampler.fillings(&scene, task, &mut Draw::new(1, &[&task.name], index)) else {
                continue;
            };
            let question = task.question(&fillings).expect("a question");
            let verdict = evaluate(&scene, &question, profile("isovist").expect("isovist"));
            certain += usize::from(verdict.answer().is_some());
            if index < 2 {
                println!(
                    "{}: {fillings:?} → {:?} {:?}",
                    task.name,
                    verdict.answer().map(print::answer_with_tolerance),
                    verdict.reason()
                );
            }
        }
        assert!(certain > 0, "{}", task.name);
    }
}
