//! Sessions of people: a cookie with a random token, of which the database has only the hash.

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use engine::Actor;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{ClientAddress, Gate};
use crate::problem::Refused;

/// Longest session token looked at, in characters; ours have 43.
const TOKEN_LENGTH: usize = 100;
/// Characters that a query value may hold as they are.
const IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// `__Host-` under https: a subdomain cannot plant it (RFC 6265bis, 4.1.3.2).
const fn cookie_name(https: bool) -> &'static str {
    if https {
        "__Host-switchboard"
    } else {
        "switchboard"
    }
}

/// The value of a cookie; `None` also when it comes twice, because then somebody planted one.
fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut found = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(key, value)| *key == name && !value.is_empty())
        .map(|(_, value)| value);
    let first = found.next()?;
    found
        .next()
        .is_none()
        .then_some(first)
        .filter(|value| value.len() <= TOKEN_LENGTH)
}

/// The token of the session cookie.
pub fn session_token(gate: &Gate, headers: &HeaderMap) -> Option<String> {
    cookie(headers, cookie_name(gate.site.https)).map(str::to_owned)
}

/// Notes who is logged in, if somebody is. A request is never let in or refused here.
pub async fn attach_session(State(gate): State<Gate>, mut request: Request, next: Next) -> Response {
    if let Some(token) = session_token(&gate, request.headers()) {
        let address = request
            .extensions()
            .get::<ClientAddress>()
            .map(|address| address.0.clone())
            .unwrap_or_default();
        match engine::users::actor_of_session(&gate.engine, &token, &address).await {
            Ok(Some(actor)) => {
                request.extensions_mut().insert(actor);
            }
            Ok(None) => {}
            Err(error) => return Refused::from(error).into_response(),
        }
    }
    next.run(request).await
}

/// Pages of the session group: without a session to `/login`, and back afterwards.
pub async fn require_session_for_pages(request: Request, next: Next) -> Response {
    if request.extensions().get::<Actor>().is_some() {
        return next.run(request).await;
    }
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str)
        .to_owned();
    to_login(&wanted)
}

/// Server functions of the session group: 401 without a session, in the words the interface understands. A form of a
/// page without JavaScript goes to `/login` instead, because its answer is shown as a page.
pub async fn require_session_for_functions(
    State(gate): State<Gate>,
    request: Request,
    next: Next,
) -> Response {
    if request.extensions().get::<Actor>().is_some() {
        return next.run(request).await;
    }
    if crate::forms::is_plain_form(request.headers()) {
        let referer = request
            .headers()
            .get(header::REFERER)
            .and_then(|referer| referer.to_str().ok());
        return to_login(
            &referer
                .and_then(|referer| gate.site.local_path(referer))
                .unwrap_or_else(|| "/".into()),
        );
    }
    let body = serde_json::to_vec(&app::AppError::Unauthenticated).unwrap_or_default();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

fn to_login(wanted: &str) -> Response {
    if wanted == "/" {
        return Redirect::to("/login").into_response();
    }
    Redirect::to(&format!("/login?next={}", utf8_percent_encode(wanted, IN_QUERY))).into_response()
}

/// Pages, while there is nobody yet: every one leads to `/setup`.
pub async fn pages_after_setup(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match gate.setup_needed().await {
        Ok(false) => next.run(request).await,
        Ok(true) => Redirect::to("/setup").into_response(),
        Err(error) => Refused::from(error).into_response(),
    }
}

/// `/setup`, once there is somebody: it has nothing to do any more.
pub async fn set_up_once(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    match gate.setup_needed().await {
        Ok(true) => next.run(request).await,
        Ok(false) => Redirect::to("/login").into_response(),
        Err(error) => Refused::from(error).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::{cookie, to_login};

    #[test]
    fn a_cookie_counts_only_once() {
        for (lines, value) in [
            (&["switchboard=abc"][..], Some("abc")),
            (&["a=b; switchboard=abc; c=d"], Some("abc")),
            (&["switchboard=abc; switchboard=def"], None),
            (&["switchboard=abc", "switchboard=def"], None),
            (&["switchboard="], None),
            (&["xswitchboard=abc; switchboardx=abc"], None),
            (&["switchboard"], None),
        ] {
            let mut headers = HeaderMap::new();
            for line in lines {
                headers.append(header::COOKIE, HeaderValue::from_static(line));
            }
            assert_eq!(cookie(&headers, "switchboard"), value, "{lines:?}");
        }
    }

    #[test]
    fn the_way_back_is_one_query_value() {
        let response = to_login("/transactions?state=error&search=a b");
        assert_eq!(
            response.headers()[header::LOCATION],
            "/login?next=/transactions%3Fstate%3Derror%26search%3Da%20b"
        );
    }
}
