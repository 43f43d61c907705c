//! A connection's fields as people read them: in the comparison of two edits and in the audit trail.

use model::{connection::Connection, forms::header_lines};

use crate::{
    Engine, Result,
    record_edit::{Labelled, on},
    record_names::Names,
};

/// What the records are called that these connections refer to.
pub(super) async fn names(
    engine: &Engine,
    connections: impl IntoIterator<Item = Option<&Connection>>,
) -> Result<Names> {
    let mut names = Names::default();
    for connection in connections.into_iter().flatten() {
        names
            .learn_oauth_profile(engine, connection.oauth_profile)
            .await?;
        names
            .learn_protocol_profile(engine, connection.protocol_profile)
            .await?;
        names.learn_inbound_user(engine, connection.inbound_user).await?;
    }
    Ok(names)
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
