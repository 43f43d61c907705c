//! Enabling and disabling: the switch-over happens within one write, and an index forbids two active connections.

use model::{
    Timestamp,
    id::{ConnectionId, IntegrationId},
};

use crate::{Error, Result, Tx, value::values};

/// Makes a connection the active one of its integration and deactivates the one that was. Answers which that was.
/// Conflict `connection_active_inbound_user` when another integration of the process has the inbound user.
pub async fn activate(
    tx: &mut Tx,
    id: ConnectionId,
    version: i64,
    at: Timestamp,
    by: &str,
) -> Result<Option<ConnectionId>> {
    let seen = "SELECT integration FROM connection WHERE id = $1 AND version = $2";
    let integration: IntegrationId = match tx.rows(seen, values![id, version]).await?.first() {
        Some(row) => row.id("integration")?,
        None => return Err(Error::Stale),
    };
    let replaced = tx
        .rows(
            "UPDATE connection SET active = FALSE, disabled_at = $3, disabled_by = $4, updated = $3, updated_by = $4,
             version = version + 1 WHERE integration = $1 AND active AND id <> $2 RETURNING id",
            values![integration, id, at, by],
        )
        .await?;
    tx.run_or_stale(
        "UPDATE connection SET active = TRUE, enabled_at = $3, updated = $3, updated_by = $4,
         version = version + 1 WHERE id = $1 AND version = $2",
        values![id, version, at, by],
    )
    .await?;
    tx.run_or_stale(
        "UPDATE integration SET last_active_connection = $2 WHERE id = $1",
        values![integration, id],
    )
    .await?;
    replaced.first().map(|row| row.id("id")).transpose()
}

/// Makes a connection inactive, and with it its integration.
pub async fn deactivate(tx: &mut Tx, id: ConnectionId, version: i64, at: Timestamp, by: &str) -> Result<()> {
    tx.run_or_stale(
        "UPDATE connection SET active = FALSE, disabled_at = $3, disabled_by = $4, updated = $3, updated_by = $4,
         version = version + 1 WHERE id = $1 AND version = $2",
        values![id, version, at, by],
    )
    .await
}
