//! `/integrations/{id}/messages`.

use leptos::prelude::*;
use model::message::Message;

use super::{api, send::SendCard};
use crate::{
    AppError,
    context::{loaded, page_resource, path_parameter},
    integrations::{IntegrationHead, api::integration},
    routes,
    ui::{badge::ActivePill, card::Card, empty_state::EmptyState},
};

/// The messages of an integration and the form that sends one.
#[component]
pub fn MessagesPage() -> impl IntoView {
    let id = path_parameter("integration");
    let page = page_resource(
        move || id.get(),
        |id| async move { Ok::<_, AppError>((integration(id.clone()).await?, api::messages(id).await?)) },
    );
    loaded(page, |(view, messages)| {
        let id = view.detail.integration.id;
        let through = view.detail.active.as_ref().map(|label| label.name.clone());
        let new =
            view! { <a class="button primary" href=routes::new_message(id)>"New message"</a> }.into_any();
        let send = (!messages.is_empty())
            .then(|| view! { <SendCard integration=id.to_string() messages=messages.clone() through/> });
        view! {
            <IntegrationHead detail=view.detail tab="Messages"/>
            <div class="stack">
                <Card title="Outbound messages" flush=true actions=new>{table(id, messages)}</Card>
                {send}
            </div>
        }
        .into_any()
    })
}

fn table(integration: model::id::IntegrationId, messages: Vec<Message>) -> AnyView {
    if messages.is_empty() {
        return view! {
            <EmptyState title="No messages yet" text="A message says what leaves: method, path and headers. Scripts, people and the REST API send it by its name.">
                <a class="button primary" href=routes::new_message(integration)>"Make the first message"</a>
            </EmptyState>
        }
        .into_any();
    }
    let rows = messages
        .into_iter()
        .map(|message| {
            view! {
                <tr>
                    <td data-label="Name"><a class="row-link" href=routes::message(integration, message.id)>{message.name}</a></td>
                    <td data-label="Request"><span class="verb">{message.method.label()}</span> <code>{message.path}</code></td>
                    <td data-label="Description">{message.description}</td>
                    <td data-label="Active"><ActivePill active=message.active/></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table cards">
            <thead><tr><th scope="col">"Name"</th><th scope="col">"Request"</th><th scope="col">"Description"</th><th scope="col">"Active"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
