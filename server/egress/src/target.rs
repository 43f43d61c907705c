//! Where a URL leads. The model has checked the Endpoint URL already; this door checks again, because a URL
//! also comes from scripts and discovery documents.

use http::uri::PathAndQuery;
use rustls_pki_types::ServerName;
use url::{Host, Position, Url};

use crate::policy_entry::plain_name;

/// Why a URL is not called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    #[error("The URL must begin with http:// or https://.")]
    Scheme,
    #[error("The URL must not hold a user name or password before the host.")]
    UserInfo,
    #[error("The URL has no host.")]
    NoHost,
    #[error("The host of the URL is not a valid name.")]
    HostName,
    #[error("Port 0 cannot be called.")]
    Port,
    #[error("The path or query of the URL is too long or holds characters that cannot be sent.")]
    Path,
}

/// A URL taken apart for the connector.
pub(crate) struct Target {
    /// Names without the final dot.
    host: Host<String>,
    pub(crate) port: u16,
    pub(crate) tls: bool,
    pub(crate) path: PathAndQuery,
    authority: String,
}

impl Target {
    pub(crate) fn from_url(url: &Url) -> Result<Self, BadUrl> {
        let tls = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(BadUrl::Scheme),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BadUrl::UserInfo);
        }
        let host = match url.host().ok_or(BadUrl::NoHost)? {
            Host::Domain(name) => Host::Domain(plain_name(name)),
            Host::Ipv4(address) => Host::Ipv4(address),
            Host::Ipv6(address) => Host::Ipv6(address),
        };
        if matches!(&host, Host::Domain(name) if name.is_empty()) {
            return Err(BadUrl::NoHost);
        }
        let port = url
            .port_or_known_default()
            .filter(|port| *port != 0)
            .ok_or(BadUrl::Port)?;
        let path = url[Position::BeforePath..Position::AfterQuery]
            .parse()
            .map_err(|_| BadUrl::Path)?;
        // `Url` drops the port that is the scheme's own.
        let authority = url
            .port()
            .map_or_else(|| host.to_string(), |port| format!("{host}:{port}"));
        Ok(Self {
            host,
            port,
            tls,
            path,
            authority,
        })
    }

    /// The address, when the URL names one instead of a host name. `0x7f.1` is one: the URL parser reads it.
    pub(crate) fn literal(&self) -> Option<std::net::IpAddr> {
        match &self.host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some((*address).into()),
            Host::Ipv6(address) => Some((*address).into()),
        }
    }

    /// The host as people write it: no brackets around IPv6.
    pub(crate) fn host(&self) -> String {
        self.literal()
            .map_or_else(|| self.host.to_string(), |address| address.to_string())
    }

    /// The value of the Host header.
    pub(crate) fn authority(&self) -> &str {
        &self.authority
    }

    /// The name the server's certificate has to carry.
    pub(crate) fn server_name(&self) -> Result<ServerName<'static>, BadUrl> {
        match &self.host {
            Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| BadUrl::HostName),
            Host::Ipv4(address) => Ok(ServerName::from(std::net::IpAddr::from(*address))),
            Host::Ipv6(address) => Ok(ServerName::from(std::net::IpAddr::from(*address))),
        }
    }
}

#[cfg(test)]
#[path = "target_tests.rs"]
mod tests;
