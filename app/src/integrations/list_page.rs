//! `/integrations`.

use leptos::prelude::*;

use super::api;
use crate::{
    context::{loaded, page_resource},
    routes,
    ui::{
        badge::{EnvironmentBadge, Pill},
        card::Card,
        empty_state::EmptyState,
        page_head::PageHead,
        time::TimeAgo,
    },
};

/// All integrations with their active connection.
#[component]
pub fn IntegrationsPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::integrations());
    let lead = view! { "Each connects one process with one external system." };
    let actions = view! { <a class="button primary" href=routes::NEW_INTEGRATION>"New integration"</a> };
    view! {
        <PageHead title="Integrations" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, |all| {
            if all.is_empty() {
                return view! {
                    <Card title="Integrations" flush=true>
                        <EmptyState title="No integrations yet" text="An integration connects a process with one external system, through one active connection at a time.">
                            <a class="button primary" href=routes::NEW_INTEGRATION>"Make the first integration"</a>
                        </EmptyState>
                    </Card>
                }.into_any();
            }
            let rows = all.into_iter().map(|row| {
                let id = row.integration.id;
                let active = match row.active {
                    Some(label) => view! { <Pill tone="ok" text="Active"/> " " <EnvironmentBadge environment=label.environment/> }.into_any(),
                    None => view! { <Pill tone="off" text="Inactive"/> }.into_any(),
                };
                view! {
                    <tr>
                        <td data-label="Name"><a class="row-link" href=routes::integration(id)>{row.integration.name}</a></td>
                        <td data-label="Process">{row.process_name}</td>
                        <td data-label="External system">{row.integration.system}</td>
                        <td data-label="State">{active}</td>
                        <td data-label="Connections" class="num"><a href=routes::integration_connections(id)>{row.connections}</a></td>
                        <td data-label="Changed"><TimeAgo at=row.integration.updated/> {format!(" by {}", row.integration.updated_by)}</td>
                    </tr>
                }
            }).collect_view();
            view! {
                <Card title="Integrations" flush=true>
                    <table class="table cards">
                        <thead><tr><th scope="col">"Name"</th><th scope="col">"Process"</th><th scope="col">"External system"</th><th scope="col">"State"</th><th scope="col" class="num">"Connections"</th><th scope="col">"Changed"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </Card>
            }.into_any()
        })}
    }
}
