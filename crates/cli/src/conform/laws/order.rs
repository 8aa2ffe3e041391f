//! The order of words in a question.

use question::{Answer, BearingDefinition, Draw, Extreme, Predicate, Question, Term};
use serde_json::Value;

use super::{ARTEFACTS, Reasons, follows, mentions, rewritten, space::mirrored};
use crate::conform::{case::Case, family::Held};

pub(crate) fn candidate_order(case: &Case, draw: &mut Draw) -> Held {
    let turn = 1 + draw.below(7);
    let question = rewritten(&case.question, &|fields| {
        if let Some(Value::Array(among)) = fields.get_mut("among")
            && among.len() > 1
        {
            // Never all the way round.
            let by = 1 + turn % (among.len() - 1);
            among.rotate_left(by);
            if among.len() > 2 {
                among.swap(0, turn % 2);
            }
        }
    })?;
    if question == case.question {
        return None;
    }
    follows(case, &case.slim, &question, Reasons::Any, |answer| answer)
}

pub(crate) fn symmetry(case: &Case, _: &mut Draw) -> Held {
    let question = rewritten(&case.question, &|fields| {
        let kind = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let pair = match (kind("measure").as_str(), kind("test").as_str()) {
            ("distance", _) => ["from", "to"],
            ("axis_angle", _) => ["a", "b"],
            ("sum", _) | (_, "all" | "any") => {
                if let Some(Value::Array(parts)) = fields.get_mut("of") {
                    parts.reverse();
                }
                return;
            }
            (_, "compare") => {
                let is = if kind("is") == "less" { "greater" } else { "less" };
                fields.insert("is".into(), is.into());
                ["left", "right"]
            }
            _ => return,
        };
        let [one, other] = pair.map(|name| fields.get(name).cloned().unwrap_or_default());
        fields.insert(pair[0].into(), other);
        fields.insert(pair[1].into(), one);
    })?;
    if question == case.question {
        return None;
    }
    follows(case, &case.slim, &question, Reasons::Any, |answer| answer)
}

pub(crate) fn converse(case: &Case, _: &mut Draw) -> Held {
    let Question::Value { of: Term::Bearing { definition, at, facing, of }, sectors } = &case.question else {
        return None;
    };
    if *definition == Some(BearingDefinition::Shortened) || mentions(&case.question, &ARTEFACTS) {
        return None;
    }
    let turned = Term::Bearing { definition: *definition, at: at.clone(), facing: of.clone(), of: facing.clone() };
    let question = Question::Value { of: turned, sectors: *sectors };
    follows(case, &case.slim, &question, Reasons::Any, mirrored)
}

pub(crate) fn negation(case: &Case, _: &mut Draw) -> Held {
    let Question::Test { that } = &case.question else { return None };
    let question = Question::Test { that: Predicate::Not { of: Box::new(that.clone()) } };
    follows(case, &case.slim, &question, Reasons::Alike, |answer| match answer {
        Answer::YesNo { value } => Answer::YesNo { value: !value },
        other => other,
    })
}

pub(crate) fn extremes(case: &Case, _: &mut Draw) -> Held {
    let Question::Order { first, of, among } = &case.question else { return None };
    let first = if *first == Extreme::Least { Extreme::Most } else { Extreme::Least };
    let question = Question::Order { first, of: of.clone(), among: among.clone() };
    follows(case, &case.slim, &question, Reasons::Alike, |answer| match answer {
        Answer::Order { mut ids, names } => {
            ids.reverse();
            Answer::Order { ids, names }
        }
        other => other,
    })
}
