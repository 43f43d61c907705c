//! The only door out: every call to an address somebody typed goes through [`Egress::send`].
//!
//! One connector under messages, token calls and connection tests alike: resolve, check against the
//! [`Policy`], dial exactly the address that was checked, TLS (rustls, ring), HTTP/1.1. Each phase is timed
//! and reported, so that a connection test proves the path the messages take.
//!
//! No redirects, no proxies, no cookies, no decompression; size and time are capped. Nothing here logs a
//! header, a body or a URL with its query.

mod certificate;
mod certificate_problem;
mod certificate_verdict;
mod client_auth;
mod client_certificate;
mod client_identity;
mod deadlines;
mod dial;
mod door;
mod exchange;
mod failure;
mod headers;
mod last_words;
mod phase;
mod policy;
mod policy_entry;
mod ranges;
mod request;
mod resolve;
mod response;
mod roots;
mod target;
mod tls;
mod tls_problem;
mod wording;

pub use certificate_problem::CertificateProblem;
pub use client_certificate::{ClientCertificate, Refusal};
pub use client_identity::{ClientIdentity, IdentityProblem, Shown};
pub use door::Egress;
pub use failure::Failure;
pub use phase::{Outcome, Phase, PhaseReport};
pub use policy::{Forbidden, ForbiddenReason, Policy, SETTING};
pub use policy_entry::PolicyError;
pub use request::{Limits, Request, TlsOptions};
pub use response::Response;
pub use roots::{BundleProblem, CaBundle, Roots};
pub use target::BadUrl;
pub use tls_problem::TlsProblem;
