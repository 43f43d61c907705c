//! The steps of a test as a waterfall.

use leptos::prelude::*;
use model::connection_test::{StepState, TestStep};

use super::time::fine_duration;

/// One bar per step that took time, placed where it happened.
#[component]
pub fn Waterfall(
    /// The steps of the attempt that decided, in order.
    steps: Vec<TestStep>,
) -> impl IntoView {
    let total = steps.iter().map(|step| step.micros).sum::<i64>().max(1);
    let mut before = 0;
    let rows = steps
        .into_iter()
        .filter(|step| matches!(step.state, StepState::Passed | StepState::Failed))
        .map(|step| {
            #[expect(clippy::cast_precision_loss, reason = "a picture of at most 30 s in microseconds")]
            let share = |micros: i64| micros as f64 / total as f64 * 120.0;
            let (x, width) = (share(before), share(step.micros).max(2.0));
            before += step.micros;
            let class = if step.state == StepState::Failed { "fall-bad" } else { "fall-ok" };
            view! {
                <dt>{step.rung.label()}</dt>
                <dd>
                    <svg viewBox="0 0 122 8" preserveAspectRatio="none" height="8" aria-hidden="true">
                        <rect class="fall-rail" x="0" y="0" width="122" height="8" rx="3"></rect>
                        <rect class=class x=format!("{x:.1}") y="0" width=format!("{width:.1}") height="8" rx="3"></rect>
                    </svg>
                    <span class="num">{fine_duration(step.micros)}</span>
                </dd>
            }
        })
        .collect_view();
    view! { <dl class="waterfall">{rows}</dl> }
}
