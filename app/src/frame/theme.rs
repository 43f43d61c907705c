//! Light, dark, or as the system says.

use leptos::prelude::*;

use crate::context::hydrated;

/// Three buttons that choose the theme of this browser. Without JavaScript the system's setting holds.
#[component]
pub fn ThemeChoice() -> impl IntoView {
    let live = hydrated();
    let chosen = RwSignal::new(None::<String>);
    let current = move || {
        chosen.get().unwrap_or_else(|| {
            if !live.get() {
                return "system".to_owned();
            }
            let root = document().document_element();
            root.and_then(|root| root.get_attribute("data-theme"))
                .unwrap_or_else(|| "system".into())
        })
    };
    let choose = move |theme: &'static str| {
        if let Some(root) = document().document_element() {
            let _ = if theme == "system" {
                root.remove_attribute("data-theme")
            } else {
                root.set_attribute("data-theme", theme)
            };
        }
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item("theme", theme);
        }
        chosen.set(Some(theme.into()));
    };
    let buttons = [("light", "Light"), ("dark", "Dark"), ("system", "System")]
        .into_iter()
        .map(|(theme, label)| {
            view! {
                <button type="button" class="segment" aria-pressed=move || if current() == theme { "true" } else { "false" } on:click=move |_| choose(theme)>
                    {label}
                </button>
            }
        })
        .collect_view();
    view! { <div class="segments" role="group" aria-label="Theme">{buttons}</div> }
}
