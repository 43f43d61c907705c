//! Is it alive, is it ready: for whatever watches the process.

use axum::{Json, Router, extract::State, response::IntoResponse, routing::get};
use serde_json::json;

use crate::{gate::Gate, problem::Refused};

/// `/healthz` proves that the process answers, `/readyz` that its tasks run and the database takes writes.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
}

async fn alive() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

async fn ready(State(gate): State<Gate>) -> Result<impl IntoResponse, Refused> {
    gate.engine.ready().await?;
    Ok(Json(json!({ "status": "ready" })))
}
