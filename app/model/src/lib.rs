//! The shared vocabulary of Switchboard: records, newtypes, form checks, states and permissions.
//!
//! Everything here is plain data that compiles to WASM: the browser, the server, the REST API and the
//! documentation read the same types and the same rules. Nothing here does input or output.

pub mod activation;
pub mod api_token;
pub mod application;
pub mod audit;
pub mod certificate;
pub mod choice;
pub mod command_line;
pub mod comparison;
pub mod connection;
pub mod connection_form;
pub mod connection_status;
pub mod connection_test;
pub mod data_key;
pub mod expiry;
pub mod explanation;
pub mod field_errors;
pub mod forms;
pub mod id;
pub mod inbound_credential;
pub mod inbound_user;
pub mod incident;
pub mod installation;
pub mod integration;
pub mod message;
pub mod names;
pub mod notification;
pub mod oauth_client;
pub mod oauth_discovery;
pub mod oauth_preset_fill;
pub mod oauth_presets;
pub mod oauth_profile_form;
pub mod origin;
pub mod overview;
pub mod permission;
pub mod problem;
pub mod process;
pub mod profile;
pub mod redaction;
pub mod secret_state;
pub mod secret_text;
pub mod target_url;
pub mod timestamp;
pub mod token;
pub mod transaction;
pub mod user;
pub mod variable;

pub use field_errors::{FieldErrors, Invalid};
pub use timestamp::Timestamp;
