//! `/oauth-clients`, `/oauth-clients/new`, `/oauth-clients/{id}`.

use leptos::{context::Provider, prelude::*};
use model::{forms::OauthClientForm, oauth_client::OauthClient};

use super::{
    api,
    form::OauthClientFields,
    secrets::{SecretsCard, TokenFacts},
};
use crate::{
    context::{Changes, loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    inbound_users::api::inbound_users,
    routes,
    ui::{
        page_head::PageHead,
        record_list::{Column, Listing, record_list},
    },
};

static LISTING: Listing<4> = Listing {
    title: "OAuth clients",
    lead: "External systems that fetch tokens here and post with them.",
    new: routes::NEW_OAUTH_CLIENT,
    new_label: "New OAuth client",
    empty: [
        "No OAuth clients yet",
        "A client is an external system's client ID and secret for our token endpoint. Its tokens let it post as an inbound user, without sending a password with every message.",
        "Make the first OAuth client",
    ],
    columns: [
        Column::text("Name"),
        Column::text("Client ID"),
        Column::text("Grants"),
        Column::text("State"),
    ],
};

/// All OAuth clients.
#[component]
pub fn OauthClientsPage() -> impl IntoView {
    record_list(&LISTING, page_resource(|| (), |()| api::oauth_clients()), cells)
}

fn cells(client: OauthClient) -> [AnyView; 4] {
    let grants: Vec<_> = client.grants.iter().map(|grant| grant.label()).collect();
    [
        view! { <a class="row-link" href=routes::oauth_client(client.id)>{client.name}</a> }.into_any(),
        view! { <code>{client.client_id}</code> }.into_any(),
        grants.join(", ").into_any(),
        if client.active { "Active" } else { "Inactive" }.into_any(),
    ]
}

/// A new OAuth client.
#[component]
pub fn NewOauthClientPage() -> impl IntoView {
    let users = page_resource(|| (), |()| inbound_users());
    let form = OauthClientForm {
        active: "on".into(),
        client_credentials: "on".into(),
        ..OauthClientForm::default()
    };
    view! {
        <PageHead title="New OAuth client" crumbs=vec![("OAuth clients".into(), routes::OAUTH_CLIENTS.into())]/>
        <div class="form-width">{loaded(users, move |users| view! { <OauthClientFields form=form.clone() users/> }.into_any())}</div>
    }
}

/// One OAuth client: its form, its secrets, its token endpoint.
#[component]
pub fn OauthClientPage() -> impl IntoView {
    let client = path_parameter("client");
    let page = page_resource(move || client.get(), api::oauth_client_edit);
    // Secrets come and go while the form keeps what is being typed.
    let around = Changes(RwSignal::new(0));
    view! {
        {loaded(page, |edit| {
            let client = edit.view.client.clone();
            let actions = view! { <DeleteButton record=Deletable::OauthClient id=client.id.to_string()/> };
            let form = OauthClientForm::of(&client);
            view! {
                <PageHead title=client.name crumbs=vec![("OAuth clients".into(), routes::OAUTH_CLIENTS.into())] actions=actions.into_any()/>
                <div class="form-width stack"><TokenFacts view=edit.view/><OauthClientFields form users=edit.users/></div>
            }.into_any()
        })}
        <div class="form-width below">
            <Provider value=around>{move || view! { <SecretsCard client=client.get()/> }}</Provider>
        </div>
    }
}
