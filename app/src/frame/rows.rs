//! Walking the rows of a table by keys: ↑ and ↓, Home and End. Enter opens the row, as it does with every link.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// Where a key leads from row `here` (`None`: not in the table yet) among `rows` of them; `None` when it leads nowhere.
fn target(key: &str, here: Option<usize>, rows: usize) -> Option<usize> {
    let last = rows.checked_sub(1)?;
    match (key, here) {
        // From outside, the table is entered at its first row; the other keys scroll the page as ever.
        ("ArrowDown", None) | ("Home", Some(_)) => Some(0),
        ("ArrowDown", Some(here)) => Some(last.min(here + 1)),
        ("ArrowUp", Some(here)) => Some(here.saturating_sub(1)),
        ("End", Some(_)) => Some(last),
        _ => None,
    }
}

/// Moves the focus as `key` says. Whether it did.
pub fn walk(key: &str) -> bool {
    let Some(focused) = document().active_element() else {
        return false;
    };
    let Some(table) = table_for(&focused) else {
        return false;
    };
    let links = row_links(&table);
    let row = focused.closest("tr").ok().flatten();
    let here = links
        .iter()
        .position(|link| row.as_ref().is_some_and(|row| row.contains(Some(link))));
    let Some(link) = target(key, here, links.len()).and_then(|index| links.get(index)) else {
        return false;
    };
    link.focus().is_ok()
}

/// The table around the focus; with nothing focused, the first one of the page.
fn table_for(focused: &Element) -> Option<Element> {
    let nowhere = matches!(focused.tag_name().as_str(), "BODY" | "MAIN");
    if nowhere {
        document().query_selector("main table").ok().flatten()
    } else {
        focused.closest("main table").ok().flatten()
    }
}

/// The link of each row that has one.
fn row_links(table: &Element) -> Vec<HtmlElement> {
    let Ok(rows) = table.query_selector_all("tbody > tr") else {
        return Vec::new();
    };
    (0..rows.length())
        .filter_map(|index| {
            let row = rows.item(index)?.dyn_into::<Element>().ok()?;
            row.query_selector("a[href]").ok()??.dyn_into().ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn keys_walk_the_rows_and_stop_at_the_ends() {
        for (key, here, expected) in [
            ("ArrowDown", None, Some(0)),
            ("ArrowDown", Some(0), Some(1)),
            ("ArrowDown", Some(2), Some(2)),
            ("ArrowUp", Some(2), Some(1)),
            ("ArrowUp", Some(0), Some(0)),
            ("Home", Some(2), Some(0)),
            ("End", Some(0), Some(2)),
            ("ArrowUp", None, None),
            ("Home", None, None),
            ("End", None, None),
            ("x", Some(1), None),
        ] {
            assert_eq!(target(key, here, 3), expected, "{key} {here:?}");
        }
        assert_eq!(target("ArrowDown", None, 0), None);
    }
}
