//! `/integrations/{id}/variables`: the variables of all connections side by side.

use leptos::prelude::*;
use model::variable::{VariableCell, VariableComparison};

use super::{api, head::IntegrationHead};
use crate::{
    AppError,
    context::{loaded, page_resource, path_parameter},
    routes,
    ui::{badge::EnvironmentBadge, card::Card, empty_state::EmptyState},
};

/// One row per key, one column per connection; what is missing is marked.
#[component]
pub fn VariablesPage() -> impl IntoView {
    let integration = path_parameter("integration");
    let page = page_resource(
        move || integration.get(),
        |id| async move {
            Ok::<_, AppError>((
                api::integration(id.clone()).await?,
                api::compare_variables(id).await?,
            ))
        },
    );
    loaded(page, |(view, comparison)| {
        view! {
            <IntegrationHead detail=view.detail tab="Variables"/>
            <Card title="Variables of all connections" note="what one connection has and another misses" flush=true>{comparison_table(comparison)}</Card>
        }
        .into_any()
    })
}

fn comparison_table(comparison: VariableComparison) -> AnyView {
    if comparison.rows.is_empty() {
        return view! { <EmptyState title="No variables yet" text="Variables are kept on each connection: a site, a project key, a queue. Paths and headers use them as ${KEY}."/> }.into_any();
    }
    let names: Vec<String> = comparison
        .connections
        .iter()
        .map(|label| label.name.clone())
        .collect();
    let heads = comparison
        .connections
        .into_iter()
        .map(|label| view! { <th scope="col"><a href=routes::connection(label.integration, label.id)>{label.name}</a> <EnvironmentBadge environment=label.environment/></th> })
        .collect_view();
    let rows = comparison
        .rows
        .into_iter()
        .map(|row| {
            let cells = row
                .cells
                .into_iter()
                .zip(names.iter().cloned())
                .map(|(cell, name)| {
                    let content = match cell {
                        VariableCell::Missing => {
                            view! { <span class="pill warn">"missing"</span> }.into_any()
                        }
                        VariableCell::Secret => view! { <span class="muted">"secret"</span> }.into_any(),
                        VariableCell::Value(value) => view! { <code>{value}</code> }.into_any(),
                    };
                    view! { <td data-label=name>{content}</td> }
                })
                .collect_view();
            view! { <tr><th scope="row"><code>{row.key}</code></th>{cells}</tr> }
        })
        .collect_view();
    view! { <div class="table-scroll"><table class="table cards"><thead><tr><th scope="col">"Variable key"</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div> }.into_any()
}
