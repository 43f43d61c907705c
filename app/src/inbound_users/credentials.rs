//! The credentials of an inbound user beside its password: added by kind, shown once, revoked.

use leptos::prelude::*;
use model::inbound_credential::{CredentialKind, InboundCredential, NewCredential};

use super::{api, credential_form::CredentialForm, revoke::RevokeCredentialButton};
use crate::{
    context::{loaded, page_resource},
    shown_once,
    ui::{card::Card, copy_button::CopyButton, made_notice::MadeNotice, time::TimeAgo},
};

/// The credentials that count, and the form that adds one.
#[component]
pub fn CredentialsCard(
    /// Id of the inbound user.
    #[prop(into)]
    user: String,
) -> impl IntoView {
    let made = RwSignal::new(shown_once::of::<api::AddCredential>());
    let on_done = Callback::new(move |credential: NewCredential| made.set(Some(credential)));
    let of = user.clone();
    let page = page_resource(move || of.clone(), api::inbound_credentials);
    view! {
        <Card title="Credentials" id="credentials" note="beside the password; several of a kind count at once">
            {loaded(page, table)}
            <CredentialForm user on_done/>
            {move || made.get().map(shown)}
        </Card>
    }
}

/// What was added, and its secret this once.
fn shown(made: NewCredential) -> AnyView {
    let Some(secret) = made.secret else {
        return view! { <MadeNotice><p><strong>{made.label}</strong>" is added."</p></MadeNotice> }
            .into_any();
    };
    let (what, copy) = match made.kind {
        CredentialKind::Signature => ("signing secret", "Copy secret"),
        CredentialKind::PathToken => ("token", "Copy token"),
        _ => ("key", "Copy key"),
    };
    let urls = made
        .urls
        .into_iter()
        .map(|url| view! { <p class="row"><code class="grow token">{url.clone()}</code><CopyButton text=url label="Copy URL"/></p> })
        .collect_view();
    view! {
        <MadeNotice>
            <p><strong>{made.label}</strong>{format!(" is added. Copy the {what} now: it is shown only this once.")}</p>
            <p class="row"><code class="grow token">{secret.clone()}</code><CopyButton text=secret label=copy/></p>
            {urls}
        </MadeNotice>
    }
    .into_any()
}

fn table(credentials: Vec<InboundCredential>) -> AnyView {
    if credentials.is_empty() {
        return view! { <p class="muted">"Only the password, if one is set. Add an API key, a signature, a path token or a certificate where the other side cannot send a password."</p> }.into_any();
    }
    let rows = credentials.into_iter().map(row).collect_view();
    view! {
        <div class="table-scroll">
            <table class="table cards">
                <thead><tr><th scope="col">"Credential"</th><th scope="col">"Kind"</th><th scope="col">"Set"</th><th scope="col">"Last used"</th><th scope="col">"Expires"</th><th scope="col"><span class="sr-only">"Actions"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(credential: InboundCredential) -> AnyView {
    let named = format!("Revoke {}", credential.label);
    let (summary, whole) = (credential.settings.short_summary(), credential.settings.summary());
    let begins = (!credential.begins_with.is_empty())
        .then(|| view! { <small><code>{credential.begins_with.clone()}"…"</code></small> });
    let expires = credential
        .expires
        .map_or_else(|| "never".to_owned(), model::Timestamp::date);
    view! {
        <tr>
            <td data-label="Credential"><strong>{credential.label}</strong>{begins}</td>
            <td data-label="Kind">{credential.settings.kind().label()}<small title=whole>{summary}</small></td>
            <td data-label="Set"><span class="whitespace-nowrap">{credential.created.date()}</span><small>{format!("by {}", credential.created_by)}</small></td>
            <td data-label="Last used" class="whitespace-nowrap">{match credential.last_used { Some(at) => view! { <TimeAgo at/> }.into_any(), None => view! { <span class="muted">"never"</span> }.into_any() }}</td>
            <td data-label="Expires" class="whitespace-nowrap">{expires}</td>
            <td>
                <RevokeCredentialButton user=credential.inbound_user credential=credential.id named/>
            </td>
        </tr>
    }
    .into_any()
}
