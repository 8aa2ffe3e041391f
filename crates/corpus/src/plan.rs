//! What a corpus will be: splits of scenes, shares of tasks, parts and their rows. A pure function of the recipe and its
//! scenes.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
};

use language::{Format, PhraseBook};
use question::{Draw, Profile, Role, Task, Telling, catalogue, profile};
use rayon::prelude::*;
use scene::disk::Hash;
use serde::Serialize;

use crate::{
    CorpusError, Drawing, Recipe, Source,
    recipe::ImageMode,
    scenes::{Listed, listed},
    shares::{apportion, task_shares},
    usual::Looks,
};

/// Scenes that a part draws from at least, where the split has them: so that rows of one file are not all of one room.
const SCENES_A_PART: usize = 32;
/// Scenes of a split in which it is tried which tasks can be asked, and what is usual in them.
const SAMPLE_SCENES: usize = 48;
/// Draws of one task until it counts as one that cannot be asked.
const DRAWS_TRIED: u64 = 600;

/// A planned corpus.
#[derive(Debug)]
pub struct Plan {
    /// The recipe.
    pub recipe: Recipe,
    /// SHA-256 of its canonical text and of the names and files of its scenes.
    pub sha256: String,
    /// All scenes.
    pub scenes: Vec<Listed>,
    /// Splits with rows.
    pub splits: Vec<Split>,
    /// Tasks of the recipe that none of the tried scenes can ask.
    pub without: Vec<String>,
    pub(crate) profile: &'static Profile,
    pub(crate) book: &'static PhraseBook,
    /// By split.
    pub(crate) looks: Vec<Looks>,
}

/// A split: scenes that no other split has.
#[derive(Debug, Clone, Serialize)]
pub struct Split {
    /// Its name.
    pub name: &'static str,
    /// Positions of its scenes in [`Plan::scenes`], in ascending order.
    #[serde(skip)]
    pub scenes: Vec<usize>,
    /// Rows.
    pub rows: u64,
    /// Files.
    pub parts: u64,
    /// Share of each task and format.
    #[serde(skip)]
    pub streams: Vec<StreamShare>,
    /// The shares added up.
    #[serde(skip)]
    edges: Vec<f64>,
}

/// The share of one task in one format.
#[derive(Debug, Clone)]
pub struct StreamShare {
    /// The task.
    pub task: &'static Task,
    /// The format.
    pub format: Format,
    /// Its share of the split's rows, all shares adding up to 1.
    pub share: f64,
}

/// One part: the unit of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartId {
    /// Position of the split.
    pub split: usize,
    /// Number of the part within it, from 0.
    pub part: u64,
}

impl Plan {
    /// Plans a corpus. `folder` is that of the recipe; scenes of relative paths lie below it.
    pub fn new(recipe: Recipe, folder: &Path, book: &'static PhraseBook) -> Result<Self, CorpusError> {
        let fault = |problem: String, hint: &str| CorpusError::Recipe {
            file: recipe.name.clone(),
            problem,
            hint: hint.to_owned(),
        };
        let profile = profile(&recipe.profile)
            .ok_or_else(|| fault(format!("profile {:?} is unknown", recipe.profile), "leave it out"))?;
        let scenes = listed(&recipe, folder)?;
        let names: Vec<&str> = scenes.iter().map(|scene| scene.name.as_str()).collect();
        let mut hash = Hash::default();
        hash.add(recipe.canonical().as_bytes());
        for scene in &scenes {
            hash.add(format!("\n{}", scene.name).as_bytes());
            if let Some(folder) = scene.folder() {
                hash.add(&scene::disk::read_bytes(&folder.join(scene::file::SCENE_FILE))?);
            }
        }
        let telling = recipe.telling(profile);
        let drawing = Drawing { book, profile, seed: recipe.seed, proofs: false };
        let groups = recipe.tasks.groups();
        let tasks: Vec<&String> = groups.iter().flat_map(|group| &group.tasks).collect();
        let (mut splits, mut without) = (Vec::new(), Vec::new());
        let shares = recipe.splits.all().map(|(_, share)| share);
        let of_scenes = apportion(&shares, scenes.len() as u64);
        let of_rows = rows_of(&shares, &of_scenes, recipe.rows);
        let mut order: Vec<usize> = (0..scenes.len()).collect();
        order.sort_by_cached_key(|at| (Draw::new(recipe.seed, &["split", names[*at]], 0).bits(), names[*at]));
        let mut order = order.into_iter();
        for (((name, share), scenes_n), rows) in recipe.splits.all().into_iter().zip(of_scenes).zip(of_rows) {
            let mut own: Vec<usize> = order.by_ref().take(scenes_n as usize).collect();
            own.sort_unstable();
            if share <= 0.0 {
                continue;
            }
            if own.is_empty() {
                let problem = format!("split {name:?} has a share and no scene of the {}", scenes.len());
                return Err(fault(problem, "add scenes, or leave the split out"));
            }
            let tried = opened(&scenes, &own, telling)?;
            let able = able(&drawing, &tried, &tasks);
            let shares = task_shares(&groups, |task| able.contains_key(task));
            if shares.is_empty() {
                let problem = format!("the scenes of split {name:?} can ask none of the tasks");
                return Err(fault(problem, "`isovist catalogue` says what each task asks of a scene"));
            }
            without.extend(tasks.iter().filter(|task| !able.contains_key(**task)).map(|task| (*task).clone()));
            let streams = streams(&shares, &able, &recipe);
            let edges = streams.iter().scan(0.0, |edge, stream| {
                *edge += stream.share;
                Some(*edge)
            });
            let (edges, parts) = (edges.collect(), rows.div_ceil(recipe.rows_per_part()));
            splits.push(Split { name, scenes: own, rows, parts, streams, edges });
        }
        without.sort();
        without.dedup();
        let looks = splits.iter().map(|split| Looks::new(split.streams.len())).collect();
        Ok(Self { recipe, sha256: hash.finish(), scenes, splits, without, profile, book, looks })
    }

