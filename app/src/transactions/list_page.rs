//! `/transactions`.

use leptos::prelude::*;
use model::{
    id::{ConnectionId, IntegrationId},
    message::Direction,
    overview::IntegrationRow,
    transaction::{Position, TransactionFilter, TransactionState},
};

use super::{api, since::Since, table::TransactionTable};
use crate::{
    address::{self, parsed, value_of},
    context::{loaded, page_resource},
    integrations::api::integrations,
    live::{Topic, version},
    routes,
    ui::{filter_select::FilterSelect, page_head::PageHead, select_field::choices_of},
};

/// Reads a value of the address and writes it as its type does; `None` when it is not of that type.
type Read = fn(&str) -> Option<String>;

/// The values of the address that filter, in the order the server function reads them.
const WORDS: [(&str, Read); 7] = [
    ("integration", |text| {
        Some(parsed::<IntegrationId>(text)?.to_string())
    }),
    ("connection", |text| {
        Some(parsed::<ConnectionId>(text)?.to_string())
    }),
    ("direction", |text| Some(Direction::parse(text)?.word().into())),
    ("state", |text| Some(TransactionState::parse(text)?.word().into())),
    ("search", address::text),
    ("before", |text| Some(Position::parse(text)?.text())),
    ("since", |text| Some(Since::parse(text)?.word().into())),
];

/// The log with its filters.
#[component]
pub fn TransactionsPage() -> impl IntoView {
    let words = address::query(|query| {
        WORDS
            .iter()
            .map(|(name, parse)| value_of(query, name, *parse).unwrap_or_default())
            .collect::<Vec<_>>()
    });
    let page = page_resource(
        // New rows appear on the first page; older pages stay as they are.
        move || {
            (
                words.get(),
                words
                    .with(|words| words[5].is_empty())
                    .then(|| version(Topic::Transactions)),
            )
        },
        |(words, _)| api::transactions(words),
    );
    let integrations = page_resource(|| (), |()| integrations());
    let lead = view! { "Every message that arrived or left, with everything that happened to it." };
    view! {
        <PageHead title="Transactions" lead=lead.into_any()/>
        <section class="card">
            <header>{loaded(integrations, move |rows| filters(&words.get(), rows))}</header>
            {loaded(page, move |page| {
                let older = page.next.map(|position| {
                    let current = words.get_untracked();
                    let filter = TransactionFilter {
                        integration: current[0].parse().ok(),
                        connection: current[1].parse().ok(),
                        direction: Direction::parse(&current[2]),
                        state: TransactionState::parse(&current[3]),
                        search: current[4].clone(),
                        before: Some(position),
                        ..TransactionFilter::default()
                    };
                    let href = routes::transactions_since(&filter, &current[6]);
                    view! { <p class="actions in"><a class="button" href=href>"Older"</a></p> }
                });
                view! { <TransactionTable rows=page.rows/>{older} }.into_any()
            })}
        </section>
    }
}

fn filters(words: &[String], integrations: Vec<IntegrationRow>) -> AnyView {
    let integrations = integrations
        .into_iter()
        .map(|row| (row.integration.id.to_string(), row.integration.name))
        .collect();
    // A connection is chosen by a link from its page; the form keeps it.
    let connection = (!words[1].is_empty())
        .then(|| view! { <input type="hidden" name="connection" value=words[1].clone()/> });
    let narrowed = words.iter().any(|word| !word.is_empty());
    view! {
        <form class="filter" method="get" action=routes::TRANSACTIONS role="search" aria-label="Filter transactions">
            {connection}
            <input class="input" type="search" name="search" value=words[4].clone() aria-label="Number, message or message id" placeholder="Number, message or message id"/>
            <FilterSelect name="integration" label="Integration" current=words[0].clone() choices=integrations/>
            <FilterSelect name="direction" label="Direction" current=words[2].clone() choices=choices_of!(Direction)/>
            <FilterSelect name="state" label="State" current=words[3].clone() choices=choices_of!(TransactionState)/>
            <FilterSelect name="since" label="Time" current=words[6].clone() choices=choices_of!(Since)/>
            <button class="button" type="submit">"Filter"</button>
            {narrowed.then(|| view! { <a class="button quiet" href=routes::TRANSACTIONS>"Clear"</a> })}
        </form>
    }
    .into_any()
}
