//! Credentials of inbound users: made and revoked, never changed. Several of a kind count at once, so that one can be
//! rotated without a gap.

use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    audit::AuditAction,
    forms::{CheckedCredential, InboundCredentialForm},
    id::{InboundCredentialId, InboundUserId},
    inbound_credential::{
        CredentialKind, CredentialSettings, InboundCredential, NewCredential, SignaturePreset,
    },
    inbound_user::InboundUser,
};

use crate::{
    Engine, Error, Granted, Result, audit,
    changes::Topic,
    inbound::{PATH_TOKEN, SIGNING_SECRET, hash_of_secret},
    inbound_users,
    permission::{Design, See},
    record_edit::needed_id,
    vault,
};

const RECORD: &str = "credential";
const DAY_MS: i64 = 86_400_000;
/// Characters of a made secret that lists show.
const SHOWN: usize = 10;

/// The credentials of an inbound user, oldest first, without its first password.
pub async fn list(engine: &Engine, by: &Granted<See>, user: InboundUserId) -> Result<Vec<InboundCredential>> {
    inbound_users::find(engine, by, user).await?;
    Ok(store::inbound_credential::list(&engine.db, user).await?)
}

/// Adds a credential. A secret that was made is in the answer and nowhere else.
pub async fn create(
    engine: &Engine,
    by: &Granted<Design>,
    form: InboundCredentialForm,
) -> Result<NewCredential> {
    let checked = form.check()?;
    let user = needed_id::<InboundUserId>(&form.inbound_user, "inbound user")?;
    let user = inbound_users::find(engine, &by.actor().grant()?, user).await?;
    let made = made_secret(engine, &checked);
    let credential = record(engine, by.name(), &user, &checked, made.as_deref());
    let stored = Stored::of(engine, &credential, checked.secret.as_deref().or(made.as_deref())).await?;
    let urls = match &made {
        Some(token) if credential.settings == CredentialSettings::PathToken => {
            urls(engine, &user, token).await?
        }
        _ => Vec::new(),
    };
    let new = NewCredential {
        id: credential.id,
        inbound_user: user.id,
        kind: credential.settings.kind(),
        label: credential.label.clone(),
        secret: made,
        urls,
    };
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Created,
        (RECORD, credential.id, &credential.label),
        format!(
            "inbound user: {}\nkind: {}\n{}",
            user.name,
            credential.settings.kind(),
            credential.settings.summary()
        ),
    );
    let state = vault::state(credential.created, by.name(), "");
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                let (hash, password) = (&stored.secret_hash, &stored.password_hash);
                store::inbound_credential::insert(tx, &credential, hash, password).await?;
                if let Some(sealed) = &stored.sealed {
                    let owner = credential.id.0;
                    store::secret::put(tx, owner, SIGNING_SECRET, sealed, &state).await?;
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(new)
}

/// Makes a credential worthless at once; with a password also the tokens that were fetched with a password of its user.
pub async fn revoke(engine: &Engine, by: &Granted<Design>, id: InboundCredentialId) -> Result<InboundUserId> {
    let credential = store::inbound_credential::find(&engine.db, id)
        .await?
        .ok_or(Error::NotFound(RECORD))?;
    let mut entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Deleted,
        (RECORD, id, &credential.label),
        format!("kind: {}", credential.settings.kind()),
    );
    let user = credential.inbound_user;
    let is_password = credential.settings.kind() == CredentialKind::Password;
    engine
        .change::<_, Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                if !store::inbound_credential::delete(tx, id).await? {
                    return Err(Error::NotFound(RECORD));
                }
                if is_password {
                    entry.detail.push_str(&inbound_users::end_tokens(tx, user).await?);
                }
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(user)
}

/// What is stored to check a credential with.
#[derive(Default)]
struct Stored {
    secret_hash: Vec<u8>,
    password_hash: String,
    sealed: Option<Vec<u8>>,
}

impl Stored {
    async fn of(engine: &Engine, credential: &InboundCredential, secret: Option<&str>) -> Result<Self> {
        let kind = credential.settings.kind();
        let Some(secret) = secret else {
            return Ok(Self::default());
        };
        Ok(match kind {
            CredentialKind::ApiKey | CredentialKind::PathToken => Self {
                secret_hash: hash_of_secret(kind, secret),
                ..Self::default()
            },
            CredentialKind::Password => Self {
                password_hash: engine.passwords.hash(secret).await?,
                ..Self::default()
            },
            // It must be known again to be compared, so it is encrypted rather than hashed.
            CredentialKind::Signature => Self {
                sealed: Some(engine.vault.seal(credential.id.0, SIGNING_SECRET, secret)?),
                ..Self::default()
            },
            CredentialKind::Certificate => Self::default(),
        })
    }
}

fn record(
    engine: &Engine,
    who: &str,
    user: &InboundUser,
    checked: &CheckedCredential,
    made: Option<&str>,
) -> InboundCredential {
    let now = engine.now();
    InboundCredential {
        id: engine.clock.id(),
        inbound_user: user.id,
        label: checked.label.clone(),
        settings: checked.settings.clone(),
        begins_with: made
            .map(|text| text.chars().take(SHOWN).collect())
            .unwrap_or_default(),
        created: now,
        created_by: who.to_owned(),
        expires: checked.days.map(|days| now.plus(days * DAY_MS)),
        last_used: None,
    }
}

/// A secret for the kinds that need one and got none typed. The beginnings tell secret scanners what they found.
fn made_secret(engine: &Engine, checked: &CheckedCredential) -> Option<String> {
    if checked.secret.is_some() {
        return None;
    }
    let random = || URL_SAFE_NO_PAD.encode(engine.clock.random::<32>());
    match &checked.settings {
        CredentialSettings::ApiKey { .. } => Some(format!("sbk_{}", random())),
        CredentialSettings::PathToken => Some(format!("{PATH_TOKEN}{}", random())),
        CredentialSettings::Signature(settings) => Some(match settings.preset {
            SignaturePreset::StandardWebhooks => {
                format!("whsec_{}", STANDARD.encode(engine.clock.random::<32>()))
            }
            _ => format!("sbs_{}", random()),
        }),
        CredentialSettings::Certificate { .. } | CredentialSettings::Password => None,
    }
}

/// Where to post with a path token: the endpoints of the processes the user has connections at.
async fn urls(engine: &Engine, user: &InboundUser, token: &str) -> Result<Vec<String>> {
    let mut urls = Vec::new();
    for connection in store::connection::by_inbound_user(&engine.db, user.id).await? {
        let Some(integration) = store::integration::find(&engine.db, connection.integration).await? else {
            continue;
        };
        let Some(process) = store::process::find(&engine.db, integration.process).await? else {
            continue;
        };
        let url = format!("{}/{token}", crate::processes::endpoint(engine, &process).url);
        if !urls.contains(&url) {
            urls.push(url);
        }
    }
    Ok(urls)
}
