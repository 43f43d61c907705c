//! Finding a provider's URLs from its issuer (RFC 8414, OpenID Connect Discovery 1.0).
//!
//! Nothing found here is used before a person has seen it: the secret of a client goes to the token URL that stands in
//! the OAuth profile, and a change of it demands the secret again.

use std::fmt;

use serde::Deserialize;
use url::Url;

use crate::{provider_url::ProviderUrl, wording::plain};

/// Largest document read, in bytes; `egress` is asked for no more.
pub const LARGEST_DOCUMENT: usize = 256 * 1024;

/// What a provider says about itself, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    pub issuer: String,
    pub token_url: ProviderUrl,
    pub authorization_url: Option<ProviderUrl>,
    pub revocation_url: Option<ProviderUrl>,
    /// The token URL for clients with a certificate (RFC 8705 5).
    pub mutual_tls_token_url: Option<ProviderUrl>,
    /// Whether every callback will carry `iss` (RFC 9207 3).
    pub iss_promised: bool,
    /// Whether PKCE with S256 is offered; `None` when the document does not say.
    pub pkce_s256: Option<bool>,
    /// Words of RFC 7591, such as `client_secret_basic`; empty when the document does not say.
    pub authentication_methods: Vec<String>,
    pub grant_types: Vec<String>,
    pub scopes: Vec<String>,
}

/// Why discovery found nothing usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DiscoveryProblem {
    /// The issuer typed is no issuer.
    BadIssuer(&'static str),
    /// Too large, no JSON, or without an issuer or a token URL.
    NotMetadata(&'static str),
    /// The document is about another issuer (RFC 8414 3.3).
    OtherIssuer { named: String, asked: String },
    /// A URL in it is not acceptable.
    BadUrl { field: &'static str, why: String },
}

impl DiscoveryProblem {
    /// What is wrong.
    pub fn cause(&self) -> String {
        match self {
            Self::BadIssuer(why) => format!("This is not an issuer. {why}"),
            Self::NotMetadata(why) => {
                format!("The document found is not the description of a provider: {why}.")
            }
            Self::OtherIssuer { named, asked } => {
                format!("The document found describes the issuer {named}, not {asked}.")
            }
            Self::BadUrl { field, why } => format!("The {field} in the document found cannot be used. {why}"),
        }
    }

    /// What to do.
    pub fn next_step(&self) -> String {
        match self {
            Self::BadIssuer(_) => {
                "Enter it as the provider writes it, such as https://login.example.com.".into()
            }
            Self::OtherIssuer { named, .. } if named.contains('{') => {
                "Enter the issuer with your own tenant instead of common or organizations.".into()
            }
            Self::OtherIssuer { named, asked }
                if named.trim_end_matches('/') == asked.trim_end_matches('/') =>
            {
                format!("Enter exactly {named}: the slash at the end counts.")
            }
            Self::OtherIssuer { .. } | Self::NotMetadata(_) | Self::BadUrl { .. } => {
                "Check the issuer, or enter the URLs of the provider by hand.".into()
            }
        }
    }
}

impl fmt::Display for DiscoveryProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.cause(), self.next_step())
    }
}

impl std::error::Error for DiscoveryProblem {}

/// Where to look, in this order: OpenID Connect appends to the issuer's path, RFC 8414 inserts before it, and some
/// providers insert OpenID Connect's name (RFC 8414 5).
pub fn document_urls(issuer: &str) -> Result<Vec<Url>, DiscoveryProblem> {
    let checked = ProviderUrl::parse(issuer).map_err(|why| DiscoveryProblem::BadIssuer(why.text()))?;
    let url = checked.url();
    if url.query().is_some() || issuer.contains('?') {
        return Err(DiscoveryProblem::BadIssuer(
            "Remove the part after the question mark.",
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    let at = |path: String| {
        let mut found = url.clone();
        found.set_path(&path);
        found
    };
    let mut urls = vec![
        at(format!("{path}/.well-known/openid-configuration")),
        at(format!("/.well-known/oauth-authorization-server{path}")),
    ];
    if !path.is_empty() {
        urls.push(at(format!("/.well-known/openid-configuration{path}")));
    }
    Ok(urls)
}

#[derive(Deserialize)]
struct Document {
    issuer: String,
    token_endpoint: Option<String>,
    authorization_endpoint: Option<String>,
    revocation_endpoint: Option<String>,
    #[serde(default)]
    mtls_endpoint_aliases: Aliases,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
    #[serde(default)]
    grant_types_supported: Vec<String>,
    #[serde(default)]
    scopes_supported: Vec<String>,
}

#[derive(Deserialize, Default)]
struct Aliases {
    token_endpoint: Option<String>,
}

impl Discovered {
    /// Reads a document that was fetched for `issuer`.
    pub fn parse(issuer: &str, document: &[u8]) -> Result<Self, DiscoveryProblem> {
        if document.len() > LARGEST_DOCUMENT {
            return Err(DiscoveryProblem::NotMetadata("it is larger than 256 KiB"));
        }
        let found: Document = serde_json::from_slice(document)
            .map_err(|_| DiscoveryProblem::NotMetadata("it is not JSON with an issuer"))?;
        // Exactly, letter by letter: this is what keeps one provider from speaking for another.
        if found.issuer != issuer {
            return Err(DiscoveryProblem::OtherIssuer {
                named: plain(&found.issuer),
                asked: plain(issuer),
            });
        }
        let url = |field: &'static str, text: Option<&str>| {
            text.map(ProviderUrl::parse)
                .transpose()
                .map_err(|why| DiscoveryProblem::BadUrl {
                    field,
                    why: why.to_string(),
                })
        };
        let token_url = url("token URL", found.token_endpoint.as_deref())?
            .ok_or(DiscoveryProblem::NotMetadata("it has no token URL"))?;
        Ok(Self {
            issuer: found.issuer.clone(),
            token_url,
            authorization_url: url("authorization URL", found.authorization_endpoint.as_deref())?,
            revocation_url: url("revocation URL", found.revocation_endpoint.as_deref())?,
            mutual_tls_token_url: url(
                "token URL for mutual TLS",
                found.mtls_endpoint_aliases.token_endpoint.as_deref(),
            )?,
            iss_promised: found.authorization_response_iss_parameter_supported,
            pkce_s256: found
                .code_challenge_methods_supported
                .map(|methods| methods.iter().any(|m| m == "S256")),
            authentication_methods: words(found.token_endpoint_auth_methods_supported),
            grant_types: words(found.grant_types_supported),
            scopes: words(found.scopes_supported),
        })
    }

    /// Every URL in it, for `egress` to check before one is stored.
    pub fn urls(&self) -> Vec<&ProviderUrl> {
        [
            Some(&self.token_url),
            self.authorization_url.as_ref(),
            self.revocation_url.as_ref(),
            self.mutual_tls_token_url.as_ref(),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// At most 200 words fit to be shown.
fn words(list: Vec<String>) -> Vec<String> {
    list.iter().take(200).map(|word| plain(word)).collect()
}
