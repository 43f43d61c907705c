//! "Paste a request": why a request would be let in or refused. Runs what a real call runs, but stores nothing, counts
//! no guess, and keeps nothing of what was pasted.

use std::sync::Arc;

use http::header::AUTHORIZATION;
use model::{
    Timestamp,
    explanation::{Explanation, ExplanationStep, StepOutcome},
    forms::PasteForm,
    id::ProcessId,
};
use sha2::{Digest, Sha256};

use super::{
    InboundCall, Refusal,
    authenticate::{Caller, Care, Identified, PATH_TOKEN, Presented, basic, identify, is_path_token},
    pasted::{self, Pasted},
    receive::{acceptable, destination, taken_as},
    routes::Route,
};
use crate::{Engine, Error, Granted, Result, permission::Design, processes, record_edit::needed_id};

/// Explains a pasted request to the endpoint of a process. Designers only: wrong passwords are not counted here.
///
/// # Errors
/// A field error when the paste is no request.
pub async fn explain(engine: &Engine, by: &Granted<Design>, form: PasteForm) -> Result<Explanation> {
    let id = needed_id::<ProcessId>(&form.id, "process")?;
    let process = processes::find(engine, &by.actor().grant()?, id).await?;
    let pasted = pasted::read(&form.pasted)
        .map_err(|sentence| Error::field("pasted", model::Invalid::Malformed(sentence)))?;
    let mut walk = Walk::default();
    let status = match walk.follow(engine, &process.api_name, pasted).await {
        Ok(status) => status,
        Err(refusal) => refusal.status(),
    };
    Ok(Explanation {
        status,
        steps: walk.steps,
    })
}

#[derive(Default)]
struct Walk {
    steps: Vec<ExplanationStep>,
}

impl Walk {
    fn step(&mut self, title: &str, outcome: StepOutcome, text: impl Into<String>) {
        self.steps.push(ExplanationStep {
            title: title.into(),
            outcome,
            text: text.into(),
        });
    }

    /// Notes a refusal as the last step.
    fn refused(&mut self, title: &str, refusal: Refusal) -> Refusal {
        self.step(title, StepOutcome::Refused, sentence(&refusal.reason()));
        refusal
    }

    async fn follow(&mut self, engine: &Engine, here: &str, pasted: Pasted) -> Result<u16, Refusal> {
        let (process, token) = match self.address(here, &pasted) {
            Ok(place) => place,
            Err(status) => return Ok(status),
        };
        let limit = engine.settings.body_limit;
        if pasted.body.len() > limit {
            return Err(self.refused("Size", Refusal::TooLarge { limit }));
        }
        let caller = self.caller(engine, &process, token.as_deref(), &pasted).await?;
        let route = destination(engine, &caller.user, &process)
            .await
            .map_err(|refusal| self.refused("Connection", refusal))?;
        if let Some((connection, integration)) = &route.active {
            let text = format!("Goes to {} through {}.", integration.name, connection.name);
            self.step("Connection", StepOutcome::Passed, text);
        }
        self.message(engine, &caller, &route, call(&process, pasted))
            .await
    }

    /// Process and path token, or the status of a path that is not ours.
    fn address(&mut self, here: &str, pasted: &Pasted) -> Result<(String, Option<String>), u16> {
        for note in &pasted.notes {
            self.step("Request", StepOutcome::Noted, note.clone());
        }
        let Some((process, token)) = place(here, &pasted.path) else {
            let text = format!(
                "The path is not that of this endpoint: /inbound/{here}/message, or the same with a path token \
                 ({PATH_TOKEN}…) behind it."
            );
            self.step("Address", StepOutcome::Refused, text);
            return Err(404);
        };
        if pasted.method != "POST" {
            let text = format!("The method is {}; only POST is possible.", pasted.method);
            self.step("Address", StepOutcome::Refused, text);
            return Err(405);
        }
        if process != here {
            let text = format!(
                "The path names another process, {}.",
                super::receive::shortened(&process)
            );
            self.step("Address", StepOutcome::Noted, text);
        }
        let text = format!("POST with a body of {} bytes.", pasted.body.len());
        self.step("Address", StepOutcome::Passed, text);
        Ok((process, token))
    }

    async fn caller(
        &mut self,
        engine: &Engine,
        process: &str,
        token: Option<&str>,
        pasted: &Pasted,
    ) -> Result<Caller, Refusal> {
        let presented = Presented {
            address: "",
            process,
            headers: &pasted.headers,
            path_token: token,
            certificate: None,
        };
        let found = match identify(engine, &presented, Care::Quiet).await {
            Ok(Identified::Caller(caller)) => Ok(caller),
            Ok(Identified::Signed(signed)) => {
                let maker = signed.maker(engine, &pasted.body, Care::Quiet).await;
                if maker.is_err() {
                    self.changed_line_breaks(engine, &presented, &pasted.body).await;
                }
                maker
            }
            Err(refusal) => Err(refusal),
        };
        match found {
            Ok(caller) => {
                let text = format!("Recognised as {} by {}.", caller.user.user_id, caller.how);
                self.step("Caller", StepOutcome::Passed, text);
                self.used_up(engine, pasted);
                Ok(caller)
            }
            Err(refusal) => {
                let refusal = self.refused("Caller", refusal);
                self.used_up(engine, pasted);
                self.set_up_here(engine, process).await?;
                Err(refusal)
            }
        }
    }

