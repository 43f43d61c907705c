//! The form that adds a credential to an inbound user.

use serde::{Deserialize, Serialize};

use super::{
    INBOUND_PASSWORD_MINIMUM,
    parse::{choice_or, required},
};
use crate::{
    FieldErrors, Invalid,
    certificate::subject::Subject,
    inbound_credential::{
        CertificateMatch, CredentialKind, CredentialSettings, SignatureEncoding, SignatureHash,
        SignaturePreset, SignatureSettings, SignedContent,
    },
    names,
    secret_text::SecretText,
};

form! {
    /// Input of an inbound user → Credentials → Add credential. `id` stays blank: credentials are made and revoked,
    /// never changed.
    InboundCredentialForm {
        inbound_user,
        /** A [`CredentialKind`]. */ kind,
        label,
        /** Days until it expires; blank counts until it is revoked. */ days,
        /** With API key: its header; blank is `X-API-Key`. */ header,
        /** With Signature: a [`SignaturePreset`]. */ preset,
        /** With Signature: blank has one made, but for Stripe, which gives it. */ signing_secret,
        signature_header, hash, encoding, prefix, timestamp_header, signed,
        /** With Client certificate: a [`CertificateMatch`]. */ certificate_match,
        /** With Client certificate: fingerprint or subject. */ certificate,
        /** With Password. */ password,
    }
}

/// The checked fields of an [`InboundCredentialForm`].
pub struct CheckedCredential {
    pub label: String,
    pub settings: CredentialSettings,
    /// A secret that was typed; `None` has one made where the kind needs one.
    pub secret: Option<String>,
    pub days: Option<i64>,
}

/// Shortest signing secret that may be typed, in characters.
pub const SIGNING_SECRET_MINIMUM: usize = 16;
/// Longest secret, in characters.
const SECRET_LIMIT: usize = 500;

impl InboundCredentialForm {
    /// Checks every field that belongs to the chosen kind at once; the others are not looked at.
    pub fn check(&self) -> Result<CheckedCredential, FieldErrors> {
        let mut errors = FieldErrors::default();
        let label = errors.keep("label", names::line(&self.label, 100));
        let days = errors.keep("days", names::number(&self.days, 1, 3650));
        let kind = CredentialKind::parse(&self.kind).ok_or(Invalid::NotAChoice);
        let settings = match errors.keep("kind", kind) {
            Some(CredentialKind::ApiKey) => errors
                .keep("header", header_or(&self.header, "x-api-key"))
                .map(|header| CredentialSettings::ApiKey { header }),
            Some(CredentialKind::Signature) => self.signature(&mut errors).map(CredentialSettings::Signature),
            Some(CredentialKind::PathToken) => Some(CredentialSettings::PathToken),
            Some(CredentialKind::Certificate) => self.certificate(&mut errors),
            Some(CredentialKind::Password) => Some(CredentialSettings::Password),
            None => None,
        };
        let secret = match settings.as_ref().map(|settings| self.secret(settings)) {
            Some(Ok(secret)) => secret,
            Some(Err((field, invalid))) => {
                errors.add(field, invalid);
                None
            }
            None => None,
        };
        match (label, days, settings) {
            (Some(label), Some(days), Some(settings)) if errors.is_empty() => {
                let label = if label.is_empty() {
                    settings.kind().label().to_owned()
                } else {
                    label
                };
                Ok(CheckedCredential {
                    label,
                    settings,
                    secret,
                    days,
                })
            }
            _ => Err(errors),
        }
    }

    fn signature(&self, errors: &mut FieldErrors) -> Option<SignatureSettings> {
        let preset = errors.keep(
            "preset",
            choice_or(
                &self.preset,
                SignaturePreset::StandardWebhooks,
                SignaturePreset::parse,
            ),
        )?;
        let usual = SignatureSettings::of(preset);
        if preset != SignaturePreset::Generic {
            return Some(usual);
        }
        let header = errors.keep(
            "signature_header",
            header_or(&self.signature_header, &usual.header),
        );
        let hash = errors.keep("hash", choice_or(&self.hash, usual.hash, SignatureHash::parse));
        let encoding = errors.keep(
            "encoding",
            choice_or(&self.encoding, usual.encoding, SignatureEncoding::parse),
        );
        let prefix = errors.keep("prefix", names::line(&self.prefix, 40));
        let timestamp_header = errors.keep("timestamp_header", header_or(&self.timestamp_header, ""));
        let signed = errors.keep(
            "signed",
            choice_or(&self.signed, usual.signed, SignedContent::parse),
        );
        if signed == Some(SignedContent::TimestampBody) && timestamp_header.as_deref() == Some("") {
            errors.add(
                "timestamp_header",
                Invalid::Refused("Name the header with the timestamp, because it is signed too.".into()),
            );
        }
        if signed == Some(SignedContent::Body)
            && timestamp_header.as_deref().is_some_and(|name| !name.is_empty())
        {
            errors.add(
                "timestamp_header",
                Invalid::Refused(
                    "A timestamp that is not signed proves nothing: leave it blank, or sign it too.".into(),
                ),
            );
        }
        Some(SignatureSettings {
            preset,
            header: header?,
            hash: hash?,
            encoding: encoding?,
            prefix: prefix?,
            timestamp_header: timestamp_header?,
            signed: signed?,
        })
    }

