//! Corpora of flats from nothing: the same bytes however they are made, in balance, and true.

#![expect(clippy::unwrap_used, reason = "what is missing here fails the test that asks for it")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use corpus::{
    Manifest, Plan, Recipe, Row, Shard, Source,
    audit::audit,
    make,
    make::{finish, make_part, make_while, missing},
    read::each_row,
    verify::{Depth, verify},
};
use language::{Format, PhraseBook};
use question::{Answer, Draw};
use rooms::{FlatConfig, Kinds, build_scene};

/// Tasks of many kinds of answers that are quick to draw.
const TASKS: &str = "[\"absolute_distance\", \"relative_direction\", \"size_comparison\", \"is_larger\", \"counting_within\", \
     \"size_order\", \"perspective_bearing\"]";

fn recipe(rows: u64, more: &str) -> Recipe {
    recipe_of(12, rows, more)
}

fn recipe_of(flats: u64, rows: u64, more: &str) -> Recipe {
    let text = format!(
        "name = \"test\"\nseed = 3\nrows = {rows}\nrows_per_part = 300\n{more}\n[[scenes]]\nrooms = {{ n = {flats}, seed = 5 }}\n[tasks]\nonly = {TASKS}\n"
    );
    Recipe::parse(&text, "test").unwrap()
}

fn plan(recipe: Recipe) -> Plan {
    Plan::new(recipe, Path::new("."), PhraseBook::builtin().unwrap()).unwrap()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                all.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    all
}

fn rows(folder: &Path) -> Vec<(String, Row)> {
    let manifest = Manifest::read(folder).unwrap();
    let mut all = Vec::new();
    each_row(folder, &manifest, |split, row| {
        all.push((split.to_owned(), row));
        Ok(true)
    })
    .unwrap();
    all
}

const SPLIT: &str = "splits = { train = 0.5, val = 0.25, test = 0.25 }\nreasoning = \"think\"";
const ALL: &str = "output = { exports = [\"parquet\", \"jsonl\", \"jsonl-zst\", \"messages\", \"sharegpt\", \"rl\", \"vsi-bench\", \"webdataset\", \"traces\", \"traces-swift\"], proofs = true }";

#[test]
fn shards_and_threads_change_no_byte_and_what_is_there_is_kept() {
    let plan = plan(recipe(1300, &format!("{SPLIT}\n{ALL}")));
    let whole = tempfile::tempdir().unwrap();
    let made = make(&plan, whole.path(), Shard::default(), |_| ()).unwrap();
    assert_eq!((made.missing, made.found), (0, 0));
    let expected = files(whole.path());
    assert!(expected.contains_key("manifest.json"));
    for of in [2, 7] {
        let folder = tempfile::tempdir().unwrap();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(of as usize).build().unwrap();
        for index in (0..of).rev() {
            let made = pool.install(|| make(&plan, folder.path(), Shard { index, of }, |_| ())).unwrap();
            assert_eq!(made.missing == 0, index == 0, "the last shard finds every part");
        }
        assert!(files(folder.path()) == expected, "{of} shards");
    }
    // A run that was killed between parts, or within one, leaves records of whole parts and litter.
    for (name, _) in expected.iter().filter(|(name, _)| name.starts_with("parts/")).step_by(2) {
        fs::remove_file(whole.path().join(name)).unwrap();
    }
    let lost = expected.keys().find(|name| name.starts_with("jsonl/")).unwrap();
    fs::write(whole.path().join(lost), "half").unwrap();
    let again = make(&plan, whole.path(), Shard::default(), |_| ()).unwrap();
    assert!(again.made > 0 && again.found > 0);
    assert!(files(whole.path()) == expected);
}

#[test]
fn another_recipe_is_not_mixed_in() {
    let folder = tempfile::tempdir().unwrap();
    make(&plan(recipe(100, "")), folder.path(), Shard::default(), |_| ()).unwrap();
    let error = make(&plan(recipe(101, "")), folder.path(), Shard::default(), |_| ()).unwrap_err().to_string();
    assert!(error.contains("another recipe") && error.contains("hint"), "{error}");
}

