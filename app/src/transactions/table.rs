//! The table of transactions.

use leptos::prelude::*;
use model::transaction::{TransactionRow, number_text};

use crate::{
    routes,
    ui::{
        badge::{EnvironmentBadge, HttpStatus, TransactionPill},
        time::TimeAgo,
    },
};

/// Transactions, newest first.
#[component]
pub fn TransactionTable(
    /// The rows.
    rows: Vec<TransactionRow>,
) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="muted in">"No transactions yet. Each message that arrives or leaves becomes one."</p> }.into_any();
    }
    let rows = rows.into_iter().map(row).collect_view();
    view! {
        <div class="table-scroll">
            <table class="table cards">
                <thead><tr><th scope="col">"Number"</th><th scope="col">"State"</th><th scope="col">"Direction"</th><th scope="col">"Message"</th><th scope="col">"Integration"</th><th scope="col">"Connection"</th><th scope="col">"Answer"</th><th scope="col">"Created"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(row: TransactionRow) -> AnyView {
    let number = number_text(row.number, row.replay);
    let integration = match row.integration {
        Some(id) => view! { <a href=routes::integration(id)>{row.integration_name}</a> }.into_any(),
        None => view! { {row.integration_name} }.into_any(),
    };
    let message = if row.message_name.is_empty() {
        row.process_name
    } else {
        row.message_name
    };
    view! {
        <tr>
            <td data-label="Number"><a class="row-link mono" href=routes::transaction(&number)>{number.clone()}</a></td>
            <td data-label="State"><TransactionPill state=row.state/><small class="reason">{row.error}</small></td>
            <td data-label="Direction">{row.direction.label()}</td>
            <td data-label="Message">{message}</td>
            <td data-label="Integration">{integration}</td>
            <td data-label="Connection">{row.connection_name} " " {row.environment.map(|environment| view! { <EnvironmentBadge environment/> })}</td>
            <td data-label="Answer">{row.last_status.map(|status| view! { <HttpStatus status/> })}</td>
            <td data-label="Created"><TimeAgo at=row.created/></td>
        </tr>
    }
    .into_any()
}
