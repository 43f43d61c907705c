//! A private key, brought into the one form that is stored: PKCS#8 without password (RFC 5208).

use std::{borrow::Cow, sync::Arc};

use pkcs8::{
    EncryptedPrivateKeyInfoRef, ObjectIdentifier, PrivateKeyInfo, PrivateKeyInfoRef,
    der::{
        self, Decode, Encode, Reader, SliceReader, Tagged,
        asn1::{AnyRef, OctetStringRef, UintRef},
    },
    pkcs5::{self, pbes2::Kdf},
    spki::AlgorithmIdentifierRef,
};
use rustls::{crypto::ring::sign::any_supported_type, sign::SigningKey};
use rustls_pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sec1::EcPrivateKey;
use secrecy::{ExposeSecret, SecretString};
use x509_parser::{
    oid_registry::Oid,
    prelude::{FromDer, SubjectPublicKeyInfo},
};
use zeroize::Zeroizing;

use crate::{algorithm::KeyKind, certificate::Certificate, problem::Problem};

/// rsaEncryption (RFC 8017, appendix A.1) and id-ecPublicKey (RFC 5480, 2.1.1).
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// How much work a file may make us do to turn its password into a key.
const MOST_ITERATIONS: u32 = 5_000_000;
/// The same for scrypt, in bytes of memory.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;

/// A private key. Wiped from memory when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct PrivateKey {
    pub(crate) pkcs8: Zeroizing<Vec<u8>>,
    pub(crate) kind: KeyKind,
}

impl PrivateKey {
    /// `-----BEGIN PRIVATE KEY-----`.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, Problem> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| Problem::UnreadableKey)?;
        Self::new(info.algorithm, info.private_key.as_bytes())
    }

    /// `-----BEGIN RSA PRIVATE KEY-----` (RFC 8017, appendix A.1.2).
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self, Problem> {
        let algorithm = AlgorithmIdentifierRef {
            oid: RSA,
            parameters: Some(AnyRef::NULL),
        };
        Self::new(algorithm, der)
    }

    /// `-----BEGIN EC PRIVATE KEY-----` (RFC 5915).
    pub(crate) fn from_sec1(der: &[u8]) -> Result<Self, Problem> {
        let key = EcPrivateKey::from_der(der).map_err(|_| Problem::UnreadableKey)?;
        let curve = key
            .parameters
            .and_then(sec1::EcParameters::named_curve)
            .ok_or(Problem::UnreadableKey)?;
        let algorithm = AlgorithmIdentifierRef {
            oid: EC,
            parameters: Some(AnyRef::from(&curve)),
        };
        Self::new(algorithm, der)
    }

    /// `-----BEGIN ENCRYPTED PRIVATE KEY-----` (RFC 5958, 3; RFC 8018).
    pub(crate) fn decrypt(der: &[u8], password: Option<&SecretString>) -> Result<Self, Problem> {
        let encrypted =
            EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| Problem::UnsupportedKeyEncryption)?;
        if !affordable(&encrypted.encryption_algorithm) {
            return Err(Problem::UnsupportedKeyEncryption);
        }
        let password = password
            .map(ExposeSecret::expose_secret)
            .filter(|password| !password.is_empty())
            .ok_or(Problem::PasswordNeeded)?;
        let clear = encrypted.decrypt(password).map_err(|error| match error {
            // A wrong password passes the padding once in 256 times and leaves noise.
            pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::DecryptFailed) | pkcs8::Error::Asn1(_) => {
                Problem::WrongPassword
            }
            _ => Problem::UnsupportedKeyEncryption,
        })?;
        Self::from_pkcs8(clear.as_bytes())
    }

    /// Leaves out what some programs add and the TLS library does not expect: attributes, an Ed25519 public key.
    fn new(algorithm: AlgorithmIdentifierRef<'_>, key: &[u8]) -> Result<Self, Problem> {
        let kind = kind(&algorithm, key).ok_or(Problem::UnreadableKey)?;
        Self::encode(algorithm, key, kind)
    }

    fn encode(algorithm: AlgorithmIdentifierRef<'_>, key: &[u8], kind: KeyKind) -> Result<Self, Problem> {
        let key = OctetStringRef::new(key).map_err(|_| Problem::UnreadableKey)?;
        let info: PrivateKeyInfoRef<'_> = PrivateKeyInfo::new(algorithm, key);
        Ok(Self {
            pkcs8: encoded(&info)?,
            kind,
        })
    }

    /// Refuses keys with which no handshake is possible, or safe.
    pub(crate) fn check_kind(&self) -> Result<(), Problem> {
        match self.kind {
            KeyKind::Rsa { bits } if bits < 2048 => Err(Problem::WeakKey { bits }),
            _ if self.kind.supported() => Ok(()),
            _ => Err(Problem::UnsupportedKey {
                kind: self.kind.to_string(),
            }),
        }
    }

    /// The key as it is used, if it belongs to `certificate`; None if it does not.
    pub(crate) fn belonging_to(&self, certificate: &Certificate) -> Result<Option<Self>, Problem> {
        // Java writes EC keys without their public half, and the TLS library wants it: it is in the certificate.
        if let Some(completed) = self.completed(&certificate.public_key)? {
            return Ok(completed.load().is_some().then_some(completed));
        }
        let public = self.load().and_then(|key| public_key(&*key));
        let public = public.ok_or(Problem::UnreadableKey)?;
        Ok((public == certificate.public_key).then(|| self.clone()))
    }

    /// With `public` added; None when it has a public half, or needs none.
    fn completed(&self, public: &[u8]) -> Result<Option<Self>, Problem> {
        let info = PrivateKeyInfoRef::try_from(self.pkcs8.as_slice()).map_err(|_| Problem::UnreadableKey)?;
        if info.algorithm.oid != EC {
            return Ok(None);
        }
        let mut inner =
            EcPrivateKey::from_der(info.private_key.as_bytes()).map_err(|_| Problem::UnreadableKey)?;
        if inner.public_key.is_some() {
            return Ok(None);
        }
        inner.public_key = Some(public);
        Self::encode(info.algorithm, &encoded(&inner)?, self.kind.clone()).map(Some)
    }

    /// As the TLS library sees it; None when it does not take it.
    fn load(&self) -> Option<Arc<dyn SigningKey>> {
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.pkcs8.as_slice()));
        any_supported_type(&key).ok()
    }
}

