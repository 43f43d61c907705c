//! Guessing on several instances: ten a minute in all, and the real sender still gets in.

use crate::support::{Fixture, PASSWORD, inbound::Call, postgres};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use engine::{Engine, Error, clock::Clock, users};
use model::{Timestamp, user::LoginForm};
use sqlx::{Connection, Executor, PgConnection};
use store::Db;

const MINUTE_MS: i64 = 60_000;

struct World {
    fixture: Fixture,
    clock: Clock,
    instances: Vec<Engine>,
    db: Db,
}

impl World {
    /// Instances on one PostgreSQL; `None` without a server to test on.
    async fn new(instances: usize) -> Option<Self> {
        let server = std::env::var("SWITCHBOARD_TEST_POSTGRES").unwrap_or_default();
        if server.is_empty() {
            println!("SWITCHBOARD_TEST_POSTGRES is not set: nothing to test");
            return None;
        }
        Some(Self::on(postgres::fresh(&server).await, instances).await)
    }

    async fn on(database: String, instances: usize) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(Timestamp(1_800_000_000_000));
        let fixture = Fixture::on(directory, database, clock.clone(), |_| ()).await;
        let mut all = vec![fixture.engine.clone()];
        while all.len() < instances {
            let engine = Engine::open_at(fixture.settings.clone(), clock.clone()).await;
            all.push(engine.unwrap());
        }
        let db = Db::open(&fixture.settings.database_url).await.unwrap();
        Self {
            fixture,
            clock,
            instances: all,
            db,
        }
    }

    async fn stored(&self) -> i64 {
        store::guess::count(&self.db).await.unwrap()
    }

    /// Waits until so many guesses are stored.
    async fn until_stored(&self, count: i64) {
        let stored = async {
            while self.stored().await != count {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        let waited = tokio::time::timeout(std::time::Duration::from_secs(30), stored).await;
        assert!(waited.is_ok(), "{count} expected, {} stored", self.stored().await);
    }

    /// So many wrong passwords on every instance at once, each from an address of its own; returns how many were
    /// checked.
    async fn burst(&self, round: usize, tries: usize) -> usize {
        let all = self.instances.iter().enumerate().flat_map(|(number, engine)| {
            (0..tries).map(move |guess| {
                let address = format!("192.0.{number}.{guess}");
                guessed(
                    engine,
                    "admin",
                    format!("wrong {round} {number} {guess}"),
                    address,
                )
            })
        });
        let checked = futures::future::join_all(all).await;
        checked.into_iter().filter(|checked| *checked).count()
    }
}

/// Whether a wrong password was checked, rather than refused unseen.
async fn guessed(engine: &Engine, user_name: &str, password: String, address: String) -> bool {
    let form = LoginForm {
        user_name: user_name.into(),
        password,
        next: String::new(),
    };
    match users::login(engine, form, &address).await {
        Err(Error::Unauthenticated) => true,
        Err(Error::TooManyTries { .. }) => false,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("a wrong password fits"),
    }
}

#[tokio::test]
async fn three_instances_let_at_most_110_guesses_through_in_ten_minutes() {
    let Some(world) = World::new(3).await else { return };
    let mut all = 0;
    let mut minute = 0;
    for next in [0, 1, 2, 5, 8, 9] {
        world.clock.advance((next - minute) * MINUTE_MS);
        minute = next;
        let checked = world.burst(all, 8).await;
        // A burst is over sooner than ten guesses are counted out, but never on one instance alone.
        assert!((3..=14).contains(&checked), "{checked} in minute {minute}");
        all += checked;
    }
    assert!(all <= 110, "{all}");
    world.until_stored(i64::try_from(all).unwrap()).await;
}

#[tokio::test]
async fn instances_together_let_ten_through_and_tell_when_to_come_back() {
    let Some(world) = World::new(2).await else { return };
    for number in 0..10_usize {
        let engine = &world.instances[number % 2];
        assert!(guessed(engine, "admin", format!("wrong {number}"), "192.0.2.1".into()).await);
        world.until_stored(i64::try_from(number).unwrap() + 1).await;
    }
    // One instance has not heard of the last guess of the other, and lets one through for it.
    let mut refused = 0;
    for number in 10..14_usize {
        let engine = &world.instances[number % 2];
        let checked = guessed(engine, "admin", format!("wrong {number}"), "192.0.2.1".into()).await;
        refused += usize::from(!checked);
    }
    assert!(refused >= 3, "{refused} of 4 refused");
    world.clock.advance(2 * MINUTE_MS);
    for engine in &world.instances {
        assert!(guessed(engine, "admin", "once more".into(), "192.0.2.1".into()).await);
    }
}

#[tokio::test]
async fn a_proven_sender_gets_in_during_a_flood_on_every_instance() {
    let Some(world) = World::new(3).await else { return };
    world.fixture.receiving("incident", "jira").await;
    let call = |password: &str| {
        let header = format!("Basic {}", STANDARD.encode(format!("jira:{password}")));
        Call::to("incident", "{}").with("authorization", &header)
    };
    let real = call(PASSWORD);
    for engine in &world.instances {
        assert_eq!(real.status(engine).await, 202);
    }
    assert_eq!(world.stored().await, 0, "a right password is not written");
    let mut refused = 0;
    for number in 0..20 {
        let wrong = call(&format!("wrong {number}"));
        for engine in &world.instances {
            refused += usize::from(wrong.status(engine).await == 429);
            assert_eq!(real.status(engine).await, 202, "after guess {number}");
        }
        if refused > 3 {
            break;
        }
    }
    assert!(refused > 3, "{refused}");
}

#[tokio::test]
async fn names_of_nobody_are_not_written() {
    let Some(world) = World::new(1).await else { return };
    let engine = &world.instances[0];
    for number in 0..20 {
        let name = format!("nobody {number}");
        assert!(guessed(engine, &name, "wrong".into(), "192.0.2.1".into()).await);
    }
    // What is known is written after them: then they would have been, too.
    assert!(guessed(engine, "admin", "wrong".into(), "192.0.2.1".into()).await);
    world.until_stored(1).await;
}

#[tokio::test]
async fn old_guesses_are_deleted() {
    let Some(world) = World::new(1).await else { return };
    let engine = &world.instances[0];
    assert!(guessed(engine, "admin", "wrong 1".into(), "192.0.2.1".into()).await);
    world.until_stored(1).await;
    world.clock.advance(MINUTE_MS);
    assert!(guessed(engine, "admin", "wrong 2".into(), "192.0.2.1".into()).await);
    world.until_stored(2).await;
    world.clock.advance(15 * MINUTE_MS + 1);
    assert!(guessed(engine, "admin", "wrong 3".into(), "192.0.2.1".into()).await);
    world.until_stored(1).await;
}

#[tokio::test]
async fn trouble_with_the_exchange_loses_no_guess_and_stops_no_login() {
    let Some(world) = World::new(1).await else { return };
    let engine = &world.instances[0];
    let mut connection = PgConnection::connect(&world.fixture.settings.database_url)
        .await
        .unwrap();
    connection
        .execute("ALTER TABLE password_guess RENAME TO taken_away")
        .await
        .unwrap();
    for number in 0..10 {
        assert!(guessed(engine, "admin", format!("wrong {number}"), "192.0.2.1".into()).await);
    }
    assert!(!guessed(engine, "admin", "wrong".into(), "192.0.2.1".into()).await);
    connection
        .execute("ALTER TABLE taken_away RENAME TO password_guess")
        .await
        .unwrap();
    world.until_stored(10).await;
}

#[tokio::test]
async fn sqlite_counts_in_memory_only() {
    let directory = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/switchboard.db", directory.path().display());
    let world = World::on(url, 1).await;
    let engine = &world.instances[0];
    for number in 0..11 {
        let checked = guessed(engine, "admin", format!("wrong {number}"), "192.0.2.1".into()).await;
        assert_eq!(checked, number < 10);
        assert_eq!(world.stored().await, 0);
    }
}
