//! `/processes/new` and `/processes/{id}`.

use leptos::prelude::*;
use model::{forms::ProcessForm, overview::IntegrationRow};

use super::{api, form::ProcessFields};
use crate::{
    applications::api::applications,
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{
        badge::EnvironmentBadge, card::Card, copy_button::CopyButton, empty_state::EmptyState,
        page_head::PageHead,
    },
};

/// A new process.
#[component]
pub fn NewProcessPage() -> impl IntoView {
    let choices = page_resource(|| (), |()| applications());
    view! {
        <PageHead title="New process" crumbs=vec![("Processes".into(), routes::PROCESSES.into())]/>
        <div class="form-width">{loaded(choices, |applications| view! { <ProcessFields form=ProcessForm::default() applications/> }.into_any())}</div>
    }
}

/// One process: its endpoint, its integrations, its form.
#[component]
pub fn ProcessPage() -> impl IntoView {
    let process = path_parameter("process");
    let page = page_resource(move || process.get(), api::process);
    loaded(page, |view| {
        let process = view.process;
        let form = ProcessForm::of(&process);
        let actions = view! { <DeleteButton record=Deletable::Process id=process.id.to_string()/> };
        let endpoint = view.endpoint.endpoint;
        let new = view! { <a class="button" href=routes::NEW_INTEGRATION>"New integration"</a> }.into_any();
        view! {
            <PageHead title=process.name crumbs=vec![("Processes".into(), routes::PROCESSES.into())] actions=actions.into_any()/>
            <div class="columns">
                <div class="stack"><ProcessFields form applications=view.applications/></div>
                <aside class="stack">
                    <Card title="Inbound endpoints" flush=true>
                        <ul><li class="endpoint wrap">
                            <span class="verb">{endpoint.method}</span>
                            <code class="grow min-w-0">{endpoint.url.clone()}</code>
                            <CopyButton text=endpoint.url label="Copy URL"/>
                            <a class="button small quiet" href=routes::endpoint(process.id, &endpoint.resource)>"How to post"</a>
                        </li></ul>
                    </Card>
                    <Card title="Integrations" flush=true actions=new>{integrations(view.integrations)}</Card>
                </aside>
            </div>
        }
        .into_any()
    })
}

fn integrations(rows: Vec<IntegrationRow>) -> AnyView {
    if rows.is_empty() {
        return view! { <EmptyState title="No integrations yet" text="An integration connects this process with one external system."/> }.into_any();
    }
    let rows = rows
        .into_iter()
        .map(|row| {
            let active = match row.active {
                Some(label) => view! { <EnvironmentBadge environment=label.environment/> }.into_any(),
                None => view! { <span class="muted">"Inactive"</span> }.into_any(),
            };
            view! {
                <li>
                    <span class="grow min-w-0"><a class="row-link" href=routes::integration(row.integration.id)>{row.integration.name}</a><small>{row.integration.system}</small></span>
                    {active}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="lines">{rows}</ul> }.into_any()
}
