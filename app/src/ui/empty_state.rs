//! An empty list says what the thing is for and has the button that makes the first one.

use leptos::prelude::*;

/// Shown in place of an empty list.
#[component]
pub fn EmptyState(
    /// What is not there yet: "No connections yet".
    #[prop(into)]
    title: String,
    /// What it is for.
    #[prop(into)]
    text: String,
    /// The way to the first one.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="empty-title">{title}</p>
            <p class="muted">{text}</p>
            {children.map(|children| view! { <p class="actions justify-center">{children()}</p> })}
        </div>
    }
}
