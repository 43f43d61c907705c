//! A page that cannot be shown says what happened, why, and what to do.

use leptos::prelude::*;

use super::page_title::PageTitle;
use crate::{AppError, routes};

/// In place of a page whose data could not be had.
#[component]
pub fn ErrorPanel(
    /// Why.
    error: AppError,
) -> impl IntoView {
    let title = error.title();
    let login = error == AppError::Unauthenticated;
    view! {
        <PageTitle text=title.clone()/>
        <div class="empty tall" role="alert">
            <h1>{title}</h1>
            <p class="muted">{error.to_string()}</p>
            <p class="actions justify-center">
                {login.then(|| view! { <a class="button primary" href=routes::LOGIN>"Log in"</a> })}
                <a class="button" href=routes::DASHBOARD>"Go to the dashboard"</a>
            </p>
        </div>
    }
}
