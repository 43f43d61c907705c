//! Addresses of a provider: authorization, token, revocation URL.

use std::fmt;

use url::{Host, Url};

use crate::parameters::OWN;

/// Longest URL of a provider, in characters.
const LONGEST: usize = 2000;

/// A URL of a provider that may see codes, tokens and secrets: https, or http on this very machine (RFC 6749 3.1 and
/// 3.2 demand TLS), without user info and fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderUrl(Url);

/// Why a URL cannot be a provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadProviderUrl {
    Malformed,
    NotHttps,
    UserInfo,
    Fragment,
    /// Its query has a parameter that Switchboard sends itself.
    Own,
    TooLong,
}

impl BadProviderUrl {
    /// What is wrong and what to do, in plain words.
    pub fn text(self) -> &'static str {
        match self {
            Self::Malformed => {
                "This is not a URL. Enter it with scheme and host, as https://login.example.com/token."
            }
            Self::NotHttps => {
                "Begin with https://: codes, tokens and secrets pass here. http:// is for this machine only."
            }
            Self::UserInfo => "Remove the user and password before the host.",
            Self::Fragment => "Remove the part after #: it is never sent.",
            Self::Own => {
                "Remove state, scope, client_id and the like after the question mark: they come from the other fields of \
                 the OAuth profile."
            }
            Self::TooLong => "The URL is longer than 2000 characters.",
        }
    }
}

impl fmt::Display for BadProviderUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.text())
    }
}

impl std::error::Error for BadProviderUrl {}

impl ProviderUrl {
    /// Checks a typed or discovered URL.
    pub fn parse(text: &str) -> Result<Self, BadProviderUrl> {
        if text.chars().count() > LONGEST {
            return Err(BadProviderUrl::TooLong);
        }
        let text = text.trim();
        if text
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || c == '\\')
        {
            return Err(BadProviderUrl::Malformed);
        }
        let url = Url::parse(text).map_err(|_| BadProviderUrl::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(&url) => {}
            _ => return Err(BadProviderUrl::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadProviderUrl::UserInfo);
        }
        if url.fragment().is_some() {
            return Err(BadProviderUrl::Fragment);
        }
        // The provider would get it twice and could believe the first.
        if url.query_pairs().any(|(name, _)| OWN.contains(&&*name)) {
            return Err(BadProviderUrl::Own);
        }
        Ok(Self(url))
    }

    /// The URL, for `egress`.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The text of the URL.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The host, as sentences name the provider.
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

/// Whether only this machine can answer.
fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_safe_addresses_are_a_providers() {
        for good in [
            "https://auth.atlassian.com/oauth/token",
            "https://login.example:8443/a?b=c",
            "http://127.0.0.1:3000/token",
            "http://[::1]/token",
            "http://localhost/token",
        ] {
            assert!(ProviderUrl::parse(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("", BadProviderUrl::Malformed),
            ("auth.example/token", BadProviderUrl::Malformed),
            ("https://a b/", BadProviderUrl::Malformed),
            ("https:\\\\evil", BadProviderUrl::Malformed),
            ("http://auth.example/token", BadProviderUrl::NotHttps),
            ("http://127.0.0.1.evil.example/", BadProviderUrl::NotHttps),
            ("http://localhost.evil.example/", BadProviderUrl::NotHttps),
            ("ftp://auth.example/", BadProviderUrl::NotHttps),
            ("javascript:alert(1)", BadProviderUrl::NotHttps),
            ("https://u@auth.example/", BadProviderUrl::UserInfo),
            ("https://:p@auth.example/", BadProviderUrl::UserInfo),
            ("https://auth.example/#x", BadProviderUrl::Fragment),
            ("https://auth.example/?a=b&state=x", BadProviderUrl::Own),
            ("https://auth.example/?%73tate", BadProviderUrl::Own),
        ] {
            assert_eq!(ProviderUrl::parse(bad), Err(why), "{bad}");
        }
        let long = format!("https://a/{}", "x".repeat(LONGEST));
        assert_eq!(ProviderUrl::parse(&long), Err(BadProviderUrl::TooLong));
    }
}
