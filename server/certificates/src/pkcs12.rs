//! Taking a PKCS#12 file (RFC 7292) apart into certificates and private keys.

use std::panic::catch_unwind;

use p12_keystore::{Pkcs12Archive, error::Error};
use pkcs8::{
    der::{Decode, Reader, SliceReader, asn1::AnyRef},
    pkcs5,
};
use secrecy::{ExposeSecret, SecretString};

use crate::{
    certificate::Certificate,
    foreign::{is_open_ended, looks_like_pem},
    private_key::PrivateKey,
    problem::Problem,
};

/// Certificates and private keys of a PKCS#12 file, in the file's order.
pub(crate) fn read(
    bytes: &[u8],
    password: Option<&SecretString>,
) -> Result<(Vec<Certificate>, Vec<PrivateKey>), Problem> {
    if looks_like_pem(bytes) {
        return Err(Problem::PemForPkcs12);
    }
    if is_open_ended(bytes) {
        return Err(Problem::OldPkcs12);
    }
    // A file without a password is made with an empty one.
    let given = password.map(ExposeSecret::expose_secret).unwrap_or_default();
    // Some parameters of scrypt make the crate panic; a file must not be able to.
    let archive = catch_unwind(|| Pkcs12Archive::from_pkcs12(bytes, given))
        .map_err(|_| Problem::NotPkcs12)?
        .map_err(|error| explain(&error, bytes, given.is_empty()))?;
    let mut certificates = Vec::new();
    for (index, bag) in archive.certs.iter().enumerate() {
        let unreadable = Problem::UnreadableCertificate { position: index + 1 };
        certificates.push(Certificate::read(bag.cert.as_der()).ok_or(unreadable)?);
    }
    let keys = archive
        .keys
        .iter()
        .map(|bag| PrivateKey::from_pkcs8(bag.key.as_der()))
        .collect::<Result<_, _>>()?;
    Ok((certificates, keys))
}

fn explain(error: &Error, bytes: &[u8], without_password: bool) -> Problem {
    let wrong = match error {
        Error::MacError(_) | Error::UnpadError => true,
        // The crate hands on only the words.
        Error::Pkcs5Error(words) => *words == pkcs5::Error::DecryptFailed.to_string(),
        // Without a checksum only the padding tells a wrong password; once in 256 times it passes and leaves noise.
        Error::DerError(_) | Error::InvalidPrivateKey | Error::X509Error(_) => lacks_checksum(bytes),
        _ => false,
    };
    match error {
        _ if wrong && without_password => Problem::PasswordNeeded,
        _ if wrong => Problem::WrongPassword,
        Error::Pkcs5Error(_)
        | Error::UnsupportedEncryptionScheme
        | Error::UnsupportedMacAlgorithm
        | Error::InvalidParameters => Problem::UnsupportedFileEncryption,
        Error::InvalidPrivateKey => Problem::UnreadableKey,
        _ => Problem::NotPkcs12,
    }
}

/// Whether the file is whole and ends after version and contents (RFC 7292, 4).
fn lacks_checksum(bytes: &[u8]) -> bool {
    let parts = AnyRef::from_der(bytes).and_then(|file| {
        let mut reader = SliceReader::new(file.value())?;
        let (_version, _contents): (AnyRef<'_>, AnyRef<'_>) = (reader.decode()?, reader.decode()?);
        Ok(reader.is_finished())
    });
    parts.unwrap_or(false)
}
