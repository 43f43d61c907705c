//! The practice target: an external system built in, so that a newcomer can connect, test, send and break something
//! without having one. Its answers can never be mistaken for pages, and it sends nobody elsewhere.

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Body,
    extract::{FromRef, Path, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use crate::{
    body::Room,
    gate::ClientAddress,
    held_body, problem,
    problem::Refused,
    strangers::{Kept, Strangers},
};

/// Longest delay, in seconds.
const DELAY_MOST: u64 = 30;
/// Delays at the same time: each holds a connection.
const DELAYS_AT_ONCE: usize = 32;
/// Largest body that is echoed, in bytes.
const ECHO_LIMIT: usize = 64 * 1024;

/// What a path says to [`status`].
#[derive(Deserialize)]
struct Wanted {
    code: String,
}

/// What a path says to [`delay`].
#[derive(Deserialize)]
struct Waiting {
    seconds: String,
}

/// What a path says to [`basic`].
#[derive(Deserialize)]
struct Account {
    user: String,
    password: String,
}

/// What the handlers share.
#[derive(Clone)]
struct Practice {
    delays: Arc<Semaphore>,
    strangers: Strangers,
}

impl FromRef<Practice> for Strangers {
    fn from_ref(practice: &Practice) -> Self {
        practice.strangers.clone()
    }
}

impl FromRef<Practice> for Arc<Semaphore> {
    fn from_ref(practice: &Practice) -> Self {
        practice.delays.clone()
    }
}

/// The routes, to be nested below `/practice`. Each also answers below itself, because a message appends its path to
/// the Endpoint URL.
pub fn routes<S: Clone + Send + Sync + 'static>(strangers: &Strangers) -> Router<S> {
    let practice = Practice {
        delays: Arc::new(Semaphore::new(DELAYS_AT_ONCE)),
        strangers: strangers.clone(),
    };
    Router::new()
        .route("/echo", any(echo))
        .route("/echo/{*message}", any(echo))
        .route("/status/{code}", any(status))
        .route("/status/{code}/{*message}", any(status))
        .route("/delay/{seconds}", any(delay))
        .route("/delay/{seconds}/{*message}", any(delay))
        .route("/basic/{user}/{password}", any(basic))
        .route("/basic/{user}/{password}/{*message}", any(basic))
        .route("/broken", any(broken))
        .route("/broken/{*message}", any(broken))
        .fallback(problem::nothing_here)
        .layer(from_fn(harmless))
        .layer(from_fn(problem::complete))
        .with_state(practice)
}

/// What is shown in a browser is shown as data, in a sandbox.
async fn harmless(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("sandbox; default-src 'none'"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What came, as JSON. The credentials are masked: what they were is nobody's business.
///
/// Anybody may ask for it, and read the answer slowly: the body and the answer, which is several times as long, have their
/// place until the answer has left.
async fn echo(State(strangers): State<Strangers>, request: Request) -> Result<Response, Refused> {
    let (parts, content) = request.into_parts();
    let address = parts.extensions.get::<ClientAddress>();
    let address = address.map_or("", |address| &address.0);
    let read = strangers.read(address, &parts.headers, content, ECHO_LIMIT);
    let Kept { bytes, mut place } = read.await?;
    let query: Vec<(String, String)> =
        serde_urlencoded::from_str(parts.uri.query().unwrap_or_default()).unwrap_or_default();
    let path = parts
        .extensions
        .get::<axum::extract::OriginalUri>()
        .map_or(parts.uri.path(), |original| original.0.path());
    let parsed: Option<Value> = serde_json::from_slice(&bytes).ok();
    let answer = json!({
        "method": parts.method.as_str(),
        "path": path,
        "query": query.into_iter().map(|(name, value)| json!({ "name": name, "value": value })).collect::<Vec<_>>(),
        "headers": echoed_headers(&parts.headers),
        "body": String::from_utf8_lossy(&bytes),
        "json": parsed,
    });
    let answer = answer.to_string();
    place.take(answer.len()).await?;
    let answer = ([(header::CONTENT_TYPE, "application/json")], answer).into_response();
    Ok(held_body::holding(answer, place))
}

fn echoed_headers(headers: &HeaderMap) -> Vec<Value> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes());
            let shown = if is_secret(name) {
                "••••••".into()
            } else {
                text
            };
            json!({ "name": name.as_str(), "value": shown })
        })
        .collect()
}

fn is_secret(name: &HeaderName) -> bool {
    matches!(name.as_str(), "authorization" | "cookie" | "proxy-authorization")
}

/// Answers with this status. A redirect has no `Location`; statuses without a body have none.
async fn status(Path(Wanted { code }): Path<Wanted>) -> Result<Response, Refused> {
    let code = code.parse::<u16>().ok().filter(|code| (200..=599).contains(code));
    let status = code.and_then(|code| StatusCode::from_u16(code).ok());
    let status = status.ok_or_else(|| Refused::malformed("The status must be a number from 200 to 599."))?;
    if matches!(status.as_u16(), 204 | 205 | 304) {
        return Ok(status.into_response());
    }
    let mut response = (status, Json(json!({ "status": status.as_u16() }))).into_response();
    let headers = response.headers_mut();
    match status {
        StatusCode::UNAUTHORIZED => headers.insert(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static("Basic realm=\"Practice\""),
        ),
        StatusCode::METHOD_NOT_ALLOWED => headers.insert(
            header::ALLOW,
            HeaderValue::from_static("GET, HEAD, OPTIONS, POST"),
        ),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"))
        }
        _ => None,
    };
    Ok(response)
}

/// Answers after so many seconds, unless too many wait already.
async fn delay(
    State(delays): State<Arc<Semaphore>>,
    Path(Waiting { seconds }): Path<Waiting>,
) -> Result<Response, Refused> {
    let seconds = seconds
        .parse::<u64>()
        .ok()
        .filter(|seconds| *seconds <= DELAY_MOST);
    let seconds =
        seconds.ok_or_else(|| Refused::malformed("The delay must be a number of seconds from 0 to 30."))?;
    let busy = || {
        Refused::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Too many delays at once. Try again later.",
        )
        .with(header::RETRY_AFTER, &DELAY_MOST.to_string())
    };
    let _permit = delays.try_acquire().map_err(|_| busy())?;
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    Ok(Json(json!({ "delayed": seconds })).into_response())
}

/// Wants exactly this user and password.
async fn basic(Path(Account { user, password }): Path<Account>, headers: HeaderMap) -> Response {
    let wanted = format!("Basic {}", BASE64_STANDARD.encode(format!("{user}:{password}")));
    if headers
        .get(header::AUTHORIZATION)
        .is_some_and(|given| given.as_bytes() == wanted.as_bytes())
    {
        return Json(json!({ "authenticated": true, "user": user })).into_response();
    }
    let mut response = (StatusCode::UNAUTHORIZED, Json(json!({ "authenticated": false }))).into_response();
    let challenge = HeaderValue::from_static("Basic realm=\"Practice\", charset=\"UTF-8\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// Declares JSON and breaks off in the middle of it.
async fn broken() -> Response {
    let mut response = Response::new(Body::from("{\"result\": [1, 2,"));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
