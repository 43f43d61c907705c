//! Counts over transactions. "Failed" is Error or Timed Out.

use std::collections::HashMap;

use model::{
    Timestamp,
    id::{InboundUserId, IntegrationId},
    transaction::TransactionState,
};

use crate::{Reader, Result, row::StoredRow, value::values};

/// How many transactions, and how many of them failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub total: i64,
    pub failed: i64,
}

macro_rules! select_counts {
    ($condition:literal) => {
        concat!(
            "SELECT COUNT(*) AS total,
             CAST(COALESCE(SUM(CASE WHEN state IN ('error', 'timed_out') THEN 1 ELSE 0 END), 0) AS BIGINT) AS failed
             FROM message_transaction WHERE ",
            $condition
        )
    };
}

fn read(row: &StoredRow) -> Result<Counts> {
    Ok(Counts {
        total: row.integer("total")?,
        failed: row.integer("failed")?,
    })
}

/// Counts of the transactions created since `at`.
pub async fn counts_since(from: impl Into<Reader<'_>>, at: Timestamp) -> Result<Counts> {
    let counts = from
        .into()
        .one(select_counts!("created >= $1"), values![at], read)
        .await?;
    Ok(counts.unwrap_or_default())
}

/// Counts of an integration's transactions created since `at`.
pub async fn counts_of_integration_since(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
    at: Timestamp,
) -> Result<Counts> {
    let sql = select_counts!("integration = $1 AND created >= $2");
    Ok(from
        .into()
        .one(sql, values![integration, at], read)
        .await?
        .unwrap_or_default())
}

/// How many transactions are in a state.
pub async fn count_in_state(from: impl Into<Reader<'_>>, state: TransactionState) -> Result<i64> {
    let sql = "SELECT COUNT(*) AS count FROM message_transaction WHERE state = $1";
    from.into().count(sql, values![state.word()]).await
}

/// Total and failed per step of `step_ms` milliseconds from `start`, `n` steps, oldest first.
pub async fn hours(
    from: impl Into<Reader<'_>>,
    start: Timestamp,
    step_ms: i64,
    n: usize,
) -> Result<Vec<(i64, i64)>> {
    let step = step_ms.max(1);
    let end = start.plus(step.saturating_mul(i64::try_from(n).unwrap_or(i64::MAX)));
    let rows = from
        .into()
        .rows(
            "SELECT (created - $1) / $3 AS step, COUNT(*) AS total,
             CAST(SUM(CASE WHEN state IN ('error', 'timed_out') THEN 1 ELSE 0 END) AS BIGINT) AS failed
             FROM message_transaction WHERE created >= $1 AND created < $2 GROUP BY 1",
            values![start, end, step],
        )
        .await?;
    let mut steps = vec![(0, 0); n];
    for row in &rows {
        if let Some(slot) = usize::try_from(row.integer("step")?)
            .ok()
            .and_then(|step| steps.get_mut(step))
        {
            *slot = (row.integer("total")?, row.integer("failed")?);
        }
    }
    Ok(steps)
}

/// When each inbound user last had a message accepted. Those who never did are left out.
pub async fn last_inbound_calls(from: impl Into<Reader<'_>>) -> Result<HashMap<InboundUserId, Timestamp>> {
    let rows = from
        .into()
        .rows(
            "SELECT u.id, (SELECT MAX(t.created) FROM message_transaction t WHERE t.inbound_user = u.id) AS last
             FROM inbound_user u",
            values![],
        )
        .await?;
    let mut calls = HashMap::with_capacity(rows.len());
    for row in &rows {
        if let Some(last) = row.optional_time("last")? {
            calls.insert(row.id("id")?, last);
        }
    }
    Ok(calls)
}
