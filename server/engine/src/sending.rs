//! Accepting an outbound message: stored durably first, delivered after.

use model::{
    Invalid,
    connection::Connection,
    id::IntegrationId,
    integration::Integration,
    message::{Direction, Message},
    overview::Accepted,
    transaction::{ProcessState, TransactionRow, TransactionState, number_text},
};
use sha2::{Digest, Sha256};
use store::transaction::NewTransaction;

use crate::{
    Engine, Error, Granted, Result, changes::Topic, inbound::check_message_id, integrations,
    permission::Operate,
};

/// A message to be sent.
pub struct Outgoing {
    pub integration: IntegrationId,
    /// Name of the message.
    pub message: String,
    pub body: Vec<u8>,
    pub content_type: String,
    /// Travels as `Idempotency-Key`; made when not given.
    pub message_id: Option<String>,
}

/// Stores an outbound message; it is delivered through the active connection right after.
///
/// # Errors
/// [`Error::Conflict`] without an active connection; [`Error::NotFound`] for an unknown message.
pub async fn send(engine: &Engine, by: &Granted<Operate>, outgoing: Outgoing) -> Result<Accepted> {
    let integration = integrations::stored(engine, outgoing.integration).await?;
    let message = store::message::find_by_name(&engine.db, integration.id, &outgoing.message)
        .await?
        .ok_or(Error::NotFound("message"))?;
    if !message.active {
        return Err(Error::Conflict(format!(
            "The message {} is not active. Switch it on first.",
            message.name
        )));
    }
    if outgoing.body.len() > engine.settings.body_limit {
        let text = format!("The body is larger than {} bytes.", engine.settings.body_limit);
        return Err(Error::field("body", Invalid::Refused(text)));
    }
    if let Some(id) = &outgoing.message_id {
        check_message_id(id).map_err(|text| Error::field("message_id", Invalid::Malformed(text)))?;
    }
    let connection = active(engine, &integration).await?;
    let row = row(
        engine,
        by.name(),
        &integration,
        &connection,
        &message,
        outgoing.message_id,
    )
    .await?;
    let message_id = row.message_id.clone();
    let id = row.id;
    let new = NewTransaction {
        row,
        headers: Vec::new(),
        body_hash: Sha256::digest(&outgoing.body).to_vec(),
        body: outgoing.body,
        content_type: outgoing.content_type,
        process: Some(integration.process),
        inbound_user: None,
    };
    let number = engine.db.append(new).await?;
    engine.changes.note(Topic::Transactions);
    engine.dispatcher.deliver(id, Some(connection.id));
    Ok(Accepted {
        transaction: number_text(number, 0),
        message_id,
    })
}

/// The active connection of an integration.
pub(crate) async fn active(engine: &Engine, integration: &Integration) -> Result<Connection> {
    store::connection::active_of_integration(&engine.db, integration.id)
        .await?
        .ok_or_else(|| {
            Error::Conflict(format!(
                "{} has no active connection. Enable one of its connections, then send again.",
                integration.name
            ))
        })
}

async fn row(
    engine: &Engine,
    who: &str,
    integration: &Integration,
    connection: &Connection,
    message: &Message,
    message_id: Option<String>,
) -> Result<TransactionRow> {
    let process = store::process::find(&engine.db, integration.process).await?;
    Ok(TransactionRow {
        id: engine.clock.id(),
        number: 0,
        replay: 0,
        direction: Direction::Outbound,
        state: TransactionState::Queued,
        process_state: ProcessState::Pending,
        integration: Some(integration.id),
        integration_name: integration.name.clone(),
        connection: Some(connection.id),
        connection_name: connection.name.clone(),
        environment: Some(connection.environment),
        process_name: process.map(|process| process.name).unwrap_or_default(),
        message_name: message.name.clone(),
        message_id: message_id.unwrap_or_else(|| engine.clock.id::<uuid::Uuid>().to_string()),
        created: engine.now(),
        created_by: who.to_owned(),
        finished: None,
        last_status: None,
        error: String::new(),
    })
}
