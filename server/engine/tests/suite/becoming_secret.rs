//! A variable that becomes secret: nothing of its former value stays readable.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{
    Engine, audit, clock::Clock, connection_tests, connections, messages, redaction, sending, transactions,
    variables,
};
use model::{
    Timestamp,
    audit::AuditAction,
    connection_form::ConnectionForm,
    forms::{MessageForm, VariableForm},
    id::{ConnectionId, IntegrationId, VariableId},
    redaction::Redaction,
    transaction::TransactionState,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::oneshot,
};

use crate::support::{
    Fixture, Target, answer, form, leftovers,
    outbound::{finished, reached, sending_with},
};

/// Every part of it is written differently by some encoding.
const CANARY: &str = "Kanarie/7+zout\"water\"&10-abcdef";
const MINUTE_MS: i64 = 60_000;
/// Enough for freed pages in the database file.
const REPEATED: usize = 2_000;

/// What the canary may look like on disk: fragments that stay as they are when quotes and slashes are escaped, and base64.
fn needles() -> Vec<String> {
    let encoded = STANDARD.encode(CANARY);
    vec![
        "Kanarie".into(),
        "zout".into(),
        "10-abcdef".into(),
        encoded[..encoded.len() - 4].into(),
    ]
}

struct Canary {
    fixture: Fixture,
    clock: Clock,
    target: Target,
    integration: IntegrationId,
    connection: ConnectionId,
    variable: VariableId,
}

impl Canary {
    /// A connection and a message that use the canary in path, headers and query, while it is open.
    async fn new() -> Self {
        let target =
            Target::start(|request| answer(200, "x-echo: Kanarie/7+zout\"water\"&10-abcdef\r\n", request))
                .await;
        let url = target.url.clone();
        Self::to(&url, target).await
    }

    /// With messages that go to `url`.
    async fn to(url: &str, target: Target) -> Self {
        let clock = Clock::fixed(Timestamp(1_790_000_000_000));
        let fixture = Fixture::shared(clock.clone()).await;
        let (fixture, integration) = sending_with(fixture, url, |form| form).await;
        let connection = connections::all(&fixture.engine, &fixture.see()).await.unwrap()[0]
            .connection
            .id;
        let variable = VariableForm {
            connection: connection.to_string(),
            key: "canary".into(),
            value: CANARY.into(),
            ..Default::default()
        };
        let variable = variables::save(&fixture.engine, &fixture.design(), variable)
            .await
            .unwrap();
        let message = MessageForm {
            integration: integration.to_string(),
            name: "sing".into(),
            method: "POST".into(),
            path: "/songs/${canary}?song=${canary}".into(),
            headers: "X-Canary: ${canary}".into(),
            active: "on".into(),
            ..Default::default()
        };
        messages::save(&fixture.engine, &fixture.design(), message)
            .await
            .unwrap();
        let canary = Self {
            fixture,
            clock,
            target,
            integration,
            connection,
            variable,
        };
        // A header that held the value as text: the audit trail keeps what it was.
        canary.change(&format!("X-Song: {CANARY}")).await;
        canary.change("X-Song: ${canary}").await;
        canary
    }

    fn engine(&self) -> &Engine {
        &self.fixture.engine
    }

    async fn change(&self, extra_headers: &str) {
        let detail = connections::detail(self.engine(), &self.fixture.see(), self.connection)
            .await
            .unwrap();
        let changed = ConnectionForm {
            extra_headers: extra_headers.into(),
            test_path: "/songs/${canary}".into(),
            ..ConnectionForm::of(&detail.connection)
        };
        self.fixture.save(changed).await.unwrap();
    }

    async fn accepted(&self, body: String) -> String {
        let outgoing = sending::Outgoing {
            integration: self.integration,
            message: "sing".into(),
            body: body.into_bytes(),
            content_type: "application/json".into(),
            message_id: None,
        };
        let accepted = sending::send(self.engine(), &self.fixture.operate(), outgoing).await;
        accepted.unwrap().transaction
    }

