//! Packs: the same bytes whatever the order, one scene opened alone, every damage found.
#![allow(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

use scene::{NoiseModel, PackError, Provenance, Room, Scene, SceneParts, builtin, read_pack, write_pack};

fn empty(id: &str) -> Scene {
    Scene::new(SceneParts {
        id: id.into(),
        source: Provenance::default(),
        noise: NoiseModel::NONE,
        room: Room::default(),
        objects: Vec::new(),
        declared_counts: std::collections::BTreeMap::new(),
        frames: Vec::new(),
        points: Vec::new(),
    })
    .unwrap()
}

#[test]
fn order_of_scenes_does_not_matter() {
    let scenes = ["b", "a", "c"].map(empty);
    let bytes = write_pack(&scenes).unwrap();
    assert_eq!(bytes, write_pack(scenes.iter().rev()).unwrap());
    let pack = read_pack(&bytes, "test").unwrap();
    assert_eq!(pack.names().collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_eq!(pack.open("b").unwrap().unwrap().parts(), scenes[0].parts());
    assert!(pack.open("d").is_none());
    assert_eq!(read_pack(&write_pack([]).unwrap(), "none").unwrap().names().count(), 0);
}

#[test]
fn what_cannot_be_packed() {
    assert!(matches!(write_pack(&[empty("a"), empty("a")]), Err(PackError::Duplicate(_))));
    let mut parts = empty("p").into_parts();
    parts.points = vec![[0.0; 3]];
    assert!(matches!(write_pack(&[Scene::new(parts).unwrap()]), Err(PackError::Points(_))));
}

#[test]
fn every_truncation_and_flipped_byte_is_found() {
    let bytes = write_pack(&["a", "b"].map(empty)).unwrap();
    let opens = |bytes: &[u8]| -> Result<usize, PackError> {
        let pack = read_pack(bytes, "damaged")?;
        pack.names()
            .map(|name| pack.open(name).unwrap().map(|_| ()))
            .collect::<Result<Vec<_>, _>>()
            .map(|all| all.len())
    };
    assert_eq!(opens(&bytes).unwrap(), 2);
    for end in 0..bytes.len() {
        assert!(opens(&bytes[..end]).is_err(), "cut at {end}");
    }
    let mut unnoticed = 0;
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 0x10;
        unnoticed += usize::from(opens(&flipped).is_ok());
    }
    // Only what gzip itself ignores: time, flags and system of the three member headers.
    assert!(unnoticed <= 3 * 8, "{unnoticed}");
    let other = scene::pack::gzip("{\"format\":\"other\",\"version\":1,\"scenes\":[]}").unwrap();
    assert!(read_pack(&other, "damaged").unwrap_err().to_string().contains("\"other\""));
}

#[test]
fn builtin_scenes_open_alone_and_fast() {
    let once = std::time::Instant::now();
    builtin::open("kitchen").unwrap().unwrap();
    let first = once.elapsed();
    let again = std::time::Instant::now();
    builtin::open("kitchen").unwrap().unwrap();
    let second = again.elapsed();
    let room = std::time::Instant::now();
    builtin::open("scene0207_02").unwrap().unwrap();
    println!("kitchen {first:?}, again {second:?}; one room {:?}", room.elapsed());
    // Generous, for a loaded machine without optimisation; optimised it is a few milliseconds.
    assert!(first.as_millis() < 2000);
}
