//! The life of a connection's tokens: one row per connection, with the lease of whoever is asking the provider.
//!
//! The tokens themselves are secrets of the connection (`secret`). Every change after a lease is guarded by the lease's
//! generation, so that an instance that was stopped and comes back late changes nothing (promise R6).

use model::{
    Timestamp,
    id::{ConnectionId, OauthProfileId},
    token::{TokenEvent, TokenEventKind, TokenStatus},
};
use uuid::Uuid;

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    value::{Value, values},
};

/// A connection's token, without the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub connection: ConnectionId,
    pub status: TokenStatus,
    /// What it was given for; with another profile, client, provider or API it does not count.
    pub bound_to: String,
    /// The times of its life as the engine wrote them; blank while there is none.
    pub life: String,
    /// Why the last call failed, in sentences; blank after a success.
    pub failure: String,
    pub failed_at: Option<Timestamp>,
    /// Failed calls in a row.
    pub attempts: i64,
    /// No call before this, after a failure.
    pub retry_at: Option<Timestamp>,
    /// When to call without being asked.
    pub due_at: Option<Timestamp>,
    /// When no refresh can succeed any more.
    pub ends_at: Option<Timestamp>,
    /// The end that only a person can move: from there on it has to be authorised anew.
    pub renew_by: Option<Timestamp>,
    /// When a message last needed it.
    pub last_used: Option<Timestamp>,
    /// Which token it is: counts those that were stored.
    pub serial: i64,
    pub generation: i64,
}

/// The right to ask the provider, of one holder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    pub connection: ConnectionId,
    pub generation: i64,
    /// The holder before this one never said how its call ended.
    pub after_interruption: bool,
}

/// A lease as others see it. It changes as long as its holder lives: whoever sees the same one for longer than a lease
/// may take it over. Nobody's clock is compared with another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub generation: i64,
    pub until: Timestamp,
}

macro_rules! columns {
    () => {
        "connection, status, bound_to, life, failure, failed_at, attempts, retry_at, due_at, ends_at, renew_by,
         last_used, serial, generation"
    };
}

fn read(row: &StoredRow) -> Result<Token> {
    Ok(Token {
        connection: row.id("connection")?,
        status: row.word("status", TokenStatus::parse)?,
        bound_to: row.text("bound_to")?,
        life: row.text("life")?,
        failure: row.text("failure")?,
        failed_at: row.optional_time("failed_at")?,
        attempts: row.integer("attempts")?,
        retry_at: row.optional_time("retry_at")?,
        due_at: row.optional_time("due_at")?,
        ends_at: row.optional_time("ends_at")?,
        renew_by: row.optional_time("renew_by")?,
        last_used: row.optional_time("last_used")?,
        serial: row.integer("serial")?,
        generation: row.integer("generation")?,
    })
}

/// The token of a connection.
pub async fn find(from: impl Into<Reader<'_>>, connection: ConnectionId) -> Result<Option<Token>> {
    let sql = concat!("SELECT ", columns!(), " FROM token WHERE connection = $1");
    from.into().one(sql, values![connection], read).await
}

/// Every token.
pub async fn list(from: impl Into<Reader<'_>>) -> Result<Vec<Token>> {
    let sql = concat!("SELECT ", columns!(), " FROM token ORDER BY connection");
    from.into().list(sql, values![], read).await
}

/// Connections whose provider should be called now, those that have waited longest first: the token's time has come, or
/// the last call for it failed, the connection is active, and another call may help without a person. Only those that
/// `instance` may call for.
pub async fn due(
    from: impl Into<Reader<'_>>,
    now: Timestamp,
    instance: &str,
    limit: i64,
) -> Result<Vec<ConnectionId>> {
    let sql = "SELECT t.connection FROM token t JOIN connection c ON c.id = t.connection
         LEFT JOIN oauth_profile p ON p.id = c.oauth_profile
         WHERE t.lease_by IS NULL AND (t.retry_at IS NULL OR t.retry_at <= $1)
         AND (c.instance_name = '' OR c.instance_name = $2)
         AND ((t.status = 'live' AND t.due_at <= $1)
           OR (t.failure <> '' AND c.active AND c.authentication = 'oauth2'
             AND (t.ends_at IS NULL OR t.ends_at > $1)
             AND (t.status = 'live' OR (t.status = 'none' AND p.grant_type <> 'authorization_code'))))
         ORDER BY COALESCE(t.retry_at, t.due_at, 0), t.connection LIMIT $3";
    let read = |row: &StoredRow| row.id("connection");
    from.into().list(sql, values![now, instance, limit], read).await
}

