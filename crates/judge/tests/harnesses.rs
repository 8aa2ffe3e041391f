//! Profiles that follow `VLMEvalKit`, and authors' scripts: what they make of replies, and their averages, by hand.

mod common;

use judge::benchmark::{Row, Rows};
use serde_json::{Value, json};

use common::{Folder, close, marks, measure, named, rows, task, under};

/// Rows of a table parted by tabs.
fn table(name: &str, content: &str) -> Vec<Row> {
    let folder = Folder::of(&[("table.tsv", content)]);
    Rows::read(named(name), &folder.path("table.tsv"), None).expect("rows").all
}

/// What a profile took for the answer of each row.
fn said(name: &str, rows: &[Row], profile: &str) -> Vec<Option<String>> {
    let scores = under(name, rows, profile);
    (0..rows.len()).map(|at| scores.of_row(at).and_then(|(said, _)| said.map(str::to_owned))).collect()
}

#[test]
fn cv_bench_has_a_table_for_2d_and_one_for_3d() {
    let two = "index\tquestion\tA\tB\tC\tanswer\tsplit\tsource\tcategory\tprediction\n\
               0\tq\tone\ttwo\tthree\tA\t2D\tADE20K\tCount\t(A)\n\
               1\tq\tone\ttwo\tthree\tB\t2D\tADE20K\tCount\tI count two of them\n\
               2\tq\tone\ttwo\tthree\tC\t2D\tADE20K\tRelation\tA or C\n\
               3\tq\tleft\tright\t\tB\t2D\tCOCO\tRelation\tB. right\n";
    let flat = table("cv-bench", two);
    let scores = under("cv-bench", &flat, "vlmevalkit");
    // Two of three in one source, one of one in the other.
    close(scores.score(), f64::midpoint(2.0 / 3.0, 1.0));
    close(task(&scores, "2D"), scores.score());
    close(scores.micro, 3.0 / 4.0);
    assert_eq!(said("cv-bench", &flat, "vlmevalkit")[1].as_deref(), Some("B"), "by its text");
    assert_eq!(scores.unread, 1);
    // The table for 3D need not name its only source.
    let three = "index\tquestion\tA\tB\tanswer\tsplit\tcategory\tprediction\n\
                 0\tq\tdoor\tbed\tA\t3D\tDepth\tdoor\n\
                 1\tq\tdoor\tbed\tA\t3D\tDepth\tThe answer is A, the door, as the bed is far\n\
                 2\tq\tdoor\tbed\tB\t3D\tDistance\tA\n";
    let deep = table("cv-bench", three);
    let scores = under("cv-bench", &deep, "vlmevalkit");
    close(scores.score(), 2.0 / 3.0);
    close(task(&scores, "Depth"), 1.0);
    let both: Vec<Row> = flat.into_iter().chain(deep).collect();
    close(under("cv-bench", &both, "vlmevalkit").score(), f64::midpoint(5.0 / 6.0, 2.0 / 3.0));
}

#[test]
fn embspatial_is_broken_down_by_source() {
    let row = |id: usize, source: &str, answer: &str, reply: &str| {
        json!({"index": id, "relation": "close", "data_source": source, "options": "['a', 'b', 'c', 'd']",
               "answer": answer, "prediction": reply})
    };
    let rows = rows(
        "embspatial",
        &json!([
            row(0, "mp3d", "B", "<think>A?</think>\nB"),
            row(1, "mp3d", "A", "The answer is (A)."),
            row(2, "mp3d", "C", "A or B"),
            row(3, "scannet", "D", "C"),
        ]),
    );
    assert_eq!(marks("embspatial", &rows, "vlmevalkit"), [1.0, 1.0, 0.0, 0.0]);
    let scores = under("embspatial", &rows, "vlmevalkit");
    // Of rows, not of sources.
    close(scores.score(), 0.5);
    assert_eq!(scores.tasks.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["mp3d", "scannet"]);
    close(task(&scores, "mp3d"), 2.0 / 3.0);
}

