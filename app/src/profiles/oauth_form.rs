//! The OAuth profile form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{oauth_profile_form::OauthProfileForm, profile::GrantType};

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    revealed::ShownWith,
    select_field::{SelectField, choices_of},
    text_area::TextArea,
    text_field::TextField,
};

/// The client registration at a provider.
#[component]
pub fn OauthProfileFields(
    /// What is stored.
    form: OauthProfileForm,
) -> impl IntoView {
    let grant = if form.grant_type.is_empty() {
        GrantType::ClientCredentials.word().to_owned()
    } else {
        form.grant_type
    };
    view! {
        <Form action={PhantomData::<api::SaveOauthProfile>} prefix="oauth-profile" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Atlassian"/>
                <SelectField name="grant_type" label="Grant type" value=grant.clone() choices=choices_of!(GrantType)/>
                <ShownWith choice="grant_type" value=GrantType::AuthorizationCode.word() stored=grant>
                    <TextField name="authorization_url" label="Authorization URL" value=form.authorization_url mono=true kind="url"/>
                </ShownWith>
                <TextField name="token_url" label="Token URL" value=form.token_url mono=true kind="url" required=true/>
                <TextField name="client_id" label="Client ID" value=form.client_id mono=true required=true/>
                <TextField name="scopes" label="Scopes" value=form.scopes mono=true hint="Separated by blanks."/>
                <TextArea name="description" label="Description" value=form.description/>
            </Card>
        </Form>
    }
}
