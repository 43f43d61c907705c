//! Sending an outbound message again as a new transaction.

use model::{
    Timestamp,
    audit::{AuditAction, AuditEntry},
    connection::Connection,
    id::HttpRequestId,
    message::Direction,
    overview::Accepted,
    transaction::{ProcessState, RequestState, TransactionRow, TransactionState, number_text},
};
use store::{
    Tx,
    transaction::{NewTransaction, StateChange, StoredTransaction},
};

use super::stored;
use crate::{
    Engine, Error, Granted, Result, audit, changes::Topic, integrations, outbound, permission::Operate,
    sending,
};

/// Sends an outbound message again as a new transaction (`TX0000123.1`) through the connection active now. An original
/// that is in Error, Timed Out, held or stuck becomes Ignored, in the same database transaction.
///
/// # Errors
/// [`Error::Conflict`] for inbound transactions, for one still under way or changed meanwhile, and without an active
/// connection.
pub async fn replay(engine: &Engine, by: &Granted<Operate>, number: &str) -> Result<Accepted> {
    let original = stored(engine, number).await?;
    if original.row.direction == Direction::Inbound {
        return Err(Error::Conflict(
            "A received message is kept as it came; there is nothing to send again.".into(),
        ));
    }
    let replaced = Replaced::of(engine, &original).await?;
    if store::redaction::is_redacted(&engine.db, original.row.id).await? {
        return Err(Error::Conflict(
            "A value that became secret was removed from its body, so it is not what was sent any more. Send the \
             message again from where it came from."
                .into(),
        ));
    }
    let gone = || Error::Conflict("Its integration was deleted: there is nothing to send it through.".into());
    let integration = integrations::stored(engine, original.row.integration.ok_or_else(gone)?)
        .await
        .map_err(|_| gone())?;
    let connection = sending::active(engine, &integration).await?;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Replayed,
        ("transaction", original.row.id, number),
        String::new(),
    );
    let first = original.row.clone();
    let new = copy(engine, by.name(), original, &connection);
    let (id, message_id) = (new.row.id, new.row.message_id.clone());
    let transaction = engine
        .change::<_, Error, _>(Topic::Transactions, move |tx| {
            Box::pin(async move { store_replay(tx, new, first, replaced, &entry).await })
        })
        .await?;
    engine.dispatcher.deliver(id, Some(connection.id));
    Ok(Accepted {
        transaction,
        message_id,
    })
}

/// What becomes of the original.
enum Replaced {
    /// It is at an end that stays, such as Complete.
    No,
    /// It is Ignored from now on, if it is still in this state.
    From(TransactionState),
    /// It is stuck in this state since then. `attempts` were Sending.
    Stuck {
        state: TransactionState,
        since: Timestamp,
        attempts: Vec<HttpRequestId>,
        at: Timestamp,
    },
}

impl Replaced {
    async fn of(engine: &Engine, original: &StoredTransaction) -> Result<Self> {
        let id = original.row.id;
        let state = original.row.state;
        if original.held || matches!(state, TransactionState::Error | TransactionState::TimedOut) {
            return Ok(Self::From(state));
        }
        if !matches!(
            state,
            TransactionState::Queued | TransactionState::Sending | TransactionState::AwaitingReceipt
        ) {
            return Ok(Self::No);
        }
        let Some((state, since)) = outbound::stuck_since(engine, id).await? else {
            return Err(Error::Conflict(
                "It is still under way. Wait until it is Complete or in Error.".into(),
            ));
        };
        let attempts = store::http_request::of_transaction(&engine.db, id).await?;
        Ok(Self::Stuck {
            state,
            since,
            attempts: attempts
                .into_iter()
                .filter(|attempt| attempt.state == RequestState::Sending)
                .map(|attempt| attempt.id)
                .collect(),
            at: engine.now(),
        })
    }
}

/// The same message, to be sent through `connection`.
fn copy(engine: &Engine, who: &str, original: StoredTransaction, connection: &Connection) -> NewTransaction {
    let row = TransactionRow {
        id: engine.clock.id(),
        state: TransactionState::Queued,
        process_state: ProcessState::Pending,
        connection: Some(connection.id),
        connection_name: connection.name.clone(),
        environment: Some(connection.environment),
        created: engine.now(),
        created_by: who.into(),
        finished: None,
        last_status: None,
        error: String::new(),
        ..original.row
    };
    NewTransaction {
        row,
        headers: original.headers,
        body: original.body,
        content_type: original.content_type,
        process: original.process,
        inbound_user: None,
        body_hash: original.body_hash,
    }
}

/// Stores the replay and ignores the original. Whoever still works on the original finds it in another state and does
/// not send it (again).
async fn store_replay(
    tx: &mut Tx,
    mut new: NewTransaction,
    first: TransactionRow,
    replaced: Replaced,
    entry: &AuditEntry,
) -> Result<String> {
    new.row.replay = store::transaction::next_replay(tx, new.row.number).await?;
    let number = number_text(new.row.number, new.row.replay);
    match replaced {
        Replaced::No => {}
        Replaced::From(state) => {
            let change = StateChange {
                to: TransactionState::Ignored,
                finished: first.finished,
                error: first.error,
                last_status: first.last_status,
            };
            if !store::transaction::set_state(tx, first.id, &[state], &change).await? {
                return Err(changed_meanwhile());
            }
        }
        Replaced::Stuck {
            state,
            since,
            attempts,
            at,
        } => {
            if store::transaction::unfinished_since(&mut *tx, first.id).await? != Some((state, since)) {
                return Err(changed_meanwhile());
            }
            let error = match state {
                TransactionState::Queued => format!("It was stuck in Queued and was replayed as {number}."),
                _ => format!(
                    "It was stuck in Sending and was replayed as {number}: the target may have received it before."
                ),
            };
            for attempt in attempts {
                let outcome = outbound::unknown(attempt, &error);
                // An attempt that ended meanwhile may have been followed by another.
                if !store::http_request::finish(tx, &outcome, &[RequestState::Sending]).await? {
                    return Err(changed_meanwhile());
                }
            }
            let change = StateChange {
                to: TransactionState::Ignored,
                finished: Some(at),
                error,
                last_status: None,
            };
            if !store::transaction::set_state(tx, first.id, &[state], &change).await? {
                return Err(changed_meanwhile());
            }
        }
    }
    store::transaction::insert(tx, &new).await?;
    store::audit::insert(tx, entry).await?;
    Ok(number)
}

fn changed_meanwhile() -> Error {
    Error::Conflict(
        "It changed while you replayed it: it was sent, released or replayed by somebody else. Nothing was stored. \
         Reload the page and look at its state."
            .into(),
    )
}
