//! BLINK's stored predictions and replies: published totals, and what other harnesses make of the same replies.

use std::path::{Path, PathBuf};

use judge::benchmark::{Benchmark, Rows, Sheet, benchmark, differences, score};

/// The folder of BLINK in the shared data; `None`, with a message, where this checkout has none.
fn shared() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/benchmarks/blink");
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there (the shared data folder is no part of the project)", path.display());
    None
}

fn blink() -> &'static Benchmark {
    benchmark("blink").expect("a benchmark")
}

fn sheet(rows: &Rows, profiles: &[&str]) -> Sheet {
    let profiles: Vec<_> = profiles.iter().map(|name| blink().profile(name).expect("a profile")).collect();
    score(blink(), &rows.all, &profiles)
}

/// Means over subtasks and over rows, per cent, and the score of Multi-view Reasoning, of every stored model.
const TOTALS: [(&str, f64, f64, f64); 19] = [
    ("GPT4Turbo", 54.6091, 54.2872, 52.63),
    ("GPT4V", 51.0891, 50.3945, 55.64),
    ("GPT4o", 60.0411, 59.9158, 59.40),
    ("GeminiProVision", 45.1581, 45.0289, 44.36),
    ("MiniGPT-4-v2", 34.2303, 33.9295, 48.87),
    ("OPUS", 44.0463, 43.3982, 56.39),
    ("QwenVLMax", 40.2757, 39.5055, 51.88),
    ("Yi_VL_34B", 41.6836, 41.2415, 44.36),
    ("Yi_VL_6B", 38.7194, 38.2956, 42.86),
    ("cogvlm-chat", 41.5402, 41.2415, 54.14),
    ("flamingov2", 39.1765, 38.6113, 44.36),
    ("instructblip_13b", 42.2384, 41.9253, 57.14),
    ("instructblip_7b", 39.7154, 39.4529, 55.64),
    ("llava-internlm2-7b", 37.7101, 37.2962, 44.36),
    ("llava-v1.5-13b-xtuner", 41.9979, 41.6623, 44.36),
    ("llava-v1.5-7b-xtuner", 39.3585, 39.0847, 38.35),
    ("llava-v1.6-34b", 46.7976, 46.1862, 62.41),
    ("llava_v1.5_13b", 42.6626, 42.3461, 44.36),
    ("llava_v1.5_7b", 37.1274, 36.3493, 51.88),
];

#[test]
fn official_totals_of_every_stored_model() {
    let Some(folder) = shared() else { return };
    for (model, macro_mean, micro, multi_view) in TOTALS {
        let file = folder.join("saved_val_predictions").join(format!("{model}.json"));
        let rows = Rows::read(blink(), &file, Some(&folder.join("val_answers.json"))).expect("rows");
        assert_eq!(rows.all.len(), 1901);
        let sheet = sheet(&rows, &["official"]);
        let scores = &sheet.profiles[0];
        assert_eq!(scores.tasks.len(), 14);
        let task = scores.tasks.iter().find(|task| task.name == "Multi-view_Reasoning").expect("a task");
        for (got, expected, room) in
            [(scores.macro_mean, macro_mean, 5e-5), (scores.micro, micro, 5e-5), (task.score, multi_view, 5e-3)]
        {
            assert!((100.0 * got - expected).abs() <= room, "{model}: {}, not {expected}", 100.0 * got);
        }
        assert!(scores.interval.lo < scores.macro_mean && scores.macro_mean < scores.interval.hi);
    }
}

