//! Protocol profiles: list, save, delete. Certificates come with a later release.

use model::{
    activation::DeletePreview,
    audit::AuditAction,
    forms::{DeleteForm, ProtocolProfileForm},
    id::ProtocolProfileId,
    profile::ProtocolProfile,
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    permission::{Design, See},
    record_edit::{Stored, changed, confirmed, counted, created, form_id, needed_id},
};

const RECORD: &str = "protocol profile";

/// Every one of them.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<ProtocolProfile>> {
    Ok(store::protocol_profile::list(&engine.db).await?)
}

/// One of them.
pub async fn find(engine: &Engine, _: &Granted<See>, id: ProtocolProfileId) -> Result<ProtocolProfile> {
    store::protocol_profile::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes one.
pub async fn save(
    engine: &Engine,
    by: &Granted<Design>,
    form: ProtocolProfileForm,
) -> Result<ProtocolProfileId> {
    let checked = form.check()?;
    let (now, who) = (engine.now(), by.name().to_owned());
    let old = match form_id::<ProtocolProfileId>(&form.id, RECORD)? {
        Some(id) => Some(
            store::protocol_profile::find(&engine.db, id)
                .await?
                .ok_or(Error::NotFound(RECORD))?,
        ),
        None => None,
    };
    let profile = ProtocolProfile {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        application: match &old {
            Some(old) => old.application,
            None => crate::inbound_users::default_application(engine).await?,
        },
        name: checked.name.as_str().into(),
        description: checked.description,
        minimum_tls: checked.minimum_tls,
        version: old.as_ref().map_or(1, |old| old.version),
        created: old.as_ref().map_or(now, |old| old.created),
        created_by: old
            .as_ref()
            .map_or_else(|| who.clone(), |old| old.created_by.clone()),
        updated: now,
        updated_by: who,
    };
    let record = (RECORD, profile.id, profile.name.as_str());
    let entry = match &old {
        Some(old) => {
            let fields = [
                ("Name", profile.name.as_str(), old.name.as_str()),
                ("Description", &profile.description, &old.description),
                (
                    "Minimum TLS version",
                    profile.minimum_tls.label(),
                    old.minimum_tls.label(),
                ),
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
    let (id, is_new) = (profile.id, old.is_none());
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if is_new {
                    store::protocol_profile::insert(tx, &profile).await?;
                } else {
                    store::protocol_profile::update(tx, &profile).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// What stands against a deletion.
pub async fn delete_preview(
    engine: &Engine,
    by: &Granted<See>,
    id: ProtocolProfileId,
) -> Result<DeletePreview> {
    let profile = find(engine, by, id).await?;
    let names: Vec<String> = store::connection::by_protocol_profile(&engine.db, id)
        .await?
        .into_iter()
        .map(|c| c.name)
        .collect();
    let refused = counted(&names, "connection", "connections")
        .map(|text| format!("It is used by {text}. Choose another there first."))
        .into_iter()
        .collect();
    Ok(DeletePreview {
        record: RECORD.into(),
        name: profile.name,
        takes_along: Vec::new(),
        refused,
        version: profile.version,
    })
}

/// Deletes one that no connection uses.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<ProtocolProfileId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    confirmed(&form, &preview)?;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Deleted,
        (RECORD, id, &preview.name),
        String::new(),
    );
    engine
        .change(Topic::Design, move |tx| {
            Box::pin(async move {
                store::protocol_profile::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}
