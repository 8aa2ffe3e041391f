//! Rows of a body: JSON or lines, each read by itself, so that a broken one takes no other with it.

use axum::http::StatusCode;
use bytes::Bytes;
use judge::{
    reward::Preset,
    row::{JudgedRow, Judgement, RowFault, judge_all},
};
use rayon::prelude::*;
use scene::json::{JsonFault, read_json};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};

use crate::problem::{Detail, Problem};

/// Rows that are read, or written, in one piece of work.
const CHUNK: usize = 128;

/// How the rows of a body are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// One object, or an array of them.
    Json,
    /// One object a line; blank lines are passed over.
    Lines,
}

/// Rows with what was judged of them, in their order.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// The body, in pieces.
    pub(crate) pieces: Vec<Bytes>,
    /// Status of the answer to one row alone.
    pub(crate) status: StatusCode,
    pub(crate) tally: Tally,
}

/// Rows by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) rewarded: u64,
    pub(crate) unrewarded: u64,
    pub(crate) penalised: u64,
    pub(crate) malformed: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, total: f64) {
        *(if total > 0.0 {
            &mut self.rewarded
        } else if total < 0.0 {
            &mut self.penalised
        } else {
            &mut self.unrewarded
        }) += 1;
    }

    pub(crate) fn outcomes(self) -> [(&'static str, u64); 4] {
        [
            ("rewarded", self.rewarded),
            ("unrewarded", self.unrewarded),
            ("penalised", self.penalised),
            ("malformed", self.malformed),
        ]
    }
}

/// What stands in the place of a row that is not judged.
#[derive(Debug, PartialEq, Serialize)]
struct Refused {
    /// Id of the row, where one could be read.
    id: Value,
    error: Detail,
}

/// Judges the rows of a body.
pub(crate) fn answers(preset: &'static Preset, body: &[u8], form: Form, most: usize) -> Result<Answers, Problem> {
    if form == Form::Json && first(body).is_none_or(|byte| byte != b'[') {
        return one(preset, body);
    }
    let texts: Vec<&[u8]> = match form {
        Form::Json => {
            let raw: Vec<&RawValue> =
                serde_json::from_slice(body).map_err(|error| Problem::Syntax(error.to_string()))?;
            raw.into_iter().map(|text| text.get().as_bytes()).collect()
        }
        Form::Lines => body.split(|byte| *byte == b'\n').filter(|line| first(line).is_some()).collect(),
    };
    if texts.len() > most {
        return Err(Problem::BatchTooLarge { rows: texts.len(), most });
    }
    let (results, tally) = judged(preset, &texts);
    let (between, open, close): (&[u8], _, _) = match form {
        Form::Json => (b",", Some("["), Some("]\n")),
        Form::Lines => (b"\n", None, (!results.is_empty()).then_some("\n")),
    };
    let piece = |(number, results): (usize, &[Result<Judgement, Box<Refused>>])| {
        let mut piece = Vec::with_capacity(results.len() * 256);
        for (at, result) in results.iter().enumerate() {
            if number + at > 0 {
                piece.extend_from_slice(between);
            }
            write(&mut piece, result)?;
        }
        Ok(Bytes::from(piece))
    };
    let written: Vec<Bytes> = if results.len() <= CHUNK {
        results.chunks(CHUNK).enumerate().map(piece).collect::<Result<_, Problem>>()?
    } else {
        results.par_chunks(CHUNK).enumerate().map(piece).collect::<Result<_, Problem>>()?
    };
    let edge = |text: Option<&'static str>| text.map(|text| Bytes::from_static(text.as_bytes()));
    let pieces = edge(open).into_iter().chain(written).chain(edge(close)).collect();
    Ok(Answers { pieces, status: StatusCode::OK, tally })
}

