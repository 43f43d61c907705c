//! The page of one connection: status first, then the form, and what happened at the right.

use leptos::prelude::*;
use model::connection_form::ConnectionForm;

use super::{
    api::{self, ConnectionView},
    aside::ConnectionAside,
    duplicate::DuplicatePanel,
    enable_button::{DisableButton, EnableButton},
    form::{ConnectionFields, Secrets},
    test_dialog::TestButton,
    variables::VariablesCard,
};
use crate::{
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{
        badge::{EnvironmentBadge, StatusView},
        dialog_button::DialogButton,
        page_head::PageHead,
    },
};

/// `/integrations/{id}/connections/{id}`.
#[component]
pub fn ConnectionPage() -> impl IntoView {
    let connection = path_parameter("connection");
    let page = page_resource(move || connection.get(), api::connection);
    loaded(page, page_view)
}

fn page_view(view: ConnectionView) -> AnyView {
    let ConnectionView {
        detail,
        choices,
        description,
    } = view;
    let connection = detail.connection.clone();
    let (integration, id) = (connection.integration, connection.id);
    let here = routes::connection(integration, id);
    let crumbs = vec![
        ("Integrations".into(), routes::INTEGRATIONS.into()),
        (detail.integration.name.clone(), routes::integration(integration)),
        ("Connections".into(), routes::integration_connections(integration)),
    ];
    let lead = view! {
        "Connection of " <a href=routes::integration(integration)><strong>{detail.integration.name.clone()}</strong></a>
        ", application " {detail.application_name.clone()}
    };
    let badges = view! { <EnvironmentBadge environment=connection.environment/><StatusView status=detail.status.clone()/> };
    let switch = if connection.active {
        view! { <DisableButton integration connection=id back=here.clone()/> }.into_any()
    } else {
        view! { <EnableButton integration connection=id name=connection.name.clone() back=here.clone() class="button"/> }.into_any()
    };
    let duplicate = Callback::new(move |close: Callback<()>| {
        view! { <DuplicatePanel connection=id.to_string() stay=routes::connection(integration, id) close/> }
            .into_any()
    });
    let actions = view! {
        <TestButton integration connection=id environment=connection.environment url=connection.endpoint_url.clone()/>
        {switch}
        <DialogButton label="Duplicate" href=routes::connection_duplicate(integration, id) class="button quiet" content=duplicate/>
        <DeleteButton record=Deletable::Connection id=id.to_string()/>
    };
    let secrets = Secrets {
        password: detail.password.clone(),
        api_key: detail.api_key.clone(),
        token: detail.token.clone(),
    };
    let form = ConnectionForm::of(&connection);
    let system = detail.integration.system.clone();
    let variables = detail.variables.clone();
    view! {
        <PageHead title=connection.name.clone() crumbs lead=lead.into_any() badges=badges.into_any() actions=actions.into_any()/>
        {missing_notice(detail.missing.clone(), connection.active)}
        <div class="columns">
            <div class="stack">
                <ConnectionFields form choices secrets system/>
                <VariablesCard connection=id variables back=here/>
            </div>
            <ConnectionAside detail description/>
        </div>
    }
    .into_any()
}

fn missing_notice(missing: Vec<String>, active: bool) -> Option<AnyView> {
    (!missing.is_empty()).then(|| {
        let consequence = if active {
            "Messages cannot leave until it is set."
        } else {
            "It can be enabled as soon as it is set."
        };
        view! { <p class="notice warn">{format!("Missing: {}. {consequence}", missing.join(", "))}</p> }
            .into_any()
    })
}
