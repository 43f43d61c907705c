//! Who is calling: Basic, Bearer, API key, signature, path token or client certificate.
//!
//! `Authorization` and a path token decide alone when they are there. Without them a call is compared with the
//! credentials of the inbound users of its process. "Paste a request" runs the same code with [`Care::Quiet`].

use std::{borrow::Cow, sync::Arc};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use certificates::ShownCertificate;
use http::{HeaderMap, header::AUTHORIZATION};
use model::{
    Timestamp,
    id::InboundCredentialId,
    inbound_user::{InboundUser, Way},
};

use super::{
    Refusal,
    recognise::{SignedCall, by_other_means, recognised},
    routes::{Password, PasswordOf},
};
use crate::{Engine, Error, passwords::Account, users::hash_of};

/// A credential's last use is noted once in this time, in milliseconds.
const TOUCH_MS: i64 = 60_000;
/// Longest API key, path token or bearer token looked at, in characters.
const SECRET_LIMIT: usize = 500;

/// How path tokens begin.
pub(crate) const PATH_TOKEN: &str = "sbp_";

/// Whether the last segment of a path may be a path token. Anything else behind `message` is no place of ours.
pub fn is_path_token(segment: &str) -> bool {
    segment.starts_with(PATH_TOKEN)
}

/// What a call shows of who it is.
pub struct Presented<'c> {
    /// Api name of the process, from the path.
    pub process: &'c str,
    pub headers: &'c HeaderMap,
    /// The last segment of the path, where a token stands.
    pub path_token: Option<&'c str>,
    /// Where it comes from.
    pub address: &'c str,
    /// The client certificate of the TLS session, whose chain was checked.
    pub certificate: Option<&'c ShownCertificate>,
}

/// Whether wrong passwords count and uses are noted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Care {
    Counted,
    Quiet,
}

/// Who it is, or who it claims to be.
pub enum Identified {
    Caller(Caller),
    /// The body tells: [`SignedCall::verify`].
    Signed(SignedCall),
}

/// An authenticated caller.
#[derive(Clone)]
pub struct Caller {
    pub(super) user: Arc<InboundUser>,
    /// How it was recognised, for explanations: "Basic".
    pub(super) how: Cow<'static, str>,
    /// What must not be taken twice, and until when.
    pub(super) seen_as: Option<(Vec<u8>, Timestamp)>,
}

/// Who is calling.
///
/// # Errors
/// [`Refusal::Unauthenticated`] for missing, malformed, unknown, disabled, expired or wrong alike.
pub async fn authenticate(engine: &Engine, call: &Presented<'_>) -> Result<Identified, Refusal> {
    identify(engine, call, Care::Counted).await
}

pub(super) async fn identify(
    engine: &Engine,
    call: &Presented<'_>,
    care: Care,
) -> Result<Identified, Refusal> {
    if let Some(token) = call.path_token {
        let candidates = engine.routes.candidates(engine, call.process).await?;
        let found = short(token)
            .and_then(|token| candidates.path_token(token))
            .cloned();
        return match found {
            Some(found) => recognised(engine, found, care).await,
            None => Err(wrong("unknown path token")),
        };
    }
    let mut values = call.headers.get_all(AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (None, _) => by_other_means(engine, call, care).await,
        (Some(_), Some(_)) => Err(wrong("the header Authorization comes more than once")),
        (Some(value), None) => {
            let text = value
                .to_str()
                .map_err(|_| wrong("the header Authorization is not ASCII"))?;
            by_authorization(engine, text, care, call.address).await
        }
    }
}

pub(super) fn wrong(reason: impl Into<String>) -> Refusal {
    Refusal::Unauthenticated(reason.into())
}

pub(super) fn short(secret: &str) -> Option<&str> {
    (secret.len() <= SECRET_LIMIT).then_some(secret)
}

async fn by_authorization(
    engine: &Engine,
    header: &str,
    care: Care,
    address: &str,
) -> Result<Identified, Refusal> {
    if let Some((user, password)) = basic(header) {
        let (user, _) = password_owner(engine, (&user, &password), care, address).await?;
        allowed(&user, Way::Basic)?;
        return Ok(Identified::Caller(Caller {
            user,
            how: "Basic".into(),
            seen_as: None,
        }));
    }
    match header.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            bearer(engine, token.trim()).await.map(Identified::Caller)
        }
        _ => Err(wrong("no readable Basic or Bearer credentials")),
    }
}

/// Refuses a way that a user may not authenticate by. Callers hear no more than that they are not let in.
fn allowed(user: &InboundUser, way: Way) -> Result<(), Refusal> {
    not_allowed(user, way).map_or(Ok(()), |why| Err(wrong(why)))
}

