//! Building a request from a connection: URL, authentication, headers, and the mask that hides what is secret in it.

use std::time::Duration;

use egress::{Limits, Request, TlsOptions};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use model::{
    Invalid,
    connection::{Connection, DEFAULT_CONNECT_TIMEOUT_MS, DEFAULT_REQUEST_TIMEOUT_MS, Header, HttpMethod},
    connection_test::TokenCall,
    target_url::{EndpointUrl, fill},
};
use url::Url;

use super::{credentials::Credentials, places::Places, values::Values};
use crate::{
    Engine, Result, destination,
    mask::Mask,
    protocol_profiles,
    tokens::{Asker, Wanted},
};

/// What a message or a test adds to a connection.
pub(crate) struct Draft<'a> {
    pub method: HttpMethod,
    pub path: &'a str,
    pub headers: &'a [Header],
    pub content_type: &'a str,
    pub message_id: &'a str,
    pub body: Vec<u8>,
}

/// A request ready to leave, and what hides its secrets in everything recorded.
pub(crate) struct Prepared {
    pub request: Request,
    pub mask: Mask,
    /// What hides credentials by their place.
    pub places: Places,
    /// The OAuth token in it, if it has one.
    pub token: Option<SentToken>,
}

/// Which OAuth token a request carries.
pub(crate) struct SentToken {
    /// To ask for a newer one when the target refuses this one.
    pub serial: i64,
    /// The call that brought it just now; `None` when it was there already.
    pub call: Option<TokenCall>,
}

/// Which OAuth token to send, and who wants it, for the token's timeline.
#[derive(Clone, Copy)]
pub(crate) struct TokenUse<'a> {
    pub wanted: Wanted,
    pub by: Asker<'a>,
}

/// Why no request could be built.
pub(crate) enum Unprepared {
    /// A sentence that says what to mend.
    Connection(String),
    /// There is no OAuth token: why, and the call that brought none.
    Token(String, Option<Box<TokenCall>>),
}

impl Unprepared {
    /// The sentence for people.
    pub(crate) fn sentence(&self) -> &str {
        match self {
            Self::Connection(sentence) | Self::Token(sentence, _) => sentence,
        }
    }
}

impl From<String> for Unprepared {
    fn from(sentence: String) -> Self {
        Self::Connection(sentence)
    }
}

/// Bytes of an answer that are kept.
const RESPONSE_KEPT: usize = 1024 * 1024;

/// Builds the request; the inner error is a sentence that says what to mend, and nothing was sent.
pub(crate) async fn prepare(
    engine: &Engine,
    connection: &Connection,
    draft: Draft<'_>,
    token: TokenUse<'_>,
) -> Result<Result<Prepared, Unprepared>> {
    let endpoint = match EndpointUrl::parse(&connection.endpoint_url) {
        Ok(endpoint) => endpoint,
        Err(Invalid::Required) => {
            let sentence = "The connection has no Endpoint URL. Give it one.".to_owned();
            return Ok(Err(sentence.into()));
        }
        Err(invalid) => {
            let sentence = format!("The Endpoint URL cannot be used: {}", invalid.text());
            return Ok(Err(sentence.into()));
        }
    };
    let destination = destination::of_connection(engine, connection).await?;
    let tls = match protocol_profiles::tls(engine, destination::profile_of(connection)).await {
        Ok(Ok(tls)) => tls,
        Ok(Err(sentence)) => return Ok(Err(sentence.into())),
        Err(error) => {
            let sentence = error.about_secret("the protocol profile")?;
            return Ok(Err(sentence.into()));
        }
    };
    let record = format!("the connection {}", connection.name);
    let values = match Values::load(engine, connection, &destination).await {
        Ok(values) => values,
        Err(error) => return error.about_secret(&record).map(|sentence| Err(sentence.into())),
    };
    let mut mask = Mask::default();
    values.secrets().for_each(|secret| mask.hide(secret));
    let credentials = Credentials::load(engine, connection, &destination, token).await;
    let (credentials, token) = match credentials {
        Ok(Ok(loaded)) => loaded,
        Ok(Err(unprepared)) => return Ok(Err(unprepared)),
        Err(error) => return error.about_secret(&record).map(|sentence| Err(sentence.into())),
    };
    credentials.hide(&mut mask);
    let built = built(connection, draft, &endpoint, &values, &credentials);
    Ok(built
        .map_err(Unprepared::Connection)
        .map(|(request, places)| Prepared {
            request: Request { tls, ..request },
            mask,
            places,
            token,
        }))
}

