//! Our token endpoint: client credentials, resource owner password, refresh token (RFC 6749 4.3, 4.4, 6).
//!
//! Tokens are 256 random bits, stored as a hash. A refresh token works once: using it again means that somebody else
//! has it too, so everything that came from the same password ends (RFC 9700 4.14.2).

mod denied;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::{
    Timestamp,
    audit::AuditAction,
    inbound_user::{InboundUser, Way},
    oauth_client::{ClientGrant, OauthClient},
};
use secrecy::{ExposeSecret, SecretString};
use store::issued_token::{IssuedToken, TokenKind};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::{
    Actor, Engine, audit,
    changes::Topic,
    inbound::{Care, Password, Refusal, note_refused, password_owner},
    passwords::Account,
    users::hash_of,
};

pub use denied::Denied;

/// The scope of every token: there is one thing to do with it.
pub const SCOPE: &str = "inbound";
/// The use of a secret is noted once in this time, in milliseconds.
const TOUCH_MS: i64 = 60_000;
/// Longest client ID, secret or token looked at, in characters.
const LIMIT: usize = 500;
const WRONG_PASSWORD: &str = "user or password are wrong";

/// A request to the token endpoint, read. Blank is what was not sent.
#[derive(Default)]
pub struct TokenRequest {
    pub client_id: String,
    pub client_secret: SecretString,
    pub grant_type: String,
    pub user_name: String,
    pub password: SecretString,
    pub refresh_token: SecretString,
    /// Where the request came from, for the audit trail.
    pub address: String,
}

/// What a client gets.
pub struct Tokens {
    pub access_token: SecretString,
    /// Seconds.
    pub expires_in: i64,
    pub refresh_token: Option<SecretString>,
}

/// Gives out tokens.
///
/// # Errors
/// Why not, in the words of RFC 6749.
pub async fn issue(engine: &Engine, request: TokenRequest) -> Result<Tokens, Denied> {
    if request.grant_type.is_empty() {
        return Err(Denied::InvalidRequest("grant_type is missing"));
    }
    let client = authenticate(engine, &request).await?;
    let grant = ClientGrant::parse(&request.grant_type).ok_or(Denied::UnsupportedGrantType)?;
    if !client.grants.contains(&grant) {
        return Err(Denied::UnauthorizedClient("this client may not use this grant"));
    }
    let user = store::inbound_user::find(&engine.db, client.inbound_user).await?;
    let Some(user) = user.filter(|user| user.active) else {
        return Err(Denied::UnauthorizedClient(
            "the client's inbound user is disabled",
        ));
    };
    if !user.allows(Way::Bearer) {
        return Err(Denied::UnauthorizedClient(
            "the client's inbound user may not authenticate by access tokens",
        ));
    }
    match grant {
        ClientGrant::ClientCredentials => {
            let family = Family {
                id: engine.clock.id(),
                by_password: false,
                ends: None,
            };
            Given::new(engine, &client, &family, false)
                .store(engine, None)
                .await
        }
        ClientGrant::Password => by_password(engine, &client, &user, &request).await,
        ClientGrant::RefreshToken => by_refresh_token(engine, &client, &request).await,
    }
}

/// Lists a request that got no token among the refused calls, with the client it claims to be.
pub async fn refused(engine: &Engine, denied: &Denied, client_id: &str, address: &str) {
    if let Some(reason) = denied.reason() {
        let reason = format!("token request: {reason}");
        note_refused(engine, denied.status(), ("", client_id), address, reason).await;
    }
}

