//! The inbound user form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    Timestamp,
    forms::{INBOUND_PASSWORD_MINIMUM, InboundUserForm, ticked},
    inbound_user::Way,
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
    time::TimeAgo,
};

/// Name, User ID, Password, Active, Description.
#[component]
pub fn InboundUserFields(
    /// What is stored.
    form: InboundUserForm,
    /// What may be told about the password.
    #[prop(optional_no_strip)]
    password: Option<SecretState>,
    /// When the password was last used.
    #[prop(optional_no_strip)]
    last_used: Option<Timestamp>,
) -> impl IntoView {
    let active = ticked(&form.active);
    let ways = [
        ("allow_basic", Way::Basic, &form.allow_basic),
        ("allow_bearer", Way::Bearer, &form.allow_bearer),
        ("allow_api_key", Way::ApiKey, &form.allow_api_key),
        ("allow_signature", Way::Signature, &form.allow_signature),
        ("allow_path_token", Way::PathToken, &form.allow_path_token),
        ("allow_certificate", Way::Certificate, &form.allow_certificate),
    ]
    .map(|(name, way, on)| (name, way.label(), ticked(on)));
    view! {
        <Form action={PhantomData::<api::SaveInboundUser>} prefix="inbound-user" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Jira test site"/>
                <TextField name="user_id" label="User ID" value=form.user_id mono=true required=true placeholder="jira-test" hint="What the external system sends as user. Unique; no blanks, no colon."/>
                <PasswordField password last_used/>
                <SwitchField name="active" label="Active" on=active hint="Inactive users are refused with 401."/>
                <TextArea name="description" label="Description" value=form.description/>
            </Card>
            <Card title="Allowed ways" note="how it may authenticate; nothing ticked allows every way">
                <div class="two">
                    {ways.map(|(name, label, on)| view! { <SwitchField name label on/> }).into_iter().collect_view()}
                </div>
                <p class="hint">"A call by another way is refused with 401, and the refused calls say why. Access tokens are those of OAuth clients."</p>
            </Card>
        </Form>
    }
}

/// The password: write-only once it is set. A component of its own, because it must be made inside the form.
#[component]
fn PasswordField(
    /// What may be told about the password that is set.
    password: Option<SecretState>,
    /// When it was last used.
    last_used: Option<Timestamp>,
) -> impl IntoView {
    if password.is_some() {
        let used = match last_used {
            Some(at) => view! { <TimeAgo at/> }.into_any(),
            None => view! { "never" }.into_any(),
        };
        return view! {
            <SecretField name="password" label="Password" state=password/>
            <p class="hint">"Password last used: " {used} ". Replacing it ends the tokens that were fetched with it (password grant)."</p>
        }
        .into_any();
    }
    let hint = format!(
        "For Basic. At least {INBOUND_PASSWORD_MINIMUM} characters, stored hashed and never shown again. Leave it blank when the other side authenticates in another way, and add that below Credentials once this is saved."
    );
    view! { <TextField name="password" label="Password" kind="password" autocomplete="new-password" hint/> }
        .into_any()
}
