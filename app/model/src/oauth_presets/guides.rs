//! How the client is registered at each provider, by the grant it shall use.

use crate::profile::GrantType;

/// A step of the registration at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PresetStep {
    /// The grants it is for.
    pub grants: &'static [GrantType],
    /// What to do; `{redirect_url}` is the connection's.
    pub text: &'static str,
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

pub(super) const ATLASSIAN: &[PresetStep] = &[
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
];

pub(super) const ENTRA: &[PresetStep] = &[
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
];

pub(super) const SERVICENOW: &[PresetStep] = &[
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
];

pub(super) const GENERIC: &[PresetStep] = &[
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
];
