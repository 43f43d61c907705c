//! `POST /inbound/{process}/message`: messages from external systems.
//!
//! The checks come in the order of the contract: too large, credentials, process, active connection, type, well-formed,
//! message id. All but the first are the engine's.

mod kept;

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::post,
};
use engine::inbound::{self, Caller, Identified, InboundCall, Presented, Received, Refusal};

use crate::{
    body,
    gate::{ClientAddress, Gate},
    message_id, problem,
    problem::Refused,
    serve::ClientCertificate,
    strangers::Kept,
};
use kept::kept;

/// What a caller without good credentials is asked for (RFC 7617). Ways without a scheme, such as signatures, have no
/// challenge.
const CHALLENGE: &str = "Basic realm=\"Switchboard\", charset=\"UTF-8\"";
/// The other scheme (RFC 6750).
const BEARER: &str = "Bearer realm=\"Switchboard\"";
/// The inbound endpoints.
pub fn routes() -> Router<Gate> {
    let endpoints = Router::new()
        .route("/{process}/message", post(message))
        .route("/{process}/message/{token}", post(message_with_token))
        .fallback(problem::nothing_here)
        .layer(from_fn(problem::complete));
    Router::new().nest("/inbound", endpoints)
}

async fn message(
    State(gate): State<Gate>,
    process: Result<Path<String>, PathRejection>,
    request: Request,
) -> Result<Response, Refused> {
    // A path that is no text names no process; the caller's credentials are checked first all the same.
    let process = process.map(|Path(process)| process).unwrap_or_default();
    receive(&gate, &process, None, request).await
}

/// For senders that can set no header: the secret is the last segment of the path.
async fn message_with_token(
    State(gate): State<Gate>,
    path: Result<Path<(String, String)>, PathRejection>,
    request: Request,
) -> Result<Response, Refused> {
    match path {
        Ok(Path((process, token))) if inbound::is_path_token(&token) => {
            receive(&gate, &process, Some(&token), request).await
        }
        _ => Err(problem::nothing_here(request).await),
    }
}

async fn receive(
    gate: &Gate,
    process: &str,
    token: Option<&str>,
    request: Request,
) -> Result<Response, Refused> {
    let (parts, content) = request.into_parts();
    let address = parts.extensions.get::<ClientAddress>();
    let address = address.map(|address| address.0.clone()).unwrap_or_default();
    let presented = Presented {
        address: &address,
        process,
        headers: &parts.headers,
        path_token: token,
        certificate: parts.extensions.get::<ClientCertificate>().map(|shown| &*shown.0),
    };
    let (caller, body) = match caller_and_body(gate, &presented, content).await? {
        Ok(both) => both,
        Err(refusal) => return Err(noted(gate, &refusal, process, &address, &parts.headers).await),
    };
    let call = InboundCall {
        process: process.to_owned(),
        headers: kept(&parts.headers, token),
        content_type: content_type(&parts.headers),
        message_id: message_id::of(&parts.headers),
        body,
    };
    match inbound::receive(&gate.engine, &caller, call).await {
        Ok(Received::New(accepted)) => Ok((StatusCode::ACCEPTED, Json(accepted)).into_response()),
        Ok(Received::Repeated(accepted)) => Ok(Json(accepted).into_response()),
        Err(refusal) => Err(noted(gate, &refusal, process, &address, &parts.headers).await),
    }
}

/// Whoever declares a length within the limit is authenticated before the body is read, so that strangers fill no
/// memory. Without a declared length only reading tells whether it is too large, which comes first; and a signature is
/// over the body: both are read as what strangers send.
async fn caller_and_body(
    gate: &Gate,
    presented: &Presented<'_>,
    content: Body,
) -> Result<Result<(Caller, Vec<u8>), Refusal>, Refused> {
    let (limit, headers) = (gate.engine.settings().body_limit, presented.headers);
    let declared = body::declared_length(headers)
        .is_some_and(|length| u64::try_from(limit).is_ok_and(|limit| length <= limit));
    let mut identified = None;
    if declared {
        match inbound::authenticate(&gate.engine, presented).await {
            Ok(Identified::Caller(caller)) => {
                let body = body::read(headers, content, limit).await?;
                return Ok(Ok((caller, body.into())));
            }
            Ok(signed) => identified = Some(signed),
            Err(refusal) => {
                body::drain(headers, content).await;
                return Ok(Err(refusal));
            }
        }
    }
    let read = gate.strangers.read(presented.address, headers, content, limit);
    // The place is kept until the caller is known: waiting for that takes time, and the body occupies memory meanwhile.
    let Kept { bytes, place } = read.await?;
    let identified = match identified {
        Some(signed) => Ok(signed),
        None => inbound::authenticate(&gate.engine, presented).await,
    };
    let caller = match identified {
        Ok(Identified::Caller(caller)) => Ok(caller),
        Ok(Identified::Signed(signed)) => signed.verify(&gate.engine, &bytes).await,
        Err(refusal) => Err(refusal),
    };
    drop(place);
    Ok(caller.map(|caller| (caller, bytes.into())))
}

/// Lists the refused call and turns it into an answer.
async fn noted(gate: &Gate, refusal: &Refusal, process: &str, address: &str, headers: &HeaderMap) -> Refused {
    inbound::refused(&gate.engine, refusal, process, address, authorization(headers)).await;
    let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::SERVICE_UNAVAILABLE);
    let refused = Refused::new(status, refusal.detail()).named(refusal.kind(), refusal.title());
    let refused = match refusal.retry_after() {
        Some(seconds) => refused.with(header::RETRY_AFTER, &seconds.to_string()),
        None => refused,
    };
    if status == StatusCode::UNAUTHORIZED {
        let bearer = authorization(headers).is_some_and(|text| {
            text.split(' ')
                .next()
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("bearer"))
        });
        let error = if bearer { ", error=\"invalid_token\"" } else { "" };
        refused
            .with(header::WWW_AUTHENTICATE, CHALLENGE)
            .with(header::WWW_AUTHENTICATE, &format!("{BEARER}{error}"))
    } else {
        refused
    }
}

/// The credentials; sent twice they are none, because two readers could choose differently.
fn authorization(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

/// The media type; sent twice it is a list, which is no type.
fn content_type(headers: &HeaderMap) -> Option<String> {
    let values: Vec<_> = headers
        .get_all(header::CONTENT_TYPE)
        .iter()
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}
