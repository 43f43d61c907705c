//! The parts of the settings.

use leptos::prelude::*;

use crate::{routes, ui::tabs::Tabs};

/// Links to the parts of the settings.
#[component]
pub fn SettingsTabs(
    /// The current one.
    current: &'static str,
) -> impl IntoView {
    let tabs = [
        ("General", routes::SETTINGS),
        ("API tokens", routes::TOKENS),
        ("Notifications", routes::NOTIFICATIONS),
        ("Keys", routes::KEYS),
        ("Audit", routes::AUDIT),
        ("REST API", routes::API_REFERENCE),
    ];
    view! { <Tabs label="Settings" tabs=tabs.map(|(text, href)| (text.to_owned(), href.to_owned())).to_vec() current/> }
}
