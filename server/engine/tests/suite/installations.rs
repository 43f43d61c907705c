//! A copy of a database, with its key, under another instance name: nothing leaves it.

use std::path::Path;

use crate::support::{
    Fixture, Target, answer, form,
    provider::{Behaviour, NOW, World},
};
use engine::{
    Engine, Error, Granted, Settings, clock::Clock, connection_tests, installation, notifications,
    oauth_profiles, overview, permission::Administer, tokens, upkeep,
};
use model::{
    connection_form::ConnectionForm, installation::AcceptForm, notification::ChannelForm, token::TokenStatus,
    transaction::TransactionState,
};
use sqlx::{Connection, Executor, SqliteConnection};
use tokio::sync::mpsc::unbounded_channel;

const SECOND: i64 = 1000;
const HOUR: i64 = 3600 * SECOND;

/// Copies the database and the key to a folder of their own.
fn copied(settings: &Settings, to: &Path, name: &str) -> Settings {
    let from = settings.database_url.trim_start_matches("sqlite://");
    let database = to.join("switchboard.db");
    std::fs::copy(from, &database).unwrap();
    std::fs::copy(settings.data_dir.join("master.key"), to.join("master.key")).unwrap();
    Settings {
        database_url: format!("sqlite://{}", database.display()),
        data_dir: to.into(),
        instance_name: Some(name.into()),
        ..settings.clone()
    }
}

/// What an instance does by itself during an hour.
async fn hour(engine: &Engine, clock: &Clock) {
    for round in 0..360 {
        clock.advance(10 * SECOND);
        tokens::keep_alive(engine).await.unwrap();
        if round % 6 == 0 {
            upkeep::round(engine).await;
        }
    }
}

fn with(world: &World, engine: Engine) -> Fixture {
    Fixture {
        engine,
        settings: world.fixture.settings.clone(),
        directory: tempfile::tempdir().unwrap(),
    }
}

/// An authorised connection that names its installation, with a token in use.
async fn production() -> World {
    let world = World::authorised(Behaviour::rotating()).await;
    let by = world.fixture.see();
    let stored = engine::connections::detail(&world.fixture.engine, &by, world.connection)
        .await
        .unwrap()
        .connection;
    world
        .fixture
        .save(ConnectionForm {
            instance_name: "acme-test".into(),
            ..ConnectionForm::of(&stored)
        })
        .await
        .unwrap();
    world.enable().await;
    assert_eq!(world.send().await.row.state, TransactionState::Complete);
    world
}

#[tokio::test]
async fn a_copy_makes_no_call_in_an_hour_while_the_original_does() {
    let world = Box::pin(production()).await;
    let copy_folder = tempfile::tempdir().unwrap();
    world.fixture.engine.close().await;
    let settings = copied(&world.fixture.settings, copy_folder.path(), "acme-copy");
    // It was copied while production asked for a token.
    let mut database = SqliteConnection::connect(&settings.database_url).await.unwrap();
    let leased = "UPDATE token SET lease_by = x'00112233445566778899aabbccddeeff', lease_until = 1";
    database.execute(leased).await.unwrap();
    database.close().await.unwrap();
    let calls = || (world.provider.calls(), world.api.requests().len());
    let before = calls();

    let clock = Clock::fixed(NOW.plus(HOUR / 2));
    let copy = with(
        &world,
        Engine::open_at(settings.clone(), clock.clone()).await.unwrap(),
    );
    hour(&copy.engine, &clock).await;
    // Nor does what people and messages ask of it.
    let sent = crate::support::outbound::sent(&copy, world.integration, "{}").await;
    assert_eq!(sent.row.state, TransactionState::Error);
    let (events, _kept) = unbounded_channel();
    let test = connection_tests::run(&copy.engine, &copy.operate(), world.connection, events)
        .await
        .unwrap()
        .report
        .cause;
    let pressed = tokens::obtain(&copy.engine, &copy.operate(), world.connection).await;
    let began = tokens::begin(&copy.engine, &copy.design(), world.connection, "session").await;
    let revoked = tokens::revoke(&copy.engine, &copy.design(), world.connection).await;
    for sentence in [
        sent.row.error,
        test,
        pressed.unwrap_err().to_string(),
        began.unwrap_err().to_string(),
        revoked.unwrap_err().to_string(),
    ] {
        for part in ["acme-test", "acme-copy", "Instance name of the connection"] {
            assert!(sentence.contains(part), "{part}: {sentence}");
        }
    }
    assert_eq!(calls(), before);
    // The lease of production was not touched, and no failure was counted.
    let mut database = SqliteConnection::connect(&settings.database_url).await.unwrap();
    let row: (i64, i64, Option<i64>) = sqlx::query_as("SELECT lease_until, attempts, retry_at FROM token")
        .fetch_one(&mut database)
        .await
        .unwrap();
    assert_eq!(row, (1, 0, None));
    copy.engine.close().await;

    let clock = Clock::fixed(NOW.plus(HOUR / 2));
    let original = Engine::open_at(world.fixture.settings.clone(), clock.clone())
        .await
        .unwrap();
    hour(&original, &clock).await;
    assert!(
        world.provider.calls() > before.0,
        "the original refreshes its token"
    );
    let original = with(&world, original);
    let sent = crate::support::outbound::sent(&original, world.integration, "{}").await;
    assert_eq!(sent.row.state, TransactionState::Complete);
    assert_eq!(
        tokens::view(&original.engine, &original.see(), world.connection)
            .await
            .unwrap()
            .unwrap()
            .status,
        TokenStatus::Live
    );
}

