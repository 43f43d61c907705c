//! Unsaved changes: counted and named in a bar, with Save and Discard.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlOptionElement, HtmlSelectElement, HtmlTextAreaElement};

use super::{form::Submit, form_state::FormState, leaving::ask_before_leaving};
use crate::context::hydrated;

/// The bar below a guarded form. Without JavaScript it is simply the place of **Save**.
#[component]
pub fn UnsavedBar(
    /// The form.
    state: FormState,
) -> impl IntoView {
    let changed = state.changed;
    ask_before_leaving(changed);
    let live = hydrated();
    let count = move || match changed.with(Vec::len) {
        0 => "No unsaved changes".to_owned(),
        1 => "1 unsaved change".to_owned(),
        count => format!("{count} unsaved changes"),
    };
    view! {
        <div class="unsaved" class:idle=move || changed.with(Vec::is_empty)>
            <p class="grow min-w-0">
                {move || live.get().then(|| view! { <strong>{count}</strong> " " <span class="muted">{move || changed.with(|names| names.join(", "))}</span> })}
            </p>
            {move || (!changed.with(Vec::is_empty)).then(|| view! { <button type="reset" class="button quiet">"Discard"</button> })}
            <Submit label="Save"/>
        </div>
    }
}

/// Compares a field with what is stored. Secrets count as soon as something is typed.
fn differs(field: &Element) -> bool {
    if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
        return match input.type_().as_str() {
            "hidden" => false,
            "checkbox" => input.checked() != input.default_checked(),
            _ => input.value() != input.default_value(),
        };
    }
    if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
        return area.default_value().is_ok_and(|stored| stored != area.value());
    }
    field.dyn_ref::<HtmlSelectElement>().is_some_and(|select| {
        let stored = options(select)
            .find(HtmlOptionElement::default_selected)
            .or_else(|| options(select).next());
        stored.is_some_and(|option| option.value() != select.value())
    })
}

fn options(select: &HtmlSelectElement) -> impl Iterator<Item = HtmlOptionElement> + '_ {
    (0..select.length()).filter_map(|index| select.item(index)?.dyn_into().ok())
}

fn fields(node: NodeRef<html::Form>) -> Vec<Element> {
    let Some(form) = node.try_get_untracked().flatten() else {
        return Vec::new();
    };
    let Ok(list) = form.query_selector_all("input, select, textarea") else {
        return Vec::new();
    };
    (0..list.length())
        .filter_map(|index| list.item(index)?.dyn_into().ok())
        .collect()
}

/// Handles `input` and `change`: notes choices that reveal fields, and counts changes when the form is guarded.
pub fn note_changes(state: FormState, node: NodeRef<html::Form>, event: &ev::Event, guarded: bool) {
    if let Some(field) = event.target().and_then(|target| target.dyn_into().ok()) {
        note_choice(state, &field);
    }
    if guarded {
        count_changes(state, node);
    }
}

fn count_changes(state: FormState, node: NodeRef<html::Form>) {
    let changed = fields(node)
        .iter()
        .filter(|field| differs(field))
        .filter_map(|field| field.get_attribute("data-field"))
        .collect();
    state.changed.try_set(changed);
}

/// Takes over what stands in the fields when the form becomes live.
pub fn read_back(state: FormState, node: NodeRef<html::Form>, guarded: bool) {
    for field in fields(node).iter().filter(|field| differs(field)) {
        note_choice(state, field);
    }
    if guarded {
        count_changes(state, node);
    }
}

/// Notes a choice that may reveal other fields.
fn note_choice(state: FormState, field: &Element) {
    if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
        state.choose(&select.name(), select.value());
    } else if let Some(input) = field
        .dyn_ref::<HtmlInputElement>()
        .filter(|input| input.type_() == "checkbox")
    {
        let value = if input.checked() { "on" } else { "" };
        state.choose(&input.name(), value.into());
    }
}

/// Handles `reset`, which the browser performs itself.
pub fn reset_all(state: FormState) {
    state.forget();
}

/// After a save, what stands in the fields is what is stored; typed secrets are wiped. What the server made of it (a
/// trimmed name) can replace it, because the fields count as untouched again.
pub fn accept_as_stored(state: FormState, node: NodeRef<html::Form>) {
    for field in fields(node) {
        if let Some(input) = field.dyn_ref::<HtmlInputElement>() {
            match input.type_().as_str() {
                "hidden" => {}
                "password" => input.set_value(""),
                "checkbox" => input.set_default_checked(input.checked()),
                _ => input.set_default_value(&input.value()),
            }
        } else if let Some(area) = field.dyn_ref::<HtmlTextAreaElement>() {
            if area.has_attribute("data-write-only") {
                area.set_value("");
            }
            let _ = area.set_default_value(&area.value());
        } else if let Some(select) = field.dyn_ref::<HtmlSelectElement>() {
            let chosen = select.value();
            options(select).for_each(|option| option.set_default_selected(option.value() == chosen));
            select.set_value(&chosen);
        }
    }
    empty(node);
    for field in fields(node) {
        note_choice(state, &field);
    }
}

/// Puts the fields back to what they began with.
pub fn empty(node: NodeRef<html::Form>) {
    if let Some(form) = node.try_get_untracked().flatten() {
        form.reset();
    }
}
