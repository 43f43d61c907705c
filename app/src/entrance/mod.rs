//! Before the frame: logging in and out, and the first set-up.

mod api;
mod log_out;
mod login_page;
mod setup_page;

pub use log_out::LogOut;
pub use login_page::LoginPage;
pub use setup_page::SetupPage;
