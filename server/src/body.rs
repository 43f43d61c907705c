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

/// Where a body is kept while it arrives.
pub trait Room: Send {
    /// Takes room for the next bytes.
    ///
    /// # Errors
    /// When there is none.
    fn take(&mut self, bytes: usize) -> impl Future<Output = Result<(), Refused>> + Send;
}

/// For bodies whose size alone is limited.
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

/// The whole body, at most `limit` bytes.
///
/// # Errors
/// 413 above the limit, 408 when it does not come in time, 400 when the client stops in the middle.
pub async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Refused> {
    read_within(headers, body, limit, Unlimited).await
}

/// The same, as far as there is room for what arrives.
///
/// # Errors
/// The same, and what `room` refuses with.
pub async fn read_within(
    headers: &HeaderMap,
    body: Body,
    limit: usize,
    room: impl Room,
) -> Result<Bytes, Refused> {
    if declared_length(headers)
        .is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit))
    {
        drain(headers, body).await;
        return Err(Refused::too_large(limit));
    }
    match tokio::time::timeout(READ_TIME, pieces(Limited::new(body, limit), limit, room)).await {
        Ok(read) => read,
        Err(_) => Err(Refused::new(
            StatusCode::REQUEST_TIMEOUT,
            "The body did not arrive within 30 seconds.",
        )
        .with(header::CONNECTION, "close")),
    }
}

async fn pieces(mut body: Limited<Body>, limit: usize, mut room: impl Room) -> Result<Bytes, Refused> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| {
            if error.is::<LengthLimitError>() {
                Refused::too_large(limit)
            } else {
                Refused::malformed("The body ended before its announced end.")
            }
        })?;
        if let Ok(piece) = frame.into_data() {
            room.take(piece.len()).await?;
            whole.extend_from_slice(&piece);
        }
    }
    Ok(whole.into())
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
