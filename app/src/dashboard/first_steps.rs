//! What a newcomer does first.

use std::marker::PhantomData;

use leptos::prelude::*;

use super::api;
use crate::{
    routes,
    ui::{
        card::Card,
        form::{Form, Submit},
    },
};

/// The way from nothing to a message that arrives, and the sample that shows it.
#[component]
pub fn FirstSteps(
    /// Whether a process exists.
    process: bool,
    /// Whether an integration exists.
    integration: bool,
    /// Whether the practice target is on, which the sample needs.
    practice: bool,
) -> impl IntoView {
    let step = |done: bool, number: u8, title: &'static str, text: &'static str, href: &'static str| {
        let (class, mark) = if done {
            ("number done", "✓".to_owned())
        } else {
            ("number", number.to_string())
        };
        view! { <li><span class=class aria-hidden="true">{mark}</span><span class="grow"><a class="row-link" href=href>{title}</a><small>{text}</small></span></li> }
    };
    let sample = practice.then(|| {
        view! {
            <Form action={PhantomData::<api::LoadSample>} prefix="sample" class="row">
                <p class="muted grow">"Or look at a complete example against the built-in practice target: design, test, send and break it without any external system."</p>
                <Submit label="Load the sample" class="button"/>
            </Form>
        }
    });
    view! {
        <Card title="First steps" note="from nothing to a message that arrives">
            <ol class="first-steps">
                {step(process, 1, "Make a process", "What is integrated: Incident, User, Asset. It gets the URL other systems post to.", routes::NEW_PROCESS)}
                {step(integration, 2, "Make an integration", "The process with one external system.", routes::NEW_INTEGRATION)}
                {step(false, 3, "Make a connection, test it, enable it", "One for each environment: URL, credentials, who may post.", routes::INTEGRATIONS)}
            </ol>
            {sample}
        </Card>
    }
}
