//! Writes into the fields of a form as if somebody had typed: for values that were looked up or read from a file.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Event, EventInit, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// What stands in the field with this id; `None` when there is none. A tick box says `on` or nothing.
pub fn read(id: &str) -> Option<String> {
    let element = document().get_element_by_id(id)?;
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return Some(match input.type_().as_str() {
            "checkbox" if input.checked() => "on".into(),
            "checkbox" => String::new(),
            _ => input.value(),
        });
    }
    if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        return Some(area.value());
    }
    element
        .dyn_ref::<HtmlSelectElement>()
        .map(HtmlSelectElement::value)
}

/// Puts `value` into the field with this id, and tells the form like typing does: what depends on a choice appears, and
/// the change is counted.
pub fn write(id: &str, value: &str) {
    if read(id).is_none_or(|now| now == value) {
        return;
    }
    let Some(element) = document().get_element_by_id(id) else {
        return;
    };
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        if input.type_() == "checkbox" {
            input.set_checked(!value.is_empty());
        } else {
            input.set_value(value);
        }
    } else if let Some(area) = element.dyn_ref::<HtmlTextAreaElement>() {
        area.set_value(value);
    } else if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
        select.set_value(value);
    }
    let typed = EventInit::new();
    typed.set_bubbles(true);
    for kind in ["input", "change"] {
        if let Ok(event) = Event::new_with_event_init_dict(kind, &typed) {
            let _ = element.dispatch_event(&event);
        }
    }
}
