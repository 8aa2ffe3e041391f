//! Benchmarks other than BLINK: their published file layouts, what each profile makes of the same replies, and averages.

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
};

use judge::benchmark::{Benchmark, RowError, Rows, benchmarks, differences, score};
use serde_json::{Value, json};

use common::{Folder, close, marks, measure, named, read, rows, task, under};

/// A folder of the shared data; `None`, with a message, where this checkout has none.
fn shared(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/benchmarks").join(name);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (the shared data folder is no part of the project)", path.display());
    None
}

#[test]
fn viewspatial_reads_the_last_line_and_takes_the_article_for_an_answer() {
    let row = |answer: &str, reply: &str| json!({"question_type": "t", "answer": answer, "choices": "A. left\nB. right\nC. front\nD. back", "reply": reply});
    let rows = rows(
        "viewspatial",
        &json!([
            row("B. right", "B. right"),
            row("A. left", "It is a lamp"),
            row("C. front", "C\nSo the front"),
            row("C. front", "I think\nc"),
        ]),
    );
    assert_eq!(marks("viewspatial", &rows, "official"), [1.0, 1.0, 0.0, 1.0]);
    assert_eq!(marks("viewspatial", &rows, "isovist")[..2], [1.0, 0.0]);
}

/// The published file without ids, and the table of results that the published script writes.
#[test]
fn viewspatial_as_published() {
    let Some(folder) = shared("viewspatial") else { return };
    let published = folder.join("ViewSpatial-Bench.json");
    let all: Vec<Value> = serde_json::from_str(&fs::read_to_string(&published).expect("text")).expect("rows");
    // Right answers in turn with "the option A", which is right where A is.
    let replies: Vec<Value> = (all.iter().enumerate())
        .map(|(at, row)| json!({"doc_id": at, "reply": if at % 2 == 0 { row["answer"].clone() } else { json!("a)") }}))
        .collect();
    let right = |row: &Value| row["answer"].as_str().expect("a text").starts_with('A');
    let expected = all.iter().enumerate().filter(|(at, row)| at % 2 == 0 || right(row)).count();
    let folder = Folder::of(&[("replies.json", &Value::Array(replies).to_string())]);
    let rows = Rows::read(named("viewspatial"), &folder.path("replies.json"), Some(&published)).expect("rows");
    assert_eq!(rows.all.len(), 5712);
    assert!(rows.passed_over.is_empty(), "{:?}", rows.passed_over);
    let scores = under("viewspatial", &rows.all, "official");
    close(scores.score(), expected as f64 / 5712.0);
    assert_eq!((scores.tasks.len(), scores.unread, scores.failed), (5, 0, 0));
    let counts: Vec<usize> = scores.tasks.iter().map(|task| task.rows).collect();
    assert_eq!(counts, [996, 1773, 996, 842, 1105]);
    // The published script writes a table; quotes and line ends stand in its cells.
    let table = "ID,Question,Question_Type,Predicted Answer,Correct Answer,IsCorrect\n\
                 0,\"Where, then?\",t,\"I say \"\"left\"\"\nB\",B. right,True\n1,q,t,A,B. right,False\n";
    let folder = Folder::of(&[("result.csv", table)]);
    let rows = Rows::read(named("viewspatial"), &folder.path("result.csv"), None).expect("rows").all;
    assert_eq!(marks("viewspatial", &rows, "official"), [1.0, 0.0]);
}

#[test]
fn our_own_reader_takes_the_units_that_vsi_bench_asks_for_and_no_others() {
    let row = |at: usize, kind: &str, truth: &str, reply: &str| json!({"id": at, "scene_name": "s", "question_type": kind, "ground_truth": truth, "reply": reply});
    let all = rows(
        "vsi-bench",
        &json!([
            row(0, "object_abs_distance", "2.0", "2 meters"),
            row(1, "object_abs_distance", "2.0", "200 cm"),
            row(2, "object_size_estimation", "90", "90"),
            row(3, "object_size_estimation", "90", "90 cm"),
            row(4, "object_size_estimation", "90", "0.9 m"),
            row(5, "room_size_estimation", "22.0", "22 square meters"),
            row(6, "object_counting", "3", "3"),
            row(7, "object_abs_distance", "2.0", "2 kg"),
            row(8, "room_size_estimation", "22.0", "22 m"),
            row(9, "object_counting", "3", "3 m"),
        ]),
    );
    assert_eq!(marks("vsi-bench", &all, "isovist"), [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0]);
}

