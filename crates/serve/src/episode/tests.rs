use super::*;

fn stage() -> Stage {
    Stage {
        scenes: Scenes::list(&[], 4).expect("scenes"),
        profile: question::profile("isovist").expect("a profile"),
        preset: judge::reward::preset("isovist").expect("a preset"),
    }
}

fn reset(value: Value) -> Reset {
    serde_json::from_value(value).expect("a reset")
}

#[test]
fn the_same_seed_asks_the_same_and_the_answer_stays_inside() {
    let stage = stage();
    let solver = reset(json!({"seed": 3, "scene": "kitchen", "episode_id": "e"}));
    let (mut first, shown) = Episode::begin(&stage, &solver, 0).expect("an episode");
    let (_, again) = Episode::begin(&stage, &solver, 9).expect("an episode");
    assert_eq!(json!(shown), json!(again));
    assert!(!json!(shown).to_string().contains("truth") && shown.observation["question"].is_string());
    assert!(!first.state().to_string().contains("truth"));
    assert!(matches!(first.step(&stage, &json!({"replay": "3"})), Err(Problem::Field { .. })));
    let outcome = first.step(&stage, &json!({"reply": "no idea"})).expect("an outcome");
    assert_eq!((outcome.reward, outcome.done), (Some(0.0), true));
    assert_eq!(first.step(&stage, &json!({"reply": "x"})).map(|_| ()), Err(Problem::EpisodeOver));
}

#[test]
fn a_solver_is_paid_by_the_judge() {
    let stage = stage();
    for seed in 0..20 {
        let counting =
            reset(json!({"seed": seed, "scene": "41069025", "task": "object_counting", "format": "free_form"}));
        let (episode, _) = Episode::begin(&stage, &counting, 0).expect("an episode");
        let paid: Vec<f64> = (0..30)
            .map(|count| {
                let (mut episode, _) = Episode::begin(&stage, &counting, 0).expect("an episode");
                let action = json!({"reply": format!("<answer>{count}</answer>")});
                episode.step(&stage, &action).expect("an outcome").reward.expect("a reward")
            })
            .collect();
        assert_eq!(paid.iter().filter(|reward| **reward > 0.99).count(), 1, "{paid:?}");
        assert_eq!(episode.task, "object_counting");
    }
}

#[test]
fn a_questioner_is_paid_by_the_engine() {
    let stage = stage();
    let begin = || {
        let asked = reset(json!({"role": "questioner", "scene": "41069025", "task": "object_counting", "seed": 1}));
        Episode::begin(&stage, &asked, 0).expect("an episode")
    };
    let shown = begin().1;
    let counts = shown.observation["summary"]["label_counts"].as_object().expect("counts");
    let most = counts.iter().max_by_key(|(_, count)| count.as_u64()).expect("a label").0;
    let question = format!("How many {most}s are there in this room?");
    for (action, reward) in [
        (json!({"question": question}), 1.0),
        (json!({"question": question, "task_type": "object counting", "target_category": most}), 1.0),
        (json!({"question": question, "task_type": "room_size"}), 0.0),
        (json!({"question": "How many dragonflies are there in this room?"}), 0.0),
        (json!({"question": question, "scene_id": "../../etc/passwd", "image_path": "/etc/passwd"}), 1.0),
        (json!({"reply": format!("<observation>A {most}.</observation><question>{question}</question>")}), 1.0),
        (json!({"reply": format!("<observation>A dragonfly.</observation><question>{question}</question>")}), 0.1),
        (json!({"reply": format!("<question>{question}</question><question>{question}</question>")}), -1.0),
        (json!({"reply": question}), 0.0),
    ] {
        let outcome = begin().0.step(&stage, &action).expect("an outcome");
        let got = outcome.reward.expect("a reward");
        assert!((got - reward).abs() < 1e-12, "{action}: {got}: {}", json!(outcome));
    }
    for action in
        [json!({}), json!(7), json!({"reply": 7}), json!({"reply": "a", "question": "b"}), json!({"question": []})]
    {
        assert!(matches!(begin().0.step(&stage, &action), Err(Problem::Field { .. })), "{action}");
    }
}

#[test]
fn a_free_question_is_any_that_the_phrase_book_reads() {
    let stage = stage();
    for (question, reward) in [
        ("How far is the white vase from the fridge?", 1.0),
        (r#"{"form": "count", "class": "dragonfly"}"#, 0.0),
        ("Sing me a song", 0.0),
        ("{", 0.0),
    ] {
        let free = reset(json!({"role": "questioner", "scene": "kitchen", "task": "free"}));
        let (mut episode, _) = Episode::begin(&stage, &free, 0).expect("an episode");
        let outcome = episode.step(&stage, &json!({"question": question})).expect("an outcome");
        assert_eq!(outcome.reward, Some(reward), "{question}: {}", json!(outcome));
    }
}

#[test]
fn what_is_not_there_is_named() {
    let stage = stage();
    for (given, field) in [
        (json!({"task": "no_task"}), "task"),
        (json!({"role": "questioner", "task": "no_type"}), "task"),
        (json!({"index": u64::MAX}), "index"),
        (json!({"split": "solver"}), "index"),
        (json!({"episode_id": ""}), "episode_id"),
        (json!({"episode_id": "x".repeat(300)}), "episode_id"),
    ] {
        let problem = Episode::begin(&stage, &reset(given.clone()), 0).map(|_| ()).expect_err("a problem");
        assert_eq!(problem.detail().field.as_deref(), Some(field), "{given}: {problem}");
    }
    for scene in ["../kitchen", "/etc/passwd", "kitchen/scene.json", ""] {
        let named = reset(json!({"scene": scene}));
        assert_eq!(Episode::begin(&stage, &named, 0).map(|_| ()), Err(Problem::NoScene(scene.to_owned())));
    }
}

#[test]
fn every_task_of_the_splits_can_be_begun() {
    let stage = stage();
    assert_eq!(stage.tasks(), stage.scenes.ids().len() as u64 * 100);
    for (at, role) in Role::ALL.into_iter().cycle().enumerate().take(60) {
        let index = (at as u64).wrapping_mul(7919) % stage.tasks();
        let task = stage.task(role, index).expect("a task");
        let fields = serde_json::to_value(&task).expect("JSON");
        let (episode, _) =
            Episode::begin(&stage, &reset(fields), 0).unwrap_or_else(|problem| panic!("{task:?}: {problem}"));
        assert_eq!((episode.scene, episode.seed, episode.role), (task.scene, task.seed, role));
    }
}
