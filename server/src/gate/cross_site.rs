//! Cross-site request forgery: what changes something must come from a page of ours (OWASP, Fetch Metadata first, then
//! `Origin`, then `Referer`). Server functions have no protection of their own.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::Gate;
use crate::{problem::Refused, site::Site};

/// Passes reading requests, and others only from our own pages.
pub async fn refuse_other_sites(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || is_our_page(&gate.site, request.headers()) {
        return next.run(request).await;
    }
    Refused::new(
        StatusCode::FORBIDDEN,
        "This must come from a page of Switchboard itself. Open it and try again there.",
    )
    .named("cross-site", "Cross-site request")
    .into_response()
}

fn is_our_page(site: &Site, headers: &HeaderMap) -> bool {
    if headers.contains_key("sec-fetch-site") {
        return matches!(only(headers, "sec-fetch-site"), Some("same-origin" | "none"));
    }
    if headers.contains_key(header::ORIGIN) {
        return only(headers, "origin").is_some_and(|origin| site.is_our_origin(origin));
    }
    only(headers, "referer").is_some_and(|referer| site.local_path(referer).is_some())
}

/// The value of a header that is there exactly once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::is_our_page;
    use crate::site::Site;

    #[test]
    fn only_our_own_pages_may_change_something() {
        let site = Site::new("https://sb.example", "0.0.0.0:1".parse().unwrap(), Vec::new()).unwrap();
        for (headers, passes) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "none")], true),
            (
                &[("sec-fetch-site", "same-site"), ("origin", "https://sb.example")],
                false,
            ),
            (
                &[("sec-fetch-site", "cross-site"), ("origin", "https://sb.example")],
                false,
            ),
            (
                &[
                    ("sec-fetch-site", "same-origin"),
                    ("sec-fetch-site", "cross-site"),
                ],
                false,
            ),
            (&[("sec-fetch-site", "nonsense")], false),
            (&[("origin", "https://sb.example")], true),
            (&[("origin", "http://sb.example")], false),
            (&[("origin", "https://sb.example.evil.example")], false),
            (&[("origin", "null"), ("referer", "https://sb.example/")], false),
            (
                &[
                    ("origin", "https://evil.example"),
                    ("origin", "https://sb.example"),
                ],
                false,
            ),
            (&[("referer", "https://sb.example/processes")], true),
            (&[("referer", "https://evil.example/https://sb.example/")], false),
            (&[], false),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(is_our_page(&site, &map), passes, "{headers:?}");
        }
    }
}
