//! Insert, find, list, update, stale and delete of the designed records.

use model::{
    Timestamp,
    connection::Environment,
    overview::FoundTarget,
    profile::{ClientAuthentication, GrantType, OauthProfile, ProtocolProfile, TlsVersion},
};
use store::Error;

use crate::{
    samples::{self, designed, id},
    world::{both, write},
};

/// Update with the version seen, again with the old one, delete with the old and the new one.
macro_rules! lifecycle {
    ($db:expr, $module:ident, $stored:expr, $change:ident: $value:expr) => {{
        let stored = $stored;
        assert_eq!(
            store::$module::find(&$db, stored.id).await.expect("find"),
            Some(stored.clone())
        );
        let mut changed = stored.clone();
        changed.$change = $value;
        changed.updated = Timestamp(99);
        changed.updated_by = "other".into();
        let record = changed.clone();
        write!($db, |tx| store::$module::update(tx, &record).await).expect("update");
        changed.version = 2;
        assert_eq!(
            store::$module::find(&$db, stored.id).await.expect("find"),
            Some(changed.clone())
        );
        let record = stored.clone();
        let stale = write!($db, |tx| store::$module::update(tx, &record).await);
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let gone = stored.id;
        let stale = write!($db, |tx| store::$module::delete(tx, gone, 1).await);
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        write!($db, |tx| store::$module::delete(tx, gone, 2).await).expect("delete");
        assert_eq!(store::$module::find(&$db, gone).await.expect("find"), None);
    }};
}

#[tokio::test]
async fn designed_records_live_and_die() {
    both(|db| async move {
        let all = designed(&db).await;
        assert_eq!(
            store::application::list(&db).await.expect("list"),
            vec![all.application.clone()]
        );
        let by_key = store::application::find_by_key(&db, &all.application.key)
            .await
            .expect("find");
        assert_eq!(by_key, Some(all.application.clone()));
        let by_name = store::process::find_by_api_name(&db, &all.process.api_name)
            .await
            .expect("find");
        assert_eq!(by_name, Some(all.process.clone()));
        lifecycle!(db, connection, all.test, environment: Environment::Sandbox);
        lifecycle!(db, inbound_user, all.user, active: false);
        lifecycle!(db, integration, all.integration, company: "Other".to_owned());
        lifecycle!(db, process, all.process, name: "Asset".to_owned());
        lifecycle!(db, application, all.application, description: String::new());
    })
    .await;
}

#[tokio::test]
async fn profiles_and_messages_live_and_die() {
    both(|db| async move {
        let all = designed(&db).await;
        let oauth = OauthProfile {
            id: id(),
            application: all.application.id,
            name: "Entra".into(),
            description: String::new(),
            preset: "entra".into(),
            grant_type: GrantType::JwtBearer,
            issuer: "https://login.example.com".into(),
            iss_promised: true,
            authorization_url: "https://login.example.com/a".into(),
            token_url: "https://login.example.com/t".into(),
            revocation_url: "https://login.example.com/r".into(),
            client_id: "abc".into(),
            client_authentication: ClientAuthentication::PrivateKeyJwt,
            key_id: "k1".into(),
            subject: "svc".into(),
            assertion_audience: "aud".into(),
            user: "anna".into(),
            scopes: "a b".into(),
            audience: "api".into(),
            resource: "urn:x".into(),
            authorization_parameters: "prompt=consent".into(),
            token_parameters: "a=b".into(),
            pkce: true,
            api_origins: vec!["https://api.example.com".into(), "https://b.example.com".into()],
            rotates: true,
            inactivity_days: Some(90),
            absolute_days: Some(365),
            refresh_days: Some(30),
            protocol_profile: None,
            version: 1,
            created: Timestamp(1),
            created_by: "admin".into(),
            updated: Timestamp(1),
            updated_by: "admin".into(),
        };
        let protocol = ProtocolProfile {
            id: id(),
            application: all.application.id,
            name: "Bank".into(),
            description: String::new(),
            minimum_tls: TlsVersion::Tls13,
            certificates: vec![samples::certificate()],
            ca_bundle: "-----BEGIN CERTIFICATE-----".into(),
            authorities: vec![samples::certificate()],
            version: 1,
            created: Timestamp(1),
            created_by: "admin".into(),
            updated: Timestamp(1),
            updated_by: "admin".into(),
        };
        let message = samples::message(all.integration.id, "create");
        let (a, b, c) = (oauth.clone(), protocol.clone(), message.clone());
        write!(db, |tx| {
            store::oauth_profile::insert(tx, &a).await?;
            store::protocol_profile::insert(tx, &b).await?;
            store::message::insert(tx, &c).await
        })
        .expect("stored");
        assert_eq!(store::oauth_profile::list(&db).await.expect("list").len(), 1);
        assert_eq!(store::protocol_profile::list(&db).await.expect("list").len(), 1);
        let found = store::overview::search(&db, "ENTRA", 5).await.expect("search");
        assert_eq!(found[0].target, FoundTarget::OauthProfile(oauth.id));
        let found = store::overview::search(&db, "bank", 5).await.expect("search");
        assert_eq!(found[0].target, FoundTarget::ProtocolProfile(protocol.id));
        let by_name = store::message::find_by_name(&db, all.integration.id, "create")
            .await
            .expect("find");
        assert_eq!(by_name, Some(message.clone()));
        assert_eq!(
            store::message::list_by_integration(&db, all.integration.id)
                .await
                .expect("list")
                .len(),
            1
        );
        lifecycle!(db, oauth_profile, oauth, grant_type: GrantType::Password);
        lifecycle!(db, protocol_profile, protocol, minimum_tls: TlsVersion::Tls12);
        lifecycle!(db, message, message, headers: Vec::new());
    })
    .await;
}

