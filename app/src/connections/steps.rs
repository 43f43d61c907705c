//! The ladder of a connection test.

use leptos::prelude::*;
use model::connection_test::{Rung, StepState, TestStep};

use crate::ui::{
    icon::{Icon, IconView},
    time::fine_duration,
};

/// The list named "Steps": every rung with its state, what was found and how long it took.
#[component]
pub fn Steps(
    /// What is known so far; rungs that are not in it were not reached yet.
    #[prop(into)]
    steps: Signal<Vec<TestStep>>,
) -> impl IntoView {
    let rungs = Rung::ALL
        .iter()
        .map(|rung| {
            let rung = *rung;
            let step = move || steps.with(|steps| steps.iter().find(|step| step.rung == rung).cloned());
            view! { <li class="step">{move || step_view(rung, step())}</li> }
        })
        .collect_view();
    view! { <ul class="steps" aria-label="Steps">{rungs}</ul> }
}

fn step_view(rung: Rung, step: Option<TestStep>) -> AnyView {
    let state = step.as_ref().map(|step| step.state);
    let (class, icon, word) = match state {
        Some(StepState::Passed) => ("step-icon ok", Icon::Check, "passed"),
        Some(StepState::Failed) => ("step-icon bad", Icon::Cross, "failed"),
        Some(StepState::Running) => ("step-icon info running", Icon::Spinner, "running"),
        Some(StepState::NotNeeded) => ("step-icon off", Icon::Dash, "not needed"),
        Some(StepState::NotReached) => ("step-icon off", Icon::Dash, "not reached"),
        None => ("step-icon off", Icon::Dash, ""),
    };
    let text = step.as_ref().map_or_else(String::new, |step| {
        if step.text.is_empty() {
            word.to_owned()
        } else {
            step.text.clone()
        }
    });
    let time = step
        .filter(|step| matches!(step.state, StepState::Passed | StepState::Failed))
        .map(|step| fine_duration(step.micros));
    view! {
        <span class=class><IconView icon/></span>
        <strong>{rung.label()}</strong>
        <span class="step-text"><span class="sr-only">{word}" "</span>{text}</span>
        <span class="num muted">{time}</span>
    }
    .into_any()
}
