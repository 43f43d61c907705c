//! Secrets that are kept in the environment or in files, and secrets typed again.

use crate::support::{
    Fixture, Target, answer, form,
    outbound::{basic, sending, sending_with, sent},
};
use engine::{Actor, Engine, Error, SecretSources, Settings, audit, connections, variables};
use model::{
    connection_form::ConnectionForm, connection_status::ConnectionStatus, forms::VariableForm,
    id::ConnectionId, overview::ConnectionDetail, permission::Role, transaction::TransactionState,
};

const NAME: &str = "SWITCHBOARD_SECRET_JIRA";

fn with_environment(settings: &mut Settings) {
    settings.secret_sources = SecretSources {
        environment: [(NAME.to_owned(), "from-the-environment".into())].into(),
        roots: vec![settings.data_dir.join("secrets")],
    };
    std::fs::create_dir(settings.data_dir.join("secrets")).unwrap();
}

fn with_password(password: &str) -> impl Fn(ConnectionForm) -> ConnectionForm {
    move |form| ConnectionForm {
        password: password.into(),
        ..form
    }
}

async fn only_connection(fixture: &Fixture) -> ConnectionDetail {
    let rows = connections::all(&fixture.engine, &fixture.see()).await.unwrap();
    detail(fixture, rows[0].connection.id).await
}

async fn detail(fixture: &Fixture, id: ConnectionId) -> ConnectionDetail {
    connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_password_comes_from_the_environment_and_is_masked() {
    let target = Target::start(|request| answer(200, "", request)).await;
    let fixture = Fixture::with(with_environment).await;
    let password = format!("env:{NAME}");
    let (fixture, integration) = sending_with(fixture, &target.url, with_password(&password)).await;
    let done = sent(&fixture, integration, "{}").await;
    assert_eq!(done.row.state, TransactionState::Complete);
    assert!(target.requests()[0].contains(&basic("jira", "from-the-environment")));
    let recorded = serde_json::to_string(&done.requests).unwrap();
    assert!(
        !recorded.contains("from-the-environment")
            && !recorded.contains(&basic("jira", "from-the-environment"))
    );
    let state = only_connection(&fixture).await.password.unwrap();
    assert_eq!(state.reference, password);
    // After a start without the variable nothing leaves, and the reason names both.
    fixture.engine.close().await;
    let mut settings = fixture.settings.clone();
    settings.secret_sources.environment.clear();
    let fixture = Fixture {
        engine: Engine::open(settings).await.unwrap(),
        ..fixture
    };
    let failed = sent(&fixture, integration, "{}").await;
    assert_eq!(failed.row.state, TransactionState::Error);
    let error = &failed.row.error;
    assert!(
        error.contains("connection Test") && error.contains(NAME),
        "{error}"
    );
    assert_eq!(target.requests().len(), 1);
}

#[tokio::test]
async fn a_file_that_was_replaced_counts_at_once() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let fixture = Fixture::with(with_environment).await;
    let file = fixture.directory.path().join("secrets/jira");
    std::fs::write(&file, "first-password\n").unwrap();
    let (fixture, integration) = sending_with(
        fixture,
        &target.url,
        with_password(&format!("file:{}", file.display())),
    )
    .await;
    sent(&fixture, integration, "{}").await;
    std::fs::write(&file, "second-password\n").unwrap();
    sent(&fixture, integration, "{}").await;
    let requests = target.requests();
    assert!(requests[0].contains(&basic("jira", "first-password")));
    assert!(requests[1].contains(&basic("jira", "second-password")));
}

