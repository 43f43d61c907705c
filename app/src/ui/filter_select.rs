//! A choice in the filter above a list.

use leptos::prelude::*;

/// A select whose blank choice is its own label: nothing is filtered by it.
#[component]
pub fn FilterSelect(
    /// Word of the address.
    name: &'static str,
    /// What it filters by.
    label: &'static str,
    /// The word that is chosen now; blank for none.
    #[prop(into)]
    current: String,
    /// Word and label of each choice, in order.
    choices: Vec<(String, String)>,
) -> impl IntoView {
    let options = choices
        .into_iter()
        .map(|(word, text)| {
            let chosen = word == current;
            view! { <option value=word selected=chosen>{text}</option> }
        })
        .collect_view();
    view! { <select class="input" name=name aria-label=label><option value="">{label}</option>{options}</select> }
}
