//! Processes: the business processes being integrated, and their inbound endpoints.

pub mod api;
mod api_name;
mod endpoint_page;
mod form;
mod list_page;
mod paste;
mod process_page;

pub use api::ExplainRequest;
pub use endpoint_page::EndpointPage;
pub use list_page::ProcessesPage;
pub use process_page::{NewProcessPage, ProcessPage};
