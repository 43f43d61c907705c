//! Outbound messages of an integration, and sending one.

pub mod api;
mod form;
mod list_page;
mod message_page;
mod send;

pub use list_page::MessagesPage;
pub use message_page::{MessagePage, NewMessagePage};
