//! The integration as a picture: process and system, and the connection between them.

use leptos::prelude::*;
use model::overview::IntegrationDetail;

use crate::{routes, ui::badge::EnvironmentBadge};

/// Process, active connection, external system.
#[component]
pub fn Diagram(
    /// The integration.
    detail: IntegrationDetail,
) -> impl IntoView {
    let id = detail.integration.id;
    let line_class = if detail.active.is_some() {
        "flow on"
    } else {
        "flow"
    };
    let middle = match detail.active {
        Some(label) => view! { <a href=routes::connection(id, label.id)><strong>{label.name}</strong></a> <EnvironmentBadge environment=label.environment/> }.into_any(),
        None => view! { <a href=routes::integration_connections(id)>"No active connection"</a> }.into_any(),
    };
    view! {
        <div class="diagram">
            <div class="node"><small>"Process"</small><strong>{detail.process.name}</strong><code>{detail.process.api_name}</code></div>
            <div class=line_class>
                <svg viewBox="0 0 200 24" preserveAspectRatio="none" aria-hidden="true"><path d="M2 8h196M190 3l8 5-8 5"></path><path d="M198 18H2M10 13l-8 5 8 5"></path></svg>
                <p>{middle}</p>
            </div>
            <div class="node"><small>"External system"</small><strong>{detail.integration.system}</strong><code>{format!("{}, {}", detail.integration.service_type, detail.integration.message_format)}</code></div>
        </div>
    }
}
