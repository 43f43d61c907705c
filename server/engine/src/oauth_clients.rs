//! OAuth clients: who may fetch tokens at our token endpoint, and as which inbound user they post.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    Invalid,
    activation::DeletePreview,
    audit::AuditAction,
    forms::{ClientSecretForm, DeleteForm, OauthClientForm},
    id::{OauthClientId, OauthClientSecretId},
    names::number,
    oauth_client::{ClientSecret, NewClientSecret, OauthClient, OauthClientView},
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    inbound_users::default_application,
    permission::{Design, See},
    record_edit::{Labelled, Stamp, audited, confirmed, counted, form_id, needed_id, on, saved},
    record_names::Names,
    users::hash_of,
};

const RECORD: &str = "OAuth client";
const HOUR_MS: i64 = 3_600_000;
/// Longest overlap of a rotation, in hours: 90 days.
const OVERLAP_MOST: i64 = 2160;
/// Characters of a secret that lists show.
const SHOWN: usize = 10;

/// Where tokens are fetched, as an absolute URL.
pub(crate) fn token_url(engine: &Engine) -> String {
    format!("{}/oauth/token", engine.settings.public_url)
}

/// Every OAuth client, by name.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<OauthClient>> {
    Ok(store::oauth_client::list(&engine.db).await?)
}

/// One OAuth client with its secrets, as far as they may be told.
pub async fn find(engine: &Engine, _: &Granted<See>, id: OauthClientId) -> Result<OauthClientView> {
    let client = existing(engine, id).await?;
    let user = store::inbound_user::find(&engine.db, client.inbound_user).await?;
    let secrets = store::oauth_client::secrets(&engine.db, id).await?;
    Ok(OauthClientView {
        inbound_user_name: user.map(|user| user.name).unwrap_or_default(),
        secrets: secrets.into_iter().map(|(secret, _)| secret).collect(),
        live_tokens: store::issued_token::live(&engine.db, id, engine.now()).await?,
        token_url: token_url(engine),
        client,
    })
}

async fn existing(engine: &Engine, id: OauthClientId) -> Result<OauthClient> {
    store::oauth_client::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// Creates or changes an OAuth client. A new one has no secret yet: [`new_secret`] makes it.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: OauthClientForm) -> Result<OauthClientId> {
    let checked = form.check()?;
    let old = match form_id::<OauthClientId>(&form.id, RECORD)? {
        Some(id) => Some(existing(engine, id).await?),
        None => None,
    };
    let client_id = match (&old, checked.client_id) {
        (Some(old), Some(typed)) if typed != old.client_id => {
            let text = "The client ID is fixed: make a new OAuth client for another one.";
            return Err(Error::field("client_id", Invalid::Refused(text.into())));
        }
        (Some(old), _) => old.client_id.clone(),
        (None, Some(typed)) => typed,
        (None, None) => format!("sbc_{}", URL_SAFE_NO_PAD.encode(engine.clock.random::<12>())),
    };
    let application = match &old {
        Some(old) => old.application,
        None => default_application(engine).await?,
    };
    let stamp = Stamp::new(engine.now(), by.name(), old.as_ref());
    let client = OauthClient {
        id: old.as_ref().map_or_else(|| engine.clock.id(), |old| old.id),
        application,
        name: checked.name.as_str().into(),
        description: checked.description,
        client_id,
        grants: checked.grants,
        access_lifetime: checked.access_lifetime,
        refresh_lifetime: checked.refresh_lifetime,
        inbound_user: checked.inbound_user,
        active: checked.active,
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    };
    let mut names = Names::default();
    for client in [Some(&client), old.as_ref()].into_iter().flatten() {
        names
            .learn_inbound_user(engine, Some(client.inbound_user))
            .await?;
    }
    let edit = (&client, old.as_ref());
    let entry = saved(engine, by.actor(), RECORD, edit, form.version, |client| {
        words(client, &names)
    })?;
    // Tokens speak for the inbound user they were given for.
    let ends_tokens = old
        .as_ref()
        .is_some_and(|old| old.inbound_user != client.inbound_user || (old.active && !client.active));
    let (id, new) = (client.id, old.is_none());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if new {
                store::oauth_client::insert(tx, &client).await?;
            } else {
                store::oauth_client::update(tx, &client).await?;
            }
            if ends_tokens {
                store::issued_token::delete_of_client(tx, id).await?;
            }
            Ok(())
        })
    })
    .await?;
    Ok(id)
}

