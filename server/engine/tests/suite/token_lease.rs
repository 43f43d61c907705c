//! One refresh per expiry, however many tasks and instances want it, and no token lost by a kill (promise R6).

use std::time::Duration;

use crate::support::{
    Fixture, Target, answer,
    outbound::{accepted, finished},
    provider::{Behaviour, NOW, World},
};
use engine::{Engine, Settings, clock::Clock, connection_tests, tokens, upkeep, warnings};
use model::{
    connection_status::ConnectionStatus, incident::IncidentKind, token::TokenEventKind,
    transaction::TransactionState,
};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use tokio::sync::mpsc::unbounded_channel;

const HOUR: i64 = 3_600_000;
/// How far the clocks of the instances are apart.
const APART: i64 = 20_000;

/// Three instances on one database, and a connection whose token lives for an hour.
struct Instances {
    world: World,
    engines: Vec<Engine>,
    clocks: Vec<Clock>,
}

impl Instances {
    async fn new() -> Self {
        Self::before(Target::start(|_| answer(200, "", "{}")).await).await
    }

    async fn before(api: Target) -> Self {
        let clock = Clock::fixed(NOW);
        let fixture = Fixture::shared(clock.clone()).await;
        let behaviour = Behaviour {
            delay_ms: 20,
            ..Behaviour::rotating()
        };
        let world = World::on((fixture, clock), api, behaviour, "authorization_code", |form| {
            form
        })
        .await;
        world.authorise().await.unwrap();
        world.enable().await;
        let mut clocks = vec![world.clock.clone()];
        let mut engines = vec![world.fixture.engine.clone()];
        for number in 1..=2 {
            let clock = Clock::fixed(NOW.plus(number * APART));
            engines.push(instance(&world.fixture.settings, &clock).await);
            clocks.push(clock);
        }
        Self {
            world,
            engines,
            clocks,
        }
    }

    fn advance(&self, milliseconds: i64) {
        for clock in &self.clocks {
            clock.advance(milliseconds);
        }
    }

    /// A Connection Test on this instance: uses the token as a message does.
    async fn test(&self, engine: &Engine) -> bool {
        let (events, _kept) = unbounded_channel();
        let by = self.world.fixture.operate();
        let test = connection_tests::run(engine, &by, self.world.connection, events).await;
        test.unwrap().report.proven
    }

    /// Messages, accepted on all instances at once, each delivered by the one that accepted it; answers their states.
    async fn messages(&self, count: usize) -> Vec<TransactionState> {
        let one = |number: usize| async move {
            let fixture = Fixture {
                engine: self.engines[number % self.engines.len()].clone(),
                settings: self.world.fixture.settings.clone(),
                directory: tempfile::tempdir().unwrap(),
            };
            let number = accepted(&fixture, self.world.integration, "{}").await;
            finished(&fixture, &number).await.row.state
        };
        futures::future::join_all((0..count).map(one)).await
    }

    /// Has an instance of its own ask the provider, for a test or because somebody pressed Get OAuth token, and ends it,
    /// as a kill would, once the provider has the call.
    async fn kill_while_asking(&self, pressed: bool) {
        let before = self.world.provider.calls();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let (settings, clock) = (self.world.fixture.settings.clone(), self.world.clock.clone());
        let (by, connection) = (self.world.fixture.operate(), self.world.connection);
        let handle = runtime.handle().clone();
        std::thread::spawn(move || {
            handle.block_on(async move {
                let engine = instance(&settings, &clock).await;
                if pressed {
                    drop(tokens::obtain(&engine, &by, connection).await);
                } else {
                    let (events, _kept) = unbounded_channel();
                    drop(connection_tests::run(&engine, &by, connection, events).await);
                }
            });
        });
        self.arrived(before).await;
        runtime.shutdown_background();
    }

    /// Waits until the provider has another call than the first `before`.
    async fn arrived(&self, before: usize) {
        until("the provider was not asked", async || {
            self.world.provider.calls() > before
        })
        .await;
    }

