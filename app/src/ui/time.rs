//! Times: relative, with the exact time on hover.

use leptos::prelude::*;
use model::Timestamp;

use crate::context::Now;

/// How long ago something was.
#[component]
pub fn TimeAgo(
    /// When it was.
    at: Timestamp,
) -> impl IntoView {
    let now = use_context::<Now>();
    let text = move || now.map_or_else(|| at.exact(), |now| at.relative_to(now.0.get()));
    view! { <time datetime=at.rfc3339() title=at.exact()>{text}</time> }
}

/// How far ahead something is; how long ago, once it is past.
#[component]
pub fn TimeUntil(
    /// When it is.
    at: Timestamp,
) -> impl IntoView {
    let now = use_context::<Now>();
    let text = move || now.map_or_else(|| at.exact(), |now| at.ahead_of(now.0.get()));
    view! { <time datetime=at.rfc3339() title=at.exact()>{text}</time> }
}

/// A duration in words short enough for a table.
pub fn duration(milliseconds: i64) -> String {
    match milliseconds {
        ..=999 => format!("{milliseconds} ms"),
        1000..=59_999 => format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100),
        _ => format!("{} min {} s", milliseconds / 60_000, milliseconds % 60_000 / 1000),
    }
}

/// Microseconds, shown as milliseconds with a decimal below ten.
pub fn fine_duration(micros: i64) -> String {
    match micros {
        ..=99 => "0.1 ms".into(),
        100..=9_999 => format!("{}.{} ms", micros / 1000, micros % 1000 / 100),
        _ => duration(micros / 1000),
    }
}

/// `5 min ago by ann`: when and by whom a record was changed.
pub fn changed(at: Timestamp, by: &str) -> AnyView {
    let by = format!(" by {by}");
    view! { <TimeAgo at/> {by} }.into_any()
}
