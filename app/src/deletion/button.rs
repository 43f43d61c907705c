//! **Delete**.

use leptos::prelude::*;

use super::{Deletable, panel::DeletePanel};
use crate::{routes, ui::dialog_button::DialogButton};

/// Opens the Delete dialog of a record.
#[component]
pub fn DeleteButton(
    /// Its kind.
    record: Deletable,
    /// Its id.
    id: String,
) -> impl IntoView {
    let href = routes::delete(record.word(), &id);
    let content = Callback::new(move |close: Callback<()>| {
        view! { <DeletePanel record=record.word().to_owned() id=id.clone() close/> }.into_any()
    });
    view! { <DialogButton label="Delete" href class="button quiet danger" content/> }
}