/// Share of rows that profiles find right, per cent, over the same replies. They stand there without the texts of their
/// options, by which `vlmevalkit` would find more.
const HARNESSES: [(&str, [(&str, f64); 7]); 5] = [
    (
        "GPT4o",
        [
            ("official", 59.9),
            ("lmms-eval", 21.2),
            ("lmms-eval-mcq", 58.3),
            ("vlmevalkit-stages", 56.1),
            ("vlmevalkit", 28.6),
            ("viewspatial", 55.0),
            ("vsi-bench", 0.0),
        ],
    ),
    (
        "GPT4V",
        [
            ("official", 50.4),
            ("lmms-eval", 18.0),
            ("lmms-eval-mcq", 48.3),
            ("vlmevalkit-stages", 44.1),
            ("vlmevalkit", 14.4),
            ("viewspatial", 44.3),
            ("vsi-bench", 0.3),
        ],
    ),
    (
        "OPUS",
        [
            ("official", 43.4),
            ("lmms-eval", 22.2),
            ("lmms-eval-mcq", 39.6),
            ("vlmevalkit-stages", 29.5),
            ("vlmevalkit", 2.6),
            ("viewspatial", 40.3),
            ("vsi-bench", 3.6),
        ],
    ),
    (
        "llava_v1.5_13b",
        [
            ("official", 42.3),
            ("lmms-eval", 34.9),
            ("lmms-eval-mcq", 43.0),
            ("vlmevalkit-stages", 42.4),
            ("vlmevalkit", 38.8),
            ("viewspatial", 42.3),
            ("vsi-bench", 18.9),
        ],
    ),
    (
        "cogvlm-chat",
        [
            ("official", 41.2),
            ("lmms-eval", 9.7),
            ("lmms-eval-mcq", 32.3),
            ("vlmevalkit-stages", 29.9),
            ("vlmevalkit", 5.1),
            ("viewspatial", 37.6),
            ("vsi-bench", 3.2),
        ],
    ),
];

#[test]
fn the_same_replies_under_other_harnesses() {
    let Some(folder) = shared() else { return };
    let mut wrong = Vec::new();
    for (model, scores) in HARNESSES {
        let mut rows = Rows::read(blink(), &folder.join("saved_outputs").join(model), None).expect("rows");
        assert_eq!(rows.passed_over.get("split test"), Some(&1906), "{model}");
        for row in &mut rows.all {
            // This dump begins every reply with a special token.
            if let Some(rest) = row.reply.strip_prefix("<s> ") {
                row.reply = rest.to_owned();
            }
        }
        let names: Vec<&str> = scores.iter().map(|(name, _)| *name).chain(["isovist"]).collect();
        let sheet = sheet(&rows, &names);
        for (profile, (name, expected)) in sheet.profiles.iter().zip(scores) {
            let got = 100.0 * profile.micro;
            // GPT-4V's replies record one prediction more that is right than its table of predictions.
            if (got - expected).abs() > 0.0501 + if model == "GPT4V" && name == "official" { 0.06 } else { 0.0 } {
                wrong.push(format!("{model} {name}: {got:.3}, not {expected}"));
            }
        }
        eprintln!("{model}: isovist {:.2}, unread {}", 100.0 * sheet.profiles[7].micro, sheet.profiles[7].unread);
        assert!(!differences(&sheet, &rows.all).is_empty());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The bracketed letter, without what the model in that harness said, is what it said wherever there is one.
#[test]
fn the_official_rule_agrees_with_what_was_recorded() {
    let Some(folder) = shared() else { return };
    let (mut read, mut agree) = (0, 0);
    for model in
        ["GPT4o", "GPT4Turbo", "GPT4V", "GeminiProVision", "OPUS", "QwenVLMax", "cogvlm-chat", "llava_v1.5_13b"]
    {
        let rows = Rows::read(blink(), &folder.join("saved_outputs").join(model), None).expect("rows");
        for row in &rows.all {
            let Some(letter) = judge::extract::LetterReader::Bracketed.read(&row.reply, &[]) else { continue };
            read += 1;
            agree += usize::from(
                row.recorded.as_deref().is_some_and(|recorded| recorded.starts_with(&format!("({letter})"))),
            );
        }
    }
    eprintln!("{agree} of {read} letters as recorded");
    assert!(agree as f64 > 0.98 * f64::from(read), "{agree} of {read}");
}
