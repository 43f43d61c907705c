//! The message form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    connection::HttpMethod,
    forms::{MessageForm, ticked},
};

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    select_field::{SelectField, choices_of},
    switch_field::SwitchField,
    text_area::TextArea,
    text_field::TextField,
};

/// Name, method, path, headers.
#[component]
pub fn MessageFields(
    /// What is stored.
    form: MessageForm,
) -> impl IntoView {
    let active = ticked(&form.active);
    let method = if form.method.is_empty() {
        HttpMethod::Post.word().to_owned()
    } else {
        form.method
    };
    view! {
        <Form action={PhantomData::<api::SaveMessage>} prefix="message" guarded=true>
            <Hidden name="id" value=form.id/>
            <Hidden name="integration" value=form.integration/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name mono=true required=true placeholder="create-issue" hint="Lower-case letters, digits, - and _. Forms the URL of the send API."/>
                <div class="two">
                    <SelectField name="method" label="Method" value=method choices=choices_of!(HttpMethod)/>
                    <TextField name="path" label="Path" value=form.path mono=true placeholder="/api/3/issue" hint="Appended to the Endpoint URL. ${KEY} takes a variable of the connection."/>
                </div>
                <TextArea name="headers" label="Headers" value=form.headers mono=true placeholder="Accept: application/json" hint="One per line, Name: value."/>
                <TextArea name="description" label="Description" value=form.description/>
                <SwitchField name="active" label="Active" on=active hint="Inactive messages are not sent."/>
            </Card>
        </Form>
    }
}
