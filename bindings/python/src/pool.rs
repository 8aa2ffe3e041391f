//! Threads for batches. Trainers fork, and the threads of a pool stay behind in the parent: a process that did not
//! start the pool starts its own.

use std::sync::{Arc, Mutex};

use rayon::{ThreadPool, ThreadPoolBuilder};

/// The pool and the process that started it.
static POOL: Mutex<Option<(u32, Arc<ThreadPool>)>> = Mutex::new(None);

/// This process's pool: as many threads as there are cores, or as `RAYON_NUM_THREADS` says. `None` where no thread can
/// be started, or where a fork left the lock behind; the work is then done by the thread that asks.
pub(crate) fn pool() -> Option<Arc<ThreadPool>> {
    let mut kept = POOL.try_lock().ok()?;
    let process = std::process::id();
    if let Some((owner, pool)) = kept.as_ref()
        && *owner == process
    {
        return Some(Arc::clone(pool));
    }
    let pool = Arc::new(ThreadPoolBuilder::new().thread_name(|at| format!("isovist-{at}")).build().ok()?);
    if let Some(foreign) = kept.replace((process, Arc::clone(&pool))) {
        // Its threads are not in this process, so that it must not wait for them.
        std::mem::forget(foreign);
    }
    Some(pool)
}

/// Does work in this process's pool.
pub(crate) fn in_pool<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    match pool() {
        Some(pool) => pool.install(work),
        None => work(),
    }
}
