//! The head of every page of an integration: state, sentence, tabs.

use leptos::prelude::*;
use model::{overview::IntegrationDetail, transaction::TransactionFilter};

use super::enable::IntegrationSwitch;
use crate::{
    routes,
    ui::{badge::Pill, page_head::PageHead, tabs::Tabs},
};

/// Title, state, Enable or Disable, and the tabs.
#[component]
pub fn IntegrationHead(
    /// The integration.
    detail: IntegrationDetail,
    /// The tab that is shown.
    tab: &'static str,
) -> impl IntoView {
    let id = detail.integration.id;
    let active = detail.active.clone();
    let activity = match (active.clone(), detail.active_since) {
        (Some(label), Some(since)) => view! { ". Active through " <a href=routes::connection(id, label.id)><strong>{label.name}</strong></a> " since " {since.date()} }.into_any(),
        (Some(label), None) => view! { ". Active through " <a href=routes::connection(id, label.id)><strong>{label.name}</strong></a> }.into_any(),
        (None, _) => view! { ". No connection is active" }.into_any(),
    };
    let lead = view! {
        "Process " <a href=routes::process(detail.process.id)><strong>{detail.process.name.clone()}</strong></a>
        " with external system " <strong>{detail.integration.system.clone()}</strong>
        {activity} {format!(", {} messages in 24 h", detail.messages_24h)}
        {(detail.failed_24h > 0).then(|| view! { ", " <span class="text-bad">{format!("{} failed", detail.failed_24h)}</span> })} "."
    };
    let badges = if active.is_some() {
        view! { <Pill tone="ok" text="Active"/> }
    } else {
        view! { <Pill tone="off" text="Inactive"/> }
    };
    let actions = view! { <IntegrationSwitch integration=id active connections=detail.connections/> };
    let filter = TransactionFilter {
        integration: Some(id),
        ..TransactionFilter::default()
    };
    let tabs: Vec<(String, String)> = vec![
        ("Overview".into(), routes::integration(id)),
        ("Connections".into(), routes::integration_connections(id)),
        ("Messages".into(), routes::integration_messages(id)),
        ("Variables".into(), routes::integration_variables(id)),
        ("Transactions".into(), routes::transactions(&filter)),
        ("Settings".into(), routes::integration_settings(id)),
    ];
    let current = tabs
        .iter()
        .find(|(text, _)| text == tab)
        .map_or_else(String::new, |(_, href)| href.clone());
    let name = detail.integration.name.clone();
    let mut crumbs = vec![("Integrations".to_owned(), routes::INTEGRATIONS.to_owned())];
    let (title, here) = if tab == "Overview" {
        (name.clone(), name)
    } else {
        crumbs.push((name.clone(), routes::integration(id)));
        (format!("{name}: {tab}"), tab.to_owned())
    };
    view! {
        <PageHead title here crumbs lead=lead.into_any() badges=badges.into_any() actions=actions.into_any()/>
        <Tabs label="Integration" tabs current/>
    }
}
