//! A write on its way to the writer, with the place its answer goes to.

use std::panic::AssertUnwindSafe;

use futures::{FutureExt, future::BoxFuture};
use tokio::sync::oneshot;

use crate::{
    error::{Error, Result},
    tx::Tx,
};

/// A write whose types the writer need not know.
pub(crate) trait Job: Send {
    /// Does the work; `false` means that it failed and must be undone. Called once.
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool>;
    /// Tells the caller how it ended: `failure` is why the commit of the whole batch failed.
    fn answer(self: Box<Self>, failure: Option<&Error>);
}

struct Typed<T, E, F> {
    work: Option<F>,
    outcome: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

/// Wraps a piece of work and gives the receiver of its answer.
pub(crate) fn job<T, E, F>(work: F) -> (Box<dyn Job>, oneshot::Receiver<Result<T, E>>)
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    (
        Box::new(Typed {
            work: Some(work),
            outcome: None,
            caller,
        }),
        answer,
    )
}

impl<T, E, F> Job for Typed<T, E, F>
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
    F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx) -> BoxFuture<'t, bool> {
        let Some(work) = self.work.take() else {
            return Box::pin(async { false });
        };
        Box::pin(async move {
            // A panic is this write's failure alone: the writer serves everybody.
            let outcome = AssertUnwindSafe(async { work(tx).await }).catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| Err(Error::Panicked.into()));
            self.outcome.insert(outcome).is_ok()
        })
    }

    fn answer(self: Box<Self>, failure: Option<&Error>) {
        let outcome = match (self.outcome, failure) {
            // A write that failed by itself keeps its own reason.
            (Some(Err(own)), _) => Err(own),
            (_, Some(failure)) => Err(failure.clone().into()),
            (Some(outcome), None) => outcome,
            (None, None) => Err(Error::Closed.into()),
        };
        // The caller may have gone; the write stays.
        let _ = self.caller.send(outcome);
    }
}
