//! From question to verdict: references are resolved, measures taken, forms decided.
//!
//! | file | subject |
//! |---|---|
//! | `reference` | which object a label, name or number stands for |
//! | `term` | quantities and arithmetic |
//! | `predicate` | comparisons, sectors, relations, logic |
//! | `form` | value, pick, which, order, test, count |
//! | `guard` | bands in which a published profile does not ask |

mod form;
mod guard;
mod predicate;
mod reference;
mod term;

use scene::{ObjectId, Scene};

use crate::{
    Answer, Entity, Margin, Memory, Profile, Proof, Question, Reason, ReasonCode, Step, Verdict, measure::Context,
    trace::Trace,
};

/// Deepest nesting of a question.
const MOST_DEPTH: usize = 48;

/// What is known of a scene before a question is asked of it, so that it is not found out again.
#[derive(Clone, Copy)]
pub struct Known<'k> {
    /// What some descriptions mean, under the profile of the question.
    pub meant: &'k dyn Fn(&str) -> Option<ObjectId>,
    /// What was measured of the scene; what is measured now is added.
    pub memory: Option<&'k Memory>,
}

impl Default for Known<'_> {
    /// Nothing.
    fn default() -> Self {
        Self { meant: &|_| None, memory: None }
    }
}

/// The verdict on a question about a scene under a profile.
pub fn evaluate(scene: &Scene, question: &Question, profile: &Profile) -> Verdict {
    evaluate_knowing(scene, question, profile, Known::default())
}

/// The same verdict, where something is known of the scene.
pub fn evaluate_knowing(scene: &Scene, question: &Question, profile: &Profile, known: Known) -> Verdict {
    match Evaluator::new(scene, profile, Trace::default(), known).ask(question) {
        Ok(conclusion) => conclusion.into_verdict(),
        Err(halt) => halt.into_verdict(),
    }
}

/// The verdict and, if it is certain, its proof. `scene_sha256` is the hash of the canonical scene file.
pub fn prove(scene: &Scene, question: &Question, profile: &Profile, scene_sha256: &str) -> (Verdict, Option<Proof>) {
    proved(scene, question, profile, scene_sha256, Known::default())
}

/// The same verdict and proof, where something was measured of the scene.
pub fn prove_knowing(
    scene: &Scene,
    question: &Question,
    profile: &Profile,
    scene_sha256: &str,
    memory: &Memory,
) -> (Verdict, Option<Proof>) {
    // Descriptions are proved with the rest.
    proved(scene, question, profile, scene_sha256, Known { memory: Some(memory), ..Known::default() })
}

fn proved(
    scene: &Scene,
    question: &Question,
    profile: &Profile,
    scene_sha256: &str,
    known: Known,
) -> (Verdict, Option<Proof>) {
    let mut evaluator = Evaluator::new(scene, profile, Trace::recording(), known);
    match evaluator.ask(question) {
        Ok(conclusion) => {
            let mut steps = evaluator.trace.into_steps();
            seal(&mut steps, scene_sha256);
            let proof = Proof {
                format: "isovist-proof".into(),
                version: 1,
                scene: scene.id().to_owned(),
                scene_sha256: scene_sha256.to_owned(),
                profile: profile.name.clone(),
                question: question.clone(),
                steps,
                answer: conclusion.answer.clone(),
            };
            (conclusion.into_verdict(), Some(proof))
        }
        Err(halt) => (halt.into_verdict(), None),
    }
}

/// Writes the hash of the scene into the proofs of descriptions.
fn seal(steps: &mut [Step], scene_sha256: &str) {
    for step in steps {
        if let Step::Resolve { by: Some(proof), .. } = step {
            scene_sha256.clone_into(&mut proof.scene_sha256);
            seal(&mut proof.steps, scene_sha256);
        }
    }
}

/// State of one evaluation.
struct Evaluator<'q> {
    context: Context<'q>,
    profile: &'q Profile,
    trace: Trace,
    known: Known<'q>,
    /// Names resolved so far.
    resolved: Vec<(&'q str, Entity)>,
    /// What `"?"` stands for.
    each: Option<Entity>,
    /// What `"$a"` and `"$b"` stand for inside a relation.
    pair: Option<(Entity, Entity)>,
    depth: usize,
}

/// A certain answer with the position of its concluding step.
struct Conclusion {
    answer: Answer,
    margin: Option<Margin>,
    step: usize,
}

/// Why evaluation ended without a certain answer.
enum Halt {
    Invalid(Reason),
    Ambiguous { reason: Reason, rivals: Vec<Answer>, margin: Option<Margin> },
}

impl Conclusion {
    fn into_verdict(self) -> Verdict {
        Verdict::Certain { answer: self.answer, margin: self.margin }
    }
}

impl Halt {
    fn into_verdict(self) -> Verdict {
        match self {
            Self::Invalid(reason) => Verdict::Invalid { reason },
            Self::Ambiguous { reason, rivals, margin } => Verdict::Ambiguous { reason, rivals, margin },
        }
    }

    /// The same where what is counted is not what is asked for: how many it might be answers nothing.
    fn without_rivals(self) -> Self {
        match self {
            Self::Ambiguous { reason, margin, .. } => Self::Ambiguous { reason, rivals: Vec::new(), margin },
            invalid @ Self::Invalid(_) => invalid,
        }
    }

    fn malformed(sentence: impl Into<String>) -> Self {
        Self::Invalid(Reason::new(ReasonCode::Malformed, sentence))
    }
}

impl From<Reason> for Halt {
    fn from(reason: Reason) -> Self {
        Self::Invalid(reason)
    }
}

/// The smaller of two margins, each in its own unit.
fn smaller(a: Option<Margin>, b: Option<Margin>) -> Option<Margin> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if b.value < a.value { b } else { a }),
        (a, b) => a.or(b),
    }
}

impl<'q> Evaluator<'q> {
    fn new(scene: &'q Scene, profile: &'q Profile, trace: Trace, known: Known<'q>) -> Self {
        Self {
            context: Context { scene, sigmas: profile.sigmas, memory: known.memory },
            profile,
            trace,
            known,
            resolved: Vec::new(),
            each: None,
            pair: None,
            depth: 0,
        }
    }

    fn scene(&self) -> &'q Scene {
        self.context.scene
    }

    /// Runs `inner` one level deeper; refuses a nesting no one writes by hand.
    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Halt>) -> Result<T, Halt> {
        if self.depth >= MOST_DEPTH {
            return Err(Halt::malformed(format!("the question is nested more than {MOST_DEPTH} deep")));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }
}
