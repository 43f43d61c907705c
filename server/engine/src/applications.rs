//! Applications: list, save, delete.

use model::{
    activation::DeletePreview,
    application::Application,
    forms::{ApplicationForm, DeleteForm},
    id::ApplicationId,
};

use crate::{
    Engine, Error, Granted, Result,
    permission::{Design, See},
    record_edit::{self, Labelled, Stamp, audited, counted, form_id, needed_id, saved},
};

const RECORD: &str = "application";

/// Every application.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<Application>> {
    Ok(store::application::list(&engine.db).await?)
}

/// One application.
pub async fn find(engine: &Engine, _: &Granted<See>, id: ApplicationId) -> Result<Application> {
    stored(engine, id).await
}

/// Creates or changes an application.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: ApplicationForm) -> Result<ApplicationId> {
    let checked = form.check()?;
    let old = match form_id::<ApplicationId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
        None => None,
    };
    let stamp = Stamp::new(engine.now(), by.name(), old.as_ref());
    let application = Application {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        name: checked.name.as_str().into(),
        key: checked.key.as_str().into(),
        description: checked.description,
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    };
    let both = (&application, old.as_ref());
    let entry = saved(engine, by.actor(), RECORD, both, form.version, words)?;
    let (id, is_new) = (application.id, old.is_none());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::application::insert(tx, &application).await?;
            } else {
                store::application::update(tx, &application).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

async fn stored(engine: &Engine, id: ApplicationId) -> Result<Application> {
    store::application::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

fn words(application: &Application) -> Labelled {
    vec![
        ("Name", application.name.clone()),
        ("Key", application.key.clone()),
        ("Description", application.description.clone()),
    ]
}

/// What stands against a deletion: an application is deleted empty.
pub async fn delete_preview(engine: &Engine, by: &Granted<See>, id: ApplicationId) -> Result<DeletePreview> {
    let application = find(engine, by, id).await?;
    let processes = store::process::list(&engine.db).await?;
    let names: Vec<String> = processes
        .into_iter()
        .filter(|p| p.application == id)
        .map(|p| p.name)
        .collect();
    let refused = counted(&names, "process", "processes")
        .map(|text| format!("It contains {text}. Delete or move them first."))
        .into_iter()
        .collect();
    Ok(DeletePreview {
        record: RECORD.into(),
        name: application.name,
        takes_along: Vec::new(),
        refused,
        version: application.version,
    })
}

/// Deletes an empty application.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<ApplicationId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    let version = form.version;
    record_edit::delete(engine, by.actor(), (RECORD, id), (&form, &preview), move |tx| {
        Box::pin(async move { Ok(store::application::delete(tx, id, version).await?) })
    })
    .await
}
