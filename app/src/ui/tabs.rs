//! Links to the parts of a record.

use leptos::prelude::*;

/// A row of links that look like tabs; the current one is marked.
#[component]
pub fn Tabs(
    /// What they are parts of, for assistive technology.
    #[prop(into)]
    label: String,
    /// Text and address of each.
    tabs: Vec<(String, String)>,
    /// Address of the current one.
    #[prop(into)]
    current: String,
) -> impl IntoView {
    let links = tabs
        .into_iter()
        .map(|(text, href)| {
            let here = (href == current).then_some("page");
            view! { <a href=href aria-current=here>{text}</a> }
        })
        .collect_view();
    view! { <nav class="tabs" aria-label=label>{links}</nav> }
}