#[test]
fn every_export_reads_back_as_the_same_rows_and_every_answer_holds() {
    let folder = tempfile::tempdir().unwrap();
    let plan = plan(recipe(900, &format!("{SPLIT}\n{ALL}")));
    make(&plan, folder.path(), Shard::default(), |_| ()).unwrap();
    let from_parquet = rows(folder.path());
    assert!(from_parquet.len() > 800, "{}", from_parquet.len());
    let mut lines = 0;
    for split in ["train", "val", "test"] {
        for part in 0..9 {
            let name = |export: &str, ending: &str| {
                let found = files(&folder.path().join(export)).into_keys();
                let start = format!("{split}-{part:05}");
                found.into_iter().find(|name| name.starts_with(&start) && name.ends_with(ending))
            };
            let Some(file) = name("jsonl", "jsonl") else { break };
            let text = fs::read_to_string(folder.path().join("jsonl").join(&file)).unwrap();
            let packed = fs::read(folder.path().join("jsonl-zst").join(format!("{file}.zst"))).unwrap();
            assert_eq!(zstd::decode_all(&packed[..]).unwrap(), text.as_bytes());
            for line in text.lines() {
                let row: Row = serde_json::from_str(line).unwrap();
                let (of, same) = from_parquet.iter().find(|(_, other)| other.id == row.id).unwrap();
                assert_eq!((of.as_str(), same), (split, &row));
                lines += 1;
            }
        }
    }
    assert_eq!(lines, from_parquet.len());
    let found = verify(folder.path(), Path::new("."), Depth::Rows, |_| ()).unwrap();
    assert_eq!(found.faults, Vec::<String>::new());
    assert_eq!([found.rows, found.answered, found.worded, found.proofs], [lines as u64; 4]);
}

#[test]
fn splits_share_no_scene_and_no_fact_is_asked_twice() {
    let folder = tempfile::tempdir().unwrap();
    make(&plan(recipe(1800, SPLIT)), folder.path(), Shard::default(), |_| ()).unwrap();
    let (mut split_of, mut facts) = (BTreeMap::new(), BTreeSet::new());
    for (split, row) in rows(folder.path()) {
        assert_eq!(*split_of.entry(row.scene.clone()).or_insert_with(|| split.clone()), split);
        let stem = serde_json::to_string(&row.roles).unwrap();
        assert!(facts.insert((row.scene, row.task, stem.clone())), "{stem}");
    }
    assert_eq!(split_of.values().collect::<BTreeSet<_>>().len(), 3);
}

#[test]
fn letters_and_truths_are_in_balance() {
    let folder = tempfile::tempdir().unwrap();
    make(&plan(recipe(3000, "")), folder.path(), Shard::default(), |_| ()).unwrap();
    let mut letters: BTreeMap<(String, usize), BTreeMap<String, i64>> = BTreeMap::new();
    let mut truths: BTreeMap<(String, Format), i64> = BTreeMap::new();
    for (_, row) in rows(folder.path()) {
        match (row.format, &row.answer) {
            (Format::MultipleChoice, _) => {
                *letters.entry((row.task, row.options.len())).or_default().entry(row.answer_text).or_default() += 1;
            }
            (format, Answer::YesNo { value }) => {
                *truths.entry((row.task, format)).or_default() += if *value { 1 } else { -1 };
            }
            _ => {}
        }
    }
    // Ten parts, each of which may end within a block.
    for ((task, options), counts) in &letters {
        let (least, most) = (counts.values().min().unwrap(), counts.values().max().unwrap());
        assert!(most - least <= 11, "{task} of {options}: {counts:?}");
    }
    assert!(!truths.is_empty());
    for ((task, format), excess) in &truths {
        assert!(excess.abs() <= 11, "{task} {format:?}: {excess}");
    }
}

