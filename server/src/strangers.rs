//! Bodies that are read before it is known who sends them: signed messages and messages of undeclared length, logins,
//! token requests, and what the practice target echoes.
//!
//! What counts is the memory they occupy, not how many there are, so that thousands who send slowly keep nobody waiting;
//! and each address has only a share of it (promise R10).

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

/// Room for all strangers together, in bytes; more only where four bodies of the largest size need more.
const ROOM: usize = 64 * 1024 * 1024;
/// One address may use this part of the room, or one body of the largest size.
const SHARE: usize = 8;
/// How long a sender waits for room.
const PATIENCE: Duration = Duration::from_secs(2);

/// The room for bodies of strangers. Cheap to clone.
#[derive(Clone)]
pub struct Strangers {
    room: Arc<Semaphore>,
    shares: Arc<ByAddress>,
}

/// A body, and the room it occupies until this is dropped.
pub struct Kept {
    pub bytes: Bytes,
    pub place: Place,
}

impl Strangers {
    /// `largest` is the largest body that is read here, in bytes.
    pub fn new(largest: usize) -> Self {
        let room = largest.saturating_mul(4).clamp(ROOM, Semaphore::MAX_PERMITS);
        Self {
            room: Arc::new(Semaphore::new(room)),
            shares: Arc::new(ByAddress::new(largest.max(room / SHARE))),
        }
    }

    /// Reads the body that `address` sends, at most `limit` bytes. It is known by then whether there is room for it:
    /// keep the result as long as the body.
    ///
    /// # Errors
    /// Those of [`body::read`], and 503 when this address, or all strangers together, hold too much already.
    pub async fn read(
        &self,
        address: &str,
        headers: &HeaderMap,
        content: Body,
        limit: usize,
    ) -> Result<Kept, Refused> {
        let place = Place {
            rooms: [self.shares.of(address), self.room.clone()],
            held: [None, None],
        };
        let (bytes, place) = body::read_within(headers, content, limit, place).await?;
        Ok(Kept { bytes, place })
    }
}

/// What one body occupies, given back when this is dropped.
pub struct Place {
    /// The share of its address, and what all have together.
    rooms: [Arc<Semaphore>; 2],
    /// One permit for each of them, however often room was taken: a permit per piece would cost more than the piece.
    held: [Option<OwnedSemaphorePermit>; 2],
}

impl Room for Place {
    async fn take(&mut self, bytes: usize) -> Result<(), Refused> {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        for (room, held) in self.rooms.iter().zip(&mut self.held) {
            let taken = room.clone().acquire_many_owned(bytes);
            let Ok(Ok(taken)) = tokio::time::timeout(PATIENCE, taken).await else {
                return Err(Refused::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "Too many unfinished bodies are being sent. Send this one again.",
                )
                .with(header::RETRY_AFTER, "2"));
            };
            match held {
                Some(held) => held.merge(taken),
                None => *held = Some(taken),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
