//! Lists of transactions. Pages are found by position (keyset), so that the last page costs what the first does.

use model::{
    id::{ConnectionId, ProcessId},
    transaction::{Position, TransactionFilter, TransactionRow, TransactionState, parse_number},
};

use super::record::{listed_columns, read_row};
use crate::{
    Reader, Result,
    value::{Value, values},
};

/// The transactions a filter lets through, newest first by number and replay, `limit` at most.
/// `search` finds a number, a message id or a message name, each exactly.
pub async fn list(
    from: impl Into<Reader<'_>>,
    filter: &TransactionFilter,
    limit: i64,
) -> Result<Vec<TransactionRow>> {
    list_within(&mut from.into(), filter, limit).await
}

/// [`list`], as one of several questions to the same source.
pub(crate) async fn list_within(
    reader: &mut Reader<'_>,
    filter: &TransactionFilter,
    limit: i64,
) -> Result<Vec<TransactionRow>> {
    let search = filter.search.trim();
    if search.is_empty() {
        return page(reader, filter, None, limit).await;
    }
    if let Some((number, replay)) = parse_number(search) {
        return page(reader, filter, Some(Search::Number(number, replay)), limit).await;
    }
    // Two questions with an index each; one with OR would walk the whole log. Message names are slugs.
    let name = search.to_lowercase();
    let mut rows = page(reader, filter, Some(Search::MessageId(search)), limit).await?;
    rows.extend(page(reader, filter, Some(Search::MessageName(&name)), limit).await?);
    rows.sort_by_key(|row| std::cmp::Reverse((row.number, row.replay)));
    rows.dedup_by_key(|row| row.id);
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

enum Search<'s> {
    Number(i64, i64),
    MessageId(&'s str),
    MessageName(&'s str),
}

/// How a statement names the number. With a beginning in time, `+` keeps the databases from walking the log in the
/// order of its numbers, which is the whole log when little happened since: they take an index of times instead.
/// With an end alone the walk is right: it skips what is newer and stops when the page is full.
fn number_term(filter: &TransactionFilter) -> &'static str {
    if filter.from.is_some() {
        "+number"
    } else {
        "number"
    }
}

/// The conditions of a query, with their values.
#[derive(Default)]
struct Conditions<'v> {
    parts: Vec<String>,
    values: Vec<Value<'v>>,
}

impl<'v> Conditions<'v> {
    fn add(&mut self, column: &str, operator: &str, value: impl Into<Value<'v>>) {
        self.values.push(value.into());
        self.parts
            .push(format!("{column} {operator} ${}", self.values.len()));
    }

    fn of(filter: &TransactionFilter, search: Option<Search<'v>>) -> Self {
        let mut all = Self::default();
        match search {
            Some(Search::Number(number, replay)) => {
                all.add("number", "=", number);
                // A plain number finds the whole family of replays.
                if replay > 0 {
                    all.add("replay", "=", replay);
                }
            }
            Some(Search::MessageId(id)) => all.add("message_id", "=", id),
            Some(Search::MessageName(name)) => all.add("message_name", "=", name),
            None => {}
        }
        if let Some(integration) = filter.integration {
            all.add("integration", "=", integration);
        }
        if let Some(connection) = filter.connection {
            all.add("connection", "=", connection);
        }
        if let Some(direction) = filter.direction {
            all.add("direction", "=", direction.word());
        }
        if let Some(state) = filter.state {
            all.add("state", "=", state.word());
        }
        if let Some(time) = filter.from {
            all.add("created", ">=", time);
        }
        if let Some(time) = filter.until {
            all.add("created", "<", time);
        }
        all.add_position(number_term(filter), filter.before, "<");
        all
    }

    fn add_position(&mut self, number_term: &str, position: Option<Position>, operator: &str) {
        if let Some(Position { number, replay }) = position {
            self.values.extend(values![number, replay]);
            let last = self.values.len();
            self.parts.push(format!(
                "({number_term}, replay) {operator} (${}, ${last})",
                last - 1
            ));
        }
    }

