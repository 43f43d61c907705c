//! What providers answer, good and hostile.

use oauth::{
    Asked, FailureClass, HttpCall, LARGEST_ANSWER, ProviderUrl, RawAnswer, TokenAnswer, TokenFailure,
    TokenKind, revocation_call,
};
use secrecy::ExposeSecret;
use serde_json::json;

use crate::support::{FRESH, NOW, basic, call, profile, raw, refresh};

const PASSING: FailureClass = FailureClass::Passing { retry_after_ms: None };

fn read(body: &str) -> Result<TokenAnswer, TokenFailure> {
    call(&refresh()).read(&raw(200, body.as_bytes()), NOW)
}

fn good(body: &serde_json::Value) -> TokenAnswer {
    read(&body.to_string()).unwrap()
}

#[test]
fn a_full_answer_is_read() {
    let answer = good(&json!({
        "access_token": "acc", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "ref",
        "refresh_token_expires_in": 7_776_000, "scope": "read write", "id_token": "x.y.z", "new": {"a": [1]}
    }));
    assert_eq!(answer.access_token.expose_secret(), "acc");
    assert_eq!(answer.expires_in_ms, Some(3_600_000));
    assert_eq!(answer.refresh_token.unwrap().expose_secret(), "ref");
    assert_eq!(answer.refresh_expires_in_ms, Some(7_776_000_000));
    assert_eq!(answer.scope.as_deref(), Some("read write"));
}

#[test]
fn providers_spell_types_and_lives_in_their_own_way() {
    for token_type in [json!("bearer"), json!("BEARER"), json!(null)] {
        good(&json!({"access_token": "a", "token_type": token_type}));
    }
    good(&json!({"access_token": "a"}));
    good(&json!({"access_token": "a", "error": "", "error_description": ""}));
    for (life, expected) in [
        (json!(60), Some(60_000)),
        (json!("3599"), Some(3_599_000)),
        (json!(" 60 "), Some(60_000)),
        (json!(3599.9), Some(3_599_000)),
        (json!("1e3"), Some(1_000_000)),
        // Expired already.
        (json!(0), Some(0)),
        (json!(-5), Some(0)),
        (json!("-5"), Some(0)),
        (json!(-0.5), Some(0)),
        // Not said: the token is used until it is refused.
        (json!("soon"), None),
        (json!(null), None),
        (json!({}), None),
        (json!("NaN"), None),
        // No life is longer than ten years.
        (json!(u64::MAX), Some(315_360_000_000)),
        (json!(1e300), Some(315_360_000_000)),
        (json!("9".repeat(400)), None),
    ] {
        let answer = good(&json!({"access_token": "a", "expires_in": life}));
        assert_eq!(answer.expires_in_ms, expected, "{life}");
    }
    for name in [
        "refresh_token_expires_in",
        "refresh_expires_in",
        "x_refresh_token_expires_in",
    ] {
        let answer = good(&json!({"access_token": "a", "refresh_token": "r", name: "100"}));
        assert_eq!(answer.refresh_expires_in_ms, Some(100_000), "{name}");
        // Keycloak's offline tokens do not end.
        let endless = good(&json!({"access_token": "a", "refresh_token": "r", name: 0}));
        assert_eq!(endless.refresh_expires_in_ms, None, "{name}");
    }
    let list = good(&json!({"access_token": "a", "scope": ["x", "y"]}));
    assert_eq!(list.scope.as_deref(), Some("x y"));
}

#[test]
fn a_missing_or_empty_refresh_token_is_none_at_all() {
    for body in [
        json!({"access_token": "a"}),
        json!({"access_token": "a", "refresh_token": ""}),
        json!({"access_token": "a", "refresh_token": null}),
    ] {
        let answer = good(&body);
        assert!(answer.refresh_token.is_none(), "{body}");
        assert!(!answer.compared_with(None, Some(&"old".into())).refresh_is_new);
    }
}

