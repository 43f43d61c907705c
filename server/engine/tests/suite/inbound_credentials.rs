//! Credentials of inbound users beside the first password: who gets in with what, and for how long.

use crate::support::{
    Fixture, PASSWORD,
    inbound::{Call, add, of, revoke},
    outbound::basic,
};
use certificates::ShownCertificate;
use engine::{Error, inbound::Received, inbound_credentials, inbound_users, transactions};
use model::{
    certificate::{CertificateInfo, subject::Subject},
    connection_form::ConnectionForm,
    forms::{InboundCredentialForm, InboundUserForm, SwitchForm},
};

/// The inbound user with this Active.
async fn set_active(fixture: &Fixture, user: &str, active: bool) {
    let stored = inbound_users::find(&fixture.engine, &fixture.see(), user.parse().unwrap())
        .await
        .unwrap();
    let form = InboundUserForm {
        id: user.into(),
        version: stored.version,
        name: stored.name,
        user_id: stored.user_id,
        active: if active { "on".into() } else { String::new() },
        ..InboundUserForm::default()
    };
    inbound_users::save(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap();
}

#[tokio::test]
async fn api_keys_let_in_until_they_are_revoked() {
    let fixture = Fixture::new().await;
    let (user, connection) = fixture.receiving("incident", "jira").await;
    fixture.receiving("asset", "other").await;
    let engine = &fixture.engine;
    let old = add(&fixture, of(&user, "api_key")).await;
    let own_header = InboundCredentialForm {
        header: "X-Jira-Key".into(),
        ..of(&user, "api_key")
    };
    let new = add(&fixture, own_header).await;
    let with = |process: &str, name: &'static str, key: &Option<String>| {
        Call::to(process, "{}").with(name, key.as_deref().unwrap())
    };
    assert_eq!(
        with("incident", "x-api-key", &old.secret).status(engine).await,
        202
    );
    assert_eq!(
        with("incident", "x-jira-key", &new.secret).status(engine).await,
        202,
        "two at once"
    );
    assert_eq!(
        with("incident", "x-jira-key", &old.secret).status(engine).await,
        401,
        "another header"
    );
    assert_eq!(
        with("asset", "x-api-key", &old.secret).status(engine).await,
        401,
        "another process"
    );
    assert_eq!(
        with("nothing", "x-api-key", &old.secret).status(engine).await,
        401
    );
    let twice = {
        let mut call = with("incident", "x-api-key", &old.secret);
        let value = call.headers["x-api-key"].clone();
        call.headers.append("x-api-key", value);
        call
    };
    assert_eq!(twice.status(engine).await, 401, "sent twice");
    revoke(&fixture, &old).await;
    let refused = with("incident", "x-api-key", &old.secret).refused(engine).await;
    assert!(
        refused.contains("revoked") || refused.contains("no credentials"),
        "{refused}"
    );
    assert_eq!(
        with("incident", "x-jira-key", &new.secret).status(engine).await,
        202
    );
    set_active(&fixture, &user, false).await;
    let refused = with("incident", "x-jira-key", &new.secret).refused(engine).await;
    assert_eq!(refused, "the inbound user jira is disabled");
    set_active(&fixture, &user, true).await;
    let off = SwitchForm {
        id: connection.to_string(),
        ..SwitchForm::default()
    };
    engine::connections::disable(engine, &fixture.operate(), off)
        .await
        .unwrap();
    assert_eq!(
        with("incident", "x-jira-key", &new.secret).status(engine).await,
        403,
        "known, but not active"
    );
}

