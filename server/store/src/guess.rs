//! Wrong passwords and client secrets of the last minutes, counted by several instances together. PostgreSQL only: the
//! one process on a SQLite file counts in memory.

use std::fmt::Write;

use model::Timestamp;
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{Reader, Result, Tx, row::StoredRow, value::values};

/// Rows and accounts of one statement.
const BATCH: usize = 500;

/// A wrong password of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Guess {
    /// The id of a user, an inbound user or an OAuth client.
    pub account: Uuid,
    pub at: Timestamp,
}

/// Stores the guesses that `instance` has counted. A guess that is stored already is left alone, so that a batch can be
/// written again when the response got lost.
pub async fn add(tx: &mut Tx, instance: Uuid, guesses: &[Guess]) -> Result<()> {
    for batch in guesses.chunks(BATCH) {
        let mut sql = String::from("INSERT INTO password_guess (instance, account, guessed) VALUES ");
        let mut values = values![instance];
        for guess in batch {
            let comma = if values.len() == 1 { "" } else { ", " };
            // Writing to a String cannot fail.
            let _ = write!(sql, "{comma}($1, ${}, ${})", values.len() + 1, values.len() + 2);
            values.extend(values![guess.account, guess.at]);
        }
        sql.push_str(" ON CONFLICT DO NOTHING");
        tx.run(AssertSqlSafe(sql), values).await?;
    }
    Ok(())
}

/// The guesses of these accounts since a time, of every instance, oldest first for each account.
pub async fn of_accounts(
    from: impl Into<Reader<'_>>,
    accounts: &[Uuid],
    since: Timestamp,
) -> Result<Vec<Guess>> {
    let mut reader = from.into();
    let mut found = Vec::new();
    for batch in accounts.chunks(BATCH) {
        let mut values = values![since];
        let mut placeholders = Vec::with_capacity(batch.len());
        for account in batch {
            values.extend(values![*account]);
            placeholders.push(format!("${}", values.len()));
        }
        let sql = format!(
            "SELECT account, guessed FROM password_guess WHERE guessed >= $1 AND account IN ({})
             ORDER BY account, guessed",
            placeholders.join(", ")
        );
        let read = |row: &StoredRow| {
            Ok(Guess {
                account: row.id("account")?,
                at: row.time("guessed")?,
            })
        };
        found.extend(reader.list(AssertSqlSafe(sql), values, read).await?);
    }
    Ok(found)
}

/// Deletes guesses before a time; returns how many.
pub async fn delete_before(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.run("DELETE FROM password_guess WHERE guessed < $1", values![before])
        .await
}

/// How many guesses are stored.
pub async fn count(from: impl Into<Reader<'_>>) -> Result<i64> {
    from.into()
        .count("SELECT COUNT(*) AS count FROM password_guess", values![])
        .await
}
