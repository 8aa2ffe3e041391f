//! What the named relations stand for, written out once more by hand.
//!
//! | name | holds if |
//! |---|---|
//! | `on` | over half of A's footprint lies over B's, and A's bottom is less than 5 cm above and less than 5 cm below B's top |
//! | `above` | A's footprint overlaps B's, and A's bottom is less than 5 cm below B's top or higher |
//! | `below` | B is above A |

use crate::{
    Rejection,
    json::Json,
    question::Predicate,
    term::{Entity, Measure, Term, Unit},
};

/// Reads the name of a relation.
pub(crate) fn name(json: &Json) -> Result<&'static str, Rejection> {
    json.word(&[("on", "on"), ("above", "above"), ("below", "below")])
}

/// What the relation between two objects stands for.
pub(crate) fn meaning(name: &'static str, a: u32, b: u32) -> Predicate {
    let object = |id| Entity::Ids(vec![id]);
    let compare = |measure, greater, value, unit| Predicate::Compare {
        left: Term::Measured { measure, of: vec![object(a), object(b)] },
        greater,
        right: Term::Constant { value, unit },
    };
    match name {
        "on" => Predicate::Join {
            all: true,
            of: vec![
                compare(Measure::Overlap, true, 0.5, Unit::One),
                compare(Measure::VerticalGap, false, 0.05, Unit::Metre),
                compare(Measure::VerticalGap, true, -0.05, Unit::Metre),
            ],
        },
        "above" => Predicate::Join {
            all: true,
            of: vec![
                compare(Measure::Overlap, true, 0.0, Unit::One),
                compare(Measure::VerticalGap, true, -0.05, Unit::Metre),
            ],
        },
        // `below`; `name` reads no other.
        _ => Predicate::Relation { name: "above", a: object(b), b: object(a) },
    }
}
