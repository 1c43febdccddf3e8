//! Work away from the window: a named thread, a result to pick up, a panic that becomes an error.

use super::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread;

/// Told when a job is done; the window asks to be drawn again.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// A job under way.
#[derive(Debug)]
pub struct Job<T> {
    name: &'static str,
    receiver: Receiver<Result<T, Error>>,
}

impl<T: Send + 'static> Job<T> {
    /// Starts it.
    pub fn spawn(name: &'static str, waker: Waker, work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<Self, Error> {
        let (sender, receiver) = channel();
        let run = move || {
            let result = catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| Err(panicked(name, panic.as_ref())));
            // Nobody may be waiting any more; then the result is not wanted.
            drop(sender.send(result));
            waker();
        };
        let failed = |error: std::io::Error| Error::environment("no thread could be started").because(error);
        thread::Builder::new().name(name.to_owned()).spawn(run).map_err(failed)?;
        Ok(Self { name, receiver })
    }

    /// Waits for the result.
    pub fn wait(self) -> Result<T, Error> {
        self.receiver.recv().unwrap_or_else(|_| Err(self.lost()))
    }

    fn lost(&self) -> Error {
        Error::bug(format!("the job `{}` ended without a result", self.name))
    }

    /// The result, once it is there.
    pub fn poll(&self) -> Option<Result<T, Error>> {
        match self.receiver.try_recv() {
            Ok(result) => Some(result),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(self.lost())),
        }
    }
}

fn panicked(name: &str, panic: &(dyn std::any::Any + Send)) -> Error {
    let words = panic.downcast_ref::<&str>().map(|text| (*text).to_owned()).or_else(|| panic.downcast_ref::<String>().cloned());
    Error::bug(format!("the job `{name}` failed")).because(words.unwrap_or_else(|| "it panicked".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait<T: Send + 'static>(job: &Job<T>) -> Result<T, Error> {
        loop {
            if let Some(result) = job.poll() {
                return result;
            }
            thread::yield_now();
        }
    }

    #[test]
    fn a_job_gives_its_result_and_survives_a_panic() {
        let waker: Waker = Arc::new(|| {});
        let job = Job::spawn("adder", Arc::clone(&waker), || Ok(2 + 2)).expect("a thread");
        assert_eq!(wait(&job), Ok(4));
        let job: Job<()> = Job::spawn("breaker", waker, || panic!("on purpose")).expect("a thread");
        let error = wait(&job).expect_err("it panicked");
        assert_eq!(error.to_string(), "the job `breaker` failed: on purpose");
    }
}
