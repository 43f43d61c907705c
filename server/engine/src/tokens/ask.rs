//! One call to a provider, through the one door out.

use std::time::Duration;

use egress::{Limits, Request, Response};
use model::connection_test::TokenCall;
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
pub(super) struct Asked<T> {
    /// `None` when nothing was sent.
    pub call: Option<TokenCall>,
    pub outcome: Result<T, TokenFailure>,
}

impl<T> Asked<T> {
    fn unsent(cause: &str, next_step: &str) -> Self {
        Self {
            call: None,
            outcome: Err(TokenFailure::unreachable(cause, next_step)),
        }
    }
}

/// Asks the provider for a token.
pub(super) async fn ask(
    engine: &Engine,
    registration: &Registration,
    grant: &Grant,
) -> Result<Asked<TokenAnswer>> {
    let fresh = Fresh {
        now: engine.now(),
        random: engine.clock.random(),
    };
    let asking = match token_call(&registration.protocol, grant, &fresh) {
        Ok(asking) => asking,
        Err(problem) => return Ok(Asked::unsent(&problem.cause(), problem.next_step())),
    };
    let mut asked = call(engine, registration, (&asking, "Token URL"), |answer| {
        asking.read(answer, engine.now())
    })
    .await?;
    if let (Some(call), Ok(answer)) = (&mut asked.call, &asked.outcome) {
        let life = match answer.expires_in_ms {
            Some(life) => format!("that expires in {} s", life / 1000),
            None => "without a word on when it expires".to_owned(),
        };
        call.outcome = format!("{}: a token came, {life}", call.outcome);
    }
    Ok(asked)
}

/// Sends a call to the URL in the profile's field `url_field`, and has its answer read.
pub(super) async fn call<T>(
    engine: &Engine,
    registration: &Registration,
    (call, url_field): (&HttpCall, &str),
    read: impl FnOnce(&RawAnswer<'_>) -> Result<T, TokenFailure>,
) -> Result<Asked<T>> {
    let request = match request(engine, registration, call).await? {
        Ok(request) => request,
        Err(sentence) => return Ok(Asked::unsent(&sentence, "")),
    };
    let started = engine.clock.instant();
    let (outcome, status) = match engine.departure.send(&registration.leave, request, |_| {}).await {
        Ok(response) => (read(&raw(&response)), Some(response.status)),
        Err((failure, _)) => {
            let field = format!("{url_field} of the OAuth profile {}", registration.stored.name);
            let next_step = failure.next_step_at(&field);
            let told = TokenFailure::unreachable(&call.masked(&failure.cause()), &next_step);
            (Err(if failure.sent() { told } else { told.unsent() }), None)
        }
    };
    let ShownCall {
        method,
        url,
        headers,
        form,
    } = call.shown();
    let answered = status.map_or_else(|| "no answer".to_owned(), |status| format!("answered {status}"));
    let outcome_text = match &outcome {
        Ok(_) => answered,
        Err(failure) => format!("{answered}: {}", failure.cause()),
    };
    Ok(Asked {
        call: Some(TokenCall {
            method: method.to_owned(),
            url,
            headers,
            form,
            outcome: outcome_text,
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

fn raw(response: &Response) -> RawAnswer<'_> {
    let header = |name| {
        let value: Option<&http::HeaderValue> = response.headers.get(name);
        value.and_then(|value| value.to_str().ok())
    };
    RawAnswer {
        status: response.status.as_u16(),
        retry_after: header(http::header::RETRY_AFTER),
        location: header(http::header::LOCATION),
        body: &response.body,
        truncated: response.truncated,
    }
}
