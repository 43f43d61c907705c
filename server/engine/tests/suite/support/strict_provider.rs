//! An OAuth provider that checks what RFC 9700 tells it to: clients' redirect URIs, PKCE by S256, each code once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use model::oauth_profile_form::OauthProfileForm;
use sha2::{Digest, Sha256};
use url::{Url, form_urlencoded};

use super::{Target, answer, provider::parameter};

/// What a code was given for.
struct Code {
    redirect_uri: String,
    challenge: Option<String>,
}

#[derive(Default)]
struct State {
    registered: Vec<String>,
    codes: HashMap<String, Code>,
    given: usize,
    /// Every call for a token: its fields, and why it was refused.
    calls: Vec<(HashMap<String, String>, Option<&'static str>)>,
}

impl State {
    /// RFC 6749 4.1.3, RFC 7636 4.6.
    fn judge(&mut self, fields: &HashMap<String, String>) -> Option<&'static str> {
        let field = |name: &str| fields.get(name).map(String::as_str);
        let Some(code) = field("code").and_then(|code| self.codes.remove(code)) else {
            return Some("a code that was never given, or was used");
        };
        if field("redirect_uri") != Some(&code.redirect_uri) {
            return Some("another redirect URI");
        }
        match (field("code_verifier"), code.challenge) {
            (Some(verifier), Some(challenge)) => {
                (challenge_of(verifier) != challenge).then_some("a wrong verifier")
            }
            (Some(_), None) => Some("a verifier without a challenge"),
            (None, _) => Some("no verifier"),
        }
    }
}

pub fn challenge_of(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// A provider of this name on loopback.
pub struct StrictProvider {
    pub target: Target,
    name: &'static str,
    state: Arc<Mutex<State>>,
}

impl StrictProvider {
    pub async fn start(name: &'static str) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let shared = state.clone();
        let target = Target::start(move |request| {
            let body = request.split_once("\r\n\r\n").map_or("", |(_, body)| body);
            let fields: HashMap<_, _> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let mut state = shared.lock().unwrap();
            let refused = state.judge(&fields);
            state.calls.push((fields, refused));
            let (status, body) = match refused {
                Some(why) => (
                    400,
                    format!(r#"{{"error":"invalid_grant","error_description":"{why}"}}"#),
                ),
                None => (
                    200,
                    format!(r#"{{"access_token":"access-{name}","token_type":"Bearer","expires_in":3600}}"#),
                ),
            };
            answer(status, "content-type: application/json\r\n", &body)
        })
        .await;
        Self { target, name, state }
    }

    /// The form of a profile at this provider whose tokens go to `api`.
    pub fn form(&self, api: &str) -> OauthProfileForm {
        OauthProfileForm {
            name: self.name.into(),
            authorization_url: format!("{}/authorize", self.target.url),
            token_url: format!("{}/token", self.target.url),
            client_id: format!("client-of-{}", self.name),
            client_secret: "client-secret-canary".into(),
            api_origins: api.into(),
            ..OauthProfileForm::fresh()
        }
    }

    pub fn register(&self, redirect_uri: String) {
        self.state.lock().unwrap().registered.push(redirect_uri);
    }

    /// What a browser brings back from `url` after consent: the callback without a query and its query, or why the
    /// provider shows a page of its own instead. With `strict` off it gives codes without PKCE, too.
    pub fn consent(&self, url: &Url, strict: bool) -> Result<(String, String), &'static str> {
        let mut state = self.state.lock().unwrap();
        let redirect_uri = parameter(url, "redirect_uri").unwrap_or_default();
        if parameter(url, "client_id") != Some(format!("client-of-{}", self.name)) {
            return Err("an unknown client");
        }
        if !state.registered.contains(&redirect_uri) {
            return Err("a redirect URI that is not registered");
        }
        let back = parameter(url, "state").unwrap_or_default();
        let by_sha = parameter(url, "code_challenge_method").as_deref() == Some("S256");
        let challenge = parameter(url, "code_challenge").filter(|_| by_sha);
        if strict && challenge.is_none() {
            let query = format!("error=invalid_request&error_description=S256+is+needed&state={back}");
            return Ok((redirect_uri, query));
        }
        state.given += 1;
        let code = format!("code-of-{}-{}", self.name, state.given);
        let query = format!("code={code}&state={back}");
        let given = Code {
            redirect_uri: redirect_uri.clone(),
            challenge,
        };
        state.codes.insert(code, given);
        Ok((redirect_uri, query))
    }

    /// What became of the calls so far, the oldest first.
    pub fn verdicts(&self) -> Vec<Option<&'static str>> {
        let state = self.state.lock().unwrap();
        state.calls.iter().map(|(_, refused)| *refused).collect()
    }

    /// What whoever runs this provider learned from the last call, and could take elsewhere.
    pub fn learned(&self) -> HashMap<String, String> {
        let state = self.state.lock().unwrap();
        state.calls.last().unwrap().0.clone()
    }

    /// What it says to somebody who brings these fields.
    pub fn brought(&self, fields: &HashMap<String, String>) -> Option<&'static str> {
        self.state.lock().unwrap().judge(fields)
    }
}
