//! Copies a text to the clipboard.

use leptos::prelude::*;

use crate::context::hydrated;

/// A button that copies `text`. Shown once the page is live; before, the text can be selected.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What it is, for assistive technology: "Copy URL".
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let live = hydrated();
    let text = StoredValue::new(text);
    let copy = move |_| {
        text.with_value(|text| {
            let _ = window().navigator().clipboard().write_text(text);
        });
        copied.set(true);
        set_timeout(
            move || {
                copied.try_set(false);
            },
            std::time::Duration::from_secs(2),
        );
    };
    view! {
        <button type="button" class="button small" aria-label=label on:click=copy disabled=move || !live.get()>
            {move || if copied.get() { "Copied" } else { "Copy" }}
        </button>
    }
}
