//! `/settings/general`.

use leptos::prelude::*;
use model::installation::Installed;

use super::{api, tabs::SettingsTabs};
use crate::{
    context::{loaded, page_resource},
    routes,
    ui::{card::Card, page_head::PageHead, time::TimeAgo},
};

/// The name the database had before, and who accepted the present one.
fn before(recorded: Installed) -> AnyView {
    let accepted = match recorded.accepted_by.as_str() {
        "" => String::new(),
        who => format!("{who} accepted {} as a new installation ", recorded.instance_name),
    };
    view! {
        <dt>"Name before"</dt>
        <dd><code>{recorded.previous_name}</code><small>{accepted}<TimeAgo at=recorded.since/></small></dd>
    }
    .into_any()
}

/// What this installation is.
#[component]
pub fn GeneralPage() -> impl IntoView {
    let installation = page_resource(|| (), |()| api::installation());
    view! {
        <PageHead title="Settings"/>
        <SettingsTabs current=routes::SETTINGS/>
        {loaded(installation, |installation| view! {
            <div class="form-width">
                <Card title="This installation" note="set by its environment variables or configuration file">
                    <dl class="facts">
                        <dt>"Instance name"</dt><dd><code>{installation.instance_name}</code><small>"Connections that carry another name send nothing from here."</small></dd>
                        {installation.recorded.filter(|recorded| !recorded.previous_name.is_empty()).map(before)}
                        <dt>"Public URL"</dt><dd><code>{installation.public_url}</code></dd>
                        <dt>"Database"</dt><dd>{installation.database}</dd>
                        <dt>"Largest inbound body"</dt><dd>{format!("{} bytes", installation.body_limit)}</dd>
                        <dt>"Practice target"</dt><dd>{if installation.practice { "on" } else { "off" }}</dd>
                        <dt>"Version"</dt><dd>{installation.version}</dd>
                    </dl>
                </Card>
            </div>
        }.into_any())}
    }
}