#[test]
fn the_guard_holds_guessers_at_chance_where_they_would_win_without_it() {
    let of = |guard: bool| {
        let folder = tempfile::tempdir().unwrap();
        let mut recipe = recipe(4000, "");
        recipe.rows_per_part = Some(4000);
        recipe.tasks.only = vec!["size_comparison".into()];
        recipe.balance.blind_guard = guard;
        make(&plan(recipe), folder.path(), Shard::default(), |_| ()).unwrap();
        let report = audit(folder.path(), &Manifest::read(folder.path()).unwrap()).unwrap().unwrap();
        report.scores["size_comparison"][&Format::MultipleChoice].points
    };
    let (without, with) = (of(false), of(true));
    assert!(without > 20.0, "sofas are longer than mugs: {without}");
    assert!(with < 10.0, "{with}");
}

/// Things that have the names of a question are its answer equally often, and are claimed rightly as often as wrongly.
#[test]
fn of_the_same_candidates_each_is_right_equally_often() {
    let folder = tempfile::tempdir().unwrap();
    let mut recipe = recipe_of(100, 2000, "formats = { free_form = 0.0, multiple_choice = 0.5, true_false = 0.5 }");
    recipe.rows_per_part = Some(2000);
    recipe.tasks.only = ["relative_distance", "height_comparison", "is_more_numerous"].map(str::to_owned).to_vec();
    make(&plan(recipe), folder.path(), Shard::default(), |_| ()).unwrap();
    let mut right: BTreeMap<String, BTreeMap<String, i32>> = BTreeMap::new();
    let mut three_and_more = 0;
    for (_, row) in rows(folder.path()) {
        let names = |filling: &question::Filling| filling.texts().to_vec();
        let mut asked: Vec<String> = row.roles.iter().flatten().flat_map(|(_, filling)| names(filling)).collect();
        asked.sort_unstable();
        let answers = right.entry(format!("{} {:?} {asked:?}", row.task, row.format)).or_default();
        let claimed = match &row.question {
            question::Question::Test { that: question::Predicate::Claim { answer, .. } } => {
                question::print::answer(answer)
            }
            _ => String::new(),
        };
        let offered = if row.options.is_empty() { vec![claimed] } else { row.options.clone() };
        three_and_more += i32::from(row.options.len() > 2);
        let is_right = |option: &String| match row.format {
            Format::MultipleChoice => *option == row.options[usize::from(row.answer_text.as_bytes()[0] - b'A')],
            _ => row.answer == Answer::YesNo { value: true },
        };
        // Right as often as chance would have it: one of so many, or true for false.
        let of = i32::try_from(offered.len().max(2)).unwrap();
        for option in &offered {
            *answers.entry(option.clone()).or_default() += if is_right(option) { of - 1 } else { -1 };
        }
    }
    assert!(right.len() > 100 && three_and_more > 5, "{} {three_and_more}", right.len());
    // The last set of a stream may be cut off.
    let uneven: Vec<_> = right.iter().filter(|(_, answers)| answers.values().any(|excess| *excess != 0)).collect();
    assert!(uneven.len() <= 6, "{uneven:#?}");
}

#[test]
fn a_changed_answer_and_a_changed_file_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = recipe(60, "output = { exports = [\"jsonl\"] }");
    make(&plan(recipe), folder.path(), Shard::default(), |_| ()).unwrap();
    let mut manifest = Manifest::read(folder.path()).unwrap();
    let file = manifest.splits["train"].files.keys().next().unwrap().clone();
    let text = fs::read_to_string(folder.path().join(&file)).unwrap();
    let mut rows: Vec<Row> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let row = rows.iter_mut().find(|row| matches!(row.answer, Answer::YesNo { .. })).unwrap();
    let Answer::YesNo { value } = &mut row.answer else { unreachable!() };
    *value = !*value;
    let id = row.id.clone();
    let changed: String = rows.iter().map(|row| serde_json::to_string(row).unwrap() + "\n").collect();
    fs::write(folder.path().join(&file), &changed).unwrap();
    let found = verify(folder.path(), Path::new("."), Depth::Rows, |_| ()).unwrap();
    assert!(found.fault_count == 1 && found.faults[0].contains(&file), "{found:?}");
    // Even where the manifest was changed along with it.
    let digest = manifest.splits.get_mut("train").unwrap().files.get_mut(&file).unwrap();
    digest.sha256 = scene::file::sha256_hex(changed.as_bytes());
    fs::write(folder.path().join("manifest.json"), serde_json::to_string(&manifest).unwrap()).unwrap();
    let found = verify(folder.path(), Path::new("."), Depth::Rows, |_| ()).unwrap();
    assert!(found.fault_count == 1 && found.faults[0].starts_with(&format!("{id}: ")), "{found:?}");
}

