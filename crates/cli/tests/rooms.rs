//! `isovist rooms`: flats that are the same bytes on any number of threads, and that can be asked and checked.

use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::Value;

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs")
}

fn built(folder: &Path, more: &[&str]) -> Output {
    let mut arguments = vec!["rooms", "build", "--size", "160x120", "-o", folder.to_str().expect("a path")];
    arguments.extend(more);
    isovist(&arguments)
}

fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// File name → bytes, of a folder and the folders in it.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            all.extend(bytes(&path).into_iter().map(|(file, bytes)| (format!("{name}/{file}"), bytes)));
        } else {
            all.insert(name, fs::read(&path).expect("bytes"));
        }
    }
    all
}

#[test]
fn flats_can_be_asked_and_every_answer_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let flats = folder.path().join("flats");
    succeeded(&built(&flats, &["--n", "3", "--seed", "1", "--frames", "0"]));
    let rows = folder.path().join("qa.jsonl");
    let rows = rows.to_str().expect("a path");
    let asked = isovist(&["gen", flats.to_str().expect("a path"), "--per-task", "5", "-o", rows]);
    succeeded(&asked);
    let text = fs::read_to_string(rows).expect("rows");
    let mut of_task: BTreeMap<String, usize> = BTreeMap::new();
    for line in text.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        *of_task.entry(row["task"].as_str().expect("a task").to_owned()).or_default() += 1;
    }
    // The floor is known here, which most scans lack.
    for task in ["elevation_comparison", "fits_under", "room_size", "absolute_distance"] {
        assert!(of_task.get(task) >= Some(&1), "{task}: {of_task:?}");
    }
    let accepted = succeeded(&isovist(&["check", rows, "--scenes", flats.to_str().expect("a path")]));
    assert_eq!(accepted, format!("{} accepted, 0 rejected\n", text.lines().count()));
}

#[test]
fn what_a_picture_shows_lies_in_the_box_of_its_object() {
    let folder = tempfile::tempdir().expect("a folder");
    let flats = folder.path().join("flats");
    succeeded(&built(&flats, &["--n", "2", "--seed", "3", "--frames", "6"]));
    let mut pixels = 0;
    for flat in fs::read_dir(&flats).expect("flats") {
        let place = flat.expect("a flat").path();
        let scene = scene::read_scene(&place).expect("a scene");
        assert_eq!(scene.frames().len(), 6);
        for frame in scene.frames() {
            let depth = render::depth_image(&place, frame).expect("an image").expect("depth");
            let instance = render::instance_image(&place, frame).expect("an image").expect("instances");
            assert!(render::colour_image(&place, frame).expect("an image").is_some());
            let pose = frame.pose.world_from_camera().expect("a pose");
            for (at, id) in instance.pixels.iter().enumerate().filter(|(_, id)| **id != render::NOTHING) {
                let object = &scene.objects()[scene.position(scene::ObjectId(*id)).expect("an object")];
                let (x, y) = (at % instance.width_px as usize, at / instance.width_px as usize);
                let pixel = scene::geometry::Vec2::new(x as f64 + 0.5, y as f64 + 0.5);
                let point = frame.camera.unproject(pixel, f64::from(depth.pixels[at])).expect("a ray");
                // Depth is written in millimetres.
                assert!(object.bounds.grown(0.001).contains(pose.apply(point)), "{} in {}", object.title(), frame.name);
                pixels += 1;
            }
        }
    }
    assert!(pixels > 10_000, "{pixels} pixels");
}

#[test]
fn threads_change_no_byte_and_seeds_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let [one, many, other, later] = ["one", "many", "other", "later"].map(|name| folder.path().join(name));
    succeeded(&built(&one, &["--n", "6", "--seed", "5", "--frames", "2", "--threads", "1"]));
    succeeded(&built(&many, &["--n", "6", "--seed", "5", "--frames", "2", "--threads", "3"]));
    succeeded(&built(&other, &["--n", "6", "--seed", "6", "--frames", "2"]));
    succeeded(&built(&later, &["--n", "2", "--first", "4", "--seed", "5", "--frames", "2"]));
    assert_eq!(bytes(&one), bytes(&many));
    // A scene and twice three images each.
    assert_eq!(bytes(&one).len(), 6 * 7);
    assert!(bytes(&one).into_iter().all(|file| !bytes(&other).into_values().any(|bytes| bytes == file.1)));
    for (file, later) in bytes(&later) {
        assert_eq!(Some(&later), bytes(&one).get(&file), "{file}");
    }
    let [one, many] = ["one", "many"].map(|name| folder.path().join(format!("{name}.manifest.json")));
    let text = fs::read_to_string(one).expect("a manifest");
    assert_eq!(text, fs::read_to_string(many).expect("a manifest"));
    let manifest: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(manifest["scenes"].as_object().map(serde_json::Map::len), Some(6));
}

#[test]
fn what_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().expect("a folder");
    let flats = folder.path().join("flats");
    let output = succeeded(&built(&flats, &["--n", "2", "--frames", "0", "--rooms", "2"]));
    assert!(output.ends_with("2 scenes written\n"), "{output}");
    let before = bytes(&flats);
    let refused = built(&flats, &["--n", "2", "--frames", "0", "--rooms", "3"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--force"));
    assert_eq!(bytes(&flats), before);
    fs::write(flats.join("note.txt"), "mine").expect("written");
    succeeded(&built(&flats, &["--n", "2", "--frames", "0", "--rooms", "3", "--force"]));
    let after = bytes(&flats);
    assert_eq!(after.get("note.txt").map(Vec::as_slice), Some(b"mine".as_slice()));
    assert_eq!(after.len(), 3);
    assert!(before.iter().all(|(file, bytes)| after[file] != *bytes));
    // A folder of that name that is no flat is not touched.
    fs::create_dir_all(flats.join("flat-9-000000")).expect("made");
    let refused = built(&flats, &["--n", "1", "--frames", "0", "--seed", "9", "--force"]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("flat-9-000000"));
}

#[test]
fn ranges_are_checked_and_kinds_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    for range in ["0", "4..2", "1..9", "many"] {
        let refused = built(folder.path(), &["--rooms", range]);
        assert_eq!(refused.status.code(), Some(2), "{range}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains("1..4"), "{range}");
    }
    let table = succeeded(&isovist(&["rooms", "kinds"]));
    assert!(table.lines().count() > 60 && table.contains("bookshelf"));
    let kinds: Value = serde_json::from_str(&succeeded(&isovist(&["rooms", "kinds", "--json"]))).expect("JSON");
    let chair = kinds.as_array().expect("kinds").iter().find(|kind| kind["kind"] == "dining chair").expect("a chair");
    assert_eq!(chair["rule"], "around");
    assert_eq!(chair["of"][0], "dining table");
}

#[test]
fn flats_are_timed() {
    let output = isovist(&["bench", "rooms", "--n", "3", "--json"]);
    let report: Value = serde_json::from_str(&succeeded(&output)).expect("JSON");
    assert_eq!(report["flats"], 3);
    assert!(report["one_thread"]["flats_per_s"].as_f64() > Some(0.0));
}
