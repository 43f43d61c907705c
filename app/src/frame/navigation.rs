//! The left navigation: folded to its icons on demand, a drawer on narrow screens.

use leptos::{html, prelude::*};
use leptos_router::hooks::use_location;
use model::overview::Frame;
use wasm_bindgen::JsCast;

use super::fold::{Fold, FoldButton};
use crate::{
    routes,
    ui::icon::{Icon, IconView},
};

/// A place the navigation leads to.
#[derive(Clone, Copy)]
struct Place {
    text: &'static str,
    href: &'static str,
    icon: Icon,
    /// How many records are behind it; none is not said.
    count: i64,
}

const fn place(text: &'static str, href: &'static str, icon: Icon, count: i64) -> Place {
    Place {
        text,
        href,
        icon,
        count,
    }
}

/// The groups of the navigation with their titles.
fn groups(frame: &Frame) -> [(&'static str, Vec<Place>); 5] {
    let design = vec![
        place("Processes", routes::PROCESSES, Icon::Process, frame.processes),
        place(
            "Integrations",
            routes::INTEGRATIONS,
            Icon::Integration,
            frame.integrations,
        ),
        place("Applications", routes::APPLICATIONS, Icon::Application, 0),
    ];
    let run = vec![
        place(
            "Connections and Credentials",
            routes::CONNECTIONS,
            Icon::Connection,
            frame.connections,
        ),
        place("Transactions", routes::TRANSACTIONS, Icon::Transaction, 0),
        place("Expiry radar", routes::EXPIRY, Icon::Clock, 0),
    ];
    let reach = vec![
        place(
            "OAuth profiles",
            routes::OAUTH_PROFILES,
            Icon::Key,
            frame.oauth_profiles,
        ),
        place(
            "Protocol profiles",
            routes::PROTOCOL_PROFILES,
            Icon::Shield,
            frame.protocol_profiles,
        ),
        place(
            "Inbound users",
            routes::INBOUND_USERS,
            Icon::Person,
            frame.inbound_users,
        ),
    ];
    let dashboard = place("Dashboard", routes::DASHBOARD, Icon::Dashboard, 0);
    let settings = place("Settings", routes::SETTINGS, Icon::Settings, 0);
    [
        ("", vec![dashboard]),
        ("Design", design),
        ("Run", run),
        ("Reach", reach),
        ("", vec![settings]),
    ]
}

/// Groups of links with the counts of what is behind them.
#[component]
pub fn Navigation(
    /// Names and counts.
    frame: Frame,
) -> impl IntoView {
    let fold = Fold::remembered();
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
    let groups = groups(&frame)
        .into_iter()
        .map(|(title, places)| {
            let links = places
                .into_iter()
                .map(|place| view! { <NavigationLink place fold/> })
                .collect_view();
            view! { {(!title.is_empty()).then(|| view! { <h2>{title}</h2> })} <ul>{links}</ul> }
        })
        .collect_view();
    let reference = place("REST API", routes::API_REFERENCE, Icon::Book, 0);
    view! {
        <button type="button" class="drawer-button" popovertarget="navigation" aria-label="Navigation"><IconView icon=Icon::Menu/></button>
        <nav class="nav" id="navigation" popover="auto" aria-label="Main" node_ref=nav on:click=close>
            <p class="nav-application"><span class="muted">"Application"</span> <strong>{frame.application_name}</strong></p>
            {groups}
            <div class="nav-foot">
                <ul><NavigationLink place=reference fold/></ul>
                <FoldButton fold/>
            </div>
        </nav>
    }
}

#[component]
fn NavigationLink(place: Place, fold: Fold) -> impl IntoView {
    let Place {
        text,
        href,
        icon,
        count,
    } = place;
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
            <a href=href aria-current=here title=move || fold.is_folded().then_some(text)>
                <IconView icon/>
                <span class="grow">{text}</span>
                {(count > 0).then(|| view! { <span class="count">{count}</span> })}
            </a>
        </li>
    }
}
