//! An OAuth provider whose behaviour a test chooses, and connections that use it.

use std::sync::{Arc, Mutex};

use engine::{clock::Clock, connections, oauth_profiles, tokens};
use model::{
    Timestamp,
    connection_form::ConnectionForm,
    connection_status::ConnectionStatus,
    id::{ConnectionId, IntegrationId, OauthProfileId},
    oauth_profile_form::OauthProfileForm,
    overview::ConnectionDetail,
    token::{TokenEventKind, TokenView},
    transaction::TransactionDetail,
};
use url::{Url, form_urlencoded};

use super::{Fixture, Target, answer, form};

/// What the provider does, and what it was asked.
#[derive(Default)]
pub struct Behaviour {
    /// Lifetime of an access token, in seconds; 0: it is not said.
    pub lifetime: i64,
    /// Whether a refresh brings a new refresh token, and the old one used again kills the family.
    pub rotates: bool,
    /// Whether an authorisation or refresh brings no refresh token at all.
    pub silent: bool,
    /// The scopes it says it gave; blank: it does not say.
    pub scope: String,
    /// Its own clock, and after how many days unused, and how many days at most, a refresh token is dead to it.
    pub forgets: Option<(Clock, i64, i64)>,
    pub consented: Option<Timestamp>,
    pub last_used: Option<Timestamp>,
    /// `expires_in` as it is sent, instead of [`Self::lifetime`].
    pub expires_in: Option<i64>,
    /// Answered instead of a token: status and body.
    pub fails: Option<(u16, String)>,
    /// A header of that answer, as `name: value`; blank: none.
    pub fails_with: String,
    /// Milliseconds before an answer; the request has been processed by then.
    pub delay_ms: u64,
    pub calls: Vec<Vec<(String, String)>>,
    pub issued: u64,
    pub refresh: Option<String>,
    pub dead: bool,
}

impl Behaviour {
    fn answer(&mut self, fields: Vec<(String, String)>) -> String {
        let field = |wanted: &str| {
            fields
                .iter()
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.clone())
        };
        let refresh = field("refresh_token");
        let code = field("code");
        self.calls.push(fields);
        if let Some((status, body)) = &self.fails {
            let mut headers = "content-type: application/json\r\n".to_owned();
            if !self.fails_with.is_empty() {
                headers.push_str(&self.fails_with);
                headers.push_str("\r\n");
            }
            return answer(*status, &headers, body);
        }
        let refused = || {
            answer(
                400,
                "content-type: application/json\r\n",
                r#"{"error":"invalid_grant"}"#,
            )
        };
        if refresh.is_some() && self.has_forgotten() {
            return refused();
        }
        if let Some(refresh) = &refresh
            && (self.dead || self.refresh.as_ref() != Some(refresh))
        {
            // RFC 9700 4.14.2: a refresh token used twice ends them all.
            self.dead |= self.rotates;
            return refused();
        }
        if code.as_deref().is_some_and(|code| code != "good-code") {
            return refused();
        }
        self.issued += 1;
        let now = self.forgets.as_ref().map(|(clock, ..)| clock.now());
        self.last_used = now;
        if code.is_some() {
            self.consented = now;
        }
        let mut body = serde_json::json!({
            "access_token": format!("access-canary-{}", self.issued),
            "token_type": "Bearer",
        });
        if self.lifetime > 0 {
            body["expires_in"] = self.lifetime.into();
        }
        if let Some(seconds) = self.expires_in {
            body["expires_in"] = seconds.into();
        }
        if !self.scope.is_empty() {
            body["scope"] = self.scope.clone().into();
        }
        let starts = code.is_some();
        if !self.silent && (starts || (refresh.is_some() && self.rotates)) {
            let token = format!("refresh-canary-{}", self.issued);
            body["refresh_token"] = token.clone().into();
            self.refresh = Some(token);
            self.dead = false;
        }
        answer(200, "content-type: application/json\r\n", &body.to_string())
    }
}

