//! Is it alive, is it ready: for whatever watches the process.

use axum::{
    Extension, Json, Router,
    extract::{Request, State},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use crate::{gate::Gate, problem::Refused, serve::Running};

/// `/healthz` proves that the process answers, `/readyz` that its tasks run and the database takes writes.
pub fn routes() -> Router<Gate> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .layer(from_fn(keeps_no_place))
}

/// Anybody may ask, as often as they like: that is no reason to keep a connection when places are scarce.
async fn keeps_no_place(running: Option<Extension<Running>>, request: Request, next: Next) -> Response {
    if let Some(Extension(running)) = running {
        running.leaves_connection_idle();
    }
    next.run(request).await
}

async fn alive() -> impl IntoResponse {
    Json(json!({ "status": "ok" }))
}

async fn ready(State(gate): State<Gate>) -> Result<impl IntoResponse, Refused> {
    gate.engine.ready().await?;
    Ok(Json(json!({ "status": "ready" })))
}
