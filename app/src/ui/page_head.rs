//! The head of every page: breadcrumbs, the one `h1`, what can be done.

use leptos::prelude::*;

use super::page_title::PageTitle;

/// One step of the breadcrumbs: text and address.
pub type Crumb = (String, String);

/// Title, breadcrumbs and actions of a page.
#[component]
pub fn PageHead(
    /// The name of the page: its `h1` and the title of the tab.
    #[prop(into)]
    title: String,
    /// The pages above this one.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// What the breadcrumbs call this page, when not by its title.
    #[prop(optional, into)]
    here: Option<String>,
    /// A line below the title.
    #[prop(optional, into)]
    lead: Option<AnyView>,
    /// Pills beside the title.
    #[prop(optional, into)]
    badges: Option<AnyView>,
    /// Buttons at the right.
    #[prop(optional, into)]
    actions: Option<AnyView>,
) -> impl IntoView {
    let steps = crumbs
        .into_iter()
        .map(|(text, href)| view! { <li><a href=href>{text}</a></li> })
        .collect_view();
    let here = here.unwrap_or_else(|| title.clone());
    view! {
        <PageTitle text=title.clone()/>
        <nav class="crumbs" aria-label="Breadcrumbs">
            <ol>{steps}<li aria-current="page">{here}</li></ol>
        </nav>
        <header class="head">
            <div class="grow min-w-0">
                <div class="head-title"><h1>{title}</h1>{badges}</div>
                {lead.map(|lead| view! { <p class="lead">{lead}</p> })}
            </div>
            <div class="actions">{actions}</div>
        </header>
    }
}
