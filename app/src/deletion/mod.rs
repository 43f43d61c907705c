//! Deleting: a dialog names what goes along and asks for the name.

mod api;
mod button;
mod page;
mod panel;

pub use api::Deletable;
pub use button::DeleteButton;
pub use page::DeletePage;
