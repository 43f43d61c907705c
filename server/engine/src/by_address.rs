//! Room that callers share: every address has a part of it, so that one that takes all it gets leaves the others theirs.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError, Weak},
};

use tokio::sync::Semaphore;

/// A semaphore per address, kept as long as somebody uses it.
pub struct ByAddress {
    permits: usize,
    shares: Mutex<HashMap<String, Weak<Semaphore>>>,
}

impl ByAddress {
    /// Each address gets so many permits.
    pub fn new(permits: usize) -> Self {
        Self {
            permits: permits.min(Semaphore::MAX_PERMITS),
            shares: Mutex::default(),
        }
    }

    /// The share of an address. All of an IPv6 network (/64) have one, because whoever has one address there has all.
    pub fn of(&self, address: &str) -> Arc<Semaphore> {
        let network = address
            .parse()
            .map_or_else(|_| address.to_owned(), |address| network(address).to_string());
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(share) = shares.get(&network).and_then(Weak::upgrade) {
            return share;
        }
        shares.retain(|_, share| share.strong_count() > 0);
        let share = Arc::new(Semaphore::new(self.permits));
        shares.insert(network, Arc::downgrade(&share));
        share
    }
}

/// The network that counts as one address: an IPv4 address itself, the /64 of an IPv6 address.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_one_share() {
        for (one, other, same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
        ] {
            let all = ByAddress::new(1);
            let (one, other) = (all.of(one), all.of(other));
            assert_eq!(Arc::ptr_eq(&one, &other), same, "{one:?} {other:?}");
        }
    }

    #[test]
    fn a_share_nobody_uses_is_forgotten() {
        let all = ByAddress::new(1);
        for number in 0..1000 {
            drop(all.of(&format!("192.0.2.{number}")));
        }
        assert_eq!(all.shares.lock().unwrap().len(), 1);
    }
}
