use std::{
    collections::HashMap,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use secrecy::ExposeSecret;

use super::*;
use crate::{Actor, Settings, clock::Clock, upkeep, vault};

/// Settings on a fresh database.
struct World {
    settings: Settings,
    clock: Clock,
    _folder: tempfile::TempDir,
}

impl World {
    fn new(database_url: Option<String>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = Settings::in_folder(folder.path());
        if let Some(url) = database_url {
            settings.database_url = url;
        }
        Self {
            settings,
            clock: Clock::fixed(Clock::default().now()),
            _folder: folder,
        }
    }

    async fn engine(&self) -> Engine {
        self.try_engine().await.unwrap()
    }

    async fn try_engine(&self) -> Result<Engine> {
        Engine::open_at(self.settings.clone(), self.clock.clone()).await
    }
}

/// Runs a test on SQLite and, when `SWITCHBOARD_TEST_POSTGRES` names a server, on PostgreSQL.
async fn both<Fut: Future<Output = ()>>(test: impl Fn(World) -> Fut) {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    test(World::new(None)).await;
    let Ok(server) = std::env::var("SWITCHBOARD_TEST_POSTGRES") else {
        println!("SWITCHBOARD_TEST_POSTGRES is not set: tested on SQLite only");
        return;
    };
    let name = format!(
        "keys_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    );
    let create = format!("CREATE DATABASE {name}");
    let made = Command::new("psql")
        .args([&server, "-qc", &create])
        .status()
        .unwrap();
    assert!(made.success());
    let (base, _) = server.rsplit_once('/').unwrap();
    test(World::new(Some(format!("{base}/{name}")))).await;
    let drop = format!("DROP DATABASE {name} WITH (FORCE)");
    let gone = Command::new("psql")
        .args([&server, "-qc", &drop])
        .status()
        .unwrap();
    assert!(gone.success());
}

fn administer() -> Granted<Administer> {
    Actor::program().grant().unwrap()
}

/// Values each owner has had, the last one counts: while one is being replaced, a reader may find either.
type Expected = Arc<Mutex<HashMap<Uuid, Vec<String>>>>;

async fn put(engine: &Engine, owner: Uuid, value: &str) -> Result<()> {
    let sealed = engine.vault.seal(owner, "token", value)?;
    let state = vault::state(engine.now(), "admin", "https://a.example:443");
    engine
        .db
        .write(move |tx| {
            Box::pin(async move { Ok(store::secret::put(tx, owner, "token", &sealed, &state).await?) })
        })
        .await
}

/// Stores secrets, many in one transaction.
async fn seeded(engine: &Engine, number: usize) -> Expected {
    let mut expected = HashMap::new();
    while expected.len() < number {
        let rows: Vec<(Uuid, Vec<String>)> = (0..500.min(number - expected.len()))
            .map(|_| {
                (
                    engine.clock.id(),
                    vec![format!("secret {}", engine.clock.id::<Uuid>())],
                )
            })
            .collect();
        let state = vault::state(engine.now(), "admin", "");
        let sealed: Vec<_> = rows
            .iter()
            .map(|(owner, value)| (*owner, engine.vault.seal(*owner, "token", &value[0]).unwrap()))
            .collect();
        let stored: Result<()> = engine
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for (owner, sealed) in sealed {
                        store::secret::put(tx, owner, "token", &sealed, &state).await?;
                    }
                    Ok(())
                })
            })
            .await;
        stored.unwrap();
        expected.extend(rows);
    }
    Arc::new(Mutex::new(expected))
}

async fn value(engine: &Engine, owner: Uuid) -> String {
    let (secret, _) = engine
        .vault
        .read(&engine.db, owner, "token")
        .await
        .unwrap()
        .unwrap();
    secret.expose_secret().to_owned()
}

/// Reads secrets over and over until `end`.
fn reader(
    engine: &Engine,
    expected: &Expected,
    end: &Arc<AtomicBool>,
    step: usize,
) -> tokio::task::JoinHandle<u64> {
    let (engine, expected, end) = (engine.clone(), expected.clone(), end.clone());
    tokio::spawn(async move {
        let owners: Vec<Uuid> = expected.lock().unwrap().keys().copied().collect();
        let mut reads = 0;
        for owner in owners.iter().cycle().step_by(step) {
            if end.load(Ordering::Relaxed) {
                break;
            }
            let read = value(&engine, *owner).await;
            assert!(expected.lock().unwrap()[owner].contains(&read), "{owner}: {read}");
            reads += 1;
        }
        reads
    })
}

/// Replaces secrets through an instance that does not run the rotation.
fn replacer(engine: &Engine, expected: &Expected, end: &Arc<AtomicBool>) -> tokio::task::JoinHandle<u64> {
    let (engine, expected, end) = (engine.clone(), expected.clone(), end.clone());
    tokio::spawn(async move {
        let owners: Vec<Uuid> = expected.lock().unwrap().keys().copied().take(400).collect();
        let mut replaced = 0;
        for owner in owners {
            if end.load(Ordering::Relaxed) {
                break;
            }
            let new = format!("replaced {}", engine.clock.id::<Uuid>());
            expected
                .lock()
                .unwrap()
                .get_mut(&owner)
                .unwrap()
                .push(new.clone());
            put(&engine, owner, &new).await.unwrap();
            replaced += 1;
        }
        replaced
    })
}

/// Runs a rotation and cuts it off as soon as it has moved `after` secrets; `false` when it ended before.
async fn cut_off(engine: &Engine, after: u64) -> bool {
    let (engine, moved) = (engine.clone(), Arc::new(AtomicU64::new(0)));
    let seen = moved.clone();
    let rotation = tokio::spawn(async move {
        rotate(&engine, &administer(), |done, _| {
            seen.store(done, Ordering::SeqCst);
        })
        .await
    });
    while moved.load(Ordering::SeqCst) < after && !rotation.is_finished() {
        tokio::task::yield_now().await;
    }
    rotation.abort();
    rotation.await.is_err()
}

