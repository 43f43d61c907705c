//! One line of text.

use leptos::prelude::*;

use super::form_state::FormState;

/// A labelled input with its hint and its error.
#[component]
pub fn TextField(
    /// Name of the field in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What is stored.
    #[prop(optional, into)]
    value: String,
    /// What it is for, below the input.
    #[prop(optional, into)]
    hint: String,
    /// Shown while it is empty.
    #[prop(optional, into)]
    placeholder: String,
    /// Type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// What browsers may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Monospaced, for URLs, keys and names that machines read.
    #[prop(optional)]
    mono: bool,
    /// Whether it must be filled in; said to assistive technology.
    #[prop(optional)]
    required: bool,
    /// Gets the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let state = FormState::here();
    let id = state.html_id(name);
    let invalid = state.invalid(name);
    let value = if kind == "password" {
        String::new()
    } else {
        state.value(name, value)
    };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                class="input"
                class:mono=mono
                id=id.clone()
                name=FormState::html_name(name)
                type=kind
                value=value
                placeholder=placeholder
                autocomplete=autocomplete
                autofocus=autofocus
                spellcheck=mono.then_some("false")
                aria-required=required.then_some("true")
                aria-invalid=move || invalid.get().is_some().then_some("true")
                aria-describedby=format!("{id}-hint {id}-error")
                data-field=label
            />
            <FieldNotes id hint invalid/>
        </div>
    }
}

/// The hint and the error below a field.
#[component]
pub fn FieldNotes(
    /// Id of the field.
    id: String,
    /// What it is for.
    hint: String,
    /// What is wrong with it.
    invalid: Signal<Option<String>>,
) -> impl IntoView {
    let error_id = format!("{id}-error");
    view! {
        {(!hint.is_empty()).then(|| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
        {move || invalid.get().map(|text| view! { <p class="field-error" id=error_id.clone()>{text}</p> })}
    }
}
