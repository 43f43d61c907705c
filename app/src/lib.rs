//! What the designer sees: every page of Switchboard, rendered on the server and made live in the browser.
//!
//! One folder per area. Each has its pages, its forms and an `api.rs` with the server functions they call. The base
//! components are in [`ui`], the navigation around every page in [`frame`], the paths in [`routes`].

#![recursion_limit = "512"]

mod address;
mod api_reference;
mod applications;
mod connections;
mod context;
mod dashboard;
mod deletion;
mod entrance;
mod error;
mod expiry;
mod frame;
mod inbound_users;
mod integrations;
pub mod leading_away;
mod live;
mod markdown;
mod messages;
mod notifications;
mod oauth_clients;
mod processes;
mod profiles;
pub mod refused;
pub mod routes;
#[cfg(feature = "ssr")]
mod server;
mod settings;
mod shell;
pub mod shown_once;
mod transactions;
mod typed;
mod ui;

#[cfg(feature = "ssr")]
pub use api_reference::{ApiDocument, ProblemKind};
pub use error::AppError;
#[cfg(feature = "ssr")]
pub use server::csp_nonce;
pub use shell::{App, ShellAssets, shell};
