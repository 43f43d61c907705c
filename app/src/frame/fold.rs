//! Folds the navigation to its icons. This browser remembers it; it is applied before the first paint (`shell.rs`).

use leptos::prelude::*;

use crate::{
    context::hydrated,
    ui::icon::{Icon, IconView},
};

const ATTRIBUTE: &str = "data-navigation";
const FOLDED: &str = "folded";

/// Whether the navigation is folded.
#[derive(Clone, Copy)]
pub struct Fold {
    live: Signal<bool>,
    chosen: RwSignal<Option<bool>>,
}

impl Fold {
    /// As this browser remembers it, once the page is live.
    pub fn remembered() -> Self {
        Self {
            live: hydrated(),
            chosen: RwSignal::new(None),
        }
    }

    /// Whether it is folded now.
    pub fn is_folded(self) -> bool {
        self.chosen.get().unwrap_or_else(|| {
            self.live.get()
                && document()
                    .document_element()
                    .is_some_and(|root| root.get_attribute(ATTRIBUTE).as_deref() == Some(FOLDED))
        })
    }

    fn toggle(self) {
        let fold = !untrack(|| self.is_folded());
        if let Some(root) = document().document_element() {
            let _ = if fold {
                root.set_attribute(ATTRIBUTE, FOLDED)
            } else {
                root.remove_attribute(ATTRIBUTE)
            };
        }
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item("navigation", if fold { FOLDED } else { "open" });
        }
        self.chosen.set(Some(fold));
    }
}

/// The button at the foot of the navigation. There only once the page is live, and on wide screens.
#[component]
pub fn FoldButton(
    /// Whether it is folded.
    fold: Fold,
) -> impl IntoView {
    let label = move || {
        if fold.is_folded() {
            "Unfold navigation"
        } else {
            "Fold navigation"
        }
    };
    let expanded = move || if fold.is_folded() { "false" } else { "true" };
    view! {
        <button type="button" class="fold" aria-controls="navigation" aria-expanded=expanded title=label on:click=move |_| fold.toggle()>
            <IconView icon=Icon::Fold/>
            <span>{label}</span>
        </button>
    }
}
