//! Building calls. The crate `oauth2` writes grant, client authentication, scopes and PKCE; it is given a client that
//! keeps the request instead of sending it.

use std::{borrow::Cow, cell::RefCell, fmt};

use http::header::AUTHORIZATION;
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, EndpointNotSet, EndpointSet, HttpRequest,
    HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, ResourceOwnerPassword, ResourceOwnerUsername,
    Scope, TokenUrl, basic::BasicClient,
};
use secrecy::{ExposeSecret, SecretString};
use url::form_urlencoded;

use crate::{
    assertion::{Fresh, bearer_assertion, client_assertion},
    call::{FormField, HttpCall},
    grant::{Asked, Grant},
    profile::{ClientAuthentication, Profile},
    provider_url::ProviderUrl,
    signing_key::KeyProblem,
};

const JWT_BEARER_GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const JWT_BEARER_CLIENT: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

type Client = BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// The call that asks for a token.
pub fn token_call(profile: &Profile, grant: &Grant, fresh: &Fresh) -> Result<HttpCall, KeyProblem> {
    let client = client(profile, &profile.token_url);
    let scopes = || profile.scopes.iter().map(|scope| Scope::new(scope.to_owned()));
    let request = match grant {
        Grant::AuthorizationCode {
            code,
            redirect_uri,
            pkce_verifier,
        } => {
            let mut ask = client.exchange_code(AuthorizationCode::new(code.expose_secret().to_owned()));
            if let Some(verifier) = pkce_verifier {
                ask = ask.set_pkce_verifier(PkceCodeVerifier::new(verifier.expose_secret().to_owned()));
            }
            // One that is no URL is left out; the provider then refuses the code.
            if let Ok(redirect) = RedirectUrl::new(redirect_uri.clone()) {
                ask = ask.set_redirect_uri(Cow::Owned(redirect));
            }
            kept(|keep| drop(ask.request(keep)))
        }
        Grant::Password { user, password } => {
            let user = ResourceOwnerUsername::new(user.clone());
            let password = ResourceOwnerPassword::new(password.expose_secret().to_owned());
            let ask = client.exchange_password(&user, &password).add_scopes(scopes());
            kept(|keep| drop(ask.request(keep)))
        }
        // Scopes are left out: asking for more than was granted is refused (RFC 6749 6), and a person may grant less.
        Grant::Refresh { refresh_token } => {
            let token = RefreshToken::new(refresh_token.expose_secret().to_owned());
            let ask = client.exchange_refresh_token(&token);
            kept(|keep| drop(ask.request(keep)))
        }
        Grant::ClientCredentials | Grant::JwtBearer(_) => {
            let ask = client.exchange_client_credentials().add_scopes(scopes());
            kept(|keep| drop(ask.request(keep)))
        }
    };
    let mut call = call(profile, &profile.token_url, grant.asked(), request, fresh)?;
    if let Grant::JwtBearer(bearer) = grant {
        // RFC 7523 2.1: as client credentials, with this grant type and the assertion.
        let assertion = bearer_assertion(bearer, &profile.client_id, profile.token_url.as_str(), fresh)?;
        replace_grant(
            &mut call,
            &[
                ("grant_type", JWT_BEARER_GRANT),
                ("assertion", assertion.expose_secret()),
            ],
        );
    }
    // The audience of a code or of a refresh token was settled when it was given.
    let audience = profile
        .audience
        .as_deref()
        .filter(|_| !grant.asked().needs_person());
    let resources = profile
        .resources
        .iter()
        .map(|resource| ("resource", resource.as_str()));
    call.form.extend(
        audience
            .map(|audience| ("audience", audience))
            .into_iter()
            .chain(resources)
            .chain(profile.token_parameters.iter())
            .map(|(name, value)| FormField::configured(name, value)),
    );
    Ok(call)
}

/// Which token is revoked (RFC 7009 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    Access,
    Refresh,
}

