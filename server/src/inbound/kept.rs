//! The headers a transaction keeps: all but what proves who somebody is. Headers of other API keys and of signatures are
//! the engine's to know.

use axum::http::{HeaderMap, header};

/// What stands in place of a path token.
const MASKED: &[u8] = "••••••".as_bytes();

/// The headers worth keeping. Proxies repeat the address of a call in headers of theirs (`X-Original-URL`, `Referer`…),
/// and with it the path token, which is masked wherever it stands.
pub fn kept(headers: &HeaderMap, path_token: Option<&str>) -> Vec<(String, String)> {
    headers
        .iter()
        .filter(|(name, _)| {
            !matches!(
                **name,
                header::AUTHORIZATION | header::PROXY_AUTHORIZATION | header::COOKIE
            ) && *name != "x-api-key"
        })
        .map(|(name, value)| {
            let value = match path_token {
                Some(token) => {
                    String::from_utf8_lossy(&masked(value.as_bytes(), token.as_bytes())).into_owned()
                }
                None => String::from_utf8_lossy(value.as_bytes()).into_owned(),
            };
            (name.as_str().to_owned(), value)
        })
        .collect()
}

/// A value with every occurrence of the token replaced.
fn masked(value: &[u8], token: &[u8]) -> Vec<u8> {
    let mut result = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some(first) = rest.first() {
        match begins_with(rest, token) {
            Some(length) if length > 0 => {
                result.extend_from_slice(MASKED);
                rest = &rest[length..];
            }
            _ => {
                result.push(*first);
                rest = &rest[1..];
            }
        }
    }
    result
}

/// How many bytes of `text` the token takes at its beginning. Each of its bytes may be percent-encoded, also more than
/// once: proxies encode what was encoded already.
fn begins_with(text: &[u8], token: &[u8]) -> Option<usize> {
    let mut at = 0;
    for byte in token {
        let rest = text.get(at..)?;
        at += match rest.first()? {
            first if first == byte => 1,
            b'%' => {
                let again = rest[1..]
                    .chunks_exact(2)
                    .take_while(|pair| *pair == b"25")
                    .count();
                let digits = std::str::from_utf8(rest.get(1 + 2 * again..3 + 2 * again)?).ok()?;
                if u8::from_str_radix(digits, 16).ok()? != *byte {
                    return None;
                }
                3 + 2 * again
            }
            _ => return None,
        };
    }
    Some(at)
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
