//! Requests run to their end, whether or not their client waits for the answer.
//!
//! A request future ends when its client leaves. What follows a commit (telling the dispatcher, forgetting a cache) would
//! then not happen, and a message that was accepted would wait for ever. So each request runs in a task of its own, and
//! only the answer is given up.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::tasks::panic_text;

use super::Gate;
use crate::{problem::Refused, serve::Running};

/// Runs the request in a task that [`Gate::finish_requests`] waits for. The task keeps the connection's place, so that
/// clients that leave do not run more requests than those that stay.
pub async fn run_to_the_end(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let place = request.extensions().get::<Running>().cloned();
    let running = async move {
        let response = next.run(request).await;
        drop(place);
        response
    };
    match gate.requests.spawn(running).await {
        Ok(response) => response,
        Err(error) => {
            let why = match error.try_into_panic() {
                Ok(panic) => format!("panic: {}", panic_text(&*panic)),
                Err(error) => error.to_string(),
            };
            Refused::internal(&why).into_response()
        }
    }
}

impl Gate {
    /// Waits for the requests that still run. New ones may begin meanwhile; they are waited for as well.
    pub async fn finish_requests(&self) {
        self.requests.close();
        self.requests.wait().await;
        self.requests.reopen();
    }
}
