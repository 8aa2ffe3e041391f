//! Conversations with calls of tools, told from proofs alone: the question, a call for each step of the proof, the results
//! with the proof's own numbers, the answer. The tools are data (`data/tools.json`), one for each kind of step.
//!
//! Results have ids, `r` and the number of the step, which later calls cite; what is given, such as a limit, is named where it
//! is used. Calls that do not need each other's results are one turn.

use std::sync::LazyLock;

use question::{Operation, Proof, Step, Term};
use serde_json::{Map, Value, json};

use super::{Notes, Settings, Shown, lines::put_with, prompt};

/// Most calls of a conversation.
const MOST_CALLS: usize = 128;

/// The tools, in OpenAI's form.
static TOOLS: LazyLock<Value> = LazyLock::new(|| {
    // The data is part of the binary and a test parses it.
    serde_json::from_str(include_str!("../../data/tools.json")).unwrap_or_default()
});

/// The same as text.
static TOOLS_TEXT: LazyLock<String> = LazyLock::new(|| TOOLS.to_string());

/// A call with its result.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    name: &'static str,
    arguments: Value,
    result: Value,
}

/// OpenAI's messages: the calls in `tool_calls`, each result as the message of a tool.
pub(super) fn openai(turns: &[Vec<Call>]) -> Vec<Value> {
    let mut messages = Vec::new();
    let mut number = 0;
    for turn in turns {
        let ids: Vec<String> = (1..=turn.len()).map(|at| format!("call_{}", number + at)).collect();
        number += turn.len();
        let calls = turn.iter().zip(&ids).map(|(call, id)| {
            let function = json!({ "name": call.name, "arguments": call.arguments.to_string() });
            json!({ "id": id, "type": "function", "function": function })
        });
        messages.push(json!({ "role": "assistant", "content": "", "tool_calls": calls.collect::<Vec<_>>() }));
        messages.extend(
            turn.iter()
                .zip(&ids)
                .map(|(call, id)| json!({ "role": "tool", "tool_call_id": id, "content": call.result.to_string() })),
        );
    }
    messages
}

/// ms-swift's messages: each call and each result as a message of its own.
pub(super) fn swift(turns: &[Vec<Call>]) -> Vec<Value> {
    let mut messages = Vec::new();
    for turn in turns {
        messages.extend(turn.iter().map(|call| {
            let content = json!({ "name": call.name, "arguments": call.arguments });
            json!({ "role": "tool_call", "content": content.to_string() })
        }));
        let results = turn.iter().map(|call| json!({ "role": "tool_response", "content": call.result.to_string() }));
        messages.extend(results);
    }
    messages
}

/// What makes messages of the calls, turn by turn.
pub(super) type Messages = fn(&[Vec<Call>]) -> Vec<Value>;

/// The line of a conversation: the question before the messages of its calls, the answer behind them.
pub(super) fn put(
    line: &mut Vec<u8>,
    shown: &Shown,
    settings: Settings,
    notes: &mut Notes,
    between: Messages,
) -> Result<(), serde_json::Error> {
    let Some(turns) = told(shown, settings, notes) else { return Ok(()) };
    let &Shown { row, pictures, .. } = shown;
    let mut messages = vec![json!({ "role": "user", "content": prompt(row, pictures) })];
    messages.extend(between(&turns));
    messages.push(json!({ "role": "assistant", "content": row.answer_text }));
    // The tools as text, so that readers of columns do not mix their arguments.
    put_with(line, json!({ "id": row.id, "tools": *TOOLS_TEXT, "messages": messages }), pictures)
}

/// The turns of a row; none, and a note, where it has no proof or too long a one.
fn told(&Shown { row, source, .. }: &Shown, settings: Settings, notes: &mut Notes) -> Option<Vec<Vec<Call>>> {
    let turns = row.proof_in(source, settings.profile).as_deref().map(turns);
    let what = match &turns {
        None => "passed over: no proof",
        Some(turns) if turns.iter().map(Vec::len).sum::<usize>() > MOST_CALLS => "passed over: too many calls",
        Some(_) => "rows",
    };
    *notes.entry(what.to_owned()).or_default() += 1;
    turns.filter(|_| what == "rows")
}

