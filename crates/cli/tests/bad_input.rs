//! Bad input ends in a message that names file, field and value; nothing is half-written.

use std::{
    fs::{self, File},
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs")
}

/// Runs a command that must be refused with a message that says all of this.
#[track_caller]
fn refused(arguments: &[&str], says: &[&str]) {
    check(&isovist(arguments), &format!("{arguments:?}"), says);
}

#[track_caller]
fn check(output: &Output, what: &str, says: &[&str]) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{what}: {message}");
    assert!(message.starts_with("error: ") && !message.contains("panicked"), "{what}: {message}");
    assert!(message.len() < 1_500, "{what}: {} bytes", message.len());
    for part in says {
        assert!(message.contains(part), "{what}: {message}\nlacks {part:?}");
    }
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    names
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

/// A small scene file.
fn scene() -> String {
    let scene = question::example_scene(question::task("absolute_distance").expect("a task")).expect("its scene");
    scene::scene_text(&scene)
}

const DISTANCE: &str = r#"{"form":"value","of":{"measure":"distance","from":"sofa","to":"table"}}"#;

#[test]
fn scenes() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("scene.json");
    let good = scene();
    fs::write(&file, &good).expect("written");
    assert!(isovist(&["ask", text(&file), DISTANCE]).status.success());
    let with = |from: &str, to: &str| {
        assert!(good.contains(from), "{from} in {good}");
        good.replacen(from, to, 1).into_bytes()
    };
    let line = good.lines().find(|line| line.contains("\"sofa\"")).expect("an object").trim().trim_end_matches(',');
    let cases: [(Vec<u8>, &[&str]); 12] = [
        (Vec::new(), &["the file is empty"]),
        (b" \n\t".to_vec(), &["the file is empty"]),
        (good.as_bytes()[..good.len() / 2].to_vec(), &["scene.json:", "EOF"]),
        (b"{\"format\": \"\xff\xfe".to_vec(), &["byte 12 is not UTF-8"]),
        (with("\"version\": 1", "\"version\": 99"), &["version", "99"]),
        (with("\"version\": 1", "\"version\": \"one\""), &["version", "\"one\""]),
        (with("isovist-scene", "other"), &["format", "\"other\""]),
        (with("\"label\":\"sofa\"", "\"label\":\"\""), &["label", "\"\""]),
        (with("\"label\":\"sofa\"", "\"label\":NaN"), &["scene.json:", "objects[0].label"]),
        (with(line, &format!("{line}, {line}")), &["objects: id #1 stands twice"]),
        (with("\"objects\": [", &format!("\"objects\": [{}", "[".repeat(100_000))), &["scene.json:", "objects"]),
        (with("\"centre_m\":[", "\"centre_m\":[1e999,"), &["objects[0].box.centre_m", "number out of range"]),
    ];
    for (bytes, says) in cases {
        fs::write(&file, bytes).expect("written");
        let says: Vec<&str> = says.iter().copied().chain([text(&file)]).collect();
        refused(&["ask", text(&file), DISTANCE], &says);
        refused(&["scenes", "show", text(folder.path())], &says);
    }
    fs::write(&file, with("\"centre_m\":[", "\"centre_m\":[1e300,").as_slice()).expect("written");
    refused(&["ask", text(&file), DISTANCE], &[text(&file), "centre_m"]);
    // Large by its size alone; that it is refused before it is read, the time shows.
    File::create(&file).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
    refused(&["ask", text(&file), DISTANCE], &[text(&file), "1099511627776 bytes; at most"]);
    refused(&["ask", text(&folder.path().join("none")), DISTANCE], &["none", "neither built in nor a path"]);
    assert_eq!(names(folder.path()), ["scene.json"]);
}

