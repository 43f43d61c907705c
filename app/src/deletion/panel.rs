//! The content of the Delete dialog and page.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::activation::DeletePreview;

use super::api;
use crate::{
    context::loaded,
    ui::{
        form::{Form, Hidden, Submit},
        text_field::TextField,
    },
};

/// Names what goes along, or why it cannot be deleted, and asks for the name.
#[component]
pub fn DeletePanel(
    /// Kind of the record.
    record: String,
    /// Its id.
    id: String,
    /// Closes the dialog; absent on the page without JavaScript.
    #[prop(optional)]
    close: Option<Callback<()>>,
) -> impl IntoView {
    let (kind, key) = (record.clone(), id.clone());
    let preview = Resource::new_blocking(
        move || (kind.clone(), key.clone()),
        |(record, id)| api::delete_preview(record, id),
    );
    view! {
        <div class="panel">
            <h2>"Delete"</h2>
            {loaded(preview, move |preview| delete_form(preview, record.clone(), id.clone(), close))}
        </div>
    }
}

fn delete_form(preview: DeletePreview, record: String, id: String, close: Option<Callback<()>>) -> AnyView {
    let cancel = close.map(|close| view! { <button type="button" class="button quiet" on:click=move |_| close.run(())>"Cancel"</button> });
    let list = |items: Vec<String>| {
        items
            .into_iter()
            .map(|item| view! { <li>{item}</li> })
            .collect_view()
    };
    if !preview.refused.is_empty() {
        return view! {
            <p><strong>{preview.name}</strong>" cannot be deleted now:"</p>
            <ul class="bullets notice bad">{list(preview.refused)}</ul>
            <p class="actions">{cancel}</p>
        }
        .into_any();
    }
    let along = (!preview.takes_along.is_empty())
        .then(|| view! { <p>"It takes along:"</p><ul class="bullets">{list(preview.takes_along)}</ul> });
    view! {
        <p>"The " {preview.record} " " <strong>{preview.name.clone()}</strong> " will be gone for good. Transactions and audit entries stay and keep its name."</p>
        {along}
        <Form action={PhantomData::<api::DeleteRecord>} prefix="delete">
            <Hidden name="id" value=id/>
            <Hidden name="version" value=preview.version.to_string()/>
            <input type="hidden" name="record" value=record/>
            <TextField name="confirm" label="Type the name to confirm" placeholder=preview.name/>
            <p class="actions">{cancel}<Submit label="Delete" class="button primary danger"/></p>
        </Form>
    }
    .into_any()
}
