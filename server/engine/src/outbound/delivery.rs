//! One delivery: guard, request, recording. Every state change is guarded by the state it expects (promise R4).

use egress::Response;
use model::{
    connection::Connection,
    id::{HttpRequestId, TransactionId},
    message::Message,
    transaction::{RequestState, TransactionState},
};
use store::{
    http_request::{RequestOutcome, StoredRequest},
    transaction::{StateChange, StoredTransaction},
};

use super::{Draft, Prepared, Shown, TokenUse, Unprepared, prepare};
use crate::{
    Engine, Error, Result,
    changes::Topic,
    clock::milliseconds_since,
    departure::Leave,
    mask::Mask,
    tokens::{Asker, Wanted},
};

/// Sends one queued transaction and records what happened. Does nothing when somebody else took it.
pub(super) async fn deliver(engine: &Engine, id: TransactionId) -> Result<()> {
    let Some(transaction) = store::transaction::find(&engine.db, id).await? else {
        return Ok(());
    };
    if transaction.row.state != TransactionState::Queued || transaction.held {
        return Ok(());
    }
    let Some((connection, message)) = route(engine, &transaction).await? else {
        let text = "Its integration, connection or message was deleted before it was sent. Replay it if it is still wanted.";
        return refuse(engine, &transaction, None, text).await;
    };
    if !connection.active {
        // Disabled stops all processing.
        return hold(engine, id, &connection).await;
    }
    let leave = match Leave::for_connection(engine, &connection) {
        Ok(leave) => leave,
        Err(sentence) => return refuse(engine, &transaction, Some(&connection), &sentence).await,
    };
    let job = Job {
        engine,
        leave,
        transaction: &transaction,
        connection: &connection,
        message: &message,
    };
    match job.prepare(Wanted::Usable).await? {
        Ok(prepared) => job.send(prepared).await,
        Err(unprepared) => refuse(engine, &transaction, Some(&connection), unprepared.sentence()).await,
    }
}

/// The connection and message of a transaction, when they still exist.
async fn route(engine: &Engine, transaction: &StoredTransaction) -> Result<Option<(Connection, Message)>> {
    let (Some(connection), Some(integration)) = (transaction.row.connection, transaction.row.integration)
    else {
        return Ok(None);
    };
    let connection = store::connection::find(&engine.db, connection).await?;
    let message =
        store::message::find_by_name(&engine.db, integration, &transaction.row.message_name).await?;
    Ok(connection.zip(message))
}

/// One transaction on its way to its target.
struct Job<'a> {
    engine: &'a Engine,
    leave: Leave,
    transaction: &'a StoredTransaction,
    connection: &'a Connection,
    message: &'a Message,
}

