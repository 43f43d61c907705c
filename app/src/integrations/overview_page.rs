//! `/integrations/{id}`.

use leptos::prelude::*;

use super::{api, diagram::Diagram, head::IntegrationHead};
use crate::{
    context::{loaded, page_resource, path_parameter},
    live::any_version,
    transactions::TransactionTable,
    ui::{card::Card, prose::Prose},
};

/// The diagram, the description, the last transactions.
#[component]
pub fn OverviewPage() -> impl IntoView {
    let integration = path_parameter("integration");
    let page = page_resource(
        move || (integration.get(), any_version()),
        |(integration, _)| api::integration(integration),
    );
    loaded(page, |view| {
        let description = view.description;
        view! {
            <IntegrationHead detail=view.detail.clone() tab="Overview"/>
            <div class="stack">
                <section class="card in" aria-label="Diagram"><Diagram detail=view.detail/></section>
                {(!description.is_empty()).then(|| view! { <Card title="Description"><Prose text=description/></Card> })}
                <Card title="Last transactions" flush=true><TransactionTable rows=view.last/></Card>
            </div>
        }
        .into_any()
    })
}