impl Behaviour {
    /// One that rotates, and whose access tokens live for an hour.
    pub fn rotating() -> Self {
        Self {
            lifetime: 3600,
            rotates: true,
            ..Self::default()
        }
    }

    fn has_forgotten(&self) -> bool {
        let Some((clock, unused, at_most)) = &self.forgets else {
            return false;
        };
        let older = |since: Option<Timestamp>, days: i64| {
            since.is_some_and(|since| clock.now().since(since) > days * 24 * 3_600_000)
        };
        older(self.last_used, *unused) || older(self.consented, *at_most)
    }
}

/// A provider on loopback.
pub struct Provider {
    pub target: Target,
    pub behaviour: Arc<Mutex<Behaviour>>,
}

impl Provider {
    pub async fn start(behaviour: Behaviour) -> Self {
        let behaviour = Arc::new(Mutex::new(behaviour));
        let shared = behaviour.clone();
        let target = Target::start_slow(move |request| {
            let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            let fields = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let mut behaviour = shared.lock().unwrap();
            let answer = behaviour.answer(fields);
            (answer, behaviour.delay_ms)
        })
        .await;
        Self { target, behaviour }
    }

    pub fn set(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap());
    }

    /// How often it was asked for a token.
    pub fn calls(&self) -> usize {
        self.behaviour.lock().unwrap().calls.len()
    }

    /// A field of the last call.
    pub fn last(&self, field: &str) -> Option<String> {
        let behaviour = self.behaviour.lock().unwrap();
        let call = behaviour.calls.last().unwrap();
        call.iter()
            .find(|(name, _)| name == field)
            .map(|(_, value)| value.clone())
    }

    /// The form of a profile at this provider whose tokens go to `api`.
    pub fn form(&self, grant: &str, api: &str) -> OauthProfileForm {
        OauthProfileForm {
            name: "Provider".into(),
            grant_type: grant.into(),
            authorization_url: format!("{}/authorize", self.target.url),
            token_url: format!("{}/token", self.target.url),
            client_id: "switchboard".into(),
            client_secret: "client-secret-canary".into(),
            user: "robot".into(),
            password: "owner-password-canary".into(),
            api_origins: api.into(),
            rotates: "on".into(),
            inactivity_days: String::new(),
            ..OauthProfileForm::fresh()
        }
    }
}