#[tokio::test]
async fn a_callback_on_a_copy_sends_no_code() {
    let world = Box::pin(production()).await;
    let state = world.begin("mine").await;
    let copy_folder = tempfile::tempdir().unwrap();
    world.fixture.engine.close().await;
    let settings = copied(&world.fixture.settings, copy_folder.path(), "acme-copy");
    let copy = with(
        &world,
        Engine::open_at(settings, world.clock.clone()).await.unwrap(),
    );
    let before = world.provider.calls();
    let query = format!("code=good-code&state={state}");
    let refused = tokens::finish(&copy.engine, &copy.design(), world.connection, "mine", &query).await;
    assert!(refused.unwrap_err().to_string().contains("acme-copy"));
    assert_eq!(world.provider.calls(), before);
}

#[tokio::test]
async fn a_connection_without_an_instance_name_sends_from_everywhere() {
    let world = World::authorised(Behaviour::rotating()).await;
    world.enable().await;
    world.send().await;
    let copy_folder = tempfile::tempdir().unwrap();
    world.fixture.engine.close().await;
    let settings = copied(&world.fixture.settings, copy_folder.path(), "acme-copy");
    let clock = Clock::fixed(NOW.plus(HOUR / 2));
    let copy = Engine::open_at(settings, clock.clone()).await.unwrap();
    let before = world.provider.calls();
    hour(&copy, &clock).await;
    assert!(world.provider.calls() > before);
}

#[tokio::test]
async fn discovery_leaves_when_a_person_asks_for_it() {
    let fixture = Fixture::with(|settings| settings.instance_name = Some("acme-copy".into())).await;
    let issuer = Target::start(|_| answer(404, "", "")).await;
    let found = oauth_profiles::discover(&fixture.engine, &fixture.design(), &issuer.url).await;
    assert!(matches!(found, Err(Error::Invalid(_))));
    assert!(!issuer.requests().is_empty());
}

fn administer(fixture: &Fixture) -> Granted<Administer> {
    fixture.actor().grant().unwrap()
}

async fn banner(fixture: &Fixture) -> Option<model::installation::NewInstallation> {
    overview::frame(&fixture.engine, &fixture.actor())
        .await
        .unwrap()
        .new_installation
}

