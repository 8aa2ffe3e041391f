//! Shares of tasks, and whole numbers of rows by shares.

use std::{collections::BTreeMap, sync::LazyLock};

use question::catalogue;
use serde::Deserialize;

use crate::recipe::{Preset, TaskShares};

/// A named table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    name: String,
    #[expect(dead_code, reason = "says where the figures come from")]
    source: String,
    group: Vec<Group>,
}

/// Tasks that divide one share.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its published name.
    pub name: String,
    /// Its share, in any unit.
    pub share: f64,
    /// Its tasks.
    pub tasks: Vec<String>,
}

static TABLES: LazyLock<Vec<Table>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    struct File {
        preset: Vec<Table>,
    }
    // The data is part of the binary and a test parses it.
    toml::from_str::<File>(include_str!("../data/shares.toml")).map(|file| file.preset).unwrap_or_default()
});

impl TaskShares {
    /// Groups of tasks with their shares, weights and choice taken into account; a task that is weighted by itself is a
    /// group of its own.
    pub fn groups(&self) -> Vec<Group> {
        let alone = |task: &str, share: f64| Group { name: task.to_owned(), share, tasks: vec![task.to_owned()] };
        let mut groups: Vec<Group> = match self.preset {
            Preset::Even => catalogue().iter().map(|task| alone(&task.name, 1.0)).collect(),
            Preset::Hispatial => {
                TABLES.iter().filter(|table| table.name == "hispatial").flat_map(|table| table.group.clone()).collect()
            }
        };
        for group in &mut groups {
            group.tasks.retain(|task| !self.weights.contains_key(task));
        }
        groups.extend(self.weights.iter().map(|(task, weight)| alone(task, *weight)));
        if !self.only.is_empty() {
            for group in &mut groups {
                group.tasks.retain(|task| self.only.contains(task));
            }
        }
        groups.retain(|group| group.share > 0.0 && !group.tasks.is_empty());
        groups
    }
}

/// Shares of single tasks: each group's divided evenly by its tasks that can be asked; what no task can take is left to
/// the others in proportion.
pub fn task_shares(groups: &[Group], can_ask: impl Fn(&str) -> bool) -> BTreeMap<String, f64> {
    let mut shares: BTreeMap<String, f64> = BTreeMap::new();
    for group in groups {
        let able: Vec<&String> = group.tasks.iter().filter(|task| can_ask(task)).collect();
        for task in &able {
            *shares.entry((*task).clone()).or_default() += group.share / able.len() as f64;
        }
    }
    let total: f64 = shares.values().sum();
    for share in shares.values_mut() {
        *share /= total;
    }
    shares
}

/// How many of `total` things each share gets of the first `upto` of them: whole numbers that add up to `upto`, each
/// within 1 of its exact share (largest remainders, the first of equals).
pub fn apportion(shares: &[f64], upto: u64) -> Vec<u64> {
    let total: f64 = shares.iter().sum();
    if total <= 0.0 {
        return vec![0; shares.len()];
    }
    let exact: Vec<f64> = shares.iter().map(|share| share / total * upto as f64).collect();
    let mut whole: Vec<u64> = exact.iter().map(|exact| exact.floor() as u64).collect();
    let mut left = upto.saturating_sub(whole.iter().sum());
    let mut order: Vec<usize> = (0..shares.len()).filter(|at| shares[*at] > 0.0).collect();
    let remainder = |at: usize| exact[at] - exact[at].floor();
    order.sort_by(|a, b| remainder(*b).total_cmp(&remainder(*a)).then(a.cmp(b)));
    for at in order.iter().cycle() {
        if left == 0 {
            break;
        }
        whole[*at] += 1;
        left -= 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_of_a_table_is_in_the_catalogue() {
        assert_eq!(TABLES.len(), 1);
        for group in TABLES.iter().flat_map(|table| &table.group) {
            for task in &group.tasks {
                assert!(question::task(task).is_some(), "{task}");
            }
        }
        let sum: f64 = TABLES[0].group.iter().map(|group| group.share).sum();
        assert!((sum - 100.0).abs() < 0.01, "{sum}");
    }

    #[test]
    fn ten_million_rows_have_the_published_shares() {
        let groups = TaskShares { preset: Preset::Hispatial, ..TaskShares::default() }.groups();
        let shares = task_shares(&groups, |_| true);
        let (names, shares): (Vec<&String>, Vec<f64>) = shares.iter().map(|(name, share)| (name, *share)).unzip();
        let rows = apportion(&shares, 10_000_000);
        assert_eq!(rows.iter().sum::<u64>(), 10_000_000);
        for group in &groups {
            let of_group = names.iter().zip(&rows).filter(|(name, _)| group.tasks.contains(name)).map(|(_, rows)| rows);
            let share = of_group.sum::<u64>() as f64 / 10_000_000.0;
            assert!((share - group.share / 100.0).abs() < 0.001, "{}: {share}", group.name);
        }
    }

    #[test]
    fn whole_numbers_follow_shares_and_add_up() {
        assert_eq!(apportion(&[1.0, 1.0, 1.0], 10), [4, 3, 3]);
        assert_eq!(apportion(&[0.0, 2.0], 5), [0, 5]);
        assert_eq!(apportion(&[0.0], 5), [0]);
        for upto in 0..50 {
            let parts = apportion(&[0.3, 0.4, 0.3], upto);
            assert_eq!(parts.iter().sum::<u64>(), upto);
        }
    }
}
