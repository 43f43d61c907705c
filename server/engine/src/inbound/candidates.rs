//! Who may be recognised at a process by something else than a password: what a call without `Authorization` is
//! compared with. Made once per change, not per call.

use std::collections::HashMap;

use certificates::ShownCertificate;
use hmac::{Hmac, Mac, digest::KeyInit};
use model::{
    Timestamp,
    certificate::subject::Subject,
    inbound_credential::{CertificateMatch, CredentialKind, CredentialSettings, SignatureSettings},
    inbound_user::{InboundUser, Way},
};
use sha2::Sha256;
use store::inbound_credential::CheckedBy;

use std::sync::Arc;

use super::authenticate::not_allowed;

/// A credential with the user it stands for.
pub(super) struct Candidate {
    pub user: Arc<InboundUser>,
    pub checked_by: CheckedBy,
}

/// The credentials of the inbound users of a process's connections.
#[derive(Default)]
pub(crate) struct Candidates {
    all: Vec<Arc<Candidate>>,
    /// API keys by header and hash, path tokens by a blank header and hash.
    by_secret: HashMap<(String, Vec<u8>), usize>,
    key_headers: Vec<String>,
}

/// Why a credential that fits does not count now.
pub(super) fn unusable(candidate: &Candidate, now: Timestamp) -> Option<String> {
    let credential = &candidate.checked_by.credential;
    if !candidate.user.active {
        return Some(format!("the inbound user {} is disabled", candidate.user.user_id));
    }
    let way = Way::of(credential.settings.kind());
    if let Some(why) = not_allowed(&candidate.user, way) {
        return Some(why);
    }
    match credential.expires {
        Some(at) if at <= now => Some(format!(
            "the {} “{}” of {} expired on {}",
            credential.settings.kind(),
            credential.label,
            candidate.user.user_id,
            at.date()
        )),
        _ => None,
    }
}

/// What is stored of a secret with 256 random bits. The key keeps hashes of different kinds apart; nothing else is
/// needed, because nobody can guess such a secret from its hash.
pub(crate) fn hash_of_secret(kind: CredentialKind, secret: &str) -> Vec<u8> {
    let key = format!("switchboard inbound credential 1 {}", kind.word());
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key.as_bytes())
        .unwrap_or_else(|_| unreachable!("HMAC takes keys of any length"));
    mac.update(secret.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

impl Candidates {
    pub(super) fn new(stored: Vec<(InboundUser, CheckedBy)>) -> Self {
        let mut candidates = Self::default();
        for (index, (user, checked_by)) in stored.into_iter().enumerate() {
            match &checked_by.credential.settings {
                CredentialSettings::ApiKey { header } => {
                    if !candidates.key_headers.contains(header) {
                        candidates.key_headers.push(header.clone());
                    }
                    let key = (header.clone(), checked_by.secret_hash.clone());
                    candidates.by_secret.insert(key, index);
                }
                CredentialSettings::PathToken => {
                    let key = (String::new(), checked_by.secret_hash.clone());
                    candidates.by_secret.insert(key, index);
                }
                CredentialSettings::Signature(_)
                | CredentialSettings::Certificate { .. }
                | CredentialSettings::Password => {}
            }
            candidates.all.push(Arc::new(Candidate {
                user: Arc::new(user),
                checked_by,
            }));
        }
        candidates
    }

    /// Headers that API keys come in.
    pub(super) fn key_headers(&self) -> &[String] {
        &self.key_headers
    }

    /// The owner of an API key that came in `header`.
    pub(super) fn api_key(&self, header: &str, key: &str) -> Option<&Arc<Candidate>> {
        self.secret(header, CredentialKind::ApiKey, key)
    }

    /// The owner of a path token.
    pub(super) fn path_token(&self, token: &str) -> Option<&Arc<Candidate>> {
        self.secret("", CredentialKind::PathToken, token)
    }

    /// Found by its hash: how long that takes tells nothing about a secret that differs from the hashed one.
    fn secret(&self, header: &str, kind: CredentialKind, secret: &str) -> Option<&Arc<Candidate>> {
        let key = (header.to_owned(), hash_of_secret(kind, secret));
        self.all.get(*self.by_secret.get(&key)?)
    }

    /// Those who sign.
    pub(super) fn signers(&self) -> impl Iterator<Item = (&Arc<Candidate>, &SignatureSettings)> {
        self.all
            .iter()
            .filter_map(|candidate| match &candidate.checked_by.credential.settings {
                CredentialSettings::Signature(settings) => Some((candidate, settings)),
                _ => None,
            })
    }

    /// The owner of a client certificate: one that may be used, if there is one. Several credentials may name the same
    /// certificate during a rotation.
    pub(super) fn certificate(&self, shown: &ShownCertificate, now: Timestamp) -> Option<&Arc<Candidate>> {
        let fingerprint = shown.info.fingerprint.replace(':', "").to_ascii_lowercase();
        let fits = |candidate: &&Arc<Candidate>| match &candidate.checked_by.credential.settings {
            CredentialSettings::Certificate { by, value } => match by {
                CertificateMatch::Fingerprint => *value == fingerprint,
                // What cannot be read, on either side, is nobody.
                CertificateMatch::Subject => match (&shown.subject, Subject::parse(value)) {
                    (Some(shown), Ok(wanted)) => wanted.is(shown),
                    _ => false,
                },
            },
            _ => false,
        };
        let matching = || self.all.iter().filter(fits);
        matching()
            .find(|candidate| unusable(candidate, now).is_none())
            .or_else(|| matching().next())
    }

    /// Names of the ways that are set up here and allowed, for explanations.
    pub(super) fn kinds(&self) -> Vec<CredentialKind> {
        let mut kinds: Vec<_> = self
            .all
            .iter()
            .map(|candidate| (candidate, candidate.checked_by.credential.settings.kind()))
            .filter(|(candidate, kind)| candidate.user.allows(Way::of(*kind)))
            .map(|(_, kind)| kind)
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }
}
