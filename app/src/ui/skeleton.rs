//! Keeps the layout while a page loads.

use leptos::prelude::*;

/// Grey lines in place of content.
#[component]
pub fn Skeleton() -> impl IntoView {
    view! {
        <div class="skeleton" aria-busy="true" aria-label="Loading">
            <div class="bone title"></div>
            <div class="bone"></div>
            <div class="bone block"></div>
        </div>
    }
}
