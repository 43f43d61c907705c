//! Transactions: listed, read and replayed.

use std::str::FromStr;

use axum::{
    Extension, Json, Router,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use engine::{Actor, transactions};
use model::{
    Timestamp,
    message::Direction,
    transaction::{
        Position, TransactionDetail, TransactionFilter, TransactionRow, TransactionState, number_text,
        parse_number,
    },
};
use serde_json::{Value, json};

use crate::{gate::Gate, problem::Refused};

type Answer = Result<Response, Refused>;

/// The routes, relative to `/api/v1`.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/transactions", get(list))
        .route("/transactions/{number}", get(find))
        .route("/transactions/{number}/replay", post(replay))
}

async fn list(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    RawQuery(query): RawQuery,
) -> Answer {
    let page = transactions::list(
        &gate.engine,
        &actor.grant()?,
        filter(query.as_deref().unwrap_or_default())?,
    )
    .await?;
    let next = page
        .next
        .map(|position| number_text(position.number, position.replay));
    let items = page.rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({ "items": items, "next": next })).into_response())
}

async fn find(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(number): Path<String>,
) -> Answer {
    let number = known_form(&number)?;
    Ok(Json(detail(
        &transactions::detail(&gate.engine, &actor.grant()?, &number).await?,
    )?)
    .into_response())
}

async fn replay(
    State(gate): State<Gate>,
    Extension(actor): Extension<Actor>,
    Path(number): Path<String>,
) -> Answer {
    let number = known_form(&number)?;
    let accepted = transactions::replay(&gate.engine, &actor.grant()?, &number).await?;
    let location = format!("/api/v1/transactions/{}", accepted.transaction);
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, location)],
        Json(accepted),
    )
        .into_response())
}

/// What is no number is the number of nothing.
fn known_form(text: &str) -> Result<String, Refused> {
    let (number, replay) = parse_number(text).ok_or_else(|| Refused::no_such("transaction"))?;
    Ok(number_text(number, replay))
}

fn filter(query: &str) -> Result<TransactionFilter, Refused> {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(query).map_err(|_| Refused::malformed("The query is not well-formed."))?;
    let mut filter = TransactionFilter::default();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        match name.as_str() {
            "integration" => filter.integration = Some(parsed(name, value)?),
            "connection" => filter.connection = Some(parsed(name, value)?),
            "direction" => filter.direction = Some(Direction::parse(value).ok_or_else(|| bad(name))?),
            "state" => filter.state = Some(TransactionState::parse(value).ok_or_else(|| bad(name))?),
            "from" => filter.from = Some(Timestamp(parsed(name, value)?)),
            "until" => filter.until = Some(Timestamp(parsed(name, value)?)),
            "search" => filter.search.clone_from(value),
            "before" => {
                let (number, replay) = parse_number(value).ok_or_else(|| bad(name))?;
                filter.before = Some(Position { number, replay });
            }
            unknown => {
                let shown: String = unknown.chars().take(60).collect();
                return Err(Refused::malformed(format!("There is no filter “{shown}”.")));
            }
        }
    }
    Ok(filter)
}

fn parsed<T: FromStr>(name: &str, value: &str) -> Result<T, Refused> {
    value.parse().map_err(|_| bad(name))
}

fn bad(name: &str) -> Refused {
    Refused::malformed(format!("The filter “{name}” has a value it cannot have."))
}

/// A row with its number as people read it.
fn row(row: &TransactionRow) -> Result<Value, Refused> {
    let mut value = serde_json::to_value(row).map_err(|error| Refused::internal(&error.to_string()))?;
    if let Some(object) = value.as_object_mut() {
        object.insert("number".into(), number_text(row.number, row.replay).into());
    }
    Ok(value)
}

/// The row's fields, and what belongs to one transaction alone.
fn detail(detail: &TransactionDetail) -> Result<Value, Refused> {
    let mut value = row(&detail.row)?;
    if let Some(object) = value.as_object_mut() {
        object.insert("headers".into(), json!(detail.headers));
        object.insert("body".into(), json!(detail.body));
        object.insert("requests".into(), json!(detail.requests));
        object.insert("family".into(), json!(detail.family));
    }
    Ok(value)
}
