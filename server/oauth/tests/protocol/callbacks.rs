//! Flows begun, and the callbacks that end them: good and hostile.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::Timestamp;
use oauth::{
    CallbackProblem, ClientAuthentication, Grant, Parameters, Profile, ProviderUrl,
    authorization::{Authorization, Binding, CannotBegin, LIFE_MS, Pending, begin},
};
use secrecy::ExposeSecret;
use sha2::{Digest, Sha256};
use url::Url;

use crate::support::{NOW, basic, profile};

const REDIRECT: &str = "https://switchboard.example/oauth/callback/01890a5d-ac96-774b-bcce-b302099a8057";
const RANDOM: [u8; 64] = *b"0123456789abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ_-+*/.";

fn authorization() -> Authorization {
    Authorization {
        authorization_url: ProviderUrl::parse("https://login.example.com/authorize?brand=a").unwrap(),
        parameters: Parameters::parse([("prompt".to_owned(), "consent".to_owned())]).unwrap(),
        pkce: true,
        issuer: Some("https://login.example.com".into()),
        iss_promised: false,
    }
}

fn binding() -> Binding {
    Binding::of("session", "connection")
}

fn started(profile: &Profile, authorization: &Authorization) -> (Url, Pending) {
    begin(profile, authorization, REDIRECT, binding(), &RANDOM, NOW).unwrap()
}

fn parameter(url: &Url, name: &str) -> Option<String> {
    let mut found = url.query_pairs().filter(|(n, _)| n == name);
    let value = found.next().map(|(_, value)| value.into_owned());
    assert!(found.next().is_none(), "{name} twice in {url}");
    value
}

fn state() -> String {
    URL_SAFE_NO_PAD.encode(&RANDOM[..32])
}

/// Ends a flow begun with `authorization` by `query`, in which STATE stands for the right state.
fn finish_with(authorization: &Authorization, query: &str) -> Result<Grant, CallbackProblem> {
    let (_, pending) = started(&profile(basic()), authorization);
    pending.finish(&query.replace("STATE", &state()), binding(), NOW.plus(1000))
}

fn finish(query: &str) -> Result<Grant, CallbackProblem> {
    finish_with(&authorization(), query)
}

