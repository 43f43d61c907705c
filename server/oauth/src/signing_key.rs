//! The private key that signs assertions: RSA or EC P-256, by `ring`, which TLS uses already.

use std::{fmt, sync::Arc};

use ring::{
    rand::SystemRandom,
    signature::{
        ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
    },
};
use rustls_pki_types::{PrivateKeyDer, pem::PemObject};
use secrecy::{ExposeSecret, SecretString};

/// Largest key file read, in bytes.
const LARGEST: usize = 64 * 1024;

/// How assertions are signed (RFC 7518 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA PKCS#1 v1.5 with SHA-256.
    Rs256,
    /// RSA PSS with SHA-256; Microsoft Entra ID wants it.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
}

impl Algorithm {
    /// The word of the `alg` header.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
            Self::Es256 => "ES256",
        }
    }
}

/// A private key and how it signs.
#[derive(Clone)]
pub struct SigningKey {
    pair: Pair,
    algorithm: Algorithm,
}

#[derive(Clone)]
enum Pair {
    Rsa(Arc<RsaKeyPair>),
    P256(Arc<EcdsaKeyPair>),
}

/// Names no part of the key.
impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SigningKey")
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

/// Why a private key cannot be used, or did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProblem {
    NotPem,
    TooLarge,
    NotPrivate,
    Encrypted,
    Damaged,
    RsaTooShort,
    PublicPartMissing,
    Unsupported,
    /// The algorithm asked for does not fit the key.
    OtherAlgorithm(Algorithm),
    NotSigned,
}

impl KeyProblem {
    /// What is wrong.
    pub fn cause(self) -> String {
        match self {
            Self::NotPem => "The private key is not PEM text.".into(),
            Self::TooLarge => "The private key file is larger than 64 KiB.".into(),
            Self::NotPrivate => {
                "This is a certificate or a public key; signing needs the private key.".into()
            }
            Self::Encrypted => "The private key is protected by a password.".into(),
            Self::Damaged => "The private key cannot be read: it is damaged or cut off.".into(),
            Self::RsaTooShort => "The RSA key is shorter than 2048 bits.".into(),
            Self::PublicPartMissing => "The EC key does not contain its public part.".into(),
            Self::Unsupported => "The private key is of a kind that cannot sign assertions here.".into(),
            Self::OtherAlgorithm(algorithm) => format!("{} does not fit this private key.", algorithm.word()),
            Self::NotSigned => "The assertion could not be signed.".into(),
        }
    }

    /// What to do.
    pub fn next_step(self) -> &'static str {
        match self {
            Self::NotPem => "Paste the text from -----BEGIN PRIVATE KEY----- to -----END PRIVATE KEY-----.",
            Self::TooLarge => "Paste the private key alone.",
            Self::NotPrivate => "Paste the private key that belongs to it.",
            Self::Encrypted => "Remove the password first: openssl pkcs8 -in key.pem -out clear.pem",
            Self::Damaged => "Paste the key again, whole.",
            Self::RsaTooShort => {
                "Make a new key of 2048 to 4096 bits and register its public part at the provider."
            }
            Self::PublicPartMissing => "Convert it: openssl ec -in key.pem -out with-public.pem",
            Self::Unsupported => "Use an RSA key of 2048 to 4096 bits or an EC key on P-256.",
            Self::OtherAlgorithm(_) => "Choose RS256 or PS256 for an RSA key, ES256 for an EC key.",
            Self::NotSigned => "Try again; when it happens again, replace the private key.",
        }
    }
}

impl fmt::Display for KeyProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.cause(), self.next_step())
    }
}

impl std::error::Error for KeyProblem {}

