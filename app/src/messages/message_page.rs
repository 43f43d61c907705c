//! `/integrations/{id}/messages/new` and `…/{message}`.

use leptos::prelude::*;
use model::forms::MessageForm;

use super::{api, form::MessageFields};
use crate::{
    context::{loaded, page_resource, path_parameter},
    deletion::{Deletable, DeleteButton},
    routes,
    ui::page_head::PageHead,
};

/// A new message.
#[component]
pub fn NewMessagePage() -> impl IntoView {
    let integration = path_parameter("integration").get_untracked();
    let crumbs = vec![("Messages".into(), routes::integration_messages(&integration))];
    let form = MessageForm {
        integration,
        active: "on".into(),
        ..MessageForm::default()
    };
    view! { <PageHead title="New message" crumbs/><div class="form-width"><MessageFields form/></div> }
}

/// One message.
#[component]
pub fn MessagePage() -> impl IntoView {
    let message = path_parameter("message");
    let page = page_resource(move || message.get(), api::message);
    loaded(page, |message| {
        let form = MessageForm::of(&message);
        let crumbs = vec![
            ("Integration".into(), routes::integration(message.integration)),
            (
                "Messages".into(),
                routes::integration_messages(message.integration),
            ),
        ];
        let actions = view! { <DeleteButton record=Deletable::Message id=message.id.to_string()/> };
        view! { <PageHead title=message.name crumbs actions=actions.into_any()/><div class="form-width"><MessageFields form/></div> }.into_any()
    })
}
