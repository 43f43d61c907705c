//! What was just made and is shown only this once.

use leptos::{html, prelude::*};

/// Takes the focus and so comes into view, wherever on the page it appears. Without JavaScript the browser does the same
/// by `autofocus`.
#[component]
pub fn MadeNotice(
    /// What was made, and its secret.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    node.on_load(|notice| {
        let _ = notice.focus();
    });
    view! { <div class="notice ok" role="status" tabindex="-1" autofocus=true node_ref=node>{children()}</div> }
}
