//! Connections. Their secrets are in the vault (`secret`), their activation in [`activation`].

mod activation;

use model::{
    Timestamp,
    connection::{ApiKeyPlace, Authentication, Connection, Environment, HttpMethod},
    id::{ConnectionId, InboundUserId, IntegrationId, OauthProfileId, ProcessId, ProtocolProfileId},
};

pub use activation::{activate, deactivate};

use crate::{
    Reader, Result, Tx,
    row::StoredRow,
    secret,
    value::{Value, values},
};

macro_rules! columns {
    () => {
        "id, application, integration, name, environment, description, endpoint_url, instance_name, authentication,
         user_name, oauth_profile, api_key_place, api_key_name, mutual_auth, protocol_profile, inbound_user,
         test_method, test_path, expected_statuses, test_declared, connect_timeout_ms, request_timeout_ms,
         rate_limit, concurrency, extra_headers, active, enabled_at, disabled_at, disabled_by, proof_reset_at,
         version, created, created_by, updated, updated_by"
    };
}

fn read(row: &StoredRow) -> Result<Connection> {
    Ok(Connection {
        id: row.id("id")?,
        application: row.id("application")?,
        integration: row.id("integration")?,
        name: row.text("name")?,
        environment: row.word("environment", Environment::parse)?,
        description: row.text("description")?,
        endpoint_url: row.text("endpoint_url")?,
        instance_name: row.text("instance_name")?,
        authentication: row.word("authentication", Authentication::parse)?,
        user: row.text("user_name")?,
        oauth_profile: row.optional_id("oauth_profile")?,
        api_key_place: row.word("api_key_place", ApiKeyPlace::parse)?,
        api_key_name: row.text("api_key_name")?,
        mutual_auth: row.boolean("mutual_auth")?,
        protocol_profile: row.optional_id("protocol_profile")?,
        inbound_user: row.optional_id("inbound_user")?,
        test_method: row.word("test_method", HttpMethod::parse)?,
        test_path: row.text("test_path")?,
        expected_statuses: row.json("expected_statuses")?,
        test_declared: row.boolean("test_declared")?,
        connect_timeout_ms: row.optional_integer("connect_timeout_ms")?,
        request_timeout_ms: row.optional_integer("request_timeout_ms")?,
        rate_limit: row.optional_integer("rate_limit")?,
        concurrency: row.optional_integer("concurrency")?,
        extra_headers: row.json("extra_headers")?,
        active: row.boolean("active")?,
        enabled_at: row.optional_time("enabled_at")?,
        disabled_at: row.optional_time("disabled_at")?,
        disabled_by: row.text("disabled_by")?,
        proof_reset_at: row.time("proof_reset_at")?,
        version: row.integer("version")?,
        created: row.time("created")?,
        created_by: row.text("created_by")?,
        updated: row.time("updated")?,
        updated_by: row.text("updated_by")?,
    })
}

/// The fields a designer may change, and when and by whom, in the order `$3` to `$27` of [`insert`] and [`update`].
fn editable(connection: &Connection) -> Result<Vec<Value<'_>>> {
    Ok(values![
        &connection.name,
        connection.environment.word(),
        &connection.description,
        &connection.endpoint_url,
        &connection.instance_name,
        connection.authentication.word(),
        &connection.user,
        connection.oauth_profile,
        connection.api_key_place.word(),
        &connection.api_key_name,
        connection.mutual_auth,
        connection.protocol_profile,
        connection.inbound_user,
        connection.test_method.word(),
        &connection.test_path,
        Value::json(&connection.expected_statuses)?,
        connection.test_declared,
        connection.connect_timeout_ms,
        connection.request_timeout_ms,
        connection.rate_limit,
        connection.concurrency,
        Value::json(&connection.extra_headers)?,
        connection.proof_reset_at,
        connection.updated,
        &connection.updated_by,
    ])
}

/// Stores a new connection. Conflicts: `connection_name`, `connection_one_active`,
/// `connection_active_inbound_user` and the foreign keys.
pub async fn insert(tx: &mut Tx, connection: &Connection) -> Result<()> {
    let mut values = values![connection.id, connection.version];
    values.extend(editable(connection)?);
    values.extend(values![
        connection.application,
        connection.integration,
        connection.active,
        connection.enabled_at,
        connection.disabled_at,
        &connection.disabled_by,
        connection.created,
        &connection.created_by,
    ]);
    tx.run(
        "INSERT INTO connection (id, version, name, environment, description, endpoint_url, instance_name,
         authentication, user_name, oauth_profile, api_key_place, api_key_name, mutual_auth, protocol_profile,
         inbound_user, test_method, test_path, expected_statuses, test_declared, connect_timeout_ms,
         request_timeout_ms, rate_limit, concurrency, extra_headers, proof_reset_at, updated, updated_by,
         application, integration, active, enabled_at, disabled_at, disabled_by, created, created_by, process)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
         $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35,
         (SELECT i.process FROM integration i WHERE i.id = $29))",
        values,
    )
    .await
    .map(drop)
}

