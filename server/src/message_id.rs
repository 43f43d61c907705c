//! The message id a caller gives, so that sending again is harmless: `Idempotency-Key`, else `webhook-id`.

use axum::http::HeaderMap;

/// The id as it came. What is not right with it is for the engine to say, in its turn of the checks: a header that
/// comes twice is joined as a list (RFC 9110, 5.3), and a list holds blanks, which no id does.
pub fn of(headers: &HeaderMap) -> Option<String> {
    ["idempotency-key", "webhook-id"].into_iter().find_map(|name| {
        let values: Vec<_> = headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderName, HeaderValue};

    use super::of;

    #[test]
    fn the_idempotency_key_comes_first() {
        for (headers, expected) in [
            (&[][..], None),
            (&[("idempotency-key", "a")], Some("a")),
            (&[("webhook-id", "w")], Some("w")),
            (&[("webhook-id", "w"), ("idempotency-key", "a")], Some("a")),
            (
                &[("idempotency-key", "a"), ("idempotency-key", "a")],
                Some("a, a"),
            ),
            (&[("idempotency-key", "")], Some("")),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
                .collect();
            assert_eq!(of(&map).as_deref(), expected, "{headers:?}");
        }
    }
}
