//! Settings: this installation, API tokens, the audit trail.

mod api;
mod audit_page;
mod general_page;
mod tabs;
mod tokens_page;

pub use api::CreateToken;
pub use audit_page::AuditPage;
pub use general_page::GeneralPage;
pub use tokens_page::TokensPage;
