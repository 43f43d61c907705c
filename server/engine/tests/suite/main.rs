//! What the engine does, from outside: on a fresh database each, with peers on loopback.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod allowed_ways;
mod becoming_secret;
mod certificates;
mod connection_tests;
mod connections;
mod discovery;
mod editors;
mod explaining;
mod guessing;
mod idempotency;
mod inbound_credentials;
mod inbound_signatures;
mod installations;
mod masks;
mod oauth_attacks;
mod oauth_profiles;
mod own_tokens;
mod receiving;
mod references;
mod sending;
mod stuck;
mod support;
mod swapped_secrets;
mod token_binding;
mod token_consent;
mod token_lease;
mod token_life;
mod token_pauses;
mod waiting;
mod warnings;
