//! What a page reads from its address. Anybody can write a link, so every value is parsed to its type, and one that does
//! not parse is as if it were absent.

use leptos::prelude::*;
use leptos_router::{
    hooks::{use_params_map, use_query_map},
    params::ParamsMap,
};

/// Longest text taken from an address, in characters.
const TEXT_LIMIT: usize = 200;
/// Longest segment of a path that names a record, in characters.
const SEGMENT_LIMIT: usize = 100;

/// A segment of the path that names a record; blank when it can name none.
pub fn path_parameter(name: &'static str) -> Signal<String> {
    let parameters = use_params_map();
    Signal::derive(move || {
        parameters
            .read()
            .get(name)
            .and_then(|value| segment(&value))
            .unwrap_or_default()
    })
}

/// A value of the query, read by `parse`.
pub fn query_value<T>(name: &'static str, parse: fn(&str) -> Option<T>) -> Signal<Option<T>>
where
    T: Send + Sync + 'static,
{
    let query = use_query_map();
    Signal::derive(move || query.with(|query| value_of(query, name, parse)))
}

/// The same, as it is now.
pub fn query_value_now<T>(name: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
    query_now(|query| value_of(query, name, parse))
}

/// Several values of the query, read with [`value_of`], as they are now.
pub fn query_now<T>(read: impl FnOnce(&ParamsMap) -> T) -> T {
    use_query_map().with_untracked(read)
}

/// Several values of the query, read with [`value_of`].
pub fn query<T>(read: impl Fn(&ParamsMap) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    let query = use_query_map();
    Memo::new(move |_| query.with(&read))
}

/// A text of the query that somebody searches for; blank when it is absent.
pub fn query_text(name: &'static str) -> Signal<String> {
    let text = query_value(name, text);
    Signal::derive(move || text.get().unwrap_or_default())
}

/// A value of `query`, read by `parse`.
pub fn value_of<T>(query: &ParamsMap, name: &str, parse: fn(&str) -> Option<T>) -> Option<T> {
    query.get_str(name).and_then(parse)
}

/// One line of text without control characters, trimmed.
pub fn text(value: &str) -> Option<String> {
    let value = value.trim();
    let plain = value.chars().count() <= TEXT_LIMIT && !value.chars().any(char::is_control);
    (plain && !value.is_empty()).then(|| value.to_owned())
}

/// An id or any other value that knows how it is written.
pub fn parsed<T: std::str::FromStr>(value: &str) -> Option<T> {
    value.parse().ok()
}

/// What names a record in a path: an id, a number, a word.
fn segment(value: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let names = (1..=SEGMENT_LIMIT).contains(&value.len()) && value.chars().all(fits);
    (names && !value.starts_with('.')).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_names_a_record_and_nothing_else() {
        for record in [
            "0190c6f2-7a2e-7a51-9f26-000000000000",
            "TX0000123.2",
            "inbound_user",
        ] {
            assert_eq!(segment(record).as_deref(), Some(record));
        }
        for other in [
            "",
            ".",
            "..",
            "../login",
            "a/b",
            "a b",
            "<b>",
            "a\"b",
            "a?b",
            "ä",
            &"x".repeat(101),
        ] {
            assert_eq!(segment(other), None, "{other}");
        }
    }

    #[test]
    fn a_text_is_one_short_line() {
        assert_eq!(text(" Jira <prod> ").as_deref(), Some("Jira <prod>"));
        for other in ["", "  ", "a\nb", "a\u{0}b", &"x".repeat(201)] {
            assert_eq!(text(other), None, "{other}");
        }
    }
}
