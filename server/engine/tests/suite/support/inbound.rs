//! Calls of external systems, without HTTP.

use certificates::ShownCertificate;
use engine::{
    Engine,
    inbound::{self, Identified, InboundCall, Presented, Received, Refusal},
    inbound_credentials,
};
use hmac::{Hmac, Mac, digest::KeyInit};
use http::{HeaderMap, HeaderName, HeaderValue};
use model::{forms::InboundCredentialForm, inbound_credential::NewCredential};
use sha2::Sha256;

use super::Fixture;

/// A call to a process's message endpoint.
#[derive(Clone, Default)]
pub struct Call {
    pub process: String,
    pub headers: HeaderMap,
    pub token: Option<String>,
    pub certificate: Option<ShownCertificate>,
    pub body: String,
}

impl Call {
    pub fn to(process: &str, body: &str) -> Self {
        Self {
            process: process.into(),
            body: body.into(),
            ..Self::default()
        }
        .with("content-type", "application/json")
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_str(value).unwrap(),
        );
        self
    }

    /// As the HTTP layer does it: who it is, then what it brings.
    pub async fn post(&self, engine: &Engine) -> Result<Received, Refusal> {
        let presented = Presented {
            address: "192.0.2.1",
            process: &self.process,
            headers: &self.headers,
            path_token: self.token.as_deref(),
            certificate: self.certificate.as_ref(),
        };
        let caller = match inbound::authenticate(engine, &presented).await? {
            Identified::Caller(caller) => caller,
            Identified::Signed(signed) => signed.verify(engine, self.body.as_bytes()).await?,
        };
        let text = |name: &str| {
            self.headers
                .get(name)
                .map(|value| value.to_str().unwrap().to_owned())
        };
        let call = InboundCall {
            process: self.process.clone(),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                .collect(),
            content_type: text("content-type"),
            message_id: text("idempotency-key").or_else(|| text("webhook-id")),
            body: self.body.clone().into_bytes(),
        };
        inbound::receive(engine, &caller, call).await
    }

    /// The status the caller gets.
    pub async fn status(&self, engine: &Engine) -> u16 {
        status(&self.post(engine).await)
    }

    /// What our list of refused calls would say.
    pub async fn refused(&self, engine: &Engine) -> String {
        match self.post(engine).await {
            Err(Refusal::Unauthenticated(reason)) => reason,
            Err(other) => panic!("refused otherwise: {other:?}"),
            Ok(_) => panic!("let in"),
        }
    }
}

pub fn status(result: &Result<Received, Refusal>) -> u16 {
    match result {
        Ok(Received::New(_)) => 202,
        Ok(Received::Repeated(_)) => 200,
        Err(refusal) => refusal.status(),
    }
}

/// HMAC-SHA-256 in hexadecimal.
pub fn signed(secret: &str, content: &str) -> String {
    use std::fmt::Write;
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(content.as_bytes());
    mac.finalize()
        .into_bytes()
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}

/// Adds a credential.
pub async fn add(fixture: &Fixture, form: InboundCredentialForm) -> NewCredential {
    inbound_credentials::create(&fixture.engine, &fixture.design(), form)
        .await
        .unwrap()
}

/// A credential of a kind for an inbound user.
pub fn of(user: &str, kind: &str) -> InboundCredentialForm {
    InboundCredentialForm {
        inbound_user: user.into(),
        kind: kind.into(),
        label: format!("the {kind}"),
        ..InboundCredentialForm::default()
    }
}

/// Revokes a credential.
pub async fn revoke(fixture: &Fixture, made: &NewCredential) {
    inbound_credentials::revoke(&fixture.engine, &fixture.design(), made.id)
        .await
        .unwrap();
}
