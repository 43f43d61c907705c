//! `/inbound-users`, `/inbound-users/new`, `/inbound-users/{id}`.

use leptos::{context::Provider, prelude::*};
use model::{forms::InboundUserForm, secret_state::SecretState};

use super::{api, credentials::CredentialsCard, form::InboundUserFields};
use crate::{
    connections::{INBOUND_COLUMNS, inbound_cells},
    context::{Changes, loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::{
        page_head::PageHead,
        record_list::{Listing, record_list},
    },
};

static LISTING: Listing<6> = Listing {
    title: "Inbound users",
    lead: "The accounts external systems authenticate with when they post here.",
    new: routes::NEW_INBOUND_USER,
    new_label: "New inbound user",
    empty: [
        "No inbound users yet",
        "Make one for each system and environment that posts here, and name it on the connection. Then only that connection's environment can reach you.",
        "Make the first inbound user",
    ],
    columns: INBOUND_COLUMNS,
};

/// All inbound users.
#[component]
pub fn InboundUsersPage() -> impl IntoView {
    record_list(
        &LISTING,
        page_resource(|| (), |()| api::inbound_users()),
        inbound_cells,
    )
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
