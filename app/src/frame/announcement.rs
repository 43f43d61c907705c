//! Says what was just done, on screen and to assistive technology.

use leptos::prelude::*;

use crate::address::query_value;

/// The words behind `?done=`; anything else says nothing, so that a link cannot put words on the page.
fn words(done: &str) -> Option<&'static str> {
    Some(match done {
        "saved" | "created" => "Saved",
        "enabled" => "Enabled",
        "disabled" => "Disabled",
        "deleted" => "Deleted",
        "duplicated" => "Duplicated. Credentials are not copied: set them before you enable it.",
        "sent" => "Queued",
        "replayed" => "Replayed",
        "authorised" => "The OAuth token is there",
        "revoked" => "Revoked",
        "notified" => "The test notice was taken. See whether it arrived.",
        "accepted" => "Accepted: notices leave from this installation.",
        "loaded" => "The sample is loaded",
        _ => return None,
    })
}

/// A live region that announces the outcome of the last action. Works with and without JavaScript: it reads the address.
#[component]
pub fn Announcement() -> impl IntoView {
    let done = query_value("done", words);
    let text = move || done.get().unwrap_or_default();
    view! { <div class="toast" class:silent=move || text().is_empty() role="status">{text}</div> }
}
