//! One HTTP request of a transaction, as sent and received.

use leptos::prelude::*;
use model::transaction::HttpRequestView;

use crate::ui::{
    badge::{HttpStatus, RequestPill},
    code::{Body, Pre, header_text},
    time::{TimeAgo, duration},
};

/// Request and answer side by side.
#[component]
pub fn RequestCard(
    /// The attempt.
    request: HttpRequestView,
) -> impl IntoView {
    let name = format!("Attempt {}", request.attempt);
    let time = request.duration_ms.map(duration);
    let answer = if request.status.is_some() {
        view! {
            <Pre label="Answer headers" text=header_text(&request.response_headers)/>
            <Body label="Answer body" body=request.response_body/>
        }
        .into_any()
    } else {
        view! { <p class="muted">"No answer."</p> }.into_any()
    };
    view! {
        <section class="card" role="group" aria-label=name.clone()>
            <header>
                <h2>{name.clone()}</h2>
                <RequestPill state=request.state/>
                {request.status.map(|status| view! { <HttpStatus status/> })}
                <p class="muted grow min-w-0">{time} {request.started.map(|at| view! { ", " <TimeAgo at/> })}</p>
            </header>
            <div class="in stack">
                {(!request.error.is_empty()).then(|| view! { <p class="notice bad">{request.error}</p> })}
                <div class="two top-aligned">
                    <div class="stack min-w-0">
                        <h3>"Request"</h3>
                        <Pre label="Request line and headers" text=format!("{} {}\n{}", request.method, request.url, header_text(&request.request_headers))/>
                        <Body label="Request body" body=request.request_body/>
                    </div>
                    <div class="stack min-w-0"><h3>"Answer"</h3>{answer}</div>
                </div>
            </div>
        </section>
    }
}
