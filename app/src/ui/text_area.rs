//! Several lines of text.

use leptos::prelude::*;

use super::{escapable_text::escapable_text, form_state::FormState, text_field::FieldNotes};

/// A labelled text area with its hint and its error.
#[component]
pub fn TextArea(
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
    /// Visible lines.
    #[prop(default = 3)]
    rows: u32,
    /// Monospaced.
    #[prop(optional)]
    mono: bool,
    /// A secret: what was typed is wiped once it is saved.
    #[prop(optional)]
    write_only: bool,
) -> impl IntoView {
    let state = FormState::here();
    let id = state.html_id(name);
    let invalid = state.invalid(name);
    let value = content(&state.value(name, value));
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <textarea
                class="input area"
                class:mono=mono
                id=id.clone()
                name=FormState::html_name(name)
                rows=rows
                placeholder=placeholder
                spellcheck=mono.then_some("false")
                aria-invalid=move || invalid.get().is_some().then_some("true")
                aria-describedby=format!("{id}-hint {id}-error")
                data-field=label
                data-write-only=write_only.then_some("")
            >
                {value}
            </textarea>
            <FieldNotes id hint invalid/>
        </div>
    }
}

/// The text between the tags.
#[cfg(feature = "ssr")]
fn content(value: &str) -> String {
    // HTML drops one line break after the start tag: this one, so that a text which begins with one keeps its own.
    format!("\n{}", escapable_text(value))
}

/// The text of the node, which no parser reads.
#[cfg(not(feature = "ssr"))]
fn content(value: &str) -> String {
    escapable_text(value)
}
