//! What was tried and what failed, by family, task family and task.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use question::Verdict;
use serde::Serialize;

use super::family::{FAMILIES, Family};

/// Tried and failed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Count {
    pub(crate) tried: u64,
    pub(crate) failed: u64,
}

/// Verdicts by kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub(crate) struct Verdicts {
    pub(crate) certain: u64,
    pub(crate) ambiguous: u64,
    pub(crate) invalid: u64,
}

/// One task's counts.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct TaskTally {
    family: String,
    verdicts: Verdicts,
    tests: Count,
}

/// All counts of a run.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Tally {
    /// Questions asked.
    pub(crate) questions: u64,
    verdicts: Verdicts,
    /// Candidate questions of the catalogue on embedded scenes alone.
    embedded: Verdicts,
    families: BTreeMap<&'static str, Count>,
    task_families: BTreeMap<String, TaskTally>,
    tasks: BTreeMap<String, TaskTally>,
}

/// What became of one case.
pub(crate) struct Tested {
    pub(crate) task: String,
    pub(crate) verdict: Verdict,
    /// A question of the catalogue as it stands, on an embedded scene.
    pub(crate) plain_embedded: bool,
    /// One a family that was run.
    pub(crate) counts: Vec<(&'static str, Count)>,
}

impl Count {
    fn add(&mut self, other: Self) {
        self.tried += other.tried;
        self.failed += other.failed;
    }

    /// Whether more failed than this share, by more than three standard deviations of chance.
    fn exceeds(self, most: f64) -> bool {
        let allowed = most * self.tried as f64;
        self.failed as f64 > allowed + 3.0 * allowed.sqrt()
    }

    fn share(self) -> f64 {
        self.failed as f64 / self.tried.max(1) as f64
    }
}

impl Verdicts {
    fn add(&mut self, verdict: &Verdict) {
        match verdict {
            Verdict::Certain { .. } => self.certain += 1,
            Verdict::Ambiguous { .. } => self.ambiguous += 1,
            Verdict::Invalid { .. } => self.invalid += 1,
        }
    }

    fn all(self) -> u64 {
        self.certain + self.ambiguous + self.invalid
    }

    fn certain_percent(self) -> f64 {
        100.0 * self.certain as f64 / self.all().max(1) as f64
    }
}

impl Tally {
    pub(crate) fn add(&mut self, tested: &Tested) {
        self.questions += 1;
        self.verdicts.add(&tested.verdict);
        if tested.plain_embedded {
            self.embedded.add(&tested.verdict);
        }
        let family = question::task(&tested.task).map_or_else(String::new, |task| task.family.clone());
        let of_family = self.task_families.entry(family.clone()).or_default();
        let of_task = self.tasks.entry(tested.task.clone()).or_default();
        for tally in [of_family, of_task] {
            tally.family.clone_from(&family);
            tally.verdicts.add(&tested.verdict);
            tested.counts.iter().for_each(|(_, count)| tally.tests.add(*count));
        }
        for (family, count) in &tested.counts {
            self.families.entry(family).or_default().add(*count);
        }
    }

    /// The families of which more failed than may, in the order of the list.
    pub(crate) fn broken(&self) -> impl Iterator<Item = &'static str> {
        let broken = |name: &str, most: f64| self.families.get(name).is_some_and(|count| count.exceeds(most));
        FAMILIES.iter().filter(move |family| broken(family.name, family.most())).map(|family| family.name)
    }

    /// Those of the families of which no question tried anything.
    pub(crate) fn untried(&self, families: &[&'static Family]) -> Vec<&'static str> {
        let is_untried = |family: &&&Family| self.families.get(family.name).is_none_or(|count| count.tried == 0);
        families.iter().filter(is_untried).map(|family| family.name).collect()
    }

    pub(crate) fn print(&self, out: &mut dyn Write) -> io::Result<()> {
        for (what, verdicts) in [("questions", self.verdicts), ("embedded", self.embedded)] {
            let Verdicts { certain, ambiguous, invalid } = verdicts;
            let percent = verdicts.certain_percent();
            writeln!(
                out,
                "{what:<24} {:>9}  certain {certain} ({percent:.1} %), ambiguous {ambiguous}, invalid {invalid}",
                verdicts.all()
            )?;
        }
        writeln!(out, "\n{:<24} {:>9} {:>7}", "family", "tried", "failed")?;
        for family in FAMILIES {
            let Some(count) = self.families.get(family.name) else { continue };
            let bound = match family.most() {
                0.0 => String::new(),
                most => format!("  {:.1e} of them, at most {most:.0e}", count.share()),
            };
            writeln!(out, "{:<24} {:>9} {:>7}{bound}", family.name, count.tried, count.failed)?;
        }
        for (heading, tallies) in [("task family", &self.task_families), ("task", &self.tasks)] {
            writeln!(out, "\n{heading:<24} {:>9} {:>9} {:>9} {:>7}", "questions", "certain", "tests", "failed")?;
            for (name, TaskTally { verdicts, tests, .. }) in tallies {
                let (all, percent) = (verdicts.all(), verdicts.certain_percent());
                writeln!(out, "{name:<24} {all:>9} {percent:>7.1} % {:>9} {:>7}", tests.tried, tests.failed)?;
            }
        }
        Ok(())
    }
}