/// How many secrets are rotated: what the promise says, unless `SWITCHBOARD_TEST_SECRETS` asks for another number.
fn many() -> usize {
    let wanted = std::env::var("SWITCHBOARD_TEST_SECRETS").ok();
    wanted.and_then(|text| text.parse().ok()).unwrap_or(10_000)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn secrets_are_rotated_while_they_are_read_and_the_rotation_is_killed() {
    let many = many();
    both(|world| async move {
        let (one, two) = (world.engine().await, world.engine().await);
        let expected = seeded(&one, many).await;
        let old = one.vault.active_key();
        world.clock.advance(1000);
        let end = Arc::new(AtomicBool::new(false));
        let readers = [
            reader(&one, &expected, &end, 7),
            reader(&two, &expected, &end, 13),
        ];
        let replacer = replacer(&two, &expected, &end);
        let mut cuts = 0;
        for after in [1, 200, 201, 400, 600, 800, 1000] {
            cuts += u64::from(cut_off(&one, after).await);
        }
        assert!(cuts >= 5, "{cuts} cuts");
        let rotated = rotate(&one, &administer(), |_, _| ()).await.unwrap();
        assert!(rotated.resumed && rotated.unreadable == 0, "{rotated:?}");
        replacer.await.unwrap();
        end.store(true, Ordering::Relaxed);
        let mut reads = 0;
        for reader in readers {
            reads += reader.await.unwrap();
        }
        assert!(reads > 0);
        // The replacing instance may have used the old key to the end: its upkeep learns, and moves the rest.
        upkeep::round(&two).await;
        assert_eq!(left(&two).await.unwrap(), 0);
        assert_ne!(two.vault.active_key(), old);
        let expected = expected.lock().unwrap().clone();
        let fresh = world.engine().await;
        for (owner, values) in &expected {
            assert_eq!(value(&fresh, *owner).await, *values.last().unwrap());
        }
        let keys = list(&one, &administer()).await.unwrap();
        assert_eq!(
            keys.len(),
            2,
            "the cut rotations went on with the same key: {keys:?}"
        );
        assert_eq!(
            (keys[0].active, keys[0].secrets),
            (true, i64::try_from(many).unwrap())
        );
        world.clock.advance(KEPT_MS + 1);
        upkeep::round(&one).await;
        assert_eq!(
            list(&one, &administer()).await.unwrap().len(),
            1,
            "the old key is removed"
        );
        for engine in [one, two, fresh] {
            engine.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_secret_stored_under_a_key_that_is_gone_is_refused() {
    both(|world| async move {
        let (one, late) = (world.engine().await, world.engine().await);
        let owner: Uuid = one.clock.id();
        put(&one, owner, "first").await.unwrap();
        rotate(&one, &administer(), |_, _| ()).await.unwrap();
        world.clock.advance(KEPT_MS + 1);
        upkeep::round(&one).await;
        let refused = put(&late, owner, "second").await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        assert_eq!(value(&late, owner).await, "first", "what is stored can be read");
        put(&late, owner, "second").await.unwrap();
        assert_eq!(value(&one, owner).await, "second");
        one.close().await;
        late.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_new_master_key_wraps_every_data_key() {
    both(|mut world| async move {
        let engine = world.engine().await;
        let owner: Uuid = engine.clock.id();
        put(&engine, owner, "kept").await.unwrap();
        rotate(&engine, &administer(), |_, _| ()).await.unwrap();
        let file = world.settings.data_dir.join("master.key");
        let old = std::fs::read_to_string(&file).unwrap();
        for (bad, why) in [("short", "32 bytes"), (old.as_str(), "in use")] {
            let refused = rotate_master(&engine, &administer(), bad).await.unwrap_err();
            assert!(refused.to_string().contains(why), "{refused}");
        }
        let new = "ab".repeat(32);
        assert_eq!(rotate_master(&engine, &administer(), &new).await.unwrap(), 2);
        assert_eq!(
            value(&engine, owner).await,
            "kept",
            "the running instance goes on"
        );
        let refused = world.try_engine().await.err().unwrap();
        assert!(
            refused
                .to_string()
                .starts_with("The master key does not fit this database")
        );
        // The file is replaced under the running instance: that counts without a restart.
        std::fs::write(&file, &new).unwrap();
        rotate(&engine, &administer(), |_, _| ()).await.unwrap();
        assert_eq!(value(&engine, owner).await, "kept");
        world.settings.master_key = Some(new);
        let again = world.engine().await;
        assert_eq!(value(&again, owner).await, "kept");
        engine.close().await;
        again.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_instance_that_cannot_decrypt_the_canary_does_not_start() {
    let world = World::new(None);
    let engine = world.engine().await;
    let (canary, _) = store::secret::get(&engine.db, CANARY_OWNER, "proof")
        .await
        .unwrap()
        .unwrap();
    let damaged = [&canary[..canary.len() - 1], &[canary[canary.len() - 1] ^ 1]].concat();
    let exchanged: Result<bool> = engine
        .db
        .write(move |tx| {
            Box::pin(async move {
                Ok(store::secret::exchange(tx, CANARY_OWNER, "proof", &canary, &damaged).await?)
            })
        })
        .await;
    assert!(exchanged.unwrap());
    engine.close().await;
    let refused = world.try_engine().await.err().unwrap();
    assert!(
        refused.to_string().contains("does not fit this database"),
        "{refused}"
    );
}
