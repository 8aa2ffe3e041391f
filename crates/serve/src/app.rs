//! What all requests share.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use judge::reward::{Preset, preset, presets};
use tokio::sync::{Semaphore, watch};

use crate::{
    Config, Limits, Scenes, Token,
    episode::Stage,
    metrics::{Gauges, Metrics},
    problem::Problem,
    sessions::Sessions,
    work::Work,
};

#[derive(Debug)]
pub(crate) struct App {
    pub(crate) token: Option<Token>,
    pub(crate) preset: &'static Preset,
    pub(crate) limits: Limits,
    pub(crate) stage: Arc<Stage>,
    pub(crate) work: Work,
    pub(crate) metrics: Metrics,
    /// Episodes that are stepped through over HTTP.
    pub(crate) sessions: Sessions,
    /// A place for each episode over a WebSocket.
    pub(crate) sockets: Arc<Semaphore>,
    /// A place for each connection.
    pub(crate) connections: Arc<Semaphore>,
    /// True once the service ends.
    pub(crate) ending: watch::Receiver<bool>,
    requests: AtomicU64,
    episodes: AtomicU64,
}

impl App {
    pub(crate) fn new(config: Config, ending: watch::Receiver<bool>) -> Self {
        let limits = config.limits;
        Self {
            token: config.token,
            preset: config.preset,
            limits,
            stage: Arc::new(Stage { scenes: config.scenes, profile: config.profile, preset: config.preset }),
            work: Work::new(limits),
            metrics: Metrics::default(),
            sessions: Sessions::new(limits.sessions, limits.session_idle),
            sockets: Arc::new(Semaphore::new(limits.sessions.min(Semaphore::MAX_PERMITS))),
            connections: Arc::new(Semaphore::new(limits.connections.clamp(1, u32::MAX as usize))),
            ending,
            requests: AtomicU64::new(0),
            episodes: AtomicU64::new(0),
        }
    }

    /// The scenes that requests may name.
    pub(crate) fn scenes(&self) -> &Scenes {
        &self.stage.scenes
    }

    /// The preset that a request names, or the service's own.
    pub(crate) fn preset(&self, named: Option<&str>) -> Result<&'static Preset, Problem> {
        let Some(name) = named else { return Ok(self.preset) };
        preset(name).ok_or_else(|| {
            let known: Vec<&str> = presets().iter().map(|preset| preset.name.as_str()).collect();
            Problem::NoPreset { given: Problem::short(name), known: known.join(", ") }
        })
    }

    /// Number of a request, from 1.
    pub(crate) fn next_request(&self) -> u64 {
        self.requests.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Number of an episode, from 0.
    pub(crate) fn next_episode(&self) -> u64 {
        self.episodes.fetch_add(1, Ordering::Relaxed)
    }

    /// Waits until the service ends.
    pub(crate) async fn ended(&self) {
        // An error means that whoever could end it is gone.
        let _ = self.ending.clone().wait_for(|ending| *ending).await;
    }

    pub(crate) fn gauges(&self) -> Gauges {
        let (judged_now, queue_depth) = self.work.load();
        Gauges {
            judged_now,
            queue_depth,
            connections: self.limits.connections.saturating_sub(self.connections.available_permits()),
            sessions: self.sessions.len() + self.limits.sessions.saturating_sub(self.sockets.available_permits()),
            scenes_cached: self.scenes().open_now(),
            scenes_known: self.scenes().ids().len(),
        }
    }
}
