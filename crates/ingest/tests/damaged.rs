//! Damaged files of every layout end in an error that names the file, never in a panic or a silent loss.

#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

mod common;

use std::{fs, path::Path};

use common::{fixture, import};
use serde_json::{Value, json};

/// One reader with its fixture folder and the file to damage.
const CASES: [(&str, &str, &str); 5] = [
    ("vsi-bench", "vsi_bench", "scannetpp_meta_info_val.json"),
    ("adt", "adt", "instances.json"),
    ("adt", "adt", "3d_bounding_box.csv"),
    ("adt", "adt", "scene_objects.csv"),
    ("iwer", "iwer", "office_small.json"),
];

/// A copy of the fixture folder in which one file holds these bytes.
fn damaged(folder: &str, file: &str, bytes: &[u8]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(fixture(folder)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
    }
    fs::write(dir.path().join(file), bytes).unwrap();
    dir
}

/// The message of the error that must come.
fn error(reader: &str, path: &Path) -> String {
    (ingest::reader(reader).unwrap().read)(path).map(|_| ()).unwrap_err().to_string()
}

#[test]
fn cut_off_files() {
    let mut tried = 0;
    for (reader, folder, file) in CASES {
        let bytes = fs::read(fixture(folder).join(file)).unwrap();
        for step in 0..40 {
            let end = bytes.len() * step / 40;
            let dir = damaged(folder, file, &bytes[..end]);
            // A table cut between two lines is a shorter table; what it lost must stand in the report.
            let result = (ingest::reader(reader).unwrap().read)(dir.path());
            match result {
                Err(error) => assert!(error.to_string().contains(file), "{file} cut at {end}: {error}"),
                Ok(ingest::Import { scenes, report, .. }) => {
                    assert!(folder == "adt", "{file} cut at {end}");
                    assert!(report.refused.len() == 12 - scenes[0].objects().len(), "{report}");
                }
            }
            tried += 1;
        }
    }
    assert_eq!(tried, 200);
}

#[test]
fn files_of_another_kind() {
    for (reader, folder, file) in CASES {
        for (bytes, says) in [
            (b"".as_slice(), "empty"),
            (b"  \n", "empty"),
            (b"\xff\xfe\x00", "not UTF-8"),
            (b"\x1f\x8b\x08\x00", "not UTF-8"),
            (b"[[[[[[", ""),
            (b"null", ""),
            (b"{\"a\": NaN}", ""),
            (b"{\"a\": 1e999}", ""),
            (b"12345", ""),
            ("[".repeat(200_000).as_bytes(), ""),
        ] {
            let message = error(reader, damaged(folder, file, bytes).path());
            assert!(message.contains(file) && message.contains(says), "{message}");
            assert!(message.len() < 1200, "{} bytes", message.len());
        }
    }
}

