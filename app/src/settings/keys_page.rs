//! `/settings/keys`.

use leptos::prelude::*;
use model::data_key::DataKeyRow;

use super::{api, tabs::SettingsTabs};
use crate::{
    context::{loaded, page_resource},
    routes,
    ui::{badge::Pill, card::Card, copy_button::CopyButton, page_head::PageHead, time::TimeAgo},
};

/// Which data keys encrypt how much, and how they are rotated.
#[component]
pub fn KeysPage() -> impl IntoView {
    let keys = page_resource(|| (), |()| api::keys());
    view! {
        <PageHead title="Keys" crumbs=vec![("Settings".into(), routes::SETTINGS.into())]/>
        <SettingsTabs current=routes::KEYS/>
        <div class="stack">
            {loaded(keys, |keys| view! { <Card title="Data keys" note="each secret is encrypted with one of them; the master key wraps them" flush=true>{table(keys)}</Card> }.into_any())}
            <div class="form-width stack">
                <Card title="Rotate the data key" note="whenever you like; messages go on">
                    <p>"Run this where Switchboard's configuration is. A new key takes over at once, then every secret is encrypted again. Cut off, it goes on at the next call, or by itself within a minute while a server runs."</p>
                    <Command text=DATA_ROTATION/>
                </Card>
                <Card title="Rotate the master key" note="when somebody may have seen it">
                    <p>"Make the new key in a file, so that it is kept, and let the data keys be wrapped with it. Then put it in the place of the old one and restart the instances that got the old one by the environment. Without the new key no secret can be read any more."</p>
                    <Command text=MASTER_ROTATION/>
                </Card>
            </div>
        </div>
    }
}

/// A command to be run elsewhere.
#[component]
fn Command(text: &'static str) -> impl IntoView {
    view! {
        <div class="command"><pre class="pre">{text}</pre><CopyButton text label="Copy command"/></div>
    }
}

const DATA_ROTATION: &str = "switchboard key rotate";

/// The new key is in a file before it is used: one that only the environment of a command knew would be lost.
const MASTER_ROTATION: &str = "(umask 077; openssl rand -base64 32 > data/master.key.new)
SWITCHBOARD_NEW_MASTER_KEY_FILE=data/master.key.new switchboard key rotate --master
mv data/master.key.new data/master.key";

fn table(keys: Vec<DataKeyRow>) -> AnyView {
    let rows = keys
        .into_iter()
        .map(|key| {
            let state = match (key.active, key.secrets) {
                (true, _) => view! { <Pill tone="ok" text="Active"/> },
                (false, 0) => view! { <Pill tone="off" text="Retired, soon removed"/> },
                (false, _) => view! { <Pill tone="warn" text="Retired, still needed"/> },
            };
            view! {
                <tr>
                    <td data-label="Key"><code>{key.id.to_string()}</code></td>
                    <td data-label="Made"><TimeAgo at=key.created/></td>
                    <td data-label="State">{state}{key.retired.map(|at| view! { <small>"retired " <TimeAgo at/></small> })}</td>
                    <td data-label="Secrets" class="num">{key.secrets}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <table class="table cards">
            <thead><tr><th scope="col">"Key"</th><th scope="col">"Made"</th><th scope="col">"State"</th><th scope="col">"Secrets"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
