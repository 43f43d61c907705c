//! The REST API: what the interface can do, for scripts and pipelines. Bearer API tokens only.

mod answer;
mod connections;
mod fields;
mod metrics;
mod negotiation;
mod openapi;
mod records;
mod sending;
mod transactions;
mod warnings;

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{any, get, post},
};

use crate::{
    gate::{Gate, attach_session, require_token, require_token_or_session},
    problem,
};

pub use metrics::Started;
pub use openapi::text as openapi;

/// Everything below `/api/v1`, and `/metrics`.
pub fn routes(gate: &Gate) -> Router<Gate> {
    let api = records::routes()
        .merge(connections::routes())
        .merge(transactions::routes())
        .merge(warnings::routes())
        .route("/integrations/{id}/messages/{name}", post(sending::send))
        // A route rather than a fallback, so that it stands before the one of `/api`: strangers learn nothing here.
        .route("/{*rest}", any(problem::nothing_here))
        .layer(from_fn_with_state(gate.clone(), require_token));
    let description = Router::new()
        .route("/openapi.json", get(openapi::document))
        .layer(from_fn_with_state(gate.clone(), require_token_or_session))
        .layer(from_fn_with_state(gate.clone(), attach_session));
    let metrics = Router::new()
        .route("/metrics", get(metrics::metrics))
        .layer(from_fn_with_state(gate.clone(), require_token));
    let below = api.merge(description).layer(from_fn(negotiation::json_wanted));
    Router::new()
        .nest("/api/v1", below)
        .merge(metrics)
        .layer(from_fn(problem::complete))
}
