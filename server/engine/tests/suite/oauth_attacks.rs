//! What an attacker, a hostile provider or a careless profile may try: every one is refused, in plain words, and leaves
//! no token behind (promise S7).

use crate::support::{
    Fixture, Target, answer,
    provider::{Behaviour, Provider, connection, parameter, profile, view},
};
use engine::{clock::Clock, oauth_profiles, tokens};
use model::{Timestamp, id::ConnectionId, oauth_profile_form::OauthProfileForm, token::TokenStatus};

const NOW: Timestamp = Timestamp(1_795_000_000_000);
const ISSUER: &str = "https://login.example.com";

/// A connection whose provider promises `iss` in every callback.
struct World {
    fixture: Fixture,
    clock: Clock,
    provider: Provider,
    connection: ConnectionId,
    _api: Target,
}

impl World {
    async fn new() -> Self {
        let clock = Clock::fixed(NOW);
        let api = Target::start(|_| answer(200, "", "{}")).await;
        let provider = Provider::start(Behaviour::default()).await;
        let fixture = Fixture::at(clock.clone()).await;
        let form = OauthProfileForm {
            issuer: ISSUER.into(),
            iss_promised: "on".into(),
            ..provider.form("authorization_code", &api.url)
        };
        let profile = profile(&fixture, form).await;
        let (_, connection) = connection(&fixture, profile, &api.url).await;
        Self {
            fixture,
            clock,
            provider,
            connection,
            _api: api,
        }
    }

    async fn begin(&self) -> String {
        let url = tokens::begin(
            &self.fixture.engine,
            &self.fixture.design(),
            self.connection,
            "mine",
        )
        .await;
        parameter(&url.unwrap(), "state").unwrap()
    }

    async fn finish(&self, session: &str, query: &str) -> engine::Result<()> {
        tokens::finish(
            &self.fixture.engine,
            &self.fixture.design(),
            self.connection,
            session,
            query,
        )
        .await
    }

    /// The attack came to nothing and says so in one line that names the connection. Markup in it is text: pages escape.
    async fn refused(&self, attack: &str, result: engine::Result<()>) {
        let said = match result {
            Ok(()) => panic!("{attack}: let in"),
            Err(error) => error.to_string(),
        };
        assert!(said.contains("Jira Test"), "{attack}: {said}");
        assert!(!said.contains(char::is_control), "{attack}: {said}");
        assert!(said.len() < 2000, "{attack}: {} bytes", said.len());
        assert!(!said.contains("canary"), "{attack}: {said}");
        let view = view(&self.fixture, self.connection).await;
        assert_ne!(view.status, TokenStatus::Live, "{attack}: left a token");
    }
}

