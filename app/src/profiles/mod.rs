//! OAuth profiles and protocol profiles.

pub mod api;
mod oauth_form;
mod oauth_pages;
mod protocol_form;
mod protocol_pages;

pub use oauth_pages::{NewOauthProfilePage, OauthProfilePage, OauthProfilesPage};
pub use protocol_pages::{NewProtocolProfilePage, ProtocolProfilePage, ProtocolProfilesPage};
