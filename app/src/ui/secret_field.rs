//! A secret: write-only. It says that it is set, when and by whom, and offers **Replace**.

use leptos::prelude::*;
use model::{
    secret_state::SecretState,
    secret_text::{REFERENCE_HINT, in_words},
};

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
    /// Whether it may be a reference to a secret that is kept elsewhere.
    #[prop(optional)]
    referable: bool,
) -> impl IntoView {
    let reference_hint = if referable { REFERENCE_HINT } else { "" };
    let Some(stored) = state else {
        let hint = format!("Stored encrypted and never shown again. {reference_hint}");
        return view! { <TextField name label kind="password" autocomplete="new-password" hint=hint.trim_end().to_owned()/> }.into_any();
    };
    let from = if stored.reference.is_empty() {
        String::new()
    } else {
        format!("{}. ", in_words(&stored.reference))
    };
    let bound = if stored.origin.is_empty() {
        String::new()
    } else {
        format!(" It is sent to {} only.", stored.origin)
    };
    let invalid = FormState::here().invalid(name);
    view! {
        <div class="secret">
            <p><span class="secret-label">{label}</span> " " <span class="muted">{format!("{from}Set on {} by {}", stored.set_at.date(), stored.set_by)}</span></p>
            <details open=move || invalid.get().is_some()>
                <summary class="button small" role="button">"Replace"</summary>
                <TextField name label kind="password" autocomplete="new-password" hint=format!("Blank keeps the one that is set.{bound} {reference_hint}").trim_end().to_owned()/>
            </details>
        </div>
    }
    .into_any()
}
