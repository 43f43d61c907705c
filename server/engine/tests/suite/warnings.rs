//! Warnings: noticed, told once however many instances look, told again when they are over.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use crate::support::{
    Fixture, PASSWORD, Target, answer,
    mail::MailSink,
    outbound::{sending_with, sent},
};
use engine::{
    Actor, Engine, Granted, MailServer, api_tokens, clock::Clock, expiry, inbound_credentials, notifications,
    permission::Administer, upkeep, users, warnings,
};
use model::{
    Timestamp,
    expiry::ExpiringKind,
    forms::{ApiTokenForm, InboundCredentialForm},
    id::ChannelId,
    incident::{Incident, IncidentKind},
    notification::ChannelForm,
    user::LoginForm,
};

const DAY: i64 = 86_400_000;
const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn administer(fixture: &Fixture) -> Granted<Administer> {
    fixture.actor().grant().unwrap()
}

async fn channel(fixture: &Fixture, kind: &str, url: &str) -> ChannelId {
    let form = ChannelForm {
        name: format!("{kind} operators"),
        kind: kind.into(),
        url: if kind == "email" {
            String::new()
        } else {
            url.into()
        },
        recipients: "ops@example.com, night@example.com".into(),
        active: "on".into(),
        ..ChannelForm::default()
    };
    notifications::save(&fixture.engine, &administer(fixture), form)
        .await
        .unwrap()
}

/// An API token of the administrator's, and whose it is.
async fn api_token(fixture: &Fixture, days: u32) -> Actor {
    let login = LoginForm {
        user_name: "admin".into(),
        password: PASSWORD.into(),
        next: String::new(),
    };
    let session = users::login(&fixture.engine, login, "").await.unwrap();
    let actor = users::actor_of_session(&fixture.engine, &session.token, "")
        .await
        .unwrap()
        .unwrap();
    let form = ApiTokenForm {
        name: "deploy".into(),
        days: days.to_string(),
        ..ApiTokenForm::default()
    };
    api_tokens::create(&fixture.engine, &actor, form).await.unwrap();
    actor
}

async fn open(fixture: &Fixture) -> Vec<Incident> {
    warnings::open(&fixture.engine, &fixture.see()).await.unwrap()
}

/// The notices a plain webhook has got, as `event: title`.
fn told(target: &Target) -> Vec<String> {
    let bodies = target.requests();
    let bodies = bodies
        .iter()
        .map(|request| request.split_once("\r\n\r\n").unwrap().1);
    bodies
        .map(|body| {
            let body: serde_json::Value = serde_json::from_str(body).unwrap();
            format!(
                "{}: {}",
                body["event"].as_str().unwrap(),
                body["title"].as_str().unwrap()
            )
        })
        .collect()
}

#[tokio::test]
async fn an_end_is_told_at_30_14_7_and_1_days_once_by_two_instances() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::shared(clock.clone()).await;
    let other = Engine::open_at(fixture.settings.clone(), clock.clone())
        .await
        .unwrap();
    channel(&fixture, "webhook", &format!("{}/hook/s3cret-path", target.url)).await;
    let actor = api_token(&fixture, 365).await;
    let round = || async {
        tokio::join!(upkeep::round(&fixture.engine), upkeep::round(&other));
        tokio::join!(upkeep::round(&fixture.engine), upkeep::round(&other));
    };
    round().await;
    assert!(told(&target).is_empty(), "a year is long");
    for (days, says) in [
        (335, "API token deploy expires in 30 days"),
        (10, ""),
        (6, "API token deploy expires in 14 days"),
        (7, "API token deploy expires in 7 days"),
        (6, "API token deploy expires in 1 day"),
        (2, "API token deploy expired on"),
        (3, ""),
    ] {
        let before = told(&target).len();
        clock.advance(days * DAY);
        round().await;
        let told = told(&target);
        if says.is_empty() {
            assert_eq!(told.len(), before, "{told:?}");
        } else {
            assert_eq!(told.len(), before + 1, "{told:?}");
            assert!(
                told[before].starts_with(&format!("incident.opened: {says}")),
                "{told:?}"
            );
        }
    }
    let incidents = open(&fixture).await;
    assert_eq!(
        (incidents.len(), incidents[0].kind, incidents[0].level),
        (1, IncidentKind::Expiry, 0)
    );
    let token = api_tokens::list(&fixture.engine, &actor.grant().unwrap())
        .await
        .unwrap()[0]
        .id;
    api_tokens::revoke(&fixture.engine, &actor.grant().unwrap(), token)
        .await
        .unwrap();
    round().await;
    assert!(
        told(&target)
            .pop()
            .unwrap()
            .starts_with("incident.recovered: Over: API token deploy")
    );
    assert!(open(&fixture).await.is_empty());
    other.close().await;
}

