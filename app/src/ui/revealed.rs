//! Fields that appear with a choice. CSS shows them (so that they work without JavaScript); once the page is live,
//! hidden ones are disabled as well and therefore not sent.

use leptos::prelude::*;
use model::{
    connection::Authentication,
    connection_form::{SHOWN_WHEN, ShownWhen},
};

use super::form_state::FormState;
use crate::context::hydrated;

/// The choice that shows a field of the connection form, from the model's rule table: choice field and value.
fn shown_by(field: &str) -> Option<(&'static str, &'static str)> {
    SHOWN_WHEN
        .iter()
        .find(|(name, _)| *name == field)
        .map(|(_, when)| match when {
            ShownWhen::Authentication(authentication) => ("authentication", authentication.word()),
            ShownWhen::MutualAuth => ("mutual_auth", "on"),
        })
}

/// Fields of the connection form that are shown together with `field`.
#[component]
pub fn Revealed(
    /// The field whose rule decides.
    field: &'static str,
    /// What is stored in the field that decides.
    #[prop(into)]
    stored: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let (choice, value) = shown_by(field).unwrap_or(("authentication", Authentication::None.word()));
    view! { <ShownWith choice value stored>{children()}</ShownWith> }
}

/// Fields that are shown while `choice` has `value`.
#[component]
pub fn ShownWith(
    /// The field that decides.
    choice: &'static str,
    /// Its value that shows these fields.
    value: &'static str,
    /// What is stored in it.
    #[prop(into)]
    stored: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let chosen = FormState::here().choice(choice, stored);
    let live = hydrated();
    let disabled = move || live.get() && chosen.get() != value;
    view! {
        <fieldset class="revealed" data-shown-with=format!("{choice}={value}") disabled=disabled>
            {children()}
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_knows_every_rule_of_the_model() {
        let css = include_str!("../../../style/forms.css");
        for (field, _) in SHOWN_WHEN {
            let (choice, value) = shown_by(field).expect("every field of the table has a rule");
            assert!(
                css.contains(&format!("[data-shown-with=\"{choice}={value}\"]")),
                "{choice}={value}"
            );
        }
    }
}
