//! Server functions whose answer is an address elsewhere, where the browser goes next.
//!
//! With JavaScript the form goes there; without, the server answers with a page that does.

use leptos::server_fn::ServerFn;

use crate::connections::BeginAuthorisation;

/// The function behind **Get OAuth token** and **Re-authorise**: a refusal of the provider's is shown beside its button.
pub const AUTHORISATION: &str = <BeginAuthorisation as ServerFn>::PATH;

/// Whether the answer of the server function at `path` is an address to go to.
pub fn leads_away(path: &str) -> bool {
    path == AUTHORISATION
}
