//! What stands against a profile beyond its form: what the protocol, the vault and the roles know.

use model::{
    FieldErrors, Invalid,
    oauth_profile_form::{CheckedOauthProfile, asked_for},
    profile::{OauthProfile, secret},
    secret_state::SecretState,
};
use oauth::{ProviderUrl, Scopes, SigningKey};
use secrecy::SecretString;

use crate::{Actor, Error, Result, permission::Administer, tokens};

/// What only the protocol knows to be wrong, said beside its field.
pub(super) fn check_protocol(checked: &CheckedOauthProfile) -> Result<()> {
    let mut errors = FieldErrors::default();
    let mut refuse = |field: &str, why: Option<String>| {
        if let Some(why) = why {
            errors.add(field, Invalid::Refused(why));
        }
    };
    let url = |text: &str| ProviderUrl::parse(text).err().map(|bad| bad.to_string());
    refuse("token_url", url(&checked.token_url));
    for (field, text) in [
        ("authorization_url", &checked.authorization_url),
        ("revocation_url", &checked.revocation_url),
    ] {
        refuse(
            field,
            Some(text)
                .filter(|text| !text.is_empty())
                .and_then(|text| url(text)),
        );
    }
    // The client's secret goes there, too, and it is bound to the token URL's origin.
    let elsewhere = !checked.revocation_url.is_empty()
        && tokens::token_origin(&checked.revocation_url) != tokens::token_origin(&checked.token_url);
    refuse(
        "revocation_url",
        elsewhere.then(|| {
            "It must be at the host of the Token URL: the client secret is sent to both.".to_owned()
        }),
    );
    refuse(
        "scopes",
        Scopes::parse(&checked.scopes).err().map(|bad| bad.to_string()),
    );
    for (field, lines) in [
        ("authorization_parameters", &checked.authorization_parameters),
        ("token_parameters", &checked.token_parameters),
    ] {
        refuse(field, tokens::parameters(lines).err().map(|bad| bad.to_string()));
    }
    for (name, value) in &checked.secrets {
        if *name == secret::PRIVATE_KEY {
            let key = SigningKey::from_pem(&SecretString::from(value.as_str()), None);
            refuse(name, key.err().map(|problem| problem.to_string()));
        }
    }
    errors.into_result().map_err(Error::from)
}

/// A secret is bound to the token URL's origin: another one demands it again.
pub(super) fn check_secrets(
    checked: &CheckedOauthProfile,
    states: &[(String, SecretState)],
    origin: &str,
) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (name, state) in states {
        let typed = checked.secrets.iter().any(|(typed, _)| typed == name);
        if asked_for(name, checked.grant_type, checked.client_authentication)
            && !typed
            && state.origin != origin
        {
            let text = format!(
                "It was set for {} and would now go to {origin}: type it again.",
                state.origin
            );
            errors.add(name, Invalid::SecretNeeded(text));
        }
    }
    errors.into_result().map_err(Error::from)
}

/// Where tokens may be sent is an administrator's decision.
pub(super) fn check_origins(
    by: &Actor,
    checked: &CheckedOauthProfile,
    old: Option<&OauthProfile>,
) -> Result<()> {
    let known = old.map(|old| old.api_origins.as_slice()).unwrap_or_default();
    let added = checked.api_origins.iter().find(|origin| !known.contains(origin));
    match added {
        Some(origin) if by.grant::<Administer>().is_err() => Err(Error::field(
            "api_origins",
            Invalid::Refused(format!(
                "Only an administrator may allow tokens to be sent to {origin}. Ask one to add it."
            )),
        )),
        _ => Ok(()),
    }
}