    async fn sing(&self) -> String {
        let songs = vec![CANARY; REPEATED];
        let body = serde_json::json!({"songs": songs, "base64": STANDARD.encode(CANARY)}).to_string();
        let number = self.accepted(body).await;
        let done = finished(&self.fixture, &number).await;
        assert_eq!(done.row.state, TransactionState::Complete, "{}", done.row.error);
        number
    }

    async fn test(&self) {
        let (events, _) = tokio::sync::mpsc::unbounded_channel();
        connection_tests::run(self.engine(), &self.fixture.operate(), self.connection, events)
            .await
            .unwrap();
    }

    /// Makes the variable secret, with a new value.
    async fn hide(&self, value: &str) {
        let form = VariableForm {
            id: self.variable.to_string(),
            version: 1,
            key: "canary".into(),
            value: value.into(),
            secret: "on".into(),
            ..Default::default()
        };
        variables::save(self.engine(), &self.fixture.design(), form)
            .await
            .unwrap();
    }

    async fn redaction(&self) -> Redaction {
        let detail = connections::detail(self.engine(), &self.fixture.see(), self.connection)
            .await
            .unwrap();
        detail.redactions.into_iter().next().expect("a redaction")
    }

    /// Works until it is finished, which readers may hold back.
    async fn until_finished(&self) -> Redaction {
        self.clock.advance(3 * MINUTE_MS);
        loop {
            redaction::work(self.engine()).await.unwrap();
            let redaction = self.redaction().await;
            if redaction.finished.is_some() {
                return redaction;
            }
            tokio::task::yield_now().await;
        }
    }

    async fn leftovers(&self) -> Vec<String> {
        leftovers::of(&self.fixture.settings, &needles()).await
    }
}

#[tokio::test]
async fn nothing_of_the_former_value_stays_on_disk() {
    let canary = Canary::new().await;
    let number = canary.sing().await;
    canary.sing().await;
    canary.test().await;
    assert!(
        !canary.leftovers().await.is_empty(),
        "the test would find nothing"
    );
    canary.hide("an entirely new value").await;
    let done = canary.until_finished().await;
    assert!(done.changed >= 6 && done.checked >= done.changed, "{done:?}");
    assert!(done.places.is_empty(), "{:?}", done.places);
    assert_eq!(canary.leftovers().await, Vec::<String>::new());
    // The audit trail says so.
    let entries = audit::list(canary.engine(), &canary.fixture.actor().grant().unwrap(), None)
        .await
        .unwrap();
    let entry = entries
        .iter()
        .find(|entry| entry.action == AuditAction::Redacted)
        .unwrap();
    assert_eq!(entry.record_id, canary.variable.to_string());
    assert!(entry.detail.contains("made secret by admin"), "{}", entry.detail);
    // What is left of the body must not be sent.
    let refused = transactions::replay(canary.engine(), &canary.fixture.operate(), &number)
        .await
        .unwrap_err();
    assert!(refused.to_string().contains("became secret"), "{refused}");
    // The new value works, and is hidden.
    let number = canary.accepted("{}".into()).await;
    finished(&canary.fixture, &number).await;
    let requests = canary.target.requests();
    assert!(requests.last().unwrap().contains("an entirely new value"));
}

#[tokio::test]
async fn the_same_value_kept_as_a_secret_is_removed_as_well() {
    let canary = Canary::new().await;
    canary.sing().await;
    canary.hide("").await;
    canary.until_finished().await;
    assert_eq!(canary.leftovers().await, Vec::<String>::new());
}

/// A target that answers the first request when it is told to; gives its URL and what it received.
async fn patient_target(go: oneshot::Receiver<()>) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let received = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}") {
            socket.read_buf(&mut request).await.unwrap();
        }
        go.await.unwrap();
        socket
            .write_all(answer(200, "", CANARY).as_bytes())
            .await
            .unwrap();
        socket.shutdown().await.unwrap();
        String::from_utf8(request).unwrap()
    });
    (url, received)
}