pub async fn profile(fixture: &Fixture, form: OauthProfileForm) -> OauthProfileId {
    oauth_profiles::save(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap()
}

/// A connection to `api` that uses `profile`, with the message `create`.
pub async fn connection(
    fixture: &Fixture,
    profile: OauthProfileId,
    api: &str,
) -> (IntegrationId, ConnectionId) {
    let integration = fixture.integration("incident").await;
    let connection = ConnectionForm {
        authentication: "oauth2".into(),
        oauth_profile: profile.to_string(),
        ..form(integration, "Jira Test", api)
    };
    let id = fixture.save(connection).await.unwrap();
    super::outbound::message(fixture, integration, "/issues").await;
    (integration, id)
}

/// Walks the authorization code grant as a browser would: begin, consent at once, come back.
pub async fn authorise(fixture: &Fixture, connection: ConnectionId) -> engine::Result<()> {
    let url = tokens::begin(&fixture.engine, &fixture.design(), connection, "session").await?;
    let query = format!("code=good-code&state={}", parameter(&url, "state").unwrap());
    tokens::finish(&fixture.engine, &fixture.design(), connection, "session", &query).await
}

pub fn parameter(url: &Url, name: &str) -> Option<String> {
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

/// The token of a connection as its page shows it.
pub async fn view(fixture: &Fixture, id: ConnectionId) -> TokenView {
    tokens::view(&fixture.engine, &fixture.see(), id)
        .await
        .unwrap()
        .unwrap()
}

/// What happened to a token, the oldest first; that somebody was sent to the provider is left out.
pub async fn kinds(fixture: &Fixture, id: ConnectionId) -> Vec<TokenEventKind> {
    let mut kinds: Vec<_> = view(fixture, id)
        .await
        .events
        .into_iter()
        .map(|event| event.kind)
        .filter(|kind| *kind != TokenEventKind::Begun)
        .collect();
    kinds.reverse();
    kinds
}

/// When the clocks of these tests begin.
pub const NOW: Timestamp = Timestamp(1_795_000_000_000);

/// A provider, an API that takes its tokens, and a connection to it, with the message `create`.
pub struct World {
    pub clock: Clock,
    pub api: Target,
    pub provider: Provider,
    pub fixture: Fixture,
    pub profile: OauthProfileId,
    pub integration: IntegrationId,
    pub connection: ConnectionId,
}

impl World {
    /// With an API that takes everything.
    pub async fn new(grant: &str, behaviour: Behaviour) -> Self {
        let clock = Clock::fixed(NOW);
        let api = Target::start(|_| answer(200, "", "{}")).await;
        let fixture = Fixture::at(clock.clone()).await;
        Self::on((fixture, clock), api, behaviour, grant, |form| form).await
    }

    /// After a person has agreed.
    pub async fn authorised(behaviour: Behaviour) -> Self {
        let world = Self::new("authorization_code", behaviour).await;
        world.authorise().await.unwrap();
        world
    }

    pub async fn on(
        (fixture, clock): (Fixture, Clock),
        api: Target,
        behaviour: Behaviour,
        grant: &str,
        change: impl FnOnce(OauthProfileForm) -> OauthProfileForm,
    ) -> Self {
        let provider = Provider::start(behaviour).await;
        let profile = profile(&fixture, change(provider.form(grant, &api.url))).await;
        let (integration, connection) = connection(&fixture, profile, &api.url).await;
        Self {
            clock,
            api,
            provider,
            fixture,
            profile,
            integration,
            connection,
        }
    }

    pub async fn authorise(&self) -> engine::Result<()> {
        authorise(&self.fixture, self.connection).await
    }

    pub async fn enable(&self) {
        self.fixture.enable(self.connection).await.unwrap();
    }

    /// Sends a message and waits until it is done with.
    pub async fn send(&self) -> TransactionDetail {
        super::outbound::sent(&self.fixture, self.integration, "{}").await
    }

    pub async fn status(&self) -> (ConnectionStatus, String) {
        let status = self.detail().await.status;
        (status.status, status.reason)
    }

    pub async fn detail(&self) -> ConnectionDetail {
        connections::detail(&self.fixture.engine, &self.fixture.see(), self.connection)
            .await
            .unwrap()
    }

    pub async fn view(&self) -> TokenView {
        view(&self.fixture, self.connection).await
    }

    pub async fn kinds(&self) -> Vec<TokenEventKind> {
        kinds(&self.fixture, self.connection).await
    }

    /// Sends a person to the provider; answers the state.
    pub async fn begin(&self, session: &str) -> String {
        let url = tokens::begin(
            &self.fixture.engine,
            &self.fixture.design(),
            self.connection,
            session,
        )
        .await
        .unwrap();
        parameter(&url, "state").unwrap()
    }

    /// The person comes back.
    pub async fn finish(&self, session: &str, query: &str) -> engine::Result<()> {
        let by = self.fixture.design();
        tokens::finish(&self.fixture.engine, &by, self.connection, session, query).await
    }

    /// Saves the OAuth profile with some fields changed.
    pub async fn change_profile(&self, change: impl FnOnce(&mut OauthProfileForm)) -> engine::Result<()> {
        let stored = oauth_profiles::find(&self.fixture.engine, &self.fixture.see(), self.profile).await?;
        let mut form = OauthProfileForm::of(&stored);
        change(&mut form);
        oauth_profiles::save(&self.fixture.engine, &self.fixture.design(), form)
            .await
            .map(drop)
    }
}
