//! Integrations: one process connected with one external system.

pub mod api;
mod diagram;
mod enable;
mod form;
mod head;
mod list_page;
mod overview_page;
mod settings_page;
mod variables_page;

pub use enable::EnableIntegrationPage;
pub use head::IntegrationHead;
pub use list_page::IntegrationsPage;
pub use overview_page::OverviewPage;
pub use settings_page::{NewIntegrationPage, SettingsPage};
pub use variables_page::VariablesPage;
