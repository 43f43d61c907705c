//! Running a test.

use std::time::Duration;

use egress::{Failure, Response};
use model::{
    audit::AuditAction,
    connection::{Connection, HttpMethod},
    connection_test::{
        ConnectionTest, Rung, StepState, TestAttempt, TestEvent, TestReport, TokenCall, Verdict, judge,
    },
    id::ConnectionId,
};
use tokio::{sync::mpsc::UnboundedSender, time::Instant};

use super::{cause, ladder::Ladder};
use crate::{
    Engine, Granted, Result, audit,
    changes::Topic,
    clock::milliseconds_since,
    connections,
    departure::Leave,
    mask::Mask,
    outbound::{
        Draft, Prepared, SentToken, Shown, TokenUse, Unprepared, content_encoding, prepare, readable,
    },
    permission::Operate,
    recorded,
    tokens::{Asker, Wanted},
};

/// One limit over everything.
const LIMIT: Duration = Duration::from_secs(30);
/// Bytes of an answer that a stored result keeps.
const ANSWER_KEPT: usize = 16 * 1024;

/// Runs a test on the saved connection, active or not, tells `events` each step, stores and returns the result.
pub async fn run(
    engine: &Engine,
    by: &Granted<Operate>,
    id: ConnectionId,
    events: UnboundedSender<TestEvent>,
) -> Result<ConnectionTest> {
    let connection = connections::stored(engine, id).await?;
    let started = engine.clock.instant();
    let mut report = Test {
        engine,
        connection: &connection,
        events: &events,
        deadline: Instant::now() + LIMIT,
    }
    .walk()
    .await?;
    report.duration_ms = milliseconds_since(started);
    let result = ConnectionTest {
        id: engine.clock.id(),
        connection: id,
        at: engine.now(),
        by: by.actor().name.clone(),
        report,
    };
    let detail = format!("{}: {}", result.report.verdict, result.report.cause);
    let entry = audit::entry(
        engine,
        by.actor(),
        AuditAction::Tested,
        (connections::RECORD, id, &connection.name),
        detail,
    );
    let stored = result.clone();
    engine
        .change::<_, crate::Error, _>(Topic::Design, move |tx| {
            Box::pin(async move {
                store::connection_test::insert(tx, &stored).await?;
                Ok(store::audit::insert(tx, &entry).await?)
            })
        })
        .await?;
    let _ = events.send(TestEvent::Done(Box::new(result.clone())));
    Ok(result)
}

struct Test<'a> {
    engine: &'a Engine,
    connection: &'a Connection,
    events: &'a UnboundedSender<TestEvent>,
    deadline: Instant,
}

/// An attempt with what decides about a second one.
struct Attempt {
    shown: TestAttempt,
    failure: Option<Failure>,
    token: Option<SentToken>,
    mask: Mask,
}

/// An attempt that could not be made: its report, as long as no other attempt was.
struct NotMade {
    report: TestReport,
    token_call: Option<Box<TokenCall>>,
}

