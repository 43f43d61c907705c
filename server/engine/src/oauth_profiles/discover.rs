//! **Find URLs from the issuer**: fetches what a provider says about itself, and stores nothing.

use std::time::Duration;

use egress::{Failure, Limits, Request, TlsOptions};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use model::{
    Invalid,
    oauth_discovery::{FoundProvider, client_authentications},
};
use oauth::discovery::{Discovered, DiscoveryProblem, LARGEST_DOCUMENT, document_urls};
use url::Url;

use crate::{Engine, Error, Granted, Result, departure::Leave, permission::Design};

/// Longest that a provider may take to be reached, and to answer, for each of the places looked at.
const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(10);

/// Looks for the description of the provider whose issuer this is, and checks every URL in it like one that is called.
///
/// # Errors
/// [`Error::Invalid`] beside the issuer, with what was found instead and what to do.
pub async fn discover(engine: &Engine, by: &Granted<Design>, issuer: &str) -> Result<FoundProvider> {
    let issuer = issuer.trim();
    let leave = Leave::by_person(by);
    let mut wrong: Option<DiscoveryProblem> = None;
    for url in document_urls(issuer).map_err(|problem| refused(&problem))? {
        let Some(document) = fetch(engine, &leave, url).await? else {
            continue;
        };
        match Discovered::parse(issuer, &document) {
            Ok(found) => {
                check(engine, &leave, &found).await?;
                return Ok(told(found));
            }
            // The first one is told: the place OpenID Connect names is where most providers answer.
            Err(problem) => {
                wrong.get_or_insert(problem);
            }
        }
    }
    Err(wrong.map_or_else(
        || refused(&"The provider has no description at this address. Check the issuer, or enter its URLs by hand."),
        |problem| refused(&problem),
    ))
}

fn refused(why: &dyn std::fmt::Display) -> Error {
    Error::field("issuer", Invalid::Refused(why.to_string()))
}

fn unreachable(failure: &Failure) -> Error {
    let text = format!("{} {}", failure.cause(), failure.next_step_at("Issuer"));
    refused(&text.trim_end())
}

/// The document at `url`; `None` when there is none.
async fn fetch(engine: &Engine, leave: &Leave, url: Url) -> Result<Option<Vec<u8>>> {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    let request = Request {
        method: Method::GET,
        url,
        headers,
        body: Vec::new(),
        limits: Limits {
            connect: CONNECT,
            total: TOTAL,
            response_bytes: LARGEST_DOCUMENT + 1,
        },
        tls: TlsOptions::default(),
    };
    let response = engine
        .departure
        .send(leave, request, |_| {})
        .await
        .map_err(|(failure, _)| unreachable(&failure))?;
    Ok((response.status == StatusCode::OK).then_some(response.body))
}

/// A document can name any host: what we may not call, we do not offer (S4).
async fn check(engine: &Engine, leave: &Leave, found: &Discovered) -> Result<()> {
    for url in found.urls() {
        engine
            .departure
            .check(leave, url.url(), CONNECT)
            .await
            .map_err(|failure| unreachable(&failure))?;
    }
    Ok(())
}

fn told(found: Discovered) -> FoundProvider {
    let text = |url: Option<&oauth::ProviderUrl>| url.map_or_else(String::new, |url| url.url().to_string());
    FoundProvider {
        authorization_url: text(found.authorization_url.as_ref()),
        token_url: text(Some(&found.token_url)),
        revocation_url: text(found.revocation_url.as_ref()),
        mutual_tls_token_url: text(found.mutual_tls_token_url.as_ref()),
        iss_promised: found.iss_promised,
        pkce: found.pkce_s256,
        client_authentications: client_authentications(&found.authentication_methods),
        scopes: found.scopes,
        issuer: found.issuer,
    }
}