#[test]
fn cv_bench_averages_its_sources() {
    let row = |at: usize, source: &str, task: &str, answer: &str, reply: &str| json!({"idx": at, "source": source, "task": task, "answer": answer, "choices": ["x", "y", "z"], "reply": reply});
    let rows = rows(
        "cv-bench",
        &json!([
            row(0, "ADE20K", "Count", "(A)", "A"),
            row(1, "ADE20K", "Relation", "(A)", "(B)"),
            row(2, "COCO", "Count", "(C)", "C) z"),
            row(3, "Omni3D", "Depth", "(B)", "The lamp"),
            row(4, "Omni3D", "Distance", "(B)", "B"),
            row(5, "Omni3D", "Depth", "(A)", "It must be THAT <eos>"),
            row(6, "Omni3D", "Depth", "(A)", "A"),
        ]),
    );
    let official = under("cv-bench", &rows, "official");
    // (1/2 + 1) / 2 in 2D, 2/4 in 3D.
    close(official.score(), f64::midpoint(0.75, 0.5));
    close(task(&official, "2D"), 0.75);
    close(task(&official, "Depth"), 1.0 / 3.0);
    close(under("cv-bench", &rows, "lmms-eval").score(), 4.0 / 7.0);
    let holding = under("cv-bench", &rows, "hispatial");
    // Relation, Depth and Distance; "THAT" holds an A, "The lamp" no B.
    assert_eq!((holding.rows, holding.unread), (5, 0));
    close(holding.score(), 3.0 / 5.0);
    assert!(holding.of_row(0).is_none(), "Count is not covered");
    // A row that one profile does not cover is no difference.
    let benchmark = named("cv-bench");
    let both = [benchmark.profile("lmms-eval").expect("one"), benchmark.profile("hispatial").expect("one")];
    let differ = differences(&score(benchmark, &rows, &both), &rows);
    assert_eq!(differ.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["5"]);
}

#[test]
fn mmsi_bench_has_one_rule_a_revision_and_rotations() {
    let row = |id: u64, kind: &str, answer: &str, reply: &str| json!({"id": id, "question_type": kind, "answer": answer, "reply": reply});
    let all = rows(
        "mmsi-bench",
        &json!([
            row(1, "Motion (Cam.–Obj.)", "B", "``B``"),
            row(2, "Motion (Cam.-Obj.)", "B", "b"),
            row(3, "MSR", "A", "A bike, so C"),
            row(4, "MSR", "D", "I cannot say"),
        ]),
    );
    assert_eq!(marks("mmsi-bench", &all, "official"), [1.0, 0.0, 0.0, 0.0]);
    assert_eq!(marks("mmsi-bench", &all, "lmms-eval"), [1.0, 1.0, 0.0, 0.0]);
    let scores = under("mmsi-bench", &all, "lmms-eval");
    assert_eq!(scores.tasks.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["MSR", "Motion (Cam.–Obj.)"]);
    assert_eq!(scores.unread, 1);
    // What a language model said where no letter was found, for the official profile only.
    let mut recorded = row(5, "MSR", "C", "the third");
    recorded["extracted"] = json!("C");
    let recorded = rows("mmsi-bench", &json!([recorded]));
    assert_eq!(marks("mmsi-bench", &recorded, "official"), [1.0]);
    assert_eq!(marks("mmsi-bench", &recorded, "lmms-eval"), [0.0]);
    // Question 7 is right in both rotations, question 8 in one of two.
    let table = "index\tcategory\tquestion\tA\tB\tC\tD\tanswer\tprediction\n\
                 7\tMSR\tq\tw\tx\ty\tz\tA\tA\n1000007\tMSR\tq\tz\tw\tx\ty\tB\tB\n\
                 8\tMSR\tq\tw\tx\ty\tz\tA\tA\n1000008\tMSR\tq\tz\tw\tx\ty\tB\tA\n";
    let folder = Folder::of(&[("circular.tsv", table)]);
    let rotated = Rows::read(named("mmsi-bench"), &folder.path("circular.tsv"), None).expect("rows").all;
    let circular = under("mmsi-bench", &rotated, "circular");
    assert_eq!((circular.rows, circular.counted), (4, 2));
    close(circular.score(), 0.5);
    close(under("mmsi-bench", &rotated, "official").score(), 0.75);
}

#[test]
fn embspatial_counts_its_answers_from_zero() {
    let row = |id: &str, answer: Value, reply: &str| {
        json!({"question_id": id, "relation": "close", "data_source": "mp3d", "scene_id": "s",
               "answer_options": ["a", "b", "c", "d"], "answer": answer, "reply": reply})
    };
    let rows = rows(
        "embspatial",
        &json!([
            row("mp3d_1", json!(1), "B"),
            row("mp3d_2", json!(0), "The first"),
            row("mp3d_3", json!("2"), " C."),
            row("mp3d_4", json!("D"), "it: D"),
        ]),
    );
    assert_eq!(marks("embspatial", &rows, "lmms-eval"), [1.0, 0.0, 1.0, 0.0]);
    assert_eq!(marks("embspatial", &rows, "hispatial"), [1.0, 0.0, 1.0, 0.0]);
    assert_eq!(marks("embspatial", &rows, "isovist"), [1.0, 0.0, 1.0, 1.0]);
    let beyond = read("embspatial", &json!([row("x", json!(4), "A")]));
    assert!(matches!(beyond, Err(RowError::Truth { .. })), "{beyond:?}");
}

