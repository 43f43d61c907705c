//! The command palette: finds records and runs actions, from the keyboard.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::api;
use crate::{live::Live, routes};

/// Actions that are always there: words and address.
const ACTIONS: &[(&str, &str)] = &[
    ("New process", routes::NEW_PROCESS),
    ("New integration", routes::NEW_INTEGRATION),
    ("New inbound user", routes::NEW_INBOUND_USER),
    ("New OAuth client", routes::NEW_OAUTH_CLIENT),
    ("New OAuth profile", routes::NEW_OAUTH_PROFILE),
    ("New protocol profile", routes::NEW_PROTOCOL_PROFILE),
    ("New application", routes::NEW_APPLICATION),
    ("New connection", routes::CHOOSE_INTEGRATION),
    ("New notification channel", routes::NEW_CHANNEL),
    ("Go to Dashboard", routes::DASHBOARD),
    ("Go to Processes", routes::PROCESSES),
    ("Go to Integrations", routes::INTEGRATIONS),
    ("Go to Applications", routes::APPLICATIONS),
    ("Go to Connections and Credentials", routes::CONNECTIONS),
    ("Go to Transactions", routes::TRANSACTIONS),
    ("Go to Expiry radar", routes::EXPIRY),
    ("Go to OAuth profiles", routes::OAUTH_PROFILES),
    ("Go to Protocol profiles", routes::PROTOCOL_PROFILES),
    ("Go to Inbound users", routes::INBOUND_USERS),
    ("Go to OAuth clients", routes::OAUTH_CLIENTS),
    ("Go to Notifications", routes::NOTIFICATIONS),
    ("Go to API tokens", routes::TOKENS),
    ("Go to Keys", routes::KEYS),
    ("Go to Audit", routes::AUDIT),
    ("Go to REST API", routes::API_REFERENCE),
    ("Go to Settings", routes::SETTINGS),
];

/// Hits shown at most, and records among them: what can be done stays in sight.
const HITS: usize = 14;
const RECORDS: usize = 9;

/// A dialog with a search field and what it finds. Enter goes to the first hit, arrows and Tab to the others.
#[component]
pub fn Palette(
    /// Whether it is asked for.
    open: RwSignal<bool>,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let live = use_context::<Live>();
    let text = RwSignal::new(String::new());
    let found = LocalResource::new(move || {
        let asked = text.get();
        async move {
            if asked.trim().len() < 2 {
                Vec::new()
            } else {
                api::search(asked).await.unwrap_or_default()
            }
        }
    });
    Effect::new(move || {
        if let (true, Some(dialog)) = (open.get(), dialog.get()) {
            let _ = dialog.show_modal();
        }
    });
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let hits = move || {
        let asked = text.get().trim().to_lowercase();
        let actions = ACTIONS
            .iter()
            .filter(|(words, _)| words.to_lowercase().contains(&asked));
        let actions = actions.map(|(words, href)| {
            (
                "Action".to_owned(),
                (*words).to_owned(),
                String::new(),
                (*href).to_owned(),
            )
        });
        let records = found
            .get()
            .unwrap_or_default()
            .into_iter()
            .map(|hit| (hit.kind, hit.name, hit.detail, routes::found(&hit.target)));
        records
            .take(RECORDS)
            .chain(actions)
            .take(HITS)
            .collect::<Vec<_>>()
    };
    let navigate = use_navigate();
    let first = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some((_, _, _, href)) = hits().into_iter().next() {
            close();
            navigate(&href, NavigateOptions::default());
        }
    };
    view! {
        <dialog class="dialog palette" aria-label="Command palette" node_ref=dialog on:close=move |_| {
            open.set(false);
            if let Some(live) = live {
                live.release();
            }
        }>
            {move || open.get().then(|| view! {
                <form role="search" on:submit=first.clone()>
                    <input
                        type="search"
                        aria-label="Search or run a command"
                        placeholder="Search or run a command"
                        autocomplete="off"
                        autofocus
                        on:input=move |event| text.set(event_target_value(&event))
                    />
                </form>
                <ul class="hits">
                    {move || hits().into_iter().map(|(kind, name, detail, href)| view! {
                        <li><a href=href on:click=move |_| close()>
                            <span class="hit-kind">{kind}</span><span class="grow min-w-0">{name}" "<small class="muted">{detail}</small></span>
                        </a></li>
                    }).collect_view()}
                </ul>
            })}
        </dialog>
    }
}
