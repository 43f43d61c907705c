//! The result of a connection test: verdict, cause, next step, and both exchanges in full.

use leptos::prelude::*;
use model::connection_test::{ConnectionTest, TestAttempt, TestReport, TokenCall, Verdict};

use crate::ui::{
    code::{Body, Pre, header_text},
    time::duration,
};

/// Verdict and attempts.
#[component]
pub fn TestReportView(
    /// The stored result.
    test: ConnectionTest,
) -> impl IntoView {
    let TestReport {
        verdict,
        proven,
        cause,
        next_step,
        attempts,
        token_calls,
        duration_ms,
        ..
    } = test.report;
    let class = match (verdict, proven) {
        (Verdict::Failed, _) => "verdict bad",
        (Verdict::Authorised, true) => "verdict ok",
        (Verdict::Authorised, false) => "verdict info",
    };
    let proof = (verdict == Verdict::Authorised && !proven)
        .then_some(" Only a 2xx or a declared status makes the connection Connected.");
    let attempts = attempts
        .into_iter()
        .enumerate()
        .map(|(index, attempt)| attempt_view(index + 1, attempt))
        .collect_view();
    let several = token_calls.len() > 1;
    let token_calls = token_calls
        .into_iter()
        .enumerate()
        .map(|(index, call)| token_call_view(several.then_some(index + 1), call))
        .collect_view();
    view! {
        <div class=class>
            <strong role="status">{verdict.label()}</strong>
            <p>{cause}{proof}{(!next_step.is_empty()).then(|| view! { <br/><span>{next_step}</span> })}</p>
        </div>
        <div class="attempts">{token_calls}{attempts}</div>
        <p class="muted small">{format!("Ran in {} for {}. A basic test does not guarantee connectivity for every message.", duration(duration_ms), test.by)}</p>
    }
}

/// What was sent to the provider for a token; numbered when it was asked more than once.
fn token_call_view(number: Option<usize>, call: TokenCall) -> AnyView {
    let name = number.map_or_else(
        || "Token call".to_owned(),
        |number| format!("Token call {number}"),
    );
    let request = format!(
        "{} {}\n{}\n\n{}",
        call.method,
        call.url,
        header_text(&call.headers),
        form_text(&call.form)
    );
    view! {
        <div class="attempt" role="group" aria-label=name.clone()>
            <h3>{name.clone()}</h3>
            <Pre label=format!("{name}: request") text=request/>
            <p class="muted">{format!("{} ({})", call.outcome, duration(call.duration_ms))}</p>
        </div>
    }
    .into_any()
}

/// The fields of a form as lines.
fn form_text(form: &[(String, String)]) -> String {
    form.iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("\n")
}

fn attempt_view(number: usize, attempt: TestAttempt) -> AnyView {
    let name = format!("Attempt {number}");
    let request = format!(
        "{} {}\n{}",
        attempt.method,
        attempt.url,
        header_text(&attempt.request_headers)
    );
    let answer = match attempt.status {
        Some(status) => format!("{status}\n{}", header_text(&attempt.response_headers)),
        None => format!("no answer: {}", attempt.error),
    };
    view! {
        <div class="attempt" role="group" aria-label=name.clone()>
            <h3>{name.clone()}</h3>
            <Pre label="Request" text=request/>
            <Pre label="Answer" text=answer/>
            {attempt.response_body.map(|body| view! { <details><summary class="small">"Answer body"</summary><Body label="Answer body" body/></details> })}
        </div>
    }
    .into_any()
}
