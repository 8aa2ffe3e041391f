//! `isovist corpus`: from a recipe to files, whatever happens on the way.

mod common;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::Duration,
};

use serde_json::Value;

const RECIPE: &str = "name = \"test\"\nseed = 5\nrows = 3000\nrows_per_part = 150\nreasoning = \"think\"\n\
     [[scenes]]\nrooms = { n = 40, seed = 2 }\n\
     [tasks]\nonly = [\"absolute_distance\", \"relative_direction\", \"is_larger\", \"size_order\", \"counting_within\"]\n\
     [splits]\ntrain = 0.8\ntest = 0.2\n\
     [output]\nexports = [\"parquet\", \"jsonl\"]\nproofs = true\n\
     [balance]\nmost_blind_points = 40\n";

fn corpus(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_isovist"));
    command.arg("corpus").args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    corpus(arguments).output().expect("the binary runs")
}

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs")
}

fn succeeded(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// The files of a corpus: what a killed run was writing has a name of its own and is no part of it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = common::files(folder);
    all.retain(|name, _| !name.contains("/."));
    all
}

#[test]
fn a_recipe_becomes_a_corpus_that_is_described_and_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("corpus.toml"), RECIPE).expect("a recipe");
    let plan: Value = serde_json::from_str(&succeeded(&run(&["plan", &at("corpus.toml"), "--json"]))).expect("JSON");
    assert_eq!(plan["splits"].as_array().map(Vec::len), Some(2));
    let planned: u64 =
        plan["splits"].as_array().expect("splits").iter().filter_map(|split| split["rows"].as_u64()).sum();
    assert_eq!(planned, 3000);

    let made: Value = serde_json::from_str(&succeeded(&run(&["make", &at("corpus.toml"), "-o", &at("out"), "--json"])))
        .expect("JSON");
    let rows = made["rows"].as_u64().expect("a number");
    assert_eq!(rows + made["short"].as_u64().expect("a number"), 3000);
    assert!(rows > 2500, "{made}");
    let found: Value = serde_json::from_str(&succeeded(&run(&["verify", &at("out"), "--json"]))).expect("JSON");
    for what in ["answered", "worded", "proofs"] {
        assert_eq!(found[what], made["rows"], "{found}");
    }
    let card = fs::read_to_string(at("out/README.md")).expect("a card");
    assert!(card.starts_with("---\npretty_name: test\n") && card.contains("config_name: parquet"), "{card}");
    succeeded(&run(&["stats", &at("out")]));
    let page = fs::read_to_string(at("out/stats.html")).expect("a page");
    assert!(page.contains("<svg") && page.contains("Answers of counting_within"));
    assert!(
        succeeded(&run(&["audit", &at("out")]))
            .contains("none is more than 40 points above chance by two standard deviations")
    );
    let report: Value = serde_json::from_str(&succeeded(&run(&["audit", &at("out"), "--json"]))).expect("JSON");
    assert_eq!(report, made["audit"]);
    assert_eq!(files(Path::new(&at("out"))).keys().filter(|name| name.contains(&at(""))).count(), 0);

    // The traces of a corpus pass the rules for traces; a spoilt one does not.
    let line = fs::read_to_string(at("out/jsonl/train-00000-of-00016.jsonl")).expect("rows");
    let trace = |row: &str, answer: &str| {
        let row: Value = serde_json::from_str(row).expect("JSON");
        let output = row["reasoning"].as_str().expect("reasoning");
        serde_json::json!({ "question": row["text"], "output": output, "gold_answer": answer }).to_string()
    };
    let rows: Vec<&str> = line.lines().take(20).collect();
    let answer =
        |row: &str| serde_json::from_str::<Value>(row).expect("JSON")["answer_text"].as_str().map(str::to_owned);
    let mut traces: Vec<String> = rows.iter().map(|row| trace(row, &answer(row).expect("an answer"))).collect();
    traces.extend([trace(rows[0], "nothing of the kind"), "no trace".to_owned()]);
    fs::write(at("traces.jsonl"), traces.join("\n")).expect("traces");
    let output = run(&["filter-cot", &at("traces.jsonl"), "-o", &at("kept.jsonl"), "--refused", &at("refused.jsonl")]);
    succeeded(&output);
    let kept = fs::read_to_string(at("kept.jsonl")).expect("kept").lines().count();
    let refused = fs::read_to_string(at("refused.jsonl")).expect("refused");
    assert!(kept >= 15 && kept + refused.lines().count() == 22, "{kept}\n{refused}");
    assert!(["wrong_answer", "not_read"].iter().all(|reason| refused.contains(&format!("\"reason\":\"{reason}\""))));
}

