//! Which crate may depend on which: arrows point down only.

use std::{collections::BTreeSet, fs, path::Path};

/// Each crate with the crates of the workspace it may name, tests included.
const EDGES: &[(&str, &[&str])] = &[
    ("geometry", &[]),
    ("scene", &["geometry"]),
    ("ingest", &["geometry", "render", "rooms", "scene"]),
    ("render", &["scene"]),
    ("rooms", &["scene"]),
    ("lift", &["render", "scene"]),
    ("doctor", &["render", "rooms", "scene"]),
    ("question", &["geometry", "scene"]),
    ("checker", &["scene"]),
    ("language", &["question", "scene"]),
    ("judge", &["geometry", "language", "question", "scene"]),
    ("corpus", &["checker", "judge", "language", "question", "render", "rooms", "scene"]),
    ("spatialevo", &["checker", "language", "question", "scene"]),
    ("embed", &["judge"]),
    ("store", &[]),
    ("teacher", &[]),
    ("serve", &["corpus", "judge", "language", "question", "scene", "spatialevo"]),
    (
        "cli",
        &[
            "checker",
            "corpus",
            "doctor",
            "embed",
            "geometry",
            "ingest",
            "judge",
            "language",
            "lift",
            "question",
            "render",
            "rooms",
            "scene",
            "serve",
            "spatialevo",
            "store",
            "teacher",
        ],
    ),
];

/// Crates whose library is not built for tests have no test in it that would be passed over.
#[test]
fn no_unit_test_is_passed_over() {
    let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut checked = 0;
    for name in ["question", "checker"] {
        let folder = std::path::Path::new(crates).join(name);
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest");
        assert!(manifest.contains("\ntest = false\n"), "{name}");
        let mut folders = vec![folder.join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let text = std::fs::read_to_string(&path).expect("text");
                    assert!(!text.contains("#[test]"), "{}: put it into tests/", path.display());
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 40, "{checked} files");
}

#[test]
fn no_crate_depends_upward() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/");
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(crates).expect("crates/") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        let manifest = fs::read_to_string(crates.join(&name).join("Cargo.toml")).expect("a manifest");
        let (_, allowed) = EDGES.iter().find(|(edge, _)| *edge == name).expect("every crate stands in EDGES");
        for (other, _) in EDGES.iter().filter(|(other, _)| *other != name) {
            let named = manifest.lines().any(|line| {
                line.trim_start().starts_with(&format!("{other}."))
                    || line.trim_start().starts_with(&format!("{other} "))
            });
            assert!(!named || allowed.contains(other), "crates/{name} must not depend on crates/{other}");
        }
        seen.insert(name);
    }
    assert_eq!(seen.len(), EDGES.len(), "EDGES names a crate that is not there");
}

/// What the tests add must not ask a library of the command for other features: it and all above it would be built twice.
#[test]
fn no_library_is_built_once_more_for_the_tests() {
    let tree = |arguments: &[&str]| -> BTreeSet<String> {
        let output = std::process::Command::new(env!("CARGO"))
            .args(["tree", "--offline", "--locked", "--prefix", "none", "--no-dedupe", "-f", "{p} features {f}"])
            .args(arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).lines().map(|line| line.trim_end_matches(" (*)").to_owned()).collect()
    };
    let with_tests = tree(&["--workspace", "-e", "normal,build,dev"]);
    let alone = tree(&["-e", "normal,build"]);
    assert!(alone.len() > 50, "{alone:?}");
    let twice: Vec<&String> = alone.difference(&with_tests).collect();
    assert!(twice.is_empty(), "add the feature that the tests have to crates/cli/Cargo.toml: {twice:?}");
}

#[test]
fn only_the_wheel_names_python() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("crates/");
    let names_python = |manifest: &Path| {
        let text = fs::read_to_string(manifest).expect("a manifest");
        text.lines().any(|line| line.starts_with("pyo3") || line.starts_with("numpy"))
    };
    for entry in fs::read_dir(crates).expect("crates/") {
        let manifest = entry.expect("an entry").path().join("Cargo.toml");
        assert!(!names_python(&manifest), "{}: Python belongs into bindings/python", manifest.display());
    }
    assert!(names_python(&crates.join("../bindings/python/Cargo.toml")));
}
