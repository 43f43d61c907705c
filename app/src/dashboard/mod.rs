//! The dashboard: what runs, what failed, what to do next.

mod api;
mod chart;
mod first_steps;
mod page;

pub use page::DashboardPage;
