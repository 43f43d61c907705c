//! `POST /oauth/token` and `/oauth_token.do`: tokens for external systems (RFC 6749). Both paths are the same endpoint;
//! the second is what systems made for ServiceNow ask.

use axum::{
    Json, Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::token_endpoint::{self, Denied, SCOPE, TokenRequest, Tokens};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::{
    gate::{ClientAddress, Gate},
    problem,
    problem::Refused,
};

/// Largest request, in bytes: a few short fields.
const LIMIT: usize = 16 * 1024;

/// The token endpoint under both its paths.
pub fn routes() -> Router<Gate> {
    ["/oauth/token", "/oauth_token.do"]
        .into_iter()
        .fold(Router::new(), |router, path| router.route(path, post(token)))
        .layer(from_fn(problem::complete))
}

async fn token(State(gate): State<Gate>, request: Request) -> Result<Response, Refused> {
    let (parts, content) = request.into_parts();
    let address = parts.extensions.get::<ClientAddress>();
    let address = address.map(|address| address.0.clone()).unwrap_or_default();
    let read_body = gate.strangers.read(&address, &parts.headers, content, LIMIT);
    let body = read_body.await?;
    let mut claimed = String::new();
    let issued = match read(&parts.headers, &body.bytes, address.clone()) {
        Ok(request) => {
            claimed.clone_from(&request.client_id);
            token_endpoint::issue(&gate.engine, request).await
        }
        Err(denied) => Err(denied),
    };
    Ok(match issued {
        Ok(tokens) => given(&tokens),
        Err(denied) => {
            token_endpoint::refused(&gate.engine, &denied, &claimed, &address).await;
            refused(&denied)
        }
    })
}

/// Reads the request: each parameter at most once (RFC 6749 3.2), the client's credentials in one place (2.3).
fn read(headers: &HeaderMap, body: &[u8], address: String) -> Result<TokenRequest, Denied> {
    if !is_form(headers) {
        return Err(Denied::InvalidRequest(
            "send Content-Type: application/x-www-form-urlencoded",
        ));
    }
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_bytes(body).map_err(|_| Denied::InvalidRequest("the body is no form"))?;
    let one = |name: &str| {
        let mut values = pairs
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (value, None) => Ok(value.cloned().unwrap_or_default()),
            _ => Err(Denied::InvalidRequest("a parameter comes more than once")),
        }
    };
    let (mut client_id, mut client_secret) = (one("client_id")?, one("client_secret")?);
    if headers.contains_key(header::AUTHORIZATION) {
        let (id, secret) =
            basic(headers).ok_or(Denied::InvalidClient("the header Authorization cannot be read"))?;
        if !client_secret.is_empty() || (!client_id.is_empty() && client_id != id) {
            return Err(Denied::InvalidRequest(
                "send the client's credentials in the header or in the body, not in both",
            ));
        }
        (client_id, client_secret) = (id, secret);
    }
    Ok(TokenRequest {
        client_id,
        client_secret: SecretString::from(client_secret),
        grant_type: one("grant_type")?,
        user_name: one("username")?,
        password: SecretString::from(one("password")?),
        refresh_token: SecretString::from(one("refresh_token")?),
        address,
    })
}

fn is_form(headers: &HeaderMap) -> bool {
    let mut kinds = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(kind), None) = (kinds.next(), kinds.next()) else {
        return false;
    };
    let essence = kind.to_str().unwrap_or_default().split(';').next();
    essence.is_some_and(|kind| {
        kind.trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// Client ID and secret of the header, each encoded as in a form (RFC 6749 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, value) = value.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text)
            .decode_utf8()
            .ok()
            .map(std::borrow::Cow::into_owned)
    };
    Some((decoded(id)?, decoded(secret)?))
}

fn given(tokens: &Tokens) -> Response {
    let mut answer = json!({
        "access_token": tokens.access_token.expose_secret(),
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "scope": SCOPE,
    });
    if let Some(refresh) = &tokens.refresh_token {
        answer["refresh_token"] = refresh.expose_secret().into();
    }
    not_kept((StatusCode::OK, Json(answer)).into_response())
}

const TOO_MANY: &str = "too many wrong tries; wait as long as Retry-After says";

/// A refusal in the words of RFC 6749 5.2.
fn refused(denied: &Denied) -> Response {
    let (error, description) = match denied {
        Denied::InvalidRequest(why) => ("invalid_request", *why),
        Denied::InvalidClient(_) => (
            "invalid_client",
            "the client is unknown or inactive, or its secret is wrong",
        ),
        Denied::InvalidGrant(why) => ("invalid_grant", *why),
        Denied::UnauthorizedClient(why) => ("unauthorized_client", *why),
        Denied::UnsupportedGrantType => (
            "unsupported_grant_type",
            "use client_credentials, password or refresh_token",
        ),
        Denied::TooManySecrets(_) => ("invalid_client", TOO_MANY),
        Denied::TooManyPasswords(_) => ("invalid_grant", TOO_MANY),
        Denied::Unavailable => ("temporarily_unavailable", "try again in a moment"),
    };
    let status = StatusCode::from_u16(denied.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let answer = json!({ "error": error, "error_description": description });
    let mut response = not_kept((status, Json(answer)).into_response());
    let headers = response.headers_mut();
    match denied {
        Denied::InvalidClient(_) => {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"Switchboard\", charset=\"UTF-8\""),
            );
        }
        Denied::TooManySecrets(seconds) | Denied::TooManyPasswords(seconds) => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
        }
        Denied::Unavailable => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(5_u64));
        }
        _ => {}
    }
    response
}

/// Answers with tokens are kept by nobody (RFC 6749 5.1).
fn not_kept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
