//! Keys: Ctrl-K opens the palette, `/` goes to the search field, `g` then a letter goes to an area, arrows walk the rows
//! of a table.

use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use wasm_bindgen::JsCast;

use super::rows;
use crate::routes;

fn area(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "d" => routes::DASHBOARD,
        "p" => routes::PROCESSES,
        "i" => routes::INTEGRATIONS,
        "a" => routes::APPLICATIONS,
        "c" => routes::CONNECTIONS,
        "t" => routes::TRANSACTIONS,
        "u" => routes::INBOUND_USERS,
        "s" => routes::SETTINGS,
        _ => return None,
    })
}

fn is_typing(event: &ev::KeyboardEvent) -> bool {
    event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| {
            element
                .closest("input, textarea, select, dialog")
                .ok()
                .flatten()
                .is_some()
        })
}

/// Listens for the keys while the frame is there.
pub fn listen(palette: RwSignal<bool>) {
    Effect::new(move || {
        let navigate = use_navigate();
        let after_g = StoredValue::new(false);
        let handle = window_event_listener(ev::keydown, move |event| {
            let key = event.key();
            if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("k") {
                event.prevent_default();
                palette.set(true);
                return;
            }
            if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing(&event) {
                return;
            }
            if after_g.get_value() {
                after_g.set_value(false);
                if let Some(path) = area(&key) {
                    event.prevent_default();
                    navigate(path, NavigateOptions::default());
                }
            } else if key == "g" {
                after_g.set_value(true);
                set_timeout(
                    move || {
                        after_g.try_set_value(false);
                    },
                    std::time::Duration::from_millis(1200),
                );
            } else if rows::walk(&key) {
                event.prevent_default();
            } else if key == "/" {
                event.prevent_default();
                let field = document()
                    .get_element_by_id("search")
                    .and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok());
                if let Some(field) = field {
                    let _ = field.focus();
                }
            }
        });
        on_cleanup(move || handle.remove());
    });
}
