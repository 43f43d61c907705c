//! The header: brand, search, instance name, health light, user menu.

use leptos::prelude::*;
use model::{
    overview::{Frame, Health},
    transaction::{TransactionFilter, TransactionState},
};

use super::theme::ThemeChoice;
use crate::{
    entrance::LogOut,
    routes,
    ui::icon::{Icon, IconView},
};

/// The bar on top of every page.
#[component]
pub fn Header(
    /// Names and counts.
    frame: Frame,
    /// What is wrong now.
    health: Signal<Health>,
    /// Opens the palette.
    palette: RwSignal<bool>,
) -> impl IntoView {
    // The name is the only thing known about an installation; a production one must be unmistakable.
    let production = frame
        .instance_name
        .to_lowercase()
        .split(['-', '_', '.'])
        .any(|part| part.starts_with("prod"));
    view! {
        <header class="top">
            <a class="brand" href=routes::DASHBOARD><IconView icon=Icon::Brand/>"Switchboard"</a>
            <form class="search" method="get" action=routes::TRANSACTIONS role="search">
                <IconView icon=Icon::Search/>
                <input type="search" id="search" name="search" aria-label="Search" placeholder="Search or run a command" autocomplete="off"/>
                <button type="button" class="key" aria-label="Open the command palette" on:click=move |_| palette.set(true)><kbd>"Ctrl K"</kbd></button>
            </form>
            <span class="instance" class:production=production title="Name of this installation">{frame.instance_name.clone()}</span>
            <HealthLight health/>
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

/// Says what is wrong and leads to the list of it. Where there is no room for words it keeps the number.
#[component]
fn HealthLight(health: Signal<Health>) -> impl IntoView {
    let tone = move || match health.get() {
        Health {
            unable: 0,
            incidents: 0,
            failing: 0,
        } => "health pill ok",
        Health {
            unable: 0,
            failing: 0,
            ..
        } => "health pill warn",
        _ => "health pill bad",
    };
    let short = move || match health.get().total() {
        0 => "OK".to_owned(),
        count => count.to_string(),
    };
    let words = move || health.get().in_words();
    view! {
        <a class=tone href=move || causes(health.get()) title=words>
            <i class="dot" aria-hidden="true"></i>
            <span class="health-words">{words}</span>
            <span class="health-short" aria-hidden="true">{short}</span>
        </a>
    }
}

/// Where the causes are listed.
fn causes(health: Health) -> String {
    let failed = TransactionFilter {
        state: Some(TransactionState::Error),
        ..TransactionFilter::default()
    };
    match (health.unable + health.incidents, health.failing) {
        (0, 0) => routes::DASHBOARD.into(),
        (0, _) => routes::transactions(&failed),
        _ => routes::WARNINGS.into(),
    }
}
