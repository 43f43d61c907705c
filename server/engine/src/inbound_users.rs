//! Inbound users: the accounts external systems authenticate with.

use std::collections::HashMap;

use model::{
    activation::DeletePreview,
    audit::AuditAction,
    comparison::Comparison,
    forms::{DeleteForm, InboundUserForm},
    id::{InboundUserId, IntegrationId},
    inbound_user::{InboundUser, Way},
    integration::Integration,
    overview::InboundRow,
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    connections,
    permission::{Design, See},
    processes,
    record_edit::{Stored, confirmed, counted, deleted, form_id, needed_id, same_version},
};

const RECORD: &str = "inbound user";

/// Every inbound user, with the connections that name it and where it may post now.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<InboundRow>> {
    let users = store::inbound_user::list(&engine.db).await?;
    let all = store::connection::list_all(&engine.db).await?;
    let integrations: HashMap<IntegrationId, Integration> = store::integration::list(&engine.db, None)
        .await?
        .into_iter()
        .map(|i| (i.id, i))
        .collect();
    let processes: HashMap<_, _> = store::process::list(&engine.db)
        .await?
        .into_iter()
        .map(|p| (p.id, p))
        .collect();
    let last_calls = store::transaction::last_inbound_calls(&engine.db).await?;
    let rows = users.into_iter().map(|user| {
        let own: Vec<_> = all
            .iter()
            .filter(|connection| connection.inbound_user == Some(user.id))
            .collect();
        let active = own
            .iter()
            .find(|connection| connection.active)
            .and_then(|connection| {
                let integration = integrations.get(&connection.integration)?;
                let process = processes.get(&integration.process)?;
                let url = processes::endpoint(engine, process).url;
                Some((connections::label(connection), integration.name.clone(), url))
            });
        InboundRow {
            connections: own
                .iter()
                .map(|connection| connections::label(connection))
                .collect(),
            active,
            last_call: last_calls.get(&user.id).copied(),
            user,
        }
    });
    Ok(rows.collect())
}

