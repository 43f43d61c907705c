//! The inbound user form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    forms::{INBOUND_PASSWORD_MINIMUM, InboundUserForm, ticked},
    secret_state::SecretState,
};

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    secret_field::SecretField,
    switch_field::SwitchField,
    text_area::TextArea,
    text_field::TextField,
};

/// Name, User ID, Password, Active, Description.
#[component]
pub fn InboundUserFields(
    /// What is stored.
    form: InboundUserForm,
    /// What may be told about the password.
    #[prop(optional_no_strip)]
    password: Option<SecretState>,
) -> impl IntoView {
    let active = ticked(&form.active);
    view! {
        <Form action={PhantomData::<api::SaveInboundUser>} prefix="inbound-user" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Jira test site"/>
                <TextField name="user_id" label="User ID" value=form.user_id mono=true required=true placeholder="jira-test" hint="What the external system sends as user. Unique; no blanks, no colon."/>
                <PasswordField password/>
                <SwitchField name="active" label="Active" on=active hint="Inactive users are refused with 401."/>
                <TextArea name="description" label="Description" value=form.description/>
            </Card>
        </Form>
    }
}

/// The password: write-only once it is set. A component of its own, because it must be made inside the form.
#[component]
fn PasswordField(
    /// What may be told about the password that is set.
    password: Option<SecretState>,
) -> impl IntoView {
    if password.is_some() {
        return view! { <SecretField name="password" label="Password" state=password/> }.into_any();
    }
    let hint = format!(
        "For Basic. At least {INBOUND_PASSWORD_MINIMUM} characters, stored hashed and never shown again. Leave it blank when the other side authenticates in another way, and add that below Credentials once this is saved."
    );
    view! { <TextField name="password" label="Password" kind="password" autocomplete="new-password" hint/> }
        .into_any()
}
