//! Unique indexes and foreign keys have the same names on both databases.

use model::id::ApplicationId;

use crate::{
    samples::{self, designed, id},
    world::{both, conflict, write},
};

#[tokio::test]
async fn unique_indexes_are_named() {
    both(|db| async move {
        let all = designed(&db).await;
        let mut record = all.application.clone();
        record.id = id();
        assert_eq!(
            conflict(write!(db, |tx| store::application::insert(tx, &record).await)),
            "application_key"
        );
        let mut record = all.process.clone();
        record.id = id();
        assert_eq!(
            conflict(write!(db, |tx| store::process::insert(tx, &record).await)),
            "process_api_name"
        );
        let mut record = all.integration.clone();
        record.id = id();
        assert_eq!(
            conflict(write!(db, |tx| store::integration::insert(tx, &record).await)),
            "integration_name"
        );
        let mut record = all.user.clone();
        record.id = id();
        let result = write!(db, |tx| store::inbound_user::insert(tx, &record, "x").await);
        assert_eq!(conflict(result), "inbound_user_user_id");
        let mut record = all.test.clone();
        record.id = id();
        assert_eq!(
            conflict(write!(db, |tx| store::connection::insert(tx, &record).await)),
            "connection_name"
        );
        let mut record = all.test.clone();
        record.name = "Production".into();
        assert_eq!(
            conflict(write!(db, |tx| store::connection::update(tx, &record).await)),
            "connection_name"
        );
        // With the same name too, each database would be free to report either.
        let mut record = all.test.clone();
        record.name = "Another".into();
        assert_eq!(
            conflict(write!(db, |tx| store::connection::insert(tx, &record).await)),
            "connection_id"
        );
        let variable = samples::variable(all.test.id, "KEY");
        let result = write!(db, |tx| {
            store::variable::insert(tx, &variable).await?;
            let again = model::variable::Variable { id: id(), ..variable };
            store::variable::insert(tx, &again).await
        });
        assert_eq!(conflict(result), "variable_key");
        let message = samples::message(all.integration.id, "create");
        let result = write!(db, |tx| {
            store::message::insert(tx, &message).await?;
            let again = model::message::Message { id: id(), ..message };
            store::message::insert(tx, &again).await
        });
        assert_eq!(conflict(result), "message_name");
        let result = write!(db, |tx| {
            store::user::insert(tx, &samples::user("Admin"), "x").await?;
            store::user::insert(tx, &samples::user("aDMIN"), "x").await
        });
        assert_eq!(conflict(result), "app_user_name");
    })
    .await;
}

#[tokio::test]
async fn one_active_connection_and_one_integration_per_caller() {
    both(|db| async move {
        let all = designed(&db).await;
        let mut first = samples::connection(all.application.id, all.integration.id, "A");
        first.active = true;
        let mut second = samples::connection(all.application.id, all.integration.id, "B");
        second.active = true;
        let result = write!(db, |tx| {
            store::connection::insert(tx, &first).await?;
            store::connection::insert(tx, &second).await
        });
        assert_eq!(conflict(result), "connection_one_active");
        // Another integration of the same process, and the same caller.
        let other = samples::integration(all.application.id, all.process.id);
        let mut first = samples::connection(all.application.id, all.integration.id, "A");
        let mut second = samples::connection(all.application.id, other.id, "A");
        for connection in [&mut first, &mut second] {
            connection.active = true;
            connection.inbound_user = Some(all.user.id);
        }
        let result = write!(db, |tx| {
            store::integration::insert(tx, &other).await?;
            store::connection::insert(tx, &first).await?;
            store::connection::insert(tx, &second).await
        });
        assert_eq!(conflict(result), "connection_active_inbound_user");
    })
    .await;
}

#[tokio::test]
async fn missing_parents_are_named() {
    both(|db| async move {
        let all = designed(&db).await;
        let nowhere: ApplicationId = id();
        let record = samples::process(nowhere);
        assert_eq!(
            conflict(write!(db, |tx| store::process::insert(tx, &record).await)),
            "process_application"
        );
        let record = samples::integration(all.application.id, id());
        let result = write!(db, |tx| store::integration::insert(tx, &record).await);
        assert_eq!(conflict(result), "integration_process");
        let record = samples::connection(all.application.id, id(), "A");
        let result = write!(db, |tx| store::connection::insert(tx, &record).await);
        assert_eq!(conflict(result), "connection_integration");
        let mut record = all.test.clone();
        record.inbound_user = Some(samples::nobody());
        let result = write!(db, |tx| store::connection::update(tx, &record).await);
        assert_eq!(conflict(result), "connection_inbound_user");
        let mut record = all.test.clone();
        record.oauth_profile = Some(id());
        let result = write!(db, |tx| store::connection::update(tx, &record).await);
        assert_eq!(conflict(result), "connection_oauth_profile");
        let record = samples::variable(id(), "KEY");
        let result = write!(db, |tx| store::variable::insert(tx, &record).await);
        assert_eq!(conflict(result), "variable_connection");
        let record = samples::message(id(), "create");
        let result = write!(db, |tx| store::message::insert(tx, &record).await);
        assert_eq!(conflict(result), "message_integration");
        let record = samples::request(id(), None);
        let result = write!(db, |tx| store::http_request::insert(tx, &record).await);
        assert_eq!(conflict(result), "http_request_transaction_id");
    })
    .await;
}

#[tokio::test]
async fn records_in_use_stay() {
    both(|db| async move {
        let all = designed(&db).await;
        let mut record = all.test.clone();
        record.inbound_user = Some(all.user.id);
        write!(db, |tx| store::connection::update(tx, &record).await).expect("update");
        let user = all.user.id;
        let result = write!(db, |tx| store::inbound_user::delete(tx, user, 1).await);
        assert_eq!(conflict(result), "connection_inbound_user");
        assert!(
            store::inbound_user::find(&db, user)
                .await
                .expect("find")
                .is_some()
        );
        let application = all.application.id;
        let result = write!(db, |tx| store::application::delete(tx, application, 1).await);
        let constraint = conflict(result);
        assert!(constraint.ends_with("_application"), "{constraint}");
        // The writer goes on, and checks at once again.
        let record = samples::process(id());
        assert_eq!(
            conflict(write!(db, |tx| store::process::insert(tx, &record).await)),
            "process_application"
        );
        let callers = store::connection::by_inbound_user(&db, user).await.expect("list");
        assert_eq!(callers.len(), 1);
    })
    .await;
}
