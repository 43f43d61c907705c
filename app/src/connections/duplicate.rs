//! "Duplicate to another environment".

use std::marker::PhantomData;

use leptos::prelude::*;
use model::connection::Environment;

use super::{
    api,
    dialog_page::DialogPage,
    switch_panels::{Cancel, finish},
};
use crate::ui::{
    form::{Form, Hidden, Submit},
    select_field::{SelectField, choices_of},
    text_field::TextField,
};

/// Asks for the environment and the name of the copy.
#[component]
pub fn DuplicatePanel(
    /// The connection to copy.
    connection: String,
    /// Its page.
    stay: String,
    /// Closes the dialog; absent on the page without JavaScript.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    view! {
        <div class="panel">
            <h2>"Duplicate to another environment"</h2>
            <p>"Settings and open variables are copied. Passwords, keys, tokens and secret variables are not: they belong to the environment they were made for."</p>
            <Form action={PhantomData::<api::DuplicateConnection>} prefix="duplicate" on_done=finish(close)>
                <Hidden name="id" value=connection/>
                <SelectField name="environment" label="Environment" value="production" choices=choices_of!(Environment)/>
                <TextField name="name" label="Name" hint="Blank takes the name of the environment."/>
                <p class="actions"><Cancel close href=stay/><Submit label="Duplicate"/></p>
            </Form>
        </div>
    }
}

/// The same as a page, for browsers without JavaScript.
#[component]
pub fn DuplicatePage() -> impl IntoView {
    view! { <DialogPage title="Duplicate connection" panel=|connection, stay| view! { <DuplicatePanel connection stay/> }.into_any()/> }
}
