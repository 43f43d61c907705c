//! The table of an integration's connections.

use leptos::prelude::*;
use model::overview::ConnectionRow;

use super::enable_button::EnableButton;
use crate::{
    routes,
    ui::{
        badge::{ActivePill, EnvironmentBadge, StatusView},
        sparkline::Sparkline,
    },
};

/// Connections with their status, and the button that enables each.
#[component]
pub fn ConnectionTable(
    /// The connections.
    rows: Vec<ConnectionRow>,
) -> impl IntoView {
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <div class="table-scroll">
            <table class="table cards many">
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col">"Environment"</th>
                        <th scope="col">"Endpoint URL"</th>
                        <th scope="col">"Authentication"</th>
                        <th scope="col">"Status"</th>
                        <th scope="col">"Last hour"</th>
                        <th scope="col">"Active"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn row(row: ConnectionRow) -> AnyView {
    let connection = row.connection;
    let href = routes::connection(connection.integration, connection.id);
    let authentication = if connection.mutual_auth {
        format!("{}, mutual TLS", connection.authentication)
    } else {
        connection.authentication.to_string()
    };
    let enable = (!connection.active).then(|| {
        let back = routes::integration_connections(connection.integration);
        view! { <EnableButton integration=connection.integration connection=connection.id name=connection.name.clone() back class="button small"/> }
    });
    view! {
        <tr>
            <td data-label="Name"><a class="row-link" href=href>{connection.name.clone()}</a></td>
            <td data-label="Environment"><EnvironmentBadge environment=connection.environment/></td>
            <td data-label="Endpoint URL"><code class="url" title=connection.endpoint_url.clone()>{connection.endpoint_url.clone()}</code></td>
            <td data-label="Authentication">{authentication}</td>
            <td data-label="Status"><StatusView status=row.status/></td>
            <td data-label="Last hour"><Sparkline hour=row.last_hour/></td>
            <td data-label="Active"><span class="cell-actions"><ActivePill active=connection.active/>{enable}</span></td>
        </tr>
    }
    .into_any()
}
