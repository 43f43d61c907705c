//! An inbound call, from its credentials to the durable answer.

use std::sync::Arc;

use model::{
    inbound_user::InboundUser,
    message::Direction,
    overview::Accepted,
    transaction::{ProcessState, RefusedCall, TransactionRow, TransactionState, number_text},
};
use sha2::{Digest, Sha256};
use store::{seen_signature::Seen, transaction::NewTransaction};

use super::{
    Refusal,
    authenticate::{Caller, basic},
    body, check_message_id,
    routes::Route,
};
use crate::{Engine, Error, changes::Topic};

/// A call, read.
pub struct InboundCall {
    /// Api name of the process, from the path.
    pub process: String,
    /// Headers worth keeping; credentials left out.
    pub headers: Vec<(String, String)>,
    pub content_type: Option<String>,
    /// `Idempotency-Key`, else `webhook-id`.
    pub message_id: Option<String>,
    pub body: Vec<u8>,
}

/// What became of an accepted call.
pub enum Received {
    /// Stored now, durably: 202.
    New(Accepted),
    /// The same message id and body came before: 200 with the first answer.
    Repeated(Accepted),
}

/// Checks an authenticated call and stores it durably.
pub async fn receive(engine: &Engine, caller: &Caller, call: InboundCall) -> Result<Received, Refusal> {
    let route = destination(engine, &caller.user, &call.process).await?;
    acceptable(&route, &call)?;
    store(engine, caller, &route, call).await
}

/// Where a caller's messages of a process go.
pub(super) async fn destination(
    engine: &Engine,
    user: &InboundUser,
    process: &str,
) -> Result<Arc<Route>, Refusal> {
    let route = engine.routes.route(engine, process, user).await?.ok_or_else(|| {
        Refusal::UnknownProcess(format!(
            "There is no process with the API name {}. Check the URL.",
            shortened(process)
        ))
    })?;
    if route.active.is_none() {
        return Err(Refusal::NoActiveConnection(format!(
            "{} is the inbound user of no active connection of {}. Enable the connection in Switchboard.",
            user.user_id, route.process.name
        )));
    }
    Ok(route)
}

/// Checks type, form and message id of a call.
pub(super) fn acceptable(route: &Route, call: &InboundCall) -> Result<(), Refusal> {
    if let Some((_, integration)) = &route.active {
        body::check(
            integration.message_format,
            call.content_type.as_deref(),
            &call.body,
        )?;
    }
    match &call.message_id {
        Some(id) => check_message_id(id).map_err(Refusal::Malformed),
        None => Ok(()),
    }
}

async fn store(
    engine: &Engine,
    caller: &Caller,
    route: &Route,
    mut call: InboundCall,
) -> Result<Received, Refusal> {
    let user = &*caller.user;
    // Whatever the caller was recognised by: a sender that changes from one way to another sends both for a while.
    let secret = engine.routes.secret_headers(engine).await?;
    call.headers
        .retain(|(name, value)| !secret.contains(&name.to_ascii_lowercase()) && !holds_secret(value));
    let new = transaction(engine, user, route, call);
    let (message_id, body_hash) = (new.row.message_id.clone(), new.body_hash.clone());
    let seen = caller.seen_as.as_ref().map(|(digest, until)| Seen {
        digest: digest.clone(),
        taken_as: taken_as(route, &message_id),
        until: *until,
    });
    let stored = match seen.clone() {
        None => engine.db.append(new).await.map_err(NotStored::Store),
        Some(seen) => once(engine, new, seen).await,
    };
    match stored {
        Ok(number) => {
            engine.changes.note(Topic::Transactions);
            Ok(Received::New(Accepted {
                transaction: number_text(number, 0),
                message_id,
            }))
        }
        Err(NotStored::Replayed) => Err(Refusal::Unauthenticated(REPLAYED.into())),
        Err(NotStored::Store(error)) if error.constraint() == Some("transaction_message_id") => {
            // The message was not stored anew, but this signature of it must not serve for another one either.
            if let Some(seen) = seen
                && !note(engine, seen).await?
            {
                return Err(Refusal::Unauthenticated(REPLAYED.into()));
            }
            repeated(engine, user, route, &message_id, &body_hash).await
        }
        Err(NotStored::Store(error)) => Err(Error::from(error).into()),
    }
}

/// How the secrets that we make begin: keys, path tokens, access and refresh tokens, signing and client secrets.
const OUR_SECRETS: [&str; 6] = ["sbk_", "sbp_", "sba_", "sbr_", "sbs_", "sbcs_"];

/// Whether one of our secrets is a word of a header's value. Whoever revoked a key still has senders that send it.
fn holds_secret(value: &str) -> bool {
    value
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'))
        .any(|word| OUR_SECRETS.iter().any(|begin| word.starts_with(begin)))
}

