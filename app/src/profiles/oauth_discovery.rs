//! **Find URLs from the issuer**: asks the provider what it says about itself, and fills it in.

use leptos::{ev, prelude::*, server_fn::ServerFn, task::spawn_local};

use super::{
    api::{self, DiscoverProvider},
    oauth_preset::{typed_form, write_form},
};
use crate::{AppError, context::hydrated, typed::Typed, ui::form_state::FormState};

/// The button beside the issuer, and what came of it.
#[component]
pub fn DiscoveryButton(
    /// What was found when the page was asked for, without JavaScript.
    said: String,
) -> impl IntoView {
    let state = FormState::here();
    let live = hydrated();
    let pending = RwSignal::new(false);
    let said = RwSignal::new(said);
    let find = move |event: ev::MouseEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        said.set(String::new());
        spawn_local(async move {
            let found = api::discover_provider(Typed(typed_form())).await;
            pending.try_set(false);
            match found {
                Ok(found) => {
                    state.error.try_set(None);
                    write_form(&found.form);
                    said.try_set(found.said);
                }
                Err(error @ AppError::Invalid(_)) => {
                    state.error.try_set(Some(error));
                }
                Err(error) => {
                    said.try_set(error.to_string());
                }
            }
        });
    };
    view! {
        <p class="row">
            // Before the page is live it sends the whole form; afterwards it must not be what Enter presses.
            <button
                type=move || if live.get() { "button" } else { "submit" }
                class="button small"
                formaction=DiscoverProvider::url()
                aria-disabled=move || pending.get().then_some("true")
                on:click=find
            >
                "Find URLs from the issuer"
            </button>
            <span class="muted small" role="status">{move || if pending.get() { "Asking the provider…".to_owned() } else { said.get() }}</span>
        </p>
    }
}
