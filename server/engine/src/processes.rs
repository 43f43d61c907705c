//! Processes: list, save, delete, and their inbound endpoints.

use model::{
    activation::DeletePreview,
    application::Application,
    command_line::{ExampleCall, ExampleWay},
    forms::{DeleteForm, ProcessForm},
    id::ProcessId,
    integration::MessageFormat,
    overview::{EndpointPage, ProcessRow},
    process::{InboundEndpoint, Process},
};

use crate::{
    Engine, Error, Granted, Result, example_call,
    permission::{Design, See},
    record_edit::{self, Labelled, Stamp, audited, counted, form_id, needed_id, saved},
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
    stored(engine, id).await
}

/// Creates or changes a process. Its inbound endpoints exist from then on.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: ProcessForm) -> Result<ProcessId> {
    let checked = form.check()?;
    let old = match form_id::<ProcessId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
        None => None,
    };
    let stamp = Stamp::new(engine.now(), by.name(), old.as_ref());
    let process = Process {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        application: checked.application,
        name: checked.name.as_str().into(),
        api_name: checked.api_name.as_str().into(),
        description: checked.description,
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    };
    let applications = store::application::list(&engine.db).await?;
    let both = (&process, old.as_ref());
    let entry = saved(engine, by.actor(), RECORD, both, form.version, |process| {
        words(process, &applications)
    })?;
    let (id, is_new) = (process.id, old.is_none());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::process::insert(tx, &process).await?;
            } else {
                store::process::update(tx, &process).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

async fn stored(engine: &Engine, id: ProcessId) -> Result<Process> {
    store::process::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

fn words(process: &Process, applications: &[Application]) -> Labelled {
    let application = applications
        .iter()
        .find(|application| application.id == process.application)
        .map(|application| application.name.clone());
    vec![
        ("Name", process.name.clone()),
        ("API name", process.api_name.clone()),
        ("Application", application.unwrap_or_default()),
        ("Description", process.description.clone()),
    ]
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
    let version = form.version;
    record_edit::delete(engine, by.actor(), (RECORD, id), (&form, &preview), move |tx| {
        Box::pin(async move {
            refuse_active(&mut *tx, id).await?;
            Ok(store::process::delete(tx, id, version).await?)
        })
    })
    .await
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