/// The calls of a proof, those together that need no result of each other.
fn turns(proof: &Proof) -> Vec<Vec<Call>> {
    let mut turns: Vec<Vec<Call>> = Vec::new();
    // Where the last turn begins, and whether it looks for objects.
    let (mut from, mut finds) = (0, false);
    let steps = proof.steps.split_last().map_or(&[][..], |(_, steps)| steps);
    for (at, step) in steps.iter().enumerate() {
        let Some(call) = call(&proof.steps, at, step) else { continue };
        let needs = finds && matches!(step, Step::Measure { .. } | Step::Relation { .. })
            || cited(step).any(|earlier| earlier >= from);
        if needs || turns.is_empty() {
            turns.push(Vec::new());
            (from, finds) = (at, false);
        }
        finds |= matches!(step, Step::Resolve { .. });
        if let Some(turn) = turns.last_mut() {
            turn.push(call);
        }
    }
    turns
}

/// The steps that a step cites.
fn cited(step: &Step) -> impl Iterator<Item = usize> {
    let cited: Vec<usize> = match step {
        Step::Resolve { .. } | Step::Measure { .. } => Vec::new(),
        Step::Compare { left, right, .. } => vec![*left, *right],
        Step::Sector { of, .. }
        | Step::SectorIs { of, .. }
        | Step::Relation { of, .. }
        | Step::Not { of, .. }
        | Step::Claim { of, .. } => vec![*of],
        Step::Combine { of, .. } | Step::All { of, .. } | Step::Any { of, .. } | Step::Conclude { from: of, .. } => {
            of.clone()
        }
        Step::Count { of, tests, .. } => tests.iter().copied().chain([*of]).collect(),
    };
    cited.into_iter()
}

