//! Inbound users: the accounts external systems authenticate with.

pub mod api;
mod credential_form;
mod credentials;
mod form;
mod pages;

pub use api::AddCredential;
pub use pages::{InboundUserPage, InboundUsersPage, NewInboundUserPage};
