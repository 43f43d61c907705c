//! Answers that are shown once and never again, such as the text of a new API token or what was looked up for a form, for
//! browsers without JavaScript.
//!
//! The server renders the form's page again with a [`ShownOnce`] in the request's extensions, and the page shows it. It is
//! never in an address, a cookie or a log.

use leptos::{prelude::*, server_fn::ServerFn};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    inbound_users::AddCredential, oauth_clients::NewSecret, processes::ExplainRequest,
    profiles::DiscoverProvider, routes, settings::CreateToken,
};

/// Where an answer is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownOn {
    /// Always on this page.
    Page(&'static str),
    /// On the page the form was on: that of a record.
    PageOfForm,
}

/// Server functions whose answers are shown once, and the pages that show them.
const FUNCTIONS: &[(&str, ShownOn)] = &[
    (<CreateToken as ServerFn>::PATH, ShownOn::Page(routes::TOKENS)),
    (<DiscoverProvider as ServerFn>::PATH, ShownOn::PageOfForm),
    (<AddCredential as ServerFn>::PATH, ShownOn::PageOfForm),
    (<NewSecret as ServerFn>::PATH, ShownOn::PageOfForm),
    (<ExplainRequest as ServerFn>::PATH, ShownOn::PageOfForm),
];

/// An answer on its way to the page. Without `Debug`, because it is a secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct ShownOnce {
    /// Path of the server function: `/fn/create_token`.
    pub path: String,
    /// Its answer as JSON.
    pub answer: String,
}

/// The page that shows the answer of the server function at `path`; `None` when the answer is not shown once.
pub fn page_that_shows(path: &str) -> Option<ShownOn> {
    FUNCTIONS
        .iter()
        .find(|(function, _)| *function == path)
        .map(|(_, page)| *page)
}

/// The answer this page was rendered with, if any. Kept in the context of the application.
#[derive(Clone, Copy)]
struct Kept(StoredValue<Option<ShownOnce>>);

/// Reads the answer of the request on the server, and the same one in the browser.
pub fn provide() {
    let answer = SharedValue::new(of_request).into_inner();
    provide_context(Kept(StoredValue::new(answer)));
}

/// The answer of the server function `F`. In the browser it is handed out once: whoever comes back does not see it.
pub fn of<F>() -> Option<F::Output>
where
    F: ServerFn,
    F::Output: DeserializeOwned,
{
    let Kept(stored) = use_context::<Kept>()?;
    let shown = stored.get_value().filter(|shown| shown.path == F::PATH)?;
    if cfg!(not(feature = "ssr")) {
        stored.set_value(None);
    }
    serde_json::from_str(&shown.answer).ok()
}

#[cfg(feature = "ssr")]
fn of_request() -> Option<ShownOnce> {
    use_context::<http::request::Parts>().and_then(|parts| parts.extensions.get::<ShownOnce>().cloned())
}

#[cfg(not(feature = "ssr"))]
fn of_request() -> Option<ShownOnce> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_token_is_shown_on_its_page_and_nothing_else_is() {
        assert_eq!(
            page_that_shows("/fn/create_token"),
            Some(ShownOn::Page(routes::TOKENS))
        );
        assert_eq!(page_that_shows("/fn/add_credential"), Some(ShownOn::PageOfForm));
        assert_eq!(page_that_shows("/fn/revoke_token"), None);
    }
}