fn encoded(value: &impl Encode) -> Result<Zeroizing<Vec<u8>>, Problem> {
    value
        .to_der()
        .map(Zeroizing::new)
        .map_err(|_| Problem::UnreadableKey)
}

fn public_key(key: &dyn SigningKey) -> Option<Vec<u8>> {
    let der = key.public_key()?;
    let (_, info) = SubjectPublicKeyInfo::from_der(&der).ok()?;
    Some(info.subject_public_key.data.to_vec())
}

fn kind(algorithm: &AlgorithmIdentifierRef<'_>, key: &[u8]) -> Option<KeyKind> {
    let bits = match algorithm.oid {
        RSA => Some(modulus_bits(key).ok()?),
        _ => None,
    };
    let curve = algorithm
        .parameters
        .and_then(|parameters| parameters.decode_as::<ObjectIdentifier>().ok());
    let curve = curve.as_ref().map(oid);
    Some(KeyKind::new(&oid(&algorithm.oid), curve.as_ref(), bits))
}

fn oid(identifier: &ObjectIdentifier) -> Oid<'_> {
    Oid::new(Cow::Borrowed(identifier.as_bytes()))
}

/// The size of an RSA key: the second number of the sequence (RFC 8017, appendix A.1.2).
fn modulus_bits(key: &[u8]) -> der::Result<usize> {
    let sequence = AnyRef::from_der(key)?;
    sequence.tag().assert_eq(der::Tag::Sequence)?;
    let mut reader = SliceReader::new(sequence.value())?;
    let _version: UintRef<'_> = reader.decode()?;
    let modulus: UintRef<'_> = reader.decode()?;
    let bytes = modulus.as_bytes();
    let unused = bytes.first().map_or(0, |byte| byte.leading_zeros() as usize);
    Ok(bytes.len() * 8 - unused)
}

/// Whether turning the password into a key stays within reason.
fn affordable(scheme: &pkcs5::EncryptionScheme) -> bool {
    match scheme.pbes2().map(|parameters| &parameters.kdf) {
        Some(Kdf::Pbkdf2(parameters)) => parameters.iteration_count <= MOST_ITERATIONS,
        Some(Kdf::Scrypt(parameters)) => parameters
            .cost_parameter
            .checked_mul(u64::from(parameters.block_size))
            .and_then(|blocks| blocks.checked_mul(128 * u64::from(parameters.parallelization)))
            // Zero is not refused by the crate but makes it panic.
            .is_some_and(|memory| (1..=MOST_MEMORY).contains(&memory)),
        _ => false,
    }
}
