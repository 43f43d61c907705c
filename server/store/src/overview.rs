//! Counts of the frame around every page, and the search over everything that has a name.

use model::{
    Timestamp,
    id::{
        ConnectionId, InboundUserId, IntegrationId, OauthClientId, OauthProfileId, ProcessId,
        ProtocolProfileId,
    },
    overview::{Found, FoundTarget},
    transaction::{TransactionFilter, number_text},
};

use crate::{Reader, Result, dialect, row::StoredRow, transaction, value::values};

/// What the frame around every page counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FrameCounts {
    pub processes: i64,
    pub integrations: i64,
    pub connections: i64,
    pub inbound_users: i64,
    pub oauth_profiles: i64,
    pub protocol_profiles: i64,
    /// Transactions in Error or Timed Out.
    pub failing: i64,
}

/// The counts of the frame, in one query. `failing` counts transactions created since `failing_since`.
pub async fn frame_counts(from: impl Into<Reader<'_>>, failing_since: Timestamp) -> Result<FrameCounts> {
    let sql = "SELECT (SELECT COUNT(*) FROM process) AS processes, (SELECT COUNT(*) FROM integration) AS integrations,
               (SELECT COUNT(*) FROM connection) AS connections, (SELECT COUNT(*) FROM inbound_user) AS inbound_users,
               (SELECT COUNT(*) FROM oauth_profile) AS oauth_profiles,
               (SELECT COUNT(*) FROM protocol_profile) AS protocol_profiles,
               (SELECT COUNT(*) FROM message_transaction WHERE created >= $1 AND state IN ('error', 'timed_out'))
               AS failing";
    let mut reader = from.into();
    let counts = reader.one(sql, values![failing_since], |row: &StoredRow| {
        Ok(FrameCounts {
            processes: row.integer("processes")?,
            integrations: row.integer("integrations")?,
            connections: row.integer("connections")?,
            inbound_users: row.integer("inbound_users")?,
            oauth_profiles: row.integer("oauth_profiles")?,
            protocol_profiles: row.integer("protocol_profiles")?,
            failing: row.integer("failing")?,
        })
    });
    Ok(counts.await?.unwrap_or_default())
}

/// Finds every kind of record that has a page of its own by a part of its name (`limit` of each), and
/// transactions by number, message id or message name. Upper and lower case are equal.
pub async fn search(from: impl Into<Reader<'_>>, text: &str, limit: i64) -> Result<Vec<Found>> {
    let mut reader = from.into();
    let text = text.trim();
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let filter = TransactionFilter {
        search: text.to_owned(),
        ..TransactionFilter::default()
    };
    let transactions = transaction::list_within(&mut reader, &filter, limit).await?;
    let mut found: Vec<Found> = transactions
        .into_iter()
        .map(|row| {
            let number = number_text(row.number, row.replay);
            Found {
                kind: "Transaction".to_owned(),
                name: number.clone(),
                detail: row.integration_name,
                target: FoundTarget::Transaction(number),
            }
        })
        .collect();
    let pattern = dialect::like_pattern(text);
    for (sql, read) in KINDS {
        found.extend(reader.list(*sql, values![&pattern, limit], *read).await?);
    }
    Ok(found)
}

type Kind = (&'static str, fn(&StoredRow) -> Result<Found>);

/// Each kind of record that has a name, with its query.
const KINDS: &[Kind] = &[
    (
        r"SELECT p.id, p.name, p.api_name AS detail FROM process p
          WHERE LOWER(p.name) LIKE LOWER($1) ESCAPE '\' OR p.api_name LIKE LOWER($1) ESCAPE '\'
          ORDER BY LOWER(p.name), p.id LIMIT $2",
        |row| found(row, "Process", FoundTarget::Process(row.id::<ProcessId>("id")?)),
    ),
    (
        r"SELECT i.id, i.name, i.system AS detail FROM integration i
          WHERE LOWER(i.name) LIKE LOWER($1) ESCAPE '\' OR LOWER(i.system) LIKE LOWER($1) ESCAPE '\'
          ORDER BY LOWER(i.name), i.id LIMIT $2",
        |row| {
            found(
                row,
                "Integration",
                FoundTarget::Integration(row.id::<IntegrationId>("id")?),
            )
        },
    ),
    (
        r"SELECT c.id, c.integration, c.name, i.name AS detail FROM connection c
          JOIN integration i ON i.id = c.integration WHERE LOWER(c.name) LIKE LOWER($1) ESCAPE '\'
          OR LOWER(c.endpoint_url) LIKE LOWER($1) ESCAPE '\' ORDER BY LOWER(c.name), c.id LIMIT $2",
        |row| {
            let connection = row.id::<ConnectionId>("id")?;
            found(
                row,
                "Connection",
                FoundTarget::Connection(row.id("integration")?, connection),
            )
        },
    ),
    (
        r"SELECT u.id, u.name, u.user_id AS detail FROM inbound_user u
          WHERE LOWER(u.name) LIKE LOWER($1) ESCAPE '\' OR LOWER(u.user_id) LIKE LOWER($1) ESCAPE '\'
          ORDER BY LOWER(u.name), u.id LIMIT $2",
        |row| {
            found(
                row,
                "Inbound user",
                FoundTarget::InboundUser(row.id::<InboundUserId>("id")?),
            )
        },
    ),
    (
        r"SELECT o.id, o.name, o.client_id AS detail FROM oauth_client o
          WHERE LOWER(o.name) LIKE LOWER($1) ESCAPE '\' OR LOWER(o.client_id) LIKE LOWER($1) ESCAPE '\'
          ORDER BY LOWER(o.name), o.id LIMIT $2",
        |row| {
            found(
                row,
                "OAuth client",
                FoundTarget::OauthClient(row.id::<OauthClientId>("id")?),
            )
        },
    ),
    (
        r"SELECT o.id, o.name, o.token_url AS detail FROM oauth_profile o
          WHERE LOWER(o.name) LIKE LOWER($1) ESCAPE '\' OR LOWER(o.token_url) LIKE LOWER($1) ESCAPE '\'
          ORDER BY LOWER(o.name), o.id LIMIT $2",
        |row| {
            found(
                row,
                "OAuth profile",
                FoundTarget::OauthProfile(row.id::<OauthProfileId>("id")?),
            )
        },
    ),
    (
        r"SELECT p.id, p.name, '' AS detail FROM protocol_profile p
          WHERE LOWER(p.name) LIKE LOWER($1) ESCAPE '\' ORDER BY LOWER(p.name), p.id LIMIT $2",
        |row| {
            found(
                row,
                "Protocol profile",
                FoundTarget::ProtocolProfile(row.id::<ProtocolProfileId>("id")?),
            )
        },
    ),
];

fn found(row: &StoredRow, kind: &str, target: FoundTarget) -> Result<Found> {
    Ok(Found {
        kind: kind.to_owned(),
        name: row.text("name")?,
        detail: row.text("detail")?,
        target,
    })
}
