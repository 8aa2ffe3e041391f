//! What holds for any bytes: no panic, spans inside the reply, the same again, time in proportion to length.

use std::time::{Duration, Instant};

use judge::reply::{Found, Quantity, Read, Reply};
use proptest::prelude::*;
use question::Unit;

/// Every reader of a reply; the spans of what each found.
fn spans(bytes: &[u8]) -> Vec<std::ops::Range<usize>> {
    fn of<T>(read: Read<T>) -> Vec<std::ops::Range<usize>> {
        match read {
            Read::One(Found { span, .. }) => vec![span],
            Read::Conflict { first, other } => vec![first.span, other.span],
            Read::Nothing { .. } => Vec::new(),
        }
    }
    let options: Vec<String> = ["left", "front left", "a chair", ""].map(String::from).to_vec();
    let reply = Reply::new(bytes);
    [
        of(reply.quantity(Unit::Metre, 1.0)),
        of(reply.quantity(Unit::Degree, 1.0)),
        of(reply.count()),
        of(reply.choice(&options)),
        of(reply.choice(&["yes", "no", "maybe"].map(String::from))),
        of(reply.yes_no()),
        of(reply.direction()),
        of(reply.label(&options)),
        of(reply.label(&[])),
        of(reply.list(&options)),
        of(reply.list(&[])),
        of(reply.coordinates()),
        of(reply.place()),
        of(reply.answer_text()),
    ]
    .concat()
}

/// Pieces that replies are made of.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(vec![
        "<think>",
        "</think>",
        "<answer>",
        "</answer>",
        "<tool_call>",
        "\\boxed{",
        "}",
        "\\frac{",
        "}{",
        "<bbox>(",
        ")</bbox>",
        "1",
        "2.5",
        "-",
        "–",
        "1,200",
        "½",
        "²",
        "°",
        "m",
        "ft",
        " ",
        "\n",
        "A",
        "(B)",
        "or",
        "and",
        "half",
        "twenty",
        "hundred",
        "answer is",
        ":",
        "left",
        "front",
        "o'clock",
        "yes",
        "no",
        "idea",
        "±",
        "not",
        "<|im_end|>",
        "image",
        "point",
        "é",
        "chair",
        "[",
        "]",
        "e9",
        "'",
        "\"",
        "between",
        "to",
        "a",
        "×",
        "10",
        "^",
        "/",
        ",",
        ".",
        "#",
    ]);
    prop_oneof![
        6 => known.prop_map(|text| text.as_bytes().to_vec()),
        1 => prop::collection::vec(any::<u8>(), 1..4),
    ]
}

proptest! {
    #[test]
    fn any_reply_is_read(pieces in prop::collection::vec(piece(), 0..40), spaced in any::<bool>()) {
        let bytes = pieces.join(if spaced { &b" "[..] } else { &b""[..] });
        for span in spans(&bytes) {
            prop_assert!(span.start <= span.end && span.end <= bytes.len());
        }
        prop_assert_eq!(spans(&bytes), spans(&bytes));
    }

    #[test]
    fn a_length_reads_back_in_every_unit(millimetres in 1_u32..1_000_000) {
        let value = f64::from(millimetres) / 1000.0;
        for text in [
            format!("{value} m"),
            format!("{} cm", f64::from(millimetres) / 10.0),
            format!("{millimetres} mm"),
            format!("<answer>{value} metres</answer>"),
            format!("{value:e} m"),
        ] {
            let read = Reply::from(&text).quantity(Unit::Metre, 1.0);
            let got = read.one().and_then(Quantity::value);
            prop_assert!(got.is_some_and(|got| (got - value).abs() <= 1e-12 * value), "{}: {:?}", text, read);
        }
    }
}

/// Twice the length takes about twice the time. The bound is wide, for machines that do other things as well; a
/// quadratic reader misses it by far.
#[test]
fn time_grows_with_length() {
    let quickest = |bytes: &[u8]| {
        let time = || {
            let start = Instant::now();
            std::hint::black_box(spans(bytes));
            start.elapsed()
        };
        (0..5).map(|_| time()).min().unwrap_or(Duration::ZERO)
    };
    for piece in [
        "<think>",
        "<answer>",
        "</answer>",
        "<",
        "\\boxed{",
        "\\frac{",
        "boxed{}",
        "((((",
        "[1,",
        "(1,2)",
        "<bbox>",
        "1 ",
        "1-",
        "1 ft ",
        "A or ",
        "(A) ",
        "answer is ",
        "answer: 1\n",
        "twenty ",
        "hundred and ",
        "half ",
        "left ",
        "front-",
        "chair ",
        "tv stand ",
        "not ",
        "no ",
        "no, ",
        "1 ± ",
        "a ",
        "= 1 ",
        "\u{200b}",
        "é",
        "'",
        "to ",
        "minus ",
        "point one ",
    ] {
        let fill = |length: usize| piece.repeat(length / piece.len());
        // Inside the limit on answers, and on the whole reply with the answer behind it.
        for (short, long) in [
            (fill(2_000), fill(16_000)),
            (format!("<think>{}</think>1", fill(60_000)), format!("<think>{}</think>1", fill(480_000))),
        ] {
            let (short_time, long_time) = (quickest(short.as_bytes()), quickest(long.as_bytes()));
            let bound = 8 * 4 * short_time.max(Duration::from_micros(200));
            assert!(
                long_time <= bound,
                "{piece:?}: {short_time:?} for {}, {long_time:?} for {}",
                short.len(),
                long.len()
            );
        }
    }
}

/// Inputs by which the fuzzer reached all of the readers that short ones reach; each character is a byte.
const KEPT: &str = include_str!("data/kept.jsonl");

#[test]
fn what_a_fuzzer_kept_is_read() {
    let inputs = KEPT.lines().map(|line| serde_json::from_str::<String>(line).expect("a text"));
    let mut number = 0;
    for input in inputs {
        let bytes: Vec<u8> = input.chars().map(|c| u8::try_from(u32::from(c)).expect("a byte")).collect();
        assert!(spans(&bytes).iter().all(|span| span.start <= span.end && span.end <= bytes.len()), "{input:?}");
        number += 1;
    }
    assert!(number > 1000, "{number}");
}
