//! A secret of several lines, such as a private key: write-only, like a password.

use leptos::prelude::*;
use model::secret_state::SecretState;

use super::{
    stored_secret::{StoredSecret, replacing, set_by},
    text_area::TextArea,
};

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
    view! {
        <StoredSecret name label told=set_by(&stored)>
            <TextArea name label placeholder rows=4 mono=true write_only=true hint=replacing(&stored)/>
        </StoredSecret>
    }
    .into_any()
}
