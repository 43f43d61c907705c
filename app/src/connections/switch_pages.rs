//! Enable and Disable as pages, for browsers without JavaScript.

use leptos::prelude::*;

use super::switch_panels::{DisablePanel, EnablePanel};
use crate::{context::path_parameter, routes, ui::page_head::PageHead};

/// `…/enable`.
#[component]
pub fn EnablePage() -> impl IntoView {
    let (integration, connection) = (
        path_parameter("integration").get_untracked(),
        path_parameter("connection").get_untracked(),
    );
    let back = routes::connection(&integration, &connection);
    view! {
        <PageHead title="Enable connection" crumbs=vec![("Connection".into(), back.clone())]/>
        <div class="card in narrow"><EnablePanel connection back/></div>
    }
}

/// `…/disable`.
#[component]
pub fn DisablePage() -> impl IntoView {
    let (integration, connection) = (
        path_parameter("integration").get_untracked(),
        path_parameter("connection").get_untracked(),
    );
    let back = routes::connection(&integration, &connection);
    view! {
        <PageHead title="Disable connection" crumbs=vec![("Connection".into(), back.clone())]/>
        <div class="card in narrow"><DisablePanel connection back/></div>
    }
}