/// One inbound user.
pub async fn find(engine: &Engine, _: &Granted<See>, id: InboundUserId) -> Result<InboundUser> {
    store::inbound_user::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes an inbound user. A blank password keeps the one that is set; a changed one counts at once.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: InboundUserForm) -> Result<InboundUserId> {
    let checked = form.check()?;
    let (now, who) = (engine.now(), by.name().to_owned());
    let old = match form_id::<InboundUserId>(&form.id, RECORD)? {
        Some(id) => Some(
            store::inbound_user::find(&engine.db, id)
                .await?
                .ok_or(Error::NotFound(RECORD))?,
        ),
        None => None,
    };
    let user = InboundUser {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        application: match &old {
            Some(old) => old.application,
            None => default_application(engine).await?,
        },
        name: checked.name.as_str().into(),
        user_id: checked.user_id,
        description: checked.description,
        active: checked.active,
        password_set_at: old.as_ref().map_or(now, |old| old.password_set_at),
        password_set_by: match &old {
            Some(old) => old.password_set_by.clone(),
            None if checked.password.is_some() => who.clone(),
            None => String::new(),
        },
        version: old.as_ref().map_or(1, |old| old.version),
        created: old.as_ref().map_or(now, |old| old.created),
        created_by: old
            .as_ref()
            .map_or_else(|| who.clone(), |old| old.created_by.clone()),
        updated: now,
        updated_by: who.clone(),
        password_last_used: old.as_ref().and_then(|old| old.password_last_used),
        allowed: checked.allowed,
    };
    let detail = match &old {
        Some(old) => compare(&form, &user, old, checked.password.is_some())?,
        None => String::new(),
    };
    let hash = match &checked.password {
        Some(password) => Some(engine.passwords.hash(password).await?),
        None => None,
    };
    let action = if old.is_some() {
        AuditAction::Changed
    } else {
        AuditAction::Created
    };
    let mut entry = audit::entry(engine, by.actor(), action, (RECORD, user.id, &user.name), detail);
    let id = user.id;
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                match (action, hash) {
                    (AuditAction::Created, hash) => {
                        store::inbound_user::insert(tx, &user, &hash.unwrap_or_default()).await?;
                    }
                    (_, hash) => {
                        store::inbound_user::update(tx, &user).await?;
                        if let Some(hash) = hash {
                            store::inbound_user::set_password(tx, id, &hash, now, &who).await?;
                            entry.detail.push_str(&end_tokens(tx, id).await?);
                        }
                    }
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// Ends what was fetched with a password of the user, which counts no more (RFC 9700 4.14.2); says so for the audit
/// trail. To be called after the password has changed, in the same database transaction.
pub(crate) async fn end_tokens(tx: &mut store::Tx, user: InboundUserId) -> Result<String> {
    Ok(match store::issued_token::delete_by_password(tx, user).await? {
        0 => String::new(),
        count => format!("\nTokens fetched with a password: {count} ended"),
    })
}

/// The application new credentials belong to until somebody chooses: the first one.
pub(crate) async fn default_application(engine: &Engine) -> Result<model::id::ApplicationId> {
    let applications = store::application::list(&engine.db).await?;
    let first = applications
        .iter()
        .find(|a| a.key == "default")
        .or(applications.first());
    first
        .map(|application| application.id)
        .ok_or_else(|| Error::Conflict("Create an application first.".into()))
}

fn compare(form: &InboundUserForm, new: &InboundUser, old: &InboundUser, password: bool) -> Result<String> {
    let on = |active: bool| if active { "on" } else { "off" };
    let (new_ways, old_ways) = (Way::labels(&new.allowed), Way::labels(&old.allowed));
    let fields = [
        ("Name", new.name.as_str(), old.name.as_str()),
        ("User ID", &new.user_id, &old.user_id),
        ("Description", &new.description, &old.description),
        ("Active", on(new.active), on(old.active)),
        ("Allowed ways", &new_ways, &old_ways),
    ];
    let stored = Stored {
        version: old.version,
        updated: old.updated,
        updated_by: &old.updated_by,
    };
    same_version(form.version, &stored, &fields)?;
    let mut detail = audit::detail(&Comparison::differences(&fields));
    if password {
        detail.push_str("\nPassword: replaced");
    }
    Ok(detail.trim_start().to_owned())
}

/// What stands against a deletion.
pub async fn delete_preview(engine: &Engine, by: &Granted<See>, id: InboundUserId) -> Result<DeletePreview> {
    let user = find(engine, by, id).await?;
    let names: Vec<String> = store::connection::by_inbound_user(&engine.db, id)
        .await?
        .into_iter()
        .map(|c| c.name)
        .collect();
    let clients: Vec<String> = store::oauth_client::by_inbound_user(&engine.db, id)
        .await?
        .into_iter()
        .map(|client| client.name)
        .collect();
    let credentials: Vec<String> = store::inbound_credential::list(&engine.db, id)
        .await?
        .into_iter()
        .map(|credential| credential.label)
        .collect();
    let refused = [
        counted(&names, "connection", "connections"),
        counted(&clients, "OAuth client", "OAuth clients"),
    ]
    .into_iter()
    .flatten()
    .map(|text| format!("It is used by {text}. Choose another inbound user there first."))
    .collect();
    Ok(DeletePreview {
        record: RECORD.into(),
        name: user.name,
        takes_along: counted(&credentials, "credential", "credentials")
            .into_iter()
            .collect(),
        refused,
        version: user.version,
    })
}

/// Deletes an inbound user that no connection uses.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<InboundUserId>(&form.id, RECORD)?;
    let preview = delete_preview(engine, &by.actor().grant()?, id).await?;
    confirmed(&form, &preview)?;
    let entry = deleted(engine, by.actor(), (RECORD, id, &preview.name));
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                store::inbound_user::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(())
}
