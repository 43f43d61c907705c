//! The process form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{application::Application, forms::ProcessForm};

use super::{api, api_name::ProposedApiName};
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    form_state::FormState,
    select_field::SelectField,
    text_area::TextArea,
    text_field::TextField,
};

const API_NAME_HINT: &str = "Lower-case letters, digits, - and _. Forms the inbound URL.";

/// Name, API name, Application and Description.
#[component]
pub fn ProcessFields(
    /// What is stored.
    form: ProcessForm,
    /// Applications to choose from.
    applications: Vec<Application>,
) -> impl IntoView {
    let choices = applications
        .into_iter()
        .map(|application| (application.id.to_string(), application.name))
        .collect::<Vec<_>>();
    let new = form.id.is_empty();
    view! {
        <Form action={PhantomData::<api::SaveProcess>} prefix="process" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                {if new {
                    view! { <NewNames/> }.into_any()
                } else {
                    view! {
                        <div class="two">
                            <TextField name="name" label="Name" value=form.name required=true/>
                            <TextField name="api_name" label="API name" value=form.api_name mono=true required=true hint=API_NAME_HINT/>
                        </div>
                    }.into_any()
                }}
                <SelectField name="application" label="Application" value=form.application choices/>
                <TextArea name="description" label="Description" value=form.description hint="Markdown."/>
            </Card>
        </Form>
    }
}

/// The names of a new process. A component of its own, because it must be made inside the form.
#[component]
fn NewNames() -> impl IntoView {
    let state = FormState::here();
    let hint = format!("{API_NAME_HINT} Blank makes it from the name.");
    view! {
        <ProposedApiName name=state.html_id("name") api_name=state.html_id("api_name")>
            <TextField name="name" label="Name" required=true placeholder="Incident"/>
            <TextField name="api_name" label="API name" mono=true placeholder="incident" hint/>
        </ProposedApiName>
    }
}
