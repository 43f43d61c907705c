//! The check of the OAuth profile form, shared by form, server and REST API.

use super::{
    OauthProfileForm,
    parse::{origins, pairs, preset},
    rules::asked_for,
};
use crate::{
    FieldErrors, Invalid,
    forms::{
        Check, DESCRIPTION_LIMIT, blank_or, choice_or, reference, required, secret_line, secret_lines,
        ticked, url,
    },
    id::ProtocolProfileId,
    names::{self, Name},
    profile::{ClientAuthentication, GrantType, secret},
};

/// Longest secret, password and private key, in characters.
const SECRET_LIMIT: usize = 16 * 1024;

/// The checked fields of an [`OauthProfileForm`]. Hidden fields come as blank: they do not count.
#[derive(Default)]
pub struct CheckedOauthProfile {
    pub name: String,
    pub description: String,
    pub preset: String,
    pub grant_type: GrantType,
    pub issuer: String,
    pub iss_promised: bool,
    pub authorization_url: String,
    pub token_url: String,
    pub revocation_url: String,
    pub client_id: String,
    pub client_authentication: ClientAuthentication,
    pub key_id: String,
    pub assertion_audience: String,
    pub subject: String,
    pub user: String,
    pub scopes: String,
    pub audience: String,
    pub resource: String,
    pub authorization_parameters: String,
    pub token_parameters: String,
    pub pkce: bool,
    pub api_origins: Vec<String>,
    pub rotates: bool,
    pub inactivity_days: Option<i64>,
    pub absolute_days: Option<i64>,
    pub refresh_days: Option<i64>,
    pub protocol_profile: Option<ProtocolProfileId>,
    /// Secrets that were typed, by their name in the vault. Blank ones are absent.
    pub secrets: Vec<(&'static str, String)>,
}

impl OauthProfileForm {
    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedOauthProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let typed = GrantType::parse(&self.grant_type).ok_or(Invalid::NotAChoice);
        let grant_type = errors.keep("grant_type", typed).unwrap_or_default();
        let typed = choice_or(
            &self.client_authentication,
            ClientAuthentication::Basic,
            ClientAuthentication::parse,
        );
        let client_authentication = errors.keep("client_authentication", typed).unwrap_or_default();
        let is_shown = |field: &str| asked_for(field, grant_type, client_authentication);
        let mut check = Check::new(errors, &is_shown);
        let checked = CheckedOauthProfile {
            grant_type,
            client_authentication,
            secrets: self.secrets(&mut check),
            ..self.checked(&mut check)
        };
        if client_authentication == ClientAuthentication::None && check.is_shown("pkce") && !checked.pkce {
            let text = "A client without a secret needs PKCE (RFC 9700 2.1.1): switch it on.".to_owned();
            check.add("pkce", Invalid::Refused(text));
        }
        check.into_result()?;
        Ok(checked)
    }

    fn checked(&self, check: &mut Check<'_>) -> CheckedOauthProfile {
        CheckedOauthProfile {
            name: check.keep(
                "name",
                Name::parse(&self.name).map(|name| name.as_str().to_owned()),
            ),
            description: check.keep(
                "description",
                names::paragraph(&self.description, DESCRIPTION_LIMIT),
            ),
            preset: check.keep("preset", preset(&self.preset)),
            issuer: check.keep("issuer", blank_or(&self.issuer, url)),
            iss_promised: check.is_shown("iss_promised") && ticked(&self.iss_promised),
            authorization_url: check.keep("authorization_url", url(&self.authorization_url)),
            token_url: check.keep("token_url", url(&self.token_url)),
            revocation_url: check.keep("revocation_url", blank_or(&self.revocation_url, url)),
            client_id: check.keep("client_id", names::line(&self.client_id, 500).and_then(required)),
            key_id: check.keep("key_id", names::line(&self.key_id, 500)),
            assertion_audience: check.keep("assertion_audience", names::line(&self.assertion_audience, 1000)),
            subject: check.keep("subject", names::line(&self.subject, 500).and_then(required)),
            user: check.keep("user", names::line(&self.user, 500).and_then(required)),
            scopes: check.keep("scopes", names::line(&self.scopes, 4000)),
            audience: check.keep("audience", names::line(&self.audience, 1000)),
            resource: check.keep("resource", names::line(&self.resource, 2000)),
            authorization_parameters: check
                .keep("authorization_parameters", pairs(&self.authorization_parameters)),
            token_parameters: check.keep("token_parameters", pairs(&self.token_parameters)),
            pkce: check.is_shown("pkce") && ticked(&self.pkce),
            api_origins: check.keep("api_origins", origins(&self.api_origins)),
            rotates: check.is_shown("rotates") && ticked(&self.rotates),
            inactivity_days: check.keep("inactivity_days", names::number(&self.inactivity_days, 1, 3650)),
            absolute_days: check.keep("absolute_days", names::number(&self.absolute_days, 1, 3650)),
            refresh_days: check.keep("refresh_days", names::number(&self.refresh_days, 1, 3650)),
            protocol_profile: check.keep("protocol_profile", reference(&self.protocol_profile).map(Some)),
            ..CheckedOauthProfile::default()
        }
    }

