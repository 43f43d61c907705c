//! There is no such page.

use leptos::prelude::*;

use crate::{AppError, ui::error_panel::ErrorPanel};

/// Shown for unknown addresses, with the status that says so.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    crate::server::set_status(404);
    view! { <main id="content"><ErrorPanel error=AppError::NotFound("page".into())/></main> }
}
