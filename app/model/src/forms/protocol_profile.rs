//! The protocol profile form.

use serde::{Deserialize, Serialize};

use super::{DESCRIPTION_LIMIT, parse::choice_or};
use crate::{
    FieldErrors, Invalid,
    names::{self, Name},
    profile::{ProtocolProfile, TlsVersion},
};

/// Longest text of certificates and keys, in bytes: base64 of the largest upload.
const LONGEST_UPLOAD: usize = 384 * 1024;

form! {
    /// Input of a protocol profile form. What is uploaded is write-only: blank keeps what is set.
    ProtocolProfileForm {
        name, description, minimum_tls,
        /** The client's certificate with its chain, in PEM; the private key may stand in the same text. */
        certificate,
        /** In PEM, encrypted or not. */
        private_key,
        /** A PKCS#12 file in base64, instead of certificate and private key. */
        pkcs12,
        /** Of the private key or the PKCS#12 file. */
        key_password,
        /** Authorities trusted besides the system's, in PEM; shown, and blank for none. */
        ca_bundle
    }
}

/// The checked fields of a [`ProtocolProfileForm`].
#[derive(Debug)]
pub struct CheckedProtocolProfile {
    pub name: Name,
    pub description: String,
    pub minimum_tls: TlsVersion,
    pub upload: Option<Upload>,
    pub ca_bundle: String,
}

/// An identity as it was uploaded, not read yet.
#[derive(Clone, PartialEq, Eq)]
pub enum Upload {
    Pem {
        certificate: String,
        /// Blank when it stands with the certificate.
        private_key: String,
        password: String,
    },
    Pkcs12 {
        base64: String,
        password: String,
    },
}

/// Holds a private key: shows its kind only.
impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pem { .. } => "Pem",
            Self::Pkcs12 { .. } => "Pkcs12",
        })
    }
}

impl ProtocolProfileForm {
    /// The form of a stored profile, without what is secret.
    pub fn of(profile: &ProtocolProfile) -> Self {
        Self {
            id: profile.id.to_string(),
            version: profile.version,
            name: profile.name.clone(),
            description: profile.description.clone(),
            minimum_tls: profile.minimum_tls.word().into(),
            ca_bundle: profile.ca_bundle.clone(),
            ..Self::default()
        }
    }

    /// Checks every field at once; whether certificates and keys can be read is the server's to say.
    pub fn check(&self) -> Result<CheckedProtocolProfile, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.keep("name", Name::parse(&self.name));
        let description = errors.keep(
            "description",
            names::paragraph(&self.description, DESCRIPTION_LIMIT),
        );
        let minimum_tls = errors.keep(
            "minimum_tls",
            choice_or(&self.minimum_tls, TlsVersion::Tls12, TlsVersion::parse),
        );
        let upload = self.upload(&mut errors);
        match (name, description, minimum_tls, errors.is_empty()) {
            (Some(name), Some(description), Some(minimum_tls), true) => Ok(CheckedProtocolProfile {
                name,
                description,
                minimum_tls,
                upload,
                ca_bundle: self.ca_bundle.trim().to_owned(),
            }),
            _ => Err(errors),
        }
    }

    fn upload(&self, errors: &mut FieldErrors) -> Option<Upload> {
        let blank = |text: &str| text.trim().is_empty();
        for (field, text) in [
            ("certificate", &self.certificate),
            ("private_key", &self.private_key),
            ("pkcs12", &self.pkcs12),
            ("ca_bundle", &self.ca_bundle),
            ("key_password", &self.key_password),
        ] {
            if text.len() > LONGEST_UPLOAD {
                errors.add(field, Invalid::TooLong(LONGEST_UPLOAD));
            }
        }
        if !blank(&self.pkcs12) {
            if !blank(&self.certificate) || !blank(&self.private_key) {
                let text = "Give a PKCS#12 file, or certificate and private key, not both.";
                errors.add("pkcs12", Invalid::Refused(text.into()));
            }
            return Some(Upload::Pkcs12 {
                base64: self.pkcs12.clone(),
                password: self.key_password.clone(),
            });
        }
        if blank(&self.certificate) {
            if !blank(&self.private_key) {
                let text = "Give the certificate that belongs to the private key.";
                errors.add("certificate", Invalid::Refused(text.into()));
            } else if !self.key_password.is_empty() {
                let text = "There is nothing to open with it: give the certificate and the key, or the PKCS#12 file.";
                errors.add("key_password", Invalid::Refused(text.into()));
            }
            return None;
        }
        Some(Upload::Pem {
            certificate: self.certificate.clone(),
            private_key: self.private_key.clone(),
            password: self.key_password.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(form: ProtocolProfileForm) -> Vec<String> {
        let form = ProtocolProfileForm {
            name: "Bank".into(),
            ..form
        };
        form.check()
            .err()
            .map_or_else(Vec::new, |errors| errors.0.into_keys().collect())
    }

    #[test]
    fn uploads_are_one_of_two_kinds() {
        let certificate = || "-----BEGIN CERTIFICATE-----".to_owned();
        assert!(refused(ProtocolProfileForm::default()).is_empty());
        assert_eq!(
            refused(ProtocolProfileForm {
                certificate: certificate(),
                pkcs12: "AAAA".into(),
                ..ProtocolProfileForm::default()
            }),
            ["pkcs12"]
        );
        assert_eq!(
            refused(ProtocolProfileForm {
                private_key: "x".into(),
                ..ProtocolProfileForm::default()
            }),
            ["certificate"]
        );
        assert_eq!(
            refused(ProtocolProfileForm {
                key_password: "x".into(),
                ..ProtocolProfileForm::default()
            }),
            ["key_password"]
        );
        assert_eq!(
            refused(ProtocolProfileForm {
                ca_bundle: "x".repeat(LONGEST_UPLOAD + 1),
                ..ProtocolProfileForm::default()
            }),
            ["ca_bundle"]
        );
    }
}
