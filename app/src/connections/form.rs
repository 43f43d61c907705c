//! The connection form: Details, Outbound, Inbound.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    connection::Environment, connection_form::ConnectionForm, overview::ConnectionChoices,
    secret_state::SecretState,
};

use super::{api, fields_outbound::OutboundFields};
use crate::{
    routes,
    ui::{
        card::Card,
        form::{Form, Hidden, Version},
        select_field::{SelectField, choices_of},
        text_area::TextArea,
        text_field::TextField,
    },
};

/// What may be told about the three secrets of a connection.
#[derive(Clone, Default)]
pub struct Secrets {
    pub password: Option<SecretState>,
    pub api_key: Option<SecretState>,
    pub token: Option<SecretState>,
}

/// The form of a new or stored connection.
#[component]
pub fn ConnectionFields(
    /// What is stored, or the defaults of a new one.
    form: ConnectionForm,
    /// What the lists offer.
    choices: ConnectionChoices,
    /// What is known about the stored secrets.
    secrets: Secrets,
    /// Name of the external system.
    #[prop(into)]
    system: String,
    /// What to register at an OAuth provider; blank until the connection is saved.
    #[prop(optional, into)]
    redirect_url: String,
) -> impl IntoView {
    let users = choices
        .inbound_users
        .iter()
        .map(|user| (user.id.to_string(), format!("{} ({})", user.name, user.user_id)))
        .collect::<Vec<_>>();
    let no_users = users.is_empty();
    let instance_hint = format!(
        "Messages and calls for tokens leave only from the installation of this name. This one is {}. Blank: every \
         installation sends, also a copy of this database.",
        choices.instance_name
    );
    let (name, environment, description, instance_name) = (
        form.name.clone(),
        form.environment.clone(),
        form.description.clone(),
        form.instance_name.clone(),
    );
    let inbound_user = form.inbound_user.clone();
    view! {
        <Form action={PhantomData::<api::SaveConnection>} prefix="connection" guarded=true>
            <Hidden name="id" value=form.id.clone()/>
            <Hidden name="integration" value=form.integration.clone()/>
            <Version version=form.version/>
            <Card title="Details" id="details">
                <div class="two">
                    <TextField name="name" label="Name" value=name hint="Unique within the integration. Blank takes the name of the environment."/>
                    <SelectField name="environment" label="Environment" value=environment choices=choices_of!(Environment)/>
                </div>
                <TextField name="instance_name" label="Instance name" value=instance_name mono=true hint=instance_hint/>
                <TextArea name="description" label="Description" value=description hint="Markdown. It goes into the documentation of the integration."/>
            </Card>
            <Card title="Outbound" id="outbound" note=format!("how messages reach {system}")>
                <OutboundFields form choices secrets redirect_url/>
            </Card>
            <Card title="Inbound" id="inbound" note="who may post for this connection">
                <SelectField
                    name="inbound_user"
                    label="Inbound user"
                    value=inbound_user
                    choices=users
                    blank="None: nobody may post"
                    hint="Required to receive. Among the active connections of one process each needs its own."
                />
                {no_users.then(|| view! { <p class="hint">"There is no inbound user yet. " <a href=routes::NEW_INBOUND_USER target="_blank" rel="noopener">"New inbound user"</a></p> })}
            </Card>
        </Form>
    }
}