/// Connections whose provider somebody asks at this moment, or was killed while asking.
pub async fn being_asked(from: impl Into<Reader<'_>>) -> Result<Vec<ConnectionId>> {
    let sql = "SELECT connection FROM token WHERE lease_by IS NOT NULL ORDER BY connection";
    from.into().list(sql, values![], |row| row.id("connection")).await
}

/// The lease on a connection's token, if somebody has it.
pub async fn held(from: impl Into<Reader<'_>>, connection: ConnectionId) -> Result<Option<Held>> {
    let sql = "SELECT generation, lease_until FROM token WHERE connection = $1 AND lease_by IS NOT NULL";
    let read = |row: &StoredRow| {
        Ok(Held {
            generation: row.integer("generation")?,
            until: row.time("lease_until")?,
        })
    };
    from.into().one(sql, values![connection], read).await
}

/// Makes the row of a connection that has none yet.
pub async fn prepare(tx: &mut Tx, connection: ConnectionId) -> Result<()> {
    tx.run(
        "INSERT INTO token (connection, status, bound_to, life, failure, attempts, serial, generation)
         VALUES ($1, 'none', '', '', '', 0, 0, 0) ON CONFLICT (connection) DO NOTHING",
        values![connection],
    )
    .await
    .map(drop)
}

/// Takes the right to ask the provider: the one that nobody has, or `over` from a holder taken for dead. `None` when
/// somebody else has it by now. `until` is for people who read the table.
pub async fn lease(
    tx: &mut Tx,
    connection: ConnectionId,
    by: Uuid,
    until: Timestamp,
    over: Option<Held>,
) -> Result<Option<Lease>> {
    let rows = match over {
        None => {
            let sql = "UPDATE token SET lease_by = $2, lease_until = $3, generation = generation + 1
                 WHERE connection = $1 AND lease_by IS NULL RETURNING generation";
            tx.rows(sql, values![connection, by, until]).await?
        }
        Some(held) => {
            let sql = "UPDATE token SET lease_by = $2, lease_until = $3, generation = generation + 1
                 WHERE connection = $1 AND generation = $4 AND lease_until = $5 RETURNING generation";
            tx.rows(sql, values![connection, by, until, held.generation, held.until])
                .await?
        }
    };
    let lease = |row: &StoredRow| {
        Ok(Lease {
            connection,
            generation: row.integer("generation")?,
            after_interruption: over.is_some(),
        })
    };
    rows.first().map(lease).transpose()
}

/// Shows that the holder of a lease is alive and still waits for the provider. `false` when it was lost.
pub async fn extend(tx: &mut Tx, lease: Lease, until: Timestamp) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE token SET lease_until = CASE WHEN lease_until < $3 THEN $3 ELSE lease_until + 1 END
             WHERE connection = $1 AND generation = $2 AND lease_by IS NOT NULL",
            values![lease.connection, lease.generation, until],
        )
        .await?;
    Ok(changed > 0)
}

/// Gives a lease back without having asked.
pub async fn release(tx: &mut Tx, lease: Lease) -> Result<()> {
    tx.run(
        "UPDATE token SET lease_by = NULL, lease_until = NULL WHERE connection = $1 AND generation = $2",
        values![lease.connection, lease.generation],
    )
    .await
    .map(drop)
}

/// Ends a lease with what came of it. `false` when the lease was lost: somebody else asks by now, and nothing is changed.
pub async fn settle(tx: &mut Tx, lease: Lease, token: &Token) -> Result<bool> {
    let changed = tx
        .run(
            "UPDATE token SET status = $3, bound_to = $4, life = $5, failure = $6, failed_at = $7, attempts = $8,
             retry_at = $9, due_at = $10, ends_at = $11, serial = $12,
             renew_by = $13, lease_by = NULL, lease_until = NULL
             WHERE connection = $1 AND generation = $2",
            values![
                lease.connection,
                lease.generation,
                token.status.word(),
                &token.bound_to,
                &token.life,
                &token.failure,
                token.failed_at,
                token.attempts,
                token.retry_at,
                token.due_at,
                token.ends_at,
                token.serial,
                token.renew_by,
            ],
        )
        .await?;
    Ok(changed > 0)
}

