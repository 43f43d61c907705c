//! Documents of providers, good and hostile.

use oauth::discovery::{Discovered, DiscoveryProblem, LARGEST_DOCUMENT, document_urls};
use serde_json::{Value, json};

const ISSUER: &str = "https://login.example.com/realms/a";

fn document() -> Value {
    json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://login.example.com/realms/a/authorize",
        "token_endpoint": "https://login.example.com/realms/a/token",
        "revocation_endpoint": "https://login.example.com/realms/a/revoke",
        "mtls_endpoint_aliases": {"token_endpoint": "https://mtls.example.com/token"},
        "authorization_response_iss_parameter_supported": true,
        "code_challenge_methods_supported": ["plain", "S256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "grant_types_supported": ["authorization_code"],
        "scopes_supported": ["openid"],
        "jwks_uri": "https://login.example.com/keys"
    })
}

fn with(field: &str, value: Value) -> Vec<u8> {
    let mut document = document();
    document[field] = value;
    document.to_string().into_bytes()
}

#[test]
fn both_kinds_of_document_are_looked_for() {
    let urls = |issuer: &str| -> Vec<String> {
        document_urls(issuer)
            .unwrap()
            .iter()
            .map(ToString::to_string)
            .collect()
    };
    assert_eq!(
        urls(ISSUER),
        [
            "https://login.example.com/realms/a/.well-known/openid-configuration",
            "https://login.example.com/.well-known/oauth-authorization-server/realms/a",
            "https://login.example.com/.well-known/openid-configuration/realms/a",
        ]
    );
    for issuer in ["https://login.example.com", "https://login.example.com/"] {
        assert_eq!(
            urls(issuer),
            [
                "https://login.example.com/.well-known/openid-configuration",
                "https://login.example.com/.well-known/oauth-authorization-server",
            ]
        );
    }
    for bad in [
        "",
        "login.example.com",
        "http://login.example.com",
        "https://a/?x=1",
        "https://a/?",
        "https://a/#b",
        "https://u:p@a/",
    ] {
        assert!(
            matches!(document_urls(bad), Err(DiscoveryProblem::BadIssuer(_))),
            "{bad}"
        );
    }
}

#[test]
fn a_good_document_is_read_and_lists_every_url() {
    let found = Discovered::parse(ISSUER, document().to_string().as_bytes()).unwrap();
    assert!(found.iss_promised);
    assert_eq!(found.pkce_s256, Some(true));
    assert_eq!(found.authentication_methods, ["private_key_jwt"]);
    let urls: Vec<&str> = found.urls().into_iter().map(oauth::ProviderUrl::as_str).collect();
    assert_eq!(
        urls,
        [
            "https://login.example.com/realms/a/token",
            "https://login.example.com/realms/a/authorize",
            "https://login.example.com/realms/a/revoke",
            "https://mtls.example.com/token",
        ]
    );
    let least = json!({"issuer": "http://127.0.0.1:9", "token_endpoint": "http://127.0.0.1:9/t"}).to_string();
    let least = Discovered::parse("http://127.0.0.1:9", least.as_bytes()).unwrap();
    assert_eq!(
        (least.iss_promised, least.pkce_s256, least.urls().len()),
        (false, None, 1)
    );
}

#[test]
fn another_issuer_is_refused_letter_by_letter() {
    for (named, hint) in [
        ("https://evil.example", "by hand"),
        ("https://login.example.com/realms/a/", "slash"),
        ("https://login.example.com/realms/A", "by hand"),
        ("https://login.example.com/{tenantid}/v2.0", "tenant"),
        ("", "by hand"),
    ] {
        let problem = Discovered::parse(ISSUER, &with("issuer", json!(named))).unwrap_err();
        assert!(matches!(problem, DiscoveryProblem::OtherIssuer { .. }), "{named}");
        assert!(problem.next_step().contains(hint), "{named}: {problem}");
    }
}

#[test]
fn urls_that_could_leak_are_refused() {
    for field in ["token_endpoint", "authorization_endpoint", "revocation_endpoint"] {
        for url in [
            "http://login.example.com/t",
            "http://169.254.169.254/",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://u:p@login.example.com/",
            "https://a/#f",
            "/token",
            "",
        ] {
            let problem = Discovered::parse(ISSUER, &with(field, json!(url))).unwrap_err();
            assert!(
                matches!(problem, DiscoveryProblem::BadUrl { .. }),
                "{field} {url}"
            );
        }
    }
    let alias = with(
        "mtls_endpoint_aliases",
        json!({"token_endpoint": "http://mtls.example.com/"}),
    );
    assert!(matches!(
        Discovered::parse(ISSUER, &alias),
        Err(DiscoveryProblem::BadUrl { .. })
    ));
}

#[test]
fn what_is_no_document_is_refused() {
    let mut without_token = document();
    without_token.as_object_mut().unwrap().remove("token_endpoint");
    let twice = format!(r#"{{"issuer": "{ISSUER}", "issuer": "x", "token_endpoint": "https://a/t"}}"#);
    let large = [document().to_string().into_bytes(), vec![b' '; LARGEST_DOCUMENT]].concat();
    for (name, body) in [
        ("empty", Vec::new()),
        ("a page", b"<html>".to_vec()),
        ("no issuer", br#"{"token_endpoint": "https://a/t"}"#.to_vec()),
        ("no token URL", without_token.to_string().into_bytes()),
        ("the issuer twice", twice.into_bytes()),
        ("too large", large),
        ("a number as URL", with("token_endpoint", json!(5))),
    ] {
        let problem = Discovered::parse(ISSUER, &body).expect_err(name);
        assert!(
            matches!(problem, DiscoveryProblem::NotMetadata(_)),
            "{name}: {problem}"
        );
    }
    let noisy = with("scopes_supported", json!(["a\r\nb", "\u{202e}c"]));
    assert_eq!(Discovered::parse(ISSUER, &noisy).unwrap().scopes, ["a b", "c"]);
}
