//! OAuth clients: external systems that fetch tokens at our token endpoint.

pub mod api;
mod form;
mod pages;
mod revoke;
mod secrets;

pub use api::NewSecret;
pub use pages::{NewOauthClientPage, OauthClientPage, OauthClientsPage};
pub use revoke::RevokeSecretPage;
