//! The families of tests, as one list.

use question::Draw;

use super::{case::Case, laws, mutation, noise, proof, reference};

/// What a test says of a case; none where it says nothing of such a case.
pub(crate) type Held = Option<Result<(), String>>;

/// A test of every case.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    /// What holds.
    pub(crate) says: &'static str,
    pub(crate) test: Test,
}

/// How a family tests.
#[derive(Debug)]
pub(crate) enum Test {
    /// Holds for every case.
    Always(fn(&Case, &mut Draw) -> Held),
    /// Fails in at most this share of draws; the number is that of draws a case.
    Mostly { most: f64, test: fn(&Case, &mut Draw, u64) -> Tries },
}

/// Draws of one case.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    pub(crate) tried: u64,
    pub(crate) failed: u64,
    /// The first that failed.
    pub(crate) fault: Option<String>,
}

impl Tries {
    pub(crate) fn note(&mut self, held: Result<(), String>) {
        self.tried += 1;
        if let Err(fault) = held {
            self.failed += 1;
            self.fault.get_or_insert(fault);
        }
    }
}

impl Family {
    /// Runs it on a case, with a stream of its own: other families change nothing.
    pub(crate) fn run(&self, case: &Case, seed: u64, index: u64, noise_draws: u64) -> Tries {
        let mut draw = Draw::new(seed, &["conform", self.name], index);
        match self.test {
            Test::Always(test) => {
                let mut tries = Tries::default();
                if let Some(held) = test(case, &mut draw) {
                    tries.note(held);
                }
                tries
            }
            Test::Mostly { test, .. } => test(case, &mut draw, noise_draws),
        }
    }

    /// The share of failures that is allowed.
    pub(crate) fn most(&self) -> f64 {
        match self.test {
            Test::Always(_) => 0.0,
            Test::Mostly { most, .. } => most,
        }
    }
}

const fn always(name: &'static str, says: &'static str, test: fn(&Case, &mut Draw) -> Held) -> Family {
    Family { name, says, test: Test::Always(test) }
}

/// Every family.
pub(crate) static FAMILIES: &[Family] = &[
    always("reference", "the engine does not contradict a slow second engine that knows no noise", reference::noisy),
    always("exact", "without noise the engine decides all that the second engine does, and alike", reference::exact),
    always("proof", "the checker accepts every certain answer's proof", proof::accepted),
    Family {
        name: "mutation",
        says: "the checker rejects a changed proof",
        test: Test::Mostly { most: 1e-4, test: mutation::rejected },
    },
    Family {
        name: "noise",
        says: "errors drawn from the scene's noise model do not change a certain answer",
        test: Test::Mostly { most: 1e-4, test: noise::unmoved },
    },
    always("motion", "turning and moving the whole scene changes nothing", laws::motion),
    always("mirror", "a mirror swaps left and right and nothing else", laws::mirror),
    always("scale", "a scene and its noise at another scale scale the lengths", laws::scale),
    always("relabelling", "other words for the same things change nothing", laws::relabelling),
    always("renumbering", "other numbers for the same objects change nothing", laws::renumbering),
    always(
        "object_order",
        "the order of objects in a scene changes neither its hash nor an answer",
        laws::object_order,
    ),
    always("bystanders", "objects that a question does not speak of change nothing", laws::bystanders),
    always("candidate_order", "the order of candidates changes nothing", laws::candidate_order),
    always("symmetry", "distances, sums, angles of axes and comparisons read either way round", laws::symmetry),
    always("converse", "from O towards Q is as far to the left as from Q towards O to the right", laws::converse),
    always("negation", "a denied test has the contrary answer", laws::negation),
    always("extremes", "what comes first from the least comes last from the most", laws::extremes),
    always("definitions", "vertical and horizontal ≤ surface ≤ centre distance", laws::definitions),
    always("triangle", "a centre distance is no longer than the way by a third object", laws::triangle),
    always("json", "question, verdict, proof and scene read back from JSON as they were", laws::json),
    always("words", "a question worded by the phrase book reads back as itself", laws::words),
];
