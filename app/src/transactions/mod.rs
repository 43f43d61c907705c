//! Transactions: the log of messages, and everything that happened to one.

pub mod api;
mod list_page;
mod request;
mod since;
mod table;
mod transaction_page;

pub use list_page::TransactionsPage;
pub use table::TransactionTable;
pub use transaction_page::TransactionPage;