#[test]
fn a_run_that_is_killed_again_and_again_ends_in_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("corpus.toml"), RECIPE).expect("a recipe");
    succeeded(&run(&["make", &at("corpus.toml"), "-o", &at("whole")]));
    let mut wait_ms = 60;
    for round in 0.. {
        let mut child = corpus(&["make", &at("corpus.toml"), "-o", &at("killed")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        sleep(Duration::from_millis(wait_ms));
        if child.try_wait().expect("a child").is_some() || round == 50 {
            break;
        }
        child.kill().expect("it runs");
        child.wait().expect("a child");
        wait_ms = 60 + (wait_ms * 7) % 190;
    }
    succeeded(&run(&["make", &at("corpus.toml"), "-o", &at("killed")]));
    assert!(files(Path::new(&at("killed"))) == files(Path::new(&at("whole"))));
}

#[test]
fn a_minimal_pair_is_one_question_of_a_scene_and_of_the_scene_after_a_move() {
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("pairs.toml");
    let text = "name = \"pairs\"\nrows = 180\n[tasks]\nonly = [\"absolute_distance\", \"perspective_bearing\", \"relative_direction_eight\"]\n\
        [[scenes]]\nbuiltin = [\"kitchen\"]\n[balance]\nminimal_pairs = 0.5\n\
        [output]\nexports = [\"jsonl\", \"parquet\"]\nproofs = true\n";
    fs::write(&recipe, text).unwrap();
    let out = folder.path().join("out");
    let (recipe, out) = (recipe.to_str().unwrap(), out.to_str().unwrap());
    succeeded(&run(&["make", recipe, "-o", out]));
    let verified = succeeded(&run(&["verify", out, "--recipe", recipe]));
    assert!(
        verified.contains("180 answered anew alike, 180 with words that say so, 180 proofs accepted"),
        "{verified}"
    );
    assert!(verified.contains(" minimal pairs, 0 rows whose other one is missing\n"), "{verified}");

    let lines = format!("{out}/jsonl/train-00000-of-00001.jsonl");
    let rows: Vec<Value> =
        fs::read_to_string(&lines).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (edited, plain): (Vec<&Value>, Vec<&Value>) = rows.iter().partition(|row| row.get("edit").is_some());
    assert!(edited.len() > 8, "{}", edited.len());
    for row in &edited {
        let is_partner = |other: &&&Value| {
            other["scene"] == row["edit"]["of"]
                && ["task", "format", "roles"].iter().all(|field| other[field] == row[field])
        };
        let partner = plain.iter().find(is_partner).unwrap_or_else(|| panic!("alone: {row}"));
        assert!(partner["answer"] != row["answer"] && row["scene"] != row["edit"]["of"], "{row}");
    }

    // What is stated is true of the scene as it was about as often as of the scene after the move, and nothing is asked twice.
    let truths = |rows: &[&Value]| {
        let stated = rows.iter().filter(|row| row["format"] == "true_false");
        stated.map(|row| row["answer_text"] == "true").collect::<BTreeSet<_>>()
    };
    assert_eq!(truths(&edited).len(), 2);
    let asked = rows.iter().map(|row| ["scene", "task", "roles"].map(|field| row[field].to_string()));
    assert_eq!(asked.collect::<BTreeSet<_>>().len(), rows.len());

    // The scenes are there to be looked at, and say the same as the rows.
    let home = folder.path().join("edited");
    let home = home.to_str().unwrap();
    succeeded(&run(&["scenes", out, "-o", home, "--recipe", recipe]));
    let row = edited[0];
    let scene = format!("{home}/{}", row["scene"].as_str().unwrap());
    let asked = isovist(&["ask", &scene, &row["question"].to_string(), "--json"]);
    let verdict: Value = serde_json::from_slice(&asked.stdout).unwrap();
    assert_eq!(verdict["answer"], row["answer"]);
    let checked = isovist(&["check", &lines]);
    assert_eq!(succeeded(&checked), "180 accepted, 0 rejected\n");

    // A row that says another move than its own is found out.
    let mut damaged = edited[0].clone();
    let along = damaged["edit"]["move"]["by_m"][0].as_f64().unwrap();
    damaged["edit"]["move"]["by_m"][0] = (along + 0.01).into();
    let file = folder.path().join("damaged.jsonl");
    fs::write(&file, damaged.to_string()).unwrap();
    let checked = isovist(&["check", file.to_str().unwrap()]);
    assert_eq!(checked.status.code(), Some(1), "{checked:?}");
}

#[test]
fn a_minimal_pair_with_pictures_is_one_question_of_two_of_them() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    succeeded(&isovist(&["rooms", "build", "--n", "1", "--seed", "1", "-o", &at("flats")]));
    let text = "name = \"pairs\"\nrows = 120\nrows_per_part = 60\n[tasks]\nonly = [\"camera_direction\", \"camera_object_distance\", \"counting_in_view\", \
        \"is_visible\"]\n[[scenes]]\npath = \"flats\"\n[balance]\nminimal_pairs = 0.5\n\
        [output]\nexports = [\"jsonl\"]\nimages = \"path\"\n";
    fs::write(at("pairs.toml"), text).unwrap();
    let made = succeeded(&run(&["make", &at("pairs.toml"), "-o", &at("out"), "--json"]));
    let made: Value = serde_json::from_str(&made).unwrap();
    let paired: u64 = made["paired"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert!(paired > 40, "{made}");
    // Questions that name nothing but pictures are shared out among the files too.
    assert_eq!(made["short"], 0, "{made}");
    let verified = succeeded(&run(&["verify", &at("out"), "--recipe", &at("pairs.toml")]));
    assert!(
        verified.contains(&format!("{} minimal pairs, 0 rows whose other one is missing\n", paired / 2)),
        "{verified}"
    );

    let lines = ["0", "1"]
        .map(|part| fs::read_to_string(at(&format!("out/jsonl/train-0000{part}-of-00002.jsonl"))).unwrap())
        .concat();
    let rows: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut tasks = BTreeSet::new();
    for row in rows.iter().filter(|row| row.get("edit").is_some()) {
        let camera = &row["edit"]["camera"];
        let (role, was) = (camera["role"].as_str().unwrap(), &camera["was"]);
        let mut roles = row["roles"].clone();
        assert_ne!(roles[role], *was, "{row}");
        roles[role] = was.clone();
        let is_partner = |other: &&Value| {
            other["roles"] == roles && ["scene", "task", "format"].iter().all(|field| other[field] == row[field])
        };
        let partner = rows.iter().find(is_partner).unwrap_or_else(|| panic!("alone: {row}"));
        assert!(partner["answer"] != row["answer"] && partner["frames"] != row["frames"], "{row}");
        assert!(partner["frames"].as_array().unwrap().contains(was), "{row}");
        tasks.insert(row["task"].to_string());
    }
    assert_eq!(tasks.len(), 4, "{tasks:?}");
}

#[test]
fn what_cannot_be_made_is_said_and_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    for (recipe, says) in [
        ("rows = 3", "name"),
        ("name = \"a\"\nrows = 3\nscenes = []", "[[scenes]]"),
        ("name = \"a\"\nrows = 3\n[[scenes]]\npath = \"nowhere\"", "nowhere"),
        ("name = \"a\"\nrows = 3\n[[scenes]]\nbuiltin = [\"cathedral\"]", "cathedral"),
        ("name = \"a\"\nrows = 3\n[[scenes]]\nrooms = { n = 1 }\n[splits]\ntrain = 1\ntest = 1", "no scene"),
        (
            "name = \"a\"\nrows = 3\n[[scenes]]\nrooms = { n = 2 }\n[tasks]\nonly = [\"pixel_point\"]",
            "none of the tasks",
        ),
    ] {
        fs::write(at("corpus.toml"), recipe).expect("a recipe");
        let output = run(&["make", &at("corpus.toml"), "-o", &at("out")]);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{recipe}: {message}");
        assert!(message.starts_with("error: ") && message.contains(says), "{recipe}: {message}");
        assert!(!Path::new(&at("out")).exists(), "{recipe}");
    }
    let output = run(&["make", &at("corpus.toml"), "-o", &at("out"), "--shard", "3/3"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("expected i/n"));
}

/// Members of a tar by name, as they come.
fn members(tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    let mut rest = tar;
    while let Some((head, behind)) = rest.split_at_checked(512).filter(|(head, _)| head[0] != 0) {
        let field = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches(['\0', ' ']).to_owned();
        let size = usize::from_str_radix(&field(&head[124..136]), 8).expect("a size");
        all.push((field(&head[..100]), behind[..size].to_vec()));
        rest = &behind[size.div_ceil(512) * 512..];
    }
    all
}

/// What the command says, whatever the audit says of few rows.
fn made(arguments: &[&str]) -> Value {
    serde_json::from_slice(&run(arguments).stdout).expect("JSON")
}

#[test]
fn hispatial_shards_are_read_back_by_the_reader_of_the_original() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let built = Command::new(env!("CARGO_BIN_EXE_isovist"))
        .args(["rooms", "build", "--n", "2", "--seed", "3", "--size", "80x60", "-o", &at("flats")])
        .output()
        .expect("the binary runs");
    succeeded(&built);
    let recipe = "name = \"h\"\nrows = 400\nrows_per_part = 300\n[[scenes]]\npath = \"flats\"\n\
         [output]\nexports = [\"jsonl\", \"hispatial\"]\nimages = \"embed\"\nimages_per_row = 1\n";
    fs::write(at("corpus.toml"), recipe).expect("a recipe");
    let told = made(&["make", &at("corpus.toml"), "-o", &at("out"), "--json"]);
    let notes = told["exports"]["hispatial"].as_object().expect("notes");
    let count = |what: &str| notes.get(what).and_then(Value::as_u64).unwrap_or_default();
    let passed_over: u64 =
        notes.iter().filter(|(what, _)| what.starts_with("passed over")).filter_map(|(_, n)| n.as_u64()).sum();
    assert_eq!(count("rows") + passed_over, told["rows"].as_u64().expect("a number"), "{notes:?}");
    assert!(count("rows") > 100 && count("rows under the name of their task") > 0, "{notes:?}");
    assert!(count("passed over: not about one picture") > 0, "{notes:?}");
    assert!(
        fs::read_to_string(at("out/README.md")).expect("a card").contains("| `hispatial` | samples | "),
        "the card tells of it"
    );

    // Every row is there as it is, once.
    let mut rows: BTreeMap<String, Value> = BTreeMap::new();
    for text in files(Path::new(&at("out/jsonl"))).into_values() {
        for line in String::from_utf8(text).expect("UTF-8").lines() {
            let row: Value = serde_json::from_str(line).expect("JSON");
            rows.insert(row["id"].as_str().expect("an id").to_owned(), row);
        }
    }
    let (mut samples, mut asked) = (0, 0);
    for tar in files(Path::new(&at("out/hispatial"))).values() {
        for sample in members(tar).chunks(4) {
            let (key, _) = sample[0].0.split_once('.').expect("an ending");
            let names: Vec<String> = ["jpg", "png", "json", "intrinsics.json"].map(|end| format!("{key}.{end}")).into();
            assert_eq!(sample.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), names);
            assert!(sample[0].1.starts_with(&[0xff, 0xd8]), "a JPEG");
            samples += 1;
            let lists: serde_json::Map<String, Value> = serde_json::from_slice(&sample[2].1).expect("JSON");
            for (list, items) in lists.iter().filter(|(name, _)| *name != "metadata") {
                assert!(list.starts_with("level") && list.ends_with("_list"), "{list}");
                for item in items.as_array().expect("a list") {
                    let row = rows.remove(item["id"].as_str().expect("an id")).expect("a row, once");
                    assert_eq!(row["scene"], lists["metadata"]["scene"]);
                    assert_eq!(row["frames"], serde_json::json!([lists["metadata"]["frame"]]));
                    let pair = &item["qa_pairs"][0];
                    assert_eq!(pair["qa_type"], row["task"]);
                    match pair["format"].as_str().expect("a format") {
                        "mcq" => {
                            let letter = row["answer_text"].as_str().expect("a letter").as_bytes()[0];
                            assert_eq!(pair["answer"], row["options"][usize::from(letter - b'A')]);
                            assert_eq!(pair["options"], row["options"]);
                            assert!(
                                row["text"]
                                    .as_str()
                                    .expect("a text")
                                    .starts_with(pair["question"].as_str().expect("a text"))
                            );
                        }
                        format => {
                            assert!(format == "text" || format == "true_false");
                            assert_eq!((&pair["question"], &pair["answer"]), (&row["text"], &row["answer_text"]));
                        }
                    }
                    asked += 1;
                }
            }
        }
    }
    assert_eq!((samples, asked), (count("samples"), count("rows")));

    // The reader of the original's shards finds cameras and depths of the flats again.
    let import = (ingest::reader("hispatial-shard").expect("a reader").read)(Path::new(&at("out/hispatial")))
        .expect("shards that it reads");
    assert_eq!(import.scenes.len() as u64, samples);
    let mut compared = 0;
    for scene in &import.scenes {
        let frame = &scene.frames()[0];
        let mut known = Vec::new();
        for flat in fs::read_dir(at("flats")).expect("flats").map(|flat| flat.expect("a flat").path()) {
            let flat = scene::read_scene(&flat).expect("a flat");
            for of_flat in flat.frames() {
                assert!((of_flat.camera.focal_px() - frame.camera.focal_px()).length() < 1e-9);
                assert!((of_flat.camera.centre_px() - frame.camera.centre_px()).length() < 1e-9);
                known.push(flat.depths(&of_flat.name).expect("depths"));
            }
        }
        let image = frame.depth.as_ref().expect("depth");
        let file = import.files[scene.id()].iter().find(|file| file.path == image.image.file).expect("its file");
        let steps = render::grey_16(Path::new("depth"), &file.bytes().expect("bytes")).expect("a depth image");
        let near = |depths: &scene::Depths| {
            (0..60).all(|row| {
                (0..80).all(|column| {
                    let step = steps.pixels[(row * 80 + column) as usize];
                    match depths.at(column, row) {
                        None => step == 0,
                        // Half a step of the logarithm, of the reader and of the flat.
                        Some(depth) => (f64::from(step) * image.scale_m - depth).abs() < 2e-4 * depth + 1e-3,
                    }
                })
            })
        };
        assert!(known.iter().any(near), "{}", scene.id());
        compared += 1;
    }
    assert!(compared > 5, "{compared}");
}

