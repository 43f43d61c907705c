//! A connection's fields as people read them: in the comparison of two edits and in the audit trail.

use std::collections::HashMap;

use model::{connection::Connection, forms::header_lines};
use uuid::Uuid;

use crate::{
    Engine, Result,
    record_edit::{Labelled, on},
};

/// What the records are called that connections refer to.
pub(super) struct Names(HashMap<Uuid, String>);

impl Names {
    pub(super) async fn of(
        engine: &Engine,
        connections: impl IntoIterator<Item = Option<&Connection>>,
    ) -> Result<Self> {
        let mut names = HashMap::new();
        for connection in connections.into_iter().flatten() {
            if let Some(id) = connection.oauth_profile
                && let Some(profile) = store::oauth_profile::find(&engine.db, id).await?
            {
                names.insert(id.0, profile.name);
            }
            if let Some(id) = connection.protocol_profile
                && let Some(profile) = store::protocol_profile::find(&engine.db, id).await?
            {
                names.insert(id.0, profile.name);
            }
            if let Some(id) = connection.inbound_user
                && let Some(user) = store::inbound_user::find(&engine.db, id).await?
            {
                names.insert(id.0, user.name);
            }
        }
        Ok(Self(names))
    }

    /// Blank for none; the id of one that is gone.
    fn name(&self, id: Option<Uuid>) -> String {
        let Some(id) = id else { return String::new() };
        self.0.get(&id).cloned().unwrap_or_else(|| id.to_string())
    }
}

pub(super) fn words(connection: &Connection, names: &Names) -> Labelled {
    let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    let seconds = |ms: Option<i64>| number(ms.map(|ms| ms / 1000));
    let statuses: Vec<_> = connection.expected_statuses.iter().map(u16::to_string).collect();
    vec![
        ("Name", connection.name.clone()),
        ("Environment", connection.environment.label().into()),
        ("Description", connection.description.clone()),
        ("Endpoint URL", connection.endpoint_url.clone()),
        ("Instance name", connection.instance_name.clone()),
        ("Authentication", connection.authentication.label().into()),
        ("User", connection.user.clone()),
        (
            "OAuth profile",
            names.name(connection.oauth_profile.map(|id| id.0)),
        ),
        ("Send API key in", connection.api_key_place.label().into()),
        ("API key name", connection.api_key_name.clone()),
        ("Mutual auth", on(connection.mutual_auth)),
        (
            "Protocol profile",
            names.name(connection.protocol_profile.map(|id| id.0)),
        ),
        ("Inbound user", names.name(connection.inbound_user.map(|id| id.0))),
        ("Test method", connection.test_method.word().into()),
        ("Test path", connection.test_path.clone()),
        ("Expected statuses", statuses.join(", ")),
        ("Connect time-out", seconds(connection.connect_timeout_ms)),
        ("Request time-out", seconds(connection.request_timeout_ms)),
        ("Rate limit", number(connection.rate_limit)),
        ("Concurrency", number(connection.concurrency)),
        ("Extra headers", header_lines(&connection.extra_headers)),
    ]
}
