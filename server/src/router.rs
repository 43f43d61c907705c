//! The groups of routes and what each of them passes through. Access is decided here, by structure: no middleware looks
//! at the text of a path.
//!
//! | group | passes |
//! | --- | --- |
//! | health | nothing: a probe asks for an address, and the answer is a word |
//! | public: files, `/login`, `/setup` | our host; same site for forms |
//! | session: pages, server functions | our host, same site, session |
//! | session: `/oauth/callback` | our host, session; the provider's page sends people there, with a state of ours |
//! | token: `/api/v1`, `/metrics` | our host, API token |
//! | inbound | our host, inbound user |
//! | token endpoint | our host, OAuth client |
//! | practice | our host; only while it is on |

use axum::{
    Extension, Router,
    middleware::{from_fn, from_fn_with_state},
    routing::any,
};

use crate::{
    assets, events, forms,
    gate::{Gate, note_address, refuse_other_sites, require_our_host, run_to_the_end, secure_headers},
    health, inbound, oauth_callback, pages, practice, problem, rest, token_endpoint,
};

/// The whole of it. `started` is for `/metrics`.
pub fn router(gate: Gate, started: rest::Started) -> Router {
    let pages = pages::routes(&gate);
    let functions = forms::routes(&gate, &pages);
    let callback = oauth_callback::routes(&gate, &pages);
    let interface = pages
        .merge(functions)
        .merge(callback)
        .merge(events::routes(&gate))
        .layer(from_fn_with_state(gate.clone(), refuse_other_sites));
    Router::new()
        .merge(interface)
        .merge(rest::routes(&gate))
        .merge(inbound::routes())
        .merge(token_endpoint::routes())
        .merge(practice_routes(&gate))
        .merge(nothing_else())
        .merge(assets::routes())
        .layer(Extension(started))
        .layer(from_fn_with_state(gate.clone(), require_our_host))
        .merge(health::routes())
        .layer(from_fn_with_state(gate.clone(), note_address))
        .layer(from_fn(problem::write))
        .layer(from_fn_with_state(gate.clone(), secure_headers))
        .layer(from_fn_with_state(gate.clone(), run_to_the_end))
        .with_state(gate)
}

/// What machines ask for and is not there is a problem in JSON, never a page that leads to the login.
fn nothing_else() -> Router<Gate> {
    ["/api", "/api/", "/api/{*rest}", "/inbound/", "/practice/"]
        .into_iter()
        .fold(Router::new(), |router, path| {
            router.route(path, any(problem::nothing_here))
        })
}

/// Switched off, the practice target is not there.
fn practice_routes(gate: &Gate) -> Router<Gate> {
    let routes = if gate.engine.settings().practice {
        practice::routes(&gate.strangers)
    } else {
        Router::new().fallback(problem::nothing_here)
    };
    Router::new().nest("/practice", routes)
}

#[cfg(test)]
mod tests;
