//! Enable and Disable as pages, for browsers without JavaScript.

use leptos::prelude::*;

use super::{
    dialog_page::DialogPage,
    switch_panels::{DisablePanel, EnablePanel},
};

/// `…/enable`.
#[component]
pub fn EnablePage() -> impl IntoView {
    view! { <DialogPage title="Enable connection" panel=|connection, back| view! { <EnablePanel connection back/> }.into_any()/> }
}

/// `…/disable`.
#[component]
pub fn DisablePage() -> impl IntoView {
    view! { <DialogPage title="Disable connection" panel=|connection, back| view! { <DisablePanel connection back/> }.into_any()/> }
}