fn first(text: &[u8]) -> Option<u8> {
    text.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

/// The answer to one row alone; its status says whether it was judged.
fn one(preset: &'static Preset, body: &[u8]) -> Result<Answers, Problem> {
    let (results, tally) = judged(preset, &[body]);
    let mut piece = Vec::with_capacity(256);
    let mut status = StatusCode::OK;
    for result in &results {
        status = match result {
            Ok(_) => StatusCode::OK,
            Err(refused) if refused.error.code == "malformed_json" => StatusCode::BAD_REQUEST,
            Err(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        write(&mut piece, result)?;
    }
    piece.push(b'\n');
    Ok(Answers { pieces: vec![piece.into()], status, tally })
}

/// Each row judged, or why it is not.
fn judged(preset: &'static Preset, texts: &[&[u8]]) -> (Vec<Result<Judgement<'static>, Box<Refused>>>, Tally) {
    let read: Vec<_> = if texts.len() <= CHUNK {
        texts.iter().map(|text| parse(text, "row")).collect()
    } else {
        texts.par_iter().with_min_len(CHUNK).map(|text| parse(text, "row")).collect()
    };
    let (mut rows, mut places) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
    for result in read {
        places.push(result.map(|row: JudgedRow| rows.push(row)));
    }
    let mut judgements = judge_all(preset, &rows).into_iter();
    let mut tally = Tally::default();
    let results = places.into_iter().zip(texts).map(|(place, text)| {
        let judgement =
            place.and_then(|()| judgements.next().ok_or(Problem::Internal)?.map_err(|fault| refusal(&fault)));
        match &judgement {
            Ok(judgement) => tally.add(judgement.reward.total),
            Err(_) => tally.malformed += 1,
        }
        judgement.map_err(|problem| Box::new(Refused { id: id(text), error: problem.detail() }))
    });
    (results.collect(), tally)
}

/// What is wrong with a row that has the form of one.
pub(crate) fn refusal(fault: &RowFault) -> Problem {
    let field = match fault {
        RowFault::NoTruth | RowFault::Bounds { .. } => "truth",
        RowFault::NoReader => "answer",
        RowFault::NoOption { .. } => "answer_text",
        _ => "row",
    };
    let message = fault.to_string();
    Problem::field(field, message.strip_prefix(&format!("{field}: ")).unwrap_or(&message))
}

/// The id that a broken row gives itself.
fn id(text: &[u8]) -> Value {
    #[derive(Deserialize)]
    struct Named {
        #[serde(default)]
        id: Value,
    }
    serde_json::from_slice(text).map_or(Value::Null, |named: Named| named.id)
}

/// A value from JSON; `root` is what a message calls the whole of it.
pub(crate) fn parse<T: DeserializeOwned>(text: &[u8], root: &str) -> Result<T, Problem> {
    read_json(text).map_err(|fault| {
        let JsonFault { line, column, field, problem, is_syntax } = fault;
        if is_syntax {
            return Problem::Syntax(format!("{problem} at line {line} column {column}"));
        }
        let missing = problem.strip_prefix("missing field `").and_then(|rest| rest.strip_suffix('`'));
        match (field.as_str(), missing) {
            (".", Some(name)) => Problem::field(name, "missing"),
            (".", None) => Problem::field(root, problem),
            (_, Some(name)) => Problem::field(format!("{field}.{name}"), "missing"),
            (_, None) => Problem::field(field, problem),
        }
    })
}

fn write(piece: &mut Vec<u8>, result: &Result<Judgement, Box<Refused>>) -> Result<(), Problem> {
    match result {
        Ok(judgement) => serde_json::to_writer(piece, judgement),
        Err(refused) => serde_json::to_writer(piece, refused),
    }
    .map_err(|_| Problem::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        r#"{"id": "a", "reply": "<answer>3</answer>", "truth": {"kind": "count", "value": 3}, "group": "g"}"#;
    const WRONG: &str = r#"{"id": "b", "reply": "4", "truth": {"kind": "count", "value": 3}, "group": "g"}"#;

    fn answers_of(body: &str, form: Form) -> (Vec<Value>, Tally) {
        let preset = judge::reward::preset("isovist").expect("a preset");
        let answers = answers(preset, body.as_bytes(), form, 1000).expect("answers");
        let body = answers.pieces.concat();
        let values = match form {
            Form::Lines => serde_json::Deserializer::from_slice(&body).into_iter().collect::<Result<_, _>>(),
            Form::Json => serde_json::from_slice(&body),
        };
        (values.expect("JSON"), answers.tally)
    }

    #[test]
    fn broken_rows_stand_in_their_place_and_lines_give_what_an_array_gives() {
        let rows = [
            GOOD,
            "7",
            r#"{"id": 5, "reply": 7}"#,
            WRONG,
            r#"{"id": "c", "reply": "3"}"#,
            r#"{"id": "d", "reply": "3", "truth": {"kind": "count", "value": -1}}"#,
            r#"{"id": "e", "reply": "3", "options": ["x"], "answer_text": "B"}"#,
            r#"{"id": "f", "truth": {"kind": "count", "value": 1}}"#,
            r#"{"id": "g", "reply": "3", "truth": {"kind": "quantity", "value": 3, "lo": 5, "unit": "m"}}"#,
        ];
        let (values, tally) = answers_of(&format!("[{}]", rows.join(", ")), Form::Json);
        assert_eq!(values, answers_of(&rows.join("\r\n\n"), Form::Lines).0);
        let fields: Vec<&str> = values.iter().filter_map(|value| value["error"]["field"].as_str()).collect();
        assert_eq!(fields, ["row", "reply", "truth", "truth", "answer_text", "reply", "truth"]);
        assert_eq!(
            values.iter().map(|value| value["id"].clone()).collect::<Vec<_>>(),
            [
                Value::from("a"),
                Value::Null,
                5.into(),
                "b".into(),
                "c".into(),
                "d".into(),
                "e".into(),
                "f".into(),
                "g".into()
            ]
        );
        assert_eq!(tally, Tally { rewarded: 1, unrewarded: 1, penalised: 0, malformed: 7 });
        assert!(values[0]["advantage"].as_f64() > Some(0.0) && values[3]["advantage"].as_f64() < Some(0.0));
    }

    #[test]
    fn lines_that_are_no_json_are_refused_alone_and_an_array_that_is_none_as_a_whole() {
        let (values, _) = answers_of(&format!("{{\n{GOOD}\n[1\n{GOOD}"), Form::Lines);
        let codes: Vec<&str> = values.iter().filter_map(|value| value["error"]["code"].as_str()).collect();
        assert_eq!((values.len(), codes), (4, vec!["malformed_json", "malformed_json"]));
        let preset = judge::reward::preset("isovist").expect("a preset");
        for (body, code) in [("[{]", "malformed_json"), ("[1, 2", "malformed_json"), ("[1,2,3]", "batch_too_large")] {
            let problem = answers(preset, body.as_bytes(), Form::Json, 2).expect_err(body);
            assert_eq!(problem.kind().1, code, "{body}");
        }
        assert_eq!(answers_of("[]", Form::Json).0, Vec::<Value>::new());
        assert_eq!(answers_of("\n \n", Form::Lines).0, Vec::<Value>::new());
        assert!(answers(preset, &[b'[', 0xff, b']'], Form::Json, 2).is_err());
        let lines = answers(preset, &[0xff, b'\n', b'7'], Form::Lines, 2).expect("answers");
        assert_eq!(lines.tally.malformed, 2);
    }

    #[test]
    fn one_row_alone_says_by_its_status_whether_it_was_judged() {
        let preset = judge::reward::preset("isovist").expect("a preset");
        for (body, status) in [(GOOD, 200), ("{}", 422), ("7", 422), ("", 400), ("{", 400), ("{} {}", 422)] {
            let found = answers(preset, body.as_bytes(), Form::Json, 9).expect("an answer").status;
            assert_eq!(found.as_u16(), status, "{body}");
        }
        let trailed = answers(preset, format!("{GOOD} 7").as_bytes(), Form::Json, 9).expect("an answer");
        assert_eq!(trailed.status.as_u16(), 400);
    }

    #[test]
    fn damaged_bodies_are_answered_or_refused() {
        let preset = judge::reward::preset("isovist").expect("a preset");
        let rows: Vec<&str> = judge::row::RECORDED_MIX.lines().collect();
        for round in 0..2_000 {
            let mut draw = scene::Draw::new(1, &["damaged bodies"], round);
            let some: Vec<&str> = (0..draw.below(4)).filter_map(|_| draw.pick(&rows).copied()).collect();
            let (form, text) = match draw.below(2) {
                0 => (Form::Json, format!("[{}]", some.join(","))),
                _ => (Form::Lines, some.join("\n")),
            };
            let mut body = text.into_bytes();
            for _ in 0..draw.below(6) {
                let at = draw.below(body.len());
                match draw.below(3) {
                    0 => body.truncate(at),
                    1 => body.insert(at, draw.below(256) as u8),
                    _ => body.iter_mut().skip(at).take(1).for_each(|byte| *byte = b"[]{}\",:\\\n0"[draw.below(10)]),
                }
            }
            match answers(preset, &body, form, 100) {
                Ok(answers) => assert!(
                    serde_json::Deserializer::from_slice(&answers.pieces.concat())
                        .into_iter::<Value>()
                        .all(|value| value.is_ok())
                ),
                Err(problem) => assert!(form == Form::Json && problem.kind().0 == StatusCode::BAD_REQUEST, "{problem}"),
            }
        }
    }
}
