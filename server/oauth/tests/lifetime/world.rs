//! A provider with a memory, and a Switchboard that asks it for tokens as the engine does.

use std::sync::LazyLock;

use model::Timestamp;
use oauth::{
    Behaviour, ClientAuthentication, FailureClass, Fresh, Grant, HttpCall, Jitter, Parameters, Profile,
    ProviderUrl, RawAnswer, Scopes, TokenAnswer, TokenFailure, TokenState, back_off, token_call,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

pub const MINUTE: i64 = 60_000;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// Atlassian's figures, and Microsoft's without the absolute end.
pub const ROTATING: Behaviour = Behaviour {
    rotates: true,
    inactivity_ms: Some(90 * DAY),
    absolute_ms: Some(365 * DAY),
    refresh_lifespan_ms: None,
    needs_person: true,
};

/// An authorization server: it knows the one good refresh token and refuses every other.
pub struct Provider {
    pub behaviour: Behaviour,
    pub access_life: i64,
    /// From and to; in between nothing is reached.
    pub outages: Vec<(Timestamp, Timestamp)>,
    number: u64,
    refresh_token: String,
    refresh_issued: Timestamp,
    consented: Timestamp,
    used: Timestamp,
    pub refreshes: u32,
}

impl Provider {
    pub fn new(behaviour: Behaviour, access_life: i64) -> Self {
        Self {
            behaviour,
            access_life,
            outages: Vec::new(),
            number: 0,
            refresh_token: String::new(),
            refresh_issued: Timestamp(0),
            consented: Timestamp(0),
            used: Timestamp(0),
            refreshes: 0,
        }
    }

    /// A person consents: a new family of tokens.
    fn consent(&mut self, now: Timestamp) -> String {
        self.consented = now;
        self.new_refresh_token(now);
        self.answer(now, true)
    }

    fn new_refresh_token(&mut self, now: Timestamp) {
        self.number += 1;
        self.refresh_token = format!("refresh-{}", self.number);
        self.refresh_issued = now;
    }

    fn answer(&mut self, now: Timestamp, with_refresh_token: bool) -> String {
        self.used = now;
        let mut answer = json!({
            "access_token": format!("access-{}-{}", self.number, now.0), "token_type": "Bearer",
            "expires_in": self.access_life / 1000,
        });
        if with_refresh_token {
            answer["refresh_token"] = json!(self.refresh_token);
        }
        answer.to_string()
    }

    fn refresh(&mut self, token: &str, now: Timestamp) -> (u16, String) {
        self.refreshes += 1;
        if token != self.refresh_token || !self.is_alive(now) {
            return (403, json!({"error": "invalid_grant"}).to_string());
        }
        if self.behaviour.rotates {
            self.new_refresh_token(now);
        }
        (200, self.answer(now, self.behaviour.rotates))
    }

    /// Whether the refresh token still works: the truth, which the client can only reckon.
    pub fn is_alive(&self, now: Timestamp) -> bool {
        let within = |since: Timestamp, life: Option<i64>| life.is_none_or(|life| now.since(since) < life);
        within(self.used, self.behaviour.inactivity_ms)
            && within(self.consented, self.behaviour.absolute_ms)
            && within(self.refresh_issued, self.behaviour.refresh_lifespan_ms)
    }

    fn is_out(&self, now: Timestamp) -> bool {
        self.outages.iter().any(|(from, to)| (*from..*to).contains(&now))
    }
}

/// A connection that keeps its token.
pub struct Connection {
    pub state: TokenState,
    access: SecretString,
    refresh: SecretString,
    jitter: Jitter,
    failures: u32,
    not_before: Timestamp,
    pub attempts: u32,
}

impl Connection {
    pub fn authorised(provider: &mut Provider, jitter: Jitter, now: Timestamp) -> Self {
        let answer = read(200, &provider.consent(now), now).unwrap();
        Self {
            state: TokenState::authorised(&answer, &provider.behaviour, now),
            access: answer.access_token.clone(),
            refresh: answer.refresh_token.clone().unwrap(),
            jitter,
            failures: 0,
            not_before: now,
            attempts: 0,
        }
    }

    /// When it will ask next.
    pub fn due(&self, behaviour: &Behaviour, used: Option<Timestamp>) -> Option<Timestamp> {
        let due = self.state.next(behaviour, self.jitter, used)?;
        Some(due.at.max(self.not_before))
    }

    /// What the engine does in the background at `now`; `used` says when a message last needed the token.
    pub fn tick(&mut self, provider: &mut Provider, used: Option<Timestamp>, now: Timestamp) {
        if self.due(&provider.behaviour, used).is_some_and(|at| at <= now) {
            self.ask(provider, now);
        }
    }

    fn ask(&mut self, provider: &mut Provider, now: Timestamp) {
        self.attempts += 1;
        let result = if provider.is_out(now) {
            Err(TokenFailure::unreachable("The provider did not answer.", "Wait."))
        } else {
            let (status, body) = provider.refresh(self.refresh.expose_secret(), now);
            read(status, &body, now)
        };
        match result {
            Ok(answer) => {
                let change = answer.compared_with(Some(&self.access), Some(&self.refresh));
                self.state = self.state.apply(&answer, change, &provider.behaviour, now);
                self.access = answer.access_token;
                self.refresh = answer.refresh_token.unwrap_or_else(|| self.refresh.clone());
                self.failures = 0;
                self.not_before = now;
            }
            Err(failure) => {
                assert_ne!(
                    failure.class,
                    FailureClass::Final,
                    "asked with a dead token at day {}: {failure}",
                    now.0 / DAY
                );
                self.failures += 1;
                self.not_before = now.plus(back_off(self.failures, self.jitter, None));
            }
        }
    }
}

/// An answer to a refresh, read as the engine reads it.
pub fn read(status: u16, body: &str, now: Timestamp) -> Result<TokenAnswer, TokenFailure> {
    static CALL: LazyLock<HttpCall> = LazyLock::new(|| {
        let profile = Profile {
            client_id: "client".into(),
            authentication: ClientAuthentication::Public,
            token_url: ProviderUrl::parse("https://login.example.com/token").unwrap(),
            scopes: Scopes::default(),
            audience: None,
            resources: Vec::new(),
            token_parameters: Parameters::default(),
        };
        let grant = Grant::Refresh {
            refresh_token: "not-repeated-by-this-provider".into(),
        };
        let fresh = Fresh {
            now: Timestamp(0),
            random: [0; 32],
        };
        token_call(&profile, &grant, &fresh).unwrap()
    });
    CALL.read(
        &RawAnswer {
            status,
            retry_after: None,
            location: None,
            body: body.as_bytes(),
            truncated: false,
        },
        now,
    )
}
