//! How far an import has come, and whether it is still wanted. Shared by the thread that works and the one that shows.

use super::ImportError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// How far an import has come.
#[derive(Debug, Default)]
pub struct Progress {
    stage: Mutex<&'static str>,
    done: AtomicU64,
    total: AtomicU64,
    stopped: Arc<AtomicBool>,
}

impl Progress {
    /// Begins a stage of `total` steps; 0 where nobody knows.
    pub fn stage(&self, name: &'static str, total: u64) -> Result<(), ImportError> {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = name;
        self.done.store(0, Ordering::Relaxed);
        self.total.store(total, Ordering::Relaxed);
        self.check()
    }

    /// Steps of this stage that are done.
    pub fn done(&self, done: u64) -> Result<(), ImportError> {
        self.done.store(done, Ordering::Relaxed);
        self.check()
    }

    /// Fails once the learner stopped it.
    pub fn check(&self) -> Result<(), ImportError> {
        if self.is_stopped() { Err(ImportError::Cancelled) } else { Ok(()) }
    }

    /// Whether the learner stopped it.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// What is set when it is stopped.
    pub(super) fn stopper(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.stopped)
    }

    /// Stops it at the next step.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// The stage, and the share of it that is done where that is known.
    pub fn now(&self) -> (&'static str, Option<f32>) {
        let (done, total) = (self.done.load(Ordering::Relaxed), self.total.load(Ordering::Relaxed));
        let stage = *self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        (stage, (total > 0).then(|| (done as f32 / total as f32).clamp(0.0, 1.0)))
    }
}
