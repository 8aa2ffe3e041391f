//! Where files go: standard output for `-`, through links, onto devices without replacing them; refusals as JSON.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn isovist(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).current_dir(folder).args(arguments).output().expect("the binary runs")
}

fn error(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The names in a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().expect("a name")).collect();
    names.sort();
    names
}

const QUESTION: &str = "how far is the white vase from the fridge";

#[test]
fn a_single_file_goes_to_standard_output_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    assert!(isovist(folder, &["ask", "kitchen", QUESTION, "--proof", "proof.json"]).status.success());
    let piped = isovist(folder, &["ask", "kitchen", QUESTION, "--proof", "-"]);
    assert!(piped.status.success());
    assert_eq!(piped.stdout, fs::read(folder.join("proof.json")).expect("the proof"));
    assert_eq!(error(&piped), "1.91 m ± 0.02 m\n", "the verdict goes elsewhere");
    assert!(isovist(folder, &["scenes", "pack", "kitchen", "-o", "pack"]).status.success());
    let piped = isovist(folder, &["scenes", "pack", "kitchen", "-o", "-"]);
    assert_eq!(piped.stdout, fs::read(folder.join("pack")).expect("the pack"));
    assert!(error(&piped).starts_with("-: 1 scenes, "), "{}", error(&piped));
    assert_eq!(names(folder), ["pack", "proof.json"]);
}

