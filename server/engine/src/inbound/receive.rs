//! An inbound call, from its credentials to the durable answer.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use model::{
    inbound_user::InboundUser,
    message::Direction,
    overview::Accepted,
    transaction::{ProcessState, RefusedCall, TransactionRow, TransactionState, number_text},
};
use sha2::{Digest, Sha256};
use store::transaction::NewTransaction;

use super::{Refusal, body, check_message_id, routes::Route};
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

/// An authenticated caller.
#[derive(Clone)]
pub struct Caller(Arc<(InboundUser, String)>);

/// What became of an accepted call.
pub enum Received {
    /// Stored now, durably: 202.
    New(Accepted),
    /// The same message id and body came before: 200 with the first answer.
    Repeated(Accepted),
}

/// Who is calling, from the `Authorization` header (RFC 7617).
///
/// # Errors
/// [`Refusal::Unauthenticated`] for missing, malformed, unknown, disabled or wrong alike.
pub async fn authenticate(engine: &Engine, authorization: Option<&str>) -> Result<Caller, Refusal> {
    let wrong = |reason: &str| Refusal::Unauthenticated(reason.into());
    let header = authorization.ok_or_else(|| wrong("no credentials"))?;
    let (user_id, password) = basic(header).ok_or_else(|| wrong("no readable Basic credentials"))?;
    if user_id.len() > 200 || password.len() > 1000 {
        return Err(wrong("user or password too long"));
    }
    let account = engine.routes.account(engine, &user_id).await?;
    // A disabled user costs the same work as a wrong password and is answered alike.
    let usable = account.filter(|account| account.0.active);
    let hash = usable.as_ref().map(|account| account.1.as_str());
    if engine
        .passwords
        .check(&format!("inbound {user_id}"), hash, &password)
        .await?
    {
        usable.map(Caller).ok_or_else(|| wrong("unknown user"))
    } else if usable.is_some() {
        Err(wrong("wrong password"))
    } else {
        Err(wrong("unknown or disabled user"))
    }
}

/// User and password of a Basic header.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Checks an authenticated call and stores it durably.
pub async fn receive(engine: &Engine, caller: &Caller, call: InboundCall) -> Result<Received, Refusal> {
    let user = &caller.0.0;
    let route = engine
        .routes
        .route(engine, &call.process, user)
        .await?
        .ok_or_else(|| {
            Refusal::UnknownProcess(format!(
                "There is no process with the API name {}. Check the URL.",
                shortened(&call.process)
            ))
        })?;
    let Some((_, integration)) = &route.active else {
        return Err(Refusal::NoActiveConnection(format!(
            "{} is the inbound user of no active connection of {}. Enable the connection in Switchboard.",
            user.user_id, route.process.name
        )));
    };
    body::check(
        integration.message_format,
        call.content_type.as_deref(),
        &call.body,
    )?;
    if let Some(id) = &call.message_id {
        check_message_id(id).map_err(Refusal::Malformed)?;
    }
    store(engine, user, &route, call).await
}

async fn store(
    engine: &Engine,
    user: &InboundUser,
    route: &Route,
    call: InboundCall,
) -> Result<Received, Refusal> {
    let new = transaction(engine, user, route, call);
    let (message_id, body_hash) = (new.row.message_id.clone(), new.body_hash.clone());
    match engine.db.append(new).await {
        Ok(number) => {
            engine.changes.note(Topic::Transactions);
            Ok(Received::New(Accepted {
                transaction: number_text(number, 0),
                message_id,
            }))
        }
        Err(error) if error.constraint() == Some("transaction_message_id") => {
            repeated(engine, user, route, &message_id, &body_hash).await
        }
        Err(error) => Err(Error::from(error).into()),
    }
}

fn transaction(engine: &Engine, user: &InboundUser, route: &Route, call: InboundCall) -> NewTransaction {
    let active = route.active.as_ref();
    let now = engine.now();
    let row = TransactionRow {
        id: engine.clock.id(),
        number: 0,
        replay: 0,
        direction: Direction::Inbound,
        // Without a script there is nothing left to do: stored is complete (product.md 5).
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
        .map(|(user, _)| shortened(&user))
        .unwrap_or_default();
    let call = RefusedCall {
        id: engine.clock.id(),
        at: engine.now(),
        address: address.into(),
        claimed,
        process: shortened(process),
        status: i64::from(refusal.status()),
        reason: refusal.reason(),
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

fn shortened(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_headers_are_read() {
        let header = |text: &str| format!("basic {}", STANDARD.encode(text));
        assert_eq!(basic(&header("jira:a:b")), Some(("jira".into(), "a:b".into())));
        for bad in ["", "Basic", "Basic !!!", "Bearer x", &header("nocolon")] {
            assert_eq!(basic(bad), None, "{bad}");
        }
    }
}
