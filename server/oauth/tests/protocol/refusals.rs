//! Refusals of providers: what is final, what is not, and what is said about it.

use oauth::{FailureClass, Grant, TokenFailure};
use serde_json::json;

use crate::support::{NOW, call, raw, refresh};

const PASSING: FailureClass = FailureClass::Passing { retry_after_ms: None };

fn refused(grant: &Grant, status: u16, code: &str, description: &str) -> TokenFailure {
    let body = json!({"error": code, "error_description": description}).to_string();
    call(grant).read(&raw(status, body.as_bytes()), NOW).unwrap_err()
}

#[test]
fn only_what_can_never_succeed_again_is_final() {
    use FailureClass::{Configuration, Final};
    let refresh = refresh();
    let password = Grant::Password {
        user: "u".into(),
        password: "p4ss".into(),
    };
    let client = Grant::ClientCredentials;
    let rows: Vec<(&Grant, u16, &str, &str, FailureClass)> = vec![
        // Atlassian uses 403, GitHub 200, everybody else 400.
        (&refresh, 400, "invalid_grant", "", Final),
        (
            &refresh,
            403,
            "invalid_grant",
            "Unknown or invalid refresh token.",
            Final,
        ),
        (&refresh, 200, "bad_refresh_token", "", Final),
        (
            &refresh,
            403,
            "unauthorized_client",
            "refresh_token is invalid",
            Final,
        ),
        (&refresh, 401, "invalid_token", "", Final),
        (&refresh, 200, "invalid_refresh_token", "", Final),
        (&refresh, 200, "invalid_code", "", Final),
        (&refresh, 400, "interaction_required", "AADSTS50076", Final),
        (&refresh, 400, "consent_required", "", Final),
        (&refresh, 403, "access_denied", "", Final),
        (&refresh, 401, "server_error", "access_denied", Final),
        (&password, 401, "server_error", "access_denied", Final),
        (&password, 400, "invalid_grant", "", Final),
        (&refresh, 401, "invalid_client", "", Configuration),
        (
            &refresh,
            400,
            "invalid_client",
            "AADSTS7000222: The provided client secret keys are expired.",
            Configuration,
        ),
        (&refresh, 400, "invalid_request", "", Configuration),
        (&client, 400, "unauthorized_client", "", Configuration),
        (&client, 400, "invalid_scope", "", Configuration),
        (&client, 400, "invalid_target", "", Configuration),
        (&client, 400, "unsupported_grant_type", "", Configuration),
        (&refresh, 400, "temporarily_unavailable", "", PASSING),
        (&refresh, 400, "slow_down", "", PASSING),
        (&refresh, 400, "server_error", "", PASSING),
        (&refresh, 400, "a_new_word", "", PASSING),
        (&refresh, 400, "", "", PASSING),
        // A server in trouble says anything: it kills no token.
        (&refresh, 500, "invalid_grant", "", PASSING),
        (&refresh, 503, "invalid_grant", "", PASSING),
        (&refresh, 429, "invalid_grant", "", PASSING),
        (&refresh, 408, "access_denied", "", PASSING),
    ];
    for (grant, status, code, description, class) in rows {
        let failure = refused(grant, status, code, description);
        assert_eq!(failure.class, class, "{status} {code}: {failure}");
        assert!(failure.cause().contains("login.example.com"));
    }
}

#[test]
fn what_a_provider_says_is_cleaned_and_its_echo_masked() {
    let described = format!(
        "AADSTS70008: expired\r\nTrace: \u{1b}[31m\u{202e} old-refresh s3cret:&+ä <script>{}",
        "x".repeat(5000)
    );
    let failure = refused(&refresh(), 400, "invalid_grant", &described);
    let text = failure.sentence("Jira\nPROD");
    assert!(text.starts_with(
        "Connection Jira PROD: login.example.com refused the refresh token (invalid_grant: AADSTS"
    ));
    assert!(text.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{text}");
    assert!(
        !text.contains("old-refresh") && !text.contains("s3cret"),
        "{text}"
    );
    assert!(text.len() < 700, "{text}");
    let code = refused(&refresh(), 400, &format!("old-refresh\n{}", "y".repeat(5000)), "");
    assert!(code.code.clone().unwrap().chars().count() <= 301 && !code.to_string().contains("old-refresh"));
    let strange = call(&refresh()).read(
        &raw(400, br#"{"error": {"a": 1}, "error_description": [1]}"#),
        NOW,
    );
    assert_eq!(strange.unwrap_err().class, PASSING);
}

#[test]
fn every_final_refusal_says_what_to_do() {
    let jwt = crate::support::key("ec", None);
    let grants = [
        (refresh(), "Re-authorise"),
        (
            Grant::AuthorizationCode {
                code: "c0de".into(),
                redirect_uri: "https://a/b".into(),
                pkce_verifier: None,
            },
            "Get OAuth token",
        ),
        (
            Grant::Password {
                user: "u".into(),
                password: "p4ss".into(),
            },
            "Password",
        ),
        (Grant::ClientCredentials, "client credentials"),
        (
            Grant::JwtBearer(oauth::JwtBearer {
                key: jwt,
                identity: oauth::KeyIdentity::default(),
                issuer: None,
                subject: "u".into(),
                audience: None,
                claims: serde_json::Map::new(),
            }),
            "clock",
        ),
    ];
    for (grant, word) in grants {
        let failure = refused(&grant, 400, "invalid_grant", "");
        assert!(failure.next_step().contains(word), "{failure}");
    }
}

#[test]
fn what_a_provider_repeats_of_the_call_is_not_told() {
    let secret = "s3cret:&+ä";
    let header = call(&refresh()).headers()["authorization"]
        .to_str()
        .unwrap()
        .to_owned();
    let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    for repeated in [
        secret.to_owned(),
        header,
        form.clone(),
        form.to_lowercase(),
        json!(secret).to_string(),
        json!({ "client_secret": secret, "refresh_token": "old-refresh" }).to_string(),
        "refresh_token=old%2Drefresh".to_owned(),
    ] {
        let failure = refused(&refresh(), 400, "invalid_request", &format!("you sent {repeated}."));
        let told = failure.to_string();
        assert!(told.contains("you sent ") && told.contains("••••••"), "{told}");
        for clear in ["s3cret", "old-refresh", "old%2Drefresh"] {
            assert!(!told.contains(clear), "{repeated}: {told}");
        }
        let credentials = repeated.strip_prefix("Basic ").unwrap_or("s3cret");
        assert!(!told.contains(credentials), "{told}");
    }
}
