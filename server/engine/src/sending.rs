//! Accepting an outbound message: stored durably first, delivered after. Requests with the same idempotency key store
//! one message, and all of them get its answer.

use model::{
    Invalid,
    connection::Connection,
    id::{IntegrationId, UserId},
    integration::Integration,
    message::{Direction, Message},
    overview::Accepted,
    transaction::{ProcessState, TransactionRow, TransactionState, number_text},
};
use sha2::{Digest, Sha256};
use store::transaction::{Keyed, NewTransaction};
use uuid::Uuid;

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
    /// The idempotency key of the request, which travels on as `Idempotency-Key`. Without one, a message id is made and
    /// every request is another message.
    pub message_id: Option<String>,
}

/// Stores an outbound message; it is delivered through the active connection right after. A message that this user sent
/// to this integration before under the same key is not stored again: the first answer is returned, whatever has
/// happened to the connection or the message since.
///
/// # Errors
/// [`Error::MessageIdReused`] when the key was used for another message, body or content type; [`Error::Conflict`]
/// without an active connection; [`Error::NotFound`] for an unknown message.
pub async fn send(engine: &Engine, by: &Granted<Operate>, outgoing: Outgoing) -> Result<Accepted> {
    let integration = integrations::stored(engine, outgoing.integration).await?;
    let sent = Sent {
        keyed: keyed(by, &outgoing)?,
        body_hash: Sha256::digest(&outgoing.body).to_vec(),
        message_name: outgoing.message.clone(),
        content_type: outgoing.content_type.clone(),
    };
    if let Some(first) = sent.before(engine).await? {
        return Ok(first);
    }
    let new = transaction(engine, by, &integration, outgoing, sent.body_hash.clone()).await?;
    let (id, connection) = (new.row.id, new.row.connection);
    let message_id = new.row.message_id.clone();
    let number = match sent.keyed.clone() {
        None => engine.db.append(new).await.map_err(Error::from),
        Some(keyed) => match once(engine, new, keyed).await {
            Err(error) if error.constraint() == Some("idempotency_key_once") => {
                let gone = || Error::Unavailable("The message was not stored. Send it again.".into());
                return sent.before(engine).await?.ok_or_else(gone);
            }
            stored => stored.map_err(Error::from),
        },
    }?;
    engine.changes.note(Topic::Transactions);
    engine.dispatcher.deliver(id, connection);
    Ok(Accepted {
        transaction: number_text(number, 0),
        message_id,
    })
}

/// What tells one request from another.
struct Sent {
    keyed: Option<Keyed>,
    message_name: String,
    content_type: String,
    body_hash: Vec<u8>,
}

impl Sent {
    /// The answer that this request got before.
    async fn before(&self, engine: &Engine) -> Result<Option<Accepted>> {
        let Some(keyed) = &self.keyed else {
            return Ok(None);
        };
        let Some(first) = store::transaction::first_with_key(&engine.db, keyed).await? else {
            return Ok(None);
        };
        let difference = if first.message_name != self.message_name {
            "name"
        } else if first.body_hash != self.body_hash {
            "body"
        } else if first.content_type != self.content_type {
            "Content-Type"
        } else {
            return Ok(Some(Accepted {
                transaction: first.transaction,
                message_id: keyed.key.clone(),
            }));
        };
        Err(Error::MessageIdReused(format!(
            "You sent {} under this Idempotency-Key, with another {difference}. Nothing was stored. Use a new key for a \
             new message.",
            first.transaction
        )))
    }
}

/// The key of a request with its scope: the user of the API token and the integration.
fn keyed(by: &Granted<Operate>, outgoing: &Outgoing) -> Result<Option<Keyed>> {
    let Some(key) = &outgoing.message_id else {
        return Ok(None);
    };
    check_message_id(key).map_err(|text| Error::field("message_id", Invalid::Malformed(text)))?;
    Ok(Some(Keyed {
        integration: outgoing.integration,
        // The program itself has no user.
        user: by.actor().user.unwrap_or_else(|| UserId::from(Uuid::nil())),
        key: key.clone(),
    }))
}

/// Stores a message unless its key is taken: the database decides, so that of requests that arrive together one stores.
async fn once(engine: &Engine, new: NewTransaction, keyed: Keyed) -> Result<i64, store::Error> {
    engine
        .db
        .write(move |tx| Box::pin(async move { store::transaction::insert_keyed(tx, &new, &keyed).await }))
        .await
}

/// The transaction to store, when the state of message and connection allows it.
async fn transaction(
    engine: &Engine,
    by: &Granted<Operate>,
    integration: &Integration,
    outgoing: Outgoing,
    body_hash: Vec<u8>,
) -> Result<NewTransaction> {
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
    let connection = active(engine, integration).await?;
    let row = row(
        engine,
        by.name(),
        integration,
        &connection,
        &message,
        outgoing.message_id,
    )
    .await?;
    Ok(NewTransaction {
        row,
        headers: Vec::new(),
        body_hash,
        body: outgoing.body,
        content_type: outgoing.content_type,
        process: Some(integration.process),
        inbound_user: None,
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
        message_id: message_id.unwrap_or_else(|| engine.clock.id::<Uuid>().to_string()),
        created: engine.now(),
        created_by: who.to_owned(),
        finished: None,
        last_status: None,
        error: String::new(),
    })
}