#[tokio::test]
async fn clocks_that_differ_tell_an_end_once() {
    let target = Target::start(|_| answer(200, "", "")).await;
    let (behind, ahead) = (Clock::fixed(NOW), Clock::fixed(NOW.plus(60_000)));
    let fixture = Fixture::shared(behind.clone()).await;
    let other = Engine::open_at(fixture.settings.clone(), ahead.clone())
        .await
        .unwrap();
    channel(&fixture, "webhook", &target.url).await;
    let actor = api_token(&fixture, 365).await;
    let mut last = 365;
    // Each time one clock has passed the threshold and the other has not.
    for left in [30, 14, 7, 1, 0] {
        for clock in [&behind, &ahead] {
            clock.advance((last - left) * DAY - if last == 365 { 30_000 } else { 0 });
        }
        last = left;
        let before = told(&target).len();
        for _ in 0..2 {
            upkeep::round(&other).await;
            upkeep::round(&fixture.engine).await;
        }
        let told = told(&target);
        assert_eq!(told.len(), before + 1, "{left} days: {told:?}");
    }
    // What is over is over for both.
    let token = api_tokens::list(&fixture.engine, &actor.grant().unwrap())
        .await
        .unwrap()[0]
        .id;
    api_tokens::revoke(&fixture.engine, &actor.grant().unwrap(), token)
        .await
        .unwrap();
    upkeep::round(&fixture.engine).await;
    assert!(open(&fixture).await.is_empty());
    other.close().await;
}

#[tokio::test]
async fn a_failing_connection_is_told_and_its_recovery_too() {
    let status = Arc::new(AtomicU16::new(500));
    let answers = status.clone();
    let target = Target::start(move |_| answer(answers.load(Ordering::SeqCst), "", "")).await;
    let hook = Target::start(|_| answer(200, "", "")).await;
    let (fixture, integration) = sending_with(Fixture::new().await, &target.url, |form| form).await;
    channel(&fixture, "webhook", &hook.url).await;
    for failures in 1..=3 {
        assert!(told(&hook).is_empty(), "{failures}");
        sent(&fixture, integration, "{}").await;
        upkeep::round(&fixture.engine).await;
    }
    assert_eq!(told(&hook), ["incident.opened: Connection Test is failing"]);
    status.store(200, Ordering::SeqCst);
    for _ in 0..8 {
        sent(&fixture, integration, "{}").await;
        upkeep::round(&fixture.engine).await;
    }
    assert_eq!(
        told(&hook)[1..],
        ["incident.recovered: Over: Connection Test is failing"]
    );
    status.store(401, Ordering::SeqCst);
    sent(&fixture, integration, "{}").await;
    upkeep::round(&fixture.engine).await;
    assert_eq!(
        told(&hook)[2..],
        ["incident.opened: Connection Test is refused by the other side"]
    );
}

#[tokio::test]
async fn a_notice_that_is_not_taken_is_tried_again_later() {
    let status = Arc::new(AtomicU16::new(503));
    let answers = status.clone();
    let hook = Target::start(move |_| answer(answers.load(Ordering::SeqCst), "", "try later")).await;
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    channel(&fixture, "webhook", &format!("{}/s3cret-path", hook.url)).await;
    api_token(&fixture, 365).await;
    clock.advance(340 * DAY);
    upkeep::round(&fixture.engine).await;
    upkeep::round(&fixture.engine).await;
    assert_eq!(hook.requests().len(), 1, "not again at once");
    let shown = notifications::list(&fixture.engine, &administer(&fixture))
        .await
        .unwrap();
    let last = shown[0].last.clone().unwrap();
    assert_eq!(
        (last.attempts, last.sent, last.error.as_str()),
        (1, None, "It answered 503 Service Unavailable.")
    );
    assert!(
        !serde_json::to_string(&shown).unwrap().contains("s3cret-path"),
        "the URL is a secret"
    );
    status.store(200, Ordering::SeqCst);
    clock.advance(61_000);
    upkeep::round(&fixture.engine).await;
    clock.advance(DAY / 4);
    upkeep::round(&fixture.engine).await;
    assert_eq!(hook.requests().len(), 2);
    let shown = notifications::list(&fixture.engine, &administer(&fixture))
        .await
        .unwrap();
    let last = shown[0].last.clone().unwrap();
    assert!(last.sent.is_some() && last.error.is_empty(), "{last:?}");
}