/// What the list of refused calls says of a replay.
pub(super) const REPLAYED: &str = "a replay: the same signed call was taken before, under another message id";

/// What a signed call was taken as: a message of one process. Sent to another process it is another message.
pub(super) fn taken_as(route: &Route, message_id: &str) -> String {
    format!("{} {message_id}", route.process.id)
}

/// Notes a signed call whose message is stored already; `false` for a replay.
async fn note(engine: &Engine, seen: Seen) -> Result<bool, Error> {
    let now = engine.now();
    engine
        .db
        .write(move |tx| Box::pin(async move { Ok(store::seen_signature::note(tx, &seen, now).await?) }))
        .await
}

/// Why a message was not stored.
enum NotStored {
    Store(store::Error),
    Replayed,
}

impl From<store::Error> for NotStored {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

/// Stores a signed message, and that it was seen, in one database transaction: what is not stored may be sent again.
async fn once(engine: &Engine, new: NewTransaction, seen: Seen) -> Result<i64, NotStored> {
    let now = engine.now();
    engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                if !store::seen_signature::note(tx, &seen, now).await? {
                    return Err(NotStored::Replayed);
                }
                Ok(store::transaction::insert(tx, &new).await?)
            })
        })
        .await
}

fn transaction(engine: &Engine, user: &InboundUser, route: &Route, call: InboundCall) -> NewTransaction {
    let active = route.active.as_ref();
    let now = engine.now();
    let row = TransactionRow {
        id: engine.clock.id(),
        number: 0,
        replay: 0,
        direction: Direction::Inbound,
        // Without a script there is nothing left to do: stored is complete.
        state: TransactionState::Complete,
        process_state: ProcessState::Accepted,
        integration: active.map(|(_, integration)| integration.id),
        integration_name: active
            .map(|(_, integration)| integration.name.clone())
            .unwrap_or_default(),
        connection: active.map(|(connection, _)| connection.id),
        connection_name: active
            .map(|(connection, _)| connection.name.clone())
            .unwrap_or_default(),
        environment: active.map(|(connection, _)| connection.environment),
        process_name: route.process.name.clone(),
        message_name: "message".into(),
        message_id: call
            .message_id
            .unwrap_or_else(|| engine.clock.id::<uuid::Uuid>().to_string()),
        created: now,
        created_by: user.user_id.clone(),
        finished: Some(now),
        last_status: None,
        error: String::new(),
    };
    NewTransaction {
        row,
        headers: call.headers,
        body_hash: Sha256::digest(&call.body).to_vec(),
        body: call.body,
        content_type: call.content_type.unwrap_or_default(),
        process: Some(route.process.id),
        inbound_user: Some(user.id),
    }
}

async fn repeated(
    engine: &Engine,
    user: &InboundUser,
    route: &Route,
    message_id: &str,
    body_hash: &[u8],
) -> Result<Received, Refusal> {
    let first = store::transaction::by_message_id(&engine.db, route.process.id, user.id, message_id)
        .await
        .map_err(Error::from)?;
    match first {
        Some((row, hash)) if hash == body_hash => Ok(Received::Repeated(Accepted {
            transaction: number_text(row.number, row.replay),
            message_id: message_id.into(),
        })),
        Some((row, _)) => Err(Refusal::Conflict(format!(
            "The message id was used with another body ({}). Use a new id for a new message.",
            number_text(row.number, row.replay)
        ))),
        None => Err(Refusal::Unavailable(
            "The message was not stored. Send it again.".into(),
        )),
    }
}

/// Notes a call that was not let in (401, 403, 429), apart from the transactions and capped.
pub async fn refused(
    engine: &Engine,
    refusal: &Refusal,
    process: &str,
    address: &str,
    authorization: Option<&str>,
) {
    if !matches!(refusal.status(), 401 | 403 | 429) {
        return;
    }
    let claimed = authorization
        .and_then(basic)
        .map(|(user, _)| user)
        .unwrap_or_default();
    let status = refusal.status();
    note_refused(engine, status, (process, &claimed), address, refusal.reason()).await;
}

/// Adds to the list of refused calls.
pub(crate) async fn note_refused(
    engine: &Engine,
    status: u16,
    (process, claimed): (&str, &str),
    address: &str,
    reason: String,
) {
    let call = RefusedCall {
        id: engine.clock.id(),
        at: engine.now(),
        address: address.into(),
        claimed: shortened(claimed),
        process: shortened(process),
        status: i64::from(status),
        reason,
    };
    let written = engine
        .db
        .write(move |tx| Box::pin(async move { store::refused_call::insert(tx, &call).await }))
        .await;
    if let Err(error) = written {
        let error: store::Error = error;
        tracing::warn!(%error, "a refused call could not be listed");
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}
