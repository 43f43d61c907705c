//! The last hour of a connection as a small picture.

use leptos::prelude::*;
use model::overview::LastHour;

/// Twelve bars of five minutes: sent, with failed in red on top. Its text says the numbers.
#[component]
pub fn Sparkline(
    /// The counts.
    hour: LastHour,
) -> impl IntoView {
    let sent: u32 = hour.sent.iter().sum();
    let failed: u32 = hour.failed.iter().sum();
    let highest = hour
        .sent
        .iter()
        .zip(hour.failed)
        .map(|(sent, failed)| sent + failed)
        .max()
        .unwrap_or(0)
        .max(1);
    let height = move |count: u32| f64::from(count) / f64::from(highest) * 20.0;
    let bars = hour
        .sent
        .into_iter()
        .zip(hour.failed)
        .enumerate()
        .map(|(index, (sent, failed))| {
            let x = index * 8;
            let (good, bad) = (height(sent), height(failed));
            view! {
                <rect class="spark-idle" x=x y="21" width="6" height="1"></rect>
                <rect class="spark-sent" x=x y=format!("{:.1}", 21.0 - good) width="6" height=format!("{good:.1}")></rect>
                <rect class="spark-failed" x=x y=format!("{:.1}", 21.0 - good - bad) width="6" height=format!("{bad:.1}")></rect>
            }
        })
        .collect_view();
    let text = match (sent, failed) {
        (0, 0) => "nothing sent".to_owned(),
        (sent, 0) => format!("{sent} sent"),
        (sent, failed) => format!("{sent} sent, {failed} failed"),
    };
    view! {
        <span class="spark" title=text.clone()>
            <svg viewBox="0 0 96 22" width="96" height="22" role="img" aria-label=text.clone()>{bars}</svg>
        </span>
    }
}
