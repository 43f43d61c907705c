//! `/transactions/{number}`.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::transaction::{TransactionDetail, TransactionState, number_text};

use super::{api, request::RequestCard};
use crate::{
    context::{loaded, page_resource, path_parameter},
    live::{Topic, version},
    routes,
    ui::{
        badge::{EnvironmentBadge, TransactionPill},
        card::Card,
        code::{Body, Pre, header_text},
        form::{Form, Submit},
        page_head::PageHead,
        time::TimeAgo,
    },
};

/// State, body, attempts and replays of one transaction.
#[component]
pub fn TransactionPage() -> impl IntoView {
    let number = path_parameter("number");
    let page = page_resource(
        move || (number.get(), version(Topic::Transactions)),
        |(number, _)| api::transaction(number),
    );
    loaded(page, detail_view)
}

fn detail_view(detail: TransactionDetail) -> AnyView {
    let replayable = detail.may_replay();
    let stuck = detail.stuck.then(|| stuck_notice(detail.row.state));
    let row = detail.row;
    let number = number_text(row.number, row.replay);
    let lead = view! {
        {row.direction.label()} " message " <strong>{row.message_name.clone()}</strong> " of process " <strong>{row.process_name.clone()}</strong>
        ", " <TimeAgo at=row.created/> {format!(" by {}", row.created_by)}
    };
    let badges = view! { <TransactionPill state=row.state/> };
    let original = number.clone();
    let actions = replayable.then(move || {
        view! {
            <Form action={PhantomData::<api::Replay>} prefix="replay" class="contents">
                <input type="hidden" name="number" value=original/>
                <Submit label="Replay" class="button"/>
            </Form>
        }
    });
    let family = detail.family.into_iter().map(|number| view! { <li><a class="mono" href=routes::transaction(&number)>{number.clone()}</a></li> }).collect::<Vec<_>>();
    let requests = detail
        .requests
        .into_iter()
        .map(|request| view! { <RequestCard request/> })
        .collect_view();
    let connection = match (row.integration, row.connection) {
        (Some(integration), Some(connection)) => {
            view! { <a href=routes::connection(integration, connection)>{row.connection_name}</a> }.into_any()
        }
        _ => view! { {row.connection_name} }.into_any(),
    };
    let integration = match row.integration {
        Some(id) => view! { <a href=routes::integration(id)>{row.integration_name}</a> }.into_any(),
        None => view! { {row.integration_name} }.into_any(),
    };
    let headers = header_text(&detail.headers);
    view! {
        <PageHead title=number crumbs=vec![("Transactions".into(), routes::TRANSACTIONS.into())] lead=lead.into_any() badges=badges.into_any() actions=actions.into_any()/>
        {(!row.error.is_empty()).then(|| view! { <p class="notice bad">{row.error}</p> })}
        {stuck.map(|text| view! { <p class="notice bad">{text}</p> })}
        <div class="columns">
            <div class="stack">
                <Card title="Message">
                    {(!headers.is_empty()).then(|| view! { <Pre label="Message headers" text=headers/> })}
                    <Body label="Body" body=detail.body/>
                </Card>
                {requests}
            </div>
            <aside class="stack">
                <Card title="Facts">
                    <dl class="facts">
                        <dt>"Integration"</dt><dd>{integration}</dd>
                        <dt>"Connection"</dt><dd>{connection} " " {row.environment.map(|environment| view! { <EnvironmentBadge environment/> })}</dd>
                        <dt>"Message id"</dt><dd><code>{row.message_id}</code></dd>
                        <dt>"Process state"</dt><dd>{row.process_state.label()}</dd>
                        <dt>"Created"</dt><dd>{row.created.exact()}</dd>
                        <dt>"Finished"</dt><dd>{row.finished.map_or_else(|| "not yet".to_owned(), model::Timestamp::exact)}</dd>
                    </dl>
                </Card>
                {(!family.is_empty()).then(|| view! { <Card title="Replays"><ul class="older">{family}</ul></Card> })}
            </aside>
        </div>
    }
    .into_any()
}

/// What to do about a message that nothing works on any more.
const fn stuck_notice(state: TransactionState) -> &'static str {
    match state {
        TransactionState::Queued => {
            "This message is stuck: it has been queued for more than 5 minutes and nothing works on it. Replay it to send it; this transaction is then ignored and not sent."
        }
        _ => {
            "This message is stuck: its result was never recorded. The target may have received it. Check the target, then replay the message if it did not arrive."
        }
    }
}