    /// The condition and the values, with the limit as the last.
    fn finish(mut self, limit: i64) -> (String, Vec<Value<'v>>) {
        self.values.push(Value::from(limit));
        let condition = if self.parts.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.parts.join(" AND "))
        };
        (condition, self.values)
    }
}

/// The statement of one page. Only text of this file enters it; what people typed is bound.
fn statement<'v>(
    filter: &TransactionFilter,
    search: Option<Search<'v>>,
    limit: i64,
) -> (String, Vec<Value<'v>>) {
    let (condition, values) = Conditions::of(filter, search).finish(limit);
    let sql = format!(
        "SELECT {} FROM message_transaction{condition} ORDER BY {} DESC, replay DESC LIMIT ${}",
        listed_columns!(),
        number_term(filter),
        values.len()
    );
    (sql, values)
}

async fn page(
    reader: &mut Reader<'_>,
    filter: &TransactionFilter,
    search: Option<Search<'_>>,
    limit: i64,
) -> Result<Vec<TransactionRow>> {
    let (sql, values) = statement(filter, search, limit);
    reader.list(sqlx::AssertSqlSafe(sql), values, read_row).await
}

/// Number and replay of a transaction and all its replays, the first first.
pub async fn family(from: impl Into<Reader<'_>>, number: i64) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT number, replay FROM message_transaction WHERE number = $1 ORDER BY replay";
    let read = |row: &crate::row::StoredRow| Ok((row.integer("number")?, row.integer("replay")?));
    from.into().list(sql, values![number], read).await
}

/// Outbound transactions that may be sent, oldest first, after a position.
pub async fn to_send(
    from: impl Into<Reader<'_>>,
    after: Option<Position>,
    limit: i64,
) -> Result<Vec<TransactionRow>> {
    let mut conditions = Conditions::default();
    conditions.add("state", "=", TransactionState::Queued.word());
    conditions.add("held", "=", false);
    conditions.add_position("number", after, ">");
    let (condition, values) = conditions.finish(limit);
    let sql = format!(
        "SELECT {} FROM message_transaction{condition} ORDER BY number, replay LIMIT ${}",
        listed_columns!(),
        values.len()
    );
    from.into().list(sqlx::AssertSqlSafe(sql), values, read_row).await
}

/// The newest transactions in Error or Timed Out.
pub async fn recent_failed(from: impl Into<Reader<'_>>, limit: i64) -> Result<Vec<TransactionRow>> {
    let mut reader = from.into();
    let mut rows = Vec::new();
    for state in [TransactionState::Error, TransactionState::TimedOut] {
        let filter = TransactionFilter {
            state: Some(state),
            ..TransactionFilter::default()
        };
        rows.extend(page(&mut reader, &filter, None, limit).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse((row.number, row.replay)));
    rows.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(rows)
}

/// The newest transactions of a connection.
pub async fn of_connection(
    from: impl Into<Reader<'_>>,
    connection: ConnectionId,
    limit: i64,
) -> Result<Vec<TransactionRow>> {
    let filter = TransactionFilter {
        connection: Some(connection),
        ..TransactionFilter::default()
    };
    page(&mut from.into(), &filter, None, limit).await
}

/// The newest inbound transactions of a process.
pub async fn last_of_process(
    from: impl Into<Reader<'_>>,
    process: ProcessId,
    limit: i64,
) -> Result<Vec<TransactionRow>> {
    let sql = concat!(
        "SELECT ",
        listed_columns!(),
        " FROM message_transaction WHERE process = $1 AND direction = 'inbound'
         ORDER BY number DESC, replay DESC LIMIT $2"
    );
    from.into().list(sql, values![process, limit], read_row).await
}

#[cfg(test)]
mod tests;
