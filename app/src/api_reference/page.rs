//! `/docs/api`.

use leptos::prelude::*;

use super::{
    api,
    reference::{Content, Field, Group, Operation, Parameter, ProblemKind, Reference},
};
use crate::{
    context::{loaded, page_resource},
    routes,
    ui::{card::Card, code::Pre, page_head::PageHead},
};

/// Every route by group, and every kind of problem with the anchor that `type` names.
#[component]
pub fn ApiReferencePage() -> impl IntoView {
    let reference = page_resource(|| (), |()| api::api_reference());
    let lead = view! { "Everything the interface can do, for scripts and pipelines: with an API token, over HTTP and JSON." };
    let actions = view! {
        <a class="button" href=routes::OPENAPI rel="external">"OpenAPI document"</a>
        <a class="button" href=routes::TOKENS>"API tokens"</a>
    };
    view! {
        <PageHead title="REST API" lead=lead.into_any() actions=actions.into_any()/>
        {loaded(reference, reference_view)}
    }
}

fn reference_view(reference: Reference) -> AnyView {
    let contents = reference
        .groups
        .iter()
        .map(|group| (group.id.clone(), group.title.clone()))
        .chain([("problems".to_owned(), "Problems".to_owned())])
        .map(|(id, title)| view! { <li><a href=format!("#{id}")>{title}</a></li> })
        .collect_view();
    let groups = reference.groups.into_iter().map(group_view).collect_view();
    view! {
        <div class="reference">
            <nav class="contents" aria-label="Contents"><ul>{contents}</ul></nav>
            <div class="stack">
                <Card title="How to call it">
                    <p>"Make a token in " <a href=routes::TOKENS>"Settings, API tokens"</a> " and send it with every call as " <code>"Authorization: Bearer sbd_…"</code> ". It has the role of its user or less, and an expiry."</p>
                    <p>{reference.description}</p>
                </Card>
                {groups}
                {problems(reference.problems)}
            </div>
        </div>
    }
    .into_any()
}

fn group_view(group: Group) -> AnyView {
    let operations = group.operations.into_iter().map(operation_view).collect_view();
    view! {
        <section class="card" id=group.id>
            <header><h2>{group.title}</h2></header>
            <div class="flush">{operations}</div>
        </section>
    }
    .into_any()
}

fn operation_view(operation: Operation) -> AnyView {
    let method = format!("verb {}", operation.method.to_lowercase());
    let answers = operation
        .answers
        .into_iter()
        .map(|(status, content)| {
            let status = if status == "default" {
                "Refused".to_owned()
            } else {
                status
            };
            let refused = status == "Refused";
            view! {
                <dt>{status}</dt>
                <dd>
                    {(!content.media_types.is_empty()).then(|| view! { <code>{content.media_types.clone()}</code> " " })}
                    {content.description.clone()}
                    {if refused { view! { " " <a href="#problems">"Problems"</a> }.into_any() } else { field_list(content.fields) }}
                </dd>
            }
        })
        .collect_view();
    view! {
        <details class="operation" id=operation.id>
            <summary>
                <span class=method>{operation.method}</span>
                <code class="path">{operation.path}</code>
                <span class="muted">{operation.summary}</span>
            </summary>
            <div class="in stack">
                {parameter_list(operation.parameters)}
                {operation.body.map(body_view)}
                <div><h3>"Answers"</h3><dl class="facts">{answers}</dl></div>
                <div><h3>"Example"</h3><Pre label="Command" text=operation.curl/></div>
            </div>
        </details>
    }
    .into_any()
}

fn parameter_list(parameters: Vec<Parameter>) -> Option<AnyView> {
    (!parameters.is_empty()).then(|| {
        let rows = parameters
            .into_iter()
            .map(|parameter| {
                let required = if parameter.required { ", required" } else { "" };
                view! { <dt><code>{parameter.name}</code></dt><dd><span class="muted">{format!("{}{required}", parameter.place)}</span> " " {parameter.description}</dd> }
            })
            .collect_view();
        view! { <div><h3>"Parameters"</h3><dl class="facts">{rows}</dl></div> }.into_any()
    })
}

fn body_view(body: Content) -> AnyView {
    view! {
        <div>
            <h3>"Body"</h3>
            <p><code>{body.media_types}</code> " " {body.description}</p>
            {field_list(body.fields)}
        </div>
    }
    .into_any()
}

fn field_list(fields: Vec<Field>) -> AnyView {
    if fields.is_empty() {
        return ().into_any();
    }
    let rows = fields
        .into_iter()
        .map(|field| view! { <dt><code>{field.name}</code></dt><dd><span class="muted">{field.kind}</span> " " {field.description}</dd> })
        .collect_view();
    view! { <dl class="facts fields">{rows}</dl> }.into_any()
}

fn problems(kinds: Vec<ProblemKind>) -> AnyView {
    let rows = kinds
        .into_iter()
        .map(|kind| {
            view! {
                <tr id=kind.name.to_string()>
                    <th scope="row"><a href=format!("#{}", kind.name)><code>{kind.name.to_string()}</code></a></th>
                    <td data-label="Status">{kind.status}</td>
                    <td data-label="Title">{kind.title.to_string()}</td>
                    <td data-label="What it means">{kind.meaning.to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card" id="problems">
            <header><h2>"Problems"</h2><p class="muted grow min-w-0">"what is refused, as application/problem+json (RFC 9457)"</p></header>
            <p class="in">"The " <code>"type"</code> " of a problem is the address of its row here. It never changes meaning; " <code>"detail"</code> " says what happened this time, and " <code>"errors"</code> " which fields are wrong."</p>
            <table class="table cards problems">
                <thead><tr><th scope="col">"Type"</th><th scope="col">"Status"</th><th scope="col">"Title"</th><th scope="col">"What it means"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
    .into_any()
}