    /// Makes the database refuse what came of a call, and take it again. Nothing else touches the serial.
    async fn nothing_is_stored(&self, refused: bool) {
        let url = &self.world.fixture.settings.database_url;
        if url.starts_with("sqlite:") {
            let sql = if refused {
                "CREATE TRIGGER away BEFORE UPDATE OF serial ON token BEGIN SELECT RAISE(ABORT, 'away'); END"
            } else {
                "DROP TRIGGER away"
            };
            let mut database = SqliteConnection::connect(url).await.unwrap();
            database.execute(sql).await.unwrap();
        } else {
            let sql = if refused {
                "CREATE FUNCTION away() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'away'; END $$ LANGUAGE plpgsql;
                 CREATE TRIGGER away BEFORE UPDATE OF serial ON token EXECUTE FUNCTION away()"
            } else {
                "DROP TRIGGER away ON token; DROP FUNCTION away"
            };
            let mut database = PgConnection::connect(url).await.unwrap();
            database.execute(sql).await.unwrap();
        }
    }

    /// Until when the lease on the token is held, as the table shows it.
    async fn lease_until(&self) -> Option<i64> {
        let url = &self.world.fixture.settings.database_url;
        let sql = "SELECT lease_until FROM token";
        if url.starts_with("sqlite:") {
            let mut database = SqliteConnection::connect(url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut database).await.unwrap()
        } else {
            let mut database = PgConnection::connect(url).await.unwrap();
            sqlx::query_scalar(sql).fetch_one(&mut database).await.unwrap()
        }
    }

    /// What an instance does by itself until the connection says so.
    async fn comes_to(&self, expected: ConnectionStatus) {
        until("the status did not come", async || {
            tokens::keep_alive(&self.engines[1]).await.unwrap();
            self.world.status().await.0 == expected
        })
        .await;
    }
}

async fn instance(settings: &Settings, clock: &Clock) -> Engine {
    Engine::open_at(settings.clone(), clock.clone()).await.unwrap()
}

/// Looks until it is so; much longer than a lease lasts.
async fn until(otherwise: &str, so: impl AsyncFn() -> bool) {
    let looking = async {
        while !so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(40), looking)
        .await
        .unwrap_or_else(|_| panic!("{otherwise}"));
}

