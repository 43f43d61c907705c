//! What is asked for: scopes, audience, parameters.

use leptos::prelude::*;
use model::oauth_profile_form::OauthProfileForm;

use crate::ui::{
    card::Card,
    revealed::{OauthChoices, OauthRevealed},
    switch_field::SwitchField,
    text_area::TextArea,
    text_field::TextField,
};

/// Scopes first; the rest is for providers that want it.
#[component]
pub fn RequestFields(
    /// What is stored.
    form: OauthProfileForm,
    /// The choices that are stored.
    stored: OauthChoices,
) -> impl IntoView {
    let pkce = !form.pkce.is_empty();
    view! {
        <Card title="What is asked for">
            <TextField name="scopes" label="Scopes" value=form.scopes mono=true hint="Separated by blanks. Many providers give a refresh token for offline_access only."/>
            <div class="two">
                <TextField name="audience" label="Audience" value=form.audience mono=true hint="Only where the provider asks for it."/>
                <TextField name="resource" label="Resource" value=form.resource mono=true hint="URIs separated by blanks (RFC 8707)."/>
            </div>
            <OauthRevealed field="authorization_parameters" stored>
                <TextArea name="authorization_parameters" label="Authorization parameters" value=form.authorization_parameters mono=true rows=2 placeholder="prompt=consent" hint="Added to the authorization URL. One per line, name=value."/>
                <SwitchField name="pkce" label="PKCE" on=pkce hint="A code that was stolen on the way is worth nothing (RFC 7636, S256). Leave it on unless the provider refuses it."/>
            </OauthRevealed>
            <TextArea name="token_parameters" label="Token parameters" value=form.token_parameters mono=true rows=2 hint="Added to every call to the token URL. One per line, name=value. Not for secrets: they are shown."/>
        </Card>
    }
}
