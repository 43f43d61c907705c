//! The base form: works without JavaScript, keeps what was typed, puts each message beside its field.

use std::marker::PhantomData;

use leptos::{ev::SubmitEvent, form::FromFormData, html, prelude::*, server_fn::ServerFn, task::spawn_local};
use serde::de::DeserializeOwned;

use super::{
    form_alert::FormAlert,
    form_state::FormState,
    unsaved::{UnsavedBar, accept_as_stored, empty, note_changes, read_back, reset_all},
};
use crate::{AppError, context::Changes, refused::Refusal};

/// A form that posts to the server function `F`.
#[component]
pub fn Form<F>(
    /// The server function: `PhantomData::<api::SaveProcess>`.
    action: PhantomData<F>,
    /// Goes before the ids of the fields; unique on the page.
    #[prop(default = "field".into(), into)]
    prefix: String,
    /// Id of the record, where a page has a form like this for each of several.
    #[prop(optional, into)]
    record: Option<String>,
    /// Counts unsaved changes in a bar and asks before leaving.
    #[prop(optional)]
    guarded: bool,
    /// Empty again after success, for the next record.
    #[prop(optional)]
    once_more: bool,
    /// Class of the form element.
    #[prop(default = "stack")]
    class: &'static str,
    /// Called in the browser after success.
    #[prop(optional, into)]
    on_done: Option<Callback<F::Output>>,
    /// The fields and buttons.
    children: Children,
) -> impl IntoView
where
    F: ServerFn<Error = AppError> + DeserializeOwned + Send + 'static,
    F::Output: Send + Sync + 'static,
{
    let _ = action;
    let state = FormState::new(prefix, Refusal::of(F::PATH, record.as_deref()));
    let node = NodeRef::<html::Form>::new();
    let changes = use_context::<Changes>();
    let on_submit = move |event: SubmitEvent| {
        if event.default_prevented() {
            return;
        }
        event.prevent_default();
        if state.pending.get_untracked() {
            return;
        }
        if let Some(refusal) = state.refusal() {
            state.error.set(Some(refusal));
            focus_first_wrong(node);
            return;
        }
        let Ok(input) = F::from_event(&event) else { return };
        state.pending.set(true);
        spawn_local(async move {
            let result = input.run_on_client().await;
            state.pending.try_set(false);
            match result {
                Ok(output) => {
                    state.error.try_set(None);
                    if once_more {
                        empty(node);
                    } else {
                        accept_as_stored(state, node);
                    }
                    state.changed.try_set(Vec::new());
                    if let Some(changes) = changes {
                        changes.announce();
                    }
                    if let Some(on_done) = on_done {
                        on_done.try_run(output);
                    }
                }
                Err(error) => {
                    state.error.try_set(Some(error));
                    focus_first_wrong(node);
                }
            }
        });
    };
    form_element(
        F::url(),
        state,
        node,
        class,
        guarded,
        Callback::new(on_submit),
        children,
    )
}

/// The element itself, apart from the generic part so that it is compiled once.
fn form_element(
    url: &'static str,
    state: FormState,
    node: NodeRef<html::Form>,
    class: &'static str,
    guarded: bool,
    on_submit: Callback<SubmitEvent>,
    children: Children,
) -> AnyView {
    provide_context(state);
    // Something may stand in the fields already: typed before the page became live, or kept while the page around the
    // form was fetched again.
    Effect::new(move || request_animation_frame(move || read_back(state, node, guarded)));
    let on_edit = move |event: leptos::ev::Event| note_changes(state, node, &event, guarded);
    view! {
        <form
            action=url
            method="post"
            novalidate
            class=class
            node_ref=node
            aria-busy=move || state.pending.get().then_some("true")
            on:submit=move |event| on_submit.run(event)
            on:input=on_edit
            on:change=on_edit
            on:reset=move |_| reset_all(state)
        >
            <FormAlert state/>
            {children()}
            {guarded.then(|| view! { <UnsavedBar state/> })}
        </form>
    }
    .into_any()
}

/// A hidden field.
#[component]
pub fn Hidden(
    /// Name of the field.
    name: &'static str,
    /// Its value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=FormState::html_name(name) value=value/> }
}

/// The version of the record that was shown. After a refusal because of somebody else's save it is theirs, so that
/// saving again, with the comparison in view, keeps what was typed.
#[component]
pub fn Version(
    /// The version that was shown.
    version: i64,
) -> impl IntoView {
    let error = FormState::here().error;
    let value = move || match error.get() {
        Some(AppError::Stale(comparison)) => comparison.version,
        _ => version,
    };
    view! { <input type="hidden" name=FormState::html_name("version") value=move || value().to_string() prop:value=move || value().to_string()/> }
}

/// The button that sends the form.
#[component]
pub fn Submit(
    /// What it says.
    label: &'static str,
    /// Class of the button.
    #[prop(default = "button primary")]
    class: &'static str,
    /// What it does to which record, for assistive technology, where several such buttons stand in a list.
    #[prop(optional, into)]
    describes: Option<String>,
) -> impl IntoView {
    let pending = FormState::here().pending;
    view! {
        <button type="submit" class=class aria-label=describes aria-disabled=move || pending.get().then_some("true")>{label}</button>
    }
}

fn focus_first_wrong(node: NodeRef<html::Form>) {
    // After the messages have been rendered.
    request_animation_frame(move || {
        let Some(form) = node.try_get_untracked().flatten() else {
            return;
        };
        let wrong = form.query_selector("[aria-invalid=true]").ok().flatten();
        let target = wrong.or_else(|| form.query_selector("[role=alert]").ok().flatten());
        if let Some(element) =
            target.and_then(|element| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(element).ok())
        {
            let _ = element.focus();
        }
    });
}
