//! The canonical file: bit for bit both ways, and a named error for everything else.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use std::{collections::BTreeMap, fs};

use proptest::{option as opt, prelude::*};
use scene::{
    DepthFile, FileError, Frame, ImageFile, NoiseModel, Object, ObjectId, Pose, Provenance, Room, Scene, SceneParts,
    builtin,
    geometry::{Camera, Distortion, Mat3, OrientedBox, Polygon, Quat, RigidTransform, Vec2, Vec3},
    parse_scene, read_scene, scene_schema, scene_sha256, scene_text, write_scene,
};

fn unit() -> impl Strategy<Value = Vec3> {
    prop::array::uniform3(-1.0..1.0_f64).prop_filter_map("direction", |v| Vec3::from_array(v).try_normalize())
}

fn bounds() -> impl Strategy<Value = OrientedBox> {
    let half = prop::array::uniform3(prop_oneof![Just(0.0), 0.0..9.0_f64, 1e-12..1e-9_f64]);
    (prop::array::uniform3(-1e4..1e4_f64), half, unit(), 0.0..7.0_f64).prop_map(|(centre, half, axis, angle)| {
        let axes = Mat3::from_quat(Quat::from_axis_angle(axis, angle));
        OrientedBox::new(Vec3::from_array(centre), Vec3::from_array(half), axes).unwrap()
    })
}

fn object() -> impl Strategy<Value = Object> {
    let words = "[a-z]{1,6}( [a-z0-9]{1,4}){0,2}";
    (words, prop::collection::vec(words, 0..3), bounds(), prop::option::of(unit())).prop_map(
        |(label, names, bounds, front)| Object {
            id: ObjectId(0),
            label: format!("x{label}"),
            names: names.into_iter().map(|name| format!("n{name}")).collect(),
            bounds,
            front,
        },
    )
}

fn room() -> impl Strategy<Value = Room> {
    let far = || prop::option::of(-1e5..1e5_f64);
    (any::<bool>(), 0.1..50.0_f64, far(), far(), prop::option::of(1e-3..1e5_f64), prop::option::of(unit())).prop_map(
        |(floor, size, floor_height_m, ceiling_height_m, declared_area_m2, centre)| {
            let corner = |x: f64, y: f64| Vec2::new(x * size, y * size);
            let outline = [corner(0., 0.), corner(1., 0.), corner(1., 1.1), corner(0.3, 0.9)];
            let hole = vec![corner(0.4, 0.3), corner(0.6, 0.3), corner(0.5, 0.6)];
            let floor = floor.then(|| Polygon::new(&outline, &[hole]).unwrap());
            Room { floor, floor_height_m, ceiling_height_m, declared_area_m2, centre }
        },
    )
}

fn frame() -> impl Strategy<Value = Frame> {
    let lens = prop_oneof![
        Just(Distortion::None),
        (prop::array::uniform6(-0.5..0.5_f64), prop::array::uniform2(-0.1..0.1_f64))
            .prop_map(|(k, p)| Distortion::BrownConrady { k, p }),
        prop::array::uniform4(-0.5..0.5_f64).prop_map(|k| Distortion::KannalaBrandt { k }),
    ];
    let camera = (1..5000_u32, 1..5000_u32, prop::array::uniform4(0.1..5e3_f64), lens).prop_map(
        |(width, height, [fx, fy, cx, cy], lens)| {
            Camera::new(width, height, Vec2::new(fx, fy), Vec2::new(cx, -cy), lens).unwrap()
        },
    );
    let pose = prop_oneof![
        ".{0,50}".prop_map(|reason| Pose::Missing { reason }),
        (unit(), 0.0..7.0_f64, prop::array::uniform3(-1e4..1e4_f64)).prop_map(|(axis, angle, at)| {
            let turn = Mat3::from_quat(Quat::from_axis_angle(axis, angle));
            Pose::Known(RigidTransform::new(turn, Vec3::from_array(at)).unwrap())
        }),
    ];
    let image = || {
        let image = ("[a-z]{1,9}(/[a-z0-9.-]{1,9}x){0,2}", "[0-9a-f]{64}");
        image.prop_map(|(file, sha256)| ImageFile { file, sha256 })
    };
    let depth = (image(), 1e-6..1.0_f64).prop_map(|(image, scale_m)| DepthFile { image, scale_m });
    (camera, pose, opt::of(-1e12..1e12_f64), opt::of(image()), opt::of(depth), opt::of(image())).prop_map(
        |(camera, pose, time_s, colour, depth, instance)| Frame {
            name: String::new(),
            time_s,
            camera,
            pose,
            colour,
            depth,
            instance,
            sightings: None,
        },
    )
}

