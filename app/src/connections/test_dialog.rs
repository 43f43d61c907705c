//! The Connection Test modal: **Test** runs it and the steps appear as they happen, **Done** closes it.

use futures::StreamExt;
use leptos::{prelude::*, task::spawn_local};
use model::{
    connection::Environment,
    connection_test::{ConnectionTest, TestEvent, TestStep},
    id::{ConnectionId, IntegrationId},
};

use super::{api, steps::Steps, test_report::TestReportView};
use crate::{
    context::Changes,
    routes,
    ui::{badge::EnvironmentBadge, dialog_button::DialogButton},
};

/// The button **Connection Test** and its modal.
#[component]
pub fn TestButton(
    /// Integration of the connection.
    integration: IntegrationId,
    /// The connection.
    connection: ConnectionId,
    /// Its environment.
    environment: Environment,
    /// Its Endpoint URL.
    url: String,
) -> impl IntoView {
    let content = Callback::new(move |close: Callback<()>| {
        view! { <TestPanel connection environment url=url.clone() close/> }.into_any()
    });
    view! { <DialogButton label="Connection Test" href=routes::connection_test(integration, connection) wide=true content/> }
}

/// What the modal knows while it is open.
#[derive(Clone, Copy)]
struct Run {
    running: RwSignal<bool>,
    attempt: RwSignal<u8>,
    steps: RwSignal<Vec<TestStep>>,
    result: RwSignal<Option<ConnectionTest>>,
    problem: RwSignal<Option<String>>,
}

impl Run {
    fn note(self, event: TestEvent) {
        match event {
            TestEvent::Attempt(number) => {
                self.attempt.try_set(number);
                self.steps.try_set(Vec::new());
            }
            TestEvent::Step(step) => {
                self.steps.try_update(
                    |steps| match steps.iter_mut().find(|known| known.rung == step.rung) {
                        Some(known) => *known = step,
                        None => steps.push(step),
                    },
                );
            }
            TestEvent::Done(test) => {
                self.steps.try_set(test.report.steps.clone());
                self.result.try_set(Some(*test));
            }
            TestEvent::Problem(text) => {
                self.problem.try_set(Some(text));
            }
        }
    }

    async fn follow(self, connection: ConnectionId) {
        self.running.set(true);
        self.steps.set(Vec::new());
        self.result.set(None);
        self.problem.set(None);
        match api::test_connection(connection.to_string()).await {
            Ok(stream) => {
                let mut stream = stream.into_inner();
                // Chunks of the network need not end where lines end.
                let mut rest = String::new();
                while let Some(chunk) = stream.next().await {
                    match chunk {
                        Ok(chunk) => rest.push_str(&chunk),
                        Err(error) => self.note(TestEvent::Problem(error.to_string())),
                    }
                    while let Some((line, later)) = rest.split_once('\n') {
                        if let Ok(event) = serde_json::from_str(line) {
                            self.note(event);
                        }
                        rest = later.to_owned();
                    }
                }
            }
            Err(error) => self.note(TestEvent::Problem(error.to_string())),
        }
        self.running.try_set(false);
    }
}

#[component]
fn TestPanel(
    connection: ConnectionId,
    environment: Environment,
    url: String,
    close: Callback<()>,
) -> impl IntoView {
    let run = Run {
        running: RwSignal::new(false),
        attempt: RwSignal::new(0),
        steps: RwSignal::new(Vec::new()),
        result: RwSignal::new(None),
        problem: RwSignal::new(None),
    };
    let changes = use_context::<Changes>();
    let start = move |_| {
        if !run.running.get_untracked() {
            spawn_local(run.follow(connection));
        }
    };
    let done = move |_| {
        close.run(());
        // The result is stored on the connection and feeds its status.
        if let (Some(changes), true) = (changes, run.result.with_untracked(Option::is_some)) {
            changes.announce();
        }
    };
    let state = move || match (run.running.get(), run.attempt.get()) {
        (true, 2) => "Second attempt…",
        (true, _) => "Testing…",
        (false, 0) => {
            "Tests the saved connection from where its calls leave. Nothing is changed at the target that the test request does not say."
        }
        (false, _) => "",
    };
    // The next step is the prominent one: Test until it ran, then Done.
    let ran = move || run.result.with(Option::is_some) || run.problem.with(Option::is_some);
    let test_class = move || if ran() { "button" } else { "button primary" };
    let done_class = move || if ran() { "button primary" } else { "button" };
    view! {
        <div class="panel">
            <header class="panel-head">
                <h2 class="grow">"Connection Test"</h2>
                <EnvironmentBadge environment/>
                <code class="url">{url}</code>
            </header>
            <Steps steps=run.steps/>
            <p class="muted" aria-live="polite">{state}</p>
            {move || run.problem.get().map(|text| view! { <p class="notice bad" role="alert">{text}</p> })}
            {move || run.result.get().map(|test| view! { <TestReportView test/> })}
            <footer class="actions">
                <button type="button" class=test_class autofocus on:click=start aria-disabled=move || run.running.get().then_some("true")>"Test"</button>
                <button type="button" class=done_class on:click=done>"Done"</button>
            </footer>
        </div>
    }
}
