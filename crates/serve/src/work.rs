//! Judging off the reactor: so many requests at once, a bounded number that wait, each within its time.

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout_at},
};

use crate::{Limits, problem::Problem};

/// Places for requests.
#[derive(Debug)]
pub(crate) struct Work {
    /// A place for each request that is read, waits, is judged, or whose rows are being written.
    places: Arc<Semaphore>,
    /// A place for each that is judged.
    jobs: Arc<Semaphore>,
    limits: Limits,
}

/// A request's place; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place(#[expect(dead_code, reason = "held, not read")] OwnedSemaphorePermit);

impl Work {
    pub(crate) fn new(limits: Limits) -> Self {
        let most = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self { places: most(limits.jobs.saturating_add(limits.queue)), jobs: most(limits.jobs), limits }
    }

    /// Requests that are judged, and those that are read or wait.
    pub(crate) fn load(&self) -> (usize, usize) {
        let judged = self.limits.jobs.saturating_sub(self.jobs.available_permits());
        let all = self.limits.jobs.saturating_add(self.limits.queue).saturating_sub(self.places.available_permits());
        (judged, all.saturating_sub(judged))
    }

    /// Reads a body and works on it on a thread of its own. A place is taken before the first byte is read, so that
    /// what waits is bounded in bytes too.
    pub(crate) async fn on_body<T: Send + 'static>(
        &self,
        body: Body,
        job: impl FnOnce(Bytes) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        self.keeping_place(body, job).await.map(|(result, _)| result)
    }

    /// The same with the place, to be kept until a long answer is taken.
    pub(crate) async fn keeping_place<T: Send + 'static>(
        &self,
        body: Body,
        job: impl FnOnce(Bytes) -> Result<T, Problem> + Send + 'static,
    ) -> Result<(T, Place), Problem> {
        let place = self.place()?;
        let end = Instant::now() + self.limits.timeout;
        let bytes = timeout_at(end, read(body, self.limits.body_bytes)).await.map_err(|_| Problem::BodyTooSlow)??;
        Ok((self.job(end, move || job(bytes)).await?, place))
    }

    /// Works on a thread of its own.
    pub(crate) async fn on<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let _place = self.place()?;
        self.job(Instant::now() + self.limits.timeout, job).await
    }

    fn place(&self) -> Result<Place, Problem> {
        self.places.clone().try_acquire_owned().map(Place).map_err(|_| Problem::Busy)
    }

    async fn job<T: Send + 'static>(
        &self,
        end: Instant,
        job: impl FnOnce() -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let turn = timeout_at(end, self.jobs.clone().acquire_owned()).await;
        let turn = turn.map_err(|_| Problem::TimedOut)?.map_err(|_| Problem::Ending)?;
        // A job whose client has gone keeps its turn until it is done.
        let done = tokio::task::spawn_blocking(move || {
            let result = job();
            drop(turn);
            result
        });
        // What panicked is an error of ours, and of this request alone.
        timeout_at(end, done).await.map_err(|_| Problem::TimedOut)?.unwrap_or(Err(Problem::Internal))
    }
}

async fn read(body: Body, most: usize) -> Result<Bytes, Problem> {
    use axum::body::HttpBody as _;
    if body.size_hint().lower() > most as u64 {
        return Err(Problem::BodyTooLarge(most));
    }
    match Limited::new(body, most).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::BodyTooLarge(most)),
        Err(error) => Err(Problem::BodyBroken(error.to_string())),
    }
}

/// How long requests in flight may take to end.
pub(crate) fn grace(limits: &Limits) -> Duration {
    limits.timeout.saturating_add(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(jobs: usize, queue: usize, timeout_ms: u64) -> Limits {
        Limits { body_bytes: 8, jobs, queue, timeout: Duration::from_millis(timeout_ms), ..crate::config::EXAMPLE }
    }

    fn block_on<T>(future: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime").block_on(future)
    }

    #[test]
    fn bodies_are_bounded_and_panics_are_problems() {
        block_on(async {
            let work = Work::new(limits(1, 0, 5_000));
            let echo = |bytes: Bytes| Ok(bytes.len());
            assert_eq!(work.on_body(Body::from("12345678"), echo).await, Ok(8));
            assert_eq!(work.on_body(Body::from("123456789"), echo).await, Err(Problem::BodyTooLarge(8)));
            let broken: Result<(), _> = work.on(|| panic!("a test's panic")).await;
            assert_eq!(broken, Err(Problem::Internal));
            assert_eq!(work.on(|| Ok(1)).await, Ok(1));
        });
    }

    #[test]
    fn what_is_too_much_is_refused_and_what_is_late_is_left() {
        block_on(async {
            let work = Arc::new(Work::new(limits(1, 1, 200)));
            let slow = || {
                let work = work.clone();
                tokio::spawn(async move {
                    work.on(|| {
                        std::thread::sleep(Duration::from_millis(600));
                        Ok(())
                    })
                    .await
                })
            };
            let first = slow();
            while work.load() != (1, 0) {
                tokio::task::yield_now().await;
            }
            let second = slow();
            while work.load() != (1, 1) {
                tokio::task::yield_now().await;
            }
            assert_eq!(work.on(|| Ok(())).await, Err(Problem::Busy));
            assert_eq!(first.await.expect("an end"), Err(Problem::TimedOut));
            assert_eq!(second.await.expect("an end"), Err(Problem::TimedOut));
        });
    }
}
