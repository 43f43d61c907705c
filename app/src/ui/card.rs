//! A card with a heading.

use leptos::prelude::*;

/// A section of a page.
#[component]
pub fn Card(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// A quiet line beside the heading.
    #[prop(optional, into)]
    note: String,
    /// Id, for links to the section.
    #[prop(optional)]
    id: Option<&'static str>,
    /// Without padding, for tables.
    #[prop(optional)]
    flush: bool,
    /// Buttons and pills at the right of the heading.
    #[prop(optional, into)]
    actions: Option<AnyView>,
    /// The content.
    children: Children,
) -> impl IntoView {
    // Without a note it only keeps actions at the right.
    let note =
        (!note.is_empty() || actions.is_some()).then(|| view! { <p class="muted grow min-w-0">{note}</p> });
    view! {
        <section class="card" id=id>
            <header>
                <h2>{title}</h2>
                {note}
                {actions}
            </header>
            <div class=if flush { "flush" } else { "in" }>{children()}</div>
        </section>
    }
}
