//! What a dialog of a connection asks, as a page: for browsers without JavaScript.

use leptos::prelude::*;

use crate::{context::path_parameter, routes, ui::page_head::PageHead};

/// The page. `panel` makes the content of connection and the page to come back to.
#[component]
pub fn DialogPage(
    /// Name of the page.
    title: &'static str,
    /// The content of the dialog.
    panel: fn(String, String) -> AnyView,
) -> impl IntoView {
    let (integration, connection) = (
        path_parameter("integration").get_untracked(),
        path_parameter("connection").get_untracked(),
    );
    let stay = routes::connection(&integration, &connection);
    view! {
        <PageHead title crumbs=vec![("Connection".into(), stay.clone())]/>
        <div class="card in narrow">{panel(connection, stay)}</div>
    }
}
