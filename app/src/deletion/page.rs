//! Delete as a page, for browsers without JavaScript.

use leptos::prelude::*;

use super::panel::DeletePanel;
use crate::{context::path_parameter, ui::page_head::PageHead};

/// `/delete/{record}/{id}`.
#[component]
pub fn DeletePage() -> impl IntoView {
    let (record, id) = (
        path_parameter("record").get_untracked(),
        path_parameter("id").get_untracked(),
    );
    view! {
        <PageHead title="Delete a record"/>
        <div class="card in narrow"><DeletePanel record id/></div>
    }
}
