//! OAuth profiles and protocol profiles.

pub mod api;
mod certificates;
mod oauth_client;
mod oauth_discovery;
mod oauth_form;
mod oauth_guide;
mod oauth_pages;
mod oauth_preset;
mod oauth_request;
mod protocol_form;
mod protocol_pages;

pub use api::{DiscoverProvider, SaveOauthProfile};
pub use oauth_pages::{NewOauthProfilePage, OauthProfilePage, OauthProfilesPage};
pub use protocol_pages::{NewProtocolProfilePage, ProtocolProfilePage, ProtocolProfilesPage};
