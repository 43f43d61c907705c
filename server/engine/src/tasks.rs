//! Long-lived tasks. Each runs under supervision: when it ends although nobody asked it to, that is logged, `/readyz` fails,
//! and it is started again after a pause that grows while it keeps ending.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures::FutureExt;
use tokio::time::Instant;

use crate::{Engine, Result};

/// Pause before the first restart.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// Longest pause between two restarts.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// A task that ran for this long starts again without a longer pause.
const STABLE: Duration = Duration::from_mins(1);

/// The long-lived tasks of this process, by name.
#[derive(Clone, Default)]
pub struct Tasks(Arc<Mutex<BTreeMap<&'static str, Task>>>);

#[derive(Default)]
struct Task {
    running: bool,
    restarts: u64,
}

impl Tasks {
    /// Names of the tasks that have ended and are not running again yet.
    pub fn ended(&self) -> Vec<&'static str> {
        let tasks = self.lock();
        let ended = tasks.iter().filter(|(_, task)| !task.running);
        ended.map(|(name, _)| *name).collect()
    }

    /// How often each task was started again, for `/metrics`.
    pub fn restarts(&self) -> Vec<(&'static str, u64)> {
        let tasks = self.lock();
        tasks.iter().map(|(name, task)| (*name, task.restarts)).collect()
    }

    fn started(&self, name: &'static str) {
        self.lock().entry(name).or_default().running = true;
    }

    fn stopped(&self, name: &'static str) {
        let mut tasks = self.lock();
        let task = tasks.entry(name).or_default();
        task.running = false;
        task.restarts += 1;
    }

    fn forget(&self, name: &'static str) {
        self.lock().remove(name);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// Runs a long-lived task until the engine closes. `run` ends by itself when [`Engine::closing`] resolves; whenever it
    /// ends before that (with an error, by a panic, or by returning), it is called again.
    pub fn supervise<F>(&self, name: &'static str, run: impl Fn(Engine) -> F + Send + Sync + 'static)
    where
        F: Future<Output = Result<()>> + Send + 'static,
    {
        self.tasks.started(name);
        let engine = self.clone();
        tokio::spawn(async move {
            let mut pause = FIRST_PAUSE;
            loop {
                let began = Instant::now();
                // Calling `run` may panic as well.
                let running = AssertUnwindSafe(async { run(engine.clone()).await }).catch_unwind();
                let ended = running.await;
                if engine.is_closing() {
                    return engine.tasks.forget(name);
                }
                engine.tasks.stopped(name);
                if began.elapsed() >= STABLE {
                    pause = FIRST_PAUSE;
                }
                tracing::error!(
                    task = name,
                    why = why(ended),
                    restart_in_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                    "a task ended; it is started again"
                );
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
                engine.tasks.started(name);
            }
        });
    }
}

fn why(ended: std::thread::Result<Result<()>>) -> String {
    match ended {
        Ok(Ok(())) => "it returned".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => format!("it panicked: {}", panic_text(&*panic)),
    }
}

/// What a panic said.
pub fn panic_text(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Notify;

    use super::*;
    use crate::{Error, Settings};

    /// Waits for a condition; the caller's time limit is that of the test.
    async fn until(holds: impl Fn() -> bool) {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn a_task_that_ends_in_any_way_is_noticed_and_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::open_idle(Settings::in_folder(folder.path()))
            .await
            .unwrap();
        assert!(engine.ready().await.is_ok());
        let (runs, end) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        engine.supervise("test", {
            let (runs, end) = (runs.clone(), end.clone());
            move |engine| {
                let (runs, end) = (runs.clone(), end.clone());
                async move {
                    let run = runs.fetch_add(1, Ordering::SeqCst);
                    tokio::select! {
                        () = end.notified() => {}
                        () = engine.closing() => return Ok(()),
                    }
                    match run {
                        0 => panic!("on purpose"),
                        1 => Err(Error::Internal("on purpose".into())),
                        _ => Ok(()),
                    }
                }
            }
        });
        for ended in 1..=3 {
            until(|| runs.load(Ordering::SeqCst) == ended).await;
            end.notify_one();
            until(|| engine.tasks().ended() == ["test"]).await;
            let refused = engine.ready().await;
            assert!(matches!(refused, Err(Error::Unavailable(_))), "{refused:?}");
            until(|| engine.tasks().ended().is_empty()).await;
            assert_eq!(engine.tasks().restarts(), [("test", ended as u64)]);
        }
        until(|| runs.load(Ordering::SeqCst) == 4).await;
        assert!(engine.ready().await.is_ok());
        engine.close().await;
        until(|| engine.tasks().restarts().is_empty()).await;
    }
}
