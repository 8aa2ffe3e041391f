//! Episodes of one step. A *solver* is asked a question about a scene and paid by the judge for its reply; a
//! *questioner* is shown what a scene holds and paid by the engine for a question that has one certain answer.

mod questioner;
mod solver;

use judge::reward::Preset;
use language::Format;
use question::Profile;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{Scenes, problem::Problem};

pub(crate) use questioner::Asking;
pub(crate) use solver::Replying;

/// Name under which trainers know the environment.
pub(crate) const ENVIRONMENT: &str = "isovist";

/// What all episodes share.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) scenes: Scenes,
    pub(crate) profile: &'static Profile,
    pub(crate) preset: &'static Preset,
}

/// Who plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Role {
    /// Replies to a question.
    #[default]
    Solver,
    /// Asks one.
    Questioner,
}

impl Role {
    pub(crate) const ALL: [Self; 2] = [Self::Solver, Self::Questioner];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Solver => "solver",
            Self::Questioner => "questioner",
        }
    }
}

/// What an episode begins with; all may be left out, and other fields are passed over.
#[derive(Debug, Clone, Default, Deserialize, schemars::JsonSchema)]
pub(crate) struct Reset {
    /// Everything that is drawn follows from it; left out, the number of the episode.
    #[serde(default)]
    pub(crate) seed: Option<u64>,
    /// Id of the episode; left out, one is made.
    #[serde(default)]
    pub(crate) episode_id: Option<String>,
    /// Who plays; left out, the solver.
    #[serde(default)]
    pub(crate) role: Option<Role>,
    /// Id of the scene; left out, one is drawn.
    #[serde(default)]
    pub(crate) scene: Option<String>,
    /// For a solver a task of `isovist catalogue`, for a questioner a task type of SpatialEvo or `free`; left out, one is
    /// drawn.
    #[serde(default)]
    pub(crate) task: Option<String>,
    /// How a solver is asked; left out, it is drawn.
    #[serde(default)]
    pub(crate) format: Option<Format>,
    /// Split of the task API, a role; with `index` it stands for role, scene and seed.
    #[serde(default)]
    pub(crate) split: Option<Role>,
    /// Number of the task in its split.
    #[serde(default)]
    pub(crate) index: Option<u64>,
}

/// Longest id of an episode, bytes.
const MOST_ID: usize = 255;
/// Tasks of a split for each scene.
const TASKS_A_SCENE: u64 = 100;

/// A task of a split, as the task API lists it; it can be sent to reset as it is.
#[derive(Debug, Serialize, schemars::JsonSchema)]
pub(crate) struct EpisodeTask {
    /// Unique.
    pub(crate) id: String,
    /// The split.
    pub(crate) split: Role,
    /// Its number.
    pub(crate) index: u64,
    /// Who plays.
    pub(crate) role: Role,
    /// Id of the scene.
    pub(crate) scene: String,
    /// What is drawn follows from it.
    pub(crate) seed: u64,
}

impl Stage {
    /// How many tasks a split has: a hundred for each scene.
    pub(crate) fn tasks(&self) -> u64 {
        self.scenes.ids().len() as u64 * TASKS_A_SCENE
    }

    /// The task of this number.
    pub(crate) fn task(&self, split: Role, index: u64) -> Option<EpisodeTask> {
        let ids = self.scenes.ids();
        let scenes = ids.len() as u64;
        if index >= self.tasks() {
            return None;
        }
        let scene = ids.get(usize::try_from(index % scenes).ok()?)?.clone();
        let id = format!("{}-{index}", split.as_str());
        Some(EpisodeTask { id, split, index, role: split, scene, seed: index / scenes })
    }
}

/// An episode.
#[derive(Debug)]
pub(crate) struct Episode {
    id: String,
    role: Role,
    scene: String,
    task: String,
    seed: u64,
    steps: u32,
    play: Play,
}

#[derive(Debug)]
enum Play {
    Solver(Box<solver::Solver>),
    Questioner(questioner::Questioner),
    Over,
}

/// What a reset or a step gives, in OpenEnv's form.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub(crate) struct Outcome {
    /// What the player sees.
    pub(crate) observation: Map<String, Value>,
    /// What the step earned; null before it.
    pub(crate) reward: Option<f64>,
    /// Whether the episode is over.
    pub(crate) done: bool,
    /// Id of the episode, its scene and seed.
    pub(crate) metadata: Map<String, Value>,
}

/// The fields of a JSON object.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

impl Episode {
    /// Begins an episode; `number` stands for a seed that is left out.
    pub(crate) fn begin(stage: &Stage, reset: &Reset, number: u64) -> Result<(Self, Outcome), Problem> {
        let id = reset.episode_id.clone().unwrap_or_else(|| format!("episode-{number}"));
        if id.is_empty() || id.len() > MOST_ID {
            return Err(Problem::field("episode_id", format!("1 to {MOST_ID} bytes are expected")));
        }
        let named = match (reset.split, reset.index) {
            (None, None) => None,
            (split, Some(index)) => Some(stage.task(split.unwrap_or_default(), index).ok_or_else(|| {
                Problem::field("index", format!("{index} is none of the {} tasks of the split", stage.tasks()))
            })?),
            (Some(_), None) => return Err(Problem::field("index", "missing beside split")),
        };
        let role = reset.role.or(named.as_ref().map(|task| task.role)).unwrap_or_default();
        let seed = reset.seed.or(named.as_ref().map(|task| task.seed)).unwrap_or(number);
        let mut draw = scene::Draw::new(seed, &["episode", role.as_str()], 0);
        let scene = match (&reset.scene, named) {
            (Some(scene), _) => scene.clone(),
            (None, Some(task)) => task.scene,
            (None, None) => draw.pick(stage.scenes.ids()).cloned().unwrap_or_default(),
        };
        let source = stage.scenes.open(&scene)?;
        let (task, play, observation) = match role {
            Role::Solver => {
                let (solver, observation) = solver::Solver::begin(stage, &source, reset, &mut draw)?;
                (solver.task.clone(), Play::Solver(Box::new(solver)), observation)
            }
            Role::Questioner => {
                let (questioner, observation) = questioner::Questioner::begin(stage, source, reset, &mut draw)?;
                (questioner.task.clone(), Play::Questioner(questioner), observation)
            }
        };
        let episode = Self { id, role, scene, task, seed, steps: 0, play };
        let outcome = episode.outcome(observation, None, false);
        Ok((episode, outcome))
    }

    /// Takes the action and ends the episode. An action of another form is refused and changes nothing.
    pub(crate) fn step(&mut self, stage: &Stage, action: &Value) -> Result<Outcome, Problem> {
        let (observation, reward) = match &self.play {
            Play::Solver(solver) => solver.step(stage, action)?,
            Play::Questioner(questioner) => questioner.step(stage, action)?,
            Play::Over => return Err(Problem::EpisodeOver),
        };
        self.steps += 1;
        self.play = Play::Over;
        Ok(self.outcome(observation, Some(reward), true))
    }

    fn outcome(&self, observation: Map<String, Value>, reward: Option<f64>, done: bool) -> Outcome {
        let metadata = json!({"episode_id": self.id, "role": self.role, "scene": self.scene, "seed": self.seed});
        Outcome { observation, reward, done, metadata: object(metadata) }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.play, Play::Over)
    }

    /// What is known of the episode from outside; never its answer.
    pub(crate) fn state(&self) -> Value {
        json!({
            "episode_id": self.id, "step_count": self.steps, "role": self.role, "scene": self.scene,
            "task": self.task, "seed": self.seed, "done": self.is_over(),
        })
    }
}

#[cfg(test)]
mod tests;