#[test]
fn words_that_ask_or_say_something_else_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = recipe(300, "output = { exports = [\"jsonl\"] }");
    make(&plan(recipe), folder.path(), Shard::default(), |_| ()).unwrap();
    let manifest = Manifest::read(folder.path()).unwrap();
    let file = manifest.splits["train"].files.keys().next().unwrap().clone();
    let text = fs::read_to_string(folder.path().join(&file)).unwrap();
    let rows: Vec<Row> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let found_after = |is_one: &dyn Fn(&Row) -> bool, change: &dyn Fn(&mut Row)| {
        let mut rows = rows.clone();
        let row = rows.iter_mut().find(|row| is_one(row)).unwrap();
        change(row);
        let id = row.id.clone();
        let changed: String = rows.iter().map(|row| serde_json::to_string(row).unwrap() + "\n").collect();
        let mut manifest = manifest.clone();
        let digest = manifest.splits.get_mut("train").unwrap().files.get_mut(&file).unwrap();
        digest.sha256 = scene::file::sha256_hex(changed.as_bytes());
        fs::write(folder.path().join(&file), &changed).unwrap();
        fs::write(folder.path().join("manifest.json"), serde_json::to_string(&manifest).unwrap()).unwrap();
        let found = verify(folder.path(), Path::new("."), Depth::Rows, |_| ()).unwrap();
        assert_eq!((found.fault_count, found.worded + 1, found.answered), (1, found.rows, found.rows), "{found:?}");
        assert!(found.faults[0].starts_with(&format!("{id}: ")), "{found:?}");
        found.faults[0].clone()
    };
    let says = "does not say the answer";
    let letter = found_after(&|row| row.format == Format::MultipleChoice && row.answer_text != "B", &|row| {
        row.answer_text = "B".into();
    });
    assert!(letter.contains(says), "{letter}");
    let truth = found_after(&|row| row.format == Format::TrueFalse && row.answer_text == "true", &|row| {
        row.answer_text = "false".into();
    });
    assert!(truth.contains(says), "{truth}");
    let is_distance = |row: &Row| row.format == Format::FreeForm && row.task == "absolute_distance";
    let number = found_after(&is_distance, &|row| row.answer_text.insert(0, '1'));
    assert!(number.contains(says), "{number}");
    let other = rows.iter().find(|row| row.task == "is_larger" && row.format == Format::FreeForm).unwrap();
    let words =
        found_after(&|row| is_distance(row) && row.scene == other.scene, &|row| row.text.clone_from(&other.text));
    assert!(words.contains("asks something else"), "{words}");
}