impl Job<'_> {
    async fn prepare(&self, wanted: Wanted) -> Result<Result<Prepared, Unprepared>> {
        let draft = Draft {
            method: self.message.method,
            path: &self.message.path,
            headers: &self.message.headers,
            content_type: &self.transaction.content_type,
            message_id: &self.transaction.row.message_id,
            body: if self.message.method.is_safe() {
                Vec::new()
            } else {
                self.transaction.body.clone()
            },
        };
        let token = TokenUse {
            wanted,
            by: Asker::Message,
        };
        prepare(self.engine, self.connection, draft, token).await
    }

    /// Sends; after a 401 once more with a refreshed token, if there is one.
    async fn send(&self, prepared: Prepared) -> Result<()> {
        let (engine, id) = (self.engine, self.transaction.row.id);
        let token = prepared.token.as_ref().map(|token| token.serial);
        let first = self.stored_request(1, &prepared);
        let request = first.id;
        let claimed = engine
            .change::<_, Error, _>(Topic::Transactions, move |tx| {
                Box::pin(async move {
                    if !store::transaction::claim(tx, id).await? {
                        return Ok(false);
                    }
                    store::http_request::insert(tx, &first).await?;
                    Ok(true)
                })
            })
            .await?;
        if !claimed {
            return Ok(());
        }
        let outcome = self.exchange(request, prepared).await;
        let (Some(serial), Some(401)) = (token, outcome.status) else {
            return finish(engine, id, outcome).await;
        };
        let again = match self.prepare(Wanted::NewerThan(serial)).await {
            Ok(Ok(again)) => again,
            Ok(Err(unprepared)) => return self.not_repeated(outcome, unprepared.sentence()).await,
            Err(error) => {
                // What the target said is known, whatever stands against a second attempt.
                self.not_repeated(outcome, "see the log of Switchboard.").await?;
                return Err(error);
            }
        };
        let second = self.stored_request(2, &again);
        let request = second.id;
        let followed = engine
            .change::<_, Error, _>(Topic::Transactions, move |tx| {
                Box::pin(async move {
                    if !store::http_request::finish(tx, &outcome, &[RequestState::Sending]).await? {
                        return Ok(false);
                    }
                    // What was replayed meanwhile is not sent once more.
                    let still = StateChange::to(TransactionState::Sending);
                    if !store::transaction::set_state(tx, id, &[TransactionState::Sending], &still).await? {
                        return Ok(false);
                    }
                    store::http_request::insert(tx, &second).await?;
                    Ok(true)
                })
            })
            .await?;
        if !followed {
            return Ok(());
        }
        let outcome = self.exchange(request, again).await;
        finish(engine, id, outcome).await
    }

    /// Ends with the answer of the first attempt, and why there is no second one.
    async fn not_repeated(&self, outcome: RequestOutcome, why: &str) -> Result<()> {
        let error = format!("{} The token was not refreshed: {why}", outcome.error);
        finish(
            self.engine,
            self.transaction.row.id,
            RequestOutcome { error, ..outcome },
        )
        .await
    }

    /// An attempt as it is about to leave.
    fn stored_request(&self, number: i64, prepared: &Prepared) -> StoredRequest {
        let Prepared { request, mask, .. } = prepared;
        let Shown { url, headers } = prepared.shown();
        StoredRequest {
            attempt: number,
            state: RequestState::Sending,
            started: Some(self.engine.now()),
            method: request.method.to_string(),
            url,
            request_headers: headers,
            request_body: mask.body(&request.body, content_encoding(&request.headers), false),
            request_size: length(request.body.len()),
            request_type: mask.text(&self.transaction.content_type),
            ..attempt(self.engine, self.transaction, Some(self.connection))
        }
    }

    async fn exchange(&self, id: HttpRequestId, prepared: Prepared) -> RequestOutcome {
        let Prepared { request, mask, .. } = prepared;
        let started = self.engine.clock.instant();
        let outcome = match self.engine.departure.send(&self.leave, request, |_| {}).await {
            Ok(response) => answered(id, &response, &mask),
            Err((failure, _)) => RequestOutcome {
                error: mask
                    .text(&format!("{} {}", failure.cause(), failure.next_step()))
                    .trim_end()
                    .to_owned(),
                ..nothing(id)
            },
        };
        RequestOutcome {
            duration_ms: Some(milliseconds_since(started)),
            ..outcome
        }
    }
}

fn answered(id: HttpRequestId, response: &Response, mask: &Mask) -> RequestOutcome {
    let success = response.status.is_success();
    let content_type = response
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    RequestOutcome {
        state: if success {
            RequestState::Ok
        } else {
            RequestState::Error
        },
        status: Some(i64::from(response.status.as_u16())),
        response_headers: mask.headers(&readable(&response.headers)),
        response_body: mask.body(
            &response.body,
            content_encoding(&response.headers),
            response.truncated,
        ),
        response_size: i64::try_from(response.body_size).unwrap_or(i64::MAX),
        response_type: mask.text(content_type),
        response_truncated: response.truncated,
        error: if success {
            String::new()
        } else {
            format!("The target answered {}.", response.status)
        },
        ..nothing(id)
    }
}

/// An outcome without an answer.
fn nothing(id: HttpRequestId) -> RequestOutcome {
    RequestOutcome {
        id,
        state: RequestState::Error,
        status: None,
        response_headers: Vec::new(),
        response_body: Vec::new(),
        response_size: 0,
        response_type: String::new(),
        response_truncated: false,
        error: String::new(),
        duration_ms: None,
    }
}

