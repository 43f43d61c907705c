//! Protocol profiles: what is uploaded is read at once, what is wrong is said beside its field, and a changed trust
//! demands the secrets again.

use crate::support::{Fixture, form};
use engine::{connections, protocol_profiles};
use model::{
    connection_form::ConnectionForm, connection_status::ConnectionStatus, forms::ProtocolProfileForm,
    id::ProtocolProfileId,
};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
};
use time::{Duration, OffsetDateTime};

struct Made {
    certificate: String,
    key: String,
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A client certificate that is valid for so many days from now, or was until so many days ago.
fn client(days: i64) -> Made {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "switchboard");
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    params.not_before = OffsetDateTime::now_utc() - Duration::days(60);
    params.not_after = OffsetDateTime::now_utc() + Duration::days(days);
    let certificate = params.signed_by(&key, &authority("Authority")).unwrap();
    Made {
        certificate: certificate.pem(),
        key: key.serialize_pem(),
    }
}

async fn save(fixture: &Fixture, form: ProtocolProfileForm) -> engine::Result<ProtocolProfileId> {
    let form = ProtocolProfileForm {
        name: "Bank".into(),
        ..form
    };
    protocol_profiles::save(&fixture.engine, &fixture.design(), form).await
}

fn upload(made: Made) -> ProtocolProfileForm {
    ProtocolProfileForm {
        certificate: made.certificate,
        private_key: made.key,
        ..ProtocolProfileForm::default()
    }
}

/// The field that an upload is refused at, and why.
async fn refused(fixture: &Fixture, form: ProtocolProfileForm) -> (String, String) {
    match save(fixture, form).await {
        Err(engine::Error::Invalid(errors)) => {
            let (field, invalid) = errors.0.into_iter().next().unwrap();
            (field, invalid.text())
        }
        other => panic!("{other:?}"),
    }
}

async fn edit(fixture: &Fixture, id: ProtocolProfileId) -> ProtocolProfileForm {
    let stored = protocol_profiles::find(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    ProtocolProfileForm::of(&stored)
}

#[tokio::test]
async fn what_is_wrong_with_an_upload_is_said_beside_its_field() {
    let fixture = Fixture::new().await;
    let other_key = Made {
        key: client(90).key,
        ..client(90)
    };
    let (field, text) = refused(&fixture, upload(other_key)).await;
    assert_eq!(field, "certificate");
    assert!(text.contains("key"), "{text}");
    let (field, text) = refused(&fixture, upload(client(-1))).await;
    assert_eq!(field, "certificate");
    assert!(text.contains("expired"), "{text}");
    let binary = ProtocolProfileForm {
        pkcs12: "not base64!".into(),
        ..ProtocolProfileForm::default()
    };
    assert_eq!(refused(&fixture, binary).await.0, "pkcs12");
    let bundle = ProtocolProfileForm {
        ca_bundle: client(90).key,
        ..ProtocolProfileForm::default()
    };
    let (field, text) = refused(&fixture, bundle).await;
    assert_eq!(field, "ca_bundle");
    assert!(!text.contains("BEGIN"), "{text}");
}

#[tokio::test]
async fn the_certificate_is_shown_and_the_key_never_is() {
    let fixture = Fixture::new().await;
    let id = save(&fixture, upload(client(90))).await.unwrap();
    let stored = protocol_profiles::find(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert_eq!(stored.certificates.len(), 1);
    assert!(stored.certificates[0].subject.contains("switchboard"));
    let shown = serde_json::to_string(&stored).unwrap();
    assert!(!shown.contains("PRIVATE"), "{shown}");
    // Blank keeps what is set.
    let renamed = edit(&fixture, id).await;
    save(&fixture, renamed).await.unwrap();
    let again = protocol_profiles::find(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap();
    assert_eq!(again.certificates, stored.certificates);
}

#[tokio::test]
async fn other_authorities_demand_the_key_and_the_secrets_again() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let id = save(&fixture, upload(client(90))).await.unwrap();
    let connection = ConnectionForm {
        authentication: "basic".into(),
        user: "jira".into(),
        password: "s3cret".into(),
        mutual_auth: "on".into(),
        protocol_profile: id.to_string(),
        ..form(integration, "Test", "https://127.0.0.1:1")
    };
    let connection = fixture.save(connection).await.unwrap();
    fixture.enable(connection).await.unwrap();
    let trusting = ProtocolProfileForm {
        ca_bundle: authority("Somebody").pem(),
        ..edit(&fixture, id).await
    };
    assert_eq!(refused(&fixture, trusting.clone()).await.0, "certificate");
    let made = client(90);
    let with_key = ProtocolProfileForm {
        certificate: made.certificate,
        private_key: made.key,
        ..trusting
    };
    save(&fixture, with_key).await.unwrap();
    // The password was typed for servers that the system's authorities vouch for.
    let detail = connections::detail(&fixture.engine, &fixture.see(), connection)
        .await
        .unwrap();
    assert_eq!(detail.status.status, ConnectionStatus::NotConfigured);
    assert!(
        detail.missing.iter().any(|what| what.contains("Password")),
        "{:?}",
        detail.missing
    );
    let kept = ConnectionForm::of(&detail.connection);
    assert!(
        fixture.save(kept.clone()).await.is_err(),
        "the password has to be typed again"
    );
    let typed = ConnectionForm {
        password: "s3cret".into(),
        ..kept
    };
    fixture.save(typed).await.unwrap();
    let detail = connections::detail(&fixture.engine, &fixture.see(), connection)
        .await
        .unwrap();
    assert!(detail.missing.is_empty(), "{:?}", detail.missing);
}

#[tokio::test]
async fn a_certificate_that_ends_soon_is_warned_of() {
    let fixture = Fixture::new().await;
    let integration = fixture.integration("incident").await;
    let id = save(&fixture, upload(client(12))).await.unwrap();
    let connection = ConnectionForm {
        mutual_auth: "on".into(),
        protocol_profile: id.to_string(),
        ..form(integration, "Test", "https://127.0.0.1:1")
    };
    let connection = fixture.save(connection).await.unwrap();
    let detail = connections::detail(&fixture.engine, &fixture.see(), connection)
        .await
        .unwrap();
    let warnings = detail.status.warnings.join(" ");
    assert!(warnings.contains("ends in 12 days"), "{warnings}");
}
