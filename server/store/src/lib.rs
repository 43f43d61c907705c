//! The only SQL of Switchboard. Every statement is written once and runs on SQLite and on PostgreSQL.
//!
//! Reads take `impl Into<Reader>`: `&db`, or `&mut *tx` inside a write. Writes take `&mut Tx`, which
//! [`Db::write`] hands to a closure. One file per table family; no rule and no permission lives here.
//!
//! To add a table: a migration of the same name for both databases (migrations/), a line in `migrations.rs`,
//! a file here with `columns!`, `read` and the functions, and, for foreign keys, its name in `foreign_key.rs`.

mod cleanse;
mod database_files;
mod db;
mod dialect;
mod error;
mod foreign_key;
mod job;
mod migrations;
mod reader;
mod row;
mod statement;
mod tx;
mod value;
mod writer;

pub mod api_token;
pub mod application;
pub mod audit;
pub mod channel;
pub mod connection;
pub mod connection_test;
pub mod data_key;
pub mod evidence;
pub mod guess;
pub mod http_request;
pub mod inbound_credential;
pub mod inbound_user;
pub mod incident;
pub mod installation;
pub mod integration;
pub mod issued_token;
pub mod message;
pub mod notice;
pub mod oauth_client;
pub mod oauth_profile;
pub mod overview;
pub mod process;
pub mod protocol_profile;
pub mod recorded_text;
pub mod redaction;
pub mod refused_call;
pub mod secret;
pub mod seen_signature;
pub mod session;
pub mod token;
pub mod transaction;
pub mod user;
pub mod variable;
pub mod write_proof;

pub use db::Db;
pub use dialect::sqlite_version_ok;
pub use error::{Error, Result};
pub use futures::future::BoxFuture;
pub use reader::Reader;
pub use tx::Tx;
