//! What server functions get from the request: the engine, who asks, and how to answer with a status or a cookie.

use std::str::FromStr;

use engine::{Actor, Engine};
use http::{
    HeaderValue, StatusCode,
    header::{COOKIE, SET_COOKIE},
    request::Parts,
};
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use model::Timestamp;

use crate::{AppError, refused::Refused, shown_once::ShownOnce};

/// The engine, which the server puts into the context of every request.
pub fn engine() -> Result<Engine, AppError> {
    use_context::<Engine>().ok_or(AppError::Internal)
}

/// Who asks, as found by the session middleware.
pub fn actor() -> Result<Actor, AppError> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Actor>().cloned())
        .ok_or(AppError::Unauthenticated)
}

/// The address of the caller, which the server puts into the extensions of every request.
#[derive(Debug, Clone)]
pub struct ClientAddress(pub String);

/// The address the request came from; blank when the server did not say.
pub fn client_address() -> String {
    let Some(parts) = use_context::<Parts>() else {
        return String::new();
    };
    parts
        .extensions
        .get::<ClientAddress>()
        .map_or_else(String::new, |address| address.0.clone())
}

/// Reads an id of a path or a hidden field. A malformed one means that there is no such record.
pub fn id<T: FromStr>(text: &str, record: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| {
        set_status(404);
        AppError::NotFound(record.into())
    })
}

/// Sets the status of the answer: of the page while it is rendered, of the server function otherwise.
pub fn set_status(status: u16) {
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}

/// The address of the page, when it is the answer to a form that was posted.
pub fn page_of_form() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let answers =
        parts.extensions.get::<Refused>().is_some() || parts.extensions.get::<ShownOnce>().is_some();
    answers.then(|| parts.uri.to_string())
}

/// The nonce of this answer's Content-Security-Policy.
pub fn csp_nonce() -> Option<String> {
    leptos::nonce::use_nonce().map(|nonce| nonce.to_string())
}

/// The moment this request is answered, from the engine's clock.
pub fn now() -> Timestamp {
    use_context::<Engine>()
        .map(|engine| engine.now())
        .unwrap_or_default()
}

/// Cookie names need the `__Host-` prefix under https, which plain http does not allow (RFC 6265bis 4.1.3).
fn cookie_name(engine: &Engine) -> (&'static str, &'static str) {
    if engine.settings().public_url.starts_with("https://") {
        ("__Host-switchboard", "; Secure")
    } else {
        ("switchboard", "")
    }
}

/// Sends the session cookie; `None` ends the session in the browser.
pub fn set_session(engine: &Engine, session: Option<&engine::users::NewSession>) {
    let (name, secure) = cookie_name(engine);
    let (token, age) = session.map_or(("", 0), |session| {
        (session.token.as_str(), session.expires.since(engine.now()) / 1000)
    });
    let cookie = format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={age}{secure}");
    if let (Some(options), Ok(value)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        options.append_header(SET_COOKIE, value);
    }
}

/// The token of the session cookie that came with this request.
pub fn session_token(engine: &Engine) -> Option<String> {
    let (name, _) = cookie_name(engine);
    let parts = use_context::<Parts>()?;
    parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(|header| header.split(';'))
        .find_map(|pair| {
            pair.trim()
                .strip_prefix(name)?
                .strip_prefix('=')
                .filter(|token| !token.is_empty())
                .map(str::to_owned)
        })
}
