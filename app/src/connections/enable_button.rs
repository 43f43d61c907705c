//! **Enable** and **Disable**: buttons that say first what will happen.

use leptos::prelude::*;
use model::id::{ConnectionId, IntegrationId};

use super::switch_panels::{DisablePanel, EnablePanel};
use crate::{routes, ui::dialog_button::DialogButton};

/// Opens the Enable dialog of a connection.
#[component]
pub fn EnableButton(
    /// Its integration.
    integration: IntegrationId,
    /// The connection.
    connection: ConnectionId,
    /// Its name.
    #[prop(into)]
    name: String,
    /// Where to go afterwards.
    #[prop(into)]
    back: String,
    /// Class of the button.
    #[prop(default = "button primary")]
    class: &'static str,
) -> impl IntoView {
    let content = Callback::new(move |close: Callback<()>| {
        view! { <EnablePanel connection=connection.to_string() back=back.clone() close/> }.into_any()
    });
    view! { <DialogButton label="Enable" href=routes::connection_enable(integration, connection) class describes=name content/> }
}

/// Opens the Disable dialog of a connection.
#[component]
pub fn DisableButton(
    /// Its integration.
    integration: IntegrationId,
    /// The connection.
    connection: ConnectionId,
    /// Where to go afterwards.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let content = Callback::new(move |close: Callback<()>| {
        view! { <DisablePanel connection=connection.to_string() back=back.clone() close/> }.into_any()
    });
    view! { <DialogButton label="Disable" href=routes::connection_disable(integration, connection) class="button danger" content/> }
}
