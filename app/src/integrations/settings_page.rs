//! `/integrations/new` and `/integrations/{id}/settings`.

use leptos::prelude::*;
use model::forms::IntegrationForm;

use super::{api, form::IntegrationFields, head::IntegrationHead};
use crate::{
    AppError,
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{card::Card, page_head::PageHead},
};

/// A new integration.
#[component]
pub fn NewIntegrationPage() -> impl IntoView {
    let choices = page_resource(|| (), |()| api::process_choices());
    view! {
        <PageHead title="New integration" crumbs=vec![("Integrations".into(), routes::INTEGRATIONS.into())]/>
        <div class="form-width">
            {loaded(choices, |processes| {
                let process = if processes.len() == 1 { processes[0].process.id.to_string() } else { String::new() };
                view! { <IntegrationFields form=IntegrationForm { process, ..IntegrationForm::default() } processes/> }.into_any()
            })}
        </div>
    }
}

/// The form of an integration, and its deletion.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let integration = path_parameter("integration");
    let page = page_resource(
        move || integration.get(),
        |id| async move { Ok::<_, AppError>((api::integration(id).await?, api::process_choices().await?)) },
    );
    loaded(page, |(view, processes)| {
        let integration = view.detail.integration.clone();
        let form = IntegrationForm::of(&integration);
        let id = integration.id.to_string();
        view! {
            <IntegrationHead detail=view.detail tab="Settings"/>
            <div class="form-width stack">
                <IntegrationFields form processes/>
                <Card title="Delete this integration">
                    <div class="row"><p class="muted grow">"Takes its connections, variables and messages along. Transactions stay."</p><DeleteButton record=Deletable::Integration id/></div>
                </Card>
            </div>
        }
        .into_any()
    })
}
