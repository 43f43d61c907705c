//! Asks before a page with unsaved changes is left.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};

/// Asks before the tab is closed or a link is followed while `changed` is not empty.
pub fn ask_before_leaving(changed: RwSignal<Vec<String>>) {
    let unsaved = move || {
        changed
            .try_with_untracked(|names| !names.is_empty())
            .unwrap_or(false)
    };
    Effect::new(move || {
        let closing = window_event_listener(ev::beforeunload, move |event| {
            if unsaved() {
                event.prevent_default();
            }
        });
        // In the capture phase, before the router sees the click.
        let clicked = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
            let link = event
                .target()
                .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
                .and_then(|element| element.closest("a[href]").ok().flatten())
                .filter(|link| !link.has_attribute("target"));
            let ask = "You have unsaved changes. Leave without saving?";
            if link.is_some_and(|link| !link.get_attribute("href").unwrap_or_default().starts_with('#'))
                && unsaved()
            {
                if window().confirm_with_message(ask).unwrap_or(true) {
                    changed.try_set(Vec::new());
                } else {
                    event.prevent_default();
                    event.stop_propagation();
                }
            }
        });
        let document = document();
        let function: js_sys::Function = clicked.as_ref().unchecked_ref::<js_sys::Function>().clone();
        let _ = document.add_event_listener_with_callback_and_bool("click", &function, true);
        let held = leptos::__reexports::send_wrapper::SendWrapper::new((clicked, function, document));
        on_cleanup(move || {
            closing.remove();
            let (_, function, document) = &*held;
            let _ = document.remove_event_listener_with_callback_and_bool("click", function, true);
        });
    });
}