/// The client of a client ID and a secret. Secrets are random, so that a hash is enough; wrong ones are counted all the
/// same (promise S9), per client and never against the one that has the right secret.
async fn authenticate(engine: &Engine, request: &TokenRequest) -> Result<OauthClient, Denied> {
    let (id, secret) = (&request.client_id, request.client_secret.expose_secret());
    if id.is_empty() || id.len() > LIMIT || secret.len() > LIMIT {
        return Err(Denied::InvalidClient("no client ID, or one that is too long"));
    }
    let client = store::oauth_client::find_by_client_id(&engine.db, id).await?;
    let now = engine.now();
    let secrets = match &client {
        Some(client) => store::oauth_client::secrets(&engine.db, client.id).await?,
        None => Vec::new(),
    };
    let hash = hash_of(secret);
    let known = secrets
        .iter()
        .filter(|(secret, _)| secret.expires.is_none_or(|at| now < at))
        .find(|(_, stored)| bool::from(stored.ct_eq(&hash)));
    match (client, known) {
        (Some(client), Some((secret, _))) if client.active => {
            if secret.last_used.is_none_or(|used| now.since(used) > TOUCH_MS) {
                let id = secret.id;
                engine
                    .db
                    .write::<_, Denied, _>(move |tx| {
                        Box::pin(async move { Ok(store::oauth_client::touch_secret(tx, id, now).await?) })
                    })
                    .await?;
            }
            Ok(client)
        }
        // What does not exist is counted alike: the eleventh try must not tell which clients there are. Those of a
        // client are counted once more, together with other instances.
        (client, known) => {
            engine.passwords.count_wrong(&group_of(id)).await?;
            if let Some(client) = &client {
                let account = Account::Known(client.id.0);
                engine.passwords.count_wrong(&account).await?;
            }
            Err(Denied::InvalidClient(match (client, known) {
                (None, _) => "unknown client",
                (Some(_), None) => "wrong, revoked or expired secret",
                (Some(_), Some(_)) => "the client is inactive",
            }))
        }
    }
}

/// What wrong secrets of a client ID are counted as: one of 4096 groups, so that strangers who make up IDs fill no memory.
/// IDs that share a group share its tries, which costs nobody anything: the right secret is never counted.
fn group_of(client_id: &str) -> Account {
    let hash = hash_of(client_id);
    let beginning = hash
        .iter()
        .take(2)
        .fold(0_u16, |number, byte| (number << 8) | u16::from(*byte));
    Account::new(None, &format!("OAuth clients {}", beginning >> 4))
}

async fn by_password(
    engine: &Engine,
    client: &OauthClient,
    user: &InboundUser,
    request: &TokenRequest,
) -> Result<Tokens, Denied> {
    let password = request.password.expose_secret();
    if request.user_name.is_empty() || password.is_empty() {
        return Err(Denied::InvalidRequest("username and password are needed"));
    }
    let owner = password_owner(
        engine,
        (&request.user_name, password),
        Care::Counted,
        &request.address,
    )
    .await;
    match owner {
        Ok((owner, proven)) if owner.id == user.id => {
            let refresh = client.grants.contains(&ClientGrant::RefreshToken);
            let family = Family {
                id: engine.clock.id(),
                by_password: true,
                ends: proven.expires,
            };
            Given::new(engine, client, &family, refresh)
                .store(engine, Some(proven))
                .await
        }
        Ok(_) | Err(Refusal::Unauthenticated(_)) => Err(Denied::InvalidGrant(WRONG_PASSWORD)),
        Err(Refusal::TooManyTries { retry_after_seconds }) => {
            Err(Denied::TooManyPasswords(retry_after_seconds))
        }
        Err(_) => Err(Denied::Unavailable),
    }
}

