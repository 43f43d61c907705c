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
    ui::{card::Card, empty_state::EmptyState, page_head::PageHead},
};

/// All OAuth clients.
#[component]
pub fn OauthClientsPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::oauth_clients());
    let lead = view! { "External systems that fetch tokens here and post with them." };
    let actions = view! { <a class="button primary" href=routes::NEW_OAUTH_CLIENT>"New OAuth client"</a> };
    view! {
        <PageHead title="OAuth clients" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, |all| {
            if all.is_empty() {
                return view! {
                    <Card title="OAuth clients" flush=true>
                        <EmptyState title="No OAuth clients yet" text="A client is an external system's client ID and secret for our token endpoint. Its tokens let it post as an inbound user, without sending a password with every message.">
                            <a class="button primary" href=routes::NEW_OAUTH_CLIENT>"Make the first OAuth client"</a>
                        </EmptyState>
                    </Card>
                }.into_any();
            }
            let rows = all.into_iter().map(row).collect_view();
            view! {
                <Card title="OAuth clients" flush=true>
                    <table class="table cards"><thead><tr><th scope="col">"Name"</th><th scope="col">"Client ID"</th><th scope="col">"Grants"</th><th scope="col">"State"</th></tr></thead><tbody>{rows}</tbody></table>
                </Card>
            }.into_any()
        })}
    }
}

fn row(client: OauthClient) -> AnyView {
    let grants: Vec<_> = client.grants.iter().map(|grant| grant.label()).collect();
    let state = if client.active { "Active" } else { "Inactive" };
    view! {
        <tr>
            <td data-label="Name"><a class="row-link" href=routes::oauth_client(client.id)>{client.name}</a></td>
            <td data-label="Client ID"><code>{client.client_id}</code></td>
            <td data-label="Grants">{grants.join(", ")}</td>
            <td data-label="State">{state}</td>
        </tr>
    }
    .into_any()
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
