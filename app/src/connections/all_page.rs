//! `/connections`: Connections and Credentials over all integrations.

use leptos::prelude::*;
use model::{
    connection::Environment,
    connection_status::ConnectionStatus,
    overview::{ConnectionRow, InboundRow, IntegrationRow},
};

use super::api;
use crate::{
    address::{query_text, query_value},
    context::{loaded, page_resource},
    integrations::api::integrations,
    live::any_version,
    routes,
    ui::{
        badge::{ActivePill, EnvironmentBadge, Pill, StatusView},
        card::Card,
        empty_state::EmptyState,
        filter_select::FilterSelect,
        page_head::PageHead,
        record_list::{Column, record_table},
        select_field::choices_of,
        sparkline::Sparkline,
        tabs::Tabs,
        time::TimeAgo,
    },
};

/// Tabs Outbound and Inbound, with a search over names, systems and URLs.
#[component]
pub fn AllConnectionsPage() -> impl IntoView {
    let inbound = query_value("tab", |tab| (tab == "inbound").then_some(()));
    let inbound = Signal::derive(move || inbound.get().is_some());
    let filter = Filter::of_address();
    let all = page_resource(any_version, |_| api::all_connections());
    // Not part of what updates by itself, so that a choice that is being made stays.
    let integrations = page_resource(|| (), |()| integrations());
    let lead = view! { "Everything that links this installation with other systems, over all integrations." };
    let actions = view! { <a class="button primary" href=routes::CHOOSE_INTEGRATION>"New connection"</a> };
    let outbound = move || {
        view! {
            <section class="card">
                <header>
                    {loaded(integrations, move |rows| filter.with(|filter| filter_form(filter, rows)))}
                    {loaded(all, move |all| filter.with(|filter| count(&all.outbound, filter)))}
                </header>
                {loaded(all, move |all| filter.with(|filter| outbound_table(all.outbound, filter)))}
            </section>
        }
        .into_any()
    };
    view! {
        <PageHead title="Connections and Credentials" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, move |all| {
            let tabs = vec![
                (format!("Outbound {}", all.outbound.len()), routes::CONNECTIONS.to_owned()),
                (format!("Inbound {}", all.inbound.len()), routes::CONNECTIONS_INBOUND.to_owned()),
            ];
            let current = if inbound.get() { routes::CONNECTIONS_INBOUND } else { routes::CONNECTIONS };
            view! { <Tabs label="Connections" tabs current/> }.into_any()
        })}
        {move || if inbound.get() { loaded(all, |all| inbound_table(all.inbound)) } else { outbound() }}
    }
}

/// What the address filters by; blank and `None` filter nothing.
struct Filter {
    search: String,
    system: String,
    environment: Option<Environment>,
    status: Option<ConnectionStatus>,
}

impl Filter {
    fn of_address() -> Signal<Self> {
        let (search, system) = (query_text("search"), query_text("system"));
        let environment = query_value("environment", Environment::parse);
        let status = query_value("status", ConnectionStatus::parse);
        Signal::derive(move || Self {
            search: search.get(),
            system: system.get(),
            environment: environment.get(),
            status: status.get(),
        })
    }

    /// Whether it filters anything.
    fn narrows(&self) -> bool {
        !self.search.is_empty()
            || !self.system.is_empty()
            || self.environment.is_some()
            || self.status.is_some()
    }
}

/// Whether a row is what the filter asks for.
fn wanted(row: &ConnectionRow, filter: &Filter) -> bool {
    let search = filter.search.to_lowercase();
    let texts = [
        &row.connection.name,
        &row.integration_name,
        &row.system,
        &row.connection.endpoint_url,
    ];
    texts.iter().any(|text| text.to_lowercase().contains(&search))
        && (filter.system.is_empty() || row.system == filter.system)
        && filter
            .environment
            .is_none_or(|environment| row.connection.environment == environment)
        && filter.status.is_none_or(|status| row.status.status == status)
}

fn systems(rows: Vec<IntegrationRow>) -> Vec<(String, String)> {
    let mut systems: Vec<_> = rows.into_iter().map(|row| row.integration.system).collect();
    systems.sort_unstable();
    systems.dedup();
    systems
        .into_iter()
        .map(|system| (system.clone(), system))
        .collect()
}

fn filter_form(filter: &Filter, integrations: Vec<IntegrationRow>) -> AnyView {
    let systems = systems(integrations);
    let narrowed = filter.narrows();
    let (environment, status) = (
        filter.environment.map_or("", Environment::word),
        filter.status.map_or("", ConnectionStatus::word),
    );
    view! {
        <form class="filter" method="get" action=routes::CONNECTIONS role="search" aria-label="Filter connections">
            <input class="input" type="search" name="search" value=filter.search.clone() aria-label="Name, system or URL" placeholder="Name, system or URL"/>
            <FilterSelect name="system" label="System" current=filter.system.clone() choices=systems/>
            <FilterSelect name="environment" label="Environment" current=environment choices=choices_of!(Environment)/>
            <FilterSelect name="status" label="Status" current=status choices=choices_of!(ConnectionStatus)/>
            <button class="button" type="submit">"Filter"</button>
            {narrowed.then(|| view! { <a class="button quiet" href=routes::CONNECTIONS>"Clear"</a> })}
        </form>
    }
    .into_any()
}

