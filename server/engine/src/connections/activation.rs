//! Enable and Disable: at most one connection of an integration is active, switched over in one transaction.

use model::{
    Invalid,
    activation::{DisablePreview, EnablePreview, NO_OTHER, QueuedMessages},
    audit::AuditAction,
    connection::Connection,
    forms::SwitchForm,
    id::ConnectionId,
};

use super::{RECORD, label, missing_of, stored};
use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    integrations,
    outbound::held_because,
    permission::{Operate, See},
    record_edit::needed_id,
};

/// What enabling a connection would do.
pub async fn enable_preview(engine: &Engine, _: &Granted<See>, id: ConnectionId) -> Result<EnablePreview> {
    let connection = stored(engine, id).await?;
    let replaces = store::connection::active_of_integration(&engine.db, connection.integration).await?;
    let mut notes = Vec::new();
    let instance = engine.instance_name();
    if !connection.instance_name.is_empty() && connection.instance_name != instance {
        notes.push(format!(
            "It sends only from {}, and this installation is {instance}: messages will be put in error.",
            connection.instance_name
        ));
    }
    if connection.inbound_user.is_none() {
        notes.push("It has no inbound user: nothing can be received through it.".into());
    }
    if connection.endpoint_url.is_empty() {
        notes.push("It has no Endpoint URL: nothing can be sent through it.".into());
    }
    Ok(EnablePreview {
        missing: missing_of(engine, &connection).await?,
        refused: inbound_user_taken(engine, &connection)
            .await?
            .into_iter()
            .collect(),
        replaces: replaces.filter(|active| active.id != id).as_ref().map(label),
        notes,
        queued: store::transaction::count_waiting(&engine.db, connection.integration).await?,
        version: connection.version,
        connection: label(&connection),
    })
}

/// Whether another integration of the process already lets this inbound user in.
async fn inbound_user_taken(engine: &Engine, connection: &Connection) -> Result<Option<String>> {
    let Some(user) = connection.inbound_user else {
        return Ok(None);
    };
    let integration = integrations::stored(engine, connection.integration).await?;
    let active = store::connection::active_for_caller(&engine.db, integration.process, user).await?;
    let Some(other) = active.filter(|active| active.integration != connection.integration) else {
        return Ok(None);
    };
    let name = integrations::stored(engine, other.integration).await?.name;
    Ok(Some(format!(
        "Its inbound user is already used by {} of {name}, which is active for the same process. Choose another inbound user.",
        other.name
    )))
}

/// Makes a connection active and deactivates the others of its integration, in one transaction. Messages that wait
/// are held, or given to this connection if the form says so.
///
/// # Errors
/// [`Error::Conflict`] with what is missing, or when the inbound user is taken.
pub async fn enable(engine: &Engine, by: &Granted<Operate>, form: SwitchForm) -> Result<()> {
    let id = needed_id::<ConnectionId>(&form.id, RECORD)?;
    let queued = match form.queued.as_str() {
        "" => QueuedMessages::Keep,
        word => QueuedMessages::parse(word).ok_or_else(|| Error::field("queued", Invalid::NotAChoice))?,
    };
    let preview = enable_preview(engine, &by.actor().grant()?, id).await?;
    if !preview.missing.is_empty() {
        return Err(Error::Conflict(format!(
            "{} cannot be enabled yet. Missing: {}.",
            preview.connection.name,
            preview.missing.join(", ")
        )));
    }
    if !preview.refused.is_empty() {
        return Err(Error::Conflict(preview.refused.join(" ")));
    }
    if stored(engine, id).await?.active {
        return Ok(());
    }
    let active_now = preview
        .replaces
        .as_ref()
        .map_or_else(|| NO_OTHER.to_owned(), |other| other.id.to_string());
    if !form.replaces.is_empty() && form.replaces != active_now {
        return Err(changed_meanwhile());
    }
    let version = if form.version == 0 {
        preview.version
    } else {
        form.version
    };
    let (now, who) = (engine.now(), by.name().to_owned());
    let name = preview.connection.name.clone();
    let enabled = audit::entry(
        engine,
        by.actor(),
        AuditAction::Enabled,
        (RECORD, id, &name),
        String::new(),
    );
    let replaced = preview.replaces.as_ref().map(|replaced| {
        let detail = format!("replaced by {name}");
        audit::entry(
            engine,
            by.actor(),
            AuditAction::Disabled,
            (RECORD, replaced.id, &replaced.name),
            detail,
        )
    });
    let expected = preview.replaces.map(|replaced| replaced.id);
    let label = preview.connection;
    let released = engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if store::connection::activate(tx, id, version, now, &who).await? != expected {
                    return Err(changed_meanwhile());
                }
                store::audit::insert(tx, &enabled).await?;
                if let Some(entry) = replaced {
                    store::audit::insert(tx, &entry).await?;
                }
                match queued {
                    QueuedMessages::Send => {
                        let to = (id, label.name.as_str(), label.environment);
                        Ok(store::transaction::release(tx, label.integration, to, now).await?)
                    }
                    QueuedMessages::Keep => {
                        let reason = "Held: another connection was enabled meanwhile. Replay it to send it.";
                        store::transaction::hold_all(tx, label.integration, reason).await?;
                        Ok(Vec::new())
                    }
                }
            })
        })
        .await?;
    for transaction in released {
        engine.dispatcher.deliver(transaction, Some(id));
    }
    Ok(())
}

/// Nobody replaces a connection without having been told which.
fn changed_meanwhile() -> Error {
    Error::Conflict(
        "Another connection was enabled or disabled meanwhile. Look again before you enable this one.".into(),
    )
}

/// What disabling would do.
pub async fn disable_preview(engine: &Engine, _: &Granted<See>, id: ConnectionId) -> Result<DisablePreview> {
    let connection = stored(engine, id).await?;
    let integration = integrations::stored(engine, connection.integration).await?;
    Ok(DisablePreview {
        connection: label(&connection),
        integration_name: integration.name,
        queued: store::transaction::count_waiting(&engine.db, connection.integration).await?,
        version: connection.version,
    })
}

/// Makes a connection, and with it its integration, inactive: nothing is accepted or sent any more, and messages that
/// wait are held.
pub async fn disable(engine: &Engine, by: &Granted<Operate>, form: SwitchForm) -> Result<()> {
    let connection = stored(engine, needed_id::<ConnectionId>(&form.id, RECORD)?).await?;
    if !connection.active {
        return Ok(());
    }
    let version = if form.version == 0 {
        connection.version
    } else {
        form.version
    };
    let (now, who) = (engine.now(), by.name().to_owned());
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Disabled,
        (RECORD, connection.id, &connection.name),
        String::new(),
    );
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                store::connection::deactivate(tx, connection.id, version, now, &who).await?;
                let reason = held_because(&connection.name);
                store::transaction::hold_all(tx, connection.integration, &reason).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(())
}
