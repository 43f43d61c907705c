//! The OAuth profile form: its rule table, its fields and its check, shared by form, server and REST API.

use serde::{Deserialize, Serialize};

use crate::{
    FieldErrors, Invalid,
    forms::{DESCRIPTION_LIMIT, choice_or, reference, required, ticked, url},
    id::ProtocolProfileId,
    names::{self, Name},
    oauth_presets::OauthPreset,
    profile::{ClientAuthentication, GrantType, OauthProfile, secret},
};

/// When a field of the form is shown: with one of these grants, and with one of these ways to prove who the client is.
#[derive(Debug, Clone, Copy)]
pub struct ShownWhen {
    pub grants: &'static [GrantType],
    pub authentications: &'static [ClientAuthentication],
}

const ANY_GRANT: &[GrantType] = GrantType::ALL;
const ANY_AUTHENTICATION: &[ClientAuthentication] = ClientAuthentication::ALL;
const CODE: &[GrantType] = &[GrantType::AuthorizationCode];

const fn with_grant(grants: &'static [GrantType]) -> ShownWhen {
    ShownWhen {
        grants,
        authentications: ANY_AUTHENTICATION,
    }
}

const fn with_authentication(authentications: &'static [ClientAuthentication]) -> ShownWhen {
    ShownWhen {
        grants: ANY_GRANT,
        authentications,
    }
}

/// **The** rule table of the form: what the chosen grant needs and nothing else. Fields that are not listed are always
/// shown. The private key is shown with either of its uses: [`shown`] knows that one exception.
pub const SHOWN_WHEN: &[(&str, ShownWhen)] = &[
    ("authorization_url", with_grant(CODE)),
    ("authorization_parameters", with_grant(CODE)),
    ("iss_promised", with_grant(CODE)),
    ("pkce", with_grant(CODE)),
    ("rotates", with_grant(CODE)),
    ("inactivity_days", with_grant(CODE)),
    ("absolute_days", with_grant(CODE)),
    ("refresh_days", with_grant(CODE)),
    ("user", with_grant(&[GrantType::Password])),
    ("password", with_grant(&[GrantType::Password])),
    ("subject", with_grant(&[GrantType::JwtBearer])),
    (
        "client_secret",
        with_authentication(&[ClientAuthentication::Basic, ClientAuthentication::Body]),
    ),
    (
        "protocol_profile",
        with_authentication(&[ClientAuthentication::MutualTls]),
    ),
];

/// Fields about a signing key: shown when the client signs, or when the grant is a signed assertion.
pub const KEY_FIELDS: [&str; 3] = ["private_key", "key_id", "assertion_audience"];

/// Whether `field` is shown with this grant and this way to prove who the client is.
pub fn shown(field: &str, grant: GrantType, authentication: ClientAuthentication) -> bool {
    if KEY_FIELDS.contains(&field) {
        return grant == GrantType::JwtBearer || authentication == ClientAuthentication::PrivateKeyJwt;
    }
    SHOWN_WHEN
        .iter()
        .find(|(name, _)| *name == field)
        .is_none_or(|(_, when)| {
            when.grants.contains(&grant) && when.authentications.contains(&authentication)
        })
}

