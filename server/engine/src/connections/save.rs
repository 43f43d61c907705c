//! Saving a connection: every field checked at once, secrets bound to where they may go, one transaction.

use model::{
    FieldErrors, Invalid, Timestamp,
    audit::AuditAction,
    comparison::Comparison,
    connection::{Connection, secret},
    connection_form::{CheckedConnection, ConnectionForm, shown},
    forms::header_lines,
    id::ConnectionId,
    integration::Integration,
    secret_state::SecretState,
};

use super::{RECORD, stored};
use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    destination, integrations,
    permission::Design,
    record_edit::{Stored, form_id, needed_id, same_version},
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
    let detail = match &old {
        Some(old) => compare(form.version, &connection, old, &sealed)?,
        None => String::new(),
    };
    let action = if old.is_some() {
        AuditAction::Changed
    } else {
        AuditAction::Created
    };
    let entry = audit::entry(
        engine,
        by.actor(),
        action,
        (RECORD, connection.id, &connection.name),
        detail,
    );
    let state = vault::state(now, by.name(), &destination);
    let cleared: Vec<&str> = SECRETS
        .into_iter()
        .filter(|name| !shown(name, checked.authentication, checked.mutual_auth))
        .collect();
    let id = connection.id;
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if action == AuditAction::Created {
                    store::connection::insert(tx, &connection).await?;
                } else {
                    store::connection::update(tx, &connection).await?;
                }
                for name in cleared {
                    store::secret::delete(tx, id.0, name).await?;
                }
                for (name, sealed) in sealed {
                    let Some(sealed) = sealed else { continue };
                    store::secret::put(tx, id.0, name, &sealed.ciphertext, &sealed.state(&state)).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// A secret is bound to the destination it was typed for (product.md 2): another one demands it again.
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

/// Tokens go only to the origins their profile lists (product.md 2).
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
        version: old.map_or(1, |old| old.version),
        created: old.map_or(now, |old| old.created),
        created_by: old.map_or_else(|| who.to_owned(), |old| old.created_by.clone()),
        updated: now,
        updated_by: who.to_owned(),
    }
}

/// Whether what a success proved is unchanged (product.md 2, Status, "Connected").
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

fn compare(
    seen: i64,
    new: &Connection,
    old: &Connection,
    sealed: &[(&str, Option<Sealed>)],
) -> Result<String> {
    let text = |id: Option<String>| id.unwrap_or_default();
    let on = |on: bool| if on { "on" } else { "off" };
    let number = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
    let statuses = |c: &Connection| format!("{:?}", c.expected_statuses);
    let fields = [
        ("Name", new.name.as_str(), old.name.as_str()),
        ("Environment", new.environment.label(), old.environment.label()),
        ("Description", &new.description, &old.description),
        ("Endpoint URL", &new.endpoint_url, &old.endpoint_url),
        ("Instance name", &new.instance_name, &old.instance_name),
        (
            "Authentication",
            new.authentication.label(),
            old.authentication.label(),
        ),
        ("User", &new.user, &old.user),
        (
            "OAuth profile",
            &text(new.oauth_profile.map(|i| i.to_string())),
            &text(old.oauth_profile.map(|i| i.to_string())),
        ),
        (
            "Send API key in",
            new.api_key_place.label(),
            old.api_key_place.label(),
        ),
        ("API key name", &new.api_key_name, &old.api_key_name),
        ("Mutual auth", on(new.mutual_auth), on(old.mutual_auth)),
        (
            "Protocol profile",
            &text(new.protocol_profile.map(|i| i.to_string())),
            &text(old.protocol_profile.map(|i| i.to_string())),
        ),
        (
            "Inbound user",
            &text(new.inbound_user.map(|i| i.to_string())),
            &text(old.inbound_user.map(|i| i.to_string())),
        ),
        ("Test method", new.test_method.word(), old.test_method.word()),
        ("Test path", &new.test_path, &old.test_path),
        ("Expected statuses", &statuses(new), &statuses(old)),
        (
            "Connect time-out",
            &number(new.connect_timeout_ms),
            &number(old.connect_timeout_ms),
        ),
        (
            "Request time-out",
            &number(new.request_timeout_ms),
            &number(old.request_timeout_ms),
        ),
        ("Rate limit", &number(new.rate_limit), &number(old.rate_limit)),
        ("Concurrency", &number(new.concurrency), &number(old.concurrency)),
        (
            "Extra headers",
            &header_lines(&new.extra_headers),
            &header_lines(&old.extra_headers),
        ),
    ];
    let version = Stored {
        version: old.version,
        updated: old.updated,
        updated_by: &old.updated_by,
    };
    same_version(seen, &version, &fields)?;
    let mut detail = audit::detail(&Comparison::differences(&fields));
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
    Ok(detail.trim_start().to_owned())
}
