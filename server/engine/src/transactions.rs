//! Transactions: list, detail, replay.

use model::{
    message::Direction,
    overview::Accepted,
    transaction::{
        HttpRequestView, Position, ProcessState, TransactionDetail, TransactionFilter, TransactionPage,
        TransactionRow, TransactionState, number_text, parse_number,
    },
};
use store::{
    http_request::StoredRequest,
    transaction::{NewTransaction, StateChange, StoredTransaction},
};

use crate::{
    Engine, Error, Granted, Result,
    changes::Topic,
    integrations,
    permission::{Operate, See},
    recorded, sending,
};

/// Rows a page of the list holds.
pub const PAGE: usize = 50;

/// A page of transactions, newest first.
pub async fn list(engine: &Engine, _: &Granted<See>, filter: TransactionFilter) -> Result<TransactionPage> {
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut rows = store::transaction::list(&engine.db, &filter, limit).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|row| Position {
        number: row.number,
        replay: row.replay,
    });
    Ok(TransactionPage { rows, next })
}

/// A transaction with its body and attempts.
pub async fn detail(engine: &Engine, _: &Granted<See>, number: &str) -> Result<TransactionDetail> {
    let transaction = stored(engine, number).await?;
    let requests = store::http_request::of_transaction(&engine.db, transaction.row.id).await?;
    let own = (transaction.row.number, transaction.row.replay);
    let family = store::transaction::family(&engine.db, transaction.row.number).await?;
    let size = i64::try_from(transaction.body.len()).unwrap_or(i64::MAX);
    Ok(TransactionDetail {
        body: recorded::body(&transaction.body, size, &transaction.content_type, false),
        headers: transaction.headers,
        requests: requests.into_iter().map(view).collect(),
        family: family
            .into_iter()
            .filter(|other| *other != own)
            .map(|(number, replay)| number_text(number, replay))
            .collect(),
        held: transaction.held,
        row: transaction.row,
    })
}

async fn stored(engine: &Engine, number: &str) -> Result<StoredTransaction> {
    let (number, replay) = parse_number(number).ok_or(Error::NotFound("transaction"))?;
    store::transaction::find_by_number(&engine.db, number, replay)
        .await?
        .ok_or(Error::NotFound("transaction"))
}

fn view(request: StoredRequest) -> HttpRequestView {
    HttpRequestView {
        id: request.id,
        attempt: request.attempt,
        state: request.state,
        method: request.method,
        url: request.url,
        request_headers: request.request_headers,
        request_body: recorded::body(
            &request.request_body,
            request.request_size,
            &request.request_type,
            false,
        ),
        status: request.status,
        response_headers: request.response_headers,
        response_body: recorded::body(
            &request.response_body,
            request.response_size,
            &request.response_type,
            request.response_truncated,
        ),
        error: request.error,
        started: request.started,
        duration_ms: request.duration_ms,
    }
}

/// Sends an outbound message again as a new transaction (`TX0000123.1`) through the connection active now. An original
/// that is in Error, Timed Out or held becomes Ignored.
///
/// # Errors
/// [`Error::Conflict`] for inbound transactions, for one still under way, and without an active connection.
pub async fn replay(engine: &Engine, by: &Granted<Operate>, number: &str) -> Result<Accepted> {
    let original = stored(engine, number).await?;
    if original.row.direction == Direction::Inbound {
        return Err(Error::Conflict(
            "A received message is kept as it came; there is nothing to send again.".into(),
        ));
    }
    if !original.held
        && matches!(
            original.row.state,
            TransactionState::Queued | TransactionState::Sending | TransactionState::AwaitingReceipt
        )
    {
        return Err(Error::Conflict(
            "It is still under way. Wait until it is Complete or in Error.".into(),
        ));
    }
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
    let id = engine.clock.id();
    let row = TransactionRow {
        id,
        state: TransactionState::Queued,
        process_state: ProcessState::Pending,
        connection: Some(connection.id),
        connection_name: connection.name.clone(),
        environment: Some(connection.environment),
        created: engine.now(),
        created_by: by.name().into(),
        finished: None,
        last_status: None,
        error: String::new(),
        ..original.row.clone()
    };
    let new = NewTransaction {
        row,
        headers: original.headers,
        body: original.body,
        content_type: original.content_type,
        process: original.process,
        inbound_user: None,
        body_hash: original.body_hash,
    };
    let message_id = new.row.message_id.clone();
    let entry = crate::audit::entry(
        engine,
        by.actor(),
        model::audit::AuditAction::Replayed,
        ("transaction", original.row.id, number),
        String::new(),
    );
    let mut replaced = vec![TransactionState::Error, TransactionState::TimedOut];
    if original.held {
        replaced.push(TransactionState::Queued);
    }
    let first = original.row;
    let change = StateChange {
        to: TransactionState::Ignored,
        finished: first.finished,
        error: first.error.clone(),
        last_status: first.last_status,
    };
    let transaction = engine
        .change::<_, Error, _>(Topic::Transactions, move |tx| {
            Box::pin(async move {
                let mut new = new;
                new.row.replay = store::transaction::next_replay(tx, new.row.number).await?;
                store::transaction::set_state(tx, first.id, &replaced, &change).await?;
                store::transaction::insert(tx, &new).await?;
                store::audit::insert(tx, &entry).await?;
                Ok(number_text(new.row.number, new.row.replay))
            })
        })
        .await?;
    engine.dispatcher.deliver(id, Some(connection.id));
    Ok(Accepted {
        transaction,
        message_id,
    })
}
