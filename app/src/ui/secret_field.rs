//! A secret: write-only. It says that it is set, when and by whom, and offers **Replace**.

use leptos::prelude::*;
use model::{
    secret_state::SecretState,
    secret_text::{REFERENCE_HINT, in_words},
};

use super::{
    stored_secret::{StoredSecret, replacing, set_by},
    text_field::TextField,
};

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
    let told = format!("{from}{}", set_by(&stored));
    let hint = format!("{} {reference_hint}", replacing(&stored));
    view! {
        <StoredSecret name label told>
            <TextField name label kind="password" autocomplete="new-password" hint=hint.trim_end().to_owned()/>
        </StoredSecret>
    }
    .into_any()
}
