//! People: set-up, login, sessions, and the API tokens that stand for them.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    FieldErrors, Invalid, Timestamp,
    application::Application,
    audit::AuditAction,
    permission::Role,
    user::{LoginForm, SetupForm, User, new_password, user_name},
};
use sha2::{Digest, Sha256};
use store::session::Session;
use subtle::ConstantTimeEq;

use crate::{Actor, Engine, Error, Result, audit, clock::Clock, installation, passwords::Account};

/// A session ends after twelve hours without a request (promise S6).
const IDLE_MS: i64 = 12 * 3_600_000;
/// A session ends after seven days whatever happens.
const LIFE_MS: i64 = 7 * 24 * 3_600_000;
/// `last_seen` and `last_used` are written at most this often.
const TOUCH_MS: i64 = 60_000;

/// A session just made: its token goes into the cookie and is stored only as a hash.
pub struct NewSession {
    pub token: String,
    pub expires: Timestamp,
}

/// The code that `/setup` needs, made at start: 128 bits.
pub(crate) struct SetupCode(String);

impl SetupCode {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self(URL_SAFE_NO_PAD.encode(clock.random::<16>()))
    }
}

/// The set-up code, for the log.
pub fn setup_code(engine: &Engine) -> String {
    engine.setup_code.0.clone()
}

/// Whether there is nobody yet, so that every page leads to `/setup`.
pub async fn setup_needed(engine: &Engine) -> Result<bool> {
    Ok(store::user::count(&engine.db).await? == 0)
}

/// Creates the administrator, keeps the instance name and makes the Application *Default*.
pub async fn setup(engine: &Engine, form: SetupForm, address: &str) -> Result<NewSession> {
    engine.passwords.count_code_guess()?;
    if !bool::from(form.code.trim().as_bytes().ct_eq(engine.setup_code.0.as_bytes())) {
        let text = "This is not the code that the log printed at the last start.";
        return Err(Error::field("code", Invalid::Refused(text.into())));
    }
    if !setup_needed(engine).await? {
        return Err(Error::Conflict("Switchboard is set up already. Log in.".into()));
    }
    form.check()?;
    engine.keep_instance_name(form.instance_name.trim()).await?;
    installation::note(engine).await?;
    create_first_administrator(engine, &form.user_name, &form.password).await?;
    login(
        engine,
        LoginForm {
            user_name: form.user_name,
            password: form.password,
            next: String::new(),
        },
        address,
    )
    .await
}

