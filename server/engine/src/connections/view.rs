//! What the pages about connections show.

use std::collections::HashMap;

use model::{
    connection::secret,
    connection_status::ConnectionStatus,
    id::{ConnectionId, IntegrationId},
    overview::{ConnectionChoices, ConnectionDetail, ConnectionRow, ConnectionsPage},
    variable::Variable,
};

use super::{status::Gathered, stored};
use crate::{Engine, Granted, Result, integrations, permission::See, processes};

/// Tests, requests and changes shown beside a connection.
const SHOWN: i64 = 10;

/// The connections page of an integration.
pub async fn page(engine: &Engine, by: &Granted<See>, integration: IntegrationId) -> Result<ConnectionsPage> {
    let detail = integrations::detail(engine, by, integration).await?;
    let connections = store::connection::list_by_integration(&engine.db, integration).await?;
    let inbound_user = connections
        .iter()
        .find(|connection| connection.active)
        .and_then(|connection| connection.inbound_user);
    let active_inbound_user = match inbound_user {
        Some(id) => store::inbound_user::find(&engine.db, id)
            .await?
            .map(|user| user.user_id),
        None => None,
    };
    let endpoints = vec![processes::endpoint(engine, &detail.process)];
    let rows = rows(engine, connections).await?;
    Ok(ConnectionsPage {
        detail,
        endpoints,
        active_inbound_user,
        rows,
    })
}

/// Every connection of every integration.
pub async fn all(engine: &Engine, _: &Granted<See>) -> Result<Vec<ConnectionRow>> {
    let connections = store::connection::list_all(&engine.db).await?;
    rows(engine, connections).await
}

pub(crate) async fn rows(
    engine: &Engine,
    connections: Vec<model::connection::Connection>,
) -> Result<Vec<ConnectionRow>> {
    let gathered = Gathered::all(engine, &connections).await?;
    let mut last_hour = store::evidence::last_hour(&engine.db, engine.now()).await?;
    let integrations: HashMap<_, _> = store::integration::list(&engine.db, None)
        .await?
        .into_iter()
        .map(|i| (i.id, (i.name, i.system)))
        .collect();
    let rows = connections.into_iter().map(|connection| {
        let (integration_name, system) = integrations
            .get(&connection.integration)
            .cloned()
            .unwrap_or_default();
        ConnectionRow {
            status: gathered.status(&connection),
            last_hour: last_hour.remove(&connection.id).unwrap_or_default(),
            last_success: gathered.last_success(&connection),
            integration_name,
            system,
            connection,
        }
    });
    Ok(rows.collect())
}

/// The status of each of these connections.
pub(crate) async fn statuses(
    engine: &Engine,
    connections: &[model::connection::Connection],
) -> Result<Vec<(ConnectionId, ConnectionStatus)>> {
    let gathered = Gathered::all(engine, connections).await?;
    let statuses = connections
        .iter()
        .map(|connection| (connection.id, gathered.status(connection).status));
    Ok(statuses.collect())
}

/// The page of one connection.
pub async fn detail(engine: &Engine, by: &Granted<See>, id: ConnectionId) -> Result<ConnectionDetail> {
    let connection = stored(engine, id).await?;
    let integration = integrations::detail(engine, by, connection.integration).await?;
    let gathered = Gathered::all(engine, std::slice::from_ref(&connection)).await?;
    let mut states: HashMap<String, _> = store::secret::states(&engine.db, id.0)
        .await?
        .into_iter()
        .collect();
    Ok(ConnectionDetail {
        status: gathered.status(&connection),
        missing: gathered.missing(&connection),
        password: states.remove(secret::PASSWORD),
        api_key: states.remove(secret::API_KEY),
        token: states.remove(secret::TOKEN),
        variables: with_references(engine, id).await?,
        last_tests: store::connection_test::list(&engine.db, id, SHOWN).await?,
        last_requests: store::transaction::of_connection(&engine.db, id, SHOWN).await?,
        history: store::audit::of_record(&engine.db, &id.to_string(), SHOWN).await?,
        redactions: store::redaction::of_connection(&engine.db, id, SHOWN).await?,
        application_name: integration.application_name,
        integration: integration.integration,
        connection,
    })
}

/// The variables of a connection; secret ones that are kept elsewhere with the reference to it.
async fn with_references(engine: &Engine, id: ConnectionId) -> Result<Vec<Variable>> {
    let mut variables = store::variable::list_by_connection(&engine.db, id).await?;
    for variable in variables.iter_mut().filter(|variable| variable.secret) {
        let states = store::secret::states(&engine.db, variable.id.0).await?;
        variable.value = states
            .into_iter()
            .next()
            .map_or_else(String::new, |(_, state)| state.reference);
    }
    Ok(variables)
}

/// What the choices of a connection form offer.
pub async fn choices(
    engine: &Engine,
    _: &Granted<See>,
    _integration: IntegrationId,
) -> Result<ConnectionChoices> {
    Ok(ConnectionChoices {
        oauth_profiles: store::oauth_profile::list(&engine.db).await?,
        protocol_profiles: store::protocol_profile::list(&engine.db).await?,
        inbound_users: store::inbound_user::list(&engine.db).await?,
        instance_name: engine.instance_name(),
    })
}
