//! Why an upload is refused: what is wrong, and what to do next.

use model::Timestamp;

use crate::{upload::LARGEST_UPLOAD, wording::quoted};

/// How to bring an old PKCS#12 file up to date.
const CONVERT_PKCS12: &str = "Convert it with: openssl pkcs12 -legacy -in old.p12 -nodes -out clear.pem, then openssl pkcs12 -export -in clear.pem -out new.p12; delete clear.pem afterwards.";

/// Why an upload is refused. Shown as [`Problem::cause`]; holds nothing of a private key and no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.cause())]
pub enum Problem {
    TooLarge,
    /// Nothing in it is PEM, and it is no other format that we recognise.
    NotPem,
    /// Binary, where a text was expected.
    BinaryForPem {
        /// `a certificate`, `a PKCS#12 file`.
        what: &'static str,
    },
    /// A text, where a PKCS#12 file was expected.
    PemForPkcs12,
    NotPkcs12,
    /// PKCS#12 in BER with open lengths, as very old programs write it.
    OldPkcs12,
    /// PEM that is cut off or garbled.
    BrokenPem,
    /// A kind of PEM section that we do not read.
    ForeignSection {
        label: String,
    },
    /// Counted from 1.
    UnreadableCertificate {
        position: usize,
    },
    UnreadableKey,
    SigningRequest,
    NoCertificate,
    PublicKeyOnly,
    NoKey,
    MoreKeys {
        count: usize,
    },
    PasswordNeeded,
    WrongPassword,
    /// A private key encrypted in a way that is not read, most often because it is no longer safe.
    UnsupportedKeyEncryption,
    /// The same for a PKCS#12 file.
    UnsupportedFileEncryption,
    UnsupportedKey {
        /// `DSA`, `EC P-521`.
        kind: String,
    },
    /// RSA below 2048 bits.
    WeakKey {
        bits: usize,
    },
    /// Signed with MD5, SHA-1 or older.
    WeakSignature {
        subject: String,
        /// `SHA-1`.
        digest: &'static str,
    },
    WrongKey {
        subject: String,
    },
    Expired {
        subject: String,
        since: Timestamp,
        /// The designer's certificate, not one above it.
        own: bool,
    },
    NotYetValid {
        subject: String,
        from: Timestamp,
        own: bool,
    },
    /// A certificate authority's own certificate, as the client's.
    AuthorityAsClient {
        subject: String,
    },
    /// By its extended key usage it is for something else (RFC 5280, 4.2.1.12).
    WrongPurpose {
        subject: String,
        /// `TLS servers`.
        purposes: Vec<String>,
    },
    /// By its key usage it must not sign (RFC 5280, 4.2.1.3), which every TLS client has to.
    MayNotSign {
        subject: String,
    },
    /// Certificates that have nothing to do with the client's.
    Strangers {
        subjects: Vec<String>,
        own: String,
    },
    KeyInBundle,
    /// In a trusted CA bundle.
    NotAnAuthority {
        subject: String,
    },
}

impl Problem {
    /// What is wrong, in plain words.
    pub fn cause(&self) -> String {
        match self {
            Self::TooLarge => format!("The upload is larger than {} KiB.", LARGEST_UPLOAD / 1024),
            Self::NotPem => "The upload is not PEM: it has no line that begins with -----BEGIN.".into(),
            Self::BinaryForPem { what } => {
                format!("The upload is {what} in binary form (DER); here a text in PEM is read.")
            }
            Self::PemForPkcs12 => "The upload is a text in PEM, not a PKCS#12 file.".into(),
            Self::NotPkcs12 => "The upload is not a PKCS#12 file, or it is damaged.".into(),
            Self::OldPkcs12 => "The PKCS#12 file is in an old encoding (BER) that is not read.".into(),
            Self::BrokenPem => {
                "The PEM text is damaged: a -----BEGIN line without its -----END line, or lines between them that are not Base64.".into()
            }
            Self::ForeignSection { label } => {
                format!("The upload holds a section named {label}, which is not read here.")
            }
            Self::UnreadableCertificate { position } => {
                format!("Certificate {position} of the upload cannot be read: it is damaged or not an X.509 certificate.")
            }
            Self::UnreadableKey => "The private key cannot be read: it is damaged.".into(),
            Self::SigningRequest => {
                "The upload is a certificate signing request, not a certificate.".into()
            }
            Self::NoCertificate => "The upload holds no certificate.".into(),
            Self::PublicKeyOnly => "The upload holds a public key where the private key is needed.".into(),
            Self::NoKey => "The upload holds no private key.".into(),
            Self::MoreKeys { count } => format!("The upload holds {count} different private keys; one is needed."),
            Self::PasswordNeeded => "The upload is encrypted, and no password was given.".into(),
            Self::WrongPassword => "The password is wrong: the upload cannot be decrypted with it.".into(),
            Self::UnsupportedKeyEncryption => {
                "The private key is encrypted by an old or rare method that is not supported.".into()
            }
            Self::UnsupportedFileEncryption => {
                "The PKCS#12 file is encrypted by an old or rare method that is not supported.".into()
            }
            Self::UnsupportedKey { kind } => format!("The private key is of a kind that is not supported: {kind}."),
            Self::WeakKey { bits } => format!("The RSA key has {bits} bits; fewer than 2048 are not safe."),
            Self::WeakSignature { subject, digest } => {
                format!("The certificate of \"{subject}\" is signed with {digest}, which is not safe; servers refuse it.")
            }
            Self::WrongKey { subject } => {
                format!("The private key does not belong to the certificate of \"{subject}\".")
            }
            Self::Expired { subject, since, .. } => {
                format!("The certificate of \"{subject}\" expired on {}.", since.date())
            }
            Self::NotYetValid { subject, from, .. } => {
                format!("The certificate of \"{subject}\" is not valid before {}.", from.exact())
            }
            Self::AuthorityAsClient { subject } => {
                format!("The certificate of \"{subject}\" is a certificate authority's; a client must not use one.")
            }
            Self::WrongPurpose { subject, purposes } => format!(
                "The certificate of \"{subject}\" was issued for {} only, not for TLS clients.",
                purposes.join(", ")
            ),
            Self::MayNotSign { subject } => format!(
                "The certificate of \"{subject}\" does not allow digital signatures, which a TLS client has to make."
            ),
            Self::Strangers { subjects, own } => format!(
                "The upload also holds the certificate of {}, which has nothing to do with the one of \"{own}\".",
                quoted(subjects)
            ),
            Self::KeyInBundle => "The trusted CA bundle holds a private key.".into(),
            Self::NotAnAuthority { subject } => {
                format!("The certificate of \"{subject}\" in the trusted CA bundle is not a certificate authority's.")
            }
        }
    }