#[test]
fn questions() {
    let deep = format!("{}1{}", r#"{"form":"test","that":"#.repeat(2_000), "}".repeat(2_000));
    let long = format!("how far is the {} from the fridge", "very ".repeat(3_000));
    let cases: [(&str, &[&str]); 12] = [
        (r#"{"form":"count","clas":"chair"}"#, &["question: clas: unknown field `clas`"]),
        (r#"{"form":"count"}"#, &["missing field `class`"]),
        (r#"{"form":"guess"}"#, &["question: form:", "`guess`"]),
        (r#"{"form":"count","class":7}"#, &["question: class:", "`7`"]),
        (
            r#"{"form":"value","of":{"measure":"distance","from":3,"to":"fridge"}}"#,
            &["question: of.from:", "`3`, expected a string"],
        ),
        (r##"{"form":"value","of":{"measure":"distance","from":"#x","to":"fridge"}}"##, &["of.from:", "\"#x\""]),
        (r#"{"form":"value","#, &["line 1, column 16", "EOF"]),
        (r#"{"form":"value","of":{"measure":"constant","value":NaN,"unit":"m"}}"#, &["line 1, column"]),
        (r#"{"form":"value","of":{"measure":"constant","value":1e999,"unit":"m"}}"#, &["number out of range"]),
        (&deep, &["recursion limit exceeded"]),
        (&long, &["too_long", "15031 characters"]),
        ("", &["empty"]),
    ];
    for (question, says) in cases {
        let says: Vec<&str> = says.iter().copied().chain(["error: question: "]).collect();
        refused(&["ask", "kitchen", question], &says);
    }
    refused(&["ask", "kitchen", DISTANCE, "--profile", "mine"], &["no profile \"mine\"", "vsi-bench"]);
    for (bytes, says) in [(b"\xff\xfe".to_vec(), "UTF-8"), (vec![b'a'; 2 << 20], "longer than 1 MiB")] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_isovist"))
            .args(["ask", "kitchen", "-"])
            .stdin(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        // The command may stop reading before everything is written.
        child.stdin.take().expect("a pipe").write_all(&bytes).ok();
        check(&child.wait_with_output().expect("it ends"), says, &["error: question: ", says]);
    }
}

#[test]
fn rows_to_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rows.jsonl");
    let gen_ = ["gen", "kitchen", "--per-task", "2", "--tasks", "absolute_distance", "-o", text(&file)];
    assert!(isovist(&gen_).status.success());
    let good = fs::read_to_string(&file).expect("rows");
    let second = good.lines().nth(1).expect("two rows");
    let at = |line: usize| format!("{}:{line}: ", text(&file));
    let cases: [(Vec<u8>, String, &str); 9] = [
        (Vec::new(), format!("{}: ", text(&file)), "no proof in it"),
        (b"\n\n".to_vec(), format!("{}: ", text(&file)), "no proof in it"),
        ([good.as_bytes(), &second.as_bytes()[..second.len() / 2]].concat(), at(good.lines().count() + 1), "EOF"),
        (good.replace(second, "\n\nnonsense").into(), at(4), "no JSON object"),
        ([good.as_bytes(), b"\xff\xfe\n"].concat(), at(3), "byte 0 of the line is not UTF-8"),
        (
            good.replace("\"scene\":\"kitchen\"", "\"scene\":\"attic\"").into(),
            at(1),
            "scene: no scene \"attic\" at hand",
        ),
        (good.replace("\"scene\":\"kitchen\"", "\"scene\":7").into(), at(1), "scene: missing"),
        (b"{\n  \"format\": \"isovist-proof\",\n  \"version\": oops\n}\n".to_vec(), at(3), "not JSON"),
        (b"[1, 2]\n".to_vec(), at(1), "scene: missing"),
    ];
    for (bytes, place, says) in cases {
        fs::write(&file, bytes).expect("written");
        refused(&["check", text(&file)], &[&place, says]);
    }
    refused(&["check", text(&folder.path().join("none"))], &["none", "cannot open"]);
    refused(&["check", text(folder.path())], &[text(folder.path())]);
}

#[test]
fn rows_to_audit() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rows.jsonl");
    let good = concat!(
        r#"{"scene_name":"41069025","question_type":"object_counting","objects":["chair"],"ground_truth":"1"}"#,
        "\n"
    );
    let at = |line: usize| format!("{}:{line}: ", text(&file));
    let bad = |from: &str, to: &str| format!("{good}{}", good.replace(from, to)).into_bytes();
    let cases: [(Vec<u8>, String, &[&str]); 9] = [
        (Vec::new(), format!("{}: ", text(&file)), &["no row in it"]),
        (bad("\"chair\"]", "\"chair\""), at(2), &["objects", "expected"]),
        (bad("[\"chair\"]", "\"chair\""), at(2), &["objects: ", "\"chair\"", "expected a list"]),
        (bad("[\"chair\"]", "[\"chair\", 3]"), at(2), &["objects[1]", "`3`"]),
        (bad("[\"chair\"]", "[\"chair\", \"lamp\"]"), at(2), &["objects: \"lamp\" is one too many"]),
        (bad("[\"chair\"]", "[]"), at(2), &["objects: none left for class"]),
        (bad(",\"ground_truth\":\"1\"", ""), at(2), &["ground_truth: missing"]),
        (bad("\"scene_name\":\"41069025\",", ""), at(2), &["scene_name"]),
        ([good.as_bytes(), b"\xff\n"].concat(), at(2), &["byte 0 of the line is not UTF-8"]),
    ];
    for (bytes, place, says) in cases {
        fs::write(&file, bytes).expect("written");
        let says: Vec<&str> = says.iter().copied().chain([place.as_str()]).collect();
        refused(&["audit", "vsi-bench", "--rows", text(&file)], &says);
    }
    let other = good.replace("object_counting", "route_planning");
    fs::write(&file, &other).expect("written");
    refused(&["audit", "vsi-bench", "--rows", text(&file)], &["question_type: \"route_planning\"", &at(1)]);
    // Whole files have such rows among others.
    let elsewhere = good.replace("41069025", "nowhere");
    fs::write(&file, [good, &other, &elsewhere].concat()).expect("written");
    let output = isovist(&["audit", "vsi-bench", "--rows", text(&file)]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_ne!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("passed over: 1 of question_type route_planning"), "{told}");
    assert!(told.contains("passed over: 1 of scenes that are not at hand"), "{told}");
}

#[test]
fn letters_are_audited_by_the_options_they_mean() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("rows.jsonl");
    let row = |letter: &str, text: &str| {
        serde_json::json!({
            "scene_name": "scene0207_02", "question_type": "object_rel_distance",
            "objects": ["mirror", "counter", "towel", "chair", "pillow"],
            "options": ["A. counter", "B. towel", "C. chair", "D. pillow"],
            "ground_truth": letter, "ground_truth_text": text
        })
        .to_string()
    };
    for (letter, text_of, agrees) in [("B", "towel", true), ("A", "counter", false), ("C", "towel", false)] {
        fs::write(&file, row(letter, text_of)).expect("written");
        let output = isovist(&["audit", "vsi-bench", "--rows", text(&file)]);
        assert_eq!(output.status.code(), Some(i32::from(!agrees)), "{letter} {text_of}");
    }
}

#[test]
fn a_row_names_a_scene_and_never_a_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let room = folder.path().join("rooms").join("room");
    fs::create_dir_all(&room).expect("a folder");
    let named = scene().replace("\"id\": \"absolute_distance\"", "\"id\": \"room\"");
    fs::write(room.join("scene.json"), &named).expect("written");
    let proof = folder.path().join("proof.json");
    assert!(isovist(&["ask", text(&room), DISTANCE, "--proof", text(&proof)]).status.success());
    let rows = folder.path().join("rows.jsonl");
    let row = |scene: &str| {
        serde_json::json!({"scene_name": scene, "question_type": "object_counting", "objects": ["chair"],
            "ground_truth": "3"})
        .to_string()
    };
    for path in [text(&room), text(&room.join("scene.json")), "../room", "./kitchen", "room"] {
        fs::write(&rows, row(path)).expect("written");
        refused(&["audit", "vsi-bench", "--rows", text(&rows)], &["scene_name: no scene", path]);
        let forged = fs::read_to_string(&proof).expect("the proof").replace("\"room\"", &format!("{path:?}"));
        let other = folder.path().join("forged.json");
        fs::write(&other, forged).expect("written");
        refused(&["check", text(&other)], &["scene: no scene", path]);
    }
    fs::write(&rows, row("room")).expect("written");
    let rooms = folder.path().join("rooms");
    assert!(isovist(&["audit", "vsi-bench", "--rows", text(&rows), "--scenes", text(&rooms)]).status.success());
    assert!(isovist(&["check", text(&proof), "--scenes", text(&rooms)]).status.success());
}

#[test]
fn places_that_cannot_be_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).expect("a folder");
    let none = folder.path().join("none").join("file");
    let question = "how far is the white vase from the fridge";
    for place in [text(&none), text(&taken), "/dev/null/file"] {
        let gen_ = ["gen", "kitchen", "--per-task", "1", "--tasks", "absolute_distance", "-o", place];
        refused(&gen_, &[place, "cannot write"]);
        refused(&["ask", "kitchen", question, "--proof", place], &[place, "cannot write"]);
    }
    refused(&["scenes", "pack", "kitchen", "-o", text(&taken)], &[text(&taken), "cannot write"]);
    let file = folder.path().join("file");
    fs::write(&file, "in the way").expect("written");
    refused(&["scenes", "export", "kitchen", "-o", text(&file)], &[text(&file)]);
    refused(&["demo", "-o", text(&file)], &[text(&file)]);
    assert_eq!(names(folder.path()), ["file", "taken"]);
    assert_eq!(names(&taken), [""; 0]);
    assert_eq!(fs::read_to_string(&file).expect("untouched"), "in the way");
    // A proof that is there stays whole when there is none to replace it.
    let proof = folder.path().join("proof.json");
    fs::write(&proof, "old").expect("written");
    let unsure = isovist(&["ask", "kitchen", "how far is the vase from the fridge", "--proof", text(&proof)]);
    check(&unsure, "no proof", &[text(&proof), "no proof of an uncertain answer"]);
    assert_eq!(fs::read_to_string(&proof).expect("untouched"), "old");
}

#[test]
fn layouts() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/data");
    let layouts = [
        ("vsi-bench", "vsi_bench", "scannetpp_meta_info_val.json"),
        ("adt", "adt", "instances.json"),
        ("iwer", "iwer", "office_small.json"),
    ];
    for (reader, layout, file) in layouts {
        let folder = tempfile::tempdir().expect("a folder");
        let (input, output) = (folder.path().join("in"), folder.path().join("out"));
        fs::create_dir(&input).expect("a folder");
        for entry in fs::read_dir(fixtures.join(layout)).expect("fixtures") {
            let path = entry.expect("an entry").path();
            fs::copy(&path, input.join(path.file_name().expect("a name"))).expect("copied");
        }
        let damaged = input.join(file);
        let good = fs::read(&damaged).expect("a layout");
        for (bytes, says) in
            [(&b""[..], "empty"), (b"\xff\xfe", "not UTF-8"), (&good[..good.len() / 2], ""), (b"{\"a\": 1e999}", "")]
        {
            fs::write(&damaged, bytes).expect("written");
            refused(&["import", reader, text(&input), "-o", text(&output)], &[file, says]);
            assert!(!output.exists(), "{reader}: something was written");
        }
    }
    refused(&["import", "adt", "no/such/folder", "-o", "out"], &["no/such/folder"]);
}
