//! A description, shown with its formatting.

use leptos::prelude::*;

use crate::markdown::Markdown;

/// Formatted text. The only place that puts HTML on a page which is not written in a `view!`.
#[component]
pub fn Prose(
    /// The rendered text.
    text: Markdown,
) -> impl IntoView {
    view! { <div class="prose" inner_html=text.into_html()></div> }
}
