//! The form of a notification channel.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    forms::ticked,
    notification::{ChannelForm, ChannelKind},
    secret_state::SecretState,
};

use super::api;
use crate::{
    context::hydrated,
    ui::{
        card::Card,
        form::{Form, Hidden, Version},
        form_state::FormState,
        secret_field::SecretField,
        select_field::{SelectField, choices_of},
        switch_field::SwitchField,
        text_area::TextArea,
        text_field::TextField,
    },
};

/// Name, Kind, Recipients or URL, Active.
#[component]
pub fn ChannelFields(
    /// What is stored.
    form: ChannelForm,
    /// What may be told about the URL.
    #[prop(optional_no_strip)]
    url: Option<SecretState>,
    /// Whether this installation has a mail server.
    mail: bool,
) -> impl IntoView {
    let active = ticked(&form.active);
    view! {
        <Form action={PhantomData::<api::SaveChannel>} prefix="channel" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Operators"/>
                <Target kind=form.kind recipients=form.recipients url mail/>
                <SwitchField name="active" label="Active" on=active hint="Inactive channels are not told; what happens meanwhile is not told later either."/>
            </Card>
        </Form>
    }
}

/// The kind and what it needs.
#[component]
fn Target(kind: String, recipients: String, url: Option<SecretState>, mail: bool) -> impl IntoView {
    let stored = ChannelKind::parse(&kind).unwrap_or(ChannelKind::Email).word();
    let chosen = FormState::here().choice("kind", stored.into());
    let live = hydrated();
    let by_mail = Memo::new(move |_| chosen.get() == ChannelKind::Email.word());
    view! {
        <SelectField name="kind" label="Kind" value=stored choices=choices_of!(ChannelKind)/>
        <fieldset class="revealed" data-shown-with="kind=email" disabled=move || live.get() && !by_mail.get()>
            {(!mail).then(|| view! { <p class="notice warn">"This installation has no mail server: e-mail reaches nobody. Set SWITCHBOARD_SMTP_URL and SWITCHBOARD_MAIL_FROM, or choose another kind."</p> })}
            <TextArea name="recipients" label="Recipients" value=recipients hint="E-mail addresses, one a line."/>
        </fieldset>
        <fieldset class="revealed" data-shown-with="kind=webhook" disabled=move || live.get() && by_mail.get()>
            <SecretField name="url" label="URL" state=url/>
            <p class="hint">"Teams: the URL of the workflow “Post to a channel when a webhook request is received”. Slack: an incoming webhook. Webhook: gets JSON with event, title, detail and url."</p>
        </fieldset>
    }
}
