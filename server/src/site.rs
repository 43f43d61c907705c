//! This installation as the outside sees it: its address, its names, and whom it trusts.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use url::Url;

/// What the gate needs to know, made once at start.
pub struct Site {
    /// Without a slash at the end.
    pub public_url: String,
    pub https: bool,
    host: String,
    port: u16,
    /// Names of this machine for itself are equal: we listen on loopback, or are called by one.
    loopback: bool,
    trusted_proxies: Vec<IpNet>,
}

const LOOPBACK_NAMES: &[&str] = &["localhost", "127.0.0.1", "[::1]"];

impl Site {
    /// # Errors
    /// When the public URL is none.
    pub fn new(public_url: &str, bound: SocketAddr, trusted_proxies: Vec<IpNet>) -> anyhow::Result<Self> {
        let url = Url::parse(public_url)?;
        let host = url.host_str().unwrap_or_default().to_owned();
        let port = url.port_or_known_default().unwrap_or_default();
        let loopback = bound.ip().is_loopback() || LOOPBACK_NAMES.contains(&host.as_str());
        let https = url.scheme() == "https";
        Ok(Self {
            public_url: public_url.to_owned(),
            https,
            host,
            port,
            loopback,
            trusted_proxies,
        })
    }

    /// Whether `authority` (a `Host` header) is ours. A port left out is that of the scheme.
    pub fn is_our_host(&self, authority: &str) -> bool {
        let scheme = if self.https { "https" } else { "http" };
        // The URL parser also takes user info, paths and blanks, none of which a Host has (RFC 9110, 7.2).
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
        if authority.is_empty() || !authority.chars().all(plain) {
            return false;
        }
        let Ok(url) = Url::parse(&format!("{scheme}://{authority}/")) else {
            return false;
        };
        let (host, port) = (
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default(),
        );
        if host == self.host && port == self.port {
            return true;
        }
        // Whatever port the public URL names (a proxy's perhaps), on loopback the names are equal on ours.
        self.loopback
            && LOOPBACK_NAMES.contains(&host)
            && LOOPBACK_NAMES.contains(&self.host.as_str())
            && port == self.port
    }

    /// Whether `origin` (an `Origin` header, or the beginning of a `Referer`) is ours.
    pub fn is_our_origin(&self, origin: &str) -> bool {
        let scheme = if self.https { "https://" } else { "http://" };
        origin
            .strip_prefix(scheme)
            .is_some_and(|authority| self.is_our_host(authority))
    }

    /// The local path (with query) of a URL of ours; `None` for anything else.
    pub fn local_path(&self, url: &str) -> Option<String> {
        let url = Url::parse(url).ok()?;
        self.is_our_origin(&url.origin().ascii_serialization())
            .then(|| match url.query() {
                Some(query) => format!("{}?{query}", url.path()),
                None => url.path().to_owned(),
            })
    }

    /// Whether `address` is of a proxy whose `X-Forwarded-For` counts.
    pub fn is_trusted_proxy(&self, address: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|network| network.contains(&address))
    }

    /// Who is calling: the socket's address, or, from a trusted proxy, the right-most address of `X-Forwarded-For` that
    /// is no trusted proxy. Entries further left are written by the client and prove nothing.
    pub fn client_address(&self, peer: IpAddr, forwarded_for: &[&str]) -> IpAddr {
        let mut client = peer.to_canonical();
        for entry in forwarded_for.iter().rev().flat_map(|line| line.rsplit(',')) {
            if !self.is_trusted_proxy(client) {
                break;
            }
            // Something that is no address cannot be followed further.
            let Ok(address) = entry.trim().parse::<IpAddr>() else {
                break;
            };
            client = address.to_canonical();
        }
        client
    }
}

#[cfg(test)]
mod tests {
    use super::Site;

    fn site(public_url: &str, bound: &str) -> Site {
        Site::new(
            public_url,
            bound.parse().unwrap(),
            vec!["10.0.0.0/8".parse().unwrap()],
        )
        .unwrap()
    }

    #[test]
    fn only_our_own_names_are_ours() {
        let public = site("https://switchboard.example", "0.0.0.0:3000");
        for (host, ours) in [
            ("switchboard.example", true),
            ("SWITCHBOARD.example:443", true),
            ("switchboard.example:444", false),
            ("switchboard.example.evil.example", false),
            ("evil.example", false),
            ("user@switchboard.example", false),
            ("switchboard.example/x", false),
            ("switchboard.example#", false),
            ("switchboard.example, evil.example", false),
            ("localhost", false),
            ("127.0.0.1", false),
            ("", false),
        ] {
            assert_eq!(public.is_our_host(host), ours, "{host}");
        }
    }

    #[test]
    fn loopback_names_are_equal_while_listening_on_loopback() {
        let local = site("http://127.0.0.1:3000", "127.0.0.1:3000");
        for (host, ours) in [
            ("127.0.0.1:3000", true),
            ("localhost:3000", true),
            ("[::1]:3000", true),
            ("localhost", false),
            ("localhost:3001", false),
            ("evil.example:3000", false),
        ] {
            assert_eq!(local.is_our_host(host), ours, "{host}");
        }
        assert!(
            local.is_our_origin("http://localhost:3000") && !local.is_our_origin("https://localhost:3000")
        );
        assert!(!local.is_our_origin("null"));
        let proxied = site("https://switchboard.example", "127.0.0.1:3000");
        assert!(
            !proxied.is_our_host("localhost:3000"),
            "a public name is the only one"
        );
    }

    #[test]
    fn a_referer_gives_only_local_paths() {
        let local = site("http://127.0.0.1:3000", "127.0.0.1:3000");
        for (referer, path) in [
            (
                "http://127.0.0.1:3000/processes/new?x=1",
                Some("/processes/new?x=1"),
            ),
            ("http://127.0.0.1:3000", Some("/")),
            ("http://evil.example/processes", None),
            ("http://127.0.0.1:3000@evil.example/", None),
            ("javascript:alert(1)", None),
            ("/processes", None),
        ] {
            assert_eq!(local.local_path(referer).as_deref(), path, "{referer}");
        }
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let site = site("http://a", "127.0.0.1:1");
        let client =
            |peer: &str, lines: &[&str]| site.client_address(peer.parse().unwrap(), lines).to_string();
        assert_eq!(client("203.0.113.9", &["1.1.1.1"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["1.1.1.1, 198.51.100.7"]), "198.51.100.7");
        assert_eq!(
            client("10.0.0.1", &["1.1.1.1, 198.51.100.7, 10.9.9.9"]),
            "198.51.100.7"
        );
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["198.51.100.7, nonsense"]), "10.0.0.1");
        assert_eq!(client("::ffff:10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
    }
}