/// Lets the provider be asked again for every connection of a profile: what waits may be mended now. With `anew`, what was
/// refused may be, too: the grant needs no person.
pub async fn retry_of_profile(tx: &mut Tx, profile: OauthProfileId, anew: bool) -> Result<()> {
    tx.run(
        "UPDATE token SET retry_at = NULL, attempts = 0 WHERE connection IN
         (SELECT c.id FROM connection c WHERE c.oauth_profile = $1)",
        values![profile],
    )
    .await?;
    if anew {
        tx.run(
            "UPDATE token SET status = 'none', failure = '', failed_at = NULL WHERE status = 'refused'
             AND connection IN (SELECT c.id FROM connection c WHERE c.oauth_profile = $1)",
            values![profile],
        )
        .await?;
    }
    Ok(())
}

/// Asks for nothing before `until`, unless somebody does by hand. A time that somebody has set for later than `now`
/// stays: a provider may have asked for it.
pub async fn postpone(tx: &mut Tx, connection: ConnectionId, now: Timestamp, until: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE token SET retry_at = $3 WHERE connection = $1 AND (retry_at IS NULL OR retry_at <= $2)",
        values![connection, now, until],
    )
    .await
    .map(drop)
}

/// Notes when the next call is due and when a token ends, after what is known of its provider has changed.
pub async fn reschedule(tx: &mut Tx, token: &Token) -> Result<()> {
    tx.run(
        "UPDATE token SET due_at = $3, ends_at = $4, renew_by = $5 WHERE connection = $1 AND serial = $2",
        values![
            token.connection,
            token.serial,
            token.due_at,
            token.ends_at,
            token.renew_by
        ],
    )
    .await
    .map(drop)
}

/// The tokens of the connections of a profile.
pub async fn list_by_profile(from: impl Into<Reader<'_>>, profile: OauthProfileId) -> Result<Vec<Token>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM token WHERE connection IN (SELECT c.id FROM connection c WHERE c.oauth_profile = $1)"
    );
    from.into().list(sql, values![profile], read).await
}

/// Notes that a message needed the token, and when it should be refreshed because of that.
pub async fn used(
    tx: &mut Tx,
    connection: ConnectionId,
    at: Timestamp,
    due_at: Option<Timestamp>,
) -> Result<()> {
    tx.run(
        "UPDATE token SET last_used = $2, due_at = $3 WHERE connection = $1",
        values![connection, at, due_at],
    )
    .await
    .map(drop)
}

/// Forgets that there is a token; its timeline stays. The generation grows, so that an answer that is still under way
/// comes too late.
pub async fn forget(tx: &mut Tx, connection: ConnectionId) -> Result<()> {
    tx.run(
        "UPDATE token SET status = 'none', bound_to = '', life = '', failure = '', failed_at = NULL, attempts = 0,
         retry_at = NULL, due_at = NULL, ends_at = NULL, renew_by = NULL, last_used = NULL, lease_by = NULL,
         lease_until = NULL, generation = generation + 1 WHERE connection = $1",
        values![connection],
    )
    .await
    .map(drop)
}

/// Events kept per connection.
const EVENTS_KEPT: i64 = 200;

/// Adds to the timeline, once however often it is tried; the oldest beyond what is kept go.
pub async fn insert_event(tx: &mut Tx, event: &TokenEvent) -> Result<()> {
    tx.run(
        "INSERT INTO token_event (id, connection, at, kind, by_name, detail) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO NOTHING",
        values![
            event.id,
            event.connection,
            event.at,
            event.kind.word(),
            &event.by,
            &event.detail
        ],
    )
    .await?;
    tx.run(
        "DELETE FROM token_event WHERE connection = $1 AND id NOT IN
         (SELECT id FROM token_event WHERE connection = $1 ORDER BY at DESC, id DESC LIMIT $2)",
        values![event.connection, Value::from(EVENTS_KEPT)],
    )
    .await
    .map(drop)
}

/// The newest events of a connection, the newest first.
pub async fn events(
    from: impl Into<Reader<'_>>,
    connection: ConnectionId,
    limit: i64,
) -> Result<Vec<TokenEvent>> {
    let sql = "SELECT id, connection, at, kind, by_name, detail FROM token_event WHERE connection = $1
         ORDER BY at DESC, id DESC LIMIT $2";
    let read = |row: &StoredRow| {
        Ok(TokenEvent {
            id: row.id("id")?,
            connection: row.id("connection")?,
            at: row.time("at")?,
            kind: row.word("kind", TokenEventKind::parse)?,
            by: row.text("by_name")?,
            detail: row.text("detail")?,
        })
    };
    from.into().list(sql, values![connection, limit], read).await
}
