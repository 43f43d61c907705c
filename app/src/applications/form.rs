//! The application form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::forms::ApplicationForm;

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    text_area::TextArea,
    text_field::TextField,
};

/// Name, key and description.
#[component]
pub fn ApplicationFields(
    /// What is stored.
    form: ApplicationForm,
) -> impl IntoView {
    view! {
        <Form action={PhantomData::<api::SaveApplication>} prefix="application" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true/>
                <TextField name="key" label="Key" value=form.key mono=true required=true hint="Lower-case letters, digits, - and _. Names the application in exports."/>
                <TextArea name="description" label="Description" value=form.description/>
            </Card>
        </Form>
    }
}