#[test]
fn parts_made_one_by_one_are_the_whole_corpus() {
    let (plan, whole, parts) = (plan(recipe(900, SPLIT)), tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    make(&plan, whole.path(), Shard::default(), |_| ()).unwrap();
    for id in plan.parts().into_iter().rev() {
        assert!(missing(&plan, parts.path()).unwrap().contains(&id));
        assert!(finish(&plan, parts.path()).unwrap_err().to_string().contains("is not there yet"));
        let record = make_part(&plan, parts.path(), id).unwrap();
        let mut ids = Vec::new();
        corpus::make::each_row(&plan, id, |row, _| {
            ids.push(row.id.clone());
            Ok(())
        })
        .unwrap();
        assert_eq!(ids.len() as u64, record.rows());
        assert!(ids.len() as u64 <= plan.rows_of(id).end - plan.rows_of(id).start);
    }
    finish(&plan, parts.path()).unwrap();
    assert!(files(whole.path()) == files(parts.path()));
    let beyond = corpus::PartId { split: 0, part: 99 };
    assert!(make_part(&plan, parts.path(), beyond).unwrap_err().to_string().contains("no part 99"));
    assert!(plan.rows_of(beyond).is_empty() && plan.scene_names(beyond).is_empty());
}

#[test]
fn a_run_that_is_told_to_stop_begins_no_other_part() {
    let (plan, folder) = (plan(recipe(1500, "")), tempfile::tempdir().unwrap());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let made = pool.install(|| make_while(&plan, folder.path(), Shard::default(), |_| false)).unwrap();
    assert_eq!((made.made, made.missing), (1, plan.parts().len() as u64 - 1));
}

#[test]
fn traces_end_in_the_right_answer_and_cite_the_proof_whether_it_is_written_or_not() {
    let of = |proofs: bool| {
        let folder = tempfile::tempdir().unwrap();
        let more = format!(
            "output = {{ exports = [\"jsonl\", \"traces\", \"traces-swift\"], proofs = {proofs} }}\nreasoning = \"think\""
        );
        let mut recipe = recipe(300, &more);
        recipe.balance.most_blind_points = 100.0;
        make(&plan(recipe), folder.path(), Shard::default(), |_| ()).unwrap();
        let manifest = Manifest::read(folder.path()).unwrap();
        let written: u64 = manifest.splits.values().map(|split| split.rows).sum();
        for export in ["traces", "traces-swift"] {
            let notes = &manifest.exports[export];
            assert_eq!(notes.values().sum::<u64>(), written);
            assert!(notes["rows"] > written / 2, "{notes:?}");
        }
        let lines = |export: &str| -> Vec<serde_json::Value> {
            let text = fs::read_to_string(folder.path().join(export).join("train-00000-of-00001.jsonl")).unwrap();
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
        };
        (lines("jsonl"), lines("traces"), lines("traces-swift"))
    };
    let (rows, traces, swift) = of(true);
    let (_, again, _) = of(false);
    assert_eq!(traces, again);
    assert_eq!(traces.len(), swift.len());
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    let json = |value: &serde_json::Value| -> serde_json::Value { serde_json::from_str(&text(value)).expect("JSON") };
    for (trace, swift) in traces.iter().zip(&swift) {
        let row = rows.iter().find(|row| row["id"] == trace["id"]).expect("its row");
        assert!(json(&trace["tools"]).as_array().is_some_and(|tools| tools.len() > 8));
        assert_eq!(trace["tools"], swift["tools"]);
        let (of, swift) =
            (trace["messages"].as_array().expect("a list"), swift["messages"].as_array().expect("a list"));
        assert_eq!(of[0], serde_json::json!({ "role": "user", "content": row["text"] }));
        for messages in [of, swift] {
            let last = messages.last().expect("a message");
            assert_eq!((text(&last["role"]), &last["content"]), ("assistant".into(), &row["answer_text"]));
        }
        // Every call has the one result behind it, and every number of a result stands in the proof.
        let (mut open, mut calls) = (Vec::new(), Vec::new());
        for message in &of[1..of.len() - 1] {
            match text(&message["role"]).as_str() {
                "assistant" => {
                    assert!(open.is_empty(), "{trace}");
                    for call in message["tool_calls"].as_array().expect("calls") {
                        open.push(text(&call["id"]));
                        let arguments = json(&call["function"]["arguments"]);
                        assert!(arguments.is_object());
                        calls.push(serde_json::json!({ "name": call["function"]["name"], "arguments": arguments }));
                    }
                }
                "tool" => {
                    assert_eq!(open.remove(0), text(&message["tool_call_id"]));
                    let result = json(&message["content"]);
                    let at: usize = text(&result["id"])[1..].parse().expect("a number");
                    let step = &row["proof"]["steps"][at];
                    for name in ["value", "lo", "hi", "unit", "witness", "holds", "margin", "word", "answer"] {
                        assert!(result.get(name).is_none_or(|value| *value == step[name]), "{result} {step}");
                    }
                }
                role => unreachable!("{role}"),
            }
        }
        assert!(open.is_empty());
        let of_swift = swift.iter().filter(|message| message["role"] == "tool_call");
        assert_eq!(of_swift.map(|message| json(&message["content"])).collect::<Vec<_>>(), calls);
    }
}

#[test]
fn sums_and_ratios_in_reasoning_hold_as_they_are_printed() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"sums\"\nrows = 400\nreasoning = \"steps\"\n[[scenes]]\nrooms = { n = 10, seed = 5 }\n\
        [tasks]\nonly = [\"distance_difference\", \"cable_length\", \"size_ratio\"]\n[balance]\nmost_blind_points = 100.0\n\
        [output]\nexports = [\"jsonl\"]\n";
    make(&plan(Recipe::parse(text, "test").unwrap()), folder.path(), Shard::default(), |_| ()).unwrap();
    let number = |text: &str| -> f64 { text.split(' ').next().unwrap().parse().unwrap_or_else(|_| panic!("{text}")) };
    let mut seen = BTreeMap::new();
    for line in fs::read_to_string(folder.path().join("jsonl/train-00000-of-00001.jsonl")).unwrap().lines() {
        let row: Row = serde_json::from_str(line).unwrap();
        for (_, sum) in row.reasoning.unwrap().lines().filter_map(|line| line.split_once(": ")) {
            let Some((parts, result)) = sum.trim_end_matches('.').split_once(" = ") else { continue };
            let result = result.split(' ').next().unwrap();
            let by = [" + ", " − ", " : "].into_iter().find(|by| parts.contains(by)).unwrap_or_else(|| panic!("{sum}"));
            let made = parts.split(by).map(number).reduce(|one, other| match by {
                " + " => one + other,
                " − " => one - other,
                _ => one / other,
            });
            let decimals = result.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let printed = format!("{:.decimals$}", made.unwrap() + 0.0);
            assert!(printed == result || printed.trim_start_matches('-') == result, "{sum}: {printed}");
            *seen.entry(by).or_insert(0) += 1;
        }
    }
    assert!(seen.len() == 3 && seen.values().all(|times| *times > 20), "{seen:?}");
}

