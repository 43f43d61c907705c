//! Incidents: what is wrong or soon will be, from the moment it is noticed until it is over.

use serde::{Deserialize, Serialize};

use crate::{Timestamp, choice, expiry::Place, id::IncidentId};

choice! {
    /// What an incident is about.
    IncidentKind {
        /// Something ends soon, or has ended.
        Expiry = "expiry", "Expiring";
        /// At least 3 of the last 10 calls of a connection failed.
        Failing = "failing", "Failing";
        /// The other side refuses the credentials: somebody has to authorise or set them again.
        Refused = "refused", "Refused";
        /// Messages are Queued or Sending and nothing works on them any more.
        Stuck = "stuck", "Stuck";
    }
}

/// One incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    pub id: IncidentId,
    pub kind: IncidentKind,
    /// What it is about, for ever the same: kind and id.
    pub subject: String,
    /// One line: “API token deploy pipeline expires in 7 days”.
    pub title: String,
    /// What to do about it, or what is known.
    pub detail: String,
    pub place: Place,
    pub opened: Timestamp,
    /// Days before the end at which people were told last; 0 when it has ended or has none.
    pub level: i64,
    pub recovered: Option<Timestamp>,
}
