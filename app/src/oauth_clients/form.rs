//! The OAuth client form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    forms::{ACCESS_LIFETIME_DEFAULT, OauthClientForm, REFRESH_LIFETIME_DEFAULT, seconds_in_words, ticked},
    overview::InboundRow,
};

use super::api;
use crate::{
    routes,
    ui::{
        card::Card,
        form::{Form, Hidden, Version},
        select_field::SelectField,
        switch_field::SwitchField,
        text_area::TextArea,
        text_field::TextField,
    },
};

/// Who the client is, which grants it may use, and how long its tokens count.
#[component]
pub fn OauthClientFields(
    /// What is stored.
    form: OauthClientForm,
    /// The inbound users its tokens may stand for.
    users: Vec<InboundRow>,
) -> impl IntoView {
    let no_users = users.is_empty();
    let users = users
        .into_iter()
        .map(|row| {
            let label = format!("{} ({})", row.user.name, row.user.user_id);
            (row.user.id.to_string(), label)
        })
        .collect();
    let hint = if form.id.is_empty() {
        "Blank makes one up. Fixed afterwards."
    } else {
        "Fixed."
    };
    let seconds = |typed: &str, default: i64| {
        let seconds = typed.trim().parse().unwrap_or(default);
        format!("{seconds} seconds are {}.", seconds_in_words(seconds))
    };
    let access_hint = seconds(&form.access_lifetime, ACCESS_LIFETIME_DEFAULT);
    let refresh_hint = seconds(&form.refresh_lifetime, REFRESH_LIFETIME_DEFAULT);
    let on = |value: &str| ticked(value);
    let (credentials, password, refresh) = (
        on(&form.client_credentials),
        on(&form.password_grant),
        on(&form.refresh_token),
    );
    view! {
        <Form action={PhantomData::<api::SaveOauthClient>} prefix="oauth-client" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Jira production"/>
                <TextField name="client_id" label="Client ID" value=form.client_id mono=true hint/>
                <SelectField name="inbound_user" label="Inbound user" value=form.inbound_user choices=users blank="Choose…" hint="Who holders of its tokens post as: the inbound user of a connection."/>
                {no_users.then(|| view! { <p class="hint">"There is no inbound user yet. " <a href=routes::NEW_INBOUND_USER>"New inbound user"</a></p> })}
                <SwitchField name="active" label="Active" on=ticked(&form.active) hint="An inactive client gets no tokens, and those it has end at once."/>
                <TextArea name="description" label="Description" value=form.description/>
            </Card>
            <Card title="Grants" note="how it may get a token">
                <SwitchField name="client_credentials" label="Client credentials" on=credentials hint="Client ID and secret alone. The right one for systems."/>
                <SwitchField name="password_grant" label="Password grant" on=password hint="User ID and password of the inbound user as well: for systems that know no other way, such as ServiceNow's."/>
                <SwitchField name="refresh_token" label="Refresh token" on=refresh hint="With the password grant: a token that fetches the next, once. Using one twice ends all that came from it, and so does replacing or revoking a password of the inbound user."/>
            </Card>
            <Card title="Lifetimes" note="in seconds">
                <div class="two">
                    <TextField name="access_lifetime" label="Access token lifetime" value=form.access_lifetime placeholder=ACCESS_LIFETIME_DEFAULT.to_string() hint=access_hint/>
                    <TextField name="refresh_lifetime" label="Refresh token lifetime" value=form.refresh_lifetime placeholder=REFRESH_LIFETIME_DEFAULT.to_string() hint=refresh_hint/>
                </div>
            </Card>
        </Form>
    }
}
