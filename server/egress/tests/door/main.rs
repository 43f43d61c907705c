//! The door against real servers on loopback.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod answers;
mod bad_chains;
mod certificates;
mod client_certificates;
mod failures;
mod guard;
mod handshakes;
mod minimum_version;
mod nginx;
mod programs;
mod s_server;
mod servers;
mod tls_servers;
mod weak_servers;
