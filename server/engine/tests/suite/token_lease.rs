//! One refresh per expiry, however many tasks and instances want it, and no token lost by a kill (promise R6).

use std::time::Duration;

use crate::support::{
    Fixture, Target, answer,
    provider::{Behaviour, Provider, authorise, connection, kinds, profile},
};
use engine::{Engine, Settings, clock::Clock, connection_tests, connections, tokens};
use model::{Timestamp, connection_status::ConnectionStatus, id::ConnectionId, token::TokenEventKind};
use tokio::sync::mpsc::unbounded_channel;

const NOW: Timestamp = Timestamp(1_795_000_000_000);
const HOUR: i64 = 3_600_000;

/// Three instances on one database, and a connection whose token lives for an hour.
struct World {
    fixture: Fixture,
    instances: Vec<Engine>,
    clock: Clock,
    provider: Provider,
    connection: ConnectionId,
    _api: Target,
}

impl World {
    async fn new() -> Self {
        let clock = Clock::fixed(NOW);
        let api = Target::start(|_| answer(200, "", "{}")).await;
        let provider = Provider::start(Behaviour {
            lifetime: 3600,
            rotates: true,
            ..Behaviour::default()
        })
        .await;
        let fixture = Fixture::shared(clock.clone()).await;
        let profile = profile(&fixture, provider.form("authorization_code", &api.url)).await;
        let (_, connection) = connection(&fixture, profile, &api.url).await;
        authorise(&fixture, connection).await.unwrap();
        let mut instances = vec![fixture.engine.clone()];
        for _ in 0..2 {
            instances.push(instance(&fixture.settings, &clock).await);
        }
        Self {
            fixture,
            instances,
            clock,
            provider,
            connection,
            _api: api,
        }
    }

    /// A Connection Test on this instance: uses the token as a message does.
    async fn use_token(&self, engine: &Engine) -> bool {
        let (events, _kept) = unbounded_channel();
        let test = connection_tests::run(engine, &self.fixture.operate(), self.connection, events).await;
        test.unwrap().report.proven
    }

    async fn status(&self) -> (ConnectionStatus, String) {
        let detail = connections::detail(&self.fixture.engine, &self.fixture.see(), self.connection).await;
        let status = detail.unwrap().status;
        (status.status, status.reason)
    }
}

async fn instance(settings: &Settings, clock: &Clock) -> Engine {
    Engine::open_at(settings.clone(), clock.clone()).await.unwrap()
}

/// How many rounds: few in every run, `SWITCHBOARD_TEST_ROUNDS=200` for promise R6 as written.
fn rounds() -> usize {
    let wanted = std::env::var("SWITCHBOARD_TEST_ROUNDS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(10)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_users_on_three_instances_make_one_call_per_expiry() {
    let world = World::new().await;
    for round in 0..rounds() {
        world.clock.advance(2 * HOUR);
        let before = world.provider.calls();
        let users = (0..50).map(|user| {
            let engine = &world.instances[user % world.instances.len()];
            world.use_token(engine)
        });
        let proven = futures::future::join_all(users).await;
        assert!(proven.iter().all(|proven| *proven), "round {round}");
        assert_eq!(world.provider.calls() - before, 1, "round {round}");
    }
    let expected = TokenEventKind::Rotated;
    assert!(
        kinds(&world.fixture, world.connection).await[1..]
            .iter()
            .all(|kind| *kind == expected)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_killed_before_its_call_arrived_costs_nothing() {
    let world = World::new().await;
    world.clock.advance(2 * HOUR);
    // The provider does not even read the call.
    world.provider.set(|behaviour| {
        behaviour.fails = Some((503, String::new()));
        behaviour.delay_ms = 600_000;
    });
    kill_while_asking(&world).await;
    world.provider.set(|behaviour| {
        behaviour.fails = None;
        behaviour.delay_ms = 0;
    });
    world.clock.advance(7_000);
    assert!(world.use_token(&world.instances[1]).await);
    let kinds = kinds(&world.fixture, world.connection).await;
    assert!(kinds.contains(&TokenEventKind::Interrupted), "{kinds:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_killed_after_its_call_arrived_says_expired() {
    let world = World::new().await;
    assert!(world.use_token(&world.instances[1]).await);
    assert_eq!(world.status().await.0, ConnectionStatus::Connected);
    world.clock.advance(2 * HOUR);
    // The provider gives a new refresh token that nobody stores, and takes the old one for stolen.
    world.provider.set(|behaviour| behaviour.delay_ms = 600_000);
    kill_while_asking(&world).await;
    world.provider.set(|behaviour| behaviour.delay_ms = 0);
    world.clock.advance(7_000);
    tokens::keep_alive(&world.instances[1]).await.unwrap();
    let (status, reason) = world.status().await;
    assert_eq!(status, ConnectionStatus::Expired, "{reason}");
    authorise(&world.fixture, world.connection).await.unwrap();
    assert!(world.use_token(&world.instances[2]).await);
    assert_eq!(world.status().await.0, ConnectionStatus::Connected);
}

/// Starts a refresh on an instance of its own and ends that, as a kill would, once the provider has the call.
async fn kill_while_asking(world: &World) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (settings, clock) = (world.fixture.settings.clone(), world.clock.clone());
    let (by, connection) = (world.fixture.operate(), world.connection);
    let before = world.provider.calls();
    let handle = runtime.handle().clone();
    std::thread::spawn(move || {
        handle.block_on(async move {
            let engine = instance(&settings, &clock).await;
            let (events, _kept) = unbounded_channel();
            drop(connection_tests::run(&engine, &by, connection, events).await);
        });
    });
    arrived(world, before).await;
    runtime.shutdown_background();
}

/// Waits until the provider has another call.
async fn arrived(world: &World, before: usize) {
    while world.provider.calls() == before {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_that_goes_away_loses_no_token() {
    let world = World::new().await;
    world.clock.advance(2 * HOUR);
    world.provider.set(|behaviour| behaviour.delay_ms = 100);
    let before = world.provider.calls();
    tokio::select! {
        _ = world.use_token(&world.instances[0]) => panic!("it was to go away while it waited"),
        () = arrived(&world, before) => {}
    }
    world.provider.set(|behaviour| behaviour.delay_ms = 0);
    // What the provider gave is stored all the same, and serves the next one.
    assert!(world.use_token(&world.instances[0]).await);
    assert_eq!(world.provider.calls() - before, 1);
    let kinds = kinds(&world.fixture, world.connection).await;
    assert_eq!(kinds.last(), Some(&TokenEventKind::Rotated), "{kinds:?}");
}