    fn secrets(&self, check: &mut Check<'_>) -> Vec<(&'static str, String)> {
        let line = |text: &str| secret_line(text, SECRET_LIMIT);
        let lines = |text: &str| secret_lines(text, SECRET_LIMIT);
        [
            check.secret(secret::CLIENT_SECRET, &self.client_secret, line),
            check.secret(secret::PRIVATE_KEY, &self.private_key, lines),
            check.secret(secret::PASSWORD, &self.password, line),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(grant: GrantType, authentication: ClientAuthentication) -> OauthProfileForm {
        OauthProfileForm {
            name: "Atlassian".into(),
            grant_type: grant.word().into(),
            client_authentication: authentication.word().into(),
            token_url: "https://auth.example.com/token".into(),
            client_id: "abc".into(),
            ..OauthProfileForm::default()
        }
    }

    #[test]
    fn what_is_not_shown_is_neither_asked_for_nor_kept() {
        let typed = OauthProfileForm {
            authorization_url: "nonsense".into(),
            client_secret: "s3cret".into(),
            absolute_days: "365".into(),
            ..form(GrantType::ClientCredentials, ClientAuthentication::MutualTls)
        };
        let errors = typed.check().err().unwrap();
        assert!(errors.get("authorization_url").is_none());
        assert_eq!(errors.get("protocol_profile"), Some(&Invalid::Required));
        let typed = OauthProfileForm {
            protocol_profile: uuid::Uuid::nil().to_string(),
            ..typed
        };
        let checked = typed.check().unwrap();
        assert!(checked.secrets.is_empty() && checked.authorization_url.is_empty());
        assert_eq!(checked.absolute_days, None);
    }

    #[test]
    fn each_grant_asks_for_what_it_needs() {
        let missing = |grant| {
            let errors = form(grant, ClientAuthentication::Basic).check().err();
            ["authorization_url", "user", "subject"]
                .into_iter()
                .filter(|field| errors.as_ref().is_some_and(|errors| errors.get(field).is_some()))
                .collect::<Vec<_>>()
        };
        assert_eq!(missing(GrantType::AuthorizationCode), ["authorization_url"]);
        assert_eq!(missing(GrantType::Password), ["user"]);
        assert_eq!(missing(GrantType::JwtBearer), ["subject"]);
        assert!(missing(GrantType::ClientCredentials).is_empty());
    }

    #[test]
    fn a_public_client_needs_pkce() {
        let public = OauthProfileForm {
            authorization_url: "https://auth.example.com/authorize".into(),
            ..form(GrantType::AuthorizationCode, ClientAuthentication::None)
        };
        assert!(public.check().err().unwrap().get("pkce").is_some());
        let with = OauthProfileForm {
            pkce: "on".into(),
            ..public
        };
        assert!(with.check().is_ok());
    }

    #[test]
    fn secrets_are_lines_and_a_key_is_several() {
        let typed = OauthProfileForm {
            client_secret: "line\nline".into(),
            ..form(GrantType::ClientCredentials, ClientAuthentication::Basic)
        };
        assert!(typed.check().err().unwrap().get("client_secret").is_some());
        let typed = OauthProfileForm {
            private_key: "line\nline\n".into(),
            ..form(GrantType::ClientCredentials, ClientAuthentication::PrivateKeyJwt)
        };
        let secrets = typed.check().unwrap().secrets;
        assert_eq!(secrets, [(secret::PRIVATE_KEY, "line\nline\n".to_owned())]);
    }
}
