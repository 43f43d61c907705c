//! Listens to what the server says has changed: one connection per page, closed while the tab is hidden.

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use crate::{
    context::Now,
    live::{Live, Topic},
    routes,
};

/// Listens while the frame is there.
pub fn listen() {
    Effect::new(move || {
        let (Some(live), Some(Now(now))) = (use_context::<Live>(), use_context::<Now>()) else {
            return;
        };
        // The server goes on after the event of this id; at first it is the time at which the page was rendered.
        let last = StoredValue::new(now.get_untracked().0.to_string());
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            last.try_set_value(event.last_event_id());
            if let Some(topic) = event.data().as_string().and_then(|word| Topic::parse(&word)) {
                live.hear(topic);
            }
        });
        let heard = StoredValue::new_local(heard);
        let source = StoredValue::new_local(None::<EventSource>);
        let close = move || {
            if let Some(source) = source.try_update_value(Option::take).flatten() {
                source.close();
            }
        };
        let open = move || {
            close();
            let opened = last.with_value(|last| EventSource::new(&routes::events(last)).ok());
            if let Some(opened) = &opened {
                heard.with_value(|heard| {
                    let listener = heard.as_ref().unchecked_ref();
                    let _ = opened.add_event_listener_with_callback("changed", listener);
                });
            }
            source.set_value(opened);
        };
        if !document().hidden() {
            open();
        }
        let shown = window_event_listener(ev::visibilitychange, move |_| {
            if document().hidden() { close() } else { open() }
        });
        on_cleanup(move || {
            close();
            shown.remove();
        });
    });
}
