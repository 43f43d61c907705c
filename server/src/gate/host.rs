//! Requests under another name are refused: DNS rebinding makes a stranger's page reach us under the stranger's name,
//! and absolute links must never be made from what a client wrote.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Gate;
use crate::problem::Refused;

/// Passes only requests with exactly one `Host`, which is ours; an absolute request target must agree.
pub async fn require_our_host(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let host = match (hosts.next(), hosts.next()) {
        (Some(host), None) => host.to_str().ok(),
        // HTTP/1.1 demands exactly one (RFC 9112, 3.2).
        _ => return Refused::malformed("Send exactly one Host header.").into_response(),
    };
    let target = request.uri().authority().map(http::uri::Authority::as_str);
    let ours = |authority: &str| gate.site.is_our_host(authority);
    if host.is_some_and(ours) && target.is_none_or(ours) {
        return next.run(request).await;
    }
    let detail = format!(
        "This is Switchboard at {}. Ask for it under this address, or set SWITCHBOARD_PUBLIC_URL to the one you use.",
        gate.site.public_url
    );
    Refused::new(StatusCode::MISDIRECTED_REQUEST, detail).into_response()
}