impl SigningKey {
    /// Reads a PEM private key: PKCS#8, PKCS#1 (RSA) or SEC1 (EC). Without `algorithm`, RSA keys sign RS256 and EC
    /// keys ES256.
    pub fn from_pem(pem: &SecretString, algorithm: Option<Algorithm>) -> Result<Self, KeyProblem> {
        let text = pem.expose_secret();
        if text.len() > LARGEST {
            return Err(KeyProblem::TooLarge);
        }
        let der = PrivateKeyDer::from_pem_slice(text.as_bytes()).map_err(|_| why_no_key(text))?;
        let pair = match &der {
            PrivateKeyDer::Pkcs8(pkcs8) => from_pkcs8(pkcs8.secret_pkcs8_der())?,
            PrivateKeyDer::Pkcs1(rsa) => Pair::Rsa(Arc::new(
                RsaKeyPair::from_der(rsa.secret_pkcs1_der()).map_err(|e| rejected(&e))?,
            )),
            PrivateKeyDer::Sec1(ec) => from_pkcs8(&sec1_in_pkcs8(ec.secret_sec1_der())?)?,
            _ => return Err(KeyProblem::Unsupported),
        };
        let algorithm = match (&pair, algorithm) {
            (Pair::Rsa(_), None) => Algorithm::Rs256,
            (Pair::P256(_), None) => Algorithm::Es256,
            (Pair::Rsa(_), Some(wanted @ (Algorithm::Rs256 | Algorithm::Ps256)))
            | (Pair::P256(_), Some(wanted @ Algorithm::Es256)) => wanted,
            (_, Some(wanted)) => return Err(KeyProblem::OtherAlgorithm(wanted)),
        };
        Ok(Self { pair, algorithm })
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The signature as RFC 7518 3.3 to 3.5 wants it.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyProblem> {
        // ring takes its nonces and salts from the operating system only; its trait for that is sealed.
        let random = SystemRandom::new();
        match &self.pair {
            Pair::Rsa(pair) => {
                let encoding: &dyn ring::signature::RsaEncoding = match self.algorithm {
                    Algorithm::Ps256 => &RSA_PSS_SHA256,
                    Algorithm::Rs256 | Algorithm::Es256 => &RSA_PKCS1_SHA256,
                };
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(encoding, &random, message, &mut signature)
                    .map_err(|_| KeyProblem::NotSigned)?;
                Ok(signature)
            }
            Pair::P256(pair) => pair
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| KeyProblem::NotSigned),
        }
    }
}

fn from_pkcs8(der: &[u8]) -> Result<Pair, KeyProblem> {
    match RsaKeyPair::from_pkcs8(der) {
        Ok(pair) => Ok(Pair::Rsa(Arc::new(pair))),
        Err(rsa) if rejected(&rsa) == KeyProblem::Unsupported => {
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der, &SystemRandom::new())
                .map(|pair| Pair::P256(Arc::new(pair)))
                .map_err(|ec| rejected(&ec))
        }
        Err(rsa) => Err(rejected(&rsa)),
    }
}

/// ring says in one word what it dislikes.
fn rejected(why: &ring::error::KeyRejected) -> KeyProblem {
    match why.to_string().as_str() {
        "TooSmall" => KeyProblem::RsaTooShort,
        "TooLarge" | "WrongAlgorithm" | "VersionNotSupported" | "PrivateModulusLenNotMultipleOf512Bits" => {
            KeyProblem::Unsupported
        }
        "PublicKeyIsMissing" => KeyProblem::PublicPartMissing,
        _ => KeyProblem::Damaged,
    }
}

/// What the text is, when it is no private key.
fn why_no_key(text: &str) -> KeyProblem {
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY") || text.contains("Proc-Type: 4,ENCRYPTED") {
        KeyProblem::Encrypted
    } else if text.contains("PRIVATE KEY-----") {
        KeyProblem::Damaged
    } else if text.contains("-----BEGIN ") {
        KeyProblem::NotPrivate
    } else {
        KeyProblem::NotPem
    }
}

/// Wraps a SEC1 key (RFC 5915) on P-256 into PKCS#8 (RFC 5958), which is what ring reads. A key on another curve is
/// refused by ring, because its own parameters contradict these.
fn sec1_in_pkcs8(sec1: &[u8]) -> Result<Vec<u8>, KeyProblem> {
    /// INTEGER 0, SEQUENCE { OID ecPublicKey, OID prime256v1 }.
    const VERSION_AND_ALGORITHM: [u8; 24] = [
        0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
        0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07,
    ];
    let mut inner = VERSION_AND_ALGORITHM.to_vec();
    inner.extend(der_element(0x04, sec1)?);
    der_element(0x30, &inner)
}

fn der_element(tag: u8, content: &[u8]) -> Result<Vec<u8>, KeyProblem> {
    // A P-256 key has about 120 bytes; what needs more than one byte of length is something else.
    let length = u8::try_from(content.len()).map_err(|_| KeyProblem::Unsupported)?;
    let mut element = vec![tag];
    if length >= 0x80 {
        element.push(0x81);
    }
    element.push(length);
    element.extend_from_slice(content);
    Ok(element)
}
