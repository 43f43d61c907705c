//! HTTP requests and what they say about connections.

use model::{
    Timestamp,
    connection_status::Evidence,
    connection_test::{ConnectionTest, Rung, StepState, TestAttempt, TestReport, TestStep, Verdict},
    id::{ConnectionId, TransactionId},
    transaction::RequestState,
};
use store::{Db, evidence, http_request::RequestOutcome};

use crate::{
    samples::{self, designed, id},
    world::{both, write},
};

fn outcome(
    of: &store::http_request::StoredRequest,
    state: RequestState,
    status: Option<i64>,
) -> RequestOutcome {
    RequestOutcome {
        id: of.id,
        state,
        status,
        response_headers: vec![("server".into(), "x".into())],
        response_body: b"answer".to_vec(),
        response_size: 600,
        response_type: "text/plain".into(),
        response_truncated: true,
        error: String::new(),
        duration_ms: Some(12),
    }
}

async fn finished(db: &Db, transaction: TransactionId, connection: ConnectionId, at: i64, status: i64) {
    let mut request = samples::request(transaction, Some(connection));
    request.started = Some(Timestamp(at));
    request.duration_ms = Some(12);
    request.status = Some(status);
    request.state = if status < 400 {
        RequestState::Ok
    } else {
        RequestState::Error
    };
    write!(db, |tx| store::http_request::insert(tx, &request).await).expect("stored");
}

fn test(connection: ConnectionId, at: i64, status: Option<u16>, proven: bool) -> ConnectionTest {
    let step = |text: &str| {
        vec![TestStep {
            rung: Rung::Tcp,
            state: StepState::Passed,
            text: text.into(),
            micros: 1,
        }]
    };
    let attempt = |text: &str, status| TestAttempt {
        steps: step(text),
        method: "GET".into(),
        url: "https://example.com".into(),
        request_headers: Vec::new(),
        status,
        response_headers: Vec::new(),
        response_body: None,
        error: String::new(),
    };
    let report = TestReport {
        verdict: Verdict::Authorised,
        proven,
        cause: "because".into(),
        next_step: String::new(),
        // The second only shows the allowed methods: it does not decide.
        attempts: vec![attempt("first", status), attempt("second", Some(204))],
        token_calls: Vec::new(),
        steps: step("first"),
        duration_ms: 33,
    };
    ConnectionTest {
        id: id(),
        connection,
        at: Timestamp(at),
        by: "admin".into(),
        report,
    }
}

#[tokio::test]
async fn a_request_is_stored_and_finished_once() {
    both(|db| async move {
        let new = samples::transaction();
        let mut request = samples::request(new.row.id, None);
        request.state = RequestState::Sending;
        request.started = Some(Timestamp(50));
        let (transaction, stored) = (new.row.id, request.clone());
        write!(db, |tx| {
            store::transaction::insert(tx, &new).await?;
            store::http_request::insert(tx, &stored).await
        })
        .expect("stored");
        let list = store::http_request::of_transaction;
        assert_eq!(list(&db, transaction).await.expect("list"), vec![request.clone()]);
        let id = request.id;
        let left = store::http_request::in_state(&db, &[RequestState::Sending, RequestState::Ready]).await;
        assert_eq!(left.expect("left"), [(id, transaction)]);
        let end = outcome(&request, RequestState::Ok, Some(200));
        let sending = [RequestState::Sending];
        let first = end.clone();
        assert!(write!(db, |tx| store::http_request::finish(tx, &first, &sending).await).expect("finished"));
        let late = outcome(&request, RequestState::Error, None);
        assert!(!write!(db, |tx| store::http_request::finish(tx, &late, &sending).await).expect("too late"));
        let stored = list(&db, transaction).await.expect("list").remove(0);
        assert_eq!(
            (stored.state, stored.status, stored.started),
            (RequestState::Ok, Some(200), Some(Timestamp(50)))
        );
        assert_eq!(
            (stored.response_body, stored.response_truncated),
            (end.response_body, true)
        );
        assert_eq!(
            store::http_request::in_state(&db, &[RequestState::Sending])
                .await
                .expect("left"),
            []
        );
    })
    .await;
}

