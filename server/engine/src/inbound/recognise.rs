//! Callers without `Authorization`: recognised by an API key, a signature, a path token or a client certificate of
//! one of the process's inbound users.

use std::sync::Arc;

use certificates::ShownCertificate;
use http::HeaderMap;
use model::{Timestamp, inbound_credential::SignatureSettings};

use super::{
    Refusal,
    authenticate::{Caller, Care, Identified, Presented, note_use, short, wrong},
    candidates::{Candidate, Candidates, unusable},
    signature::{self, Claim, Problem},
};
use crate::Engine;

/// Name of a signing secret in the vault.
pub(crate) const SIGNING_SECRET: &str = "signing_secret";

/// A call with signatures whose makers are to be found by its body.
pub struct SignedCall {
    claims: Vec<(Arc<Candidate>, SignatureSettings, Claim)>,
}

pub(super) async fn by_other_means(
    engine: &Engine,
    call: &Presented<'_>,
    care: Care,
) -> Result<Identified, Refusal> {
    let candidates = engine.routes.candidates(engine, call.process).await?;
    let now = engine.now();
    let mut reasons = Vec::new();
    match by_api_key(&candidates, call.headers, now) {
        Ok(found) => return recognised(engine, found, care).await,
        Err(reason) => reasons.extend(reason),
    }
    let (claims, refused) = claims(&candidates, call.headers, now);
    if !claims.is_empty() {
        return Ok(Identified::Signed(SignedCall { claims }));
    }
    reasons.extend(refused);
    if let Some(shown) = call.certificate {
        match candidates.certificate(shown, engine.now()).cloned() {
            Some(found) => return recognised(engine, found, care).await,
            None => reasons.push(format!(
                "the client certificate {} (SHA-256 {}) belongs to no inbound user here",
                name_of(shown),
                shown.info.fingerprint
            )),
        }
    }
    Err(wrong(if reasons.is_empty() {
        "no credentials".to_owned()
    } else {
        reasons.join("; ")
    }))
}

/// The name of a certificate as it may be pasted into a credential; a very long one, or none that can be read, only
/// points it out.
fn name_of(shown: &ShownCertificate) -> String {
    let exact = shown.subject.as_ref().map(ToString::to_string);
    exact
        .filter(|name| name.len() <= 1000)
        .unwrap_or_else(|| shown.info.subject.clone())
}

/// The owner of an API key, or why there is none: nothing is said when none was sent.
fn by_api_key(
    candidates: &Candidates,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Arc<Candidate>, Option<String>> {
    let mut reason = None;
    for header in candidates.key_headers() {
        let mut values = headers.get_all(header.as_str()).iter();
        let key = match (values.next(), values.next()) {
            (None, _) => continue,
            (Some(value), None) => value.to_str().ok().map(str::trim).and_then(short),
            (Some(_), Some(_)) => None,
        };
        match key.and_then(|key| candidates.api_key(header, key)) {
            Some(found) => match unusable(found, now) {
                None => return Ok(found.clone()),
                Some(why) => reason = Some(why),
            },
            None => reason = Some(format!("the API key in {header} is unknown here, or was revoked")),
        }
    }
    Err(reason)
}

type Claims = Vec<(Arc<Candidate>, SignatureSettings, Claim)>;

/// The signatures that may be somebody's, and why others are not.
fn claims(candidates: &Candidates, headers: &HeaderMap, now: Timestamp) -> (Claims, Vec<String>) {
    let (mut claims, mut reasons) = (Vec::new(), Vec::new());
    for (candidate, settings) in candidates.signers() {
        if !headers.contains_key(settings.header.as_str()) {
            continue;
        }
        let claim = signature::read(settings, headers).and_then(|claim| {
            claim.check_time(now)?;
            Ok(claim)
        });
        let reason = match claim {
            Ok(claim) => match unusable(candidate, now) {
                None => {
                    claims.push((candidate.clone(), settings.clone(), claim));
                    continue;
                }
                Some(why) => why,
            },
            Err(problem) => problem.text(),
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    (claims, reasons)
}

/// A caller that was recognised by a credential, if it counts now.
pub(super) async fn recognised(
    engine: &Engine,
    found: Arc<Candidate>,
    care: Care,
) -> Result<Identified, Refusal> {
    if let Some(why) = unusable(&found, engine.now()) {
        return Err(wrong(why));
    }
    let credential = &found.checked_by.credential;
    note_use(engine, credential.id, care).await;
    Ok(Identified::Caller(Caller {
        user: found.user.clone(),
        how: format!("{} “{}”", credential.settings.kind(), credential.label).into(),
        seen_as: None,
    }))
}

impl SignedCall {
    /// Whose signature it is.
    ///
    /// # Errors
    /// [`Refusal::Unauthenticated`] when no secret makes it.
    pub async fn verify(self, engine: &Engine, body: &[u8]) -> Result<Caller, Refusal> {
        self.maker(engine, body, Care::Counted).await
    }

    pub(super) async fn maker(self, engine: &Engine, body: &[u8], care: Care) -> Result<Caller, Refusal> {
        let mut unreadable = None;
        for (candidate, settings, claim) in &self.claims {
            let checked_by = &candidate.checked_by;
            let id = checked_by.credential.id;
            let secret = engine
                .vault
                .open_sealed(&engine.db, id.0, SIGNING_SECRET, &checked_by.ciphertext)
                .await;
            let secret = match secret {
                Ok(secret) => secret,
                // One secret that cannot be read must not keep out those who sign with another.
                Err(error) => {
                    tracing::error!(%error, credential = %id, "a signing secret cannot be read");
                    unreadable = Some(error);
                    continue;
                }
            };
            if !claim.fits(settings, &secret, body) {
                continue;
            }
            note_use(engine, id, care).await;
            return Ok(Caller {
                user: candidate.user.clone(),
                how: format!(
                    "Signature “{}” ({})",
                    checked_by.credential.label, settings.preset
                )
                .into(),
                seen_as: claim.seen_as(candidate.user.id.0, body),
            });
        }
        // It may be the maker's secret that cannot be read: wrong is only what all of them say.
        match unreadable {
            Some(error) => Err(error.into()),
            None => Err(wrong(Problem::Wrong.text())),
        }
    }
}
