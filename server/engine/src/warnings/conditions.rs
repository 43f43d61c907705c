//! What people should be told about, as things are now.

use std::collections::HashSet;

use model::{
    Timestamp,
    connection::Connection,
    connection_status::ConnectionStatus,
    expiry::{Expiring, Place},
    id::{ConnectionId, ProtocolProfileId},
    incident::IncidentKind,
    token::TokenStatus,
};

use crate::{Engine, Result, connections::Gathered, expiry};

/// Failures among the last ten calls, or calls for a token in a row, from which a connection is *Failing*.
const FAILURES: u32 = 3;

/// Clocks of instances may differ by so much. What one of them has told is not taken back because another's clock is
/// behind: it would be told again.
pub(super) const CLOCKS_DIFFER_MS: i64 = 5 * 60 * 1000;

/// Something people should be told about.
pub(super) struct Condition {
    pub kind: IncidentKind,
    /// The same for as long as it lasts.
    pub subject: String,
    pub level: Level,
    pub title: String,
    pub detail: String,
    pub place: Place,
}

/// How near an end is, in days as [`Expiring::warning`] has it: 0 when it has come, or when something has no end.
#[derive(Clone, Copy)]
pub(super) struct Level {
    /// By our clock; `None` while it is no reason to begin a warning.
    now: Option<i64>,
    /// By the clock of an instance that is ahead of ours.
    ahead: i64,
}

impl Level {
    /// Of what is wrong now.
    pub const WRONG: Self = Self {
        now: Some(0),
        ahead: 0,
    };

    /// Of what is wrong only by the clock of an instance that is ahead of ours: no reason to begin a warning or to end it.
    pub const LASTING: Self = Self { now: None, ahead: 0 };

    fn of(expiring: &Expiring, now: Timestamp) -> Option<Self> {
        let ahead = expiring.warning(now.plus(CLOCKS_DIFFER_MS))?;
        let now = expiring.warning(now);
        Some(Self { now, ahead })
    }

    /// The level a warning begins with, if it is time.
    pub fn begins(self) -> Option<i64> {
        self.now
    }

    /// Where a warning of level `told` is to go, if anywhere: nearer at once, farther only when clocks do not explain it.
    pub fn moves(self, told: i64) -> Option<i64> {
        match self.now {
            Some(now) if now < told => Some(now),
            _ if self.ahead > told => Some(self.ahead),
            _ => None,
        }
    }
}

/// What is to be told.
pub(super) struct Noticed {
    pub conditions: Vec<Condition>,
    /// Subjects whose warnings end because it came worse: that they are over is not told.
    pub worse: HashSet<String>,
}

/// Everything there is now.
pub(super) async fn all(engine: &Engine) -> Result<Noticed> {
    let now = engine.now();
    let expiring = expiry::all(engine).await?;
    let ended = Ended::of(&expiring, now);
    let mut found: Vec<Condition> = expiring
        .into_iter()
        .filter_map(|expiring| {
            let level = Level::of(&expiring, now)?;
            Some(of_end(expiring, level, now))
        })
        .collect();
    let active: Vec<Connection> = store::connection::list_all(&engine.db)
        .await?
        .into_iter()
        .filter(|connection| connection.active)
        .collect();
    let gathered = Gathered::all(engine, &active).await?;
    for connection in &active {
        found.extend(failing(&gathered, connection));
        found.extend(without_token(&gathered, connection));
        if !ended.explains(connection) {
            found.extend(refused(&gathered, connection));
        }
    }
    found.extend(super::stuck::all(engine).await?);
    let refused = store::token::list(&engine.db).await?.into_iter();
    let worse = refused
        .filter(|token| token.status == TokenStatus::Refused)
        .map(|token| expiry::of_token_of(token.connection))
        .collect();
    Ok(Noticed {
        conditions: found,
        worse,
    })
}

fn of_end(expiring: Expiring, level: Level, now: Timestamp) -> Condition {
    let title = format!(
        "{} {} {}",
        expiring.kind,
        expiring.name,
        expiry::in_words(expiring.at, now)
    );
    Condition {
        kind: IncidentKind::Expiry,
        level,
        title,
        detail: format!("{}. The end: {}.", expiring.detail, expiring.at.exact()),
        subject: expiring.subject,
        place: expiring.place,
    }
}

fn place(connection: &Connection) -> Place {
    Place::Connection(connection.integration, connection.id)
}

fn failing(gathered: &Gathered, connection: &Connection) -> Option<Condition> {
    let failures = gathered.recent_failures(connection);
    (failures >= FAILURES).then(|| Condition {
        kind: IncidentKind::Failing,
        subject: format!("connection:{}", connection.id),
        level: Level::WRONG,
        title: format!("Connection {} is failing", connection.name),
        detail: format!(
            "{failures} of the last 10 calls to {} failed.",
            connection.endpoint_url
        ),
        place: place(connection),
    })
}

fn without_token(gathered: &Gathered, connection: &Connection) -> Option<Condition> {
    let (reason, attempts) = gathered.without_token(connection)?;
    (attempts >= i64::from(FAILURES)).then(|| Condition {
        kind: IncidentKind::Failing,
        subject: expiry::of_token_of(connection.id),
        level: Level::WRONG,
        title: format!("Connection {} gets no OAuth token", connection.name),
        detail: format!("Asked {attempts} times in vain. {reason}"),
        place: place(connection),
    })
}

fn refused(gathered: &Gathered, connection: &Connection) -> Option<Condition> {
    let status = gathered.status(connection);
    (status.status == ConnectionStatus::Expired).then(|| Condition {
        kind: IncidentKind::Refused,
        subject: format!("connection:{}", connection.id),
        level: Level::WRONG,
        title: format!("Connection {} is refused by the other side", connection.name),
        detail: format!(
            "{}. Authorise it again or replace its credentials.",
            status.reason
        ),
        place: place(connection),
    })
}

/// What has ended: a connection that is Expired because of that is told about once.
struct Ended {
    connections: HashSet<ConnectionId>,
    profiles: HashSet<ProtocolProfileId>,
}

impl Ended {
    fn of(expiring: &[Expiring], now: Timestamp) -> Self {
        let mut ended = Self {
            connections: HashSet::new(),
            profiles: HashSet::new(),
        };
        for one in expiring.iter().filter(|one| one.warning(now) == Some(0)) {
            match one.place {
                Place::Connection(_, id) => drop(ended.connections.insert(id)),
                Place::ProtocolProfile(id) => drop(ended.profiles.insert(id)),
                _ => {}
            }
        }
        ended
    }

    fn explains(&self, connection: &Connection) -> bool {
        let profile = connection.protocol_profile.filter(|_| connection.mutual_auth);
        self.connections.contains(&connection.id) || profile.is_some_and(|id| self.profiles.contains(&id))
    }
}