/// Why a user may not authenticate by a way.
pub(super) fn not_allowed(user: &InboundUser, way: Way) -> Option<String> {
    (!user.allows(way)).then(|| {
        format!(
            "{way} is no allowed way of the inbound user {}, which are: {}",
            user.user_id,
            Way::labels(&user.allowed)
        )
    })
}

/// The inbound user of a user id and a password (RFC 7617), and which of its passwords it is.
pub(crate) async fn password_owner(
    engine: &Engine,
    (user_id, password): (&str, &str),
    care: Care,
    address: &str,
) -> Result<(Arc<InboundUser>, Password), Refusal> {
    if user_id.len() > 200 || password.len() > 1000 {
        return Err(wrong("user or password too long"));
    }
    let account = engine.routes.account(engine, user_id).await?;
    // A disabled user costs the same work as a wrong password and is answered alike.
    let usable = account.filter(|account| account.user.active);
    let now = engine.now();
    let known: Vec<_> = usable.iter().flat_map(|account| account.passwords(now)).collect();
    let hashes: Vec<&str> = known.iter().map(|password| &*password.hash).collect();
    let fits = match care {
        Care::Counted => {
            let id = usable.as_ref().map(|account| account.user.id.0);
            let account = Account::new(id, &format!("inbound {user_id}"));
            let checked = engine
                .passwords
                .check_any(&account, &hashes, password, address)
                .await;
            if let Err(Error::TooManyTries { retry_after_seconds }) = &checked {
                let seconds = i64::try_from(*retry_after_seconds).unwrap_or(60);
                engine.routes.note_used_up(user_id, now, now.plus(seconds * 1000));
            }
            checked?
        }
        Care::Quiet => engine.passwords.fits(&hashes, password).await?,
    };
    match (fits.and_then(|at| known.get(at)), &usable) {
        (Some(password), Some(account)) => {
            note_password(engine, password, care).await;
            Ok((account.user.clone(), password.clone()))
        }
        (None, Some(_)) => Err(wrong("wrong password")),
        (_, None) => Err(wrong("unknown or disabled user")),
    }
}

/// User and password of a Basic header.
pub(super) fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, value) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

/// Who an access token of our own token endpoint stands for (RFC 6750).
async fn bearer(engine: &Engine, token: &str) -> Result<Caller, Refusal> {
    let token = short(token).ok_or_else(|| wrong("the token is too long"))?;
    let found = engine.routes.bearer(engine, &hash_of(token)).await?;
    let (user, expires) = &*found.ok_or_else(|| wrong("unknown token, or its OAuth client is inactive"))?;
    if *expires <= engine.now() {
        return Err(wrong(format!("the token expired at {}", expires.exact())));
    }
    if !user.active {
        return Err(wrong(format!("the inbound user {} is disabled", user.user_id)));
    }
    allowed(user, Way::Bearer)?;
    Ok(Caller {
        user: user.clone(),
        how: "Bearer token".into(),
        seen_as: None,
    })
}

/// Notes the use of a credential, once a minute. What cannot be noted stops no message.
pub(super) async fn note_use(engine: &Engine, id: InboundCredentialId, care: Care) {
    let now = engine.now();
    if care == Care::Quiet || !engine.routes.due(id.0, "", now, TOUCH_MS) {
        return;
    }
    let written = engine
        .db
        .write(move |tx| Box::pin(async move { store::inbound_credential::touch(tx, id, now).await }))
        .await;
    warn_unless(written);
}

/// As [`note_use`], of a password.
async fn note_password(engine: &Engine, password: &Password, care: Care) {
    let now = engine.now();
    let id = match password.of {
        PasswordOf::User(id) => id.0,
        PasswordOf::Rotation(id) => id.0,
    };
    if care == Care::Quiet || !engine.routes.due(id, &password.hash, now, TOUCH_MS) {
        return;
    }
    let password = password.clone();
    let written = engine
        .db
        .write(move |tx| Box::pin(async move { password.touch(tx, now).await }))
        .await;
    warn_unless(written);
}

fn warn_unless(written: Result<bool, store::Error>) {
    if let Err(error) = written {
        tracing::warn!(%error, "the use of a credential could not be noted");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_headers_are_read() {
        let header = |text: &str| format!("basic {}", STANDARD.encode(text));
        assert_eq!(basic(&header("jira:a:b")), Some(("jira".into(), "a:b".into())));
        for bad in ["", "Basic", "Basic !!!", "Bearer x", &header("nocolon")] {
            assert_eq!(basic(bad), None, "{bad}");
        }
    }
}
