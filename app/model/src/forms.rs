//! Forms of the smaller records: what is typed, and the checks that browser, server and REST API share.
//!
//! Every form holds plain text as it was typed, so that nothing is lost when it is refused. An empty `id` makes a new
//! record; `version` is the one that was shown (0 for a new one).

use serde::{Deserialize, Serialize};

/// Longest description, in characters.
pub const DESCRIPTION_LIMIT: usize = 10_000;

macro_rules! form {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct $name {
            /// Id of the record, empty for a new one.
            pub id: String,
            /// The version that was shown; 0 for a new record.
            pub version: i64,
            $($(#[$fdoc])* pub $field: String,)+
        }
    };
}

mod application;
mod check;
mod inbound_credential;
mod inbound_user;
mod integration;
mod message;
mod oauth_client;
mod parse;
mod process;
mod protocol_profile;
mod variable;

pub use application::{ApplicationForm, CheckedApplication};
pub(crate) use check::Check;
pub use inbound_credential::{CheckedCredential, InboundCredentialForm, SIGNING_SECRET_MINIMUM};
pub use inbound_user::{CheckedInboundUser, INBOUND_PASSWORD_MINIMUM, InboundUserForm};
pub use integration::{CheckedIntegration, IntegrationForm};
pub use message::{CheckedMessage, MessageForm};
pub use oauth_client::{
    ACCESS_LIFETIME_DEFAULT, CheckedOauthClient, OauthClientForm, REFRESH_LIFETIME_DEFAULT, seconds_in_words,
};
pub(crate) use parse::{blank_or, optional, required, secret_line, secret_lines, url};
pub use parse::{choice_or, header_lines, headers, mark, reference, ticked};
pub use process::{CheckedProcess, ProcessForm};
pub use protocol_profile::{CheckedProtocolProfile, ProtocolProfileForm, Upload};
pub use variable::{CheckedVariable, VariableForm};

form! {
    /// Input of Settings → API tokens → New token.
    ApiTokenForm { name, role, /** Days until it expires, default 365. */ days }
}

form! {
    /// Input of an OAuth client → New secret. `id` is that of the client.
    ClientSecretForm {
        /** Hours until the secrets made before stop counting; blank keeps them until they are revoked. */ overlap_hours
    }
}

form! {
    /// Input of "Paste a request" on an endpoint's page. `id` is that of the process. Nothing of it is stored.
    PasteForm { /** A raw HTTP request or a `curl` line. */ pasted }
}

/// Confirmation of a deletion.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DeleteForm {
    pub id: String,
    pub version: i64,
    /// The record's name, typed.
    pub confirm: String,
}

/// Confirmation of Enable or Disable.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SwitchForm {
    pub id: String,
    pub version: i64,
    /// A [`QueuedMessages`](crate::activation::QueuedMessages); empty keeps them held.
    pub queued: String,
    /// Id of the connection that was said to be disabled by this, or `none`. Empty: whoever asks does not mind.
    pub replaces: String,
}

/// Input of "Duplicate to another environment".
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DuplicateForm {
    pub id: String,
    pub environment: String,
    pub name: String,
}

/// Input of the Send form of an integration.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SendForm {
    pub integration: String,
    /// Name of the message.
    pub message: String,
    pub body: String,
}