#[test]
fn viewspatial_is_read_in_two_ways() {
    let row = |id: usize, kind: &str, answer: &str, reply: &str| {
        json!({"index": id, "question_type": kind, "answer": answer, "candidates": "A. left\nB. right\nC. front",
               "prediction": reply})
    };
    let rows = rows(
        "viewspatial",
        &json!([
            row(0, "t", "B", "B. right\nas I said"),
            row(1, "t", "A", "It is a lamp"),
            row(2, "t", "C", "c"),
            row(3, "u", "C", "Option A: no\nOption C: yes\nFinal answer: C"),
        ]),
    );
    assert_eq!(marks("viewspatial", &rows, "vlmevalkit"), [1.0, 0.0, 1.0, 1.0]);
    close(under("viewspatial", &rows, "vlmevalkit").score(), 3.0 / 4.0);
    close(task(&under("viewspatial", &rows, "vlmevalkit"), "t"), 2.0 / 3.0);
    // The last line only, where the article is an answer.
    assert_eq!(marks("viewspatial", &rows, "lmms-eval"), [0.0, 1.0, 1.0, 1.0]);
    assert_eq!(marks("viewspatial", &rows, "official"), marks("viewspatial", &rows, "lmms-eval"));
}

#[test]
fn settings_of_3dsrbench_are_means_of_what_counts_together() {
    let row = |at: usize, id: &str, category: &str, answer: &str, reply: &str| {
        json!({"index": at, "qid": id, "category": category, "answer": answer, "A": "the red car", "B": "the tall tree",
               "C": "nan", "D": "", "prediction": reply})
    };
    let rows = rows(
        "3dsrbench",
        &json!([
            row(0, "AAAAAAAA", "height_higher", "A", "A"),
            row(1, "AAAAAAAA-1", "height_higher", "B", "It is the Tall tree"),
            row(2, "AAAAAAAA-flip", "height_higher", "A", "(A)"),
            row(3, "AAAAAAAA-flip-1", "height_higher", "B", "A."),
            row(4, "BBBBBBBB", "height_higher", "A", "The correct answer is **A**, as I explain here at length"),
            row(5, "BBBBBBBB-1", "height_higher", "B", "B"),
            // C is no option here.
            row(6, "CCCCCCCC", "location_above", "A", "C"),
            row(7, "CCCCCCCC-1", "location_above", "B", "B"),
        ]),
    );
    assert_eq!(marks("3dsrbench", &rows, "vlmevalkit"), [1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0]);
    for (profile, expected, height, counted) in [
        ("vlmevalkit", 6.0 / 8.0, 5.0 / 6.0, 8),
        // AAAAAAAA, its mirror image, BBBBBBBB, CCCCCCCC.
        ("vlmevalkit-circular", 2.0 / 4.0, 2.0 / 3.0, 4),
        // AAAAAAAA, AAAAAAAA-1 and the rows without a mirror image.
        ("vlmevalkit-flip", 4.0 / 6.0, 3.0 / 4.0, 6),
        ("vlmevalkit-flip-circular", 1.0 / 3.0, 1.0 / 2.0, 3),
    ] {
        let scores = under("3dsrbench", &rows, profile);
        assert_eq!((scores.rows, scores.counted, scores.unread), (8, counted, 1), "{profile}");
        close(scores.score(), expected);
        close(task(&scores, "height_higher"), height);
        assert!(scores.breakdowns.is_empty(), "{profile}: the twelve categories only");
    }
}

#[test]
fn mmstar_is_a_mean_of_rows() {
    let rows = table(
        "mmstar",
        "index\tquestion\tA\tB\tC\tD\tanswer\tcategory\tl2_category\tprediction\n\
         0\tq\tcat\tdog\tcow\tpig\tA\tmath\tgeometry\tA\n\
         1\tq\tcat\tdog\tcow\tpig\tB\tmath\tgeometry\ta dog\n\
         2\tq\tcat\tdog\tcow\tpig\tC\tmath\tgeometry\tB\n\
         3\tq\tcat\tdog\tcow\tpig\tD\tlogical reasoning\tdiagram reasoning\tpig, not cow\n",
    );
    let scores = under("mmstar", &rows, "vlmevalkit");
    close(scores.score(), 2.0 / 4.0);
    close(scores.macro_mean, f64::midpoint(2.0 / 3.0, 0.0));
    close(task(&scores, "geometry"), 2.0 / 3.0);
}

#[test]
fn realworldqa_has_letters_only() {
    let row = |id: usize, answer: &str, reply: &str| json!({"index": id, "answer": answer, "A": "Yes", "B": "No", "prediction": reply});
    let rows = rows(
        "realworldqa",
        &json!([row(0, "A", "Yes."), row(1, "B", "B, no"), row(2, "B", "Yes or no"), row(3, "No", "No")]),
    );
    let scores = under("realworldqa", &rows, "vlmevalkit");
    assert_eq!((scores.rows, scores.unread), (3, 1), "a free answer is not covered");
    close(scores.score(), 2.0 / 3.0);
    assert!(scores.of_row(3).is_none());
}