/// Callbacks by name and query; STATE stands for the right state.
fn callbacks() -> Vec<(&'static str, String)> {
    let good = format!("iss={ISSUER}&code=good-code&state=STATE");
    let long = "a".repeat(100 * 1024);
    let query = |text: &str| text.to_owned();
    vec![
        ("nothing at all", query("")),
        ("no state", format!("iss={ISSUER}&code=good-code")),
        ("empty state", format!("iss={ISSUER}&code=good-code&state=")),
        ("made-up state", format!("iss={ISSUER}&code=good-code&state=AAAA")),
        ("beginning of the state", good.replace("STATE", "HALF")),
        ("state in other case", good.replace("STATE", "UPPER")),
        ("state twice", format!("{good}&state=other")),
        (
            "state as a list",
            format!("iss={ISSUER}&code=good-code&state[]=STATE"),
        ),
        ("no code", format!("iss={ISSUER}&state=STATE")),
        ("empty code", format!("iss={ISSUER}&code=&state=STATE")),
        ("code twice", format!("{good}&code=other")),
        ("code with an error", format!("{good}&error=access_denied")),
        (
            "code with line breaks",
            format!("iss={ISSUER}&code=a%0d%0aX:%20y&state=STATE"),
        ),
        ("code of 100 KiB", format!("iss={ISSUER}&code={long}&state=STATE")),
        ("no issuer though promised", query("code=good-code&state=STATE")),
        (
            "another issuer",
            good.replace("login.example.com", "evil.example.com"),
        ),
        (
            "issuer with a slash",
            good.replace(ISSUER, "https://login.example.com/"),
        ),
        ("issuer by http", good.replace("https:", "http:")),
        (
            "issuer in other case",
            good.replace("login.example", "LOGIN.example"),
        ),
        ("issuer twice", format!("{good}&iss=https://evil.example.com")),
        ("a stranger's code", good.replace("good-code", "stolen-code")),
        (
            "consent denied",
            format!("iss={ISSUER}&error=access_denied&state=STATE"),
        ),
        (
            "error with markup",
            format!("iss={ISSUER}&error=x&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=STATE"),
        ),
        (
            "error code with markup",
            format!("iss={ISSUER}&error=%3Cimg%20src=x%20onerror=alert(1)%3E&state=STATE"),
        ),
        (
            "error of 100 KiB",
            format!("iss={ISSUER}&error=x&error_description={long}&state=STATE"),
        ),
        (
            "token in the callback",
            format!("iss={ISSUER}&access_token=evil&token_type=Bearer&state=STATE"),
        ),
    ]
}

#[tokio::test]
async fn hostile_callbacks_are_refused() {
    let world = World::new().await;
    for (attack, query) in callbacks() {
        let state = world.begin().await;
        let query = query
            .replace("STATE", &state)
            .replace("HALF", &state[..state.len() / 2])
            .replace("UPPER", &swapped(&state));
        let result = world.finish("mine", &query).await;
        world.refused(attack, result).await;
        // Whatever came, the flow is over: the right callback comes too late.
        let late = format!("iss={ISSUER}&code=good-code&state={state}");
        let result = world.finish("mine", &late).await;
        world
            .refused(&format!("{attack}, then the right one"), result)
            .await;
    }
    let sent: Vec<_> = world
        .provider
        .behaviour
        .lock()
        .unwrap()
        .calls
        .iter()
        .flatten()
        .cloned()
        .collect();
    let codes: Vec<_> = sent
        .iter()
        .filter(|(name, _)| name == "code")
        .map(|(_, code)| code.as_str())
        .collect();
    assert_eq!(
        codes,
        ["stolen-code"],
        "only a code with state and issuer right reaches the provider"
    );
}

fn swapped(text: &str) -> String {
    let swap = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    text.chars().map(swap).collect()
}

#[tokio::test]
async fn flows_end_where_and_by_whom_they_were_begun() {
    let world = World::new().await;
    let good = |state: &str| format!("iss={ISSUER}&code=good-code&state={state}");
    let result = world.finish("mine", &good("anything")).await;
    world.refused("a callback that nobody began", result).await;
    let state = world.begin().await;
    let result = world.finish("another session", &good(&state)).await;
    world.refused("a link sent to somebody else", result).await;
    let state = world.begin().await;
    world.clock.advance(10 * 60 * 1000 + 1);
    let result = world.finish("mine", &good(&state)).await;
    world.refused("after ten minutes", result).await;
    let first = world.begin().await;
    world.begin().await;
    let result = world.finish("mine", &good(&first)).await;
    world.refused("an earlier flow than the last", result).await;
    // Another connection's flow, at another provider (mix-up, COAT).
    let other = World::second(&world).await;
    let url = tokens::begin(&world.fixture.engine, &world.fixture.design(), other, "mine")
        .await
        .unwrap();
    world.begin().await;
    let result = world
        .finish("mine", &good(&parameter(&url, "state").unwrap()))
        .await;
    world.refused("another connection's state", result).await;
    assert!(
        parameter(&url, "redirect_uri")
            .unwrap()
            .ends_with(&other.to_string()),
        "a redirect URI of its own"
    );
    assert_eq!(parameter(&url, "code_challenge_method").as_deref(), Some("S256"));
    assert_eq!(world.provider.calls(), 0);
}

