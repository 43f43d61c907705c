//! Recorded bodies and headers: always text, never rendered.

use leptos::prelude::*;
use model::transaction::RecordedBody;

/// A scrollable block of monospaced text.
#[component]
pub fn Pre(
    /// What it is, for assistive technology.
    #[prop(into)]
    label: String,
    /// The text.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <pre class="pre" tabindex="0" role="region" aria-label=label>{text}</pre> }
}

/// A body with its size and type.
#[component]
pub fn Body(
    /// What it is: "Request body".
    #[prop(into)]
    label: String,
    /// The body.
    body: RecordedBody,
) -> impl IntoView {
    if body.size == 0 {
        return view! { <p class="muted">{label} ": empty"</p> }.into_any();
    }
    let kind = if body.content_type.is_empty() {
        "no type declared".to_owned()
    } else {
        body.content_type.clone()
    };
    let cut = if body.truncated {
        ", only the beginning was kept"
    } else {
        ""
    };
    let binary = if body.binary { ", shown in hexadecimal" } else { "" };
    let text = pretty(&body);
    view! {
        <p class="muted small">{format!("{label}: {} bytes, {kind}{binary}{cut}", body.size)}</p>
        <Pre label text/>
    }
    .into_any()
}

/// JSON is indented for reading; anything else is shown as it came.
fn pretty(body: &RecordedBody) -> String {
    let json =
        body.content_type.contains("json") && !body.truncated && !body.binary && body.text.len() < 100_000;
    json.then(|| serde_json::from_str::<serde_json::Value>(&body.text).ok())
        .flatten()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| body.text.clone())
}

/// Headers as lines.
pub fn header_text(headers: &[(String, String)]) -> String {
    headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect::<Vec<_>>()
        .join("\n")
}