fn scenes(with_points: bool) -> impl Strategy<Value = Scene> {
    let points = prop::collection::vec(prop::array::uniform3(-1e3..1e3_f32), 0..if with_points { 20 } else { 1 });
    let counts = prop::collection::btree_map("x[a-z]{1,9}", 0..99_u32, 0..4);
    (
        ("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,20}", ".*", prop::collection::vec(".*", 0..3)),
        prop::array::uniform4(0.0..1.0_f64),
        room(),
        prop::collection::vec(object(), 0..6),
        counts,
        prop::collection::vec(frame(), 0..4),
        points,
    )
        .prop_map(|((id, licence, converted), noise, room, mut objects, declared_counts, mut frames, points)| {
            for (number, object) in (1..).zip(&mut objects) {
                object.id = ObjectId(number * 7);
            }
            for (number, frame) in (1..).zip(&mut frames) {
                frame.name = format!("f{number}");
            }
            let [position_m, size_m, yaw_rad, area_relative] = noise;
            Scene::new(SceneParts {
                id,
                source: Provenance { dataset: "made".into(), licence, attribution: String::new(), converted },
                noise: NoiseModel { position_m, size_m, yaw_rad, area_relative, ..NoiseModel::NONE },
                room,
                objects,
                declared_counts,
                frames,
                points,
            })
            .unwrap()
        })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_to_the_bit(scene in scenes(false)) {
        let text = scene_text(&scene);
        let back = parse_scene(&text, "memory").unwrap();
        prop_assert_eq!(back.parts(), scene.parts());
        // Equality of floats takes -0 for 0; the text does not.
        prop_assert_eq!(scene_text(&back), text);
    }

    #[test]
    fn a_folder_keeps_points_too(scene in scenes(true)) {
        let dir = tempfile::tempdir().unwrap();
        write_scene(&scene, dir.path()).unwrap();
        let back = read_scene(dir.path()).unwrap();
        prop_assert_eq!(back.parts(), scene.parts());
        prop_assert_eq!(scene_sha256(&back), scene_sha256(&scene));
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        prop_assert_eq!(left.len(), 1 + usize::from(!scene.parts().points.is_empty()), "{:?}", left);
    }

    #[test]
    fn damaged_texts_never_panic(cut in 0..6000_usize, at in 0..6000_usize, byte in any::<u8>()) {
        let mut bytes = small_text().into_bytes();
        bytes.truncate(cut);
        if at < bytes.len() {
            bytes[at] = byte;
        }
        if let Ok(text) = String::from_utf8(bytes) {
            let _ = parse_scene(&text, "damaged");
        }
    }
}

/// A small scene with every field.
fn small() -> Scene {
    let bounds = OrientedBox::upright(Vec3::new(1.0, 2.0, 0.5), Vec3::new(0.25, 0.5, 0.5), 0.0).unwrap();
    Scene::new(SceneParts {
        id: "small".into(),
        source: Provenance { dataset: "made by hand".into(), licence: "CC0-1.0".into(), ..Provenance::default() },
        noise: NoiseModel::NONE,
        room: Room {
            floor: Some(Polygon::new(&[Vec2::ZERO, Vec2::X * 4.0, Vec2::splat(4.0)], &[]).unwrap()),
            floor_height_m: Some(0.0),
            ceiling_height_m: Some(2.5),
            declared_area_m2: Some(8.0),
            centre: Some(Vec3::splat(1.5)),
        },
        objects: vec![Object {
            id: ObjectId(3),
            label: "vase".into(),
            names: vec!["white vase".into()],
            bounds,
            front: Some(Vec3::X),
        }],
        declared_counts: BTreeMap::from([("vase".into(), 1)]),
        frames: Vec::new(),
        points: Vec::new(),
    })
    .unwrap()
}

fn small_text() -> String {
    scene_text(&small())
}