#[tokio::test]
async fn a_message_under_way_is_sent_whole_and_cleaned_when_it_has_ended() {
    let (go, waits) = oneshot::channel();
    let (url, received) = patient_target(waits).await;
    let canary = Canary::to(&url, Target::start(|_| answer(200, "", "")).await).await;
    let number = canary
        .accepted(serde_json::json!({"song": CANARY}).to_string())
        .await;
    reached(&canary.fixture, &number, |state| {
        state == TransactionState::Sending
    })
    .await;
    canary.hide("new value of it").await;
    canary.clock.advance(3 * MINUTE_MS);
    redaction::work(canary.engine()).await.unwrap();
    // The engine's own round may be the one that does it.
    let waiting = loop {
        let redaction = canary.redaction().await;
        if redaction.waiting > 0 {
            break redaction;
        }
        redaction::work(canary.engine()).await.unwrap();
    };
    assert_eq!((waiting.waiting, waiting.finished), (1, None));
    go.send(()).unwrap();
    finished(&canary.fixture, &number).await;
    let request = received.await.unwrap();
    assert!(
        request.contains(&serde_json::json!(CANARY).to_string()),
        "{request}"
    );
    canary.until_finished().await;
    assert_eq!(canary.leftovers().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_killed_removal_goes_on_after_the_next_start() {
    let mut canary = Canary::new().await;
    canary.sing().await;
    // Closed at once after the change: whatever was done of it, the rest stands in the database.
    canary.hide("new value of it").await;
    canary.engine().close().await;
    canary.fixture.engine = Engine::open_at(canary.fixture.settings.clone(), canary.clock.clone())
        .await
        .unwrap();
    canary.until_finished().await;
    assert_eq!(canary.leftovers().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_value_moved_from_a_header_into_a_secret_variable_is_removed() {
    let clock = Clock::fixed(Timestamp(1_790_000_000_000));
    let fixture = Fixture::shared(clock.clone()).await;
    let integration = fixture.integration("incident").await;
    let target = Target::start(|request| answer(200, "", request)).await;
    let header = |value: &str| ConnectionForm {
        extra_headers: format!("X-Key: {value}"),
        ..form(integration, "Test", &target.url)
    };
    let connection = fixture.save(header(CANARY)).await.unwrap();
    let (events, _) = tokio::sync::mpsc::unbounded_channel();
    connection_tests::run(&fixture.engine, &fixture.operate(), connection, events)
        .await
        .unwrap();
    let variable = VariableForm {
        connection: connection.to_string(),
        key: "key".into(),
        value: CANARY.into(),
        secret: "on".into(),
        ..Default::default()
    };
    variables::save(&fixture.engine, &fixture.design(), variable)
        .await
        .unwrap();
    let of = |fixture: &Fixture| {
        let (engine, see) = (fixture.engine.clone(), fixture.see());
        async move { connections::detail(&engine, &see, connection).await.unwrap() }
    };
    let places = of(&fixture).await.redactions[0].places.clone();
    assert_eq!(places, ["the header X-Key of the connection Test"]);
    let changed = ConnectionForm {
        extra_headers: "X-Key: ${key}".into(),
        ..ConnectionForm::of(&of(&fixture).await.connection)
    };
    fixture.save(changed).await.unwrap();
    clock.advance(3 * MINUTE_MS);
    while of(&fixture).await.redactions[0].finished.is_none() {
        redaction::work(&fixture.engine).await.unwrap();
    }
    assert_eq!(
        leftovers::of(&fixture.settings, &needles()).await,
        Vec::<String>::new()
    );
    // Typed into a header once more, it does not get into the audit trail either.
    for value in [CANARY, "${key}"] {
        let changed = ConnectionForm {
            extra_headers: format!("X-Key: {value}"),
            ..ConnectionForm::of(&of(&fixture).await.connection)
        };
        fixture.save(changed).await.unwrap();
    }
    let history = of(&fixture).await.history;
    assert!(
        history.iter().any(|entry| entry.detail.contains("X-Key")),
        "{history:?}"
    );
    assert!(
        history.iter().all(|entry| !entry.detail.contains("Kanarie")),
        "{history:?}"
    );
}