#[test]
fn the_authorization_url_has_all_it_needs() {
    let mut profile = profile(basic());
    profile.audience = Some("api.atlassian.com".into());
    profile.resources = vec!["https://api.example/".into()];
    let (url, _) = started(&profile, &authorization());
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(URL_SAFE_NO_PAD.encode(&RANDOM[32..])));
    for (name, value) in [
        ("brand", "a"),
        ("response_type", "code"),
        ("client_id", "client 1"),
        ("redirect_uri", REDIRECT),
        ("scope", "read write"),
        ("state", &state()),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
        ("audience", "api.atlassian.com"),
        ("resource", "https://api.example/"),
        ("prompt", "consent"),
    ] {
        assert_eq!(parameter(&url, name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(state().len(), 43, "256 bits");
    assert!(
        !url.as_str().contains("s3cret") && !url.as_str().contains(&URL_SAFE_NO_PAD.encode(&RANDOM[32..]))
    );
}

#[test]
fn another_flow_has_another_state_and_challenge() {
    let (first, _) = started(&profile(basic()), &authorization());
    let (second, _) = begin(
        &profile(basic()),
        &authorization(),
        REDIRECT,
        binding(),
        &[7; 64],
        NOW,
    )
    .unwrap();
    for name in ["state", "code_challenge"] {
        assert_ne!(parameter(&first, name), parameter(&second, name));
    }
}

#[test]
fn a_public_client_never_goes_without_pkce() {
    let without = Authorization {
        pkce: false,
        ..authorization()
    };
    let public = profile(ClientAuthentication::Public);
    let refused = begin(&public, &without, REDIRECT, binding(), &RANDOM, NOW);
    assert_eq!(refused.err(), Some(CannotBegin::PublicWithoutPkce));
    let (url, _) = started(&public, &authorization());
    assert!(parameter(&url, "code_challenge").is_some());
    let (url, pending) = started(&profile(basic()), &without);
    assert!(parameter(&url, "code_challenge").is_none());
    let grant = pending
        .finish(&format!("code=c&state={}", state()), binding(), NOW)
        .unwrap();
    assert!(matches!(
        grant,
        Grant::AuthorizationCode {
            pkce_verifier: None,
            ..
        }
    ));
    let no_url = begin(&public, &authorization(), "/callback", binding(), &RANDOM, NOW);
    assert_eq!(no_url.err(), Some(CannotBegin::RedirectUri));
}

#[test]
fn a_good_callback_gives_the_code_with_its_verifier_and_redirect_uri() {
    for query in [
        "code=a%2Fb&state=STATE",
        "?state=STATE&code=a%2Fb&session_state=x",
        "code=a%2Fb&state=STATE&iss=https%3A%2F%2Flogin.example.com",
    ] {
        let Grant::AuthorizationCode {
            code,
            redirect_uri,
            pkce_verifier,
        } = finish(query).unwrap()
        else {
            panic!("not a code")
        };
        assert_eq!(code.expose_secret(), "a/b");
        assert_eq!(redirect_uri, REDIRECT);
        assert_eq!(
            pkce_verifier.unwrap().expose_secret(),
            URL_SAFE_NO_PAD.encode(&RANDOM[32..])
        );
    }
}

#[test]
fn hostile_callbacks_are_refused_with_the_reason() {
    use CallbackProblem as P;
    let other_state = URL_SAFE_NO_PAD.encode([1; 32]);
    let wrong_issuer = |issuer: &str| P::OtherIssuer(issuer.to_owned());
    let rows: Vec<(String, P)> = vec![
        (String::new(), P::StateMismatch),
        ("code=c".into(), P::StateMismatch),
        ("code=c&state=".into(), P::StateMismatch),
        (format!("code=c&state={other_state}"), P::StateMismatch),
        (format!("code=c&state={}", &state()[..42]), P::StateMismatch),
        (format!("code=c&state={}A", state()), P::StateMismatch),
        (
            format!("code=c&state={}", state().to_lowercase()),
            P::StateMismatch,
        ),
        ("code=c&state=STATE%00".into(), P::StateMismatch),
        (
            "code=c&state=STATE&state=STATE".into(),
            P::Repeated("state".into()),
        ),
        ("code=c&code=d&state=STATE".into(), P::Repeated("code".into())),
        ("code=c&state=STATE&iss=a&iss=b".into(), P::Repeated("iss".into())),
        ("error=a&error=b&state=STATE".into(), P::Repeated("error".into())),
        ("state=STATE".into(), P::NoCode),
        ("code=&state=STATE".into(), P::NoCode),
        ("code=c&error=access_denied&state=STATE".into(), P::Malformed),
        ("code=a%0D%0Ab&state=STATE".into(), P::Malformed),
        ("code=a%20b&state=STATE".into(), P::Malformed),
        ("code=%C3%A4&state=STATE".into(), P::Malformed),
        (format!("code={}&state=STATE", "c".repeat(5000)), P::Malformed),
        (
            format!("code=c&state=STATE&x={}", "c".repeat(20_000)),
            P::Malformed,
        ),
        (
            "code=c&state=STATE&iss=https://evil.example".into(),
            wrong_issuer("https://evil.example"),
        ),
        (
            "code=c&state=STATE&iss=https://login.example.com/".into(),
            wrong_issuer("https://login.example.com/"),
        ),
        (
            "code=c&state=STATE&iss=https://login.example.com.evil".into(),
            wrong_issuer("https://login.example.com.evil"),
        ),
        ("code=c&state=STATE&iss=".into(), wrong_issuer("")),
        // An error of another provider is believed no more than its code.
        (
            "error=access_denied&state=STATE&iss=https://evil.example".into(),
            wrong_issuer("https://evil.example"),
        ),
        ("error=access_denied".into(), P::StateMismatch),
    ];
    assert!(rows.len() >= 25);
    for (query, problem) in rows {
        let met = finish(&query).expect_err(&query);
        assert_eq!(met, problem, "{}", &query[..query.len().min(80)]);
        assert!(!met.cause().is_empty() && met.next_step().ends_with('.'));
    }
}

#[test]
fn iss_is_demanded_where_it_was_promised() {
    let promised = Authorization {
        iss_promised: true,
        ..authorization()
    };
    assert_eq!(
        finish_with(&promised, "code=c&state=STATE").unwrap_err(),
        CallbackProblem::NoIssuer
    );
    assert_eq!(
        finish_with(&promised, "error=x&state=STATE").unwrap_err(),
        CallbackProblem::NoIssuer
    );
    assert!(finish_with(&promised, "code=c&state=STATE&iss=https://login.example.com").is_ok());
}

#[test]
fn without_a_known_issuer_only_the_host_asked_is_believed() {
    let unknown = Authorization {
        issuer: None,
        ..authorization()
    };
    assert!(finish_with(&unknown, "code=c&state=STATE").is_ok());
    assert!(
        finish_with(
            &unknown,
            "code=c&state=STATE&iss=https://login.example.com/realms/a"
        )
        .is_ok()
    );
    for iss in [
        "https://evil.example",
        "http://login.example.com",
        "https://login.example.com:8443",
        "login.example.com",
        "",
    ] {
        let met = finish_with(&unknown, &format!("code=c&state=STATE&iss={iss}"));
        assert_eq!(
            met.unwrap_err(),
            CallbackProblem::OtherIssuer(iss.into()),
            "{iss}"
        );
    }
}

#[test]
fn who_began_ends_within_ten_minutes() {
    let ended = |binding: Binding, now: Timestamp| {
        let (_, pending) = started(&profile(basic()), &authorization());
        pending.finish(&format!("code=c&state={}", state()), binding, now)
    };
    assert!(ended(binding(), NOW.plus(LIFE_MS - 1)).is_ok());
    assert_eq!(
        ended(binding(), NOW.plus(LIFE_MS)).unwrap_err(),
        CallbackProblem::Expired
    );
    assert_eq!(
        ended(binding(), NOW.plus(-1)).unwrap_err(),
        CallbackProblem::Expired
    );
    for other in [
        Binding::of("other", "connection"),
        Binding::of("session", "other"),
        Binding::of("sessionc", "onnection"),
    ] {
        assert_eq!(ended(other, NOW).unwrap_err(), CallbackProblem::OtherStarter);
    }
}

#[test]
fn refusals_of_the_provider_are_explained_and_cleaned() {
    use CallbackProblem as P;
    let met = |query: &str| finish(&format!("{query}&state=STATE")).unwrap_err();
    assert_eq!(
        met("error=access_denied&error_description=User%20did%20not%20authorize"),
        P::Denied {
            said: "access_denied: User did not authorize".into()
        }
    );
    assert!(matches!(met("error=consent_required"), P::Denied { .. }));
    assert!(matches!(met("error=temporarily_unavailable"), P::Passing { .. }));
    assert!(met("error=invalid_scope").next_step().contains("scopes"));
    assert!(
        met("error=unauthorized_client")
            .next_step()
            .contains("authorization code grant")
    );
    assert!(met("error=invalid_request").next_step().contains("redirect URL"));
    let hostile = met("error=%3Cb%3E&error_description=a%0D%0Ab%1B%E2%80%AE");
    let text = hostile.sentence("Jira");
    assert!(
        text.starts_with("Connection Jira: ") && text.contains("<b>: a b"),
        "{text}"
    );
    assert!(text.chars().all(|c| !c.is_control() && c != '\u{202e}'));
    let long = met(&format!("error=x&error_description={}", "y".repeat(9000)));
    assert!(long.to_string().len() < 800);
}

#[test]
fn a_pending_flow_survives_the_vault_and_nothing_else_does() {
    let (_, pending) = started(&profile(basic()), &authorization());
    let sealed = pending.to_sealable();
    assert!(
        !sealed.expose_secret().contains(&state()),
        "only its hash is kept"
    );
    let back = Pending::from_sealable(&sealed).unwrap();
    assert!(
        back.finish(&format!("code=c&state={}", state()), binding(), NOW)
            .is_ok()
    );
    let back = Pending::from_sealable(&sealed).unwrap();
    assert_eq!(
        back.finish(
            &format!("code=c&state={}", state()),
            Binding::of("x", "connection"),
            NOW
        )
        .unwrap_err(),
        CallbackProblem::OtherStarter
    );
    for broken in ["", "{}", "null", &sealed.expose_secret()[1..]] {
        assert!(Pending::from_sealable(&broken.into()).is_none());
    }
}

#[test]
fn nothing_waiting_is_a_reason_too() {
    let text = CallbackProblem::NotBegun.sentence("Jira");
    assert!(text.contains("Connection Jira") && text.contains("Get OAuth token"));
}