#[tokio::test]
async fn lists_show_names_and_counts() {
    both(|db| async move {
        let all = designed(&db).await;
        let production = all.production.id;
        write!(db, |tx| store::connection::activate(
            tx,
            production,
            1,
            Timestamp(9),
            "admin"
        )
        .await)
        .expect("activate");
        let rows = store::process::list_rows(&db).await.expect("rows");
        assert_eq!(
            (
                rows.len(),
                rows[0].integrations,
                rows[0].application_name.as_str()
            ),
            (1, 1, "Default")
        );
        assert_eq!(rows[0].process, all.process);
        for process in [None, Some(all.process.id)] {
            let rows = store::integration::list_rows(&db, process).await.expect("rows");
            assert_eq!(
                (rows.len(), rows[0].connections, rows[0].process_name.as_str()),
                (1, 2, "Incident")
            );
            let active = rows[0].active.as_ref().expect("active");
            assert_eq!((active.id, active.name.as_str()), (production, "Production"));
            assert_eq!(rows[0].integration.last_active_connection, Some(production));
            assert_eq!(
                store::integration::list(&db, process).await.expect("list").len(),
                1
            );
        }
        assert!(
            store::integration::list_rows(&db, Some(id()))
                .await
                .expect("rows")
                .is_empty()
        );
        let names: Vec<_> = store::connection::list_all(&db)
            .await
            .expect("list")
            .into_iter()
            .map(|c| c.name)
            .collect();
        assert_eq!(names, ["Production", "Test"]);
    })
    .await;
}

#[tokio::test]
async fn variables_live_and_die() {
    both(|db| async move {
        let all = designed(&db).await;
        let variable = samples::variable(all.test.id, "KEY");
        let other = samples::variable(all.production.id, "KEY");
        let (a, b) = (variable.clone(), other.clone());
        write!(db, |tx| {
            store::variable::insert(tx, &a).await?;
            store::variable::insert(tx, &b).await
        })
        .expect("stored");
        let of_one = store::variable::list_by_connection(&db, all.test.id)
            .await
            .expect("list");
        assert_eq!(of_one, vec![variable.clone()]);
        let of_all = store::variable::list_by_integration(&db, all.integration.id)
            .await
            .expect("list");
        assert_eq!(of_all.len(), 2);
        let mut changed = variable.clone();
        changed.value = "456".into();
        changed.secret = true;
        let record = changed.clone();
        let first = record.clone();
        write!(db, |tx| store::variable::update(tx, &first).await).expect("update");
        changed.version = 2;
        assert_eq!(
            store::variable::find(&db, variable.id).await.expect("find"),
            Some(changed.clone())
        );
        let older = write!(db, |tx| store::variable::update(tx, &record).await);
        assert!(matches!(older, Err(Error::Stale)), "another version was seen");
        write!(db, |tx| store::variable::delete(tx, variable.id).await).expect("delete");
        let stale = write!(db, |tx| store::variable::update(tx, &changed).await);
        assert!(matches!(stale, Err(Error::Stale)));
    })
    .await;
}

#[tokio::test]
async fn deleting_a_process_takes_everything_below_it() {
    both(|db| async move {
        let all = designed(&db).await;
        let variable = samples::variable(all.test.id, "KEY");
        let message = samples::message(all.integration.id, "create");
        let mut new = samples::transaction();
        new.row.integration = Some(all.integration.id);
        let state = model::secret_state::SecretState {
            set_at: Timestamp(1),
            set_by: "a".into(),
            ..Default::default()
        };
        let (connection, process) = (all.test.id, all.process.id);
        write!(db, |tx| {
            store::variable::insert(tx, &variable).await?;
            store::message::insert(tx, &message).await?;
            store::transaction::insert(tx, &new).await?;
            store::secret::put(tx, connection.0, "password", b"x", &state).await?;
            store::secret::put(tx, variable.id.0, "value", b"y", &state).await?;
            store::process::delete(tx, process, 1).await
        })
        .expect("deleted");
        assert!(store::connection::list_all(&db).await.expect("list").is_empty());
        let secrets = store::secret::count_by_key(&db, None).await.expect("counts");
        assert!(secrets.is_empty());
        let counts = store::overview::frame_counts(&db, Timestamp(0))
            .await
            .expect("counts");
        assert_eq!(
            (counts.processes, counts.integrations, counts.connections),
            (0, 0, 0)
        );
        assert!(
            store::transaction::find_by_number(&db, 1, 0)
                .await
                .expect("find")
                .is_some(),
            "the log stays"
        );
    })
    .await;
}

#[tokio::test]
async fn search_finds_by_a_part_of_the_name() {
    both(|db| async move {
        let all = designed(&db).await;
        let new = samples::transaction();
        write!(db, |tx| store::transaction::insert(tx, &new).await).expect("stored");
        let kinds = |found: Vec<model::overview::Found>| {
            found
                .into_iter()
                .map(|one| one.kind)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let search = |text: &'static str| store::overview::search(&db, text, 5);
        assert_eq!(kinds(search("INCID").await.expect("search")), "Process");
        assert_eq!(
            kinds(search("jira").await.expect("search")),
            "Integration, Inbound user"
        );
        assert_eq!(kinds(search("prod").await.expect("search")), "Connection");
        assert_eq!(kinds(search("TX0000001").await.expect("search")), "Transaction");
        assert_eq!(kinds(search("100%_").await.expect("search")), "");
        assert_eq!(kinds(search("  ").await.expect("search")), "");
        drop(all);
    })
    .await;
}
