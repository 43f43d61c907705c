//! Reads a file into a field of the form. Without JavaScript the field itself takes the text.

use leptos::{html, prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{File, HtmlInputElement};

use super::{fill, form_state::FormState};
use crate::context::hydrated;

/// Largest file read, in bytes: what the server takes.
const LARGEST: f64 = 256.0 * 1024.0;

/// How a file becomes text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// It is text, such as PEM.
    Text,
    /// It is not, and is sent in base64.
    Binary,
}

/// A button that chooses a file and puts its content into the field `name`. The file itself is never sent.
#[component]
pub fn FileField(
    /// Name of the field that gets the content.
    name: &'static str,
    /// Its label: "File for certificate".
    label: &'static str,
    /// Endings offered first.
    accept: &'static str,
    /// How it becomes text.
    kind: FileKind,
) -> impl IntoView {
    let state = FormState::here();
    let target = state.html_id(name);
    let id = format!("{target}-file");
    let picker = NodeRef::<html::Input>::new();
    // The name of the file that was taken, until the form is saved.
    let taken = RwSignal::new(String::new());
    let refused = move || state.not_taken(name);
    // Once the form was refused for it, the field itself says so.
    let told = move || refused().filter(|_| state.error.with(Option::is_none));
    let live = hydrated();
    let chosen = move |_| {
        let Some(input) = picker.get_untracked() else {
            return;
        };
        let Some(file) = input.files().and_then(|files| files.item(0)) else {
            return;
        };
        let target = target.clone();
        spawn_local(async move {
            let called = file.name();
            match content(&file, kind).await {
                Ok(text) => {
                    state.take_back();
                    fill::write(&target, &text);
                    taken.try_set(called);
                }
                Err(why) => {
                    taken.try_set(String::new());
                    state.hold_back(name, format!("{called} was not taken. {why}"));
                }
            }
            forget(&input);
        });
    };
    view! {
        <div class="upload">
            <input type="file" class="sr-only" id=id.clone() accept=accept node_ref=picker on:change=chosen disabled=move || !live.get()/>
            <label class="button small" for=id>{label}</label>
            <span class="muted" role="status">{move || Some(taken.get()).filter(|name| !name.is_empty()).map(|name| format!("{name} was read"))}</span>
            <p class="field-error" aria-live="polite">{told}</p>
            {move || refused().map(|_| view! { <button type="button" class="button small quiet" on:click=move |_| state.take_back()>"Go on without it"</button> })}
        </div>
    }
}

/// The same file can be chosen again, and a private key stays in no control.
fn forget(input: &HtmlInputElement) {
    input.set_value("");
}

async fn content(file: &File, kind: FileKind) -> Result<String, String> {
    if file.size() > LARGEST {
        return Err("The file is larger than 256 KiB: it is not a certificate or a key.".into());
    }
    let unreadable = |_: JsValue| "The file could not be read. Choose it again.".to_owned();
    let bytes = wasm_bindgen_futures::JsFuture::from(file.array_buffer())
        .await
        .map_err(unreadable)?;
    let bytes = js_sys::Uint8Array::new(&bytes).to_vec();
    match kind {
        FileKind::Text => String::from_utf8(bytes)
            .map_err(|_| "The file is not text. For a .p12 or .pfx file use the field PKCS#12 file.".into()),
        FileKind::Binary => window()
            .btoa(&bytes.iter().map(|byte| char::from(*byte)).collect::<String>())
            .map_err(|error| unreadable(error.unchecked_into())),
    }
}