#[test]
fn what_nothing_else_tells_apart_is_marked_by_a_box_on_its_picture() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let flats =
        ["rooms", "build", "--n", "3", "--seed", "5", "--frames", "12", "--size", "320x240", "-o", &at("flats")];
    let built = Command::new(env!("CARGO_BIN_EXE_isovist")).args(flats).output().expect("the binary runs");
    succeeded(&built);
    // Nothing tells so many boxes apart but where they are.
    for number in 0..3 {
        let file = at(&format!("flats/flat-5-{number:06}/scene.json"));
        let mut scene: Value = serde_json::from_slice(&fs::read(&file).expect("a scene")).expect("JSON");
        for object in scene["objects"].as_array_mut().expect("objects") {
            object["label"] = "box".into();
            object["names"] = Value::Array(Vec::new());
        }
        fs::write(&file, scene.to_string()).expect("a scene");
    }
    let recipe = "name = \"marks\"\nrows = 600\nreasoning = \"think\"\n[[scenes]]\npath = \"flats\"\n\
         [tasks]\nonly = [\"camera_object_distance\", \"object_depth\", \"camera_distance_comparison\"]\n\
         [balance]\nblind_guard = false\nmost_blind_points = 100\n\
         [output]\nexports = [\"jsonl\"]\nimages = \"path\"\nproofs = true\n";
    fs::write(at("corpus.toml"), recipe).expect("a recipe");
    succeeded(&run(&["make", &at("corpus.toml"), "-o", &at("out")]));
    let verified = succeeded(&run(&["verify", &at("out"), "--recipe", &at("corpus.toml")]));
    assert!(verified.contains("600 rows, 600 answered anew alike, 600 with words that say so"), "{verified}");
    let text = fs::read_to_string(at("out/jsonl/train-00000-of-00001.jsonl")).expect("rows");
    let rows: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let marked: Vec<&Value> = rows.iter().filter(|row| row["marks"].is_array()).collect();
    assert!(marked.len() > 20, "{} of {}", marked.len(), rows.len());
    for row in marked {
        let said = row["text"].as_str().expect("a text");
        let id = row["id"].as_str().expect("an id");
        for mark in row["marks"].as_array().expect("marks") {
            let words = format!("object in the {} box", mark["colour"].as_str().expect("a colour"));
            assert!(said.contains(&words) && !said.contains('#'), "{said}");
            assert!(row["reasoning"].as_str().expect("a reasoning").contains(&words), "{row}");
            assert!(row["question"].to_string().contains(&format!("\"#{}\"", mark["object"])), "{row}");
            for (frame, sides) in mark["boxes_px"].as_object().expect("boxes") {
                let file = at(&format!("out/images/{}/{id}/{frame}.png", row["scene"].as_str().expect("a scene")));
                let image = render::rgb(Path::new(&file), &fs::read(&file).expect("a picture")).expect("a picture");
                let [left, top, right, bottom] =
                    std::array::from_fn(|side| sides[side].as_f64().expect("a number") as usize);
                // Every corner has the line: outside of the box, or inside where the picture ends.
                let (width, height) = (image.width_px as usize, image.height_px as usize);
                let columns = [left.saturating_sub(1), right.min(width - 1)];
                let rows = [top.saturating_sub(1), bottom.min(height - 1)];
                let corners = columns.into_iter().flat_map(|column| rows.map(|row| image.pixels[row * width + column]));
                let drawn: Vec<[u8; 3]> = corners.collect();
                let of_others = row["marks"].as_array().expect("marks").len() > 1;
                assert!(of_others || drawn.iter().all(|pixel| *pixel == drawn[0]), "{file}: {drawn:?}");
            }
        }
    }
}

