//! `/expiry`: everything that will expire, soonest first.

use leptos::prelude::*;
use model::{
    Timestamp,
    expiry::{Expiring, ExpiringKind, Nearness, in_words, nearness},
};

use super::api;
use crate::{
    address::{query_text, query_value},
    context::{Now, loaded, page_resource},
    live::any_version,
    routes,
    ui::{
        badge::Pill, card::Card, empty_state::EmptyState, filter_select::FilterSelect, page_head::PageHead,
        select_field::choices_of,
    },
};

model::choice! {
    /// The filter by time.
    Within {
        Expired = "expired", "Expired";
        Week = "7", "Within 7 days";
        Month = "30", "Within 30 days";
    }
}

impl Within {
    /// Up to which nearness it reaches.
    const fn limit(self) -> Nearness {
        match self {
            Self::Expired => Nearness::Expired,
            Self::Week => Nearness::Week,
            Self::Month => Nearness::Month,
        }
    }
}

/// What the address filters by; blank and `None` filter nothing.
struct Filter {
    search: String,
    kind: Option<ExpiringKind>,
    within: Option<Within>,
}

impl Filter {
    fn of_address() -> Signal<Self> {
        let search = query_text("search");
        let (kind, within) = (
            query_value("kind", ExpiringKind::parse),
            query_value("within", Within::parse),
        );
        Signal::derive(move || Self {
            search: search.get(),
            kind: kind.get(),
            within: within.get(),
        })
    }
}

/// One list of tokens, certificates and keys with the time left and the way to mend each.
#[component]
pub fn ExpiryPage() -> impl IntoView {
    let filter = Filter::of_address();
    let all = page_resource(any_version, |_| api::expiring());
    let lead =
        view! { "Everything that will expire, soonest first. Warnings go out 30, 14, 7 and 1 days before." };
    let actions = view! { <a class="button" href=routes::NOTIFICATIONS>"Notifications"</a> };
    view! {
        <PageHead title="Expiry radar" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, move |all| filter.with(|filter| list(all, filter)))}
    }
}

fn list(all: Vec<Expiring>, filter: &Filter) -> AnyView {
    if all.is_empty() {
        return view! {
            <Card title="Nothing expires" flush=true>
                <EmptyState title="Nothing with an end yet" text="OAuth tokens, certificates of protocol profiles and API tokens appear here as soon as there are any, each with the days that are left."/>
            </Card>
        }
        .into_any();
    }
    let now = use_context::<Now>().map_or_else(Timestamp::default, |now| now.0.get_untracked());
    let total = all.len();
    let rows: Vec<_> = all.into_iter().filter(|one| wanted(one, filter, now)).collect();
    let shown = rows.len();
    let rows = rows.into_iter().map(|one| row(one, now)).collect_view();
    view! {
        <section class="card">
            <header>{filter_form(filter)}<p class="muted">{format!("{shown} of {total}")}</p></header>
            <div class="table-scroll">
                <table class="table cards">
                    <thead><tr><th scope="col">"What"</th><th scope="col">"Name"</th><th scope="col">"Time left"</th><th scope="col">"Ends"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

/// Whether a row is what the filter asks for.
fn wanted(one: &Expiring, filter: &Filter, now: Timestamp) -> bool {
    let search = filter.search.to_lowercase();
    [&one.name, &one.detail]
        .iter()
        .any(|text| text.to_lowercase().contains(&search))
        && filter.kind.is_none_or(|kind| one.kind == kind)
        && filter
            .within
            .is_none_or(|within| nearness(one.at, now) <= within.limit())
}

fn filter_form(filter: &Filter) -> AnyView {
    let narrowed = !filter.search.is_empty() || filter.kind.is_some() || filter.within.is_some();
    let (kind, within) = (
        filter.kind.map_or("", ExpiringKind::word),
        filter.within.map_or("", Within::word),
    );
    view! {
        <form class="filter" method="get" action=routes::EXPIRY role="search" aria-label="Filter what expires">
            <input class="input" type="search" name="search" value=filter.search.clone() aria-label="Name" placeholder="Name"/>
            <FilterSelect name="kind" label="What" current=kind choices=choices_of!(ExpiringKind)/>
            <FilterSelect name="within" label="Time left" current=within choices=choices_of!(Within)/>
            <button class="button" type="submit">"Filter"</button>
            {narrowed.then(|| view! { <a class="button quiet" href=routes::EXPIRY>"Clear"</a> })}
        </form>
    }
    .into_any()
}

/// How something that needs nobody is renewed: an access token only when a message wants one.
const fn renewal(kind: ExpiringKind) -> &'static str {
    match kind {
        ExpiringKind::AccessToken => "renewed when it is used",
        _ => "renewed by itself",
    }
}

fn row(one: Expiring, now: Timestamp) -> AnyView {
    let tone = match nearness(one.at, now) {
        _ if one.renewed => "ok",
        Nearness::Expired | Nearness::Day => "bad",
        Nearness::Week | Nearness::Month => "warn",
        Nearness::Later => "ok",
    };
    view! {
        <tr>
            <td data-label="What">{one.kind.label()}</td>
            <td data-label="Name"><a class="row-link" href=routes::place(&one.place)>{one.name}</a><small>{one.detail}</small></td>
            <td data-label="Time left"><Pill tone text=in_words(one.at, now)/>{one.renewed.then(|| view! { <small>{renewal(one.kind)}</small> })}</td>
            <td data-label="Ends"><time datetime=one.at.rfc3339() title=one.at.exact()>{one.at.date()}</time></td>
        </tr>
    }
    .into_any()
}
