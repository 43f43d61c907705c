//! Why a return from the provider brings no token, and what to do.

use std::fmt;

use crate::wording::plain;

/// A callback that ends the flow without a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallbackProblem {
    /// No flow waits: never begun, already finished, or the link was opened a second time.
    NotBegun,
    /// The state is missing or another flow's.
    StateMismatch,
    /// Another session began the flow, or it was begun for another connection.
    OtherStarter,
    /// More than ten minutes passed.
    Expired,
    /// The provider promises `iss` and did not send it.
    NoIssuer,
    /// The answer is of another provider: it calls itself this.
    OtherIssuer(String),
    /// A parameter came twice.
    Repeated(String),
    /// Too long, or with characters that no code has, or a code together with an error.
    Malformed,
    NoCode,
    /// The person, or the provider for them, said no.
    Denied {
        said: String,
    },
    /// The provider is in trouble.
    Passing {
        said: String,
    },
    /// The provider dislikes the request: the profile or the registration is wrong.
    Configuration {
        code: String,
        said: String,
    },
}

impl CallbackProblem {
    /// Sorts the provider's error (RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6).
    pub(crate) fn refused(code: &str, description: &str) -> Self {
        let code = plain(code);
        let said = match plain(description).as_str() {
            "" => code.clone(),
            description => format!("{code}: {description}"),
        };
        match code.as_str() {
            "access_denied"
            | "login_required"
            | "consent_required"
            | "interaction_required"
            | "account_selection_required" => Self::Denied { said },
            "temporarily_unavailable" | "server_error" => Self::Passing { said },
            _ => Self::Configuration { code, said },
        }
    }

    /// What happened.
    pub fn cause(&self) -> String {
        match self {
            Self::NotBegun => {
                "No authorisation waits for this answer: it was finished before, or never begun here.".into()
            }
            Self::StateMismatch => {
                "The answer does not belong to the authorisation that was begun here.".into()
            }
            Self::OtherStarter => {
                "The authorisation was begun by somebody else, in another session, or for another connection."
                    .into()
            }
            Self::Expired => "More than ten minutes passed since the authorisation was begun.".into(),
            Self::NoIssuer => {
                "The answer does not say which provider it is from, though the provider promises it.".into()
            }
            Self::OtherIssuer(issuer) => format!("The answer is from another provider: {issuer}."),
            Self::Repeated(parameter) => format!("The answer has the parameter {parameter} twice."),
            Self::Malformed => "The answer is not one that a provider gives.".into(),
            Self::NoCode => "The answer has no code.".into(),
            Self::Denied { said } => format!("The consent was not given ({said})."),
            Self::Passing { said } => format!("The provider could not answer now ({said})."),
            Self::Configuration { said, .. } => format!("The provider refused the request ({said})."),
        }
    }

    /// What to do.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotBegun | Self::StateMismatch | Self::Expired | Self::NoCode => {
                "Press Get OAuth token on the connection again, and go through the provider's pages in one go."
            }
            Self::OtherStarter => {
                "Log in here and press Get OAuth token yourself. Do not use a link that somebody sent you."
            }
            Self::NoIssuer | Self::Repeated(_) | Self::Malformed => {
                "Nothing was taken from it. Press Get OAuth token again; when it happens again, ask those who run the \
                 provider."
            }
            Self::OtherIssuer(_) => {
                "Nothing was taken from it. Check issuer and Authorization URL of the OAuth profile, then press Get \
                 OAuth token again."
            }
            Self::Denied { .. } => {
                "Press Get OAuth token again and agree, as a user of the external system who may give this access."
            }
            Self::Passing { .. } => "Press Get OAuth token again in some minutes.",
            Self::Configuration { code, .. } => match code.as_str() {
                "invalid_scope" => {
                    "Check the scopes of the OAuth profile against those the provider lets this client have."
                }
                "unauthorized_client" | "unsupported_response_type" => {
                    "Allow the authorization code grant for this client at the provider."
                }
                _ => {
                    "Check the OAuth profile, and that the redirect URL of this connection is registered there."
                }
            },
        }
    }

    /// Cause and next step, naming the connection.
    pub fn sentence(&self, connection: &str) -> String {
        format!("Connection {}: {self}", plain(connection))
    }
}

impl fmt::Display for CallbackProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.cause(), self.next_step())
    }
}

impl std::error::Error for CallbackProblem {}