    /// What to do next, in plain words.
    pub fn next_step(&self) -> String {
        match self {
            Self::TooLarge => "Upload only the certificate, the certificates above it and the private key.",
            Self::NotPem => "Upload a text file with the certificate chain and the private key, each between -----BEGIN and -----END lines; for .p12 and .pfx files choose PKCS#12.",
            Self::BinaryForPem { what: "a PKCS#12 file" } => "Choose PKCS#12 for this file.",
            Self::BinaryForPem { what: "a certificate" } => "Convert it with: openssl x509 -inform DER -in file -out file.pem",
            Self::BinaryForPem { .. } => "Convert it to PEM, with openssl for instance.",
            Self::PemForPkcs12 => "Choose PEM for this file.",
            Self::NotPkcs12 => "Upload the .p12 or .pfx file as it was exported, with certificate and private key.",
            Self::OldPkcs12 | Self::UnsupportedFileEncryption => CONVERT_PKCS12,
            Self::BrokenPem => "Copy the text again, from the first -----BEGIN line to the last -----END line.",
            Self::ForeignSection { .. } => "Convert it to sections named CERTIFICATE and PRIVATE KEY, with openssl for instance.",
            Self::UnreadableCertificate { .. } => "Export the certificate again.",
            Self::UnreadableKey => "Export the private key again.",
            Self::SigningRequest => "Send the request to your certificate authority, and upload the certificate that it returns.",
            Self::NoCertificate => "Add the certificate: a section that begins with -----BEGIN CERTIFICATE-----.",
            Self::PublicKeyOnly | Self::NoKey => "Add the private key that was made together with the certificate.",
            Self::MoreKeys { .. } => "Leave only the private key that belongs to the certificate.",
            Self::PasswordNeeded => "Enter the password that was chosen when the file was exported.",
            Self::WrongPassword => "Enter the password that was chosen when the file was exported; upper and lower case matter.",
            Self::UnsupportedKeyEncryption => "Encrypt it anew with: openssl pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out new.pem",
            Self::UnsupportedKey { .. } | Self::WeakKey { .. } => "Make a new key, RSA with 2048 to 4096 bits, EC on P-256 or P-384, or Ed25519, and have a certificate issued for it.",
            Self::WeakSignature { .. } => "Ask the certificate authority for a certificate signed with SHA-256 or better.",
            Self::WrongKey { .. } => "Upload the private key from which this certificate was requested, or the certificate that belongs to this key.",
            Self::Expired { own: true, .. } => "Have the certificate renewed and upload the new one.",
            Self::Expired { own: false, .. } => "Ask the certificate authority for its current intermediate certificate and upload that one.",
            Self::NotYetValid { .. } => "Wait until then, or check the clock of the machine Switchboard runs on.",
            Self::AuthorityAsClient { .. } => "Upload the certificate that the authority issued for this client. A self-signed one has to be made with basicConstraints=CA:FALSE.",
            Self::WrongPurpose { .. } | Self::MayNotSign { .. } => "Ask the certificate authority for a certificate with the extended key usage clientAuth and the key usage digitalSignature.",
            Self::Strangers { .. } => "Leave it out: only the client's certificate and the authorities above it belong into the upload.",
            Self::KeyInBundle => "Upload only certificates as the trusted CA bundle; a private key that others have seen should be replaced.",
            Self::NotAnAuthority { .. } => "Upload the certificate of the authority that issued it.",
        }
        .into()
    }
}
