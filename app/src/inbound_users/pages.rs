//! `/inbound-users`, `/inbound-users/new`, `/inbound-users/{id}`.

use leptos::{context::Provider, prelude::*};
use model::{forms::InboundUserForm, secret_state::SecretState};

use super::{api, credentials::CredentialsCard, form::InboundUserFields};
use crate::{
    connections::inbound_row,
    context::{Changes, loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{card::Card, empty_state::EmptyState, page_head::PageHead},
};

/// All inbound users.
#[component]
pub fn InboundUsersPage() -> impl IntoView {
    let all = page_resource(|| (), |()| api::inbound_users());
    let lead = view! { "The accounts external systems authenticate with when they post here." };
    let actions = view! { <a class="button primary" href=routes::NEW_INBOUND_USER>"New inbound user"</a> };
    view! {
        <PageHead title="Inbound users" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(all, |all| {
            if all.is_empty() {
                return view! {
                    <Card title="Inbound users" flush=true>
                        <EmptyState title="No inbound users yet" text="Make one for each system and environment that posts here, and name it on the connection. Then only that connection's environment can reach you.">
                            <a class="button primary" href=routes::NEW_INBOUND_USER>"Make the first inbound user"</a>
                        </EmptyState>
                    </Card>
                }.into_any();
            }
            let rows = all.into_iter().map(inbound_row).collect_view();
            view! {
                <Card title="Inbound users" flush=true>
                    <div class="table-scroll">
                        <table class="table cards">
                            <thead><tr><th scope="col">"Inbound user"</th><th scope="col">"User ID"</th><th scope="col">"Integration"</th><th scope="col">"Endpoint"</th><th scope="col">"Last call"</th><th scope="col">"State"</th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </Card>
            }.into_any()
        })}
    }
}

/// A new inbound user.
#[component]
pub fn NewInboundUserPage() -> impl IntoView {
    let form = InboundUserForm {
        active: "on".into(),
        ..InboundUserForm::default()
    };
    view! {
        <PageHead title="New inbound user" crumbs=vec![("Inbound users".into(), routes::INBOUND_USERS.into())]/>
        <div class="form-width"><InboundUserFields form/></div>
    }
}

/// One inbound user.
#[component]
pub fn InboundUserPage() -> impl IntoView {
    let user = path_parameter("user");
    let page = page_resource(move || user.get(), api::inbound_user);
    // Credentials come and go while the form keeps what is being typed.
    let around = Changes(RwSignal::new(0));
    let form = loaded(page, |user| {
        let password = user.has_password().then(|| SecretState {
            set_at: user.password_set_at,
            set_by: user.password_set_by.clone(),
            ..SecretState::default()
        });
        let form = InboundUserForm::of(&user);
        let last_used = user.password_last_used;
        let actions = view! { <DeleteButton record=Deletable::InboundUser id=user.id.to_string()/> };
        view! {
            <PageHead title=user.name crumbs=vec![("Inbound users".into(), routes::INBOUND_USERS.into())] actions=actions.into_any()/>
            <div class="form-width"><InboundUserFields form password last_used/></div>
        }
        .into_any()
    });
    view! {
        {form}
        <div class="form-width below">
            <Provider value=around>{move || view! { <CredentialsCard user=user.get()/> }}</Provider>
        </div>
    }
}
