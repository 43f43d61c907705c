//! Everything Switchboard does, without HTTP server or interface.
//!
//! Every public operation takes the [`Engine`] and a proof of permission ([`Granted`]), checks its input with the
//! forms of `model`, and does its change and its audit entry in one database transaction. Clock, identifiers and
//! randomness come from [`clock::Clock`], so that tests own time.

pub use egress;

pub mod api_tokens;
pub mod applications;
pub mod audit;
pub mod by_address;
pub mod changes;
pub mod clock;
pub mod connection_tests;
pub mod connections;
mod departure;
mod destination;
mod engine;
mod error;
mod example_call;
pub mod expiry;
pub mod inbound;
pub mod inbound_credentials;
pub mod inbound_users;
pub mod installation;
pub mod integrations;
pub mod keys;
pub mod mask;
pub mod messages;
pub mod notifications;
pub mod oauth_clients;
pub mod oauth_profiles;
mod outbound;
pub mod overview;
mod passwords;
pub mod permission;
pub mod processes;
pub mod protocol_profiles;
mod readiness;
mod recent;
mod record_edit;
mod record_names;
mod recorded;
pub mod redaction;
pub mod regular_file;
pub mod sample;
pub mod sending;
pub mod tasks;
pub mod token_endpoint;
pub mod tokens;
pub mod transactions;
pub mod upkeep;
pub mod users;
pub mod variables;
mod vault;
pub mod warnings;

pub use engine::{Engine, MailServer, SecretSources, Settings};
pub use error::{Error, Result};
pub use permission::{Actor, Granted};
pub use secrecy::{ExposeSecret, SecretString};
