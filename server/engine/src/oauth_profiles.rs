//! OAuth profiles: list, save, delete. What they bring is in [`tokens`].

mod discover;

use model::{
    FieldErrors, Invalid, Timestamp,
    activation::DeletePreview,
    audit::{AuditAction, AuditEntry},
    comparison::Comparison,
    forms::DeleteForm,
    id::{ApplicationId, OauthProfileId},
    oauth_profile_form::{CheckedOauthProfile, OauthProfileForm, asked_for},
    profile::{GrantType, OauthProfile},
    secret_state::SecretState,
};
use oauth::{ProviderUrl, Scopes, SigningKey};
use secrecy::SecretString;
use store::Tx;

pub use discover::discover;
pub(crate) use model::profile::secret;

use crate::{
    Actor, Engine, Error, Granted, Result, audit,
    changes::Topic,
    destination,
    permission::{Administer, Design, See},
    record_edit::{Stored, confirmed, counted, deleted, form_id, needed_id, same_version},
    tokens, vault,
};

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
    let entry = edited(
        engine,
        by.actor(),
        form.version,
        &profile,
        old.as_ref(),
        !typed.is_empty(),
    )?;
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
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
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
                mends.apply(tx).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(id)
}

/// What a changed profile means to the connections that use it.
struct Mends {
    profile: OauthProfile,
    /// Whether the calls for a token or with one are made otherwise than before: what was proven or refused says nothing.
    calls_differ: bool,
    /// Whether the tokens there are were got with secrets that do not count any more, and can be got anew by ourselves.
    got_otherwise: bool,
    at: Timestamp,
}

impl Mends {
    fn of(new: &OauthProfile, old: Option<&OauthProfile>, secrets_typed: bool, at: Timestamp) -> Self {
        // What is only words, or tells about the life of tokens, changes no call.
        let calls = |profile: &OauthProfile| OauthProfile {
            name: String::new(),
            description: String::new(),
            preset: String::new(),
            rotates: false,
            inactivity_days: None,
            absolute_days: None,
            refresh_days: None,
            version: 0,
            updated: at,
            updated_by: String::new(),
            ..profile.clone()
        };
        Self {
            calls_differ: secrets_typed || old.is_some_and(|old| calls(old) != calls(new)),
            got_otherwise: secrets_typed && new.grant_type != GrantType::AuthorizationCode,
            profile: new.clone(),
            at,
        }
    }

    async fn apply(&self, tx: &mut Tx) -> Result<()> {
        let (id, needs_person) = (
            self.profile.id,
            self.profile.grant_type == GrantType::AuthorizationCode,
        );
        // What was refused or waits for its turn may be asked again: somebody has mended something.
        store::token::retry_of_profile(tx, id, !needs_person).await?;
        if self.calls_differ {
            store::connection::reset_proof_of_oauth_profile(tx, id, self.at).await?;
        }
        for token in store::token::list_by_profile(&mut *tx, id).await? {
            if self.got_otherwise {
                store::token::forget(tx, token.connection).await?;
            } else {
                store::token::reschedule(tx, &tokens::rescheduled(token, &self.profile)).await?;
            }
        }
        Ok(())
    }
}

async fn stored(engine: &Engine, id: OauthProfileId) -> Result<OauthProfile> {
    store::oauth_profile::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))
}

/// What only the protocol knows to be wrong, said beside its field.
fn check_protocol(checked: &CheckedOauthProfile) -> Result<()> {
    let mut errors = FieldErrors::default();
    let mut refuse = |field: &str, why: Option<String>| {
        if let Some(why) = why {
            errors.add(field, Invalid::Refused(why));
        }
    };
    let url = |text: &str| ProviderUrl::parse(text).err().map(|bad| bad.to_string());
    refuse("token_url", url(&checked.token_url));
    for (field, text) in [
        ("authorization_url", &checked.authorization_url),
        ("revocation_url", &checked.revocation_url),
    ] {
        refuse(
            field,
            Some(text)
                .filter(|text| !text.is_empty())
                .and_then(|text| url(text)),
        );
    }
    // The client's secret goes there, too, and it is bound to the token URL's origin (product.md 2).
    let elsewhere = !checked.revocation_url.is_empty()
        && tokens::token_origin(&checked.revocation_url) != tokens::token_origin(&checked.token_url);
    refuse(
        "revocation_url",
        elsewhere.then(|| {
            "It must be at the host of the Token URL: the client secret is sent to both.".to_owned()
        }),
    );
    refuse(
        "scopes",
        Scopes::parse(&checked.scopes).err().map(|bad| bad.to_string()),
    );
    for (field, lines) in [
        ("authorization_parameters", &checked.authorization_parameters),
        ("token_parameters", &checked.token_parameters),
    ] {
        refuse(field, tokens::parameters(lines).err().map(|bad| bad.to_string()));
    }
    for (name, value) in &checked.secrets {
        if *name == secret::PRIVATE_KEY {
            let key = SigningKey::from_pem(&SecretString::from(value.as_str()), None);
            refuse(name, key.err().map(|problem| problem.to_string()));
        }
    }
    errors.into_result().map_err(Error::from)
}

