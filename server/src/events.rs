//! Tells open pages that something has changed (server-sent events, HTML Living Standard 9.2), so that they ask again.
//!
//! An event says only what it is about; what changed is asked for as ever, with the permission that takes. Its id is a time
//! in milliseconds, so that a page that was away, or was rendered a moment ago, learns what it missed.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    body::Body,
    extract::{Query, State},
    http::{HeaderMap, HeaderValue, header},
    middleware::from_fn_with_state,
    response::Response,
    routing::get,
};
use engine::{Actor, Engine, Granted, changes::Topic, permission::See};
use futures::{Stream, stream::unfold};
use serde::Deserialize;
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::{Instant, sleep, sleep_until},
};

use crate::{
    gate::{Gate, attach_session, require_session_for_functions, session_token},
    problem::Refused,
};

/// At most two events a second for each page.
const GAP: Duration = Duration::from_millis(500);
/// Keeps proxies from closing a quiet connection, and notices the end of a session.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// A browser that lost the connection tries again after this many milliseconds.
const RETRY_MS: u64 = 3000;
const TOPICS: [Topic; 2] = [Topic::Design, Topic::Transactions];

/// Ids of the last event of each of [`TOPICS`].
type LastIds = [i64; TOPICS.len()];

/// What changed last, for all who listen. Cheap to clone.
#[derive(Clone)]
pub struct Events {
    last: watch::Receiver<LastIds>,
    ending: watch::Receiver<()>,
}

/// Dropped, it ends all listening: an open page must not hold up the end of the program.
pub struct Listening(#[expect(dead_code, reason = "it is kept only to be dropped")] watch::Sender<()>);

impl Events {
    /// Follows what the engine writes.
    pub fn follow(engine: &Engine) -> (Self, Listening) {
        let (ender, ending) = watch::channel(());
        // What was written before this program began is unknown: whoever comes from then looks again.
        let (noting, last) = watch::channel([engine.now().0; TOPICS.len()]);
        let noting = Arc::new(noting);
        engine.supervise("events", move |engine| follow(engine, noting.clone()));
        (Self { last, ending }, Listening(ender))
    }
}

async fn follow(engine: Engine, noting: Arc<watch::Sender<LastIds>>) -> engine::Result<()> {
    let mut written = engine.changes();
    // What was written while nobody followed is unknown: open pages look again.
    let mut changed = [true; TOPICS.len()];
    loop {
        noting.send_modify(|last| note(last, changed, engine.now().0));
        let heard = tokio::select! {
            heard = written.recv() => heard,
            () = engine.closing() => return Ok(()),
        };
        changed = match heard {
            Ok(topic) => TOPICS.map(|known| known == topic),
            Err(RecvError::Lagged(_)) => [true; TOPICS.len()],
            Err(RecvError::Closed) => return Ok(()),
        };
    }
}

/// Gives the changed topics an id of now, later than every one before.
fn note(last: &mut LastIds, changed: [bool; TOPICS.len()], now: i64) {
    let id = last
        .iter()
        .copied()
        .max()
        .unwrap_or(now)
        .saturating_add(1)
        .max(now);
    for (last, changed) in last.iter_mut().zip(changed) {
        if changed {
            *last = id;
        }
    }
}

/// `GET /fn/events`, for those who are logged in.
pub fn routes(gate: &Gate) -> Router<Gate> {
    Router::new()
        .route("/fn/events", get(events))
        .layer(from_fn_with_state(gate.clone(), require_session_for_functions))
        .layer(from_fn_with_state(gate.clone(), attach_session))
}

#[derive(Deserialize)]
struct Since {
    #[serde(default)]
    since: i64,
}

async fn events(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Query(Since { since }): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let _: Granted<See> = actor.grant()?;
    let token = session_token(&gate, &headers)
        .ok_or_else(|| Refused::internal("a request of the session group has no session"))?;
    // A browser that lost the connection says itself where it stood.
    let again = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let listener = Listener {
        events: gate.events.clone(),
        gate,
        token,
        heard: again.unwrap_or(since),
        quiet_until: Instant::now(),
    };
    let mut response = Response::new(Body::from_stream(listener.stream()));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream"),
    );
    // nginx would keep the events back until its buffer is full.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// One open page.
struct Listener {
    gate: Gate,
    token: String,
    events: Events,
    /// Id of the last event it was sent.
    heard: i64,
    quiet_until: Instant,
}

impl Listener {
    fn stream(self) -> impl Stream<Item = Result<String, Infallible>> {
        let first = futures::stream::iter([Ok(format!("retry: {RETRY_MS}\n\n"))]);
        let later = unfold(self, |mut listener| async move {
            let text = listener.next().await?;
            Some((Ok(text), listener))
        });
        futures::StreamExt::chain(first, later)
    }

    /// The next piece of text; `None` when the program or the session ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            let last = *self.events.last.borrow_and_update();
            let text = if last.iter().any(|id| *id > self.heard) {
                tokio::select! {
                    () = sleep_until(self.quiet_until) => {}
                    _ = self.events.ending.changed() => return None,
                }
                // What came meanwhile goes along.
                let last = *self.events.last.borrow_and_update();
                self.written(last)
            } else {
                tokio::select! {
                    changed = self.events.last.changed() => { changed.ok()?; continue; }
                    () = sleep(HEARTBEAT) => ":\n\n".to_owned(),
                    _ = self.events.ending.changed() => return None,
                }
            };
            let holds = engine::users::session_holds(&self.gate.engine, &self.token).await;
            return holds.unwrap_or(false).then_some(text);
        }
    }

    /// The events of everything after the last one sent, oldest first, so that its id is the greatest.
    fn written(&mut self, last: LastIds) -> String {
        let mut due: Vec<_> = TOPICS
            .into_iter()
            .zip(last)
            .filter(|(_, id)| *id > self.heard)
            .collect();
        due.sort_by_key(|(_, id)| *id);
        self.heard = last.into_iter().max().unwrap_or(self.heard);
        self.quiet_until = Instant::now() + GAP;
        let events: Vec<String> = due
            .into_iter()
            .map(|(topic, id)| format!("event: changed\nid: {id}\ndata: {}\n\n", topic.word()))
            .collect();
        events.concat()
    }
}

#[cfg(test)]
mod tests {
    use super::note;

    #[test]
    fn ids_grow_even_when_the_clock_stands_still() {
        let mut last = [5, 7];
        note(&mut last, [true, false], 7);
        assert_eq!(last, [8, 7]);
        note(&mut last, [false, true], 7);
        assert_eq!(last, [8, 9]);
        note(&mut last, [true, true], 100);
        assert_eq!(last, [100, 100]);
    }
}
