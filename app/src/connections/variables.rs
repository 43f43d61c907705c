//! The variables of a connection.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{id::ConnectionId, variable::Variable};

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Submit},
    form_state::FormState,
    switch_field::SwitchField,
    text_field::TextField,
};

/// The grid of variables and the form that adds one.
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
            <Form action={PhantomData::<api::SaveVariable>} prefix="variable" class="stack variable-form">
                <Hidden name="id" value=""/>
                <Hidden name="version" value="0"/>
                <Hidden name="connection" value=connection.to_string()/>
                <input type="hidden" name="back" value=back/>
                <div class="two">
                    <TextField name="key" label="Variable key" mono=true placeholder="SITE"/>
                    <TextField name="value" label="Variable value" mono=true/>
                </div>
                <div class="two">
                    <TextField name="description" label="Note"/>
                    <SwitchField name="secret" label="Secret" hint="Stored encrypted, never shown again."/>
                </div>
                <p class="actions"><Submit label="Add variable" class="button"/></p>
            </Form>
        </Card>
    }
}

fn row(variable: Variable, back: String) -> AnyView {
    let value = if variable.secret {
        view! { <span class="muted">{format!("Set on {} by {}", variable.updated.date(), variable.updated_by)}</span> }.into_any()
    } else {
        view! { <code>{variable.value.clone()}</code> }.into_any()
    };
    let (id, key) = (variable.id.to_string(), variable.key.clone());
    view! {
        <li>
            <code class="key">{variable.key}</code>
            <span class="grow min-w-0">{value}{(!variable.description.is_empty()).then(|| view! { <small>{variable.description}</small> })}</span>
            <Form action={PhantomData::<api::DeleteVariable>} prefix="remove" class="contents">
                <Hidden name="id" value=id/>
                <Hidden name="version" value="0"/>
                <Hidden name="confirm" value=key.clone()/>
                <input type="hidden" name="back" value=back/>
                <button type="submit" class="button small quiet" aria-label=format!("Remove {key}") aria-disabled=move || FormState::here().pending.get().then_some("true")>"Remove"</button>
            </Form>
        </li>
    }
    .into_any()
}