/// The call that revokes a token (RFC 7009). Its answer is read by [`HttpCall::read_revocation`].
pub fn revocation_call(
    profile: &Profile,
    revocation_url: &ProviderUrl,
    token: &SecretString,
    kind: TokenKind,
    fresh: &Fresh,
) -> Result<HttpCall, KeyProblem> {
    let ask = client(profile, revocation_url);
    let ask = ask.exchange_client_credentials();
    let request = kept(|keep| drop(ask.request(keep)));
    let mut call = call(profile, revocation_url, Asked::Revocation, request, fresh)?;
    let hint = match kind {
        TokenKind::Access => "access_token",
        TokenKind::Refresh => "refresh_token",
    };
    replace_grant(
        &mut call,
        &[("token", token.expose_secret()), ("token_type_hint", hint)],
    );
    Ok(call)
}

fn client(profile: &Profile, url: &ProviderUrl) -> Client {
    let client = BasicClient::new(ClientId::new(profile.client_id.clone()))
        .set_token_uri(TokenUrl::from_url(url.url().clone()));
    let secret = |secret: &SecretString| ClientSecret::new(secret.expose_secret().to_owned());
    match &profile.authentication {
        ClientAuthentication::Basic(clear) => client
            .set_client_secret(secret(clear))
            .set_auth_type(AuthType::BasicAuth),
        ClientAuthentication::Body(clear) => client
            .set_client_secret(secret(clear))
            .set_auth_type(AuthType::RequestBody),
        // Without a secret, the form names the client.
        ClientAuthentication::PrivateKeyJwt(_)
        | ClientAuthentication::MutualTls
        | ClientAuthentication::Public => client.set_auth_type(AuthType::RequestBody),
    }
}

/// Nothing is sent here.
#[derive(Debug)]
struct NotSent;

impl fmt::Display for NotSent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the request was kept, not sent")
    }
}

impl std::error::Error for NotSent {}

type Keep<'a> = dyn Fn(HttpRequest) -> Result<HttpResponse, NotSent> + 'a;

/// The request that `oauth2` would send. It makes one for every URL that [`ProviderUrl`] lets through; were there none,
/// an empty form would be sent and the provider would refuse it.
fn kept(ask: impl FnOnce(&&Keep<'_>)) -> HttpRequest {
    let slot = RefCell::new(HttpRequest::default());
    let keep: &Keep<'_> = &|request| {
        slot.replace(request);
        Err(NotSent)
    };
    ask(&keep);
    slot.into_inner()
}

fn call(
    profile: &Profile,
    url: &ProviderUrl,
    asked: Asked,
    request: HttpRequest,
    fresh: &Fresh,
) -> Result<HttpCall, KeyProblem> {
    let (parts, body) = request.into_parts();
    let mut headers = parts.headers;
    let mut header_secrets = Vec::new();
    if let Some(value) = headers.get_mut(AUTHORIZATION) {
        value.set_sensitive(true);
        if let Some((_, credentials)) = value.to_str().ok().and_then(|value| value.split_once(' ')) {
            header_secrets.push(SecretString::from(credentials));
        }
    }
    if let ClientAuthentication::Basic(secret) = &profile.authentication {
        header_secrets.push(secret.clone());
    }
    let mut form: Vec<FormField> = form_urlencoded::parse(&body)
        .map(|(name, value)| FormField::new(&name, &value))
        .collect();
    if let ClientAuthentication::PrivateKeyJwt(proof) = &profile.authentication {
        let audience = proof.audience.as_deref().unwrap_or(profile.token_url.as_str());
        let assertion = client_assertion(&proof.key, &proof.identity, &profile.client_id, audience, fresh)?;
        form.push(FormField::new("client_assertion_type", JWT_BEARER_CLIENT));
        form.push(FormField::new("client_assertion", assertion.expose_secret()));
    }
    Ok(HttpCall {
        asked,
        url: url.url().clone(),
        headers,
        form,
        header_secrets,
        needs_client_certificate: matches!(profile.authentication, ClientAuthentication::MutualTls),
    })
}

/// Puts `fields` in the place of the grant type.
fn replace_grant(call: &mut HttpCall, fields: &[(&str, &str)]) {
    let fields = fields.iter().map(|(name, value)| FormField::new(name, value));
    let at = call.form.iter().position(|field| field.name == "grant_type");
    match at {
        Some(at) => drop(call.form.splice(at..=at, fields)),
        None => call.form.extend(fields),
    }
}
