//! An upload, from its bytes to an identity that a handshake can use.

use model::{Timestamp, certificate::CertificateInfo};
use secrecy::SecretString;

use crate::{
    certificate::Certificate,
    chain::{Chain, order},
    identity::Identity,
    pem_text::PemText,
    pkcs12,
    private_key::PrivateKey,
    problem::Problem,
};

/// The largest upload, in bytes: certificate and key in two files count together.
pub const LARGEST_UPLOAD: usize = 256 * 1024;

/// From when before its expiry a certificate is warned about at upload, in milliseconds: 30 days.
const SOON: i64 = 30 * 24 * 60 * 60 * 1000;

/// An upload that is in order.
#[derive(Debug, Clone)]
pub struct Uploaded {
    pub identity: Identity,
    /// What people see of the chain, the client's own first.
    pub info: Vec<CertificateInfo>,
    /// What may go wrong later, in plain words.
    pub warnings: Vec<String>,
}

/// Reads a certificate chain and private key in PEM, from one text or from two.
///
/// The key may be PKCS#8 (encrypted or not), PKCS#1 or SEC1; the certificates may stand in any order. `password`
/// is needed for an encrypted key only. Checks everything against `now`, in milliseconds since 1970.
pub fn read_pem(
    chain_or_both: &[u8],
    key: Option<&[u8]>,
    password: Option<&SecretString>,
    now: Timestamp,
) -> Result<Uploaded, Problem> {
    if chain_or_both.len() + key.map_or(0, <[u8]>::len) > LARGEST_UPLOAD {
        return Err(Problem::TooLarge);
    }
    let mut text = PemText::default();
    text.read(chain_or_both, password)?;
    text.check_certificates()?;
    if let Some(key) = key.filter(|key| !key.trim_ascii().is_empty()) {
        text.read(key, password)?;
    }
    text.check_keys()?;
    accept(text.certificates, text.keys, now)
}

/// Reads a PKCS#12 file. Without `password` it is read with an empty one.
pub fn read_pkcs12(
    bytes: &[u8],
    password: Option<&SecretString>,
    now: Timestamp,
) -> Result<Uploaded, Problem> {
    if bytes.len() > LARGEST_UPLOAD {
        return Err(Problem::TooLarge);
    }
    let (certificates, keys) = pkcs12::read(bytes, password)?;
    if certificates.is_empty() {
        return Err(Problem::NoCertificate);
    }
    if keys.is_empty() {
        return Err(Problem::NoKey);
    }
    accept(certificates, keys, now)
}

fn accept(
    certificates: Vec<Certificate>,
    keys: Vec<PrivateKey>,
    now: Timestamp,
) -> Result<Uploaded, Problem> {
    let key = only(keys)?;
    key.check_kind()?;
    let (own, others, key) = pick(certificates, &key, now)?;
    check_own(&own, now)?;
    let Chain { certificates, spare } = order(own, others)?;
    for above in certificates.iter().skip(1).filter(|above| !above.self_signed) {
        above.check_dates(now, false)?;
        above.check_signature()?;
    }
    Ok(Uploaded {
        warnings: warnings(&certificates, &spare, now),
        info: certificates
            .iter()
            .map(|certificate| certificate.info.clone())
            .collect(),
        identity: Identity::new(
            certificates
                .into_iter()
                .map(|certificate| certificate.der)
                .collect(),
            key.pkcs8,
        ),
    })
}

/// The one private key; the same one twice is one.
fn only(keys: Vec<PrivateKey>) -> Result<PrivateKey, Problem> {
    let mut different: Vec<PrivateKey> = Vec::new();
    for key in keys {
        if !different.contains(&key) {
            different.push(key);
        }
    }
    let count = different.len();
    match different.pop() {
        Some(key) if count == 1 => Ok(key),
        Some(_) => Err(Problem::MoreKeys { count }),
        None => Err(Problem::NoKey),
    }
}

/// The client's own certificate: the one the key belongs to, and of several the one that is valid longest.
fn pick(
    mut certificates: Vec<Certificate>,
    key: &PrivateKey,
    now: Timestamp,
) -> Result<(Certificate, Vec<Certificate>, PrivateKey), Problem> {
    let mut best: Option<(usize, PrivateKey)> = None;
    let rank = |certificate: &Certificate| {
        let valid = certificate.check_dates(now, true).is_ok();
        (valid, certificate.info.not_after)
    };
    for (index, certificate) in certificates.iter().enumerate() {
        if let Some(key) = key.belonging_to(certificate)?
            && best
                .as_ref()
                .is_none_or(|(before, _)| rank(certificate) > rank(&certificates[*before]))
        {
            best = Some((index, key));
        }
    }
    match best {
        Some((index, key)) => {
            let own = certificates.remove(index);
            Ok((own, certificates, key))
        }
        None => Err(misfit(&certificates)),
    }
}

/// Why none of `certificates` belongs to the key.
fn misfit(certificates: &[Certificate]) -> Problem {
    let name = |certificate: &Certificate| certificate.name.clone();
    match certificates.iter().find(|certificate| !certificate.authority) {
        Some(client) => Problem::WrongKey {
            subject: name(client),
        },
        // Only authorities: the client's certificate was forgotten.
        None => Problem::AuthorityAsClient {
            subject: certificates.first().map(name).unwrap_or_default(),
        },
    }
}

fn check_own(own: &Certificate, now: Timestamp) -> Result<(), Problem> {
    let subject = own.name.clone();
    own.check_dates(now, true)?;
    if own.authority {
        return Err(Problem::AuthorityAsClient { subject });
    }
    if let Some(purposes) = own.other_purposes.clone() {
        return Err(Problem::WrongPurpose { subject, purposes });
    }
    if !own.may_sign {
        return Err(Problem::MayNotSign { subject });
    }
    own.check_signature()
}

fn warnings(chain: &[Certificate], spare: &[Certificate], now: Timestamp) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(own) = chain.first()
        && own.info.not_after.since(now) < SOON
    {
        warnings.push(format!(
            "The certificate of \"{}\" expires on {}. Have it renewed and upload the new one before that.",
            own.name,
            own.info.not_after.date()
        ));
    }
    if let Some(last) = chain.last().filter(|last| !last.self_signed) {
        warnings.push(format!(
            "The certificate of \"{}\", which issued the one of \"{}\", is not in the upload. If it is an intermediate authority, add its certificate: servers that know only the root will refuse the connection.",
            last.issuer_name, last.name
        ));
    }
    for root in chain.iter().skip(1).filter(|above| above.self_signed) {
        if now > root.info.not_after {
            warnings.push(format!(
                "The root certificate of \"{}\" expired on {}. Servers that still trust it will accept the connection, others will not.",
                root.name,
                root.info.not_after.date()
            ));
        }
    }
    for left in spare {
        warnings.push(format!(
            "A second certificate of \"{}\" is left out: another one in the upload vouches for the same certificate.",
            left.name
        ));
    }
    warnings
}
