//! Where a secret value stands in records of the design that people can read. Only a person can replace it there.

use model::{
    connection::{Connection, Header},
    id::VariableId,
};

use crate::{Engine, Result};

/// Shorter values stand in many texts by chance.
const SHORTEST: usize = 4;

/// The places of `value` besides `variable`, in the connection and in what is used with it.
pub(crate) async fn of(
    engine: &Engine,
    connection: &Connection,
    variable: VariableId,
    value: &str,
) -> Result<Vec<String>> {
    let mut places = Vec::new();
    for other in store::variable::list_by_integration(&engine.db, connection.integration).await? {
        if other.id != variable && !other.secret && other.value == value {
            let owner = store::connection::find(&engine.db, other.connection).await?;
            let owner = owner.map(|owner| owner.name).unwrap_or_default();
            places.push(format!("the variable {} of the connection {owner}", other.key));
        }
    }
    if value.len() < SHORTEST {
        return Ok(places);
    }
    let name = &connection.name;
    for (text, label) in [
        (&connection.endpoint_url, "Endpoint URL"),
        (&connection.test_path, "Test path"),
        (&connection.description, "Description"),
        (&connection.user, "User"),
    ] {
        if text.contains(value) {
            places.push(format!("{label} of the connection {name}"));
        }
    }
    places.extend(
        in_headers(&connection.extra_headers, value)
            .map(|header| format!("the header {header} of the connection {name}")),
    );
    for message in store::message::list_by_integration(&engine.db, connection.integration).await? {
        let name = &message.name;
        if message.path.contains(value) {
            places.push(format!("the path of the message {name}"));
        }
        let headers = in_headers(&message.headers, value);
        places.extend(headers.map(|header| format!("the header {header} of the message {name}")));
    }
    Ok(places)
}

fn in_headers<'a>(headers: &'a [Header], value: &'a str) -> impl Iterator<Item = &'a str> {
    let holding = headers.iter().filter(move |header| header.value.contains(value));
    holding.map(|header| header.name.as_str())
}
