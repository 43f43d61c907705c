//! API tokens: made in Settings, shown once, stored hashed.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    FieldErrors, Invalid,
    api_token::{ApiToken, NewApiToken},
    audit::AuditAction,
    forms::{ApiTokenForm, choice_or},
    id::ApiTokenId,
    names::{Name, number},
    permission::{Permission, Role},
};

use crate::{Actor, Engine, Error, Granted, Result, audit, permission::See, users::hash_of};

const DAY_MS: i64 = 86_400_000;
/// Every token begins so, that secret scanners can tell what they found.
const PREFIX: &str = "sbd_";

/// Every token an administrator sees; the own ones for everybody else.
pub async fn list(engine: &Engine, by: &Granted<See>) -> Result<Vec<ApiToken>> {
    let actor = by.actor();
    match actor.user {
        _ if actor.role.may(Permission::Administer) => Ok(store::api_token::list(&engine.db).await?),
        Some(user) => Ok(store::api_token::list_of_user(&engine.db, user).await?),
        None => Ok(Vec::new()),
    }
}

/// Makes a token of the actor's with their role or less.
pub async fn create(engine: &Engine, by: &Actor, form: ApiTokenForm) -> Result<NewApiToken> {
    let user = by.user.ok_or(Error::Unauthenticated)?;
    let mut errors = FieldErrors::default();
    let name = errors.keep("name", Name::parse(&form.name));
    let days = errors.keep("days", number(&form.days, 1, 3650));
    let role = errors.keep("role", choice_or(&form.role, by.role, Role::parse));
    if role.is_some_and(|role| role < by.role) {
        errors.add(
            "role",
            Invalid::Refused(format!("You are {}: choose this role or a lesser one.", by.role)),
        );
    }
    let (Some(name), Some(days), Some(role), true) = (name, days, role, errors.is_empty()) else {
        return Err(errors.into());
    };
    let text = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(engine.clock.random::<32>()));
    let now = engine.now();
    let token = ApiToken {
        id: engine.clock.id(),
        name: name.as_str().into(),
        prefix: text[..PREFIX.len() + 6].into(),
        user_name: by.name.clone(),
        role,
        created: now,
        expires: now.plus(days.unwrap_or(365) * DAY_MS),
        last_used: None,
    };
    let made = NewApiToken {
        id: token.id,
        name: token.name.clone(),
        token: text.clone(),
        expires: token.expires,
    };
    let entry = audit::entry(
        engine,
        by,
        AuditAction::Created,
        ("API token", token.id, &token.name),
        format!("role: {role}"),
    );
    let hash = hash_of(&text);
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                store::api_token::insert(tx, &token, user, &hash).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(made)
}

/// Makes a token worthless at once.
pub async fn revoke(engine: &Engine, by: &Granted<See>, id: ApiTokenId) -> Result<()> {
    let token = list(engine, by)
        .await?
        .into_iter()
        .find(|token| token.id == id)
        .ok_or(Error::NotFound("API token"))?;
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Deleted,
        ("API token", id, &token.name),
        String::new(),
    );
    engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::api_token::delete(tx, id).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}