/// A step as a call; none for what is given.
fn call(steps: &[Step], at: usize, step: &Step) -> Option<Call> {
    let cite = |at: &usize| match steps.get(*at) {
        Some(Step::Measure { term: Term::Constant { value, unit }, .. }) => json!({ "value": value, "unit": unit }),
        _ => Value::from(format!("r{at}")),
    };
    let all = |of: &[usize]| of.iter().map(cite).collect::<Vec<_>>();
    let (name, arguments, mut result) = match step {
        Step::Measure { term: Term::Constant { .. }, .. } => return None,
        // What a description means is for the tool to find out; its proof within the proof is not told.
        Step::Resolve { reference, objects, .. } => {
            let objects: Vec<String> = objects.iter().map(ToString::to_string).collect();
            ("find_objects", json!({ "reference": reference }), json!({ "objects": objects }))
        }
        Step::Measure { term, value, lo, hi, unit, witness } => {
            let mut result = json!({ "value": value, "lo": lo, "hi": hi, "unit": unit });
            if let Some(witness) = witness {
                result["witness"] = json!(witness);
            }
            // A term is made of strings, numbers and lists, so that it has a JSON form.
            ("measure", serde_json::to_value(term).unwrap_or_default(), result)
        }
        Step::Combine { op, of, value, lo, hi, unit } => {
            let op = match op {
                Operation::Sum => "sum",
                Operation::Difference => "difference",
                Operation::Ratio => "ratio",
            };
            let result = json!({ "value": value, "lo": lo, "hi": hi, "unit": unit });
            ("calculate", json!({ "op": op, "of": all(of) }), result)
        }
        Step::Compare { left, is, right, holds, margin } => {
            let arguments = json!({ "left": cite(left), "is": is, "right": cite(right) });
            ("compare", arguments, json!({ "holds": holds, "margin": margin }))
        }
        Step::Sector { of, sectors, word, margin } => {
            let arguments = json!({ "of": cite(of), "in": sectors });
            ("direction_word", arguments, json!({ "word": word, "margin": margin }))
        }
        Step::SectorIs { of, is, holds } => ("is_word", json!({ "of": cite(of), "is": is }), json!({ "holds": holds })),
        Step::Relation { name, a, b, of, holds } => {
            let arguments = json!({ "name": name, "a": a.to_string(), "b": b.to_string(), "of": cite(of) });
            ("relate", arguments, json!({ "holds": holds }))
        }
        Step::All { of, holds } => ("combine", json!({ "op": "all", "of": all(of) }), json!({ "holds": holds })),
        Step::Any { of, holds } => ("combine", json!({ "op": "any", "of": all(of) }), json!({ "holds": holds })),
        Step::Not { of, holds } => ("combine", json!({ "op": "not", "of": [cite(of)] }), json!({ "holds": holds })),
        Step::Claim { of, answer, holds } => {
            ("check_claim", json!({ "of": cite(of), "answer": answer }), json!({ "holds": holds }))
        }
        Step::Count { of, tests, value } => {
            ("count", json!({ "of": cite(of), "where": all(tests) }), json!({ "value": value }))
        }
        Step::Conclude { from, answer } => ("conclude", json!({ "from": all(from) }), json!({ "answer": answer })),
    };
    if let Value::Object(fields) = &mut result {
        let with_id: Map<String, Value> =
            [("id".to_owned(), Value::from(format!("r{at}")))].into_iter().chain(std::mem::take(fields)).collect();
        *fields = with_id;
    }
    Some(Call { name, arguments, result })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn proofs() -> Vec<Proof> {
        let profile = question::profile("isovist").unwrap();
        let of = |task: &question::Task| {
            let scene = question::example_scene(task).unwrap();
            let parsed = language::PhraseBook::builtin().unwrap().parse(&scene, &task.example.text).unwrap();
            question::prove(&scene, &parsed.question, profile, &"0".repeat(64)).1.unwrap()
        };
        question::catalogue().iter().map(of).collect()
    }

    #[test]
    fn every_step_is_a_call_that_its_tool_takes_with_the_numbers_of_the_proof() {
        let tools = TOOLS.as_array().unwrap();
        let mut used = BTreeSet::new();
        for proof in proofs() {
            let given = |step: &&Step| matches!(step, Step::Measure { term: Term::Constant { .. }, .. });
            let calls: Vec<Call> = turns(&proof).concat();
            assert_eq!(calls.len() + proof.steps.iter().filter(given).count() + 1, proof.steps.len());
            for call in &calls {
                let tool = tools.iter().find(|tool| tool["function"]["name"] == call.name).expect("a tool");
                let parameters = &tool["function"]["parameters"];
                let arguments = call.arguments.as_object().expect("an object");
                for (name, value) in arguments {
                    let property = &parameters["properties"][name];
                    assert!(property.is_object(), "{}: {name}", call.name);
                    let fits = match property["type"].as_str() {
                        Some("string") => value.is_string(),
                        Some("number") => value.is_number(),
                        Some("array") => value.is_array(),
                        Some("object") => value.is_object(),
                        _ => true,
                    };
                    assert!(fits, "{}: {name}: {value}", call.name);
                    let among = property["enum"].as_array();
                    assert!(among.is_none_or(|among| among.contains(value)), "{}: {name}: {value}", call.name);
                }
                for name in parameters["required"].as_array().unwrap() {
                    assert!(arguments.contains_key(name.as_str().unwrap()), "{}: {name}", call.name);
                }
                used.insert(call.name);
                let at: usize = call.result["id"].as_str().unwrap()[1..].parse().unwrap();
                let step = serde_json::to_value(&proof.steps[at]).unwrap();
                for (name, value) in call.result.as_object().unwrap().iter().filter(|(name, _)| *name != "id") {
                    let told = match name.as_str() {
                        "objects" => {
                            let number = |id: &Value| format!("#{id}");
                            step["objects"].as_array().unwrap().iter().map(number).collect::<Value>()
                        }
                        name => step[name].clone(),
                    };
                    assert_eq!(*value, told, "{name}");
                }
            }
        }
        assert!(used.len() >= tools.len() - 2, "{used:?}");
    }

    #[test]
    fn a_call_cites_only_what_an_earlier_turn_found() {
        for proof in proofs() {
            let mut known = BTreeSet::new();
            for turn in turns(&proof) {
                for call in &turn {
                    let text = call.arguments.to_string();
                    for word in text.split('"').filter(|word| {
                        word.strip_prefix('r').is_some_and(|digits| digits.parse::<usize>().is_ok())
                            || word.strip_prefix('#').is_some_and(|digits| digits.parse::<u32>().is_ok())
                    }) {
                        assert!(known.contains(word), "{word} in {text}");
                    }
                }
                for call in &turn {
                    known.insert(call.result["id"].as_str().unwrap().to_owned());
                    let objects = call.result["objects"].as_array().into_iter().flatten();
                    known.extend(objects.map(|object| object.as_str().unwrap().to_owned()));
                }
            }
        }
    }
}
