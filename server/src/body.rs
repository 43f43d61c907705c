//! Reading bodies with a limit in bytes and in time, so that nobody fills the memory or holds a connection.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::problem::Refused;

/// A body must be here within this time.
const READ_TIME: Duration = Duration::from_secs(30);
/// A refused body is read and thrown away for at most this long, so that the client gets to see the answer: closing a
/// connection with unread bytes makes the system reset it, answer and all (RFC 9112, 9.6).
const DRAIN_TIME: Duration = Duration::from_secs(3);
/// A refused body is thrown away up to this many bytes.
const DRAIN_BYTES: usize = 8 * 1024 * 1024;
/// Memory for a body is allocated in blocks of at least this many bytes.
pub const BLOCK: usize = 16 * 1024;

/// Where a body is kept while it arrives.
pub trait Room: Send {
    /// Takes room for `bytes` more bytes.
    ///
    /// # Errors
    /// When there is none.
    fn take(&mut self, bytes: usize) -> impl Future<Output = Result<(), Refused>> + Send;
}

/// For bodies of callers who are known, whose size alone is limited.
struct Unlimited;

impl Room for Unlimited {
    async fn take(&mut self, _: usize) -> Result<(), Refused> {
        Ok(())
    }
}

/// What the client declared as length, if it is a number.
pub fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

/// The whole body of an authenticated caller, at most `limit` bytes. Bodies of strangers are read with
/// [`Strangers::read`](crate::strangers::Strangers::read).
///
/// # Errors
/// 413 above the limit, 408 when it does not come in time, 400 when the client stops in the middle.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Refused> {
    let (bytes, Unlimited) = read_within(headers, body, limit, Unlimited).await?;
    Ok(bytes)
}

/// The same, as far as there is room for what arrives. The room comes back with the body: whoever keeps the body keeps
/// the room.
///
/// # Errors
/// The same, and what `room` refuses with.
pub async fn read_within<R: Room>(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    room: R,
) -> Result<(Bytes, R), Refused> {
    let declared = declared_length(headers).map(|length| usize::try_from(length).unwrap_or(usize::MAX));
    if declared.is_some_and(|length| length > limit) {
        drain(headers, body).await;
        return Err(Refused::too_large(limit));
    }
    let arrived = Arrived {
        bytes: Vec::new(),
        most: declared.unwrap_or(limit),
        room,
    };
    match tokio::time::timeout(READ_TIME, pieces(Limited::new(body, limit), limit, arrived)).await {
        Ok(read) => read,
        Err(_) => Err(Refused::new(
            StatusCode::REQUEST_TIMEOUT,
            "The body did not arrive within 30 seconds.",
        )
        .with(header::CONNECTION, "close")),
    }
}

async fn pieces<R: Room>(
    mut body: Limited<Body>,
    limit: usize,
    mut arrived: Arrived<R>,
) -> Result<(Bytes, R), Refused> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Refused::too_large(limit)
            } else {
                Refused::malformed("The body ended before its announced end.")
            }
        })?;
        if let Ok(piece) = frame.into_data() {
            arrived.append(&piece).await?;
        }
    }
    Ok((arrived.bytes.into(), arrived.room))
}

/// The part of a body that has arrived. Room is taken for the memory it occupies rather than for the bytes it holds:
/// a client that sends single bytes costs one block, and the buffer never grows beyond the room that was taken.
struct Arrived<R> {
    bytes: Vec<u8>,
    /// The length the body can have, in bytes.
    most: usize,
    room: R,
}

impl<R: Room> Arrived<R> {
    async fn append(&mut self, piece: &[u8]) -> Result<(), Refused> {
        let capacity = self.bytes.capacity();
        let missing = (self.bytes.len() + piece.len()).saturating_sub(capacity);
        if missing > 0 {
            // A quarter at a time, so that a large body is not copied once for each of its blocks.
            let block = BLOCK.max(capacity / 4).min(self.most.saturating_sub(capacity));
            let block = block.max(missing);
            self.room.take(block).await?;
            self.bytes.reserve_exact(capacity + block - self.bytes.len());
        }
        self.bytes.extend_from_slice(piece);
        Ok(())
    }
}

/// Throws the body of a refused request away. A client that waits for `100 Continue` sends none.
pub async fn drain(headers: &HeaderMap, mut body: Body) {
    if headers.contains_key(header::EXPECT) {
        return;
    }
    let reading = async {
        let mut seen = 0;
        while seen < DRAIN_BYTES {
            match body.frame().await {
                Some(Ok(frame)) => seen += frame.data_ref().map_or(0, Bytes::len),
                _ => return,
            }
        }
    };
    if tokio::time::timeout(DRAIN_TIME, reading).await.is_err() {
        tracing::debug!("a refused body did not end in time");
    }
}

#[cfg(test)]
mod tests;
