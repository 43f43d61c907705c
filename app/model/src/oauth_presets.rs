//! What is known about providers, so that an OAuth profile need not be typed: URLs, scopes, how refresh tokens behave,
//! and how the client is registered there.
//!
//! Facts and where they come from: Atlassian, "OAuth 2.0 (3LO) apps", "Implementing the Refresh Token Flow" and "OAuth
//! Support for Service Accounts";
//! Microsoft, "Refresh tokens in the Microsoft identity platform" and "certificate credentials"; ServiceNow, KB0964444
//! and KB0791140. Read in November 2026.

mod guides;

pub use guides::PresetStep;

use crate::{
    Invalid,
    profile::{ClientAuthentication, GrantType},
};

/// A provider and how to ask it for tokens. Texts may hold placeholders in braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OauthPreset {
    /// Stable word for forms and connectors.
    pub key: &'static str,
    pub label: &'static str,
    /// What has to be filled in before the URLs are URLs.
    pub placeholders: &'static [Placeholder],
    /// Blank for a provider that is not known.
    pub authorization_url: &'static str,
    pub token_url: &'static str,
    pub grants: &'static [PresetGrant],
    /// How its documentation says to send the client's credentials.
    pub client_authentication: ClientAuthentication,
    /// Sent in the authorization URL; blank for none.
    pub audience: &'static str,
    pub authorization_parameters: &'static [(&'static str, &'static str)],
    /// Whether a refresh brings a new refresh token.
    pub rotates: bool,
    /// A refresh token unused for so many days is dead.
    pub inactivity_days: Option<u16>,
    /// So many days after the consent everything is dead.
    pub absolute_days: Option<u16>,
    /// How many days a refresh token lives from when it was given.
    pub refresh_lifespan_days: Option<u16>,
    /// Where its tokens may be sent.
    pub api_origins: &'static [&'static str],
    /// How to register the client there.
    pub steps: &'static [PresetStep],
}

/// A grant that the provider offers and the scopes to begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresetGrant {
    pub grant_type: GrantType,
    pub scopes: &'static str,
}

/// A part of the URLs that every customer of the provider has another value of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placeholder {
    /// What stands between the braces.
    pub key: &'static str,
    pub label: &'static str,
    pub hint: &'static str,
}

/// Longest value of a placeholder: a label of a host name.
const LONGEST: usize = 63;

impl Placeholder {
    /// Checks a typed value. It becomes part of a host or path, so it has letters, digits, `-` and `.` only.
    pub fn parse(value: &str) -> Result<&str, Invalid> {
        let value = value.trim();
        if value.is_empty() {
            return Err(Invalid::Required);
        }
        if value.len() > LONGEST {
            return Err(Invalid::TooLong(LONGEST));
        }
        let fits = value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'));
        if !fits || value.starts_with(['-', '.']) || value.ends_with(['-', '.']) || value.contains("..") {
            return Err(Invalid::Malformed(
                "Enter letters, digits, - and . only, not a whole URL.".into(),
            ));
        }
        Ok(value)
    }
}

impl OauthPreset {
    /// Key of the preset for a provider that is not known.
    pub const GENERIC_KEY: &'static str = GENERIC.key;

    /// Every preset, in the order people see them.
    pub const ALL: &'static [Self] = &[ATLASSIAN, ENTRA, SERVICENOW, GENERIC];

    /// The preset of a stored word.
    pub fn find(key: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|preset| preset.key == key)
    }

    /// The steps of the registration with the connection's redirect URL filled in, and the grants each is for.
    pub fn guide(&self, redirect_url: &str) -> Vec<(&'static [GrantType], String)> {
        self.steps
            .iter()
            .map(|step| (step.grants, fill(step.text, &[("redirect_url", redirect_url)])))
            .collect()
    }
}

/// `template` with each `{key}` replaced by its value; values come from [`Placeholder::parse`].
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after.split_once('}').and_then(|(key, after)| {
            let value = values.iter().find(|(name, _)| *name == key)?.1;
            Some((value, after))
        });
        if let Some((value, after)) = known {
            filled.push_str(value);
            rest = after;
        } else {
            filled.push('{');
            rest = after;
        }
    }
    filled.push_str(rest);
    filled
}

const fn grant(grant_type: GrantType, scopes: &'static str) -> PresetGrant {
    PresetGrant { grant_type, scopes }
}

const ATLASSIAN: OauthPreset = OauthPreset {
    key: "atlassian",
    label: "Atlassian (Jira, Confluence)",
    placeholders: &[],
    authorization_url: "https://auth.atlassian.com/authorize",
    token_url: "https://auth.atlassian.com/oauth/token",
    grants: &[
        grant(
            GrantType::AuthorizationCode,
            "read:jira-work write:jira-work read:jira-user offline_access",
        ),
        // Service accounts.
        grant(GrantType::ClientCredentials, ""),
    ],
    client_authentication: ClientAuthentication::Body,
    audience: "api.atlassian.com",
    authorization_parameters: &[("prompt", "consent")],
    rotates: true,
    inactivity_days: Some(90),
    absolute_days: Some(365),
    refresh_lifespan_days: None,
    api_origins: &["https://api.atlassian.com"],
    steps: guides::ATLASSIAN,
};

