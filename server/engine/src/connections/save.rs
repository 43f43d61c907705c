//! Saving a connection: every field checked at once, secrets bound to where they may go, one transaction.

use model::{
    FieldErrors, Invalid, Timestamp,
    audit::AuditEntry,
    connection::{Connection, secret},
    connection_form::{CheckedConnection, ConnectionForm, shown},
    id::ConnectionId,
    integration::Integration,
    secret_state::SecretState,
};

use super::{
    RECORD, stored,
    words::{names, words},
};
use crate::{
    Engine, Error, Granted, Result, destination, integrations,
    permission::Design,
    record_edit::{Stamp, audited, form_id, masked, needed_id, saved},
    variables,
    vault::{self, Sealed},
};

/// The secrets a connection may have.
const SECRETS: [&str; 3] = [secret::PASSWORD, secret::API_KEY, secret::TOKEN];

/// Creates or changes a connection.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; a changed origin without the secret typed again is one of them (S2).
pub async fn save(engine: &Engine, by: &Granted<Design>, form: ConnectionForm) -> Result<ConnectionId> {
    let old = match form_id::<ConnectionId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
        None => None,
    };
    let integration = match &old {
        Some(old) => integrations::stored(engine, old.integration).await?,
        None => integrations::stored(engine, needed_id(&form.integration, "integration")?).await?,
    };
    let checked = form.check()?;
    let states = match &old {
        Some(old) => store::secret::states(&engine.db, old.id.0).await?,
        None => Vec::new(),
    };
    let profile = checked.protocol_profile.filter(|_| checked.mutual_auth);
    let destination = destination::with_profile(engine, &checked.endpoint_url, profile).await?;
    check_secrets(&checked, &states, &destination)?;
    check_profile(engine, &checked).await?;
    let now = engine.now();
    let mut connection = built(engine, by.name(), &checked, old.as_ref(), &integration, now);
    let sealed = seal(engine, by, &connection, &checked, &states, &destination).await?;
    if let Some(old) = &old
        && sealed.iter().all(|(_, sealed)| sealed.is_none())
        && same_target(&checked, old)
    {
        connection.proof_reset_at = old.proof_reset_at;
    }
    let names = names(engine, [Some(&connection), old.as_ref()]).await?;
    let both = (&connection, old.as_ref());
    // What is a secret variable now may have been written into a header before.
    let mask = variables::mask(engine, [connection.id]).await?;
    let mut entry = saved(engine, by.actor(), RECORD, both, form.version, |connection| {
        masked(words(connection, &names), &mask)
    })?;
    if old.is_some() {
        entry.detail = with_secrets(entry.detail, &sealed);
    }
    let state = vault::state(now, by.name(), &destination);
    let hidden = SECRETS
        .into_iter()
        .filter(|name| !shown(name, checked.authentication, checked.mutual_auth))
        .collect();
    let id = connection.id;
    let secrets = Secrets {
        hidden,
        sealed,
        state,
    };
    write(engine, (connection, old.is_none()), secrets, entry).await?;
    Ok(id)
}

/// What a save does to the secrets of its connection.
struct Secrets {
    /// Those of fields that are not shown: they are forgotten.
    hidden: Vec<&'static str>,
    /// `None` for one that was typed and is stored already.
    sealed: Vec<(&'static str, Option<Sealed>)>,
    state: SecretState,
}

async fn write(
    engine: &Engine,
    (connection, is_new): (Connection, bool),
    secrets: Secrets,
    entry: AuditEntry,
) -> Result<()> {
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            let owner = connection.id.0;
            if is_new {
                store::connection::insert(tx, &connection).await?;
            } else {
                store::connection::update(tx, &connection).await?;
            }
            for name in secrets.hidden {
                store::secret::delete(tx, owner, name).await?;
            }
            for (name, sealed) in secrets.sealed {
                let Some(sealed) = sealed else { continue };
                let state = sealed.state(&secrets.state);
                store::secret::put(tx, owner, name, &sealed.ciphertext, &state).await?;
            }
            Ok(())
        })
    })
    .await
}

/// A secret is bound to the destination it was typed for: another one demands it again.
fn check_secrets(
    checked: &CheckedConnection,
    states: &[(String, SecretState)],
    destination: &str,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    if !checked.secrets.is_empty() && destination.is_empty() {
        errors.add(
            "endpoint_url",
            Invalid::Refused("Give the Endpoint URL: the secret is bound to its host.".into()),
        );
    }
    // Tokens are secrets of the connection, too, but nobody types them.
    for (name, state) in states.iter().filter(|(name, _)| SECRETS.contains(&name.as_str())) {
        let typed = checked.secrets.iter().any(|(typed, _)| typed == name);
        if shown(name, checked.authentication, checked.mutual_auth) && !typed && state.origin != destination {
            let to = if destination.is_empty() {
                "nowhere"
            } else {
                destination
            };
            let text = format!(
                "It was set for {} and would now go to {to}: type it again.",
                state.origin
            );
            errors.add(name, Invalid::SecretNeeded(text));
        }
    }
    errors.into_result().map_err(Error::from)
}

