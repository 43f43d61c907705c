//! The Send form of an integration.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::message::Message;

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Submit},
    select_field::SelectField,
    text_area::TextArea,
};

/// Chooses a message, takes a body, and sends it through the active connection.
#[component]
pub fn SendCard(
    /// The integration.
    #[prop(into)]
    integration: String,
    /// Its messages.
    messages: Vec<Message>,
    /// Name of the active connection.
    through: Option<String>,
) -> impl IntoView {
    let note = match &through {
        Some(name) => format!("through {name}, which is active now"),
        None => "no connection is active: enable one first".to_owned(),
    };
    let choices = messages
        .into_iter()
        .filter(|message| message.active)
        .map(|message| (message.name.clone(), message.name))
        .collect::<Vec<_>>();
    view! {
        <Card title="Send a message" note>
            <Form action={PhantomData::<api::SendMessage>} prefix="send">
                <Hidden name="integration" value=integration/>
                <SelectField name="message" label="Message" choices/>
                <TextArea name="body" label="Body" rows=6 mono=true value="{\n  \"title\": \"Printer on fire\"\n}"/>
                <p class="actions"><Submit label="Send"/></p>
            </Form>
        </Card>
    }
}
