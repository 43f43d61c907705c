//! `/login`.

use std::marker::PhantomData;

use leptos::prelude::*;

use super::api;
use crate::{
    address::query_value_now,
    routes,
    ui::{
        form::{Form, Hidden, Submit},
        icon::{Icon, IconView},
        page_title::PageTitle,
        text_field::TextField,
    },
};

/// Asks for name and password and leads to where the person wanted to go.
#[component]
pub fn LoginPage() -> impl IntoView {
    let next = query_value_now("next", routes::local).unwrap_or_default();
    view! {
        <PageTitle text="Log in"/>
        <main class="entrance" id="content">
            <p class="brand"><IconView icon=Icon::Brand/>"Switchboard"</p>
            <div class="card in">
                <h1>"Log in"</h1>
                <Form action={PhantomData::<api::Login>} prefix="login">
                    <Hidden name="next" value=next/>
                    <TextField name="user_name" label="User name" autocomplete="username" required=true autofocus=true/>
                    <TextField name="password" label="Password" kind="password" autocomplete="current-password" required=true/>
                    <Submit label="Log in" class="button primary wide"/>
                </Form>
            </div>
        </main>
    }
}
