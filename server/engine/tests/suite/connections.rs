//! The rules of connections: one active, secrets bound to their origin, versions, status.

use crate::support::{Fixture, form};
use engine::{Error, connections, variables};
use model::{
    Invalid,
    connection_form::ConnectionForm,
    connection_status::ConnectionStatus,
    forms::{DeleteForm, DuplicateForm, SwitchForm, VariableForm},
};

#[tokio::test]
async fn enabling_replaces_only_the_connection_that_was_named() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let mut ids = Vec::new();
    for name in ["Test", "Production"] {
        let form = form(integration, name, "http://127.0.0.1:1");
        ids.push(fixture.save(form).await.unwrap());
    }
    let enable = |id: model::id::ConnectionId, replaces: String| SwitchForm {
        id: id.to_string(),
        replaces,
        ..SwitchForm::default()
    };
    let operate = fixture.operate();
    let run = |form| connections::enable(&fixture.engine, &operate, form);
    run(enable(ids[0], "none".into())).await.unwrap();
    let refused = run(enable(ids[1], "none".into())).await;
    assert!(
        matches!(refused, Err(Error::Conflict(_))),
        "Test became active meanwhile"
    );
    run(enable(ids[1], ids[0].to_string())).await.unwrap();
}

#[tokio::test]
async fn enabling_switches_over_and_leaves_one_active() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let test = fixture
        .save(form(integration, "Test", "http://127.0.0.1:1"))
        .await
        .unwrap();
    let production = fixture
        .save(form(integration, "Production", "http://127.0.0.1:2"))
        .await
        .unwrap();
    fixture.enable(test).await.unwrap();
    let preview = connections::enable_preview(&fixture.engine, &fixture.see(), production)
        .await
        .unwrap();
    assert_eq!(preview.replaces.map(|label| label.name).as_deref(), Some("Test"));
    fixture.enable(production).await.unwrap();
    let page = connections::page(&fixture.engine, &fixture.see(), integration)
        .await
        .unwrap();
    let active: Vec<_> = page
        .rows
        .iter()
        .filter(|row| row.connection.active)
        .map(|row| row.connection.name.as_str())
        .collect();
    assert_eq!(active, ["Production"]);
    let status = |name: &str| {
        page.rows
            .iter()
            .find(|row| row.connection.name == name)
            .map(|row| row.status.status)
    };
    assert_eq!(status("Test"), Some(ConnectionStatus::Deactivated));
    assert_eq!(status("Production"), Some(ConnectionStatus::Configured));
    assert_eq!(
        page.detail.active.map(|label| label.name).as_deref(),
        Some("Production")
    );
}

#[tokio::test]
async fn an_incomplete_connection_is_not_enabled_and_says_what_is_missing() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let basic = ConnectionForm {
        authentication: "basic".into(),
        ..form(integration, "Test", "http://127.0.0.1:1")
    };
    let id = fixture.save(basic).await.unwrap();
    let Err(Error::Conflict(text)) = fixture.enable(id).await else {
        panic!("was enabled")
    };
    assert!(text.contains("User") && text.contains("Password"), "{text}");
    let detail = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert_eq!(detail.status.status, ConnectionStatus::NotConfigured);
}

#[tokio::test]
async fn one_inbound_user_leads_to_one_active_connection_of_a_process() {
    let fixture = Fixture::new().await;
    let first = fixture.integration("incident").await;
    let user = fixture.inbound_user("jira").await;
    let with_user = |integration, name| ConnectionForm {
        inbound_user: user.clone(),
        ..form(integration, name, "http://127.0.0.1:1")
    };
    let one = fixture.save(with_user(first, "Test")).await.unwrap();
    fixture.enable(one).await.unwrap();
    let process = engine::integrations::detail(&fixture.engine, &fixture.see(), first)
        .await
        .unwrap()
        .process;
    let second = model::forms::IntegrationForm {
        name: "incident to ServiceNow".into(),
        process: process.id.to_string(),
        system: "ServiceNow".into(),
        ..Default::default()
    };
    let second = engine::integrations::save(&fixture.engine, &fixture.design(), second)
        .await
        .unwrap();
    let two = fixture.save(with_user(second, "Test")).await.unwrap();
    let Err(Error::Conflict(text)) = fixture.enable(two).await else {
        panic!("was enabled")
    };
    assert!(text.contains("inbound user"), "{text}");
}

