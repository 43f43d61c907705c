//! The integration form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{
    forms::IntegrationForm,
    integration::{MessageFormat, ServiceType},
    overview::ProcessRow,
};

use super::api;
use crate::{
    routes,
    ui::{
        card::Card,
        form::{Form, Hidden, Version},
        select_field::{SelectField, choices_of},
        text_area::TextArea,
        text_field::TextField,
    },
};

/// Name, Process, External system, Description; the rest in a section of settings.
#[component]
pub fn IntegrationFields(
    /// What is stored.
    form: IntegrationForm,
    /// Processes to choose from.
    processes: Vec<ProcessRow>,
) -> impl IntoView {
    let none = processes.is_empty();
    let choices = processes
        .into_iter()
        .map(|row| (row.process.id.to_string(), row.process.name))
        .collect::<Vec<_>>();
    let service_type = if form.service_type.is_empty() {
        ServiceType::Rest.word().to_owned()
    } else {
        form.service_type
    };
    let message_format = if form.message_format.is_empty() {
        MessageFormat::Json.word().to_owned()
    } else {
        form.message_format
    };
    view! {
        <Form action={PhantomData::<api::SaveIntegration>} prefix="integration" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Incident to Jira"/>
                <div class="two">
                    <SelectField name="process" label="Process" value=form.process choices blank="Choose a process"/>
                    <TextField name="system" label="External system" value=form.system required=true placeholder="Jira"/>
                </div>
                {none.then(|| view! { <p class="hint">"There is no process yet. " <a href=routes::NEW_PROCESS>"New process"</a></p> })}
                <TextArea name="description" label="Description" value=form.description hint="Markdown."/>
            </Card>
            <Card title="Settings" note="the defaults are fine to begin with">
                <TextField name="company" label="Company" value=form.company/>
                <div class="two">
                    <SelectField name="service_type" label="Service type" value=service_type choices=choices_of!(ServiceType)/>
                    <SelectField name="message_format" label="Message format" value=message_format choices=choices_of!(MessageFormat)/>
                </div>
            </Card>
        </Form>
    }
}
