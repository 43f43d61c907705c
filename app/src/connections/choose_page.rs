//! `/connections/new`: a connection belongs to an integration, so that is chosen first.

use leptos::prelude::*;
use model::overview::IntegrationRow;

use crate::{
    context::{loaded, page_resource},
    integrations::api::integrations,
    routes,
    ui::{card::Card, empty_state::EmptyState, page_head::PageHead},
};

/// The integrations, each leading to its new connection.
#[component]
pub fn ChooseIntegrationPage() -> impl IntoView {
    let all = page_resource(|| (), |()| integrations());
    let lead = view! { "Which integration shall it belong to?" };
    view! {
        <PageHead title="New connection" crumbs=vec![("Connections and Credentials".into(), routes::CONNECTIONS.into())] lead=lead.into_any()/>
        <div class="form-width">{loaded(all, choices)}</div>
    }
}

fn choices(all: Vec<IntegrationRow>) -> AnyView {
    if all.is_empty() {
        return view! {
            <Card title="Integrations" flush=true>
                <EmptyState title="No integrations yet" text="A connection belongs to an integration: a process connected with one external system. Make that first.">
                    <a class="button primary" href=routes::NEW_INTEGRATION>"New integration"</a>
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let items = all
        .into_iter()
        .map(|row| {
            let about = format!("{} with {}", row.process_name, row.integration.system);
            view! {
                <li>
                    <a class="choice" href=routes::new_connection(row.integration.id)>
                        <strong>{row.integration.name}</strong>
                        <span class="muted grow min-w-0">{about}</span>
                        <span class="muted">{counted(row.connections)}</span>
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <ul class="choices">{items}</ul>
        <p class="hint below">"None of them? " <a href=routes::NEW_INTEGRATION>"New integration"</a></p>
    }
    .into_any()
}

fn counted(connections: i64) -> String {
    match connections {
        0 => "no connection yet".into(),
        1 => "1 connection".into(),
        count => format!("{count} connections"),
    }
}
