//! Storing transactions, one or many with one statement: what a statement costs is paid once for all that arrived
//! while the last commit ran.

use std::{
    collections::HashSet,
    sync::{Arc, LazyLock},
};

use super::NewTransaction;
use crate::{
    Error, Result, Tx,
    value::{Value, values},
};

const COLUMNS: &str = "id, number, replay, direction, state, process_state, process, integration, connection,
     inbound_user, process_name, integration_name, connection_name, environment, message_name, message_id, created,
     created_by, finished, last_status, error, content_type, body_hash, headers, body";

/// Rows of one statement, most first. Few sizes, so that every statement stays prepared.
const SIZES: [usize; 4] = [64, 16, 4, 1];

static STATEMENTS: LazyLock<[Arc<str>; SIZES.len()]> = LazyLock::new(|| SIZES.map(statement));

fn statement(rows: usize) -> Arc<str> {
    let columns = COLUMNS.split(',').count();
    let row = |row: usize| {
        let placeholders: Vec<_> = (1..=columns).map(|n| format!("${}", row * columns + n)).collect();
        format!("({})", placeholders.join(", "))
    };
    let rows: Vec<_> = (0..rows).map(row).collect();
    format!(
        "INSERT INTO message_transaction ({COLUMNS}) VALUES {}
         ON CONFLICT (message_id, process, inbound_user, replay) DO NOTHING RETURNING number, replay",
        rows.join(", ")
    )
    .into()
}

/// Stores transactions and answers the number of each, in their order. One whose message id its caller has used
/// before is not stored: Conflict `transaction_message_id`. Any other trouble fails all of them.
pub(crate) async fn insert_all(tx: &mut Tx, new: &[&NewTransaction]) -> Result<Vec<Result<i64>>> {
    let mut next = first_number(tx, new.iter().filter(|new| new.row.number == 0).count()).await?;
    let numbered: Vec<_> = new
        .iter()
        .map(|new| {
            let number = if new.row.number == 0 { next } else { new.row.number };
            next += i64::from(new.row.number == 0);
            (number, *new)
        })
        .collect();
    let mut stored = HashSet::with_capacity(new.len());
    let mut left = numbered.as_slice();
    while let Some((size, sql)) = SIZES
        .iter()
        .zip(&*STATEMENTS)
        .find(|(size, _)| **size <= left.len())
    {
        let (rows, rest) = left.split_at(*size);
        let mut values = Vec::with_capacity(size * 25);
        for (number, new) in rows {
            values.extend(bound(*number, new)?);
        }
        for row in tx.rows(sqlx::AssertSqlSafe(Arc::clone(sql)), values).await? {
            stored.insert((row.integer("number")?, row.integer("replay")?));
        }
        left = rest;
    }
    let answer = |(number, new): &(i64, &NewTransaction)| {
        if stored.contains(&(*number, new.row.replay)) {
            Ok(*number)
        } else {
            Err(Error::Conflict {
                constraint: "transaction_message_id".to_owned(),
            })
        }
    };
    Ok(numbered.iter().map(answer).collect())
}

/// The first of `count` consecutive numbers, which nobody else gets.
async fn first_number(tx: &mut Tx, count: usize) -> Result<i64> {
    if count == 0 {
        return Ok(0);
    }
    let count = i64::try_from(count).map_err(|_| Error::corrupt("counter"))?;
    let sql = "UPDATE counter SET value = value + $1 WHERE name = 'transaction' RETURNING value";
    let rows = tx.rows(sql, values![count]).await?;
    let last = rows
        .first()
        .ok_or_else(|| Error::corrupt("counter"))?
        .integer("value")?;
    Ok(last - count + 1)
}

fn bound(number: i64, new: &NewTransaction) -> Result<Vec<Value<'_>>> {
    let row = &new.row;
    Ok(values![
        row.id,
        number,
        row.replay,
        row.direction.word(),
        row.state.word(),
        row.process_state.word(),
        new.process,
        row.integration,
        row.connection,
        new.inbound_user,
        &row.process_name,
        &row.integration_name,
        &row.connection_name,
        row.environment
            .map_or(Value::NO_TEXT, |environment| Value::from(environment.word())),
        &row.message_name,
        &row.message_id,
        row.created,
        &row.created_by,
        row.finished,
        row.last_status,
        &row.error,
        &new.content_type,
        &new.body_hash,
        Value::json(&new.headers)?,
        &new.body,
    ])
}
