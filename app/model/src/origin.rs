//! Origins: where a URL leads, without what is asked for there.

use crate::{Invalid, target_url::EndpointUrl};

/// Scheme, host and port in canonical form (RFC 6454, 4): `https://jira.example:8443`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Checks a typed origin; one slash at its end is ignored.
    ///
    /// # Errors
    /// When it is none, or has a path, a query or a fragment.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let origin = EndpointUrl::parse(text)?.origin();
        if text.trim_end_matches('/') != origin {
            return Err(Invalid::Malformed(format!(
                "Enter scheme and host only, without a path: {origin}."
            )));
        }
        Ok(Self(origin))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.0
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (text, origin) in [
            ("https://api.example.com", "https://api.example.com"),
            (" https://api.example.com/ ", "https://api.example.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(Origin::parse(text).as_ref().map(Origin::as_str), Ok(origin));
        }
        for bad in [
            "",
            "api.example.com",
            "ftp://x.example",
            "javascript:alert(1)",
            "https://api.example.com/v1",
            "https://api.example.com?a=1",
            "https://user@api.example.com",
            "https://x</textarea><meta http-equiv=refresh>",
            "https://x\"onfocus=alert(1)",
            "https://x\nhttps://y",
        ] {
            assert!(Origin::parse(bad).is_err(), "{bad}");
        }
    }
}
