//! Recognising what was uploaded in place of what was expected.

use pkcs8::PrivateKeyInfoRef;
use x509_parser::{
    certification_request::X509CertificationRequest,
    prelude::{FromDer, X509Certificate},
};

/// `-----BEGIN ` somewhere.
pub(crate) fn looks_like_pem(bytes: &[u8]) -> bool {
    bytes.windows(11).any(|window| window == b"-----BEGIN ")
}

/// What a binary upload is, in words; None when it is nothing we know.
pub(crate) fn binary(bytes: &[u8]) -> Option<&'static str> {
    // All of them are an ASN.1 SEQUENCE.
    if bytes.first() != Some(&0x30) {
        return None;
    }
    if X509Certificate::from_der(bytes).is_ok() {
        Some("a certificate")
    } else if is_pkcs12(bytes) {
        Some("a PKCS#12 file")
    } else if PrivateKeyInfoRef::try_from(bytes).is_ok() {
        Some("a private key")
    } else if X509CertificationRequest::from_der(bytes).is_ok() {
        Some("a certificate signing request")
    } else {
        None
    }
}

/// PKCS#12 with lengths left open (BER), which programs of the nineties wrote.
pub(crate) fn is_open_ended(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x30, 0x80, 0x02, 0x01, 0x03])
}

/// A SEQUENCE that begins with the number 3, its version (RFC 7292, 4).
fn is_pkcs12(bytes: &[u8]) -> bool {
    let head = match bytes.get(1) {
        Some(length @ 0x80..) => 2 + usize::from(length & 0x7f),
        _ => 2,
    };
    bytes.get(head..head + 3) == Some(&[0x02, 0x01, 0x03])
}
