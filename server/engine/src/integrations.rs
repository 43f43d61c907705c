//! Integrations: list, detail, save, delete.

use model::{
    Invalid,
    activation::DeletePreview,
    forms::{DeleteForm, IntegrationForm},
    id::{IntegrationId, ProcessId},
    integration::Integration,
    overview::{ConnectionLabel, IntegrationDetail, IntegrationRow},
};

use crate::{
    Engine, Error, Granted, Result, connections, overview,
    permission::{Design, See},
    record_edit::{self, Labelled, Stamp, audited, counted, form_id, needed_id, saved},
};

const RECORD: &str = "integration";

/// Every integration, or those of one process.
pub async fn list(
    engine: &Engine,
    _: &Granted<See>,
    process: Option<ProcessId>,
) -> Result<Vec<IntegrationRow>> {
    Ok(store::integration::list_rows(&engine.db, process).await?)
}

pub(crate) async fn stored(engine: &Engine, id: IntegrationId) -> Result<Integration> {
    store::integration::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// The header of an integration's pages.
pub async fn detail(engine: &Engine, _: &Granted<See>, id: IntegrationId) -> Result<IntegrationDetail> {
    let integration = stored(engine, id).await?;
    let process = store::process::find(&engine.db, integration.process)
        .await?
        .ok_or(Error::NotFound("process"))?;
    let application = store::application::find(&engine.db, integration.application).await?;
    let active = store::connection::active_of_integration(&engine.db, id).await?;
    let counts = overview::last_day(engine, Some(id)).await?;
    Ok(IntegrationDetail {
        integration,
        process,
        application_name: application
            .map(|application| application.name)
            .unwrap_or_default(),
        active_since: active.as_ref().and_then(|connection| connection.enabled_at),
        active: active.as_ref().map(connections::label),
        connections: i64::try_from(
            store::connection::list_by_integration(&engine.db, id)
                .await?
                .len(),
        )
        .unwrap_or(i64::MAX),
        messages_24h: counts.total,
        failed_24h: counts.failed,
    })
}

/// The connections that enabling the integration chooses from: the last active one, the only one, or all.
pub async fn candidates(
    engine: &Engine,
    _: &Granted<See>,
    id: IntegrationId,
) -> Result<Vec<ConnectionLabel>> {
    let integration = stored(engine, id).await?;
    let connections = store::connection::list_by_integration(&engine.db, id).await?;
    if let Some(last) = connections
        .iter()
        .find(|connection| Some(connection.id) == integration.last_active_connection)
    {
        return Ok(vec![connections::label(last)]);
    }
    Ok(connections.iter().map(connections::label).collect())
}

/// Creates or changes an integration. It belongs to the application of its process.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: IntegrationForm) -> Result<IntegrationId> {
    let checked = form.check()?;
    let gone = || Error::field("process", Invalid::NoSuchRecord);
    let process = store::process::find(&engine.db, checked.process)
        .await?
        .ok_or_else(gone)?;
    let old = match form_id::<IntegrationId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
        None => None,
    };
    if old.as_ref().is_some_and(|old| old.process != process.id) {
        let text = "The process is fixed after creation: connections and endpoints belong to it.";
        return Err(Error::field("process", Invalid::Refused(text.into())));
    }
    let stamp = Stamp::new(engine.now(), by.name(), old.as_ref());
    let integration = Integration {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        application: process.application,
        process: process.id,
        name: checked.name.as_str().into(),
        system: checked.system.as_str().into(),
        company: checked.company,
        description: checked.description,
        service_type: checked.service_type,
        message_format: checked.message_format,
        last_active_connection: old.as_ref().and_then(|old| old.last_active_connection),
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    };
    let both = (&integration, old.as_ref());
    let entry = saved(engine, by.actor(), RECORD, both, form.version, words)?;
    let (id, is_new) = (integration.id, old.is_none());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::integration::insert(tx, &integration).await?;
            } else {
                store::integration::update(tx, &integration).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

fn words(integration: &Integration) -> Labelled {
    vec![
        ("Name", integration.name.clone()),
        ("External system", integration.system.clone()),
        ("Description", integration.description.clone()),
        ("Company", integration.company.clone()),
        ("Service type", integration.service_type.label().into()),
        ("Message format", integration.message_format.label().into()),
    ]
}

/// What a deletion takes along.
pub async fn delete_preview(engine: &Engine, _: &Granted<See>, id: IntegrationId) -> Result<DeletePreview> {
    let integration = stored(engine, id).await?;
    let connections = store::connection::list_by_integration(&engine.db, id).await?;
    let messages = store::message::list_by_integration(&engine.db, id).await?;
    let variables = store::variable::list_by_integration(&engine.db, id).await?;
    let names = |names: Vec<String>, one, many| counted(&names, one, many);
    let takes_along = [
        names(
            connections.iter().map(|c| c.name.clone()).collect(),
            "connection",
            "connections",
        ),
        names(
            messages.into_iter().map(|m| m.name).collect(),
            "message",
            "messages",
        ),
        names(
            variables.into_iter().map(|v| v.key).collect(),
            "variable",
            "variables",
        ),
    ];
    let refused = connections
        .iter()
        .filter(|connection| connection.active)
        .map(|connection| format!("It is active through {}: disable it first.", connection.name))
        .collect();
    Ok(DeletePreview {
        record: RECORD.into(),
        name: integration.name,
        takes_along: takes_along.into_iter().flatten().collect(),
        refused,
        version: integration.version,
    })
}

/// Deletes an integration with its connections, variables and messages. Transactions stay and keep the names.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<IntegrationId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    let version = form.version;
    record_edit::delete(engine, by.actor(), (RECORD, id), (&form, &preview), move |tx| {
        Box::pin(async move {
            let active = store::connection::active_of_integration(&mut *tx, id).await?;
            if active.is_some() {
                let text = "It was enabled meanwhile. Disable it first.";
                return Err(Error::Conflict(text.into()));
            }
            Ok(store::integration::delete(tx, id, version).await?)
        })
    })
    .await
}