/// Changes the fields of a connection, but neither where it belongs nor whether it is active.
/// `version` is the one seen.
pub async fn update(tx: &mut Tx, connection: &Connection) -> Result<()> {
    let mut values = values![connection.id, connection.version];
    values.extend(editable(connection)?);
    tx.run_or_stale(
        "UPDATE connection SET name = $3, environment = $4, description = $5, endpoint_url = $6,
         instance_name = $7, authentication = $8, user_name = $9, oauth_profile = $10, api_key_place = $11,
         api_key_name = $12, mutual_auth = $13, protocol_profile = $14, inbound_user = $15, test_method = $16,
         test_path = $17, expected_statuses = $18, test_declared = $19, connect_timeout_ms = $20,
         request_timeout_ms = $21, rate_limit = $22, concurrency = $23, extra_headers = $24,
         proof_reset_at = $25, updated = $26, updated_by = $27, version = version + 1
         WHERE id = $1 AND version = $2",
        values,
    )
    .await
}

/// Lets nothing that was proven or refused before `at` count any more. The version stays: nobody edited the record.
pub async fn reset_proof(tx: &mut Tx, id: ConnectionId, at: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE connection SET proof_reset_at = $2 WHERE id = $1",
        values![id, at],
    )
    .await
    .map(drop)
}

/// The same for every connection that proves itself by an OAuth profile.
pub async fn reset_proof_of_oauth_profile(tx: &mut Tx, profile: OauthProfileId, at: Timestamp) -> Result<()> {
    tx.run(
        "UPDATE connection SET proof_reset_at = $2 WHERE oauth_profile = $1",
        values![profile, at],
    )
    .await
    .map(drop)
}

/// The same for every connection that shows a protocol profile's certificate, to its target or to its provider.
pub async fn reset_proof_of_protocol_profile(
    tx: &mut Tx,
    profile: ProtocolProfileId,
    at: Timestamp,
) -> Result<()> {
    tx.run(
        "UPDATE connection SET proof_reset_at = $2 WHERE protocol_profile = $1
         OR oauth_profile IN (SELECT o.id FROM oauth_profile o WHERE o.protocol_profile = $1)",
        values![profile, at],
    )
    .await
    .map(drop)
}

/// Deletes a connection with its variables, tests and secrets.
pub async fn delete(tx: &mut Tx, id: ConnectionId, version: i64) -> Result<()> {
    secret::delete_of_connection(tx, id).await?;
    tx.run_or_stale(
        "DELETE FROM connection WHERE id = $1 AND version = $2",
        values![id, version],
    )
    .await
}

macro_rules! select {
    ($condition:literal) => {
        concat!("SELECT ", columns!(), " FROM connection ", $condition)
    };
}

/// The connection with this id.
pub async fn find(from: impl Into<Reader<'_>>, id: ConnectionId) -> Result<Option<Connection>> {
    from.into().one(select!("WHERE id = $1"), values![id], read).await
}

/// The connections of an integration, by name.
pub async fn list_by_integration(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
) -> Result<Vec<Connection>> {
    let sql = select!("WHERE integration = $1 ORDER BY LOWER(name), id");
    from.into().list(sql, values![integration], read).await
}

/// Every connection, by name.
pub async fn list_all(from: impl Into<Reader<'_>>) -> Result<Vec<Connection>> {
    from.into()
        .list(select!("ORDER BY LOWER(name), id"), values![], read)
        .await
}

/// The active connection of an integration.
pub async fn active_of_integration(
    from: impl Into<Reader<'_>>,
    integration: IntegrationId,
) -> Result<Option<Connection>> {
    from.into()
        .one(
            select!("WHERE integration = $1 AND active"),
            values![integration],
            read,
        )
        .await
}

/// The active connection of a process whose inbound user is the caller.
pub async fn active_for_caller(
    from: impl Into<Reader<'_>>,
    process: ProcessId,
    inbound_user: InboundUserId,
) -> Result<Option<Connection>> {
    let sql = select!("WHERE process = $1 AND inbound_user = $2 AND active");
    from.into().one(sql, values![process, inbound_user], read).await
}

/// The active connections of a process's integrations, by name.
pub async fn active_of_process(from: impl Into<Reader<'_>>, process: ProcessId) -> Result<Vec<Connection>> {
    let sql = select!(
        "WHERE active AND integration IN (SELECT i.id FROM integration i WHERE i.process = $1)
         ORDER BY LOWER(name), id"
    );
    from.into().list(sql, values![process], read).await
}

/// The connections that name an inbound user.
pub async fn by_inbound_user(
    from: impl Into<Reader<'_>>,
    inbound_user: InboundUserId,
) -> Result<Vec<Connection>> {
    let sql = select!("WHERE inbound_user = $1 ORDER BY LOWER(name), id");
    from.into().list(sql, values![inbound_user], read).await
}

/// The connections that use an OAuth profile.
pub async fn by_oauth_profile(
    from: impl Into<Reader<'_>>,
    profile: OauthProfileId,
) -> Result<Vec<Connection>> {
    let sql = select!("WHERE oauth_profile = $1 ORDER BY LOWER(name), id");
    from.into().list(sql, values![profile], read).await
}

/// The connections that use a protocol profile.
pub async fn by_protocol_profile(
    from: impl Into<Reader<'_>>,
    profile: ProtocolProfileId,
) -> Result<Vec<Connection>> {
    let sql = select!("WHERE protocol_profile = $1 ORDER BY LOWER(name), id");
    from.into().list(sql, values![profile], read).await
}
