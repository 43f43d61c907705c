//! Signed assertions: JSON Web Tokens (RFC 7519) that prove the client or name a user (RFC 7523).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value, json};

use crate::{
    grant::JwtBearer,
    signing_key::{KeyProblem, SigningKey},
};

/// How long an assertion holds, in seconds. At most five minutes are usual; one minute less leaves room for a
/// provider whose clock is behind and that refuses what holds longer.
const LIFE: i64 = 240;

/// What is new in every call: the time and randomness for the assertions' identifiers.
#[derive(Debug, Clone, Copy)]
pub struct Fresh {
    pub now: Timestamp,
    pub random: [u8; 32],
}

impl Fresh {
    fn client_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.random[..16])
    }

    fn bearer_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.random[16..])
    }
}

/// How the provider finds the public key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyIdentity {
    /// `kid`: the key's name at the provider.
    pub kid: Option<String>,
    /// `x5t#S256`: SHA-256 of the certificate's DER. Microsoft Entra ID finds the key by it.
    pub certificate_sha256: Option<[u8; 32]>,
}

/// The assertion of private key JWT (RFC 7523 2.2): `iss` and `sub` are the client.
pub(crate) fn client_assertion(
    key: &SigningKey,
    identity: &KeyIdentity,
    client_id: &str,
    audience: &str,
    fresh: &Fresh,
) -> Result<SecretString, KeyProblem> {
    let claims = claims(client_id, client_id, audience, fresh.now, fresh.client_id());
    signed(key, identity, claims)
}

/// The assertion of the JWT bearer grant (RFC 7523 2.1).
pub(crate) fn bearer_assertion(
    bearer: &JwtBearer,
    client_id: &str,
    token_url: &str,
    fresh: &Fresh,
) -> Result<SecretString, KeyProblem> {
    let issuer = bearer.issuer.as_deref().unwrap_or(client_id);
    let audience = bearer.audience.as_deref().unwrap_or(token_url);
    let mut all = bearer.claims.clone();
    // What we say stands over what was typed: an assertion with another audience could be used elsewhere.
    all.extend(claims(
        issuer,
        &bearer.subject,
        audience,
        fresh.now,
        fresh.bearer_id(),
    ));
    signed(&bearer.key, &bearer.identity, all)
}

fn claims(issuer: &str, subject: &str, audience: &str, now: Timestamp, id: String) -> Map<String, Value> {
    let seconds = now.0.div_euclid(1000);
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(issuer));
    claims.insert("sub".into(), json!(subject));
    // One audience, never a list: with several, each could use the assertion at the others.
    claims.insert("aud".into(), json!(audience));
    claims.insert("iat".into(), json!(seconds));
    claims.insert("exp".into(), json!(seconds + LIFE));
    claims.insert("jti".into(), json!(id));
    claims
}

fn signed(
    key: &SigningKey,
    identity: &KeyIdentity,
    claims: Map<String, Value>,
) -> Result<SecretString, KeyProblem> {
    let mut header = Map::new();
    header.insert("alg".into(), json!(key.algorithm().word()));
    header.insert("typ".into(), json!("JWT"));
    if let Some(kid) = &identity.kid {
        header.insert("kid".into(), json!(kid));
    }
    if let Some(sha256) = &identity.certificate_sha256 {
        header.insert("x5t#S256".into(), json!(URL_SAFE_NO_PAD.encode(sha256)));
    }
    let encode = |object: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(object).to_string());
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())?);
    Ok(format!("{message}.{signature}").into())
}