#[test]
fn mmstar_has_two_macro_means() {
    let row = |at: usize, fine: &str, answer: &str, reply: &str| json!({"index": at, "category": "math", "l2_category": fine, "answer": answer, "reply": reply});
    let rows = rows(
        "mmstar",
        &json!([
            row(0, "geometry", "A", "a lamp"),
            row(1, "geometry", "B", "So B"),
            row(2, "geometry", "B", "The answer is B, (A)"),
            row(3, "statistical reasoning", "C", "Option C"),
            row(4, "statistical reasoning", "D", "(d)"),
            row(5, "statistical reasoning", "D", ""),
        ]),
    );
    assert_eq!(marks("mmstar", &rows, "official"), [1.0, 0.0, 1.0, 1.0, 1.0, 0.0]);
    let rows = &rows[..5];
    close(under("mmstar", rows, "official").score(), 4.0 / 5.0);
    close(under("mmstar", rows, "lmms-eval").score(), f64::midpoint(2.0 / 3.0, 1.0));
}

#[test]
fn realworldqa_mixes_letters_and_words() {
    let row = |answer: &str, reply: &str| json!({"answer": answer, "reply": reply});
    let rows =
        rows("realworldqa", &json!([row("A", "(A)"), row("Yes", "yes."), row("No", "no sign"), row("3", "Three")]));
    assert_eq!(marks("realworldqa", &rows, "lmms-eval"), [1.0, 1.0, 0.0, 0.0]);
    assert_eq!(marks("realworldqa", &rows, "isovist"), [1.0, 1.0, 0.0, 1.0]);
}

#[test]
fn variants_of_3dsrbench_count_together() {
    let row = |id: &str, category: &str, answer: &str, reply: &str| json!({"qid": id, "category": category, "answer": answer, "A": "x", "B": "y", "C": "nan", "D": "", "reply": reply});
    let rows = rows(
        "3dsrbench",
        &json!([
            row("AAAAAAAA", "height_higher", "A", "A"),
            row("AAAAAAAA-1", "height_higher", "B", "Answer: B"),
            row("AAAAAAAA-flip", "height_higher", "A", "(A)"),
            row("AAAAAAAA-flip-1", "height_higher", "B", "A."),
            row("BBBBBBBB", "location_above", "A", "A"),
            row("BBBBBBBB-1", "location_above", "B", "B"),
        ]),
    );
    for (profile, expected, counted) in
        [("vanilla", 5.0 / 6.0, 6), ("circular", 2.0 / 3.0, 3), ("flip", 3.0 / 4.0, 4), ("flip-circular", 1.0 / 2.0, 2)]
    {
        let scores = under("3dsrbench", &rows, profile);
        assert_eq!((scores.rows, scores.counted), (6, counted), "{profile}");
        close(scores.score(), expected);
    }
    let strict = under("3dsrbench", &rows, "flip-circular");
    close(task(&strict, "height"), 0.0);
    close(task(&strict, "location"), 1.0);
    // "Answer: B" does not have its letter in front.
    close(under("3dsrbench", &rows, "hispatial").score(), 0.5);
    // A failed request takes its whole question with it.
    let mut failed = rows;
    failed[5].failed = true;
    close(under("3dsrbench", &failed, "flip-circular").score(), 0.0);
}