fn words(client: &OauthClient, names: &Names) -> Labelled {
    let grants: Vec<_> = client.grants.iter().map(|grant| grant.label()).collect();
    vec![
        ("Name", client.name.clone()),
        ("Description", client.description.clone()),
        ("Grants", grants.join(", ")),
        ("Access token lifetime", client.access_lifetime.to_string()),
        ("Refresh token lifetime", client.refresh_lifetime.to_string()),
        ("Inbound user", names.name(Some(client.inbound_user.0))),
        ("Active", on(client.active)),
    ]
}

/// Makes a secret; its text is in the answer and nowhere else. The others stay valid, for the overlap that was asked.
pub async fn new_secret(
    engine: &Engine,
    by: &Granted<Design>,
    form: ClientSecretForm,
) -> Result<NewClientSecret> {
    let client = existing(engine, needed_id(&form.id, RECORD)?).await?;
    let overlap = number(&form.overlap_hours, 0, OVERLAP_MOST)
        .map_err(|invalid| Error::field("overlap_hours", invalid))?;
    let user = store::inbound_user::find(&engine.db, client.inbound_user).await?;
    let now = engine.now();
    let text = format!("sbcs_{}", URL_SAFE_NO_PAD.encode(engine.clock.random::<32>()));
    let secret = ClientSecret {
        id: engine.clock.id(),
        client: client.id,
        begins_with: text.chars().take(SHOWN).collect(),
        created: now,
        created_by: by.name().to_owned(),
        expires: None,
        last_used: None,
    };
    let ends = overlap.map(|hours| now.plus(hours * HOUR_MS));
    let detail = match overlap {
        Some(hours) => format!("new secret; the others end in {hours} hours"),
        None => "new secret".to_owned(),
    };
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::SecretSet,
        (RECORD, client.id, &client.name),
        detail,
    );
    let made = NewClientSecret {
        id: secret.id,
        client_id: client.client_id,
        client_secret: text.clone(),
        token_url: token_url(engine),
        grants: client.grants,
        user_id: user.map(|user| user.user_id).unwrap_or_default(),
    };
    let hash = hash_of(&text);
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if let Some(at) = ends {
                    store::oauth_client::expire_secrets(tx, client.id, at).await?;
                }
                store::oauth_client::insert_secret(tx, &secret, &hash).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(made)
}

/// Makes a secret worthless at once. Tokens that were fetched with it stay until they expire.
pub async fn revoke_secret(
    engine: &Engine,
    by: &Granted<Design>,
    id: OauthClientSecretId,
) -> Result<OauthClientId> {
    let secret = store::oauth_client::find_secret(&engine.db, id)
        .await?
        .ok_or(Error::NotFound("secret"))?;
    let client = existing(engine, secret.client).await?;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Changed,
        (RECORD, client.id, &client.name),
        format!("secret {}… revoked", secret.begins_with),
    );
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if !store::oauth_client::delete_secret(tx, id).await? {
                    return Err(Error::NotFound("secret"));
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(client.id)
}

/// What a deletion takes along.
pub async fn delete_preview(engine: &Engine, by: &Granted<See>, id: OauthClientId) -> Result<DeletePreview> {
    let view = find(engine, by, id).await?;
    let secrets: Vec<String> = view
        .secrets
        .iter()
        .map(|secret| format!("{}…", secret.begins_with))
        .collect();
    let mut takes_along: Vec<String> = counted(&secrets, "secret", "secrets").into_iter().collect();
    if view.live_tokens > 0 {
        takes_along.push(format!("{} tokens that count now", view.live_tokens));
    }
    Ok(DeletePreview {
        record: RECORD.into(),
        name: view.client.name,
        takes_along,
        refused: Vec::new(),
        version: view.client.version,
    })
}

/// Deletes an OAuth client; its tokens end at once.
pub async fn delete(engine: &Engine, by: &Granted<Design>, form: DeleteForm) -> Result<()> {
    let id = needed_id::<OauthClientId>(&form.id, RECORD)?;
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
                store::oauth_client::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(())
}