fn built(
    connection: &Connection,
    draft: Draft<'_>,
    endpoint: &EndpointUrl,
    values: &Values,
    credentials: &Credentials,
) -> Result<(Request, Places), String> {
    let mut url = target(connection, draft.path, endpoint, |key| values.in_path(key))?;
    let mut places = Places::new(connection, draft.path, endpoint, values, &url);
    let mut headers = HeaderMap::new();
    for header in connection.extra_headers.iter().chain(draft.headers) {
        let value = fill(&header.value, |key| values.clear(key))
            .map_err(|invalid| format!("Header {}: {}", header.name, invalid.text()))?;
        put(&mut headers, &header.name, &value)?;
        places.note_header(&mut headers, header, values);
    }
    if !draft.content_type.is_empty() && !headers.contains_key(http::header::CONTENT_TYPE) {
        put(&mut headers, "content-type", draft.content_type)?;
    }
    if !draft.message_id.is_empty() {
        put(&mut headers, "idempotency-key", draft.message_id)?;
    }
    credentials.apply(&mut headers, &mut url, &mut places.url)?;
    let milliseconds = |ms: Option<i64>, default: i64| {
        Duration::from_millis(u64::try_from(ms.unwrap_or(default)).unwrap_or(1))
    };
    let request = Request {
        method: method(draft.method),
        url,
        headers,
        body: draft.body,
        limits: Limits {
            connect: milliseconds(connection.connect_timeout_ms, DEFAULT_CONNECT_TIMEOUT_MS),
            total: milliseconds(connection.request_timeout_ms, DEFAULT_REQUEST_TIMEOUT_MS),
            response_bytes: RESPONSE_KEPT,
        },
        tls: TlsOptions::default(),
    };
    Ok((request, places))
}

/// The URL of the request. Whatever variables brought, it stays at the origin the secrets are bound to.
pub(super) fn target(
    connection: &Connection,
    path: &str,
    endpoint: &EndpointUrl,
    encoded: impl Fn(&str) -> Option<String>,
) -> Result<Url, String> {
    let base = fill(&connection.endpoint_url, &encoded)
        .map_err(|invalid| format!("Endpoint URL: {}", invalid.text()))?;
    let path = fill(path, &encoded).map_err(|invalid| format!("Path: {}", invalid.text()))?;
    let joined = EndpointUrl::parse(&base)
        .and_then(|base| base.join(&path))
        .map_err(|invalid| format!("After filling in the variables: {}", invalid.text()))?;
    let url = Url::parse(&joined).map_err(|error| format!("The URL cannot be used: {error}."))?;
    let expected = Url::parse(&endpoint.origin())
        .map_err(|error| format!("The Endpoint URL cannot be used: {error}."))?;
    if url.origin() != expected.origin() {
        return Err("The path leads to another host than the Endpoint URL.".into());
    }
    Ok(url)
}

fn method(method: HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Delete => Method::DELETE,
    }
}

/// Headers that carry nothing but credentials.
const CREDENTIALS: [HeaderName; 3] = [
    http::header::AUTHORIZATION,
    http::header::PROXY_AUTHORIZATION,
    http::header::COOKIE,
];

/// Sets a header; the error is a sentence that says what to mend.
pub(super) fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), String> {
    let parsed = HeaderName::try_from(name)
        .ok()
        .zip(HeaderValue::try_from(value).ok());
    let (name, mut value) = parsed
        .ok_or_else(|| format!("The header {name} has a value that cannot be sent: use one line of text."))?;
    // Credentials whoever typed them.
    value.set_sensitive(CREDENTIALS.contains(&name));
    headers.insert(name, value);
    Ok(())
}