#[test]
fn a_repeated_token_is_not_new() {
    let answer = good(&json!({"access_token": "a", "refresh_token": "r"}));
    let same = answer.compared_with(Some(&"a".into()), Some(&"r".into()));
    assert!(!same.access_is_new && !same.refresh_is_new);
    let new = answer.compared_with(Some(&"b".into()), Some(&"s".into()));
    assert!(new.access_is_new && new.refresh_is_new);
    let first = answer.compared_with(None, None);
    assert!(first.access_is_new && first.refresh_is_new);
}

/// Answers that must neither give a token nor kill one.
#[test]
fn hostile_answers_give_no_token_and_kill_none() {
    let long = |name: &str| json!({"access_token": "a", name: "x".repeat(100 * 1024)}).to_string();
    let hostile: Vec<(&str, String)> = vec![
        ("empty", String::new()),
        ("a page", "<html><h1>Log in</h1></html>".into()),
        ("a form", "access_token=a&token_type=bearer".into()),
        ("a list", "[]".into()),
        ("a text", "\"token\"".into()),
        ("null", "null".into()),
        ("an empty object", "{}".into()),
        ("cut off", r#"{"access_token": "a"#.into()),
        (
            "two documents",
            r#"{"access_token": "a"}{"access_token": "b"}"#.into(),
        ),
        (
            "a token twice",
            r#"{"access_token": "a", "access_token": "b"}"#.into(),
        ),
        ("a number as token", r#"{"access_token": 5}"#.into()),
        ("an object as token", r#"{"access_token": {"a": 1}}"#.into()),
        ("an empty token", r#"{"access_token": ""}"#.into()),
        (
            "a header in the token",
            json!({"access_token": "a\r\nX-Evil: 1"}).to_string(),
        ),
        ("a blank in the token", json!({"access_token": "a b"}).to_string()),
        (
            "a control character in the token",
            json!({"access_token": "a\u{0}"}).to_string(),
        ),
        (
            "letters with accents in the token",
            json!({"access_token": "tökén"}).to_string(),
        ),
        (
            "a control character in the refresh token",
            json!({"access_token": "a", "refresh_token": "r\n"}).to_string(),
        ),
        (
            "a token of 20 KiB",
            json!({"access_token": "x".repeat(20 * 1024)}).to_string(),
        ),
        (
            "a refresh token of 20 KiB",
            json!({"access_token": "a", "refresh_token": "x".repeat(20_480)}).to_string(),
        ),
        ("a token of 100 KiB", long("token")),
        (
            "a deep document",
            format!(r#"{{"access_token": "a", "scope": {}"#, "[".repeat(50_000)),
        ),
        (
            "not UTF-8",
            String::from_utf8_lossy(b"{\"access_token\": \"\xff\"}").into_owned(),
        ),
    ];
    assert!(hostile.len() >= 23);
    for (name, body) in hostile {
        let failure = read(&body).expect_err(name);
        assert_eq!(failure.class, PASSING, "{name}: {failure}");
        assert!(
            failure.cause().contains("login.example.com") && failure.cause().len() < 400,
            "{name}: {failure}"
        );
        assert!(!failure.next_step().is_empty());
    }
    let bytes = call(&refresh()).read(&raw(200, b"{\"access_token\": \"a\xff\"}"), NOW);
    assert_eq!(bytes.unwrap_err().class, PASSING);
    let cut = RawAnswer {
        truncated: true,
        ..raw(200, br#"{"access_token": "a"}"#)
    };
    assert_eq!(call(&refresh()).read(&cut, NOW).unwrap_err().class, PASSING);
    let large = format!("{}{}", r#"{"access_token": "a"}"#, " ".repeat(LARGEST_ANSWER));
    assert_eq!(read(&large).unwrap_err().class, PASSING);
}

#[test]
fn only_bearer_tokens_are_taken() {
    for token_type in [
        json!("DPoP"),
        json!("mac"),
        json!("bot"),
        json!(""),
        json!(7),
        json!("Bearer2"),
    ] {
        let failure = read(&json!({"access_token": "a", "token_type": token_type}).to_string()).unwrap_err();
        assert_eq!(failure.class, FailureClass::Configuration, "{token_type}");
        assert!(failure.next_step().contains("Bearer"));
    }
}

#[test]
fn pages_and_bare_statuses_never_kill_a_token() {
    for status in [
        200, 201, 204, 400, 401, 403, 404, 405, 408, 418, 429, 500, 502, 503, 504,
    ] {
        for body in ["", "<html>Bad gateway</html>", "{}", "{\"message\": \"no\"}"] {
            let failure = call(&refresh())
                .read(&raw(status, body.as_bytes()), NOW)
                .unwrap_err();
            assert_eq!(failure.class, PASSING, "{status} {body}");
            assert!(!failure.cause().contains('<'), "{failure}");
        }
    }
}

#[test]
fn a_redirect_is_not_followed_and_its_query_not_shown() {
    let answer = RawAnswer {
        location: Some("https://other.example/login?code=s3cret"),
        ..raw(302, b"")
    };
    let failure = call(&refresh()).read(&answer, NOW).unwrap_err();
    assert_eq!(failure.class, FailureClass::Configuration);
    assert!(failure.cause().contains("https://other.example/login") && !failure.cause().contains("s3cret"));
}

#[test]
fn retry_after_is_passed_on() {
    for (status, body) in [(429, ""), (503, "<html>"), (400, r#"{"error": "slow_down"}"#)] {
        let answer = RawAnswer {
            retry_after: Some("120"),
            ..raw(status, body.as_bytes())
        };
        let class = call(&refresh()).read(&answer, NOW).unwrap_err().class;
        assert_eq!(
            class,
            FailureClass::Passing {
                retry_after_ms: Some(120_000)
            },
            "{status}"
        );
    }
}

#[test]
fn only_a_call_that_was_surely_not_processed_says_so() {
    for (status, unprocessed) in [
        (200, false),
        (400, false),
        (408, false),
        (429, true),
        (500, false),
        (502, false),
        (503, true),
        (504, false),
    ] {
        for body in ["", r#"{"error": "temporarily_unavailable"}"#] {
            let failure = call(&refresh())
                .read(&raw(status, body.as_bytes()), NOW)
                .unwrap_err();
            assert_eq!(failure.unprocessed, unprocessed, "{status} {body}");
        }
    }
    let unreachable = TokenFailure::unreachable("refused", "");
    assert!(!unreachable.unprocessed && unreachable.unsent().unprocessed);
}

#[test]
fn an_unreachable_provider_kills_nothing() {
    let failure = TokenFailure::unreachable("login.example.com refused the connection.", "Check the port.");
    assert_eq!(failure.class, PASSING);
    assert_eq!(
        failure.to_string(),
        "login.example.com refused the connection. Check the port."
    );
}

#[test]
fn revocation_is_done_or_says_why_not() {
    let url = ProviderUrl::parse("https://login.example.com/revoke").unwrap();
    let call: HttpCall = revocation_call(
        &profile(basic()),
        &url,
        &"dead".into(),
        TokenKind::Refresh,
        &FRESH,
    )
    .unwrap();
    assert_eq!(call.asked(), Asked::Revocation);
    call.read_revocation(&raw(200, b"anything"), NOW).unwrap();
    call.read_revocation(&raw(204, b""), NOW).unwrap();
    let class = |status, body: &[u8]| call.read_revocation(&raw(status, body), NOW).unwrap_err().class;
    assert_eq!(class(503, b""), PASSING);
    assert_eq!(
        class(401, br#"{"error": "invalid_client"}"#),
        FailureClass::Configuration
    );
    assert_eq!(
        class(400, br#"{"error": "unsupported_token_type"}"#),
        FailureClass::Configuration
    );
}
