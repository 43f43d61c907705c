//! `/processes`.

use leptos::prelude::*;

use super::api;
use crate::{
    context::{loaded, page_resource},
    routes,
    ui::{card::Card, empty_state::EmptyState, page_head::PageHead, time::TimeAgo},
};

/// All processes.
#[component]
pub fn ProcessesPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::processes());
    let lead = view! { "The business processes being integrated: Incident, User, Asset." };
    let actions = view! { <a class="button primary" href=routes::NEW_PROCESS>"New process"</a> };
    view! {
        <PageHead title="Processes" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, |all| {
            if all.is_empty() {
                return view! {
                    <Card title="Processes" flush=true>
                        <EmptyState title="No processes yet" text="A process is what you integrate: Incident, User, Asset. It has the URL other systems post to, and an integration for each system it talks with.">
                            <a class="button primary" href=routes::NEW_PROCESS>"Make the first process"</a>
                        </EmptyState>
                    </Card>
                }.into_any();
            }
            let rows = all.into_iter().map(|row| view! {
                <tr>
                    <td data-label="Name"><a class="row-link" href=routes::process(row.process.id)>{row.process.name}</a></td>
                    <td data-label="API name"><code>{row.process.api_name}</code></td>
                    <td data-label="Application">{row.application_name}</td>
                    <td data-label="Integrations" class="num">{row.integrations}</td>
                    <td data-label="Changed"><TimeAgo at=row.process.updated/> {format!(" by {}", row.process.updated_by)}</td>
                </tr>
            }).collect_view();
            view! {
                <Card title="Processes" flush=true>
                    <table class="table cards">
                        <thead><tr><th scope="col">"Name"</th><th scope="col">"API name"</th><th scope="col">"Application"</th><th scope="col" class="num">"Integrations"</th><th scope="col">"Changed"</th></tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </Card>
            }.into_any()
        })}
    }
}
