//! Every phrasing of every task, in every variant of writing, reads back as the question it words and no other.

mod common;

use common::{book, fillings, scene, variants};
use question::{
    Answer, Draw, Entity, Filling, Fillings, Predicate, Question, Task, catalogue, evaluate, example_scene, plainly,
    print, profile,
};
use scene::Scene;

/// Reads `text` in all variants; what is not `question` goes to `wrong`.
fn check(scene: &Scene, task: &Task, text: &str, question: &Question, wrong: &mut Vec<String>) -> usize {
    let variants = variants(text);
    for text in &variants {
        match book().parse(scene, text) {
            Ok(parsed) if parsed.question == *question && parsed.task == task.name => {}
            other => wrong.push(format!("{}: {text:?}: {other:?}", task.name)),
        }
    }
    variants.len()
}

fn report(wrong: &[String], read: usize, least: usize) {
    assert!(wrong.is_empty(), "{} of {read} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(20)].join("\n"));
    assert!(read >= least, "only {read}");
}

#[test]
fn every_question_reads_back() {
    let (scene, mut read, mut wrong) = (scene(), 0, Vec::new());
    for task in catalogue() {
        let mut worded = vec![false; task.phrases.ask.len()];
        for index in 0..12 {
            let fillings = fillings(task, &mut Draw::new(1, &[&task.name], index));
            let question = task.question(&fillings).expect("a question");
            for (phrase, worded) in worded.iter_mut().enumerate() {
                if let Some(text) = book().ask(task, &fillings, phrase) {
                    read += check(&scene, task, &text, &question, &mut wrong);
                    *worded = true;
                }
            }
            for _ in 0..8 {
                let mut draw = Draw::new(2, &[&task.name], index);
                let (text, _) = book().ask_drawn(task, &fillings, &mut draw).expect("a phrase");
                read += check(&scene, task, &text, &question, &mut wrong);
            }
        }
        assert!(worded.iter().all(|worded| *worded), "{}: a phrase was never worded: {worded:?}", task.name);
    }
    report(&wrong, read, 50_000);
}

/// Answers of the kind that a task's answers have.
fn answers(scene: &Scene, task: &Task, fillings: &Fillings) -> Vec<Answer> {
    let id = |name: &String| scene.objects()[scene.class(name).expect("a class").exact[0]].id;
    let candidates = fillings.values().find_map(|filling| match filling {
        Filling::List(names) => Some(names.clone()),
        _ => None,
    });
    // What the question calls each candidate.
    let question = task.question(fillings).expect("a question");
    let called = |name: &String| match &question {
        Question::Pick { among, .. } | Question::Which { among, .. } | Question::Order { among, .. } => {
            let mut among = among.iter().map(ToString::to_string);
            let called = among.find(|entity| plainly(entity) == name || entity.ends_with(&format!(":{name}")));
            called.expect("a candidate")
        }
        _ => name.clone(),
    };
    match &question {
        Question::Value { sectors: Some(sectors), .. } => sectors
            .sectors()
            .iter()
            .map(|word| Answer::Sector { sectors: *sectors, word: (*word).to_owned() })
            .collect(),
        Question::Value { of, .. } if of.is_turn() => [(90.0, 5.0), (-30.0, 10.0), (0.0, 3.0), (180.0, 4.0)]
            .map(|(value, tolerance)| Answer::Turn { value, lo: value - tolerance, hi: value + tolerance })
            .to_vec(),
        Question::Value { .. } => {
            // The unit is that of the task's own example.
            let unit =
                evaluate(&example_scene(task).expect("a scene"), &example(task), profile("isovist").expect("isovist"));
            let Some(Answer::Quantity { unit, .. }) = unit.answer() else { panic!("{}: {unit:?}", task.name) };
            [(2.5, 0.25), (0.75, 0.5), (11.0, 1.0)]
                .map(|(value, tolerance)| Answer::Quantity {
                    value,
                    lo: value - tolerance,
                    hi: value + tolerance,
                    unit: *unit,
                })
                .to_vec()
        }
        Question::Pick { .. } | Question::Which { .. } => {
            let candidates = candidates.expect("candidates").into_iter();
            let answer = |name: String| match called(&name) {
                pixel if pixel.contains(':') => match pixel.parse() {
                    Ok(Entity::Pixel { frame, at_px: [column, row] }) => Answer::Pixel { frame, column, row },
                    other => panic!("{other:?}"),
                },
                camera if camera.starts_with('@') => Answer::Frame { name },
                called => Answer::Object { id: id(&name), name: called },
            };
            candidates.map(answer).collect()
        }
        Question::Order { .. } => {
            let names = candidates.expect("candidates");
            vec![Answer::Order { ids: names.iter().map(id).collect(), names: names.iter().map(called).collect() }]
        }
        Question::Locate { .. } => [([0.5, -0.25, 2.0], 0.25), ([-1.0, 0.0, 3.75], 0.5)]
            .map(|(value, tolerance): ([f64; 3], f64)| Answer::Point {
                value,
                lo: value.map(|along| along - tolerance),
                hi: value.map(|along| along + tolerance),
            })
            .to_vec(),
        Question::Region { .. } => [[1.2, 0.35, 0.74], [0.0, 12.0, 0.0]]
            .map(|at| Answer::Region { at, area_m2: 0.0, pieces: Vec::new() })
            .to_vec(),
        Question::Turns { facing, along } => {
            let turns = along.len() + usize::from(facing.is_some()) - 2;
            [["left", "right"], ["back", "front"]]
                .map(|words| Answer::Turns { words: words[..turns].iter().map(|word| (*word).to_owned()).collect() })
                .to_vec()
        }
        Question::Test { .. } => vec![Answer::YesNo { value: true }],
        Question::Count { .. } => [0, 1, 7].map(|value| Answer::Count { value }).to_vec(),
    }
}

fn example(task: &Task) -> Question {
    book().parse(&example_scene(task).expect("a scene"), &task.example.text).expect("a question").question
}

#[test]
fn every_statement_reads_back() {
    let (scene, mut read, mut wrong) = (scene(), 0, Vec::new());
    for task in catalogue() {
        for index in 0..4 {
            let fillings = fillings(task, &mut Draw::new(3, &[&task.name], index));
            let question = task.question(&fillings).expect("a question");
            for answer in answers(&scene, task, &fillings) {
                let claimed = match &question {
                    Question::Test { .. } => question.clone(),
                    _ => Question::Test {
                        that: Predicate::Claim { question: Box::new(question.clone()), answer: answer.clone() },
                    },
                };
                for phrase in 0..task.phrases.state.len() {
                    if let Some(text) = book().statement(task, &fillings, &answer, phrase) {
                        read += check(&scene, task, &text, &claimed, &mut wrong);
                        let framed = format!("True or false: {text}");
                        read += check(&scene, task, &framed, &claimed, &mut wrong);
                    }
                }
            }
        }
    }
    report(&wrong, read, 20_000);
}

#[test]
fn every_example_is_answered_as_its_file_says() {
    let mut wrong = Vec::new();
    for task in catalogue() {
        let scene = example_scene(task).expect("a scene");
        let answer =
            book().parse(&scene, &task.example.text).map_err(|refusal| refusal.to_string()).and_then(|parsed| {
                let verdict = evaluate(&scene, &parsed.question, profile("isovist").expect("isovist"));
                verdict.answer().map(print::answer).ok_or_else(|| format!("{:?}", verdict.reason()))
            });
        if answer.as_ref() != Ok(&task.example.answer) {
            wrong.push(format!("{}: {:?}: {answer:?}, not {:?}", task.name, task.example.text, task.example.answer));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_book_is_as_large_as_promised() {
    assert!(catalogue().len() >= 62);
    for task in catalogue() {
        assert!(task.phrases.ask.len() >= 8, "{}: {} questions", task.name, task.phrases.ask.len());
        assert!(task.phrases.state.len() >= 4, "{}: {} statements", task.name, task.phrases.state.len());
    }
}

#[test]
fn quantities_in_every_unit() {
    let scene = scene();
    for (text, metres) in [
        ("1.5 m", 1.5),
        ("1.5m", 1.5),
        ("150 cm", 1.5),
        ("30cm", 0.3),
        ("2500 millimeters", 2.5),
        ("two metres", 2.0),
        ("a metre", 1.0),
        ("half a metre", 0.5),
        ("10 feet", 3.048),
        ("10 in", 0.254),
        ("10 inches", 0.254),
        (".5 m", 0.5),
        ("0.002 km", 2.0),
    ] {
        let parsed = book().parse(&scene, &format!("Is the sofa within {text} of the lamp?")).expect(text);
        assert_eq!(parsed.fillings["r"], Filling::Number(metres), "{text}");
    }
    for text in ["2", "1,5 m", "1 2 m", "2 kg", "some metres", "1/2 m", "~2 m", "2-3 m", "1.2.3 m", "nan m", "2 m2"] {
        let refusal = book().parse(&scene, &format!("Is the sofa within {text} of the lamp?")).expect_err(text);
        assert!(matches!(refusal.code(), "bad_number" | "unknown_wording"), "{text}: {refusal:?}");
    }
}

#[test]
fn nested_names_never_leak() {
    let scene = scene();
    let read = |text: &str| book().parse(&scene, text).map(|parsed| parsed.fillings).map_err(|refusal| refusal.code());
    let named = |text: &str, role: &str| match read(text).map(|fillings| fillings[role].clone()) {
        Ok(Filling::Text(name)) => name,
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(named("How far is the tv stand from the tv?", "a"), "tv stand");
    assert_eq!(named("how far is coffee table from table", "a"), "coffee table");
    assert_eq!(named("How tall is the office-chair?", "a"), "office chair");
    assert_eq!(named("How many tv stands are there?", "class"), "tv stand");
    assert_eq!(named("How many fridges are there?", "class"), "fridge");
    assert_eq!(named("How many boxes are there?", "class"), "box");
    assert_eq!(named("How far is object #3 from the #1?", "a"), "#3");
    for text in [
        "How far is the tv bracket from the sofa?",
        "How far is the coffee table or sofa from the lamp?",
        "How far is the so*fa from the lamp?",
        "How far is #99 from the sofa?",
        "How many tv stands and lamps are there?",
    ] {
        assert_eq!(read(text), Err("unknown_label"), "{text}");
    }
    assert_eq!(read("How far is the tv, stand from the sofa?"), Err("unknown_wording"));
    let Ok(fillings) = read("Which is the tallest: the tv stand, the lamp, or the coffee table?") else { panic!() };
    assert_eq!(fillings["candidates"], Filling::List(vec!["tv stand".into(), "lamp".into(), "coffee table".into()]));
}

#[test]
fn a_number_beside_a_name_says_which_one() {
    let mut task = question::task("absolute_distance").expect("a task").clone();
    task.example.objects =
        ["door 0 0 1  1 1 1", "office chair 3 0 1  1 1 1", "door 6 0 1  1 1 1"].map(str::to_owned).to_vec();
    let scene = example_scene(&task).expect("a scene");
    let read = |text: &str| book().parse(&scene, text).map_err(|refusal| refusal.code());
    let named = |text: &str| read(text).map(|parsed| parsed.fillings["b"].clone());
    for text in ["#3", "door #3", "the door #3", "object #3"] {
        assert_eq!(named(&format!("How far is the chair from {text}?")), Ok(Filling::Text("#3".into())), "{text}");
    }
    // What is beside a number must be true of that object; a wider kind is.
    assert_eq!(named("How far is the door #1 from the chair #2?"), Ok(Filling::Text("#2".into())));
    for text in ["chair #3", "window #3", "door #9"] {
        assert_eq!(read(&format!("How far is the sofa from the {text}?")), Err("unknown_label"), "{text}");
    }
    let hint = book().parse(&scene, "How tall is door #9?").expect_err("no such door").hint();
    assert_eq!(hint.as_deref(), Some("the scene has \"door #1\", \"door #3\""));
}

#[test]
fn an_option_may_name_a_candidate_of_several_instances() {
    let mut task = question::task("relative_distance").expect("a task").clone();
    task.example.objects.push("lamp -2 0 0.75  0.3 0.3 1.5".into());
    let scene = example_scene(&task).expect("a scene");
    let parsed = book().parse(&scene, "Which is closest to the sofa: the lamp, or the table?").expect("a question");
    let verdict = evaluate(&scene, &parsed.question, profile("vsi-bench").expect("a profile"));
    let options = ["table".to_owned(), "lamp".to_owned()];
    assert_eq!(book().options_that_say(&scene, &options, verdict.answer().expect("certain")), [1]);
}

#[test]
fn a_name_may_end_in_an_article() {
    let mut task = question::task("absolute_distance").expect("a task").clone();
    task.example.objects = vec!["closet door a 0 0 1  1 1 1".into(), "closet door b 3 0 1  1 1 1".into()];
    let scene = example_scene(&task).expect("a scene");
    for text in [
        "How far is the closet door a from the closet door b?",
        "How far apart are the closet door b and the closet door a",
        "True or false: the closet door b is the tallest of the closet door a and the closet door b.",
    ] {
        let parsed = book().parse(&scene, text).unwrap_or_else(|refusal| panic!("{text}: {refusal}"));
        assert!(format!("{:?}", parsed.fillings).contains("closet door a"), "{text}: {parsed:?}");
    }
    assert!(book().parse(&scene, "How far is the closet door, a closet door b from the closet door b?").is_err());
}

#[test]
fn absent_things_parse_and_unknown_ones_do_not() {
    let scene = scene();
    let parsed = book().parse(&scene, "How many bathtubs are there?").expect("a known word");
    let verdict = evaluate(&scene, &parsed.question, profile("isovist").expect("isovist"));
    assert_eq!(verdict.kind(), "invalid");
    assert_eq!(book().parse(&scene, "How many dragons are there?").map_err(|r| r.code()), Err("unknown_label"));
}

#[test]
fn a_role_that_stands_twice_is_one_thing() {
    let scene = scene();
    let ask = |last: &str| {
        let text = format!(
            "If I am standing by the sofa and facing the tv, is the lamp to the left or the right of the {last}?"
        );
        book().parse(&scene, &text).map(|parsed| parsed.task).map_err(|refusal| refusal.code())
    };
    assert_eq!(ask("tv"), Ok("relative_direction_easy"));
    assert_eq!(ask("bench"), Err("unknown_wording"));
}

#[test]
fn one_is_singular_and_reads_back() {
    let (scene, task) = (scene(), question::task("object_counting").expect("a task"));
    let fillings: Fillings = [("class".to_owned(), Filling::Text("trash bin".into()))].into();
    for (count, states) in [
        (1, "There is 1 trash bin in the room."),
        (2, "There are 2 trash bins in the room."),
        (0, "There are 0 trash bins in the room."),
    ] {
        let answer = Answer::Count { value: count };
        assert_eq!(book().statement(task, &fillings, &answer, 0).as_deref(), Some(states));
        let claim = Predicate::Claim { question: Box::new(task.question(&fillings).expect("a question")), answer };
        assert_eq!(book().parse(&scene, states).expect("a claim").question, Question::Test { that: claim });
    }
    assert_eq!(book().say(task, &fillings, "1").as_deref(), Some("There is 1 trash bin."));
    let task = question::task("counting_free").expect("a task");
    let states = |value: u32| book().statement(task, &fillings, &Answer::Count { value }, 0);
    assert_eq!(states(1).as_deref(), Some("1 of the trash bins is free."));
    assert_eq!(states(2).as_deref(), Some("2 of the trash bins are free."));
}
