//! Inbound users: the accounts external systems authenticate with.

pub mod api;
mod credential_form;
mod credentials;
mod form;
mod pages;
mod revoke;

pub use api::AddCredential;
pub use pages::{InboundUserPage, InboundUsersPage, NewInboundUserPage};
pub use revoke::{RevokeCredentialPage, serves};
