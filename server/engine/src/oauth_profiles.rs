//! OAuth profiles: list, save, delete. What they bring is in [`tokens`].

mod checks;
mod discover;
mod mends;

use model::{
    activation::DeletePreview,
    forms::DeleteForm,
    id::{ApplicationId, OauthProfileId},
    oauth_profile_form::{CheckedOauthProfile, OauthProfileForm, asked_for},
    profile::OauthProfile,
    secret_state::SecretState,
};

pub use discover::discover;
pub(crate) use model::profile::secret;

use crate::{
    Engine, Error, Granted, Result,
    changes::Topic,
    destination,
    permission::{Design, See},
    record_edit::{Labelled, Stamp, audited, confirmed, counted, deleted, form_id, needed_id, on, saved},
    record_names::Names,
    vault,
};
use checks::{check_origins, check_protocol, check_secrets};
use mends::Mends;

const RECORD: &str = "OAuth profile";

/// Every one of them.
pub async fn list(engine: &Engine, _: &Granted<See>) -> Result<Vec<OauthProfile>> {
    Ok(store::oauth_profile::list(&engine.db).await?)
}

/// One of them.
pub async fn find(engine: &Engine, _: &Granted<See>, id: OauthProfileId) -> Result<OauthProfile> {
    stored(engine, id).await
}

/// What may be told of the secrets of one: name and state of each that is set.
pub async fn secrets(
    engine: &Engine,
    _: &Granted<See>,
    id: OauthProfileId,
) -> Result<Vec<(String, SecretState)>> {
    Ok(store::secret::states(&engine.db, id.0).await?)
}

/// Creates or changes one.
///
/// # Errors
/// [`Error::Invalid`] with every wrong field; a changed host of the token URL without the secrets typed again is one of
/// them (S2), and so are a new API origin from anybody but an administrator, and a key that cannot be read.
pub async fn save(engine: &Engine, by: &Granted<Design>, form: OauthProfileForm) -> Result<OauthProfileId> {
    let checked = form.check()?;
    let old = match form_id::<OauthProfileId>(&form.id, RECORD)? {
        Some(id) => Some(stored(engine, id).await?),
        None => None,
    };
    let states = match &old {
        Some(old) => store::secret::states(&engine.db, old.id.0).await?,
        None => Vec::new(),
    };
    let shown_by = destination::token_profile(checked.client_authentication, checked.protocol_profile);
    let origin = destination::with_profile(engine, &checked.token_url, shown_by).await?;
    check_protocol(&checked)?;
    check_secrets(&checked, &states, &origin)?;
    check_origins(by.actor(), &checked, old.as_ref())?;
    let application = match &old {
        Some(old) => old.application,
        None => crate::inbound_users::default_application(engine).await?,
    };
    let cleared: Vec<&str> = secret::ALL
        .into_iter()
        .filter(|name| !asked_for(name, checked.grant_type, checked.client_authentication))
        .collect();
    let typed = checked.secrets.clone();
    let profile = built(engine, by.name(), checked, old.as_ref(), application);
    let mut names = Names::default();
    for profile in [Some(&profile), old.as_ref()].into_iter().flatten() {
        names
            .learn_protocol_profile(engine, profile.protocol_profile)
            .await?;
    }
    let edit = (&profile, old.as_ref());
    let mut entry = saved(engine, by.actor(), RECORD, edit, form.version, |profile| {
        words(profile, &names)
    })?;
    if old.is_some() && !typed.is_empty() {
        let between = if entry.detail.is_empty() { "" } else { "\n" };
        entry.detail.push_str(between);
        entry.detail.push_str("secrets replaced");
    }
    let mut sealed = Vec::new();
    for (name, value) in &typed {
        let place = (profile.id.0, *name);
        sealed.push((
            *name,
            engine.vault.seal_typed(by.actor(), place, name, value).await?,
        ));
    }
    let state = vault::state(engine.now(), by.name(), &origin);
    let (id, is_new) = (profile.id, old.is_none());
    let mends = Mends::of(&profile, old.as_ref(), !typed.is_empty(), engine.now());
    audited(engine, entry, move |tx| {
        Box::pin(async move {
            if is_new {
                store::oauth_profile::insert(tx, &profile).await?;
            } else {
                store::oauth_profile::update(tx, &profile).await?;
            }
            for name in cleared {
                store::secret::delete(tx, id.0, name).await?;
            }
            for (name, sealed) in sealed {
                store::secret::put(tx, id.0, name, &sealed.ciphertext, &sealed.state(&state)).await?;
            }
            mends.apply(tx).await
        })
    })
    .await?;
    Ok(id)
}