    fn certificate(&self, errors: &mut FieldErrors) -> Option<CredentialSettings> {
        let by = errors.keep(
            "certificate_match",
            choice_or(
                &self.certificate_match,
                CertificateMatch::Fingerprint,
                CertificateMatch::parse,
            ),
        )?;
        let value = match by {
            CertificateMatch::Fingerprint => fingerprint(&self.certificate),
            CertificateMatch::Subject => names::line(&self.certificate, 1000)
                .and_then(required)
                .and_then(|name| Subject::parse(&name).map(|_| name)),
        };
        let value = errors.keep("certificate", value)?;
        Some(CredentialSettings::Certificate { by, value })
    }

    /// The typed secret of the kind; `None` when one is to be made, or there is none.
    fn secret(&self, settings: &CredentialSettings) -> Result<Option<String>, (&'static str, Invalid)> {
        match settings {
            CredentialSettings::Password => password(&self.password)
                .map(Some)
                .map_err(|invalid| ("password", invalid)),
            CredentialSettings::Signature(signature) => {
                signing_secret(signature.preset, self.signing_secret.trim())
                    .map_err(|invalid| ("signing_secret", invalid))
            }
            _ => Ok(None),
        }
    }
}

fn password(text: &str) -> Result<String, Invalid> {
    match text.chars().count() {
        0 => Err(Invalid::Required),
        n if n < INBOUND_PASSWORD_MINIMUM => Err(Invalid::TooShort(INBOUND_PASSWORD_MINIMUM)),
        n if n > 200 => Err(Invalid::TooLong(200)),
        _ => Ok(text.to_owned()),
    }
}

fn signing_secret(preset: SignaturePreset, text: &str) -> Result<Option<String>, Invalid> {
    if text.is_empty() {
        return match preset {
            SignaturePreset::Stripe => Err(Invalid::Refused(
                "Paste the signing secret that Stripe shows for the endpoint (whsec_…).".into(),
            )),
            _ => Ok(None),
        };
    }
    let text = match SecretText::parse(text) {
        Ok(SecretText::Literal(_)) => text.strip_prefix("literal:").unwrap_or(text),
        Ok(SecretText::Reference(_)) | Err(_) => {
            return Err(Invalid::Refused(
                "A signing secret cannot refer to the environment or to a file: paste the secret itself. Write literal: in front if it really begins so.".into(),
            ));
        }
    };
    if preset == SignaturePreset::StandardWebhooks && !is_base64(text.strip_prefix("whsec_").unwrap_or(text))
    {
        return Err(Invalid::Malformed(
            "Standard Webhooks secrets are whsec_ and base64. This one cannot be decoded: look whether all of it was copied.".into(),
        ));
    }
    match text.chars().count() {
        n if n < SIGNING_SECRET_MINIMUM => Err(Invalid::TooShort(SIGNING_SECRET_MINIMUM)),
        n if n > SECRET_LIMIT => Err(Invalid::TooLong(SECRET_LIMIT)),
        _ if text.chars().any(char::is_control) => Err(Invalid::Malformed(
            "Use one line without control characters.".into(),
        )),
        _ => Ok(Some(text.to_owned())),
    }
}

/// Whether a text is the base64 (RFC 4648 4) of something, with or without padding. Written here rather than with a
/// crate, because the browser checks forms too.
fn is_base64(text: &str) -> bool {
    let bare = text.trim_end_matches('=');
    let padding = text.len() - bare.len();
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let values: Option<Vec<u8>> = bare.bytes().map(value).collect();
    let Some(last) = values.as_ref().and_then(|values| values.last()) else {
        return false;
    };
    // What the last character holds beyond the last byte must be nothing.
    let (most_padding, spare) = match bare.len() % 4 {
        0 => (0, 0),
        2 => (2, 0b1111),
        3 => (1, 0b11),
        _ => return false,
    };
    padding <= most_padding && last & spare == 0
}

/// Headers that say something else, or that the sender's library writes.
const NOT_FOR_SECRETS: [&str; 9] = [
    "authorization",
    "cookie",
    "host",
    "content-type",
    "content-length",
    "connection",
    "transfer-encoding",
    "idempotency-key",
    "webhook-id",
];

/// A header name (RFC 9110 5.1) in lower case, or the default when blank.
fn header_or(text: &str, default: &str) -> Result<String, Invalid> {
    let text = text.trim().to_ascii_lowercase();
    if text.is_empty() {
        return Ok(default.to_owned());
    }
    let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if text.len() > 100 || !text.chars().all(token) {
        return Err(Invalid::Malformed(
            "A header name has letters, digits and -.".into(),
        ));
    }
    if NOT_FOR_SECRETS.contains(&text.as_str()) {
        return Err(Invalid::Refused(format!(
            "{text} has another meaning. Use a header of its own."
        )));
    }
    Ok(text)
}

/// 64 hexadecimal digits, with or without colons and blanks.
fn fingerprint(text: &str) -> Result<String, Invalid> {
    let digits: String = text
        .chars()
        .filter(|c| !matches!(c, ':' | ' ' | '\n' | '\r' | '\t'))
        .collect::<String>()
        .to_ascii_lowercase();
    if digits.is_empty() {
        Err(Invalid::Required)
    } else if digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(digits)
    } else {
        Err(Invalid::Malformed(
            "A SHA-256 fingerprint has 64 hexadecimal digits.".into(),
        ))
    }
}

#[cfg(test)]
mod tests;
