//! Every phrasing of every task reads back as the question it words.

use language::{PhraseBook, Refusal};
use question::{Draw, Sampler, catalogue, evaluate, example_scene, print, profile, task};

#[test]
fn every_phrasing_reads_back_as_its_question() {
    let book = PhraseBook::builtin().expect("a phrase book");
    let mut read = 0;
    let mut wrong = Vec::new();
    for task in catalogue() {
        assert!(task.phrases.ask.len() >= 8, "{} has {} phrasings", task.name, task.phrases.ask.len());
        let scene = example_scene(task).expect("a scene");
        let sampler = Sampler::new(&scene);
        for index in 0..12 {
            let Some(fillings) = sampler.fillings(task, &mut Draw::new(3, &[&task.name], index)) else { continue };
            let question = task.question(&fillings).expect("a question");
            for phrase in 0..task.phrases.ask.len() {
                let Some(text) = book.ask(task, &fillings, phrase) else { continue };
                for text in [
                    text.clone(),
                    text.to_lowercase(),
                    text.replace("the ", ""),
                    text.trim_end_matches(['?', '.']).to_owned(),
                ] {
                    read += 1;
                    match book.parse(&scene, &text) {
                        Ok(parsed) if parsed.question == question => {}
                        other => wrong.push(format!("{}: {text:?}: {other:?}", task.name)),
                    }
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{} of {read} wrong:\n{}", wrong.len(), wrong[..wrong.len().min(25)].join("\n"));
    assert!(read > 5000, "{read}");
}

#[test]
fn every_example_is_answered_as_its_file_says() {
    let book = PhraseBook::builtin().expect("a phrase book");
    let mut wrong = Vec::new();
    for task in catalogue() {
        let scene = example_scene(task).expect("a scene");
        let answer = book.parse(&scene, &task.example.text).map_err(|refusal| refusal.to_string()).and_then(|parsed| {
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
fn text_that_is_no_phrasing_is_refused_and_never_guessed() {
    let book = PhraseBook::builtin().expect("a phrase book");
    let scene = example_scene(task("absolute_distance").expect("a task")).expect("a scene");
    for (text, code) in [
        ("", "empty"),
        ("?!", "empty"),
        ("What is the meaning of the sofa?", "unknown_wording"),
        ("How far is the sofa from the blue dragonfly?", "unknown_label"),
        ("How far is the sofa from the table and why?", "unknown_label"),
        ("How far is the sofa", "unknown_wording"),
    ] {
        assert_eq!(book.parse(&scene, text).map_err(|refusal| refusal.code()), Err(code), "{text}");
    }
    let long = "how far is ".repeat(400);
    assert!(matches!(book.parse(&scene, &long), Err(Refusal::TooLong(_))));
    for hostile in
        ["the ".repeat(490), "how far is sofa from ".repeat(90), "a, ".repeat(600), "\u{202e}é\u{0}".repeat(200)]
    {
        assert!(book.parse(&scene, &hostile).is_err());
    }
}
