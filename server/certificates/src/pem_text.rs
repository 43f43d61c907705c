//! Taking a PEM text apart into certificates and private keys.

use secrecy::SecretString;

use crate::{
    certificate::Certificate,
    foreign::{binary, looks_like_pem},
    private_key::PrivateKey,
    problem::Problem,
};

/// What a PEM text holds.
#[derive(Default)]
pub(crate) struct PemText {
    pub(crate) certificates: Vec<Certificate>,
    pub(crate) keys: Vec<PrivateKey>,
    signing_request: bool,
    public_key: bool,
}

impl PemText {
    /// Reads every section of `bytes` into `self`; keys are decrypted with `password`.
    pub(crate) fn read(&mut self, bytes: &[u8], password: Option<&SecretString>) -> Result<(), Problem> {
        if !looks_like_pem(bytes) {
            return Err(match binary(bytes) {
                Some("a certificate signing request") => Problem::SigningRequest,
                Some(what) => Problem::BinaryForPem { what },
                None => Problem::NotPem,
            });
        }
        let sections = pem::parse_many(bytes).map_err(|_| Problem::BrokenPem)?;
        // The parser stops without a word at a section that does not end.
        if sections.len()
            != bytes
                .windows(11)
                .filter(|window| *window == b"-----BEGIN ")
                .count()
        {
            return Err(Problem::BrokenPem);
        }
        sections
            .into_iter()
            .try_for_each(|section| self.take(section, password))
    }

    fn take(&mut self, section: pem::Pem, password: Option<&SecretString>) -> Result<(), Problem> {
        // RFC 1421 encryption, by which OpenSSL once protected keys: a digest of MD5 over the password.
        let old_encryption = section
            .headers()
            .get("Proc-Type")
            .is_some_and(|value| value.contains("ENCRYPTED"));
        if old_encryption {
            return Err(Problem::UnsupportedKeyEncryption);
        }
        let label = section.tag().to_owned();
        let contents = zeroize::Zeroizing::new(section.into_contents());
        match label.as_str() {
            "CERTIFICATE" | "X509 CERTIFICATE" => {
                let position = self.certificates.len() + 1;
                let certificate =
                    Certificate::read(&contents).ok_or(Problem::UnreadableCertificate { position })?;
                self.certificates.push(certificate);
            }
            "PRIVATE KEY" => self.keys.push(PrivateKey::from_pkcs8(&contents)?),
            "ENCRYPTED PRIVATE KEY" => self.keys.push(PrivateKey::decrypt(&contents, password)?),
            "RSA PRIVATE KEY" => self.keys.push(PrivateKey::from_pkcs1(&contents)?),
            "EC PRIVATE KEY" => self.keys.push(PrivateKey::from_sec1(&contents)?),
            "DSA PRIVATE KEY" => return Err(Problem::UnsupportedKey { kind: "DSA".into() }),
            "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => self.signing_request = true,
            "PUBLIC KEY" | "RSA PUBLIC KEY" => self.public_key = true,
            // OpenSSL writes the name of the curve before the key that repeats it.
            "EC PARAMETERS" => {}
            _ => {
                return Err(Problem::ForeignSection {
                    label: crate::wording::plain(&label),
                });
            }
        }
        Ok(())
    }

    /// Refuses a text without certificates.
    pub(crate) fn check_certificates(&self) -> Result<(), Problem> {
        match (self.certificates.is_empty(), self.signing_request) {
            (false, _) => Ok(()),
            (true, true) => Err(Problem::SigningRequest),
            (true, false) => Err(Problem::NoCertificate),
        }
    }

    /// Refuses a text without a private key.
    pub(crate) fn check_keys(&self) -> Result<(), Problem> {
        match (self.keys.is_empty(), self.public_key) {
            (false, _) => Ok(()),
            (true, true) => Err(Problem::PublicKeyOnly),
            (true, false) => Err(Problem::NoKey),
        }
    }
}
