//! Why no answer came: what is the cause, what to do next, and whether repeating is safe.

use std::net::SocketAddr;

use http::StatusCode;

use crate::{
    certificate_problem::CertificateProblem, client_certificate::ClientCertificate, phase::Phase,
    policy::Forbidden, target::BadUrl, tls_problem::TlsProblem, wording::limit,
};

/// Why no answer came. Shown as [`Failure::cause`]; holds neither header, body nor path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.cause())]
pub enum Failure {
    /// The policy refused the target. Nothing was dialled.
    Forbidden(#[from] Forbidden),
    BadUrl(#[from] BadUrl),
    /// CONNECT would turn the connection into a tunnel.
    UnsupportedMethod(String),
    /// No slot among the calls at once came free in time.
    Busy {
        after_ms: u64,
    },
    UnknownHost {
        host: String,
        /// The name server did not answer, so the name may exist.
        temporary: bool,
    },
    ConnectionRefused {
        address: SocketAddr,
    },
    Unreachable {
        address: SocketAddr,
        /// The operating system's words.
        detail: String,
    },
    ConnectTimeout {
        host: String,
        port: u16,
        after_ms: u64,
        /// Name, TCP or TLS.
        phase: Phase,
    },
    TlsCertificate(Box<CertificateProblem>),
    TlsProtocol(TlsProblem),
    RequestTimeout {
        after_ms: u64,
    },
    /// The server closed the connection before its answer was whole.
    ClosedEarly {
        /// The status, when that much had come.
        status: Option<StatusCode>,
    },
    /// The server asked for our certificate, and closed the connection without an answer and without an alert
    /// that says why.
    ClosedAfterCertificate(Box<ClientCertificate>),
    /// What came is not HTTP/1.1.
    BadResponse(String),
    /// The status line and headers are longer than 64 KiB, or there are more than 100 headers.
    ResponseTooLarge,
}

impl Failure {
    /// The cause, in plain words.
    pub fn cause(&self) -> String {
        match self {
            Self::Forbidden(forbidden) => forbidden.to_string(),
            Self::BadUrl(problem) => problem.to_string(),
            Self::UnsupportedMethod(method) => format!("The method {method} cannot be sent."),
            Self::Busy { after_ms } => {
                format!(
                    "Switchboard had too many calls under way to begin this one within {}.",
                    limit(*after_ms)
                )
            }
            Self::UnknownHost {
                host,
                temporary: false,
            } => {
                format!("There is no host named {host}, or it has no address.")
            }
            Self::UnknownHost {
                host,
                temporary: true,
            } => {
                format!("The name server gave no answer when asked for {host}.")
            }
            Self::ConnectionRefused { address } => {
                format!(
                    "{} refused the connection on port {}.",
                    address.ip(),
                    address.port()
                )
            }
            Self::Unreachable { address, detail } => {
                format!(
                    "{} cannot be reached on port {}: {detail}.",
                    address.ip(),
                    address.port()
                )
            }
            Self::ConnectTimeout {
                host,
                port,
                after_ms,
                phase,
            } => connect_timeout(host, *port, *after_ms, *phase),
            Self::TlsCertificate(problem) => problem.cause(),
            Self::TlsProtocol(problem) => problem.cause(),
            Self::RequestTimeout { after_ms } => {
                format!(
                    "The server took the request but gave no complete answer within {}.",
                    limit(*after_ms)
                )
            }
            Self::ClosedEarly { status: None } => {
                "The server closed the connection without an answer.".into()
            }
            Self::ClosedEarly { status: Some(status) } => {
                format!(
                    "The server closed the connection in the middle of its answer (status {}).",
                    status.as_u16()
                )
            }
            Self::ClosedAfterCertificate(certificate) => certificate.cause(None),
            Self::BadResponse(detail) => format!("The server's answer is not HTTP/1.1: {detail}."),
            Self::ResponseTooLarge => "The headers of the server's answer are too large.".into(),
        }
    }

    /// What to do next, in plain words.
    pub fn next_step(&self) -> String {
        match self {
            Self::Forbidden(forbidden) => return forbidden.next_step(),
            Self::TlsCertificate(problem) => return problem.next_step(),
            Self::TlsProtocol(problem) => return problem.next_step(),
            Self::BadUrl(_) => "Correct the Endpoint URL or the path of the message.",
            Self::UnsupportedMethod(_) => "Choose another method: GET, POST, PUT, PATCH or DELETE, for instance.",
            Self::Busy { .. } => "Try again; if it stays so, look for targets that answer slowly.",
            Self::UnknownHost { temporary: false, .. } => {
                "Check the spelling of the host in the Endpoint URL, and that the machine Switchboard runs on can resolve it."
            }
            Self::UnknownHost { temporary: true, .. } => {
                "Check the name servers of the machine Switchboard runs on, then try again."
            }
            Self::ConnectionRefused { .. } => {
                "Check the port in the Endpoint URL, that the system is running, and that a firewall lets Switchboard through."
            }
            Self::Unreachable { .. } | Self::ConnectTimeout { .. } => {
                "Check the host and port in the Endpoint URL, and that a firewall or proxy on the way lets Switchboard through."
            }
            Self::RequestTimeout { .. } => {
                "Look at the other system: it may have done what was asked. If it is only slow, raise the connection's time-out."
            }
            Self::ClosedEarly { .. } => {
                "Look at the other system's log: it, or a proxy before it, ended the connection."
            }
            Self::ClosedAfterCertificate(certificate) => certificate.next_step(None),
            Self::BadResponse(_) => {
                "Check the port in the Endpoint URL. If the server speaks TLS there, the URL must begin with https://."
            }
            Self::ResponseTooLarge => "Look at the other system: something adds very large headers to its answers.",
        }
        .into()
    }

    /// [`Failure::next_step`] for a URL that stands in another field than a connection's Endpoint URL: `field` says in
    /// which one, "Token URL of the OAuth profile Jira".
    pub fn next_step_at(&self, field: &str) -> String {
        self.next_step().replace("Endpoint URL", field)
    }

    /// Whether bytes of the request may have reached the target: repeating is safe only if not.
    pub fn sent(&self) -> bool {
        match self {
            Self::RequestTimeout { .. }
            | Self::ClosedEarly { .. }
            | Self::ClosedAfterCertificate(_)
            | Self::BadResponse(_)
            | Self::ResponseTooLarge => true,
            // TLS failures come before the request, or instead of it: a server that misses our certificate
            // says so after our handshake ended, and never hands on what followed.
            Self::Forbidden(_)
            | Self::BadUrl(_)
            | Self::UnsupportedMethod(_)
            | Self::Busy { .. }
            | Self::UnknownHost { .. }
            | Self::ConnectionRefused { .. }
            | Self::Unreachable { .. }
            | Self::ConnectTimeout { .. }
            | Self::TlsCertificate(_)
            | Self::TlsProtocol(_) => false,
        }
    }
}

fn connect_timeout(host: &str, port: u16, after_ms: u64, phase: Phase) -> String {
    let after = limit(after_ms);
    match phase {
        Phase::Name => format!("The name server gave no answer for {host} within {after}."),
        Phase::Tls => format!("{host} did not complete the TLS handshake on port {port} within {after}."),
        Phase::Policy | Phase::Tcp | Phase::Request => {
            format!("{host} did not accept the connection on port {port} within {after}.")
        }
    }
}
