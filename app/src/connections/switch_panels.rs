//! The contents of the Enable and Disable dialogs and pages.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    activation::{DisablePreview, EnablePreview, NO_OTHER, QueuedMessages},
    connection::Environment,
};

use super::api;
use crate::{
    context::loaded,
    routes,
    ui::{
        badge::EnvironmentBadge,
        form::{Form, Hidden, Submit},
        select_field::{SelectField, choices_of},
    },
};

/// Says what enabling will do, and does it.
#[component]
pub fn EnablePanel(
    /// The connection.
    connection: String,
    /// Where to go afterwards.
    back: String,
    /// Closes the dialog; absent on the page without JavaScript.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let preview = Resource::new_blocking(move || connection.clone(), api::enable_preview);
    view! {
        <div class="panel">
            <h2>"Enable"</h2>
            {loaded(preview, move |preview| enable_form(preview, back.clone(), close))}
        </div>
    }
}

fn sentences(class: &'static str, sentences: Vec<String>) -> Option<AnyView> {
    (!sentences.is_empty()).then(|| {
        let items = sentences
            .into_iter()
            .map(|sentence| view! { <li>{sentence}</li> })
            .collect_view();
        view! { <ul class=class>{items}</ul> }.into_any()
    })
}

fn enable_form(preview: EnablePreview, back: String, close: Option<Callback<()>>) -> AnyView {
    let label = preview.connection;
    let possible = preview.missing.is_empty() && preview.refused.is_empty();
    let production = (label.environment == Environment::Production)
        .then(|| view! { <p class="notice warn">"Messages will reach a production system."</p> });
    let seen = preview
        .replaces
        .as_ref()
        .map_or_else(|| NO_OTHER.to_owned(), |other| other.id.to_string());
    let replaces = match preview.replaces {
        Some(other) => view! { <p><strong>{other.name}</strong>" is active now and will be disabled."</p> }.into_any(),
        None => view! { <p>"The integration becomes active: its endpoints accept calls and its messages leave through this connection."</p> }.into_any(),
    };
    let missing = (!preview.missing.is_empty()).then(|| view! { <div class="notice bad"><p>"It cannot be enabled yet. Missing:"</p>{sentences("bullets", preview.missing)}</div> });
    let refused = (!preview.refused.is_empty())
        .then(|| view! { <div class="notice bad">{sentences("bullets", preview.refused)}</div> });
    let stay = routes::connection(label.integration, label.id);
    let queued = preview.queued;
    let waiting = move || {
        view! {
            <SelectField name="queued" label="Queued messages" value=QueuedMessages::Keep.word() choices=choices_of!(QueuedMessages)
                hint=format!("{} now. Held messages stay Queued until somebody replays them.", waiting_messages(queued))/>
        }
    };
    view! {
        <p class="panel-record"><strong>{label.name}</strong> <EnvironmentBadge environment=label.environment/></p>
        {possible.then_some(replaces)}
        {possible.then_some(production)}
        {missing}
        {refused}
        {sentences("notice info bullets", preview.notes)}
        <Form action={PhantomData::<api::EnableConnection>} prefix="enable" on_done=finish(close)>
            <Hidden name="id" value=label.id.to_string()/>
            <Hidden name="version" value=preview.version.to_string()/>
            <Hidden name="replaces" value=seen/>
            <input type="hidden" name="back" value=back/>
            {(possible && queued > 0).then(waiting)}
            <p class="actions">
                <Cancel close href=stay/>
                {possible.then(|| view! { <Submit label="Enable"/> })}
            </p>
        </Form>
    }
    .into_any()
}

/// `1 message waits`, `12 messages wait`.
fn waiting_messages(count: i64) -> String {
    if count == 1 {
        "1 message waits".into()
    } else {
        format!("{count} messages wait")
    }
}

/// Says what disabling will do, and does it.
#[component]
pub fn DisablePanel(
    /// The connection.
    connection: String,
    /// Where to go afterwards.
    back: String,
    /// Closes the dialog; absent on the page without JavaScript.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let preview = Resource::new_blocking(move || connection.clone(), api::disable_preview);
    view! {
        <div class="panel">
            <h2>"Disable"</h2>
            {loaded(preview, move |preview| disable_form(preview, back.clone(), close))}
        </div>
    }
}

fn disable_form(preview: DisablePreview, back: String, close: Option<Callback<()>>) -> AnyView {
    let label = preview.connection;
    let stay = routes::connection(label.integration, label.id);
    view! {
        <p class="panel-record"><strong>{label.name}</strong> <EnvironmentBadge environment=label.environment/></p>
        <p><strong>{preview.integration_name}</strong>" becomes inactive: callers of its inbound endpoints get 403, and no message leaves until a connection is enabled again."</p>
        {(preview.queued > 0).then(|| view! { <p>{format!("{} and will be held.", waiting_messages(preview.queued))}</p> })}
        <Form action={PhantomData::<api::DisableConnection>} prefix="disable" on_done=finish(close)>
            <Hidden name="id" value=label.id.to_string()/>
            <Hidden name="version" value=preview.version.to_string()/>
            <input type="hidden" name="back" value=back/>
            <p class="actions"><Cancel close href=stay/><Submit label="Disable" class="button primary danger"/></p>
        </Form>
    }
    .into_any()
}

/// Closes the dialog after success.
pub fn finish<T: 'static>(close: Option<Callback<()>>) -> Callback<T> {
    Callback::new(move |_| {
        if let Some(close) = close {
            close.run(());
        }
    })
}

/// Leaves a confirmation: closes the dialog, or leads back from the page.
#[component]
pub fn Cancel(
    /// Closes the dialog.
    close: Option<Callback<()>>,
    /// Where the page leads back to.
    href: String,
) -> impl IntoView {
    match close {
        Some(close) => view! { <button type="button" class="button quiet" on:click=move |_| close.run(())>"Cancel"</button> }.into_any(),
        None => view! { <a class="button quiet" href=href>"Cancel"</a> }.into_any(),
    }
}
