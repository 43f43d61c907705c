//! "Paste a request" on the page of an inbound endpoint: why a request would be let in or refused.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::explanation::{Explanation, ExplanationStep, StepOutcome};

use super::api;
use crate::{
    shown_once,
    ui::{
        card::Card,
        form::{Form, Hidden, Submit},
        text_area::TextArea,
    },
};

/// The form, and below it what would become of the request.
#[component]
pub fn PasteCard(
    /// Id of the process.
    #[prop(into)]
    process: String,
) -> impl IntoView {
    let explained = RwSignal::new(shown_once::of::<api::ExplainRequest>());
    let on_done = Callback::new(move |explanation: Explanation| explained.set(Some(explanation)));
    view! {
        <Card title="Paste a request" id="paste" note="why it would be let in or refused">
            <Form action={PhantomData::<api::ExplainRequest>} prefix="paste" on_done>
                <Hidden name="id" value=process/>
                <TextArea name="pasted" label="Request" mono=true rows=8 placeholder="POST /inbound/…/message HTTP/1.1, its headers, a blank line, its body. Or a curl line." hint="Checked as a real call would be. Nothing is stored, logged or counted, and the secrets in it are not kept."/>
                <p class="actions"><Submit label="Explain" class="button"/></p>
            </Form>
            {move || explained.get().map(verdict)}
        </Card>
    }
}

fn verdict(explanation: Explanation) -> AnyView {
    let (class, words) = match explanation.status {
        200 => ("notice ok", "200: it would get the first answer again."),
        202 => ("notice ok", "202: it would be taken."),
        _ => ("notice bad", "It would be refused."),
    };
    let words = if explanation.accepted() {
        words.to_owned()
    } else {
        format!("{}: {words}", explanation.status)
    };
    let steps = explanation.steps.into_iter().map(step).collect_view();
    view! {
        <div class=class role="status"><p><strong>{words}</strong></p></div>
        <ol class="lines" aria-label="Checks">{steps}</ol>
    }
    .into_any()
}

fn step(step: ExplanationStep) -> AnyView {
    let class = match step.outcome {
        StepOutcome::Passed => "pill ok",
        StepOutcome::Refused => "pill bad",
        StepOutcome::Noted => "pill",
    };
    view! {
        <li>
            <span class=class>{step.outcome.label()}</span>
            <span class="grow min-w-0"><strong>{step.title}</strong><small>{step.text}</small></span>
        </li>
    }
    .into_any()
}