/// Creates the first administrator and the Application *Default*; does nothing when there is somebody already.
pub async fn create_first_administrator(engine: &Engine, name: &str, password: &str) -> Result<()> {
    if !setup_needed(engine).await? {
        return Ok(());
    }
    add(engine, name, password, Role::Administrator).await?;
    let now = engine.now();
    let application = Application {
        id: engine.clock.id(),
        name: "Default".into(),
        key: "default".into(),
        description: String::new(),
        version: 1,
        created: now,
        created_by: name.into(),
        updated: now,
        updated_by: name.into(),
    };
    let entry = audit::entry(
        engine,
        &Actor::program(),
        AuditAction::Created,
        ("application", application.id, "Default"),
        String::new(),
    );
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                if store::application::find_by_key(&mut *tx, "default")
                    .await?
                    .is_none()
                {
                    store::application::insert(tx, &application).await?;
                    store::audit::insert(tx, &entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Adds a user.
pub async fn add(engine: &Engine, name: &str, password: &str, role: Role) -> Result<()> {
    let mut errors = FieldErrors::default();
    let name = errors.keep("user_name", user_name(name));
    errors.keep("password", new_password(password));
    let Some(name) = name.filter(|_| errors.is_empty()) else {
        return Err(errors.into());
    };
    let hash = engine.passwords.hash(password).await?;
    let user = User {
        id: engine.clock.id(),
        name,
        role,
        created: engine.now(),
        last_login: None,
    };
    let entry = audit::entry(
        engine,
        &Actor::program(),
        AuditAction::Created,
        ("user", user.id, &user.name),
        String::new(),
    );
    engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::user::insert(tx, &user, &hash).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}

/// Sets a user's password and ends their sessions.
pub async fn set_password(engine: &Engine, name: &str, password: &str) -> Result<()> {
    new_password(password).map_err(|invalid| Error::field("password", invalid))?;
    let user = store::user::find_by_name(&engine.db, name)
        .await?
        .ok_or(Error::NotFound("user"))?;
    let hash = engine.passwords.hash(password).await?;
    let entry = audit::entry(
        engine,
        &Actor::program(),
        AuditAction::SecretSet,
        ("user", user.id, &user.name),
        "password".into(),
    );
    engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::user::set_password(tx, user.id, &hash).await?;
                store::session::delete_of_user(tx, user.id).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}

/// Checks user and password and makes a session.
///
/// # Errors
/// [`Error::Unauthenticated`] for a wrong user or password alike; [`Error::TooManyTries`] after ten a minute.
pub async fn login(engine: &Engine, form: LoginForm, address: &str) -> Result<NewSession> {
    let name: String = form.user_name.trim().chars().take(60).collect();
    let found = store::user::credentials(&engine.db, &name).await?;
    let hash = found.as_ref().map(|(_, hash)| hash.as_str());
    let id = found.as_ref().map(|(user, _)| user.id.0);
    let account = Account::new(id, &format!("user {name}"));
    if form.password.len() > 1000
        || !engine
            .passwords
            .check(&account, hash, &form.password, address)
            .await?
    {
        return Err(Error::Unauthenticated);
    }
    let (user, _) = found.ok_or(Error::Unauthenticated)?;
    let token = URL_SAFE_NO_PAD.encode(engine.clock.random::<32>());
    let now = engine.now();
    let session = Session {
        token_hash: hash_of(&token),
        user: user.id,
        created: now,
        last_seen: now,
        expires: now.plus(LIFE_MS),
        address: address.into(),
    };
    let actor = Actor {
        user: Some(user.id),
        name: user.name.clone(),
        role: user.role,
        address: address.into(),
    };
    let entry = audit::entry(
        engine,
        &actor,
        AuditAction::LoggedIn,
        ("user", user.id, &user.name),
        String::new(),
    );
    let expires = session.expires;
    engine
        .db
        .write::<_, Error, _>(move |tx| {
            Box::pin(async move {
                store::session::delete_expired(tx, now, now.plus(-IDLE_MS)).await?;
                store::session::insert(tx, &session).await?;
                store::user::set_last_login(tx, session.user, now).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    Ok(NewSession { token, expires })
}

/// Ends a session.
pub async fn logout(engine: &Engine, token: &str, actor: &Actor) -> Result<()> {
    let hash = hash_of(token);
    let id = actor.user.map(|id| id.to_string()).unwrap_or_default();
    let entry = audit::entry(
        engine,
        actor,
        AuditAction::LoggedOut,
        ("user", id, &actor.name),
        String::new(),
    );
    engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                store::session::delete(tx, &hash).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await
}

/// Who a session belongs to; `None` when it is unknown or over.
pub async fn actor_of_session(engine: &Engine, token: &str, address: &str) -> Result<Option<Actor>> {
    let hash = hash_of(token);
    let Some((session, user)) = store::session::find(&engine.db, &hash).await? else {
        return Ok(None);
    };
    let now = engine.now();
    if now >= session.expires || now.since(session.last_seen) >= IDLE_MS {
        return Ok(None);
    }
    if now.since(session.last_seen) > TOUCH_MS {
        engine
            .db
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(store::session::touch(tx, &hash, now).await?) })
            })
            .await?;
    }
    Ok(Some(Actor {
        user: Some(user.id),
        name: user.name,
        role: user.role,
        address: address.into(),
    }))
}

/// Whether a session is still good. Unlike [`actor_of_session`] it is no sign of life: an open page alone keeps no session.
pub async fn session_holds(engine: &Engine, token: &str) -> Result<bool> {
    let found = store::session::find(&engine.db, &hash_of(token)).await?;
    let now = engine.now();
    Ok(found.is_some_and(|(session, _)| now < session.expires && now.since(session.last_seen) < IDLE_MS))
}

/// Who an API token stands for, with the token's role (never more than its user's); `None` when unknown or expired.
pub async fn actor_of_api_token(engine: &Engine, token: &str, address: &str) -> Result<Option<Actor>> {
    let Some((found, user)) = store::api_token::find_by_hash(&engine.db, &hash_of(token)).await? else {
        return Ok(None);
    };
    let now = engine.now();
    if now >= found.expires {
        return Ok(None);
    }
    if found.last_used.is_none_or(|used| now.since(used) > TOUCH_MS) {
        let id = found.id;
        engine
            .db
            .write::<_, Error, _>(move |tx| {
                Box::pin(async move { Ok(store::api_token::touch(tx, id, now).await?) })
            })
            .await?;
    }
    // Roles are listed from the most to the least powerful: the later one is the lesser.
    let role = found.role.max(user.role);
    Ok(Some(Actor {
        user: Some(user.id),
        name: format!("{} (token {})", user.name, found.name),
        role,
        address: address.into(),
    }))
}

/// What is stored of a token: tokens are 256 random bits, so one SHA-256 is enough.
pub(crate) fn hash_of(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}