/// How many rounds: few in every run, `SWITCHBOARD_TEST_ROUNDS=200` for promise R6 as written.
fn rounds() -> usize {
    let wanted = std::env::var("SWITCHBOARD_TEST_ROUNDS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_messages_on_three_instances_make_one_call_per_expiry() {
    let instances = Instances::new().await;
    for round in 0..rounds() {
        instances.advance(2 * HOUR);
        let before = instances.world.provider.calls();
        let states = instances.messages(50).await;
        assert!(
            states.iter().all(|state| *state == TransactionState::Complete),
            "round {round}: {states:?}"
        );
        assert_eq!(instances.world.provider.calls() - before, 1, "round {round}");
    }
    let kinds = instances.world.kinds().await;
    assert!(
        kinds[1..].iter().all(|kind| *kind == TokenEventKind::Rotated),
        "{kinds:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_messages_that_are_refused_with_401_make_one_call() {
    // The API forgets the first token before its time.
    let api = Target::start(|request| {
        let forgotten = request.contains("access-canary-1\r\n");
        answer(if forgotten { 401 } else { 200 }, "", "{}")
    })
    .await;
    let instances = Instances::before(api).await;
    instances.world.provider.set(|behaviour| behaviour.delay_ms = 300);
    let before = instances.world.provider.calls();
    let states = instances.messages(50).await;
    assert!(
        states.iter().all(|state| *state == TransactionState::Complete),
        "{states:?}"
    );
    assert_eq!(instances.world.provider.calls() - before, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_killed_before_its_call_arrived_costs_nothing() {
    let instances = Instances::new().await;
    instances.advance(2 * HOUR);
    // The provider does not even read the call.
    instances.world.provider.set(|behaviour| {
        behaviour.fails = Some((503, String::new()));
        behaviour.delay_ms = 600_000;
    });
    instances.kill_while_asking(false).await;
    instances.world.provider.set(|behaviour| {
        behaviour.fails = None;
        behaviour.delay_ms = 0;
    });
    assert!(instances.test(&instances.engines[1]).await);
    let kinds = instances.world.kinds().await;
    assert!(kinds.contains(&TokenEventKind::Interrupted), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_killed_after_its_call_arrived_says_expired_and_alerts() {
    let instances = Instances::new().await;
    assert!(instances.test(&instances.engines[1]).await);
    assert_eq!(instances.world.status().await.0, ConnectionStatus::Connected);
    instances.advance(2 * HOUR);
    // The provider gives a new refresh token that nobody stores, and takes the old one for stolen.
    instances
        .world
        .provider
        .set(|behaviour| behaviour.delay_ms = 600_000);
    instances.kill_while_asking(false).await;
    instances.world.provider.set(|behaviour| behaviour.delay_ms = 0);
    instances.comes_to(ConnectionStatus::Expired).await;
    upkeep::round(&instances.engines[1]).await;
    let open = warnings::open(&instances.engines[1], &instances.world.fixture.see()).await;
    let kinds: Vec<_> = open.unwrap().into_iter().map(|incident| incident.kind).collect();
    assert_eq!(kinds, [IncidentKind::Refused]);
    instances.world.authorise().await.unwrap();
    assert!(instances.test(&instances.engines[2]).await);
    assert_eq!(instances.world.status().await.0, ConnectionStatus::Connected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_nobody_waits_for_is_looked_after_when_its_instance_is_killed() {
    let instances = Instances::new().await;
    assert!(instances.test(&instances.engines[1]).await);
    // Long before the token's end: somebody pressed the button.
    instances
        .world
        .provider
        .set(|behaviour| behaviour.delay_ms = 600_000);
    instances.kill_while_asking(true).await;
    instances.world.provider.set(|behaviour| behaviour.delay_ms = 0);
    // Nothing is sent, and nothing is due.
    instances.comes_to(ConnectionStatus::Expired).await;
    let kinds = instances.world.kinds().await;
    assert!(kinds.contains(&TokenEventKind::Interrupted), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_cannot_be_stored_at_once_is_kept_until_it_can() {
    let instances = Instances::new().await;
    instances.advance(2 * HOUR);
    let before = instances.world.provider.calls();
    instances.nothing_is_stored(true).await;
    let using = instances.test(&instances.engines[0]);
    let mending = async {
        instances.arrived(before).await;
        // The provider answers within moments; a lease that moves later is that of an answer that waits to be stored.
        let before = instances.lease_until().await;
        until("the lease did not move", async || {
            instances.lease_until().await > before
        })
        .await;
        instances.nothing_is_stored(false).await;
    };
    let (proven, ()) = tokio::join!(using, mending);
    assert!(proven);
    assert_eq!(instances.world.provider.calls() - before, 1);
    assert_eq!(
        instances.world.kinds().await.last(),
        Some(&TokenEventKind::Rotated)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_killed_before_it_stored_the_answer_says_expired() {
    let instances = Instances::new().await;
    assert!(instances.test(&instances.engines[1]).await);
    instances.advance(2 * HOUR);
    instances.nothing_is_stored(true).await;
    instances.kill_while_asking(false).await;
    instances.nothing_is_stored(false).await;
    instances.comes_to(ConnectionStatus::Expired).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_loses_no_token() {
    let instances = Instances::new().await;
    instances.advance(2 * HOUR);
    instances.world.provider.set(|behaviour| behaviour.delay_ms = 100);
    let before = instances.world.provider.calls();
    tokio::select! {
        _ = instances.test(&instances.engines[0]) => panic!("it was to go away while it waited"),
        () = instances.arrived(before) => {}
    }
    instances.world.provider.set(|behaviour| behaviour.delay_ms = 0);
    // What the provider gave is stored all the same, and serves the next one.
    assert!(instances.test(&instances.engines[0]).await);
    assert_eq!(instances.world.provider.calls() - before, 1);
    let kinds = instances.world.kinds().await;
    assert_eq!(kinds.last(), Some(&TokenEventKind::Rotated), "{kinds:?}");
}
