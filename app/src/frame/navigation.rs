//! The left navigation; a drawer on narrow screens.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use model::overview::Frame;
use wasm_bindgen::JsCast;

use crate::{
    routes,
    ui::icon::{Icon, IconView},
};

/// Groups of links with the counts of what is behind them.
#[component]
pub fn Navigation(
    /// Names and counts.
    frame: Frame,
) -> impl IntoView {
    let nav = NodeRef::<html::Nav>::new();
    // A drawer stays open when the router changes the page below it.
    let close = move |event: leptos::ev::MouseEvent| {
        let link = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
            .and_then(|element| element.closest("a").ok().flatten());
        if let (Some(_), Some(nav)) = (link, nav.get_untracked()) {
            let _ = nav.hide_popover();
        }
    };
    let count = |number: i64| (number > 0).then_some(number);
    let groups = [
        ("", vec![("Dashboard", routes::DASHBOARD, None)]),
        (
            "Design",
            vec![
                ("Processes", routes::PROCESSES, count(frame.processes)),
                ("Integrations", routes::INTEGRATIONS, count(frame.integrations)),
                ("Applications", routes::APPLICATIONS, None),
            ],
        ),
        (
            "Run",
            vec![
                (
                    "Connections and Credentials",
                    routes::CONNECTIONS,
                    count(frame.connections),
                ),
                ("Transactions", routes::TRANSACTIONS, None),
            ],
        ),
        (
            "Reach",
            vec![
                (
                    "OAuth profiles",
                    routes::OAUTH_PROFILES,
                    count(frame.oauth_profiles),
                ),
                (
                    "Protocol profiles",
                    routes::PROTOCOL_PROFILES,
                    count(frame.protocol_profiles),
                ),
                ("Inbound users", routes::INBOUND_USERS, count(frame.inbound_users)),
            ],
        ),
        ("", vec![("Settings", routes::SETTINGS, None)]),
    ];
    let groups = groups
        .into_iter()
        .map(|(title, links)| {
            let links = links
                .into_iter()
                .map(|(text, href, count)| view! { <NavigationLink text href count/> })
                .collect_view();
            view! { {(!title.is_empty()).then(|| view! { <h2>{title}</h2> })} <ul>{links}</ul> }
        })
        .collect_view();
    view! {
        <button type="button" class="drawer-button" popovertarget="navigation" aria-label="Navigation"><IconView icon=Icon::Menu/></button>
        <nav class="nav" id="navigation" popover="auto" aria-label="Main" node_ref=nav on:click=close>
            <p class="nav-application"><span class="muted">"Application"</span> <strong>{frame.application_name}</strong></p>
            {groups}
        </nav>
    }
}

#[component]
fn NavigationLink(text: &'static str, href: &'static str, count: Option<i64>) -> impl IntoView {
    let location = use_location();
    let section = if href == routes::SETTINGS {
        routes::SETTINGS_AREA
    } else {
        href
    };
    let here = move || {
        let path = location.pathname.get();
        let inside = path == section
            || (section != routes::DASHBOARD
                && path
                    .strip_prefix(section)
                    .is_some_and(|rest| rest.starts_with('/')));
        inside.then_some("page")
    };
    view! {
        <li>
            <a href=href aria-current=here>
                <span>{text}</span>
                {count.map(|count| view! { <span class="count">{count}</span> })}
            </a>
        </li>
    }
}
