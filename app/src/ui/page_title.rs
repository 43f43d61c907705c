//! The title of the browser's tab.

use leptos::prelude::*;
use leptos_meta::Title;

use super::escapable_text::escapable_text;

/// Sets the title of the tab. The only way to do so: `leptos_meta` writes `<title>` without escaping it.
#[component]
pub fn PageTitle(
    /// The name of the page, as plain text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <Title text=escapable_text(&text)/> }
}

/// Adds the name of the program to the title of every page.
#[component]
pub fn TitleOfEveryPage() -> impl IntoView {
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Switchboard".to_owned() } else { format!("{title} · Switchboard") }/>
    }
}
