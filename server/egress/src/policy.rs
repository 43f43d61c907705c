//! Which addresses Switchboard may call: public ones, and what `SWITCHBOARD_ALLOWED_TARGETS` adds.

use std::{collections::HashSet, net::IpAddr};

use ipnet::IpNet;

use crate::{
    policy_entry::{Entry, PolicyError, plain_name},
    ranges,
};

/// The setting that every refusal names.
pub const SETTING: &str = "SWITCHBOARD_ALLOWED_TARGETS";

/// The allowed targets. [`Policy::default`] allows public addresses only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    addresses: HashSet<IpAddr>,
    networks: Vec<IpNet>,
    hosts: HashSet<String>,
}

/// A target that may not be called.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("Switchboard may not call {}: {}.", self.target(), self.explanation())]
pub struct Forbidden {
    /// As the URL names it.
    pub host: String,
    /// The address that was refused; the first, when the name has several and none is allowed.
    pub address: IpAddr,
    pub reason: ForbiddenReason,
}

/// Why an address may not be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForbiddenReason {
    /// Private, loopback, reserved: allowed once its network, address or host name is listed.
    NotPublic,
    /// Link-local or a metadata service: allowed only when listed as a single address.
    LinkLocalOrMetadata,
}

impl Forbidden {
    fn target(&self) -> String {
        if self.host == self.address.to_string() {
            self.host.clone()
        } else {
            format!("{} ({})", self.host, self.address)
        }
    }

    fn explanation(&self) -> String {
        match self.reason {
            ForbiddenReason::NotPublic => {
                format!("the address is not public and {SETTING} does not list it")
            }
            ForbiddenReason::LinkLocalOrMetadata => format!(
                "the address is link-local or belongs to a metadata service, and {SETTING} does not list it as a single address"
            ),
        }
    }

    /// What an administrator can do about it.
    pub fn next_step(&self) -> String {
        let entry = match self.reason {
            ForbiddenReason::NotPublic if self.host != self.address.to_string() => {
                format!("{}, its network or {}", self.address, self.host)
            }
            ForbiddenReason::NotPublic => format!("{} or its network", self.address),
            ForbiddenReason::LinkLocalOrMetadata => format!("exactly {}", self.address),
        };
        format!(
            "Correct the Endpoint URL; or, if this system is meant, an administrator adds {entry} to {SETTING} and restarts Switchboard."
        )
    }
}

impl Policy {
    /// Reads the setting: networks in CIDR notation, single addresses and host names, separated by commas.
    ///
    /// A host name allows exactly that name, whatever address it has, link-local and metadata addresses
    /// excepted. Empty text allows public addresses only.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut policy = Self::default();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            match Entry::parse(entry)? {
                Entry::Single(address) => {
                    policy.addresses.insert(address);
                }
                Entry::Network(network) => policy.networks.push(network),
                Entry::Host(name) => {
                    policy.hosts.insert(name);
                }
            }
        }
        Ok(policy)
    }

    /// Whether `address`, found for `host` (a name, or the address itself), may be dialled.
    pub fn check_address(&self, host: &str, address: IpAddr) -> Result<(), Forbidden> {
        let refused = |reason| {
            Err(Forbidden {
                host: plain_name(host),
                address,
                reason,
            })
        };
        let address = address.to_canonical();
        let destination = ranges::destination(address);
        let listed = |face| self.addresses.contains(&face);
        if !listed(address) && ranges::is_never_allowed(address, listed) {
            return refused(ForbiddenReason::LinkLocalOrMetadata);
        }
        let allowed = ranges::is_public(destination)
            || self.lists(address)
            || self.lists(destination)
            || self.hosts.contains(&plain_name(host));
        if allowed {
            Ok(())
        } else {
            refused(ForbiddenReason::NotPublic)
        }
    }

    fn lists(&self, address: IpAddr) -> bool {
        self.addresses.contains(&address) || self.networks.iter().any(|network| network.contains(&address))
    }
}

#[cfg(test)]
#[path = "policy_tests.rs"]
mod tests;