    /// Says when real calls are refused whatever their password: guesses are counted there, not here.
    fn used_up(&mut self, engine: &Engine, pasted: &Pasted) {
        let header = pasted.headers.get(AUTHORIZATION);
        let claimed = header.and_then(|value| basic(value.to_str().ok()?));
        let until = claimed.and_then(|(user, _)| engine.routes.used_up(&user, engine.now()));
        if let Some(until) = until {
            let text = format!(
                "Too many wrong passwords came for this user: until {} real calls get 429, unless their password was \
                 used with success before.",
                until.exact()
            );
            self.step("Caller", StepOutcome::Noted, text);
        }
    }

    /// A paste easily changes line breaks, which a signature notices: says so when that is all.
    async fn changed_line_breaks(&mut self, engine: &Engine, presented: &Presented<'_>, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        let bare = text.trim_end();
        for (variant, how) in [
            (format!("{bare}\n"), "with a line break at its end"),
            (text.replace('\n', "\r\n"), "with CRLF line breaks"),
            (
                format!("{}\r\n", bare.replace('\n', "\r\n")),
                "with CRLF line breaks, also at its end",
            ),
            (bare.to_owned(), "without blanks at its end"),
        ] {
            let Ok(Identified::Signed(signed)) = identify(engine, presented, Care::Quiet).await else {
                return;
            };
            if signed
                .maker(engine, variant.as_bytes(), Care::Quiet)
                .await
                .is_ok()
            {
                let text = format!(
                    "The signature fits the body {how}: the secret is right, and the paste changed the body."
                );
                return self.step("Caller", StepOutcome::Noted, text);
            }
        }
    }

    /// What could have been sent instead.
    async fn set_up_here(&mut self, engine: &Engine, process: &str) -> Result<(), Refusal> {
        let candidates = engine.routes.candidates(engine, process).await?;
        let kinds: Vec<_> = candidates.kinds().iter().map(|kind| kind.label()).collect();
        let text = if kinds.is_empty() {
            "Callers of this process can use Basic, or a token of an OAuth client. Nothing else is set up for the \
             inbound users of its connections."
                .to_owned()
        } else {
            format!(
                "Callers of this process can use Basic, a token of an OAuth client, and what is set up for the inbound \
                 users of its connections: {}. A client certificate cannot be pasted.",
                kinds.join(", ")
            )
        };
        self.step("Caller", StepOutcome::Noted, text);
        Ok(())
    }

    async fn message(
        &mut self,
        engine: &Engine,
        caller: &Caller,
        route: &Arc<Route>,
        call: InboundCall,
    ) -> Result<u16, Refusal> {
        acceptable(route, &call).map_err(|refusal| self.refused("Message", refusal))?;
        self.step(
            "Message",
            StepOutcome::Passed,
            "Type, form and message id are as they should be.",
        );
        let now_as = call.message_id.as_deref().map(|id| taken_as(route, id));
        if let Some(first) = first_taken_as(engine, caller.seen_as.as_ref()).await?
            && now_as.as_ref() != Some(&first)
        {
            let refusal = Refusal::Unauthenticated(super::receive::REPLAYED.into());
            return Err(self.refused("Replay", refusal));
        }
        let Some(id) = call.message_id else {
            return Ok(202);
        };
        let process = route.process.id;
        let first = store::transaction::by_message_id(&engine.db, process, caller.user.id, &id)
            .await
            .map_err(Error::from)?;
        match first {
            None => Ok(202),
            Some((row, hash)) => {
                let number = model::transaction::number_text(row.number, row.replay);
                if hash == Sha256::digest(&call.body).to_vec() {
                    let text = format!("It came before as {number}: the first answer is given again.");
                    self.step("Message id", StepOutcome::Passed, text);
                    Ok(200)
                } else {
                    let text = format!("It was used with another body ({number}).");
                    self.step("Message id", StepOutcome::Refused, text);
                    Ok(409)
                }
            }
        }
    }
}

/// Process and path token of a path, read as the routes of a real call read it; `None` when it is not ours. Without a
/// path it is the endpoint the paste was made at.
fn place(here: &str, path: &str) -> Option<(String, Option<String>)> {
    let decoded = |segment: &str| {
        let bytes = percent_encoding::percent_decode_str(segment).decode_utf8();
        bytes.ok().map(std::borrow::Cow::into_owned)
    };
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        [] => Some((here.to_owned(), None)),
        ["inbound", process, "message"] if !process.is_empty() => {
            Some((decoded(process).unwrap_or_default(), None))
        }
        ["inbound", process, "message", token] if !process.is_empty() => {
            let token = decoded(token).filter(|token| is_path_token(token))?;
            Some((decoded(process)?, Some(token)))
        }
        _ => None,
    }
}

/// What a signed call was taken as before.
async fn first_taken_as(
    engine: &Engine,
    seen_as: Option<&(Vec<u8>, Timestamp)>,
) -> Result<Option<String>, Refusal> {
    match seen_as {
        Some((digest, _)) => Ok(store::seen_signature::taken_as(&engine.db, digest)
            .await
            .map_err(Error::from)?),
        None => Ok(None),
    }
}

fn call(process: &str, pasted: Pasted) -> InboundCall {
    let text = |name: &str| {
        let values: Vec<_> = pasted
            .headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    };
    InboundCall {
        process: process.into(),
        headers: Vec::new(),
        content_type: text("content-type"),
        message_id: text("idempotency-key").or_else(|| text("webhook-id")),
        body: pasted.body,
    }
}

/// With a capital at its beginning and a full stop at its end.
fn sentence(reason: &str) -> String {
    let mut characters = reason.chars();
    let first: String = characters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .collect();
    let stop = if reason.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{stop}", characters.as_str())
}