/// The attack most particular to products like this: moving a stored credential to the attacker's host (S2).
#[tokio::test]
async fn a_secret_does_not_follow_the_connection_to_another_origin() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let basic = ConnectionForm {
        authentication: "basic".into(),
        user: "jira".into(),
        password: "hunter2hunter2".into(),
        ..form(integration, "Test", "https://jira.example/rest")
    };
    let id = fixture.save(basic.clone()).await.unwrap();
    let edit = |url: &str, version| ConnectionForm {
        id: id.to_string(),
        version,
        password: String::new(),
        endpoint_url: url.into(),
        ..basic.clone()
    };
    for origin in [
        "https://evil.example/rest",
        "http://jira.example/rest",
        "https://jira.example:8443/rest",
        "",
    ] {
        let Err(Error::Invalid(errors)) = fixture.save(edit(origin, 1)).await else {
            panic!("saved for {origin}")
        };
        assert!(
            matches!(errors.get("password"), Some(Invalid::SecretNeeded(_))),
            "{origin}: {errors:?}"
        );
    }
    fixture
        .save(edit("https://JIRA.example:443/other", 1))
        .await
        .unwrap();
    let moved = ConnectionForm {
        password: "typed again 123".into(),
        ..edit("https://new.example", 2)
    };
    fixture.save(moved).await.unwrap();
    let detail = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert_eq!(
        detail.password.map(|state| state.origin).as_deref(),
        Some("https://new.example")
    );
}

#[tokio::test]
async fn a_secret_variable_has_to_be_typed_again_for_another_host() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let plain = form(integration, "Test", "https://a.example");
    let id = fixture.save(plain.clone()).await.unwrap();
    let variable = VariableForm {
        connection: id.to_string(),
        key: "site_key".into(),
        value: "very secret".into(),
        secret: "on".into(),
        ..Default::default()
    };
    variables::save(&fixture.engine, &fixture.design(), variable)
        .await
        .unwrap();
    let detail = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert!(detail.missing.is_empty() && detail.variables[0].value.is_empty());
    let moved = ConnectionForm {
        id: id.to_string(),
        version: 1,
        endpoint_url: "https://b.example".into(),
        ..plain
    };
    fixture.save(moved).await.unwrap();
    let detail = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert_eq!(detail.missing, ["Variable site_key (typed again for this host)"]);
}

#[tokio::test]
async fn a_hidden_field_loses_its_secret_on_save() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let bearer = ConnectionForm {
        authentication: "bearer".into(),
        token: "token-123456".into(),
        ..form(integration, "Test", "https://a.example")
    };
    let id = fixture.save(bearer.clone()).await.unwrap();
    let none = ConnectionForm {
        id: id.to_string(),
        version: 1,
        authentication: "none".into(),
        token: String::new(),
        ..bearer
    };
    fixture.save(none).await.unwrap();
    assert_eq!(
        connections::detail(&fixture.engine, &fixture.see(), id)
            .await
            .unwrap()
            .token,
        None
    );
}

#[tokio::test]
async fn a_duplicate_has_the_variables_but_no_secret() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let bearer = ConnectionForm {
        authentication: "bearer".into(),
        token: "token-123456".into(),
        ..form(integration, "Test", "https://a.example")
    };
    let id = fixture.save(bearer).await.unwrap();
    for (key, secret) in [("site", ""), ("hidden", "on")] {
        let variable = VariableForm {
            connection: id.to_string(),
            key: key.into(),
            value: "some value".into(),
            secret: secret.into(),
            ..Default::default()
        };
        variables::save(&fixture.engine, &fixture.design(), variable)
            .await
            .unwrap();
    }
    let form = DuplicateForm {
        id: id.to_string(),
        environment: "production".into(),
        name: String::new(),
    };
    let copy = connections::duplicate(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap();
    let detail = connections::detail(&fixture.engine, &fixture.see(), copy)
        .await
        .unwrap();
    assert_eq!(detail.connection.name, "Production");
    assert_eq!(
        detail.missing,
        ["Token", "Variable hidden (typed again for this host)"]
    );
    assert_eq!(detail.variables.len(), 2);
}

#[tokio::test]
async fn an_active_connection_is_not_deleted_and_the_name_is_asked_for() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let id = fixture
        .save(form(integration, "Test", "https://a.example"))
        .await
        .unwrap();
    fixture.enable(id).await.unwrap();
    let delete = |confirm: &str, version| {
        let form = DeleteForm {
            id: id.to_string(),
            version,
            confirm: confirm.into(),
        };
        let fixture = &fixture;
        async move { connections::delete(&fixture.engine, &fixture.design(), form).await }
    };
    assert!(matches!(delete("Test", 2).await, Err(Error::Conflict(_))));
    connections::disable(
        &fixture.engine,
        &fixture.operate(),
        SwitchForm {
            id: id.to_string(),
            ..Default::default()
        },
    )
    .await
    .unwrap();
    assert!(matches!(delete("Tset", 3).await, Err(Error::Invalid(_))));
    delete("Test", 3).await.unwrap();
    assert!(
        connections::detail(&fixture.engine, &fixture.see(), id)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn every_change_leaves_one_audit_entry() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let id = fixture
        .save(form(integration, "Test", "https://a.example"))
        .await
        .unwrap();
    fixture.enable(id).await.unwrap();
    connections::disable(
        &fixture.engine,
        &fixture.operate(),
        SwitchForm {
            id: id.to_string(),
            ..Default::default()
        },
    )
    .await
    .unwrap();
    let detail = connections::detail(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    let actions: Vec<_> = detail.history.iter().map(|entry| entry.action.word()).collect();
    assert_eq!(actions, ["disabled", "enabled", "created"]);
}