/// The secrets that were typed, encrypted; `None` for one that is what is stored already, for the same host.
async fn seal(
    engine: &Engine,
    by: &Granted<Design>,
    connection: &Connection,
    checked: &CheckedConnection,
    states: &[(String, SecretState)],
    destination: &str,
) -> Result<Vec<(&'static str, Option<Sealed>)>> {
    let owner = connection.id.0;
    let mut sealed = Vec::new();
    for (name, value) in &checked.secrets {
        let bound = states
            .iter()
            .any(|(stored, state)| stored == name && state.origin == destination);
        let same = bound && engine.vault.holds(&engine.db, owner, name, value).await?;
        let new = if same {
            None
        } else {
            let typed = engine.vault.seal_typed(by.actor(), (owner, name), name, value);
            Some(typed.await?)
        };
        sealed.push((*name, new));
    }
    Ok(sealed)
}

/// Tokens go only to the origins their profile lists.
async fn check_profile(engine: &Engine, checked: &CheckedConnection) -> Result<()> {
    let origin = destination::origin(&checked.endpoint_url);
    let Some(id) = checked.oauth_profile else {
        return Ok(());
    };
    let profile = store::oauth_profile::find(&engine.db, id)
        .await?
        .ok_or_else(|| Error::field("oauth_profile", Invalid::NoSuchRecord))?;
    if origin.is_empty() || profile.sends_to(&origin) {
        return Ok(());
    }
    let allowed = if profile.api_origins.is_empty() {
        "none yet".to_owned()
    } else {
        profile.api_origins.join(", ")
    };
    let text = format!(
        "The tokens of {} may not be sent to {origin}. Allowed: {allowed}. An administrator adds it under API origins \
         of the OAuth profile.",
        profile.name
    );
    Err(Error::field("oauth_profile", Invalid::Refused(text)))
}

fn built(
    engine: &Engine,
    who: &str,
    checked: &CheckedConnection,
    old: Option<&Connection>,
    integration: &Integration,
    now: Timestamp,
) -> Connection {
    let stamp = Stamp::new(now, who, old);
    Connection {
        id: old.map_or_else(|| engine.clock.id(), |old| old.id),
        application: integration.application,
        integration: integration.id,
        name: checked.name.clone(),
        environment: checked.environment,
        description: checked.description.clone(),
        endpoint_url: checked.endpoint_url.clone(),
        instance_name: checked.instance_name.clone(),
        authentication: checked.authentication,
        user: checked.user.clone(),
        oauth_profile: checked.oauth_profile,
        api_key_place: checked.api_key_place,
        api_key_name: checked.api_key_name.clone(),
        mutual_auth: checked.mutual_auth,
        protocol_profile: checked.protocol_profile,
        inbound_user: checked.inbound_user,
        test_method: checked.test_method,
        test_path: checked.test_path.clone(),
        expected_statuses: checked.expected_statuses.clone(),
        test_declared: checked.test_declared,
        connect_timeout_ms: checked.connect_timeout_ms,
        request_timeout_ms: checked.request_timeout_ms,
        rate_limit: checked.rate_limit,
        concurrency: checked.concurrency,
        extra_headers: checked.extra_headers.clone(),
        active: old.is_some_and(|old| old.active),
        enabled_at: old.and_then(|old| old.enabled_at),
        disabled_at: old.and_then(|old| old.disabled_at),
        disabled_by: old.map(|old| old.disabled_by.clone()).unwrap_or_default(),
        proof_reset_at: now,
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    }
}

/// Whether what a success proved is unchanged: a connection that was Connected stays so.
fn same_target(new: &CheckedConnection, old: &Connection) -> bool {
    new.endpoint_url == old.endpoint_url
        && new.authentication == old.authentication
        && new.user == old.user
        && new.oauth_profile == old.oauth_profile
        && new.api_key_place == old.api_key_place
        && new.api_key_name == old.api_key_name
        && new.mutual_auth == old.mutual_auth
        && new.protocol_profile == old.protocol_profile
}

/// A line for each secret that was typed.
fn with_secrets(mut detail: String, sealed: &[(&'static str, Option<Sealed>)]) -> String {
    for (name, sealed) in sealed {
        detail.push('\n');
        detail.push_str(name);
        match sealed {
            None => detail.push_str(": typed again, unchanged"),
            Some(sealed) if sealed.reference.is_empty() => detail.push_str(": replaced"),
            Some(sealed) => {
                detail.push_str(": ");
                detail.push_str(&sealed.reference);
            }
        }
    }
    detail.trim_start().to_owned()
}