#[test]
fn a_corpus_without_a_row_and_a_recipe_of_another_corpus_are_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let recipe = |name: &str, output: &str| {
        let text = format!(
            "name = \"{name}\"\nrows = 20\n[[scenes]]\nbuiltin = [\"kitchen\"]\n[tasks]\nonly = [\"absolute_distance\"]\n\
             [balance]\nblind_guard = false\n[output]\n{output}\n"
        );
        fs::write(at(&format!("{name}.toml")), text).expect("a recipe");
    };
    let failed = |output: &Output| {
        assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    recipe("empty", "exports = [\"parquet\"]\nimages = \"embed\"");
    let told = failed(&run(&["make", &at("empty.toml"), "-o", &at("empty")]));
    assert!(told.contains("no row was found (hint: rows with pictures need scenes with pictures"), "{told}");
    recipe("plain", "exports = [\"messages\"]");
    let made = run(&["make", &at("plain.toml"), "-o", &at("plain")]);
    succeeded(&made);
    let told = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(told.contains("not audited: no export holds full rows (hint: add parquet or jsonl)"), "{told}");
    let told = failed(&run(&["verify", &at("plain"), "--recipe", &at("empty.toml")]));
    assert!(told.contains("is the recipe of \"empty\", the corpus was made by that of \"plain\""), "{told}");
    let told = failed(&run(&["verify", &at("plain"), "--recipe", &at("none.toml")]));
    assert!(told.contains("none.toml"), "{told}");
    assert!(succeeded(&run(&["verify", &at("plain"), "--files"])).starts_with("1 files as in the manifest"));
}