#[test]
fn folders_and_files_with_a_manifest_cannot_go_to_standard_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = |arguments: &[&str], says: &str| {
        let output = isovist(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(error(&output).starts_with("error: ") && error(&output).contains(says), "{}", error(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert_eq!(names(folder.path()), [""; 0], "{arguments:?}");
    };
    let folders: [&[&str]; 8] = [
        &["demo", "-o", "-"],
        &["rooms", "build", "--n", "1", "-o", "-"],
        &["scenes", "export", "kitchen", "-o", "-"],
        &["export", "scannet", "kitchen", "-o", "-"],
        &["import", "adt", ".", "-o", "-"],
        &["bench", "import", "adt", ".", "-o", "-"],
        &["views", "kitchen", "--question", QUESTION, "-o", "-"],
        &["lift", "--points", "p.npy", "--masks", "m.json", "-o", "-"],
    ];
    for arguments in folders {
        refused(arguments, "standard output cannot take (hint: ");
    }
    let gen_ = ["gen", "kitchen", "--tasks", "absolute_distance", "--per-task", "1", "-o"];
    for place in ["-", "/dev/null", "/dev/stdout"] {
        if place == "-" || Path::new(place).exists() {
            refused(
                &[&gen_[..], &[place]].concat(),
                &format!("{place}: is no file, so that its manifest has no place"),
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through_and_a_device_is_not_replaced() {
    use std::os::unix::fs::{FileTypeExt as _, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::create_dir(folder.join("far")).expect("a folder");
    fs::write(folder.join("far/proof.json"), "old").expect("written");
    for (link, to) in [("a", "b"), ("b", "far/proof.json"), ("new", "far/new.json"), ("rows", "far/rows.jsonl")] {
        symlink(to, folder.join(link)).expect("a link");
    }
    symlink("/dev/null", folder.join("nothing")).expect("a link");
    for (link, file) in [("a", "far/proof.json"), ("new", "far/new.json")] {
        assert!(isovist(folder, &["ask", "kitchen", QUESTION, "--proof", link]).status.success());
        let proof = fs::read_to_string(folder.join(file)).expect("the proof");
        assert!(proof.contains("isovist-proof"), "{proof}");
        assert!(fs::symlink_metadata(folder.join(link)).expect("the link").is_symlink());
    }
    assert!(fs::symlink_metadata(folder.join("b")).expect("the link").is_symlink());
    let gen_ = ["gen", "kitchen", "--tasks", "absolute_distance", "--per-task", "1", "-o", "rows"];
    assert!(isovist(folder, &gen_).status.success());
    assert!(fs::symlink_metadata(folder.join("rows")).expect("the link").is_symlink());
    assert!(isovist(folder, &["check", "far/rows.jsonl"]).status.success());
    // A device takes the bytes, by itself and behind a link.
    for place in ["/dev/null", "nothing"] {
        assert!(isovist(folder, &["ask", "kitchen", QUESTION, "--proof", place]).status.success());
    }
    assert!(fs::metadata("/dev/null").expect("the device").file_type().is_char_device());
    assert!(fs::symlink_metadata(folder.join("nothing")).expect("the link").is_symlink());
    // A pipe, too.
    assert!(Command::new("mkfifo").arg(folder.join("pipe")).status().expect("mkfifo runs").success());
    let reader = std::thread::spawn({
        let pipe = folder.join("pipe");
        move || fs::read_to_string(pipe).expect("the pipe")
    });
    assert!(isovist(folder, &["ask", "kitchen", QUESTION, "--proof", "pipe"]).status.success());
    assert!(reader.join().expect("it ends").contains("isovist-proof"));
    assert_eq!(names(folder), ["a", "b", "far", "new", "nothing", "pipe", "rows", "rows.manifest.json"]);
    assert_eq!(names(&folder.join("far")), ["new.json", "proof.json", "rows.jsonl"]);
}

#[test]
fn a_refused_question_is_json_for_a_program() {
    let cases = [
        (
            "Sing me a song about the fridge",
            "unknown_wording",
            "this wording is not known",
            "the nearest known wordings",
        ),
        ("Zzyzx", "unknown_wording", "this wording is not known", "isovist catalogue"),
        ("How far is the dragon from the fridge?", "unknown_label", "\"dragon\"", "the scene has"),
        ("", "empty", "there is no question", ""),
        ("{\"form\":\"count\"}", "malformed", "missing field `class`", "isovist schema question"),
    ];
    for (question, code, sentence, hint) in cases {
        let output = isovist(Path::new("."), &["ask", "kitchen", question, "--json"]);
        assert_eq!(output.status.code(), Some(2), "{question}");
        let refused: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!((&refused["verdict"], &refused["code"]), (&"refused".into(), &code.into()), "{refused}");
        assert!(refused["sentence"].as_str().is_some_and(|said| said.contains(sentence)), "{refused}");
        let hints = refused["hints"].as_array().expect("hints");
        assert_eq!(hints.is_empty(), hint.is_empty(), "{refused}");
        assert!(hints.iter().all(|said| said.as_str().is_some_and(|said| said.contains(hint))), "{refused}");
        assert!(error(&output).starts_with("error: question: "), "{}", error(&output));
    }
    // What is wrong with the command is no refusal of the question.
    let output = isovist(Path::new("."), &["ask", "kitchen", QUESTION, "--json", "--profile", "mine"]);
    assert!(output.stdout.is_empty() && output.status.code() == Some(2));
}

#[test]
fn an_exported_scene_has_its_images_and_what_is_missing_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let exported = isovist(folder, &["scenes", "export", "kitchen", "-o", "."]);
    assert!(exported.status.success());
    assert!(error(&exported).starts_with("kitchen: 16 images that its frames name are not there, such as "));
    assert_eq!(names(&folder.join("kitchen/frames")), ["rgb_0.depth.png", "rgb_0.jpg"]);
    let asked = isovist(
        folder,
        &["ask", "kitchen/", "In image rgb_0, at which depth does the surface at the pixel (350, 350) lie?"],
    );
    let of_binary = isovist(
        folder,
        &["ask", "kitchen", "In image rgb_0, at which depth does the surface at the pixel (350, 350) lie?"],
    );
    assert_eq!((asked.status.code(), &asked.stdout), (of_binary.status.code(), &of_binary.stdout));
}

#[test]
fn a_completion_script_ends_quietly_where_nobody_reads_on() {
    use std::process::Stdio;
    for shell in ["bash", "zsh", "fish"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_isovist"))
            .args(["completions", shell])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert!(output.status.success() && output.stderr.is_empty(), "{shell}: {}", error(&output));
    }
}
