//! The resource page of an inbound endpoint: what it accepts, how to authenticate, a `curl` line, its last requests.

use leptos::prelude::*;
use model::{overview, transaction::RefusedCall};

use super::{api, paste::PasteCard};
use crate::{
    context::{loaded, page_resource, path_parameter},
    live::any_version,
    routes,
    transactions::TransactionTable,
    ui::{
        badge::{EnvironmentBadge, HttpStatus},
        card::Card,
        code::Pre,
        copy_button::CopyButton,
        page_head::PageHead,
        time::TimeAgo,
    },
};

/// `/processes/{id}/endpoints/{resource}`.
#[component]
pub fn EndpointPage() -> impl IntoView {
    let process = path_parameter("process");
    let page = page_resource(
        move || (process.get(), any_version()),
        |(process, _)| api::endpoint(process),
    );
    let about = loaded(page, |page| {
        let crumbs = vec![
            ("Processes".into(), routes::PROCESSES.into()),
            (page.process.name.clone(), routes::process(page.process.id)),
        ];
        let lead = view! { "Inbound endpoint of " <strong>{page.process.name.clone()}</strong> };
        let curl = page.example.command();
        let (rows, refused) = (page.last.clone(), page.refused.clone());
        let (method, url, callers) = (
            page.endpoint.method.clone(),
            page.endpoint.url.clone(),
            who(&page),
        );
        view! {
            <PageHead title=format!("{} {}", page.endpoint.method, page.endpoint.resource) crumbs lead=lead.into_any()/>
            <div class="stack">
                <Card title="URL"><p class="endpoint bare wrap"><span class="verb">{method}</span><code class="grow min-w-0">{url.clone()}</code><CopyButton text=url label="Copy URL"/></p></Card>
                <div class="two top-aligned">
                    {callers}
                    <Card title="What it accepts">
                        <ul class="bullets">
                            <li>"JSON, XML or any other body up to " {page.body_limit.to_string()} " bytes; a body declared as JSON or XML must be well-formed."</li>
                            <li>"Header " <code>"Idempotency-Key"</code> " (or " <code>"webhook-id"</code> "): the same key with the same body is stored once and answered alike."</li>
                            <li>"Answer 202 with the transaction number as soon as the message is stored durably."</li>
                            <li>"Refusals are " <code>"application/problem+json"</code> ": 400, 401, 403, 404, 409, 413, 415, 429, 503."</li>
                        </ul>
                    </Card>
                </div>
                <Card title="Try it" actions=view! { <CopyButton text=curl.clone() label="Copy command"/> }.into_any()><Pre label="Command" text=curl/></Card>
                <Card title="Last messages" flush=true><TransactionTable rows/></Card>
                <Card title="Refused calls" note="who tried, and why they were not let in" flush=true>{refused_table(refused)}</Card>
            </div>
        }
        .into_any()
    });
    view! {
        {about}
        <div class="below">{move || view! { <PasteCard process=process.get()/> }}</div>
    }
}

fn who(page: &overview::EndpointPage) -> AnyView {
    let content = if page.callers.is_empty() {
        view! { <p class="notice warn">"No connection with an inbound user is active: every caller gets 403."</p> }.into_any()
    } else {
        let items = page
            .callers
            .iter()
            .map(|(user, label, integration)| {
                view! { <li><code>{user.clone()}</code> " through " <a href=routes::connection(label.integration, label.id)>{label.name.clone()}</a> " of " {integration.clone()} " " <EnvironmentBadge environment=label.environment/></li> }
            })
            .collect_view();
        view! { <p>"With Basic authentication, an access token, or another credential of one of these inbound users:"</p><ul class="bullets">{items}</ul> }.into_any()
    };
    view! { <Card title="How to authenticate">{content}</Card> }.into_any()
}

fn refused_table(calls: Vec<RefusedCall>) -> AnyView {
    if calls.is_empty() {
        return view! { <p class="muted in">"Nobody was refused."</p> }.into_any();
    }
    let rows = calls
        .into_iter()
        .map(|call| {
            view! {
                <tr>
                    <td data-label="When"><TimeAgo at=call.at/></td>
                    <td data-label="Status"><HttpStatus status=call.status/></td>
                    <td data-label="Address"><code>{call.address}</code></td>
                    <td data-label="Claimed user"><code>{call.claimed}</code></td>
                    <td data-label="Reason">{call.reason}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table cards">
            <thead><tr><th scope="col">"When"</th><th scope="col">"Status"</th><th scope="col">"Address"</th><th scope="col">"Claimed user"</th><th scope="col">"Reason"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
