//! The Connection Test: its ladder, its verdict and its stored result.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp, choice,
    id::{ConnectionId, ConnectionTestId},
    transaction::RecordedBody,
};

choice! {
    /// A rung of the ladder, in order.
    Rung {
        Policy = "policy", "Policy";
        Name = "name", "Name";
        Tcp = "tcp", "TCP";
        Tls = "tls", "TLS";
        Token = "token", "Token";
        Request = "request", "Request";
    }
}

choice! {
    /// How a rung ended.
    StepState {
        Running = "running", "running";
        Passed = "passed", "passed";
        Failed = "failed", "failed";
        /// Nothing to do here (no TLS on http, no token).
        NotNeeded = "not_needed", "not needed";
        /// An earlier rung failed.
        NotReached = "not_reached", "not reached";
    }
}

choice! {
    /// What the test says, with ServiceNow's words.
    Verdict {
        Authorised = "authorised", "Authorised";
        Failed = "failed", "Failed";
    }
}

/// One rung of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestStep {
    pub rung: Rung,
    pub state: StepState,
    /// What was found: `127.0.0.1`, `port 443`, `TLS 1.3, certificate valid until 3 May 2027`.
    pub text: String,
    /// Microseconds it took.
    pub micros: i64,
}

/// One attempt with its exchange, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestAttempt {
    pub steps: Vec<TestStep>,
    pub method: String,
    pub url: String,
    pub request_headers: Vec<(String, String)>,
    pub status: Option<u16>,
    pub response_headers: Vec<(String, String)>,
    pub response_body: Option<RecordedBody>,
    /// Why there is no answer; empty when one came.
    pub error: String,
}

/// A call to the token endpoint of a provider, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCall {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    /// The fields of the form, in order.
    pub form: Vec<(String, String)>,
    /// What came of it, in a sentence.
    pub outcome: String,
    pub duration_ms: i64,
}

/// What a test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestReport {
    pub verdict: Verdict,
    /// Whether a 2xx or a declared status proves the connection (makes it Connected).
    pub proven: bool,
    /// The cause in plain words.
    pub cause: String,
    /// What to do next; empty when nothing is to be done.
    pub next_step: String,
    /// None when policy, a missing field, a token or a MID server stopped it before any attempt.
    pub attempts: Vec<TestAttempt>,
    /// What was sent to the token endpoint; none when the stored token did.
    #[serde(default)]
    pub token_calls: Vec<TokenCall>,
    /// The steps of the attempt that decided.
    pub steps: Vec<TestStep>,
    pub duration_ms: i64,
}

/// A stored result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionTest {
    pub id: ConnectionTestId,
    pub connection: ConnectionId,
    pub at: Timestamp,
    pub by: String,
    pub report: TestReport,
}

/// What the streamed server function sends, one JSON object a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event", content = "data")]
pub enum TestEvent {
    /// An attempt begins (1 or 2): the ladder starts again.
    Attempt(u8),
    /// A rung changed.
    Step(TestStep),
    /// The end: the stored result.
    Done(Box<ConnectionTest>),
    /// The test could not be run or stored; the text says why.
    Problem(String),
}

/// Statuses that mean "not authorised", as ServiceNow shows them.
pub const FAILED_STATUSES: [u16; 5] = [400, 401, 403, 404, 405];

/// The verdict on an answer, by ServiceNow's list or by the designer's declaration; and whether it proves the connection.
pub fn judge(status: u16, expected: &[u16]) -> (Verdict, bool) {
    if !expected.is_empty() {
        let declared = expected.contains(&status);
        return (
            if declared {
                Verdict::Authorised
            } else {
                Verdict::Failed
            },
            declared,
        );
    }
    if FAILED_STATUSES.contains(&status) {
        (Verdict::Failed, false)
    } else {
        (Verdict::Authorised, (200..300).contains(&status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_decides_without_declared_statuses() {
        for (status, verdict, proven) in [
            (200, Verdict::Authorised, true),
            (201, Verdict::Authorised, true),
            (301, Verdict::Authorised, false),
            (400, Verdict::Failed, false),
            (401, Verdict::Failed, false),
            (403, Verdict::Failed, false),
            (404, Verdict::Failed, false),
            (405, Verdict::Failed, false),
            (429, Verdict::Authorised, false),
            (500, Verdict::Authorised, false),
            (503, Verdict::Authorised, false),
        ] {
            assert_eq!(judge(status, &[]), (verdict, proven), "{status}");
        }
    }

    #[test]
    fn declared_statuses_are_exact() {
        assert_eq!(judge(401, &[401]), (Verdict::Authorised, true));
        assert_eq!(judge(200, &[204]), (Verdict::Failed, false));
    }
}
