//! What inbound users prove who they are with, besides their password: API keys, signatures, path tokens, client
//! certificates, and further passwords during a rotation. Several of a kind may be valid at once.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{InboundCredentialId, InboundUserId},
};

choice! {
    /// How a caller proves who it is.
    CredentialKind {
        ApiKey = "api_key", "API key";
        Signature = "signature", "Signature";
        PathToken = "path_token", "Path token";
        Certificate = "certificate", "Client certificate";
        /// A further password, for the time of a rotation.
        Password = "password", "Password";
    }
}

choice! {
    /// Whose way of signing.
    SignaturePreset {
        /// standardwebhooks.com 1.0: `webhook-id`, `webhook-timestamp`, `webhook-signature`.
        StandardWebhooks = "standard_webhooks", "Standard Webhooks";
        /// `X-Hub-Signature-256`.
        Github = "github", "GitHub";
        /// `Stripe-Signature`.
        Stripe = "stripe", "Stripe";
        /// Any HMAC in a header.
        Generic = "generic", "Other HMAC";
    }
}

choice! {
    /// The hash function of an HMAC.
    SignatureHash {
        Sha256 = "sha256", "SHA-256";
        Sha512 = "sha512", "SHA-512";
    }
}

choice! {
    /// How a signature is written.
    SignatureEncoding {
        Hex = "hex", "Hexadecimal";
        Base64 = "base64", "Base64";
    }
}

choice! {
    /// What is signed.
    SignedContent {
        Body = "body", "Body";
        /// The timestamp header, a dot, the body.
        TimestampBody = "timestamp_body", "Timestamp, dot, body";
    }
}

choice! {
    /// By what a client certificate is recognised.
    CertificateMatch {
        /// SHA-256 over the certificate: exactly this one.
        Fingerprint = "fingerprint", "SHA-256 fingerprint";
        /// The subject: also certificates issued later by an authority that Switchboard trusts.
        Subject = "subject", "Subject";
    }
}

/// How a sender signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignatureSettings {
    pub preset: SignaturePreset,
    /// Header with the signature, in lower case.
    pub header: String,
    pub hash: SignatureHash,
    pub encoding: SignatureEncoding,
    /// What stands before the signature in its header: `sha256=`. May be blank.
    pub prefix: String,
    /// Header with the time of signing, in lower case; blank when there is none.
    pub timestamp_header: String,
    pub signed: SignedContent,
}

impl SignatureSettings {
    /// The settings of a preset; those of a generic one are its defaults.
    pub fn of(preset: SignaturePreset) -> Self {
        let (header, encoding, prefix, timestamp_header, signed) = match preset {
            SignaturePreset::StandardWebhooks => (
                "webhook-signature",
                SignatureEncoding::Base64,
                "v1,",
                "webhook-timestamp",
                SignedContent::TimestampBody,
            ),
            SignaturePreset::Github => (
                "x-hub-signature-256",
                SignatureEncoding::Hex,
                "sha256=",
                "",
                SignedContent::Body,
            ),
            SignaturePreset::Stripe => (
                "stripe-signature",
                SignatureEncoding::Hex,
                "v1=",
                "",
                SignedContent::TimestampBody,
            ),
            SignaturePreset::Generic => ("x-signature", SignatureEncoding::Hex, "", "", SignedContent::Body),
        };
        Self {
            preset,
            header: header.into(),
            hash: SignatureHash::Sha256,
            encoding,
            prefix: prefix.into(),
            timestamp_header: timestamp_header.into(),
            signed,
        }
    }
}

/// What is known about a credential besides its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CredentialSettings {
    ApiKey {
        /// Header that carries it, in lower case.
        header: String,
    },
    Signature(SignatureSettings),
    PathToken,
    Certificate {
        by: CertificateMatch,
        /// Fingerprint in lower-case hexadecimal without colons, or the subject.
        value: String,
    },
    Password,
}

impl CredentialSettings {
    /// Its kind.
    pub const fn kind(&self) -> CredentialKind {
        match self {
            Self::ApiKey { .. } => CredentialKind::ApiKey,
            Self::Signature(_) => CredentialKind::Signature,
            Self::PathToken => CredentialKind::PathToken,
            Self::Certificate { .. } => CredentialKind::Certificate,
            Self::Password => CredentialKind::Password,
        }
    }

    /// What a list says about it: "X-API-Key header".
    pub fn summary(&self) -> String {
        match self {
            Self::ApiKey { header } => format!("Header {header}"),
            Self::Signature(settings) => format!("{}, header {}", settings.preset, settings.header),
            Self::PathToken => "At the end of the URL".into(),
            Self::Certificate { by, value } => format!("{by}: {value}"),
            Self::Password => "Basic, beside the first password".into(),
        }
    }
}

/// Characters of a fingerprint at its beginning and at its end that a list shows.
const FINGERPRINT_SHOWN: usize = 8;

impl CredentialSettings {
    /// [`Self::summary`], with a fingerprint cut to what tells two of them apart.
    pub fn short_summary(&self) -> String {
        match self {
            Self::Certificate {
                by: by @ CertificateMatch::Fingerprint,
                value,
            } if value.is_ascii() && value.len() > 2 * FINGERPRINT_SHOWN => {
                let (beginning, end) = (
                    &value[..FINGERPRINT_SHOWN],
                    &value[value.len() - FINGERPRINT_SHOWN..],
                );
                format!("{by}: {beginning}…{end}")
            }
            _ => self.summary(),
        }
    }
}

/// A credential of an inbound user, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InboundCredential {
    pub id: InboundCredentialId,
    pub inbound_user: InboundUserId,
    pub label: String,
    pub settings: CredentialSettings,
    /// First characters of a generated secret, to tell several apart; blank for others.
    pub begins_with: String,
    pub created: Timestamp,
    pub created_by: String,
    /// From then on it does not count; `None` counts until it is revoked.
    pub expires: Option<Timestamp>,
    /// To the minute.
    pub last_used: Option<Timestamp>,
}

/// Answer to making a credential: the only time its secret is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewCredential {
    pub id: InboundCredentialId,
    pub inbound_user: InboundUserId,
    pub kind: CredentialKind,
    pub label: String,
    /// A secret that Switchboard made; `None` when it was typed, or when there is none.
    pub secret: Option<String>,
    /// Where to post with a path token: one for each process the user has connections at.
    pub urls: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_shows_both_ends_of_a_fingerprint_and_the_whole_subject() {
        let certificate = |by, value: &str| CredentialSettings::Certificate {
            by,
            value: value.into(),
        };
        let fingerprint = certificate(
            CertificateMatch::Fingerprint,
            &format!("01234567{}89abcdef", "0".repeat(48)),
        );
        assert_eq!(
            fingerprint.short_summary(),
            "SHA-256 fingerprint: 01234567…89abcdef"
        );
        let subject = certificate(CertificateMatch::Subject, "CN=caller.example.com,O=Acme");
        assert_eq!(subject.short_summary(), subject.summary());
    }
}
