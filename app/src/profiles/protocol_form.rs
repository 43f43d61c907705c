//! The protocol profile form.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::{forms::ProtocolProfileForm, profile::TlsVersion};

use super::api;
use crate::ui::{
    card::Card,
    form::{Form, Hidden, Version},
    select_field::{SelectField, choices_of},
    text_area::TextArea,
    text_field::TextField,
};

/// Name, lowest TLS version, description.
#[component]
pub fn ProtocolProfileFields(
    /// What is stored.
    form: ProtocolProfileForm,
) -> impl IntoView {
    let minimum = if form.minimum_tls.is_empty() {
        TlsVersion::Tls12.word().to_owned()
    } else {
        form.minimum_tls
    };
    view! {
        <Form action={PhantomData::<api::SaveProtocolProfile>} prefix="protocol-profile" guarded=true>
            <Hidden name="id" value=form.id/>
            <Version version=form.version/>
            <Card title="Details">
                <TextField name="name" label="Name" value=form.name required=true placeholder="Acme client certificate"/>
                <SelectField name="minimum_tls" label="Minimum TLS version" value=minimum choices=choices_of!(TlsVersion)/>
                <TextArea name="description" label="Description" value=form.description/>
            </Card>
        </Form>
    }
}
