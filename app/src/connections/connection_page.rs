//! The page of one connection: status first, then the form, and what happened at the right.

use leptos::{context::Provider, prelude::*};
use model::{connection_form::ConnectionForm, connection_status::ConnectionStatus};

use super::{
    api::{self, ConnectionActivity, ConnectionView},
    aside::ConnectionAside,
    duplicate::DuplicatePanel,
    enable_button::{DisableButton, EnableButton},
    fields_authentication::FreshProfiles,
    form::{ConnectionFields, Secrets},
    test_dialog::TestButton,
    token_card::TokenCard,
    variables::{RedactionNotes, VariablesCard},
};
use crate::{
    AppError,
    context::{Changes, loaded, page_resource, path_parameter, refreshed},
    deletion::{Deletable, DeleteButton},
    live::any_version,
    routes,
    ui::{
        badge::{EnvironmentBadge, Pill, StatusView},
        dialog_button::DialogButton,
        page_head::PageHead,
    },
};

/// `/integrations/{id}/connections/{id}`.
#[component]
pub fn ConnectionPage() -> impl IntoView {
    let connection = path_parameter("connection");
    let page = page_resource(move || connection.get(), api::connection);
    FreshProfiles::provide();
    // A variable or a test concerns what stands around the form; the form keeps what is being typed.
    let around = Changes(RwSignal::new(0));
    let fresh = Fresh {
        around,
        activity: refreshed(
            move || (connection.get(), any_version() + around.0.get()),
            api::connection_activity,
        ),
        variables: refreshed(
            move || (connection.get(), around.0.get()),
            api::connection_activity,
        ),
    };
    loaded(page, move |view| page_view(view, fresh))
}

/// What is fetched again while the form stays.
#[derive(Clone, Copy)]
struct Fresh {
    around: Changes,
    /// After every change, by whomever.
    activity: Resource<Result<Option<ConnectionActivity>, AppError>>,
    /// After changes of variables on this page.
    variables: Resource<Result<Option<ConnectionActivity>, AppError>>,
}

/// The newest of a connection: what was fetched again, else what the page came with.
fn newest(
    fresh: Resource<Result<Option<ConnectionActivity>, AppError>>,
    first: ConnectionActivity,
) -> Signal<ConnectionActivity> {
    Signal::derive(move || {
        let fresh = fresh.get().and_then(Result::ok).flatten();
        fresh
            .filter(|fresh| fresh.connection == first.connection)
            .unwrap_or_else(|| first.clone())
    })
}

fn page_view(view: ConnectionView, fresh: Fresh) -> AnyView {
    let ConnectionView {
        detail,
        oauth_token,
        choices,
        description,
        redirect_url,
    } = view;
    let connection = detail.connection.clone();
    let (integration, id) = (connection.integration, connection.id);
    let here = routes::connection(integration, id);
    let crumbs = vec![
        ("Integrations".into(), routes::INTEGRATIONS.into()),
        (detail.integration.name.clone(), routes::integration(integration)),
        ("Connections".into(), routes::integration_connections(integration)),
    ];
    let first = ConnectionActivity::of(&detail, oauth_token);
    let around = fresh.around;
    let activity = newest(fresh.activity, first.clone());
    let variables = newest(fresh.variables, first);
    let lead = view! {
        "Connection of " <a href=routes::integration(integration)><strong>{detail.integration.name.clone()}</strong></a>
        ", application " {detail.application_name.clone()}
    };
    let active = connection.active;
    // What is missing is said once, in the notice below.
    let status = move || {
        let ConnectionActivity {
            mut status, missing, ..
        } = activity.get();
        if status.status == ConnectionStatus::NotConfigured && !missing.is_empty() {
            status.reason.clear();
        }
        status
    };
    let badges = view! {
        <EnvironmentBadge environment=connection.environment/>
        {if active { view! { <Pill tone="ok" text="Active"/> } } else { view! { <Pill tone="off" text="Inactive"/> } }}
        {move || view! { <StatusView status=status()/> }}
    };
    let switch = if connection.active {
        view! { <DisableButton integration connection=id back=here.clone()/> }.into_any()
    } else {
        view! { <EnableButton integration connection=id name=connection.name.clone() back=here.clone() class="button"/> }.into_any()
    };
    let duplicate = Callback::new(move |close: Callback<()>| {
        view! { <DuplicatePanel connection=id.to_string() stay=routes::connection(integration, id) close/> }
            .into_any()
    });
    let url = connection.endpoint_url.clone();
    let actions = view! {
        <Provider value=around>
            <TestButton integration connection=id environment=connection.environment url/>
        </Provider>
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
    let missing = Memo::new(move |_| activity.with(|activity| activity.missing.clone()));
    let token = Memo::new(move |_| activity.with(|activity| activity.oauth_token.clone()));
    view! {
        <PageHead title=connection.name.clone() crumbs lead=lead.into_any() badges=badges.into_any() actions=actions.into_any()/>
        {move || missing_notice(&missing.get(), active)}
        <Provider value=around><TokenCard integration connection=id token/></Provider>
        <div class="columns">
            <div class="stack">
                <ConnectionFields form choices secrets system redirect_url/>
                {move || {
                    let (variables, back) = (variables.get().variables, here.clone());
                    view! { <Provider value=around><VariablesCard connection=id variables back/></Provider> }
                }}
                {move || view! { <RedactionNotes redactions=activity.with(|activity| activity.redactions.clone())/> }}
            </div>
            {move || view! { <ConnectionAside integration activity=activity.get() description=description.clone()/> }}
        </div>
    }
    .into_any()
}

fn missing_notice(missing: &[String], active: bool) -> Option<AnyView> {
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
