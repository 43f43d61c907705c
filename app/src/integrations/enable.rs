//! Enabling and disabling an integration: the same for its connection. With a choice to make, it asks.

use leptos::prelude::*;
use model::{
    id::{ConnectionId, IntegrationId},
    overview::ConnectionLabel,
};

use super::api;
use crate::{
    address::{parsed, query_value_now},
    connections::{DisableButton, EnablePanel},
    context::{loaded, path_parameter},
    routes,
    ui::{badge::EnvironmentBadge, dialog_button::DialogButton, page_head::PageHead},
};

/// **Enable** or **Disable** of an integration; before that, the way to its first connection.
#[component]
pub fn IntegrationSwitch(
    /// The integration.
    integration: IntegrationId,
    /// Its active connection.
    active: Option<ConnectionLabel>,
    /// How many connections it has: without one there is nothing to enable.
    connections: i64,
) -> impl IntoView {
    let back = routes::integration(integration);
    if let Some(label) = active {
        return view! { <DisableButton integration connection=label.id back/> }.into_any();
    }
    if connections == 0 {
        return view! { <a class="button primary" href=routes::new_connection(integration)>"Make the first connection"</a> }
            .into_any();
    }
    let content = Callback::new(move |close: Callback<()>| {
        view! { <ChoosePanel integration=integration.to_string() close/> }.into_any()
    });
    view! { <DialogButton label="Enable" href=routes::integration_enable(integration) class="button primary" content/> }.into_any()
}

/// Goes straight to the only candidate; lists them when there are several.
#[component]
fn ChoosePanel(integration: String, #[prop(optional)] close: Option<Callback<()>>) -> impl IntoView {
    let key = integration.clone();
    let view = Resource::new_blocking(move || key.clone(), api::integration);
    let chosen = RwSignal::new(query_value_now("connection", parsed::<ConnectionId>));
    loaded(view, move |view| {
        let back = routes::integration(&integration);
        let candidates = StoredValue::new(view.candidates);
        let id = view.detail.integration.id;
        view! {
            {move || {
                let list = candidates.get_value();
                let one = if list.len() == 1 { list.first().map(|label| label.id) } else { None };
                match chosen.get().or(one) {
                    Some(connection) => enable_panel(connection.to_string(), back.clone(), close),
                    None => choice(id, list, chosen),
                }
            }}
        }
        .into_any()
    })
}

fn enable_panel(connection: String, back: String, close: Option<Callback<()>>) -> AnyView {
    match close {
        Some(close) => view! { <EnablePanel connection back close/> }.into_any(),
        None => view! { <EnablePanel connection back/> }.into_any(),
    }
}

fn choice(
    integration: IntegrationId,
    candidates: Vec<ConnectionLabel>,
    chosen: RwSignal<Option<ConnectionId>>,
) -> AnyView {
    if candidates.is_empty() {
        return view! {
            <div class="panel">
                <h2>"Enable"</h2>
                <p>"This integration has no connection yet. Make one, then enable it."</p>
                <p class="actions"><a class="button primary" href=routes::new_connection(integration)>"New connection"</a></p>
            </div>
        }
        .into_any();
    }
    let items = candidates
        .into_iter()
        .map(|label| {
            let choose = move |event: leptos::ev::MouseEvent| {
                event.prevent_default();
                chosen.set(Some(label.id));
            };
            let href = routes::integration_enable_with(integration, label.id);
            view! { <li><a class="choice" href=href on:click=choose><strong class="grow">{label.name}</strong><EnvironmentBadge environment=label.environment/></a></li> }
        })
        .collect_view();
    view! { <div class="panel"><h2>"Enable"</h2><p>"Which connection shall become active?"</p><ul class="choices">{items}</ul></div> }.into_any()
}

/// The same as a page, for browsers without JavaScript.
#[component]
pub fn EnableIntegrationPage() -> impl IntoView {
    let integration = path_parameter("integration").get_untracked();
    let back = routes::integration(&integration);
    view! {
        <PageHead title="Enable integration" crumbs=vec![("Integration".into(), back)]/>
        <div class="card in narrow"><ChoosePanel integration/></div>
    }
}
