//! The variables of a connection.

use std::marker::PhantomData;

use leptos::{html, prelude::*, server_fn::ServerFn};
use model::{
    id::ConnectionId,
    redaction::{ADVICE, Redaction},
    secret_state::SecretState,
    variable::Variable,
};

use super::api;
use crate::{
    refused::Refusal,
    ui::{
        card::Card,
        form::{Form, Hidden, Submit, Version},
        secret_field::SecretField,
        switch_field::SwitchField,
        text_field::TextField,
    },
};

/// The grid of variables, each edited in its place, and the form that adds one.
#[component]
pub fn VariablesCard(
    /// Their connection.
    connection: ConnectionId,
    /// The variables.
    variables: Vec<Variable>,
    /// The page to come back to.
    back: String,
) -> impl IntoView {
    let place = back.clone();
    let rows = variables
        .into_iter()
        .map(move |variable| row(variable, place.clone()))
        .collect_view();
    view! {
        <Card title="Variables" id="variables" note="used as ${KEY} in paths and headers, read by scripts as variables.KEY">
            <ul class="variables">{rows}</ul>
            <Form action={PhantomData::<api::SaveVariable>} prefix="variable" record="" once_more=true class="stack variable-form">
                <VariableFields id="" connection back/>
                <p class="actions"><Submit label="Add variable" class="button"/></p>
            </Form>
        </Card>
    }
}

/// How far the removal of former values has come.
#[component]
pub fn RedactionNotes(
    /// Newest first.
    redactions: Vec<Redaction>,
) -> impl IntoView {
    redactions
        .iter()
        .map(|redaction| view! { <p class="notice" role="status">{redaction.in_words()}</p> })
        .collect_view()
}

/// The fields of a variable, inside its form.
#[component]
fn VariableFields(
    /// Id of the variable; blank for a new one.
    #[prop(into)]
    id: String,
    connection: ConnectionId,
    back: String,
    /// What the key and the value are called. Within a row the variable is known.
    #[prop(default = ["Variable key", "Variable value"])]
    labels: [&'static str; 2],
    /// What is stored.
    #[prop(optional, into)]
    stored: Option<Variable>,
) -> impl IntoView {
    let version = stored.as_ref().map_or(0, |stored| stored.version);
    let (key, value, description, secret) = stored
        .as_ref()
        .map(|stored| {
            (
                stored.key.clone(),
                stored.value.clone(),
                stored.description.clone(),
                stored.secret,
            )
        })
        .unwrap_or_default();
    // A new variable has no former value.
    let may_become_secret = stored.as_ref().is_some_and(|stored| !stored.secret);
    let value = match stored.filter(|stored| stored.secret) {
        Some(stored) => {
            let state = SecretState {
                set_at: stored.updated,
                set_by: stored.updated_by,
                reference: stored.value,
                ..SecretState::default()
            };
            view! { <SecretField name="value" label=labels[1] state=Some(state) referable=true/> }.into_any()
        }
        None => view! { <TextField name="value" label=labels[1] value mono=true/> }.into_any(),
    };
    view! {
        <Hidden name="id" value=id/>
        <Version version/>
        <Hidden name="connection" value=connection.to_string()/>
        <input type="hidden" name="back" value=back/>
        <div class="two">
            <TextField name="key" label=labels[0] value=key mono=true placeholder="SITE"/>
            {value}
        </div>
        <div class="two">
            <TextField name="description" label="Note" value=description/>
            <SwitchField name="secret" label="Secret" on=secret hint="Stored encrypted, never shown again."/>
        </div>
        {may_become_secret.then(|| view! { <p class="hint">{ADVICE}</p> })}
    }
}

/// One variable: what it says, and folded below it the forms that change and remove it.
fn row(variable: Variable, back: String) -> AnyView {
    let value = if variable.secret {
        view! { <span class="muted">{format!("Set on {} by {}", variable.updated.date(), variable.updated_by)}</span> }.into_any()
    } else {
        view! { <code>{variable.value.clone()}</code> }.into_any()
    };
    let (id, key, connection) = (variable.id.to_string(), variable.key.clone(), variable.connection);
    let refused = [api::SaveVariable::PATH, api::DeleteVariable::PATH]
        .into_iter()
        .any(|path| Refusal::is_of(path, Some(&id)));
    let details = NodeRef::<html::Details>::new();
    let fold = Callback::new(move |()| {
        if let Some(details) = details.try_get_untracked().flatten() {
            details.set_open(false);
        }
    });
    let note = variable.description.clone();
    let (edited, edited_back) = (id.clone(), back.clone());
    view! {
        <li>
            <details open=refused node_ref=details>
                <summary>
                    <code class="key">{key.clone()}</code>
                    <span class="grow min-w-0">{value}{(!note.is_empty()).then(|| view! { <small>{note}</small> })}</span>
                    <span class="button small quiet">"Edit"</span>
                </summary>
                <Form action={PhantomData::<api::SaveVariable>} prefix=format!("variable-{id}") record=id.clone() class="stack" on_done=fold>
                    <VariableFields id=edited connection back=edited_back labels=["Key", "Value"] stored=variable/>
                    <p class="actions"><Submit label="Save" class="button primary"/></p>
                </Form>
                {remove_form(id, key, back)}
            </details>
        </li>
    }
    .into_any()
}

fn remove_form(id: String, key: String, back: String) -> AnyView {
    let label = format!("Remove {key}");
    view! {
        <Form action={PhantomData::<api::DeleteVariable>} prefix=format!("remove-{id}") record=id.clone() class="remove">
            <Hidden name="id" value=id/>
            <Hidden name="version" value="0"/>
            <Hidden name="confirm" value=key/>
            <input type="hidden" name="back" value=back/>
            <Submit label="Remove" class="button small quiet danger" describes=label/>
        </Form>
    }
    .into_any()
}
