//! The header: brand, search, instance name, health light, user menu.

use leptos::prelude::*;
use model::overview::Frame;

use super::theme::ThemeChoice;
use crate::{
    entrance::LogOut,
    routes,
    ui::{
        badge::Pill,
        icon::{Icon, IconView},
    },
};

/// The bar on top of every page.
#[component]
pub fn Header(
    /// Names and counts.
    frame: Frame,
    /// Failed transactions of the last hour.
    failing: Signal<i64>,
    /// Opens the palette.
    palette: RwSignal<bool>,
) -> impl IntoView {
    // The name is the only thing known about an installation; a production one must be unmistakable.
    let production = frame
        .instance_name
        .to_lowercase()
        .split(['-', '_', '.'])
        .any(|part| part.starts_with("prod"));
    let health = move || match failing.get() {
        0 => view! { <Pill tone="ok" text="All healthy"/> },
        failing => view! { <Pill tone="bad" text=format!("{failing} failed in the last hour")/> },
    };
    view! {
        <header class="top">
            <a class="brand" href=routes::DASHBOARD><IconView icon=Icon::Brand/>"Switchboard"</a>
            <form class="search" method="get" action=routes::TRANSACTIONS role="search">
                <IconView icon=Icon::Search/>
                <input type="search" id="search" name="search" aria-label="Search" placeholder="Search or run a command" autocomplete="off"/>
                <button type="button" class="key" aria-label="Open the command palette" on:click=move |_| palette.set(true)><kbd>"Ctrl K"</kbd></button>
            </form>
            <span class="instance" class:production=production title="Name of this installation">{frame.instance_name.clone()}</span>
            <a class="health" href=routes::TRANSACTIONS>{health}</a>
            <details class="menu">
                <summary class="button quiet">{frame.user_name.clone()}</summary>
                <div class="menu-list">
                    <p class="muted small">{frame.role.label()}</p>
                    <ThemeChoice/>
                    <LogOut/>
                </div>
            </details>
        </header>
    }
}
