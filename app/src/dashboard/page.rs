//! `/`.

use leptos::prelude::*;
use model::{
    expiry::Place,
    incident::Incident,
    overview::{ActiveIntegration, Dashboard},
    transaction::{RefusedCall, TransactionFilter, TransactionState},
};

use super::{api, chart::DayChart, first_steps::FirstSteps};
use crate::{
    context::{loaded, page_resource},
    live::any_version,
    routes,
    transactions::TransactionTable,
    ui::{
        badge::{EnvironmentBadge, HttpStatus, Pill, StatusPill, StatusView},
        card::Card,
        page_head::PageHead,
        sparkline::Sparkline,
        time::TimeAgo,
    },
};

/// Numbers, what is active, what failed, who was refused.
#[component]
pub fn DashboardPage() -> impl IntoView {
    let dashboard = page_resource(any_version, |_| api::dashboard());
    view! {
        <PageHead title="Dashboard"/>
        {loaded(dashboard, dashboard_view)}
    }
}

fn dashboard_view(dashboard: Dashboard) -> AnyView {
    let failed_filter = TransactionFilter {
        state: Some(TransactionState::Error),
        ..TransactionFilter::default()
    };
    let queued_filter = TransactionFilter {
        state: Some(TransactionState::Queued),
        ..TransactionFilter::default()
    };
    let steps = dashboard.active.is_empty().then(|| {
        view! { <FirstSteps process=dashboard.processes != 0 integration=dashboard.integrations != 0 practice=dashboard.practice/> }
    });
    let (failed, refused, warnings) = (dashboard.failed, dashboard.refused, dashboard.warnings);
    // What an incident is about already is not told twice.
    let unable = dashboard
        .active
        .iter()
        .filter(|row| row.cannot_send())
        .filter(|row| {
            !warnings
                .iter()
                .any(|incident| matches!(incident.place, Place::Connection(_, id) if id == row.connection.id))
        })
        .cloned()
        .collect::<Vec<_>>();
    view! {
        <div class="stack">
            <ul class="tiles">
                {tile("Messages, 24 h", dashboard.messages_24h, "", routes::TRANSACTIONS.into())}
                {tile("Failed, 24 h", dashboard.failed_24h, if dashboard.failed_24h > 0 { "bad" } else { "" }, routes::transactions(&failed_filter))}
                {tile("Queued now", dashboard.queued, "", routes::transactions(&queued_filter))}
                {tile("Connections", dashboard.connections, "", routes::CONNECTIONS.into())}
            </ul>
            {steps}
            {(!warnings.is_empty() || !unable.is_empty()).then(|| view! { <Card title="Warnings" id="warnings" note="gone when they are over" flush=true>{warning_list(unable, warnings)}</Card> })}
            <Card title="Messages of the last day" note="sent, and failed in red"><DayChart hours=dashboard.hours/></Card>
            {(!dashboard.active.is_empty()).then(|| view! { <Card title="Active integrations" flush=true>{active_table(dashboard.active)}</Card> })}
            {(!failed.is_empty()).then(|| view! { <Card title="Failed lately" flush=true><TransactionTable rows=failed/></Card> })}
            {(!refused.is_empty()).then(|| view! { <Card title="Refused calls" note="who tried to post and was not let in" flush=true>{refused_list(refused)}</Card> })}
        </div>
    }
    .into_any()
}

fn tile(label: &'static str, number: i64, tone: &'static str, href: String) -> AnyView {
    view! { <li class="card tile"><a href=href><span class="muted">{label}</span><strong class=format!("tile-number {tone}")>{number}</strong></a></li> }.into_any()
}

fn active_table(rows: Vec<ActiveIntegration>) -> AnyView {
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <td data-label="Integration"><a class="row-link" href=routes::integration(row.integration)>{row.name}</a><small>{row.process_name} " with " {row.system}</small></td>
                    <td data-label="Active connection"><a href=routes::connection(row.integration, row.connection.id)>{row.connection.name}</a> " " <EnvironmentBadge environment=row.connection.environment/></td>
                    <td data-label="Status"><StatusView status=row.status/></td>
                    <td data-label="Last hour"><Sparkline hour=row.last_hour/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table cards">
            <thead><tr><th scope="col">"Integration"</th><th scope="col">"Active connection"</th><th scope="col">"Status"</th><th scope="col">"Last hour"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

fn warning_list(unable: Vec<ActiveIntegration>, incidents: Vec<Incident>) -> AnyView {
    let unable = unable
        .into_iter()
        .map(|row| {
            let connection = row.connection;
            view! {
                <li>
                    <StatusPill status=row.status.status/>
                    <span class="grow min-w-0">
                        <a href=routes::connection(connection.integration, connection.id)>{format!("{} of {} cannot send", connection.name, row.name)}</a>
                        <small>{row.status.reason}</small>
                    </span>
                </li>
            }
        })
        .collect_view();
    let incidents = incidents
        .into_iter()
        .map(|incident| {
            let tone = if incident.level == 0 { "bad" } else { "warn" };
            view! {
                <li>
                    <Pill tone text=incident.kind.label()/>
                    <span class="grow min-w-0"><a href=routes::place(&incident.place)>{incident.title}</a><small>{incident.detail}</small></span>
                    <span class="muted small"><TimeAgo at=incident.opened/></span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="lines">{unable}{incidents}</ul> }.into_any()
}

/// Who called whom; a caller that named no user is said to have named none.
fn who(call: &RefusedCall) -> String {
    let RefusedCall {
        address,
        claimed,
        process,
        ..
    } = call;
    let to = match process.as_str() {
        "" => "the token endpoint",
        process => process,
    };
    match claimed.as_str() {
        "" => format!("{address}, naming no user, to {to}"),
        claimed => format!("{address} as “{claimed}” to {to}"),
    }
}

fn refused_list(calls: Vec<RefusedCall>) -> AnyView {
    let calls = calls
        .into_iter()
        .map(|call| {
            view! {
                <li>
                    <HttpStatus status=call.status/>
                    <span class="grow min-w-0">{call.reason.clone()}<small>{who(&call)}</small></span>
                    <span class="muted small"><TimeAgo at=call.at/></span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="lines">{calls}</ul> }.into_any()
}
