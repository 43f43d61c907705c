//! Kinds of keys and of signatures, by their object identifiers.

use std::fmt;

use x509_parser::oid_registry::{
    OID_EC_P256, OID_KEY_TYPE_DSA, OID_KEY_TYPE_EC_PUBLIC_KEY, OID_NIST_EC_P384, OID_NIST_EC_P521,
    OID_PKCS1_RSAENCRYPTION, OID_PKCS1_RSASSAPSS, OID_SIG_ED448, OID_SIG_ED25519, Oid,
};

/// Kind and size of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum KeyKind {
    Rsa { bits: usize },
    Ec { curve: String },
    Ed25519,
    Other(String),
}

impl KeyKind {
    /// From the parts of an algorithm identifier; `bits` is the size of an RSA modulus.
    pub(crate) fn new(algorithm: &Oid<'_>, curve: Option<&Oid<'_>>, bits: Option<usize>) -> Self {
        if *algorithm == OID_PKCS1_RSAENCRYPTION {
            return Self::Rsa {
                bits: bits.unwrap_or(0),
            };
        }
        if *algorithm == OID_KEY_TYPE_EC_PUBLIC_KEY {
            return Self::Ec {
                curve: curve.map_or_else(|| "with parameters of its own".into(), curve_name),
            };
        }
        match algorithm {
            _ if *algorithm == OID_SIG_ED25519 => Self::Ed25519,
            _ if *algorithm == OID_SIG_ED448 => Self::Other("Ed448".into()),
            _ if *algorithm == OID_KEY_TYPE_DSA => Self::Other("DSA".into()),
            _ if *algorithm == OID_PKCS1_RSASSAPSS => Self::Other("RSA for PSS only".into()),
            unknown => Self::Other(unknown.to_id_string()),
        }
    }

    /// Whether the TLS library signs with keys of this kind.
    pub(crate) fn supported(&self) -> bool {
        match self {
            Self::Rsa { bits } => (2048..=4096).contains(bits),
            Self::Ec { curve } => curve == "P-256" || curve == "P-384",
            Self::Ed25519 => true,
            Self::Other(_) => false,
        }
    }
}

/// `RSA 2048`, `EC P-256`, `Ed25519`.
impl fmt::Display for KeyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rsa { bits } => write!(formatter, "RSA {bits}"),
            Self::Ec { curve } => write!(formatter, "EC {curve}"),
            Self::Ed25519 => formatter.write_str("Ed25519"),
            Self::Other(name) => formatter.write_str(name),
        }
    }
}

fn curve_name(curve: &Oid<'_>) -> String {
    match curve {
        _ if *curve == OID_EC_P256 => "P-256".into(),
        _ if *curve == OID_NIST_EC_P384 => "P-384".into(),
        _ if *curve == OID_NIST_EC_P521 => "P-521".into(),
        unknown => unknown.to_id_string(),
    }
}

/// The broken digest of a signature algorithm; None when it is a good one.
pub(crate) fn weak_digest(signature: &Oid<'_>) -> Option<&'static str> {
    match signature.to_id_string().as_str() {
        "1.2.840.113549.1.1.2" => Some("MD2"),
        "1.2.840.113549.1.1.4" => Some("MD5"),
        // With RSA (twice), DSA and ECDSA.
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10040.4.3" | "1.2.840.10045.4.1" => Some("SHA-1"),
        _ => None,
    }
}
