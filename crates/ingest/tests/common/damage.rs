//! Drawn damage to texts, bytes and JSON.

use proptest::{prelude::*, sample::Index, test_runner::TestRunner};
use serde_json::{Value, json};

/// Runs a target on drawn inputs.
pub(crate) fn sample<T: std::fmt::Debug>(cases: u32, inputs: impl Strategy<Value = T>, run: impl Fn(T)) {
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) };
    TestRunner::new(config)
        .run(&inputs, |input| {
            run(input);
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

/// One change to the bytes of a text.
#[derive(Debug, Clone)]
pub(crate) enum Damage {
    Flip(Index, u8),
    Insert(Index, u8),
    Delete(Index),
    Truncate(Index),
    Repeat(Index, Index),
}

pub(crate) fn damages() -> impl Strategy<Value = Vec<Damage>> {
    let damage = prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Insert(at, byte)),
        any::<Index>().prop_map(Damage::Delete),
        any::<Index>().prop_map(Damage::Truncate),
        any::<(Index, Index)>().prop_map(|(a, b)| Damage::Repeat(a, b)),
    ];
    prop::collection::vec(damage, 1..5)
}

pub(crate) fn damaged(bytes: &[u8], damages: &[Damage]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for damage in damages {
        if bytes.is_empty() {
            break;
        }
        let len = bytes.len();
        match damage {
            Damage::Flip(at, byte) => bytes[at.index(len)] ^= byte,
            Damage::Insert(at, byte) => bytes.insert(at.index(len), *byte),
            Damage::Delete(at) => {
                bytes.remove(at.index(len));
            }
            Damage::Truncate(at) => bytes.truncate(at.index(len)),
            Damage::Repeat(a, b) => {
                let (a, b) = (a.index(len), b.index(len));
                let part = bytes[a.min(b)..a.max(b)].to_vec();
                bytes.splice(a..a, part);
            }
        }
    }
    bytes
}

/// A JSON text in which some values are others: huge, of another type, deeply nested, or taken from elsewhere in it.
pub(crate) fn swapped(text: &str, swaps: &[(Index, Swap)]) -> Vec<u8> {
    let mut value: Value = serde_json::from_str(text).expect("JSON");
    for (at, swap) in swaps {
        let mut places = Vec::new();
        pointers(&value, "", &mut places);
        let other = match swap {
            Swap::Of(other) => other.clone(),
            Swap::From(from) => value.pointer(&places[from.index(places.len())]).expect("a place").clone(),
            Swap::Deep(levels) => {
                let mut here = value.pointer(&places[at.index(places.len())]).expect("a place").clone();
                for _ in 0..*levels {
                    here = json!({"test": "not", "of": here});
                }
                here
            }
        };
        *value.pointer_mut(&places[at.index(places.len())]).expect("a place") = other;
    }
    value.to_string().into_bytes()
}

#[derive(Debug, Clone)]
pub(crate) enum Swap {
    Of(Value),
    From(Index),
    Deep(usize),
}

pub(crate) fn swaps() -> impl Strategy<Value = Vec<(Index, Swap)>> {
    let hostile = [
        json!(null),
        json!(true),
        json!(0),
        json!(-0.0),
        json!(-1),
        json!(1e308),
        json!(-1e308),
        json!(5e-324),
        json!(1e6),
        json!(u64::MAX),
        json!(i64::MIN),
        json!("NaN"),
        json!("Infinity"),
        json!(""),
        json!("?"),
        json!("#1"),
        json!("#4294967295"),
        json!("#1|#2"),
        json!("../../etc/passwd"),
        json!("\u{0}"),
        json!([]),
        json!({}),
        json!([[[[[[]]]]]]),
    ];
    let swap = prop_oneof![
        4 => prop::sample::select(hostile.to_vec()).prop_map(Swap::Of),
        4 => any::<Index>().prop_map(Swap::From),
        1 => (1..60_usize).prop_map(Swap::Deep),
    ];
    prop::collection::vec((any::<Index>(), swap), 1..4)
}

fn pointers(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Array(items) => items.iter().enumerate().for_each(|(i, item)| pointers(item, &format!("{at}/{i}"), out)),
        Value::Object(map) => map.iter().for_each(|(key, item)| {
            pointers(item, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), out);
        }),
        _ => {}
    }
}