impl Test<'_> {
    async fn walk(&self) -> Result<TestReport> {
        let leave = &match self.ready().await? {
            Ok(leave) => leave,
            Err(report) => return Ok(report),
        };
        let method = self.connection.test_method;
        let first = match self.attempt(leave, (1, method), Wanted::Usable).await? {
            Ok(first) => first,
            Err(not_made) => {
                return Ok(TestReport {
                    token_calls: not_made.token_call.into_iter().map(|call| *call).collect(),
                    ..not_made.report
                });
            }
        };
        if !self.again(&first, method) {
            return self.report(vec![first], 0, None).await;
        }
        let only_asks = first.shown.status == Some(405) && !self.connection.test_declared;
        let second = if only_asks { HttpMethod::Options } else { method };
        // After a 401 the token is refreshed first: the old one was refused.
        let wanted = match (&first.token, first.shown.status) {
            (Some(token), Some(401)) => Wanted::NewerThan(token.serial),
            _ => Wanted::Usable,
        };
        let second = match self.attempt(leave, (2, second), wanted).await? {
            Ok(second) => second,
            Err(not_made) => {
                let mut report = self.report(vec![first], 0, None).await?;
                if let Some(call) = not_made.token_call {
                    report.cause = format!(
                        "{} The token was not refreshed: {}",
                        report.cause, not_made.report.cause
                    );
                    report.token_calls.push(*call);
                }
                return Ok(report);
            }
        };
        if only_asks {
            // OPTIONS is shown to name the allowed methods: it never turns Failed into Authorised.
            let allowed = second
                .shown
                .response_headers
                .iter()
                .find(|(name, _)| name == "allow")
                .map(|(_, value)| value.clone());
            return self.report(vec![first, second], 0, allowed).await;
        }
        self.report(vec![first, second], 1, None).await
    }

    /// Missing fields and a wrong instance stop the test before any attempt.
    async fn ready(&self) -> Result<Result<Leave, TestReport>> {
        let mut missing = connections::missing_of(self.engine, self.connection).await?;
        if self.connection.endpoint_url.is_empty() && !missing.iter().any(|label| label == "Endpoint URL") {
            missing.insert(0, "Endpoint URL".into());
        }
        if !missing.is_empty() {
            let cause = format!("The connection is not complete. Missing: {}.", missing.join(", "));
            return Ok(Err(
                self.stopped(&cause, "Fill in what is missing, save, and test again.")
            ));
        }
        Ok(Leave::for_connection(self.engine, self.connection)
            .map_err(|sentence| self.stopped(&sentence, "")))
    }

    /// A report without any attempt.
    fn stopped(&self, cause: &str, next_step: &str) -> TestReport {
        let mut ladder = Ladder::new(self.events);
        ladder.step(Rung::Policy, StepState::Failed, cause, 0);
        failed(cause, next_step, ladder.finish())
    }

    /// Whether a second attempt is due and safe: the first failed, and nothing had been sent or the method is safe.
    fn again(&self, first: &Attempt, method: HttpMethod) -> bool {
        let (failed, sent) = match (&first.failure, first.shown.status) {
            // A target that may not be reached is not tried again.
            (Some(Failure::Forbidden(_) | Failure::BadUrl(_)), _) => return false,
            (Some(failure), _) => (true, failure.sent()),
            (None, Some(status)) => (
                judge(status, &self.connection.expected_statuses).0 == Verdict::Failed,
                true,
            ),
            (None, None) => (true, true),
        };
        failed && (method.is_safe() || !sent) && Instant::now() < self.deadline
    }

    async fn attempt(
        &self,
        leave: &Leave,
        (number, method): (u8, HttpMethod),
        wanted: Wanted,
    ) -> Result<Result<Attempt, NotMade>> {
        let _ = self.events.send(TestEvent::Attempt(number));
        let draft = Draft {
            method,
            path: &self.connection.test_path,
            headers: &[],
            content_type: "",
            message_id: "",
            body: Vec::new(),
        };
        let token = TokenUse {
            wanted,
            by: Asker::ConnectionTest,
        };
        let preparing = prepare(self.engine, self.connection, draft, token);
        let Ok(prepared) = tokio::time::timeout(self.left(), preparing).await else {
            let sentence =
                "The provider gave no token within the time a test may take. It is still being asked.";
            return Ok(Err(self.not_made(Unprepared::Token(sentence.into(), None))));
        };
        let prepared = match prepared? {
            Ok(prepared) => prepared,
            Err(unprepared) => return Ok(Err(self.not_made(unprepared))),
        };
        let Shown { url, headers } = prepared.shown();
        let Prepared {
            mut request,
            mask,
            token,
            ..
        } = prepared;
        request.limits.total = request.limits.total.min(self.left());
        let mut shown = TestAttempt {
            steps: Vec::new(),
            method: request.method.to_string(),
            url,
            request_headers: headers,
            status: None,
            response_headers: Vec::new(),
            response_body: None,
            error: String::new(),
        };
        let mut ladder = Ladder::masked(self.events, &mask);
        self.token_rung(&mut ladder, token.as_ref());
        let answer = self
            .engine
            .departure
            .send(leave, request, |report| ladder.report(&report))
            .await;
        let failure = match answer {
            Ok(response) => {
                answered(&mut shown, &response, &mask);
                None
            }
            Err((failure, _)) => {
                shown.error = mask.text(&failure.cause());
                Some(failure)
            }
        };
        shown.steps = ladder.finish();
        Ok(Ok(Attempt {
            shown,
            failure,
            token,
            mask,
        }))
    }

    /// What is left of the time of the whole test.
    fn left(&self) -> Duration {
        let left = self.deadline.saturating_duration_since(Instant::now());
        left.max(Duration::from_millis(1))
    }

    /// Failures of policy, missing fields or token make no attempt at all.
    fn not_made(&self, unprepared: Unprepared) -> NotMade {
        match unprepared {
            Unprepared::Connection(sentence) => NotMade {
                report: self.stopped(&sentence, ""),
                token_call: None,
            },
            Unprepared::Token(sentence, token_call) => {
                let mut ladder = Ladder::new(self.events);
                let micros = token_call.as_ref().map_or(0, |call| call.duration_ms * 1000);
                ladder.step(Rung::Token, StepState::Failed, &sentence, micros);
                NotMade {
                    report: failed(&sentence, "", ladder.finish()),
                    token_call,
                }
            }
        }
    }

    fn token_rung(&self, ladder: &mut Ladder<'_>, token: Option<&SentToken>) {
        match token {
            None => {
                let text = format!("{} needs no token", self.connection.authentication);
                ladder.step(Rung::Token, StepState::NotNeeded, &text, 0);
            }
            Some(SentToken { call: None, .. }) => {
                ladder.step(Rung::Token, StepState::Passed, "the stored token is valid", 0);
            }
            Some(SentToken { call: Some(call), .. }) => {
                let text = format!("{} {}", call.url, call.outcome);
                ladder.step(Rung::Token, StepState::Passed, &text, call.duration_ms * 1000);
            }
        }
    }

    async fn report(
        &self,
        attempts: Vec<Attempt>,
        deciding: usize,
        allowed: Option<String>,
    ) -> Result<TestReport> {
        let evidence = store::evidence::of_connection(&self.engine.db, self.connection.id).await?;
        let decider = &attempts[deciding];
        let steps = decider.shown.steps.clone();
        let report = match (&decider.failure, decider.shown.status) {
            (None, Some(status)) => {
                let (verdict, proven) = judge(status, &self.connection.expected_statuses);
                let now = self.engine.now();
                let (cause, next_step) = cause::of_status(
                    status,
                    verdict,
                    self.connection,
                    evidence.last_success,
                    now,
                    allowed.as_deref(),
                );
                TestReport {
                    verdict,
                    proven,
                    cause,
                    next_step,
                    attempts: Vec::new(),
                    token_calls: Vec::new(),
                    steps,
                    duration_ms: 0,
                }
            }
            (Some(failure), _) => failed(
                &decider.mask.text(&failure.cause()),
                &decider.mask.text(&failure.next_step()),
                steps,
            ),
            (None, None) => failed("No answer came.", "Test again.", steps),
        };
        let token_calls = attempts
            .iter()
            .filter_map(|attempt| attempt.token.as_ref()?.call.clone())
            .collect();
        // A target that policy forbids was not attempted at all.
        let attempts = match attempts.first().and_then(|first| first.failure.as_ref()) {
            Some(Failure::Forbidden(_) | Failure::BadUrl(_)) => Vec::new(),
            _ => attempts.into_iter().map(|attempt| attempt.shown).collect(),
        };
        Ok(TestReport {
            attempts,
            token_calls,
            ..report
        })
    }
}

fn answered(shown: &mut TestAttempt, response: &Response, mask: &Mask) {
    let content_type = response
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    // Masked before it is cut: the cut must not leave the beginning of a secret.
    let masked = mask.body(
        &response.body,
        content_encoding(&response.headers),
        response.truncated,
    );
    let kept = &masked[..masked.len().min(ANSWER_KEPT)];
    let cut = response.truncated || masked.len() > ANSWER_KEPT;
    let size = i64::try_from(response.body_size).unwrap_or(i64::MAX);
    shown.status = Some(response.status.as_u16());
    shown.response_headers = mask.headers(&readable(&response.headers));
    shown.response_body = Some(recorded::body(kept, size, &mask.text(content_type), cut));
}

fn failed(cause: &str, next_step: &str, steps: Vec<model::connection_test::TestStep>) -> TestReport {
    TestReport {
        verdict: Verdict::Failed,
        proven: false,
        cause: cause.into(),
        next_step: next_step.into(),
        attempts: Vec::new(),
        token_calls: Vec::new(),
        steps,
        duration_ms: 0,
    }
}
