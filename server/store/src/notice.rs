//! Notices on their way to channels. A notice is claimed before it is sent, so that of several instances one sends it;
//! whoever claims it and dies leaves it to the next attempt.

use model::{
    Timestamp,
    expiry::Place,
    id::{ChannelId, IncidentId, NoticeId},
    notification::NoticeState,
};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    value::{Value, values},
};

/// What people are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: NoticeId,
    pub incident: IncidentId,
    pub channel: ChannelId,
    /// Whether it says that the incident is over.
    pub recovery: bool,
    pub title: String,
    pub detail: String,
    pub place: Place,
    pub created: Timestamp,
    /// Attempts so far.
    pub attempts: i64,
}

fn read(row: &StoredRow) -> Result<Notice> {
    Ok(Notice {
        id: row.id("id")?,
        incident: row.id("incident")?,
        channel: row.id("channel")?,
        recovery: row.boolean("recovery")?,
        title: row.text("title")?,
        detail: row.text("detail")?,
        place: row.json("place")?,
        created: row.time("created")?,
        attempts: row.integer("attempts")?,
    })
}

/// Stores a notice that is to be sent at once.
pub async fn insert(tx: &mut Tx, notice: &Notice) -> Result<()> {
    let values = values![
        notice.id,
        notice.incident,
        notice.channel,
        notice.recovery,
        &notice.title,
        &notice.detail,
        Value::json(&notice.place)?,
        notice.created,
    ];
    tx.run(
        "INSERT INTO notice (id, incident, channel, recovery, title, detail, place, created, attempts, next_attempt,
         sent, error) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $8, NULL, '')",
        values,
    )
    .await
    .map(drop)
}

/// Notices whose time has come, the oldest first.
pub async fn due(from: impl Into<Reader<'_>>, now: Timestamp, limit: i64) -> Result<Vec<Notice>> {
    let sql = "SELECT id, incident, channel, recovery, title, detail, place, created, attempts FROM notice
               WHERE next_attempt <= $1 ORDER BY next_attempt, id LIMIT $2";
    from.into().list(sql, values![now, limit], read).await
}

/// How many notices are still to be sent.
pub async fn count_waiting(from: impl Into<Reader<'_>>) -> Result<i64> {
    from.into()
        .count(
            "SELECT COUNT(*) AS count FROM notice WHERE next_attempt IS NOT NULL",
            values![],
        )
        .await
}

/// Takes a notice for an attempt; `next` is when it is tried again should nothing come of this one, if ever.
/// `false` when somebody else took it.
pub async fn claim(tx: &mut Tx, seen: &Notice, next: Option<Timestamp>) -> Result<bool> {
    let sql = "UPDATE notice SET attempts = attempts + 1, next_attempt = $3
               WHERE id = $1 AND attempts = $2 AND next_attempt IS NOT NULL";
    Ok(tx.run(sql, values![seen.id, seen.attempts, next]).await? > 0)
}

/// Notes that a notice was taken by the other side.
pub async fn sent(tx: &mut Tx, id: NoticeId, at: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE notice SET sent = $2, next_attempt = NULL, error = '' WHERE id = $1",
        values![id, at],
    )
    .await
    .map(drop)
}

/// Notes why an attempt failed.
pub async fn failed(tx: &mut Tx, id: NoticeId, error: &str) -> Result<()> {
    tx.run("UPDATE notice SET error = $2 WHERE id = $1", values![id, error])
        .await
        .map(drop)
}

/// What became of the newest notice of each channel.
pub async fn newest(from: impl Into<Reader<'_>>) -> Result<Vec<(ChannelId, NoticeState)>> {
    let sql = "SELECT n.channel, n.created, n.sent, n.attempts, n.error FROM notification_channel c
               JOIN notice n ON n.id = (SELECT m.id FROM notice m WHERE m.channel = c.id
               ORDER BY m.created DESC, m.id DESC LIMIT 1)";
    let read = |row: &StoredRow| {
        let state = NoticeState {
            created: row.time("created")?,
            sent: row.optional_time("sent")?,
            attempts: row.integer("attempts")?,
            error: row.text("error")?,
        };
        Ok((row.id("channel")?, state))
    };
    from.into().list(sql, values![], read).await
}
