//! The program from outside: started as people start it, spoken to over HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod api_reference;
mod background;
mod bad_api;
mod bad_inbound;
mod crowds;
mod events;
mod functions;
mod gate;
mod https;
mod idempotency;
mod inbound;
mod inbound_credentials;
mod installation;
mod keys;
mod markup;
mod memory;
mod oauth;
mod oauth_attacks;
mod practice;
mod profiles;
mod rest;
mod support;
mod tls;
mod token_attacks;
mod token_endpoint;
