//! **Revoke** of a credential: names what it is, when it was used and what it serves, then makes it worthless.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    id::{InboundCredentialId, InboundUserId},
    overview::InboundRow,
};

use super::api::{self, CredentialInUse};
use crate::{
    connections::{Cancel, finish},
    context::{loaded, path_parameter},
    routes,
    ui::{
        badge::EnvironmentBadge,
        dialog_button::DialogButton,
        form::{Form, Submit},
        page_head::PageHead,
        time::TimeAgo,
    },
};

/// Opens the dialog that asks.
#[component]
pub fn RevokeCredentialButton(
    /// The inbound user.
    user: InboundUserId,
    /// The credential.
    credential: InboundCredentialId,
    /// The button's name: "Revoke deploy key".
    named: String,
) -> impl IntoView {
    let content = Callback::new(move |close: Callback<()>| {
        view! { <RevokePanel user=user.to_string() credential=credential.to_string() close/> }.into_any()
    });
    view! { <DialogButton label="Revoke" href=routes::revoke_credential(user, credential) class="button small quiet danger" named content/> }
}

#[component]
fn RevokePanel(
    user: String,
    credential: String,
    /// Closes the dialog; absent on the page without JavaScript.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let in_use = Resource::new_blocking(
        move || (user.clone(), credential.clone()),
        |(user, credential)| api::credential_in_use(user, credential),
    );
    view! {
        <div class="panel">
            <h2>"Revoke"</h2>
            {loaded(in_use, move |in_use| revoke_form(in_use, close))}
        </div>
    }
}

fn revoke_form(in_use: CredentialInUse, close: Option<Callback<()>>) -> AnyView {
    let CredentialInUse { credential, user } = in_use;
    let stay = routes::inbound_user(user.user.id);
    let used = match credential.last_used {
        Some(at) => view! { "It was last used " <TimeAgo at/> "." }.into_any(),
        None => view! { "It was never used." }.into_any(),
    };
    view! {
        <p>
            "The " {credential.settings.kind().label()} " " <strong>{credential.label}</strong> " of " {user.user.name.clone()}
            ". " {used}
        </p>
        <p class="muted break-all">{credential.settings.summary()}</p>
        {serves(&user)}
        <p>"Callers that send it are refused with 401 from then on. It cannot be brought back."</p>
        <Form action={PhantomData::<api::RevokeCredential>} prefix="revoke-credential" on_done=finish(close)>
            <input type="hidden" name="credential" value=credential.id.to_string()/>
            <p class="actions"><Cancel close href=stay/><Submit label="Revoke" class="button primary danger"/></p>
        </Form>
    }
    .into_any()
}

/// The connections through which this inbound user posts; the active one is marked.
pub fn serves(row: &InboundRow) -> AnyView {
    if row.connections.is_empty() {
        return view! { <p>"No connection names the inbound user, so nobody can post with it now."</p> }
            .into_any();
    }
    let active = row
        .active
        .as_ref()
        .map(|(label, integration, _)| (label.id, integration));
    let items = row
        .connections
        .iter()
        .map(|label| {
            let of = active
                .filter(|(id, _)| *id == label.id)
                .map(|(_, integration)| format!(" active, of {integration}"));
            view! {
                <li>
                    <a class="row-link" href=routes::connection(label.integration, label.id)>{label.name.clone()}</a> " "
                    <EnvironmentBadge environment=label.environment/> {of}
                </li>
            }
        })
        .collect_view();
    view! { <p>"It serves:"</p><ul class="bullets">{items}</ul> }.into_any()
}

/// The same as a page, for browsers without JavaScript.
#[component]
pub fn RevokeCredentialPage() -> impl IntoView {
    let (user, credential) = (
        path_parameter("user").get_untracked(),
        path_parameter("credential").get_untracked(),
    );
    let stay = routes::inbound_user(&user);
    view! {
        <PageHead title="Revoke credential" crumbs=vec![("Inbound user".into(), stay)]/>
        <div class="card in narrow"><RevokePanel user credential/></div>
    }
}
