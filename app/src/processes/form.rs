//! The process form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{application::Application, forms::ProcessForm};

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    select_field::SelectField,
    text_area::TextArea,
    text_field::TextField,
};

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
    view! {
        <Form action={PhantomData::<api::SaveProcess>} prefix="process" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <div class="two">
                    <TextField name="name" label="Name" value=form.name required=true placeholder="Incident"/>
                    <TextField name="api_name" label="API name" value=form.api_name mono=true required=true placeholder="incident" hint="Lower-case letters, digits, - and _. Forms the inbound URL."/>
                </div>
                <SelectField name="application" label="Application" value=form.application choices/>
                <TextArea name="description" label="Description" value=form.description hint="Markdown."/>
            </Card>
        </Form>
    }
}