#[test]
fn robospatial_reads_yes_no_and_points() {
    let square = "[(0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6)]";
    let row = |category: &str, answer: &str, reply: &str| json!({"category": category, "question": "q", "answer": answer, "generated_answer": reply});
    let rows = rows(
        "robospatial-home",
        &json!([
            row("configuration", "yes", "Yes, it is."),
            row("configuration", "no", "Not at all"),
            row("compatibility", "no", "I know: no"),
            row("context", square, "[(0.3, 0.3), (0.9, 0.9)]"),
            row("context", square, "(300, 300)"),
            row("context", square, "[0.3, 0.3]"),
            row("configuration", "yes", "That is true"),
        ]),
    );
    assert_eq!(marks("robospatial-home", &rows, "official"), [1.0, 1.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    let last = under("robospatial-home", &rows, "lmms-eval-yes-no");
    assert_eq!(last.rows, 4);
    close(last.score(), 3.0 / 4.0);
    close(under("robospatial-home", &rows, "hispatial").score(), 1.0);
    // The pictures' sides are no answer, and neither is an outline of something else.
    assert!(matches!(
        read("robospatial-home", &json!([row("context", "somewhere", "(0, 0)")])),
        Err(RowError::Truth { .. })
    ));
}

#[test]
fn spatialrgpt_bench_holds_python_literals() {
    let row = |at: usize, kind: &str, category: &str, gold: &str, reply: &str| {
        json!({"id": at, "qa_info": format!("{{'type': '{kind}', 'category': '{category}', 'class': ['chair']}}"),
               "conversations": format!("[{{'from': 'human', 'value': 'How wide?'}}, {{'from': 'gpt', 'value': '{gold}'}}]"),
               "reply": reply})
    };
    let read = read(
        "spatialrgpt-bench",
        &json!([
            row(0, "quantitative", "width_data", "The width of Region [0] is 2.0 meters.", "2.5 m"),
            row(1, "quantitative", "width_data", "2.0 meters", "2.51 m"),
            row(2, "quantitative", "width_data", "100 cm", "1 m or 3 m"),
            row(
                3,
                "quantitative",
                "distance_data",
                "Region [0] is 4 feet away from Region [1].",
                "region [12] is 4 ft off"
            ),
            row(4, "quantitative", "direction", "Region [1] is at 12 o\\'clock", "1 o'clock"),
            row(5, "quantitative", "direction", "10 o\\'clock", "12 o'clock"),
            row(6, "qualitative", "left_predicate", "Yes", "yes"),
        ]),
    )
    .expect("rows");
    assert_eq!(read.passed_over.get("qualitative"), Some(&1));
    let marks = marks("spatialrgpt-bench", &read.all, "official-without-model");
    assert_eq!(marks, [1.0, 0.0, 0.0, 1.0, 1.0, 0.0]);
    let scores = under("spatialrgpt-bench", &read.all, "official-without-model");
    close(scores.score(), 0.5);
    assert_eq!(scores.unread, 1, "a conflict is none");
    close(under("spatialrgpt-bench", &read.all, "isovist").score(), (1.0 / 3.0 + 1.0 + 0.5) / 3.0);
}

#[test]
fn q_spatial_takes_a_factor_of_two_strictly() {
    let row = |value: f64, unit: &str, reply: &str| json!({"answer_value": value, "answer_unit": unit, "reply": reply});
    let rows = rows(
        "q-spatial",
        &json!([
            row(1.0, "meter", r"\scalar{1.9} \distance_unit{m}"),
            row(50.0, "centimeter", r"\scalar{1} \distance_unit{meter}"),
            row(7.0, "centimeter", r"\scalar{14} \distance_unit{cm}"),
            row(2.0, "feet", r"\scalar{2} \distance_unit{ft}"),
            row(1.0, "meter", "1.2 m"),
            row(30.0, "centimeter", "0.4"),
        ]),
    );
    assert_eq!(marks("q-spatial", &rows, "official"), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    assert_eq!(under("q-spatial", &rows, "official").unread, 2);
    // "2 feet" are two metres there.
    assert_eq!(marks("q-spatial", &rows, "hispatial"), [1.0, 0.0, 0.0, 1.0, 1.0, 1.0]);
    assert_eq!(marks("q-spatial", &rows, "isovist")[4..], [1.0, 1.0]);
}

#[test]
fn sqa3d_and_scanqa_match_texts_as_published() {
    let row = |id: usize, question: &str, gold: Value, reply: &str| json!({"question_id": id, "scene_id": "s", "question": question, "answers": gold, "reply": reply});
    let all = rows(
        "sqa3d",
        &json!([
            row(0, "What is it?", json!([{"answer": "chair", "answer_confidence": "yes"}]), "The chair."),
            row(1, "Is it?", json!([{"answer": "no"}]), "I know"),
            row(2, "Am I?", json!([{"answer": "two"}]), "2"),
            row(3, "How many?", json!([{"answer": "two"}]), ""),
        ]),
    );
    assert_eq!(marks("sqa3d", &all, "official"), [1.0, 0.0, 1.0, 0.0]);
    let leo = under("sqa3d", &all, "leo");
    close(leo.score(), 1.0);
    close(measure(&leo, "EM"), 0.5);
    close(task(&under("sqa3d", &all, "official"), "others"), 1.0);
    // A failed request is no empty reply, which would be a refined match of anything.
    let mut failed = all;
    failed[3].failed = true;
    close(under("sqa3d", &failed, "leo").score(), 0.75);
    let row = |id: &str, answers: Value, reply: Value| json!({"question_id": id, "scene_id": "s", "answers": answers, "answer_top10": reply});
    let all = rows(
        "scanqa",
        &json!([
            row("val-s-0", json!(["brown chair", "chair"]), json!(["chair", "x"])),
            row("val-s-1", json!(["on the left"]), json!(["On the left.", "x"])),
            row("val-s-2", json!(["two"]), json!(["two", "x"])),
        ]),
    );
    assert_eq!(marks("scanqa", &all, "official"), [1.0, 0.0, 1.0]);
    // "On the left." is the reference, once both are the Treebank's words.
    close(measure(&under("scanqa", &all, "official"), "ROUGE-L"), 1.0);
    assert!(measure(&under("scanqa", &all, "video-3d-llm"), "ROUGE-L") < 1.0);
    let leo = under("scanqa", &all, "leo");
    close(leo.score(), 1.0);
    // The first reference that matches at all decides: "chair" stands in "brown chair".
    close(measure(&leo, "EM"), 2.0 / 3.0);
    assert!(measure(&leo, "CIDEr") > measure(&leo, "BLEU-4"));
    assert_eq!(under("scanqa", &all, "video-3d-llm").measures.len(), 6);
}

/// The published questions and answers are two files; the replies a third.
#[test]
fn sqa3d_as_published() {
    let Some(folder) = shared("sqa3d") else { return };
    let file = folder.join("v1_balanced_sqa_annotations_test_scannetv2.json");
    let all: Value = serde_json::from_str(&fs::read_to_string(&file).expect("text")).expect("JSON");
    let all = all["annotations"].as_array().expect("a list");
    let reply = |(at, row): (usize, &Value)| {
        let answer = row["answers"][0]["answer"].as_str().expect("a text");
        let text = match at % 3 {
            0 => format!("The {}.", answer.to_uppercase()),
            1 => format!("it is {answer}"),
            _ => "xyzzy".to_owned(),
        };
        (row["question_id"].to_string(), Value::String(text))
    };
    let replies: serde_json::Map<String, Value> = all.iter().enumerate().map(reply).collect();
    let replies = Folder::of(&[("replies.json", &Value::Object(replies).to_string())]);
    let rows = Rows::read(named("sqa3d"), &replies.path("replies.json"), Some(&folder)).expect("rows");
    assert_eq!(rows.all.len(), 3519);
    assert!(rows.passed_over.is_empty(), "{:?}", rows.passed_over);
    let scores = under("sqa3d", &rows.all, "official");
    let tasks: Vec<(&str, usize)> = scores.tasks.iter().map(|task| (task.name.as_str(), task.rows)).collect();
    let others = 3519 - 338 - 465 - 652 - 351 - 1147;
    assert_eq!(tasks, [("can", 338), ("how", 465), ("is", 652), ("others", others), ("what", 1147), ("which", 351)]);
    // A third is the answer itself, whatever stands around it; cleaning does not bring all of it back.
    assert!((scores.score() - 1.0 / 3.0).abs() < 0.02, "{}", scores.score());
    let leo = under("sqa3d", &rows.all, "leo");
    assert!((leo.score() - 2.0 / 3.0).abs() < 0.02, "{}", leo.score());
    close(measure(&leo, "EM"), scores.score());
    assert!(leo.interval.lo < leo.score() && leo.score() < leo.interval.hi);
    let one = Folder::of(&[("replies.json", r#"{"220602000002": "piano"}"#)]);
    let without = Rows::read(named("sqa3d"), &one.path("replies.json"), Some(&file));
    assert!(matches!(without, Err(RowError::Missing { field: "group", .. })), "its type is in the questions");
    let one = Rows::read(named("sqa3d"), &one.path("replies.json"), Some(&folder)).expect("rows");
    assert_eq!((one.all.len(), one.passed_over.get("questions without a reply")), (1, Some(&3518)));
}

#[test]
fn a_caption_counts_where_its_box_does() {
    let published = json!([
        {"scene_id": "s", "object_id": "1", "object_name": "chair", "ann_id": "0", "token": ["a", "brown", "chair", "by", "the", "door"]},
        {"scene_id": "s", "object_id": "1", "object_name": "chair", "ann_id": "1", "token": ["the", "chair", "is", "brown"]},
        {"scene_id": "s", "object_id": "2", "object_name": "lamp", "ann_id": "0", "token": ["a", "lamp", "on", "the", "desk"]},
        {"scene_id": "s", "object_id": "3", "object_name": "bed", "ann_id": "0", "token": ["a", "bed", "under", "the", "window"]},
    ]);
    let reply = |id: &str, name: &str, iou: f64, caption: Value| json!({"scene_id": "s", "object_id": id, "object_name": name, "iou": iou, "caption": caption});
    let replies = json!([
        reply("1", "chair", 0.6, json!("the chair is brown")),
        reply("2", "lamp", 0.5, json!("a lamp on the desk")),
        reply("3", "bed", 0.9, Value::Null),
    ]);
    let folder = Folder::of(&[("published.json", &published.to_string()), ("replies.json", &replies.to_string())]);
    let read = Rows::read(named("scan2cap"), &folder.path("replies.json"), Some(&folder.path("published.json")));
    let rows = read.expect("rows").all;
    let scores = under("scan2cap", &rows, "scan2cap");
    assert_eq!((scores.failed, scores.unread), (1, 0));
    // An overlap of 0.5 is not more than 0.5; "sos eos" has two words in common with its reference.
    let row = |at: usize| scores.of_row(at).expect("covered").1;
    assert!(row(0) > row(1) && row(2) == 0.0, "{} {} {}", row(0), row(1), row(2));
    assert!(row(1) < 0.1 && measure(&scores, "ROUGE-L@0.5") > 1.0 / 3.0);
    assert!(measure(&scores, "CIDEr@0.25") > measure(&scores, "CIDEr@0.5"));
    close(measure(&scores, "ROUGE-L@0.25"), 2.0 / 3.0);
    close(scores.score(), (row(0) + row(1) + row(2)) / 3.0);
    // The same captions where boxes are given.
    close(measure(&under("scan2cap", &rows, "video-3d-llm"), "ROUGE-L"), 2.0 / 3.0);
    // Without an overlap no caption is known to count.
    let mut unknown = rows;
    unknown[0].overlap = None;
    assert_eq!(under("scan2cap", &unknown, "scan2cap").unread, 1);
}

#[test]
fn boxes_are_scored_at_two_overlaps() {
    let row = |id: usize, kind: &str, gold: Value, said: Value| json!({"sample_id": id, "question_type": kind, "scene": "s", "gt_response": gold, "pred_response": said});
    let all = rows(
        "scanrefer",
        &json!([
            row(0, "unique", json!([0, 0, 0, 2, 2, 2]), json!([0, 0, 0, 2, 2, 2])),
            // A box half as long overlaps by exactly one half.
            row(1, "multiple", json!([0, 0, 0, 2, 2, 2]), json!([0, 0, 0, 2, 2, 1])),
            row(2, "multiple", json!([0, 0, 0, 2, 2, 2]), json!([1, 0, 0, 2, 2, 2])),
            row(3, "multiple", json!([0, 0, 0, 2, 2, 2]), json!([[0, 0, 0, 2, 2, 2], [0, 0, 0, 2, 2, 2]])),
            row(4, "multiple", json!([0, 0, 0, 2, 2, 2]), json!("no box")),
            row(5, "multiple", json!([0, 0, 0, 2, 2, 2]), Value::Null),
        ]),
    );
    let scores = under("scanrefer", &all, "official");
    assert_eq!((scores.unread, scores.failed), (1, 1));
    close(measure(&scores, "Acc@0.25"), 3.0 / 6.0);
    close(measure(&scores, "Acc@0.5"), 2.0 / 6.0);
    close(task(&scores, "unique"), 1.0);
    let kinds = rows("nr3d", &json!([row(0, "easy-view-dep", json!([0, 0, 0, 2, 2, 2]), json!([0, 0, 0, 2, 2, 2]))]));
    assert_eq!(kinds[0].groups, ["easy", "dependent"]);
    close(under("nr3d", &kinds, "video-3d-llm").score(), 1.0);
}

#[test]
fn multi3drefer_matches_one_to_one() {
    let (here, there) = (json!([0, 0, 0, 2, 2, 2]), json!([9, 0, 0, 2, 2, 2]));
    let row = |id: usize, kind: &str, gold: Value, said: Value| json!({"scene_id": "s", "ann_id": id, "eval_type": kind, "gt_boxes": gold, "pred_boxes": said});
    let rows = rows(
        "multi3drefer",
        &json!([
            row(0, "zt_wo_d", json!([]), json!([])),
            row(1, "zt_wo_d", json!([]), json!([here])),
            row(2, "mt", json!([here, there]), json!([there, here])),
            row(3, "mt", json!([here, there]), json!([here])),
            row(4, "st_w_d", json!([here]), json!([here, here])),
            row(5, "st_w_d", json!([here]), json!([])),
        ]),
    );
    let marks = marks("multi3drefer", &rows, "official");
    for (got, expected) in marks.iter().zip([1.0, 0.0, 1.0, 2.0 / 3.0, 2.0 / 3.0, 0.0]) {
        close(*got, expected);
    }
    close(task(&under("multi3drefer", &rows, "official"), "zt_wo_d"), 0.5);
}

#[test]
fn nr3d_chooses_among_objects() {
    let table = "assignmentid,stimulus_id,utterance,tokens,scan_id,target_id,predicted_id\n\
                 1,scene0011_00-chair-2-4-7,\"the chair, on the left\",\"['the', 'chair', 'on', 'the', 'left']\",scene0011_00,4,4\n\
                 2,scene0011_00-chair-3-4-7-9,the brown one,\"['the', 'brown', 'one']\",scene0011_00,4,7\n";
    let folder = Folder::of(&[("nr3d.csv", table)]);
    let rows = Rows::read(named("nr3d-segments"), &folder.path("nr3d.csv"), None).expect("rows").all;
    assert_eq!(rows[0].groups, ["easy", "dependent"]);
    assert_eq!(rows[1].groups, ["hard", "independent"]);
    assert_eq!(marks("nr3d-segments", &rows, "official"), [1.0, 0.0]);
}

#[test]
fn the_debiased_benchmark_is_what_is_not_pruned() {
    let row = |id: usize, pruned: Value, reply: &str| {
        json!({"id": id, "question_type": "route_planning", "scene_name": "s", "options": ["A. x", "B. y"],
               "ground_truth": "A", "pruned": pruned, "reply": reply})
    };
    let rows =
        rows("vsi-bench", &json!([row(0, json!(true), "A"), row(1, json!(false), "B"), row(2, json!(false), "A")]));
    let debiased = under("vsi-bench", &rows, "official-debiased");
    assert_eq!(debiased.rows, 2);
    close(debiased.score(), 0.5);
    close(under("vsi-bench", &rows, "official").score(), 2.0 / 3.0);
}

/// A row of any benchmark, with what its file calls things.
fn sample(benchmark: &Benchmark, at: usize, reply: Value) -> Value {
    let mut row = json!({
        "id": at, "doc_id": at, "idx": format!("val_Counting_{at}"), "qid": format!("AAAAAAA{at}"),
        "question_id": at, "sample_id": at, "index": at, "scene_id": "s", "scene_name": "s", "source": "COCO",
        "task": "Relation", "category": "configuration", "l2_category": "x", "question_type": "route_planning",
        "relation": "close", "question": "What is it?", "pruned": false, "stimulus_id": "s-chair-2-4-7",
        "ann_id": at, "object_id": 1, "object_name": "chair", "utterance": "x", "type": "quantitative",
        "answer_unit": "m", "iou": 0.9,
    });
    let truth = match benchmark.name.as_str() {
        "q-spatial" => json!(1),
        "robospatial-home" => json!("no"),
        "nr3d-segments" => json!(4),
        "scanrefer" | "nr3d" => json!([0, 0, 0, 1, 1, 1]),
        "multi3drefer" => json!([]),
        "spatialrgpt-bench" => json!("1 m"),
        "sqa3d" | "scanqa" | "scan2cap" => json!(["no"]),
        _ => json!("A"),
    };
    let grouping = &benchmark.grouping[0];
    if let (Some(known), Some(field)) = (grouping.known.first(), grouping.field.first())
        && !grouping.known.iter().any(|known| row[field] == *known)
    {
        row[field] = json!(known);
    }
    let plain = |names: &[String]| names.iter().find(|name| !name.contains('.')).expect("a name").clone();
    row[plain(&benchmark.truth)] = truth;
    row[plain(&benchmark.reply)] = reply;
    row
}

/// Failed requests are counted in every benchmark and every profile, and never score, whatever stands for the reply.
#[test]
fn failed_requests_never_score() {
    for benchmark in benchmarks() {
        // One says so in its reply, one has none.
        let marker = json!(format!("no A 1 m [] {}", benchmark.failed[0]));
        let failed = json!([sample(benchmark, 0, marker), sample(benchmark, 1, Value::Null)]);
        let rows = rows(&benchmark.name, &failed);
        assert!(rows.iter().all(|row| row.failed), "{}", benchmark.name);
        for profile in &benchmark.profile {
            let scores = under(&benchmark.name, &rows, &profile.name);
            assert_eq!((scores.failed, scores.unread), (scores.rows, 0), "{} {}", benchmark.name, profile.name);
            assert!(scores.rows > 0 && scores.score() == 0.0, "{} {}", benchmark.name, profile.name);
            assert!(scores.measures.iter().all(|measured| measured.score < 1e-6), "{:?}", scores.measures);
        }
    }
}

/// Pieces of replies, as models and programs write them, and pieces that break them.
const PIECES: [&str; 24] = [
    "A",
    "b",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "``",
    "`",
    "é",
    "\n",
    " ",
    "the answer is",
    "0.5",
    "-1e9",
    ",",
    "</think>",
    "<answer>",
    "scalar{",
    "distance_unit{",
    "yes",
    "Region [",
    "\u{feff}",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// No reply brings a profile down, and every score stays in its bounds.
    #[test]
    fn any_reply_is_scored(pieces in proptest::collection::vec(0..PIECES.len(), 0..12), rest in ".{0,12}") {
        let reply: String = pieces.iter().map(|at| PIECES[*at]).chain([rest.as_str()]).collect();
        for benchmark in benchmarks() {
            let rows = rows(&benchmark.name, &json!([sample(benchmark, 0, json!(reply))]));
            for profile in &benchmark.profile {
                let scores = under(&benchmark.name, &rows, &profile.name);
                proptest::prop_assert!((0.0..=10.0).contains(&scores.score()), "{} {}", benchmark.name, profile.name);
                proptest::prop_assert!(scores.of_row(0).is_none_or(|(_, score)| (0.0..=10.0).contains(&score)));
            }
        }
    }
}

/// Marks that are opened again and again, and never closed, take no time with the square of their number.
#[test]
fn long_replies_take_no_time() {
    for piece in ["{", "`", "scalar{", "(", "[", "answer ", "Region [", "(1,"] {
        let reply = piece.repeat(200_000 / piece.len());
        for benchmark in benchmarks() {
            let rows = rows(&benchmark.name, &json!([sample(benchmark, 0, json!(reply))]));
            let profiles: Vec<_> = benchmark.profile.iter().collect();
            assert!(score(benchmark, &rows, &profiles).profiles[0].score() <= 1.0, "{} {piece}", benchmark.name);
        }
    }
}

/// Nothing that stands in a file brings a reader down.
#[test]
fn damaged_files_are_errors() {
    for (name, content) in [
        ("a.json", "{"),
        ("a.json", "[1, 2]"),
        ("a.json", "\"text\""),
        ("a.jsonl", "{\"doc_id\": 0}\n["),
        ("a.csv", "a,b\n1,2,3\n"),
        ("a.tsv", "answer\treply\nA\t\"open"),
        ("a.json", r#"[{"reply": {"a": 1}, "answer": "A", "question_type": "t"}]"#),
        ("a.json", r#"[{"reply": "A", "answer": [], "question_type": "t"}]"#),
        ("a.json", r#"[{"reply": "A", "answer": "the lamp", "question_type": "t"}]"#),
    ] {
        let folder = Folder::of(&[(name, content)]);
        let read = Rows::read(named("viewspatial"), &folder.path(name), None);
        assert!(read.is_err(), "{content}: {read:?}");
        assert!(read.err().is_some_and(|error| error.to_string().contains("hint:")), "{content}");
    }
}

#[test]
fn a_table_of_replies_by_id_is_what_models_said_unless_the_benchmark_keeps_readings_so() {
    let folder = Folder::of(&[
        ("replies.json", &json!({ "17": "``B``" }).to_string()),
        ("answers.json", &json!([{ "id": 17, "question_type": "MSR", "answer": "B" }]).to_string()),
    ]);
    let read = Rows::read(named("mmsi-bench"), &folder.path("replies.json"), Some(&folder.path("answers.json")));
    let rows = read.expect("rows").all;
    assert_eq!(rows[0].recorded, None);
    assert_eq!(marks("mmsi-bench", &rows, "official"), [1.0]);
}

#[test]
fn any_number_of_options_is_read() {
    let options: Vec<String> = (0..300).map(|at| format!("thing number {at}")).collect();
    let row = json!([{ "index": 1, "question_type": "left", "category": "left", "options": options, "answer": "A",
        "reply": "thing number 250" }]);
    for benchmark in benchmarks() {
        // Whether it is a row or refused, it is no panic.
        if let Ok(rows) = read(&benchmark.name, &row) {
            for profile in &benchmark.profile {
                let _ = score(benchmark, &rows.all, &[profile]);
            }
        }
    }
    let numbers = json!([{ "idx": 1, "type": "2D", "task": "Count", "source": "COCO", "choices": [3, 1, 4],
        "answer": "(B)", "reply": "B" }]);
    let judge::Truth::Choice { options, .. } = &rows("cv-bench", &numbers)[0].truth else { panic!("no choice") };
    assert_eq!(*options, ["3", "1", "4"]);
}

#[test]
fn a_published_group_counts_where_a_field_of_the_replies_says_none() {
    let replies = json!([{"index": 1, "id": 1, "prediction": "A"}]).to_string();
    let answers =
        json!([{"index": 1, "id": 1, "category": "Counting", "answer": "A", "choices": ["a", "b"]}]).to_string();
    let folder = Folder::of(&[("replies.json", &replies), ("answers.json", &answers)]);
    let read = |answers| Rows::read(named("blink"), &folder.path("replies.json"), answers);
    let rows = read(Some(folder.path("answers.json").as_path())).expect("rows");
    assert_eq!(rows.all[0].groups[0], "Counting");
    let unknown = json!([{"id": 1, "category": "Cooking", "prediction": "A", "answer": "A"}]).to_string();
    let folder = Folder::of(&[("rows.json", &unknown)]);
    let problem = Rows::read(named("blink"), &folder.path("rows.json"), None).expect_err("no such group").to_string();
    assert!(
        problem.contains("row 1: category, idx, id: no subtask \"Cooking\" (hint: one of Art_Style, "),
        "{problem}"
    );
}