impl World {
    /// A second connection with the same provider.
    async fn second(&self) -> ConnectionId {
        let stored = oauth_profiles::list(&self.fixture.engine, &self.fixture.see())
            .await
            .unwrap();
        let integration = self.fixture.integration("user").await;
        let form = model::connection_form::ConnectionForm {
            authentication: "oauth2".into(),
            oauth_profile: stored[0].id.to_string(),
            ..crate::support::form(integration, "Other", &stored[0].api_origins[0])
        };
        self.fixture.save(form).await.unwrap()
    }
}

#[tokio::test]
async fn hostile_token_answers_bring_no_token() {
    let world = World::new().await;
    let huge = format!(
        r#"{{"access_token":"{}","token_type":"Bearer"}}"#,
        "a".repeat(100 * 1024)
    );
    let endless = format!(r#"{{"x":"{}"}}"#, "a".repeat(3 * 1024 * 1024));
    let answers: Vec<(&str, u16, &str)> = vec![
        ("nothing", 200, ""),
        ("a page", 200, "<html><script>alert(1)</script></html>"),
        ("a list", 200, "[]"),
        ("no token", 200, r#"{"token_type":"Bearer"}"#),
        (
            "an empty token",
            200,
            r#"{"access_token":"","token_type":"Bearer"}"#,
        ),
        ("a number", 200, r#"{"access_token":1,"token_type":"Bearer"}"#),
        (
            "another token type",
            200,
            r#"{"access_token":"canary","token_type":"mac"}"#,
        ),
        ("DPoP", 200, r#"{"access_token":"canary","token_type":"DPoP"}"#),
        (
            "a token with a line break",
            200,
            r#"{"access_token":"a\r\nX-Evil: 1","token_type":"Bearer"}"#,
        ),
        ("a token of 100 KiB", 200, &huge),
        ("3 MiB", 200, &endless),
        (
            "a token with status 500",
            500,
            r#"{"access_token":"canary","token_type":"Bearer"}"#,
        ),
        ("a redirect", 302, ""),
        ("an error with status 200", 200, r#"{"error":"invalid_grant"}"#),
        (
            "markup",
            400,
            r#"{"error":"<b>x</b>","error_description":"<script>alert(1)</script>"}"#,
        ),
        ("not JSON", 400, "invalid_grant"),
        ("wrong client", 401, r#"{"error":"invalid_client"}"#),
    ];
    for (attack, status, body) in answers {
        world
            .provider
            .set(|behaviour| behaviour.fails = Some((status, body.to_owned())));
        let state = world.begin().await;
        let query = format!("iss={ISSUER}&code=good-code&state={state}");
        let result = world.finish("mine", &query).await;
        world.refused(attack, result).await;
    }
}

#[tokio::test]
async fn a_token_url_leads_to_allowed_addresses_only() {
    for url in [
        "http://169.254.169.254/token",
        "http://10.0.0.1/token",
        "http://[fe80::1]/token",
        "http://0x7f.1:1/t",
    ] {
        let world = World::new().await;
        let stored = oauth_profiles::list(&world.fixture.engine, &world.fixture.see())
            .await
            .unwrap();
        let form = OauthProfileForm {
            token_url: url.into(),
            client_secret: "x".into(),
            ..OauthProfileForm::of(&stored[0])
        };
        // Some are refused at once, the rest when the call would leave.
        if oauth_profiles::save(&world.fixture.engine, &world.fixture.design(), form)
            .await
            .is_err()
        {
            continue;
        }
        let state = world.begin().await;
        let result = world
            .finish("mine", &format!("iss={ISSUER}&code=good-code&state={state}"))
            .await;
        world.refused(url, result).await;
    }
}
