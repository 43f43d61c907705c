//! One call to a provider, through the one door out.

use std::time::Duration;

use egress::{Limits, Request, Response};
use model::{Timestamp, connection_test::TokenCall};
use oauth::{
    Fresh, Grant, HttpCall, LARGEST_ANSWER, RawAnswer, ShownCall, TokenAnswer, TokenFailure, token_call,
};
use secrecy::ExposeSecret;

use super::registration::Registration;
use crate::{Engine, Result, clock::milliseconds_since};

/// Longest that a provider may take to be reached, and to answer.
const CONNECT: Duration = Duration::from_secs(10);
const TOTAL: Duration = Duration::from_secs(20);

/// What was sent, secrets masked, and what came of it.
pub(super) struct Asked {
    pub call: Option<TokenCall>,
    pub outcome: Result<TokenAnswer, TokenFailure>,
}

impl Asked {
    fn unsent(failure: TokenFailure) -> Self {
        Self {
            call: None,
            outcome: Err(failure),
        }
    }
}

/// Asks the provider for a token.
pub(super) async fn ask(engine: &Engine, registration: &Registration, grant: &Grant) -> Result<Asked> {
    let fresh = Fresh {
        now: engine.now(),
        random: engine.clock.random(),
    };
    let call = match token_call(&registration.protocol, grant, &fresh) {
        Ok(call) => call,
        Err(problem) => {
            let failure = TokenFailure::unreachable(&problem.cause(), problem.next_step());
            return Ok(Asked::unsent(failure));
        }
    };
    let request = match request(engine, registration, &call).await? {
        Ok(request) => request,
        Err(sentence) => return Ok(Asked::unsent(TokenFailure::unreachable(&sentence, ""))),
    };
    let started = engine.clock.instant();
    let (outcome, status) = match engine.egress.send(request, |_| {}).await {
        Ok(response) => (read(&call, &response, engine.now()), Some(response.status)),
        Err((failure, _)) => (
            Err(TokenFailure::unreachable(&failure.cause(), &failure.next_step())),
            None,
        ),
    };
    let ShownCall {
        method,
        url,
        headers,
        form,
    } = call.shown();
    let answered = status.map_or_else(|| "no answer".to_owned(), |status| format!("answered {status}"));
    let said = match &outcome {
        Ok(answer) => answer.expires_in_ms.map_or_else(
            || "a token came; the provider does not say when it expires".to_owned(),
            |life| format!("a token came that expires in {} s", life / 1000),
        ),
        Err(failure) => failure.cause().to_owned(),
    };
    Ok(Asked {
        call: Some(TokenCall {
            method: method.to_owned(),
            url,
            headers,
            form,
            outcome: format!("{answered}: {said}"),
            duration_ms: milliseconds_since(started),
        }),
        outcome,
    })
}

async fn request(
    engine: &Engine,
    registration: &Registration,
    call: &HttpCall,
) -> Result<Result<Request, String>> {
    let profile = if call.needs_client_certificate() {
        registration.stored.protocol_profile
    } else {
        None
    };
    let tls = match crate::protocol_profiles::tls(engine, profile).await? {
        Ok(tls) => tls,
        Err(sentence) => return Ok(Err(sentence)),
    };
    Ok(Ok(Request {
        method: call.method(),
        url: call.url().clone(),
        headers: call.headers().clone(),
        body: call.body().expose_secret().as_bytes().to_vec(),
        limits: Limits {
            connect: CONNECT,
            total: TOTAL,
            response_bytes: LARGEST_ANSWER,
        },
        tls,
    }))
}

fn read(call: &HttpCall, response: &Response, now: Timestamp) -> Result<TokenAnswer, TokenFailure> {
    let header = |name| {
        response
            .headers
            .get(name)
            .and_then(|value: &http::HeaderValue| value.to_str().ok())
    };
    call.read(
        &RawAnswer {
            status: response.status.as_u16(),
            retry_after: header(http::header::RETRY_AFTER),
            location: header(http::header::LOCATION),
            body: &response.body,
            truncated: response.truncated,
        },
        now,
    )
}