#[tokio::test]
async fn keys_and_signatures_are_not_recorded() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    let own_header = InboundCredentialForm {
        header: "X-Jira-Key".into(),
        ..of(&user, "api_key")
    };
    let key = add(&fixture, own_header).await.secret.unwrap();
    let call = Call::to("incident", "{}")
        .with("x-jira-key", &key)
        .with("x-kept", "yes");
    let Ok(Received::New(accepted)) = call.post(&fixture.engine).await else {
        panic!("not stored")
    };
    let stored = transactions::detail(&fixture.engine, &fixture.see(), &accepted.transaction)
        .await
        .unwrap();
    let recorded = format!("{:?}", stored.headers);
    assert!(
        recorded.contains("x-kept") && !recorded.contains("x-jira-key"),
        "{recorded}"
    );
    let listed = inbound_credentials::list(&fixture.engine, &fixture.see(), user.parse().unwrap())
        .await
        .unwrap();
    assert!(listed[0].last_used.is_some(), "its use is noted");
    assert!(key.starts_with(&listed[0].begins_with) && listed[0].begins_with.len() < 12);
}

#[tokio::test]
async fn keys_of_other_processes_and_revoked_ones_are_not_recorded_either() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    let (other, _) = fixture.receiving("asset", "other").await;
    let own_header = InboundCredentialForm {
        header: "X-Other-Key".into(),
        ..of(&other, "api_key")
    };
    add(&fixture, own_header).await;
    let own = add(&fixture, of(&user, "api_key")).await.secret.unwrap();
    let call = Call::to("incident", "{}")
        .with("x-api-key", &own)
        .with("x-other-key", "typed by hand")
        .with("x-forgotten", "sbk_revoked-long-ago")
        .with("x-forwarded-authorization", "Bearer sba_of-somebody")
        .with("x-original-url", "/inbound/incident/message/sbp_of-somebody")
        .with("x-kept", "yes, sbp is no secret");
    let Ok(Received::New(accepted)) = call.post(&fixture.engine).await else {
        panic!("not stored")
    };
    let stored = transactions::detail(&fixture.engine, &fixture.see(), &accepted.transaction)
        .await
        .unwrap();
    let names: Vec<_> = stored.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "x-kept"]);
}

#[tokio::test]
async fn a_path_token_is_for_its_own_process() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    fixture.receiving("asset", "other").await;
    let made = add(&fixture, of(&user, "path_token")).await;
    let secret = made.secret.clone().unwrap();
    assert_eq!(
        made.urls,
        [format!("http://127.0.0.1:3000/inbound/incident/message/{secret}")]
    );
    let call = |process: &str, token: &str| Call {
        token: Some(token.into()),
        ..Call::to(process, "{}")
    };
    let engine = &fixture.engine;
    assert_eq!(call("incident", &secret).status(engine).await, 202);
    assert_eq!(call("asset", &secret).status(engine).await, 401);
    assert_eq!(call("incident", "sbp_guessed").status(engine).await, 401);
    assert_eq!(call("incident", "").status(engine).await, 401);
    let key = Call::to("incident", "{}").with("x-api-key", &secret);
    assert_eq!(key.status(engine).await, 401, "a path token is no API key");
    revoke(&fixture, &made).await;
    assert_eq!(call("incident", &secret).status(engine).await, 401);
}

#[tokio::test]
async fn a_user_without_a_password_gets_in_with_its_key_only() {
    let fixture = Fixture::new().await;
    let (_, connection) = fixture.receiving("incident", "other").await;
    let form = InboundUserForm {
        name: "keys only".into(),
        user_id: "keys".into(),
        active: "on".into(),
        ..InboundUserForm::default()
    };
    let user = inbound_users::save(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap();
    let stored = inbound_users::find(&fixture.engine, &fixture.see(), user)
        .await
        .unwrap();
    assert!(!stored.has_password());
    let detail = engine::connections::detail(&fixture.engine, &fixture.see(), connection)
        .await
        .unwrap();
    let moved = ConnectionForm {
        inbound_user: user.to_string(),
        ..ConnectionForm::of(&detail.connection)
    };
    fixture.save(moved).await.unwrap();
    let key = add(&fixture, of(&user.to_string(), "api_key"))
        .await
        .secret
        .unwrap();
    let engine = &fixture.engine;
    assert_eq!(
        Call::to("incident", "{}")
            .with("x-api-key", &key)
            .status(engine)
            .await,
        202
    );
    for password in ["", "nobody has this password"] {
        let call = Call::to("incident", "{}").with("authorization", &basic("keys", password));
        assert_eq!(call.status(engine).await, 401, "{password:?}");
    }
}

#[tokio::test]
async fn during_a_rotation_both_passwords_count() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    let second = InboundCredentialForm {
        password: "the second one".into(),
        ..of(&user, "password")
    };
    let made = add(&fixture, second).await;
    assert_eq!(made.secret, None, "it was typed");
    let with = |password: &str| Call::to("incident", "{}").with("authorization", &basic("jira", password));
    let engine = &fixture.engine;
    assert_eq!(with(PASSWORD).status(engine).await, 202);
    assert_eq!(with("the second one").status(engine).await, 202);
    assert_eq!(with("a third one").status(engine).await, 401);
    revoke(&fixture, &made).await;
    assert_eq!(
        with("the second one").status(engine).await,
        401,
        "at once, though it was proven"
    );
    assert_eq!(with(PASSWORD).status(engine).await, 202);
}

