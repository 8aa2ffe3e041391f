//! Episodes that are stepped through over HTTP: a bounded number, each closed when nobody steps it for a time.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{episode::Episode, problem::Problem};

/// Open episodes by id.
#[derive(Debug)]
pub(crate) struct Sessions {
    most: usize,
    idle: Duration,
    open: Mutex<BTreeMap<String, Session>>,
}

#[derive(Debug)]
struct Session {
    episode: Arc<Mutex<Episode>>,
    touched: Instant,
}

impl Sessions {
    pub(crate) fn new(most: usize, idle: Duration) -> Self {
        Self { most, idle, open: Mutex::new(BTreeMap::new()) }
    }

    fn open(&self) -> MutexGuard<'_, BTreeMap<String, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn len(&self) -> usize {
        self.open().len()
    }

    /// Keeps an episode, in the place of one with its id. Where all places are taken, episodes that are over or that
    /// nobody stepped for long make room.
    pub(crate) fn put(&self, episode: Episode) -> Result<(), Problem> {
        let mut open = self.open();
        if open.len() >= self.most && !open.contains_key(episode.id()) {
            open.retain(|_, session| {
                let over = session.episode.try_lock().is_ok_and(|episode| episode.is_over());
                !over && session.touched.elapsed() < self.idle
            });
            if open.len() >= self.most {
                return Err(Problem::SessionsFull);
            }
        }
        let id = episode.id().to_owned();
        open.insert(id, Session { episode: Arc::new(Mutex::new(episode)), touched: Instant::now() });
        Ok(())
    }

    /// The episode of an id.
    pub(crate) fn get(&self, id: &str) -> Result<Arc<Mutex<Episode>>, Problem> {
        let mut open = self.open();
        let missing = || Problem::NoEpisode(Problem::short(id));
        let session = open.get_mut(id).ok_or_else(missing)?;
        if session.touched.elapsed() >= self.idle {
            open.remove(id);
            return Err(missing());
        }
        session.touched = Instant::now();
        Ok(session.episode.clone())
    }
}