async fn stored(engine: &Engine, id: OauthProfileId) -> Result<OauthProfile> {
    store::oauth_profile::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

fn built(
    engine: &Engine,
    who: &str,
    checked: CheckedOauthProfile,
    old: Option<&OauthProfile>,
    application: ApplicationId,
) -> OauthProfile {
    let stamp = Stamp::new(engine.now(), who, old);
    OauthProfile {
        id: old.map_or_else(|| engine.clock.id(), |old| old.id),
        application,
        name: checked.name,
        description: checked.description,
        preset: checked.preset,
        grant_type: checked.grant_type,
        issuer: checked.issuer,
        iss_promised: checked.iss_promised,
        authorization_url: checked.authorization_url,
        token_url: checked.token_url,
        revocation_url: checked.revocation_url,
        client_id: checked.client_id,
        client_authentication: checked.client_authentication,
        key_id: checked.key_id,
        subject: checked.subject,
        assertion_audience: checked.assertion_audience,
        user: checked.user,
        scopes: checked.scopes,
        audience: checked.audience,
        resource: checked.resource,
        authorization_parameters: checked.authorization_parameters,
        token_parameters: checked.token_parameters,
        pkce: checked.pkce,
        api_origins: checked.api_origins,
        rotates: checked.rotates,
        inactivity_days: checked.inactivity_days,
        absolute_days: checked.absolute_days,
        refresh_days: checked.refresh_days,
        protocol_profile: checked.protocol_profile,
        version: stamp.version,
        created: stamp.created,
        created_by: stamp.created_by,
        updated: stamp.updated,
        updated_by: stamp.updated_by,
    }
}

fn words(profile: &OauthProfile, names: &Names) -> Labelled {
    let form = OauthProfileForm::of(profile);
    vec![
        ("Name", form.name),
        ("Description", form.description),
        ("Provider", form.preset),
        ("Grant type", profile.grant_type.label().into()),
        ("Issuer", form.issuer),
        ("Issuer in every answer", on(profile.iss_promised)),
        ("Authorization URL", form.authorization_url),
        ("Token URL", form.token_url),
        ("Revocation URL", form.revocation_url),
        ("Client ID", form.client_id),
        (
            "Client authentication",
            profile.client_authentication.label().into(),
        ),
        ("Key ID", form.key_id),
        ("Subject", form.subject),
        ("Assertion audience", form.assertion_audience),
        ("User", form.user),
        ("Scopes", form.scopes),
        ("Audience", form.audience),
        ("Resource", form.resource),
        ("Authorization parameters", form.authorization_parameters),
        ("Token parameters", form.token_parameters),
        ("PKCE", on(profile.pkce)),
        ("API origins", form.api_origins),
        ("Refresh token rotates", on(profile.rotates)),
        ("Inactivity", form.inactivity_days),
        ("Absolute life", form.absolute_days),
        ("Refresh token life", form.refresh_days),
        (
            "Protocol profile",
            names.name(profile.protocol_profile.map(|id| id.0)),
        ),
    ]
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
    let entry = deleted(engine, by.actor(), (RECORD, id, &preview.name));
    engine
        .change(Topic::Design, move |tx| {
            Box::pin(async move {
                store::oauth_profile::delete(tx, id, form.version).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}
