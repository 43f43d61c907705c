//! The authorization code flow with PKCE (RFC 6749 4.1, RFC 7636): to the provider and back.
//!
//! The engine keeps the [`Pending`] sealed, at most one per connection, and takes it out of the store before it calls
//! [`Pending::finish`]: a flow is finished once, whatever comes of it.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Timestamp;
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope, basic::BasicClient,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use url::{Url, form_urlencoded};

use crate::{
    callback_problem::CallbackProblem, grant::Grant, parameters::Parameters, profile::Profile,
    provider_url::ProviderUrl, wording::is_visible_ascii,
};

/// How long a person has to come back from the provider: ten minutes, in milliseconds (promise S7).
pub const LIFE_MS: i64 = 10 * 60 * 1000;

/// Longest query of a callback and longest code read, in bytes.
const LONGEST_QUERY: usize = 16 * 1024;
const LONGEST_CODE: usize = 4 * 1024;

/// What the authorization URL needs besides the profile.
#[derive(Debug, Clone)]
pub struct Authorization {
    pub authorization_url: ProviderUrl,
    /// Extra parameters, such as `prompt=consent` or `access_type=offline`.
    pub parameters: Parameters,
    /// Whether PKCE is used. Off only for providers that refuse a confidential client's challenge.
    pub pkce: bool,
    /// The provider's issuer, when known.
    pub issuer: Option<String>,
    /// Whether the provider's metadata promise `iss` in every callback (RFC 9207 3).
    pub iss_promised: bool,
}

/// Who may end a flow: whoever began it. Made of the session and the connection; a callback for another connection, or
/// with another session, does not fit (RFC 9700 4.7: the victim must not end the attacker's flow).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding([u8; 32]);

impl Binding {
    /// The binding to `session` (its identifier or token) and `connection` (its id).
    pub fn of(session: &str, connection: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [session, connection] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }
}

/// Why the authorization URL cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotBegin {
    /// The redirect URI is no URL: the address of this installation is not set rightly.
    RedirectUri,
    /// A public client proves itself by PKCE alone (RFC 9700 2.1.1).
    PublicWithoutPkce,
}

impl std::fmt::Display for CannotBegin {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::RedirectUri => "The redirect URL is not a URL. Set the address of this installation.",
            Self::PublicWithoutPkce => {
                "A client without a secret needs PKCE. Switch PKCE on in the OAuth profile."
            }
        })
    }
}

impl std::error::Error for CannotBegin {}

/// A flow that waits for the person to come back. Neither `Debug` nor `Serialize`: it holds the PKCE verifier.
pub struct Pending {
    /// SHA-256 of the state; the state itself is in the person's browser only.
    state: [u8; 32],
    pkce_verifier: Option<SecretString>,
    redirect_uri: String,
    binding: Binding,
    began: Timestamp,
    issuer: Option<String>,
    iss_promised: bool,
    /// Scheme, host and port of the authorization URL, which an unexpected `iss` must have.
    origin: String,
}

/// Begins a flow: where to send the person, and what to keep.
///
/// `random` makes the state (256 bits) and the PKCE verifier (256 bits).
pub fn begin(
    profile: &Profile,
    authorization: &Authorization,
    redirect_uri: &str,
    binding: Binding,
    random: &[u8; 64],
    now: Timestamp,
) -> Result<(Url, Pending), CannotBegin> {
    let public = matches!(profile.authentication, crate::ClientAuthentication::Public);
    if public && !authorization.pkce {
        return Err(CannotBegin::PublicWithoutPkce);
    }
    let redirect = RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| CannotBegin::RedirectUri)?;
    let state = URL_SAFE_NO_PAD.encode(&random[..32]);
    let verifier = authorization
        .pkce
        .then(|| PkceCodeVerifier::new(URL_SAFE_NO_PAD.encode(&random[32..])));
    let client = BasicClient::new(ClientId::new(profile.client_id.clone()))
        .set_auth_uri(AuthUrl::from_url(authorization.authorization_url.url().clone()));
    let mut request = client
        .authorize_url(|| CsrfToken::new(state.clone()))
        .set_redirect_uri(Cow::Owned(redirect))
        .add_scopes(profile.scopes.iter().map(|scope| Scope::new(scope.to_owned())));
    if let Some(verifier) = &verifier {
        request = request.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(verifier));
    }
    if let Some(audience) = &profile.audience {
        request = request.add_extra_param("audience", audience);
    }
    for resource in &profile.resources {
        request = request.add_extra_param("resource", resource);
    }
    for (name, value) in authorization.parameters.iter() {
        request = request.add_extra_param(name, value);
    }
    let (url, _) = request.url();
    let pending = Pending {
        state: Sha256::digest(&state).into(),
        pkce_verifier: verifier.map(|verifier| SecretString::from(verifier.secret().as_str())),
        redirect_uri: redirect_uri.to_owned(),
        binding,
        began: now,
        issuer: authorization.issuer.clone(),
        iss_promised: authorization.iss_promised,
        origin: authorization
            .authorization_url
            .url()
            .origin()
            .ascii_serialization(),
    };
    Ok((url, pending))
}