async fn by_refresh_token(
    engine: &Engine,
    client: &OauthClient,
    request: &TokenRequest,
) -> Result<Tokens, Denied> {
    let text = request.refresh_token.expose_secret();
    if text.is_empty() || text.len() > LIMIT {
        return Err(Denied::InvalidRequest("refresh_token is needed"));
    }
    let hash = hash_of(text);
    let found = store::issued_token::find(&engine.db, &hash).await?;
    let now = engine.now();
    let usable = found
        .filter(|token| token.kind == TokenKind::Refresh && token.client == client.id && now < token.expires);
    let Some(old) = usable else {
        return Err(Denied::InvalidGrant("the refresh token is unknown or expired"));
    };
    let family = Family {
        id: old.family,
        by_password: old.by_password,
        ends: old.ends,
    };
    let given = Given::new(engine, client, &family, true);
    let tokens = given.tokens.clone();
    let taken = engine
        .db
        .write::<_, Denied, _>(move |tx| {
            Box::pin(async move {
                store::issued_token::delete_expired(tx, now).await?;
                if !store::issued_token::take(tx, &hash, now).await? {
                    return Ok(false);
                }
                for token in &tokens {
                    store::issued_token::insert(tx, token).await?;
                }
                Ok(true)
            })
        })
        .await?;
    if taken {
        return Ok(given.answer);
    }
    end_family(engine, client, old.family, &request.address).await?;
    Err(Denied::InvalidGrant(
        "the refresh token was used before; all its tokens are revoked",
    ))
}

/// Ends everything that came from one password, and leaves a trace of why.
async fn end_family(
    engine: &Engine,
    client: &OauthClient,
    family: Uuid,
    address: &str,
) -> Result<(), Denied> {
    let actor = Actor {
        address: address.into(),
        ..Actor::program()
    };
    let entry = audit::entry(
        engine,
        &actor,
        AuditAction::Changed,
        ("OAuth client", client.id, &client.name),
        "A refresh token was used twice: its tokens were revoked. Somebody else may have it.".into(),
    );
    engine
        .change::<_, Denied, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                // Two requests may find the reuse at the same moment: one trace is enough.
                let mut ended = false;
                // PostgreSQL shows a deletion only what was committed when it began; one that waited for a request that
                // was just making the next tokens has to look again.
                while store::issued_token::delete_family(tx, family).await? > 0 {
                    ended = true;
                }
                if ended {
                    store::audit::insert(tx, &entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// What came from one log-in.
struct Family {
    id: Uuid,
    by_password: bool,
    /// When the password expires.
    ends: Option<Timestamp>,
}

/// New tokens: what the client gets and what is stored of it.
struct Given {
    answer: Tokens,
    tokens: Vec<IssuedToken>,
}

impl Given {
    fn new(engine: &Engine, client: &OauthClient, family: &Family, refresh: bool) -> Self {
        let now = engine.now();
        let make = |prefix: &str, kind: TokenKind, seconds: i64| {
            let expires = now.plus(seconds * 1000);
            let text = format!("{prefix}{}", URL_SAFE_NO_PAD.encode(engine.clock.random::<32>()));
            let token = IssuedToken {
                token_hash: hash_of(&text),
                client: client.id,
                family: family.id,
                kind,
                created: now,
                expires: family.ends.map_or(expires, |ends| ends.min(expires)),
                used: None,
                by_password: family.by_password,
                ends: family.ends,
            };
            (SecretString::from(text), token)
        };
        let (access_token, access) = make("sba_", TokenKind::Access, client.access_lifetime);
        let refreshing = refresh.then(|| make("sbr_", TokenKind::Refresh, client.refresh_lifetime));
        let (refresh_token, stored) = refreshing.unzip();
        Self {
            answer: Tokens {
                access_token,
                expires_in: access.expires.since(now) / 1000,
                refresh_token,
            },
            tokens: std::iter::once(access).chain(stored).collect(),
        }
    }

    /// Stores the tokens, and clears away those that have expired. A password is looked at once more: it may have been
    /// replaced on another instance, or this very moment, and what is stored after that would not end with it.
    async fn store(self, engine: &Engine, proven: Option<Password>) -> Result<Tokens, Denied> {
        let (now, tokens): (Timestamp, _) = (engine.now(), self.tokens);
        engine
            .db
            .write::<_, Denied, _>(move |tx| {
                Box::pin(async move {
                    if let Some(proven) = &proven
                        && !proven.touch(tx, now).await?
                    {
                        return Err(Denied::InvalidGrant(WRONG_PASSWORD));
                    }
                    store::issued_token::delete_expired(tx, now).await?;
                    for token in &tokens {
                        store::issued_token::insert(tx, token).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(self.answer)
    }
}
