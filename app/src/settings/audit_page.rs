//! `/settings/audit`.

use leptos::prelude::*;
use model::id::AuditId;

use super::{api, tabs::SettingsTabs};
use crate::{
    address::{parsed, query_value},
    context::{loaded, page_resource},
    routes,
    ui::{card::Card, page_head::PageHead, time::TimeAgo},
};

/// Who changed what, when, from where.
#[component]
pub fn AuditPage() -> impl IntoView {
    let before = query_value("before", parsed::<AuditId>);
    let entries = page_resource(
        move || before.get().map_or_else(String::new, |id| id.to_string()),
        api::audit,
    );
    view! {
        <PageHead title="Audit" crumbs=vec![("Settings".into(), routes::SETTINGS.into())]/>
        <SettingsTabs current=routes::AUDIT/>
        {loaded(entries, |entries| {
            let older = entries.last().filter(|_| entries.len() >= 100).map(|entry| view! { <p class="actions in"><a class="button" href=routes::audit_before(entry.id)>"Older"</a></p> });
            let rows = entries.into_iter().map(|entry| view! {
                <tr>
                    <td data-label="When"><TimeAgo at=entry.at/></td>
                    <td data-label="Who"><strong>{entry.actor}</strong><small><code>{entry.address}</code></small></td>
                    <td data-label="What">{entry.action.label()} " " {entry.record} " " <strong>{entry.name}</strong></td>
                    <td data-label="Detail"><small class="pre-line">{entry.detail}</small></td>
                </tr>
            }).collect_view();
            view! {
                <Card title="Changes" flush=true>
                    <table class="table cards"><thead><tr><th scope="col">"When"</th><th scope="col">"Who"</th><th scope="col">"What"</th><th scope="col">"Detail"</th></tr></thead><tbody>{rows}</tbody></table>
                    {older}
                </Card>
            }.into_any()
        })}
    }
}
