use super::*;

fn form(kind: &str) -> InboundCredentialForm {
    InboundCredentialForm {
        kind: kind.into(),
        ..InboundCredentialForm::default()
    }
}

fn wrong(form: InboundCredentialForm, field: &str) -> bool {
    form.check().is_err_and(|errors| errors.get(field).is_some())
}

#[test]
fn only_fields_of_the_kind_count() {
    let checked = InboundCredentialForm {
        password: "x".into(),
        certificate: "nonsense".into(),
        ..form("api_key")
    };
    let checked = checked.check().unwrap_or_else(|errors| panic!("{errors:?}"));
    assert_eq!(
        checked.settings,
        CredentialSettings::ApiKey {
            header: "x-api-key".into()
        }
    );
    assert_eq!(checked.label, "API key");
    assert!(wrong(form("nothing"), "kind") && wrong(form("password"), "password"));
}

#[test]
fn header_names_are_tokens_without_another_meaning() {
    for bad in ["a b", "x:", "Authorization", "webhook-id", "ü"] {
        let form = InboundCredentialForm {
            header: bad.into(),
            ..form("api_key")
        };
        assert!(wrong(form, "header"), "{bad}");
    }
}

#[test]
fn fingerprints_are_read_as_tools_print_them() {
    let colons = ["AB"; 32].join(":");
    assert_eq!(fingerprint(&colons), Ok("ab".repeat(32)));
    assert!(fingerprint("abc").is_err() && fingerprint(&"zz".repeat(32)).is_err());
}

#[test]
fn a_timestamp_counts_only_when_it_is_signed() {
    let generic = InboundCredentialForm {
        preset: "generic".into(),
        signed: "timestamp_body".into(),
        ..form("signature")
    };
    assert!(wrong(generic.clone(), "timestamp_header"));
    let unsigned = InboundCredentialForm {
        signed: "body".into(),
        timestamp_header: "X-Time".into(),
        ..generic
    };
    assert!(wrong(unsigned, "timestamp_header"));
}

#[test]
fn signing_secrets_are_checked_by_their_preset() {
    let typed = |preset: &str, secret: &str| InboundCredentialForm {
        preset: preset.into(),
        signing_secret: secret.into(),
        ..form("signature")
    };
    assert!(wrong(typed("stripe", ""), "signing_secret"), "Stripe gives it");
    assert!(wrong(typed("github", "short"), "signing_secret"));
    assert!(wrong(
        typed("standard_webhooks", "whsec_not-base-64!"),
        "signing_secret"
    ));
    for (secret, good) in [
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true),
        ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==", true),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ", true),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS=w", false),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaL", false),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa===", false),
        ("whsec_================", false),
    ] {
        let form = typed("standard_webhooks", secret);
        assert_eq!(wrong(form, "signing_secret"), !good, "{secret}");
    }
    for reference in [
        "env:SWITCHBOARD_SECRET_JIRA",
        "env:anything_at_all",
        "file:/run/secrets/jira",
    ] {
        assert!(wrong(typed("github", reference), "signing_secret"), "{reference}");
    }
    let literal = typed("github", "literal:env:really-begins-so").check();
    assert!(literal.is_ok_and(|checked| checked.secret.as_deref() == Some("env:really-begins-so")));
    assert!(
        typed("github", "")
            .check()
            .is_ok_and(|checked| checked.secret.is_none())
    );
}
