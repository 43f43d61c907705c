//! Transactions: list and detail.

mod replay;

use model::transaction::{
    HttpRequestView, Position, TransactionDetail, TransactionFilter, TransactionPage, number_text,
    parse_number,
};
use store::{http_request::StoredRequest, transaction::StoredTransaction};

use crate::{Engine, Error, Granted, Result, outbound, permission::See, recorded};

pub use replay::replay;

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
    let stuck = outbound::stuck_since(engine, transaction.row.id).await?.is_some();
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
        stuck,
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
