//! The Client section of the OAuth profile form: who asks, and how that is proven.

use leptos::prelude::*;
use model::{
    oauth_profile_form::{OauthProfileForm, asked_for},
    profile::{ClientAuthentication, GrantType, secret},
};

use super::oauth_form::Around;
use crate::{
    routes,
    ui::{
        card::Card,
        form_state::FormState,
        revealed::{OauthChoices, OauthRevealed},
        secret_area::SecretArea,
        secret_field::SecretField,
        select_field::{SelectField, choices_of},
        text_field::TextField,
    },
};

/// Client ID, its proof, and in whose name tokens are asked for.
#[component]
pub fn ClientFields(
    /// What is stored.
    form: OauthProfileForm,
    /// The choices that are stored.
    stored: OauthChoices,
    /// What else is known.
    around: Around,
) -> impl IntoView {
    let certificates = around
        .protocol_profiles
        .iter()
        .map(|profile| (profile.id.to_string(), profile.name_with_state()))
        .collect::<Vec<_>>();
    let none = certificates.is_empty();
    let (password, client_secret, private_key) = (
        around.secret(secret::PASSWORD),
        around.secret(secret::CLIENT_SECRET),
        around.secret(secret::PRIVATE_KEY),
    );
    view! {
        <Card title="Client">
            <div class="two">
                <TextField name="client_id" label="Client ID" value=form.client_id mono=true required=true/>
                <SelectField name="client_authentication" label="Client authentication" value=stored.authentication.word() choices=choices_of!(ClientAuthentication)/>
            </div>
            <Cleared stored around/>
            <OauthRevealed field="client_secret" stored>
                <SecretField name="client_secret" label="Client secret" state=client_secret referable=true/>
            </OauthRevealed>
            <OauthRevealed field="protocol_profile" stored>
                <SelectField name="protocol_profile" label="Protocol profile" value=form.protocol_profile choices=certificates blank="Choose a protocol profile" hint="Its certificate proves who the client is."/>
                {none.then(|| view! { <p class="hint">"There is none yet. " <a href=routes::NEW_PROTOCOL_PROFILE target="_blank" rel="noopener">"New protocol profile"</a></p> })}
            </OauthRevealed>
            <OauthRevealed field="private_key" stored>
                <SecretArea name="private_key" label="Private key" state=private_key placeholder="-----BEGIN PRIVATE KEY-----"/>
                <div class="two">
                    <TextField name="key_id" label="Key ID" value=form.key_id mono=true hint="kid, where the provider gave the key one."/>
                    <TextField name="assertion_audience" label="Assertion audience" value=form.assertion_audience mono=true hint="aud. Blank names the token URL."/>
                </div>
            </OauthRevealed>
            <OauthRevealed field="subject" stored>
                <TextField name="subject" label="Subject" value=form.subject mono=true required=true hint="sub: the user in whose name tokens are asked for."/>
            </OauthRevealed>
            <OauthRevealed field="user" stored>
                <TextField name="user" label="User" value=form.user required=true/>
                <SecretField name="password" label="Password" state=password referable=true/>
            </OauthRevealed>
        </Card>
    }
}

/// Says which secrets a save would clear, because the choices do not need them any more.
#[component]
fn Cleared(stored: OauthChoices, around: Around) -> impl IntoView {
    let state = FormState::here();
    let grant = state.choice("grant_type", stored.grant.word().into());
    let authentication = state.choice("client_authentication", stored.authentication.word().into());
    let names: Vec<String> = around.secrets.into_iter().map(|(name, _)| name).collect();
    move || {
        let grant = GrantType::parse(&grant.get()).unwrap_or_default();
        let authentication = ClientAuthentication::parse(&authentication.get()).unwrap_or_default();
        let cleared = cleared(&names, grant, authentication);
        (!cleared.is_empty()).then(|| {
            view! { <p class="notice warn" role="status">{format!("Saving clears the stored {}.", cleared.join(" and "))}</p> }
        })
    }
}

/// The secrets among `names` that these choices do not need, in words.
fn cleared(names: &[String], grant: GrantType, authentication: ClientAuthentication) -> Vec<&'static str> {
    [
        (secret::CLIENT_SECRET, "client secret"),
        (secret::PRIVATE_KEY, "private key"),
        (secret::PASSWORD, "password"),
    ]
    .into_iter()
    .filter(|(name, _)| names.iter().any(|set| set == name) && !asked_for(name, grant, authentication))
    .map(|(_, words)| words)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_set_and_not_needed_any_more_is_cleared() {
        let names = vec![secret::CLIENT_SECRET.to_owned()];
        let of = |way| cleared(&names, GrantType::ClientCredentials, way);
        assert!(of(ClientAuthentication::Body).is_empty());
        assert_eq!(of(ClientAuthentication::PrivateKeyJwt), ["client secret"]);
        assert!(cleared(&[], GrantType::Password, ClientAuthentication::None).is_empty());
    }
}
