//! What is to be sent, and within which limits.

use std::{fmt, time::Duration};

use http::{HeaderMap, Method};
use model::profile::TlsVersion;
use url::Url;

use crate::{client_identity::ClientIdentity, headers, roots::Roots, target::Target};

/// One HTTP request.
#[derive(Clone)]
pub struct Request {
    pub method: Method,
    /// http or https, without user info; the fragment is not sent.
    pub url: Url,
    /// Sent as given, but for what the connector decides itself: Host, the framing of the body, the handling
    /// of the connection, and Accept-Encoding (answers are recorded as they come, so they should be readable).
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    pub limits: Limits,
    pub tls: TlsOptions,
}

impl Request {
    /// The headers as they leave, those that the connector adds or decides included: what a record of it shows.
    pub fn sent_headers(&self) -> HeaderMap {
        Target::from_url(&self.url)
            .and_then(|target| {
                headers::complete(self.headers.clone(), &target, &self.method, self.body.len())
            })
            .unwrap_or_else(|_| self.headers.clone())
    }
}

/// Time and size limits of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For name resolution, TCP and TLS together; never more than `total`.
    pub connect: Duration,
    /// For everything, waiting for a free slot included.
    pub total: Duration,
    /// How much of the answer's body is kept. The rest is read and counted up to 16 MiB, then cut.
    pub response_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            response_bytes: 1024 * 1024,
        }
    }
}

/// How server and client prove themselves.
#[derive(Debug, Clone)]
pub struct TlsOptions {
    pub roots: Roots,
    /// Shown to servers that ask for it.
    pub identity: Option<ClientIdentity>,
    /// Older versions are not offered.
    pub minimum: TlsVersion,
}

impl Default for TlsOptions {
    fn default() -> Self {
        Self {
            roots: Roots::default(),
            identity: None,
            minimum: TlsVersion::Tls12,
        }
    }
}

/// Names method, scheme and host only: headers, path, query and body can hold secrets.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("scheme", &self.url.scheme())
            .field("host", &self.url.host_str())
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
