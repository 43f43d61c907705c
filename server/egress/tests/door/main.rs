//! The door against real servers on loopback.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod certificates;
mod failures;
mod guard;
mod handshakes;
mod servers;
mod tls_servers;
