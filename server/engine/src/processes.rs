//! Processes: list, save, delete, and their inbound endpoints.

use model::{
    activation::DeletePreview,
    audit::AuditAction,
    command_line::{ExampleCall, ExampleWay},
    forms::{DeleteForm, ProcessForm},
    id::ProcessId,
    integration::MessageFormat,
    overview::{EndpointPage, ProcessRow},
    process::{InboundEndpoint, Process},
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    example_call,
    permission::{Design, See},
    record_edit::{Stored, changed, confirmed, counted, created, form_id, needed_id},
};

const RECORD: &str = "process";
/// Last calls shown on an endpoint's page.
const LAST_CALLS: i64 = 20;

/// Every process.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<ProcessRow>> {
    Ok(store::process::list_rows(&engine.db).await?)
}

/// One process.
pub async fn find(engine: &Engine, _: &Granted<See>, id: ProcessId) -> Result<Process> {
    store::process::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes a process. Its inbound endpoints exist from then on.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: ProcessForm) -> Result<ProcessId> {
    let checked = form.check()?;
    let (now, who) = (engine.now(), by.name().to_owned());
    let old = match form_id::<ProcessId>(&form.id, RECORD)? {
        Some(id) => Some(
            store::process::find(&engine.db, id)
                .await?
                .ok_or(Error::NotFound(RECORD))?,
        ),
        None => None,
    };
    let process = Process {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        application: checked.application,
        name: checked.name.as_str().into(),
        api_name: checked.api_name.as_str().into(),
        description: checked.description,
        version: old.as_ref().map_or(1, |old| old.version),
        created: old.as_ref().map_or(now, |old| old.created),
        created_by: old
            .as_ref()
            .map_or_else(|| who.clone(), |old| old.created_by.clone()),
        updated: now,
        updated_by: who,
    };
    let record = (RECORD, process.id, process.name.as_str());
    let entry = match &old {
        Some(old) => {
            let fields = [
                ("Name", process.name.as_str(), old.name.as_str()),
                ("API name", &process.api_name, &old.api_name),
                (
                    "Application",
                    &process.application.to_string(),
                    &old.application.to_string(),
                ),
                ("Description", &process.description, &old.description),
            ];
            let stored = Stored {
                version: old.version,
                updated: old.updated,
                updated_by: &old.updated_by,
            };
            changed(engine, by.actor(), record, (form.version, &stored), &fields)?
        }
        None => created(engine, by.actor(), record),
    };
    let (id, is_new) = (process.id, old.is_none());
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if is_new {
                    store::process::insert(tx, &process).await?;
                } else {
                    store::process::update(tx, &process).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// What a deletion takes along.
pub async fn delete_preview(engine: &Engine, by: &Granted<See>, id: ProcessId) -> Result<DeletePreview> {
    let process = find(engine, by, id).await?;
    let rows = store::integration::list_rows(&engine.db, Some(id)).await?;
    let active: Vec<String> = rows
        .iter()
        .filter(|row| row.active.is_some())
        .map(|row| row.integration.name.clone())
        .collect();
    let names: Vec<String> = rows.into_iter().map(|row| row.integration.name).collect();
    let mut takes_along: Vec<String> = counted(&names, "integration", "integrations")
        .into_iter()
        .collect();
    takes_along.push(format!("the inbound endpoint {}", endpoint(engine, &process).url));
    let refused = active
        .iter()
        .map(|name| format!("The integration {name} is active: disable it first."))
        .collect();
    Ok(DeletePreview {
        record: RECORD.into(),
        name: process.name,
        takes_along,
        refused,
        version: process.version,
    })
}

/// Deletes a process with its integrations. Transactions stay and keep the names.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<ProcessId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    confirmed(&form, &preview)?;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Deleted,
        (RECORD, id, &preview.name),
        preview.takes_along.join("\n"),
    );
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                refuse_active(tx, id).await?;
                store::process::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(())
}

/// Looks once more inside the transaction: a connection may have been enabled since the preview.
async fn refuse_active(tx: &mut store::Tx, id: ProcessId) -> Result<()> {
    if store::connection::active_of_process(&mut *tx, id)
        .await?
        .is_empty()
    {
        Ok(())
    } else {
        Err(Error::Conflict(
            "One of its integrations was enabled meanwhile. Disable it first.".into(),
        ))
    }
}

/// The message endpoint of a process: the one that exists in this release.
pub(crate) fn endpoint(engine: &Engine, process: &Process) -> InboundEndpoint {
    InboundEndpoint {
        method: "POST".into(),
        url: format!(
            "{}/inbound/{}/message",
            engine.settings.public_url, process.api_name
        ),
        resource: "message".into(),
    }
}

/// The resource page of the message endpoint: what it accepts, who may call, its last calls.
pub async fn endpoint_page(engine: &Engine, by: &Granted<See>, id: ProcessId) -> Result<EndpointPage> {
    let process = find(engine, by, id).await?;
    let endpoint = endpoint(engine, &process);
    let mut callers = Vec::new();
    let mut example = None;
    for connection in store::connection::active_of_process(&engine.db, id).await? {
        let Some(user) = connection.inbound_user else {
            continue;
        };
        let user = store::inbound_user::find(&engine.db, user).await?;
        let integration = store::integration::find(&engine.db, connection.integration).await?;
        if let (Some(user), Some(integration)) = (user, integration) {
            if example.is_none() {
                example = Some(example_call::of(engine, &endpoint.url, &user, &integration).await?);
            }
            callers.push((
                user.user_id,
                crate::connections::label(&connection),
                integration.name,
            ));
        }
    }
    Ok(EndpointPage {
        example: example.unwrap_or_else(|| ExampleCall {
            url: endpoint.url.clone(),
            format: MessageFormat::Json,
            by: ExampleWay::Basic("USER".into()),
        }),
        endpoint,
        callers,
        body_limit: i64::try_from(engine.settings.body_limit).unwrap_or(i64::MAX),
        last: store::transaction::last_of_process(&engine.db, id, LAST_CALLS).await?,
        refused: store::refused_call::recent(&engine.db, Some(&process.api_name), LAST_CALLS).await?,
        process,
    })
}