/// How many of all are shown.
fn count(rows: &[ConnectionRow], filter: &Filter) -> AnyView {
    let shown = rows.iter().filter(|row| wanted(row, filter)).count();
    view! { <p class="muted">{format!("{shown} of {}", rows.len())}</p> }.into_any()
}

fn outbound_table(rows: Vec<ConnectionRow>, filter: &Filter) -> AnyView {
    if rows.is_empty() {
        return view! {
            <EmptyState title="No connections yet" text="Connections belong to an integration: a process connected with one external system. Make an integration first, then its connection.">
                <a class="button primary" href=routes::NEW_INTEGRATION>"New integration"</a>
            </EmptyState>
        }
        .into_any();
    }
    let rows: Vec<_> = rows
        .into_iter()
        .filter(|row| wanted(row, filter))
        .map(outbound_row)
        .collect();
    if rows.is_empty() {
        return view! { <p class="muted in">"No connection is like that."</p> }.into_any();
    }
    view! {
        <div class="table-scroll">
            <table class="table cards many">
                <thead><tr><th scope="col">"Connection"</th><th scope="col">"Environment"</th><th scope="col">"System"</th><th scope="col">"Credential"</th><th scope="col">"Status"</th><th scope="col">"Last hour"</th><th scope="col">"Last success"</th><th scope="col">"Active"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn outbound_row(row: ConnectionRow) -> AnyView {
    let connection = row.connection;
    view! {
        <tr>
            <td data-label="Connection"><a class="row-link" href=routes::connection(connection.integration, connection.id)>{connection.name}</a><small>{row.integration_name}</small></td>
            <td data-label="Environment"><EnvironmentBadge environment=connection.environment/></td>
            <td data-label="System">{row.system}</td>
            <td data-label="Credential">{connection.authentication.label()}</td>
            <td data-label="Status"><StatusView status=row.status/></td>
            <td data-label="Last hour"><Sparkline hour=row.last_hour/></td>
            <td data-label="Last success">{match row.last_success { Some(at) => view! { <TimeAgo at/> }.into_any(), None => view! { <span class="muted">"never"</span> }.into_any() }}</td>
            <td data-label="Active"><ActivePill active=connection.active/></td>
        </tr>
    }
    .into_any()
}

fn inbound_table(rows: Vec<InboundRow>) -> AnyView {
    if rows.is_empty() {
        return view! {
            <Card title="Inbound" flush=true>
                <EmptyState title="No inbound users yet" text="An inbound user is the account an external system authenticates with when it posts here.">
                    <a class="button primary" href=routes::NEW_INBOUND_USER>"New inbound user"</a>
                </EmptyState>
            </Card>
        }
        .into_any();
    }
    let table = record_table(&INBOUND_COLUMNS, rows.into_iter().map(inbound_cells).collect());
    let actions =
        view! { <a class="button primary" href=routes::NEW_INBOUND_USER>"New inbound user"</a> }.into_any();
    view! {
        <Card title="Inbound" note="who may post, and where to" flush=true actions>{table}</Card>
    }
    .into_any()
}

/// What is told of inbound users, here and on their own page.
pub const INBOUND_COLUMNS: [Column; 6] = [
    Column::text("Inbound user"),
    Column::text("User ID"),
    Column::text("Integration"),
    Column::text("Endpoint"),
    Column::text("Last call"),
    Column::text("State"),
];

/// The cells of an inbound user.
pub fn inbound_cells(row: InboundRow) -> [AnyView; 6] {
    let (tone, state) = match (row.user.active, row.active.is_some()) {
        (false, _) => ("off", "Inactive"),
        (true, true) => ("ok", "Accepted"),
        (true, false) => ("warn", "No active connection"),
    };
    let (integration, url) = match row.active {
        Some((label, integration, url)) => {
            (view! { <a href=routes::connection(label.integration, label.id)>{integration}</a><small>{label.name}</small> }.into_any(), url)
        }
        None => (view! { <span class="muted">{format!("{} connections name it", row.connections.len())}</span> }.into_any(), String::new()),
    };
    let last_call = match row.last_call {
        Some(at) => view! { <TimeAgo at/> }.into_any(),
        None => view! { <span class="muted">"never"</span> }.into_any(),
    };
    [
        view! { <a class="row-link" href=routes::inbound_user(row.user.id)>{row.user.name}</a> }.into_any(),
        view! { <code>{row.user.user_id}</code> }.into_any(),
        integration,
        view! { <code class="url" title=url.clone()>{url.clone()}</code> }.into_any(),
        last_call,
        view! { <Pill tone text=state/> }.into_any(),
    ]
}
