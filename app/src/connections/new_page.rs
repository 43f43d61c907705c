//! `/integrations/{id}/connections/new`.

use leptos::prelude::*;
use model::connection_form::ConnectionForm;

use super::{
    api,
    fields_authentication::FreshProfiles,
    form::{ConnectionFields, Secrets},
};
use crate::{
    AppError,
    context::{loaded, page_resource, path_parameter},
    integrations::api::integration,
    routes,
    ui::page_head::PageHead,
};

/// A new connection of an integration, pre-filled with this installation's name.
#[component]
pub fn NewConnectionPage() -> impl IntoView {
    let of = path_parameter("integration");
    let data = page_resource(
        move || of.get(),
        |id| async move {
            let view = integration(id.clone()).await?;
            Ok::<_, AppError>((view.detail, api::connection_choices(id).await?))
        },
    );
    FreshProfiles::provide();
    loaded(data, |(detail, choices)| {
        let id = detail.integration.id;
        let form = ConnectionForm {
            integration: id.to_string(),
            instance_name: choices.instance_name.clone(),
            environment: "development".into(),
            ..ConnectionForm::default()
        };
        let crumbs = vec![
            ("Integrations".into(), routes::INTEGRATIONS.into()),
            (detail.integration.name.clone(), routes::integration(id)),
            ("Connections".into(), routes::integration_connections(id)),
        ];
        let lead = view! { "Connection of " <strong>{detail.integration.name.clone()}</strong> };
        view! {
            <PageHead title="New connection" crumbs lead=lead.into_any()/>
            <div class="form-width"><ConnectionFields form choices secrets=Secrets::default() system=detail.integration.system/></div>
        }
        .into_any()
    })
}
