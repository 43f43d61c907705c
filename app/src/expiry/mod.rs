//! The expiry radar.

mod api;
mod page;

pub use page::ExpiryPage;
