//! OAuth profiles: list, save, delete. Tokens come with a later release.

use model::{
    activation::DeletePreview,
    audit::AuditAction,
    forms::{DeleteForm, OauthProfileForm},
    id::OauthProfileId,
    profile::OauthProfile,
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    permission::{Design, See},
    record_edit::{Stored, changed, confirmed, counted, created, form_id, needed_id},
};

const RECORD: &str = "OAuth profile";

/// Every one of them.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<OauthProfile>> {
    Ok(store::oauth_profile::list(&engine.db).await?)
}

/// One of them.
pub async fn find(engine: &Engine, _: &Granted<See>, id: OauthProfileId) -> Result<OauthProfile> {
    store::oauth_profile::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes one.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: OauthProfileForm) -> Result<OauthProfileId> {
    let checked = form.check()?;
    let (now, who) = (engine.now(), by.name().to_owned());
    let old = match form_id::<OauthProfileId>(&form.id, RECORD)? {
        Some(id) => Some(
            store::oauth_profile::find(&engine.db, id)
                .await?
                .ok_or(Error::NotFound(RECORD))?,
        ),
        None => None,
    };
    let profile = OauthProfile {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        application: match &old {
            Some(old) => old.application,
            None => crate::inbound_users::default_application(engine).await?,
        },
        name: checked.name.as_str().into(),
        description: checked.description,
        grant_type: checked.grant_type,
        authorization_url: checked.authorization_url,
        token_url: checked.token_url,
        client_id: checked.client_id,
        scopes: checked.scopes,
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
                ("Grant type", profile.grant_type.label(), old.grant_type.label()),
                (
                    "Authorization URL",
                    &profile.authorization_url,
                    &old.authorization_url,
                ),
                ("Token URL", &profile.token_url, &old.token_url),
                ("Client ID", &profile.client_id, &old.client_id),
                ("Scopes", &profile.scopes, &old.scopes),
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
                    store::oauth_profile::insert(tx, &profile).await?;
                } else {
                    store::oauth_profile::update(tx, &profile).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// What stands against a deletion.
pub async fn delete_preview(engine: &Engine, by: &Granted<See>, id: OauthProfileId) -> Result<DeletePreview> {
    let profile = find(engine, by, id).await?;
    let names: Vec<String> = store::connection::by_oauth_profile(&engine.db, id)
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
    let id = needed_id::<OauthProfileId>(&form.id, RECORD)?;
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
                store::oauth_profile::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}
