//! The Name phase: asking the system's resolver, once. The addresses it gives are checked and dialled; the
//! name is never asked for again, so that a second, different answer cannot slip in (DNS rebinding).

use std::{
    net::{SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use tokio::sync::Semaphore;

use crate::{
    failure::Failure,
    policy::{Forbidden, Policy},
};

/// Look-ups at once. A look-up blocks a thread and cannot be cancelled: with a dead name server they would
/// otherwise take all threads the program has for blocking work.
pub(crate) const LOOKUPS_AT_ONCE: usize = 64;

/// The addresses of `host`, each once, in the resolver's order of preference.
pub(crate) async fn lookup(
    host: &str,
    port: u16,
    slots: &Arc<Semaphore>,
) -> Result<Vec<SocketAddr>, Failure> {
    let unknown = |temporary| Failure::UnknownHost {
        host: host.to_owned(),
        temporary,
    };
    let slot = slots.clone().acquire_owned().await.map_err(|_| unknown(true))?;
    let question = (host.to_owned(), port);
    let answer = tokio::task::spawn_blocking(move || {
        // Held by the thread, not by the caller, who may have given up meanwhile.
        let _slot = slot;
        question.to_socket_addrs()
    });
    let found = answer
        .await
        .map_err(|_| unknown(true))?
        .map_err(|error| unknown(is_temporary(&error)))?;
    let mut addresses: Vec<SocketAddr> = Vec::new();
    for address in found {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    if addresses.is_empty() {
        Err(unknown(false))
    } else {
        Ok(addresses)
    }
}

/// The standard library keeps only the text of the resolver's error (EAI_AGAIN).
fn is_temporary(error: &std::io::Error) -> bool {
    error.to_string().contains("emporary failure")
}

/// Those of `addresses` that may be dialled; the first refusal when none may.
pub(crate) fn allowed(
    policy: &Policy,
    host: &str,
    addresses: &[SocketAddr],
) -> Result<Vec<SocketAddr>, Forbidden> {
    let mut refusal = None;
    let mut allowed = Vec::with_capacity(addresses.len());
    for address in addresses {
        match policy.check_address(host, address.ip()) {
            Ok(()) => allowed.push(*address),
            Err(forbidden) => {
                refusal.get_or_insert(forbidden);
            }
        }
    }
    match refusal {
        Some(forbidden) if allowed.is_empty() => Err(forbidden),
        _ => Ok(allowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_allowed_addresses_are_left_and_none_is_a_refusal() {
        let mixed: Vec<SocketAddr> = ["10.0.0.5:443", "93.184.216.34:443", "[fe80::1]:443"]
            .map(|text| text.parse().expect("an address"))
            .into();
        let policy = Policy::default();
        assert_eq!(
            allowed(&policy, "mixed.example", &mixed).expect("one is allowed"),
            [mixed[1]]
        );
        let refusal = allowed(&policy, "inside.example", &mixed[..1]).expect_err("refused");
        assert_eq!(refusal.address, mixed[0].ip());
        let text = refusal.to_string();
        assert!(
            text.contains("inside.example (10.0.0.5)") && text.contains(crate::SETTING),
            "{text}"
        );
    }
}