/// A secret is bound to the token URL's origin: another one demands it again (product.md 2).
fn check_secrets(
    checked: &CheckedOauthProfile,
    states: &[(String, SecretState)],
    origin: &str,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (name, state) in states {
        let typed = checked.secrets.iter().any(|(typed, _)| typed == name);
        if asked_for(name, checked.grant_type, checked.client_authentication)
            && !typed
            && state.origin != origin
        {
            let text = format!(
                "It was set for {} and would now go to {origin}: type it again.",
                state.origin
            );
            errors.add(name, Invalid::SecretNeeded(text));
        }
    }
    errors.into_result().map_err(Error::from)
}

/// Where tokens may be sent is an administrator's decision (product.md 7).
fn check_origins(by: &Actor, checked: &CheckedOauthProfile, old: Option<&OauthProfile>) -> Result<()> {
    let known = old.map(|old| old.api_origins.as_slice()).unwrap_or_default();
    let added = checked.api_origins.iter().find(|origin| !known.contains(origin));
    match added {
        Some(origin) if by.grant::<Administer>().is_err() => Err(Error::field(
            "api_origins",
            Invalid::Refused(format!(
                "Only an administrator may allow tokens to be sent to {origin}. Ask one to add it."
            )),
        )),
        _ => Ok(()),
    }
}

fn built(
    engine: &Engine,
    who: &str,
    checked: CheckedOauthProfile,
    old: Option<&OauthProfile>,
    application: ApplicationId,
) -> OauthProfile {
    let now = engine.now();
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
        version: old.map_or(1, |old| old.version),
        created: old.map_or(now, |old| old.created),
        created_by: old.map_or_else(|| who.to_owned(), |old| old.created_by.clone()),
        updated: now,
        updated_by: who.to_owned(),
    }
}

/// The audit entry of a save, if the version it is based on is still the stored one.
fn edited(
    engine: &Engine,
    by: &Actor,
    seen: i64,
    new: &OauthProfile,
    old: Option<&OauthProfile>,
    secrets_typed: bool,
) -> Result<AuditEntry> {
    let Some(old) = old else {
        let record = (RECORD, new.id, new.name.as_str());
        return Ok(audit::entry(
            engine,
            by,
            AuditAction::Created,
            record,
            String::new(),
        ));
    };
    let (mine, theirs) = (OauthProfileForm::of(new), OauthProfileForm::of(old));
    let fields = [
        ("Name", mine.name.as_str(), theirs.name.as_str()),
        ("Description", &mine.description, &theirs.description),
        ("Provider", &mine.preset, &theirs.preset),
        ("Grant type", new.grant_type.label(), old.grant_type.label()),
        ("Issuer", &mine.issuer, &theirs.issuer),
        ("Issuer in every answer", &mine.iss_promised, &theirs.iss_promised),
        (
            "Authorization URL",
            &mine.authorization_url,
            &theirs.authorization_url,
        ),
        ("Token URL", &mine.token_url, &theirs.token_url),
        ("Revocation URL", &mine.revocation_url, &theirs.revocation_url),
        ("Client ID", &mine.client_id, &theirs.client_id),
        (
            "Client authentication",
            new.client_authentication.label(),
            old.client_authentication.label(),
        ),
        ("Key ID", &mine.key_id, &theirs.key_id),
        ("Subject", &mine.subject, &theirs.subject),
        (
            "Assertion audience",
            &mine.assertion_audience,
            &theirs.assertion_audience,
        ),
        ("User", &mine.user, &theirs.user),
        ("Scopes", &mine.scopes, &theirs.scopes),
        ("Audience", &mine.audience, &theirs.audience),
        ("Resource", &mine.resource, &theirs.resource),
        (
            "Authorization parameters",
            &mine.authorization_parameters,
            &theirs.authorization_parameters,
        ),
        (
            "Token parameters",
            &mine.token_parameters,
            &theirs.token_parameters,
        ),
        ("PKCE", &mine.pkce, &theirs.pkce),
        ("API origins", &mine.api_origins, &theirs.api_origins),
        ("Refresh token rotates", &mine.rotates, &theirs.rotates),
        ("Inactivity", &mine.inactivity_days, &theirs.inactivity_days),
        ("Absolute life", &mine.absolute_days, &theirs.absolute_days),
        ("Refresh token life", &mine.refresh_days, &theirs.refresh_days),
        (
            "Protocol profile",
            &mine.protocol_profile,
            &theirs.protocol_profile,
        ),
    ];
    let stored = Stored {
        version: old.version,
        updated: old.updated,
        updated_by: &old.updated_by,
    };
    same_version(seen, &stored, &fields)?;
    let mut detail = audit::detail(&Comparison::differences(&fields));
    if secrets_typed {
        detail.push_str(if detail.is_empty() {
            "secrets replaced"
        } else {
            "; secrets replaced"
        });
    }
    let record = (RECORD, new.id, new.name.as_str());
    Ok(audit::entry(engine, by, AuditAction::Changed, record, detail))
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