#[test]
fn robospatial_takes_points_in_three_scales() {
    let kite = "[(0.4, 0.0), (0.7, 0.4), (0.4, 0.8), (0.1, 0.4)]";
    let square = "[(0.2, 0.2), (0.6, 0.2), (0.6, 0.6), (0.2, 0.6)]";
    let row = |category: &str, answer: &str, reply: &str, sides: Value| {
        let mut row = json!({"category": category, "question": "q", "answer": answer, "prediction": reply});
        if let Value::Array(sides) = sides {
            row["width"] = sides[0].clone();
            row["height"] = sides[1].clone();
        }
        row
    };
    let rows = rows(
        "robospatial-home",
        &json!([
            row("configuration", "yes", "Yes, it is.", Value::Null),
            row("compatibility", "no", "Not at all", Value::Null),
            row("compatibility", "no", "I know: no", Value::Null),
            row("context", kite, r#"[{"point_2d": [400, 400], "label": "point_1"}]"#, Value::Null),
            row("context", kite, "(0.4, 0.4)", Value::Null),
            row("context", kite, "(256, 192)", json!([640, 480])),
            row("context", kite, "(256, 192)", Value::Null),
            // A box has nothing inside.
            row("context", square, "(0.4, 0.4)", Value::Null),
        ]),
    );
    assert_eq!(marks("robospatial-home", &rows, "vlmevalkit"), [1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
    let scores = under("robospatial-home", &rows, "vlmevalkit");
    close(scores.score(), 5.0 / 8.0);
    close(task(&scores, "context"), 3.0 / 5.0);
    assert_eq!(scores.unread, 2, "no yes or no in front, and pixels of a picture of unknown size");
    close(marks("robospatial-home", &rows, "official")[7], 1.0);
}

#[test]
fn q_spatial_knows_some_units() {
    let row = |id: usize, kind: &str, value: f64, unit: &str, reply: &str| json!({"index": id, "question_type": kind, "answer_value": value, "answer_unit": unit, "prediction": reply});
    let rows = rows(
        "q-spatial",
        &json!([
            row(0, "width", 1.0, "meter", r"\scalar{1.4} \distance_unit{m}"),
            row(1, "width", 1.0, "meter", r"\scalar{190} \distance_unit{Centimeters}"),
            row(2, "width", 50.0, "cm", r"\scalar{50} \distance_unit{thumbs}"),
            row(3, "depth", 50.0, "cm", r"\scalar{50} \distance_unit{ cm }"),
            row(4, "depth", 50.0, "cm", "50 cm"),
        ]),
    );
    assert_eq!(marks("q-spatial", &rows, "vlmevalkit"), [1.0, 1.0, 0.0, 0.0, 0.0]);
    // The authors' script takes what it does not know for centimetres, and drops the blanks.
    assert_eq!(marks("q-spatial", &rows, "official"), [1.0, 1.0, 1.0, 1.0, 0.0]);
    let scores = under("q-spatial", &rows, "vlmevalkit");
    close(measure(&scores, "delta_2"), 2.0 / 5.0);
    close(measure(&scores, "delta_1_point_5"), 1.0 / 5.0);
    close(task(&scores, "width"), 2.0 / 3.0);
    assert_eq!(scores.unread, 1);
}

#[test]
fn blink_has_one_rule_there_and_its_neighbours_another() {
    let rows = table(
        "blink",
        "index\tquestion\tA\tB\tanswer\tcategory\tprediction\n\
         1\tq\tPoint A\tPoint B\tA\tCounting\t(A) it is here\n\
         2\tq\tPoint A\tPoint B\tB\tCounting\tThe answer is B, since I looked twice at it\n\
         3\tq\tPoint A\tPoint B\tB\tCounting\tI say B. Point B\n\
         1000003\tq\tPoint A\tPoint B\tA\tCounting\tpoint a\n\
         4\tq\tPoint A\tPoint B\tA\tArt_Style\tIt is A in my view, I would say\n",
    );
    assert_eq!(marks("blink", &rows, "vlmevalkit"), [1.0, 1.0, 1.0, 1.0, 0.0]);
    let scores = under("blink", &rows, "vlmevalkit");
    close(scores.score(), 4.0 / 5.0);
    assert_eq!(scores.tasks.iter().map(|task| task.name.as_str()).collect::<Vec<_>>(), ["Art_Style", "Counting"]);
    // What stands under "prediction" is the reply here, and not what the authors' script recorded.
    assert!(rows.iter().all(|row| row.recorded.is_none()));
    assert_eq!(marks("blink", &rows, "official"), [1.0, 0.0, 0.0, 0.0, 0.0]);
    let together = under("blink", &rows, "vlmevalkit-circular");
    assert_eq!((together.rows, together.counted), (5, 4));
    close(together.score(), 3.0 / 4.0);
    close(marks("blink", &rows, "vlmevalkit-stages")[4], 1.0);
}

#[test]
fn rotations_of_mmsi_bench_are_read_word_by_word() {
    let rows = table(
        "mmsi-bench",
        "index\tcategory\tquestion\tA\tB\tC\tD\tanswer\tprediction\n\
         7\tMSR\tq\tleft\tright\tup\tdown\tA\tleft\n1000007\tMSR\tq\tdown\tleft\tright\tup\tB\tB) left\n\
         8\tMSR\tq\tleft\tright\tup\tdown\tA\tA\n1000008\tMSR\tq\tdown\tleft\tright\tup\tB\tA and B\n",
    );
    let circular = under("mmsi-bench", &rows, "circular");
    assert_eq!((circular.counted, circular.unread), (2, 1));
    close(circular.score(), 0.5);
}

#[test]
fn ten_ranked_answers_are_measured_where_all_rows_have_them() {
    let row = |id: usize, top: Value| json!({"question_id": id, "scene_id": "s", "answers": ["brown chair", "chair"], "answer_top10": top});
    let lists = json!([
        row(0, json!(["chair", "table"])),
        row(1, json!(["table", "lamp", "brown chair"])),
        row(2, json!(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "chair"])),
        row(3, json!(["Chair", "chairs"])),
    ]);
    let ranked = rows("scanqa", &lists);
    let scores = under("scanqa", &ranked, "official");
    close(measure(&scores, "EM@1"), 1.0 / 4.0);
    // The eleventh answer is none of ten.
    close(measure(&scores, "EM@10"), 2.0 / 4.0);
    close(scores.score(), 1.0 / 4.0);
    // One row with a single reply, and nothing is said of ten.
    let mut mixed = lists;
    mixed[3] = json!({"question_id": 3, "scene_id": "s", "answers": ["chair"], "reply": "chair"});
    let mixed = rows("scanqa", &mixed);
    let scores = under("scanqa", &mixed, "official");
    let measured: Vec<&str> = scores.measures.iter().map(|measured| measured.name.as_str()).collect();
    assert!(measured.contains(&"EM@1") && !measured.contains(&"EM@10"), "{measured:?}");
    close(scores.score(), 2.0 / 4.0);
    // A failed request has none, and is right nowhere.
    let mut failed = ranked;
    failed[1].failed = true;
    failed[1].ranked.clear();
    close(measure(&under("scanqa", &failed, "official"), "EM@10"), 1.0 / 4.0);
}

#[test]
fn the_authors_of_sqa3d_ask_language_models_for_one_word() {
    let row = |id: usize, right: &str, reply: &str| {
        json!({"question_id": id, "scene_id": "s", "question": "What is it?", "answers": [{"answer": right}],
               "reply": reply})
    };
    let rows = rows(
        "sqa3d",
        &json!([
            row(0, "chair", "It is a brown chair."),
            row(1, "armchair", "Chair"),
            row(2, "lamp", "chair"),
            // Only the reply is cleaned.
            row(3, "2", "2"),
            row(4, "lamp", ""),
        ]),
    );
    assert_eq!(marks("sqa3d", &rows, "official-llm"), [1.0, 1.0, 0.0, 0.0, 1.0]);
    close(under("sqa3d", &rows, "official-llm").score(), 3.0 / 5.0);
    assert_eq!(marks("sqa3d", &rows, "official"), [0.0, 0.0, 0.0, 1.0, 0.0]);
}

#[test]
fn vsi_bench_is_debiased_in_two_ways() {
    let row = |id: usize, pruned: bool, right: &str, reply: &str| {
        json!({"id": id, "question_type": if id < 3 { "route_planning" } else { "object_counting" }, "scene_name": "s",
               "ground_truth": right, "pruned": pruned, "reply": reply})
    };
    let rows = rows(
        "vsi-bench",
        &json!([
            row(0, true, "A", "A"),
            row(1, false, "A", "So\n**A**"),
            row(2, false, "B", "A or B"),
            row(3, false, "4", "I count four"),
            row(4, true, "4", "5"),
        ]),
    );
    let scores = under("vsi-bench", &rows, "vlmevalkit-debiased");
    assert_eq!(scores.rows, 3);
    // One of two routes, and a count that is right.
    close(scores.score(), f64::midpoint(0.5, 1.0));
    close(under("vsi-bench", &rows, "official-debiased").score(), 0.0);
}
