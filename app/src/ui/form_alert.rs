//! Why a form was refused, above its fields; with a comparison when somebody else saved first.

use leptos::prelude::*;
use model::comparison::Comparison;

use super::form_state::FormState;
use crate::{AppError, routes};

/// The message above the fields of a refused form.
#[component]
pub fn FormAlert(
    /// The form.
    state: FormState,
) -> impl IntoView {
    move || {
        state.error.get().map(|error| {
            let text = error.to_string();
            let login = (error == AppError::Unauthenticated).then(|| {
                view! { <p><a class="button" href=routes::LOGIN target="_blank" rel="noopener">"Log in"</a></p> }
            });
            let compared = if let AppError::Stale(comparison) = error {
                Some(comparison_table(*comparison))
            } else {
                None
            };
            view! {
                <div class="notice bad" role="alert" tabindex="-1">
                    <p>{text}</p>
                    {login}
                    {compared}
                </div>
            }
        })
    }
}

fn comparison_table(comparison: Comparison) -> AnyView {
    let rows = comparison
        .differences
        .into_iter()
        .map(|difference| {
            view! {
                <tr>
                    <th scope="row">{difference.field}</th>
                    <td data-label="Yours">{difference.yours}</td>
                    <td data-label="Stored">{difference.stored}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <p>"To keep yours, press the button below again. To keep what is stored, load the page again."</p>
        <table class="table comparison">
            <thead><tr><th scope="col">"Field"</th><th scope="col">"Yours"</th><th scope="col">"Stored"</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}
