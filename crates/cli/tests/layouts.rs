//! From a scene to a published layout and back, by the command.

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

fn isovist(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_isovist")).args(arguments).output().expect("the binary runs")
}

fn done(arguments: &[&str]) -> String {
    let output = isovist(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

#[test]
fn a_flat_becomes_a_scan_and_a_scene_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    done(&["rooms", "build", "--n", "1", "--seed", "3", "--frames", "3", "--size", "80x60", "-o", text(&at("flats"))]);
    let flat = at("flats").join("flat-3-000000");
    let said = done(&["export", "scannet", text(&flat), "-o", text(&at("scans"))]);
    assert!(said.contains("3 frames"), "{said}");
    let scan = at("scans").join("flat-3-000000");
    let again = isovist(&["export", "scannet", text(&flat), "-o", text(&at("scans"))]);
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("--force"));
    done(&["import", "scannet", text(&scan), "-o", text(&at("back"))]);
    let back = at("back").join("flat-3-000000");
    let (one, other) = (scene::read_scene(&flat).expect("a scene"), scene::read_scene(&back).expect("a scene"));
    assert_eq!(one.objects().len(), other.objects().len());
    for (one, other) in one.objects().iter().zip(other.objects()) {
        assert_eq!(one.label, other.label);
        assert!(one.bounds.centre().distance(other.bounds.centre()) < 1e-5);
    }
    // Both see the same, each in its own images; objects are numbered one higher.
    for (one, other) in one.frames().iter().zip(other.frames()) {
        let seen = |frame: &scene::Frame| frame.sightings.as_ref().map_or(0, Vec::len);
        assert!(seen(one) > 0 && seen(one).abs_diff(seen(other)) <= 2, "{} and {}", seen(one), seen(other));
    }
    // An exported scene keeps its images.
    done(&["scenes", "export", text(&flat), "-o", text(&at("copies"))]);
    let copy = at("copies").join("flat-3-000000");
    let copied = scene::read_scene(&copy).expect("a scene");
    assert_eq!(scene::scene_sha256(&copied), scene::scene_sha256(&one));
    for frame in copied.frames() {
        for (_, image) in frame.images() {
            assert_eq!(
                fs::read(copy.join(&image.file)).expect("a file"),
                fs::read(flat.join(&image.file)).expect("it")
            );
        }
    }
}

#[test]
fn options_reach_the_reader() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    let output = isovist(&["import", "vsi-bench", text(folder.path()), "--depth-scale", "0.001", "-o", text(&out)]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("takes no option --depth-scale"));
    let help = done(&["import", "--help"]);
    for says in ["takes --camera, --depth-scale, --stride, --up", "tum-rgbd", "scannet"] {
        assert!(help.contains(says), "{help}");
    }
    assert!(done(&["export", "--help"]).contains("scannet"));
}
