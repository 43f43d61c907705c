//! Messages that nothing works on any more: they can be replayed, people are told, and nothing is sent twice.

use std::time::{Duration, Instant};

use crate::support::{
    Fixture, Target, answer,
    outbound::{accepted, finished, sending_with, sent},
};
use engine::{Error, clock::Clock, transactions, upkeep, warnings};
use model::{
    Timestamp,
    expiry::Place,
    id::IntegrationId,
    incident::IncidentKind,
    transaction::{RequestState, TransactionDetail, TransactionState, number_text},
};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

const MINUTE: i64 = 60_000;

struct World {
    clock: Clock,
    target: Target,
    fixture: Fixture,
    integration: IntegrationId,
}

impl World {
    async fn new() -> Self {
        let clock = Clock::fixed(Timestamp(1_800_000_000_000));
        let target = Target::start(|_| answer(200, "", "")).await;
        let fixture = Fixture::at(clock.clone()).await;
        let (fixture, integration) = sending_with(fixture, &target.url, |form| form).await;
        Self {
            clock,
            target,
            fixture,
            integration,
        }
    }

    /// Changes the database as a fault would have left it.
    async fn raw(&self, sql: &'static str) {
        let mut connection = SqliteConnection::connect(&self.fixture.settings.database_url)
            .await
            .unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// A message that nothing works on, Queued since now.
    async fn queued(&self) -> String {
        let detail = sent(&self.fixture, self.integration, "{}").await;
        self.raw("DELETE FROM http_request").await;
        self.raw("UPDATE message_transaction SET state = 'queued', finished = NULL, created = 0")
            .await;
        let number = self.let_go(&detail).await;
        self.raw("UPDATE message_transaction SET created = 1800000000000")
            .await;
        number
    }

    /// A message whose outcome was not recorded, Sending since now.
    async fn interrupted(&self) -> String {
        let detail = sent(&self.fixture, self.integration, "{}").await;
        self.raw("UPDATE message_transaction SET state = 'sending', finished = NULL")
            .await;
        self.raw("UPDATE http_request SET state = 'sending', started = 0")
            .await;
        let number = self.let_go(&detail).await;
        self.raw("UPDATE http_request SET started = 1800000000000").await;
        number
    }

    /// Waits until the dispatcher is done with a message, and returns its number.
    async fn let_go(&self, detail: &TransactionDetail) -> String {
        let number = number_text(detail.row.number, 0);
        let began = Instant::now();
        while !self.detail(&number).await.stuck {
            assert!(
                began.elapsed() < Duration::from_secs(20),
                "the dispatcher keeps it"
            );
            tokio::task::yield_now().await;
        }
        number
    }

    async fn detail(&self, number: &str) -> TransactionDetail {
        transactions::detail(&self.fixture.engine, &self.fixture.see(), number)
            .await
            .unwrap()
    }

    async fn replay(&self, number: &str) -> engine::Result<String> {
        let accepted = transactions::replay(&self.fixture.engine, &self.fixture.operate(), number).await;
        Ok(accepted?.transaction)
    }
}

#[tokio::test]
async fn a_message_stuck_in_queued_can_be_replayed_and_is_sent_once() {
    let world = World::new().await;
    let number = world.queued().await;
    world.clock.advance(5 * MINUTE);
    let detail = world.detail(&number).await;
    assert!(!detail.stuck && !detail.may_replay(), "five minutes are not over");
    let refused = world.replay(&number).await;
    assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
    world.clock.advance(1);
    let detail = world.detail(&number).await;
    assert!(detail.stuck && detail.may_replay());
    let replay = world.replay(&number).await.unwrap();
    assert_eq!(
        finished(&world.fixture, &replay).await.row.state,
        TransactionState::Complete
    );
    // The original is not picked up any more.
    upkeep::round(&world.fixture.engine).await;
    let original = world.detail(&number).await;
    assert_eq!(original.row.state, TransactionState::Ignored);
    assert!(original.row.error.contains(&replay), "{}", original.row.error);
    assert_eq!(
        world.target.requests().len(),
        2,
        "before the fault, and the replay"
    );
}

#[tokio::test]
async fn a_message_stuck_in_sending_can_be_replayed() {
    let world = World::new().await;
    let number = world.interrupted().await;
    world.clock.advance(15 * MINUTE);
    assert!(
        world.replay(&number).await.is_err(),
        "an attempt may take as long"
    );
    world.clock.advance(1);
    let replay = world.replay(&number).await.unwrap();
    assert_eq!(
        finished(&world.fixture, &replay).await.row.state,
        TransactionState::Complete
    );
    let original = world.detail(&number).await;
    assert_eq!(original.row.state, TransactionState::Ignored);
    assert!(
        original.row.error.contains("may have received it"),
        "{}",
        original.row.error
    );
    assert_eq!(original.requests[0].state, RequestState::Error);
}

#[tokio::test]
async fn a_replay_of_a_message_that_moved_meanwhile_stores_nothing() {
    let world = World::new().await;
    let number = world.interrupted().await;
    world.clock.advance(16 * MINUTE);
    // Between what the replay reads and what it writes, the message comes to its end.
    world
        .raw("CREATE TRIGGER ended AFTER UPDATE ON http_request BEGIN UPDATE message_transaction SET state = 'complete' WHERE id = NEW.transaction_id; END")
        .await;
    let refused = world.replay(&number).await;
    assert!(
        matches!(&refused, Err(Error::Conflict(text)) if text.contains("Nothing was stored")),
        "{refused:?}"
    );
    assert!(world.detail(&number).await.family.is_empty());
}

#[tokio::test]
async fn people_are_told_of_stuck_messages_until_they_are_gone() {
    let world = World::new().await;
    let number = world.interrupted().await;
    let open = || async {
        upkeep::round(&world.fixture.engine).await;
        let open = warnings::open(&world.fixture.engine, &world.fixture.see())
            .await
            .unwrap();
        open.into_iter()
            .filter(|incident| incident.kind == IncidentKind::Stuck)
            .collect::<Vec<_>>()
    };
    world.clock.advance(15 * MINUTE);
    assert_eq!(open().await, []);
    world.clock.advance(1);
    let incidents = open().await;
    assert_eq!(incidents.len(), 1);
    assert_eq!(
        incidents[0].title,
        "1 message of connection Test is stuck in Sending"
    );
    let connection = world.detail(&number).await.row.connection;
    assert_eq!(
        incidents[0].place,
        Place::Transactions(connection, TransactionState::Sending)
    );
    let replay = world.replay(&number).await.unwrap();
    finished(&world.fixture, &replay).await;
    assert_eq!(open().await, []);
}

#[tokio::test]
async fn what_fell_out_of_the_queue_is_picked_up() {
    let world = World::new().await;
    let number = world.queued().await;
    upkeep::round(&world.fixture.engine).await;
    assert_eq!(
        finished(&world.fixture, &number).await.row.state,
        TransactionState::Complete
    );
    assert_eq!(world.target.requests().len(), 2);
}

/// PostgreSQL only: there a trigger can refuse as a full disk does.
#[tokio::test]
async fn a_delivery_that_the_database_refused_is_tried_again() {
    if std::env::var("SWITCHBOARD_TEST_POSTGRES").is_ok_and(|url| url.is_empty())
        || std::env::var("SWITCHBOARD_TEST_POSTGRES").is_err()
    {
        println!("SWITCHBOARD_TEST_POSTGRES is not set: not tested");
        return;
    }
    let target = Target::start(|_| answer(200, "", "")).await;
    let fixture = Fixture::shared(Clock::default()).await;
    let (fixture, integration) = sending_with(fixture, &target.url, |form| form).await;
    let mut database = PgConnection::connect(&fixture.settings.database_url)
        .await
        .unwrap();
    for sql in [
        "CREATE SEQUENCE refusals",
        "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         PERFORM nextval('refusals'); RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$",
        "CREATE TRIGGER full_disk BEFORE UPDATE ON message_transaction FOR EACH ROW
         WHEN (NEW.state = 'sending') EXECUTE FUNCTION full_disk()",
    ] {
        database.execute(AssertSqlSafe(sql)).await.unwrap();
    }
    let number = accepted(&fixture, integration, "{}").await;
    let began = Instant::now();
    loop {
        let row = database
            .fetch_one("SELECT is_called FROM refusals")
            .await
            .unwrap();
        if row.get::<bool, _>(0) {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "it was never tried");
        tokio::task::yield_now().await;
    }
    database
        .execute("DROP TRIGGER full_disk ON message_transaction")
        .await
        .unwrap();
    assert_eq!(
        finished(&fixture, &number).await.row.state,
        TransactionState::Complete
    );
    assert_eq!(target.requests().len(), 1);
}