const ENTRA: OauthPreset = OauthPreset {
    key: "entra",
    label: "Microsoft Entra ID",
    placeholders: &[Placeholder {
        key: "tenant",
        label: "Tenant",
        hint: "Directory (tenant) ID or the domain of your organisation",
    }],
    authorization_url: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
    token_url: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
    grants: &[
        grant(
            GrantType::ClientCredentials,
            "https://graph.microsoft.com/.default",
        ),
        grant(
            GrantType::AuthorizationCode,
            "https://graph.microsoft.com/User.Read offline_access",
        ),
    ],
    client_authentication: ClientAuthentication::Body,
    audience: "",
    authorization_parameters: &[],
    rotates: true,
    // A refresh token lives 90 days from when it was given, and each refresh gives a new one.
    inactivity_days: None,
    absolute_days: None,
    refresh_lifespan_days: Some(90),
    api_origins: &["https://graph.microsoft.com"],
    steps: guides::ENTRA,
};

const SERVICENOW: OauthPreset = OauthPreset {
    key: "servicenow",
    label: "ServiceNow",
    placeholders: &[Placeholder {
        key: "instance",
        label: "Instance",
        hint: "What stands before .service-now.com",
    }],
    authorization_url: "https://{instance}.service-now.com/oauth_auth.do",
    token_url: "https://{instance}.service-now.com/oauth_token.do",
    grants: &[
        grant(GrantType::ClientCredentials, ""),
        grant(GrantType::AuthorizationCode, ""),
        grant(GrantType::JwtBearer, ""),
        grant(GrantType::Password, ""),
    ],
    client_authentication: ClientAuthentication::Body,
    audience: "",
    authorization_parameters: &[],
    // A refresh brings the same refresh token; it ends 100 days after it was given.
    rotates: false,
    inactivity_days: None,
    absolute_days: None,
    refresh_lifespan_days: Some(100),
    api_origins: &["https://{instance}.service-now.com"],
    steps: guides::SERVICENOW,
};

const GENERIC: OauthPreset = OauthPreset {
    key: "generic",
    label: "Other provider",
    placeholders: &[],
    authorization_url: "",
    token_url: "",
    grants: &[
        grant(GrantType::AuthorizationCode, ""),
        grant(GrantType::ClientCredentials, ""),
        grant(GrantType::JwtBearer, ""),
        grant(GrantType::Password, ""),
    ],
    client_authentication: ClientAuthentication::Basic,
    audience: "",
    authorization_parameters: &[],
    // Nothing is known: what refreshes show is believed, and one every three weeks costs little.
    rotates: false,
    inactivity_days: Some(30),
    absolute_days: None,
    refresh_lifespan_days: None,
    api_origins: &[],
    steps: guides::GENERIC,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_is_complete_and_its_placeholders_are_known() {
        for preset in OauthPreset::ALL {
            assert_eq!(OauthPreset::find(preset.key), Some(preset));
            assert!(!preset.grants.is_empty(), "{}", preset.key);
            let redirect = "https://switchboard.example/oauth/callback/1";
            for grant in preset.grants {
                let steps: Vec<String> = preset
                    .guide(redirect)
                    .into_iter()
                    .filter(|(grants, _)| grants.contains(&grant.grant_type))
                    .map(|(_, step)| step)
                    .collect();
                assert!(steps.len() >= 4, "{} {:?}", preset.key, grant.grant_type);
                let guide = steps.join("\n");
                let person = grant.grant_type == GrantType::AuthorizationCode;
                assert_eq!(guide.contains(redirect), person, "{guide}");
                for word in ["redirect", "offline_access", "Refresh Token"] {
                    assert!(person || !guide.contains(word), "{word}: {guide}");
                }
            }
            let values: Vec<_> = preset.placeholders.iter().map(|p| (p.key, "acme-1")).collect();
            for text in [preset.authorization_url, preset.token_url]
                .iter()
                .chain(preset.api_origins)
            {
                let filled = fill(text, &values);
                assert!(!filled.contains(['{', '}']), "{filled}");
                assert!(filled.is_empty() || filled.starts_with("https://"), "{filled}");
            }
        }
        assert_eq!(OauthPreset::find("other"), None);
    }

    #[test]
    fn templates_are_filled_once() {
        assert_eq!(
            fill("https://{a}.x/{b}", &[("a", "{b}"), ("b", "2")]),
            "https://{b}.x/2"
        );
        assert_eq!(fill("{unknown} {", &[("a", "1")]), "{unknown} {");
    }

    #[test]
    fn a_placeholder_cannot_become_another_host() {
        for good in [
            "acme",
            " acme-dev1 ",
            "contoso.onmicrosoft.com",
            "8f2c0a52-aaaa-bbbb-cccc-0123456789ab",
        ] {
            assert_eq!(Placeholder::parse(good).unwrap(), good.trim());
        }
        for bad in [
            "",
            " ",
            "evil.example/",
            "a?b",
            "a#b",
            "a@b",
            "a:1",
            "https://a",
            "a b",
            "..",
            "a..b",
            "-a",
            "a.",
            "ä",
            "a\\b",
            "a%2fb",
            "{instance}",
        ] {
            assert!(Placeholder::parse(bad).is_err(), "{bad}");
        }
        assert!(Placeholder::parse(&"a".repeat(64)).is_err());
    }
}
