//! A page that lists records: its head, what stands there while there are none, and the table.

use leptos::prelude::*;

use super::{card::Card, empty_state::EmptyState, page_head::PageHead};
use crate::{AppError, context::loaded};

/// A column: what it is called at its head, and beside each of its cells on narrow screens.
#[derive(Clone, Copy)]
pub struct Column {
    name: &'static str,
    /// Aligned to the right.
    is_number: bool,
}

impl Column {
    /// A column of texts.
    pub const fn text(name: &'static str) -> Self {
        Self {
            name,
            is_number: false,
        }
    }

    /// A column of numbers.
    pub const fn number(name: &'static str) -> Self {
        Self {
            name,
            is_number: true,
        }
    }

    fn class(self) -> Option<&'static str> {
        self.is_number.then_some("num")
    }
}

/// What a list of records says, whatever is in it.
pub struct Listing<const N: usize> {
    /// Name of the page and of the table.
    pub title: &'static str,
    /// One line on what they are.
    pub lead: &'static str,
    /// The page that makes one.
    pub new: &'static str,
    /// Of the button that leads there.
    pub new_label: &'static str,
    /// What is not there yet, what it is for, and the button that makes the first one.
    pub empty: [&'static str; 3],
    pub columns: [Column; N],
}

/// The page. `cells` makes a row's cells, in the order of the columns.
pub fn record_list<T, const N: usize>(
    listing: &'static Listing<N>,
    all: Resource<Result<Vec<T>, AppError>>,
    cells: fn(T) -> [AnyView; N],
) -> AnyView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
{
    let actions = view! { <a class="button primary" href=listing.new>{listing.new_label}</a> };
    view! {
        <PageHead title=listing.title lead=listing.lead.into_any() actions=actions.into_any()/>
        {loaded(all, move |all| {
            let content = if all.is_empty() {
                first(listing.empty, listing.new)
            } else {
                record_table(&listing.columns, all.into_iter().map(cells).collect())
            };
            view! { <Card title=listing.title flush=true>{content}</Card> }.into_any()
        })}
    }
    .into_any()
}

fn first([title, text, button]: [&'static str; 3], href: &'static str) -> AnyView {
    view! { <EmptyState title text><a class="button primary" href=href>{button}</a></EmptyState> }.into_any()
}

/// A table of records that becomes cards on narrow screens.
pub fn record_table<const N: usize>(columns: &'static [Column; N], rows: Vec<[AnyView; N]>) -> AnyView {
    let heads = columns
        .iter()
        .map(|column| view! { <th scope="col" class=column.class()>{column.name}</th> })
        .collect_view();
    let rows = rows
        .into_iter()
        .map(|cells| {
            let cells = columns
                .iter()
                .zip(cells)
                .map(|(column, cell)| view! { <td data-label=column.name class=column.class()>{cell}</td> })
                .collect_view();
            view! { <tr>{cells}</tr> }
        })
        .collect_view();
    // With many columns it becomes cards earlier, before it would scroll sideways.
    let class = if N > 5 { "table cards many" } else { "table cards" };
    view! {
        <div class="table-scroll">
            <table class=class><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>
        </div>
    }
    .into_any()
}
