//! The right column of the connection page: last test, token timeline, last requests, who changed what.

use leptos::prelude::*;
use model::{
    audit::AuditEntry,
    connection_test::ConnectionTest,
    id::IntegrationId,
    transaction::{TransactionFilter, TransactionRow, number_text},
};

use super::{api::ConnectionActivity, token_card::TokenTimeline};
use crate::{
    markdown::Markdown,
    routes,
    ui::{
        badge::{HttpStatus, TransactionPill, VerdictPill},
        card::Card,
        prose::Prose,
        time::{TimeAgo, duration},
        waterfall::Waterfall,
    },
};

/// What happened to the connection lately.
#[component]
pub fn ConnectionAside(
    /// Its integration.
    integration: IntegrationId,
    /// What happened to it.
    activity: ConnectionActivity,
    /// Its description.
    description: Markdown,
) -> impl IntoView {
    let filter = TransactionFilter {
        connection: Some(activity.connection),
        ..TransactionFilter::default()
    };
    let all = view! { <a class="muted" href=routes::transactions(&filter)>"All"</a> }.into_any();
    view! {
        <aside class="stack" aria-label="Activity">
            {(!description.is_empty()).then(|| view! { <Card title="Description"><Prose text=description/></Card> })}
            {last_test(integration, activity.last_tests)}
            {activity.oauth_token.map(|token| view! { <Card title="Token timeline" flush=true><TokenTimeline events=token.events/></Card> })}
            <Card title="Last requests" flush=true actions=all>{requests(activity.last_requests)}</Card>
            <Card title="Changes" flush=true>{history(activity.history)}</Card>
        </aside>
    }
}

fn last_test(integration: IntegrationId, tests: Vec<ConnectionTest>) -> AnyView {
    let mut tests = tests.into_iter();
    let Some(last) = tests.next() else {
        return view! { <Card title="Last test"><p class="muted">"Never tested. Connection Test shows each step from here to the target."</p></Card> }.into_any();
    };
    let pill = view! { <VerdictPill verdict=last.report.verdict/> }.into_any();
    let older = tests
        .map(|test| {
            view! { <li><a href=routes::connection_test_result(integration, test.connection, test.id)><VerdictPill verdict=test.report.verdict/> <TimeAgo at=test.at/></a></li> }
        })
        .collect::<Vec<_>>();
    let result = routes::connection_test_result(integration, last.connection, last.id);
    view! {
        <Card title="Last test" actions=pill>
            <Waterfall steps=last.report.steps/>
            <p class="muted">{last.report.cause}</p>
            <p class="muted small">
                {duration(last.report.duration_ms)} ", " <TimeAgo at=last.at/> {format!(" by {} · ", last.by)} <a href=result>"Details"</a>
            </p>
            {(!older.is_empty()).then(|| view! { <details><summary class="small">"Earlier tests"</summary><ul class="older">{older}</ul></details> })}
        </Card>
    }
    .into_any()
}

fn requests(rows: Vec<TransactionRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <p class="muted in">"Nothing was sent through this connection yet."</p> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let number = number_text(row.number, row.replay);
            let status = match row.last_status {
                Some(status) => view! { <HttpStatus status/> }.into_any(),
                None => view! { <TransactionPill state=row.state/> }.into_any(),
            };
            view! {
                <li>
                    <span class="grow min-w-0"><a class="row-link" href=routes::transaction(&number)>{number.clone()}</a><small>{row.message_name}</small></span>
                    {status}
                    <span class="muted small"><TimeAgo at=row.created/></span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="lines">{rows}</ul> }.into_any()
}

fn history(entries: Vec<AuditEntry>) -> AnyView {
    if entries.is_empty() {
        return view! { <p class="muted in">"No changes yet."</p> }.into_any();
    }
    let entries = entries
        .into_iter()
        .map(|entry| {
            view! {
                <li>
                    <span class="grow min-w-0"><strong>{entry.actor}</strong> " " {entry.action.label()} " it" <small class="pre-line">{entry.detail}</small></span>
                    <span class="muted small"><TimeAgo at=entry.at/></span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="lines">{entries}</ul> }.into_any()
}
