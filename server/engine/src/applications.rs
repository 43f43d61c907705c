//! Applications: list, save, delete.

use model::{
    activation::DeletePreview,
    application::Application,
    forms::{ApplicationForm, DeleteForm},
    id::ApplicationId,
};

use crate::{
    Engine, Error, Granted, Result,
    changes::Topic,
    permission::{Design, See},
    record_edit::{Stored, changed, confirmed, created, deleted, form_id, needed_id},
};

const RECORD: &str = "application";

/// Every application.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<Application>> {
    Ok(store::application::list(&engine.db).await?)
}

/// One application.
pub async fn find(engine: &Engine, _: &Granted<See>, id: ApplicationId) -> Result<Application> {
    store::application::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes an application.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: ApplicationForm) -> Result<ApplicationId> {
    let checked = form.check()?;
    let (now, who) = (engine.now(), by.name().to_owned());
    let old = match form_id::<ApplicationId>(&form.id, RECORD)? {
        Some(id) => Some(
            store::application::find(&engine.db, id)
                .await?
                .ok_or(Error::NotFound(RECORD))?,
        ),
        None => None,
    };
    let application = Application {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        name: checked.name.as_str().into(),
        key: checked.key.as_str().into(),
        description: checked.description,
        version: old.as_ref().map_or(1, |old| old.version),
        created: old.as_ref().map_or(now, |old| old.created),
        created_by: old
            .as_ref()
            .map_or_else(|| who.clone(), |old| old.created_by.clone()),
        updated: now,
        updated_by: who,
    };
    let record = (RECORD, application.id, application.name.as_str());
    let entry = match &old {
        Some(old) => {
            let fields = [
                ("Name", application.name.as_str(), old.name.as_str()),
                ("Key", &application.key, &old.key),
                ("Description", &application.description, &old.description),
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
    let (id, is_new) = (application.id, old.is_none());
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if is_new {
                    store::application::insert(tx, &application).await?;
                } else {
                    store::application::update(tx, &application).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
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
    let refused = crate::record_edit::counted(&names, "process", "processes")
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
    confirmed(&form, &preview)?;
    let entry = deleted(engine, by.actor(), (RECORD, id, &preview.name));
    engine
        .change(Topic::Design, move |tx| {
            Box::pin(async move {
                store::application::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}
