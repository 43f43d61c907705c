//! The Inbound endpoints widget on top of an integration's connections.

use leptos::prelude::*;
use model::{id::ProcessId, process::InboundEndpoint};

use crate::{
    routes,
    ui::{
        copy_button::CopyButton,
        icon::{Icon, IconView},
    },
};

/// Method, URL, copy button and resource page of each inbound endpoint of the process.
#[component]
pub fn InboundEndpoints(
    /// The process.
    process: ProcessId,
    /// Its endpoints.
    endpoints: Vec<InboundEndpoint>,
    /// User id of the active connection's inbound user.
    user: Option<String>,
    /// Whether a connection is active.
    active: bool,
) -> impl IntoView {
    let note = match (active, user) {
        (true, Some(user)) => view! { "Callers authenticate as the inbound user of the active connection: " <code>{user}</code> }.into_any(),
        (true, None) => view! { "The active connection names no inbound user: callers get 403." }.into_any(),
        (false, _) => view! { "No connection is active: callers get 403 until one is enabled." }.into_any(),
    };
    let items = endpoints
        .into_iter()
        .map(|endpoint| {
            let page = routes::endpoint(process, &endpoint.resource);
            view! {
                <li class="endpoint">
                    <span class="verb">{endpoint.method}</span>
                    <code class="grow min-w-0">{endpoint.url.clone()}</code>
                    <CopyButton text=endpoint.url label="Copy URL"/>
                    <a class="button small quiet" href=page target="_blank" rel="noopener">"Open" <IconView icon=Icon::External/></a>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card" role="region" aria-label="Inbound endpoints">
            <header><h2>"Inbound endpoints"</h2><p class="muted grow min-w-0">{note}</p></header>
            <ul class="flush">{items}</ul>
        </section>
    }
}
