//! Connections: lists, the form, enabling and disabling, the connection test, variables.

mod all_page;
pub mod api;
mod aside;
mod choose_page;
mod connection_page;
mod duplicate;
mod enable_button;
mod endpoints;
mod fields_authentication;
mod fields_outbound;
mod form;
mod list_page;
mod new_page;
mod revoke;
mod steps;
mod switch_pages;
mod switch_panels;
mod table;
mod test_dialog;
mod test_page;
mod test_report;
mod token_api;
mod token_card;
mod variables;

pub use all_page::{AllConnectionsPage, inbound_row};
pub use choose_page::ChooseIntegrationPage;
pub use connection_page::ConnectionPage;
pub use duplicate::DuplicatePage;
pub use enable_button::DisableButton;
pub use list_page::ConnectionsPage;
pub use new_page::NewConnectionPage;
pub use revoke::RevokePage;
pub use switch_pages::{DisablePage, EnablePage};
pub use switch_panels::{Cancel, EnablePanel, finish};
pub use test_page::TestPage;
pub use token_api::BeginAuthorisation;