#[test]
fn a_card_has_the_configurations_that_one_loader_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let card = |exports: &str| {
        let text = format!(
            "name = \"card\"\nrows = 20\n[[scenes]]\nbuiltin = [\"kitchen\"]\n[tasks]\nonly = [\"absolute_distance\"]\n\
             [balance]\nblind_guard = false\n[output]\nexports = [{exports}]\n"
        );
        fs::write(at("card.toml"), text).expect("a recipe");
        let out = at(&exports.replace(['"', ',', ' '], ""));
        succeeded(&run(&["make", &at("card.toml"), "-o", &out]));
        fs::read_to_string(Path::new(&out).join("README.md")).expect("a card")
    };
    let mixed = card("\"parquet\", \"messages\", \"rl\"");
    assert!(mixed.contains("config_name: parquet") && mixed.contains("config_name: rl"), "{mixed}");
    assert!(!mixed.contains("config_name: messages"), "{mixed}");
    assert!(mixed.contains("`load_dataset(\"json\", data_files={\"train\": \"messages/train-*.jsonl\"})` reads"));
    let lines = card("\"messages\", \"jsonl\"");
    assert!(lines.contains("config_name: messages") && !lines.contains("load_dataset"), "{lines}");
    assert!(!card("\"jsonl\"").contains("configs:"));
}
