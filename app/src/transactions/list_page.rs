//! `/transactions`.

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::{
    message::Direction,
    transaction::{TransactionFilter, TransactionState},
};

use super::{api, table::TransactionTable};
use crate::{
    context::{loaded, page_resource},
    routes,
    ui::page_head::PageHead,
};

/// The words of the address that filter, in the order the server function reads them.
const WORDS: [&str; 6] = ["integration", "connection", "direction", "state", "search", "before"];

/// The log with its filters.
#[component]
pub fn TransactionsPage() -> impl IntoView {
    let query = use_query_map();
    let words = Memo::new(move |_| query.with(|query| WORDS.iter().map(|word| query.get(word).unwrap_or_default()).collect::<Vec<_>>()));
    let page = page_resource(move || words.get(), api::transactions);
    let lead = view! { "Every message that arrived or left, with everything that happened to it." };
    view! {
        <PageHead title="Transactions" lead=lead.into_any()/>
        <section class="card">
            <header>{move || filters(&words.get())}</header>
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
                    view! { <p class="actions in"><a class="button" href=routes::transactions(&filter)>"Older"</a></p> }
                });
                view! { <TransactionTable rows=page.rows/>{older} }.into_any()
            })}
        </section>
    }
}

fn filters(words: &[String]) -> AnyView {
    let select = |name: &'static str, label: &'static str, current: &str, choices: Vec<(&'static str, &'static str)>| {
        let options = choices.into_iter().map(|(word, text)| view! { <option value=word selected=word == current>{text}</option> }).collect_view();
        view! { <select class="input" name=name aria-label=label><option value="">{label}</option>{options}</select> }
    };
    let directions = Direction::ALL.iter().map(|direction| (direction.word(), direction.label())).collect();
    let states = TransactionState::ALL.iter().map(|state| (state.word(), state.label())).collect();
    let kept = [("integration", words[0].clone()), ("connection", words[1].clone())].into_iter().filter(|(_, value)| !value.is_empty());
    let narrowed = kept.clone().next().is_some();
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value/> }).collect_view();
    view! {
        <form class="filter" method="get" action=routes::TRANSACTIONS role="search" aria-label="Filter transactions">
            {kept}
            <input class="input" type="search" name="search" value=words[4].clone() aria-label="Number, message or message id" placeholder="Number, message or message id"/>
            {select("direction", "Direction", &words[2], directions)}
            {select("state", "State", &words[3], states)}
            <button class="button" type="submit">"Filter"</button>
            {narrowed.then(|| view! { <a class="button quiet" href=routes::TRANSACTIONS>"All integrations"</a> })}
        </form>
    }
    .into_any()
}
