//! Vectors: GitHub's and Standard Webhooks' from their documentation, the others made with OpenSSL.

use http::{HeaderMap, HeaderName, HeaderValue};
use model::{
    Timestamp,
    inbound_credential::{
        SignatureEncoding, SignatureHash, SignaturePreset, SignatureSettings, SignedContent,
    },
};
use secrecy::SecretString;

use super::{Problem, WINDOW_MS, read};

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs
        .iter()
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            )
        })
        .collect()
}

/// Whether `secret` made the signature of a call at `now`.
fn verify(
    settings: &SignatureSettings,
    pairs: &[(&'static str, &str)],
    body: &str,
    secret: &str,
    now: i64,
) -> Result<(), Problem> {
    let claim = read(settings, &headers(pairs))?;
    claim.check_time(Timestamp(now))?;
    if claim.fits(settings, &SecretString::from(secret), body.as_bytes()) {
        Ok(())
    } else {
        Err(Problem::Wrong)
    }
}

const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const STANDARD: [(&str, &str); 3] = [
    ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
    ("webhook-timestamp", "1614265330"),
    (
        "webhook-signature",
        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    ),
];
const STANDARD_BODY: &str = "{\"test\": 2432232314}";
const SIGNED_AT: i64 = 1_614_265_330_000;

#[test]
fn the_vector_of_standard_webhooks_fits() {
    let settings = SignatureSettings::of(SignaturePreset::StandardWebhooks);
    let check = |pairs: &[(&'static str, &str)], body: &str, secret: &str| {
        verify(&settings, pairs, body, secret, SIGNED_AT)
    };
    assert_eq!(check(&STANDARD, STANDARD_BODY, STANDARD_SECRET), Ok(()));
    assert_eq!(
        check(&STANDARD, STANDARD_BODY, &STANDARD_SECRET[6..]),
        Ok(()),
        "without whsec_"
    );
    assert_eq!(
        check(&STANDARD, "{\"test\": 2432232315}", STANDARD_SECRET),
        Err(Problem::Wrong)
    );
    assert_eq!(
        check(&STANDARD, STANDARD_BODY, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        Err(Problem::Wrong)
    );
    for secret in ["whsec_", "", "whsec_!!"] {
        assert_eq!(
            check(&STANDARD, STANDARD_BODY, secret),
            Err(Problem::Wrong),
            "{secret:?} is no key"
        );
    }
    let mut other_id = STANDARD;
    other_id[0].1 = "msg_other";
    assert_eq!(
        check(&other_id, STANDARD_BODY, STANDARD_SECRET),
        Err(Problem::Wrong),
        "the id is signed"
    );
    let mut several = STANDARD;
    several[2].1 = "v1a,abc v1,bm9uZQ== v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(
        check(&several, STANDARD_BODY, STANDARD_SECRET),
        Ok(()),
        "one of several"
    );
}

#[test]
fn the_vector_of_github_fits() {
    let settings = SignatureSettings::of(SignaturePreset::Github);
    let check = |value: &str, body: &str| {
        verify(
            &settings,
            &[("x-hub-signature-256", value)],
            body,
            "It's a Secret to Everybody",
            0,
        )
    };
    let good = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    assert_eq!(check(good, "Hello, World!"), Ok(()));
    assert_eq!(
        check(&good.to_uppercase().replace("SHA", "sha"), "Hello, World!"),
        Ok(())
    );
    assert_eq!(check(good, "Hello, World"), Err(Problem::Wrong));
    assert_eq!(
        check(&good[..good.len() - 2], "Hello, World!"),
        Err(Problem::Wrong)
    );
    for bad in [
        &good[7..],
        "sha1=00",
        "sha256=",
        "sha256=zz",
        "sha256=+1",
        "sha256=0",
    ] {
        assert!(
            matches!(check(bad, "Hello, World!"), Err(Problem::Malformed(_))),
            "{bad}"
        );
    }
}

#[test]
fn stripe_signs_time_and_body() {
    let settings = SignatureSettings::of(SignaturePreset::Stripe);
    let body = "{\"id\": \"evt_test_webhook\", \"object\": \"event\"}";
    let code = "64776382e3b272a50ff9d6821bb74452794757d5dd79f1b091f36be25190d080";
    let check = |value: &str| {
        verify(
            &settings,
            &[("stripe-signature", value)],
            body,
            "whsec_test_secret",
            SIGNED_AT,
        )
    };
    assert_eq!(check(&format!("t=1614265330,v1={code}")), Ok(()));
    assert_eq!(
        check(&format!("t=1614265330,v1={},v1={code},v0=00", "0".repeat(64))),
        Ok(()),
        "a rotation"
    );
    assert_eq!(
        check(&format!("t=1614265331,v1={code}")),
        Err(Problem::Wrong),
        "the time is signed"
    );
    for bad in [
        format!("v1={code}"),
        format!("t=1614265330,t=1614265330,v1={code}"),
        format!("t=,v1={code}"),
        format!("t=+1614265330,v1={code}"),
        format!("t=1614265330,v0={code}"),
        "t=1614265330".into(),
        String::new(),
    ] {
        assert!(matches!(check(&bad), Err(Problem::Malformed(_))), "{bad}");
    }
}

#[test]
fn any_hmac_in_a_header_fits() {
    let settings = SignatureSettings {
        hash: SignatureHash::Sha512,
        encoding: SignatureEncoding::Base64,
        ..SignatureSettings::of(SignaturePreset::Generic)
    };
    let value = "GLy99HLCh3AR7ijb5ZmXBBuQjqvVO6WK+8FIJlBNrQ6wC/RAsxvk6aKN9VGzn0K7uY5N3++he2qsiQYNd8Oq8w==";
    let check = |value: &str| {
        verify(
            &settings,
            &[("x-signature", value)],
            "{\"a\":1}",
            "a-generic-secret-1",
            0,
        )
    };
    assert_eq!(check(value), Ok(()));
    assert_eq!(check(value.trim_end_matches('=')), Ok(()), "padding is optional");
    let timed = SignatureSettings {
        prefix: "v0=".into(),
        timestamp_header: "x-time".into(),
        signed: SignedContent::TimestampBody,
        ..SignatureSettings::of(SignaturePreset::Generic)
    };
    let code = "v0=3e33a479508debb8adb87b441d2f19d53e51da660a2903e8c0442f3dc43896c0";
    let pairs = [("x-time", "1614265330"), ("x-signature", code)];
    assert_eq!(
        verify(&timed, &pairs, "{\"a\":1}", "a-generic-secret-1", SIGNED_AT),
        Ok(())
    );
    assert_eq!(
        verify(&timed, &pairs[1..], "{\"a\":1}", "a-generic-secret-1", SIGNED_AT),
        Err(Problem::Missing("x-time".into()))
    );
}

#[test]
fn the_window_is_five_minutes_either_way() {
    let settings = SignatureSettings::of(SignaturePreset::StandardWebhooks);
    let at = |now: i64| verify(&settings, &STANDARD, STANDARD_BODY, STANDARD_SECRET, now);
    assert_eq!(at(SIGNED_AT + WINDOW_MS), Ok(()));
    assert_eq!(at(SIGNED_AT - WINDOW_MS), Ok(()));
    assert_eq!(at(SIGNED_AT + WINDOW_MS + 1), Err(Problem::TooOld(WINDOW_MS + 1)));
    assert_eq!(at(SIGNED_AT - WINDOW_MS - 1), Err(Problem::TooNew(WINDOW_MS + 1)));
    let late = Problem::TooOld(12 * 60_000).text();
    assert_eq!(
        late,
        "the timestamp is 12 minutes old; at most 5 minutes are accepted"
    );
}

#[test]
fn a_header_that_comes_twice_is_none() {
    let settings = SignatureSettings::of(SignaturePreset::StandardWebhooks);
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut twice = headers(&STANDARD);
        let value = twice[name].clone();
        twice.append(name, value);
        assert!(
            matches!(read(&settings, &twice), Err(Problem::Malformed(_))),
            "{name}"
        );
        let mut without = headers(&STANDARD);
        without.remove(name);
        assert_eq!(
            read(&settings, &without).err(),
            Some(Problem::Missing(name.into()))
        );
    }
}

#[test]
fn the_same_signed_bytes_are_the_same_call() {
    let settings = SignatureSettings::of(SignaturePreset::Stripe);
    let seen = |value: &str, user: u128, body: &str| {
        read(&settings, &headers(&[("stripe-signature", value)]))
            .unwrap()
            .seen_as(uuid::Uuid::from_u128(user), body.as_bytes())
    };
    let first = seen("t=1614265330,v1=aa,v1=bb", 1, "{}");
    assert_eq!(
        first.as_ref().map(|(_, until)| *until),
        Some(Timestamp(SIGNED_AT + WINDOW_MS))
    );
    assert_eq!(
        first,
        seen("t=1614265330,v1=bb", 1, "{}"),
        "a signature taken away"
    );
    for other in [
        seen("t=1614265331,v1=aa", 1, "{}"),
        seen("t=1614265330,v1=aa", 2, "{}"),
        seen("t=1614265330,v1=aa", 1, "[]"),
    ] {
        assert_ne!(first, other);
    }
    let github = SignatureSettings::of(SignaturePreset::Github);
    let claim = read(&github, &headers(&[("x-hub-signature-256", "sha256=aa")])).unwrap();
    assert!(
        claim.seen_as(uuid::Uuid::nil(), b"{}").is_none(),
        "nothing says when"
    );
}
