//! A switch: a native tick box with the role `switch`.

use leptos::prelude::*;
use model::forms;

use super::{form_state::FormState, text_field::FieldNotes};

/// A labelled switch with a line that says what it brings.
#[component]
pub fn SwitchField(
    /// Name of the field in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// Whether it is on.
    #[prop(optional)]
    on: bool,
    /// What it brings.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let state = FormState::here();
    let id = state.html_id(name);
    let invalid = state.invalid(name);
    let on = !state.value(name, forms::mark(on)).is_empty();
    view! {
        <div class="field switch-field">
            <label for=id.clone()>{label}</label>
            <input
                type="checkbox"
                role="switch"
                class="switch"
                id=id.clone()
                name=FormState::html_name(name)
                value="on"
                checked=on
                autocomplete="off"
                aria-describedby=format!("{id}-hint {id}-error")
                data-field=label
            />
            <FieldNotes id hint invalid/>
        </div>
    }
}