#[test]
fn what_is_remembered_of_a_scene_changes_no_verdict_and_no_proof() {
    let profile = question::profile("isovist").unwrap();
    let source = Source::from(build_scene(Kinds::builtin().unwrap(), &FlatConfig::default(), 3).unwrap());
    let mut certain = 0;
    for name in ["walking_distance", "walking_distance_comparison", "passage_width", "fits_on", "free_area_on"] {
        let task = question::task(name).unwrap();
        for number in 0..12 {
            let mut draw = Draw::new(1, &[name], number);
            let Some(fillings) = source.sampler.fillings(&source.scene, task, &mut draw) else { continue };
            let asked = task.question(&fillings).unwrap();
            let (verdict, proof) = question::prove(&source.scene, &asked, profile, &source.sha256);
            // The first time it is measured, the second time it is remembered.
            for _ in 0..2 {
                assert_eq!(source.verdict(&asked, profile), verdict, "{asked:?}");
                assert_eq!(source.proof(&asked, profile), (verdict.clone(), proof.clone()), "{asked:?}");
            }
            certain += usize::from(proof.is_some());
        }
    }
    assert!(certain > 15, "{certain}");
}

#[test]
fn answers_that_no_reply_is_compared_with_are_passed_over_by_rows_for_rl_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name = \"rl\"\nrows = 40\n[[scenes]]\nrooms = { n = 12, seed = 5 }\n[tasks]\nonly = [\"free_space_on\", \
                \"absolute_distance\"]\n[formats]\nfree_form = 1\nmultiple_choice = 0\ntrue_false = 0\n[output]\nexports = \
                [\"jsonl\", \"rl\"]\n";
    let plan = plan(Recipe::parse(text, "rl").unwrap());
    make(&plan, folder.path(), Shard::default(), |_| {}).unwrap();
    let manifest = Manifest::read(folder.path()).unwrap();
    let regions = rows(folder.path()).iter().filter(|(_, row)| row.task == "free_space_on").count() as u64;
    assert!(regions > 0);
    let passed_over: u64 = manifest.exports["rl"].values().sum();
    assert_eq!(passed_over, regions, "{:?}", manifest.exports);
}