fn certificate(subject: &str, fingerprint: &str) -> ShownCertificate {
    let info = CertificateInfo {
        subject: subject.replace('\\', ""),
        issuer: "CN=Authority".into(),
        sans: Vec::new(),
        serial: "01".into(),
        not_before: model::Timestamp(0),
        not_after: model::Timestamp(0),
        fingerprint: fingerprint.into(),
        key: "ECDSA P-256".into(),
    };
    ShownCertificate {
        info,
        subject: Subject::parse(subject).ok(),
    }
}

#[tokio::test]
async fn certificates_are_recognised_by_fingerprint_or_subject() {
    let fixture = Fixture::new().await;
    let (user, _) = fixture.receiving("incident", "jira").await;
    let colons = ["AB"; 32].join(":");
    let by_fingerprint = InboundCredentialForm {
        certificate: colons.clone(),
        ..of(&user, "certificate")
    };
    let made = add(&fixture, by_fingerprint).await;
    let by_subject = InboundCredentialForm {
        certificate_match: "subject".into(),
        certificate: "CN=jira, O=Example".into(),
        ..of(&user, "certificate")
    };
    add(&fixture, by_subject).await;
    let shown = |subject: &str, fingerprint: &str| Call {
        certificate: Some(certificate(subject, fingerprint)),
        ..Call::to("incident", "{}")
    };
    let engine = &fixture.engine;
    let other = ["CD"; 32].join(":");
    assert_eq!(shown("CN=any", &colons).status(engine).await, 202);
    assert_eq!(shown("CN=jira, O=Example", &other).status(engine).await, 202);
    assert_eq!(shown("CN=jira", &other).status(engine).await, 401);
    assert_eq!(
        shown("CN=jira\\, O\\=Example", &other).status(engine).await,
        401,
        "one part that looks like two"
    );
    assert_eq!(
        shown("unreadable", &other).status(engine).await,
        401,
        "no name at all"
    );
    assert_eq!(Call::to("incident", "{}").status(engine).await, 401);
    revoke(&fixture, &made).await;
    let refused = shown("CN=any", &colons).refused(engine).await;
    assert!(
        refused.contains("CN=any") && refused.contains(&colons),
        "{refused}"
    );
}

#[tokio::test]
async fn wrong_forms_and_strangers_make_no_credential() {
    let fixture = Fixture::new().await;
    let user = fixture.inbound_user("jira").await;
    let design = fixture.design();
    let create = |form| inbound_credentials::create(&fixture.engine, &design, form);
    assert!(matches!(
        create(of(&user, "nothing")).await,
        Err(Error::Invalid(_))
    ));
    assert!(matches!(create(of("", "api_key")).await, Err(Error::NotFound(_))));
    let gone = "01900000-0000-7000-8000-000000000001";
    assert!(matches!(
        create(of(gone, "api_key")).await,
        Err(Error::NotFound(_))
    ));
    let made = add(&fixture, of(&user, "signature")).await;
    assert!(made.secret.unwrap().starts_with("whsec_"), "one is made");
}