// The zero with a sign is the turn's own: axes are written to the bit, even where that changes nothing.
#[test]
fn the_text_is_what_the_format_promises() {
    let expected = r#"{
  "format": "isovist-scene",
  "version": 1,
  "id": "small",
  "source": {"dataset":"made by hand","licence":"CC0-1.0"},
  "noise": {"position_m":0.0,"size_m":0.0,"yaw_rad":0.0,"area_relative":0.0},
  "room": {"floor":{"exterior":[[0.0,0.0],[4.0,0.0],[4.0,4.0]],"holes":[]},"floor_height_m":0.0,"ceiling_height_m":2.5,"declared_area_m2":8.0,"centre_m":[1.5,1.5,1.5]},
  "declared_counts": {"vase":1},
  "objects": [
    {"id":3,"label":"vase","names":["white vase"],"box":{"centre_m":[1.0,2.0,0.5],"extent_m":[0.5,1.0,1.0],"axes":[[1.0,0.0,0.0],[-0.0,1.0,0.0],[0.0,0.0,1.0]]},"front":[1.0,0.0,0.0]}
  ]
}
"#;
    assert_eq!(scene_text(&small()), expected);
}

#[test]
fn wrong_fields_are_named_with_their_place() {
    let text = scene_text(&small());
    for (from, to, says) in [
        ("\"extent_m\":[0.5,", "\"extent_m\":[\"NaN\",", "objects[0].box.extent_m[0]: invalid type: string \"NaN\""),
        ("\"extent_m\":[0.5,", "\"extent_m\":[-0.5,", "objects[0].box: half extent is -0.25 m"),
        ("\"centre_m\":[1.0,", "\"centre_m\":[1e300,", "objects[0].box: centre is 1000"),
        ("\"centre_m\":[1.0,", "\"centre_m\":[1e999,", "number out of range"),
        ("\"centre_m\":[1.0,", "\"centre_m\":[NaN,", "objects[0].box.centre_m[0]"),
        ("\"axes\":[[1.0,", "\"axes\":[[-1.0,", "objects[0].box: axes have determinant -1"),
        ("\"axes\":[[1.0,", "\"axes\":[[1.5,", "objects[0].box: axes are off orthonormal"),
        ("\"label\":\"vase\",", "", "objects[0]: missing field `label`"),
        ("\"label\":\"vase\",", "\"label\":\"Vase\",", "objects[#3].label: \"Vase\""),
        ("\"id\":3", "\"id\":-3", "objects[0].id: invalid value: integer `-3`"),
        ("\"id\":3", "\"id\":3,\"id\":4", "duplicate field `id`"),
        ("\"id\":3", "\"id\":3,\"colour\":1", "objects[0].colour: unknown field `colour`"),
        ("{\"vase\":1}", "{\"vase\":1,\"vase\":2}", "declared_counts: label \"vase\" stands twice"),
        ("{\"vase\":1}", "{\"the vase\":1}", "declared_counts: \"the vase\""),
        ("\"front\":[1.0,", "\"front\":[2.0,", "objects[#3].front (length): 2"),
        ("[4.0,0.0],", "", "room.floor: ring 0 has 2"),
        ("\"version\": 1", "\"version\": 2", "version: is 2"),
        ("\"version\": 1", "\"version\": 2, \"novelty\": 0", "version: is 2"),
        ("isovist-scene", "other", "format: is \"other\""),
        ("\"id\": \"small\"", "\"id\": \"a/b\"", "scene id \"a/b\""),
        ("\"yaw_rad\":0.0", "\"yaw_rad\":-1.0", "noise.yaw_rad: -1"),
        ("\"declared_area_m2\":8.0", "\"declared_area_m2\":0.0", "room.declared_area_m2: 0"),
        ("\"objects\": [", "\"objects\": 7, \"x\": [", "objects: invalid type: integer `7`"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = parse_scene(&text.replacen(from, to, 1), "file.json").unwrap_err().to_string();
        assert!(error.contains(says), "{to}: {error}");
        assert!(error.starts_with("file.json"), "{error}");
    }
}

/// The small scene with a frame that has every field and one without a pose.
fn with_frames() -> Scene {
    let lens = Distortion::KannalaBrandt { k: [0.5, 0.25, 0.0, 0.0] };
    let camera = Camera::new(64, 48, Vec2::splat(50.0), Vec2::new(32.0, 24.0), lens).unwrap();
    let image = |file: &str| ImageFile { file: file.into(), sha256: "0".repeat(64) };
    let seen = Frame {
        name: "a".into(),
        time_s: Some(1.5),
        camera,
        pose: Pose::Known(RigidTransform::IDENTITY),
        colour: Some(image("frames/a.jpg")),
        depth: Some(DepthFile { image: image("frames/a.depth.png"), scale_m: 0.001 }),
        instance: Some(image("frames/a.id.png")),
        sightings: None,
    };
    let lost = Frame {
        name: "b".into(),
        time_s: None,
        camera: Camera::new(64, 48, Vec2::splat(50.0), Vec2::new(32.0, 24.0), Distortion::None).unwrap(),
        pose: Pose::Missing { reason: "lost track".into() },
        colour: None,
        depth: None,
        instance: None,
        sightings: None,
    };
    Scene::new(SceneParts { frames: vec![seen, lost], ..small().into_parts() }).unwrap()
}

#[test]
fn frames_stand_one_a_line() {
    let zeros = "0".repeat(64);
    let expected = [
        r#"  "frames": ["#.to_owned(),
        [
            r#"    {"name":"a","time_s":1.5,"camera":{"width_px":64,"height_px":48,"focal_px":[50.0,50.0],"#,
            r#""centre_px":[32.0,24.0],"distortion":{"kannala_brandt":{"k":[0.5,0.25,0.0,0.0]}}},"#,
            r#""pose":{"known":{"position_m":[0.0,0.0,0.0],"axes":[[1.0,0.0,0.0],[0.0,1.0,0.0],[0.0,0.0,1.0]]}},"#,
            r#""colour":{"file":"frames/a.jpg","sha256":"Z"},"#,
            r#""depth":{"file":"frames/a.depth.png","scale_m":0.001,"sha256":"Z"},"#,
            r#""instance":{"file":"frames/a.id.png","sha256":"Z"}},"#,
        ]
        .concat()
        .replace('Z', &zeros),
        [
            r#"    {"name":"b","camera":{"width_px":64,"height_px":48,"focal_px":[50.0,50.0],"#,
            r#""centre_px":[32.0,24.0]},"pose":{"missing":{"reason":"lost track"}}}"#,
        ]
        .concat(),
        "  ]".to_owned(),
        "}".to_owned(),
    ];
    let text = scene_text(&with_frames());
    let from = text.find("  \"frames\"").unwrap();
    assert_eq!(text[from..].lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_missing_pose_stays_missing_when_the_image_is_turned() {
    let scene = with_frames();
    let lost = scene.frame("b").unwrap().turned(1);
    assert_eq!(lost.pose, Pose::Missing { reason: "lost track".into() });
    assert_eq!((lost.camera.width_px(), lost.camera.height_px()), (48, 64));
    let seen = scene.frame("a").unwrap();
    let p_in_world = Vec3::new(0.2, -0.1, 1.0);
    let pixel = |frame: &Frame| {
        frame.camera.project(frame.pose.world_from_camera().unwrap().inverse().apply(p_in_world)).unwrap()
    };
    let (before, after) = (pixel(seen), pixel(&seen.turned(1)));
    assert!(after.distance(Vec2::new(48.0 - before.y, before.x)) < 1e-12);
    assert!(pixel(&seen.turned(4)).distance(before) < 1e-12);
}

#[test]
fn wrong_frames_are_named_with_their_place() {
    let text = scene_text(&with_frames());
    for (from, to, says) in [
        ("\"name\":\"b\"", "\"name\":\"a\"", "frames: \"a\" stands twice"),
        ("\"name\":\"b\"", "\"name\":\"../b\"", "frames[../b].name"),
        ("frames/a.jpg", "../a.jpg", "frames[a].colour: \"../a.jpg\" must be a path inside"),
        ("frames/a.jpg", "/etc/passwd", "frames[a].colour"),
        ("frames/a.id.png", "frames//a", "frames[a].instance"),
        ("frames/a.id.png", "C:\\\\a", "frames[a].instance"),
        ("\"scale_m\":0.001", "\"scale_m\":0.0", "frames[a].depth.scale_m: \"0\""),
        ("\"sha256\":\"0", "\"sha256\":\"G", "frames[a].colour: \"G000"),
        ("\"time_s\":1.5", "\"time_s\":1e13", "frames[a].time_s"),
        ("\"width_px\":64", "\"width_px\":0", "frames[0].camera: width_px is 0"),
        ("[50.0,50.0]", "[-50.0,50.0]", "frames[0].camera: fx is -50"),
        (
            "\"axes\":[[1.0,0.0,0.0],[0.0,1.0,0.0],[0.0,0.0,1.0]]}}",
            "\"axes\":[[-1.0,0.0,0.0],[0.0,1.0,0.0],[0.0,0.0,1.0]]}}",
            "frames[0].pose: axes have determinant -1",
        ),
        ("\"pose\":{\"missing\":{\"reason\":\"lost track\"}}", "\"time_s\":1.0", "frames[1]: missing field `pose`"),
        ("\"pose\":{\"missing\"", "\"pose\":{\"guessed\"", "frames[1].pose"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = parse_scene(&text.replacen(from, to, 1), "file.json").unwrap_err().to_string();
        assert!(error.contains(says), "{to}: {error}");
    }
}

#[test]
fn every_truncation_is_an_error_that_names_the_file() {
    let text = scene_text(&small());
    for end in 0..text.trim_end().len() {
        let error = parse_scene(&text[..end], "cut.json").unwrap_err().to_string();
        assert!(error.starts_with("cut.json"), "{end}: {error}");
    }
    assert!(parse_scene(&(text.clone() + "{}"), "cut.json").is_err(), "trailing text");
}

#[test]
fn hostile_files_end_in_errors() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("scene.json");
    let deep = "[".repeat(100_000);
    let deep_field = format!("{{\"format\":\"isovist-scene\",\"id\":{deep}");
    for (bytes, says) in [
        (b"".as_slice(), "empty"),
        (b" \n\t", "empty"),
        (b"{\"id\": \"\xff\"}", "byte 8 is not UTF-8"),
        (b"\x1f\x8b\x08", "not UTF-8"),
        (b"null", "invalid type"),
        (deep.as_bytes(), "invalid type"),
        (deep_field.as_bytes(), "id: invalid type"),
    ] {
        fs::write(&file, bytes).unwrap();
        let error = read_scene(dir.path()).unwrap_err().to_string();
        assert!(error.contains(says) && error.contains("scene.json"), "{error}");
        assert!(error.len() < 1000);
    }
    fs::File::create(&file).unwrap().set_len(scene::file::MAX_BYTES + 1).unwrap();
    assert!(matches!(read_scene(&file).unwrap_err(), FileError::TooLarge { .. }));
    let missing = read_scene(&dir.path().join("absent")).unwrap_err();
    assert!(missing.to_string().contains("check the path"), "{missing}");
}

#[test]
fn points_that_do_not_belong_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let mut parts = small().into_parts();
    parts.points = vec![[1.0, 2.0, 3.0]; 5];
    let scene = Scene::new(parts).unwrap();
    write_scene(&scene, dir.path()).unwrap();
    assert!(parse_scene(&scene_text(&scene), "text").unwrap_err().to_string().contains("points.npy"));

    let points = dir.path().join("points.npy");
    let mut bytes = fs::read(&points).unwrap();
    bytes[140] ^= 1;
    fs::write(&points, &bytes).unwrap();
    assert!(read_scene(dir.path()).unwrap_err().to_string().contains("sha256"));
    fs::remove_file(&points).unwrap();
    assert!(read_scene(dir.path()).unwrap_err().to_string().contains("points.npy"));

    let file = dir.path().join("scene.json");
    let text = fs::read_to_string(&file).unwrap();
    for (from, to) in [("\"points.npy\"", "\"../points.npy\""), ("\"count\":5", "\"count\":0")] {
        fs::write(&file, text.replace(from, to)).unwrap();
        assert!(read_scene(dir.path()).unwrap_err().to_string().contains("points."), "{to}");
    }
}

#[test]
fn the_schema_names_every_field_and_its_unit() {
    let schema = serde_json::to_string(&scene_schema()).unwrap();
    for word in [
        "centre_m",
        "frames",
        "focal_px",
        "kannala_brandt",
        "extent_m",
        "floor_height_m",
        "declared_area_m2",
        "sha256",
        "additionalProperties\":false",
    ] {
        assert!(schema.contains(word), "{word}");
    }
}

#[test]
fn the_kitchen_text_is_canonical() {
    let kitchen = builtin::open(builtin::KITCHEN).unwrap().unwrap();
    let (text, rest) = scene::pack::gunzip(builtin::KITCHEN_BYTES).unwrap();
    assert!(rest.is_empty());
    assert_eq!(scene_text(&kitchen), text);
}
