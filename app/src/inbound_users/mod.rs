//! Inbound users: the accounts external systems authenticate with.

pub mod api;
mod form;
mod pages;

pub use pages::{InboundUserPage, InboundUsersPage, NewInboundUserPage};
