//! Every grant with every way a client proves itself.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use oauth::{
    Asked, ClientAuthentication, Grant, JwtBearer, KeyIdentity, MASKED, Parameters, ProviderUrl, TokenKind,
    revocation_call, token_call,
};
use secrecy::ExposeSecret;

use crate::support::{FRESH, TOKEN_URL, basic, field, form, key, private_key_jwt, profile, refresh};

/// A grant, its `grant_type` and the fields it sends.
type Row = (Grant, &'static str, Vec<(&'static str, &'static str)>);

fn grants() -> Vec<Row> {
    vec![
        (
            Grant::AuthorizationCode {
                code: "c0de".into(),
                redirect_uri: "https://switchboard.example/oauth/callback/1".into(),
                pkce_verifier: Some("v3rifier-0123".into()),
            },
            "authorization_code",
            vec![
                ("code", "c0de"),
                ("redirect_uri", "https://switchboard.example/oauth/callback/1"),
                ("code_verifier", "v3rifier-0123"),
            ],
        ),
        (
            Grant::ClientCredentials,
            "client_credentials",
            vec![("scope", "read write")],
        ),
        (
            Grant::Password {
                user: "ädmin".into(),
                password: "p&ss wörd=".into(),
            },
            "password",
            vec![
                ("username", "ädmin"),
                ("password", "p&ss wörd="),
                ("scope", "read write"),
            ],
        ),
        (
            Grant::JwtBearer(JwtBearer {
                key: key("rsa", None),
                identity: KeyIdentity::default(),
                issuer: None,
                subject: "user@example.com".into(),
                audience: None,
                claims: serde_json::Map::new(),
            }),
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
            vec![("scope", "read write")],
        ),
        (refresh(), "refresh_token", vec![("refresh_token", "old-refresh")]),
    ]
}

#[test]
fn every_grant_with_every_client_authentication() {
    let ways = [
        basic(),
        ClientAuthentication::Body("s3cret".into()),
        private_key_jwt(),
        ClientAuthentication::MutualTls,
        ClientAuthentication::Public,
    ];
    for way in ways {
        for (grant, grant_type, expected) in grants() {
            let call = token_call(&profile(way.clone()), &grant, &FRESH).unwrap();
            assert_eq!((call.method().as_str(), call.url().as_str()), ("POST", TOKEN_URL));
            assert_eq!(
                call.headers()["content-type"],
                "application/x-www-form-urlencoded"
            );
            assert_eq!(call.headers()["accept"], "application/json");
            assert_eq!(field(&call, "grant_type"), grant_type);
            for (name, value) in expected {
                assert_eq!(field(&call, name), value);
            }
            let names: Vec<String> = form(&call).into_iter().map(|(name, _)| name).collect();
            let has = |name: &str| names.iter().any(|known| known == name);
            let is_basic = matches!(way, ClientAuthentication::Basic(_));
            let is_jwt = matches!(way, ClientAuthentication::PrivateKeyJwt(_));
            assert_eq!(call.headers().contains_key("authorization"), is_basic, "{way:?}");
            // A client names itself once: in the header or in the form.
            assert_eq!(has("client_id"), !is_basic, "{way:?}");
            assert_eq!(has("client_secret"), matches!(way, ClientAuthentication::Body(_)));
            assert_eq!(
                (has("client_assertion"), has("client_assertion_type")),
                (is_jwt, is_jwt)
            );
            assert_eq!(
                call.needs_client_certificate(),
                matches!(way, ClientAuthentication::MutualTls)
            );
            assert_eq!(has("assertion"), matches!(grant, Grant::JwtBearer(_)));
            // Asking for more than a person granted would be refused.
            assert_eq!(has("scope"), !grant.asked().needs_person(), "{grant_type}");
        }
    }
}

#[test]
fn basic_encodes_id_and_secret_before_joining_them() {
    // RFC 6749 2.3.1 and appendix B: form encoding first, so that a colon in the secret cannot move the border.
    let call = token_call(&profile(basic()), &refresh(), &FRESH).unwrap();
    let header = call.headers()["authorization"].to_str().unwrap();
    let clear = STANDARD.decode(header.strip_prefix("Basic ").unwrap()).unwrap();
    assert_eq!(
        String::from_utf8(clear).unwrap(),
        "client+1:s3cret%3A%26%2B%C3%A4"
    );
}

#[test]
fn the_body_is_the_form_encoded() {
    let grant = Grant::Password {
        user: "a b".into(),
        password: "&=+%ä".into(),
    };
    let call = token_call(&profile(basic()), &grant, &FRESH).unwrap();
    assert_eq!(
        call.body().expose_secret(),
        "grant_type=password&username=a+b&password=%26%3D%2B%25%C3%A4&scope=read+write"
    );
}

#[test]
fn audience_resource_and_extra_parameters_go_where_they_belong() {
    let mut profile = profile(basic());
    profile.audience = Some("api.example".into());
    profile.resources = vec!["https://api.example/a".into(), "https://api.example/b".into()];
    profile.token_parameters = Parameters::parse([("tenant".to_owned(), "t 1".to_owned())]).unwrap();
    for (grant, grant_type, _) in grants() {
        let call = token_call(&profile, &grant, &FRESH).unwrap();
        let form = form(&call);
        let has = |name: &str, value: &str| form.contains(&(name.to_owned(), value.to_owned()));
        assert!(has("resource", "https://api.example/a") && has("resource", "https://api.example/b"));
        assert!(has("tenant", "t 1"), "{grant_type}");
        let audience_is_open = !grant.asked().needs_person();
        assert_eq!(has("audience", "api.example"), audience_is_open, "{grant_type}");
    }
}

#[test]
fn shown_and_debug_hold_no_secret() {
    let secrets = [
        "s3cret:&+ä",
        "client+1:s3cret%3A%26%2B%C3%A4",
        "c0de",
        "v3rifier-0123",
        "p&ss wörd=",
        "old-refresh",
    ];
    for way in [
        basic(),
        ClientAuthentication::Body("s3cret:&+ä".into()),
        private_key_jwt(),
    ] {
        for (grant, grant_type, _) in grants() {
            let call = token_call(&profile(way.clone()), &grant, &FRESH).unwrap();
            let text = format!("{:?} {:?} {grant:?} {way:?}", call.shown(), call);
            for secret in secrets {
                assert!(!text.contains(secret), "{secret} in {text}");
                assert!(!text.contains(&STANDARD.encode(secret)), "{secret} in {text}");
            }
            let shown = call.shown();
            assert!(shown.form.contains(&("grant_type".into(), grant_type.into())));
            for (name, value) in &shown.form {
                let is_secret = [
                    "code",
                    "code_verifier",
                    "password",
                    "assertion",
                    "client_assertion",
                    "client_secret",
                    "refresh_token",
                ]
                .contains(&name.as_str());
                assert_eq!(value == MASKED, is_secret, "{name}={value}");
            }
        }
    }
    let call = token_call(&profile(basic()), &refresh(), &FRESH).unwrap();
    assert!(
        call.shown()
            .headers
            .contains(&("authorization".into(), format!("Basic {MASKED}")))
    );
}

#[test]
fn every_secret_is_handed_to_the_mask() {
    let call = token_call(&profile(basic()), &refresh(), &FRESH).unwrap();
    let secrets: Vec<String> = call
        .secrets()
        .iter()
        .map(|s| s.expose_secret().to_owned())
        .collect();
    let header = STANDARD.encode("client+1:s3cret%3A%26%2B%C3%A4");
    assert_eq!(
        secrets,
        ["old-refresh".to_owned(), header, "s3cret:&+ä".to_owned()]
    );
}

#[test]
fn revocation_names_the_token_and_proves_the_client() {
    let url = ProviderUrl::parse("https://login.example.com/oauth/revoke").unwrap();
    for way in [basic(), ClientAuthentication::Public, private_key_jwt()] {
        let call = revocation_call(
            &profile(way.clone()),
            &url,
            &"dead-token".into(),
            TokenKind::Refresh,
            &FRESH,
        )
        .unwrap();
        assert_eq!(call.url().as_str(), "https://login.example.com/oauth/revoke");
        assert_eq!(call.asked(), Asked::Revocation);
        assert_eq!(field(&call, "token"), "dead-token");
        assert_eq!(field(&call, "token_type_hint"), "refresh_token");
        assert!(
            !form(&call)
                .iter()
                .any(|(name, _)| name == "grant_type" || name == "scope")
        );
        assert!(!format!("{:?}", call.shown()).contains("dead-token"));
        assert_eq!(
            call.headers().contains_key("authorization"),
            matches!(way, ClientAuthentication::Basic(_))
        );
    }
}