/// What was typed into the form. Secrets are write-only: blank keeps what is set.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OauthProfileForm {
    /// Id of the record, empty for a new one.
    pub id: String,
    /// The version that was shown; 0 for a new record.
    pub version: i64,
    pub name: String,
    pub description: String,
    /// Key of an [`OauthPreset`]; blank is the generic one.
    pub preset: String,
    pub grant_type: String,
    pub issuer: String,
    /// `on` when switched on.
    pub iss_promised: String,
    pub authorization_url: String,
    pub token_url: String,
    pub revocation_url: String,
    pub client_id: String,
    pub client_authentication: String,
    pub client_secret: String,
    /// PEM.
    pub private_key: String,
    pub key_id: String,
    pub assertion_audience: String,
    pub subject: String,
    pub user: String,
    pub password: String,
    /// Separated by blanks.
    pub scopes: String,
    pub audience: String,
    /// Separated by blanks (RFC 8707).
    pub resource: String,
    /// Lines `name=value`.
    pub authorization_parameters: String,
    /// Lines `name=value`.
    pub token_parameters: String,
    /// `on` when switched on.
    pub pkce: String,
    /// Lines, each `https://host`.
    pub api_origins: String,
    /// `on` when switched on.
    pub rotates: String,
    pub inactivity_days: String,
    pub absolute_days: String,
    pub refresh_days: String,
    pub protocol_profile: String,
}

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
    /// The form of a new profile: what is right at most providers. Of one that is not known, an unused refresh token
    /// is taken to live a month, so that it is kept alive.
    pub fn fresh() -> Self {
        let inactivity =
            OauthPreset::find(OauthPreset::GENERIC_KEY).and_then(|preset| preset.inactivity_days);
        Self {
            inactivity_days: inactivity.map_or_else(String::new, |days| days.to_string()),
            grant_type: GrantType::AuthorizationCode.word().into(),
            client_authentication: ClientAuthentication::Basic.word().into(),
            pkce: "on".into(),
            ..Self::default()
        }
    }

    /// The form of a stored profile, without secrets.
    pub fn of(profile: &OauthProfile) -> Self {
        let on = |on: bool| if on { "on".to_owned() } else { String::new() };
        let days = |days: Option<i64>| days.map_or_else(String::new, |days| days.to_string());
        Self {
            id: profile.id.to_string(),
            version: profile.version,
            name: profile.name.clone(),
            description: profile.description.clone(),
            preset: profile.preset.clone(),
            grant_type: profile.grant_type.word().into(),
            issuer: profile.issuer.clone(),
            iss_promised: on(profile.iss_promised),
            authorization_url: profile.authorization_url.clone(),
            token_url: profile.token_url.clone(),
            revocation_url: profile.revocation_url.clone(),
            client_id: profile.client_id.clone(),
            client_authentication: profile.client_authentication.word().into(),
            client_secret: String::new(),
            private_key: String::new(),
            key_id: profile.key_id.clone(),
            assertion_audience: profile.assertion_audience.clone(),
            subject: profile.subject.clone(),
            user: profile.user.clone(),
            password: String::new(),
            scopes: profile.scopes.clone(),
            audience: profile.audience.clone(),
            resource: profile.resource.clone(),
            authorization_parameters: profile.authorization_parameters.clone(),
            token_parameters: profile.token_parameters.clone(),
            pkce: on(profile.pkce),
            api_origins: profile.api_origins.join("\n"),
            rotates: on(profile.rotates),
            inactivity_days: days(profile.inactivity_days),
            absolute_days: days(profile.absolute_days),
            refresh_days: days(profile.refresh_days),
            protocol_profile: profile
                .protocol_profile
                .map_or_else(String::new, |id| id.to_string()),
        }
    }

    /// Checks every field at once.
    pub fn check(&self) -> Result<CheckedOauthProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let grant = errors.keep(
            "grant_type",
            GrantType::parse(&self.grant_type).ok_or(Invalid::NotAChoice),
        );
        let authentication = errors.keep(
            "client_authentication",
            choice_or(
                &self.client_authentication,
                ClientAuthentication::Basic,
                ClientAuthentication::parse,
            ),
        );
        let (grant, authentication) = (grant.unwrap_or_default(), authentication.unwrap_or_default());
        let mut check = Check {
            errors,
            grant,
            authentication,
        };
        let mut checked = self.checked(&mut check);
        checked.secrets = self.secrets(&mut check);
        if authentication == ClientAuthentication::None && check.is_shown("pkce") && !checked.pkce {
            let text = "A client without a secret needs PKCE (RFC 9700 2.1.1): switch it on.".to_owned();
            check.errors.add("pkce", Invalid::Refused(text));
        }
        check.errors.into_result()?;
        Ok(checked)
    }

    fn checked(&self, check: &mut Check) -> CheckedOauthProfile {
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
            grant_type: check.grant,
            issuer: check.keep("issuer", blank_or(&self.issuer, url)),
            iss_promised: check.is_shown("iss_promised") && ticked(&self.iss_promised),
            authorization_url: check.keep("authorization_url", url(&self.authorization_url)),
            token_url: check.keep("token_url", url(&self.token_url)),
            revocation_url: check.keep("revocation_url", blank_or(&self.revocation_url, url)),
            client_id: check.keep("client_id", names::line(&self.client_id, 500).and_then(required)),
            client_authentication: check.authentication,
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
            secrets: Vec::new(),
        }
    }

    fn secrets(&self, check: &mut Check) -> Vec<(&'static str, String)> {
        let typed = [
            (secret::CLIENT_SECRET, &self.client_secret),
            (secret::PRIVATE_KEY, &self.private_key),
            (secret::PASSWORD, &self.password),
        ];
        let mut secrets = Vec::new();
        for (name, value) in typed {
            if value.is_empty() || !check.is_shown(name) {
                continue;
            }
            if value.len() > 16 * 1024 {
                check.errors.add(name, Invalid::TooLong(16 * 1024));
            }
            secrets.push((name, value.clone()));
        }
        secrets
    }
}

