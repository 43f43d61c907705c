//! A secret of several lines, such as a private key: write-only, like a password.

use leptos::prelude::*;
use model::secret_state::SecretState;

use super::{form_state::FormState, text_area::TextArea};

/// A private key of a record.
#[component]
pub fn SecretArea(
    /// Name of the field in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What may be told about the stored one.
    state: Option<SecretState>,
    /// Shown while it is empty.
    #[prop(into)]
    placeholder: String,
) -> impl IntoView {
    let Some(stored) = state else {
        return view! { <TextArea name label placeholder rows=4 mono=true write_only=true hint="Stored encrypted and never shown again."/> }.into_any();
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
                <TextArea name label placeholder rows=4 mono=true write_only=true hint=format!("Blank keeps the one that is set.{bound}")/>
            </details>
        </div>
    }
    .into_any()
}