impl Pending {
    /// Ends the flow with the query of the callback: the grant to ask for the token with.
    ///
    /// State and binding are looked at before anything else of the query is believed.
    pub fn finish(self, query: &str, binding: Binding, now: Timestamp) -> Result<Grant, CallbackProblem> {
        let callback = Callback::read(query)?;
        let state: [u8; 32] = Sha256::digest(callback.state.unwrap_or_default().as_bytes()).into();
        if !bool::from(state.ct_eq(&self.state)) {
            return Err(CallbackProblem::StateMismatch);
        }
        if !bool::from(binding.0.ct_eq(&self.binding.0)) {
            return Err(CallbackProblem::OtherStarter);
        }
        // A clock set back since then must not make the flow last longer.
        if !(0..LIFE_MS).contains(&now.since(self.began)) {
            return Err(CallbackProblem::Expired);
        }
        self.check_issuer(callback.iss.as_deref())?;
        if let Some(code) = callback.error {
            return Err(CallbackProblem::refused(
                &code,
                &callback.error_description.unwrap_or_default(),
            ));
        }
        let code = callback
            .code
            .filter(|code| !code.is_empty())
            .ok_or(CallbackProblem::NoCode)?;
        if code.len() > LONGEST_CODE || !is_visible_ascii(&code) {
            return Err(CallbackProblem::Malformed);
        }
        Ok(Grant::AuthorizationCode {
            code: code.into(),
            redirect_uri: self.redirect_uri,
            pkce_verifier: self.pkce_verifier,
        })
    }

    /// RFC 9207 2.4: the answer must be of the provider that was asked.
    fn check_issuer(&self, iss: Option<&str>) -> Result<(), CallbackProblem> {
        let wrong = |iss: &str| CallbackProblem::OtherIssuer(crate::wording::plain(iss));
        match (iss, self.issuer.as_deref()) {
            (None, _) if self.iss_promised => Err(CallbackProblem::NoIssuer),
            (None, _) => Ok(()),
            (Some(iss), Some(expected)) if iss == expected => Ok(()),
            // The profile names no issuer: one at the host that was asked is believed.
            (Some(iss), None)
                if Url::parse(iss).is_ok_and(|url| url.origin().ascii_serialization() == self.origin) =>
            {
                Ok(())
            }
            (Some(iss), _) => Err(wrong(iss)),
        }
    }

    /// For the vault: everything as text.
    pub fn to_sealable(&self) -> SecretString {
        let stored = Stored {
            state: URL_SAFE_NO_PAD.encode(self.state),
            pkce_verifier: self
                .pkce_verifier
                .as_ref()
                .map(|verifier| verifier.expose_secret().to_owned()),
            redirect_uri: self.redirect_uri.clone(),
            binding: self.binding,
            began: self.began,
            issuer: self.issuer.clone(),
            iss_promised: self.iss_promised,
            origin: self.origin.clone(),
        };
        serde_json::to_string(&stored).unwrap_or_default().into()
    }

    /// Back from the vault; `None` when it is not what [`Pending::to_sealable`] gave.
    pub fn from_sealable(text: &SecretString) -> Option<Self> {
        let stored: Stored = serde_json::from_str(text.expose_secret()).ok()?;
        Some(Self {
            state: URL_SAFE_NO_PAD.decode(stored.state).ok()?.try_into().ok()?,
            pkce_verifier: stored.pkce_verifier.map(SecretString::from),
            redirect_uri: stored.redirect_uri,
            binding: stored.binding,
            began: stored.began,
            issuer: stored.issuer,
            iss_promised: stored.iss_promised,
            origin: stored.origin,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    state: String,
    pkce_verifier: Option<String>,
    redirect_uri: String,
    binding: Binding,
    began: Timestamp,
    issuer: Option<String>,
    iss_promised: bool,
    origin: String,
}

/// The parameters of a callback that mean something (RFC 6749 4.1.2, RFC 9207 2).
#[derive(Default)]
struct Callback {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

impl Callback {
    /// A parameter given twice is refused: which one counts would be a matter of taste (RFC 6749 3.1).
    fn read(query: &str) -> Result<Self, CallbackProblem> {
        if query.len() > LONGEST_QUERY {
            return Err(CallbackProblem::Malformed);
        }
        let mut callback = Self::default();
        for (name, value) in form_urlencoded::parse(query.trim_start_matches('?').as_bytes()) {
            let slot = match name.as_ref() {
                "state" => &mut callback.state,
                "code" => &mut callback.code,
                "error" => &mut callback.error,
                "error_description" => &mut callback.error_description,
                "iss" => &mut callback.iss,
                _ => continue,
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(CallbackProblem::Repeated(name.into_owned()));
            }
        }
        if callback.code.is_some() && callback.error.is_some() {
            return Err(CallbackProblem::Malformed);
        }
        Ok(callback)
    }
}
