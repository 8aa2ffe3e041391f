//! What the named relations stand for, written out once more by hand.
//!
//! | name | holds if |
//! |---|---|
//! | `on` | over half of A's footprint lies over B's, and A's bottom is less than 5 cm above and less than 5 cm below B's top |
//! | `above` | A's footprint overlaps B's, and A's bottom is higher than 5 cm below B's top |
//! | `below` | B is above A |

use serde_json::{Value, json};

/// What a relation between two objects (`"#17"`) stands for.
pub(crate) fn meaning(name: &str, a: &str, b: &str) -> Value {
    let share = |least: f64| {
        json!({"test": "compare", "left": {"measure": "overlap", "of": a, "over": b}, "is": "greater",
            "right": {"measure": "constant", "value": least, "unit": "1"}})
    };
    let gap = |is: &str, metres: f64| {
        json!({"test": "compare", "left": {"measure": "vertical_gap", "bottom_of": a, "top_of": b}, "is": is,
            "right": {"measure": "constant", "value": metres, "unit": "m"}})
    };
    match name {
        "on" => json!({"test": "all", "of": [share(0.5), gap("less", 0.05), gap("greater", -0.05)]}),
        "above" => json!({"test": "all", "of": [share(0.0), gap("greater", -0.05)]}),
        // `below`; the grammar knows no other.
        _ => json!({"test": "relation", "name": "above", "a": b, "b": a}),
    }
}
