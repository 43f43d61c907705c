//! The OAuth profile form. What is asked for depends on the grant and on how the client proves itself.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    oauth_profile_form::OauthProfileForm,
    profile::{ClientAuthentication, GrantType, ProtocolProfile},
    secret_state::SecretState,
};

use super::{
    api, oauth_client::ClientFields, oauth_discovery::DiscoveryButton, oauth_request::RequestFields,
};
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    form_state::FormState,
    revealed::{OauthChoices, OauthRevealed},
    select_field::{SelectField, choices_of},
    switch_field::SwitchField,
    text_area::TextArea,
    text_field::TextField,
};

/// Goes before the ids of the fields.
pub const PREFIX: &str = "oauth-profile";

/// What the form works with besides what is stored in the record.
#[derive(Clone, Default)]
pub struct Around {
    /// Name and state of each secret that is set.
    pub secrets: Vec<(String, SecretState)>,
    /// Client certificates to choose from.
    pub protocol_profiles: Vec<ProtocolProfile>,
    /// What was found by the issuer, when the page was asked for without JavaScript.
    pub said: String,
}

impl Around {
    /// What may be told of a secret.
    pub fn secret(&self, name: &str) -> Option<SecretState> {
        self.secrets
            .iter()
            .find(|(of, _)| of == name)
            .map(|(_, state)| state.clone())
    }
}

/// The client registration at a provider.
#[component]
pub fn OauthProfileFields(
    /// What is stored.
    form: OauthProfileForm,
    /// Key of the preset that the form was filled with.
    preset: RwSignal<String>,
    /// What else is known.
    around: Around,
) -> impl IntoView {
    let stored = OauthChoices {
        grant: GrantType::parse(&form.grant_type).unwrap_or_default(),
        authentication: ClientAuthentication::parse(&form.client_authentication).unwrap_or_default(),
    };
    let (life, api_origins) = (form.clone(), form.api_origins.clone());
    view! {
        <Form action={PhantomData::<api::SaveOauthProfile>} prefix=PREFIX guarded=true>
            // Without JavaScript, Enter presses the first button of a form.
            <button type="submit" class="sr-only" tabindex="-1" aria-hidden="true">"Save"</button>
            <Hidden name="id" value=form.id.clone()/>
            <Version version=form.version/>
            <PresetKey preset/>
            <ProviderFields form=form.clone() stored said=around.said.clone()/>
            <ClientFields form=form.clone() stored around/>
            <RequestFields form=form.clone() stored/>
            <OauthRevealed field="rotates" stored whole=true>
                <LifeFields form=life/>
            </OauthRevealed>
            <Card title="Where tokens may go">
                <TextArea
                    name="api_origins"
                    label="API origins"
                    value=api_origins
                    mono=true
                    placeholder="https://api.example.com"
                    hint="One per line: scheme and host, and the port where it is not the usual one. Tokens are sent nowhere else; connections to another host are refused. Only administrators may add one."
                />
            </Card>
        </Form>
    }
}

/// The key of the preset, which the choice above the form decides.
#[component]
fn PresetKey(preset: RwSignal<String>) -> impl IntoView {
    view! { <input type="hidden" name=FormState::html_name("preset") value=preset.get_untracked() prop:value=move || preset.get()/> }
}

#[component]
fn ProviderFields(form: OauthProfileForm, stored: OauthChoices, said: String) -> impl IntoView {
    let chosen = FormState::here().choice("grant_type", stored.grant.word().into());
    let advice = move || GrantType::parse(&chosen.get()).map(grant_advice);
    let iss_promised = !form.iss_promised.is_empty();
    view! {
        <Card title="Provider">
            <div class="two">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Atlassian"/>
                <SelectField name="grant_type" label="Grant type" value=stored.grant.word() choices=choices_of!(GrantType)/>
            </div>
            <p class="advice" aria-live="polite">{advice}</p>
            <TextField name="issuer" label="Issuer" value=form.issuer mono=true kind="url" placeholder="https://login.example.com" hint="Exactly as the provider writes it: the URLs are found by it, and it is compared with what comes back when people agree."/>
            <DiscoveryButton said/>
            <OauthRevealed field="authorization_url" stored>
                <TextField name="authorization_url" label="Authorization URL" value=form.authorization_url mono=true kind="url" required=true/>
                <SwitchField name="iss_promised" label="Issuer in every answer" on=iss_promised hint="The provider promises to name itself when it sends people back (RFC 9207). An answer without it is refused."/>
            </OauthRevealed>
            <TextField name="token_url" label="Token URL" value=form.token_url mono=true kind="url" required=true hint="Client secret, private key and password go to this host only. Changing it asks for them again."/>
            <TextField name="revocation_url" label="Revocation URL" value=form.revocation_url mono=true kind="url"/>
            <TextArea name="description" label="Description" value=form.description/>
        </Card>
    }
}

const fn grant_advice(grant: GrantType) -> &'static str {
    match grant {
        GrantType::AuthorizationCode => {
            "A person agrees at the provider once, and Switchboard acts in their name until they have to agree again."
        }
        GrantType::ClientCredentials => {
            "Switchboard acts as itself. Nobody has to agree, and nothing ends but the client's own secret."
        }
        GrantType::Password => {
            "Sends a user's password to the provider. Only for providers that offer nothing else (RFC 9700 2.4)."
        }
        GrantType::JwtBearer => {
            "Switchboard signs a statement about a user with its private key, and gets a token for them."
        }
    }
}

#[component]
fn LifeFields(form: OauthProfileForm) -> impl IntoView {
    let rotates = !form.rotates.is_empty();
    view! {
        <Card title="Life of the refresh token" note="so that it is kept alive, and its end is known beforehand">
            <SwitchField name="rotates" label="Refresh token rotates" on=rotates hint="Each refresh brings a new refresh token, and the old one is dead."/>
            <div class="three">
                <TextField name="inactivity_days" label="Inactivity (days)" value=form.inactivity_days placeholder="not known" hint="Unused for so long, it is dead."/>
                <TextField name="absolute_days" label="Absolute life (days)" value=form.absolute_days placeholder="not known" hint="From the consent, whatever is refreshed."/>
                <TextField name="refresh_days" label="Refresh token life (days)" value=form.refresh_days placeholder="not known" hint="From when it was given."/>
            </div>
        </Card>
    }
}
