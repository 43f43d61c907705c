//! Server functions that need no session (log in, set up) and the one that ends it.

use leptos::prelude::*;
use model::user::{LoginForm, SetupForm};

use crate::{AppError, typed::Typed};
#[cfg(feature = "ssr")]
use crate::{
    routes,
    server::{actor, client_address, engine, session_token, set_session},
};

/// Checks name and password and begins a session.
#[server(prefix = "/fn", endpoint = "login")]
pub async fn login(form: Typed<LoginForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let engine = engine()?;
    let next = if routes::is_local(&form.next) {
        form.next.clone()
    } else {
        routes::DASHBOARD.to_owned()
    };
    let session = match engine::users::login(&engine, form, &client_address()).await {
        // Not the end of a session, which sends a page to the login: this is the login. Which of the two is wrong is not said.
        Err(engine::Error::Unauthenticated) => {
            return Err(engine::Error::Conflict("The user name or the password is wrong.".into()).into());
        }
        session => session?,
    };
    set_session(&engine, Some(&session));
    leptos_axum::redirect(&next);
    Ok(())
}

/// Ends the session, here and in the database.
#[server(prefix = "/fn", endpoint = "logout")]
pub async fn log_out() -> Result<(), AppError> {
    let engine = engine()?;
    if let Some(token) = session_token(&engine) {
        engine::users::logout(&engine, &token, &actor()?).await?;
    }
    set_session(&engine, None);
    leptos_axum::redirect(routes::LOGIN);
    Ok(())
}

/// Makes the first administrator, the instance name and the Application *Default*.
#[server(prefix = "/fn", endpoint = "setup")]
pub async fn setup(form: Typed<SetupForm>) -> Result<(), AppError> {
    let Typed(form) = form;
    let engine = engine()?;
    let session = engine::users::setup(&engine, form, &client_address()).await?;
    set_session(&engine, Some(&session));
    leptos_axum::redirect(routes::DASHBOARD);
    Ok(())
}