    /// Tasks whose questions name pictures that the rows of this plan do not carry.
    pub fn without_their_pictures(&self) -> Vec<&str> {
        let names_pictures =
            |task: &Task| task.roles.values().any(|role| matches!(role, Role::Frame | Role::Frames { .. }));
        let streams = self.splits.iter().flat_map(|split| &split.streams);
        let tasks: BTreeSet<&str> =
            streams.filter(|stream| names_pictures(stream.task)).map(|stream| stream.task.name.as_str()).collect();
        if self.recipe.output.images == ImageMode::None { tasks.into_iter().collect() } else { Vec::new() }
    }

    /// Opens some of the scenes at these positions.
    pub(crate) fn sample(&self, positions: &[usize]) -> Result<Vec<Source>, CorpusError> {
        opened(&self.scenes, positions, self.recipe.telling(self.profile))
    }

    /// How rows are drawn.
    pub(crate) fn drawing(&self) -> Drawing<'_> {
        Drawing { book: self.book, profile: self.profile, seed: self.recipe.seed, proofs: false }
    }

    /// Every part, split by split.
    pub fn parts(&self) -> Vec<PartId> {
        let of = |(split, planned): (usize, &Split)| (0..planned.parts).map(move |part| PartId { split, part });
        self.splits.iter().enumerate().flat_map(of).collect()
    }

    /// Whether it is a part of this plan.
    pub(crate) fn holds(&self, id: PartId) -> Result<(), CorpusError> {
        let holds = self.splits.get(id.split).is_some_and(|split| id.part < split.parts);
        if holds { Ok(()) } else { Err(CorpusError::NoPart { split: id.split, part: id.part }) }
    }

    /// Numbers of the rows of a part within its split; none of a part that the plan has not.
    pub fn rows_of(&self, id: PartId) -> Range<u64> {
        let rows = self.splits.get(id.split).map_or(0, |split| split.rows);
        let upto = |parts: u64| rows.min(parts.saturating_mul(self.recipe.rows_per_part()));
        upto(id.part)..upto(id.part.saturating_add(1))
    }

    /// Split and number of a part, as its files are named: `train-00003`.
    pub fn name_of(&self, id: PartId) -> String {
        format!("{}-{:05}", self.splits.get(id.split).map_or("", |split| split.name), id.part)
    }

    /// Names of the scenes that a part draws from; none of a part that the plan has not.
    pub fn scene_names(&self, id: PartId) -> Vec<&str> {
        if self.holds(id).is_err() {
            return Vec::new();
        }
        self.scenes_of(id).scenes.iter().map(|scene| scene.name.as_str()).collect()
    }

    /// The scenes of a part, and how it shares their questions with other parts: of `sharers` parts it is number `rank`.
    pub(crate) fn scenes_of(&self, id: PartId) -> PartScenes<'_> {
        let split = &self.splits[id.split];
        let groups = (split.scenes.len() / SCENES_A_PART).clamp(1, split.parts as usize) as u64;
        let (parts, part) = (split.parts, id.part);
        let group = part * groups / parts;
        let first = (group * parts).div_ceil(groups);
        let next = ((group + 1) * parts).div_ceil(groups);
        let scenes = split.scenes.iter().enumerate();
        let scenes = scenes.filter(|(at, _)| *at as u64 % groups == group).map(|(_, at)| &self.scenes[*at]).collect();
        PartScenes {
            telling: self.recipe.telling(self.profile),
            key: (id.split, group),
            scenes,
            rank: part - first,
            sharers: next - first,
        }
    }
}

/// The scenes of a part.
#[derive(Debug)]
pub(crate) struct PartScenes<'p> {
    /// Parts of the same key have the same scenes.
    pub(crate) key: (usize, u64),
    pub(crate) scenes: Vec<&'p Listed>,
    telling: Option<Telling<'static>>,
    pub(crate) rank: u64,
    pub(crate) sharers: u64,
}

