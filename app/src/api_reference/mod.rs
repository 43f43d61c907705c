//! `/docs/api`: the REST API as a page, made from its OpenAPI document, and the kinds of problems it answers with.

mod api;
mod page;
#[cfg(feature = "ssr")]
mod read;
mod reference;

pub use page::ApiReferencePage;
#[cfg(feature = "ssr")]
pub use reference::ProblemKind;

/// What the page is made from. The server puts it into the context of every request.
#[cfg(feature = "ssr")]
#[derive(Clone, Copy)]
pub struct ApiDocument {
    /// OpenAPI 3.1 as JSON.
    pub openapi: &'static str,
    /// Every kind of refusal.
    pub problems: &'static [ProblemKind],
}
