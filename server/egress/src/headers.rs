//! The headers of a request as they leave.

use http::{
    HeaderMap, HeaderName, HeaderValue, Method,
    header::{
        ACCEPT, ACCEPT_ENCODING, CONNECTION, CONTENT_LENGTH, EXPECT, HOST, PROXY_AUTHORIZATION, TE, TRAILER,
        TRANSFER_ENCODING, UPGRADE, USER_AGENT,
    },
};

use crate::target::{BadUrl, Target};

/// Headers that are ours to decide: where the request goes, where it ends, and what becomes of the connection.
/// Given ones could smuggle a second request or send a secret to another virtual host.
const OURS: [HeaderName; 12] = [
    HOST,
    CONTENT_LENGTH,
    TRANSFER_ENCODING,
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    UPGRADE,
    EXPECT,
    ACCEPT_ENCODING,
];

const SWITCHBOARD: HeaderValue = HeaderValue::from_static(concat!("Switchboard/", env!("CARGO_PKG_VERSION")));

/// Completes the headers a caller gave.
pub(crate) fn complete(
    mut headers: HeaderMap,
    target: &Target,
    method: &Method,
    body_size: usize,
) -> Result<HeaderMap, BadUrl> {
    for name in OURS {
        headers.remove(name);
    }
    headers.insert(
        HOST,
        HeaderValue::try_from(target.authority()).map_err(|_| BadUrl::HostName)?,
    );
    headers.entry(USER_AGENT).or_insert(SWITCHBOARD);
    headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    // A body's length is always said; no body only where one is expected (RFC 9110, 8.6).
    if body_size > 0 || matches!(*method, Method::POST | Method::PUT | Method::PATCH) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body_size));
    }
    Ok(headers)
}
