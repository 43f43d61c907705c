//! API tokens: `Authorization: Bearer …` (RFC 6750).

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use engine::Actor;

use super::{ClientAddress, Gate, require_session_for_pages};
use crate::problem::Refused;

/// Longest token looked at, in characters.
const TOKEN_LENGTH: usize = 200;

/// Passes requests with a good token. A session does not count here, so no page of another site can use it.
pub async fn require_token(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    let address = request
        .extensions()
        .get::<ClientAddress>()
        .map(|address| address.0.clone())
        .unwrap_or_default();
    match actor_of(&gate, request.headers(), &address).await {
        Ok(actor) => {
            request.extensions_mut().insert(actor);
            next.run(request).await
        }
        Err(refused) => refused.into_response(),
    }
}

/// Passes requests with a session or a good token: documentation that people open in the browser.
pub async fn require_token_or_session(gate: State<Gate>, request: Request, next: Next) -> Response {
    if request.extensions().get::<Actor>().is_some() {
        return next.run(request).await;
    }
    require_token(gate, request, next).await
}

/// The same for a page: who sends neither is led to the login.
pub async fn require_token_or_session_for_pages(gate: State<Gate>, request: Request, next: Next) -> Response {
    if request.headers().contains_key(header::AUTHORIZATION) {
        return require_token_or_session(gate, request, next).await;
    }
    require_session_for_pages(request, next).await
}

async fn actor_of(gate: &Gate, headers: &HeaderMap, address: &str) -> Result<Actor, Refused> {
    let token = bearer(headers)?;
    engine::users::actor_of_api_token(&gate.engine, token, address)
        .await?
        .ok_or_else(|| {
            unauthenticated(
                "The API token is unknown or expired.",
                "Bearer realm=\"Switchboard\", error=\"invalid_token\"",
            )
        })
}

fn bearer(headers: &HeaderMap) -> Result<&str, Refused> {
    let missing = || {
        unauthenticated(
            "Send an API token: Authorization: Bearer …",
            "Bearer realm=\"Switchboard\"",
        )
    };
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(missing());
    };
    let (scheme, token) = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .ok_or_else(missing)?;
    let token = token.trim_start();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() || token.len() > TOKEN_LENGTH {
        return Err(missing());
    }
    Ok(token)
}

fn unauthenticated(detail: &str, challenge: &str) -> Refused {
    Refused::new(StatusCode::UNAUTHORIZED, detail).with(header::WWW_AUTHENTICATE, challenge)
}
