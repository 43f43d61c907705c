//! **Revoke token**: gives the token of a connection back, after saying what that means.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::id::{ConnectionId, IntegrationId};

use super::{
    dialog_page::DialogPage,
    switch_panels::{Cancel, finish},
    token_api::RevokeOauthToken,
};
use crate::{
    routes,
    ui::{
        dialog_button::DialogButton,
        form::{Form, Hidden, Submit},
    },
};

/// Opens the dialog that asks.
#[component]
pub fn RevokeButton(
    /// Integration of the connection.
    integration: IntegrationId,
    /// The connection.
    connection: ConnectionId,
) -> impl IntoView {
    let content = Callback::new(move |close: Callback<()>| {
        let stay = routes::connection(integration, connection);
        view! { <RevokePanel connection=connection.to_string() stay close/> }.into_any()
    });
    view! { <DialogButton label="Revoke token" href=routes::connection_revoke(integration, connection) class="button quiet danger" content/> }
}

/// Says what revoking does, and does it.
#[component]
fn RevokePanel(
    /// The connection.
    connection: String,
    /// Its page.
    stay: String,
    /// Closes the dialog; absent on the page without JavaScript.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="panel">
            <h2>"Revoke token"</h2>
            <p>"The provider is told that the token counts no more, where its OAuth profile has a Revocation URL, and Switchboard forgets it. Messages that need it wait until there is another."</p>
            <Form action={PhantomData::<RevokeOauthToken>} prefix="revoke-token" on_done=finish(close)>
                <Hidden name="id" value=connection/>
                <p class="actions"><Cancel close href=stay/><Submit label="Revoke token" class="button primary danger"/></p>
            </Form>
        </div>
    }
}

/// The same as a page, for browsers without JavaScript.
#[component]
pub fn RevokePage() -> impl IntoView {
    view! { <DialogPage title="Revoke token" panel=|connection, stay| view! { <RevokePanel connection stay/> }.into_any()/> }
}