#[tokio::test]
async fn only_administrators_refer_and_only_to_what_is_there() {
    let fixture = Fixture::with(with_environment).await;
    let integration = fixture.integration("incident").await;
    let designer = Actor {
        role: Role::Designer,
        ..fixture.actor()
    };
    let outside = format!("file:{}/switchboard.db", fixture.directory.path().display());
    let administrator = fixture.actor();
    for (who, password, says) in [
        (&designer, "env:SWITCHBOARD_SECRET_JIRA", "Only administrators"),
        (&designer, outside.as_str(), "Only administrators"),
        (
            &administrator,
            "env:SWITCHBOARD_SECRET_NONE",
            "SWITCHBOARD_SECRET_NONE is not set",
        ),
        (&administrator, "env:PATH", "SWITCHBOARD_SECRET_"),
        (&administrator, outside.as_str(), "SWITCHBOARD_SECRET_ROOTS"),
        (&administrator, "file:/no/such/file", "cannot be read"),
    ] {
        let typed = ConnectionForm {
            authentication: "bearer".into(),
            token: password.into(),
            ..form(integration, password, "http://127.0.0.1:9")
        };
        let refused = connections::save(&fixture.engine, &who.grant().unwrap(), typed).await;
        let Err(Error::Invalid(errors)) = refused else {
            panic!("{password}: {refused:?}")
        };
        let text = errors.get("token").unwrap().text();
        assert!(text.contains(says), "{password}: {text}");
    }
    let literal = ConnectionForm {
        authentication: "bearer".into(),
        token: "literal:env:PATH".into(),
        ..form(integration, "Test", "http://127.0.0.1:9")
    };
    let id = connections::save(&fixture.engine, &designer.grant().unwrap(), literal)
        .await
        .unwrap();
    assert_eq!(detail(&fixture, id).await.token.unwrap().reference, "");
}

#[tokio::test]
async fn a_secret_variable_may_be_a_reference() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let fixture = Fixture::with(with_environment).await;
    let (fixture, integration) = sending_with(fixture, &target.url, |form| form).await;
    let connection = only_connection(&fixture).await.connection.id;
    let variable = VariableForm {
        connection: connection.to_string(),
        key: "SITE".into(),
        value: format!("env:{NAME}"),
        secret: "on".into(),
        ..VariableForm::default()
    };
    variables::save(&fixture.engine, &fixture.design(), variable)
        .await
        .unwrap();
    let shown = detail(&fixture, connection).await.variables;
    let site = shown.iter().find(|variable| variable.key == "SITE").unwrap();
    assert_eq!(site.value, format!("env:{NAME}"));
    let headers = ConnectionForm {
        extra_headers: "X-Site: ${SITE}".into(),
        ..ConnectionForm::of(&detail(&fixture, connection).await.connection)
    };
    fixture.save(headers).await.unwrap();
    sent(&fixture, integration, "{}").await;
    assert!(target.requests()[0].contains("from-the-environment"));
}

#[tokio::test]
async fn the_same_secret_typed_again_changes_nothing() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let (fixture, integration) = sending(&target.url, |form| form).await;
    sent(&fixture, integration, "{}").await;
    let before = only_connection(&fixture).await;
    assert_eq!(before.status.status, ConnectionStatus::Connected);
    let again = |detail: &ConnectionDetail, password: &str| ConnectionForm {
        password: password.into(),
        ..ConnectionForm::of(&detail.connection)
    };
    fixture.save(again(&before, "s3cret-pass")).await.unwrap();
    let same = only_connection(&fixture).await;
    assert_eq!(
        same.status.status,
        ConnectionStatus::Connected,
        "what was proven still is"
    );
    assert_eq!(same.password, before.password);
    let newest = audit::list(&fixture.engine, &fixture.actor().grant().unwrap(), None)
        .await
        .unwrap();
    assert_eq!(newest[0].detail, "password: typed again, unchanged");
    fixture.save(again(&same, "another")).await.unwrap();
    let other = only_connection(&fixture).await;
    assert_eq!(other.status.status, ConnectionStatus::Configured);
    let newest = audit::list(&fixture.engine, &fixture.actor().grant().unwrap(), None)
        .await
        .unwrap();
    assert_eq!(newest[0].detail, "password: replaced");
}
