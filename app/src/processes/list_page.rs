//! `/processes`.

use leptos::prelude::*;
use model::overview::ProcessRow;

use super::api;
use crate::{
    context::page_resource,
    routes,
    ui::{
        record_list::{Column, Listing, record_list},
        time::changed,
    },
};

static LISTING: Listing<5> = Listing {
    title: "Processes",
    lead: "The business processes being integrated: Incident, User, Asset.",
    new: routes::NEW_PROCESS,
    new_label: "New process",
    empty: [
        "No processes yet",
        "A process is what you integrate: Incident, User, Asset. It has the URL other systems post to, and an integration for each system it talks with.",
        "Make the first process",
    ],
    columns: [
        Column::text("Name"),
        Column::text("API name"),
        Column::text("Application"),
        Column::number("Integrations"),
        Column::text("Changed"),
    ],
};

/// All processes.
#[component]
pub fn ProcessesPage() -> impl IntoView {
    record_list(&LISTING, page_resource(|| (), |()| api::processes()), cells)
}

fn cells(row: ProcessRow) -> [AnyView; 5] {
    let process = row.process;
    [
        view! { <a class="row-link" href=routes::process(process.id)>{process.name}</a> }.into_any(),
        view! { <code>{process.api_name}</code> }.into_any(),
        row.application_name.into_any(),
        row.integrations.into_any(),
        changed(process.updated, &process.updated_by),
    ]
}
