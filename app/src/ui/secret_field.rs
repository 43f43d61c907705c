//! A secret: write-only. It says that it is set, when and by whom, and offers **Replace**.

use leptos::prelude::*;
use model::secret_state::SecretState;

use super::{form_state::FormState, text_field::TextField};

/// A password, key or token of a record.
#[component]
pub fn SecretField(
    /// Name of the field in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What may be told about the stored one.
    state: Option<SecretState>,
) -> impl IntoView {
    let Some(stored) = state else {
        return view! { <TextField name label kind="password" autocomplete="new-password" hint="Stored encrypted and never shown again."/> }.into_any();
    };
    let bound = if stored.origin.is_empty() {
        String::new()
    } else {
        format!(" It is sent to {} only.", stored.origin)
    };
    let invalid = FormState::here().invalid(name);
    view! {
        <div class="secret">
            <p><span class="secret-label">{label}</span> " " <span class="muted">{format!("Set on {} by {}", stored.set_at.date(), stored.set_by)}</span></p>
            <details open=move || invalid.get().is_some()>
                <summary class="button small" role="button">"Replace"</summary>
                <TextField name label kind="password" autocomplete="new-password" hint=format!("Blank keeps the one that is set.{bound}")/>
            </details>
        </div>
    }
    .into_any()
}