/// The check of one form: what is not shown is neither checked nor kept.
struct Check {
    errors: FieldErrors,
    grant: GrantType,
    authentication: ClientAuthentication,
}

impl Check {
    fn is_shown(&self, field: &str) -> bool {
        shown(field, self.grant, self.authentication)
    }

    fn keep<T: Default>(&mut self, field: &str, result: Result<T, Invalid>) -> T {
        if !self.is_shown(field) {
            return T::default();
        }
        self.errors.keep(field, result).unwrap_or_default()
    }
}

fn preset(key: &str) -> Result<String, Invalid> {
    match key {
        "" => Ok(OauthPreset::GENERIC_KEY.to_owned()),
        key => OauthPreset::find(key)
            .map(|preset| preset.key.to_owned())
            .ok_or(Invalid::NotAChoice),
    }
}

fn blank_or(text: &str, parse: impl Fn(&str) -> Result<String, Invalid>) -> Result<String, Invalid> {
    if text.trim().is_empty() {
        Ok(String::new())
    } else {
        parse(text)
    }
}

/// Lines `name=value`, tidied.
fn pairs(text: &str) -> Result<String, Invalid> {
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line
            .split_once('=')
            .filter(|(name, _)| !name.trim().is_empty())
            .ok_or_else(|| Invalid::Malformed("Write one name=value per line.".into()))?;
        lines.push(format!("{}={}", name.trim(), value.trim()));
    }
    Ok(lines.join("\n"))
}

/// Lines, each an origin: scheme, host and port.
fn origins(text: &str) -> Result<Vec<String>, Invalid> {
    let mut origins = Vec::new();
    for line in text.split_whitespace() {
        let url = crate::target_url::EndpointUrl::parse(line)?;
        let origin = url.origin();
        if line.trim_end_matches('/') != origin {
            return Err(Invalid::Malformed(format!(
                "Enter scheme and host only, without a path: {origin}."
            )));
        }
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Ok(origins)
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
    fn every_rule_is_about_a_field_of_the_form() {
        let fields = serde_json::to_value(OauthProfileForm::default()).unwrap();
        for field in SHOWN_WHEN.iter().map(|(field, _)| *field).chain(KEY_FIELDS) {
            assert!(fields.get(field).is_some(), "{field}");
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
    fn origins_have_no_path() {
        assert_eq!(
            origins("https://api.example.com\nhttps://api.example.com/ http://127.0.0.1:8080").unwrap(),
            ["https://api.example.com", "http://127.0.0.1:8080"]
        );
        for bad in ["https://api.example.com/v1", "api.example.com", "ftp://x.example"] {
            assert!(origins(bad).is_err(), "{bad}");
        }
    }
}
