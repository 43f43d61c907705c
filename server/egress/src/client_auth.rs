//! Answers the server's question for a client certificate, and remembers that it was asked.

use std::sync::{Arc, OnceLock};

use rustls::{SignatureScheme, client::ResolvesClientCert, sign::CertifiedKey};
use x509_parser::prelude::{FromDer, X509Name};

use crate::{certificate, client_certificate::ClientCertificate, client_identity::ClientIdentity};

/// One handshake's answer.
#[derive(Debug)]
pub(crate) struct ClientAuth {
    identity: Option<ClientIdentity>,
    asked: OnceLock<ClientCertificate>,
}

impl ClientAuth {
    pub(crate) fn new(identity: Option<ClientIdentity>) -> Self {
        Self {
            identity,
            asked: OnceLock::new(),
        }
    }

    /// What became of our certificate so far.
    pub(crate) fn outcome(&self) -> ClientCertificate {
        self.asked.get().cloned().unwrap_or_else(|| {
            ClientCertificate::NotAsked(self.identity.as_ref().map(|identity| identity.shown.clone()))
        })
    }
}

impl ResolvesClientCert for ClientAuth {
    /// `authorities` is only a hint and often incomplete: ours is sent in any case.
    fn resolve(&self, authorities: &[&[u8]], schemes: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        let accepted = authorities
            .iter()
            .filter_map(|der| X509Name::from_der(der).ok())
            .map(|(_, name)| certificate::name(&name))
            .collect();
        let (outcome, answer) = match &self.identity {
            None => (ClientCertificate::Missing { accepted }, None),
            Some(identity) if identity.key.key.choose_scheme(schemes).is_none() => {
                (ClientCertificate::Unfit(identity.shown.clone()), None)
            }
            Some(identity) => {
                let ours = identity.shown.clone();
                (
                    ClientCertificate::Sent { ours, accepted },
                    Some(identity.key.clone()),
                )
            }
        };
        self.asked.get_or_init(|| outcome);
        answer
    }

    fn has_certs(&self) -> bool {
        self.identity.is_some()
    }
}