/// Every number and text of a JSON file, one after the other, replaced by what cannot stand there.
fn paths(value: &Value, here: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                paths(value, &format!("{here}/{}", key.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        Value::Array(list) => {
            for (at, value) in list.iter().enumerate() {
                paths(value, &format!("{here}/{at}"), found);
            }
        }
        _ => found.push(here.to_owned()),
    }
}

#[test]
fn wrong_types_and_missing_fields() {
    for (reader, folder, file) in CASES.into_iter().filter(|case| !case.2.contains(".csv")) {
        let raw: Value = serde_json::from_str(&fs::read_to_string(fixture(folder).join(file)).unwrap()).unwrap();
        let mut found = Vec::new();
        paths(&raw, "", &mut found);
        // Fields that the reader does not use may hold anything.
        let used = |path: &&String| {
            folder != "adt"
                || ["instance_name", "category", "motion_type", "instance_type"].iter().any(|key| path.ends_with(key))
        };
        let used: Vec<&String> = found.iter().filter(used).collect();
        assert!(used.len() > 30, "{file}: {}", used.len());
        for path in used.iter().step_by(used.len().div_ceil(60)) {
            for wrong in [json!(["NaN"]), json!({}), Value::Null] {
                let mut raw = raw.clone();
                *raw.pointer_mut(path).unwrap() = wrong;
                let message = error(reader, damaged(folder, file, raw.to_string().as_bytes()).path());
                assert!(message.contains(file), "{path}: {message}");
            }
        }
    }
}

#[test]
fn numbers_out_of_reach() {
    for number in [json!(1e300), json!("NaN"), json!("1.0"), json!(-1e7)] {
        let (folder, file) = ("vsi_bench", "scannetpp_meta_info_val.json");
        let mut raw: Value = serde_json::from_str(&fs::read_to_string(fixture(folder).join(file)).unwrap()).unwrap();
        raw["7bc286c1b6"]["object_bbox"]["toilet"][0]["centroid"][1] = number;
        let message = error("vsi-bench", damaged(folder, file, raw.to_string().as_bytes()).path());
        assert!(message.contains(file) && message.contains("object_bbox.toilet[0]"), "{message}");

        let (folder, file) = ("iwer", "office_small.json");
        let mut raw: Value = serde_json::from_str(&fs::read_to_string(fixture(folder).join(file)).unwrap()).unwrap();
        raw["spatialEntities"][0]["locatable_META"]["position"]["y"] = json!(1e300);
        let message = error("iwer", damaged(folder, file, raw.to_string().as_bytes()).path());
        assert!(message.contains("spatialEntities[0]"), "{message}");
        for (key, wrong) in [("vertices", "AAAA"), ("vertices", "A?=="), ("vertices", "AAA")] {
            let mut raw: Value =
                serde_json::from_str(&fs::read_to_string(fixture(folder).join(file)).unwrap()).unwrap();
            raw["spatialEntities"][13]["triangleMesh_META"][key] = json!(wrong);
            let message = error("iwer", damaged(folder, file, raw.to_string().as_bytes()).path());
            assert!(message.contains("spatialEntities[13].triangleMesh_META.vertices"), "{message}");
        }
    }
    let (folder, file) = ("adt", "3d_bounding_box.csv");
    let text = fs::read_to_string(fixture(folder).join(file)).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cells: Vec<&str> = lines[1].split(',').collect();
    for column in 2..8 {
        for wrong in ["NaN", "inf", "1e300", "", "one", "0x10", "1,2"] {
            let mut cells = cells.clone();
            cells[column] = wrong;
            let row = cells.join(",");
            let damaged_text = text.replacen(lines[1], &row, 1);
            let message = error("adt", damaged(folder, file, damaged_text.as_bytes()).path());
            assert!(message.contains(file) && message.contains("line 2"), "{wrong}: {message}");
        }
    }
    let twice = text.clone() + lines[1] + "\n";
    assert!(error("adt", damaged(folder, file, twice.as_bytes()).path()).contains("has a box already"));
    let no_heading = text.replacen("p_local_obj_ymax[m]", "ymax", 1);
    assert!(error("adt", damaged(folder, file, no_heading.as_bytes()).path()).contains("no column"));
}

#[test]
fn keys_that_stand_twice() {
    let (folder, file) = ("vsi_bench", "scannetpp_meta_info_val.json");
    let text = fs::read_to_string(fixture(folder).join(file)).unwrap();
    let inner = text.trim().strip_prefix('{').unwrap().strip_suffix('}').unwrap();
    let twice = format!("{{{inner}, {inner}}}");
    let message = error("vsi-bench", damaged(folder, file, twice.as_bytes()).path());
    assert!(message.contains("\"7bc286c1b6\" stands twice"), "{message}");
}

#[test]
fn folders_without_anything() {
    let dir = tempfile::tempdir().unwrap();
    for reader in ingest::READERS {
        for path in [dir.path().to_owned(), dir.path().join("absent")] {
            let message = error(reader.name, &path);
            assert!(message.contains(dir.path().to_str().unwrap()) && message.contains("hint"), "{message}");
        }
    }
}

#[test]
fn readers_describe_themselves() {
    assert!(ingest::READERS.is_sorted_by_key(|reader| reader.name));
    for reader in ingest::READERS {
        assert!(!reader.summary.is_empty() && !reader.expects.is_empty());
        assert!(ingest::reader(reader.name).is_some());
    }
    assert!(ingest::reader("no such reader").is_none());
}

#[test]
fn canonical_folders() {
    let dir = tempfile::tempdir().unwrap();
    let (scenes, _) = import("iwer", &fixture("iwer"));
    for name in ["b", "a"] {
        scene::write_scene(&scenes[0], &dir.path().join(name)).unwrap();
    }
    fs::write(dir.path().join("notes.txt"), "x").unwrap();
    let (back, report) = import("canonical", dir.path());
    assert_eq!(back.len(), 2);
    assert_eq!(back[0].parts(), scenes[0].parts(), "with its points");
    assert_eq!(report.refused[0].what, "notes.txt");
    assert_eq!(import("canonical", &dir.path().join("a")).0.len(), 1);
    assert_eq!(import("canonical", &dir.path().join("a/scene.json")).0.len(), 1);
}