#[tokio::test]
async fn mail_reaches_every_recipient() {
    let sink = MailSink::start().await;
    let url = sink.url.clone();
    let fixture = Fixture::with(move |settings| {
        settings.mail = Some(MailServer {
            url: url.into(),
            from: "switchboard@example.com".into(),
        });
    })
    .await;
    let id = channel(&fixture, "email", "").await;
    let result = notifications::test(&fixture.engine, &administer(&fixture), id)
        .await
        .unwrap();
    assert_eq!(result.error, "");
    let mail = sink.mails().remove(0);
    assert!(mail.from.contains("switchboard@example.com"));
    assert_eq!(mail.to.len(), 2, "{mail:?}");
    assert!(mail.text.contains("Subject: [acme-test] Test notice"), "{mail:?}");
    assert!(mail.text.contains("http://127.0.0.1:3000/Expiry"), "{mail:?}");
}

#[tokio::test]
async fn without_a_mail_server_the_reason_is_told() {
    let fixture = Fixture::new().await;
    let id = channel(&fixture, "email", "").await;
    let result = notifications::test(&fixture.engine, &administer(&fixture), id)
        .await
        .unwrap();
    assert!(result.error.contains("SWITCHBOARD_SMTP_URL"), "{}", result.error);
}

#[tokio::test]
async fn webhooks_get_the_shape_they_understand() {
    let target = Target::start(|_| answer(202, "", "")).await;
    let fixture = Fixture::new().await;
    for (kind, pointer, says) in [
        (
            "slack",
            "/text",
            "*Test notice*\nadmin tests the channel slack operators. Nothing is wrong.\n<http://127.0.0.1:3000/Expiry|Open in Switchboard acme-test>",
        ),
        (
            "teams",
            "/attachments/0/content/body/0/inlines/0/text",
            "Test notice",
        ),
        ("webhook", "/event", "test"),
    ] {
        let id = channel(&fixture, kind, &target.url).await;
        let result = notifications::test(&fixture.engine, &administer(&fixture), id)
            .await
            .unwrap();
        assert_eq!(result.error, "", "{kind}");
        let request = target.requests().pop().unwrap();
        assert!(request.starts_with("POST / HTTP/1.1") && request.contains("content-type: application/json"));
        let body: serde_json::Value =
            serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
        assert_eq!(
            body.pointer(pointer).and_then(|text| text.as_str()),
            Some(says),
            "{kind}: {body}"
        );
    }
}

#[tokio::test]
async fn the_radar_has_everything_that_ends_soonest_first() {
    let clock = Clock::fixed(NOW);
    let fixture = Fixture::at(clock.clone()).await;
    api_token(&fixture, 200).await;
    api_token(&fixture, 10).await;
    let radar = expiry::list(&fixture.engine, &fixture.see()).await.unwrap();
    let ends: Vec<_> = radar
        .iter()
        .map(|one| (one.kind, one.at.since(NOW) / DAY))
        .collect();
    assert_eq!(
        ends,
        [(ExpiringKind::ApiToken, 10), (ExpiringKind::ApiToken, 200)]
    );
    // What external systems prove themselves with ends, too.
    let user = fixture.inbound_user("jira").await;
    let key = InboundCredentialForm {
        inbound_user: user,
        kind: "api_key".into(),
        label: "night job".into(),
        days: "20".into(),
        ..InboundCredentialForm::default()
    };
    inbound_credentials::create(&fixture.engine, &fixture.design(), key)
        .await
        .unwrap();
    let radar = expiry::list(&fixture.engine, &fixture.see()).await.unwrap();
    assert_eq!(
        (radar[1].kind, radar[1].name.as_str()),
        (ExpiringKind::InboundCredential, "night job")
    );
}