#[tokio::test]
async fn notices_of_a_new_installation_wait_until_it_is_accepted() {
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    let hook = Target::start(|_| answer(200, "", "")).await;
    let channel = ChannelForm {
        name: "operators".into(),
        kind: "webhook".into(),
        url: hook.url.clone(),
        active: "on".into(),
        ..ChannelForm::default()
    };
    let channel = notifications::save(&fixture.engine, &administer(&fixture), channel)
        .await
        .unwrap();
    // A connection whose target answers 500, so that there is something to tell.
    let target = Target::start(|_| answer(500, "", "")).await;
    let integration = fixture.integration("incident").await;
    let connection = ConnectionForm {
        authentication: "none".into(),
        ..form(integration, "Jira Test", &target.url)
    };
    let connection = fixture.save(connection).await.unwrap();
    crate::support::outbound::message(&fixture, integration, "/issues").await;
    fixture.enable(connection).await.unwrap();
    for _ in 0..3 {
        crate::support::outbound::sent(&fixture, integration, "{}").await;
    }
    assert_eq!(banner(&fixture).await, None);
    let copy_folder = tempfile::tempdir().unwrap();
    fixture.engine.close().await;

    let settings = copied(&fixture.settings, copy_folder.path(), "acme-copy");
    let engine = Engine::open_at(settings.clone(), clock.clone()).await.unwrap();
    let copy = Fixture {
        engine,
        settings,
        directory: copy_folder,
    };
    for _ in 0..3 {
        clock.advance(60 * SECOND);
        upkeep::round(&copy.engine).await;
    }
    assert!(hook.requests().is_empty());
    let tested = notifications::test(&copy.engine, &administer(&copy), channel)
        .await
        .unwrap();
    assert!(
        tested.error.contains("acme-test") && tested.error.contains("acme-copy"),
        "{}",
        tested.error
    );
    let new = banner(&copy).await.unwrap();
    assert_eq!(
        (new.last_name.as_str(), new.instance_name.as_str(), new.waiting),
        ("acme-test", "acme-copy", 1)
    );
    // Another instance of the same installation waits, too.
    let second = Engine::open_at(copy.settings.clone(), clock.clone())
        .await
        .unwrap();
    upkeep::round(&second).await;
    assert!(hook.requests().is_empty());

    let press = |name: &str| AcceptForm {
        instance_name: name.into(),
    };
    let other = installation::accept(&copy.engine, &administer(&copy), press("acme-test")).await;
    assert!(matches!(other, Err(Error::Invalid(_))), "{other:?}");
    let accepted = installation::accept(&copy.engine, &administer(&copy), press("acme-copy"))
        .await
        .unwrap();
    assert_eq!((accepted.notices, accepted.withheld_connections), (1, 0));
    assert_eq!(banner(&copy).await, None);
    upkeep::round(&second).await;
    assert_eq!(hook.requests().len(), 1, "what waited is sent");
    let again = installation::accept(&copy.engine, &administer(&copy), press("acme-copy")).await;
    assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
    let entry = engine::audit::list(&copy.engine, &administer(&copy), None)
        .await
        .unwrap()
        .into_iter()
        .find(|entry| entry.record == "installation")
        .unwrap();
    assert_eq!(entry.actor, "admin");
    assert!(
        entry.detail.starts_with("Instance name: acme-test → acme-copy"),
        "{}",
        entry.detail
    );
    let recorded = installation::recorded(&copy.engine, &copy.see())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (recorded.previous_name.as_str(), recorded.accepted_by.as_str()),
        ("acme-test", "admin")
    );
}

#[tokio::test]
async fn a_database_that_never_had_a_name_takes_the_first() {
    let fixture = Fixture::with(|settings| settings.instance_name = Some(String::new())).await;
    let recorded = async |engine: &Engine| installation::recorded(engine, &fixture.see()).await.unwrap();
    assert_eq!(recorded(&fixture.engine).await, None, "blank does not count");
    fixture.engine.close().await;
    let named = Settings {
        instance_name: Some("acme-test".into()),
        ..fixture.settings.clone()
    };
    let engine = Engine::open(named).await.unwrap();
    assert_eq!(recorded(&engine).await.unwrap().instance_name, "acme-test");
    engine.close().await;
    // A name that got lost is not accepted, and withholds notices as another one does.
    let engine = Engine::open(fixture.settings.clone()).await.unwrap();
    let refused = installation::accept(&engine, &administer(&fixture), AcceptForm::default()).await;
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("SWITCHBOARD_INSTANCE_NAME"), "{refused}");
    assert_eq!(recorded(&engine).await.unwrap().instance_name, "acme-test");
}
