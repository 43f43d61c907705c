//! Settings: this installation, API tokens, keys, the audit trail.

mod api;
mod audit_page;
mod general_page;
mod keys_page;
pub mod tabs;
mod tokens_page;

pub use api::CreateToken;
pub use audit_page::AuditPage;
pub use general_page::GeneralPage;
pub use keys_page::KeysPage;
pub use tokens_page::TokensPage;
