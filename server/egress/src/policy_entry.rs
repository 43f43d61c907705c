//! Reading one entry of `SWITCHBOARD_ALLOWED_TARGETS`. Strict: what could mean two things is refused.

use std::net::IpAddr;

use ipnet::IpNet;

/// Why the setting was refused; each text names the entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    #[error("\"{0}\" is neither an address, a network in CIDR notation nor a host name")]
    NotATarget(String),
    #[error("\"{entry}\" is not the beginning of its network; write {network}")]
    HostBits { entry: String, network: String },
    #[error("\"{entry}\" is a shortened address; write {address}")]
    ShortAddress { entry: String, address: IpAddr },
    #[error("\"{0}\" is a URL; write only its host name or address")]
    Url(String),
    #[error("\"{0}\" holds a wildcard; list each host name")]
    Wildcard(String),
}

/// One entry, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// Also a network of one address: only this form allows link-local and metadata addresses.
    Single(IpAddr),
    Network(IpNet),
    /// Lower case, without the final dot.
    Host(String),
}

impl Entry {
    /// Reads a trimmed, non-empty entry.
    pub(crate) fn parse(text: &str) -> Result<Self, PolicyError> {
        let bare = text
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
            .unwrap_or(text);
        if let Ok(address) = bare.parse::<IpAddr>() {
            return Ok(Self::Single(address.to_canonical()));
        }
        if text.contains("://") {
            return Err(PolicyError::Url(text.into()));
        }
        if text.contains('/') {
            return Self::network(text);
        }
        Self::host(text)
    }

    fn network(text: &str) -> Result<Self, PolicyError> {
        let network: IpNet = text.parse().map_err(|_| PolicyError::NotATarget(text.into()))?;
        if network.trunc() != network {
            let network = network.trunc().to_string();
            return Err(PolicyError::HostBits {
                entry: text.into(),
                network,
            });
        }
        let network = unmapped(network);
        if network.prefix_len() == network.max_prefix_len() {
            return Ok(Self::Single(network.addr()));
        }
        Ok(Self::Network(network))
    }

    fn host(text: &str) -> Result<Self, PolicyError> {
        if text.contains('*') {
            return Err(PolicyError::Wildcard(text.into()));
        }
        match url::Host::parse(text) {
            Ok(url::Host::Domain(name)) => Ok(Self::Host(plain_name(&name))),
            Ok(url::Host::Ipv4(address)) => Err(PolicyError::ShortAddress {
                entry: text.into(),
                address: address.into(),
            }),
            Ok(url::Host::Ipv6(_)) | Err(_) => Err(PolicyError::NotATarget(text.into())),
        }
    }
}

/// A host name as the policy compares it: lower case, without the final dot.
pub(crate) fn plain_name(host: &str) -> String {
    host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase()
}

/// Checked addresses are unmapped first, so a network of IPv4-mapped addresses has to be the IPv4 network.
fn unmapped(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else {
        return network;
    };
    let Some(address) = mapped.addr().to_ipv4_mapped() else {
        return network;
    };
    mapped
        .prefix_len()
        .checked_sub(96)
        .and_then(|prefix| ipnet::Ipv4Net::new(address, prefix).ok())
        .map_or(network, IpNet::V4)
}
