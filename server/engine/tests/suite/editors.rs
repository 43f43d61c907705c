//! Two people edit the same record: the second one is shown what differs, in words.

use crate::support::{Fixture, form};
use engine::{Error, applications, audit, processes, variables};
use model::{
    connection_form::ConnectionForm,
    forms::{ApplicationForm, ProcessForm, VariableForm},
};

#[tokio::test]
async fn the_second_of_two_editors_is_shown_what_differs() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let plain = form(integration, "Test", "https://a.example");
    let id = fixture.save(plain.clone()).await.unwrap();
    let edit = |description: &str| ConnectionForm {
        id: id.to_string(),
        version: 1,
        description: description.into(),
        ..plain.clone()
    };
    fixture.save(edit("first")).await.unwrap();
    let Err(Error::Stale(comparison)) = fixture.save(edit("second")).await else {
        panic!("was overwritten")
    };
    assert_eq!(comparison.version, 2);
    let difference = &comparison.differences[0];
    assert_eq!(
        (
            difference.field.as_str(),
            difference.yours.as_str(),
            difference.stored.as_str()
        ),
        ("Description", "second", "first")
    );
}

#[tokio::test]
async fn editors_are_shown_names_and_no_ids() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let plain = form(integration, "Test", "https://a.example");
    let id = fixture.save(plain.clone()).await.unwrap();
    let edit = |user: &str, statuses: &str| ConnectionForm {
        id: id.to_string(),
        version: 1,
        inbound_user: user.into(),
        expected_statuses: statuses.into(),
        ..plain.clone()
    };
    let (jira, snow) = (
        fixture.inbound_user("jira").await,
        fixture.inbound_user("snow").await,
    );
    fixture.save(edit(&jira, "404, 201")).await.unwrap();
    let Err(Error::Stale(comparison)) = fixture.save(edit(&snow, "")).await else {
        panic!("was overwritten")
    };
    let shown: Vec<_> = comparison
        .differences
        .iter()
        .map(|one| (one.field.as_str(), one.yours.as_str(), one.stored.as_str()))
        .collect();
    assert_eq!(
        shown,
        [
            ("Inbound user", "snow", "jira"),
            ("Expected statuses", "", "201, 404")
        ]
    );
}

#[tokio::test]
async fn the_second_editor_of_a_variable_is_shown_what_differs() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let connection = fixture
        .save(form(integration, "Test", "https://a.example"))
        .await
        .unwrap();
    let new = VariableForm {
        connection: connection.to_string(),
        key: "SITE".into(),
        value: "one".into(),
        ..VariableForm::default()
    };
    let design = fixture.design();
    let id = variables::save(&fixture.engine, &design, new.clone())
        .await
        .unwrap();
    let edit = |version, value: &str| VariableForm {
        id: id.to_string(),
        version,
        value: value.into(),
        ..new.clone()
    };
    variables::save(&fixture.engine, &design, edit(1, "two"))
        .await
        .unwrap();
    let late = variables::save(&fixture.engine, &design, edit(1, "three")).await;
    let Err(Error::Stale(comparison)) = late else {
        panic!("was overwritten")
    };
    assert_eq!((comparison.version, comparison.differences.len()), (2, 1));
    let difference = &comparison.differences[0];
    assert_eq!(
        (difference.yours.as_str(), difference.stored.as_str()),
        ("three", "two")
    );
    variables::save(&fixture.engine, &design, edit(2, "three"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_process_that_moves_is_told_of_by_names() {
    let fixture = Fixture::new().await;
    fixture.integration("incident").await;
    let application = ApplicationForm {
        name: "Sales".into(),
        key: "sales".into(),
        ..ApplicationForm::default()
    };
    let sales = applications::save(&fixture.engine, &fixture.design(), application)
        .await
        .unwrap();
    let rows = processes::list(&fixture.engine, &fixture.see()).await.unwrap();
    let (process, was) = (&rows[0].process, rows[0].application_name.clone());
    let moved = ProcessForm {
        application: sales.to_string(),
        ..ProcessForm::of(process)
    };
    processes::save(&fixture.engine, &fixture.design(), moved)
        .await
        .unwrap();
    let trail = audit::list(&fixture.engine, &fixture.actor().grant().unwrap(), None)
        .await
        .unwrap();
    assert_eq!(trail[0].detail, format!("Application: {was} → Sales"));
}