#[tokio::test]
async fn evidence_is_the_newest_of_calls_and_tests() {
    both(|db| async move {
        let all = designed(&db).await;
        let new = samples::transaction();
        let (transaction, connection) = (new.row.id, all.test.id);
        write!(db, |tx| store::transaction::insert(tx, &new).await).expect("stored");
        assert_eq!(
            evidence::of_connection(&db, connection).await.expect("evidence"),
            evidence::ConnectionEvidence::default()
        );
        for n in 0..12 {
            finished(
                &db,
                transaction,
                connection,
                100 + n,
                if n < 9 { 500 } else { 200 },
            )
            .await;
        }
        // Not finished yet: no evidence.
        let mut sending = samples::request(transaction, Some(connection));
        sending.state = RequestState::Sending;
        sending.started = Some(Timestamp(900));
        write!(db, |tx| store::http_request::insert(tx, &sending).await).expect("stored");
        let found = evidence::of_connection(&db, connection).await.expect("evidence");
        let call = Evidence {
            at: Timestamp(111),
            status: Some(200),
            proven: true,
            duration_ms: 12,
            test: false,
        };
        assert_eq!(found.last, Some(call));
        assert_eq!(
            (found.recent_failures, found.last_success),
            (7, Some(Timestamp(111)))
        );
        let tested = test(connection, 200, Some(401), false);
        write!(db, |tx| store::connection_test::insert(tx, &tested).await).expect("stored");
        let last = evidence::of_connection(&db, connection)
            .await
            .expect("evidence")
            .last;
        let expected = Evidence {
            at: Timestamp(200),
            status: Some(401),
            proven: false,
            duration_ms: 33,
            test: true,
        };
        assert_eq!(last, Some(expected));
        // 401 is among the statuses the designer declared.
        finished(&db, transaction, connection, 300, 401).await;
        let everything = evidence::all(&db).await.expect("evidence");
        assert_eq!(everything.len(), 2);
        assert!(
            everything[&connection]
                .last
                .as_ref()
                .is_some_and(|last| last.proven && !last.test)
        );
        assert_eq!(
            everything[&all.production.id],
            evidence::ConnectionEvidence::default()
        );
        let proven = test(connection, 400, Some(200), true);
        write!(db, |tx| store::connection_test::insert(tx, &proven).await).expect("stored");
        let found = evidence::of_connection(&db, connection).await.expect("evidence");
        assert_eq!(found.last_success, Some(Timestamp(400)));
    })
    .await;
}

#[tokio::test]
async fn the_last_hour_has_twelve_steps() {
    both(|db| async move {
        let all = designed(&db).await;
        let new = samples::transaction();
        let (transaction, connection) = (new.row.id, all.test.id);
        write!(db, |tx| store::transaction::insert(tx, &new).await).expect("stored");
        let now = 10_000_000;
        for (ago, status) in [
            (0, 200),
            (1, 500),
            (299_999, 200),
            (300_000, 500),
            (3_599_999, 200),
            (3_600_000, 200),
        ] {
            finished(&db, transaction, connection, now - ago, status).await;
        }
        let hours = evidence::last_hour(&db, Timestamp(now)).await.expect("hours");
        assert_eq!(hours.len(), 1);
        let hour = &hours[&connection];
        assert_eq!(hour.sent, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3]);
        assert_eq!(hour.failed, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
    })
    .await;
}

#[tokio::test]
async fn the_newest_ten_tests_are_kept() {
    both(|db| async move {
        let all = designed(&db).await;
        for n in 0..13 {
            for connection in [all.test.id, all.production.id] {
                let tested = test(connection, 100 + n, Some(200), true);
                write!(db, |tx| store::connection_test::insert(tx, &tested).await).expect("stored");
            }
        }
        let tests = store::connection_test::list(&db, all.test.id, 100)
            .await
            .expect("list");
        assert_eq!(
            tests.iter().map(|test| test.at.0).collect::<Vec<_>>(),
            (103..113).rev().collect::<Vec<_>>()
        );
        let again = store::connection_test::find(&db, tests[0].id)
            .await
            .expect("find");
        assert_eq!(again.as_ref(), tests.first());
    })
    .await;
}
