//! `/setup`: the first start.

use std::marker::PhantomData;

use leptos::prelude::*;
use model::user::PASSWORD_MINIMUM;

use super::api;
use crate::{
    address::query_value_now,
    ui::{
        form::{Form, Submit},
        icon::{Icon, IconView},
        page_title::PageTitle,
        text_field::TextField,
    },
};

/// Longest set-up code, in characters.
const CODE_LIMIT: usize = 64;

/// Makes the first administrator. Needs the code that the log printed.
#[component]
pub fn SetupPage() -> impl IntoView {
    let code = query_value_now("code", setup_code).unwrap_or_default();
    view! {
        <PageTitle text="Set up Switchboard"/>
        <main class="entrance" id="content">
            <p class="brand"><IconView icon=Icon::Brand/>"Switchboard"</p>
            <div class="card in">
                <h1>"Set up Switchboard"</h1>
                <p class="muted">"This makes the first administrator. Both can be changed later."</p>
                <Form action={PhantomData::<api::Setup>} prefix="setup">
                    <TextField name="code" label="Set-up code" value=code mono=true required=true hint="Switchboard printed it into its log at the first start."/>
                    <TextField name="user_name" label="User name" autocomplete="username" required=true autofocus=true/>
                    <TextField name="password" label="Password" kind="password" autocomplete="new-password" required=true hint=format!("At least {PASSWORD_MINIMUM} characters.")/>
                    <TextField
                        name="instance_name"
                        label="Instance name"
                        mono=true
                        required=true
                        placeholder="acme-test"
                        hint="Names this installation. A connection that carries another name sends nothing from here, so that a copy of the database cannot write into production."
                    />
                    <Submit label="Create administrator" class="button primary wide"/>
                </Form>
            </div>
        </main>
    }
}

/// A code as the log prints it: base64 for URLs (RFC 4648, 5).
fn setup_code(text: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (text.len() <= CODE_LIMIT && text.chars().all(fits)).then(|| text.to_owned())
}