async fn finish(engine: &Engine, id: TransactionId, outcome: RequestOutcome) -> Result<()> {
    let state = if outcome.state == RequestState::Ok {
        TransactionState::Complete
    } else {
        TransactionState::Error
    };
    let change = StateChange {
        to: state,
        finished: Some(engine.now()),
        error: outcome.error.clone(),
        last_status: outcome.status,
    };
    engine
        .change(Topic::Transactions, move |tx| {
            Box::pin(async move {
                if store::http_request::finish(tx, &outcome, &[RequestState::Sending]).await? {
                    store::transaction::set_state(tx, id, &[TransactionState::Sending], &change).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Puts the HTTP request and its transaction in error with an explanation, without sending anything.
async fn refuse(
    engine: &Engine,
    transaction: &StoredTransaction,
    connection: Option<&Connection>,
    sentence: &str,
) -> Result<()> {
    let attempt = StoredRequest {
        state: RequestState::Error,
        error: sentence.into(),
        ..attempt(engine, transaction, connection)
    };
    let change = StateChange {
        to: TransactionState::Error,
        finished: Some(engine.now()),
        error: sentence.into(),
        last_status: None,
    };
    let id = transaction.row.id;
    engine
        .change(Topic::Transactions, move |tx| {
            Box::pin(async move {
                if store::transaction::set_state(tx, id, &[TransactionState::Queued], &change).await? {
                    store::http_request::insert(tx, &attempt).await?;
                }
                Ok(())
            })
        })
        .await
}

async fn hold(engine: &Engine, id: TransactionId, connection: &Connection) -> Result<()> {
    let reason = held_because(&connection.name);
    engine
        .change(Topic::Transactions, move |tx| {
            Box::pin(async move {
                store::transaction::hold(tx, id, &reason).await?;
                Ok(())
            })
        })
        .await
}

/// Why a message waits although nothing is wrong with it.
pub(crate) fn held_because(connection: &str) -> String {
    format!("Held: {connection} is not active. Enable a connection and send what waits, or replay it.")
}

/// Marks an attempt that a crash interrupted: whether it arrived is not known, so it is not sent again by itself.
pub(super) async fn interrupted(
    engine: &Engine,
    request: HttpRequestId,
    transaction: TransactionId,
) -> Result<()> {
    let text = "Switchboard stopped while this was being sent: the target may or may not have received it. Replay it if it did not arrive.";
    finish(engine, transaction, unknown(request, text)).await
}

/// The outcome of an attempt of which nobody knows whether it arrived.
pub(crate) fn unknown(request: HttpRequestId, why: &str) -> RequestOutcome {
    RequestOutcome {
        error: why.into(),
        ..nothing(request)
    }
}

/// An attempt of which nothing is known yet.
fn attempt(
    engine: &Engine,
    transaction: &StoredTransaction,
    connection: Option<&Connection>,
) -> StoredRequest {
    StoredRequest {
        id: engine.clock.id(),
        transaction: transaction.row.id,
        connection: connection.map(|connection| connection.id),
        attempt: 1,
        state: RequestState::Ready,
        method: String::new(),
        url: connection
            .map(|connection| connection.endpoint_url.clone())
            .unwrap_or_default(),
        request_headers: Vec::new(),
        request_body: Vec::new(),
        request_size: 0,
        request_type: String::new(),
        status: None,
        response_headers: Vec::new(),
        response_body: Vec::new(),
        response_size: 0,
        response_type: String::new(),
        response_truncated: false,
        error: String::new(),
        started: None,
        duration_ms: None,
    }
}

/// The Content-Encoding, empty when there is none. One that is no text names no encoding we know.
pub(crate) fn content_encoding(headers: &http::HeaderMap) -> &str {
    headers
        .get(http::header::CONTENT_ENCODING)
        .map_or("", |value| value.to_str().unwrap_or("unreadable"))
}

/// Headers as text; bytes that are no text are replaced.
pub(crate) fn readable(headers: &http::HeaderMap) -> Vec<(String, String)> {
    headers
        .iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

fn length(bytes: usize) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}
