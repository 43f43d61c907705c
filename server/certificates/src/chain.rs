//! Putting certificates in order: the client's own, then always the one that vouches for the last.

use crate::{certificate::Certificate, problem::Problem};

/// A chain in order.
pub(crate) struct Chain {
    /// The client's own first.
    pub(crate) certificates: Vec<Certificate>,
    /// Authorities that vouch for one of the chain as well as the one chosen, and are not needed.
    pub(crate) spare: Vec<Certificate>,
}

/// Orders `others` above `own`. Whoever is left over and vouches for nobody is a stranger.
pub(crate) fn order(own: Certificate, others: Vec<Certificate>) -> Result<Chain, Problem> {
    let mut certificates = vec![own];
    let mut rest: Vec<Certificate> = Vec::new();
    for certificate in others {
        let known = |other: &Certificate| other.der == certificate.der;
        if !certificates.iter().any(known) && !rest.iter().any(known) {
            rest.push(certificate);
        }
    }
    while let Some(position) = next(&certificates, &rest) {
        certificates.push(rest.remove(position));
    }
    let (spare, strangers): (Vec<_>, Vec<_>) = rest
        .into_iter()
        .partition(|left| certificates.iter().any(|one| one.issued_by(left)));
    if strangers.is_empty() {
        return Ok(Chain { certificates, spare });
    }
    Err(Problem::Strangers {
        subjects: strangers.into_iter().map(|stranger| stranger.name).collect(),
        own: certificates.swap_remove(0).name,
    })
}

fn next(chain: &[Certificate], rest: &[Certificate]) -> Option<usize> {
    let last = chain.last().filter(|last| !last.self_signed)?;
    rest.iter().position(|candidate| last.issued_by(candidate))
}
