//! The answer, and the reading of its body within limits.

use std::{fmt, net::SocketAddr, time::Duration};

use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;

use crate::phase::PhaseReport;

/// Where reading a body stops, whatever is kept of it: 16 MiB.
const MOST_READ: u64 = 16 * 1024 * 1024;

/// The answer of a target. Redirects come back as they are.
#[derive(Clone)]
pub struct Response {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The beginning of the body, at most [`Limits::response_bytes`](crate::Limits::response_bytes).
    pub body: Vec<u8>,
    /// Whether the body was longer than what is kept.
    pub truncated: bool,
    /// Bytes of body that came; when more than 16 MiB did, where counting stopped.
    pub body_size: u64,
    /// How each phase ended, in order.
    pub phases: Vec<PhaseReport>,
    /// From the call to the last byte.
    pub elapsed: Duration,
    /// The address that answered: the one that was checked.
    pub peer: SocketAddr,
}

/// Names neither headers nor body: they can hold secrets.
impl fmt::Debug for Response {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Response")
            .field("status", &self.status)
            .field("body_size", &self.body_size)
            .field("truncated", &self.truncated)
            .field("phases", &self.phases)
            .field("peer", &self.peer)
            .finish_non_exhaustive()
    }
}

/// An answer before it is dressed as a [`Response`].
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
}

/// A body, read.
pub(crate) struct Body {
    pub(crate) kept: Vec<u8>,
    pub(crate) size: u64,
}

impl Body {
    pub(crate) fn truncated(&self) -> bool {
        self.size > self.kept.len() as u64
    }

    /// Reads `incoming`: keeps `keep` bytes, counts on, and stops at the cap without waiting for the end.
    pub(crate) async fn read(mut incoming: Incoming, keep: usize) -> Result<Self, hyper::Error> {
        let most = MOST_READ.max(keep as u64);
        let mut body = Self {
            kept: Vec::new(),
            size: 0,
        };
        while body.size <= most
            && let Some(frame) = incoming.frame().await
        {
            if let Ok(data) = frame?.into_data() {
                let room = keep.saturating_sub(body.kept.len()).min(data.len());
                body.kept.extend_from_slice(&data[..room]);
                body.size += data.len() as u64;
            }
        }
        Ok(body)
    }
}
