//! `/integrations`.

use leptos::prelude::*;
use model::overview::IntegrationRow;

use super::api;
use crate::{
    context::page_resource,
    routes,
    ui::{
        badge::{EnvironmentBadge, Pill},
        record_list::{Column, Listing, record_list},
        time::changed,
    },
};

static LISTING: Listing<6> = Listing {
    title: "Integrations",
    lead: "Each connects one process with one external system.",
    new: routes::NEW_INTEGRATION,
    new_label: "New integration",
    empty: [
        "No integrations yet",
        "An integration connects a process with one external system, through one active connection at a time.",
        "Make the first integration",
    ],
    columns: [
        Column::text("Name"),
        Column::text("Process"),
        Column::text("External system"),
        Column::text("State"),
        Column::number("Connections"),
        Column::text("Changed"),
    ],
};

/// All integrations with their active connection.
#[component]
pub fn IntegrationsPage() -> impl IntoView {
    record_list(&LISTING, page_resource(|| (), |()| api::integrations()), cells)
}

fn cells(row: IntegrationRow) -> [AnyView; 6] {
    let IntegrationRow {
        integration,
        process_name,
        connections,
        active,
    } = row;
    let state = match active {
        Some(label) => {
            view! { <Pill tone="ok" text="Active"/> " " <EnvironmentBadge environment=label.environment/> }
                .into_any()
        }
        None => view! { <Pill tone="off" text="Inactive"/> }.into_any(),
    };
    [
        view! { <a class="row-link" href=routes::integration(integration.id)>{integration.name}</a> }
            .into_any(),
        process_name.into_any(),
        integration.system.into_any(),
        state,
        view! { <a href=routes::integration_connections(integration.id)>{connections}</a> }.into_any(),
        changed(integration.updated, &integration.updated_by),
    ]
}
