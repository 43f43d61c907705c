//! How much of a life is over, as a bar. The text beside it says the same.

use leptos::prelude::*;
use model::Timestamp;

use crate::context::Now;

/// Length of the bar in the units of its picture.
const LENGTH: f64 = 120.0;
/// The last part of a life, which is shown in another colour.
const SOON: f64 = 0.85;

/// A rail from `from` to `until`, filled up to now.
#[component]
pub fn LifeBar(
    /// The beginning.
    from: Timestamp,
    /// The end.
    until: Timestamp,
) -> impl IntoView {
    let now = use_context::<Now>();
    let share = move || now.map_or(0.0, |now| spent(from, until, now.0.get()));
    let class = move || match share() {
        over if over >= 1.0 => "life-over",
        late if late >= SOON => "life-late",
        _ => "life-spent",
    };
    view! {
        <svg class="life" viewBox="0 0 120 6" preserveAspectRatio="none" height="6" aria-hidden="true">
            <rect class="life-rail" x="0" y="0" width="120" height="6" rx="3"></rect>
            <rect class=class x="0" y="0" width=move || format!("{:.1}", share() * LENGTH) height="6" rx="3"></rect>
        </svg>
    }
}

/// The part of the life from `from` to `until` that is over, from 0 to 1.
fn spent(from: Timestamp, until: Timestamp, now: Timestamp) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a picture 120 units wide")]
    let (whole, over) = (until.since(from).max(1) as f64, now.since(from).max(0) as f64);
    (over / whole).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_never_less_than_nothing_or_more_than_all() {
        let part = |now| spent(Timestamp(1000), Timestamp(3000), Timestamp(now));
        for (now, share) in [(0, 0.0), (1000, 0.0), (2000, 0.5), (3000, 1.0), (9000, 1.0)] {
            assert!((part(now) - share).abs() < 0.001, "{now}");
        }
        assert!((spent(Timestamp(5), Timestamp(5), Timestamp(9)) - 1.0).abs() < 0.001);
    }
}
