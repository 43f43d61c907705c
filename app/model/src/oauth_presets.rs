//! What is known about providers, so that an OAuth profile need not be typed: URLs, scopes, how refresh tokens behave,
//! and how the client is registered there.
//!
//! Facts and where they come from: Atlassian, "OAuth 2.0 (3LO) apps", "Implementing the Refresh Token Flow" and "OAuth
//! Support for Service Accounts";
//! Microsoft, "Refresh tokens in the Microsoft identity platform" and "certificate credentials"; ServiceNow, KB0964444
//! and KB0791140. Read in November 2026.

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

/// A step of the registration at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresetStep {
    /// The grants it is for.
    pub grants: &'static [GrantType],
    /// What to do; `{redirect_url}` is the connection's.
    pub text: &'static str,
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

const ANY: &[GrantType] = GrantType::ALL;
const CODE: &[GrantType] = &[GrantType::AuthorizationCode];
const MACHINE: &[GrantType] = &[GrantType::ClientCredentials];
const PASSWORD: &[GrantType] = &[GrantType::Password];
const ASSERTION: &[GrantType] = &[GrantType::JwtBearer];
/// Nobody agrees in a browser: no redirect URL, no refresh token to keep alive.
const NO_PERSON: &[GrantType] = &[
    GrantType::ClientCredentials,
    GrantType::Password,
    GrantType::JwtBearer,
];

const fn step(grants: &'static [GrantType], text: &'static str) -> PresetStep {
    PresetStep { grants, text }
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
    steps: &[
        step(
            CODE,
            "Open https://developer.atlassian.com/console/myapps and create an OAuth 2.0 integration.",
        ),
        step(
            CODE,
            "Under Permissions add the Jira API with the scopes of this OAuth profile. The scope offline_access gives the \
             refresh token; it is asked for here and not listed there.",
        ),
        step(
            CODE,
            "Under Authorization add OAuth 2.0 (3LO) with the redirect URL {redirect_url}.",
        ),
        step(
            CODE,
            "Under Settings copy Client ID and Secret into this OAuth profile. Send the client credentials in the form body.",
        ),
        step(
            CODE,
            "Press Get OAuth token on the connection and agree as the user who shall appear in Jira. Only one consent per \
             app and user counts: use an app of its own for every environment.",
        ),
        step(
            CODE,
            "The Endpoint URL is https://api.atlassian.com/ex/jira/ followed by your cloud id, which \
             https://api.atlassian.com/oauth/token/accessible-resources shows. After 365 days somebody has to authorise \
             again; Switchboard warns 30, 14, 7 and 1 days before.",
        ),
        step(
            NO_PERSON,
            "Open https://admin.atlassian.com, Directory, Service accounts, and create one that may use the product. It is \
             the user who appears in Jira.",
        ),
        step(
            NO_PERSON,
            "On the service account choose Create credentials, OAuth 2.0, and select the scopes. They cannot be changed \
             afterwards.",
        ),
        step(
            NO_PERSON,
            "Copy Client ID and Client secret into this OAuth profile. Send the client credentials in the form body.",
        ),
        step(
            NO_PERSON,
            "The Endpoint URL is https://api.atlassian.com/ex/jira/ followed by your cloud id.",
        ),
    ],
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
    steps: &[
        step(
            ANY,
            "Open https://entra.microsoft.com, App registrations, New registration. Accounts in this directory only.",
        ),
        step(
            CODE,
            "Add the platform Web with the redirect URL {redirect_url}. Not Single-page application: its refresh tokens \
             end after 24 hours.",
        ),
        step(
            CODE,
            "Under API permissions add the delegated permissions that the connection needs. Grant admin consent.",
        ),
        step(
            NO_PERSON,
            "Under API permissions add the application permissions that the connection needs. Grant admin consent.",
        ),
        step(
            ANY,
            "Under Certificates & secrets add a client secret, copy its value (not its ID) and note when it expires; or \
             upload a certificate and choose private key JWT with PS256, which nobody can read on the way.",
        ),
        step(
            ANY,
            "Copy Application (client) ID into Client ID of this OAuth profile, and Directory (tenant) ID into Tenant.",
        ),
    ],
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
    steps: &[
        step(
            &[
                GrantType::AuthorizationCode,
                GrantType::ClientCredentials,
                GrantType::Password,
            ],
            "In the instance open System OAuth, Application Registry, New, Create an OAuth API endpoint for external \
             clients (newer releases: Machine Identity Console, Inbound integrations).",
        ),
        step(
            ASSERTION,
            "In the instance open System OAuth, Application Registry, New, Create an OAuth JWT API endpoint for external \
             clients.",
        ),
        step(
            CODE,
            "Enter a name and the redirect URL {redirect_url}. Leave the client secret blank: one is made.",
        ),
        step(
            NO_PERSON,
            "Enter a name and leave the client secret blank: one is made.",
        ),
        step(
            CODE,
            "Refresh Token Lifespan is 8,640,000 seconds (100 days) and cannot be extended by use. Make it longer for a \
             connection that shall run without a person, and enter the same number of days in this OAuth profile.",
        ),
        step(
            ANY,
            "Copy Client ID and Client Secret into this OAuth profile. Send the client credentials in the form body.",
        ),
        step(
            MACHINE,
            "Client credentials need an OAuth Application User in the registry's record: who appears in ServiceNow.",
        ),
        step(
            PASSWORD,
            "The resource owner password grant is switched off where the hardening guide was followed; prefer another.",
        ),
        step(
            ASSERTION,
            "Upload the certificate of the private key under System Definition, Certificates, and name it in a JWT \
             Verifier Map of the registry's record.",
        ),
    ],
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
    steps: &[
        step(
            CODE,
            "Enter the issuer to find the URLs, or copy authorization and token URL from the provider's documentation.",
        ),
        step(
            CODE,
            "Register a confidential client (web application) there, with the redirect URL {redirect_url}.",
        ),
        step(
            CODE,
            "Ask for the scope that gives a refresh token, often offline_access; Google wants the extra parameter \
             access_type=offline instead.",
        ),
        step(
            CODE,
            "Copy Client ID and client secret into this OAuth profile, and enter how long refresh tokens live when the \
             provider says so: Switchboard keeps them alive and warns before their end.",
        ),
        step(
            NO_PERSON,
            "Copy the token URL from the provider's documentation. Where it publishes what it can do, the issuer finds it.",
        ),
        step(
            MACHINE,
            "Register a client for machines (service account, client credentials) there, with what it shall be allowed.",
        ),
        step(
            PASSWORD,
            "Register a client there that may send a user's password, and make a user for Switchboard alone: it cannot have \
             a second factor.",
        ),
        step(
            ASSERTION,
            "Register a client there that may use the JWT bearer grant, with the public half of the private key.",
        ),
        step(
            NO_PERSON,
            "Enter the scopes the documentation names. Switchboard asks for the next token when one ends: none is kept \
             alive, and nobody has to agree.",
        ),
        step(
            MACHINE,
            "Copy Client ID and client secret into this OAuth profile.",
        ),
        step(
            PASSWORD,
            "Copy Client ID and client secret into this OAuth profile, and enter the user with its password.",
        ),
        step(
            ASSERTION,
            "Copy Client ID into this OAuth profile, and enter the private key and the subject.",
        ),
    ],
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
