//! What is told of a secret that is set, and the field that replaces it.

use leptos::prelude::*;
use model::secret_state::SecretState;

use super::form_state::FormState;

/// When the secret was set and by whom, with its field behind **Replace**.
#[component]
pub fn StoredSecret(
    /// Name of the field in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What may be told about it.
    #[prop(into)]
    told: String,
    /// The field.
    children: Children,
) -> impl IntoView {
    let invalid = FormState::here().invalid(name);
    view! {
        <div class="secret">
            <p><span class="secret-label">{label}</span> " " <span class="muted">{told}</span></p>
            <details open=move || invalid.get().is_some()>
                <summary class="button small" role="button">"Replace"</summary>
                {children()}
            </details>
        </div>
    }
}

/// `Set on 12 Nov 2026 by ann`.
pub fn set_by(stored: &SecretState) -> String {
    format!("Set on {} by {}", stored.set_at.date(), stored.set_by)
}

/// What the field says that replaces it: where the secret goes.
pub fn replacing(stored: &SecretState) -> String {
    let bound = if stored.origin.is_empty() {
        String::new()
    } else {
        format!(" It is sent to {} only.", stored.origin)
    };
    format!("Blank keeps the one that is set.{bound}")
}
