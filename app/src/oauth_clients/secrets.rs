//! The secrets of an OAuth client: made, shown once, revoked.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    command_line,
    oauth_client::{ClientSecret, NewClientSecret, OauthClientView},
};

use super::{api, revoke::RevokeSecretButton};
use crate::{
    context::{loaded, page_resource},
    shown_once,
    ui::{
        card::Card,
        code::Pre,
        copy_button::CopyButton,
        form::{Form, Hidden, Submit},
        made_notice::MadeNotice,
        text_field::TextField,
        time::TimeAgo,
    },
};

/// The secrets that count, and the form that makes one.
#[component]
pub fn SecretsCard(
    /// Id of the client.
    #[prop(into)]
    client: String,
) -> impl IntoView {
    let made = RwSignal::new(shown_once::of::<api::NewSecret>());
    let on_done = Callback::new(move |secret: NewClientSecret| made.set(Some(secret)));
    let of = client.clone();
    let page = page_resource(move || of.clone(), api::oauth_client);
    view! {
        <Card title="Secrets" id="secrets" note="several count at once, so that one can be replaced without a gap">
            {loaded(page, |view| secrets(view.secrets))}
            <Form action={PhantomData::<api::NewSecret>} prefix="secret" record=client.clone() once_more=true on_done>
                <Hidden name="id" value=client/>
                <TextField name="overlap_hours" label="Hours until the other secrets end" placeholder="never" hint="Blank keeps them until they are revoked."/>
                <p class="actions"><Submit label="New secret"/></p>
            </Form>
            {move || made.get().map(shown)}
        </Card>
    }
}

/// A new secret, this once.
fn shown(secret: NewClientSecret) -> AnyView {
    let curl = command_line::token_request(&secret);
    view! {
        <MadeNotice>
            <p>"The secret is made. Copy it now: it is shown only this once."</p>
            <p class="row"><code class="grow token">{secret.client_secret.clone()}</code><CopyButton text=secret.client_secret label="Copy secret"/></p>
            <p>"How the other side fetches a token:"</p>
            <Pre label="Command" text=curl/>
        </MadeNotice>
    }
    .into_any()
}

fn secrets(secrets: Vec<ClientSecret>) -> AnyView {
    if secrets.is_empty() {
        return view! { <p class="muted">"No secret yet: the client cannot fetch tokens."</p> }.into_any();
    }
    let rows = secrets
        .into_iter()
        .map(|secret| {
            let named = format!("Revoke {}…", secret.begins_with);
            let ends = secret
                .expires
                .map_or_else(|| "never".to_owned(), model::Timestamp::exact);
            view! {
                <tr>
                    <td data-label="Begins with"><code>{secret.begins_with}"…"</code></td>
                    <td data-label="Made"><span class="whitespace-nowrap">{secret.created.date()}</span><small>{format!("by {}", secret.created_by)}</small></td>
                    <td data-label="Last used">{match secret.last_used { Some(at) => view! { <TimeAgo at/> }.into_any(), None => view! { <span class="muted">"never"</span> }.into_any() }}</td>
                    <td data-label="Expires">{ends}</td>
                    <td>
                        <RevokeSecretButton client=secret.client secret=secret.id named/>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table cards">
            <thead><tr><th scope="col">"Begins with"</th><th scope="col">"Made"</th><th scope="col">"Last used"</th><th scope="col">"Expires"</th><th scope="col"><span class="sr-only">"Actions"</span></th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// Where the other side fetches tokens, and what counts now.
#[component]
pub fn TokenFacts(
    /// The client.
    view: OauthClientView,
) -> impl IntoView {
    let tokens = match view.live_tokens {
        0 => "none".to_owned(),
        count => count.to_string(),
    };
    view! {
        <Card title="Token endpoint">
            <dl class="facts">
                <dt>"Token URL"</dt>
                <dd><code>{view.token_url.clone()}</code> " " <CopyButton text=view.token_url label="Copy URL"/></dd>
                <dt>"Client ID"</dt>
                <dd><code>{view.client.client_id.clone()}</code> " " <CopyButton text=view.client.client_id label="Copy client ID"/></dd>
                <dt>"Posts as"</dt>
                <dd>{view.inbound_user_name}</dd>
                <dt>"Tokens that count"</dt>
                <dd>{tokens}</dd>
            </dl>
        </Card>
    }
}
