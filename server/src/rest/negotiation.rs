//! The API speaks JSON: who accepts none is told so at once (RFC 9110, 12.5.1).

use axum::{
    extract::Request,
    http::{HeaderMap, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::problem::Refused;

/// Refuses requests whose `Accept` leaves no JSON.
pub async fn json_wanted(request: Request, next: Next) -> Response {
    if accepts_json(request.headers()) {
        return next.run(request).await;
    }
    Refused::new(
        StatusCode::NOT_ACCEPTABLE,
        "The answer is application/json. Accept it, or send no Accept header.",
    )
    .into_response()
}

fn accepts_json(headers: &HeaderMap) -> bool {
    let mut none_given = true;
    for item in headers
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
    {
        let mut parts = item.split(';').map(|part| part.trim().to_ascii_lowercase());
        let range = parts.next().unwrap_or_default();
        if range.is_empty() {
            continue;
        }
        none_given = false;
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
        });
        if !refused
            && matches!(
                range.as_str(),
                "*/*" | "application/*" | "application/json" | "application/problem+json"
            )
        {
            return true;
        }
    }
    none_given
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::accepts_json;

    #[test]
    fn json_must_be_among_what_is_accepted() {
        for (accept, accepted) in [
            ("", true),
            ("*/*", true),
            ("text/html, application/json;q=0.1", true),
            ("APPLICATION/JSON", true),
            ("application/*", true),
            ("text/html", false),
            ("application/xml", false),
            ("application/json;q=0", false),
            ("application/json; q=0.0, text/plain", false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static(accept))]);
            assert_eq!(accepts_json(&headers), accepted, "{accept}");
        }
        assert!(accepts_json(&HeaderMap::new()));
    }
}
