//! One row that is written only to prove that the database takes writes.

use model::Timestamp;

use crate::{db::Db, error::Result, value::values};

/// Writes the row durably.
///
/// # Errors
/// Whatever keeps every other write from being stored.
pub async fn write(db: &Db, at: Timestamp) -> Result<()> {
    db.write(move |tx| {
        Box::pin(async move {
            tx.run(
                "INSERT INTO write_proof (id, proven) VALUES (1, $1)
                 ON CONFLICT (id) DO UPDATE SET proven = excluded.proven",
                values![at],
            )
            .await
            .map(drop)
        })
    })
    .await
}