impl PartScenes<'_> {
    /// Opens them all.
    pub(crate) fn open(&self) -> Result<Vec<Source>, CorpusError> {
        self.scenes.iter().map(|listed| listed.open(self.telling)).collect()
    }
}

impl Split {
    /// Which stream the row of this number belongs to: the multiples of the golden ratio, taken without their whole part,
    /// fill the shares evenly from the first row to the last and mix them.
    pub(crate) fn stream_of(&self, row: u64) -> usize {
        // 2⁶⁴ over the golden ratio, the nearest odd number: the fraction in units of 2⁻⁶⁴.
        let fraction = (row + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) as f64 / 2f64.powi(64);
        self.edges.partition_point(|edge| *edge <= fraction).min(self.streams.len().saturating_sub(1))
    }
}

/// Opens some of the scenes at these positions, from all over them.
fn opened(scenes: &[Listed], positions: &[usize], telling: Option<Telling>) -> Result<Vec<Source>, CorpusError> {
    let some = positions.len().min(SAMPLE_SCENES);
    (0..some).into_par_iter().map(|at| scenes[positions[at * positions.len() / some]].open(telling)).collect()
}

/// Rows of each split: by its share, of those that have scenes.
fn rows_of(shares: &[f64; 3], scenes: &[u64], rows: u64) -> Vec<u64> {
    let shares: Vec<f64> =
        shares.iter().zip(scenes).map(|(share, scenes)| if *scenes > 0 { *share } else { 0.0 }).collect();
    apportion(&shares, rows)
}

/// Which tasks have a certain answer somewhere, and in which formats they can be worded.
fn able(drawing: &Drawing, sources: &[Source], tasks: &[&String]) -> BTreeMap<String, Vec<Format>> {
    let of_task = |task: &'static Task| {
        let mut found: Vec<Format> = Vec::new();
        for index in 0..DRAWS_TRIED {
            let mut draw = Draw::new(drawing.seed, &["able", &task.name], index);
            let source = draw.pick(sources)?;
            let Some(fillings) = source.sampler.fillings(&source.scene, task, &mut draw) else { continue };
            let Ok(fact) = drawing.fact(source, task, fillings) else { continue };
            for format in [Format::FreeForm, Format::MultipleChoice, Format::TrueFalse] {
                if !found.contains(&format)
                    && drawing.worded(&fact, format, &[], language::Wanted::default(), &mut draw).is_ok()
                {
                    found.push(format);
                }
            }
            if found.len() == 3 {
                break;
            }
        }
        (!found.is_empty()).then(|| (task.name.clone(), found))
    };
    let wanted: Vec<&'static Task> = catalogue().iter().filter(|task| tasks.contains(&&task.name)).collect();
    wanted.into_par_iter().filter_map(of_task).collect()
}

fn streams(shares: &BTreeMap<String, f64>, able: &BTreeMap<String, Vec<Format>>, recipe: &Recipe) -> Vec<StreamShare> {
    let mut streams = Vec::new();
    for (name, share) in shares {
        let (Some(task), Some(formats)) = (question::task(name), able.get(name)) else { continue };
        let own: Vec<(Format, f64)> = recipe
            .formats
            .all()
            .into_iter()
            .filter(|(format, share)| *share > 0.0 && formats.contains(format))
            .collect();
        let total: f64 = own.iter().map(|(_, share)| share).sum();
        streams.extend(own.into_iter().map(|(format, of)| StreamShare { task, format, share: share * of / total }));
    }
    let total: f64 = streams.iter().map(|stream| stream.share).sum();
    for stream in &mut streams {
        stream.share /= total;
    }
    streams
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_fill_the_shares_evenly_from_any_row_on() {
        let shares = [0.1051, 0.0269, 0.0831, 0.0351, 0.1156, 0.2609, 0.1349, 0.1153, 0.0422, 0.0752, 0.0057];
        let task = &catalogue()[0];
        let streams: Vec<StreamShare> =
            shares.iter().map(|share| StreamShare { task, format: Format::FreeForm, share: *share }).collect();
        let edges = shares.iter().scan(0.0, |edge, share| {
            *edge += share;
            Some(*edge)
        });
        let edges = edges.collect();
        let split = Split { name: "train", scenes: Vec::new(), rows: 0, parts: 0, streams, edges };
        for (from, rows) in [(0, 10_000_000_u64), (123_456_789, 1_000_000), (7, 1000)] {
            let mut counts = [0_u64; 11];
            (from..from + rows).for_each(|row| counts[split.stream_of(row)] += 1);
            for (count, share) in counts.iter().zip(shares) {
                let off = *count as f64 - share * rows as f64;
                assert!(off.abs() < 8.0, "{count} of {rows}, share {share}");
            }
        }
    }
}
