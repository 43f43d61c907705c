//! Is it alive, is it ready: for whatever watches the process.

use axum::{Json, Router, extract::State, response::IntoResponse, routing::get};
use serde_json::json;

use crate::{gate::Gate, problem::Refused};

/// `/healthz` asks nobody, `/readyz` asks the database.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
}

async fn alive() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

async fn ready(State(gate): State<Gate>) -> Result<impl IntoResponse, Refused> {
    gate.engine.ready().await.map_err(|error| match error {
        engine::Error::Internal(reason) => {
            tracing::warn!(reason, "not ready");
            Refused::from(engine::Error::Unavailable("The database does not answer.".into()))
        }
        other => Refused::from(other),
    })?;
    Ok(Json(json!({ "status": "ready" })))
}
