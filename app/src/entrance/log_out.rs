//! The button that ends the session.

use std::marker::PhantomData;

use leptos::prelude::*;

use super::api;
use crate::ui::form::{Form, Submit};

/// **Log out**.
#[component]
pub fn LogOut() -> impl IntoView {
    view! {
        <Form action={PhantomData::<api::LogOut>} prefix="log-out">
            <Submit label="Log out" class="button quiet wide"/>
        </Form>
    }
}
