//! **Revoke** of a client's secret: names it, when it was used and what it serves, then makes it worthless.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::id::{OauthClientId, OauthClientSecretId};

use super::api::{self, OauthClientEdit};
use crate::{
    connections::{Cancel, finish},
    context::{loaded, path_parameter},
    inbound_users::serves,
    routes,
    ui::{
        dialog_button::DialogButton,
        form::{Form, Submit},
        page_head::PageHead,
        time::TimeAgo,
    },
};

/// Opens the dialog that asks.
#[component]
pub fn RevokeSecretButton(
    /// The client.
    client: OauthClientId,
    /// The secret.
    secret: OauthClientSecretId,
    /// The button's name: "Revoke sbcs_1a2b3…".
    named: String,
) -> impl IntoView {
    let content = Callback::new(move |close: Callback<()>| {
        view! { <RevokePanel client=client.to_string() secret=secret.to_string() close/> }.into_any()
    });
    view! { <DialogButton label="Revoke" href=routes::revoke_secret(client, secret) class="button small quiet danger" named content/> }
}

#[component]
fn RevokePanel(
    client: String,
    secret: String,
    /// Closes the dialog; absent on the page without JavaScript.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let edit = Resource::new_blocking(move || client.clone(), api::oauth_client_edit);
    view! {
        <div class="panel">
            <h2>"Revoke"</h2>
            {loaded(edit, move |edit| revoke_form(edit, &secret, close))}
        </div>
    }
}

fn revoke_form(edit: OauthClientEdit, secret: &str, close: Option<Callback<()>>) -> AnyView {
    let stay = routes::oauth_client(edit.view.client.id);
    let count = edit.view.secrets.len();
    let found = edit
        .view
        .secrets
        .into_iter()
        .find(|one| one.id.to_string() == secret);
    let Some(secret) = found else {
        return view! { <p>"This secret does not count any more."</p><p class="actions"><Cancel close href=stay/></p> }
            .into_any();
    };
    let used = match secret.last_used {
        Some(at) => view! { "It was last used " <TimeAgo at/> "." }.into_any(),
        None => view! { "It was never used." }.into_any(),
    };
    let posts_as = edit
        .users
        .into_iter()
        .find(|row| row.user.id == edit.view.client.inbound_user);
    let left = match count {
        1 => "It is the only secret: the client fetches no token until there is another.",
        _ => "The client's other secrets stay.",
    };
    view! {
        <p>
            "The secret " <code>{secret.begins_with}"…"</code> " of the OAuth client " <strong>{edit.view.client.name}</strong>
            ". " {used}
        </p>
        {posts_as.map(|row| serves(&row))}
        <p>{left} " Tokens that were fetched with it count until they expire. It cannot be brought back."</p>
        <Form action={PhantomData::<api::RevokeClientSecret>} prefix="revoke-secret" on_done=finish(close)>
            <input type="hidden" name="secret" value=secret.id.to_string()/>
            <p class="actions"><Cancel close href=stay/><Submit label="Revoke" class="button primary danger"/></p>
        </Form>
    }
    .into_any()
}

/// The same as a page, for browsers without JavaScript.
#[component]
pub fn RevokeSecretPage() -> impl IntoView {
    let (client, secret) = (
        path_parameter("client").get_untracked(),
        path_parameter("secret").get_untracked(),
    );
    let stay = routes::oauth_client(&client);
    view! {
        <PageHead title="Revoke secret" crumbs=vec![("OAuth client".into(), stay)]/>
        <div class="card in narrow"><RevokePanel client secret/></div>
    }
}
