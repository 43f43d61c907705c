//! A choice from a list.

use leptos::prelude::*;

use super::{form_state::FormState, text_field::FieldNotes};

/// A labelled native select with its hint and its error.
#[component]
pub fn SelectField(
    /// Name of the field in the form.
    name: &'static str,
    /// Its label.
    label: &'static str,
    /// What is stored: the word of one of the choices.
    #[prop(optional, into)]
    value: String,
    /// Word and label of each choice, in order.
    choices: Vec<(String, String)>,
    /// Label of the blank choice; without one there is none.
    #[prop(optional, into)]
    blank: Option<String>,
    /// Choices as they are now, when others may come while the page is open.
    #[prop(optional, into)]
    fresh: Option<Signal<Vec<(String, String)>>>,
    /// What it is for, below the input.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let state = FormState::here();
    let id = state.html_id(name);
    let invalid = state.invalid(name);
    let value = state.value(name, value);
    let first: Vec<String> = choices.iter().map(|(word, _)| word.clone()).collect();
    let came = fresh.map(|fresh| {
        let came = move || {
            let mut came = fresh.get();
            came.retain(|(word, _)| !first.contains(word));
            came
        };
        view! {
            <For each=came key=|(word, _)| word.clone() let:choice>
                <option value=choice.0>{choice.1}</option>
            </For>
        }
    });
    let blank = blank.map(|label| (String::new(), label));
    let options = blank
        .into_iter()
        .chain(choices)
        .map(|(word, label)| {
            let chosen = word == value;
            view! { <option value=word selected=chosen>{label}</option> }
        })
        .collect_view();
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <select
                class="input"
                id=id.clone()
                name=FormState::html_name(name)
                autocomplete="off"
                aria-invalid=move || invalid.get().is_some().then_some("true")
                aria-describedby=format!("{id}-hint {id}-error")
                data-field=label
            >
                {options}
                {came}
            </select>
            <FieldNotes id hint invalid/>
        </div>
    }
}

/// Word and label of every value of a `choice!`.
macro_rules! choices_of {
    ($choice:ty) => {
        <$choice>::ALL
            .iter()
            .map(|value| (value.word().to_owned(), value.label().to_owned()))
            .collect::<Vec<_>>()
    };
}
pub(crate) use choices_of;
