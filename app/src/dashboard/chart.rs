//! Messages per hour of the last day.

use leptos::prelude::*;

/// Stacked bars: sent, and failed on top. The text of the picture says the numbers.
#[component]
pub fn DayChart(
    /// Sent and failed per hour, oldest first.
    hours: Vec<(i64, i64)>,
) -> impl IntoView {
    let highest = hours
        .iter()
        .map(|(sent, failed)| sent + failed)
        .max()
        .unwrap_or(0)
        .max(1);
    let (sent, failed) = hours
        .iter()
        .fold((0, 0), |(a, b), (sent, failed)| (a + sent, b + failed));
    #[expect(clippy::cast_precision_loss, reason = "a picture")]
    let height = move |count: i64| count as f64 / highest as f64 * 90.0;
    let bars = hours
        .into_iter()
        .enumerate()
        .map(|(index, (sent, failed))| {
            let x = index * 30 + 2;
            let (good, bad) = (height(sent), height(failed));
            view! {
                <rect class="spark-idle" x=x y="99" width="26" height="1"></rect>
                <rect class="spark-sent" x=x y=format!("{:.1}", 99.0 - good) width="26" height=format!("{good:.1}") rx="2"></rect>
                <rect class="spark-failed" x=x y=format!("{:.1}", 99.0 - good - bad) width="26" height=format!("{bad:.1}") rx="2"></rect>
            }
        })
        .collect_view();
    view! {
        <svg class="chart" viewBox="0 0 720 100" preserveAspectRatio="none" role="img" aria-label=format!("{sent} messages sent and {failed} failed in 24 hours")>{bars}</svg>
        <p class="chart-scale muted small"><span>"24 h ago"</span><span>"now"</span></p>
    }
}
