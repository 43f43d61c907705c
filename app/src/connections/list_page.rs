//! `/integrations/{id}/connections`.

use leptos::prelude::*;

use super::{api, endpoints::InboundEndpoints, table::ConnectionTable};
use crate::{
    context::{loaded, page_resource, path_parameter},
    integrations::IntegrationHead,
    live::any_version,
    routes,
    ui::{card::Card, empty_state::EmptyState},
};

/// The inbound endpoints and the connections of an integration.
#[component]
pub fn ConnectionsPage() -> impl IntoView {
    let integration = path_parameter("integration");
    let page = page_resource(
        move || (integration.get(), any_version()),
        |(integration, _)| api::connections(integration),
    );
    loaded(page, |page| {
        let id = page.detail.integration.id;
        let process = page.detail.process.id;
        let active = page.detail.active.is_some();
        let actions = view! {
            <a class="button" href=routes::integration_variables(id)>"Compare variables"</a>
            <a class="button primary" href=routes::new_connection(id)>"New connection"</a>
        };
        let rows = page.rows;
        let list = if rows.is_empty() {
            view! {
                <EmptyState title="No connections yet" text="A connection holds everything specific to one environment: the URL, the credentials, who may post. Make one for Development first; only one is active at a time.">
                    <a class="button primary" href=routes::new_connection(id)>"Make the first connection"</a>
                </EmptyState>
            }
            .into_any()
        } else {
            view! { <ConnectionTable rows/> }.into_any()
        };
        view! {
            <IntegrationHead detail=page.detail tab="Connections"/>
            <div class="stack">
                <InboundEndpoints process endpoints=page.endpoints user=page.active_inbound_user active/>
                <Card title="Connections" flush=true actions=actions.into_any()>{list}</Card>
            </div>
        }
        .into_any()
    })
}
