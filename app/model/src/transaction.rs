//! Transactions and HTTP requests: a message travelling, with everything that happened to it.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    connection::Environment,
    id::{ConnectionId, HttpRequestId, IntegrationId, RefusedCallId, TransactionId},
    message::Direction,
};

choice! {
    /// Transport state.
    TransactionState {
        Queued = "queued", "Queued";
        Sending = "sending", "Sending";
        AwaitingReceipt = "awaiting_receipt", "Awaiting Receipt";
        Complete = "complete", "Complete";
        Error = "error", "Error";
        TimedOut = "timed_out", "Timed Out";
        Ignored = "ignored", "Ignored";
    }
}

choice! {
    /// What the business process made of it.
    ProcessState {
        Pending = "pending", "Pending";
        Accepted = "accepted", "Accepted";
        Rejected = "rejected", "Rejected";
    }
}

choice! {
    /// State of one attempt.
    RequestState {
        Pending = "pending", "Pending";
        Ready = "ready", "Ready";
        Sending = "sending", "Sending";
        Ok = "ok", "OK";
        Error = "error", "Error";
        Cancelled = "cancelled", "Cancelled";
    }
}

/// The number of a transaction: `TX0000123`, or `TX0000123.2` for its second replay.
pub fn number_text(number: i64, replay: i64) -> String {
    if replay == 0 {
        format!("TX{number:07}")
    } else {
        format!("TX{number:07}.{replay}")
    }
}

/// Reads `TX0000123` or `TX0000123.2` back into number and replay.
pub fn parse_number(text: &str) -> Option<(i64, i64)> {
    let digits = text.strip_prefix("TX").or_else(|| text.strip_prefix("tx"))?;
    let (number, replay) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| {
        (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<i64>().ok())
            .flatten()
    };
    Some((plain(number)?, plain(replay)?))
}

/// A recorded body: text when it is text, else described. Always shown as text, never rendered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordedBody {
    /// The text, or a hexadecimal dump of the first bytes.
    pub text: String,
    /// Whether the bytes were not UTF-8 text.
    pub binary: bool,
    /// Bytes of the whole body.
    pub size: i64,
    /// Whether only the beginning was kept.
    pub truncated: bool,
    /// The media type, as declared.
    pub content_type: String,
}

/// A transaction as listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionRow {
    pub id: TransactionId,
    pub number: i64,
    pub replay: i64,
    pub direction: Direction,
    pub state: TransactionState,
    pub process_state: ProcessState,
    pub integration: Option<IntegrationId>,
    /// Names stay when the records go.
    pub integration_name: String,
    pub connection: Option<ConnectionId>,
    pub connection_name: String,
    pub environment: Option<Environment>,
    pub process_name: String,
    pub message_name: String,
    pub message_id: String,
    pub created: Timestamp,
    pub created_by: String,
    pub finished: Option<Timestamp>,
    /// HTTP status of the last attempt, if one came.
    pub last_status: Option<i64>,
    /// Why it is in Error, in plain words.
    pub error: String,
}

/// One attempt, as sent and received, with secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequestView {
    pub id: HttpRequestId,
    pub attempt: i64,
    pub state: RequestState,
    pub method: String,
    pub url: String,
    pub request_headers: Vec<(String, String)>,
    pub request_body: RecordedBody,
    pub status: Option<i64>,
    pub response_headers: Vec<(String, String)>,
    pub response_body: RecordedBody,
    pub error: String,
    pub started: Option<Timestamp>,
    pub duration_ms: Option<i64>,
}

/// A transaction with its body, its attempts and its family of replays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionDetail {
    pub row: TransactionRow,
    /// Queued, but not sent before somebody says so: its connection was disabled or replaced.
    pub held: bool,
    /// Queued or Sending for so long that nothing works on it any more: it may be replayed.
    pub stuck: bool,
    /// Headers of the inbound call; empty for outbound ones.
    pub headers: Vec<(String, String)>,
    pub body: RecordedBody,
    pub requests: Vec<HttpRequestView>,
    /// Numbers of the other transactions of the same origin.
    pub family: Vec<String>,
}

impl TransactionDetail {
    /// Whether it is neither under way nor waiting for its turn. [`Direction::Inbound`] transactions have nothing to send.
    pub fn may_replay(&self) -> bool {
        let under_way = matches!(
            self.row.state,
            TransactionState::Queued | TransactionState::Sending | TransactionState::AwaitingReceipt
        );
        self.held || self.stuck || !under_way
    }
}

/// Which transactions to list. Also the query of `/transactions`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TransactionFilter {
    pub integration: Option<IntegrationId>,
    pub connection: Option<ConnectionId>,
    pub direction: Option<Direction>,
    pub state: Option<TransactionState>,
    /// Only those created at or after.
    pub from: Option<Timestamp>,
    /// Only those created before.
    pub until: Option<Timestamp>,
    /// A number, a message id or a message name.
    pub search: String,
    /// Keyset: only those that come after this one in the list (older).
    pub before: Option<Position>,
}

/// Where a page of transactions ended: newest first by number, then replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    pub number: i64,
    pub replay: i64,
}

impl Position {
    /// As it stands in an address: `123.0`.
    pub fn text(self) -> String {
        format!("{}.{}", self.number, self.replay)
    }

    /// Reads [`Position::text`].
    pub fn parse(text: &str) -> Option<Self> {
        let (number, replay) = text.split_once('.')?;
        Some(Self {
            number: number.parse().ok()?,
            replay: replay.parse().ok()?,
        })
    }
}

/// A page of transactions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TransactionPage {
    pub rows: Vec<TransactionRow>,
    /// Where to continue; `None` at the end.
    pub next: Option<Position>,
}

/// An inbound call that was not let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedCall {
    pub id: RefusedCallId,
    pub at: Timestamp,
    pub address: String,
    /// User id the caller claimed; at most 100 characters.
    pub claimed: String,
    pub process: String,
    pub status: i64,
    pub reason: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip() {
        for (number, replay, text) in [
            (123, 0, "TX0000123"),
            (123, 2, "TX0000123.2"),
            (12_345_678, 0, "TX12345678"),
        ] {
            assert_eq!(number_text(number, replay), text);
            assert_eq!(parse_number(text), Some((number, replay)));
        }
        for bad in [
            "",
            "TX",
            "TXa",
            "123",
            "TX1.",
            "TX-1",
            "TX+1",
            "TX99999999999999999999",
        ] {
            assert_eq!(parse_number(bad), None, "{bad}");
        }
    }
}
