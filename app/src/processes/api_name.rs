//! Proposes the API name of a new process while its name is typed.

use leptos::{ev, prelude::*};
use model::names::Slug;

use crate::ui::fill;

/// The fields inside; what is typed for the name is proposed as API name until another one is typed. Without JavaScript, and
/// when it is left blank, saving does the same.
#[component]
pub fn ProposedApiName(
    /// Id of the field with the name.
    name: String,
    /// Id of the field with the API name.
    api_name: String,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let proposed = StoredValue::new(String::new());
    let propose = move |event: ev::Event| {
        if event_target::<web_sys::Element>(&event).id() != name {
            return;
        }
        let typed = fill::read(&api_name).unwrap_or_default();
        if proposed.with_value(|proposed| *proposed != typed) {
            return;
        }
        let proposal = Slug::suggest(&fill::read(&name).unwrap_or_default());
        proposed.set_value(proposal.clone());
        fill::write(&api_name, &proposal);
    };
    view! { <div class="two" on:input=propose>{children()}</div> }
}
