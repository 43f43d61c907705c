//! Bodies that are read before it is known who sends them: signed ones, and those of undeclared length.
//!
//! What counts is the memory they really fill, not how many there are, so that thousands who send slowly keep nobody
//! waiting; and of it one address has a share only (promise R10).

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use engine::by_address::ByAddress;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    body::{self, Room},
    problem::Refused,
};

/// So many bodies of the largest size fit at a time.
const BODIES: usize = 64;
/// So many of them from one address.
const BODIES_OF_ONE: usize = 8;
/// How long a sender waits for room.
const PATIENCE: Duration = Duration::from_secs(2);

/// The room for bodies of strangers, in bytes.
#[derive(Clone)]
pub struct Strangers {
    limit: usize,
    room: Arc<Semaphore>,
    shares: Arc<ByAddress>,
}

impl Strangers {
    /// `limit` is the largest body, in bytes.
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            room: Arc::new(Semaphore::new(
                limit.saturating_mul(BODIES).min(Semaphore::MAX_PERMITS),
            )),
            shares: Arc::new(ByAddress::new(limit.saturating_mul(BODIES_OF_ONE))),
        }
    }

    /// Reads the body that `address` sends.
    ///
    /// # Errors
    /// Those of [`body::read`], and 503 when this address, or all strangers together, hold too much already.
    pub async fn read(&self, address: &str, headers: &HeaderMap, content: Body) -> Result<Bytes, Refused> {
        let place = Place {
            rooms: [self.shares.of(address), self.room.clone()],
            held: Vec::new(),
        };
        body::read_within(headers, content, self.limit, place).await
    }
}

/// What one body holds, given back when it was read.
struct Place {
    /// The share of its address, and what all have together.
    rooms: [Arc<Semaphore>; 2],
    held: Vec<OwnedSemaphorePermit>,
}

impl Room for Place {
    async fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        for room in &self.rooms {
            let taken = room.clone().acquire_many_owned(bytes);
            let Ok(Ok(taken)) = tokio::time::timeout(PATIENCE, taken).await else {
                return Err(Refused::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Too many unfinished bodies are being sent. Send this one again.",
                )
                .with(header::RETRY_AFTER, "2"));
            };
            self.held.push(taken);
        }
        Ok(())
    }
}
