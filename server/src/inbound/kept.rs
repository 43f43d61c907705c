//! The headers a transaction keeps: all but what proves who somebody is. Headers of other API keys and of signatures are
//! the engine's to know.

use axum::http::{HeaderMap, header};
use engine::mask::Mask;
use secrecy::SecretString;

/// The headers worth keeping. Proxies repeat the address of a call in headers of theirs (`X-Original-URL`, `Referer`…),
/// and with it the path token, which is masked wherever it stands.
pub fn kept(headers: &HeaderMap, path_token: Option<&str>) -> Vec<(String, String)> {
    let mut mask = Mask::default();
    if let Some(token) = path_token {
        mask.hide(&SecretString::from(token));
    }
    headers
        .iter()
        .filter(|(name, _)| {
            !matches!(
                **name,
                header::AUTHORIZATION | header::PROXY_AUTHORIZATION | header::COOKIE
            ) && *name != "x-api-key"
        })
        .map(|(name, value)| {
            let value = mask.text(&String::from_utf8_lossy(value.as_bytes()));
            (name.as_str().to_owned(), value)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_path_token_is_masked_however_it_is_written() {
        let token = "sbp_aB-9_x";
        for (value, wanted) in [
            ("/inbound/a/message/sbp_aB-9_x", "/inbound/a/message/••••••"),
            (
                "https://x/%73bp%5faB%2D9_x?y=sbp_aB-9_x",
                "https://x/••••••?y=••••••",
            ),
            ("u=%2Fmessage%2F%2573bp%255FaB-9_x", "u=%2Fmessage%2F••••••"),
            ("sbp_aB-9_y sbp_", "sbp_aB-9_y sbp_"),
            ("%", "%"),
            ("sbp_aB-9_%2", "sbp_aB-9_%2"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert("x-original-url", HeaderValue::from_static(value));
            assert_eq!(kept(&headers, Some(token))[0].1, wanted);
            assert_eq!(kept(&headers, None)[0].1, value);
        }
    }
}
