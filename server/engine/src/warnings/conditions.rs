//! What people should be told about, as things are now.

use std::collections::HashSet;

use model::{
    connection::Connection,
    connection_status::ConnectionStatus,
    expiry::{Expiring, Place},
    id::{ConnectionId, ProtocolProfileId},
    incident::IncidentKind,
};

use crate::{Engine, Result, connections::Gathered, expiry};

/// Failures among the last ten calls from which a connection is *Failing* (product.md 2, Status).
const FAILURES: u32 = 3;

/// Something people should be told about.
pub(super) struct Condition {
    pub kind: IncidentKind,
    /// The same for as long as it lasts.
    pub subject: String,
    /// Days before the end; 0 when it has come or there is none.
    pub level: i64,
    pub title: String,
    pub detail: String,
    pub place: Place,
}

/// Everything there is now.
pub(super) async fn all(engine: &Engine) -> Result<Vec<Condition>> {
    let now = engine.now();
    let expiring = expiry::all(engine).await?;
    let ended = Ended::of(&expiring, now);
    let mut found: Vec<Condition> = expiring
        .into_iter()
        .filter_map(|expiring| {
            let level = expiring.warning(now)?;
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
        if !ended.explains(connection) {
            found.extend(refused(&gathered, connection));
        }
    }
    Ok(found)
}

fn of_end(expiring: Expiring, level: i64, now: model::Timestamp) -> Condition {
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
        level: 0,
        title: format!("Connection {} is failing", connection.name),
        detail: format!(
            "{failures} of the last 10 calls to {} failed.",
            connection.endpoint_url
        ),
        place: place(connection),
    })
}

fn refused(gathered: &Gathered, connection: &Connection) -> Option<Condition> {
    let status = gathered.status(connection);
    (status.status == ConnectionStatus::Expired).then(|| Condition {
        kind: IncidentKind::Refused,
        subject: format!("connection:{}", connection.id),
        level: 0,
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
    fn of(expiring: &[Expiring], now: model::Timestamp) -> Self {
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
