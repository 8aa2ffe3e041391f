//! What the doctor says.

use std::fmt;

use serde::Serialize;

use crate::{fix::Fix, kind::FaultKind};

/// How confidence is computed; printed with reports.
pub const CONFIDENCE: &str = "share of 200 resamplings of the evidence (frame pairs, objects, frames drawn with replacement) \
     in which this fault explains the data better than no fault and than every other kind";

/// A score before and after a fix, or of the data as a whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Which evidence.
    pub evidence: &'static str,
    /// Share that agrees in the data as they are.
    pub before: f64,
    /// The same with the fault undone.
    pub after: f64,
}

/// A fault that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Which kind.
    pub kind: FaultKind,
    /// The fault in words.
    pub words: String,
    /// How sure that is, 0 to 1; [`CONFIDENCE`] says how it is computed.
    pub confidence: f64,
    /// What undoes it.
    pub fix: Fix,
    /// The evidence before and after.
    pub evidence: Vec<Score>,
    /// Other explanations that are as good, with their fixes; where another kind is among them the kind is undecidable.
    pub rivals: Vec<Rival>,
}

/// An explanation that is as good as a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rival {
    /// Which kind.
    pub kind: FaultKind,
    /// The fault in words.
    pub words: String,
    /// What undoes it.
    pub fix: Fix,
}

/// What is known of one kind of fault once the findings are undone.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is there.
    Found,
    /// The data speak against it: by so much the evidence falls with the best fix of this kind.
    Excluded {
        /// Fall of the summed scores.
        margin: f64,
    },
    /// The data look the same with and without it: they are symmetric in it.
    Undecidable {
        /// What cannot be told from the data as they are.
        like: String,
    },
    /// There is no evidence for or against it.
    NotExamined {
        /// What would be needed.
        reason: String,
    },
}

/// One kind and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindReport {
    /// The kind.
    pub kind: FaultKind,
    /// What is known.
    pub status: Status,
}

/// Everything the doctor says of a scene.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diagnosis {
    /// The scene.
    pub scene: String,
    /// Faults, in the order in which they are to be undone.
    pub findings: Vec<Finding>,
    /// Evidence that contradicts itself and is explained by none of the known faults.
    pub unexplained: Vec<String>,
    /// Every kind of fault.
    pub kinds: Vec<KindReport>,
    /// Scores of the data as given and with all findings undone.
    pub evidence: Vec<Score>,
    /// Which way is up in the data as given, and what says so; none where nothing says so.
    pub up: Option<String>,
    /// In which unit lengths are in the data as given, and what says so; none where nothing says so.
    pub scale: Option<String>,
    /// How [`Finding::confidence`] is computed.
    pub confidence_is: &'static str,
}

impl Diagnosis {
    /// Whether nothing speaks against the data.
    pub fn is_healthy(&self) -> bool {
        self.findings.is_empty() && self.unexplained.is_empty()
    }
}

impl Finding {
    /// Whether faults of other kinds explain the data as well.
    pub fn is_undecidable(&self) -> bool {
        self.rivals.iter().any(|rival| rival.kind != self.kind)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.is_undecidable() { "undecidable" } else { "fault" };
        writeln!(f, "{word:<11} {}: {} (confidence {:.2})", self.kind.name(), self.words, self.confidence)?;
        for rival in &self.rivals {
            writeln!(f, "  as good   {}: {}", rival.kind.name(), rival.words)?;
        }
        writeln!(f, "  fix       {}", self.fix)?;
        for score in self.evidence.iter().filter(|score| (score.before - score.after).abs() >= 0.005) {
            writeln!(f, "  evidence  {} {:.2} -> {:.2}", score.evidence, score.before, score.after)?;
        }
        Ok(())
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.is_healthy() { "no fault found" } else { "faults found" };
        writeln!(f, "{}: {verdict}", self.scene)?;
        writeln!(f, "up          {}", self.up.as_deref().unwrap_or("not known: nothing says so"))?;
        writeln!(f, "scale       {}", self.scale.as_deref().unwrap_or("not known: nothing says so"))?;
        for finding in &self.findings {
            write!(f, "{finding}")?;
        }
        for words in &self.unexplained {
            writeln!(f, "unexplained {words}")?;
        }
        for report in &self.kinds {
            let name = report.kind.name();
            match &report.status {
                Status::Found => {}
                Status::Excluded { margin } => writeln!(f, "excluded    {name} (margin {margin:.2})")?,
                Status::Undecidable { like } => {
                    writeln!(f, "undecidable {name}: the data look the same if {like}")?;
                }
                Status::NotExamined { reason } => writeln!(f, "not examined {name}: {reason}")?,
            }
        }
        for score in &self.evidence {
            writeln!(f, "evidence    {} {:.2}", score.evidence, score.after)?;
        }
        Ok(())
    }
}
